/* What is written down of each line, call and return: arguments, results, depth, and the variables that changed. */
#include "rig.h"

static const ldbg_value_limits limits = {.depth = 2, .entries = 20, .bytes = 200};
enum { LINES = LDBG_TRACE_LINES, CALLS = LDBG_TRACE_CALLS, VARIABLES = LDBG_TRACE_LINES | LDBG_TRACE_VARIABLES };

static rig *traced(uint32_t what) {
  rig *r = rig_new();
  rig_journal(r);
  ldbg_trace(r->ctx, what, 0, limits);
  return r;
}

static void check_trace(uint32_t what, int show, const char *source, const char *expected, int line) {
  rig *r = traced(what);
  rig_run(r, source);
  check_text(rig_records(r, show), expected, __FILE__, line, source);
  rig_free(r);
}
#define TRACE(what, show, source, expected) check_trace(what, show, source, expected, __LINE__)
/* Where a result is known. */
#define RESULT(text) (ldbg_layout_is_proven() ? " a(" text ")" : "")
static const char *text_of(const char *format, const char *a, const char *b, const char *c, const char *d) {
  static char text[4096];
  snprintf(text, sizeof text, format, a, b, c, d);
  return text;
}

static void lines_are_written_in_order(void) {
  TRACE(LINES, SHOW_FUNCTION | SHOW_DEPTH,
        "local function f(n)\nif n > 0 then f(n - 1) end\nend\nf(1)\nreturn 1",
        "L3 d1 main\nL4 d1 main\nL2 d2 f\nL2 d3 f\nL3 d3 f\nL3 d2 f\nL5 d1 main");
}

static void calls_tell_arguments_and_results(void) {
  TRACE(CALLS, SHOW_FUNCTION | SHOW_DEPTH,
        "local function f(a, b, ...)\nreturn a, ...\nend\nlocal x = f(1, nil, 'v', {2})\nmath.abs(-3)\n",
        text_of("C-1 d1 main a()\nC-1 d2 f a(1 nil 'v' {1:1=2})\nR2 d2 f%s\nC-1 d2 math.abs a(-3)\nR-1 d2 math.abs\nR5 d1 main%s",
                RESULT("1 'v' {1:1=2}"), RESULT(""), "", ""));
}

static void a_tail_call_takes_its_callers_place(void) {
  TRACE(CALLS | LINES, SHOW_FUNCTION | SHOW_DEPTH,
        "local function g(x)\nreturn x + 1\nend\nlocal function f(x)\nreturn g(x)\nend\nlocal r = f(1)\nreturn r",
        text_of("C-1 d1 main a()\nL3 d1 main\nL6 d1 main\nL7 d1 main\nC-1 d2 f a(1)\nL5 d2 f\nT-1 d2 ?1 a(1)\nL2 d2 ?1\nR2 d2 ?1%s\nL8 d1 main\nR8 d1 main%s",
                RESULT("2"), RESULT("2"), "", ""));
}

static void coroutines_are_told_apart(void) {
  TRACE(CALLS | LINES, SHOW_DEPTH,
        "local f = coroutine.wrap(function(a)\nlocal b = coroutine.yield(a)\nreturn b\nend)\nf(1)\nf(2)",
        text_of("C-1 d1 a()\nL1 d1\nL4 d1\nL1 d1\nC-1 d2 a(s:1-4())\nR-1 d2\nL5 d1\nC-1 d2 a(1)\nC-1@1 d1 a(1)\nL2@1 d1\nC-1@1 d2 a(1)\n"
                "R-1 d2\nL6 d1\nC-1 d2 a(2)\nR-1@1 d2\nL3@1 d1\nR3@1 d1%s\nR-1 d2\nR6 d1%s",
                RESULT("2"), RESULT(""), "", ""));
}

static void errors_unwind_without_returns(void) {
  TRACE(CALLS, SHOW_FUNCTION | SHOW_DEPTH,
        "local function bad() error('x', 0) end\nlocal function f() bad() end\npcall(f)\npcall(f)\n",
        text_of("C-1 d1 main a()\nC-1 d2 pcall a(s:2-2())\nC-1 d3 ?2 a()\nC-1 d4 bad a()\nC-1 d5 error a('x' 0)\nR-1 d2 pcall\n"
                "C-1 d2 pcall a(s:2-2())\nC-1 d3 ?2 a()\nC-1 d4 bad a()\nC-1 d5 error a('x' 0)\nR-1 d2 pcall\nR4 d1 main%s", RESULT(""), "", "", ""));
}

