/* What the debugger is measured against: hooks that do nothing but what cannot be avoided, and a way to run a workload
 * under either that takes no time of its own. Nothing here knows the debugger.
 */
#ifndef CFLOORS_H
#define CFLOORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct lua_State lua_State;

typedef enum floor_kind {
  FLOOR_NONE,               /* no hook */
  FLOOR_LINE,               /* an empty line hook */
  FLOOR_CALL,               /* an empty call hook */
  FLOOR_CALL_RETURN,        /* an empty call and return hook */
  FLOOR_COUNT,              /* an empty count hook */
  FLOOR_ALL,                /* an empty call, return and line hook */
  FLOOR_CALL_CONSTANT,      /* a line hook that calls `return false` by lua_pcall */
  FLOOR_CALL_CONDITION,     /* a line hook that fetches a local and calls a function of it by lua_pcall */
} floor_kind;

/* What a floor's hook needs. */
typedef struct floor_setting {
  floor_kind kind;
  int period;            /* of FLOOR_COUNT */
  int line;              /* where the two that call do so; 0: at every line */
  const char *local;     /* the name of the local that FLOOR_CALL_CONDITION fetches */
  const char *function;  /* the text of the function that both call */
} floor_setting;

/* A state with the standard libraries; NULL without memory. */
lua_State *floor_open(void);
/* One whose memory malloc does not count. */
lua_State *floor_open_apart(void);
void floor_close(lua_State *L);

/* Compile a chunk and keep it below `name`. NULL, or a message that lasts until the next call. */
const char *floor_load(lua_State *L, const char *text, size_t length, const char *chunk, const char *name);
/* Set a floor's hook; for all states at once, and so for one at a time. NULL or a message. */
const char *floor_install(lua_State *L, floor_setting setting);

typedef struct floor_sample {
  int64_t nanoseconds;   /* of this thread's processor time */
  const char *result;    /* what the chunk returned, as text; lasts until the next run */
  bool failed;           /* `result` is an error's message */
} floor_sample;
/* Call the chunk kept below `name` with a number; `counted`: callgrind, if this runs below it, counts
 * this and writes a file. */
floor_sample floor_run(lua_State *L, const char *name, int64_t size, bool counted);

/* How many events a run gives: a hook counts them, coroutines' included. */
typedef struct floor_counts {
  uint64_t lines, calls, at_line;
} floor_counts;
floor_counts floor_count(lua_State *L, const char *name, int64_t size, int line);

/* Collect all garbage. */
void floor_collect(lua_State *L);

int64_t floor_thread_time(void);
int64_t floor_wall_time(void);
/* Bytes that malloc has given out, those that it has mapped among them. */
size_t floor_allocated(void);
/* Bytes of this process that are in memory. */
size_t floor_resident(void);
/* Hand what the allocator keeps for later back to the system. */
void floor_trim(void);

#endif
