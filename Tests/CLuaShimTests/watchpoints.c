/* Watch breakpoints: an expression that is true, or another than before; and log points. */
#include "rig.h"

static void note_hits(rig *r, const ldbg_stop *stop) {
  static const char *const kinds[] = {"plain", "failed", "true", "changed"};
  for (int i = 0; i < stop->hit_count; i++) {
    size_t length = 0, used = strlen(r->text);
    const char *details = ldbg_hit_details(r->ctx, i, &length);
    CHECK((details != NULL) == (stop->hits[i].kind != LDBG_HIT_PLAIN));
    snprintf(r->text + used, sizeof r->text - used, "%s%d %u %s%s%s", used ? ", " : "", stop->line, stop->hits[i].breakpoint,
             kinds[stop->hits[i].kind % 4], details ? " " : "",
             details == NULL ? "" : stop->hits[i].kind == LDBG_HIT_FAILED ? details : value_text(details, length));
  }
  CHECK(stop->hit_count > 0 && (stop->reasons & LDBG_REASON_BREAKPOINT));
  size_t length;
  CHECK(ldbg_hit_details(r->ctx, stop->hit_count, &length) == NULL && ldbg_hit_details(r->ctx, -1, &length) == NULL);
}

static rig *watching(const char *expression, bool on_change) {
  rig *r = rig_new();
  rig_journal(r);
  r->at_stop = note_hits;
  rig_watch(r, expression, on_change);
  rig_plan(r);
  return r;
}

static void a_watch_stops_in_every_line_where_it_is_true(void) {
  rig *r = watching("x and x > 1", false);
  rig_run(r, "local x = 1\nx = 2\nx = 3\nx = 0\nreturn x");
  CHECK_TEXT(r->text, "3 1 true true, 4 1 true true");
  CHECK_NUMBER(ldbg_counter_hits(r->points[0].counter), 2);
  CHECK_NUMBER(ldbg_counter_failures(r->points[0].counter), 0);
  rig_free(r);
  r = watching("x", false);
  rig_run(r, "local x = 'abc'\nx = {1, y = 2}\nx = false\nreturn x");
  CHECK_TEXT(r->text, "2 1 true 'abc', 3 1 true {1:1=1,'y'=2}");
  rig_free(r);
}

static void a_change_tells_both_values(void) {
  static const struct { const char *expression, *source, *stops; } table[] = {
      {"x", "local x = 1\nx = 2\nx = 2\nx = 'a'\nreturn x", "3 1 changed 2 1, 5 1 changed 'a' 2"},
      {"g", "g = 1\ng = 2\nlocal y\ng = nil\nreturn 1", "2 1 changed 1 nil, 3 1 changed 2 1, 5 1 changed nil 2"},
      {"x", "local x = 1\nx = 1.0\nx = 0/0\nx = 0/0\nreturn x", "3 1 changed 1.0000 1, 4 1 changed -nan 1.0000"},
      {"t.n", "local t = {n = 1}\nt.n = 2\nt = {n = 2}\nreturn t", "3 1 changed 2 1"},
      {"t", "local t = {}\nt.n = 2\nt = nil\nreturn t", "4 1 changed nil {0..}"},
      {"x", "local x = ('x'):rep(60)\nx = ('x'):rep(59) .. 'y'\nreturn x",
       "3 1 changed 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy' 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'/60"},
      {"select('#', ...)", "local function f(...)\nreturn 1\nend\nf(1)\nf(1, 2)\nreturn 1", ""},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table - 1; i++) {
    rig *r = watching(table[i].expression, true);
    rig_run(r, table[i].source);
    check_text(r->text, table[i].stops, __FILE__, __LINE__, table[i].source);
    rig_free(r);
  }
}

