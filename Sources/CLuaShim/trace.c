/* What is written down at each event: records for the journal, and for the flight recorder. The record is put together in one
 * buffer and handed over whole. Nothing here waits. */
#include "layout.h"
#include "tracing.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_FRAMES = 100, MOST_VALUES = 50 };

long long ldbg_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* ---- Records ------------------------------------------------------------------------------------------------------------ */

static bool has_room(ldbg_context *ctx) {
  return ctx->record != NULL || (ctx->record = malloc(LDBG_LARGEST_RECORD)) != NULL;
}

static uint32_t measure(lua_State *L, const lua_Debug *ar) {
  lua_Debug top;
  int above = 0; /* a record may be about a frame below the top: that of a function that called one of ours */
  while (lua_getstack(L, above, &top) && top.i_ci != ar->i_ci) above++;
  return (uint32_t)(ldbg_depth(L) - above);
}

/* Measuring walks the whole stack, so it is told from the frame of last time where it can be: that one again, the one that it
 * has called, or its caller. By address and place: Lua uses the address of a dead frame again, at any depth. */
static uint32_t depth_of(const ldbg_context *ctx, ldbg_followed *f, lua_State *L, const lua_Debug *ar) {
  lua_Debug below = *ar;
  int level = 0;
  if (f == NULL) return 0;
  if (!ctx->layout->base_frame) return measure(L, ar);
  const void *base = ldbg_base_frame(ctx->layout, L);
  ptrdiff_t position = ldbg_frame_position(ar->i_ci, base), below_position = 0;
  if ((const void *)ar->i_ci == f->frame && position == f->position) return f->depth;
  bool any = ldbg_walk(ctx->layout, L, &below, &level);
  if (any) below_position = ldbg_frame_position(below.i_ci, base);
  if (any && (const void *)below.i_ci == f->frame && below_position == f->position) f->depth++;
  else if (f->below != NULL && (const void *)ar->i_ci == f->below && position == f->below_position) f->depth--;
  else f->depth = measure(L, ar);
  f->frame = ar->i_ci;
  f->position = position;
  f->below = any ? below.i_ci : NULL;
  f->below_position = below_position;
  return f->depth;
}

bool ldbg_record_begin(ldbg_context *ctx, lua_State *L, lua_Debug *ar, int kind, ldbg_writer *w) {
  if (!has_room(ctx)) return false;
  ctx->run.left = 0;
  ldbg_followed *followed = ldbg_follow(ctx, L);
  *w = (ldbg_writer){.bytes = ctx->record, .used = sizeof(ldbg_record), .capacity = LDBG_LARGEST_RECORD - 8};
  ldbg_record head = {.kind = (uint8_t)kind, .what = (uint16_t)ctx->trace.what, .time = (uint64_t)ldbg_now(), .line = ar->currentline,
                      .coroutine = followed ? followed->coroutine : 0,
                      .function = ldbg_known_function(ctx, L, ar).number,
                      .depth = depth_of(ctx, followed, L, ar)};
  memcpy(ctx->record, &head, sizeof head);
  return true;
}

void ldbg_record_is_cut(ldbg_writer *w) { ((ldbg_record *)(void *)w->bytes)->cut = true; }

size_t ldbg_section_begin(ldbg_writer *w, int tag) {
  size_t start = w->used;
  ldbg_write_byte(w, tag);
  ldbg_write_number(w, 0);
  return start;
}

/* A section that did not fit is taken back, but for what its writer has made sure of. */
void ldbg_section_end(ldbg_writer *w, size_t start) {
  if (w->cut) {
    w->used = start;
    w->cut = false;
    ldbg_record_is_cut(w);
    return;
  }
  uint32_t length = (uint32_t)(w->used - start - 5);
  memcpy(w->bytes + start + 1, &length, sizeof length);
}

/* Sections may still be added afterwards: the padding is not part of them. */
static ldbg_record *finish(ldbg_context *ctx, const ldbg_writer *w) {
  size_t size = (w->used + 7) & ~(size_t)7;
  memset(w->bytes + w->used, 0, size - w->used);
  ldbg_record *record = (ldbg_record *)(void *)ctx->record;
  record->size = (uint32_t)size;
  return record;
}

bool ldbg_record_end(ldbg_context *ctx, ldbg_writer *w) {
  return ctx->journal != NULL && ldbg_journal_write(ctx->journal, finish(ctx, w));
}

/* ---- Sections ------------------------------------------------------------------------------------------------------------- */

