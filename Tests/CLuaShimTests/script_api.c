/* What a script says to its debugger: it does nothing without one, and stops, traces and reports with one. */
#include "rig.h"

static void note_stop(rig *r, const ldbg_stop *stop) {
  lua_Debug ar;
  size_t used = strlen(r->text);
  bool found = lua_getstack(stop->thread, stop->base, &ar) && lua_getinfo(stop->thread, "l", &ar);
  CHECK(!(stop->reasons & LDBG_REASON_SCRIPT) || (stop->base >= 1 && found && ar.currentline == stop->line));
  snprintf(r->text + used, sizeof r->text - used, "%s%d%s%s%.*s", used ? " " : "", stop->line,
           stop->reasons & LDBG_REASON_SCRIPT ? "!" : "", stop->message ? "=" : "", (int)stop->message_length,
           stop->message ? stop->message : "");
}

static void note_mode(void *host, const char *mode) {
  rig *r = host;
  strcat(r->text, mode);
  strcat(r->text, " ");
}

static rig *talking(void) {
  rig *r = rig_bare();
  r->callbacks.traced = note_mode;
  rig_attach(r);
  rig_journal(r);
  r->at_stop = note_stop;
  CHECK_NUMBER(ldbg_install_script_api(r->L, "d"), LDBG_OK);
  return r;
}

/* The stops of a script, answered in turn: "3!" where it asked for it, "4" the end of a step. */
static void check_stops(const char *verbs, const char *source, const char *expected, int line) {
  rig *r = talking();
  r->verbs = verbs;
  rig_run(r, source);
  if (ldbg_is_ending(r->ctx)) ldbg_ended(r->ctx);
  check_text(r->text, expected, __FILE__, line, verbs);
  CHECK_NUMBER(ldbg_armed_coroutines(r->ctx), 0);
  rig_free(r);
}
#define STOPS(verbs, source, expected) check_stops(verbs, source, expected, __LINE__)

/* ---- Without a debugger ----------------------------------------------------------------------------------------------------- */

static const char any_arguments[] =
    "local results = 0\n"
    "for _, name in ipairs{'debugbreak', 'debugmode', 'debugtrace', 'debugeval', 'debugprint'} do\n"
    "local f = d[name]\n"
    "assert(type(f) == 'function')\n"
    "for _, a in ipairs{1, 1.5, 'x', '1 +', 'error()', {}, print, true, false, coroutine.create(print), io.stdout} do\n"
    "results = results + select('#', f(a)) + select('#', f(nil, a)) + select('#', f(a, a, a))\n"
    "end\n"
    "results = results + select('#', f()) + select('#', f(nil)) + select('#', f(setmetatable({}, {__tostring = error, __index = error})))\n"
    "assert(pcall(f)) assert(coroutine.resume(coroutine.create(f))) assert(select('#', pcall(f)) == 1)\n"
    "end\n"
    "return results .. d.traceall .. d.traceline .. d.tracecode .. d.tracestack .. d.tracewatch .. d.traceoff";

static void without_a_debugger_all_do_nothing(void) {
  rig *r = rig_bare();
  CHECK_NUMBER(ldbg_install_script_api(r->L, "d"), LDBG_OK);
  CHECK_NUMBER(rig_run_hosted(r, any_arguments), LUA_OK);
  CHECK_TEXT(r->result, "0alllinecodestackwatchoff");
  rig_free(r);
  r = talking(); /* nor after it has left */
  ldbg_detach(r->ctx);
  CHECK_NUMBER(rig_run_hosted(r, any_arguments), LUA_OK);
  CHECK_TEXT(r->result, "0alllinecodestackwatchoff");
  CHECK_NUMBER(r->stops, 0);
  rig_free(r);
}

static void with_one_they_give_nothing_back_and_never_raise(void) {
  rig *r = talking();
  r->at_stop = NULL;
  CHECK_NUMBER(rig_run(r, any_arguments), LUA_OK);
  CHECK_TEXT(r->result, "0alllinecodestackwatchoff");
  CHECK(r->stops > 10);
  rig_free(r);
}

