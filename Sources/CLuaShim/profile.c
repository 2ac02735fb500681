/* The profile: a tree of calls, each function in its place on the stack, and a table of lines. Exact counting takes every line,
 * call and return; sampling looks at the stack once in so many instructions.
 *
 * A frame is known by its address, which is used again by the next frame at that height: so a call always says who its caller
 * is, and all that was thought to lie above the caller is gone (returned, or unwound by an error). Where the stack is not what
 * was thought, it is read anew.
 */
#include "tracing.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_NODES = 1 << 17, MOST_LINES = 1 << 17, MOST_SAMPLED = 500, ROOT = 0 };
#define NONE UINT32_MAX

typedef struct node {
  ldbg_profile_node seen;
  uint32_t child, sibling;
} node;

enum { RECENT = 64 };

struct ldbg_profiler {
  uint32_t recent[RECENT]; /* where in `lines` a line was found last, by its number */
  node *nodes;
  size_t node_count, node_capacity;
  ldbg_profile_line *lines; /* open addressing by function and line; hits 0: free */
  size_t line_count, line_capacity;
  bool is_timed;          /* else it samples, and counts */
  ldbg_ticker ticker;     /* times are in its ticks */
  uint64_t last;          /* when time was last given to somebody */
  uint32_t node;          /* who it is given to */
  size_t line;            /* and which of its lines; NONE */
  lua_State *L;
  bool cut;
};

void ldbg_profiler_free(ldbg_profiler *p) {
  if (p == NULL) return;
  free(p->nodes);
  free(p->lines);
  free(p);
}

bool ldbg_profile(ldbg_context *ctx, int mode, int period) {
  if (mode == ctx->profile_mode && (mode != LDBG_PROFILE_SAMPLING || period == ctx->sample_period)) return true;
  if (mode != LDBG_PROFILE_OFF) {
    ldbg_profiler *p = calloc(1, sizeof *p);
    if (p != NULL) p->nodes = calloc(16, sizeof *p->nodes);
    if (p == NULL || p->nodes == NULL) {
      free(p);
      return false;
    }
    p->node_capacity = 16;
    p->node_count = 1;
    p->nodes[ROOT].child = p->nodes[ROOT].sibling = NONE;
    p->line = NONE;
    p->is_timed = mode == LDBG_PROFILE_EXACT;
    p->ticker = ldbg_ticker_begin();
    p->last = p->ticker.first;
    ldbg_profiler_free(ctx->profiler);
    ctx->profiler = p;
    ldbg_unfollow_all(ctx);
    if (mode == LDBG_PROFILE_SAMPLING) ldbg_anchor(ctx); /* a sample meets functions, see ldbg_runner */
  }
  ctx->profile_mode = mode;
  ctx->sample_period = period;
  ldbg_observed_changed(ctx);
  return true;
}

/* ---- The tree and the table ------------------------------------------------------------------------------------------- */

/* The node for a call of `function` from that line of `parent`; the parent itself when there is no room for more. */
static uint32_t descend(ldbg_profiler *p, uint32_t parent, uint32_t function, int line) {
  uint32_t *link = &p->nodes[parent].child;
  for (uint32_t at = *link; at != NONE; at = p->nodes[at].sibling)
    if (p->nodes[at].seen.function == function && p->nodes[at].seen.line == line) return at;
  if (p->node_count >= MOST_NODES) {
    p->cut = true;
    return parent;
  }
  node *nodes = ldbg_room(p->nodes, p->node_count, &p->node_capacity, sizeof *nodes);
  if (nodes == NULL) {
    p->cut = true;
    return parent;
  }
  p->nodes = nodes;
  uint32_t made = (uint32_t)p->node_count++;
  nodes[made] = (node){.seen = {.parent = parent, .function = function, .line = line},
                       .child = NONE, .sibling = nodes[parent].child};
  nodes[parent].child = made;
  return made;
}

static size_t place(const ldbg_profile_line *lines, size_t capacity, uint32_t function, int line) {
  size_t i = (((size_t)function << 20 ^ (size_t)(uint32_t)line) * 0x9E3779B97F4A7C15u >> 20) & (capacity - 1);
  while (lines[i].hits && (lines[i].function != function || lines[i].line != line)) i = (i + 1) & (capacity - 1);
  return i;
}

