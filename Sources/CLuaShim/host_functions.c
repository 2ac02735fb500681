/* Functions of the host's. Swift is asked between two C frames: it copies the arguments, and answers bytes; when its frame is
 * gone, this file makes values of them, stops the script if that was asked for, or raises. */
#include "internal.h"
#include <stdlib.h>
#include <string.h>

typedef struct host_function {
  ldbg_host_call call;
  void *host;
  int number;
} host_function;

/* ---- Values from bytes ------------------------------------------------------------------------------------------------ */

enum { DEEPEST = 150 };

static void take(const char **at, const char *end, void *to, size_t size, lua_State *L) {
  if ((size_t)(end - *at) < size) luaL_error(L, "a host function answered too few bytes");
  memcpy(to, *at, size);
  *at += size;
}

/* Pushes one value. May raise for want of memory or stack: the bytes belong to a userdata then. */
static void push_value(lua_State *L, const char **at, const char *end, int depth) {
  char tag;
  int64_t integer;
  double number;
  uint64_t count;
  take(at, end, &tag, 1, L);
  switch (tag) {
    case LDBG_ANSWER_NIL: lua_pushnil(L); return;
    case LDBG_ANSWER_FALSE: lua_pushboolean(L, 0); return;
    case LDBG_ANSWER_TRUE: lua_pushboolean(L, 1); return;
    case LDBG_ANSWER_INTEGER:
      take(at, end, &integer, sizeof integer, L);
      lua_pushinteger(L, integer);
      return;
    case LDBG_ANSWER_NUMBER:
      take(at, end, &number, sizeof number, L);
      lua_pushnumber(L, number);
      return;
    case LDBG_ANSWER_STRING:
      take(at, end, &count, sizeof count, L);
      if ((uint64_t)(end - *at) < count) luaL_error(L, "a host function answered too few bytes");
      lua_pushlstring(L, *at, (size_t)count);
      *at += count;
      return;
    case LDBG_ANSWER_TABLE:
      take(at, end, &count, sizeof count, L);
      luaL_checkstack(L, 3, "a host function's answer is nested too deeply");
      if (depth > DEEPEST) luaL_error(L, "a host function's answer is nested too deeply");
      lua_newtable(L);
      while (count-- > 0) {
        push_value(L, at, end, depth + 1);
        push_value(L, at, end, depth + 1);
        if (lua_isnil(L, -2) || (lua_type(L, -2) == LUA_TNUMBER && lua_tonumber(L, -2) != lua_tonumber(L, -2))) lua_pop(L, 2);
        else lua_rawset(L, -3);
      }
      return;
    default: luaL_error(L, "a host function answered an unknown kind of value");
  }
}

/* ---- The call ----------------------------------------------------------------------------------------------------------- */

static const char answers = 0; /* its address is where the registry keeps the answers' metatable */

static int free_bytes(lua_State *L) {
  ldbg_answer *answer = lua_touserdata(L, 1);
  if (answer == NULL) return 0;
  free(answer->bytes);
  free(answer->text);
  answer->bytes = answer->text = NULL;
  return 0;
}