static void a_table_that_is_there_is_kept(void) {
  rig *r = rig_bare();
  rig_run_hosted(r, "t = {x = 1} n = 5");
  CHECK_NUMBER(ldbg_install_script_api(r->L, "t"), LDBG_OK);
  CHECK_NUMBER(ldbg_install_script_api(r->L, "n"), LDBG_NOT_A_TABLE);
  CHECK_NUMBER(ldbg_install_script_api(r->L, "t"), LDBG_OK);
  CHECK_NUMBER(lua_gettop(r->L), 0);
  rig_run_hosted(r, "return t.x .. type(t.debugbreak) .. type(n) .. type(d)");
  CHECK_TEXT(r->result, "1functionnumbernil");
  rig_free(r);
}

static void without_memory_it_says_so(void) {
  for (long at = 1; at < 40; at++) {
    rig *r = rig_bare();
    r->heap.counting = true;
    r->heap.refuse_at = at;
    r->heap.refuse_times = 100;
    bool done = ldbg_install_script_api(r->L, "d") == LDBG_OK;
    r->heap.counting = false;
    CHECK(done == (r->heap.growths < at));
    CHECK_NUMBER(lua_gettop(r->L), 0);
    rig_free(r);
  }
}

/* ---- debugbreak -------------------------------------------------------------------------------------------------------------- */

static void it_stops_at_its_own_line_and_steps_go_on_from_there(void) {
  static const char source[] = "local function g()\nreturn 1\nend\nlocal function f()\nd.debugbreak()\nlocal x = g()\nreturn x\nend\nf()\nreturn 2";
  STOPS("c", source, "5!");
  STOPS("i", source, "5! 6 2 7 10");
  STOPS("o", source, "5! 6 7 10");
  STOPS("ou", source, "5! 6 10");
  STOPS("u", source, "5! 10");
  STOPS("t", source, "5! 6 7 10");
  STOPS("f", source, "5!");
  STOPS("e", source, "5!");
  STOPS("co", "for i = 1, 2 do\nd.debugbreak()\nend\nreturn 1", "2! 2! 1 4");
  STOPS("t", "for i = 1, 3 do\nlocal x\nd.debugbreak(i == 1)\nend\nreturn 1", "3! 5");
  STOPS("o", "d.debugbreak() local x = 1\nx = 2\nreturn x", "1! 2 3");
  STOPS("o", "local function f()\nreturn d.debugbreak()\nend\nf()\nreturn 1", "2! 5");
  STOPS("u", "local function f()\nreturn d.debugbreak()\nend\nf()\nreturn 1", "2! 5");
}

static void a_step_onto_it_stops_before_and_at_it(void) {
  STOPS("oo", "d.debugbreak()\nlocal x\nd.debugbreak()\nlocal y\nreturn 1", "1! 2 3 3! 4 5");
}

static void its_argument_decides(void) {
  static const struct { const char *argument; bool stops; const char *message; } table[] = {
      {"", true, ""}, {"nil", false, ""}, {"false", false, ""}, {"true", true, ""}, {"0", true, ""}, {"{}", true, ""},
      {"'x == 5'", true, ""}, {"'x == 6'", false, ""}, {"'nil'", false, ""}, {"'up == 7 and x'", true, ""}, {"'... == 1'", true, ""},
      {"'nowhere.y'", true, "=(evaluation):1: attempt to index a nil value (global 'nowhere')"}, {"'1 +'", true, "=(evaluation):1: unexpected symbol near <eof>"},
      {"'error({})'", true, "=the error is a table value"}, {"''", false, ""}, {"'coroutine.yield()'", true, "=attempt to yield across a C-call boundary"},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    char source[300], expected[200];
    rig *r = talking();
    snprintf(source, sizeof source, "local up = 7\nlocal function f(...)\nlocal x, y = 5, up\nd.debugbreak(%s)\nreturn x\nend\nreturn f(1)", table[i].argument);
    snprintf(expected, sizeof expected, "%s%s", table[i].stops ? "4!" : "", table[i].message);
    rig_run(r, source);
    check_text(r->text, expected, __FILE__, __LINE__, table[i].argument);
    CHECK_TEXT(r->result, "5");
    rig_free(r);
  }
}

