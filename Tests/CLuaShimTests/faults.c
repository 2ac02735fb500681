/* No memory for ourselves: beside the script's heap, which refusals.c refuses, the C layer has memory of its own. Each allocation of it
 * is refused in turn, once and from then on, through a whole scenario: the script goes on as if nothing were, ours is a status. The
 * linker puts the functions below in the place of the library's (--wrap). */
#include "rig.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

static bool counting;
static long asked, refuse_at;
static bool for_ever;

static bool refused(void) {
  if (!counting) return false;
  asked++;
  return refuse_at && (for_ever ? asked >= refuse_at : asked == refuse_at);
}

void *__wrap_malloc(size_t size) { return refused() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) { return refused() ? NULL : __real_calloc(count, size); }
void *__wrap_realloc(void *block, size_t size) { return refused() ? NULL : __real_realloc(block, size); }

/* The script's own memory is another matter. */
static void *script_heap(void *ud, void *block, size_t old_size, size_t new_size) {
  bool was = counting;
  counting = false;
  void *result = heap_allocate(ud, block, old_size, new_size);
  counting = was;
  return result;
}

static const char script[] =
    "local made, sum = {}, 0\n"
    "local function body(a) local b = coroutine.yield(a)\n"
    "return a + b\n"
    "end\n"
    "for i = 1, 20 do made[i] = coroutine.create(body) coroutine.resume(made[i], i) end\n"
    "for i = 1, 20 do local ok, v = coroutine.resume(made[i], 10) sum = sum + v end\n"
    "pcall(error, 'caught')\n"
    "return sum";

static void at_stop(rig *r, const ldbg_stop *stop) {
  static const char *const texts[] = {"a", "a + sum, tostring(a)", "local x = {} x.y = x return x", "error({})", "nosuch()", "1 +"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    int status = rig_evaluate(r, stop->thread, 0, texts[i], LDBG_EITHER, 10000);
    CHECK(status >= LDBG_EVAL_OK && status <= LDBG_EVAL_MEMORY);
  }
  unsigned char bytes[256];
  ldbg_recorder_read(r->ctx, bytes, sizeof bytes);
  ldbg_result result;
  ldbg_watch_evaluate(r->ctx, stop->thread, 0, 0, (ldbg_budget){.instructions = 1000}, &result);
  ldbg_release_results(r->ctx);
}

static void plan(rig *r) { /* as rig_plan, but without memory it may fail */
  ldbg_plan_begin(r->ctx);
  for (int i = 0; i < r->point_count; i++) {
    point *p = &r->points[i];
    p->entry = ldbg_plan_add(r->ctx, (uint32_t)i + 1, p->counter, p->once, p->condition, p->condition ? strlen(p->condition) : 0);
    if (p->entry < 0) continue;
    if (p->watch) ldbg_plan_watch(r->ctx, p->entry, p->watch, strlen(p->watch), p->on_change);
    if (p->log && ldbg_plan_log(r->ctx, p->entry, "a is ", 5, false)) ldbg_plan_log(r->ctx, p->entry, p->log, strlen(p->log), true);
  }
  ldbg_plan_end(r->ctx, true, true, false);
}

/* Returns how often memory was asked for. */
static long scenario(long at, bool ever) {
  rig *r = rig_bare();
  lua_setallocf(r->L, script_heap, &r->heap);
  rig_break(r, 3, 2, "a == 2 and b ~= nil");
  rig_break(r, 7, 0, NULL);
  rig_break(r, 6, 0, NULL)->log = "sum";
  rig_watch(r, "sum", true);
  ldbg_journal *journal = ldbg_journal_new(NULL, NULL);
  CHECK(ldbg_journal_resize(journal, LDBG_SMALLEST_JOURNAL));
  r->at_stop = at_stop;
  (void)ldbg_prove_layout(); /* once in a process */
  asked = 0, refuse_at = at, for_ever = ever, counting = true;
  int attached = ldbg_attach(r->L, r->callbacks, &r->ctx);
  if (attached != LDBG_OK) {
    counting = false;
    CHECK_NUMBER(attached, LDBG_NO_MEMORY);
    CHECK(r->ctx == NULL && lua_gethook(r->L) == NULL);
  } else {
    ldbg_set_journal(r->ctx, journal);
    ldbg_watches_add(r->ctx, "a, b", 4);
    plan(r);
    ldbg_trace(r->ctx, LDBG_TRACE_LINES | LDBG_TRACE_STACK | LDBG_TRACE_WATCHES | LDBG_TRACE_VARIABLES, 0,
               (ldbg_value_limits){.depth = 2, .entries = 20, .bytes = 200});
    ldbg_recorder(r->ctx, 10);
    ldbg_profile(r->ctx, LDBG_PROFILE_EXACT, 0);
    rig_run(r, script);
    if (r->status != LUA_OK) fprintf(stderr, "  refused: %ld%s\n", at, ever ? " and all after it" : "");
    CHECK_NUMBER(r->status, LUA_OK);
    CHECK_TEXT(r->result, "410");
    ldbg_detach(r->ctx);
    CHECK(lua_gethook(r->L) == NULL && ldbg_context_of(r->L) == NULL);
    ldbg_free(r->ctx);
    r->ctx = NULL;
    counting = false;
  }
  long count = asked;
  CHECK_NUMBER(rig_run_hosted(r, "return select(2, pcall(error, 'fine'))"), LUA_OK);
  CHECK_TEXT(r->result, "fine");
  ldbg_journal_free(journal);
  rig_free(r);
  return count;
}

void test_faults(void) {
  long count = scenario(0, false);
  CHECK(count > 100);
  /* Without the proof nothing else is allocated, but more slowly. */
  int stride = each * (ldbg_layout_is_proven() ? 1 : 7);
  for (long n = 1; n <= count; n += stride) scenario(n, false), scenario(n, true);
}
