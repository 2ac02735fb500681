/* Expressions that are evaluated again and again: conditions, watches, the parts of log messages. Compiled once per set of names
 * in scope, with those names as parameters: one evaluation is the fetching of the values and one lua_pcall; nothing is
 * compiled, nothing allocated. */
#include "expression.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_NAMES = 64, MOST_VARIANTS = 64 }; /* one bit each name; of variants the oldest makes room */

ldbg_expression *ldbg_expression_new(const char *text, size_t length) {
  ldbg_expression *expression = calloc(1, sizeof *expression);
  if (expression == NULL) return NULL;
  expression->text = malloc(length + 1);
  if (expression->text != NULL) {
    memcpy(expression->text, text, length);
    expression->text[length] = 0;
    expression->length = length;
    expression->vararg = strstr(expression->text, "...") != NULL;
    if (ldbg_names_scan(&expression->names, expression->text, length)) {
      expression->pure = ldbg_names_are_all_it_reads(&expression->names, expression->text, length) &&
                         expression->names.count <= MOST_BOUND;
      for (int i = 0; expression->pure && i < expression->names.count; i++)
        if (expression->names.list[i].is_operand) expression->operands[expression->operand_count++] = (uint8_t)i;
      return expression;
    }
  }
  free(expression->text);
  free(expression);
  return NULL;
}

static void forget(ldbg_context *ctx, variant *variant) {
  free(variant->failure);
  if (ctx->anchor == NULL || ctx->closed || variant->reference == 0) return;
  lua_pushnil(ctx->anchor); /* an existing slot: cannot raise */
  lua_rawseti(ctx->anchor, LDBG_ANCHOR_EXPRESSIONS, variant->reference);
}

void ldbg_expression_free(ldbg_context *ctx, ldbg_expression *expression) {
  for (int i = 0; i < expression->variant_count; i++) forget(ctx, &expression->variants[i]);
  free(expression->variants);
  free(expression->bindings);
  ldbg_names_free(&expression->names);
  free(expression->text);
  free(expression);
}

/* Leaves the function on E, or the message. */
static int compile(lua_State *E, const ldbg_expression *expression) {
  int status = ldbg_load_text(E, "return ", expression->text, expression->length, "");
  if (status != LUA_OK) return status;
  lua_pop(E, 1);
  size_t size = 64;
  for (int i = 0; i < expression->names.count; i++) size += expression->names.list[i].length + 1;
  char *prefix = malloc(size);
  if (prefix == NULL) {
    lua_pushnil(E);
    return LUA_ERRMEM;
  }
  strcpy(prefix, "return function(");
  for (int i = 0; i < expression->names.count; i++) {
    if (!ldbg_name_is_bound(&expression->names, i)) continue;
    if (i > 0) strcat(prefix, ",");
    strncat(prefix, expression->names.list[i].text, expression->names.list[i].length);
  }
  strcat(prefix, expression->vararg ? ",...) return " : ") return ");
  status = ldbg_load_text(E, prefix, expression->text, expression->length, "\nend");
  free(prefix);
  return status == LUA_OK ? lua_pcall(E, 0, 1, 0) : status;
}

static const variant *keep(ldbg_context *ctx, ldbg_expression *expression, variant made) {
  variant *variants = expression->variants;
  if (expression->variant_count == MOST_VARIANTS) {
    forget(ctx, &variants[0]);
    memmove(variants, variants + 1, (MOST_VARIANTS - 1) * sizeof *variants);
    expression->variant_count--;
  }
  variants[expression->variant_count] = made;
  return &variants[expression->variant_count++];
}

static const variant *variant_for(ldbg_context *ctx, ldbg_expression *expression, uint64_t bound) {
  for (int i = 0; i < expression->variant_count; i++)
    if (expression->variants[i].bound == bound) return &expression->variants[i];
  if (expression->variants == NULL) expression->variants = calloc(MOST_VARIANTS, sizeof *expression->variants);
  if (expression->variants == NULL) {
    ldbg_set_message_text(ctx, "not enough memory");
    return NULL;
  }
  lua_State *E = ctx->evaluator;
  size_t before;
  variant made = {.bound = bound};
  ldbg_hold_collector(ctx, E, &before);
  ctx->counts.expressions_compiled++;
  int status = compile(E, expression);
  ldbg_release_collector(ctx, E, before);
  if (status == LUA_OK) {
    made.reference = (int)lua_rawlen(ctx->anchor, LDBG_ANCHOR_EXPRESSIONS) + 1;
    if (ldbg_store(ctx, E, LDBG_ANCHOR_EXPRESSIONS, made.reference)) return keep(ctx, expression, made);
    ldbg_set_message_text(ctx, "not enough memory");
    return NULL;
  }
  ldbg_set_message(ctx, E, -1);
  lua_pop(E, 1);
  if (status != LUA_ERRSYNTAX || !ctx->message || !(made.failure = strdup(ctx->message))) return NULL;
  return keep(ctx, expression, made);
}

