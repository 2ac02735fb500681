/* Values of ours in the script's heap, and how they stay out of its sight: they lie on the stack of one thread of ours,
 * pinned by one registry entry under the thread itself. What we allocate is taken off the collector's debt, so the script's
 * finalizers run when they would without us; within a bound, see is_free. */
#include "internal.h"
#include <stdlib.h>

int ldbg_protected(lua_State *L, lua_CFunction function, void *argument) {
  if (!lua_checkstack(L, 3)) return LUA_ERRMEM;
  ldbg_context *ctx = ldbg_context_of(L);
  if (ctx != NULL) ctx->working++; /* at a stop outside the hook, at an error or a debugbreak, hooks would see this */
  lua_pushcfunction(L, function);
  lua_pushlightuserdata(L, argument);
  int status = lua_pcall(L, 1, 0, 0);
  if (ctx != NULL) ctx->working--;
  if (status != LUA_OK) lua_pop(L, 1);
  return status;
}

/* The coroutine on whose stack work of ours may run: ours, if there is one. What is called on the script's in a count event makes Lua
 * forget which line it was in (ldo.c, 5.3: luaD_poscall sets oldpc), and tell of it once more. Else never one that waits in a yield,
 * whose calls Lua would mistake for what it was resumed with, nor a dead one. */
lua_State *ldbg_runner(const ldbg_context *ctx) {
  if (ctx->scratch != NULL) return ctx->scratch;
  lua_State *L = ctx->stopped ? ctx->stopped : ctx->last;
  return L && lua_status(L) == LUA_OK && ldbg_life(ctx->layout, L) != LDBG_DEAD ? L : ctx->main;
}

/* lua_gc(LUA_GCSTEP, n) moves the debt by n KiB and collects only if it is positive then (lapi.c, 5.3): with a negative n it
 * is a loan. A collector that the script has stopped must not be touched at all: a step would run it. */
enum { LOAN = 1 << 16 };

void ldbg_hold_collector(ldbg_context *ctx, lua_State *L, size_t *before) {
  *before = SIZE_MAX;
  if (!lua_gc(L, LUA_GCISRUNNING, 0)) return;
  *before = ldbg_memory_used(ctx);
  lua_gc(L, LUA_GCSTEP, -LOAN);
}

/* A script that allocates nothing never collects, and what thousands of evaluations leave behind would stay for ever. Past this,
 * and past a part of what the script itself has, ours is charged like the script's own, until a collection has freed it. */
enum { MOST_UNCHARGED = 1 << 18 };

static bool is_free(ldbg_context *ctx, size_t now, size_t more) {
  if (ctx->uncharged > MOST_UNCHARGED && now + ctx->uncharged / 2 < ctx->most_used) ctx->uncharged = ctx->most_used = 0;
  if (now > ctx->most_used) ctx->most_used = now;
  if (ctx->uncharged > MOST_UNCHARGED && ctx->uncharged > now / 4) return false;
  ctx->uncharged += more;
  return true;
}

typedef struct repayment {
  int kilobytes;
  bool done;
} repayment;

static int repay(lua_State *L) {
  repayment *r = lua_touserdata(L, 1);
  r->done = true;
  lua_gc(L, LUA_GCSTEP, r->kilobytes);
  return 0;
}

void ldbg_release_collector(ldbg_context *ctx, lua_State *L, size_t before) {
  if (before == SIZE_MAX) return;
  size_t now = ldbg_memory_used(ctx);
  int kept = 0; /* whole KiB, rounded up, carried over: the debt is never more than without us */
  if (now > before && is_free(ctx, now, now - before)) ctx->credit += (long long)(now - before);
  while (ctx->credit > 0) kept++, ctx->credit -= 1024;
  repayment back = {.kilobytes = LOAN - kept};
  ldbg_protected(L, repay, &back); /* a step that was due anyway may run a finalizer that raises */
  /* As deep as C may call nothing can be called, and of a step taken here nothing would catch what its finalizers raise. This makes the
   * debt nothing, whatever it was, and takes no step (lapi.c, 5.3: LUA_GCRESTART). */
  if (!back.done) lua_gc(L, LUA_GCRESTART, 0);
}

/* Of the pin, a userdata whose user value is the anchor. */
static int put_pin_back(lua_State *L) {
  lua_getuservalue(L, 1);
  lua_pushvalue(L, 1);
  lua_rawset(L, LUA_REGISTRYINDEX);
  return 0;
}

/* The registry is a table like any other where a script has `debug`: if it takes our entry out, this is called, and until then what
 * is finalized is kept, with all that it leads to (lgc.c, 5.3: markbeingfnz). A plain entry would be swept while we use it. */
