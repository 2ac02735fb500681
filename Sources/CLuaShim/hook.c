/* The hook: what happens at each event. The miss path allocates nothing, takes no lock, looks nothing up in the registry
 * and makes no string: the context comes from the allocator's user data, a line from a bitmap, a function from a table
 * keyed by prototype. Swift is called for stops, and once per function and plan.
 */
#include "internal.h"
#include <stdlib.h>
#include <string.h>

static const char ending_tag = 0; /* its address is the error value */

/* A message handler would be called before this error unwinds, in the middle of our hook, with hooks off: an endless one
 * could never be ended. Only an error for want of memory goes past handlers (ldo.c, 5.3: luaD_throw, not luaG_errormsg). */
static bool has_handler(ldbg_context *ctx, lua_State *L) {
  lua_Debug ar;
  for (int level = -1; ldbg_walk(ctx->layout, L, &ar, &level);) {
    bool is_lua;
    const void *code = ldbg_frame_code(ctx->layout, L, &ar, &is_lua);
    if (!is_lua && ldbg_is_xpcall(ctx->layout, code)) return true;
  }
  return false;
}

/* An error raised by a hook can be caught like any other, so while the script is ending each further instruction raises
 * again, until the base is reached. No Swift frame is on the stack here. */
void ldbg_raise_end(ldbg_context *ctx, lua_State *L) {
  if (has_handler(ctx, L)) {
    ctx->refusing = true; /* until the next event */
    lua_newuserdata(L, LDBG_UNGRANTED);
    ctx->refusing = false;
  }
  lua_pushlightuserdata(L, (void *)&ending_tag);
  lua_error(L);
}

/* ---- Stopping ------------------------------------------------------------------------------------------------------ */

void ldbg_clear_hits(ldbg_context *ctx) {
  for (int i = 0; i < ctx->hit_count; i++) {
    free(ctx->hit_messages[i]);
    ctx->hit_messages[i] = NULL;
  }
  ctx->hit_count = 0;
}

static bool add_hit(ldbg_context *ctx, uint32_t breakpoint, bool failed) {
  if (ctx->hit_count == ctx->hit_capacity) {
    int capacity = ctx->hit_capacity ? ctx->hit_capacity * 2 : 8;
    ldbg_hit *hits = realloc(ctx->hits, (size_t)capacity * sizeof *hits);
    if (hits != NULL) ctx->hits = hits;
    char **messages = realloc(ctx->hit_messages, (size_t)capacity * sizeof *messages);
    if (messages != NULL) ctx->hit_messages = messages;
    size_t *lengths = realloc(ctx->hit_lengths, (size_t)capacity * sizeof *lengths);
    if (lengths != NULL) ctx->hit_lengths = lengths;
    if (!hits || !messages || !lengths) return false;
    ctx->hit_capacity = capacity;
  }
  int i = ctx->hit_count++;
  ctx->hits[i] = (ldbg_hit){breakpoint, failed};
  ctx->hit_messages[i] = NULL;
  ctx->hit_lengths[i] = 0;
  if (failed && ctx->message != NULL && (ctx->hit_messages[i] = malloc(ctx->message_length + 1)) != NULL) {
    memcpy(ctx->hit_messages[i], ctx->message, ctx->message_length + 1);
    ctx->hit_lengths[i] = ctx->message_length;
  }
  return true;
}

const char *ldbg_hit_message(ldbg_context *ctx, int hit, size_t *length) {
  if (hit < 0 || hit >= ctx->hit_count || ctx->hit_messages[hit] == NULL) return NULL;
  *length = ctx->hit_lengths[hit];
  return ctx->hit_messages[hit];
}

/* Does this breakpoint stop here? A condition that fails stops and says why; hits are counted before the ignore count
 * takes its share, as gdb and pdb do. */
