/* Steps: the lines that into, over, out and until visit, through every way in which Lua can enter and leave a function. */
#include "rig.h"

typedef struct walk {
  const char *what, *verbs, *visited;
} walk;

static void walk_all(const char *source, const walk *walks, size_t count) {
  for (size_t i = 0; i < count; i++) {
    rig *r = rig_new();
    check_text(rig_walk(r, walks[i].verbs, source), walks[i].visited, __FILE__, __LINE__, walks[i].what);
    rig_free(r);
  }
}
#define WALK(source, ...) walk_all(source, (walk[]){__VA_ARGS__}, sizeof((walk[]){__VA_ARGS__}) / sizeof(walk))

static void steps_follow_recursion(void) {
  WALK("local function f(n)\n"
       "if n == 0 then return 0 end\n"
       "return 1 + f(n - 1)\n"
       "end\n"
       "local r = f(3)\n"
       "return r",
       {"into", "i", "4 5 2 3 2 3 2 3 2 6"},
       {"over the whole recursion", "o", "4 5 6"},
       {"over a level of it", "iiio", "4 5 2 3 6"},
       {"over in a deeper level", "iiiiiio", "4 5 2 3 2 3 2 3 6"},
       {"out of the first level", "iiu", "4 5 2 6"},
       {"out of the second: the first has no line left", "iiiiu", "4 5 2 3 2 6"},
       {"until", "iit", "4 5 2 3 6"},
       {"continue", "c", "4"},
       {"finish", "if", "4 5"},
       {"end", "iie", "4 5 2"});
}

static void steps_in_loops(void) {
  WALK("local s = 0\n"
       "for i = 1, 3 do\n"
       "s = s + i\n"
       "end\n"
       "return s",
       {"into", "i", "1 2 3 2 3 2 3 2 5"},
       {"over", "o", "1 2 3 2 3 2 3 2 5"},
       {"until leaves the loop", "t", "1 2 3 5"},
       {"out of the main chunk", "u", "1"});
}

static void until_at_the_end_of_a_function_is_its_caller(void) {
  WALK("local function f()\n"
       "for i = 1, 2 do\n"
       "i = i + 1\n"
       "end\n"
       "end\n"
       "f()\n"
       "return 1",
       {"until", "iit", "5 6 2 3 5 7"});
}

static void steps_follow_tail_calls(void) {
  WALK("local function g(x)\n"
       "return x + 1\n"
       "end\n"
       "local function f(x)\n"
       "return g(x)\n"
       "end\n"
       "local r = f(1)\n"
       "return r",
       {"into", "i", "3 6 7 5 2 8"},
       {"over the tail call", "iiio", "3 6 7 5 8"},
       {"out of the callee", "iiiiu", "3 6 7 5 2 8"},
       {"out before the tail call", "iiiu", "3 6 7 5 8"},
       {"until before the tail call", "iiit", "3 6 7 5 8"});
  WALK("local function loop(n)\n"
       "if n == 0 then return 0 end\n"
       "return loop(n - 1)\n"
       "end\n"
       "local r = loop(2)\n"
       "return r",
       {"into a tail recursion", "i", "4 5 2 3 2 3 2 6"},
       {"over it", "iiio", "4 5 2 3 6"});
}

static void steps_survive_errors_that_are_caught(void) {
  WALK("local function bad()\n"
       "error('x')\n"
       "end\n"
       "local ok = pcall(bad)\n"
       "local function deep()\n"
       "bad()\n"
       "return 1\n"
       "end\n"
       "local ok2 = pcall(deep)\n"
       "return ok2",
       {"into", "i", "3 4 2 8 9 6 2 10"},
       {"over", "o", "3 4 8 9 10"},
       {"over the line that raises", "iio", "3 4 2 8 9 10"},
       {"over a call that raises", "iiioio", "3 4 2 8 9 6 10"},
       {"over a call that raises deeper", "iiiiio", "3 4 2 8 9 6 10"},
       {"out of a function that raises", "iiu", "3 4 2 8"},
       {"until in a function that raises", "iit", "3 4 2 8 9 10"});
  WALK("local function handler(e)\n"
       "return e\n"
       "end\n"
       "local ok = xpcall(error, handler, 'x')\n"
       "return ok",
       {"into a message handler", "i", "3 4 2 5"},
       {"over it", "o", "3 4 5"});
}

