/* A Lua state whose memory is not malloc's, so that what malloc gives out meanwhile is the debugger's and nobody else's.
 * For one thread; nothing goes back to the system. */
#include "CFloors.h"
#include <lua5.3/lauxlib.h>
#include <lua5.3/lua.h>
#include <lua5.3/lualib.h>
#include <string.h>
#include <sys/mman.h>

enum { SMALLEST = 4, CLASSES = 26, PIECE = 1 << 22 }; /* blocks of 16 bytes and up, by powers of two */

typedef struct block {
  struct block *next;
} block;

static block *unused[CLASSES];
static char *piece;
static size_t left;

static int class_of(size_t size) {
  int class = 0;
  while (((size_t)1 << (class + SMALLEST)) < size) class++;
  return class;
}

static void *take(size_t size) {
  int class = class_of(size);
  size_t length = (size_t)1 << (class + SMALLEST);
  if (class >= CLASSES) return NULL;
  if (unused[class] != NULL) {
    block *found = unused[class];
    unused[class] = found->next;
    return found;
  }
  if (length > left) {
    left = length > PIECE ? length : PIECE;
    piece = mmap(NULL, left, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (piece == MAP_FAILED) return left = 0, NULL;
  }
  piece += length;
  left -= length;
  return piece - length;
}

static void give_back(void *old, size_t size) {
  block *freed = old;
  freed->next = unused[class_of(size)];
  unused[class_of(size)] = freed;
}

static void *allocate(void *ud, void *old, size_t old_size, size_t size) {
  (void)ud;
  void *made = NULL;
  if (size > 0) {
    if (old != NULL && class_of(old_size) == class_of(size)) return old;
    made = take(size);
    if (made == NULL) return NULL;
    if (old != NULL) memcpy(made, old, old_size < size ? old_size : size);
  }
  if (old != NULL) give_back(old, old_size);
  return made;
}

lua_State *floor_open_apart(void) {
  lua_State *L = lua_newstate(allocate, NULL);
  if (L != NULL) luaL_openlibs(L);
  return L;
}
