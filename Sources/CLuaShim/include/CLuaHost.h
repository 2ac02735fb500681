/* Functions of the host's that a script calls, constants, and Lua code of the host's that runs before the script.
 * The tags are those of CLuaShim.h. */
#ifndef CLUAHOST_H
#define CLUAHOST_H

#include <lua5.3/lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a value is written for ldbg_ to read: a tag and what belongs to it, numbers as the machine has them. */
enum {
  LDBG_ANSWER_NIL = 'n',
  LDBG_ANSWER_FALSE = 'f',
  LDBG_ANSWER_TRUE = 't',
  LDBG_ANSWER_INTEGER = 'i', /* int64_t */
  LDBG_ANSWER_NUMBER = 'd',  /* double */
  LDBG_ANSWER_STRING = 's',  /* uint64_t length, bytes */
  LDBG_ANSWER_TABLE = 'T',   /* uint64_t count, as many keys and values by turns */
};

/* What a host function answers. */
typedef struct ldbg_answer {
  bool failed;     /* the one value is raised */
  bool positioned; /* it is a string, and the place of the call is put in front of it, as luaL_error does */
  bool stops;      /* a script that is debugged stops where it called */
  int report;      /* what is written into the journal of a script that is debugged: LDBG_SCRIPT_CALL (while a trace is under
                    * way), LDBG_SCRIPT_MESSAGE, or 0 */
  char *text;      /* what is said of the call, from malloc: C frees it */
  size_t text_length;
  char *bytes;     /* `count` values as above, from malloc: C frees them */
  size_t length;
  int count;
} ldbg_answer;

/* A trace of the script is under way: what a host says of its calls is wanted. */
bool ldbg_is_traced(lua_State *L);

/* The arguments lie on L at 1 ... count, and there is room for more. It returns before C acts on the answer. */
typedef void (*ldbg_host_call)(void *host, lua_State *L, int function, int count, int line, ldbg_answer *answer);

/* [raise] Put a function at a path of names ("redis.call") from the globals; tables on the way are made, and known to traces
 * and tracebacks as libraries are. A Lua status; LUA_ERRRUN where something else than a table is in the way. */
int ldbg_install_host_function(lua_State *L, const char *path, int function, ldbg_host_call call, void *host);
/* [raise] Put a value there. */
int ldbg_install_constant(lua_State *L, const char *path, const char *bytes, size_t length);
/* [raise] Run the function on top of L, which is popped. A Lua status; an error's value stays in its place. It is called with a
 * function that makes of one of its own functions one that looks like C's; `functions` host functions were installed. What it
 * returns, if that is a function, is kept: the starter. */
int ldbg_run_prelude(lua_State *L, int functions);
bool ldbg_has_starter(lua_State *L);
/* [raise] Call the starter, unseen as a prelude. A Lua status; the function to run and its arguments are left on L, or the error's
 * value. */
int ldbg_start(lua_State *L);

#endif