/* Push the value of each name that is a parameter. Returns how many; -1 without memory, with one value left. */
static int push_names(const ldbg_context *ctx, const ldbg_expression *expression, lua_State *E, lua_State *L, lua_Debug *ar) {
  const ldbg_names *names = &expression->names;
  int arguments = 0;
  bool has_function = false, has_room = false;
  for (int i = 0; i < names->count; i++) {
    if (!ldbg_name_is_bound(names, i)) continue;
    const ldbg_name *name = &names->list[i];
    arguments++;
    if (i == LDBG_NAME_ENV && expression->current != NULL && expression->current->reads_plainly) {
      lua_pushnil(E); /* it reads no global */
      continue;
    }
    if (ldbg_push_plainly(ctx, name, ar, E)) continue;
    if (!has_room && !(has_room = lua_checkstack(L, 4))) {
      lua_pop(E, arguments - 1);
      return -1;
    }
    if (name->kind == LDBG_NAME_UPVALUE && !has_function) has_function = lua_getinfo(L, "f", ar);
    if (name->kind == LDBG_NAME_LOCAL && lua_getlocal(L, ar, name->index)) lua_xmove(L, E, 1);
    else if (name->kind == LDBG_NAME_UPVALUE && lua_getupvalue(L, -1, name->index)) lua_xmove(L, E, 1);
    else lua_rawgeti(E, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  }
  if (ar == NULL) return arguments;
  if (has_function) lua_pop(L, 1);
  for (int i = 1; expression->vararg && lua_checkstack(E, 2) && lua_checkstack(L, 4) && lua_getlocal(L, ar, -i); i++, arguments++)
    lua_xmove(L, E, 1);
  return arguments;
}

/* In the frame `ar` of L; without one, of globals only. An LDBG_EVAL_ status: with LDBG_EVAL_OK the value is on top of the
 * evaluator, which the caller pops, else the message is kept. */
int ldbg_expression_run(ldbg_context *ctx, ldbg_expression *expression, lua_State *L, lua_Debug *ar, ldbg_budget budget) {
  ldbg_names *names = &expression->names;
  if (names->count > MOST_NAMES) {
    ldbg_set_message_text(ctx, "the expression mentions too many names (more than 63)");
    return LDBG_EVAL_ERROR;
  }
  if (ctx->evaluating || !ldbg_anchor(ctx)) { /* which has made room for as many names */
    ldbg_set_message_text(ctx, "not enough memory");
    return LDBG_EVAL_MEMORY;
  }
  const variant *variant = variant_for(ctx, expression, ldbg_bind(ctx, expression, L, ar));
  if (variant == NULL || variant->failure != NULL) {
    if (variant != NULL) ldbg_set_message_text(ctx, variant->failure);
    return LDBG_EVAL_SYNTAX;
  }
  lua_State *E = ctx->evaluator, *A = ctx->anchor;
  lua_rawgeti(A, LDBG_ANCHOR_EXPRESSIONS, variant->reference);
  lua_xmove(A, E, 1);
  int arguments = push_names(ctx, expression, E, L, ar);
  int status = arguments < 0 ? LDBG_EVAL_MEMORY : ldbg_run_budgeted(ctx, E, arguments, 1, budget);
  switch (status) {
    case LDBG_EVAL_OK: return status;
    case LDBG_EVAL_ERROR: ldbg_set_message(ctx, E, -1); break;
    case LDBG_EVAL_BUDGET: ldbg_set_message_text(ctx, "it took too long and was ended"); break;
    case LDBG_EVAL_STOPPED: ldbg_set_message_text(ctx, "it was interrupted"); break;
    default: ldbg_set_message_text(ctx, "not enough memory"); break;
  }
  lua_pop(E, 1);
  return status;
}

int ldbg_expression_test(ldbg_context *ctx, ldbg_expression *expression, lua_State *L, lua_Debug *ar) {
  static const ldbg_budget budget = {.instructions = 10000000, .nanoseconds = 1000000000};
  if (ldbg_expression_run(ctx, expression, L, ar, budget) != LDBG_EVAL_OK) return -1;
  int truth = lua_toboolean(ctx->evaluator, -1);
  lua_pop(ctx->evaluator, 1);
  return truth;
}

const char *ldbg_expression_text(const ldbg_expression *expression, size_t *length) {
  *length = expression->length;
  return expression->text;
}

bool ldbg_expression_is(const ldbg_expression *expression, const char *text, size_t length) {
  return expression->length == length && memcmp(expression->text, text, length) == 0;
}

/* ---- Which variables it reads ---------------------------------------------------------------------------------------- */

/* After a run in that frame. Two closures and the function that made them may see one variable: where it lies tells. */
ldbg_scope ldbg_expression_scope(const ldbg_context *ctx, const ldbg_expression *expression, lua_State *L, lua_Debug *ar) {
  ldbg_scope scope = {.key = 1};
  bool has_function = lua_getinfo(L, "f", ar);
  for (int i = 1; i < expression->names.count; i++) { /* not _ENV */
    const ldbg_name *name = &expression->names.list[i];
    ldbg_place place = {0};
    if (name->kind == LDBG_NAME_LOCAL) place = ldbg_local_place(ctx->layout, L, ar, name->index);
    else if (name->kind == LDBG_NAME_UPVALUE && has_function) place = ldbg_upvalue_place(ctx->layout, L, -1, name->index);
    else continue;
    scope.key = (scope.key ^ (uint64_t)place.position ^ (uint64_t)(uintptr_t)place.owner << 20 ^ (uint64_t)i << 56) *
                0x9E3779B97F4A7C15u;
    if (place.on_stack && (scope.L == NULL || place.position > scope.position)) {
      scope.L = place.owner;
      scope.position = place.position;
    }
  }
  if (has_function) lua_pop(L, 1);
  return scope;
}
