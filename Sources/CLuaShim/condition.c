/* Conditions: evaluated at each arrival, so compiled once per set of names in scope, with those names as parameters. One
 * evaluation is the fetching of the values and one lua_pcall; nothing is compiled, nothing allocated. */
#include "internal.h"
#include "names.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_NAMES = 64 }; /* one bit each */

typedef struct variant {
  uint64_t bound;  /* which names were locals or upvalues where it was compiled */
  int reference;   /* in the anchor's table */
  char *failure;   /* why it did not compile, or NULL */
} variant;

struct ldbg_condition {
  char *text;
  size_t length;
  bool vararg; /* mentions ... */
  ldbg_names names;
  variant *variants;
  int variant_count;
};

static const ldbg_budget condition_budget = {.instructions = 10000000, .nanoseconds = 1000000000};

ldbg_condition *ldbg_condition_new(const char *text, size_t length) {
  ldbg_condition *condition = calloc(1, sizeof *condition);
  if (condition == NULL) return NULL;
  condition->text = malloc(length + 1);
  if (condition->text != NULL) {
    memcpy(condition->text, text, length);
    condition->text[length] = 0;
    condition->length = length;
    condition->vararg = strstr(condition->text, "...") != NULL;
    if (ldbg_names_scan(&condition->names, condition->text, length)) return condition;
  }
  free(condition->text);
  free(condition);
  return NULL;
}

void ldbg_condition_free(ldbg_context *ctx, ldbg_condition *condition) {
  for (int i = 0; i < condition->variant_count; i++) {
    free(condition->variants[i].failure);
    if (ctx->anchor == NULL || ctx->closed || condition->variants[i].reference == 0) continue;
    lua_pushnil(ctx->anchor); /* an existing slot: cannot raise */
    lua_rawseti(ctx->anchor, LDBG_ANCHOR_CONDITIONS, condition->variants[i].reference);
  }
  free(condition->variants);
  ldbg_names_free(&condition->names);
  free(condition->text);
  free(condition);
}

static bool is_bound(const ldbg_names *names, int i) {
  return i == LDBG_NAME_ENV || names->list[i].kind != LDBG_NAME_GLOBAL;
}

/* Leaves the function on E, or the message. */
static int compile(lua_State *E, const ldbg_condition *condition) {
  int status = ldbg_load_text(E, "return ", condition->text, condition->length, "");
  if (status != LUA_OK) return status;
  lua_pop(E, 1);
  size_t size = 64;
  for (int i = 0; i < condition->names.count; i++) size += condition->names.list[i].length + 1;
  char *prefix = malloc(size);
  if (prefix == NULL) {
    lua_pushnil(E);
    return LUA_ERRMEM;
  }
  strcpy(prefix, "return function(");
  for (int i = 0; i < condition->names.count; i++) {
    if (!is_bound(&condition->names, i)) continue;
    if (i > 0) strcat(prefix, ",");
    strncat(prefix, condition->names.list[i].text, condition->names.list[i].length);
  }
  strcat(prefix, condition->vararg ? ",...) return " : ") return ");
  status = ldbg_load_text(E, prefix, condition->text, condition->length, "\nend");
  free(prefix);
  return status == LUA_OK ? lua_pcall(E, 0, 1, 0) : status;
}

static const variant *variant_for(ldbg_context *ctx, ldbg_condition *condition, uint64_t bound) {
  for (int i = 0; i < condition->variant_count; i++)
    if (condition->variants[i].bound == bound) {
      if (condition->variants[i].failure == NULL) return &condition->variants[i];
      ldbg_set_message_text(ctx, condition->variants[i].failure);
      return NULL;
    }
  lua_State *E = ctx->evaluator;
  size_t before;
  variant made = {.bound = bound};
  ldbg_hold_collector(ctx, E, &before);
  ctx->counts.conditions_compiled++;
  int status = compile(E, condition);
  ldbg_release_collector(ctx, E, before);
  if (status != LUA_OK) {
    ldbg_set_message(ctx, E, -1);
    lua_pop(E, 1);
    variant *variants = realloc(condition->variants, (size_t)(condition->variant_count + 1) * sizeof *variants);
    if (variants != NULL) condition->variants = variants;
    if (variants != NULL && status == LUA_ERRSYNTAX && ctx->message && (made.failure = strdup(ctx->message)))
      condition->variants[condition->variant_count++] = made;
    return NULL;
  }
  int reference = (int)lua_rawlen(ctx->anchor, LDBG_ANCHOR_CONDITIONS) + 1;
  variant *variants = realloc(condition->variants, (size_t)(condition->variant_count + 1) * sizeof *variants);
  if (variants != NULL) condition->variants = variants;
  if (variants == NULL || !ldbg_store(ctx, E, LDBG_ANCHOR_CONDITIONS, reference)) {
    ldbg_set_message_text(ctx, "not enough memory");
    return NULL;
  }
  made.reference = reference;
  condition->variants[condition->variant_count] = made;
  return &condition->variants[condition->variant_count++];
}

int ldbg_condition_test(ldbg_context *ctx, ldbg_condition *condition, lua_State *L, lua_Debug *ar) {
  ldbg_names *names = &condition->names;
  if (!ldbg_anchor(ctx) || !lua_checkstack(L, 4) || !lua_checkstack(ctx->evaluator, names->count + 8)) {
    ldbg_set_message_text(ctx, "not enough memory");
    return -1;
  }
  if (names->count > MOST_NAMES) {
    ldbg_set_message_text(ctx, "the condition mentions too many names (more than 63)");
    return -1;
  }
  ldbg_names_resolve(names, L, ar);
  uint64_t bound = 0;
  for (int i = 0; i < names->count; i++)
    if (is_bound(names, i)) bound |= (uint64_t)1 << i;
  const variant *variant = variant_for(ctx, condition, bound);
  if (variant == NULL) return -1;

  lua_State *E = ctx->evaluator, *A = ctx->anchor;
  const int top = lua_gettop(E);
  lua_rawgeti(A, LDBG_ANCHOR_CONDITIONS, variant->reference);
  lua_xmove(A, E, 1);
  int arguments = 0;
  lua_getinfo(L, "f", ar);
  for (int i = 0; i < names->count; i++) {
    if (!is_bound(names, i)) continue;
    const ldbg_name *name = &names->list[i];
    if (name->kind == LDBG_NAME_LOCAL && lua_getlocal(L, ar, name->index)) lua_xmove(L, E, 1);
    else if (name->kind == LDBG_NAME_UPVALUE && lua_getupvalue(L, -1, name->index)) lua_xmove(L, E, 1);
    else lua_rawgeti(E, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    arguments++;
  }
  lua_pop(L, 1);
  for (int i = 1; condition->vararg && lua_checkstack(E, 2) && lua_getlocal(L, ar, -i); i++, arguments++)
    lua_xmove(L, E, 1);
  int status = ldbg_run_budgeted(ctx, E, arguments, 1, condition_budget);
  int truth = status == LDBG_EVAL_OK ? lua_toboolean(E, -1) : -1;
  switch (status) {
    case LDBG_EVAL_ERROR: ldbg_set_message(ctx, E, -1); break;
    case LDBG_EVAL_BUDGET: ldbg_set_message_text(ctx, "the condition took too long and was ended"); break;
    case LDBG_EVAL_STOPPED: ldbg_set_message_text(ctx, "the condition was interrupted"); break;
    case LDBG_EVAL_MEMORY: ldbg_set_message_text(ctx, "not enough memory"); break;
    default: break;
  }
  lua_settop(E, top);
  return truth;
}