static void our_own_handlers_are_not_shown(void) {
  TRACE(CALLS, SHOW_FUNCTION, "error('x', 0)", "C-1 main a()\nC-1 error a('x' 0)");
  rig *r = traced(CALLS);
  rig_break(r, 0, 0, NULL);
  r->any = 0;
  rig_plan(r);
  rig_run(r, "pcall(error, 'x')\nxpcall(error, type, 'y')");
  CHECK_NUMBER(r->stops, 2);
  CHECK_TEXT(rig_records(r, SHOW_FUNCTION),
             text_of("C-1 main a()\nC-1 pcall a(C() 'x')\nC-1 error a('x')\nR-1 pcall\n"
                     "C-1 xpcall a(C() C() 'y')\nC-1 error a('y')\nR-1 xpcall\nR2 main%s", RESULT(""), "", "", ""));
  rig_free(r);
}

static void the_depth_is_that_of_the_stack_as_it_is(void) {
  /* Lua gives back and moves the records of its frames when it collects: that of the last line is soon another's. */
  for (int way = 0; way < 8 * 4 * 3; way++) {
    static const char *const calls[] = {"g()", "pcall(g)", "pcall(pcall, g)"};
    static const char *const collections[] = {"c()", "c() c()", "c() c() c()", "c() c() c() c()"};
    char source[300];
    rig *r = traced(LINES);
    snprintf(source, sizeof source, "local c = collectgarbage local function g()\nreturn 1\nend\n"
             "local function deep(n)\nif n == 0 then error('x') end deep(n - 1) end\npcall(deep, %d) %s %s",
             way / 12, collections[way / 3 % 4], calls[way % 3]);
    rig_run(r, source);
    const char *text = rig_records(r, SHOW_DEPTH), *last = strrchr(text, '\n');
    CHECK_TEXT(last ? last : text, text_of("\nL2 d%s", (const char *[]){"2", "3", "4"}[way % 3], "", "", ""));
    rig_free(r);
  }
}

static void only_what_is_not_too_deep_is_traced(void) {
  static const char source[] = "local function g() return 1 end\nlocal function f(n)\nif n > 0 then f(n - 1) end\nreturn g()\nend\nf(2)\nreturn 1";
  rig *r = rig_new();
  rig_journal(r);
  ldbg_trace(r->ctx, CALLS | LINES, 2, limits);
  rig_run(r, source);
  CHECK_TEXT(rig_records(r, SHOW_DEPTH | SHOW_NO_SECTIONS), "C-1 d1\nL1 d1\nL5 d1\nL6 d1\nC-1 d2\nL3 d2\nL4 d2\nT-1 d2\nL1 d2\nR1 d2\nL7 d1\nR7 d1");
  rig_free(r);
}

/* With the public API alone a stack is walked at each event. */
static void deep_recursion_is_traced_in_time(void) {
  if (!ldbg_layout_is_proven()) return;
  rig *r = traced(CALLS | VARIABLES);
  rig_run(r, "local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end return f(100000)");
  CHECK_TEXT(r->result, "100000");
  CHECK(strlen(rig_records(r, SHOW_DEPTH | SHOW_NO_SECTIONS)) > 1000);
  rig_free(r);
}

static void a_stack_is_written_from_the_top(void) {
  TRACE(LINES | LDBG_TRACE_STACK, 0,
        "local function g()\nreturn 1\nend local function f()\nreturn g() end\npcall(f)",
        "L3 s(main:3)\nL4 s(main:4)\nL5 s(main:5)\nL4 s(?3:4 pcall:-1 main:5)\nL2 s(?1:2t pcall:-1 main:5)");
  rig *r = traced(LINES | LDBG_TRACE_STACK);
  rig_run(r, "local function f(n)\nif n > 0 then f(n - 1) end\nend f(150)");
  CHECK(strstr(rig_records(r, SHOW_NO_SECTIONS), "L2 cut") != NULL); /* only the innermost are told */
  rig_free(r);
}

