/* What each function holds, found once per prototype and plan. Swift decides (it knows the chunks and their lines); the
 * answer is kept here under the prototype's address until the plan changes or the prototype is freed. */
#include "internal.h"
#include <stdlib.h>
#include <string.h>

static const ldbg_code nothing;

static ldbg_code *finish_draft(ldbg_codes *codes) {
  size_t bytes = (size_t)codes->draft_count * sizeof(ldbg_code_line);
  if (codes->draft_count == 0) return NULL;
  ldbg_code *code = malloc(sizeof *code + bytes);
  if (code == NULL) return NULL;
  *code = (ldbg_code){.count = codes->draft_count};
  memcpy(code->held, codes->draft, bytes);
  for (int i = 0; i < code->count; i++) {
    if (code->held[i].line == 0) code->entry = true; else code->lines = true;
  }
  return code;
}

const ldbg_code *ldbg_code_of(ldbg_context *ctx, lua_State *L, lua_Debug *ar, const void *key) {
  ldbg_codes *codes = &ctx->codes;
  if (key == NULL || ctx->plan_count == 0) return &nothing;
  const ldbg_code_slot *known = ldbg_table_find(&codes->table, sizeof *known, key);
  if (known != NULL) {
    if (known->code != NULL) return known->code;
    if (!ctx->watching && !ctx->observed) ctx->plain[ldbg_plain_slot(key)] = key;
    return &nothing;
  }
  if (!ldbg_table_reserve(&codes->table, sizeof *known)) return &nothing;
  codes->draft_count = 0;
  codes->ask_again = false;
  ctx->counts.callbacks++;
  ctx->callbacks.meet(ctx->callbacks.host, L, ar);
  if (ctx->detached) return &nothing;
  ldbg_code *code = finish_draft(codes);
  if (code == NULL && codes->ask_again) return &nothing;
  ldbg_code_slot slot = {.key = key, .code = code};
  ldbg_table_put(&codes->table, sizeof slot, &slot);
  return code ? code : &nothing;
}

void ldbg_code_add(ldbg_context *ctx, int line, int plan_index) {
  ldbg_codes *codes = &ctx->codes;
  if (plan_index < 0 || plan_index >= ctx->plan_count) return; /* there was no memory for it in the plan */
  if (codes->draft_count == codes->draft_capacity) {
    int capacity = codes->draft_capacity ? codes->draft_capacity * 2 : 16;
    ldbg_code_line *draft = realloc(codes->draft, (size_t)capacity * sizeof *draft);
    if (draft == NULL) return;
    codes->draft = draft;
    codes->draft_capacity = capacity;
  }
  codes->draft[codes->draft_count++] = (ldbg_code_line){line, plan_index};
  unsigned bit = (unsigned)line % LDBG_LINE_BITS;
  ctx->line_bits[bit >> 3] |= (unsigned char)(1u << (bit & 7));
}

void ldbg_code_ask_again(ldbg_context *ctx) { ctx->codes.ask_again = true; }

void ldbg_codes_forget(ldbg_context *ctx, const void *key) {
  const ldbg_code_slot *known = ldbg_table_find(&ctx->codes.table, sizeof *known, key);
  if (known == NULL) return;
  if (ctx->holder == key) ctx->holder = NULL;
  if (ctx->plain[ldbg_plain_slot(key)] == key) ctx->plain[ldbg_plain_slot(key)] = NULL;
  free(known->code);
  ldbg_table_remove(&ctx->codes.table, sizeof *known, key);
}

void ldbg_codes_clear(ldbg_context *ctx) {
  ldbg_table *table = &ctx->codes.table;
  ctx->holder = NULL;
  memset(ctx->plain, 0, sizeof ctx->plain);
  const ldbg_code_slot *slots = (const ldbg_code_slot *)(void *)table->slots;
  for (size_t i = 0; i < table->capacity; i++) free(slots[i].code);
  ldbg_table_clear(table);
}
