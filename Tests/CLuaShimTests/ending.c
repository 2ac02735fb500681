/* Ending: an aborted script reaches its base, whatever it does to catch the error, and the next call runs as if new. */
#include "rig.h"

static const char *const stubborn[] = {
    "stop()\nwhile true do end",
    "stop()\nwhile true do pcall(function() while true do end end) end",
    "local function f(n) while true do pcall(n > 0 and f or error, n - 1) end end stop() f(20)",
    "while true do xpcall(function() stop() while true do end end, function(e) return e end) end",
    "local function h(e) xpcall(error, h) return e end stop()\nwhile true do xpcall(error, h, 'x') end",
    "stop()\nwhile true do xpcall(error, debug.traceback) end",
    "local function co() return coroutine.create(function() while true do pcall(coroutine.yield) end end) end\n"
    "local a = {} for i = 1, 10 do a[i] = co() end stop()\nwhile true do for i = 1, 10 do coroutine.resume(a[i]) end end",
    "stop()\nwhile true do coroutine.resume(coroutine.create(function() while true do end end)) end",
    "stop()\nwhile true do pcall(coroutine.wrap(function() pcall(error) coroutine.yield() end)) end",
    "local f = coroutine.wrap(function() while true do pcall(function() stop() while true do end end) end end) while true do pcall(f) end",
    "local t = setmetatable({}, {__index = function(t, k) while true do pcall(error) end end}) stop()\nwhile true do pcall(function() return t.x end) end",
    "local t = setmetatable({}, {__add = function() stop() while true do end end, __tostring = function() while true do end end})\n"
    "while true do pcall(function() return t + 1 end) pcall(tostring, t) end",
    "while true do pcall(table.sort, {3, 2, 1}, function(a, b) stop() while true do end end) end",
    "while true do pcall(string.gsub, 'abc', '.', function(a, b) stop() while true do end end) end",
    "stop()\nwhile true do debug.sethook() pcall(error) debug.sethook(function() end, 'crl', 1) end",
    "stop()\nwhile true do for k in pcall, error do end end",
    "stop()\nlocal function tail() return tail() end while true do pcall(tail) end",
    "while true do pcall(load('stop() goto a ::a:: while true do end')) end",
};

static int stop_from_script(lua_State *L) { return ldbg_attend(ldbg_context_of(L), LDBG_ATTEND_END), 0; }

static void an_end_cannot_be_caught(void) {
  for (int owned = 0; owned < 2; owned++) {
    rig *r = rig_new();
    lua_register(r->L, "stop", stop_from_script);
    for (size_t i = 0; i < sizeof stubborn / sizeof *stubborn; i++) {
      int status = owned ? rig_run(r, stubborn[i]) : rig_run_hosted(r, stubborn[i]);
      check(status != LUA_OK, __FILE__, __LINE__, stubborn[i]);
      CHECK(ldbg_is_ending(r->ctx));
      if (owned) {
        ldbg_ended(r->ctx);
        CHECK(!ldbg_is_ending(r->ctx));
      }
      /* The next call is a new one. */
      CHECK_NUMBER(owned ? rig_run(r, "local n = 0 for i = 1, 100 do n = n + i end return n")
                         : rig_run_hosted(r, "local n = 0 for i = 1, 100 do n = n + i end return n"), LUA_OK);
      CHECK_TEXT(r->result, "5050");
      CHECK(!ldbg_is_ending(r->ctx));
    }
    if (owned) CHECK_NUMBER(ldbg_armed_coroutines(r->ctx), 0);
    CHECK_NUMBER(r->stops, 0);
    rig_free(r);
  }
}

static void a_message_handler_does_not_hold_up_the_end(void) {
  /* Finite, so that a failure does not hang. */
  rig *r = rig_new();
  lua_register(r->L, "stop", stop_from_script);
  CHECK(rig_run(r, "xpcall(function() stop() while true do end end, function(e) for i = 1, 3000000 do end held_up = true end)") != LUA_OK);
  ldbg_ended(r->ctx);
  lua_getglobal(r->L, "held_up");
  CHECK(lua_isnil(r->L, -1));
  lua_settop(r->L, 0);
  rig_free(r);
}

static void an_end_chosen_at_a_stop_runs_no_further_line(void) {
  rig *r = rig_new();
  CHECK_TEXT(rig_walk(r, "iie", "n = 1\nn = 2\npcall(function()\nn = 3\nend)\nn = 4"), "1 2 3");
  CHECK(r->status != LUA_OK);
  lua_getglobal(r->L, "n");
  CHECK_NUMBER(lua_tointeger(r->L, -1), 2);
  lua_settop(r->L, 0);
  rig_free(r);
}

