/* What each function holds, found once per prototype and plan. Swift decides (it knows the chunks and their lines); the
 * answer is kept here under the prototype's address until the plan changes or the prototype is freed. */
#include "internal.h"
#include <stdlib.h>
#include <string.h>

static const ldbg_code nothing;

static size_t slot_of(const void *key, size_t capacity) {
  return (((size_t)key >> 4) * 0x9E3779B97F4A7C15u >> 17) & (capacity - 1);
}

static size_t find(const ldbg_codes *codes, const void *key) {
  size_t i = slot_of(key, codes->capacity);
  while (codes->slots[i].key != NULL && codes->slots[i].key != key) i = (i + 1) & (codes->capacity - 1);
  return i;
}

static bool grow(ldbg_codes *codes) {
  if ((codes->count + 1) * 2 <= codes->capacity) return true;
  ldbg_codes larger = *codes;
  larger.capacity = codes->capacity ? codes->capacity * 2 : 64;
  larger.slots = calloc(larger.capacity, sizeof *larger.slots);
  if (larger.slots == NULL) return false;
  for (size_t i = 0; i < codes->capacity; i++)
    if (codes->slots[i].key) larger.slots[find(&larger, codes->slots[i].key)] = codes->slots[i];
  free(codes->slots);
  *codes = larger;
  return true;
}

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
  if (codes->capacity) {
    const struct ldbg_code_slot *slot = &codes->slots[find(codes, key)];
    if (slot->key) {
      if (slot->code != NULL) return slot->code;
      if (!ctx->watching && !ctx->observed) ctx->plain[ldbg_plain_slot(key)] = key;
      return &nothing;
    }
  }
  if (!grow(codes)) return &nothing;
  codes->draft_count = 0;
  codes->ask_again = false;
  ctx->counts.callbacks++;
  ctx->callbacks.meet(ctx->callbacks.host, L, ar);
  if (ctx->detached) return &nothing;
  ldbg_code *code = finish_draft(codes);
  if (code == NULL && codes->ask_again) return &nothing;
  struct ldbg_code_slot *slot = &codes->slots[find(codes, key)];
  if (slot->key == NULL) codes->count++;
  slot->key = key;
  slot->code = code;
  return code ? code : &nothing;
}

void ldbg_code_add(ldbg_context *ctx, int line, int plan_index) {
  ldbg_codes *codes = &ctx->codes;
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
  ldbg_codes *codes = &ctx->codes;
  size_t hole = find(codes, key), mask = codes->capacity - 1;
  if (codes->slots[hole].key == NULL) return;
  if (ctx->holder == key) ctx->holder = NULL;
  if (ctx->plain[ldbg_plain_slot(key)] == key) ctx->plain[ldbg_plain_slot(key)] = NULL;
  free(codes->slots[hole].code);
  for (size_t i = (hole + 1) & mask; codes->slots[i].key; i = (i + 1) & mask) {
    size_t home = slot_of(codes->slots[i].key, codes->capacity);
    if (((i - home) & mask) >= ((i - hole) & mask)) codes->slots[hole] = codes->slots[i], hole = i;
  }
  codes->slots[hole].key = NULL;
  codes->slots[hole].code = NULL;
  codes->count--;
}

void ldbg_codes_clear(ldbg_context *ctx) {
  ldbg_codes *codes = &ctx->codes;
  ctx->holder = NULL;
  memset(ctx->plain, 0, sizeof ctx->plain);
  for (size_t i = 0; i < codes->capacity; i++) free(codes->slots[i].code);
  free(codes->slots);
  codes->slots = NULL;
  codes->capacity = codes->count = 0;
}