static void each_variable_has_its_own_last_value(void) {
  rig *r = watching("n", true);
  rig_run(r, "local function f(n)\nif n == 0 then return 0 end\nlocal r = f(n - 1)\nreturn r\nend\nf(3)\nf(5)\nfor n = 1, 3 do\nlocal y = n\nend\nreturn 1");
  CHECK_TEXT(r->text, ""); /* another call's n is another variable */
  rig_free(r);
  r = watching("n", true);
  rig_run(r, "local function f(n)\nif n > 0 then f(n - 1) end\nn = n + 10\nreturn n\nend\nf(2)\nreturn 1");
  CHECK_TEXT(r->text, "4 1 changed 10 0, 4 1 changed 11 1, 4 1 changed 12 2");
  rig_free(r);
  r = watching("n", true);
  rig_run(r, "local function f(n)\ncoroutine.yield()\nn = n * 2\ncoroutine.yield()\nend\nlocal a, b = coroutine.wrap(f), coroutine.wrap(f)\na(1) b(2)\na() b()\nreturn 1");
  CHECK_TEXT(r->visited, "4@1 4@2");
  CHECK_TEXT(r->text, "4 1 changed 2 1, 4 1 changed 4 2");
  rig_free(r);
}

static void a_variable_that_a_closure_changes_is_reported_once(void) {
  static const char source[] = "local x = 1\nlocal function f()\nx = x + 1\nlocal y = 1\nend\nf()\nlocal z\nf()\nreturn x";
  rig *r = watching("x", true);
  rig_run(r, source);
  if (ldbg_layout_is_proven()) CHECK_TEXT(r->text, "4 1 changed 2 1, 4 1 changed 3 2");
  else CHECK(strstr(r->text, "4 1 changed 3 2") != NULL); /* there the closure's and the owner's are two */
  rig_free(r);
  /* And by two closures, when its own frame is gone. */
  r = watching("x", true);
  rig_run(r, "local function make() local x = 1 return function()\nx = x + 1\nlocal a\nend, function()\nx = x * 10\nlocal b\nend end\n"
             "local f, g = make()\nf()\ng()\nf()\nreturn 1");
  CHECK_TEXT(r->text, "3 1 changed 2 1, 6 1 changed 20 2, 3 1 changed 21 20");
  rig_free(r);
}

static void failing_is_false_and_recorded(void) {
  char message[200];
  rig *r = watching("x.y.z", false);
  rig_watch(r, "1 +", true);
  rig_watch(r, "error({})", false);
  rig_watch(r, "true", false);
  rig_plan(r);
  CHECK_NUMBER(rig_run(r, "local a = 1\nreturn a"), LUA_OK);
  CHECK_TEXT(r->text, "1 4 true true, 2 4 true true");
  for (int i = 0; i < 3; i++) {
    size_t length = ldbg_counter_failure(r->points[i].counter, message, sizeof message - 1);
    message[length] = 0;
    CHECK(strstr(message, i == 0 ? "attempt to index a nil value (global 'x')" : i == 1 ? "unexpected symbol" : "the error is a table value") != NULL);
    CHECK_NUMBER(ldbg_counter_failures(r->points[i].counter), 2);
    CHECK_NUMBER(ldbg_counter_hits(r->points[i].counter), 0);
    CHECK_NUMBER(ldbg_counter_failure(r->points[i].counter, message, 3), 3);
  }
  ldbg_counter_reset(r->points[0].counter);
  CHECK_NUMBER(ldbg_counter_failures(r->points[0].counter), 0);
  CHECK_NUMBER(ldbg_counter_failure(r->points[0].counter, message, sizeof message), 0);
  rig_free(r);
}

static void over_its_budget_it_rests(void) {
  rig *r = watching("(function() while slow do end end)()", false);
  rig_run(r, "slow = true\nlocal a\nslow = false\nfor i = 1, 100 do\nlocal a\nend\nreturn 1");
  CHECK_TEXT(r->result, "1");
  CHECK_NUMBER(ldbg_counter_failures(r->points[0].counter), 1);
  rig_free(r);
}

