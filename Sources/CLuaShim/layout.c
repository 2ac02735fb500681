/* All knowledge of Lua's structures that lua.h does not promise, and the proof of it on the library that is loaded.
 *
 * lua_getinfo on every call makes a call-heavy script run at half its speed; two loads from lua_Debug.i_ci do not. The
 * field is public but what it points to is not, so before we rely on it we run a small script in a state of our own and
 * compare every answer with the public API's. Where the proof fails the public API is used, slower.
 */
#include "layout.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* lua_getstack walks from the top at each call, so walking a deep stack with it takes the square of its depth. The frames are
 * a list; its end, base_ci, lies in the lua_State itself. */
bool ldbg_walk(const ldbg_layout *layout, lua_State *L, lua_Debug *ar, int *level) {
  if (*level < 0 || !layout->frames) {
    if (!layout->frames && *level > 1000) return false;
    return lua_getstack(L, ++*level, ar) != 0;
  }
  frame_view *below = ((frame_view *)(void *)ar->i_ci)->previous;
  const char *start = (const char *)L;
  if ((const char *)below >= start && (const char *)below < start + layout->thread_size - LUA_EXTRASPACE) return false;
  ar->i_ci = (struct CallInfo *)(void *)below;
  ++*level;
  return true;
}

/* The end of a coroutine's list of frames: as long as the coroutine lives, where its stack begins. */
const void *ldbg_base_frame(const ldbg_layout *layout, lua_State *L) {
  lua_Debug ar;
  if (layout->frames && layout->base_frame) return (const char *)L + layout->base_frame;
  int level = -1;
  if (!layout->frames || !ldbg_walk(layout, L, &ar, &level)) return NULL;
  while (ldbg_walk(layout, L, &ar, &level)) {}
  return ((const frame_view *)(const void *)ar.i_ci)->previous;
}

/* A local's place, counted from where its stack begins; without the proof, a number that is as good for telling places apart. */
ldbg_place ldbg_local_place(const ldbg_layout *layout, lua_State *L, lua_Debug *ar, int index) {
  if (!layout->frames || !layout->base_frame)
    return (ldbg_place){L, (ptrdiff_t)ldbg_depth(L) * 1024 + index, true};
  const frame_view *base = (const frame_view *)(const void *)((const char *)L + layout->base_frame);
  const frame_view *frame = (const frame_view *)(const void *)ar->i_ci;
  return (ldbg_place){L, (const char *)(frame->base + index - 1) - (const char *)base->func, true};
}

/* An upvalue is shared by address; while its variable still lies on a stack, that variable's place is its own. */
ldbg_place ldbg_upvalue_place(const ldbg_layout *layout, lua_State *L, int function, int index) {
  void *upvalue = lua_upvalueid(L, function, index);
  if (layout->upvalues && layout->base_frame && upvalue != NULL) {
    const frame_view *base = (const frame_view *)(const void *)((const char *)L + layout->base_frame);
    const value_view *value = *(value_view *const *)upvalue;
    lua_Debug top;
    const value_view *end = lua_getstack(L, 0, &top) ? ((const frame_view *)(const void *)top.i_ci)->top : base->func;
    if (value >= base->func && value < end) return (ldbg_place){L, (const char *)value - (const char *)base->func, true};
  }
  return (ldbg_place){upvalue, 0, false};
}

ptrdiff_t ldbg_frame_position(const void *frame, const void *base) { return frame_position(frame, base); }

/* At a return event of a Lua function: where on its stack the values lie that it returns. The hook is not told (Lua 5.4's is),
 * but the instruction is OP_RETURN A B: B - 1 values from register A, or all up to the top. */
bool ldbg_returned_values(const ldbg_layout *layout, lua_State *L, lua_Debug *ar, int *first, int *count) {
  enum { OP_RETURN = 38 };
  if (!layout->frames || !layout->returns) return false;
  const frame_view *frame = (const frame_view *)(const void *)ar->i_ci;
  if (frame->func->tag != TAG_LUA) return false;
  const uint32_t instruction = frame->savedpc[-1];
  if ((instruction & 0x3F) != OP_RETURN) return false;
  const int a = (instruction >> 6) & 0xFF, b = (int)(instruction >> 23);
  *first = (int)(frame->base - frame->func) + a;
  *count = b != 0 ? b - 1 : lua_gettop(L) + 1 - *first;
  return *count >= 0;
}

