/* What a script may say to its debugger: debugbreak, debugmode, debugtrace, debugeval, debugprint. Without a debugger, or while
 * something is being evaluated, each returns at once, whatever it was given, and gives nothing back: a script behaves alike
 * with a debugger and without. */
#include "tracing.h"
#include <string.h>

static ldbg_context *session(lua_State *L) {
  ldbg_context *ctx = ldbg_context_of(L);
  if (ctx == NULL || ctx->evaluating || ctx->detached || ctx->ending) return NULL;
  ctx->last = L; /* no event may have told that this coroutine runs */
  return ctx;
}

static bool caller(lua_State *L, lua_Debug *ar) { return lua_getstack(L, 1, ar) && lua_getinfo(L, "l", ar); }

/* The frame that called us is the one that is shown: this line, not the next. Where C called us (pcall), the frame below it. */
static void stop_in_caller(ldbg_context *ctx, lua_State *L, bool failed) {
  lua_Debug ar;
  int base = 1;
  while (lua_getstack(L, base, &ar) && lua_getinfo(L, "Sl", &ar) && *ar.what == 'C') base++;
  if (!lua_getstack(L, base, &ar)) base = 1;
  if (!lua_getstack(L, base, &ar) || !lua_getinfo(L, "l", &ar)) return;
  ldbg_stop stop = {.thread = L, .base = base, .reasons = LDBG_REASON_SCRIPT, .line = ar.currentline,
                    .message = failed ? ctx->message : NULL, .message_length = failed ? ctx->message_length : 0};
  ctx->busy++;
  ldbg_stop_here(ctx, &stop);
  if (!ctx->detached) ldbg_arm(ctx);
  if (--ctx->busy == 0 && ctx->freed) {
    ldbg_free(ctx);
    return;
  }
  if (!ctx->detached && ctx->ending) ldbg_raise_end(ctx, L);
}

/* What a host function asked for, as debugbreak(). */
void ldbg_stop_for_host(lua_State *L) {
  ldbg_context *ctx = session(L);
  if (ctx != NULL && !ctx->finishing && !ctx->muted) stop_in_caller(ctx, L, false);
}

static void evaluate_in_caller(ldbg_context *ctx, lua_State *L, ldbg_result *result) {
  size_t length;
  const char *text = lua_tolstring(L, 1, &length);
  static const ldbg_budget budget = {.instructions = 50000000, .nanoseconds = 2000000000};
  ctx->busy++;
  ldbg_evaluate(ctx, L, 1, text, length, LDBG_EXPRESSION, budget, result);
  switch (result->status) {
    case LDBG_EVAL_OK: break;
    case LDBG_EVAL_SYNTAX: case LDBG_EVAL_ERROR: ldbg_set_message(ctx, result->thread, result->first); break;
    case LDBG_EVAL_BUDGET: ldbg_set_message_text(ctx, "it took too long and was ended"); break;
    case LDBG_EVAL_STOPPED: ldbg_set_message_text(ctx, "it was interrupted"); break;
    default: ldbg_set_message_text(ctx, "not enough memory");
  }
  ctx->busy--;
}

static void after_evaluation(ldbg_context *ctx, lua_State *L) {
  ldbg_release_results(ctx);
  if (ctx->ending) ldbg_raise_end(ctx, L);
}

/* No argument: stop. A text: stop if it is true in the caller's frame, or if it cannot be told. Else stop if it is true. */
static int debugbreak(lua_State *L) {
  ldbg_context *ctx = session(L);
  if (ctx == NULL || ctx->finishing || ctx->muted) return 0;
  bool stops = lua_gettop(L) == 0 || lua_toboolean(L, 1), failed = false;
  if (lua_type(L, 1) == LUA_TSTRING) {
    ldbg_result result;
    evaluate_in_caller(ctx, L, &result);
    failed = result.status != LDBG_EVAL_OK;
    stops = failed || (result.count > 0 && lua_toboolean(result.thread, result.first));
    after_evaluation(ctx, L);
  }
  if (stops) stop_in_caller(ctx, L, failed);
  return 0;
}

/* Nothing stops and nothing is traced until it is switched on again, or the run ends. A person's pause still does. */
static int debugmode(lua_State *L) {
  ldbg_context *ctx = session(L);
  if (ctx == NULL) return 0;
  ctx->muted = lua_gettop(L) > 0 && !lua_toboolean(L, 1);
  if (ctx->muted) ldbg_unfollow_all(ctx); /* what returns now is not seen: frames would be taken for others later */
  else ldbg_profile_resumed(ctx);
  if (ctx->muted && ctx->step.reason == LDBG_REASON_STEP) ctx->step = (ldbg_step){0};
  ldbg_arm(ctx);
  return 0;
}

/* ---- What is said to the client ---------------------------------------------------------------------------------------- */

