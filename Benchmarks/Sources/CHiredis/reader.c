/* hiredis fed with a stream, and memcpy. */
#include "CHiredis.h"
#include <hiredis/hiredis.h>
#include <string.h>

int64_t compare_read_all(const unsigned char *bytes, size_t count, size_t piece) {
  redisReader *reader = redisReaderCreate();
  int64_t values = 0;
  void *reply = NULL;
  if (reader == NULL) return -1;
  for (size_t at = 0; at < count && values >= 0; at += piece) {
    size_t length = count - at < piece ? count - at : piece;
    if (redisReaderFeed(reader, (const char *)bytes + at, length) != REDIS_OK) values = -1;
    while (values >= 0) {
      if (redisReaderGetReply(reader, &reply) != REDIS_OK) values = -1;
      if (values < 0 || reply == NULL) break;
      freeReplyObject(reply);
      values++;
    }
  }
  redisReaderFree(reader);
  return values;
}

void compare_copy(unsigned char *to, const unsigned char *from, size_t count) {
  memcpy(to, from, count);
  __asm__ volatile("" : : "r"(to) : "memory");
}
