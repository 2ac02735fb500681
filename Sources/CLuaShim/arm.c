/* Arming: from what is wanted to hooks. The only file that calls lua_sethook on the script's coroutines; another strategy
 * (trap instructions, say) would replace it and touch nothing else. */
#include "internal.h"
#include <sched.h>
#include <string.h>
#include <time.h>

/* Nothing wanted, no hook (0). A function without breakpoints pays for calls only; RETURN events are wanted while
 * something further down the stack needs its LINE events back. */
int ldbg_mask(ldbg_wanted w) {
  if (w.ending) return LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT;
  int mask = w.observed;
  if (w.hosted && (w.finishing || w.step != LDBG_CONTINUE)) mask |= LUA_MASKCALL;
  if (w.finishing) return mask;
  if (w.watched) mask |= LUA_MASKLINE;
  if (w.entering) mask |= LUA_MASKLINE;
  if (w.functions) mask |= LUA_MASKCALL;
  if (w.lines) {
    /* Where lines are on already, what is called is known by its first lines: neither calls nor returns are needed. */
    if (w.holder || !w.gated) mask |= LUA_MASKLINE;
    else mask |= LUA_MASKCALL | (w.holder_below ? LUA_MASKRET : 0);
  }
  switch (w.step) {
    case LDBG_INTO: mask |= LUA_MASKLINE | LUA_MASKCALL | LUA_MASKRET; break;
    case LDBG_OVER: case LDBG_OUT: case LDBG_UNTIL:
      mask |= LUA_MASKRET;
      if (w.step_here) mask |= LUA_MASKLINE | LUA_MASKCALL;
      break;
    default: break;
  }
  return mask;
}

void ldbg_lock(ldbg_context *ctx) {
  while (atomic_flag_test_and_set_explicit(&ctx->arming, memory_order_acquire)) sched_yield();
}
void ldbg_unlock(ldbg_context *ctx) { atomic_flag_clear_explicit(&ctx->arming, memory_order_release); }

bool ldbg_is_our_hook(lua_Hook hook) { return hook == ldbg_hook || hook == ldbg_budget_hook; }

/* lua_sethook starts the countdown of a count hook afresh. A count hook that the script has set must fire at the
 * instructions where it would without us, so the countdown is carried over where its place is known. */
void ldbg_set_hook(ldbg_context *ctx, lua_State *L, lua_Hook hook, int mask, int count) {
  const size_t at = ctx->layout->hook_count;
  bool keep = at && (mask & LUA_MASKCOUNT) && (lua_gethookmask(L) & LUA_MASKCOUNT) && lua_gethookcount(L) == count;
  int countdown = 0;
  if (keep) memcpy(&countdown, (char *)L + at, sizeof countdown);
  lua_sethook(L, hook, mask, count);
  if (keep) memcpy((char *)L + at, &countdown, sizeof countdown);
}

void ldbg_lend_hook(ldbg_context *ctx, ldbg_thread *thread, lua_Hook hook, int mask, int count) {
  lua_State *L = thread->L;
  ldbg_lock(ctx);
  thread->lent = true;
  thread->lent_hook = lua_gethook(L);
  thread->lent_mask = lua_gethookmask(L);
  thread->lent_count = lua_gethookcount(L);
  if (ctx->layout->hook_count) memcpy(&thread->lent_countdown, (char *)L + ctx->layout->hook_count, sizeof(int));
  lua_sethook(L, hook, mask, count);
  ldbg_unlock(ctx);
}

void ldbg_return_hook(ldbg_context *ctx, ldbg_thread *thread) {
  lua_State *L = thread->L;
  ldbg_lock(ctx);
  thread->lent = false;
  if (lua_gethook(L) == ldbg_budget_hook) {
    lua_sethook(L, thread->lent_hook, thread->lent_mask, thread->lent_count);
    if (ctx->layout->hook_count) memcpy((char *)L + ctx->layout->hook_count, &thread->lent_countdown, sizeof(int));
  }
  ldbg_unlock(ctx);
}

