/* The collector: what the debugger allocates is not charged to the script, and a collector the script has stopped stays so. */
#include "rig.h"

/* Finalizers write down the iteration in which they run. */
static const char finalizers[] =
    "local log, turn = {}, 0\n"
    "local function make(n) return setmetatable({}, {__gc = function() log[#log + 1] = n .. ':' .. turn end}) end\n"
    "for i = 1, 400 do\n"
    "turn = i\n"
    "local garbage = make(i)\n"
    "local more = {i, i, i, i}\n"
    "end\n"
    "return table.concat(log, ' ')";

/* The iteration at which the first finalizer ran. It differs a little from state to
 * state (Lua seeds its hashes at random), and threads of ours take their part of the marking. One iteration makes some 300 bytes. */
static int first_moment(const char *log) {
  const char *colon = strchr(log, ':');
  return colon ? atoi(colon + 1) : 0;
}
enum { NEAR = 30 };

static void without_an_evaluation_finalizers_run_at_the_same_moments(void) {
  rig *plain = rig_bare();
  rig_run_hosted(plain, finalizers);
  CHECK(strlen(plain->result) > 100);
  for (const char *verbs = "-ciou"; *verbs; verbs++) {
    rig *r = rig_new();
    if (*verbs == '-') rig_run_hosted(r, finalizers);
    else rig_walk(r, (char[]){*verbs, 0}, finalizers);
    CHECK(abs(first_moment(r->result) - first_moment(plain->result)) <= NEAR);
    rig_free(r);
  }
  rig_free(plain);
}

static void evaluate_a_lot(rig *r, const ldbg_stop *stop) {
  char result[128];
  ldbg_result evaluated;
  if (r->number++ % 10) return;
  ldbg_evaluate(r->ctx, stop->thread, 0, "{i, {i}, tostring(i)}", 21, LDBG_EXPRESSION, (ldbg_budget){0}, &evaluated);
  snprintf(result, sizeof result, "%d", evaluated.status);
  CHECK_TEXT(result, "0");
  ldbg_release_results(r->ctx);
}

static void what_the_debugger_compiles_is_not_charged_to_the_script(void) {
  rig *plain = rig_bare();
  rig_run_hosted(plain, finalizers);
  rig *r = rig_new();
  rig_break(r, 5, 0, "turn % 7 == 3 and garbage == nil and i > 0");
  rig_plan(r);
  rig_run(r, finalizers);
  CHECK(r->stops > 50);
  CHECK(abs(first_moment(r->result) - first_moment(plain->result)) <= NEAR);
  rig_free(r);
  r = rig_new();
  rig_break(r, 5, 0, NULL);
  rig_plan(r);
  r->at_stop = evaluate_a_lot;
  rig_run(r, finalizers);
  CHECK(abs(first_moment(r->result) - first_moment(plain->result)) <= 2 * NEAR); /* what an expression makes is charged */
  rig_free(r);
  rig_free(plain);
}

static void make_garbage(rig *r, int times) {
  for (int i = 0; i < times; i++) {
    size_t held;
    ldbg_hold_collector(r->ctx, r->L, &held);
    lua_newtable(r->L); /* garbage of ours */
    lua_createtable(r->L, 50, 0);
    lua_pop(r->L, 2);
    ldbg_release_collector(r->ctx, r->L, held);
  }
}

/* A script that allocates nothing collects nothing: what is evaluated at its stops must not stay for ever. */
static void garbage_of_ours_is_bounded(void) {
  rig *r = rig_new();
  CHECK(ldbg_scratch(r->ctx) != NULL);
  make_garbage(r, 1000);
  for (int i = 0; i < 6; i++) {
    make_garbage(r, 1000); /* a megabyte */
    CHECK(ldbg_memory_used(r->ctx) < 2000000);
  }
  rig_free(r);
}

static void holding_and_releasing_advances_nothing(void) {
  rig *r = rig_new();
  CHECK(ldbg_scratch(r->ctx) != NULL);
  CHECK_NUMBER(luaL_dostring(r->L, "n = 0 for i = 1, 100 do setmetatable({}, {__gc = function() n = n + 1 end}) end"), LUA_OK);
  lua_getglobal(r->L, "n");
  long long before = lua_tointeger(r->L, -1);
  make_garbage(r, 200);
  lua_getglobal(r->L, "n");
  CHECK_NUMBER(lua_tointeger(r->L, -1), before); /* some 200 KB later */
  lua_settop(r->L, 0);
  lua_gc(r->L, LUA_GCCOLLECT, 0);
  lua_getglobal(r->L, "n");
  CHECK_NUMBER(lua_tointeger(r->L, -1), 100);
  lua_settop(r->L, 0);
  rig_free(r);
}

static void collector_is_still_stopped(rig *r, const ldbg_stop *stop) {
  CHECK(!lua_gc(r->L, LUA_GCISRUNNING, 0));
  CHECK_NUMBER(rig_evaluate(r, stop->thread, 0, "#string.rep('x', 100000)", LDBG_EXPRESSION, 0), LDBG_EVAL_OK);
  lua_pushthread(stop->thread);
  CHECK(ldbg_keep(r->ctx, stop->thread) > 0);
  ldbg_release_kept(r->ctx);
  CHECK(!lua_gc(r->L, LUA_GCISRUNNING, 0));
}

