/* The globals that a script has made, as text: two runs of a program that did the same give the same. */
#include "plain.h"
#include <lua5.3/lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct written {
  plain_run *run;
  int tables; /* numbered in the order in which they are come to */
} written;

static void tell(lua_State *L, written *w, int index, int depth);

static void write_text(written *w, const char *text) { plain_write(w->run, text, strlen(text)); }

/* ---- An order for what a table holds --------------------------------------------------------------------------------------- */

/* What can be told without looking inside; of all else the type alone. */
typedef struct scalar {
  int type;
  bool is_integer;
  lua_Integer bits; /* an integer, a boolean, or the bits of a float: any order will do that is the same each time */
  const char *bytes; /* of a string, held by the table */
  size_t length;
} scalar;

typedef struct entry {
  scalar key, value;
} entry;

static scalar scalar_at(lua_State *L, int index) {
  scalar s = {.type = lua_type(L, index)};
  if (s.type == LUA_TSTRING) s.bytes = lua_tolstring(L, index, &s.length);
  if (s.type == LUA_TBOOLEAN) s.bits = lua_toboolean(L, index);
  if (s.type != LUA_TNUMBER) return s;
  s.is_integer = lua_isinteger(L, index);
  lua_Number number = lua_tonumber(L, index);
  if (s.is_integer) s.bits = lua_tointeger(L, index);
  else memcpy(&s.bits, &number, sizeof number);
  return s;
}

static int compare_scalars(const scalar *a, const scalar *b) {
  if (a->type != b->type) return a->type - b->type;
  if (a->type == LUA_TSTRING) {
    int order = memcmp(a->bytes, b->bytes, a->length < b->length ? a->length : b->length);
    return order ? order : (a->length > b->length) - (a->length < b->length);
  }
  if (a->is_integer != b->is_integer) return a->is_integer - b->is_integer;
  return (a->bits > b->bits) - (a->bits < b->bits);
}

/* Keys that are addresses have no order of their own: they stand in that of their values, as far as these have one. */
static int compare_entries(const void *a, const void *b) {
  const entry *left = a, *right = b;
  int order = compare_scalars(&left->key, &right->key);
  return order ? order : compare_scalars(&left->value, &right->value);
}

/* ---- As text ----------------------------------------------------------------------------------------------------------------- */

static void write_scalar(lua_State *L, written *w, const scalar *s) {
  char text[64];
  lua_Number number;
  switch (s->type) {
    case LUA_TSTRING:
      write_text(w, "'");
      plain_write(w->run, s->bytes, s->length);
      write_text(w, "'");
      return;
    case LUA_TBOOLEAN: write_text(w, s->bits ? "true" : "false"); return;
    case LUA_TNUMBER:
      memcpy(&number, &s->bits, sizeof number);
      if (s->is_integer) snprintf(text, sizeof text, "%lld", (long long)s->bits);
      else snprintf(text, sizeof text, "%.17g", (double)number);
      write_text(w, text);
      return;
    default: write_text(w, lua_typename(L, s->type));
  }
}

static void push_scalar(lua_State *L, const scalar *s) {
  lua_Number number;
  memcpy(&number, &s->bits, sizeof number);
  if (s->type == LUA_TSTRING) lua_pushlstring(L, s->bytes, s->length);
  else if (s->type == LUA_TBOOLEAN) lua_pushboolean(L, s->bits != 0);
  else if (s->is_integer) lua_pushinteger(L, s->bits);
  else lua_pushnumber(L, number);
}

static bool has_inside(const scalar *s) {
  return s->type != LUA_TSTRING && s->type != LUA_TNUMBER && s->type != LUA_TBOOLEAN;
}

static void tell_table(lua_State *L, written *w, int index, int depth) {
  char text[64];
  snprintf(text, sizeof text, "table %d {", w->tables++);
  write_text(w, text);
  lua_Integer sequence = 0;
  for (; lua_rawgeti(L, index, sequence + 1) != LUA_TNIL; sequence++) {
    tell(L, w, lua_gettop(L), depth + 1);
    write_text(w, ", ");
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  size_t all = 0, count = 0;
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) all++;
  entry *entries = lua_newuserdata(L, (all + 1) * sizeof *entries); /* Lua's: an error leaves nothing behind */
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
    entry e = {.key = scalar_at(L, -2), .value = scalar_at(L, -1)};
    bool told = e.key.is_integer && e.key.bits >= 1 && e.key.bits <= sequence;
    if (!told) entries[count++] = e;
  }
  qsort(entries, count, sizeof *entries, compare_entries);
  for (size_t i = 0; i < count; i++) {
    const entry *e = &entries[i];
    write_scalar(L, w, &e->key);
    write_text(w, " = ");
    if (has_inside(&e->key)) { /* which of them comes first hangs on where they lie: their values are not looked into */
      write_scalar(L, w, &e->value);
    } else {
      push_scalar(L, &e->key);
      lua_rawget(L, index);
      tell(L, w, lua_gettop(L), depth + 1);
      lua_pop(L, 1);
    }
    write_text(w, ", ");
  }
  write_text(w, lua_getmetatable(L, index) ? "with methods}" : "}");
  lua_settop(L, index);
}

static void tell(lua_State *L, written *w, int index, int depth) {
  char text[64];
  luaL_checkstack(L, 10, "globals");
  scalar value = scalar_at(L, index);
  if (value.type == LUA_TTHREAD) {
    snprintf(text, sizeof text, "coroutine %d", lua_status(lua_tothread(L, index)));
    write_text(w, text);
  } else if (value.type != LUA_TTABLE) {
    write_scalar(L, w, &value);
  } else {
    lua_pushvalue(L, index);
    bool seen = lua_rawget(L, 1) != LUA_TNIL;
    long long number = lua_tointeger(L, -1);
    lua_pop(L, 1);
    if (seen || depth > 20) {
      snprintf(text, sizeof text, "table %lld", seen ? number : -1);
      write_text(w, text);
      return;
    }
    lua_pushvalue(L, index);
    lua_pushinteger(L, w->tables);
    lua_rawset(L, 1);
    lua_pushvalue(L, index);
    tell_table(L, w, lua_gettop(L), depth);
    lua_pop(L, 1);
  }
}

static int tell_globals(lua_State *L) { /* 1: table numbers, 2: of what the script has made */
  written w = {.run = plain_run_of(L)};
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

void plain_globals(plain_run *run) {
  lua_State *L = run->state;
  lua_sethook(L, NULL, 0, 0);
  lua_settop(L, 0);
  lua_pushcfunction(L, tell_globals);
  if (lua_pcall(L, 0, 0, 0) != LUA_OK) plain_write(run, "globals cannot be told", 22);
  lua_settop(L, 0);
}
