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
  size_t values_start, values_end; /* of it, what the last call returned, or its error */
  bool ran_out; /* of memory for it */
  bool failed;
  bool overflowed; /* it came to the end of C's stack; known when the state is closed */
  uint64_t *lines; /* every line that ran, in order, by the bare hook; NULL without it */
  size_t line_count, most_lines; /* past these the run is ended */
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
/* The same as the stock interpreter's main program does it: as deep in C, its error and traceback behind the output. */
void plain_call_as_stock(plain_run *run, const char *source, size_t length, const char *name);
/* Let lines be written down from now on, by a hook that the script's debug.gethook does not tell of. */
void plain_count(plain_run *run, size_t most_lines);
/* Let the collector take a step after each so many instructions from now on, by such a hook. */
void plain_collect(plain_run *run, int instructions);
/* A line in one number. */
uint64_t plain_line(const char *chunk, int line);
/* Write the globals that no library has made, by name, tables with all they hold. */
void plain_globals(plain_run *run);
bool plain_has_hook(const plain_run *run);

#endif
