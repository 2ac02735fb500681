/* What is the debugger's in the script's heap hangs on one entry of the registry, which a script that has `debug` finds. */
#include "rig.h"

/* Takes out what it finds under a thread, collects all that nothing leads to any more, and fills the place with something else. */
static const char strike[] =
    "struck = 0\n"
    "function strike()\n"
    "local registry = debug.getregistry()\n"
    "for key in pairs(registry) do\n"
    "if type(key) == 'thread' then registry[key] = nil struck = struck + 1 end\n"
    "end\n"
    "collectgarbage() collectgarbage()\n"
    "filling = {}\n"
    "for i = 1, 40 do filling[i] = coroutine.create(print) filling[i + 40] = {i, tostring(i), {}} end\n"
    "return struck\n"
    "end\n";

static void look_after_a_strike(rig *r, const ldbg_stop *stop) {
  char number[16];
  snprintf(number, sizeof number, "%d", r->stops);
  lua_pushstring(stop->thread, number);
  const int kept = ldbg_keep(r->ctx, stop->thread);
  CHECK_NUMBER(kept, 1);
  CHECK_NUMBER(rig_evaluate(r, stop->thread, 0, "strike() and 'whole'", LDBG_EXPRESSION, 0), LDBG_EVAL_OK);
  CHECK_TEXT(r->result, "whole");
  lua_State *S = ldbg_push_kept(r->ctx, kept);
  CHECK(S != NULL && S == ldbg_scratch(r->ctx));
  CHECK_TEXT(lua_tostring(S, -1), number);
  lua_settop(S, 0);
  ldbg_release_kept(r->ctx);
}

static void a_script_takes_our_registry_entry_away(void) {
  rig *r = rig_new();
  rig_run(r, strike);
  CHECK(ldbg_scratch(r->ctx) != NULL);
  rig_break(r, 2, 0, "i > 0 and strike ~= nil");
  rig_watch(r, "i > 100", false);
  rig_watch(r, "#filling", true);
  rig_plan(r);
  r->at_stop = look_after_a_strike;
  CHECK_NUMBER(rig_run(r, "for i = 1, 20 do\nlocal x = i\nstrike()\nend\nreturn struck"), LUA_OK);
  CHECK(r->stops >= 20);
  CHECK(atoi(r->result) >= 20); /* it was there to be taken, again and again */
  rig_free(r);
}

static void interrupted(rig *r, const ldbg_stop *stop) {
  CHECK_NUMBER(rig_evaluate(r, stop->thread, 0, "struck", LDBG_EXPRESSION, 0), LDBG_EVAL_OK);
  r->heap.growths = 0;
  r->heap.refuse_at = r->number;
  r->heap.refuse_times = 1;
  r->heap.counting = true;
  rig_evaluate(r, stop->thread, 0, "strike()", LDBG_EXPRESSION, 0);
  r->heap.counting = false;
  r->heap.refuse_at = 0;
  CHECK_NUMBER(rig_evaluate(r, stop->thread, 0, "struck", LDBG_EXPRESSION, 0), LDBG_EVAL_OK);
}

/* The same where putting it back meets a refusal. */
static void it_is_put_back_where_memory_is_refused(void) {
  for (int at = 1; at < 40; at += each) {
    rig *r = rig_new();
    rig_run(r, strike);
    rig_break(r, 2, 0, NULL);
    rig_plan(r);
    r->number = at;
    r->at_stop = interrupted;
    rig_run(r, "for i = 1, 3 do\nlocal x = i\npcall(strike)\nend");
    CHECK_NUMBER(r->stops, 3);
    rig_free(r);
  }
}

/* Whoever has found the entry may hold on to what is in it, resume it, and go on after the debugger has left. */
static void what_is_found_there_does_no_harm(void) {
  rig *r = rig_new();
  CHECK(ldbg_scratch(r->ctx) != NULL);
  rig_run(r, "found = {}\n"
             "for key, value in pairs(debug.getregistry()) do if type(key) == 'thread' then found[#found + 1] = {key, value} end end\n"
             "for _, pair in ipairs(found) do\n"
             "coroutine.resume(pair[1]) coroutine.status(pair[1]) debug.traceback(pair[1])\n"
             "local finalizer = debug.getmetatable(pair[2]).__gc\n"
             "finalizer(pair[2]) finalizer(pair[2])\n"
             "end return #found");
  CHECK_TEXT(r->result, "1");
  CHECK_NUMBER(rig_evaluate(r, r->L, -1, "#found + 1", LDBG_EXPRESSION, 0), LDBG_EVAL_OK);
  CHECK_TEXT(r->result, "2");
  ldbg_detach(r->ctx);
  ldbg_free(r->ctx);
  r->ctx = NULL;
  CHECK_NUMBER(luaL_dostring(r->L, "collectgarbage() coroutine.resume(found[1][1]) found = nil collectgarbage()\n"
                                   "for key in pairs(debug.getregistry()) do assert(type(key) ~= 'thread') end"), LUA_OK);
  rig_free(r);
}

void test_registry(void) {
  a_script_takes_our_registry_entry_away();
  it_is_put_back_where_memory_is_refused();
  what_is_found_there_does_no_harm();
}