static int unpinned(lua_State *L) {
  ldbg_context *ctx = ldbg_context_of(L);
  lua_getuservalue(L, 1);
  if (ctx == NULL || ctx->anchor == NULL || lua_tothread(L, -1) != ctx->anchor) return 0;
  /* A finalizer is called once. It is set anew first, which needs nothing: where there is no room for the rest, the next collection asks
   * again. */
  if (lua_getmetatable(L, 1)) lua_setmetatable(L, 1);
  lua_pushcfunction(L, put_pin_back);
  lua_pushvalue(L, 1);
  lua_pcall(L, 1, 0, 0);
  return 0;
}

static int make_anchor(lua_State *L) {
  ldbg_context *ctx = lua_touserdata(L, 1);
  lua_State *A = lua_newthread(L);
  lua_newuserdata(L, 0); /* the pin */
  lua_pushvalue(L, -2);
  lua_setuservalue(L, -2);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, unpinned);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  lua_rawset(L, LUA_REGISTRYINDEX);
  ctx->anchor = A; /* from here on ldbg_unanchor undoes it */
  lua_sethook(A, NULL, 0, 0);
  lua_newtable(L); /* LDBG_ANCHOR_EXPRESSIONS */
  lua_newtable(L); /* LDBG_ANCHOR_KEPT */
  lua_State *E = lua_newthread(L);
  lua_State *S = lua_newthread(L);
  lua_State *R = lua_newthread(L);
  /* Of E for the most names that an expression may have, and what compiling takes: its own frame keeps the room. */
  if (!lua_checkstack(A, 8) || !lua_checkstack(E, 64 + LUA_MINSTACK)) luaL_error(L, "not enough memory");
  lua_xmove(L, A, 5);
  lua_sethook(E, NULL, 0, 0);
  lua_sethook(S, NULL, 0, 0);
  lua_sethook(R, NULL, 0, 0);
  ctx->returned = R;
  ctx->evaluator = E;
  ctx->scratch = S;
  return 0;
}

static int drop_anchor(lua_State *L) {
  ldbg_context *ctx = lua_touserdata(L, 1);
  lua_pushthread(ctx->anchor);
  lua_xmove(ctx->anchor, L, 1);
  lua_pushvalue(L, -1);
  if (lua_rawget(L, LUA_REGISTRYINDEX) == LUA_TUSERDATA) { /* nothing of ours runs in the host's state after the detach */
    lua_pushnil(L);
    lua_setmetatable(L, -2);
  }
  lua_pop(L, 1);
  lua_pushnil(L);
  lua_rawset(L, LUA_REGISTRYINDEX);
  return 0;
}

/* Made when first needed: an attached, idle debugger has nothing in the script's heap. */
bool ldbg_anchor(ldbg_context *ctx) {
  size_t before;
  if (ctx->evaluator != NULL) return true;
  if (ctx->closed || ctx->detached) return false;
  lua_State *L = ldbg_runner(ctx);
  ldbg_hold_collector(ctx, L, &before);
  ctx->threads.making_ours = true;
  int status = ldbg_protected(L, make_anchor, ctx);
  ctx->threads.making_ours = false;
  ldbg_release_collector(ctx, L, before);
  if (status == LUA_OK) return true;
  ldbg_unanchor(ctx);
  return false;
}

void ldbg_unanchor(ldbg_context *ctx) {
  if (ctx->anchor == NULL) return;
  if (!ctx->closed) {
    lua_settop(ctx->anchor, 0);
    ldbg_protected(ctx->stopped ? ctx->stopped : ctx->main, drop_anchor, ctx);
  }
  ctx->anchor = ctx->evaluator = ctx->scratch = ctx->returned = NULL;
  ctx->kept = 0;
}

/* Perhaps nothing but our list leads to a coroutine, and what is evaluated in it may collect: it is kept until ldbg_let_go. */
bool ldbg_hold(ldbg_context *ctx, lua_State *L) {
  if (!ldbg_anchor(ctx)) return false; /* which may have collected it already */
  if (L != ctx->stopped && L != ctx->main && (ldbg_threads_find(ctx, L) == NULL || ldbg_life(ctx->layout, L) == LDBG_DEAD)) return false;
  lua_pushthread(L); /* needs no memory: every stack has a few slots more than it says (lstate.h, 5.3: EXTRA_STACK) */
  lua_xmove(L, ctx->anchor, 1);
  return true;
}

void ldbg_let_go(ldbg_context *ctx) { lua_pop(ctx->anchor, 1); }

int ldbg_begin_look(ldbg_context *ctx, lua_State *L) {
  if (L == ctx->stopped || L == ctx->main || ldbg_hold(ctx, L)) return LDBG_LOOK_OK;
  return ctx->anchor == NULL ? LDBG_LOOK_MEMORY : LDBG_LOOK_GONE;
}

void ldbg_end_look(ldbg_context *ctx, lua_State *L) {
  if (L != ctx->stopped && L != ctx->main) ldbg_let_go(ctx);
}

/* ---- What the last function returned -------------------------------------------------------------------------------------- */