static void watches_are_evaluated_in_each_line(void) {
  rig *r = traced(LINES | LDBG_TRACE_WATCHES);
  CHECK_NUMBER(ldbg_watches_add(r->ctx, "x", 1), 0);
  CHECK_NUMBER(ldbg_watches_add(r->ctx, "y.z", 3), 1);
  CHECK_NUMBER(ldbg_watches_add(r->ctx, "1 +", 3), 2);
  rig_run(r, "local x = 5\nlocal y = {z = x}\nreturn x");
  CHECK_TEXT(rig_records(r, 0),
             "L1 w(0 x=nil 1 y.z=!(evaluation):1: attempt to index a nil value (global 'y') 2 1 +=!(evaluation):1: unexpected symbol near <eof>)\n"
             "L2 w(0 x=5 1 y.z=!(evaluation):1: attempt to index a nil value (global 'y') 2 1 +=!(evaluation):1: unexpected symbol near <eof>)\n"
             "L3 w(0 x=5 1 y.z=5 2 1 +=!(evaluation):1: unexpected symbol near <eof>)");
  ldbg_watches_clear(r->ctx);
  rig_run(r, "local x = 5");
  CHECK_TEXT(rig_records(r, 0), "L1 w()");
  rig_free(r);
}

/* ---- Variables -------------------------------------------------------------------------------------------------------------- */

static void changes_of_locals_are_written(void) {
  TRACE(VARIABLES, 0, "local a = 1\nlocal b = 'x'\na = 2\nb = b .. 'y'\na = 2.0\nreturn a",
        "L1\nL2 v(a=1)\nL3 v(b='x')\nL4 v(a=2<1)\nL5 v(b='xy'<'x')\nL6 v(a=2.0000<2)");
}

static void parameters_are_new_in_the_first_line(void) {
  TRACE(VARIABLES, 0, "local function f(p, q)\nlocal s = p\ns = nil\nend\nf(1)\nf(1, {})",
        "L4\nL5 v(f=s:1-4())\nL2 v(p p=1 p q=nil)\nL3 v(s=1)\nL4 v(s=nil<1)\nL6\nL2 v(p p=1 p q={0})\nL3 v(s=1)\nL4 v(s=nil<1)");
}

static void the_last_lines_changes_come_with_the_return(void) {
  TRACE(VARIABLES, 0, "local x = 0\nlocal function f(a)\na = 5 x = 7 end\nf(1)",
        "L1\nL3 v(x=0)\nL4 v(f=s:2-3())\nL3 v(p a=1)\nR3 v(u x=7<0 p a=5<1)\nR4 v(x=7<0)");
}

static void upvalues_are_seen_where_they_are_used(void) {
  TRACE(VARIABLES, 0, "local x, t = 0, {}\nlocal function f()\nx = x + 1\nt.k = x\nend\nf()\nx = 9\nf()",
        "L1\nL5 v(x=0 t={0})\nL6 v(f=s:2-5())\nL3\nL4 v(u x=1<0)\nL5\nL7 v(x=1<0)\nL8 v(x=9<1)\nL3\nL4 v(u x=10<9)\nL5\nR8 v(x=10<9)");
}

static void variables_of_the_same_name_and_of_loops(void) {
  TRACE(VARIABLES, 0, "local a = 1\ndo\nlocal a = 2\na = 3\nend\na = 4\nfor i = 1, 2 do\nlocal a = i\nend\nreturn a",
        "L1\nL3 v(a=1)\nL4 v(a=2)\nL6\nL7 v(a=4<1)\nL8 v(i=1)\nL7\nL8 v(i=2)\nL7\nL10");
}

static void each_call_of_a_function_has_its_own(void) {
  /* Siblings use the same place on the stack, also when an error has unwound the one before. */
  TRACE(VARIABLES, 0, "local function f(n)\nlocal k = n\nif k == 2 then error('x') end\nreturn k\nend\nf(1) pcall(f, 2) f(3)",
        "L5\nL6 v(f=s:1-5())\nL2 v(p n=1)\nL3 v(k=1)\nL4\nL2 v(p n=2)\nL3 v(k=2)\nL2 v(p n=3)\nL3 v(k=3)\nL4");
}

static void recursion_keeps_each_frames_values(void) {
  TRACE(VARIABLES, 0, "local function f(n)\nlocal k = n\nif n > 1 then f(n - 1) end\nk = k + 10\nend\nf(2)",
        "L5\nL6 v(f=s:1-5())\nL2 v(p n=2)\nL3 v(k=2)\nL2 v(p n=1)\nL3 v(k=1)\nL4\nL5 v(k=11<1)\nL4\nL5 v(k=12<2)");
}

