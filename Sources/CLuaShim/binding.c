/* Where an expression's variables live, remembered for each instruction that it was evaluated at; and what they held when it was
 * last false: a watch whose variables have not changed is not evaluated again. */
#include "expression.h"
#include "layout.h"
#include <stdlib.h>

static inline binding *slot_of(const ldbg_expression *expression, const void *pc) {
  return &expression->bindings[(size_t)pc / sizeof(uint32_t) & (expression->binding_count - 1)];
}

static binding *slot_for(ldbg_context *ctx, ldbg_expression *expression, const void *pc) {
  if (!ctx->layout->values || expression->names.count > MOST_BOUND) return NULL;
  /* A watch is evaluated at every line of a script: it is given room for them. */
  if (expression->evicted >= expression->binding_count && expression->binding_count < MOST_BINDINGS) {
    size_t count = expression->binding_count ? expression->binding_count * 4 : FEWEST_BINDINGS;
    binding *larger = calloc(count, sizeof *larger);
    if (larger == NULL) return NULL;
    free(expression->bindings);
    expression->bindings = larger;
    expression->binding_count = count;
    expression->evicted = 0;
    expression->current = NULL;
  }
  return slot_of(expression, pc);
}

static bool is_of(const ldbg_context *ctx, const binding *found, const void *code, const void *pc) {
  return found->pc == pc && found->code == code && found->epoch == ctx->epoch;
}

static uint64_t bound_now(const ldbg_names *names) {
  uint64_t bound = 0;
  for (int i = 0; i < names->count; i++)
    if (ldbg_name_is_bound(names, i)) bound |= (uint64_t)1 << i;
  return bound;
}

static void fill(const ldbg_context *ctx, binding *slot, ldbg_expression *expression, const void *code, const void *pc) {
  const ldbg_names *names = &expression->names;
  if (slot->pc != NULL) expression->evicted++;
  *slot = (binding){.code = code, .pc = pc, .epoch = ctx->epoch, .bound = bound_now(names), .reads_plainly = expression->pure};
  for (int i = 0; i < names->count; i++) {
    slot->names[i].kind = (int16_t)names->list[i].kind;
    slot->names[i].index = (int16_t)names->list[i].index;
    if (names->list[i].is_operand && names->list[i].kind == LDBG_NAME_GLOBAL) slot->reads_plainly = false;
  }
}

/* The kinds in the list of names are those of the slot. */
static void take(ldbg_expression *expression, const binding *slot) {
  ldbg_names *names = &expression->names;
  for (int i = 0; i < names->count; i++) {
    names->list[i].kind = slot->names[i].kind;
    names->list[i].index = slot->names[i].index;
  }
}

uint64_t ldbg_bind(ldbg_context *ctx, ldbg_expression *expression, lua_State *L, lua_Debug *ar) {
  ldbg_names *names = &expression->names;
  if (ar == NULL) {
    expression->current = NULL;
    for (int i = 0; i < names->count; i++) names->list[i].kind = LDBG_NAME_GLOBAL;
    return bound_now(names);
  }
  bool is_lua = false;
  const void *code = ctx->layout->values ? frame_code(frame_of(ar), &is_lua) : NULL;
  const void *pc = is_lua ? frame_of(ar)->savedpc : NULL;
  binding *slot = is_lua ? slot_for(ctx, expression, pc) : NULL;
  if (slot != NULL && is_of(ctx, slot, code, pc)) {
    if (expression->current != slot) take(expression, slot);
    expression->current = slot;
    return slot->bound;
  }
  ldbg_names_resolve(names, L, ar);
  if (slot != NULL) fill(ctx, slot, expression, code, pc);
  expression->current = slot;
  return slot ? slot->bound : bound_now(names);
}

static inline const value_view *value_of(int kind, int index, const frame_view *frame) {
  return kind == LDBG_NAME_LOCAL ? local_value(frame, index) : upvalue_value(frame, index);
}

/* The environment of nearly every function is the table of globals, which is at hand. */
static bool push_environment(const value_view *value, lua_State *E) {
  lua_rawgeti(E, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  if (lua_topointer(E, -1) == value->value) return true;
  lua_pop(E, 1);
  return false;
}

bool ldbg_push_plainly(const ldbg_context *ctx, const ldbg_name *name, const lua_Debug *ar, lua_State *E) {
  if (!ctx->layout->values || ar == NULL || name->kind == LDBG_NAME_GLOBAL) return false;
  bool is_lua;
  frame_code(frame_of(ar), &is_lua);
  if (!is_lua) return false;
  const value_view *value = value_of(name->kind, name->index, frame_of(ar));
  const uint64_t bits = plain_bits(value);
  lua_Number number;
  switch (value->tag) {
    case TAG_NIL: lua_pushnil(E); return true;
    case TAG_BOOLEAN: lua_pushboolean(E, bits != 0); return true;
    case TAG_INTEGER: lua_pushinteger(E, (lua_Integer)bits); return true;
    case TAG_FLOAT:
      memcpy(&number, &bits, sizeof number);
      lua_pushnumber(E, number);
      return true;
    case TAG_TABLE: return push_environment(value, E);
    default: return false;
  }
}

/* ---- What it was false with ------------------------------------------------------------------------------------------ */

void ldbg_expression_remember(ldbg_context *ctx, ldbg_expression *expression, lua_State *L, const lua_Debug *ar, bool may_rest) {
  memo *memo = &expression->memo;
  const binding *now = expression->current;
  memo->is_set = false;
  if (!may_rest || now == NULL || !now->reads_plainly || ar == NULL || now->epoch != ctx->epoch) return;
  memo->bound = now->bound;
  memo->L = L;
  for (int i = 0; i < expression->operand_count; i++) {
    const int name = expression->operands[i];
    const value_view *value = value_of(now->names[name].kind, now->names[name].index, frame_of(ar));
    if (!is_plain(value)) return;
    memo->read[i].at = value;
    memo->read[i].tag = value->tag;
    memo->read[i].bits = plain_bits(value);
  }
  memo->is_set = true;
}

bool ldbg_expression_rests(ldbg_context *ctx, ldbg_expression *expression, lua_State *L, lua_Debug *ar, bool of_change) {
  const memo *memo = &expression->memo;
  if (!memo->is_set || (of_change && memo->L != L)) return false;
  const frame_view *frame = frame_of(ar); /* at a line event: of a Lua function */
  const void *pc = frame->savedpc;
  const binding *now = slot_of(expression, pc);
  if (!is_of(ctx, now, lua_frame_code(frame), pc) || !now->reads_plainly || now->bound != memo->bound) return false;
  for (int i = 0; i < expression->operand_count; i++) {
    const int name = expression->operands[i];
    const value_view *value = value_of(now->names[name].kind, now->names[name].index, frame);
    if (value->tag != memo->read[i].tag || plain_bits(value) != memo->read[i].bits) return false;
    if (of_change && memo->read[i].at != value) return false;
  }
  return true;
}
