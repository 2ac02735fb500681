/* Arming: the mask as a pure function of what is wanted, and that nothing wanted means no hook at all. */
#include "rig.h"

enum { C = LUA_MASKCALL, R = LUA_MASKRET, N = LUA_MASKLINE, K = LUA_MASKCOUNT };

static void the_mask_follows_from_what_is_wanted(void) {
  static const struct { const char *what; ldbg_wanted wanted; int mask; } table[] = {
      {"nothing", {0}, 0},
      {"nothing, hosted", {.hosted = true}, 0},
      {"ending", {.ending = true}, C | R | N | K},
      {"ending beats finishing", {.ending = true, .finishing = true, .lines = true}, C | R | N | K},
      {"finishing a run of ours", {.finishing = true, .lines = true, .holder = true, .gated = true}, 0},
      {"finishing the host's call waits for its next", {.finishing = true, .hosted = true, .lines = true}, C},
      {"a breakpoint elsewhere", {.lines = true, .gated = true}, C},
      {"in its function", {.lines = true, .gated = true, .holder = true}, N},
      {"below its function", {.lines = true, .gated = true, .holder_below = true}, C | R},
      {"without gating", {.lines = true}, N},
      {"a function breakpoint", {.functions = true, .gated = true}, C},
      {"waiting for its first line", {.functions = true, .entering = true, .gated = true}, C | N},
      {"into", {.step = LDBG_INTO, .gated = true}, C | R | N},
      {"into, with a breakpoint elsewhere", {.step = LDBG_INTO, .lines = true, .gated = true}, C | R | N},
      {"over, here", {.step = LDBG_OVER, .step_here = true, .gated = true}, C | R | N},
      {"over, in a callee", {.step = LDBG_OVER, .gated = true}, R},
      {"over, in a callee, a breakpoint elsewhere", {.step = LDBG_OVER, .lines = true, .gated = true}, C | R},
      {"out, too deep", {.step = LDBG_OUT, .gated = true}, R},
      {"out, there", {.step = LDBG_OUT, .step_here = true, .gated = true}, C | R | N},
      {"until, here", {.step = LDBG_UNTIL, .step_here = true, .gated = true}, C | R | N},
      {"a step of the host's call also sees its next", {.step = LDBG_OVER, .hosted = true, .gated = true}, C | R},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    check_number(ldbg_mask(table[i].wanted), table[i].mask, __FILE__, __LINE__, table[i].what);
}

static void nothing_wanted_is_nothing_armed(void) {
  rig *r = rig_new();
  CHECK_NUMBER(ldbg_armed_coroutines(r->ctx), 0);
  rig_run(r, "for i = 1, 50 do local co = coroutine.wrap(function() pcall(error) coroutine.yield() end) co() end");
  ldbg_counts counts = ldbg_read_counts(r->ctx);
  for (int i = 0; i < 5; i++) CHECK_NUMBER(counts.events[i], 0);
  CHECK_NUMBER(counts.callbacks, 0);
  CHECK_NUMBER(ldbg_armed_coroutines(r->ctx), 0);
  rig_free(r);
}

/* In what it calls, and in its caller, lines are turned off after some; how many is a matter of speed. */
static void the_function_that_holds_a_breakpoint_has_line_events_and_others_few(void) {
  static const char source[] = "local function held(x)\nx = x + 1\nreturn x\nend\n"
                               "local function free(x)\nx = x + 1\nx = x + 1\nreturn x\nend\n"
                               "local s = 0 for i = 1, 10 do s = s + free(i) end\n"
                               "held(1) for i = 1, 1000 do s = s + free(i) end return s";
  rig *r = rig_new();
  rig_break(r, 2, 1, NULL);
  rig_plan(r);
  ldbg_counts before = ldbg_read_counts(r->ctx);
  rig_run(r, source);
  ldbg_counts after = ldbg_read_counts(r->ctx);
  CHECK_TEXT(r->visited, "2");
  CHECK_TEXT(r->result, "502575");
  CHECK_NUMBER(after.events[LUA_HOOKLINE] - before.events[LUA_HOOKLINE], 2 + 100);
  rig_free(r);
}

static void a_plan_taken_back_disarms_at_once(void) {
  rig *r = rig_new();
  rig_break(r, 1, 0, NULL);
  rig_plan(r);
  ldbg_arm(r->ctx);
  CHECK_NUMBER(ldbg_armed_coroutines(r->ctx), 1);
  ldbg_plan_begin(r->ctx);
  ldbg_plan_end(r->ctx, false, false, false);
  ldbg_arm(r->ctx);
  CHECK_NUMBER(ldbg_armed_coroutines(r->ctx), 0);
  CHECK(lua_gethook(r->L) == NULL);
  rig_free(r);
}

void test_arming(void) {
  the_mask_follows_from_what_is_wanted();
  nothing_wanted_is_nothing_armed();
  the_function_that_holds_a_breakpoint_has_line_events_and_others_few();
  a_plan_taken_back_disarms_at_once();
}
