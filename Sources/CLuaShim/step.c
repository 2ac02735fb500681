/* Steps: keyed to a coroutine and a measured depth, never to a count of calls and returns. */
#include "tracing.h"

/* The frame that the step may end in, so that a stack of a hundred thousand frames need not be walked at each event. */
static void aim(const ldbg_context *ctx, ldbg_step *step, const lua_Debug *ar) {
  step->frame = ar != NULL && step->base != NULL && ctx->layout->frames ? (const void *)ar->i_ci : NULL;
  if (step->frame != NULL) step->position = ldbg_frame_position(step->frame, step->base);
}

/* May the step end in the frame `next`, once `extra` frames above it are gone? Depth is measured. What is quickly told is told
 * from the frame's address and place: one that lies higher than the step's is deeper. All else is asked of the stack. */
bool ldbg_step_is_here(const ldbg_context *ctx, lua_State *L, const lua_Debug *next, int extra) {
  lua_Debug deeper;
  const ldbg_step *step = &ctx->step;
  if (step->frame != NULL && next != NULL) {
    if ((const void *)next->i_ci == step->frame) return true;
    if (ldbg_frame_position(next->i_ci, step->base) > step->position) return false;
  }
  return !lua_getstack(L, step->depth + extra, &deeper);
}

static void set_step(ldbg_context *ctx, lua_State *L, int how) {
  lua_Debug ar;
  const int base = ctx->stopped ? ctx->stopped_base : 0; /* frames above are ours: a message handler, debugbreak */
  ldbg_step step = {.kind = how, .L = L, .depth = ldbg_depth(L) - base, .base = ldbg_base_frame(ctx->layout, L)};
  bool found = lua_getstack(L, base, &ar);
  if (how == LDBG_UNTIL && found && lua_getinfo(L, "l", &ar)) step.after_line = ar.currentline;
  if (how == LDBG_OUT) {
    /* The nearest frame of Lua below: a C function in between has no lines to stop at. */
    int level = base + 1;
    step.depth--;
    while ((found = lua_getstack(L, level, &ar)) && (lua_getinfo(L, "S", &ar), *ar.what == 'C')) level++, step.depth--;
    step.leave = !found;
    if (step.leave) step.depth = 0;
  }
  aim(ctx, &step, found ? &ar : NULL);
  ctx->step = step;
}

void ldbg_resume(ldbg_context *ctx, int how, uint32_t reason) {
  lua_State *L = ctx->stopped ? ctx->stopped : ctx->main;
  ctx->finishing = how == LDBG_FINISH;
  ctx->step = (ldbg_step){0};
  switch (how) {
    case LDBG_END: ctx->ending = true; break;
    case LDBG_INTO: ctx->step.kind = LDBG_INTO; break;
    case LDBG_OVER: case LDBG_OUT: case LDBG_UNTIL: set_step(ctx, L, how); break;
    default: break;
  }
  ctx->step.reason = reason;
  ctx->step.from_outside = ctx->stopped == NULL && ldbg_depth(ctx->main) == 0;
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

bool ldbg_in_frame_step(const ldbg_context *ctx) { return ctx->step.kind >= LDBG_OVER && ctx->step.kind <= LDBG_UNTIL; }

/* Frames are about to go from the step's coroutine: follow what is below. Depth is measured, never counted: an error
 * unwinds without return events, and the next one is that of the pcall that caught it. */
void ldbg_step_sees_return(ldbg_context *ctx, lua_State *L, lua_Debug *returning, bool tail) {
  lua_Debug next, below;
  ldbg_step *step = &ctx->step;
  if (L != step->L) {
    if (step_is_orphaned(ctx)) step_anywhere(ctx);
    return;
  }
  bool any = lua_getstack(L, 1, &next); /* in a tail call: the frame that the callee replaces */
  bool leaves = !tail && step->frame != NULL && (const void *)returning->i_ci == step->frame;
  if (any && !leaves && !ldbg_step_is_here(ctx, L, &next, 1)) return;
  int after = leaves ? step->depth - 1 : -1; /* the depth of what runs next, where it is known without measuring */
  if (step->frame != NULL && any && (const void *)next.i_ci == step->frame) after = step->depth;
  if (after < 0) after = ldbg_depth(L) - 1;
  if (tail) {
    if (after != step->depth) return;
    step->depth--;
    step->after_line = 0;
    aim(ctx, step, lua_getstack(L, 2, &below) ? &below : NULL);
    return;
  }
  ldbg_note_return(ctx, L, returning);
  if (after == 0) { /* the coroutine ends, or the host's call does */
    if (L == ctx->main) ctx->step = (ldbg_step){0};
    else step_anywhere(ctx);
    return;
  }
  if (after == step->depth) return; /* a callee returns to the step's frame */
  bool to_c = any && (below = next, lua_getinfo(L, "S", &below), *below.what == 'C');
  step->after_line = 0;
  if (to_c && step->kind != LDBG_OUT) {
    /* The step's frame returns into a C function (sort, gsub, pcall): the next function that it calls is a place to end. */
    step->depth = after + 1;
    aim(ctx, step, NULL);
  } else {
    step->depth = after;
    aim(ctx, step, &next);
  }
}

bool ldbg_step_ends(ldbg_context *ctx, lua_State *L, lua_Debug *ar) {
  const ldbg_step *step = &ctx->step;
  /* A step goes through what is skipped as it goes through C; a pause stops anywhere. */
  if (ctx->skips && step->reason == LDBG_REASON_STEP && (ldbg_known_function(ctx, L, ar).flags & LDBG_FUNCTION_SKIPPED))
    return false;
  switch (step->kind) {
    case LDBG_INTO: return true;
    case LDBG_OVER: case LDBG_OUT: return L == step->L && ldbg_step_is_here(ctx, L, ar, 0);
    case LDBG_UNTIL: return L == step->L && ar->currentline > step->after_line && ldbg_step_is_here(ctx, L, ar, 0);
    default: return false;
  }
}