static void an_end_chosen_at_an_error_ends(void) {
  for (int caught = 0; caught < 2; caught++) {
    rig *r = rig_new();
    rig_break(r, 0, 0, NULL);
    if (caught) r->any = 0; else r->uncaught = 0;
    rig_plan(r);
    r->verbs = "e";
    CHECK_NUMBER(rig_run(r, caught ? "n = 1\npcall(error)\nn = 2" : "n = 1\nerror('x')\nn = 2"), LUA_ERRRUN);
    CHECK_NUMBER(r->stops, 1);
    lua_getglobal(r->L, "n");
    CHECK_NUMBER(lua_tointeger(r->L, -1), 1);
    lua_settop(r->L, 0);
    ldbg_ended(r->ctx);
    rig_free(r);
  }
}

static void a_time_limit_ends_when_told_to_and_stops_otherwise(void) {
  for (int ends = 0; ends < 2; ends++) {
    rig *r = rig_new();
    ldbg_set_time_limit_ends(r->ctx, ends);
    ldbg_attend(r->ctx, LDBG_ATTEND_TIME);
    CHECK_NUMBER(rig_run(r, "local n = 0\nfor i = 1, 10 do n = n + i end return n") != LUA_OK, ends);
    CHECK_NUMBER(r->stops, !ends);
    if (!ends) CHECK_NUMBER(r->reasons, LDBG_REASON_TIME);
    if (ends) ldbg_ended(r->ctx);
    rig_free(r);
  }
}

static void a_memory_limit_is_luas_own_error(void) {
  rig *r = rig_new();
  ldbg_set_memory_limit(r->ctx, ldbg_memory_used(r->ctx) + 100000);
  CHECK_NUMBER(rig_run(r, "local t = {} for i = 1, 1e7 do t[i] = i end"), LUA_ERRMEM);
  CHECK(ldbg_memory_was_refused(r->ctx));
  CHECK_TEXT(r->result, "not enough memory");
  CHECK_NUMBER(rig_run(r, "return 1"), LUA_OK);
  CHECK(!ldbg_memory_was_refused(r->ctx));
  ldbg_set_memory_limit(r->ctx, 0);
  size_t gc = (size_t)lua_gc(r->L, LUA_GCCOUNT, 0) * 1024 + (size_t)lua_gc(r->L, LUA_GCCOUNTB, 0);
  CHECK_NUMBER(ldbg_memory_used(r->ctx), gc);
  rig_free(r);
}

/* A host function that waits: meanwhile a request comes. */
static uint32_t request_due;
static int seen_due;
static int look_due(lua_State *L) {
  ldbg_note(ldbg_context_of(L), request_due);
  seen_due = ldbg_end_is_due(ldbg_context_of(L));
  return 0;
}

static void a_host_function_that_waits_knows_that_the_end_is_due(void) {
  static const struct { uint32_t what; bool time_ends, evaluated; int due; } cases[] = {
    {0, false, false, 0}, {LDBG_ATTEND_PAUSE, false, false, 0}, {LDBG_ATTEND_END, false, false, 1},
    {LDBG_ATTEND_TIME, true, false, 1}, {LDBG_ATTEND_TIME, false, false, 0}, {LDBG_ATTEND_INTERRUPT, false, false, 0},
    {LDBG_ATTEND_INTERRUPT, false, true, 1}, {LDBG_ATTEND_END, false, true, 1}, {LDBG_ATTEND_TIME, true, true, 0},
    {LDBG_ATTEND_PAUSE, false, true, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    rig *r = rig_new();
    lua_register(r->L, "due", look_due);
    ldbg_set_time_limit_ends(r->ctx, cases[i].time_ends);
    seen_due = -1;
    request_due = cases[i].what;
    if (cases[i].evaluated) rig_evaluate(r, r->L, -1, "due()", LDBG_EXPRESSION, 0);
    else rig_run(r, "due()");
    CHECK_NUMBER(seen_due, cases[i].due);
    ldbg_withdraw(r->ctx, ~0u);
    rig_free(r);
  }
}

void test_ending(void) {
  an_end_cannot_be_caught();
  a_message_handler_does_not_hold_up_the_end();
  an_end_chosen_at_a_stop_runs_no_further_line();
  an_end_chosen_at_an_error_ends();
  a_time_limit_ends_when_told_to_and_stops_otherwise();
  a_memory_limit_is_luas_own_error();
  a_host_function_that_waits_knows_that_the_end_is_due();
}