bool ldbg_hit_entry(ldbg_context *ctx, int index, lua_State *L, lua_Debug *ar) {
  ldbg_plan_entry *entry = &ctx->plan[index];
  bool failed = false;
  if (entry->spent) return false;
  for (int i = 0; i < ctx->hit_count; i++)
    if (ctx->hits[i].breakpoint == entry->breakpoint) return false; /* its line and its entry are one arrival */
  if (entry->condition != NULL) {
    int truth = ldbg_condition_test(ctx, entry->condition, L, ar);
    if (truth == 0) return false;
    failed = truth < 0;
  }
  atomic_fetch_add(&entry->counter->hits, 1);
  if (!failed && atomic_load(&entry->counter->ignore) > 0) {
    atomic_fetch_sub(&entry->counter->ignore, 1);
    return false;
  }
  if (entry->once) entry->spent = true;
  return add_hit(ctx, entry->breakpoint, failed);
}

/* Hand the stop to Swift; it returns when the next resume is chosen. */
void ldbg_stop_here(ldbg_context *ctx, ldbg_stop *stop) {
  stop->hits = ctx->hits;
  stop->hit_count = ctx->hit_count;
  ctx->step = (ldbg_step){0};
  ctx->entering = false;
  ctx->stopped = stop->thread;
  ctx->counts.callbacks++;
  ctx->callbacks.stopped(ctx->callbacks.host, stop);
  ctx->last = stop->thread; /* what was evaluated may have run in other coroutines */
  ctx->stopped = NULL;
  if (!ctx->detached) ldbg_forget_return(ctx);
  ldbg_clear_hits(ctx);
}

/* ---- Steps ------------------------------------------------------------------------------------------------------------- */

static void set_step(ldbg_context *ctx, lua_State *L, int base, int how) {
  lua_Debug ar;
  ldbg_step step = {.kind = how, .L = L};
  int depth = ldbg_depth(L) - base;
  step.depth = depth;
  if (how == LDBG_UNTIL && lua_getstack(L, base, &ar) && lua_getinfo(L, "l", &ar)) step.after_line = ar.currentline;
  if (how == LDBG_OUT) {
    /* The nearest frame of Lua below: a C function in between has no lines to stop at. */
    int level = base + 1;
    step.depth = depth - 1;
    while (lua_getstack(L, level, &ar) && (lua_getinfo(L, "S", &ar), *ar.what == 'C')) level++, step.depth--;
    step.leave = !lua_getstack(L, level, &ar);
    if (step.leave) step.depth = 0;
  }
  ctx->step = step;
}

void ldbg_resume(ldbg_context *ctx, int how, uint32_t reason) {
  lua_State *L = ctx->stopped ? ctx->stopped : ctx->main;
  ctx->finishing = how == LDBG_FINISH;
  ctx->step = (ldbg_step){0};
  switch (how) {
    case LDBG_END: ctx->ending = true; break;
    case LDBG_INTO: ctx->step.kind = LDBG_INTO; break;
    case LDBG_OVER: case LDBG_OUT: case LDBG_UNTIL: set_step(ctx, L, 0, how); break;
    default: break;
  }
  ctx->step.reason = reason;
  ctx->step.from_outside = ldbg_depth(ctx->main) == 0;
}

/* Whoever the step is in can no longer go on by itself: it died, or (leaving a coroutine) it has yielded. */
static bool step_is_orphaned(const ldbg_context *ctx) {
  lua_Debug ar;
  int status = lua_status(ctx->step.L);
  if (status == LUA_YIELD) return ctx->step.leave;
  return status != LUA_OK || !lua_getstack(ctx->step.L, 0, &ar);
}

static void step_anywhere(ldbg_context *ctx) {
  ctx->step = (ldbg_step){.kind = LDBG_INTO, .reason = ctx->step.reason};
  ldbg_arm(ctx);
}

static bool in_frame_step(const ldbg_context *ctx) { return ctx->step.kind >= LDBG_OVER && ctx->step.kind <= LDBG_UNTIL; }

/* Frames are about to go from the step's coroutine: follow what is below. Depth is measured, never counted: an error
 * unwinds without return events, and the next one is that of the pcall that caught it. */