/* The public way. A closure stands for its prototype: closures of one function are told apart, which costs time only. */
static const void *public_frame_code(lua_State *L, lua_Debug *ar, bool *is_lua) {
  const void *key;
  if (!lua_getinfo(L, "f", ar)) return NULL;
  lua_CFunction function = lua_tocfunction(L, -1);
  *is_lua = function == NULL;
  key = function ? (const void *)(size_t)function : lua_topointer(L, -1);
  lua_pop(L, 1);
  return key;
}

const void *ldbg_frame_code(const ldbg_layout *layout, lua_State *L, lua_Debug *ar, bool *is_lua) {
  return layout->frames ? frame_code(frame_of(ar), is_lua) : public_frame_code(L, ar, is_lua);
}

/* A coroutine that nothing leads to stays in our list until it is swept, and what its frames refer to may be swept before it:
 * nothing of those may be read. The dead bear the white that is not the present one (lgc.h, 5.3: isdead). */
int ldbg_life(const ldbg_layout *layout, lua_State *L) {
  if (layout->white == 0) return lua_status(L) == LUA_YIELD ? LDBG_DEAD_OR_ALIVE : LDBG_ALIVE;
  const char *global;
  memcpy(&global, (const char *)L + layout->global, sizeof global);
  return color_of(L) & (global[layout->white] ^ WHITES) ? LDBG_DEAD : LDBG_ALIVE;
}

/* The same key for the function on top of L, so that a value can be compared with what runs. */
const void *ldbg_function_code(const ldbg_context *ctx, lua_State *L) {
  lua_CFunction function = lua_tocfunction(L, -1);
  if (function != NULL) return (const void *)(size_t)function;
  if (!lua_isfunction(L, -1)) return NULL;
  const void *closure = lua_topointer(L, -1);
  return ctx->layout->frames ? ((const closure_view *)closure)->code : closure;
}

const void *ldbg_running_code(const ldbg_context *ctx, lua_State *L, lua_Debug *ar) {
  bool is_lua;
  return ldbg_frame_code(ctx->layout, L, ar, &is_lua);
}

/* ---- The proof ------------------------------------------------------------------------------------------------- */

#define PROBE_BLOCKS 512

typedef struct probe {
  void *protos[PROBE_BLOCKS];
  int proto_count;
  size_t proto_size;
  void *thread;
  size_t thread_size, main_size;
  bool good, returns_good, upvalues_good, locals_good;
  int returns, open, closed, locals;
  ptrdiff_t base_frame;
  int calls;
  const void *key_of_f, *key_of_g, *key_of_len;
} probe;

static void *probe_allocate(void *ud, void *block, size_t old_size, size_t new_size) {
  probe *p = ud;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  void *result = realloc(block, new_size);
  if (block == NULL && result != NULL) {
    memset(result, 0, new_size); /* find_countdown looks at gaps too */
    if (p->main_size == 0) p->main_size = new_size; /* the first block of all */
    else if (old_size == LUA_TTHREAD) p->thread = result, p->thread_size = new_size;
    if (old_size == LUA_NUMTAGS) { /* LUA_TPROTO: the first tag behind the public ones */
      p->proto_size = new_size;
      if (p->proto_count < PROBE_BLOCKS) p->protos[p->proto_count++] = result;
    }
  }
  return result;
}

