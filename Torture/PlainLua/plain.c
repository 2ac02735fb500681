/* A state of a host's own: its output, its end, its lines and its globals. */
#define _GNU_SOURCE /* memmem */
#include "include/PlainLua.h"
#include <lua5.3/lauxlib.h>
#include <lua5.3/lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static plain_run *run_of(lua_State *L) { return *(plain_run **)lua_getextraspace(L); }

static void write_out(plain_run *run, const char *bytes, size_t count) {
  if (run->length + count > run->capacity) {
    size_t capacity = (run->length + count) * 2;
    char *larger = realloc(run->output, capacity);
    if (larger == NULL) {
      run->ran_out = true;
      return;
    }
    run->output = larger;
    run->capacity = capacity;
  }
  if (count > 0) memcpy(run->output + run->length, bytes, count);
  run->length += count;
}

/* ---- What scripts call ------------------------------------------------------------------------------------------------ */

/* The same calls of the script's own code as the library's print makes: one tostring per value, looked up as a global. */
static int print(lua_State *L) {
  plain_run *run = run_of(L);
  int n = lua_gettop(L);
  lua_getglobal(L, "tostring");
  for (int i = 1; i <= n; i++) {
    size_t length;
    lua_pushvalue(L, -1);
    lua_pushvalue(L, i);
    lua_call(L, 1, 1);
    const char *text = lua_tolstring(L, -1, &length);
    if (text == NULL) return luaL_error(L, "'tostring' must return a string to 'print'");
    if (i > 1) write_out(run, "\t", 1);
    write_out(run, text, length);
    lua_pop(L, 1);
  }
  write_out(run, "\n", 1);
  if (run->printed != NULL) run->printed(run->host, L);
  return 0;
}

static int write_arguments(lua_State *L) {
  int n = lua_gettop(L);
  for (int i = 1; i <= n; i++) {
    size_t length;
    const char *text = luaL_checklstring(L, i, &length);
    write_out(run_of(L), text, length);
  }
  return 0;
}

static int prepare(lua_State *L) {
  luaL_openlibs(L);
  lua_pushcfunction(L, print);
  lua_setglobal(L, "print");
  lua_getglobal(L, "io");
  lua_pushcfunction(L, write_arguments);
  lua_setfield(L, -2, "write");
  lua_newtable(L); /* the names that are there before the script */
  lua_pushglobaltable(L);
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    lua_pushvalue(L, -2);
    lua_pushboolean(L, 1);
    lua_rawset(L, -6);
  }
  lua_pop(L, 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, run_of(L));
  return 0;
}

/* Every string of a script's passes here on its way out, and one of them is the message of the stack of C that is full. */
static void *allocate(void *user, void *block, size_t old, size_t size) {
  static const char message[] = "C stack overflow";
  if (size > 0) return realloc(block, size);
  if (block != NULL && old < 1000 && memmem(block, old, message, sizeof message - 1)) ((plain_run *)user)->overflowed = true;
  free(block);
  return NULL;
}

plain_run *plain_new(void) {
  plain_run *run = calloc(1, sizeof *run);
  if (run == NULL) return NULL;
  run->state = lua_newstate(allocate, run);
  if (run->state == NULL) {
    free(run);
    return NULL;
  }
  *(plain_run **)lua_getextraspace(run->state) = run; /* coroutines are given the main thread's when they are made */
  lua_pushcfunction(run->state, prepare);
  if (lua_pcall(run->state, 0, 0, 0) == LUA_OK) return run;
  plain_free(run);
  return NULL;
}

void plain_close(plain_run *run) {
  if (run->state == NULL) return;
  run->printed = NULL; /* finalizers may print */
  lua_close(run->state);
  run->state = NULL;
}

void plain_free(plain_run *run) {
  if (run == NULL) return;
  plain_close(run);
  free(run->output);
  free(run);
}

/* ---- Lines ---------------------------------------------------------------------------------------------------------------- */

uint64_t plain_order(uint64_t order, const char *chunk, int line) {
  for (; *chunk; chunk++) order = (order ^ (unsigned char)*chunk) * 0x100000001B3u;
  return (order ^ (uint64_t)(unsigned)line) * 0x100000001B3u;
}

static void count_line(lua_State *L, lua_Debug *ar) {
  plain_run *run = run_of(L);
  lua_getinfo(L, "S", ar);
  const char *name = *ar->source == '@' || *ar->source == '=' ? ar->source + 1 : ar->short_src;
  run->lines++;
  run->order = plain_order(run->order, name, ar->currentline);
  if (run->most_lines && run->lines > run->most_lines) luaL_error(L, "too many lines"); /* and again at the next, if it is caught */
}

void plain_count(plain_run *run, long long most_lines) {
  run->hooked = true;
  run->most_lines = most_lines;
  lua_sethook(run->state, count_line, LUA_MASKLINE, 0);
}

bool plain_has_hook(const plain_run *run) { return lua_gethook(run->state) != NULL; }

/* ---- The end ------------------------------------------------------------------------------------------------------------------ */

typedef struct written {
  plain_run *run;
  int tables; /* numbered in the order in which they are come to */
} written;

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static void tell(lua_State *L, written *w, int index, int depth);