static void write_stack(ldbg_context *ctx, ldbg_writer *w, lua_State *L) {
  lua_Debug ar;
  size_t start = ldbg_section_begin(w, LDBG_SECTION_STACK);
  int level = -1, frames = 0;
  while (frames < MOST_FRAMES && ldbg_walk(ctx->layout, L, &ar, &level)) {
    frames++;
    lua_getinfo(L, "lt", &ar);
    ldbg_write_number(w, ldbg_known_function(ctx, L, &ar).number);
    ldbg_write_number(w, (uint32_t)ar.currentline);
    ldbg_write_byte(w, ar.istailcall);
  }
  if (frames == MOST_FRAMES) ldbg_record_is_cut(w);
  ldbg_section_end(w, start);
}

static void write_arguments(ldbg_context *ctx, ldbg_writer *w, lua_State *L, lua_Debug *ar) {
  lua_Debug info = *ar;
  ldbg_value_limits limits = ctx->trace.limits;
  size_t start = ldbg_section_begin(w, LDBG_SECTION_VALUES);
  lua_getinfo(L, "uS", &info);
  bool is_c = *info.what == 'C';
  int most = is_c ? MOST_VALUES : info.nparams, count = 0;
  while (count < most && lua_getlocal(L, ar, count + 1) != NULL) {
    ldbg_write_value(ctx, w, L, &limits);
    lua_pop(L, 1);
    count++;
  }
  for (int i = 1; info.isvararg && !is_c && count < MOST_VALUES && lua_getlocal(L, ar, -i) != NULL; i++, count++) {
    ldbg_write_value(ctx, w, L, &limits);
    lua_pop(L, 1);
  }
  if (count == MOST_VALUES) ldbg_record_is_cut(w);
  ldbg_section_end(w, start);
}

static void write_results(ldbg_context *ctx, ldbg_writer *w, lua_State *L, lua_Debug *ar) {
  int first, count;
  ldbg_value_limits limits = ctx->trace.limits;
  if (!ldbg_returned_values(ctx->layout, L, ar, &first, &count)) return; /* nothing is known of what C returns */
  size_t start = ldbg_section_begin(w, LDBG_SECTION_VALUES);
  if (count > MOST_VALUES) ldbg_record_is_cut(w), count = MOST_VALUES;
  for (int i = 0; i < count; i++) {
    lua_pushvalue(L, first + i);
    ldbg_write_value(ctx, w, L, &limits);
    lua_pop(L, 1);
  }
  ldbg_section_end(w, start);
}

/* ---- Events ----------------------------------------------------------------------------------------------------------------- */

/* `place` is the frame whose depth counts. */
static bool is_traced(ldbg_context *ctx, lua_State *L, lua_Debug *ar, const lua_Debug *place) {
  if (!(ldbg_known_function(ctx, L, ar).flags & LDBG_FUNCTION_TRACED)) return false;
  if (ctx->trace.most_depth == 0) return true;
  return depth_of(ctx, ldbg_follow(ctx, L), L, place) <= (uint32_t)ctx->trace.most_depth;
}

static bool is_ours(const ldbg_context *ctx, lua_State *L, lua_Debug *ar) {
  bool is_lua;
  const void *code = ldbg_frame_code(ctx->layout, L, ar, &is_lua);
  return !is_lua && (ldbg_is_handler(code) || ldbg_is_guest_handler(code));
}

static bool follows_variables(const ldbg_context *ctx) {
  return (ctx->trace.what & LDBG_TRACE_VARIABLES) || ctx->recorder.lines > 0;
}

/* Changes are found once, for the trace and for the recorder: both are given them. The recorder keeps no tables' insides. */
static int write_changes(ldbg_context *ctx, ldbg_writer *w, lua_State *L, lua_Debug *ar, bool leaving) {
  static const ldbg_value_limits flat = {.bytes = 256};
  ldbg_followed *followed = ldbg_follow(ctx, L);
  if (followed == NULL) return 0;
  size_t start = ldbg_section_begin(w, LDBG_SECTION_CHANGES);
  int changes = ldbg_variables_changed(ctx, followed, L, ar, w,
                                       ctx->trace.what & LDBG_TRACE_VARIABLES ? ctx->trace.limits : flat, leaving);
  if (w->cut) { /* those that did fit are whole */
    w->cut = false;
    ldbg_record_is_cut(w);
  }
  if (changes == 0) w->used = start;
  else ldbg_section_end(w, start);
  return changes;
}