static void a_watch_costs_the_script_nothing(void) {
  rig *r = watching("i == -1 or up == 'g' or t.x", false);
  rig_watch(r, "t.n", true);
  rig_plan(r);
  static const char source[] = "local up, t = 1, {n = 0}\nlocal function f(i)\nlocal t = t\nreturn i\nend\n"
                               "local function count() local n = 0 for _ in next, debug.getregistry() do n = n + 1 end return n end\n"
                               "f(1) local before = count()\nfor i = 1, %d do\nf(i)\nend\nreturn count() - before";
  char text[1000];
  snprintf(text, sizeof text, source, 12500);
  rig_run(r, text);
  CHECK_TEXT(r->result, "0");
  CHECK_TEXT(r->text, "");
  CHECK(ldbg_read_counts(r->ctx).expressions_compiled <= 12);
  CHECK(ldbg_read_counts(r->ctx).events[LUA_HOOKLINE] > 45000); /* two evaluations each */
  CHECK_NUMBER(lua_gettop(r->L), 0);
  CHECK_NUMBER(lua_gettop(ldbg_scratch(r->ctx)), 0);
  CHECK_NUMBER(lua_gettop(r->ctx->evaluator), 0);
  rig_free(r);
}

static void plan_again(rig *r) {
  r->number++;
}

static void ask_to_synchronize(rig *r, const ldbg_stop *stop) {
  note_hits(r, stop);
  rig_plan(r);
}

static void a_new_plan_keeps_the_last_value(void) {
  rig *r = watching("x", true);
  r->at_stop = ask_to_synchronize;
  r->at_synchronize = plan_again;
  rig_break(r, 3, 0, NULL);
  rig_plan(r);
  rig_run(r, "local x = 1\nx = 2\nx = 3\nx = 4\nreturn x");
  CHECK_TEXT(r->text, "3 2 plain, 3 1 changed 2 1, 4 1 changed 3 2, 5 1 changed 4 3");
  CHECK(ldbg_read_counts(r->ctx).expressions_compiled <= 2);
  rig_free(r);
  r = watching("x", true); /* made anew, it has seen nothing */
  rig_run(r, "x = 1");
  r->points[0].on_change = false;
  rig_plan(r);
  r->points[0].on_change = true;
  rig_plan(r);
  rig_run(r, "local y = 1\nreturn x");
  CHECK_TEXT(r->text, "");
  rig_free(r);
}

static void conditions_counts_and_once_hold_for_watches(void) {
  rig *r = watching("x", true);
  r->points[0].condition = "x > 2";
  rig_plan(r);
  rig_run(r, "local x = 1\nx = 2\nx = 3\nx = 4\nreturn x");
  CHECK_TEXT(r->text, "4 1 changed 3 2, 5 1 changed 4 3");
  rig_free(r);
  r = watching("x", true); /* true when it is compiled */
  r->points[0].condition = "x > 1";
  rig_plan(r);
  rig_run(r, "local x = 1\nx = 2\nreturn x");
  CHECK_TEXT(r->text, "3 1 changed 2 1");
  rig_free(r);
  r = watching("x", true);
  ldbg_counter_set_ignore(r->points[0].counter, 1);
  r->points[0].once = true;
  rig_plan(r);
  rig_run(r, "local x = 1\nx = 2\nx = 3\nx = 4\nreturn x");
  CHECK_TEXT(r->text, "4 1 changed 3 2");
  CHECK(ldbg_counter_is_spent(r->points[0].counter));
  rig_free(r);
  r = watching("x == 2", false);
  r->points[0].condition = "nowhere.x";
  rig_plan(r);
  rig_run(r, "local x = 2\nreturn x");
  CHECK_TEXT(r->text, "2 1 failed (evaluation):1: attempt to index a nil value (global 'nowhere')");
  rig_free(r);
}

static void watches_hold_in_coroutines_callbacks_and_after_errors(void) {
  rig *r = watching("x == 1", false);
  rig_run(r, "local co = coroutine.wrap(function()\nlocal x = 1\ncoroutine.yield()\nend) co()\n"
             "pcall(function()\nlocal x = 1\nerror('x') end)\ntable.sort({2, 1}, function()\nlocal x = 1\nreturn x == 2 end)\nreturn 1");
  CHECK_TEXT(r->visited, "3@1 7 10");
  CHECK_NUMBER(rig_run_hosted(r, "local x = 1\nreturn x"), LUA_OK);
  CHECK_TEXT(r->visited, "3@1 7 10 2");
  rig_free(r);
}

static void nothing_is_watched_while_stops_are_ignored(void) {
  rig *r = watching("x", true);
  r->verbs = "f";
  rig_run(r, "local x = 1\nx = 2\nx = 3\nreturn x");
  CHECK_TEXT(r->visited, "3");
  rig_free(r);
}

