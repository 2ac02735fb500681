/* A state of a host's own: its output, its end and its lines. */
#define _GNU_SOURCE /* memmem */
#include "plain.h"
#include <lua5.3/lauxlib.h>
#include <lua5.3/lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void plain_write(plain_run *run, const char *bytes, size_t count) {
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
  plain_run *run = plain_run_of(L);
  int n = lua_gettop(L);
  lua_getglobal(L, "tostring");
  for (int i = 1; i <= n; i++) {
    size_t length;
    lua_pushvalue(L, -1);
    lua_pushvalue(L, i);
    lua_call(L, 1, 1);
    const char *text = lua_tolstring(L, -1, &length);
    if (text == NULL) return luaL_error(L, "'tostring' must return a string to 'print'");
    if (i > 1) plain_write(run, "\t", 1);
    plain_write(run, text, length);
    lua_pop(L, 1);
  }
  plain_write(run, "\n", 1);
  if (run->printed != NULL) run->printed(run->host, L);
  return 0;
}

static int write_arguments(lua_State *L) {
  int n = lua_gettop(L);
  for (int i = 1; i <= n; i++) {
    size_t length;
    const char *text = luaL_checklstring(L, i, &length);
    plain_write(plain_run_of(L), text, length);
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
  lua_rawsetp(L, LUA_REGISTRYINDEX, plain_run_of(L));
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
  free(run->lines);
  free(run);
}

/* ---- Lines ---------------------------------------------------------------------------------------------------------------- */

uint64_t plain_line(const char *chunk, int line) {
  uint64_t number = 0xCBF29CE484222325u; /* FNV-1a */
  for (; *chunk; chunk++) number = (number ^ (unsigned char)*chunk) * 0x100000001B3u;
  return (number ^ (uint64_t)(unsigned)line) * 0x100000001B3u;
}

static void count_line(lua_State *L, lua_Debug *ar) {
  plain_run *run = plain_run_of(L);
  lua_getinfo(L, "S", ar);
  const char *name = *ar->source == '@' || *ar->source == '=' ? ar->source + 1 : ar->short_src;
  if (run->line_count == run->most_lines) luaL_error(L, "too many lines"); /* and again at the next, if it is caught */
  run->lines[run->line_count++] = plain_line(name, ar->currentline);
}

/* What it answers where there is no hook: the one that counts is not the script's, and none there is without it. */
static int no_hook(lua_State *L) {
  lua_pushnil(L);
  lua_pushliteral(L, "");
  lua_pushinteger(L, 0);
  return 3;
}

static int hide_hook(lua_State *L) {
  lua_getglobal(L, "debug");
  lua_pushcfunction(L, no_hook);
  lua_setfield(L, -2, "gethook");
  return 0;
}

static void set_hidden_hook(plain_run *run, lua_Hook hook, int mask, int count) {
  lua_pushcfunction(run->state, hide_hook);
  if (lua_pcall(run->state, 0, 0, 0) != LUA_OK) lua_settop(run->state, 0);
  lua_sethook(run->state, hook, mask, count);
}

void plain_count(plain_run *run, size_t most_lines) {
  run->lines = calloc(most_lines, sizeof *run->lines);
  run->most_lines = run->lines ? most_lines : 0;
  set_hidden_hook(run, count_line, LUA_MASKLINE, 0);
}

/* Where it collects is nobody's to rely on: Lua tells two functions made in one place apart, or does not, by when it has done so. */
static void take_step(lua_State *L, lua_Debug *ar) {
  (void)ar;
  lua_gc(L, LUA_GCSTEP, 0);
}

void plain_collect(plain_run *run, int instructions) {
  set_hidden_hook(run, take_step, LUA_MASKCOUNT, instructions);
}

bool plain_has_hook(const plain_run *run) { return lua_gethook(run->state) != NULL; }

/* ---- Calls ------------------------------------------------------------------------------------------------------------------- */

/* A value as the script ends with it: what has an inside by its type. */
static void write_value(lua_State *L, plain_run *run, int index) {
  char number[64];
  size_t length;
  const char *text = number;
  switch (lua_type(L, index)) {
    case LUA_TSTRING: text = lua_tolstring(L, index, &length); break;
    case LUA_TBOOLEAN: text = lua_toboolean(L, index) ? "true" : "false", length = strlen(text); break;
    case LUA_TNUMBER:
      if (lua_isinteger(L, index)) snprintf(number, sizeof number, "%lld", (long long)lua_tointeger(L, index));
      else snprintf(number, sizeof number, "%.17g", (double)lua_tonumber(L, index));
      length = strlen(number);
      break;
    default: text = luaL_typename(L, index), length = strlen(text);
  }
  plain_write(run, text, length);
}

static void tell_end(plain_run *run, lua_State *L, int status) {
  run->failed = status != LUA_OK;
  run->printed_length = run->length;
  const char *how = status == LUA_OK ? "returned" : status == LUA_ERRRUN ? "failed" : "failed otherwise";
  plain_write(run, "-- ", 3);
  plain_write(run, how, strlen(how));
  run->values_start = run->length;
  for (int i = 1; i <= lua_gettop(L); i++) {
    plain_write(run, " ", 1);
    write_value(L, run, i);
  }
  run->values_end = run->length;
  plain_write(run, "\n", 1);
}

void plain_call(plain_run *run, const char *source, size_t length, const char *name) {
  lua_State *L = run->state;
  lua_settop(L, 0);
  int status = luaL_loadbufferx(L, source, length, name, "t");
  if (status == LUA_OK) status = lua_pcall(L, 0, LUA_MULTRET, 0);
  tell_end(run, L, status);
  lua_settop(L, 0);
}

/* ---- As lua.c does ------------------------------------------------------------------------------------------------------- */

typedef struct chunk {
  const char *source, *name;
  size_t length;
} chunk;

static int stock_message(lua_State *L) {
  const char *message = lua_tostring(L, 1);
  if (message == NULL) {
    if (luaL_callmeta(L, 1, "__tostring") && lua_type(L, -1) == LUA_TSTRING) return 1;
    message = lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
  }
  luaL_traceback(L, L, message, 1);
  return 1;
}

static int stock_main(lua_State *L) {
  const chunk *called = lua_touserdata(L, 1);
  lua_settop(L, 0);
  int status = luaL_loadbufferx(L, called->source, called->length, called->name, "t");
  if (status == LUA_OK) {
    lua_pushcfunction(L, stock_message);
    lua_insert(L, 1);
    status = lua_pcall(L, 0, LUA_MULTRET, 1);
  }
  plain_run *run = plain_run_of(L);
  run->failed = status != LUA_OK;
  run->printed_length = run->length;
  const char *message = run->failed ? lua_tostring(L, -1) : NULL;
  if (message == NULL) return 0;
  plain_write(run, "lua5.3: ", 8);
  plain_write(run, message, strlen(message));
  plain_write(run, "\n", 1);
  return 0;
}

void plain_call_as_stock(plain_run *run, const char *source, size_t length, const char *name) {
  lua_State *L = run->state;
  chunk called = {.source = source, .name = name, .length = length};
  lua_settop(L, 0);
  lua_pushcfunction(L, stock_main);
  lua_pushlightuserdata(L, &called);
  if (lua_pcall(L, 1, 0, 0) != LUA_OK) run->failed = true;
  lua_settop(L, 0);
}