/* Upvalues: the function, and the metatable that frees an answer which an error leaves behind. */
static int call_host(lua_State *L) {
  const host_function *function = lua_touserdata(L, lua_upvalueindex(1));
  const int count = lua_gettop(L);
  luaL_checkstack(L, LUA_MINSTACK, "too many arguments");
  ldbg_answer *answer = lua_newuserdata(L, sizeof *answer);
  *answer = (ldbg_answer){0};
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_setmetatable(L, -2);
  lua_Debug caller;
  const int line = lua_getstack(L, 1, &caller) && lua_getinfo(L, "l", &caller) ? caller.currentline : -1;
  function->call(function->host, L, function->number, count, line, answer);
  if (answer->report == LDBG_SCRIPT_MESSAGE) ldbg_report_for_host(L, answer->report, "", 0, 1, count);
  luaL_checkstack(L, answer->count + LUA_MINSTACK, "a host function answered too many values");
  if (answer->failed && answer->positioned) luaL_where(L, 1);
  const char *at = answer->bytes;
  const int first = lua_gettop(L) + 1;
  for (int i = 0; i < answer->count; i++) push_value(L, &at, answer->bytes + answer->length, 0);
  if (answer->report == LDBG_SCRIPT_CALL) {
    ldbg_report_for_host(L, answer->report, answer->text, answer->text_length, first, answer->count);
  }
  free(answer->bytes);
  free(answer->text);
  answer->bytes = answer->text = NULL;
  if (answer->stops && !answer->failed) ldbg_stop_for_host(L); /* whoever looks finds it told */
  if (!answer->failed) return answer->count;
  if (answer->positioned) lua_concat(L, 2);
  return lua_error(L);
}

/* A function of a prelude's, made to look like one of C: a tail call to it keeps the caller's frame, so what it raises has a
 * place, as with a library's. */
static int finish_native(lua_State *L, int status, lua_KContext extra) {
  (void)status, (void)extra;
  return lua_gettop(L);
}

static int call_native(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, finish_native);
  return finish_native(L, LUA_OK, 0);
}

/* Traces, profiles and breakpoints tell C functions apart by their addresses: so each of the first 128 has its own. The number
 * keeps a linker from folding them into one. */
static int call_any(lua_State *L, int number) {
  if (lua_isnone(L, lua_upvalueindex(1))) return luaL_error(L, "function %d of the host's is called from C", number);
  return lua_isfunction(L, lua_upvalueindex(1)) ? call_native(L) : call_host(L);
}

#define ONE(n) static int entry_##n(lua_State *L) { return call_any(L, 0x##n); }
#define TEN(n) ONE(n##0) ONE(n##1) ONE(n##2) ONE(n##3) ONE(n##4) ONE(n##5) ONE(n##6) ONE(n##7) \
  ONE(n##8) ONE(n##9) ONE(n##A) ONE(n##B) ONE(n##C) ONE(n##D) ONE(n##E) ONE(n##F)
TEN(0) TEN(1) TEN(2) TEN(3) TEN(4) TEN(5) TEN(6) TEN(7)
#define NAMES(n) entry_##n##0, entry_##n##1, entry_##n##2, entry_##n##3, entry_##n##4, entry_##n##5, entry_##n##6, entry_##n##7, \
  entry_##n##8, entry_##n##9, entry_##n##A, entry_##n##B, entry_##n##C, entry_##n##D, entry_##n##E, entry_##n##F
static const lua_CFunction entries[] = {NAMES(0), NAMES(1), NAMES(2), NAMES(3), NAMES(4), NAMES(5), NAMES(6), NAMES(7)};
enum { ENTRIES = sizeof entries / sizeof *entries };

static int entry_other(lua_State *L) { return call_any(L, -1); }
static lua_CFunction entry(int number) { return number < ENTRIES ? entries[number] : entry_other; }

/* What a prelude is given as its argument: from a function of its own to one that looks like C's. */
static int make_native(lua_State *L) {
  static const char count = 0; /* its address is where the registry keeps how many entries are taken */
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &count);
  int number = (int)(lua_isinteger(L, -1) ? lua_tointeger(L, -1) : lua_tointeger(L, lua_upvalueindex(1)));
  lua_pushinteger(L, number + 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &count);
  lua_settop(L, 1);
  lua_pushcclosure(L, entry(number), 1);
  return 1;
}

/* ---- Putting it there --------------------------------------------------------------------------------------------------- */