static void it_stops_wherever_it_is_called(void) {
  STOPS("o", "local co = coroutine.wrap(function()\nd.debugbreak()\ncoroutine.yield()\nreturn 1\nend)\nco()\nco()\nreturn 1", "2! 3 4 8");
  STOPS("i", "local co = coroutine.wrap(function()\nd.debugbreak()\ncoroutine.yield()\nreturn 1\nend)\nco()\nco()\nreturn 1", "2! 3 7 4 8");
  STOPS("u", "local co = coroutine.wrap(function()\nd.debugbreak()\ncoroutine.yield()\nreturn 1\nend)\nco()\nco()\nreturn 1", "2! 7");
  STOPS("o", "pcall(function()\nd.debugbreak()\nerror('x')\nend)\nreturn 1", "2! 3 5");
  STOPS("u", "pcall(function()\nd.debugbreak()\nerror('x')\nend)\nreturn 1", "2! 5");
  STOPS("o", "local t = setmetatable({}, {__index = function(t, k)\nd.debugbreak()\nreturn k\nend})\nlocal x = t.y\nreturn 1", "2! 3 6");
  STOPS("o", "table.sort({1, 2}, function(a, b)\nd.debugbreak()\nreturn a < b\nend)\nreturn 1", "2! 3 5");
  STOPS("o", "xpcall(error, function(m)\nd.debugbreak()\nreturn m\nend)\nreturn 1", "2! 3 5");
  STOPS("o", "load('d.debugbreak()')()\nreturn 1", "1! 2");
  STOPS("c", "setmetatable({}, {__gc = function()\nd.debugbreak()\nend}) collectgarbage()\nreturn 1", "2!");
  STOPS("c", "coroutine.wrap(d.debugbreak)()\nreturn 1", ""); /* nobody of the script's has called it */
  STOPS("c", "pcall(d.debugbreak)\nreturn 1", "1!"); /* the nearest of the script's own */
  STOPS("o", "pcall(d.debugbreak)\nreturn 1", "1! 2");
}

static void an_end_there_cannot_be_caught(void) {
  static const char *const sources[] = {
      "while true do\npcall(d.debugbreak)\nend", "while true do\nxpcall(d.debugbreak, function() while true do end end) end",
      "while true do\ncoroutine.resume(coroutine.create(function() pcall(d.debugbreak) while true do end end)) end",
      "while true do\npcall(function() d.debugbreak('error()') end) end"};
  for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
    rig *r = talking();
    r->verbs = "e";
    CHECK(rig_run(r, sources[i]) != LUA_OK);
    CHECK_NUMBER(r->stops, 1);
    CHECK(ldbg_is_ending(r->ctx));
    ldbg_ended(r->ctx);
    r->verbs = "c";
    CHECK_NUMBER(rig_run(r, "d.debugbreak() return 1"), LUA_OK);
    CHECK_NUMBER(r->stops, 2);
    rig_free(r);
  }
}

static void evaluate_there(rig *r, const ldbg_stop *stop) {
  note_stop(r, stop);
  char kept[300];
  snprintf(kept, sizeof kept, "%s", r->text);
  CHECK_NUMBER(rig_evaluate(r, stop->thread, 1, "x + 1", LDBG_EXPRESSION, 0), LDBG_EVAL_OK);
  CHECK_TEXT(r->result, "6");
  CHECK_NUMBER(rig_evaluate(r, stop->thread, 1, "x = 9", LDBG_STATEMENT, 0), LDBG_EVAL_OK);
  CHECK_NUMBER(rig_evaluate(r, stop->thread, 1, "d.debugbreak()", LDBG_STATEMENT, 0), LDBG_EVAL_OK); /* not from an evaluation */
  CHECK_TEXT(r->text, kept);
}

static void variables_can_be_seen_and_set_there(void) {
  rig *r = talking();
  r->at_stop = evaluate_there;
  rig_run(r, "local x = 5\nd.debugbreak()\nreturn x");
  CHECK_TEXT(r->text, "2!");
  CHECK_TEXT(r->result, "9");
  rig_free(r);
}

static void leave(rig *r, const ldbg_stop *stop) {
  (void)stop;
  ldbg_detach(r->ctx);
  ldbg_free(r->ctx);
  r->ctx = NULL;
}

static void a_debugger_may_leave_there(void) {
  for (int hosted = 0; hosted < 2; hosted++) {
    rig *r = talking();
    r->at_stop = leave;
    static const char source[] = "for i = 1, 3 do\nd.debugbreak()\nend\nreturn 1";
    CHECK_NUMBER(hosted ? rig_run_hosted(r, source) : rig_run(r, source), LUA_OK);
    CHECK_NUMBER(r->stops, 1);
    rig_free(r);
  }
}

static void leave_at_mode(void *host, const char *mode) {
  (void)mode;
  leave(host, NULL);
}