static void tail_calls_forget_their_callers(void) {
  TRACE(VARIABLES, 0, "local function g(a)\nlocal b = a\nreturn b\nend\nlocal function f(a)\nlocal c = a\nreturn g(a + 1)\nend\nf(1) f(5)",
        "L4\nL8 v(g=s:1-4())\nL9 v(f=s:5-8())\nL6 v(p a=1)\nL7 v(c=1)\nL2 v(p a=2)\nL3 v(b=2)\nL6 v(p a=5)\nL7 v(c=5)\nL2 v(p a=6)\nL3 v(b=6)");
}

static void each_coroutine_has_its_own(void) {
  TRACE(VARIABLES, 0, "local function body(n)\nfor i = 1, 2 do\nn = n + 1\ncoroutine.yield()\nend\nend\n"
                      "local a, b = coroutine.wrap(body), coroutine.wrap(body)\na(10) b(20) a() b()",
        "L6\nL7 v(body=s:1-6())\nL8 v(a=C() b=C())\nL2@1 v(p n=10)\nL3@1 v(i=1)\nL4@1 v(p n=11<10)\nL2@2 v(p n=20)\nL3@2 v(i=1)\nL4@2 v(p n=21<20)\n"
        "L2@1\nL3@1 v(i=2)\nL4@1 v(p n=12<11)\nL2@2\nL3@2 v(i=2)\nL4@2 v(p n=22<21)");
}

static void what_was_there_before_is_not_new(void) {
  rig *r = rig_new();
  rig_journal(r);
  CHECK_NUMBER(ldbg_install_script_api(r->L, "d"), LDBG_OK);
  CHECK_NUMBER(rig_run(r, "local x, y = 1, 2\nd.debugtrace('all')\nx = 3\nlocal z = 4\nreturn x"), LUA_OK);
  CHECK_TEXT(rig_records(r, 0), ""); /* nobody listened */
  rig_free(r);
}

static void start(void *host, const char *mode) {
  rig *r = host;
  bool off = strcmp(mode, "off") == 0;
  ldbg_trace(r->ctx, off ? 0 : VARIABLES, 0, limits);
}

static rig *script_traced(void) {
  rig *r = rig_bare();
  r->callbacks.traced = start;
  rig_attach(r);
  rig_journal(r);
  CHECK_NUMBER(ldbg_install_script_api(r->L, "d"), LDBG_OK);
  return r;
}

static void a_trace_begins_in_the_middle(void) {
  rig *r = script_traced();
  CHECK_NUMBER(rig_run(r, "local x, y = 1, 2\nd.debugtrace('all')\nx = 3\nlocal z = 4\nd.debugtrace('off')\nz = 5\nd.debugtrace('all')\nz = 6\nreturn x"), LUA_OK);
  CHECK_TEXT(rig_records(r, 0), "L3\nL4 v(x=3<1)\nL5 v(z=4)\nL8\nL9 v(z=6<5)");
  CHECK_NUMBER(ldbg_armed_coroutines(r->ctx), 1); /* the trace goes on */
  rig_free(r);
}

static void muted_nothing_is_traced_and_nothing_mixed_up(void) {
  rig *r = script_traced();
  ldbg_trace(r->ctx, VARIABLES | CALLS, 0, limits);
  CHECK_NUMBER(rig_run(r, "local function f(n)\nif n then\nd.debugmode(n > 1)\nend\nlocal k = n\nk = 0\nend\nf(1) f(2)\nreturn 1"), LUA_OK);
  CHECK_TEXT(rig_records(r, SHOW_FUNCTION),
             text_of("C-1 main a()\nL7 main\nL8 main v(f=s:1-7())\nC-1 f a(1)\nL2 f v(p n=1)\nL3 f\nC-1 debugmode a(false)\n"
                     "R-1 debugmode\nL5 f\nL6 f v(k=2)\nL7 f v(k=0<2)\nR7 f%s\nL9 main\nR9 main%s", RESULT(""), RESULT("1"), "", ""));
  rig_free(r);
}

static void nothing_is_traced_while_something_is_evaluated(void) {
  rig *r = traced(VARIABLES | CALLS | LDBG_TRACE_WATCHES);
  ldbg_watches_add(r->ctx, "f(1)", 4);
  rig_break(r, 4, 0, "f(2) == 3");
  rig_plan(r);
  rig_run(r, "local co = coroutine.wrap(function() while true do coroutine.yield(1) end end)\nfunction f(x) co()\nreturn x + 1 end\nlocal y = 1");
  CHECK_NUMBER(r->stops, 1);
  const char *text = rig_records(r, SHOW_FUNCTION | SHOW_NO_SECTIONS);
  CHECK_TEXT(text, "C-1 main\nL1 main\nC-1 coroutine.wrap\nR-1 coroutine.wrap\nL3 main\nL2 main\nL4 main\nR4 main");
  rig_free(r);
}

