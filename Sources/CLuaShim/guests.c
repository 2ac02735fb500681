/* Four library functions that ours stand in for while attached, each doing exactly what the library's does:
 *   pcall, xpcall   so that a stop at an error that will be caught finds the frames alive (the library's pcall passes no
 *                   message handler, and after it has caught there is nothing left to look at);
 *   debug.sethook, debug.gethook   so that a script's own hook and ours share the one hook a coroutine has.
 * A script may keep one of them beyond detach: without a context each is the library's own.
 */
#include "tracing.h"

/* ---- Errors ------------------------------------------------------------------------------------------------------- */

/* Stop at the error value at index 1 of a message handler's frame. */
void ldbg_error_stop(ldbg_context *ctx, lua_State *L, bool caught) {
  lua_Debug ar;
  bool stops = false;
  if (ctx->any_errors == 0 && (caught || ctx->uncaught_errors == 0)) return;
  if (ctx->ending || ctx->finishing || ctx->muted || ctx->evaluating || ctx->detached) return;
  if (!lua_getstack(L, 1, &ar) || !lua_getinfo(L, "l", &ar)) return;
  for (int i = 0; i < ctx->plan_count; i++) {
    int at = ctx->plan[i].at_errors;
    if (at == LDBG_AT_ANY_ERROR || (at == LDBG_AT_UNCAUGHT_ERROR && !caught)) stops |= ldbg_hit_entry(ctx, i, L, &ar, LDBG_HIT_PLAIN);
  }
  if (!stops) return;
  ldbg_stop stop = {.thread = L, .base = 1, .reasons = LDBG_REASON_ERROR | LDBG_REASON_BREAKPOINT,
                    .line = ar.currentline, .error_index = 1, .error_caught = caught};
  ctx->busy++;
  ldbg_stop_here(ctx, &stop);
  ldbg_arm(ctx);
  if (--ctx->busy == 0 && ctx->freed) ldbg_free(ctx);
  /* When the script is to end, the error goes on unwinding and the next instruction raises again. */
}

static int stop_at_caught(lua_State *L) {
  ldbg_context *ctx = ldbg_context_of(L);
  lua_settop(L, 1);
  if (ctx != NULL) ldbg_error_stop(ctx, L, true);
  return 1;
}

/* Upvalue 1 is the script's own handler. A C handler (debug.traceback) runs in this very frame and so sees the stack that it
 * would see without us; a Lua handler is one frame further from the error. */
static int stop_then_handle(lua_State *L) {
  stop_at_caught(L);
  lua_CFunction function = lua_tocfunction(L, lua_upvalueindex(1));
  if (function != NULL) return function(L);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

static bool wants_caught_errors(lua_State *L) {
  const ldbg_context *ctx = ldbg_context_of(L);
  return ctx != NULL && ctx->any_errors > 0 && !ctx->evaluating;
}

static int finish_call(lua_State *L, int status, lua_KContext extra) {
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_pushboolean(L, 0);
    lua_pushvalue(L, -2);
    return 2;
  }
  return lua_gettop(L) - (int)extra;
}

bool ldbg_is_guest_handler(const void *code) {
  return code == (const void *)(size_t)stop_at_caught || code == (const void *)(size_t)stop_then_handle;
}

static int guest_pcall(lua_State *L) {
  if (!wants_caught_errors(L)) return ldbg_prove_layout()->pcall(L);
  luaL_checkany(L, 1);
  lua_pushcfunction(L, stop_at_caught);
  lua_pushboolean(L, 1);
  lua_rotate(L, 1, 2); /* handler, true, function, arguments */
  int status = lua_pcallk(L, lua_gettop(L) - 3, LUA_MULTRET, 1, 1, finish_call);
  return finish_call(L, status, 1);
}

static int guest_xpcall(lua_State *L) {
  if (!wants_caught_errors(L)) return ldbg_prove_layout()->xpcall(L);
  int n = lua_gettop(L);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_pushvalue(L, 2);
  lua_pushcclosure(L, stop_then_handle, 1);
  lua_replace(L, 2);
  lua_pushboolean(L, 1);
  lua_pushvalue(L, 1);
  lua_rotate(L, 3, 2); /* function, handler, true, function, arguments */
  int status = lua_pcallk(L, n - 2, LUA_MULTRET, 2, 2, finish_call);
  return finish_call(L, status, 2);
}

bool ldbg_is_xpcall(const ldbg_layout *layout, const void *code) {
  return code == (const void *)(size_t)guest_xpcall || code == (const void *)(size_t)layout->xpcall;
}

/* ---- Hooks of the script's own --------------------------------------------------------------------------------------- */

static lua_State *hooked_thread(lua_State *L) { return lua_isthread(L, 1) ? lua_tothread(L, 1) : L; }

