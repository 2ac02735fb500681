/* Evaluation: what it reads and writes, that it always ends, and that the script notices nothing of it. */
#include "rig.h"

static const struct { const char *text; int kind, status; const char *result; } in_frame[] = {
    {"a", LDBG_EXPRESSION, LDBG_EVAL_OK, "1"},
    {"up", LDBG_EXPRESSION, LDBG_EVAL_OK, "7"},
    {"glob", LDBG_EXPRESSION, LDBG_EVAL_OK, "9"},
    {"shadow", LDBG_EXPRESSION, LDBG_EVAL_OK, "inner"},
    {"select('#', ...)", LDBG_EXPRESSION, LDBG_EVAL_OK, "2"},
    {"(select(2, ...))", LDBG_EXPRESSION, LDBG_EVAL_OK, "v2"},
    {"_ENV == _G", LDBG_EXPRESSION, LDBG_EVAL_OK, "true"},
    {"(function() return a + up end)()", LDBG_EXPRESSION, LDBG_EVAL_OK, "8"},
    {"a = 5", LDBG_STATEMENT, LDBG_EVAL_OK, ""},
    {"a", LDBG_EITHER, LDBG_EVAL_OK, "5"},
    {"up = up + 1", LDBG_EITHER, LDBG_EVAL_OK, ""},
    {"up", LDBG_EXPRESSION, LDBG_EVAL_OK, "8"},
    {"shadow = 'changed'", LDBG_STATEMENT, LDBG_EVAL_OK, ""},
    {"glob = 10", LDBG_STATEMENT, LDBG_EVAL_OK, ""},
    {"flo = 2.0", LDBG_STATEMENT, LDBG_EVAL_OK, ""}, /* over 2: equal, but another number */
    {"local a = 100 a = a + 1 return a", LDBG_STATEMENT, LDBG_EVAL_OK, "101"},
    {"for i = 1, 3 do a = a + i end error('late')", LDBG_STATEMENT, LDBG_EVAL_ERROR, "(evaluation):1: late"},
    {"a", LDBG_EXPRESSION, LDBG_EVAL_OK, "11"}, /* what was written before the error stays written */
    {"1 +", LDBG_EXPRESSION, LDBG_EVAL_SYNTAX, NULL},
    {"a = 1", LDBG_EXPRESSION, LDBG_EVAL_SYNTAX, NULL},
    {"1 end, function() return 2", LDBG_EITHER, LDBG_EVAL_SYNTAX, NULL},
    {"error({})", LDBG_EXPRESSION, LDBG_EVAL_ERROR, "table"},
    {"error(nil)", LDBG_EXPRESSION, LDBG_EVAL_ERROR, "nil"},
    {"error(12)", LDBG_EXPRESSION, LDBG_EVAL_ERROR, "12"},
    {"error(print)", LDBG_EXPRESSION, LDBG_EVAL_ERROR, "function"},
    {"error(coroutine.create(print))", LDBG_EXPRESSION, LDBG_EVAL_ERROR, "thread"},
    {"nowhere.x", LDBG_EXPRESSION, LDBG_EVAL_ERROR, NULL},
    {"coroutine.yield(1)", LDBG_EXPRESSION, LDBG_EVAL_ERROR, "attempt to yield across a C-call boundary"},
    {"coroutine.wrap(function() coroutine.yield(a) end)()", LDBG_EXPRESSION, LDBG_EVAL_OK, "11"},
    {"pcall(error, 'x')", LDBG_EXPRESSION, LDBG_EVAL_OK, "false"},
    {"f ~= nil and f(0, 'nested')", LDBG_EXPRESSION, LDBG_EVAL_OK, NULL}, /* runs over the very breakpoint: no stop */
    {"while true do end", LDBG_STATEMENT, LDBG_EVAL_BUDGET, NULL},
    {"while true do pcall(function() while true do end end) end", LDBG_STATEMENT, LDBG_EVAL_BUDGET, NULL},
    {"while true do xpcall(function() while true do end end, function(e) return e end) end", LDBG_STATEMENT, LDBG_EVAL_BUDGET, NULL},
    {"while true do pcall(coroutine.wrap(function() while true do pcall(error) end end)) end", LDBG_STATEMENT, LDBG_EVAL_BUDGET, NULL},
    {"debug.sethook() while true do end", LDBG_STATEMENT, LDBG_EVAL_BUDGET, NULL},
    {"string.rep('x', -1)", LDBG_EXPRESSION, LDBG_EVAL_OK, ""},
    {"a", LDBG_EXPRESSION, LDBG_EVAL_OK, "11"}, /* and after all that it still works */
};

