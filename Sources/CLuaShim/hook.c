/* The hook: what happens at each event. The miss path allocates nothing, takes no lock, looks nothing up in the registry
 * and makes no string: the context comes from the allocator's user data, a line from a bitmap, a function from a table
 * keyed by prototype. Swift is called for stops, and once per function and plan.
 */
#include "layout.h"
#include "tracing.h"

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
  ctx->counting = NULL;
  if (has_handler(ctx, L)) {
    ctx->refusing = true; /* until the next event */
    lua_newuserdata(L, LDBG_UNGRANTED);
    ctx->refusing = false;
  }
  lua_pushliteral(L, "ended by the debugger"); /* words that a host can print; short ones, which Lua keeps once */
  lua_error(L);
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

/* Lines are on in a function that holds breakpoints, and stay on in what it calls: most functions are short, and turning them
 * off and on again costs more than some lines. After so many that concern nobody they are turned off, until a function returns to
 * one that wants them. */
enum { MOST_STRAYS = 100, RETURNS_BETWEEN_LOOKS = 64 };

static void gate(ldbg_context *ctx, lua_State *L, lua_Debug *ar, const ldbg_code *code, const void *key) {
  if (code->lines) {
    ctx->holder = ctx->watching || ctx->observed ? NULL : key;
    ctx->held = code;
  } else if (++ctx->strays >= MOST_STRAYS) {
    ctx->strays = 0;
    ldbg_arm_thread(ctx, L, ldbg_mask_at(ctx, L, ar, 0, false));
  }
}

static void on_line(ldbg_context *ctx, lua_State *L, lua_Debug *ar) {
  const int line = ar->currentline;
  uint32_t reasons = 0;
  if (ctx->observed && !ctx->muted) ldbg_observe_line(ctx, L, ar);
  if (ctx->step.kind != LDBG_CONTINUE && ldbg_step_ends(ctx, L, ar)) reasons = ctx->step.reason;
  const unsigned bit = (unsigned)line % LDBG_LINE_BITS;
  const bool quiet = ctx->finishing || ctx->muted;
  if (!quiet && (ctx->lines || ctx->entering)) {
    bool is_lua;
    const void *key = ldbg_frame_code(ctx->layout, L, ar, &is_lua);
    const ldbg_code *code = key == ctx->holder && key != NULL ? ctx->held : ldbg_code_of(ctx, L, ar, key);
    const bool is_marked = ctx->line_bits[bit >> 3] & (1u << (bit & 7)); /* after code_of, which may mark it */
    for (int i = 0; i < code->count && (is_marked || ctx->entering); i++) {
      if (code->held[i].line != line && !(ctx->entering && code->held[i].line == 0)) continue;
      if (ldbg_hit_entry(ctx, code->held[i].entry, L, ar, LDBG_HIT_PLAIN)) reasons |= LDBG_REASON_BREAKPOINT;
    }
    if (ctx->entering) {
      ctx->entering = false;
      if (!reasons) ldbg_arm_thread(ctx, L, ldbg_mask_at(ctx, L, ar, 0, true));
    } else if (!reasons) {
      gate(ctx, L, ar, code, key);
    }
  }
  if (ctx->watching && !quiet && ldbg_watchpoints_hit(ctx, L, ar)) reasons |= LDBG_REASON_BREAKPOINT;
  if (reasons) {
    ldbg_stop stop = {.thread = L, .reasons = reasons, .line = line};
    ldbg_stop_here(ctx, &stop);
    ldbg_arm(ctx);
  }
}