/* The library reads and sets a hook word by word, and knows nothing of our lock: a kick from another thread in the middle of that would
 * leave a hook of one with a count of the other. Whoever kicks waits until `in_use` is false. Collections wait, too: a finalizer could
 * raise an error past us, or come here itself. What is due is done at the end, as the library would have done it, with the same errors. */
enum { LENT = 1 << 16 };

static bool hands_off(ldbg_context *ctx, lua_State *L) {
  const bool collects = lua_gc(L, LUA_GCISRUNNING, 0);
  if (collects) lua_gc(L, LUA_GCSTEP, -LENT);
  ldbg_lock(ctx);
  ctx->threads.in_use = true;
  return collects;
}

static void collect_what_is_due(lua_State *L, bool collects) {
  if (collects) lua_gc(L, LUA_GCSTEP, LENT);
}

/* A hook, with the countdown where its place is known. While something is evaluated it may be the budget's, or wait for the script
 * to go on: then it is put back as it was, for a countdown begun anew at each look would never come to its end. */
typedef struct hook_state { lua_Hook hook; int mask, count, countdown; } hook_state;

static hook_state hook_of(const ldbg_context *ctx, lua_State *L) {
  hook_state state = {lua_gethook(L), lua_gethookmask(L), lua_gethookcount(L), 0};
  if (ctx->layout->hook_count) memcpy(&state.countdown, (char *)L + ctx->layout->hook_count, sizeof state.countdown);
  return state;
}

static void put_back(ldbg_context *ctx, lua_State *L, hook_state state) {
  if (state.hook == ldbg_budget_hook && ctx->layout->hook_count == 0) {
    ldbg_charge_budget(ctx, L, state.count);
    return;
  }
  lua_sethook(L, state.hook, state.mask, state.count);
  if (ctx->layout->hook_count) memcpy((char *)L + ctx->layout->hook_count, &state.countdown, sizeof state.countdown);
}

static void share_hook(ldbg_context *ctx, lua_State *L) {
  lua_Debug here;
  if (!ctx->evaluating) ldbg_arm_thread(ctx, L, ldbg_mask_at(ctx, L, lua_getstack(L, 0, &here) ? &here : NULL, 0, false));
}

/* The library has set a hook. */
static void take_foreign(ldbg_context *ctx, lua_State *L, hook_state before) {
  ldbg_thread *thread = ldbg_threads_add(ctx, L); /* a coroutine of before attach is met here */
  const hook_state set = hook_of(ctx, L);
  if (thread != NULL && !ldbg_is_our_hook(set.hook)) {
    thread->kicked = false; /* what was set is in the place of the kick */
    ctx->threads.foreign += (set.hook != NULL) - (thread->foreign != NULL);
    thread->foreign = set.hook;
    thread->foreign_mask = set.hook ? set.mask : 0;
    thread->foreign_count = set.hook ? set.count : 0;
    if (thread->lent) { /* and comes back when the evaluation is done */
      thread->lent_hook = set.hook;
      thread->lent_mask = set.mask;
      thread->lent_count = set.count;
      thread->lent_countdown = set.countdown;
    }
  }
  /* The script's hook waits; what is evaluated stays within its budget. */
  if (ctx->evaluating && before.hook == ldbg_budget_hook) put_back(ctx, L, before);
  else if (ctx->evaluating) lua_sethook(L, ldbg_budget_hook, LUA_MASKCOUNT, LDBG_BUDGET_PERIOD);
}

/* What the library would raise an error about, before it sets anything. */
static bool is_call_of_sethook(lua_State *L) {
  const int first = lua_isthread(L, 1) ? 2 : 1;
  if (lua_isnoneornil(L, first)) return true;
  if (!lua_isfunction(L, first) || !lua_isstring(L, first + 1)) return false;
  int is_number = 1;
  if (!lua_isnoneornil(L, first + 2)) lua_tointegerx(L, first + 2, &is_number);
  return is_number;
}

static int guest_sethook(lua_State *L) {
  ldbg_context *ctx = ldbg_context_of(L);
  lua_State *target = hooked_thread(L);
  if (ctx == NULL || !is_call_of_sethook(L)) return ldbg_prove_layout()->sethook(L);
  if (target == ctx->evaluator) return 0; /* an evaluation's budget is not the script's to lift */
  const bool collects = hands_off(ctx, L);
  const hook_state before = hook_of(ctx, target);
  ldbg_unlock(ctx);
  int results = ldbg_prove_layout()->sethook(L);
  ldbg_lock(ctx);
  ctx->threads.in_use = false;
  take_foreign(ctx, target, before);
  ldbg_unlock(ctx);
  share_hook(ctx, target);
  collect_what_is_due(L, collects);
  return results;
}