/* Pushes the table that the path's last name goes into, and that name. */
static void open_path(lua_State *L, const char *path) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  for (bool is_first = true;; is_first = false) {
    size_t length = strcspn(path, ".");
    lua_pushlstring(L, path, length);
    if (path[length] == 0) return;
    lua_pushvalue(L, -1);
    lua_rawget(L, -3);
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      lua_newtable(L);
      if (is_first) { /* where luaL_traceback and our own catalog look for names */
        luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
        lua_pushvalue(L, -3);
        lua_pushvalue(L, -3);
        lua_rawset(L, -3);
        lua_pop(L, 1);
      }
      lua_pushvalue(L, -2);
      lua_pushvalue(L, -2);
      lua_rawset(L, -5);
    } else if (!lua_istable(L, -1)) {
      luaL_error(L, "there is no room for '%s': something else than a table has that name", path);
    }
    lua_replace(L, -3);
    lua_pop(L, 1);
    path += length + 1;
  }
}

typedef struct installation {
  const char *path;
  host_function function;
  const char *bytes;
  size_t length;
} installation;

static int install_function(lua_State *L) {
  const installation *wanted = lua_touserdata(L, 1);
  open_path(L, wanted->path);
  host_function *function = lua_newuserdata(L, sizeof *function);
  *function = wanted->function;
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &answers) != LUA_TTABLE) {
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushcfunction(L, free_bytes);
    lua_setfield(L, -2, "__gc");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &answers);
  }
  lua_pushcclosure(L, entry(wanted->function.number), 2);
  lua_rawset(L, -3);
  return 0;
}

static int install_constant(lua_State *L) {
  const installation *wanted = lua_touserdata(L, 1);
  const char *at = wanted->bytes;
  open_path(L, wanted->path);
  push_value(L, &at, at + wanted->length, 0);
  lua_rawset(L, -3);
  return 0;
}

int ldbg_install_host_function(lua_State *L, const char *path, int function, ldbg_host_call call, void *host) {
  installation wanted = {.path = path, .function = {call, host, function}};
  return ldbg_protected(L, install_function, &wanted);
}

int ldbg_install_constant(lua_State *L, const char *path, const char *bytes, size_t length) {
  installation wanted = {.path = path, .bytes = bytes, .length = length};
  return ldbg_protected(L, install_constant, &wanted);
}

static const char starter = 0; /* its address is where the registry keeps the function that says what is run */

static int run_prelude(lua_State *L) { /* the prelude, how many entries host functions have */
  lua_pushcclosure(L, make_native, 1);
  lua_call(L, 1, 1);
  if (lua_isfunction(L, -1)) lua_rawsetp(L, LUA_REGISTRYINDEX, &starter);
  return 0;
}

int ldbg_run_prelude(lua_State *L, int functions) {
  ldbg_context *ctx = ldbg_context_of(L);
  if (!lua_checkstack(L, 3)) return LUA_ERRMEM;
  lua_pushcfunction(L, run_prelude);
  lua_insert(L, -2);
  lua_pushinteger(L, functions);
  if (ctx != NULL) ctx->working++; /* no hook sees it */
  int status = lua_pcall(L, 2, 0, 0);
  if (ctx != NULL) ctx->working--;
  return status;
}

bool ldbg_has_starter(lua_State *L) {
  if (!lua_checkstack(L, 1)) return false;
  bool is_there = lua_rawgetp(L, LUA_REGISTRYINDEX, &starter) == LUA_TFUNCTION;
  lua_pop(L, 1);
  return is_there;
}

static int start(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &starter);
  lua_call(L, 0, LUA_MULTRET);
  if (!lua_isfunction(L, 1)) return luaL_error(L, "a prelude has said to run a %s, no function", luaL_typename(L, 1));
  return lua_gettop(L);
}

int ldbg_start(lua_State *L) {
  ldbg_context *ctx = ldbg_context_of(L);
  if (!lua_checkstack(L, 1)) return LUA_ERRMEM;
  lua_pushcfunction(L, start);
  if (ctx != NULL) ctx->working++; /* no hook sees it */
  int status = lua_pcall(L, 0, LUA_MULTRET, 0);
  if (ctx != NULL) ctx->working--;
  return status;
}