/* What was for the recorder alone. */
static void leave_out_changes(ldbg_writer *w) {
  w->used = sizeof(ldbg_record);
  ((ldbg_record *)(void *)w->bytes)->cut = false;
}

/* Lines and nothing else are most of all traces: a line is told by what it has in common with the one before. */
enum { LONGEST_RUN = 64 };

static bool is_of_lines_alone(const ldbg_context *ctx) {
  return (ctx->trace.what & ~(uint32_t)LDBG_TRACE_CODE) == LDBG_TRACE_LINES && ctx->trace.most_depth == 0 &&
         ctx->layout->base_frame && ctx->journal != NULL && !follows_variables(ctx);
}

static void aim(ldbg_trace_run *run, const frame_view *frame) {
  run->frame = frame;
  run->func = frame->func;
  run->code = lua_frame_code(frame);
}

static void begin_run(ldbg_context *ctx, lua_State *L, const lua_Debug *ar) {
  ctx->run = (ldbg_trace_run){.L = L, .ring = ldbg_ring_of(ctx->journal), .left = LONGEST_RUN};
  aim(&ctx->run, frame_of(ar));
}

/* True when the line is told, or needs not be. */
static bool continue_run(ldbg_context *ctx, lua_State *L, lua_Debug *ar) {
  ldbg_trace_run *run = &ctx->run;
  if (run->left == 0 || run->L != L) return false;
  const frame_view *frame = frame_of(ar);
  bool told;
  if ((const void *)frame == run->frame && frame->func == run->func && lua_frame_code(frame) == run->code) {
    told = ldbg_ring_line(run->ring, ar->currentline);
  } else {
    const ldbg_known known = ldbg_known_function(ctx, L, ar);
    if (!(known.flags & LDBG_FUNCTION_TRACED)) return true;
    uint32_t depth = depth_of(ctx, ldbg_follow(ctx, L), L, ar);
    aim(run, frame);
    told = ldbg_ring_line_elsewhere(run->ring, ar->currentline, known.number, depth);
  }
  run->left = told ? run->left - 1 : 0;
  return true;
}

void ldbg_observe_line(ldbg_context *ctx, lua_State *L, lua_Debug *ar) {
  ldbg_writer w;
  const uint32_t what = ctx->trace.what;
  if (ctx->profile_mode == LDBG_PROFILE_EXACT) ldbg_profile_line_event(ctx, L, ar);
  if (continue_run(ctx, L, ar)) return;
  /* Where nobody reads, what cannot be kept is not made either. */
  if (is_of_lines_alone(ctx) && !ctx->knowns.ask && ldbg_journal_loses(ctx->journal, sizeof(ldbg_record))) return;
  if (!(what & LDBG_TRACE_LINES) && !follows_variables(ctx)) return;
  if (!ldbg_record_begin(ctx, L, ar, LDBG_RECORD_LINE, &w)) return;
  bool traced = (what & LDBG_TRACE_LINES) && is_traced(ctx, L, ar, ar);
  if (follows_variables(ctx)) write_changes(ctx, &w, L, ar, false);
  if (ctx->recorder.lines > 0) ldbg_recorder_write(ctx, finish(ctx, &w));
  if (!traced) return;
  if (!(what & LDBG_TRACE_VARIABLES)) leave_out_changes(&w);
  if (what & LDBG_TRACE_STACK) write_stack(ctx, &w, L);
  if (what & LDBG_TRACE_WATCHES) ldbg_write_watches(ctx, &w, L, ar, ctx->trace.limits);
  /* What follows is told by what it has in common with this one, so this one must be there. */
  if (ldbg_record_end(ctx, &w) && is_of_lines_alone(ctx)) begin_run(ctx, L, ar);
}

void ldbg_observe_call(ldbg_context *ctx, lua_State *L, lua_Debug *ar, bool tail) {
  ldbg_writer w;
  lua_Debug place = *ar;
  int level = 0;
  if (is_ours(ctx, L, ar)) return;
  if (tail) ldbg_walk(ctx->layout, L, &place, &level); /* it will take the place of its caller */
  ldbg_followed *followed = follows_variables(ctx) ? ldbg_follow(ctx, L) : NULL;
  if (followed != NULL) ldbg_variables_call(followed, ctx, L, ar, tail);
  if (!tail) ldbg_known_called(ctx, L, ar);
  if (ctx->profile_mode == LDBG_PROFILE_EXACT) ldbg_profile_call_event(ctx, L, ar, tail);
  if (!(ctx->trace.what & LDBG_TRACE_CALLS) || !is_traced(ctx, L, ar, &place)) return;
  if (!ldbg_record_begin(ctx, L, ar, tail ? LDBG_RECORD_TAIL_CALL : LDBG_RECORD_CALL, &w)) return;
  ((ldbg_record *)(void *)w.bytes)->line = -1;
  ((ldbg_record *)(void *)w.bytes)->depth = depth_of(ctx, ldbg_follow(ctx, L), L, &place);
  write_arguments(ctx, &w, L, ar);
  ldbg_record_end(ctx, &w);
}