/* A hook that somebody else has put in the place of ours, or that was there before. */
static void adopt_foreign(ldbg_context *ctx, lua_State *L) {
  ldbg_thread *thread = ldbg_threads_find(ctx, L);
  lua_Hook hook = lua_gethook(L);
  if (thread == NULL || ldbg_is_our_hook(hook)) return;
  if (thread->foreign == NULL && hook != NULL) ctx->threads.foreign++;
  if (thread->foreign != NULL && hook == NULL) ctx->threads.foreign--;
  thread->foreign = hook;
  thread->foreign_mask = hook ? lua_gethookmask(L) : 0;
  thread->foreign_count = hook ? lua_gethookcount(L) : 0;
}

/* What makes a coroutine look up. CALL too: where nothing runs yet, the host's next call is seen before its first line. RET too: when a
 * C function returns, its caller is still in the line of the call, and the next line is seen to begin even if it is one instruction
 * long. */
enum { KICK = LUA_MASKCOUNT | LUA_MASKCALL | LUA_MASKRET };

static void kick(ldbg_context *ctx, ldbg_thread *thread, int mask) { /* the countdown that is there will be wanted again */
  if (ctx->layout->hook_count)
    memcpy(&thread->kicked_count, (char *)thread->L + ctx->layout->hook_count, sizeof thread->kicked_count);
  thread->kicked = true;
  lua_sethook(thread->L, ldbg_hook, mask | KICK, 1);
}

/* Somebody may have asked for attention while LINE was on, or while the script waited, or before there was this coroutine, and so have
 * left it unkicked. On the script's own thread LINE may be set, too: who wants a pause sees the very next line, even if it is one
 * instruction long. */
void ldbg_kick_late(ldbg_context *ctx, ldbg_thread *thread, int mask) {
  adopt_foreign(ctx, thread->L);
  const uint32_t pause = atomic_load(&ctx->attention) & (LDBG_ATTEND_PAUSE | LDBG_ATTEND_TIME);
  kick(ctx, thread, mask | (pause ? LUA_MASKLINE : 0));
}

void ldbg_arm_thread(ldbg_context *ctx, lua_State *L, int mask) {
  if (ctx->detached) return; /* from inside `meet`, say */
  /* Nearly always nothing changes. A kick that comes in between stays as it is. */
  if (ctx->threads.foreign == 0 && !(mask & LUA_MASKCOUNT) && lua_gethookmask(L) == mask &&
      lua_gethook(L) == (mask ? ldbg_hook : NULL) && atomic_load(&ctx->attention) == 0)
    return;
  ldbg_lock(ctx);
  lua_Hook hook = lua_gethook(L);
  if (hook != NULL && !ldbg_is_our_hook(hook)) adopt_foreign(ctx, L);
  if (hook != NULL && !ldbg_is_our_hook(hook) && ldbg_threads_find(ctx, L) == NULL) { /* somebody else's, and no room to note it */
    ldbg_unlock(ctx);
    return;
  }
  ldbg_thread *thread = ctx->threads.foreign ? ldbg_threads_find(ctx, L) : NULL;
  bool foreign = thread != NULL && thread->foreign != NULL;
  if (thread == NULL && lua_gethookmask(L) & LUA_MASKCOUNT) thread = ldbg_threads_find(ctx, L);
  if (thread != NULL && thread->kicked) {
    /* The kick put its own period in the place of the script's: put the script's back first, countdown and all. */
    thread->kicked = false;
    if (foreign && (thread->foreign_mask & LUA_MASKCOUNT)) {
      lua_sethook(L, ldbg_hook, lua_gethookmask(L) | LUA_MASKCOUNT, thread->foreign_count);
      /* At the kick's count event an instruction has passed; at a call or a return, in a coroutine that waits, none. */
      int left = thread->kicked_count - (ctx->counting == L);
      if (ctx->layout->hook_count && left > 0) memcpy((char *)L + ctx->layout->hook_count, &left, sizeof left);
    }
  }
  int wanted = mask | (foreign ? thread->foreign_mask : 0);
  int count = foreign ? thread->foreign_count : 0;
  if (mask & LUA_MASKCOUNT) { /* an end wants every instruction; a sample can be taken whenever the script's own hook is due */
    if (mask & ~ctx->observed & LUA_MASKCOUNT || ctx->ending) count = 1;
    else if (!foreign || !(thread->foreign_mask & LUA_MASKCOUNT)) count = ctx->sample_period;
  }
  const bool attention = atomic_load(&ctx->attention) != 0;
  if (thread == NULL && attention) thread = ldbg_threads_find(ctx, L);
  if (attention && !(wanted & LUA_MASKLINE) && thread != NULL) {
    ldbg_kick_late(ctx, thread, wanted);
  } else if (mask == 0 && !attention) {
    if (ldbg_is_our_hook(hook) || hook != (foreign ? thread->foreign : NULL)) {
      if (foreign) ldbg_set_hook(ctx, L, thread->foreign, thread->foreign_mask, thread->foreign_count);
      else lua_sethook(L, NULL, 0, 0);
    }
  } else if (lua_gethook(L) != ldbg_hook || lua_gethookmask(L) != wanted ||
             ((wanted & LUA_MASKCOUNT) && lua_gethookcount(L) != count)) {
    ldbg_set_hook(ctx, L, ldbg_hook, wanted, count);
  }
  ldbg_unlock(ctx);
}

