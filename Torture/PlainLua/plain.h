/* What the files of this folder share. */
#ifndef PLAIN_H
#define PLAIN_H

#include "include/PlainLua.h"

static inline plain_run *plain_run_of(lua_State *L) { return *(plain_run **)lua_getextraspace(L); }

/* More of its output. */
void plain_write(plain_run *run, const char *bytes, size_t count);

#endif