/* The script's hook is put where the library looks for it. */
static int guest_gethook(lua_State *L) {
  ldbg_context *ctx = ldbg_context_of(L);
  lua_State *target = hooked_thread(L);
  if (ctx == NULL || target == ctx->evaluator) return ldbg_prove_layout()->gethook(L);
  const bool collects = hands_off(ctx, L);
  const hook_state before = hook_of(ctx, target);
  const ldbg_thread *thread = ldbg_threads_add(ctx, target);
  if (ldbg_is_our_hook(before.hook)) {
    if (thread != NULL && thread->foreign != NULL)
      ldbg_set_hook(ctx, target, thread->foreign, thread->foreign_mask, thread->foreign_count);
    else
      lua_sethook(target, NULL, 0, 0);
  }
  ldbg_unlock(ctx);
  int results = ldbg_prove_layout()->gethook(L);
  ldbg_lock(ctx);
  ctx->threads.in_use = false;
  if (ctx->evaluating) put_back(ctx, target, before);
  ldbg_unlock(ctx);
  share_hook(ctx, target);
  collect_what_is_due(L, collects);
  return results;
}

/* ---- In and out ----------------------------------------------------------------------------------------------------------- */

static void exchange(lua_State *L, const char *library, const char *name, lua_CFunction from, lua_CFunction to) {
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  if (from != NULL && lua_istable(L, -1)) {
    lua_pushstring(L, library);
    lua_rawget(L, -2);
    if (lua_istable(L, -1)) {
      lua_pushstring(L, name);
      lua_rawget(L, -2);
      if (lua_tocfunction(L, -1) == from) { /* only what is the library's (or ours) is replaced */
        lua_pushstring(L, name);
        lua_pushcfunction(L, to);
        lua_rawset(L, -4);
      }
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

void ldbg_guests_install(lua_State *L, const ldbg_layout *layout) {
  exchange(L, "_G", "pcall", layout->pcall, guest_pcall);
  exchange(L, "_G", "xpcall", layout->xpcall, guest_xpcall);
  exchange(L, "debug", "sethook", layout->sethook, guest_sethook);
  exchange(L, "debug", "gethook", layout->gethook, guest_gethook);
}

void ldbg_guests_remove(lua_State *L, const ldbg_layout *layout) {
  exchange(L, "_G", "pcall", guest_pcall, layout->pcall);
  exchange(L, "_G", "xpcall", guest_xpcall, layout->xpcall);
  exchange(L, "debug", "sethook", guest_sethook, layout->sethook);
  exchange(L, "debug", "gethook", guest_gethook, layout->gethook);
}

/* ---- print ------------------------------------------------------------------------------------------------------------------- */

static void give_out(lua_State *L, luaL_Buffer *buffer) {
  const ldbg_context *ctx = ldbg_context_of(L);
  size_t length;
  luaL_pushresult(buffer);
  const char *bytes = lua_tolstring(L, -1, &length);
  if (ctx != NULL && ctx->callbacks.output && length > 0) ctx->callbacks.output(ctx->callbacks.host, bytes, length);
  lua_pop(L, 1);
}

/* As the library's (lbaselib.c, 5.3): each value through the global tostring, which the script may have replaced. Where that runs
 * code of the script's, which may print or fail, what comes before it is given out first; else the line is given out whole. */
static int guest_print(lua_State *L) {
  luaL_Buffer buffer;
  const int n = lua_gettop(L);
  lua_getglobal(L, "tostring");
  const bool is_scripts = !lua_iscfunction(L, n + 1);
  luaL_buffinit(L, &buffer);
  for (int i = 1; i <= n; i++) {
    if (is_scripts || luaL_getmetafield(L, i, "__tostring") != LUA_TNIL) {
      if (!is_scripts) lua_pop(L, 1);
      give_out(L, &buffer);
      luaL_buffinit(L, &buffer);
    }
    lua_pushvalue(L, n + 1);
    lua_pushvalue(L, i);
    lua_call(L, 1, 1);
    if (!lua_isstring(L, -1)) return luaL_error(L, "'tostring' must return a string to 'print'");
    if (i > 1) {
      lua_pushliteral(L, "\t");
      lua_insert(L, -2);
      lua_concat(L, 2);
    }
    luaL_addvalue(&buffer);
  }
  luaL_addchar(&buffer, '\n');
  give_out(L, &buffer);
  return 0;
}

static int install_print(lua_State *L) {
  lua_pushcfunction(L, guest_print);
  lua_setglobal(L, "print");
  return 0;
}

int ldbg_redirect_print(ldbg_context *ctx) { return ldbg_protected(ctx->main, install_print, ctx); }
