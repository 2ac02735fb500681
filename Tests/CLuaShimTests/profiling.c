/* The profile: exact counts are those of a plain hook, the tree is that of the calls, samples come as often as they should. */
#include "rig.h"

/* ---- Exact: what a hook of our own counts without a debugger ---------------------------------------------------------------- */

enum { LINES = 64 };
typedef struct counts {
  uint64_t hits[LINES];      /* by line */
  uint64_t calls[LINES + 1]; /* of Lua functions by the line where they begin; last, of C functions */
} counts;

static counts counted;
static uint64_t instructions;

static void count(lua_State *L, lua_Debug *ar) {
  if (ar->event == LUA_HOOKCOUNT) instructions++;
  if (ar->event == LUA_HOOKLINE) counted.hits[ar->currentline % LINES]++;
  if (ar->event != LUA_HOOKCALL && ar->event != LUA_HOOKTAILCALL) return;
  lua_getinfo(L, "S", ar);
  counted.calls[*ar->what == 'C' ? LINES : *ar->what == 'm' ? 0 : ar->linedefined % LINES]++;
}

static void count_plainly(const char *source) {
  rig *r = rig_bare();
  memset(&counted, 0, sizeof counted);
  instructions = 0;
  rig_load(r, source);
  lua_sethook(r->L, count, LUA_MASKCALL | LUA_MASKLINE | LUA_MASKCOUNT, 1);
  lua_pcall(r->L, 0, 0, 0);
  lua_sethook(r->L, NULL, 0, 0);
  lua_settop(r->L, 0);
  rig_free(r);
}

typedef struct profile {
  ldbg_profile_node *nodes;
  ldbg_profile_line *lines;
  size_t node_count, line_count;
  uint64_t self;
} profile;

static profile read_profile(rig *r) {
  profile p = {.node_count = ldbg_profile_nodes(r->ctx, NULL, 0), .line_count = ldbg_profile_lines(r->ctx, NULL, 0)};
  p.nodes = calloc(p.node_count + 1, sizeof *p.nodes);
  p.lines = calloc(p.line_count + 1, sizeof *p.lines);
  CHECK_NUMBER(ldbg_profile_nodes(r->ctx, p.nodes, p.node_count), p.node_count);
  CHECK_NUMBER(ldbg_profile_lines(r->ctx, p.lines, p.line_count), p.line_count);
  for (size_t i = 0; i < p.node_count; i++) {
    CHECK(i == 0 || p.nodes[i].parent < i);
    p.self += p.nodes[i].self;
  }
  return p;
}

static void free_profile(profile *p) {
  free(p->nodes);
  free(p->lines);
}

static int begins_at(rig *r, uint32_t function) {
  ldbg_function_info info = {0};
  CHECK(ldbg_journal_function(r->journal, function, &info));
  return info.is_c ? LINES : info.first;
}

static rig *profiled(int mode, int period) {
  rig *r = rig_new();
  rig_journal(r);
  CHECK(ldbg_profile(r->ctx, mode, period));
  return r;
}

static void check_exact(rig *r, const char *source) {
  counts found = {0};
  profile p = read_profile(r);
  for (size_t i = 0; i < p.line_count; i++) {
    CHECK(begins_at(r, p.lines[i].function) < LINES);
    found.hits[p.lines[i].line % LINES] += p.lines[i].hits;
  }
  for (size_t i = 1; i < p.node_count; i++) found.calls[begins_at(r, p.nodes[i].function)] += p.nodes[i].calls;
  for (int i = 0; i <= LINES; i++) {
    if (i < LINES && found.hits[i] != counted.hits[i]) {
      check(false, __FILE__, __LINE__, source);
      fprintf(stderr, "  line %d: %llu hits, not %llu\n", i, (unsigned long long)counted.hits[i], (unsigned long long)found.hits[i]);
    }
    if (found.calls[i] != counted.calls[i]) {
      check(false, __FILE__, __LINE__, source);
      fprintf(stderr, "  function at %d: %llu calls, not %llu\n", i, (unsigned long long)counted.calls[i], (unsigned long long)found.calls[i]);
    }
  }
  CHECK(memcmp(&found, &counted, sizeof found) == 0);
  CHECK(p.self > 0 && !ldbg_profile_is_cut(r->ctx));
  CHECK_NUMBER(p.nodes[0].calls, 0);
  free_profile(&p);
}

