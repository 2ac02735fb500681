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
    if (slot->key) return slot->code ? slot->code : &nothing;
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

void ldbg_codes_forget(ldbg_codes *codes, const void *key) {
  size_t hole = find(codes, key), mask = codes->capacity - 1;
  if (codes->slots[hole].key == NULL) return;
  free(codes->slots[hole].code);
  for (size_t i = (hole + 1) & mask; codes->slots[i].key; i = (i + 1) & mask) {
    size_t home = slot_of(codes->slots[i].key, codes->capacity);
    if (((i - home) & mask) >= ((i - hole) & mask)) codes->slots[hole] = codes->slots[i], hole = i;
  }
  codes->slots[hole].key = NULL;
  codes->slots[hole].code = NULL;
  codes->count--;
}

void ldbg_codes_clear(ldbg_codes *codes) {
  for (size_t i = 0; i < codes->capacity; i++) free(codes->slots[i].code);
  free(codes->slots);
  codes->slots = NULL;
  codes->capacity = codes->count = 0;
}

/* ---- The plan: what is looked for, rebuilt whole when breakpoints change ------------------------------------------ */

ldbg_counter *ldbg_counter_new(void) { return calloc(1, sizeof(ldbg_counter)); }
void ldbg_counter_free(ldbg_counter *counter) { free(counter); }
long long ldbg_counter_hits(const ldbg_counter *counter) { return atomic_load(&((ldbg_counter *)counter)->hits); }
long long ldbg_counter_ignore(const ldbg_counter *counter) { return atomic_load(&((ldbg_counter *)counter)->ignore); }
void ldbg_counter_set_ignore(ldbg_counter *counter, long long count) { atomic_store(&counter->ignore, count); }
void ldbg_counter_reset(ldbg_counter *counter) { atomic_store(&counter->hits, 0); }

void ldbg_plan_begin(ldbg_context *ctx) {
  for (int i = 0; i < ctx->plan_count; i++)
    if (ctx->plan[i].condition) ldbg_condition_free(ctx, ctx->plan[i].condition);
  ctx->plan_count = 0;
  ctx->uncaught_errors = ctx->any_errors = 0;
  ctx->lines = ctx->functions = ctx->c_functions = false;
  ldbg_codes_clear(&ctx->codes);
  memset(ctx->line_bits, 0, LDBG_LINE_BITS / 8);
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
  if (condition != NULL && (entry.condition = ldbg_condition_new(condition, condition_length)) == NULL) return -1;
  ctx->plan[ctx->plan_count] = entry;
  return ctx->plan_count++;
}

void ldbg_plan_end(ldbg_context *ctx, bool lines, bool functions, bool c_functions) {
  ctx->lines = lines;
  ctx->functions = functions;
  ctx->c_functions = c_functions;
}

void ldbg_plan_error(ldbg_context *ctx, int plan_index, bool any) {
  if (plan_index < 0 || plan_index >= ctx->plan_count) return;
  ctx->plan[plan_index].at_errors = any ? LDBG_AT_ANY_ERROR : LDBG_AT_UNCAUGHT_ERROR;
  if (any) ctx->any_errors++; else ctx->uncaught_errors++;
}
