/* Log points: a message with expressions in it, written down where a breakpoint would stop. */
#include "tracing.h"

static const ldbg_budget log_budget = {.instructions = 1000000, .nanoseconds = 200000000};

void ldbg_write_log(ldbg_context *ctx, const ldbg_plan_entry *entry, lua_State *L, lua_Debug *ar) {
  ldbg_writer w;
  if (ctx->journal == NULL || !ldbg_record_begin(ctx, L, ar, LDBG_RECORD_LOG, &w)) return;
  size_t start = ldbg_section_begin(&w, LDBG_SECTION_LOG);
  ldbg_value_limits limits = {.depth = 2, .entries = 100, .bytes = 8192};
  ldbg_write_number(&w, entry->breakpoint);
  for (int i = 0; i < entry->log_count && !ctx->ending; i++) {
    const ldbg_log_part *part = &entry->log[i];
    if (part->text != NULL) {
      ldbg_write_byte(&w, 't');
      ldbg_write_text(&w, part->text, part->length);
    } else if (ldbg_expression_run(ctx, part->expression, L, ar, log_budget) == LDBG_EVAL_OK) {
      ldbg_write_byte(&w, 'v');
      ldbg_write_value(ctx, &w, ctx->evaluator, &limits);
      lua_pop(ctx->evaluator, 1);
    } else {
      size_t length = ctx->message_length < 200 ? ctx->message_length : 200;
      ldbg_counter_fail(entry->counter, ctx->message);
      ldbg_write_byte(&w, 'e');
      ldbg_write_text(&w, ctx->message ? ctx->message : "", length);
    }
  }
  ldbg_section_end(&w, start);
  ldbg_record_end(ctx, &w);
}