static void evaluate_all(rig *r, const ldbg_stop *stop) {
  char kept[64];
  snprintf(kept, sizeof kept, "%s", r->result);
  r->at_stop = NULL;
  int top = lua_gettop(stop->thread);
  for (size_t i = 0; i < sizeof in_frame / sizeof *in_frame; i++) {
    int status = rig_evaluate(r, stop->thread, 0, in_frame[i].text, in_frame[i].kind, 100000);
    check_number(status, in_frame[i].status, __FILE__, __LINE__, in_frame[i].text);
    if (in_frame[i].result) check_text(r->result, in_frame[i].result, __FILE__, __LINE__, in_frame[i].text);
  }
  CHECK_NUMBER(lua_gettop(stop->thread), top);
  CHECK_NUMBER(lua_gettop(r->ctx->evaluator), 0);
  CHECK_NUMBER(r->stops, 0);
}

static void evaluation_reads_and_writes_what_the_frame_sees(void) {
  rig *r = rig_new();
  rig_break(r, 3, 2, NULL);
  rig_plan(r);
  r->at_stop = evaluate_all;
  CHECK_NUMBER(rig_run(r, "glob = 9 local up = 7 local f\n"
                          "function f(a, ...) local flo = 2 local shadow = 'outer' local shadow = 'inner' local _ = up\n"
                          "return table.concat({a, up, shadow, math.type(flo), glob}, ' ')\n"
                          "end\n"
                          "return f(1, 'v1', 'v2')"), LUA_OK);
  CHECK_TEXT(r->result, "11 8 changed float 10");
  rig_free(r);
}

static void outside_of_a_frame_there_are_globals(void) {
  rig *r = rig_new();
  rig_run(r, "x = 3");
  CHECK_NUMBER(rig_evaluate(r, r->L, -1, "x + 1", LDBG_EXPRESSION, 1000), LDBG_EVAL_OK);
  CHECK_TEXT(r->result, "4");
  CHECK_NUMBER(rig_evaluate(r, r->L, -1, "x = 8", LDBG_EITHER, 1000), LDBG_EVAL_OK);
  CHECK_NUMBER(rig_evaluate(r, r->L, 50, "x", LDBG_EXPRESSION, 1000), LDBG_EVAL_OK);
  CHECK_TEXT(r->result, "8");
  CHECK_NUMBER(lua_gettop(r->L), 0);
  rig_free(r);
}

static void time_is_a_budget_too(void) {
  rig *r = rig_new();
  ldbg_result result;
  ldbg_evaluate(r->ctx, r->L, -1, "while true do end", 17, LDBG_STATEMENT, (ldbg_budget){.nanoseconds = 5000000}, &result);
  CHECK_NUMBER(result.status, LDBG_EVAL_BUDGET);
  ldbg_release_results(r->ctx);
  rig_free(r);
}

static void evaluated_code_cannot_lift_the_budget(void) {
  /* Finite, so that a failure does not hang. */
  static const char *const escapes[] = {
      "coroutine.wrap(function() debug.sethook() for i = 1, 3000000 do end end)()",
      "coroutine.wrap(function() debug.sethook(function() end, 'c') for i = 1, 3000000 do end end)()",
      "local co = coroutine.create(function() for i = 1, 3000000 do end end) debug.sethook(co) coroutine.resume(co)",
      "coroutine.wrap(function() debug.gethook() for i = 1, 3000000 do end end)()",
      "coroutine.wrap(function() for i = 1, 1000000 do debug.gethook() end end)()",
      "coroutine.wrap(function() for i = 1, 1000000 do debug.sethook() end end)()",
      "coroutine.resume(unstarted)", /* made by the script, with no hook of ours */
      "coroutine.resume(yielded)",
  };
  for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
    rig *r = rig_new();
    rig_run(r, "unstarted = coroutine.create(function() for i = 1, 3000000 do end end)\n"
               "yielded = coroutine.create(function() coroutine.yield() for i = 1, 3000000 do end end) coroutine.resume(yielded)");
    check_number(rig_evaluate(r, r->L, -1, escapes[i], LDBG_STATEMENT, 100000), LDBG_EVAL_BUDGET, __FILE__, __LINE__, escapes[i]);
    rig_free(r);
  }
}

static void evaluate_with_attention(rig *r, const ldbg_stop *stop) {
  ldbg_note(r->ctx, LDBG_ATTEND_SYNC); /* somebody changes breakpoints meanwhile */
  CHECK_NUMBER(rig_evaluate(r, stop->thread, 0, "coroutine.wrap(function() for i = 1, 3000000 do end end)()", LDBG_STATEMENT, 100000), LDBG_EVAL_BUDGET);
}

static void a_coroutine_of_an_evaluation_keeps_its_budget_whatever_is_asked_for(void) {
  rig *r = rig_new();
  rig_break(r, 1, 0, NULL);
  rig_plan(r);
  r->at_stop = evaluate_with_attention;
  rig_run(r, "x = 1\nreturn x");
  CHECK_NUMBER(r->stops, 1);
  rig_free(r);
}