static void a_debugger_may_leave_where_a_trace_is_asked_for(void) {
  for (int hosted = 0; hosted < 2; hosted++) {
    rig *r = rig_bare();
    r->callbacks.traced = leave_at_mode;
    rig_attach(r);
    CHECK_NUMBER(ldbg_install_script_api(r->L, "d"), LDBG_OK);
    static const char source[] = "d.debugtrace('all') d.debugtrace('off')\nreturn 1";
    CHECK_NUMBER(hosted ? rig_run_hosted(r, source) : rig_run(r, source), LUA_OK);
    rig_free(r);
  }
}

/* ---- debugmode ---------------------------------------------------------------------------------------------------------------- */

static void muted_nothing_stops(void) {
  rig *r = talking();
  rig_break(r, 3, 0, NULL);
  rig_break(r, 0, 5, NULL);
  rig_break(r, 0, 0, NULL);
  r->any = 2;
  rig_watch(r, "y", false);
  rig_plan(r);
  static const char source[] = "for i = 1, 3 do\nd.debugmode(i ~= 2)\nlocal x = i\nend\nlocal function f()\nreturn 1 end\n"
                               "d.debugmode(nil) f() pcall(error) d.debugbreak() local y = 1\nlocal z\nd.debugmode()\nf()\nd.debugbreak()";
  rig_run(r, source);
  CHECK_TEXT(r->text, "3 3 10 6 11 11!");
  rig_free(r);
}

static int ask_for_a_pause(lua_State *L) {
  ldbg_attend(ldbg_context_of(L), LDBG_ATTEND_PAUSE);
  return 0;
}

static void it_takes_a_step_back_but_no_pause(void) {
  rig *r = talking();
  rig_walk(r, "ooc", "local x = 1\nd.debugmode(false)\nx = 2\nd.debugmode(true)\nx = 3\nreturn x");
  CHECK_TEXT(r->visited, "1 2");
  CHECK_NUMBER(ldbg_armed_coroutines(r->ctx), 0);
  rig_free(r);
  r = talking();
  r->verbs = "oc";
  lua_pushcfunction(r->L, ask_for_a_pause);
  lua_setglobal(r->L, "pause");
  rig_run(r, "d.debugmode(false)\npause()\nd.debugbreak()\nlocal x = 1\nreturn x");
  CHECK_TEXT(r->text, "3 4"); /* and a person may step */
  rig_free(r);
}

static void the_next_run_is_not_muted(void) {
  for (int hosted = 0; hosted < 2; hosted++) {
    rig *r = talking();
    rig_break(r, 1, 0, NULL);
    rig_plan(r);
    ldbg_arm(r->ctx);
    static const char source[] = "local x = 1\nd.debugmode(false)\nfor i = 1, 2 do\nd.debugbreak() end";
    for (int i = 0; i < 2; i++) {
      if (hosted) {
        rig_run_hosted(r, source);
      } else {
        rig_run(r, source);
        ldbg_ended(r->ctx);
      }
    }
    CHECK_TEXT(r->text, "1 1");
    rig_free(r);
  }
}

static void nor_are_coroutines_of_before(void) {
  rig *r = talking();
  rig_break(r, 3, 1, NULL);
  rig_plan(r);
  ldbg_arm(r->ctx);
  rig_run_hosted(r, "co = coroutine.wrap(function()\ncoroutine.yield()\nlocal x = 1\nend)\nco() d.debugmode(false)");
  rig_run_hosted(r, "co()");
  CHECK_TEXT(r->visited, "3@1");
  rig_free(r);
}

/* ---- debugtrace, debugeval, debugprint ---------------------------------------------------------------------------------------- */

static void a_trace_is_asked_for_by_name(void) {
  rig *r = talking();
  rig_run(r, "d.debugtrace(d.traceall) d.debugtrace('stack')\nd.debugtrace(d.traceoff) d.debugtrace('nonsense')\nd.debugtrace() d.debugtrace({})");
  CHECK_TEXT(r->text, "all stack off ");
  CHECK_TEXT(rig_records(r, 0), "X2 x(2 nonsense !one of the trace constants is wanted)\n"
                                "X3 x(2  !one of the trace constants is wanted)\nX3 x(2  !one of the trace constants is wanted)");
  rig_free(r);
}