/* Is a holder of line breakpoints among the frames from `level` on? Looks at a bounded number of them: true when unsure,
 * which costs return events, never a breakpoint. */
static bool holder_from(ldbg_context *ctx, lua_State *L, int level, int bound) {
  lua_Debug ar;
  for (int i = 0; lua_getstack(L, level + i, &ar); i++) {
    bool is_lua;
    if (i >= bound) return true;
    const void *key = ldbg_frame_code(ctx->layout, L, &ar, &is_lua);
    if (is_lua && ldbg_code_of(ctx, L, &ar, key)->lines) return true;
  }
  return false;
}

/* The mask for a coroutine whose frame `next` runs next (NULL: none); `extra` frames of those on the stack are about to
 * go; `keep_return`: RETURN events that are on may have been wanted for a frame below. */
int ldbg_mask_at(ldbg_context *ctx, lua_State *L, lua_Debug *next, int extra, bool keep_return) {
  ldbg_wanted w = {.ending = ctx->ending, .finishing = ctx->finishing, .hosted = !ctx->owned, .lines = ctx->lines, .functions = ctx->functions,
                   .gated = true, .entering = ctx->entering, .watched = ctx->watching,
                   .observed = ctx->observed, .step = ctx->step.kind};
  if (ctx->muted) { /* but for the host's next call, which ends that */
    w.lines = w.functions = w.entering = w.watched = false;
    w.observed = ctx->owned ? 0 : LUA_MASKCALL;
  }
  if (w.ending || w.finishing) return ldbg_mask(w);
  if (w.lines && next != NULL) {
    bool is_lua;
    const void *key = ldbg_frame_code(ctx->layout, L, next, &is_lua);
    w.holder = is_lua && ldbg_code_of(ctx, L, next, key)->lines;
    if (!w.holder)
      w.holder_below = keep_return ? (lua_gethookmask(L) & (LUA_MASKRET | LUA_MASKLINE)) != 0
                                   : holder_from(ctx, L, extra, 16);
  }
  if (w.step != LDBG_CONTINUE && w.step != LDBG_INTO && L == ctx->step.L) {
    /* The callee of a tail call is not in its caller's place yet, but will be. */
    lua_Debug place;
    if (extra && lua_getstack(L, 1, &place)) next = &place;
    w.step_here = ldbg_step_is_here(ctx, L, next, extra);
  }
  return ldbg_mask(w);
}