/* ---- Log points ------------------------------------------------------------------------------------------------------------- */

static void a_log_point_writes_and_does_not_stop(void) {
  rig *r = rig_new();
  rig_journal(r);
  point *p = rig_break(r, 2, 0, NULL);
  p->log = "x is |x|, t |{x}|, |nowhere.y|.";
  rig_plan(r);
  rig_run(r, "for x = 1, 2 do\nlocal y = x\nend\nreturn 1");
  CHECK_NUMBER(r->stops, 0);
  CHECK_NUMBER(ldbg_counter_hits(p->counter), 2);
  CHECK_NUMBER(ldbg_counter_failures(p->counter), 2);
  CHECK_TEXT(rig_records(r, SHOW_DEPTH | SHOW_FUNCTION),
             "G2 d1 main l(1 x is 1, t {1:1=1}, !(evaluation):1: attempt to index a nil value (global 'nowhere').)\n"
             "G2 d1 main l(1 x is 2, t {1:1=2}, !(evaluation):1: attempt to index a nil value (global 'nowhere').)");
  rig_free(r);
}

static void a_log_point_heeds_condition_count_and_once(void) {
  rig *r = rig_new();
  rig_journal(r);
  point *p = rig_break(r, 2, 0, "x > 2");
  p->log = "|x|";
  p->once = true;
  ldbg_counter_set_ignore(p->counter, 2);
  rig_plan(r);
  rig_run(r, "for x = 1, 9 do\nlocal y = x\nend\nreturn 1");
  CHECK_TEXT(rig_records(r, 0), "G2 l(1 5)");
  CHECK(ldbg_counter_is_spent(p->counter));
  CHECK_NUMBER(r->stops, 0);
  rig_free(r);
}

static void a_log_point_whose_condition_fails_stops(void) {
  rig *r = rig_new();
  rig_journal(r);
  r->at_stop = note_hits;
  rig_break(r, 1, 0, "nowhere.x")->log = "never";
  rig_plan(r);
  rig_run(r, "return 1");
  CHECK_TEXT(rig_records(r, 0), "");
  CHECK_TEXT(r->text, "1 1 failed (evaluation):1: attempt to index a nil value (global 'nowhere')");
  rig_free(r);
}

static void watches_functions_and_errors_may_be_logged(void) {
  rig *r = rig_new();
  rig_journal(r);
  rig_watch(r, "x", true)->log = "x |x|";
  rig_break(r, 0, 3, NULL)->log = "f |a|";
  rig_break(r, 0, 0, NULL)->log = "error";
  r->any = 2;
  rig_plan(r);
  rig_run(r, "local x = 1\nx = 2\nlocal function f(a)\nerror('e') end\npcall(f, 7)\nreturn 1");
  CHECK_NUMBER(r->stops, 0);
  CHECK_TEXT(rig_records(r, 0), "G4 l(1 x 2)\nG4 l(2 f 7)\nG-1 l(3 error)");
  rig_free(r);
}

static void without_a_journal_nothing_is_written(void) {
  rig *r = rig_new();
  rig_break(r, 1, 0, NULL)->log = "x";
  rig_plan(r);
  rig_run(r, "return 1");
  CHECK_NUMBER(r->stops, 0);
  CHECK_NUMBER(ldbg_counter_hits(r->points[0].counter), 1);
  rig_free(r);
}

void test_watchpoints(void) {
  a_watch_stops_in_every_line_where_it_is_true();
  a_change_tells_both_values();
  each_variable_has_its_own_last_value();
  a_variable_that_a_closure_changes_is_reported_once();
  failing_is_false_and_recorded();
  over_its_budget_it_rests();
  a_watch_costs_the_script_nothing();
  a_new_plan_keeps_the_last_value();
  conditions_counts_and_once_hold_for_watches();
  watches_hold_in_coroutines_callbacks_and_after_errors();
  nothing_is_watched_while_stops_are_ignored();
  a_log_point_writes_and_does_not_stop();
  a_log_point_heeds_condition_count_and_once();
  a_log_point_whose_condition_fails_stops();
  watches_functions_and_errors_may_be_logged();
  without_a_journal_nothing_is_written();
}
