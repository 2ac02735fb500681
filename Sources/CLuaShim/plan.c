/* The plan: what the hook looks for, rebuilt whole when breakpoints change. */
#include "tracing.h"
#include <stdlib.h>
#include <string.h>

static void free_log(ldbg_context *ctx, ldbg_plan_entry *entry) {
  for (int i = 0; i < entry->log_count; i++) {
    if (entry->log[i].expression) ldbg_expression_free(ctx, entry->log[i].expression);
    free(entry->log[i].text);
  }
  free(entry->log);
  entry->log = NULL;
  entry->log_count = 0;
}

static void free_entry(ldbg_context *ctx, ldbg_plan_entry *entry) {
  if (entry->condition) ldbg_expression_free(ctx, entry->condition);
  ldbg_watchpoint_free(ctx, entry->watch);
  free_log(ctx, entry);
}

static void free_old(ldbg_context *ctx) {
  for (int i = 0; i < ctx->old_count; i++) free_entry(ctx, &ctx->old_plan[i]);
  free(ctx->old_plan);
  ctx->old_plan = NULL;
  ctx->old_count = ctx->old_at = 0;
}

void ldbg_plan_free(ldbg_context *ctx) {
  free_old(ctx);
  ctx->old_plan = ctx->plan;
  ctx->old_count = ctx->plan_count;
  ctx->plan = NULL;
  ctx->plan_count = ctx->plan_capacity = 0;
  free_old(ctx);
}

/* What was compiled for an entry that stays, and the last value that its watch saw, are taken over from the old plan. */
void ldbg_plan_begin(ldbg_context *ctx) {
  free_old(ctx);
  ctx->old_plan = ctx->plan;
  ctx->old_count = ctx->plan_count;
  ctx->plan = NULL;
  ctx->plan_count = ctx->plan_capacity = 0;
  ctx->uncaught_errors = ctx->any_errors = 0;
  ctx->watching = false;
  ctx->first_watch = -1;
  ctx->lines = ctx->functions = ctx->c_functions = ctx->only_profiled = ctx->only_traced = false;
  ldbg_codes_clear(ctx);
  memset(ctx->line_bits, 0, LDBG_LINE_BITS / 8);
}

/* Both plans are in the order of the breakpoints' numbers. */
static ldbg_plan_entry *old_entry(ldbg_context *ctx, uint32_t breakpoint) {
  while (ctx->old_at < ctx->old_count && ctx->old_plan[ctx->old_at].breakpoint < breakpoint) ctx->old_at++;
  bool found = ctx->old_at < ctx->old_count && ctx->old_plan[ctx->old_at].breakpoint == breakpoint;
  return found ? &ctx->old_plan[ctx->old_at] : NULL;
}

int ldbg_plan_add(ldbg_context *ctx, uint32_t breakpoint, ldbg_counter *counter, bool once, const char *condition,
                  size_t condition_length) {
  if (ctx->plan_count == ctx->plan_capacity) {
    int capacity = ctx->plan_capacity ? ctx->plan_capacity * 2 : 16;
    ldbg_plan_entry *plan = realloc(ctx->plan, (size_t)capacity * sizeof *plan);
    if (plan == NULL) return -1;
    ctx->plan = plan;
    ctx->plan_capacity = capacity;
  }
  ldbg_plan_entry entry = {.breakpoint = breakpoint, .counter = counter, .once = once};
  ldbg_plan_entry *old = old_entry(ctx, breakpoint);
  if (condition != NULL && old != NULL && old->condition != NULL &&
      ldbg_expression_is(old->condition, condition, condition_length)) {
    entry.condition = old->condition;
    old->condition = NULL;
  } else if (condition != NULL && (entry.condition = ldbg_expression_new(condition, condition_length)) == NULL) {
    return -1;
  }
  ctx->plan[ctx->plan_count] = entry;
  return ctx->plan_count++;
}

bool ldbg_plan_watch(ldbg_context *ctx, int index, const char *expression, size_t length, bool on_change) {
  if (index < 0 || index >= ctx->plan_count) return false;
  ldbg_plan_entry *entry = &ctx->plan[index], *old = old_entry(ctx, entry->breakpoint);
  if (old != NULL && old->watch != NULL && ldbg_watchpoint_is(old->watch, expression, length, on_change)) {
    entry->watch = old->watch;
    old->watch = NULL;
  } else {
    ldbg_expression *compiled = ldbg_expression_new(expression, length);
    if (compiled != NULL && (entry->watch = ldbg_watchpoint_new(compiled, on_change)) == NULL)
      ldbg_expression_free(ctx, compiled);
  }
  if (entry->watch == NULL) return false;
  /* In their order: of several that stop the lowest comes first. */
  int *link = &ctx->first_watch;
  while (*link >= 0) link = &ctx->plan[*link].next_watch;
  *link = index;
  entry->next_watch = -1;
  return ctx->watching = true;
}

bool ldbg_plan_log(ldbg_context *ctx, int index, const char *text, size_t length, bool is_expression) {
  if (index < 0 || index >= ctx->plan_count) return false;
  ldbg_plan_entry *entry = &ctx->plan[index];
  ldbg_log_part *log = realloc(entry->log, (size_t)(entry->log_count + 1) * sizeof *log), part = {.length = length};
  if (log == NULL) return false;
  entry->log = log;
  if (is_expression) part.expression = ldbg_expression_new(text, length);
  else if ((part.text = malloc(length + 1)) != NULL) memcpy(part.text, text, length);
  if (part.expression == NULL && part.text == NULL) return false;
  log[entry->log_count++] = part;
  return true;
}

void ldbg_plan_end(ldbg_context *ctx, bool lines, bool functions, bool c_functions) {
  free_old(ctx);
  ctx->run.left = 0;
  ctx->lines = lines;
  ctx->functions = functions;
  ctx->c_functions = c_functions;
  ldbg_only_observed_changed(ctx);
}

void ldbg_plan_error(ldbg_context *ctx, int plan_index, bool any) {
  if (plan_index < 0 || plan_index >= ctx->plan_count) return;
  ctx->plan[plan_index].at_errors = any ? LDBG_AT_ANY_ERROR : LDBG_AT_UNCAUGHT_ERROR;
  if (any) ctx->any_errors++; else ctx->uncaught_errors++;
}
