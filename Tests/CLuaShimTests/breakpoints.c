/* Breakpoints: conditions over locals, upvalues, varargs and _ENV, compiled a bounded number of times; counts, ignore counts,
 * once; function and error breakpoints. */
#include "rig.h"

static void a_condition_sees_what_the_line_sees(void) {
  static const struct { const char *condition, *visited; } table[] = {
      {"loc == 11", "4 4"}, {"up == 5", "4 4 4"}, {"select('#', ...) == 2", "4 4"}, {"({...})[1] == 'b'", "4"},
      {"glob == 9", "4 4 4"}, {"loc == 11 and up == 5 and glob == 9 and ... == 'b'", "4"}, {"_ENV.glob == 9", "4 4 4"},
      {"nowhere == nil", "4 4 4"}, {"false", ""}, {"nil", ""}, {"shadow == 'inner'", "4 4 4"}, {"'up' == loc", ""},
      {"not (function(...) return ... end)(false)", "4 4 4"},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    rig *r = rig_new();
    rig_break(r, 4, 2, table[i].condition);
    rig_plan(r);
    rig_run(r, "glob = 9 local up, shadow = 5, 'outer'\n"
               "local function f(loc, ...)\n"
               "local shadow = 'middle' local shadow = 'inner' local _ = up\n"
               "return loc\n"
               "end\n"
               "f(10) f(11, 'a', 1) f(11, 'b', 2)\n"
               "return 1");
    check_text(r->visited, table[i].visited, __FILE__, __LINE__, table[i].condition);
    CHECK_TEXT(r->result, "1");
    rig_free(r);
  }
}

static void a_condition_uses_the_functions_own_environment(void) {
  rig *r = rig_new();
  rig_break(r, 2, 1, "x == 5");
  rig_plan(r);
  rig_run(r, "local function f(_ENV)\nlocal a = x\nend\nf({x = 4}) f({x = 5}) x = 5 f({}) return 1");
  CHECK_TEXT(r->visited, "2");
  rig_free(r);
}

static void a_condition_is_compiled_once_per_set_of_names(void) {
  rig *r = rig_new();
  rig_break(r, 2, 1, "i == 999 and u == g");
  rig_break(r, 5, 4, NULL)->condition = "i == 3";
  rig_plan(r);
  rig_run(r, "local u local function f(i)\nlocal a = u\nend\nlocal function g(j)\nlocal b = j\nend\n"
             "for i = 1, 1000 do f(i) g(i) end return 1");
  CHECK_TEXT(r->visited, "2");
  CHECK_NUMBER(ldbg_read_counts(r->ctx).expressions_compiled, 2);
  CHECK_NUMBER(ldbg_counter_hits(r->points[0].counter), 1);
  rig_free(r);
}

static void a_condition_that_fails_stops_and_says_why(void) {
  static const struct { const char *condition, *message; } table[] = {
      {"error('why')", "why"}, {"error({})", "the error is a table value"}, {"error()", "the error is a nil value"},
      {"x.y.z", "attempt to index"}, {"1 +", "unexpected symbol"}, {"coroutine.yield()", "attempt to yield"},
      {"(function() while true do end end)()", "took too long"}, {"1 end do return true", "expected"},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    rig *r = rig_new();
    rig_break(r, 1, 0, table[i].condition);
    rig_plan(r);
    rig_run(r, "return 1");
    CHECK_TEXT(r->visited, "1");
    check(strstr(r->hit_message, table[i].message) != NULL, __FILE__, __LINE__, table[i].message);
    CHECK_TEXT(r->result, "1");
    rig_free(r);
  }
}

static void a_condition_with_too_many_names_says_so(void) {
  rig *r = rig_new();
  char condition[1024] = "x1";
  for (int i = 2; i <= 70; i++) snprintf(condition + strlen(condition), 16, " or x%d", i);
  rig_break(r, 1, 0, condition);
  rig_plan(r);
  rig_run(r, "return 1");
  CHECK(strstr(r->hit_message, "too many names") != NULL);
  rig_free(r);
}

static void a_failing_condition_is_not_compiled_again_and_again(void) {
  rig *r = rig_new();
  rig_break(r, 1, 0, "1 +");
  rig_plan(r);
  rig_run(r, "for i = 1, 100 do local x = i end");
  CHECK(r->stops >= 1);
  CHECK(ldbg_read_counts(r->ctx).expressions_compiled <= 2);
  rig_free(r);
}

static void hits_are_counted_before_the_ignore_count(void) {
  rig *r = rig_new();
  point *p = rig_break(r, 2, 0, "i > 2");
  ldbg_counter_set_ignore(p->counter, 3);
  rig_plan(r);
  rig_run(r, "for i = 1, 10 do\nlocal x = i\nend");
  CHECK_NUMBER(ldbg_counter_hits(p->counter), 8);
  CHECK_NUMBER(ldbg_counter_ignore(p->counter), 0);
  CHECK_NUMBER(r->stops, 5);
  ldbg_counter_reset(p->counter);
  CHECK_NUMBER(ldbg_counter_hits(p->counter), 0);
  rig_free(r);
}