static void step_sees_return(ldbg_context *ctx, lua_State *L, lua_Debug *returning, bool tail) {
  lua_Debug ar, below;
  ldbg_step *step = &ctx->step;
  if (L != step->L) {
    if (step_is_orphaned(ctx)) step_anywhere(ctx);
    return;
  }
  if (lua_getstack(L, step->depth + 1, &ar)) return; /* still deeper than where it may end */
  int after = ldbg_depth(L) - 1; /* of the frame that runs next; in a tail call, the callee in its caller's place */
  if (tail) {
    if (after == step->depth) step->depth = after - 1, step->after_line = 0;
    return;
  }
  ldbg_note_return(ctx, L, returning);
  if (after == 0) { /* the coroutine ends, or the host's call does */
    if (L == ctx->main) ctx->step = (ldbg_step){0};
    else step_anywhere(ctx);
    return;
  }
  if (after == step->depth) return; /* a callee returns to the step's frame */
  bool to_c = lua_getstack(L, 1, &below) && (lua_getinfo(L, "S", &below), *below.what == 'C');
  /* The step's frame returns into a C function (sort, gsub, pcall): the next function that it calls is a place to end. */
  step->depth = to_c && step->kind != LDBG_OUT ? after + 1 : after;
  step->after_line = 0;
}

static bool step_ends(ldbg_context *ctx, lua_State *L, int line) {
  lua_Debug ar;
  const ldbg_step *step = &ctx->step;
  switch (step->kind) {
    case LDBG_INTO: return true;
    case LDBG_OVER: case LDBG_OUT: return L == step->L && !lua_getstack(L, step->depth, &ar);
    case LDBG_UNTIL: return L == step->L && line > step->after_line && !lua_getstack(L, step->depth, &ar);
    default: return false;
  }
}

/* ---- Attention from outside ----------------------------------------------------------------------------------------------- */

/* Returns false when the script is to end now. */
static bool attend(ldbg_context *ctx, lua_State *L) {
  uint32_t what = atomic_exchange(&ctx->attention, 0);
  if ((what & LDBG_ATTEND_TIME) && ctx->time_ends) what |= LDBG_ATTEND_END;
  if (what & LDBG_ATTEND_END) ctx->ending = true;
  if (ctx->evaluating) {
    /* Something evaluated runs in a coroutine of the script's: only an end concerns it, the rest waits. */
    if (what & LDBG_ATTEND_INTERRUPT) ctx->budget.stopped = true;
    atomic_fetch_or(&ctx->attention, what & ~(uint32_t)(LDBG_ATTEND_END | LDBG_ATTEND_INTERRUPT));
    return !ctx->ending && !ctx->budget.stopped;
  }
  if ((what & LDBG_ATTEND_SYNC) && !ctx->ending) {
    ctx->counts.callbacks++;
    ctx->callbacks.synchronize(ctx->callbacks.host, L);
  }
  if ((what & (LDBG_ATTEND_PAUSE | LDBG_ATTEND_TIME)) && !ctx->finishing && !ctx->ending) {
    uint32_t reason = (what & LDBG_ATTEND_PAUSE ? LDBG_REASON_PAUSE : 0) | (what & LDBG_ATTEND_TIME ? LDBG_REASON_TIME : 0);
    ctx->step = (ldbg_step){.kind = LDBG_INTO, .reason = reason};
  }
  ldbg_arm(ctx);
  return !ctx->ending;
}

/* ---- Events ------------------------------------------------------------------------------------------------------------------- */

static void on_line(ldbg_context *ctx, lua_State *L, lua_Debug *ar) {
  const int line = ar->currentline;
  uint32_t reasons = 0;
  if (ctx->step.kind != LDBG_CONTINUE && step_ends(ctx, L, line)) reasons = ctx->step.reason;
  const unsigned bit = (unsigned)line % LDBG_LINE_BITS;
  if ((ctx->line_bits[bit >> 3] & (1u << (bit & 7))) || ctx->entering) {
    bool is_lua;
    const void *key = ldbg_frame_code(ctx->layout, L, ar, &is_lua);
    const ldbg_code *code = ldbg_code_of(ctx, L, ar, key);
    for (int i = 0; i < code->count; i++) {
      if (code->held[i].line != line && !(ctx->entering && code->held[i].line == 0)) continue;
      if (ldbg_hit_entry(ctx, code->held[i].entry, L, ar)) reasons |= LDBG_REASON_BREAKPOINT;
    }
    if (ctx->entering) {
      ctx->entering = false;
      if (!reasons) ldbg_arm_thread(ctx, L, ldbg_mask_at(ctx, L, ar, 0, true));
    }
  }
  if (reasons) {
    ldbg_stop stop = {.thread = L, .reasons = reasons, .line = line};
    ldbg_stop_here(ctx, &stop);
    ldbg_arm(ctx);
  }
}