static void a_trace_goes_on_when_stops_are_ignored(void) {
  rig *r = traced(LINES);
  rig_break(r, 2, 0, NULL);
  rig_plan(r);
  r->verbs = "f";
  rig_run(r, "for i = 1, 2 do\nlocal x = i\nend\nreturn 1");
  CHECK_TEXT(r->visited, "2");
  CHECK_TEXT(rig_records(r, 0), "L1\nL2\nL1\nL2\nL1\nL4");
  rig_free(r);
}

static uint32_t judge(void *host, uint32_t function) {
  ldbg_function_info info;
  rig *r = host;
  r->number++;
  CHECK(ldbg_journal_function(r->journal, function, &info));
  return info.first == 1 ? LDBG_FUNCTION_SKIPPED : LDBG_FUNCTION_TRACED;
}

static void functions_may_be_left_out(void) {
  static const char source[] = "local function lib()\nreturn 1\nend local function f()\nlib() lib()\nend\nfor i = 1, 3 do f() end\nreturn 1";
  rig *r = rig_bare();
  r->callbacks.judge = judge;
  rig_attach(r);
  rig_journal(r);
  ldbg_judge(r->ctx, true, true);
  ldbg_trace(r->ctx, LINES | CALLS, 0, limits);
  rig_walk(r, "i", source);
  CHECK_TEXT(r->visited, "3 5 6 6 4 5 6 4 5 6 4 5 7");
  CHECK_NUMBER(r->number, 3); /* each function once */
  const char *text = rig_records(r, SHOW_FUNCTION | SHOW_NO_SECTIONS);
  CHECK(strstr(text, "lib") == NULL && strstr(text, "L2") == NULL && strstr(text, "C-1 f") != NULL);
  ldbg_judge(r->ctx, false, false);
  rig_walk(r, "i", source);
  CHECK(strstr(r->visited, "4 2 2 5") != NULL);
  rig_free(r);
}

static void the_scripts_return_hook_sees_no_line(void) {
  static const char source[] = "local log = {}\nlocal function f() end\ndebug.sethook(function(e, l) log[#log + 1] = e .. tostring(l) end, 'r')\nf()\nmath.abs(1)\ndebug.sethook()\nreturn table.concat(log, ' ')";
  rig *plain = rig_bare(), *r = traced(VARIABLES | CALLS);
  rig_run_hosted(plain, source);
  rig_run(r, source);
  CHECK_TEXT(r->result, plain->result);
  rig_free(plain);
  rig_free(r);
}

static void records_have_serial_numbers_without_gaps(void) {
  rig *r = traced(VARIABLES | CALLS);
  rig_run(r, "for i = 1, 100 do local x = math.abs(i) end");
  uint64_t finished, last = 0;
  char *bytes = malloc(1 << 21);
  size_t size = ldbg_journal_read(r->journal, bytes, 1 << 21, &finished);
  uint64_t time = 0;
  for (size_t at = 0; at < size;) {
    ldbg_record record;
    memcpy(&record, bytes + at, sizeof record);
    CHECK_NUMBER(record.serial, last + 1);
    CHECK(record.time >= time);
    last = record.serial;
    time = record.time;
    at += record.size;
  }
  CHECK_NUMBER(finished, last);
  CHECK(last > 200);
  free(bytes);
  rig_free(r);
}

/* A trace of lines alone is written briefly; with stacks each record is whole. Both say the same. What is lost leaves a gap, and
 * what comes after it is right again: the ring is small, and read whenever the script calls `math.abs`. */
typedef struct told {
  int line;
  uint32_t function, depth, coroutine;
  uint64_t serial;
} told;
static struct { told list[1 << 15]; size_t count; rig *rig; uint64_t finished; } telling;

static void read_told(void) {
  static char bytes[1 << 20];
  size_t size = ldbg_journal_read(telling.rig->journal, bytes, sizeof bytes, &telling.finished);
  for (size_t at = 0; at < size;) {
    ldbg_record record;
    memcpy(&record, bytes + at, sizeof record);
    at += record.size;
    if (record.kind != LDBG_RECORD_LINE) continue;
    telling.list[telling.count++] = (told){record.line, record.function, record.depth, record.coroutine, record.serial};
  }
}

