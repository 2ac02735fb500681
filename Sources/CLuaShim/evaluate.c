/* Evaluation: on a thread of our own, so that hooks work there (inside a hook the hooks of that thread are off, and nothing
 * could end an endless expression), with a budget, and with the script's stack untouched.
 *
 * The text becomes the body of a function whose upvalues are the names in scope that it mentions. Upvalues of the frame's
 * function are joined, so both see one variable; locals of a frame live on its stack, where no upvalue can be made from
 * outside, so they are copied in and, where changed, copied back.
 */
#include "internal.h"
#include "names.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PERIOD = 1000 };

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Where nothing tells how far a countdown has come, what makes it begin anew costs a whole one. */
void ldbg_charge_budget(ldbg_context *ctx, lua_State *L, int count) {
  ctx->budget.ticks += count;
  const bool over = ctx->budget.tick_limit && ctx->budget.ticks > ctx->budget.tick_limit;
  const bool asked = atomic_load(&ctx->attention) & (LDBG_ATTEND_INTERRUPT | LDBG_ATTEND_END);
  const bool late = ctx->budget.deadline && now() > ctx->budget.deadline;
  if (ctx->budget.nanoseconds && ctx->budget.deadline == 0) ctx->budget.deadline = now() + ctx->budget.nanoseconds;
  lua_sethook(L, ldbg_budget_hook, LUA_MASKCOUNT, over || asked || late ? 1 : count);
}

/* On the evaluator, on coroutines that evaluated code makes (they inherit it), and on those it may resume. */
void ldbg_budget_hook(lua_State *L, lua_Debug *ar) {
  (void)ar;
  ldbg_context *ctx = ldbg_context_of(L);
  if (ctx == NULL) return;
  ctx->refusing = false;
  if (!ctx->evaluating) { /* a coroutine that outlived its evaluation is one of the script's; ours is about to compile */
    if (L == ctx->evaluator) return;
    lua_Debug here;
    ldbg_arm_thread(ctx, L, ldbg_mask_at(ctx, L, lua_getstack(L, 0, &here) ? &here : NULL, 0, false));
    return;
  }
  uint32_t attention = atomic_load_explicit(&ctx->attention, memory_order_relaxed);
  if (attention & LDBG_ATTEND_INTERRUPT) {
    atomic_fetch_and(&ctx->attention, ~(uint32_t)LDBG_ATTEND_INTERRUPT);
    ctx->budget.stopped = true;
  }
  if (attention & LDBG_ATTEND_END || ctx->ending) ctx->budget.stopped = true;
  ctx->budget.ticks += lua_gethookcount(L);
  if (ctx->budget.tick_limit && ctx->budget.ticks > ctx->budget.tick_limit) ctx->budget.exhausted = true;
  if (ctx->budget.nanoseconds) {
    /* The clock is first read after a thousand instructions: most conditions never get there. */
    long long time = now();
    if (ctx->budget.deadline == 0) ctx->budget.deadline = time + ctx->budget.nanoseconds;
    if (time > ctx->budget.deadline) ctx->budget.exhausted = true;
  }
  if (!ctx->budget.exhausted && !ctx->budget.stopped) return;
  lua_sethook(L, ldbg_budget_hook, LUA_MASKCOUNT, 1); /* whoever catches it meets it again at the next instruction */
  ldbg_raise_end(ctx, L);
}

/* Call the function below `arguments` values on E: an LDBG_EVAL_ status. Breakpoints in what it calls do not stop. */
int ldbg_run_budgeted(ldbg_context *ctx, lua_State *E, int arguments, int results, ldbg_budget budget) {
  ctx->budget.ticks = 0;
  ctx->budget.tick_limit = budget.instructions;
  ctx->budget.nanoseconds = budget.nanoseconds;
  ctx->budget.deadline = 0;
  ctx->budget.exhausted = ctx->budget.stopped = false;
  if (lua_gethook(E) != ldbg_budget_hook || lua_gethookcount(E) != PERIOD)
    lua_sethook(E, ldbg_budget_hook, LUA_MASKCOUNT, PERIOD);
  ctx->evaluating++;
  int status = lua_pcall(E, arguments, results, 0);
  ctx->evaluating--;
  ctx->refusing = false;
  if (ctx->budget.exhausted) return LDBG_EVAL_BUDGET;
  if (ctx->budget.stopped || ctx->ending) return LDBG_EVAL_STOPPED;
  switch (status) {
    case LUA_OK: return LDBG_EVAL_OK;
    case LUA_ERRMEM: return LDBG_EVAL_MEMORY;
    default: return LDBG_EVAL_ERROR;
  }
}