static size_t line_of(ldbg_profiler *p, uint32_t function, int line) {
  if (p->line_capacity > 0) { /* a line that is known is counted even when there is no room for more */
    size_t known = place(p->lines, p->line_capacity, function, line);
    if (p->lines[known].hits) return known;
  }
  if ((p->line_count + 1) * 2 > p->line_capacity) {
    size_t capacity = p->line_capacity ? p->line_capacity * 2 : 64;
    ldbg_profile_line *lines = p->line_count < MOST_LINES ? calloc(capacity, sizeof *lines) : NULL;
    if (lines == NULL) {
      p->cut = true;
      return NONE;
    }
    for (size_t i = 0; i < p->line_capacity; i++)
      if (p->lines[i].hits) lines[place(lines, capacity, p->lines[i].function, p->lines[i].line)] = p->lines[i];
    free(p->lines);
    p->lines = lines;
    p->line_capacity = capacity;
  }
  size_t i = place(p->lines, p->line_capacity, function, line);
  if (p->lines[i].hits == 0) {
    p->lines[i] = (ldbg_profile_line){.function = function, .line = line};
    p->line_count++;
  }
  return i;
}

/* ---- Exact ---------------------------------------------------------------------------------------------------------------- */

/* The time since the last event belongs to whoever ran since. */
static void charge(ldbg_profiler *p) {
  uint64_t now = ldbg_ticks(&p->ticker);
  uint64_t spent = now - p->last;
  p->nodes[p->node].seen.self += spent;
  if (p->line != NONE) p->lines[p->line].self += spent;
  p->last = now;
}

void ldbg_profile_resumed(ldbg_context *ctx) {
  if (ctx->profiler != NULL) ctx->profiler->last = ldbg_ticks(&ctx->profiler->ticker);
}

static ldbg_timed_frame *push(ldbg_followed *f, const void *frame, uint32_t node, uint32_t function) {
  ldbg_timed_frame *timed = ldbg_room(f->timed, f->timed_count, &f->timed_capacity, sizeof *timed);
  if (timed == NULL) return NULL;
  f->timed = timed;
  timed[f->timed_count] = (ldbg_timed_frame){.frame = frame, .node = node, .function = function};
  return &timed[f->timed_count++];
}

/* The stack from level `from` on, as it is. */
static void read_stack(ldbg_context *ctx, ldbg_followed *f, lua_State *L, int from) {
  lua_Debug ar;
  uint32_t node = ROOT;
  int line = 0;
  f->timed_count = 0;
  for (int level = ldbg_depth(L) - 1; level >= from && lua_getstack(L, level, &ar); level--) {
    uint32_t function = ldbg_known_function(ctx, L, &ar).number;
    node = descend(ctx->profiler, node, function, line);
    ldbg_timed_frame *frame = push(f, ar.i_ci, node, function);
    if (frame == NULL) return;
    lua_getinfo(L, "l", &ar);
    frame->line = line = ar.currentline > 0 ? ar.currentline : 0;
  }
}

/* The frame at `level`, which is on top of what is counted from here on; NULL without memory. */
static ldbg_timed_frame *uncover(ldbg_context *ctx, ldbg_followed *f, lua_State *L, const lua_Debug *ar, int level) {
  for (size_t i = f->timed_count; i > 0; i--)
    if (f->timed[i - 1].frame == ar->i_ci) {
      f->timed_count = i;
      return &f->timed[i - 1];
    }
  read_stack(ctx, f, L, level);
  return f->timed_count > 0 ? &f->timed[f->timed_count - 1] : NULL;
}

static void run(ldbg_profiler *p, const ldbg_timed_frame *frame) {
  p->node = frame ? frame->node : ROOT;
  p->line = NONE;
  if (frame != NULL && frame->line > 0) {
    size_t at = p->line_capacity ? place(p->lines, p->line_capacity, frame->function, frame->line) : NONE;
    if (at != NONE && p->lines[at].hits) p->line = at;
  }
}

void ldbg_profile_line_event(ldbg_context *ctx, lua_State *L, lua_Debug *ar) {
  ldbg_profiler *p = ctx->profiler;
  ldbg_followed *f = ldbg_follow(ctx, L);
  if (f == NULL) return;
  charge(p);
  ldbg_timed_frame *frame = uncover(ctx, f, L, ar, 0);
  if (frame == NULL) return;
  frame->line = ar->currentline;
  p->node = frame->node;
  p->line = line_of(p, frame->function, ar->currentline);
  if (p->line == NONE) return;
  p->lines[p->line].hits++;
  p->recent[(unsigned)ar->currentline % RECENT] = (uint32_t)p->line;
}