static int read_now(lua_State *L) {
  (void)L;
  read_told();
  return 0;
}

static size_t tell(uint32_t what, size_t ring, told *list) {
  static const char source[] =
      "local function fact(n)\nif n < 2 then\nreturn 1\nend\nlocal rest = fact(n - 1)\nreturn n * rest\nend\n"
      "local co = coroutine.wrap(function()\nfor i = 1, 300 do\ncoroutine.yield(fact(i % 7))\nend\nend)\n"
      "local t = 0\nfor i = 1, 250 do\nt = t + co()\nif i % 50 == 0 then\nread()\nend\n"
      "pcall(function()\nlocal x = fact(3)\nerror(x)\nend)\nend\nreturn t";
  rig *r = rig_new();
  rig_journal(r);
  CHECK(ldbg_journal_resize(r->journal, ring));
  telling.rig = r;
  telling.count = 0;
  lua_pushcfunction(r->L, read_now);
  lua_setglobal(r->L, "read");
  ldbg_trace(r->ctx, what, 0, limits);
  rig_run(r, source);
  read_told();
  memcpy(list, telling.list, telling.count * sizeof *list);
  rig_free(r);
  return telling.count;
}

static void lines_alone_are_told_briefly_and_the_same(void) {
  static told whole[1 << 15], brief[1 << 15], some[1 << 15];
  size_t count = tell(LINES | LDBG_TRACE_STACK, 1 << 22, whole);
  CHECK(count > 5000);
  CHECK_NUMBER(tell(LINES, 1 << 22, brief), count);
  CHECK(memcmp(whole, brief, count * sizeof *whole) == 0);
  size_t kept = tell(LINES, 1 << 12, some);
  CHECK(kept > 100 && kept < count);
  CHECK_NUMBER(telling.finished, count);
  for (size_t i = 0; i < kept; i++) {
    CHECK(some[i].serial >= 1 && some[i].serial <= count);
    CHECK(memcmp(&some[i], &whole[some[i].serial - 1], sizeof *some) == 0);
  }
}

static void what_is_too_large_is_cut(void) {
  rig *r = rig_new();
  rig_journal(r);
  ldbg_trace(r->ctx, VARIABLES | CALLS, 0, (ldbg_value_limits){.depth = 2, .entries = 20, .bytes = 1 << 20});
  rig_run(r, "local function f(...)\nlocal a, b, c = ...\nend\nlocal s = ('x'):rep(30000)\nf(s, s, s, s)\nreturn 1");
  const char *text = rig_records(r, SHOW_NO_SECTIONS);
  CHECK_TEXT(text, "C-1\nL3\nL4\nC-1\nR-1\nL5\nC-1 cut\nL2\nL3 cut\nR3\nL6\nR6");
  rig_free(r);
}

void test_tracing(void) {
  lines_are_written_in_order();
  calls_tell_arguments_and_results();
  a_tail_call_takes_its_callers_place();
  coroutines_are_told_apart();
  errors_unwind_without_returns();
  our_own_handlers_are_not_shown();
  the_depth_is_that_of_the_stack_as_it_is();
  only_what_is_not_too_deep_is_traced();
  deep_recursion_is_traced_in_time();
  a_stack_is_written_from_the_top();
  watches_are_evaluated_in_each_line();
  changes_of_locals_are_written();
  parameters_are_new_in_the_first_line();
  the_last_lines_changes_come_with_the_return();
  upvalues_are_seen_where_they_are_used();
  variables_of_the_same_name_and_of_loops();
  each_call_of_a_function_has_its_own();
  recursion_keeps_each_frames_values();
  tail_calls_forget_their_callers();
  each_coroutine_has_its_own();
  what_was_there_before_is_not_new();
  a_trace_begins_in_the_middle();
  muted_nothing_is_traced_and_nothing_mixed_up();
  nothing_is_traced_while_something_is_evaluated();
  a_trace_goes_on_when_stops_are_ignored();
  functions_may_be_left_out();
  the_scripts_return_hook_sees_no_line();
  records_have_serial_numbers_without_gaps();
  lines_alone_are_told_briefly_and_the_same();
  what_is_too_large_is_cut();
}
