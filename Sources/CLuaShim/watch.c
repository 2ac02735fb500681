/* Watch breakpoints: an expression evaluated at every line, in the frame that is about to run it; and the watches that a trace
 * shows.
 *
 * On change: a value is compared with the last one of the same variables, for `x` in a function and `x` in its caller may be two.
 * Values are kept as briefs, which keep nothing of the script's alive.
 */
#include "tracing.h"
#include <stdlib.h>
#include <string.h>

/* Less than a condition may take: this runs at every line. */
static const ldbg_budget line_budget = {.instructions = 1000000, .nanoseconds = 200000000};

enum { MOST_SCOPES = 32 };

typedef struct last_value {
  ldbg_scope scope;
  ldbg_brief brief;
} last_value;

struct ldbg_watchpoint {
  ldbg_expression *expression;
  bool on_change;
  last_value *last; /* the oldest first */
  int last_count;
};

ldbg_watchpoint *ldbg_watchpoint_new(ldbg_expression *expression, bool on_change) {
  ldbg_watchpoint *watch = calloc(1, sizeof *watch);
  if (watch == NULL) return NULL;
  watch->last = on_change ? calloc(MOST_SCOPES, sizeof *watch->last) : NULL;
  if (on_change && watch->last == NULL) {
    free(watch);
    return NULL;
  }
  watch->expression = expression;
  watch->on_change = on_change;
  return watch;
}

void ldbg_watchpoint_free(ldbg_context *ctx, ldbg_watchpoint *watch) {
  if (watch == NULL) return;
  ldbg_expression_free(ctx, watch->expression);
  free(watch->last);
  free(watch);
}

bool ldbg_watchpoint_is(const ldbg_watchpoint *watch, const char *text, size_t length, bool on_change) {
  return watch->on_change == on_change && ldbg_expression_is(watch->expression, text, length);
}

/* Variables that lie where this frame's own do, and are not those that the expression now means, are of a frame that is gone. */
static void forget_dead(ldbg_watchpoint *watch, const ldbg_context *ctx, lua_State *L, lua_Debug *ar, uint64_t key) {
  int kept = 0;
  ptrdiff_t base = ldbg_local_place(ctx->layout, L, ar, 1).position;
  for (int i = 0; i < watch->last_count; i++) {
    const ldbg_scope *scope = &watch->last[i].scope;
    bool dead = scope->L == L && scope->position >= base && scope->key != key;
    if (!dead) watch->last[kept++] = watch->last[i];
  }
  watch->last_count = kept;
}

/* True when the value on top of the evaluator is another than before; `old` is what it was. */
static bool changed(ldbg_watchpoint *watch, const ldbg_context *ctx, lua_State *L, lua_Debug *ar, ldbg_brief *old) {
  ldbg_brief now;
  ldbg_scope scope = ldbg_expression_scope(ctx, watch->expression, L, ar);
  ldbg_brief_of(ctx->evaluator, -1, &now);
  forget_dead(watch, ctx, L, ar, scope.key);
  for (int i = 0; i < watch->last_count; i++) {
    if (watch->last[i].scope.key != scope.key) continue;
    if (ldbg_brief_equal(&watch->last[i].brief, &now)) return false;
    *old = watch->last[i].brief;
    watch->last[i].brief = now;
    return true;
  }
  if (watch->last_count == MOST_SCOPES)
    memmove(watch->last, watch->last + 1, (size_t)--watch->last_count * sizeof *watch->last);
  watch->last[watch->last_count++] = (last_value){scope, now};
  return false;
}

/* The values that a stop shows: the new one, and the old one where it is a change. */
static void note_values(ldbg_context *ctx, const ldbg_brief *old) {
  unsigned char bytes[8192];
  ldbg_writer w = {.bytes = bytes, .capacity = sizeof bytes};
  ldbg_value_limits limits = {.depth = 1, .entries = 20, .bytes = 1024};
  ldbg_write_value(ctx, &w, ctx->evaluator, &limits);
  if (w.cut) {
    ldbg_brief now;
    w.cut = false;
    w.used = 0;
    ldbg_brief_of(ctx->evaluator, -1, &now);
    ldbg_write_brief(&w, &now);
  }
  if (old != NULL) ldbg_write_brief(&w, old);
  ldbg_set_message_bytes(ctx, bytes, w.used);
}

__attribute__((noinline)) static bool hit(ldbg_context *ctx, int index, lua_State *L, lua_Debug *ar) {
  const ldbg_plan_entry *entry = &ctx->plan[index];
  ldbg_watchpoint *watch = entry->watch;
  if (entry->spent || atomic_load_explicit(&entry->counter->resting, memory_order_relaxed)) return false;
  int status = ldbg_expression_run(ctx, watch->expression, L, ar, line_budget);
  if (status != LDBG_EVAL_OK) { /* false, and recorded: a name that is out of scope must not stop or end a script */
    if (status == LDBG_EVAL_BUDGET) atomic_store(&entry->counter->resting, true); /* until it is switched on anew */
    if (status != LDBG_EVAL_STOPPED) ldbg_counter_fail(entry->counter, ctx->message);
    return false;
  }
  ldbg_brief old;
  bool is_hit = watch->on_change ? changed(watch, ctx, L, ar, &old) : lua_toboolean(ctx->evaluator, -1);
  int kind = watch->on_change ? LDBG_HIT_CHANGED : LDBG_HIT_TRUE;
  ldbg_expression_remember(ctx, watch->expression, L, ar, !is_hit || watch->on_change);
  if (is_hit) note_values(ctx, watch->on_change ? &old : NULL);
  lua_pop(ctx->evaluator, 1);
  return is_hit && ldbg_hit_entry(ctx, index, L, ar, kind);
}