static void values_are_reported(void) {
  rig *r = talking();
  CHECK_NUMBER(rig_run(r, "local x = 5\nlocal function f(...)\nd.debugeval('x + 1, {...}')\nd.debugprint('...')\nd.debugprint('1 +')\nd.debugeval('nowhere.y')\n"
                          "d.debugeval(7)\nd.debugprint()\nreturn x\nend\nreturn f('a', nil, 'c')"), LUA_OK);
  CHECK_TEXT(r->result, "5");
  CHECK_TEXT(rig_records(r, SHOW_FUNCTION | SHOW_DEPTH),
             "X3 d1 ?2 x(0 x + 1, {...} 6 {3:1='a',2=nil,3='c'})\nX4 d1 ?2 x(1 ... 'a' nil 'c')\n"
             "X5 d1 ?2 x(1 1 + !(evaluation):1: unexpected symbol near <eof>)\n"
             "X6 d1 ?2 x(0 nowhere.y !(evaluation):1: attempt to index a nil value (global 'nowhere'))\n"
             "X7 d1 ?2 x(0  !an expression is wanted, as a string)\nX8 d1 ?2 x(1  !an expression is wanted, as a string)");
  CHECK_NUMBER(lua_gettop(r->ctx->evaluator), 0);
  rig_free(r);
}

static void depth_is_the_callers(void) {
  rig *r = talking();
  CHECK_NUMBER(rig_run(r, "local function f(n)\nif n > 0 then f(n - 1) end\nd.debugprint('n')\nend\nf(2)\nd.debugprint('1')\n"
                          "coroutine.wrap(function() pcall(function()\nd.debugprint('2') end) end)()"), LUA_OK);
  CHECK_TEXT(rig_records(r, SHOW_DEPTH), "X3 d4 x(1 n 0)\nX3 d3 x(1 n 1)\nX3 d2 x(1 n 2)\nX6 d1 x(1 1 1)\nX8@1 d3 x(1 2 2)");
  rig_free(r);
}

static void many_values_do_no_harm(void) {
  rig *r = talking();
  CHECK_NUMBER(rig_run(r, "t = {}\nfor i = 1, 200000 do t[i] = 'x' .. i end\nd.debugprint('t')\nd.debugprint('table.unpack(t, 1, 200000)')\nd.debugprint('1')\nreturn 1"), LUA_OK);
  const char *text = rig_records(r, SHOW_NO_SECTIONS);
  CHECK_TEXT(text, "X3\nX4 cut\nX5");
  rig_free(r);
}

static void values_are_reported_though_stops_are_ignored(void) {
  rig *r = talking();
  r->verbs = "f";
  rig_run(r, "d.debugbreak()\nd.debugbreak()\nd.debugprint('1')\nd.debugtrace('all')\nd.debugbreak('error()')\nreturn 1");
  CHECK_TEXT(r->text, "1!all ");
  CHECK_TEXT(rig_records(r, 0), "X3 x(1 1 1)");
  rig_free(r);
}

static void nothing_is_said_while_the_script_ends(void) {
  rig *r = talking();
  r->verbs = "e";
  rig_run(r, "local t = setmetatable({}, {__gc = function()\nd.debugprint('1') d.debugbreak() d.debugtrace('all') d.debugmode(false)\nend})\nd.debugbreak() t = nil");
  CHECK_TEXT(r->text, "4!");
  CHECK(ldbg_is_ending(r->ctx));
  lua_gc(r->L, LUA_GCCOLLECT, 0);
  CHECK_TEXT(rig_records(r, 0), "");
  CHECK_NUMBER(r->stops, 1);
  ldbg_ended(r->ctx);
  rig_free(r);
}

void test_script_api(void) {
  without_a_debugger_all_do_nothing();
  with_one_they_give_nothing_back_and_never_raise();
  a_table_that_is_there_is_kept();
  without_memory_it_says_so();
  it_stops_at_its_own_line_and_steps_go_on_from_there();
  a_step_onto_it_stops_before_and_at_it();
  its_argument_decides();
  it_stops_wherever_it_is_called();
  an_end_there_cannot_be_caught();
  variables_can_be_seen_and_set_there();
  a_debugger_may_leave_there();
  a_debugger_may_leave_where_a_trace_is_asked_for();
  muted_nothing_stops();
  it_takes_a_step_back_but_no_pause();
  the_next_run_is_not_muted();
  nor_are_coroutines_of_before();
  a_trace_is_asked_for_by_name();
  values_are_reported();
  depth_is_the_callers();
  many_values_do_no_harm();
  values_are_reported_though_stops_are_ignored();
  nothing_is_said_while_the_script_ends();
}