/* Keys that are addresses have no order of their own: their values are left out, and counted. */
static void tell_table(lua_State *L, written *w, int index, int depth) {
  char text[64];
  long long others = 0;
  int names = 0, n = 0;
  snprintf(text, sizeof text, "table %d {", w->tables++);
  write_out(w->run, text, strlen(text));
  for (int i = 1; lua_rawgeti(L, index, i) != LUA_TNIL; i++, n++) {
    tell(L, w, lua_gettop(L), depth + 1);
    write_out(w->run, ", ", 2);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  const char *sorted[256];
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
    if (lua_type(L, -2) == LUA_TSTRING && names < 256) sorted[names++] = lua_tostring(L, -2); /* held by the table */
    else others++;
  }
  qsort(sorted, (size_t)names, sizeof *sorted, by_name);
  for (int i = 0; i < names; i++) {
    write_out(w->run, sorted[i], strlen(sorted[i]));
    write_out(w->run, " = ", 3);
    lua_pushstring(L, sorted[i]);
    lua_rawget(L, index);
    tell(L, w, lua_gettop(L), depth + 1);
    write_out(w->run, ", ", 2);
    lua_pop(L, 1);
  }
  snprintf(text, sizeof text, "and %lld%s}", others - n, lua_getmetatable(L, index) ? " with methods" : "");
  lua_settop(L, index);
  write_out(w->run, text, strlen(text));
}

static void tell(lua_State *L, written *w, int index, int depth) {
  char text[64];
  size_t length;
  luaL_checkstack(L, 10, "globals");
  switch (lua_type(L, index)) {
    case LUA_TTABLE:
      lua_pushvalue(L, index);
      bool seen = lua_rawget(L, 1) != LUA_TNIL;
      long long number = lua_tointeger(L, -1);
      lua_pop(L, 1);
      if (seen || depth > 20) {
        snprintf(text, sizeof text, "table %lld", seen ? number : -1);
        break;
      }
      lua_pushvalue(L, index);
      lua_pushinteger(L, w->tables);
      lua_rawset(L, 1);
      lua_pushvalue(L, index);
      tell_table(L, w, lua_gettop(L), depth);
      lua_pop(L, 1);
      return;
    case LUA_TNUMBER:
      if (lua_isinteger(L, index)) snprintf(text, sizeof text, "%lld", (long long)lua_tointeger(L, index));
      else snprintf(text, sizeof text, "%.17g", (double)lua_tonumber(L, index));
      break;
    case LUA_TSTRING: {
      const char *bytes = lua_tolstring(L, index, &length);
      write_out(w->run, "'", 1);
      write_out(w->run, bytes, length);
      write_out(w->run, "'", 1);
      return;
    }
    case LUA_TBOOLEAN: snprintf(text, sizeof text, "%s", lua_toboolean(L, index) ? "true" : "false"); break;
    case LUA_TTHREAD: snprintf(text, sizeof text, "coroutine %d", lua_status(lua_tothread(L, index))); break;
    default: snprintf(text, sizeof text, "%s", luaL_typename(L, index)); break;
  }
  write_out(w->run, text, strlen(text));
}

static int tell_globals(lua_State *L) { /* 1: table numbers, 2: of what the script has made */
  written w = {.run = run_of(L)};
  lua_newtable(L);
  lua_newtable(L);
  lua_rawgetp(L, LUA_REGISTRYINDEX, w.run);
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  for (lua_pushnil(L); lua_next(L, 4); lua_pop(L, 1)) {
    lua_pushvalue(L, -2);
    bool known = lua_rawget(L, 3) != LUA_TNIL;
    lua_pop(L, 1);
    if (known) continue;
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 2);
  }
  lua_settop(L, 2);
  tell(L, &w, 2, 0);
  return 0;
}

static void tell_end(plain_run *run, lua_State *L, int status) {
  run->failed = status != LUA_OK;
  run->printed_length = run->length;
  const char *how = status == LUA_OK ? "returned" : status == LUA_ERRRUN ? "failed" : "failed otherwise";
  write_out(run, "-- ", 3);
  write_out(run, how, strlen(how));
  for (int i = 1; i <= lua_gettop(L); i++) {
    const char *text = lua_type(L, i) == LUA_TSTRING ? lua_tostring(L, i) : luaL_typename(L, i);
    write_out(run, " ", 1);
    if (lua_isinteger(L, i)) {
      char number[32];
      snprintf(number, sizeof number, "%lld", (long long)lua_tointeger(L, i));
      write_out(run, number, strlen(number));
    } else {
      write_out(run, text, strlen(text));
    }
  }
  write_out(run, "\n", 1);
}

void plain_call(plain_run *run, const char *source, size_t length, const char *name) {
  lua_State *L = run->state;
  lua_settop(L, 0);
  int status = luaL_loadbufferx(L, source, length, name, "t");
  if (status == LUA_OK) status = lua_pcall(L, 0, LUA_MULTRET, 0);
  tell_end(run, L, status);
  lua_settop(L, 0);
}

void plain_globals(plain_run *run) {
  lua_State *L = run->state;
  lua_sethook(L, NULL, 0, 0);
  lua_settop(L, 0);
  lua_pushcfunction(L, tell_globals);
  if (lua_pcall(L, 0, 0, 0) != LUA_OK) write_out(run, "globals cannot be told", 22);
  lua_settop(L, 0);
}