bool ldbg_watchpoints_hit(ldbg_context *ctx, lua_State *L, lua_Debug *ar) {
  bool any = false;
  ctx->busy++;
  for (int i = ctx->first_watch; i >= 0 && !ctx->ending; i = ctx->plan[i].next_watch) {
    const ldbg_watchpoint *watch = ctx->plan[i].watch;
    if (!ldbg_expression_rests(ctx, watch->expression, L, ar, watch->on_change)) any |= hit(ctx, i, L, ar);
  }
  ctx->busy--;
  return any;
}

/* ---- Watches ----------------------------------------------------------------------------------------------------------- */

struct ldbg_traced_watch {
  ldbg_expression *expression;
  bool resting; /* it ran over its budget: a trace does not evaluate it again until the watches change */
};

void ldbg_watches_clear(ldbg_context *ctx) {
  for (int i = 0; i < ctx->watch_count; i++) ldbg_expression_free(ctx, ctx->watches[i].expression);
  free(ctx->watches);
  ctx->watches = NULL;
  ctx->watch_count = 0;
}

int ldbg_watches_add(ldbg_context *ctx, const char *text, size_t length) {
  struct ldbg_traced_watch *watches = realloc(ctx->watches, (size_t)(ctx->watch_count + 1) * sizeof *watches);
  if (watches == NULL) return -1;
  ctx->watches = watches;
  watches[ctx->watch_count] = (struct ldbg_traced_watch){.expression = ldbg_expression_new(text, length)};
  return watches[ctx->watch_count].expression != NULL ? ctx->watch_count++ : -1;
}

enum { MOST_TEXT = 200 };

static void write_watch(ldbg_context *ctx, ldbg_writer *w, struct ldbg_traced_watch *watch, lua_State *L, lua_Debug *ar,
                        ldbg_value_limits *limits) {
  size_t length;
  const char *text = ldbg_expression_text(watch->expression, &length);
  if (length > MOST_TEXT) ldbg_record_is_cut(w), length = MOST_TEXT;
  ldbg_write_text(w, text, length);
  int status = LDBG_EVAL_BUDGET;
  if (watch->resting) ldbg_set_message_text(ctx, "it took too long, and rests");
  else status = ldbg_expression_run(ctx, watch->expression, L, ar, line_budget);
  watch->resting = status == LDBG_EVAL_BUDGET;
  ldbg_write_byte(w, status == LDBG_EVAL_OK);
  if (status == LDBG_EVAL_OK) {
    ldbg_write_value(ctx, w, ctx->evaluator, limits);
    lua_pop(ctx->evaluator, 1);
  } else {
    ldbg_write_text(w, ctx->message ? ctx->message : "", ctx->message_length < MOST_TEXT ? ctx->message_length : MOST_TEXT);
  }
}

void ldbg_write_watches(ldbg_context *ctx, ldbg_writer *w, lua_State *L, lua_Debug *ar, ldbg_value_limits limits) {
  size_t start = ldbg_section_begin(w, LDBG_SECTION_WATCHES);
  ctx->busy++;
  for (int i = 0; i < ctx->watch_count && !ctx->ending; i++) {
    ldbg_write_number(w, (uint32_t)i);
    write_watch(ctx, w, &ctx->watches[i], L, ar, &limits);
  }
  ctx->busy--;
  ldbg_section_end(w, start);
}

void ldbg_watch_evaluate(ldbg_context *ctx, lua_State *L, int level, int watch, ldbg_budget budget, ldbg_result *result) {
  lua_Debug ar;
  *result = (ldbg_result){.status = LDBG_EVAL_MEMORY};
  if (watch < 0 || watch >= ctx->watch_count) return;
  bool real = level >= 0 && lua_getstack(L, level, &ar);
  int status = ldbg_expression_run(ctx, ctx->watches[watch].expression, L, real ? &ar : NULL, budget);
  *result = (ldbg_result){.status = status, .thread = ctx->evaluator};
  if (ctx->evaluator == NULL || status == LDBG_EVAL_MEMORY || status == LDBG_EVAL_STOPPED || status == LDBG_EVAL_BUDGET) return;
  if (status != LDBG_EVAL_OK && !ldbg_push_string(ctx->evaluator, ctx->message ? ctx->message : "", ctx->message_length)) return;
  result->first = lua_gettop(ctx->evaluator);
  result->count = 1;
}