static void once_is_once(void) {
  rig *r = rig_new();
  rig_break(r, 2, 0, NULL)->once = true;
  rig_plan(r);
  rig_run(r, "for i = 1, 10 do\nlocal x = i\nend");
  CHECK_NUMBER(r->stops, 1);
  rig_free(r);
}

static void a_function_breakpoint_stops_at_its_first_line(void) {
  rig *r = rig_new();
  rig_break(r, 0, 2, NULL);
  rig_plan(r);
  rig_run(r, "local x = 0\nlocal function f(n)\nx = x + n\nreturn n\nend\nf(1) pcall(f, 2) coroutine.wrap(f)(3)\nreturn f(4)");
  CHECK_TEXT(r->visited, "3 3 3@1 3");
  CHECK_TEXT(r->result, "4");
  rig_free(r);
}

static void breakpoints_are_met_in_coroutines_and_after_errors(void) {
  rig *r = rig_new();
  rig_break(r, 3, 1, NULL);
  rig_break(r, 7, 0, NULL);
  rig_plan(r);
  rig_run(r, "local function f()\ncoroutine.yield()\nlocal y = 2\nerror('x')\nend\nlocal co = coroutine.create(f) coroutine.resume(co)\n"
             "local ok = coroutine.resume(co)\nfor i = 1, 3 do pcall(coroutine.wrap(f)) end return 1");
  CHECK_TEXT(r->visited, "7 3@1");
  rig_free(r);
}

static void note_error(rig *r, const ldbg_stop *stop) {
  snprintf(r->text + strlen(r->text), sizeof r->text - strlen(r->text), "%s%s ", lua_tostring(stop->thread, stop->error_index),
           stop->error_caught ? " caught" : "");
  r->number = ldbg_depth(stop->thread);
}

static void error_breakpoints_stop_where_it_was_raised(void) {
  rig *r = rig_new();
  rig_break(r, 0, 0, NULL);
  r->any = 0;
  rig_plan(r);
  r->at_stop = note_error;
  CHECK_NUMBER(rig_run(r, "local a, b, c = pcall(function(...) return select('#', ...), ... end, nil, 2)\n"
                          "assert(a and b == 2 and c == nil)\n"
                          "local ok, e = pcall(error, 'one', 0)\n"
                          "local ok2, e2 = xpcall(function() error('two', 0) end, function(m) return m .. '!' end)\n"
                          "local ok3, e3 = pcall(function() coroutine.yield() error('three', 0) end)\n"
                          "error(e .. e2 .. e3:sub(1, 7), 0)"), LUA_ERRRUN);
  CHECK_TEXT(r->text, "one caught two caught attempt to yield from outside a coroutine caught onetwo!attempt ");
  CHECK_TEXT(r->result, "onetwo!attempt");
  r->text[0] = 0;
  CHECK_NUMBER(rig_run(r, "local f = coroutine.wrap(function() local ok, e = pcall(function() coroutine.yield(1) error('in', 0) end)\n"
                          "return e end) f() return f()"), LUA_OK);
  CHECK_TEXT(r->text, "in caught ");
  CHECK_TEXT(r->result, "in");
  rig_free(r);
}

static void uncaught_errors_alone(void) {
  rig *r = rig_new();
  rig_break(r, 0, 0, NULL);
  r->uncaught = 0;
  rig_plan(r);
  CHECK_NUMBER(rig_run(r, "pcall(error)\nlocal function f()\nerror('x')\nend\nf()"), LUA_ERRRUN);
  CHECK_TEXT(r->visited, "-1");
  CHECK_NUMBER(r->reasons, LDBG_REASON_ERROR | LDBG_REASON_BREAKPOINT);
  size_t length;
  const char *traceback = ldbg_traceback(r->ctx, &length);
  CHECK(traceback != NULL && strstr(traceback, "s:3: in ") != NULL);
  CHECK(traceback != NULL && strstr(traceback, "s:5: in main chunk") != NULL);
  rig_free(r);
}

static void a_plan_may_change_at_a_stop(void) {
  rig *r = rig_new();
  rig_break(r, 2, 1, NULL);
  rig_plan(r);
  r->at_stop = NULL;
  static const char source[] = "local function f()\nlocal a = 1\nlocal b = 2\nend\nfor i = 1, 3 do f() end";
  rig_run(r, source);
  CHECK_TEXT(r->visited, "2 2 2");
  r->points[0].line = 3;
  rig_plan(r);
  rig_run(r, source);
  CHECK_TEXT(r->visited, "2 2 2 3 3 3");
  rig_free(r);
}

void test_breakpoints(void) {
  a_condition_sees_what_the_line_sees();
  a_condition_uses_the_functions_own_environment();
  a_condition_is_compiled_once_per_set_of_names();
  a_condition_that_fails_stops_and_says_why();
  a_condition_with_too_many_names_says_so();
  a_failing_condition_is_not_compiled_again_and_again();
  hits_are_counted_before_the_ignore_count();
  once_is_once();
  a_function_breakpoint_stops_at_its_first_line();
  breakpoints_are_met_in_coroutines_and_after_errors();
  error_breakpoints_stop_where_it_was_raised();
  uncaught_errors_alone();
  a_plan_may_change_at_a_stop();
}