static void a_message_handler_does_not_outrun_the_budget(void) {
  rig *r = rig_new();
  CHECK_NUMBER(rig_evaluate(r, r->L, -1, "xpcall(function() while true do end end, function() for i = 1, 3000000 do end outrun = true end)",
                            LDBG_STATEMENT, 100000), LDBG_EVAL_BUDGET);
  lua_getglobal(r->L, "outrun");
  CHECK(lua_isnil(r->L, -1));
  lua_settop(r->L, 0);
  rig_free(r);
}

static void evaluate_interrupted(rig *r, const ldbg_stop *stop) {
  r->at_stop = NULL;
  ldbg_attend(r->ctx, LDBG_ATTEND_INTERRUPT);
  CHECK_NUMBER(rig_evaluate(r, stop->thread, 0, "while true do pcall(function() while true do end end) end", LDBG_STATEMENT, 0), LDBG_EVAL_STOPPED);
  CHECK_NUMBER(rig_evaluate(r, stop->thread, 0, "1 + 1", LDBG_EXPRESSION, 0), LDBG_EVAL_OK);
}

static void an_interrupt_ends_only_the_evaluation(void) {
  rig *r = rig_new();
  rig_break(r, 1, 0, NULL);
  rig_plan(r);
  r->at_stop = evaluate_interrupted;
  CHECK_NUMBER(rig_run(r, "local a = 5\nreturn a"), LUA_OK);
  CHECK_TEXT(r->result, "5");
  CHECK_NUMBER(r->stops, 1);
  rig_free(r);
}

static void resume_and_return(rig *r, const ldbg_stop *stop) {
  r->at_stop = NULL;
  CHECK_NUMBER(rig_evaluate(r, stop->thread, 0, "x ~= nil and select(2, coroutine.resume(other))", LDBG_EXPRESSION, 0), LDBG_EVAL_OK);
  CHECK_TEXT(r->result, "out");
}

static void an_evaluation_may_resume_the_scripts_coroutines(void) {
  rig *r = rig_new();
  rig_break(r, 4, 0, NULL);
  rig_plan(r);
  r->at_stop = resume_and_return;
  CHECK_NUMBER(rig_run(r, "other = coroutine.create(function() for i = 1, 5 do\n"
                          "coroutine.yield('out')\n"
                          "end end) coroutine.resume(other) local x = 1\n"
                          "local y = x\n"
                          "return select(2, coroutine.resume(other))"), LUA_OK);
  CHECK_TEXT(r->result, "out");
  CHECK_TEXT(r->visited, "4");
  rig_free(r);
}

static void a_breakpoint_holds_in_a_coroutine_that_an_evaluation_made(void) {
  rig *r = rig_new();
  rig_run(r, "function body() coroutine.yield()\nlocal a = 1\nreturn a\nend");
  rig_break(r, 2, 1, NULL);
  rig_plan(r);
  CHECK_NUMBER(rig_evaluate(r, r->L, -1, "co = coroutine.create(body) coroutine.resume(co)", LDBG_STATEMENT, 0), LDBG_EVAL_OK);
  CHECK_NUMBER(r->stops, 0);
  rig_run(r, "coroutine.resume(co)");
  CHECK_NUMBER(r->stops, 1);
  rig_free(r);
}

static void values_are_kept_until_released(void) {
  rig *r = rig_new();
  for (int i = 1; i <= 300; i++) {
    lua_pushfstring(r->L, "value %d", i);
    CHECK_NUMBER(ldbg_keep(r->ctx, r->L), i);
  }
  lua_gc(r->L, LUA_GCCOLLECT, 0);
  lua_State *S = ldbg_push_kept(r->ctx, 217);
  CHECK(S == ldbg_scratch(r->ctx));
  CHECK_TEXT(lua_tostring(S, -1), "value 217");
  lua_settop(S, 0);
  CHECK(ldbg_push_kept(r->ctx, 0) == NULL);
  CHECK(ldbg_push_kept(r->ctx, 301) == NULL);
  CHECK(ldbg_push_kept(r->ctx, -1) == NULL);
  ldbg_release_kept(r->ctx);
  CHECK(ldbg_push_kept(r->ctx, 1) == NULL);
  lua_pushboolean(r->L, 1);
  CHECK_NUMBER(ldbg_keep(r->ctx, r->L), 1);
  CHECK_NUMBER(lua_gettop(r->L), 0);
  rig_free(r);
}