static void stop_in_c_function(ldbg_context *ctx, lua_State *L, lua_Debug *ar, const ldbg_code *code) {
  uint32_t reasons = 0;
  for (int i = 0; i < code->count; i++)
    if (ldbg_hit_entry(ctx, code->held[i].entry, L, ar)) reasons |= LDBG_REASON_BREAKPOINT;
  if (!reasons) return;
  ldbg_stop stop = {.thread = L, .reasons = reasons, .line = -1};
  ldbg_stop_here(ctx, &stop);
  ldbg_arm(ctx);
}

/* While stepping in: a coroutine made before attach is met when it is resumed, as the first argument of
 * coroutine.resume or the upvalue of a wrap function. */
static void meet_coroutine(ldbg_context *ctx, lua_State *L, lua_Debug *ar) {
  lua_State *met = NULL;
  if (lua_getlocal(L, ar, 1) != NULL) {
    met = lua_tothread(L, -1);
    lua_pop(L, 1);
  }
  if (met == NULL && lua_getinfo(L, "f", ar)) {
    if (lua_getupvalue(L, -1, 1) != NULL) {
      met = lua_tothread(L, -1);
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
  if (met == NULL) return;
  ldbg_lock(ctx);
  bool unknown = ldbg_threads_find(ctx, met) == NULL && ldbg_threads_add(ctx, met) != NULL;
  ldbg_unlock(ctx);
  if (unknown) ldbg_arm_thread(ctx, met, ldbg_mask_at(ctx, met, NULL, 0, false));
}

/* The host begins a new call: what was wanted of the one before is over, an end of it was reached. Looked at before requests
 * from outside are, which are for the new one. */
static void begin_call(ldbg_context *ctx) {
  if (ctx->ending && !ctx->owned) {
    ctx->ending = false;
    ctx->step = (ldbg_step){0};
  }
  if (ctx->step.from_outside) ctx->step.from_outside = false;
  else if (ctx->step.kind != LDBG_CONTINUE) ctx->step = (ldbg_step){0};
  ctx->finishing = ctx->finishing && ctx->owned;
}

static void on_call(ldbg_context *ctx, lua_State *L, lua_Debug *ar, bool tail) {
  bool is_lua;
  const void *key = ldbg_frame_code(ctx->layout, L, ar, &is_lua);
  if (!is_lua) {
    if (ctx->c_functions) {
      const ldbg_code *code = ldbg_code_of(ctx, L, ar, key);
      if (code->entry) stop_in_c_function(ctx, L, ar, code);
    }
    if (ctx->step.kind == LDBG_INTO && !ctx->detached) meet_coroutine(ctx, L, ar);
    return; /* no line is run by C; what it calls back comes here by itself */
  }
  if (in_frame_step(ctx) && (tail || L != ctx->step.L)) step_sees_return(ctx, L, ar, tail);
  if (ctx->functions) ctx->entering = ldbg_code_of(ctx, L, ar, key)->entry;
  ldbg_arm_thread(ctx, L, ldbg_mask_at(ctx, L, ar, tail, true));
}

static void on_return(ldbg_context *ctx, lua_State *L, lua_Debug *ar) {
  lua_Debug next;
  if (ctx->step.kind != LDBG_CONTINUE) {
    if (in_frame_step(ctx)) step_sees_return(ctx, L, ar, false);
    else if (L == ctx->main && !lua_getstack(L, 1, &next)) ctx->step = (ldbg_step){0}; /* back to the host */
    else ldbg_note_return(ctx, L, ar);
    if (ctx->step.kind == LDBG_CONTINUE) ldbg_arm(ctx); /* over: coroutines that wait are not left with its hooks */
  }
  bool any = lua_getstack(L, 1, &next);
  int mask = ldbg_mask_at(ctx, L, any ? &next : NULL, 1, false);
  ldbg_arm_thread(ctx, L, mask);
}

static void fire_foreign(ldbg_context *ctx, lua_State *L, lua_Debug *ar) {
  static const int bits[] = {[LUA_HOOKCALL] = LUA_MASKCALL, [LUA_HOOKRET] = LUA_MASKRET, [LUA_HOOKLINE] = LUA_MASKLINE,
                             [LUA_HOOKCOUNT] = LUA_MASKCOUNT, [LUA_HOOKTAILCALL] = LUA_MASKCALL};
  ldbg_lock(ctx);
  const ldbg_thread *thread = ldbg_threads_find(ctx, L);
  lua_Hook hook = thread && (thread->foreign_mask & bits[ar->event]) ? thread->foreign : NULL;
  ldbg_unlock(ctx);
  if (hook != NULL) hook(L, ar); /* may raise; nothing of ours is on the stack but C */
}

/* Runs on whichever thread runs the script, in the middle of the function that `ar` is about. */
void ldbg_hook(lua_State *L, lua_Debug *ar) {
  ldbg_context *ctx = ldbg_context_of(L);
  if (ctx == NULL) return;
  const int event = ar->event;
  bool kicked = false, due = true;
  if (event == LUA_HOOKCOUNT) { /* before attend puts the count back: is this the kick's event, the script's own, or both? */
    ldbg_lock(ctx);
    const ldbg_thread *thread = ldbg_threads_find(ctx, L);
    kicked = thread != NULL && thread->kicked;
    due = !kicked || thread->kicked_count == 1;
    ldbg_unlock(ctx);
  }
  ctx->counts.events[event]++;
  ctx->last = L;
  ctx->refusing = false;
  lua_Debug below;
  if (event == LUA_HOOKCALL && L == ctx->main && !lua_getstack(L, 1, &below)) {
    bool was_ending = ctx->ending;
    begin_call(ctx);
    if (was_ending && !ctx->ending) ldbg_arm(ctx);
  }
  if (atomic_load_explicit(&ctx->attention, memory_order_relaxed) != 0) {
    ctx->busy++;
    bool go_on = attend(ctx, L);
    ctx->busy--;
    if (!go_on) ldbg_raise_end(ctx, L);
    if (ctx->detached) {
      if (ctx->freed && ctx->busy == 0) ldbg_free(ctx);
      return;
    }
  }
  if (ctx->ending) ldbg_raise_end(ctx, L);
  if (ctx->evaluating) return;
  bool counted = event == LUA_HOOKCOUNT;
  if (counted) {
    /* A kick that somebody else has already answered, or the script's own count hook. */
    ldbg_lock(ctx);
    const ldbg_thread *thread = ldbg_threads_find(ctx, L);
    bool stray = thread == NULL || !(thread->foreign_mask & LUA_MASKCOUNT);
    ldbg_unlock(ctx);
    if (kicked || stray) {
      lua_Debug here;
      ldbg_arm_thread(ctx, L, ldbg_mask_at(ctx, L, lua_getstack(L, 0, &here) ? &here : NULL, 0, false));
      if (!due) return;
    }
  }
  ctx->busy++;
  switch (event) {
    case LUA_HOOKLINE: on_line(ctx, L, ar); break;
    case LUA_HOOKCALL: on_call(ctx, L, ar, false); break;
    case LUA_HOOKTAILCALL: on_call(ctx, L, ar, true); break;
    case LUA_HOOKRET: on_return(ctx, L, ar); break;
    default: break;
  }
  ctx->busy--;
  if (ctx->detached) {
    if (ctx->freed && ctx->busy == 0) ldbg_free(ctx);
    return;
  }
  if (ctx->ending) ldbg_raise_end(ctx, L);
  if (ctx->threads.foreign) fire_foreign(ctx, L, ar);
}

bool ldbg_is_ending(const ldbg_context *ctx) { return ctx->ending; }

void ldbg_ended(ldbg_context *ctx) {
  ctx->ending = ctx->finishing = ctx->entering = false;
  ctx->step = (ldbg_step){0};
  atomic_store(&ctx->attention, 0);
  ctx->last = ctx->main;
  ldbg_arm(ctx);
}

ldbg_counts ldbg_read_counts(const ldbg_context *ctx) { return ctx->counts; }