static const char *const scripts[] = {
    "local function f(n)\nif n < 2 then return n end\nreturn f(n - 1) + f(n - 2)\nend\nreturn f(12)",
    "local function loop(n)\nif n == 0 then return 0 end\nreturn loop(n - 1)\nend\nlocal function last(n)\nreturn tostring(n)\nend\nreturn loop(50), last(3)",
    "local function bad(n)\nif n == 0 then error('x') end\nbad(n - 1)\nend\nlocal function fine() return 1 end\n"
    "for i = 1, 20 do\npcall(bad, i % 7) fine()\nxpcall(bad, fine, i % 5)\nselect(2, pcall(pcall, bad, 3))\nend\nreturn fine()",
    "local function body(n)\nfor i = 1, n do\ncoroutine.yield(i)\nend\nerror('x')\nend\nfor i = 1, 5 do\nlocal co = coroutine.create(body)\n"
    "while coroutine.resume(co, i) do end\nlocal g = coroutine.wrap(function()\nbody(3) end)\ng() g()\nend\ncollectgarbage()\nreturn 1",
    "local t = setmetatable({}, {__index = function(t, k)\nreturn k\nend, __add = function(a, b) return 1 end})\n"
    "for i = 1, 10 do\nlocal x = t[i] + (t + t)\nend\ntable.sort({3, 2, 1, 5, 4}, function(a, b)\nreturn a < b end)\n"
    "local s = ('abc'):gsub('.', function(c) return c:upper() end)\nreturn load('return 1')()",
};

static void exact_counts_are_those_of_a_plain_hook(void) {
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
    count_plainly(scripts[i]);
    rig *r = profiled(LDBG_PROFILE_EXACT, 0);
    rig_run(r, scripts[i]);
    check_exact(r, scripts[i]);
    rig_free(r);
    r = profiled(LDBG_PROFILE_EXACT, 0); /* and while stepping, tracing, recording, watching */
    CHECK(ldbg_recorder(r->ctx, 100));
    ldbg_trace(r->ctx, LDBG_TRACE_LINES | LDBG_TRACE_CALLS | LDBG_TRACE_VARIABLES, 0, (ldbg_value_limits){1, 10, 50});
    rig_watch(r, "n == -1", false);
    rig_break(r, 0, 0, NULL);
    r->any = 1;
    rig_plan(r);
    rig_walk(r, "i", scripts[i]);
    check_exact(r, scripts[i]);
    rig_free(r);
  }
}

static void an_error_that_nobody_catches_is_counted_like_any(void) {
  static const char source[] = "local function f()\nerror('x')\nend\nf()";
  count_plainly(source);
  rig *r = profiled(LDBG_PROFILE_EXACT, 0);
  CHECK_NUMBER(rig_run(r, source), LUA_ERRRUN);
  check_exact(r, source);
  rig_free(r);
}

/* ---- The tree --------------------------------------------------------------------------------------------------------------- */

/* "main(f:3*2(g:1*4))": callees with the line they were called from and how often. */
static void tell(rig *r, const profile *p, uint32_t node, char *text, size_t size) {
  bool any = false;
  for (size_t i = 1; i < p->node_count; i++) {
    ldbg_function_info info = {.name = ""};
    if (p->nodes[i].parent != node || i == node) continue;
    ldbg_journal_function(r->journal, p->nodes[i].function, &info);
    snprintf(text + strlen(text), size - strlen(text), "%s%s", any ? " " : node ? "(" : "", *info.name ? info.name : info.first ? "?" : "main");
    snprintf(text + strlen(text), size - strlen(text), ":%d*%u", p->nodes[i].line, p->nodes[i].calls);
    tell(r, p, (uint32_t)i, text, size);
    any = true;
  }
  if (any && node) strncat(text, ")", size - strlen(text) - 1);
}