static void tostring_runs_metamethods_within_a_budget(void) {
  static const struct { const char *value; int status; const char *text; } table[] = {
      {"return 12", LDBG_EVAL_OK, "12"},
      {"return setmetatable({}, {__tostring = function() return 'me' end})", LDBG_EVAL_OK, "me"},
      {"return setmetatable({}, {__tostring = function() while true do end end})", LDBG_EVAL_BUDGET, NULL},
      {"return setmetatable({}, {__tostring = function() error('no') end})", LDBG_EVAL_ERROR, NULL},
      {"return setmetatable({}, {__tostring = function() return {} end})", LDBG_EVAL_ERROR, NULL},
  };
  rig *r = rig_new();
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    ldbg_result result;
    CHECK_NUMBER(luaL_dostring(r->L, table[i].value), LUA_OK);
    ldbg_tostring(r->ctx, r->L, (ldbg_budget){.instructions = 50000}, &result);
    CHECK_NUMBER(result.status, table[i].status);
    if (table[i].text) CHECK_TEXT(lua_tostring(result.thread, result.first), table[i].text);
    ldbg_release_results(r->ctx);
    CHECK_NUMBER(lua_gettop(r->L), 0);
  }
  rig_free(r);
}

static void small_services(void) {
  rig *r = rig_new();
  char message[64];
  CHECK(ldbg_check_expression(r->L, "a.b == 1", 8, message, sizeof message));
  CHECK(!ldbg_check_expression(r->L, "a = 1", 5, message, sizeof message));
  CHECK(strlen(message) > 0);
  CHECK(!ldbg_check_expression(r->L, "1 +", 3, message, 5));
  CHECK_NUMBER(strlen(message), 4);
  CHECK(ldbg_push_string(r->L, "a\0b", 3));
  CHECK_NUMBER(lua_rawlen(r->L, -1), 3);
  lua_settop(r->L, 0);
  rig_run(r, "t = {u = {f = print}} function t.u:m() return 1 end");
  CHECK(ldbg_push_path(r->ctx, "t.u.f"));
  CHECK(ldbg_function_code(r->ctx, r->L) == (const void *)(size_t)lua_tocfunction(r->L, -1));
  CHECK(ldbg_push_path(r->ctx, "t.u:m"));
  CHECK(ldbg_function_code(r->ctx, r->L) != NULL);
  size_t length;
  char *dump = ldbg_dump(r->L, &length);
  CHECK(dump != NULL && length > 20);
  ldbg_dump_free(dump);
  lua_settop(r->L, 0);
  CHECK(!ldbg_push_path(r->ctx, "t.nowhere.f"));
  CHECK(!ldbg_push_path(r->ctx, "t.u"));
  CHECK_NUMBER(lua_gettop(r->L), 0);
  CHECK(ldbg_begin_arguments(r->L, 2));
  lua_pushstring(r->L, "one");
  lua_pushinteger(r->L, 2);
  CHECK(ldbg_set_arguments(r->L, "name.lua", 2));
  CHECK_NUMBER(lua_gettop(r->L), 2);
  lua_settop(r->L, 0);
  rig_run(r, "return arg[0] .. arg[1] .. arg[2] .. #arg");
  CHECK_TEXT(r->result, "name.luaone22");
  CHECK_NUMBER(ldbg_redirect_print(r->ctx), LUA_OK);
  rig_run(r, "print(1, nil, 'x') print()");
  CHECK_TEXT(r->text, "1\tnil\tx\n\n");
  rig_free(r);
  lua_State *own = ldbg_new_state();
  CHECK(own != NULL);
  lua_close(own);
}

static void note_evaluator(rig *r, const ldbg_stop *stop) {
  ldbg_note(r->ctx, LDBG_ATTEND_SYNC);
  for (int i = 0; i < 1500; i++) /* each compiles, and so runs a few instructions: together more than a budget's period */
    rig_evaluate(r, stop->thread, 0, i % 3 ? "x" : "x, x, x", LDBG_EXPRESSION, 1000);
  CHECK_NUMBER(r->synchronized, 0); /* the plan, and with it what is being evaluated, stays what it is */
}

static void the_evaluator_is_never_armed_as_the_scripts(void) {
  rig *r = rig_new();
  rig_break(r, 1, 0, NULL);
  rig_plan(r);
  r->at_stop = note_evaluator;
  rig_run(r, "x = 1\nreturn x");
  CHECK_NUMBER(r->stops, 1);
  rig_free(r);
}

void test_evaluation(void) {
  the_evaluator_is_never_armed_as_the_scripts();
  evaluation_reads_and_writes_what_the_frame_sees();
  outside_of_a_frame_there_are_globals();
  time_is_a_budget_too();
  evaluated_code_cannot_lift_the_budget();
  a_coroutine_of_an_evaluation_keeps_its_budget_whatever_is_asked_for();
  a_message_handler_does_not_outrun_the_budget();
  an_interrupt_ends_only_the_evaluation();
  an_evaluation_may_resume_the_scripts_coroutines();
  a_breakpoint_holds_in_a_coroutine_that_an_evaluation_made();
  values_are_kept_until_released();
  tostring_runs_metamethods_within_a_budget();
  small_services();
}