enum { MOST_RETURNED = 250 };

/* At a return event during a step. Nothing is known of what a C function returns. */
void ldbg_note_return(ldbg_context *ctx, lua_State *L, lua_Debug *ar) {
  int first, count;
  ctx->has_returned = false;
  if (!ldbg_returned_values(ctx->layout, L, ar, &first, &count)) return;
  if (count > MOST_RETURNED) count = MOST_RETURNED;
  if (!ldbg_anchor(ctx) || !lua_checkstack(ctx->returned, count + 1) || !lua_checkstack(L, 1)) return;
  lua_settop(ctx->returned, 0);
  for (int i = 0; i < count; i++) {
    lua_pushvalue(L, first + i);
    lua_xmove(L, ctx->returned, 1);
  }
  ctx->has_returned = true;
}

void ldbg_forget_return(ldbg_context *ctx) {
  ctx->has_returned = false;
  if (ctx->returned != NULL && !ctx->closed) lua_settop(ctx->returned, 0);
}

lua_State *ldbg_returned(ldbg_context *ctx) { return ctx->has_returned ? ctx->returned : NULL; }

/* ---- Values that stay reachable until the script resumes -------------------------------------------------------------- */

static int store(lua_State *L) { /* table, value, index */
  lua_Integer index = lua_tointeger(L, 3);
  lua_settop(L, 2);
  lua_rawseti(L, 1, index); /* may grow the table, and so raise */
  return 0;
}

/* Store the value on top of L (popped) in one of the anchor's tables. */
bool ldbg_store(ldbg_context *ctx, lua_State *L, int table, lua_Integer index) {
  size_t before;
  lua_State *A = ldbg_anchor(ctx) ? ctx->anchor : NULL;
  if (A == NULL || !lua_checkstack(A, 5)) {
    lua_pop(L, 1);
    return false;
  }
  lua_pushcfunction(A, store);
  lua_pushvalue(A, table);
  lua_xmove(L, A, 1);
  lua_pushinteger(A, index);
  ldbg_hold_collector(ctx, ctx->evaluator, &before);
  int status = lua_pcall(A, 3, 0, 0);
  if (status != LUA_OK) lua_pop(A, 1);
  ldbg_release_collector(ctx, ctx->evaluator, before);
  return status == LUA_OK;
}

int ldbg_keep(ldbg_context *ctx, lua_State *L) {
  if (!ldbg_store(ctx, L, LDBG_ANCHOR_KEPT, ctx->kept + 1)) return 0;
  return ++ctx->kept;
}

lua_State *ldbg_push_kept(ldbg_context *ctx, int reference) {
  if (ctx->scratch == NULL || reference <= 0 || reference > ctx->kept) return NULL;
  if (!lua_checkstack(ctx->anchor, 1) || !lua_checkstack(ctx->scratch, 1)) return NULL;
  lua_rawgeti(ctx->anchor, LDBG_ANCHOR_KEPT, reference);
  lua_xmove(ctx->anchor, ctx->scratch, 1);
  return ctx->scratch;
}

static int renew_kept(lua_State *L) {
  ldbg_context *ctx = lua_touserdata(L, 1);
  lua_newtable(L);
  lua_xmove(L, ctx->anchor, 1);
  lua_replace(ctx->anchor, LDBG_ANCHOR_KEPT);
  return 0;
}

void ldbg_release_kept(ldbg_context *ctx) {
  size_t before;
  if (ctx->kept == 0 || ctx->closed || ctx->evaluator == NULL) return;
  ldbg_hold_collector(ctx, ctx->evaluator, &before);
  if (ldbg_protected(ctx->evaluator, renew_kept, ctx) != LUA_OK) {
    /* No memory for a fresh table: empty the old one, which needs none. */
    for (int i = 1; i <= ctx->kept; i++) {
      lua_pushnil(ctx->anchor);
      lua_rawseti(ctx->anchor, LDBG_ANCHOR_KEPT, i);
    }
  }
  ldbg_release_collector(ctx, ctx->evaluator, before);
  ctx->kept = 0;
}

typedef struct text {
  const char *bytes;
  size_t count;
} text;

static int push_text(lua_State *L) {
  const text *t = lua_touserdata(L, 1);
  lua_pushlstring(L, t->bytes, t->count);
  return 1;
}

bool ldbg_push_string(lua_State *L, const char *bytes, size_t count) {
  text t = {bytes, count};
  if (!lua_checkstack(L, 2)) return false;
  lua_pushcfunction(L, push_text);
  lua_pushlightuserdata(L, &t);
  if (lua_pcall(L, 1, 1, 0) == LUA_OK) return true;
  lua_pop(L, 1);
  return false;
}

lua_State *ldbg_scratch(ldbg_context *ctx) { return ldbg_anchor(ctx) ? ctx->scratch : NULL; }