bool ldbg_profile_line_here(ldbg_context *ctx, lua_State *L, const lua_Debug *ar) {
  ldbg_profiler *p = ctx->profiler;
  ldbg_followed *f = ctx->followed;
  if (ctx->followed_thread != L || f->timed_count == 0) return false;
  ldbg_timed_frame *frame = &f->timed[f->timed_count - 1];
  const uint32_t at = p->recent[(unsigned)ar->currentline % RECENT];
  if (frame->frame != (const void *)ar->i_ci || at >= p->line_capacity) return false;
  ldbg_profile_line *line = &p->lines[at];
  if (line->line != ar->currentline || line->function != frame->function || line->hits == 0) return false;
  charge(p);
  frame->line = ar->currentline;
  p->node = frame->node;
  p->line = at;
  line->hits++;
  return true;
}

void ldbg_profile_call_event(ldbg_context *ctx, lua_State *L, lua_Debug *ar, bool tail) {
  ldbg_profiler *p = ctx->profiler;
  ldbg_followed *f = ldbg_follow(ctx, L);
  lua_Debug caller;
  if (f == NULL) return;
  charge(p);
  uint32_t parent = ROOT, function = ldbg_known_function(ctx, L, ar).number;
  int line = 0;
  const void *place = ar->i_ci;
  if (!lua_getstack(L, 1, &caller)) {
    f->timed_count = 0;
  } else {
    const ldbg_timed_frame *below = uncover(ctx, f, L, &caller, 1);
    if (tail && below != NULL) { /* it takes its caller's place, and was called from where that was called */
      parent = p->nodes[below->node].seen.parent;
      line = p->nodes[below->node].seen.line;
      place = caller.i_ci;
      f->timed_count--;
    } else if (below != NULL) {
      parent = below->node;
      line = below->line;
    }
  }
  uint32_t node = descend(p, parent, function, line);
  if (node != parent) p->nodes[node].seen.calls++;
  run(p, push(f, place, node, function));
}

void ldbg_profile_return_event(ldbg_context *ctx, lua_State *L, lua_Debug *ar) {
  ldbg_profiler *p = ctx->profiler;
  ldbg_followed *f = ldbg_follow(ctx, L);
  if (f == NULL) return;
  charge(p);
  if (uncover(ctx, f, L, ar, 0) != NULL) f->timed_count--;
  run(p, f->timed_count > 0 ? &f->timed[f->timed_count - 1] : NULL);
}

/* ---- Sampling --------------------------------------------------------------------------------------------------------------- */

void ldbg_profile_sample(ldbg_context *ctx, lua_State *L) {
  ldbg_profiler *p = ctx->profiler;
  struct { uint32_t function; int line; } stack[MOST_SAMPLED];
  lua_Debug ar;
  int level = -1, count = 0;
  while (count < MOST_SAMPLED && ldbg_walk(ctx->layout, L, &ar, &level)) { /* innermost first; of a deeper stack its top */
    lua_getinfo(L, "l", &ar);
    stack[count].function = ldbg_known_function(ctx, L, &ar).number;
    stack[count++].line = ar.currentline > 0 ? ar.currentline : 0;
  }
  if (count == MOST_SAMPLED) p->cut = true;
  if (count == 0) return;
  uint32_t node = ROOT;
  for (int i = count - 1; i >= 0; i--) node = descend(p, node, stack[i].function, i + 1 < count ? stack[i + 1].line : 0);
  p->nodes[node].seen.self++;
  size_t line = line_of(p, stack[0].function, stack[0].line);
  if (line == NONE) return;
  p->lines[line].hits++;
  p->lines[line].self++;
}

/* ---- Reading ------------------------------------------------------------------------------------------------------------------ */

size_t ldbg_profile_nodes(const ldbg_context *ctx, ldbg_profile_node *buffer, size_t capacity) {
  const ldbg_profiler *p = ctx->profiler;
  if (p == NULL) return 0;
  for (size_t i = 0; i < p->node_count && i < capacity; i++) {
    buffer[i] = p->nodes[i].seen;
    if (p->is_timed) buffer[i].self = ldbg_ticker_nanoseconds(&p->ticker, buffer[i].self);
  }
  return p->node_count;
}

size_t ldbg_profile_lines(const ldbg_context *ctx, ldbg_profile_line *buffer, size_t capacity) {
  const ldbg_profiler *p = ctx->profiler;
  size_t count = 0;
  for (size_t i = 0; p != NULL && i < p->line_capacity; i++) {
    if (p->lines[i].hits == 0) continue;
    if (count < capacity) {
      buffer[count] = p->lines[i];
      if (p->is_timed) buffer[count].self = ldbg_ticker_nanoseconds(&p->ticker, buffer[count].self);
    }
    count++;
  }
  return count;
}

bool ldbg_profile_is_cut(const ldbg_context *ctx) { return ctx->profiler != NULL && ctx->profiler->cut; }