/* While a person's expression runs, coroutines of the script that it may resume are budgeted too. */
static bool resumable(const ldbg_context *ctx, const ldbg_thread *thread) {
  lua_Debug ar;
  if (!thread->L || thread->ours || thread->L == ctx->threads.embryo || thread->L == ctx->main) return false;
  return lua_status(thread->L) == LUA_YIELD || (lua_status(thread->L) == LUA_OK && !lua_getstack(thread->L, 0, &ar));
}

static void budget_coroutines(ldbg_context *ctx) {
  for (size_t i = 0; i < ctx->threads.capacity; i++) {
    ldbg_thread *thread = &ctx->threads.slots[i];
    if (!resumable(ctx, thread)) continue;
    ldbg_lend_hook(ctx, thread, ldbg_budget_hook, LUA_MASKCOUNT, PERIOD);
  }
}

/* Those that were not resumed are as they were, to the countdown. */
static void unbudget_coroutines(ldbg_context *ctx) {
  for (size_t i = 0; i < ctx->threads.capacity; i++) {
    ldbg_thread *thread = &ctx->threads.slots[i];
    if (thread->L && thread->lent) ldbg_return_hook(ctx, thread);
  }
}

void ldbg_set_message_bytes(ldbg_context *ctx, const void *bytes, size_t length) {
  free(ctx->message);
  ctx->message = malloc(length + 1);
  ctx->message_length = ctx->message ? length : 0;
  if (ctx->message == NULL) return;
  memcpy(ctx->message, bytes, length);
  ctx->message[length] = 0;
}

void ldbg_set_message_text(ldbg_context *ctx, const char *text) { ldbg_set_message_bytes(ctx, text, strlen(text)); }

/* Keep the error value at `index` as text; what is no string is described, since only C may say more without raising. */
void ldbg_set_message(ldbg_context *ctx, lua_State *L, int index) {
  size_t length;
  if (lua_type(L, index) == LUA_TSTRING) {
    const char *text = lua_tolstring(L, index, &length);
    ldbg_set_message_bytes(ctx, text, length);
  } else {
    char text[64] = "the error is a ";
    strncat(text, lua_typename(L, lua_type(L, index)), 20);
    strcat(text, " value");
    ldbg_set_message_text(ctx, text);
  }
}

/* ---- Compiling --------------------------------------------------------------------------------------------------------- */

int ldbg_load_text(lua_State *E, const char *prefix, const char *text, size_t length, const char *suffix) {
  size_t before = strlen(prefix), after = strlen(suffix);
  char *source = malloc(before + length + after + 1);
  if (source == NULL) {
    lua_pushnil(E);
    return LUA_ERRMEM;
  }
  memcpy(source, prefix, before);
  memcpy(source + before, text, length);
  memcpy(source + before + length, suffix, after + 1);
  int status = luaL_loadbufferx(E, source, before + length + after, "=(evaluation)", "t");
  free(source);
  return status;
}

bool ldbg_check_expression(lua_State *L, const char *text, size_t length, char *message, size_t capacity) {
  /* By itself first: what compiles by itself is one expression, and not the end of our wrapper and something behind. And behind
   * another one, for nothing at all compiles by itself. */
  int status = ldbg_load_text(L, "return ", text, length, "");
  if (status == LUA_OK) {
    lua_pop(L, 1);
    status = ldbg_load_text(L, "return nil, ", text, length, "");
  }
  if (status != LUA_OK && capacity > 0) {
    const char *said = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "not enough memory";
    strncpy(message, said, capacity - 1);
    message[capacity - 1] = 0;
  }
  lua_pop(L, 1);
  return status == LUA_OK;
}