/* In g, on the main thread: one of its upvalues is closed and lies in itself, another is still a variable of the main chunk's. */
static void probe_upvalues(lua_State *L, lua_Debug *ar, probe *p) {
  const frame_view *base = (const frame_view *)(const void *)((const char *)L + p->base_frame);
  const frame_view *frame = (const frame_view *)(const void *)ar->i_ci;
  lua_getinfo(L, "f", ar);
  for (int i = 1; lua_getupvalue(L, -1, i) != NULL; i++) {
    const char *upvalue = lua_upvalueid(L, -2, i);
    const value_view *value = *(value_view *const *)(const void *)upvalue;
    bool closed = (const char *)value > upvalue && (const char *)value < upvalue + 64;
    bool open = value > base->func && value < frame->func;
    lua_Integer number = 0;
    if (closed || open) memcpy(&number, &value->value, sizeof number);
    bool same = lua_isinteger(L, -1) ? number == lua_tointeger(L, -1) : closed || open ? value->value == lua_topointer(L, -1) : false;
    if (!same || upvalue_value(frame, i) != value) p->upvalues_good = false;
    p->closed += closed;
    p->open += open;
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

static void probe_hook(lua_State *L, lua_Debug *ar) {
  void *ud;
  (void)lua_getallocf(L, &ud);
  probe *p = ud;
  bool is_lua = false, is_lua_publicly = false;
  if (ar->event == LUA_HOOKCOUNT || ar->event == LUA_HOOKLINE) return;
  const void *key = frame_code(frame_of(ar), &is_lua);
  const void *public_key = public_frame_code(L, ar, &is_lua_publicly);
  p->calls++;
  lua_Debug below, walked = *ar;
  int level = 0;
  bool deeper = lua_getstack(L, 1, &below);
  const ldbg_layout trial = {.frames = true, .returns = true, .thread_size = p->thread_size};
  if (ldbg_walk(&trial, L, &walked, &level) != deeper || (deeper && walked.i_ci != below.i_ci)) p->good = false;
  const void *base = ldbg_base_frame(&trial, L);
  ptrdiff_t offset = (const char *)base - (const char *)L;
  if (p->base_frame == 0) p->base_frame = offset;
  if (base == NULL || offset != p->base_frame || ldbg_frame_position(ar->i_ci, base) <= 0 ||
      (deeper && ldbg_frame_position(ar->i_ci, base) <= ldbg_frame_position(below.i_ci, base)))
    p->good = false;
  if (is_lua != is_lua_publicly || key == NULL) {
    p->good = false;
    return;
  }
  if (!is_lua) {
    if (key != public_key) p->good = false;
  } else {
    bool found = false;
    for (int i = 0; i < p->proto_count; i++) found |= p->protos[i] == key;
    if (!found) p->good = false;
  }
  lua_getinfo(L, "S", ar);
  const void **slot = !is_lua ? &p->key_of_len : ar->linedefined == 1 ? &p->key_of_f
                    : ar->linedefined == 3 ? &p->key_of_g : NULL;
  if (slot == NULL || (!is_lua && key != (const void *)(size_t)lua_tocfunction(L, 1))) return;
  if (*slot != NULL && *slot != key) p->good = false; /* two closures of one function have one prototype */
  *slot = key;
  if (slot == &p->key_of_g) probe_upvalues(L, ar, p);
  if (ar->event == LUA_HOOKRET && slot == &p->key_of_f) { /* f returns its only parameter */
    int first, count;
    bool told = ldbg_returned_values(&trial, L, ar, &first, &count) && count == 1;
    lua_getlocal(L, ar, 1);
    const value_view *local = local_value(frame_of(ar), 1);
    if (local->tag != TAG_INTEGER || plain_bits(local) != (uint64_t)lua_tointeger(L, -1)) p->locals_good = false;
    p->locals++;
    if (!told || !lua_rawequal(L, first, -1) || !lua_isinteger(L, first)) p->returns_good = false;
    lua_pop(L, 1);
    p->returns++;
  }
}

static const char probe_script[] =
    "local function f(a) if a > 0 then a = a - 1 end return a end\n"
    "local function make(x) return\nfunction() return f(x) end end\n"
    "local len = ... for i = 1, 3 do make(i)() len('x') end\n"
    "local co = coroutine.wrap(function() f(1) coroutine.yield(1) return f(2) end) co() co()\n"
    "return pcall(function() return f(3) end)\n";

static void find_countdown(lua_State *L, const probe *p, ldbg_layout *layout) {
  /* lua_sethook stores the count twice, side by side: the period and the countdown. */
  const int mark = 0x5A17E3;
  lua_sethook(L, probe_hook, LUA_MASKCOUNT, mark);
  for (size_t at = 0; at + 2 * sizeof(int) <= p->thread_size - LUA_EXTRASPACE; at += sizeof(int)) {
    int pair[2];
    memcpy(pair, (const char *)L + at, sizeof pair);
    if (pair[0] != mark || pair[1] != mark) continue;
    if (luaL_loadstring(L, "local a = 1 for i = 1, 10 do a = a + i end return a") == LUA_OK &&
        lua_pcall(L, 0, 0, 0) == LUA_OK) {
      memcpy(pair, (const char *)L + at, sizeof pair);
      if (pair[0] == mark && pair[1] < mark - 20 && pair[1] > mark - 200) layout->hook_count = at + sizeof(int);
    }
    break;
  }
  lua_sethook(L, NULL, 0, 0);
}

/* It lies in the main thread's block, so what is looked at while it is searched for is memory of Lua's. */
static size_t find_global(lua_State *L, lua_State *T, const probe *p) {
  const char *main = (const char *)L - LUA_EXTRASPACE;
  void *ud;
  lua_Alloc allocate = lua_getallocf(L, &ud);
  for (size_t at = sizeof(void *); at + sizeof(void *) <= p->thread_size - LUA_EXTRASPACE; at += sizeof(void *)) {
    const char *of_main, *of_coroutine;
    memcpy(&of_main, (const char *)L + at, sizeof of_main);
    memcpy(&of_coroutine, (const char *)T + at, sizeof of_coroutine);
    if (of_main != of_coroutine || of_main < main || of_main + sizeof(global_view) > main + p->main_size) continue;
    const global_view *global = (const global_view *)(const void *)of_main;
    if (global->allocate == allocate && global->ud == ud) return at;
  }
  return 0;
}

/* A new coroutine is of the present white, and a collection changes that to the other one: a byte that follows for eight of them is
 * no other. */
static size_t find_white(lua_State *L, const probe *p, size_t global_offset) {
  enum { ROUNDS = 8, MOST = 2048 };
  const unsigned char *global;
  bool ruled_out[MOST] = {false};
  int before = 0;
  size_t found = 0;
  memcpy(&global, (const char *)L + global_offset, sizeof global);
  size_t size = (size_t)((const unsigned char *)L - LUA_EXTRASPACE + p->main_size - global);
  if (size > MOST) size = MOST;
  for (int round = 0; round < ROUNDS; round++) {
    int color = color_of(lua_newthread(L)) & WHITES;
    lua_pop(L, 1);
    if ((color != 1 && color != 2) || color == before) return 0;
    for (size_t at = sizeof(global_view); at < size; at++) ruled_out[at] |= global[at] != color;
    before = color;
    lua_gc(L, LUA_GCCOLLECT, 0);
  }
  for (size_t at = sizeof(global_view); at < size; at++) {
    if (ruled_out[at]) continue;
    if (found) return 0;
    found = at;
  }
  return found;
}

/* In a C function: what is on its stack lies behind its frame's function. */
static bool values_are_as_seen(lua_State *L) {
  lua_Debug ar;
  const lua_Integer integer = 0x123456789ABCDEF;
  const lua_Number number = 0.1;
  int top = lua_gettop(L);
  lua_pushnil(L);
  lua_pushboolean(L, 0);
  lua_pushboolean(L, 1);
  lua_pushinteger(L, integer);
  lua_pushnumber(L, number);
  bool good = lua_getstack(L, 0, &ar) == 1;
  const value_view *seen = good ? frame_of(&ar)->func + top + 1 : NULL;
  good = good && seen[0].tag == TAG_NIL && seen[1].tag == TAG_BOOLEAN && seen[2].tag == TAG_BOOLEAN &&
         seen[3].tag == TAG_INTEGER && seen[4].tag == TAG_FLOAT && plain_bits(&seen[1]) == 0 && plain_bits(&seen[2]) == 1 &&
         plain_bits(&seen[3]) == (uint64_t)integer && memcmp(&seen[4].value, &number, sizeof number) == 0;
  lua_pushglobaltable(L);
  good = good && seen[5].tag == TAG_TABLE && seen[5].value == lua_topointer(L, -1);
  lua_settop(L, top);
  return good;
}

static int prove(lua_State *L) {
  ldbg_layout *layout = lua_touserdata(L, 1);
  void *ud;
  (void)lua_getallocf(L, &ud);
  probe *p = ud;
  luaL_openlibs(L);
  const struct { const char *table, *name; lua_CFunction *slot; } wanted[] = {
      {"_G", "pcall", &layout->pcall}, {"_G", "xpcall", &layout->xpcall}, {"_G", "load", &layout->load},
      {"debug", "sethook", &layout->sethook}, {"debug", "gethook", &layout->gethook}};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    lua_getglobal(L, wanted[i].table);
    lua_getfield(L, -1, wanted[i].name);
    *wanted[i].slot = lua_tocfunction(L, -1);
    lua_pop(L, 2);
  }
  lua_State *T = lua_newthread(L);
  layout->threads = p->thread_size > LUA_EXTRASPACE && (char *)p->thread + LUA_EXTRASPACE == (char *)T;
  layout->thread_size = p->thread_size; /* of the block */
  if (layout->threads) find_countdown(T, p, layout);
  if (layout->threads) layout->global = find_global(L, T, p);
  if (layout->global) layout->white = find_white(L, p, layout->global);
  if (luaL_loadbuffer(L, probe_script, sizeof probe_script - 1, "=probe") != LUA_OK) return 0;
  lua_getglobal(L, "string");
  lua_getfield(L, -1, "len");
  lua_remove(L, -2);
  p->good = p->returns_good = p->upvalues_good = p->locals_good = true;
  lua_sethook(L, probe_hook, LUA_MASKCALL | LUA_MASKRET, 0);
  lua_call(L, 1, 0);
  lua_sethook(L, NULL, 0, 0);
  if (p->good && p->calls > 20 && p->proto_size > 0 && p->key_of_f && p->key_of_g && p->key_of_f != p->key_of_g) {
    layout->frames = true;
    layout->proto_size = p->proto_size;
    layout->returns = p->returns_good && p->returns > 3;
    layout->upvalues = p->upvalues_good && p->open > 0 && p->closed > 0;
    layout->base_frame = (size_t)p->base_frame;
    layout->values = layout->upvalues && p->locals_good && p->locals > 0 && layout->returns && values_are_as_seen(L);
  }
  return 0;
}

static ldbg_layout proven, reduced;
size_t ldbg_global_offset;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_bool disabled;

static void prove_once(void) {
  probe *p = calloc(1, sizeof *p);
  lua_State *L = p ? lua_newstate(probe_allocate, p) : NULL;
  if (L != NULL) {
    lua_pushcfunction(L, prove);
    lua_pushlightuserdata(L, &proven);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) proven.frames = false;
    lua_close(L);
  }
  free(p);
  reduced = proven;
  reduced.frames = false;
  reduced.proto_size = 0;
  reduced.hook_count = 0;
  reduced.base_frame = 0;
  reduced.global = 0;
  reduced.white = 0;
  reduced.values = false;
  const char *wish = secure_getenv("LUADEBUG_LAYOUT");
  if (wish != NULL && strcmp(wish, "public") == 0) proven = reduced; /* the proof has failed, as far as anybody can tell */
  ldbg_global_offset = proven.frames ? proven.global : 0;
}

const ldbg_layout *ldbg_prove_layout(void) {
  pthread_once(&once, prove_once);
  return atomic_load(&disabled) ? &reduced : &proven;
}

bool ldbg_layout_is_proven(void) { return ldbg_prove_layout()->frames; }
void ldbg_layout_disable(bool disable) {
  ldbg_prove_layout();
  atomic_store(&disabled, disable);
  ldbg_global_offset = disable || !proven.frames ? 0 : proven.global;
}