static void a_collector_that_the_script_stopped_stays_stopped(void) {
  rig *r = rig_new();
  rig_break(r, 3, 0, "t ~= nil");
  rig_plan(r);
  r->at_stop = collector_is_still_stopped;
  CHECK_NUMBER(rig_run(r, "collectgarbage('stop') n = 0 local t = {}\n"
                          "for i = 1, 50 do setmetatable({}, {__gc = function() n = n + 1 end})\n"
                          "t[i] = {}\n"
                          "end\n"
                          "return n .. tostring(collectgarbage('isrunning'))"), LUA_OK);
  CHECK_TEXT(r->result, "0false");
  CHECK_NUMBER(r->stops, 50);
  rig_free(r);
}

static long long finalized(rig *r) {
  lua_getglobal(r->L, "n");
  long long n = lua_tointeger(r->L, -1);
  lua_pop(r->L, 1);
  return n;
}

static void much_garbage(rig *r) {
  long long before = finalized(r);
  for (int i = 0; i < 5000; i++) {
    char path[50];
    snprintf(path, sizeof path, "no function has a name like the %d-th of these", i);
    CHECK(ldbg_push_path(r->ctx, path) == NULL);
  }
  r->number += finalized(r) - before;
}

static void break_in_main(rig *r) {
  if (r->point_count > 0) return;
  rig_break(r, 8, 0, NULL);
  rig_plan(r);
}

/* A script that calls `kick` has its functions looked at, and at each of them something is done. */
static rig *rig_that_meets(void (*at_meet)(rig *)) {
  extern int kick_from_script(lua_State *);
  rig *r = rig_new();
  lua_pushcfunction(r->L, kick_from_script);
  lua_setglobal(r->L, "kick");
  r->at_synchronize = break_in_main;
  r->at_meet = at_meet;
  return r;
}

/* A coroutine that nothing leads to stays on our list until it is swept. While its frames are looked at it must not be. */
static void arming_sweeps_no_coroutine(void) {
  rig *r = rig_that_meets(much_garbage);
  rig_run(r, "n = 0\nlocal function body()\n"
             "local held = setmetatable({}, {__gc = function() n = n + 1 end})\n"
             "coroutine.yield()\nend\n"
             "for i = 1, 5 do coroutine.resume(coroutine.create(body)) end\n"
             "kick() local x = 1\nlocal y = 2\n"
             "collectgarbage() return n");
  CHECK(r->met > 0);
  CHECK_NUMBER(r->number, 0);
  CHECK_NUMBER(r->stops, 1);
  CHECK_TEXT(r->result, "5");
  rig_free(r);
}

static void refused_memory(rig *r) {
  r->heap.growths = 0;
  r->heap.refuse_at = 1;
  r->heap.refuse_times = 1; /* Lua collects, whatever is held, and asks again */
  r->heap.counting = true;
  CHECK(ldbg_push_path(r->ctx, "no function has this name") == NULL);
  r->heap.counting = false;
  r->heap.refuse_at = 0;
}

/* The same where memory is refused just then. */
static void arming_outlives_a_collection_in_an_emergency(void) {
  rig *r = rig_that_meets(refused_memory);
  rig_run(r, "n = 0\n"
             "for i = 1, 5 do coroutine.resume(coroutine.create(load('local function body(a)\\n"
             "local held = setmetatable({}, {__gc = function() n = n + 1 end}) coroutine.yield() return held end\\n'\n"
             ".. 'local ok = body(' .. i .. ') return ok'))) end\n"
             "kick() local x = 1\nlocal y = 2\nlocal z = 3\nlocal a = 4\n"
             "collectgarbage() return n");
  CHECK(r->met > 0);
  CHECK_NUMBER(r->stops, 1);
  CHECK_TEXT(r->result, "5");
  rig_free(r);
}

static void look_once(rig *r, const ldbg_stop *stop) {
  if (rig_evaluate(r, stop->thread, 0, "{}", LDBG_EXPRESSION, 0) == LDBG_EVAL_OK) r->number++;
}

/* Where C calls as deep as it may, nothing can be called to give the collector back what it was lent. */
static void a_loan_is_repaid_in_the_end(void) {
  for (int depth = 199; depth > 184; depth -= each) {
    char source[512];
    rig *r = rig_new();
    rig_break(r, 2, 1, NULL);
    rig_plan(r);
    r->at_stop = look_once;
    snprintf(source, sizeof source, "local function down(n)\n"
             "if n == 0 then return 'x' end\n"
             "return (string.gsub('a', 'a', function() return down(n - 1) end))\nend\n"
             "local ok = pcall(down, %d)\n"
             "local most = 0\nfor i = 1, 100000 do local t = {i} most = math.max(most, collectgarbage('count')) end\n"
             "return most < 4096", depth);
    CHECK_NUMBER(rig_run(r, source), LUA_OK);
    CHECK(r->stops > 100);
    CHECK_TEXT(r->result, "true");
    rig_free(r);
  }
}

void test_collector(void) {
  without_an_evaluation_finalizers_run_at_the_same_moments();
  what_the_debugger_compiles_is_not_charged_to_the_script();
  holding_and_releasing_advances_nothing();
  garbage_of_ours_is_bounded();
  arming_outlives_a_collection_in_an_emergency();
  a_loan_is_repaid_in_the_end();
  a_collector_that_the_script_stopped_stays_stopped();
  arming_sweeps_no_coroutine();
}