/* Leaves a function on E, or the message. */
static int compile(lua_State *E, const ldbg_names *names, const char *text, size_t length, bool expression, bool vararg) {
  int status = ldbg_load_text(E, expression ? "return " : "", text, length, "");
  if (status != LUA_OK) return status;
  lua_pop(E, 1);
  size_t size = 64;
  for (int i = 0; i < names->count; i++) size += names->list[i].length + 1;
  char *prefix = malloc(size);
  if (prefix == NULL) {
    lua_pushnil(E);
    return LUA_ERRMEM;
  }
  strcpy(prefix, "local _ENV");
  for (int i = 0; i < names->count; i++) {
    const ldbg_name *name = &names->list[i];
    if (i == LDBG_NAME_ENV || name->kind == LDBG_NAME_GLOBAL) continue;
    strcat(prefix, ",");
    strncat(prefix, name->text, name->length);
  }
  strcat(prefix, vararg ? " return function(...) " : " return function() ");
  if (expression) strcat(prefix, "return ");
  status = ldbg_load_text(E, prefix, text, length, "\nend");
  free(prefix);
  return status == LUA_OK ? lua_pcall(E, 0, 1, 0) : status; /* the factory only makes the closure */
}

/* ---- Variables in and out -------------------------------------------------------------------------------------------------- */

typedef struct frame {
  lua_State *L;
  int level, depth;
  lua_Debug ar;
  bool real;
} frame;

