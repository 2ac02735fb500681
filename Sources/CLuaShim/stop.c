/* Stops: which breakpoints are met at one event, what is known of each, and the call of Swift that returns with the next resume. */
#include "tracing.h"
#include <stdlib.h>
#include <string.h>

void ldbg_clear_hits(ldbg_context *ctx) {
  for (int i = 0; i < ctx->hit_count; i++) {
    free(ctx->hit_details[i]);
    ctx->hit_details[i] = NULL;
  }
  ctx->hit_count = 0;
}

/* The details, a message or values, are in the context's message. */
static bool add_hit(ldbg_context *ctx, uint32_t breakpoint, int kind) {
  if (ctx->hit_count == ctx->hit_capacity) {
    int capacity = ctx->hit_capacity ? ctx->hit_capacity * 2 : 8;
    ldbg_hit *hits = realloc(ctx->hits, (size_t)capacity * sizeof *hits);
    if (hits != NULL) ctx->hits = hits;
    char **details = realloc(ctx->hit_details, (size_t)capacity * sizeof *details);
    if (details != NULL) ctx->hit_details = details;
    size_t *lengths = realloc(ctx->hit_lengths, (size_t)capacity * sizeof *lengths);
    if (lengths != NULL) ctx->hit_lengths = lengths;
    if (!hits || !details || !lengths) return false;
    ctx->hit_capacity = capacity;
  }
  int i = ctx->hit_count++;
  ctx->hits[i] = (ldbg_hit){breakpoint, kind};
  ctx->hit_details[i] = NULL;
  ctx->hit_lengths[i] = 0;
  if (kind != LDBG_HIT_PLAIN && ctx->message != NULL && (ctx->hit_details[i] = malloc(ctx->message_length + 1)) != NULL) {
    memcpy(ctx->hit_details[i], ctx->message, ctx->message_length + 1);
    ctx->hit_lengths[i] = ctx->message_length;
  }
  return true;
}

const char *ldbg_hit_details(ldbg_context *ctx, int hit, size_t *length) {
  if (hit < 0 || hit >= ctx->hit_count || ctx->hit_details[hit] == NULL) return NULL;
  *length = ctx->hit_lengths[hit];
  return ctx->hit_details[hit];
}

/* Does this breakpoint stop here? A condition that fails stops and says why; hits are counted before the ignore count
 * takes its share, as gdb and pdb do. `kind` says what the context's message holds of the hit. */
bool ldbg_hit_entry(ldbg_context *ctx, int index, lua_State *L, lua_Debug *ar, int kind) {
  ldbg_plan_entry *entry = &ctx->plan[index];
  if (entry->spent) return false;
  for (int i = 0; i < ctx->hit_count; i++)
    if (ctx->hits[i].breakpoint == entry->breakpoint) return false; /* its line and its entry are one arrival */
  if (entry->condition != NULL) {
    int truth = ldbg_expression_test(ctx, entry->condition, L, ar);
    if (truth == 0) return false;
    if (truth < 0) kind = LDBG_HIT_FAILED;
  }
  atomic_fetch_add(&entry->counter->hits, 1);
  if (kind != LDBG_HIT_FAILED && atomic_load(&entry->counter->ignore) > 0) {
    atomic_fetch_sub(&entry->counter->ignore, 1);
    return false;
  }
  if (entry->once) {
    entry->spent = true;
    atomic_store(&entry->counter->spent, true);
  }
  if (entry->log_count == 0 || kind == LDBG_HIT_FAILED) return add_hit(ctx, entry->breakpoint, kind);
  ldbg_write_log(ctx, entry, L, ar);
  return false;
}

/* Hand the stop to Swift; it returns when the next resume is chosen. */
void ldbg_stop_here(ldbg_context *ctx, ldbg_stop *stop) {
  stop->hits = ctx->hits;
  stop->hit_count = ctx->hit_count;
  ctx->step = (ldbg_step){0};
  ctx->entering = false;
  ctx->stopped = stop->thread;
  ctx->stopped_base = stop->base;
  ctx->counts.callbacks++;
  ctx->callbacks.stopped(ctx->callbacks.host, stop);
  ctx->last = stop->thread; /* what was evaluated may have run in other coroutines */
  ctx->stopped = NULL;
  ldbg_profile_resumed(ctx);
  if (!ctx->detached) ldbg_forget_return(ctx);
  ldbg_clear_hits(ctx);
}