static void check_tree(const char *source, const char *expected, int line) {
  char text[1000] = "";
  rig *r = profiled(LDBG_PROFILE_EXACT, 0);
  rig_run(r, source);
  profile p = read_profile(r);
  tell(r, &p, 0, text, sizeof text);
  check_text(text, expected, __FILE__, line, source);
  free_profile(&p);
  rig_free(r);
}
#define TREE(source, expected) check_tree(source, expected, __LINE__)

static void the_tree_is_that_of_the_calls(void) {
  TREE("local function g() end\nlocal function f()\ng() g()\nend\nf()\nf() g()", "main:0*1(f:5*1(g:3*2) f:6*1(g:3*2) g:6*1)");
  TREE("local function r(n)\nif n > 0 then r(n - 1) end end\nr(2)", "main:0*1(r:3*1(r:2*1(r:2*1)))");
  TREE("local function g() end\nlocal function f()\nreturn g()\nend\nf()", "main:0*1(f:5*1 ?:5*1)");
  TREE("local function loop(n)\nif n > 0 then\nreturn loop(n - 1) end end\nloop(9)", "main:0*1(loop:4*10)");
  TREE("local function bad()\nerror('x') end\nlocal function g() end\npcall(bad) g()", "main:0*1(pcall:4*1(?:0*1(error:2*1)) g:4*1)");
  TREE("local function g() end\nlocal f = coroutine.wrap(function()\ng()\ncoroutine.yield()\ng() end)\nf()\nf()",
       "main:0*1(coroutine.wrap:2*1 f:6*1 f:7*1) ?:0*1(g:3*1 coroutine.yield:4*1 g:5*1)");
}

static void start_or_stop(void *host, const char *mode) {
  rig *r = host;
  CHECK(ldbg_profile(r->ctx, strcmp(mode, "off") == 0 ? LDBG_PROFILE_OFF : LDBG_PROFILE_EXACT, 0));
}

static void a_profile_begins_and_ends_in_the_middle(void) {
  char text[1000] = "";
  rig *r = rig_bare();
  r->callbacks.traced = start_or_stop;
  rig_attach(r);
  rig_journal(r);
  CHECK_NUMBER(ldbg_install_script_api(r->L, "d"), LDBG_OK);
  rig_run(r, "local function g() end\nlocal function f()\ng()\nd.debugtrace('all')\ng() g()\nend\npcall(f)\ng()\nd.debugtrace('off')\ng()");
  profile p = read_profile(r);
  tell(r, &p, 0, text, sizeof text);
  CHECK(strstr(text, "g:5*2") != NULL && strstr(text, "g:8*1") != NULL && strstr(text, "g:3") == NULL && strstr(text, "g:10") == NULL);
  free_profile(&p);
  rig_run(r, "d.debugtrace('all')\nlocal x"); /* counts from zero */
  p = read_profile(r);
  CHECK_NUMBER(p.line_count, 1);
  free_profile(&p);
  rig_free(r);
}

static void muted_nothing_is_counted_and_nothing_mixed_up(void) {
  static const char source[] = "local function f()\nd.debugmode(false)\nend\nlocal function g()\nd.debugmode(true)\nlocal x = 1\nend\nf() g()\nreturn 1";
  rig *r = profiled(LDBG_PROFILE_EXACT, 0);
  CHECK_NUMBER(ldbg_install_script_api(r->L, "d"), LDBG_OK);
  rig_run(r, source);
  profile p = read_profile(r);
  for (size_t i = 0; i < p.line_count; i++)
    if (p.lines[i].line == 6) CHECK_NUMBER(begins_at(r, p.lines[i].function), 4);
  free_profile(&p);
  rig_free(r);
}