/* For each upvalue of the function at E[inner]: join it, or copy the local in. Local i's first value is kept at E[inner + i]. */
static void bind_upvalues(const frame *f, ldbg_names *names, lua_State *E, int inner) {
  const char *text;
  for (int i = 1; (text = lua_getupvalue(E, inner, i)) != NULL; i++) { /* pushes: the slot for the first value */
    const ldbg_name *name = ldbg_names_find(names, text, strlen(text));
    if (name == NULL) continue;
    if (name->kind == LDBG_NAME_LOCAL) {
      lua_State *L = f->L;
      if (lua_getlocal(L, &f->ar, name->index) == NULL) continue;
      lua_xmove(L, E, 1);
      lua_replace(E, -2);
      lua_pushvalue(E, -1);
      lua_setupvalue(E, inner, i);
    } else if (name->kind == LDBG_NAME_UPVALUE) {
      lua_getinfo(f->L, "f", (lua_Debug *)&f->ar);
      lua_xmove(f->L, E, 1);
      lua_upvaluejoin(E, inner, i, -1, name->index);
      lua_pop(E, 1);
    } else { /* _ENV, where the function has none of its own */
      lua_rawgeti(E, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
      lua_setupvalue(E, inner, i);
    }
  }
}

static bool same_value(lua_State *E, int a, int b) {
  /* rawequal(1, 1.0) is true, and a write of 1.0 over 1 must not be lost. */
  return lua_rawequal(E, a, b) && lua_isinteger(E, a) == lua_isinteger(E, b);
}

static void write_back(frame *f, ldbg_names *names, lua_State *E, int inner) {
  lua_Debug here;
  const char *text;
  /* Evaluated code may have resumed the very coroutine: its frames may be gone. */
  if (!lua_getstack(f->L, f->level, &here) || here.i_ci != f->ar.i_ci || ldbg_depth(f->L) != f->depth) return;
  for (int i = 1; (text = lua_getupvalue(E, inner, i)) != NULL; i++) {
    const ldbg_name *name = ldbg_names_find(names, text, strlen(text));
    if (name != NULL && name->kind == LDBG_NAME_LOCAL && !same_value(E, -1, inner + i)) {
      lua_xmove(E, f->L, 1);
      lua_setlocal(f->L, &here, name->index);
    } else {
      lua_pop(E, 1);
    }
  }
}

static int push_varargs(const frame *f, lua_State *E) {
  int count = 0;
  while (lua_checkstack(E, 2) && lua_getlocal(f->L, &f->ar, -(count + 1)) != NULL) {
    lua_xmove(f->L, E, 1);
    count++;
  }
  return count;
}

static void finish(ldbg_result *result, int status, lua_State *E, int first, int count) {
  *result = (ldbg_result){status, E, first, count};
}

static void evaluate(ldbg_context *ctx, lua_State *L, int level, const char *text, size_t length, int kind,
                     ldbg_budget budget, ldbg_result *result) {
  lua_State *E = ctx->evaluator;
  if (ctx->evaluating || !lua_checkstack(L, 4) || !lua_checkstack(E, LUA_MINSTACK)) return;
  frame f = {.L = L, .level = level};
  bool vararg = false;
  f.real = level >= 0 && lua_getstack(L, level, &f.ar);
  if (f.real) {
    f.depth = ldbg_depth(L);
    lua_getinfo(L, "u", &f.ar);
    vararg = f.ar.isvararg;
  }
  ldbg_names names;
  if (!ldbg_names_scan(&names, text, length)) return;
  if (f.real) ldbg_names_resolve(&names, L, &f.ar);

  size_t before;
  const int inner = lua_gettop(E) + 1;
  ldbg_hold_collector(ctx, E, &before);
  int status = compile(E, &names, text, length, kind != LDBG_STATEMENT, vararg);
  if (status == LUA_ERRSYNTAX && kind == LDBG_EITHER) {
    lua_pop(E, 1);
    status = compile(E, &names, text, length, false, vararg);
  }
  ldbg_release_collector(ctx, E, before);
  if (status != LUA_OK) {
    ldbg_names_free(&names);
    finish(result, status == LUA_ERRSYNTAX ? LDBG_EVAL_SYNTAX : LDBG_EVAL_MEMORY, E, inner, 1);
    return;
  }
  if (!lua_checkstack(E, 260 + LUA_MINSTACK)) {
    ldbg_names_free(&names);
    lua_settop(E, inner - 1);
    return;
  }
  bind_upvalues(&f, &names, E, inner);
  const int first = lua_gettop(E) + 1;
  lua_pushvalue(E, inner);
  int arguments = f.real && vararg ? push_varargs(&f, E) : 0;
  budget_coroutines(ctx);
  status = ldbg_run_budgeted(ctx, E, arguments, LUA_MULTRET, budget);
  unbudget_coroutines(ctx);
  if (f.real) {
    int top = lua_gettop(E);
    if (lua_checkstack(E, 2)) write_back(&f, &names, E, inner);
    lua_settop(E, top);
  }
  ldbg_names_free(&names);
  finish(result, status, E, first, lua_gettop(E) - first + 1);
}

void ldbg_evaluate(ldbg_context *ctx, lua_State *L, int level, const char *text, size_t length, int kind,
                   ldbg_budget budget, ldbg_result *result) {
  finish(result, LDBG_EVAL_MEMORY, NULL, 0, 0);
  if (!ldbg_hold(ctx, L)) return;
  evaluate(ctx, L, level, text, length, kind, budget, result);
  ldbg_let_go(ctx);
}

void ldbg_release_results(ldbg_context *ctx) {
  if (ctx->evaluator != NULL && !ctx->closed) lua_settop(ctx->evaluator, 0);
}

static int tostring(lua_State *L) {
  luaL_tolstring(L, 1, NULL);
  return 1;
}

void ldbg_tostring(ldbg_context *ctx, lua_State *L, ldbg_budget budget, ldbg_result *result) {
  finish(result, LDBG_EVAL_MEMORY, NULL, 0, 0);
  if (!ldbg_anchor(ctx) || ctx->evaluating || !lua_checkstack(ctx->evaluator, 4)) {
    lua_pop(L, 1);
    return;
  }
  lua_State *E = ctx->evaluator;
  const int first = lua_gettop(E) + 1;
  lua_pushcfunction(E, tostring);
  lua_xmove(L, E, 1);
  budget_coroutines(ctx);
  int status = ldbg_run_budgeted(ctx, E, 1, 1, budget);
  unbudget_coroutines(ctx);
  finish(result, status, E, first, 1);
}
