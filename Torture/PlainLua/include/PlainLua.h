/* A Lua state without a debugger: what a host's own would be, with its output kept, its lines counted by a bare hook, and its
 * globals told as text. Nothing of the debugger's is used here: this is what its runs are held against. */
#ifndef PLAINLUA_H
#define PLAINLUA_H

#include <lua5.3/lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct plain_run {
  lua_State *state;
  char *output; /* what print and io.write have written so far */
  size_t length, capacity;
  size_t printed_length; /* of it, what the last call printed before its end was written */
  bool ran_out; /* of memory for it */
  bool failed;
  bool overflowed; /* it came to the end of C's stack; known when the state is closed */
  /* By the bare hook, while it is set. */
  bool hooked;
  long long lines, most_lines; /* past these the run is ended; 0: unlimited */
  uint64_t order;              /* of all lines, in one number */
  /* After each print, on the script's thread: where a host's function would attach or detach. */
  void (*printed)(void *host, lua_State *L);
  void *host;
} plain_run;

/* NULL without memory. */
plain_run *plain_new(void);
/* The end of the state; what was written is still there. */
void plain_close(plain_run *run);
void plain_free(plain_run *run);
/* Run a chunk as a host does; what it returned, or its error, is written behind its output. */
void plain_call(plain_run *run, const char *source, size_t length, const char *name);
/* Let lines be counted from now on. */
void plain_count(plain_run *run, long long most_lines);
/* One more line in the order of lines. */
uint64_t plain_order(uint64_t order, const char *chunk, int line);
/* Write the globals that no library has made, by name, tables with all they hold. */
void plain_globals(plain_run *run);
bool plain_has_hook(const plain_run *run);

#endif