static void a_table_that_is_full_counts_what_it_knows(void) {
  if (!ldbg_layout_is_proven()) return; /* it knows nothing of Lua: once is enough */
  rig *r = profiled(LDBG_PROFILE_EXACT, 0);
  /* A chunk of its own for each line: too many to keep. */
  rig_run(r, "local s = {} for i = 1, 140000 do s[i] = 'x=1' end load(table.concat(s, '\\n'))()\nlocal n = 0\nfor i = 1, 10 do\nn = n + 1\nend");
  CHECK(ldbg_profile_is_cut(r->ctx));
  profile p = read_profile(r);
  uint64_t hits = 0;
  for (size_t i = 0; i < p.line_count; i++)
    if (p.lines[i].line == 1) hits += p.lines[i].hits;
  CHECK(hits >= 2);
  free_profile(&p);
  rig_run(r, "local s\nx = 1\n");
  p = read_profile(r);
  uint64_t again = 0;
  for (size_t i = 0; i < p.line_count; i++)
    if (p.lines[i].line == 1) again += p.lines[i].hits;
  CHECK(again > hits);
  free_profile(&p);
  rig_free(r);
}

/* ---- Sampling --------------------------------------------------------------------------------------------------------------- */

static const char work[] =
    "local function hot()\nlocal n = 0\nfor i = 1, 300 do n = n + i end\nreturn n\nend\nlocal function cold()\nreturn 1\nend\n"
    "local co = coroutine.wrap(function()\nwhile true do hot()\ncoroutine.yield() end end)\nfor i = 1, 100 do hot() cold() co() pcall(hot) end";

static void samples_come_once_in_so_many_instructions(void) {
  static const int periods[] = {1, 10, 100, 1000};
  count_plainly(work);
  for (int i = 0; i < 4; i++) {
    rig *r = profiled(LDBG_PROFILE_SAMPLING, periods[i]);
    rig_run(r, work);
    profile p = read_profile(r);
    uint64_t hits = 0, self = 0, hot = 0, wanted = instructions / (uint64_t)periods[i];
    for (size_t k = 0; k < p.line_count; k++) {
      hits += p.lines[k].hits;
      self += p.lines[k].self;
      if (p.lines[k].line == 3) hot += p.lines[k].hits;
    }
    CHECK_NUMBER(hits, p.self);
    CHECK_NUMBER(self, p.self);
    CHECK(p.self + wanted / 20 + 5 >= wanted && p.self <= wanted + wanted / 20 + 5);
    CHECK(hot * 10 > hits * 9);
    CHECK_NUMBER(ldbg_read_counts(r->ctx).events[LUA_HOOKLINE] + ldbg_read_counts(r->ctx).events[LUA_HOOKCALL], 0);
    free_profile(&p);
    rig_free(r);
  }
}

static void samples_are_taken_beside_everything_else(void) {
  count_plainly(work);
  rig *r = profiled(LDBG_PROFILE_SAMPLING, 100);
  rig_break(r, 4, 1, "n == 0");
  rig_plan(r);
  rig_run(r, work);
  profile p = read_profile(r);
  if (ldbg_layout_is_proven()) CHECK(p.self * 100 > instructions * 9 / 10); /* else the countdown begins anew with each change of mask */
  CHECK_NUMBER(r->stops, 0);
  free_profile(&p);
  CHECK(ldbg_profile(r->ctx, LDBG_PROFILE_OFF, 0));
  rig_run(r, work);
  profile q = read_profile(r);
  CHECK_NUMBER(q.self, p.self); /* kept, and not counted on */
  free_profile(&q);
  rig_free(r);
}

