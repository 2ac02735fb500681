/* No memory: one scenario with every allocation refused in turn, once (Lua collects and asks again: nothing may be noticed)
 * and twice (an error, which only the one who asked may see). */
#include "rig.h"

static const char scenario_script[] =
    "local made = {}\n"
    "local function body(a) local b = coroutine.yield(a)\n"
    "return a + b\n"
    "end\n"
    "local sum = 0\n"
    "for i = 1, 3 do made[i] = coroutine.create(body) coroutine.resume(made[i], i) end\n"
    "for i = 1, 3 do local ok, v = coroutine.resume(made[i], 10) sum = sum + v end\n"
    "made = nil\n"
    "return sum";

static void inspect(rig *r, const ldbg_stop *stop) {
  ldbg_result result;
  ldbg_budget budget = {.instructions = 10000};
  ldbg_evaluate(r->ctx, stop->thread, 0, "{a, a + 1, tostring(a)}", 23, LDBG_EITHER, budget, &result);
  if (result.status == LDBG_EVAL_OK && lua_checkstack(result.thread, 1)) {
    lua_pushvalue(result.thread, result.first);
    int reference = ldbg_keep(r->ctx, result.thread);
    lua_State *S = reference ? ldbg_push_kept(r->ctx, reference) : NULL;
    if (S != NULL) {
      CHECK(lua_istable(S, -1));
      lua_settop(S, 0);
    }
  }
  ldbg_release_results(r->ctx);
  ldbg_evaluate(r->ctx, stop->thread, 0, "local c = coroutine.wrap(function() coroutine.yield(1) end) c()", 63, LDBG_STATEMENT, budget, &result);
  CHECK(result.status == LDBG_EVAL_OK || result.status == LDBG_EVAL_MEMORY || result.status == LDBG_EVAL_ERROR);
  ldbg_release_results(r->ctx);
  if (ldbg_push_string(stop->thread, "text", 4)) {
    ldbg_tostring(r->ctx, stop->thread, budget, &result);
    ldbg_release_results(r->ctx);
  }
  ldbg_release_kept(r->ctx);
}

/* Returns how many growths there were. */
static long scenario(long refuse_at, int times) {
  rig *r = rig_bare();
  lua_gc(r->L, LUA_GCCOLLECT, 0);
  r->heap.refuse_at = refuse_at;
  r->heap.refuse_times = times;
  r->heap.counting = true;
  int attached = ldbg_attach(r->L, r->callbacks, &r->ctx);
  if (attached != LDBG_OK) {
    CHECK_NUMBER(attached, LDBG_NO_MEMORY);
    CHECK(r->ctx == NULL && times > 1);
  } else {
    rig_break(r, 3, 2, "a == 2 and b ~= nil");
    rig_break(r, 8, 0, NULL);
    rig_plan(r);
    r->at_stop = inspect;
    rig_run(r, scenario_script);
    bool survives = times == 1 || r->heap.refused_us || r->heap.growths < refuse_at;
    if (survives) {
      if (r->status != LUA_OK) fprintf(stderr, "  refused: %ld, %d times\n", refuse_at, times);
      CHECK_NUMBER(r->status, LUA_OK);
      CHECK_TEXT(r->result, "36");
    }
    if (times == 1 && strcmp(r->visited, "3@2 8")) fprintf(stderr, "  refused: %ld, once\n", refuse_at);
    if (times == 1) CHECK_TEXT(r->visited, "3@2 8");
    ldbg_detach(r->ctx);
    CHECK(lua_gethook(r->L) == NULL);
    CHECK(ldbg_context_of(r->L) == NULL);
    ldbg_free(r->ctx);
    r->ctx = NULL;
  }
  r->heap.counting = false;
  long growths = r->heap.growths;
  /* The state is as good as new. */
  CHECK_NUMBER(rig_run_hosted(r, "return select(2, pcall(error, 'fine'))"), LUA_OK);
  CHECK_TEXT(r->result, "fine");
  rig_free(r);
  return growths;
}

static void every_allocation_may_be_refused(void) {
  long growths = scenario(0, 0);
  CHECK(growths > 60);
  for (int times = 1; times <= 2; times++)
    for (long n = 1; n <= growths; n++) scenario(n, times);
}

void test_refusals(void) { every_allocation_may_be_refused(); }
