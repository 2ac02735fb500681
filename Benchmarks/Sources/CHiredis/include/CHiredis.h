/* hiredis' reader, which many client libraries are built on: what our decoder is compared with. */
#ifndef CHIREDIS_H
#define CHIREDIS_H

#include <stddef.h>
#include <stdint.h>

/* Reads all values of a stream that comes in pieces. Returns how many there were, -1 where it was refused. */
int64_t compare_read_all(const unsigned char *bytes, size_t count, size_t piece);
/* memcpy, done even where nobody looks at the copy. */
void compare_copy(unsigned char *to, const unsigned char *from, size_t count);

#endif