static void arm_each(ldbg_context *ctx, bool disarm) {
  ldbg_grow_up(ctx); /* the last one made: on this thread, and outside of the allocator, lua_newthread is done with it */
  /* What looks at a function for the first time allocates, and a coroutine that nothing leads to any more would go then, while its
   * frames are looked at: collections wait, and where memory is refused, and Lua collects for all that, the runner's stack leads to it. */
  const bool looks = !disarm && ctx->lines;
  lua_State *runner = looks ? ldbg_runner(ctx) : NULL;
  size_t before = 0;
  if (looks) ldbg_hold_collector(ctx, runner, &before);
  /* Masks are computed outside the lock (they may ask Swift), so the list is walked by index. */
  for (size_t i = 0; i < ctx->threads.capacity; i++) {
    lua_State *L = ctx->threads.slots[i].L;
    if (L == NULL || ctx->threads.slots[i].ours || L == ctx->threads.embryo) continue;
    lua_Debug next;
    const int life = ldbg_life(ctx->layout, L);
    int mask = 0;
    if (!disarm && life != LDBG_DEAD) {
      bool running = life == LDBG_ALIVE && lua_getstack(L, 0, &next);
      const bool pinned = running && looks && L != runner;
      if (pinned) {
        lua_pushthread(L); /* as in ldbg_hold, needs no memory */
        lua_xmove(L, runner, 1);
      }
      mask = ldbg_mask_at(ctx, L, running ? &next : NULL, 0, false);
      if (pinned) lua_pop(runner, 1);
      if (life != LDBG_ALIVE && ctx->lines && mask) mask |= LUA_MASKLINE | LUA_MASKRET; /* its frames cannot be asked */
    }
    ldbg_arm_thread(ctx, L, mask);
  }
  if (looks) ldbg_release_collector(ctx, runner, before);
}

void ldbg_arm(ldbg_context *ctx) {
  if (!ctx->closed && !ctx->detached) arm_each(ctx, false);
}
void ldbg_disarm_all(ldbg_context *ctx) { arm_each(ctx, true); }

/* Some microseconds, as a rule; where an error has left it so, some milliseconds, once. */
static void lock_when_unused(ldbg_context *ctx) {
  ldbg_lock(ctx);
  for (int i = 0; ctx->threads.in_use && i < 150; i++) {
    ldbg_unlock(ctx);
    if (i < 100) sched_yield();
    else nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    ldbg_lock(ctx);
  }
  ctx->threads.in_use = false;
}

/* From another thread. The script's own thread may be changing the very hook, hence the lock; and LINE must not be set
 * from here: lua_sethook stores an oldpc read while the script moves, and the first line event would index the line
 * table of another function (ldebug.c, luaG_traceexec). A coroutine whose LINE is on will look up by itself; any other
 * gets a count hook of period 1, and its event decides on the script's own thread. */
void ldbg_attend(ldbg_context *ctx, uint32_t what) {
  atomic_fetch_or(&ctx->attention, what);
  lock_when_unused(ctx);
  if (!ctx->closed && !ctx->detached) {
    for (size_t i = 0; i < ctx->threads.capacity; i++) {
      ldbg_thread *thread = &ctx->threads.slots[i];
      if (thread->L == NULL || thread->ours || thread->L == ctx->threads.embryo) continue;
      lua_Hook hook = lua_gethook(thread->L);
      int mask = lua_gethookmask(thread->L);
      if (hook == ldbg_budget_hook) continue; /* looks up every thousand instructions */
      if (ldbg_is_our_hook(hook)) {
        if ((mask & LUA_MASKLINE) || thread->kicked) continue;
      } else {
        adopt_foreign(ctx, thread->L);
      }
      kick(ctx, thread, mask & ~LUA_MASKLINE);
    }
  }
  ldbg_unlock(ctx);
}

void ldbg_note(ldbg_context *ctx, uint32_t what) { atomic_fetch_or(&ctx->attention, what); }
void ldbg_withdraw(ldbg_context *ctx, uint32_t what) { atomic_fetch_and(&ctx->attention, ~what); }
bool ldbg_is_asked(const ldbg_context *ctx, uint32_t what) { return atomic_load(&ctx->attention) & what; }

bool ldbg_end_is_due(const ldbg_context *ctx) {
  uint32_t what = atomic_load(&ctx->attention);
  if (ctx->ending || what & LDBG_ATTEND_END) return true;
  /* An interruption of nothing is forgotten when the next evaluation begins. */
  return ctx->evaluating ? what & LDBG_ATTEND_INTERRUPT : (what & LDBG_ATTEND_TIME) && ctx->time_ends;
}

int ldbg_armed_coroutines(ldbg_context *ctx) {
  int armed = 0;
  if (ctx->closed) return 0;
  for (size_t i = 0; i < ctx->threads.capacity; i++) {
    const ldbg_thread *thread = &ctx->threads.slots[i];
    armed += thread->L && !thread->ours && ldbg_is_our_hook(lua_gethook(thread->L));
  }
  return armed;
}
