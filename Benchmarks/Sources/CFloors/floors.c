/* The hooks that everything is measured against. */
#include "CFloors.h"
#include <lua5.3/lauxlib.h>
#include <lua5.3/lua.h>
#include <lua5.3/lualib.h>
#include <string.h>

static floor_setting current;
static int function; /* in the registry */
static char local[32]; /* its name */
static int index_of_local;
static floor_counts counts;

static void empty(lua_State *L, lua_Debug *ar) {
  (void)L;
  (void)ar;
}

static void call_constant(lua_State *L, lua_Debug *ar) {
  if (current.line != 0 && ar->currentline != current.line) return;
  lua_rawgeti(L, LUA_REGISTRYINDEX, function);
  lua_pcall(L, 0, 1, 0);
  lua_toboolean(L, -1);
  lua_pop(L, 1);
}

/* The place of a local is the same at each arrival at one line; at others it may be none. */
static void call_condition(lua_State *L, lua_Debug *ar) {
  if (current.line != 0 && ar->currentline != current.line) return;
  lua_rawgeti(L, LUA_REGISTRYINDEX, function);
  if (index_of_local == 0 && current.line != 0) {
    const char *name;
    for (int i = 1; (name = lua_getlocal(L, ar, i)) != NULL; i++) {
      lua_pop(L, 1);
      if (strcmp(name, local) == 0) index_of_local = i;
    }
  }
  if (lua_getlocal(L, ar, index_of_local ? index_of_local : 1) == NULL) lua_pushnil(L);
  lua_pcall(L, 1, 1, 0);
  lua_toboolean(L, -1);
  lua_pop(L, 1);
}

const char *floor_install(lua_State *L, floor_setting setting) {
  static const int masks[] = {
      [FLOOR_LINE] = LUA_MASKLINE,
      [FLOOR_CALL] = LUA_MASKCALL,
      [FLOOR_CALL_RETURN] = LUA_MASKCALL | LUA_MASKRET,
      [FLOOR_COUNT] = LUA_MASKCOUNT,
      [FLOOR_ALL] = LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE,
      [FLOOR_CALL_CONSTANT] = LUA_MASKLINE,
      [FLOOR_CALL_CONDITION] = LUA_MASKLINE,
  };
  lua_Hook hook = empty;
  current = setting;
  index_of_local = 0;
  strncpy(local, setting.local, sizeof local - 1);
  if (setting.kind == FLOOR_NONE) {
    lua_sethook(L, NULL, 0, 0);
    return NULL;
  }
  if (setting.kind == FLOOR_CALL_CONSTANT || setting.kind == FLOOR_CALL_CONDITION) {
    hook = setting.kind == FLOOR_CALL_CONSTANT ? call_constant : call_condition;
    if (luaL_loadstring(L, setting.function) != LUA_OK || lua_pcall(L, 0, 1, 0) != LUA_OK) return lua_tostring(L, -1);
    function = luaL_ref(L, LUA_REGISTRYINDEX);
  }
  lua_sethook(L, hook, masks[setting.kind], setting.period);
  return NULL;
}

static void count(lua_State *L, lua_Debug *ar) {
  (void)L;
  switch (ar->event) {
    case LUA_HOOKLINE:
      counts.lines++;
      counts.at_line += ar->currentline == current.line;
      break;
    default: counts.calls++; break;
  }
}

floor_counts floor_count(lua_State *L, const char *name, int64_t size, int line) {
  counts = (floor_counts){0};
  current = (floor_setting){.line = line};
  lua_sethook(L, count, LUA_MASKCALL | LUA_MASKLINE, 0);
  floor_run(L, name, size, false);
  lua_sethook(L, NULL, 0, 0);
  return counts;
}