static void steps_pass_between_coroutines(void) {
  static const char source[] = "local co = coroutine.create(function(a)\n"
                               "local b = coroutine.yield(a)\n"
                               "return b\n"
                               "end)\n"
                               "coroutine.resume(co, 1)\n"
                               "coroutine.resume(co, 2)\n"
                               "return 0";
  WALK(source,
       {"into", "i", "1 4 1 5 2@1 6 3@1 7"},
       {"over never enters", "o", "1 4 1 5 6 7"},
       {"over a yield ends in the same coroutine", "iiiio", "1 4 1 5 2@1 3@1 7"},
       {"out of the first function: the yield ends it", "iiiiu", "1 4 1 5 2@1 6"},
       {"until behind a yield", "iiiit", "1 4 1 5 2@1 3@1 7"});
  WALK("local f = coroutine.wrap(function()\n"
       "for i = 1, 2 do\n"
       "coroutine.yield(i)\n"
       "end\n"
       "end)\n"
       "for v in f do\n"
       "v = v + 1\n"
       "end\n"
       "return 1",
       {"into a wrapped iterator", "i", "1 5 1 6 2@1 3@1 7 6 2@1 3@1 7 6 2@1 5@1 9"},
       {"over it", "o", "1 5 1 6 7 6 7 6 9"},
       {"over in the iterator", "iiiiio", "1 5 1 6 2@1 3@1 2@1 3@1 2@1 5@1 9"});
  WALK("local co = coroutine.create(function()\n"
       "error('x')\n"
       "end)\n"
       "local ok = coroutine.resume(co)\n"
       "return ok",
       {"over in a coroutine that dies", "iiiio", "1 3 1 4 2@1 5"},
       {"out of it", "iiiiu", "1 3 1 4 2@1 5"});
  WALK("local function inner()\n"
       "coroutine.yield()\n"
       "return 1\n"
       "end\n"
       "local f = coroutine.wrap(function()\n"
       "inner()\n"
       "return 2\n"
       "end)\n"
       "f()\n"
       "f()\n"
       "return 3",
       {"out of a deeper function, across a yield", "iiiiiiu", "4 5 8 5 9 6@1 2@1 7@1 11"},
       {"over in a deeper function, across a yield", "iiiiiio", "4 5 8 5 9 6@1 2@1 3@1 7@1 11"});
}

static void an_abandoned_coroutine_does_not_keep_the_step(void) {
  rig *r = rig_new();
  rig_walk(r, "iiiio", "local co = coroutine.create(function()\n"
                       "coroutine.yield()\n"
                       "end)\n"
                       "coroutine.resume(co)\n"
                       "co = nil\n"
                       "collectgarbage()\n"
                       "return 7");
  CHECK_TEXT(r->visited, "1 3 1 4 2@1 7"); /* collected in line 6, and with it the frame of the step */
  rig_free(r);
}

static void steps_in_callbacks_of_c_functions(void) {
  WALK("local t = {3, 2, 1}\n"
       "table.sort(t, function(a, b)\n"
       "return a < b\n"
       "end)\n"
       "return t[1]",
       {"into a comparator", "i", "1 2 4 2 3 3 3 5"},
       {"over in it is the next call of it", "iiiio", "1 2 4 2 3 3 3 5"},
       {"over the sort", "o", "1 2 4 2 5"},
       {"out of it", "iiiiu", "1 2 4 2 3 5"});
  WALK("local s = ('ab'):gsub('.', function(c)\n"
       "return c:upper()\n"
       "end)\n"
       "return s",
       {"into a gsub callback", "i", "1 3 1 2 2 4"},
       {"out of it", "iiiu", "1 3 1 2 4"},
       {"over the gsub", "o", "1 3 1 4"});
}