void ldbg_observe_return(ldbg_context *ctx, lua_State *L, lua_Debug *event) {
  ldbg_writer w;
  lua_Debug copy = *event, *ar = &copy; /* the event is shown to the script's own hook yet */
  const bool calls = ctx->trace.what & LDBG_TRACE_CALLS;
  if (is_ours(ctx, L, ar)) return;
  if (ctx->profile_mode == LDBG_PROFILE_EXACT) ldbg_profile_return_event(ctx, L, ar);
  if (!calls && !follows_variables(ctx)) return;
  bool is_lua;
  ldbg_frame_code(ctx->layout, L, ar, &is_lua);
  if (!is_lua && !calls) return;
  lua_getinfo(L, "l", ar);
  if (!ldbg_record_begin(ctx, L, ar, LDBG_RECORD_RETURN, &w)) return;
  int changes = is_lua && follows_variables(ctx) ? write_changes(ctx, &w, L, ar, true) : 0;
  if (changes && ctx->recorder.lines > 0) ldbg_recorder_write(ctx, finish(ctx, &w));
  bool wanted = calls || (changes && (ctx->trace.what & LDBG_TRACE_VARIABLES));
  if (!wanted || !is_traced(ctx, L, ar, ar)) return;
  if (!(ctx->trace.what & LDBG_TRACE_VARIABLES)) leave_out_changes(&w);
  if (calls) write_results(ctx, &w, L, ar);
  ldbg_record_end(ctx, &w);
}

void ldbg_only_observed_changed(ldbg_context *ctx) {
  const bool planned = ctx->lines || ctx->functions || ctx->c_functions || ctx->watching;
  ctx->only_profiled = !planned && ctx->profile_mode == LDBG_PROFILE_EXACT && ctx->trace.what == 0 && ctx->recorder.lines == 0;
  ctx->only_traced = !planned && ctx->observed == LUA_MASKLINE && is_of_lines_alone(ctx);
}

/* ---- What is wanted --------------------------------------------------------------------------------------------------------- */

/* The events that are needed wherever the script is. */
void ldbg_observed_changed(ldbg_context *ctx) {
  int mask = 0;
  if (ctx->trace.what & LDBG_TRACE_LINES) mask |= LUA_MASKLINE;
  if (ctx->trace.what & LDBG_TRACE_CALLS) mask |= LUA_MASKCALL | LUA_MASKRET;
  if (follows_variables(ctx)) mask |= LUA_MASKLINE | LUA_MASKCALL | LUA_MASKRET;
  else ldbg_unfollow_variables(ctx); /* what was seen long ago is no "before" */
  if (ctx->profile_mode == LDBG_PROFILE_EXACT) mask |= LUA_MASKLINE | LUA_MASKCALL | LUA_MASKRET;
  if (ctx->profile_mode == LDBG_PROFILE_SAMPLING) mask |= LUA_MASKCOUNT;
  ctx->observed = (uint8_t)mask;
  ldbg_only_observed_changed(ctx);
  ctx->run.left = 0;
  ctx->holder = NULL;
  memset(ctx->plain, 0, sizeof ctx->plain);
}

void ldbg_set_journal(ldbg_context *ctx, ldbg_journal *journal) {
  if (ctx->journal != journal) ldbg_knowns_clear(ctx); /* numbers are of one catalog */
  ctx->journal = journal;
  ldbg_only_observed_changed(ctx);
}

void ldbg_trace(ldbg_context *ctx, uint32_t what, int most_depth, ldbg_value_limits limits) {
  ctx->trace.what = what;
  ctx->trace.most_depth = most_depth;
  ctx->trace.limits = limits;
  ldbg_observed_changed(ctx);
}

void ldbg_tracing_free(ldbg_context *ctx) {
  ldbg_watches_clear(ctx);
  ldbg_unfollow_all(ctx);
  ldbg_knowns_clear(ctx);
  ldbg_recorder_free(ctx);
  ldbg_profiler_free(ctx->profiler);
  ctx->profiler = NULL;
  free(ctx->record);
  ctx->record = NULL;
}
