/* Steps: keyed to a coroutine and a measured depth, never to a count of calls and returns. */
#include "internal.h"

static void set_step(ldbg_context *ctx, lua_State *L, int how) {
  lua_Debug ar;
  ldbg_step step = {.kind = how, .L = L};
  int depth = ldbg_depth(L);
  step.depth = depth;
  if (how == LDBG_UNTIL && lua_getstack(L, 0, &ar) && lua_getinfo(L, "l", &ar)) step.after_line = ar.currentline;
  if (how == LDBG_OUT) {
    /* The nearest frame of Lua below: a C function in between has no lines to stop at. */
    int level = 1;
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
    case LDBG_OVER: case LDBG_OUT: case LDBG_UNTIL: set_step(ctx, L, how); break;
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

bool ldbg_in_frame_step(const ldbg_context *ctx) { return ctx->step.kind >= LDBG_OVER && ctx->step.kind <= LDBG_UNTIL; }

/* Frames are about to go from the step's coroutine: follow what is below. Depth is measured, never counted: an error
 * unwinds without return events, and the next one is that of the pcall that caught it. */
void ldbg_step_sees_return(ldbg_context *ctx, lua_State *L, lua_Debug *returning, bool tail) {
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

bool ldbg_step_ends(ldbg_context *ctx, lua_State *L, int line) {
  lua_Debug ar;
  const ldbg_step *step = &ctx->step;
  switch (step->kind) {
    case LDBG_INTO: return true;
    case LDBG_OVER: case LDBG_OUT: return L == step->L && !lua_getstack(L, step->depth, &ar);
    case LDBG_UNTIL: return L == step->L && line > step->after_line && !lua_getstack(L, step->depth, &ar);
    default: return false;
  }
}