static void steps_in_metamethods(void) {
  WALK("local mt = {}\n"
       "mt.__add = function(a, b)\n"
       "return 7\n"
       "end\n"
       "mt.__index = function(t, k)\n"
       "return k\n"
       "end\n"
       "local t = setmetatable({}, mt)\n"
       "local x = t + 1\n"
       "local y = t.foo\n"
       "return x",
       {"into", "i", "1 4 7 8 9 3 10 6 11"},
       {"over", "o", "1 4 7 8 9 10 11"},
       {"over in one", "iiiiiio", "1 4 7 8 9 3 10 11"},
       {"out of one", "iiiiiiu", "1 4 7 8 9 3 10"});
}

static void a_step_of_the_hosts_call_ends_with_it(void) {
  rig *r = rig_new();
  r->verbs = "io";
  ldbg_resume(r->ctx, LDBG_INTO, LDBG_REASON_ENTRY);
  ldbg_arm(r->ctx);
  CHECK_NUMBER(rig_run_hosted(r, "local a = 1\nreturn a"), LUA_OK);
  CHECK_TEXT(r->visited, "1 2");
  CHECK_NUMBER(rig_run_hosted(r, "local a = 1\nreturn a"), LUA_OK);
  CHECK_TEXT(r->visited, "1 2");
  CHECK_NUMBER(ldbg_armed_coroutines(r->ctx), 0);
  rig_free(r);
}

/* A host function that runs a script of its own by ldbg_call, as Swift's Debugger.call does. */
static int include(lua_State *L) {
  if (luaL_loadstring(L, "return 1") != LUA_OK) return lua_error(L);
  return ldbg_call(ldbg_context_of(L), L, 0, 0) == LUA_OK ? 0 : luaL_error(L, "not included");
}

static void a_finish_outlives_what_the_call_calls_within(void) {
  rig *r = rig_new();
  lua_pushcfunction(r->L, include);
  lua_setglobal(r->L, "include");
  rig_break(r, 1, 0, NULL);
  rig_break(r, 3, 0, NULL);
  rig_plan(r);
  ldbg_arm(r->ctx);
  r->verbs = "f";
  CHECK_NUMBER(rig_run_hosted(r, "local x = 1\ninclude()\nlocal y = 2\nreturn y"), LUA_OK);
  CHECK_TEXT(r->visited, "1");
  /* The host's next call is another one. */
  CHECK_NUMBER(rig_run_hosted(r, "local x = 1\ninclude()\nlocal y = 2\nreturn y"), LUA_OK);
  CHECK_TEXT(r->visited, "1 1");
  rig_free(r);
}

static void a_step_that_the_end_of_the_run_ends_leaves_nothing_armed(void) {
  for (const char *verbs = "iou"; *verbs; verbs++) {
    rig *r = rig_new();
    rig_walk(r, (char[]){'i', 'i', 'i', *verbs, 0}, "kept = coroutine.create(function()\ncoroutine.yield()\nend)\ncoroutine.resume(kept)\nreturn 1");
    CHECK_NUMBER(ldbg_armed_coroutines(r->ctx), 0); /* not in the coroutine that waits, either */
    rig_free(r);
  }
}

void test_steps(void) {
  steps_follow_recursion();
  steps_in_loops();
  until_at_the_end_of_a_function_is_its_caller();
  steps_follow_tail_calls();
  steps_survive_errors_that_are_caught();
  steps_pass_between_coroutines();
  an_abandoned_coroutine_does_not_keep_the_step();
  steps_in_callbacks_of_c_functions();
  steps_in_metamethods();
  a_step_of_the_hosts_call_ends_with_it();
  a_finish_outlives_what_the_call_calls_within();
  a_step_that_the_end_of_the_run_ends_leaves_nothing_armed();
}