static size_t begin_report(ldbg_context *ctx, lua_State *L, int what, ldbg_writer *w) {
  lua_Debug ar;
  size_t length = 0;
  const char *text = lua_type(L, 1) == LUA_TSTRING ? lua_tolstring(L, 1, &length) : "";
  if (!caller(L, &ar) || ctx->journal == NULL || !ldbg_record_begin(ctx, L, &ar, LDBG_RECORD_SCRIPT, w)) return 0;
  size_t start = ldbg_section_begin(w, LDBG_SECTION_SCRIPT);
  ldbg_write_byte(w, what);
  ldbg_write_text(w, text, length < 1024 ? length : 1024);
  return start;
}

static void report_failure(ldbg_context *ctx, lua_State *L, int what, const char *message, size_t length) {
  ldbg_writer w;
  size_t start = begin_report(ctx, L, what, &w);
  if (start == 0) return;
  ldbg_write_byte(&w, 0);
  ldbg_write_text(&w, message, length < 1024 ? length : 1024);
  ldbg_section_end(&w, start);
  ldbg_record_end(ctx, &w);
}

static int report_value(lua_State *L, int what) {
  ldbg_context *ctx = session(L);
  if (ctx == NULL || ctx->journal == NULL) return 0;
  if (lua_type(L, 1) != LUA_TSTRING) {
    static const char message[] = "an expression is wanted, as a string";
    report_failure(ctx, L, what, message, sizeof message - 1);
    return 0;
  }
  ldbg_result result;
  ldbg_writer w;
  evaluate_in_caller(ctx, L, &result);
  if (result.status != LDBG_EVAL_OK) {
    report_failure(ctx, L, what, ctx->message ? ctx->message : "", ctx->message_length);
  } else {
    ldbg_value_limits limits = {.depth = 4, .entries = 500, .bytes = 16384};
    size_t start = begin_report(ctx, L, what, &w);
    if (start != 0) {
      ldbg_write_byte(&w, 1);
      for (int i = 0; i < result.count; i++) {
        lua_pushvalue(result.thread, result.first + i);
        ldbg_write_value(ctx, &w, result.thread, &limits);
        lua_pop(result.thread, 1);
      }
      ldbg_section_end(&w, start);
      ldbg_record_end(ctx, &w);
    }
  }
  after_evaluation(ctx, L);
  return 0;
}

static int debugeval(lua_State *L) { return report_value(L, LDBG_SCRIPT_EVAL); }
static int debugprint(lua_State *L) { return report_value(L, LDBG_SCRIPT_PRINT); }

static const char *const trace_modes[] = {"all", "line", "code", "stack", "watch", "off"};
enum { TRACE_MODES = sizeof trace_modes / sizeof *trace_modes };

static int debugtrace(lua_State *L) {
  ldbg_context *ctx = session(L);
  if (ctx == NULL) return 0;
  if (lua_type(L, 1) == LUA_TSTRING) {
    for (int i = 0; i < TRACE_MODES; i++) {
      if (strcmp(lua_tostring(L, 1), trace_modes[i]) != 0) continue;
      ctx->busy++;
      if (ctx->callbacks.traced) ctx->callbacks.traced(ctx->callbacks.host, trace_modes[i]);
      ldbg_arm(ctx);
      if (--ctx->busy == 0 && ctx->freed) ldbg_free(ctx);
      return 0;
    }
  }
  static const char message[] = "one of the trace constants is wanted";
  report_failure(ctx, L, LDBG_SCRIPT_TRACE, message, sizeof message - 1);
  return 0;
}

/* ---- Putting it there ---------------------------------------------------------------------------------------------------- */

static const luaL_Reg functions[] = {{"debugbreak", debugbreak}, {"debugmode", debugmode}, {"debugtrace", debugtrace},
                                     {"debugeval", debugeval},   {"debugprint", debugprint}, {NULL, NULL}};

typedef struct installation {
  const char *table;
  bool is_other;
} installation;

static int install(lua_State *L) {
  installation *wanted = lua_touserdata(L, 1);
  const char *table = wanted->table;
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_pushstring(L, table);
  lua_rawget(L, -2);
  if ((wanted->is_other = !lua_isnil(L, -1) && !lua_istable(L, -1))) return 0;
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushstring(L, table);
    lua_pushvalue(L, -2);
    lua_rawset(L, -4);
  }
  for (const luaL_Reg *f = functions; f->name; f++) {
    lua_pushstring(L, f->name);
    lua_pushcfunction(L, f->func);
    lua_rawset(L, -3);
  }
  for (int i = 0; i < TRACE_MODES; i++) {
    lua_pushfstring(L, "trace%s", trace_modes[i]);
    lua_pushstring(L, trace_modes[i]);
    lua_rawset(L, -3);
  }
  return 0;
}

int ldbg_install_script_api(lua_State *L, const char *table) {
  installation wanted = {.table = table};
  if (ldbg_protected(L, install, &wanted) != LUA_OK) return LDBG_NO_MEMORY;
  return wanted.is_other ? LDBG_NOT_A_TABLE : LDBG_OK;
}