static void stop_in_c_function(ldbg_context *ctx, lua_State *L, lua_Debug *ar, const ldbg_code *code) {
  uint32_t reasons = 0;
  for (int i = 0; i < code->count; i++)
    if (ldbg_hit_entry(ctx, code->held[i].entry, L, ar, LDBG_HIT_PLAIN)) reasons |= LDBG_REASON_BREAKPOINT;
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

/* Who asks for a pause wants the next line, whichever call of the host's it is in: a call that runs no line leaves it be. */
static inline bool outlives_call(const ldbg_step *step) {
  return step->from_outside || (step->kind == LDBG_INTO && step->reason & LDBG_REASON_PAUSE);
}

/* Nothing of the host's own calls is under way but what L begins: L is the main thread, or a coroutine that the host itself
 * resumes. One that the script resumes has somebody waiting for it: neither yielded nor dead, and with frames. */
static bool is_outermost(ldbg_context *ctx, lua_State *L) {
  lua_Debug ar;
  if (L == ctx->main) return true;
  if (lua_getstack(ctx->main, 0, &ar)) return false;
  for (size_t i = 0; i < ctx->threads.capacity; i++) {
    lua_State *other = ctx->threads.slots[i].L;
    if (other == NULL || other == L || other == ctx->threads.embryo || ctx->threads.slots[i].ours) continue;
    if (lua_status(other) == LUA_OK && lua_getstack(other, 0, &ar)) return false;
  }
  return true;
}

/* The host begins a new call: what was wanted of the one before is over, an end of it was reached. Looked at before requests
 * from outside are, which are for the new one. */
static void begin_call(ldbg_context *ctx) {
  if (ctx->ending && !ctx->owned) {
    ctx->ending = false;
    ctx->step = (ldbg_step){0};
  }
  if (outlives_call(&ctx->step)) ctx->step.from_outside = false;
  else ctx->step = (ldbg_step){0};
  ctx->finishing = ctx->finishing && ctx->owned;
  ctx->muted = ctx->muted && ctx->owned;
}

static void on_call(ldbg_context *ctx, lua_State *L, lua_Debug *ar, bool tail) {
  bool is_lua;
  const void *key = ldbg_frame_code(ctx->layout, L, ar, &is_lua);
  const bool quiet = ctx->finishing || ctx->muted;
  if (ctx->observed && !ctx->muted) ldbg_observe_call(ctx, L, ar, tail);
  if (!is_lua) {
    if (ctx->c_functions && !quiet) {
      const ldbg_code *code = ldbg_code_of(ctx, L, ar, key);
      if (code->entry) stop_in_c_function(ctx, L, ar, code);
    }
    if (ctx->step.kind == LDBG_INTO && !ctx->detached) meet_coroutine(ctx, L, ar);
    return; /* no line is run by C; what it calls back comes here by itself */
  }
  if (ldbg_in_frame_step(ctx) && (tail || L != ctx->step.L)) ldbg_step_sees_return(ctx, L, ar, tail);
  if (ctx->functions && !quiet) ctx->entering = ldbg_code_of(ctx, L, ar, key)->entry;
  ldbg_arm_thread(ctx, L, ldbg_mask_at(ctx, L, ar, tail, true));
}

static void on_return(ldbg_context *ctx, lua_State *L, lua_Debug *ar) {
  lua_Debug next;
  if (ctx->observed && !ctx->muted) ldbg_observe_return(ctx, L, ar);
  if (ctx->step.kind != LDBG_CONTINUE) {
    if (ldbg_in_frame_step(ctx)) ldbg_step_sees_return(ctx, L, ar, false);
    else if (L == ctx->main && !lua_getstack(L, 1, &next) && !outlives_call(&ctx->step)) ctx->step = (ldbg_step){0}; /* back to the host */
    else ldbg_note_return(ctx, L, ar);
    if (ctx->step.kind == LDBG_CONTINUE) ldbg_arm(ctx); /* over: coroutines that wait are not left with its hooks */
  }
  ctx->returns = 0;
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

/* The miss path: true for an event that changes nothing, while nothing but breakpoints is wanted. */
static inline bool is_idle_line(ldbg_context *ctx, const lua_Debug *ar) {
  const void *code = lua_frame_code(frame_of(ar));
  const unsigned bit = (unsigned)ar->currentline % LDBG_LINE_BITS;
  if (code == ctx->holder) return !(ctx->line_bits[bit >> 3] & (1u << (bit & 7)));
  if (ctx->plain[ldbg_plain_slot(code)] != code || ctx->strays == MOST_STRAYS - 1) return false;
  ctx->strays++;
  return true;
}

/* Of a trace of lines, nearly all: see trace.c. */
static inline bool is_told_briefly(ldbg_context *ctx, const lua_State *L, const lua_Debug *ar) {
  ldbg_trace_run *run = &ctx->run;
  const frame_view *frame = frame_of(ar);
  if (run->left == 0 || (const void *)frame != run->frame || frame->func != run->func || L != run->L ||
      lua_frame_code(frame) != run->code)
    return false;
  run->left = ldbg_ring_line(run->ring, ar->currentline) ? run->left - 1 : 0;
  return true;
}

static inline bool is_idle_call(const ldbg_context *ctx, const lua_Debug *ar) {
  bool is_lua;
  const void *code = frame_code(frame_of(ar), &is_lua);
  if (!is_lua) return !ctx->c_functions && !ctx->observed;
  return ctx->plain[ldbg_plain_slot(code)] == code; /* if lines are on, they are turned off as strays */
}

/* Into a function that wants no lines; whether one further down does is looked at now and then. */
static inline bool is_idle_return(ldbg_context *ctx, const lua_Debug *ar) {
  bool is_lua;
  const void *code = frame_code(frame_of(ar)->previous, &is_lua);
  if (!is_lua || ctx->plain[ldbg_plain_slot(code)] != code || ctx->returns == RETURNS_BETWEEN_LOOKS) return false;
  ctx->returns++;
  return true;
}

/* Between frames that all lie above the one that a step over, out or until may end in. */
static inline bool is_idle_in_step(ldbg_context *ctx, lua_State *L, const lua_Debug *ar) {
  const ldbg_step *step = &ctx->step;
  if (step->kind < LDBG_OVER || step->kind > LDBG_UNTIL || step->frame == NULL || step->L != L) return false;
  const frame_view *frame = frame_of(ar), *below = frame->previous;
  if ((const void *)frame == step->frame || (const void *)below == step->frame) return false;
  if (frame_position(below, step->base) <= step->position) return false;
  if (ctx->observed) return false;
  if (ar->event == LUA_HOOKRET) return !ctx->lines || is_idle_return(ctx, ar);
  if (ar->event != LUA_HOOKCALL) return false;
  return !(ctx->lines || ctx->functions || ctx->c_functions) || is_idle_call(ctx, ar);
}

static inline bool is_idle(ldbg_context *ctx, const lua_Debug *ar) {
  switch (ar->event) {
    case LUA_HOOKCALL: case LUA_HOOKTAILCALL: return is_idle_call(ctx, ar);
    case LUA_HOOKRET: return is_idle_return(ctx, ar);
    default: return false;
  }
}

__attribute__((noinline)) static void on_event(lua_State *L, lua_Debug *ar, ldbg_context *ctx);
__attribute__((noinline)) static void on_usual_line(lua_State *L, lua_Debug *ar, ldbg_context *ctx);
__attribute__((noinline)) static void on_unusual_event(lua_State *L, lua_Debug *ar, ldbg_context *ctx, uint64_t asked);
static void on_profiled(lua_State *L, lua_Debug *ar, ldbg_context *ctx);

__attribute__((noinline)) static void hook_the_public_way(lua_State *L, lua_Debug *ar) {
  ldbg_context *ctx = ldbg_context_of(L);
  if (ctx != NULL) on_event(L, ar, ctx);
}

/* Runs on whichever thread runs the script, in the middle of the function that `ar` is about. */
void ldbg_hook(lua_State *L, lua_Debug *ar) {
  if (ldbg_global_offset == 0) {
    hook_the_public_way(L, ar);
    return;
  }
  const global_view *global = global_of(L);
  if (global->allocate != ldbg_allocate) return;
  ldbg_context *ctx = global->ud;
  /* One branch for all that is rare: most events come to nothing, and then every comparison shows. */
  const uint64_t asked = atomic_load_explicit(&ctx->attention, memory_order_relaxed) |
                         atomic_load_explicit(&ctx->threads.foreign, memory_order_relaxed);
  const uint64_t unusual = ctx->unusual;
  const bool is_line = ar->event == LUA_HOOKLINE;
  if ((asked | unusual | (unsigned)ctx->step.kind) != 0) {
    on_unusual_event(L, ar, ctx, asked);
  } else if (is_line ? is_idle_line(ctx, ar) : is_idle(ctx, ar)) {
    ctx->counts.events[ar->event]++;
    ctx->last = L;
  } else if (is_line) {
    on_usual_line(L, ar, ctx);
  } else {
    on_event(L, ar, ctx);
  }
}

/* Contexts in which one thing is wanted and nothing else: their flags tell. */
static const ldbg_context profiled = {.only_profiled = true}, traced = {.only_traced = true};

static void on_unusual_event(lua_State *L, lua_Debug *ar, ldbg_context *ctx, uint64_t asked) {
  const uint64_t unusual = ctx->unusual;
  const bool is_line = ar->event == LUA_HOOKLINE;
  bool is_done = false;
  if (asked == 0 && ctx->step.kind == LDBG_CONTINUE) {
    if (unusual == profiled.unusual) {
      on_profiled(L, ar, ctx);
      return;
    }
    if (unusual == traced.unusual && is_line && !(is_done = is_told_briefly(ctx, L, ar))) {
      on_usual_line(L, ar, ctx);
      return;
    }
  } else if (asked == 0 && unusual == 0) {
    is_done = is_idle_in_step(ctx, L, ar);
  }
  if (!is_done) {
    on_event(L, ar, ctx);
    return;
  }
  ctx->counts.events[ar->event]++;
  ctx->last = L;
}

/* What follows every event; false when the context is gone. */
static inline bool leave(ldbg_context *ctx, lua_State *L) {
  ctx->busy--;
  if (ctx->detached) {
    if (ctx->freed && ctx->busy == 0) ldbg_free(ctx);
    return false;
  }
  if (ctx->ending) ldbg_raise_end(ctx, L);
  return true;
}

/* Every event is wanted, everywhere: no hook is changed. */
static void on_profiled(lua_State *L, lua_Debug *ar, ldbg_context *ctx) {
  ctx->counts.events[ar->event]++;
  ctx->last = L;
  if (ar->event == LUA_HOOKLINE && ldbg_profile_line_here(ctx, L, ar)) return;
  ctx->busy++;
  switch (ar->event) {
    case LUA_HOOKLINE: ldbg_profile_line_event(ctx, L, ar); break;
    case LUA_HOOKCALL: ldbg_observe_call(ctx, L, ar, false); break;
    case LUA_HOOKTAILCALL: ldbg_observe_call(ctx, L, ar, true); break;
    case LUA_HOOKRET: ldbg_observe_return(ctx, L, ar); break;
    default: break;
  }
  leave(ctx, L);
}

static void on_usual_line(lua_State *L, lua_Debug *ar, ldbg_context *ctx) {
  ctx->counts.events[LUA_HOOKLINE]++;
  ctx->last = L;
  ctx->busy++;
  on_line(ctx, L, ar);
  leave(ctx, L);
}

static void on_event(lua_State *L, lua_Debug *ar, ldbg_context *ctx) {
  if (ctx->working && !ctx->evaluating) return;
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
  ctx->counting = kicked ? L : NULL;
  ctx->refusing = false;
  lua_Debug below;
  const bool is_telling = ctx->unusual || ctx->step.kind != LDBG_CONTINUE;
  if (event == LUA_HOOKCALL && is_telling && !lua_getstack(L, 1, &below) && is_outermost(ctx, L)) {
    bool was_off = ctx->ending || ctx->muted;
    begin_call(ctx);
    if (was_off && !ctx->ending && !ctx->muted) ldbg_arm(ctx);
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
  if (ctx->evaluating) {
    ctx->counting = NULL;
    return;
  }
  bool counted = event == LUA_HOOKCOUNT;
  if (counted) {
    /* A kick that somebody else has already answered, or the script's own count hook, or a sample. That one changes no hook: set in the
     * middle of a line, it begins that line anew (lua_sethook sets oldpc, and luaG_traceexec asks whether that was passed). */
    ldbg_lock(ctx);
    const ldbg_thread *thread = ldbg_threads_find(ctx, L);
    const bool sampled = ctx->profile_mode == LDBG_PROFILE_SAMPLING && !ctx->muted && lua_gethookcount(L) == ctx->sample_period;
    bool stray = !sampled && (thread == NULL || !(thread->foreign_mask & LUA_MASKCOUNT));
    ldbg_unlock(ctx);
    if (kicked || stray) {
      lua_Debug here;
      ldbg_arm_thread(ctx, L, ldbg_mask_at(ctx, L, lua_getstack(L, 0, &here) ? &here : NULL, 0, false));
      ctx->counting = NULL;
      if (!due) return;
    }
  }
  ctx->busy++;
  switch (event) {
    case LUA_HOOKLINE: on_line(ctx, L, ar); break;
    case LUA_HOOKCALL: on_call(ctx, L, ar, false); break;
    case LUA_HOOKTAILCALL: on_call(ctx, L, ar, true); break;
    case LUA_HOOKRET: on_return(ctx, L, ar); break;
    case LUA_HOOKCOUNT:
      if (ctx->profile_mode == LDBG_PROFILE_SAMPLING && !ctx->muted) ldbg_profile_sample(ctx, L);
      break;
    default: break;
  }
  if (leave(ctx, L) && ctx->threads.foreign) fire_foreign(ctx, L, ar);
}

bool ldbg_is_ending(const ldbg_context *ctx) { return ctx->ending; }

void ldbg_ended(ldbg_context *ctx) {
  ctx->ending = ctx->finishing = ctx->entering = ctx->muted = ctx->refusing = false;
  ctx->step = (ldbg_step){0};
  atomic_store(&ctx->attention, 0);
  ctx->last = ctx->main;
  ldbg_arm(ctx);
}

ldbg_counts ldbg_read_counts(const ldbg_context *ctx) { return ctx->counts; }