static void the_scripts_count_hook_is_not_disturbed(void) {
  static const char source[] =
      "local log = {}\nlocal function hook(e, l) log[#log + 1] = e:sub(1, 1) .. debug.getinfo(2, 'l').currentline end\n"
      "local function f(n)\nlocal s = 0\nfor i = 1, n do\ns = s + i\nend\nreturn s\nend\n"
      "f(10)\ndebug.sethook(hook, '%s', %d)\nfor i = 1, 10 do f(i) pcall(error)\ncoroutine.wrap(f)(i) end\ndebug.sethook()\nf(20)\nreturn table.concat(log, ' ')";
  static const struct { const char *mask; int count; } hooks[] = {{"", 1}, {"", 7}, {"l", 0}, {"cr", 0}, {"lcr", 13}};
  static const int periods[] = {1, 3, 7, 100};
  for (size_t i = 0; i < sizeof hooks / sizeof *hooks; i++) {
    char text[1000];
    if (hooks[i].count > 1 && !ldbg_layout_is_proven()) continue;
    snprintf(text, sizeof text, source, hooks[i].mask, hooks[i].count);
    rig *plain = rig_bare();
    rig_run_hosted(plain, text);
    CHECK(strlen(plain->result) > 50);
    for (int k = 0; k < 5; k++) {
      rig *r = k < 4 ? profiled(LDBG_PROFILE_SAMPLING, periods[k]) : profiled(LDBG_PROFILE_EXACT, 0);
      rig_run(r, text);
      check_text(r->result, plain->result, __FILE__, __LINE__, hooks[i].mask);
      CHECK(ldbg_profile_lines(r->ctx, NULL, 0) > 0);
      rig_free(r);
    }
    rig_free(plain);
  }
}

/* A sample is taken in the middle of a line: Lua must not tell of that line again, though functions are looked up then. */
static void samples_make_no_lines(void) {
  static const char source[] = "local t = {3, 1, 2}\n"
                               "table.sort(t, function(a, b)\n"
                               "return math.max(a, b) == b\n"
                               "end)\n"
                               "local s = string.gsub('abc', '.', function(c)\n"
                               "return string.upper(c) .. tostring(#c)\n"
                               "end) pcall(error, 'x') pcall(string.rep) print = s:rep(2)\n"
                               "return s";
  char plain[1 << 12];
  for (int period = 0; period < 30; period++) {
    rig *r = rig_new();
    rig_journal(r);
    ldbg_trace(r->ctx, LDBG_TRACE_LINES, 0, (ldbg_value_limits){.depth = 1, .entries = 20, .bytes = 200});
    if (period > 0) CHECK(ldbg_profile(r->ctx, LDBG_PROFILE_SAMPLING, period));
    CHECK_NUMBER(rig_run(r, source), LUA_OK);
    if (period == 0) snprintf(plain, sizeof plain, "%s", rig_records(r, SHOW_NO_SECTIONS));
    else CHECK_TEXT(rig_records(r, SHOW_NO_SECTIONS), plain);
    rig_free(r);
  }
}

/* What is called from a function that holds a breakpoint, and what that returns to, may want other events: a sample there must not see to
 * that in the middle of a line, where it would begin anew. */
static void samples_begin_no_line_anew(void) {
  static const char source[] = "local function f(...)\nlocal x = ...\nreturn x\nend\n"
                               "local function g(...)\nprint = type(pcall(function(...)\nreturn type(f(1))\nend))\nreturn ...\nend\n"
                               "g() g(2)\nreturn 3";
  char plain[256] = "";
  for (int period = 0; period < 30; period++) {
    rig *r = rig_new();
    if (period > 0) CHECK(ldbg_profile(r->ctx, LDBG_PROFILE_SAMPLING, period));
    rig_watch(r, "...", true);
    rig_break(r, 3, 1, NULL);
    rig_plan(r);
    const char *walk = rig_walk(r, "c", source);
    if (period == 0) snprintf(plain, sizeof plain, "%s", walk);
    else CHECK_TEXT(walk, plain);
    rig_free(r);
  }
}

void test_profiling(void) {
  samples_make_no_lines();
  samples_begin_no_line_anew();
  exact_counts_are_those_of_a_plain_hook();
  an_error_that_nobody_catches_is_counted_like_any();
  the_tree_is_that_of_the_calls();
  a_profile_begins_and_ends_in_the_middle();
  muted_nothing_is_counted_and_nothing_mixed_up();
  a_table_that_is_full_counts_what_it_knows();
  samples_come_once_in_so_many_instructions();
  samples_are_taken_beside_everything_else();
  the_scripts_count_hook_is_not_disturbed();
}
