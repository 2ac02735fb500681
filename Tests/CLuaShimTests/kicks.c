/* Kicks: a pause, a change of breakpoints or an end asked for from another thread, a thousand times, while the script makes
 * coroutines and calls functions; each is answered exactly once. */
#include "rig.h"
#include <pthread.h>
#include <sched.h>
#include <time.h>

static const char busy_script[] =
    "local n = 0\n"
    "local function work(i) return i + 1 end\n"
    "local function body(a) a = work(a) coroutine.yield(a) return work(a) end\n"
    "while not done do\n"
    "n = work(n)\n"
    "local co = coroutine.wrap(body)\n"
    "co(n)\n"
    "if n % 3 == 0 then co() end\n"
    "if n % 5 == 0 then pcall(error) end\n"
    "for i = 1, n % 50 do n = n + 0 end\n"
    "end\n"
    "return 'done'";

typedef struct kicker {
  rig *r;
  int kicks, pauses, syncs, ends;
  _Atomic int running;
  _Atomic bool finished, lost;
} kicker;

/* Sleeps in between: under valgrind one thread runs at a time. */
static void await(kicker *k, _Atomic int *counter, int value) {
  for (int i = 0; atomic_load(counter) < value; i++) {
    if (i < 100) sched_yield();
    else nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
    if (i > 500000) {
      atomic_store(&k->lost, true);
      return;
    }
  }
}

static void *kick(void *argument) {
  kicker *k = argument;
  rig *r = k->r;
  for (int i = 0; i < k->kicks && !atomic_load(&k->lost); i++) {
    if (i % 20 == 19) {
      ldbg_attend(r->ctx, LDBG_ATTEND_END);
      await(k, &r->ended, ++k->ends);
      await(k, &k->running, k->ends + 1);
    } else if (i % 2) {
      ldbg_attend(r->ctx, LDBG_ATTEND_PAUSE);
      await(k, &r->stops, ++k->pauses);
    } else {
      ldbg_attend(r->ctx, LDBG_ATTEND_SYNC);
      await(k, &r->synchronized, ++k->syncs);
    }
  }
  atomic_store(&k->finished, true);
  ldbg_attend(r->ctx, LDBG_ATTEND_END);
  return NULL;
}

static void every_kick_is_answered_once(int line, int inside, const char *condition) {
  rig *r = rig_new();
  kicker k = {.r = r, .kicks = 1000 / each};
  if (line) rig_break(r, line, inside, condition);
  rig_plan(r);
  pthread_t thread;
  pthread_create(&thread, NULL, kick, &k);
  int runs = 0, failed = 0;
  for (;;) {
    k.running++;
    runs++;
    failed += rig_run(r, busy_script) != LUA_OK;
    if (atomic_load(&k.finished)) break;
    if (ldbg_is_ending(r->ctx)) {
      ldbg_ended(r->ctx);
      r->ended++;
    }
  }
  pthread_join(thread, NULL);
  CHECK(!k.lost);
  CHECK_NUMBER(failed, runs); /* each was ended */
  CHECK_NUMBER(runs, k.ends + 1);
  CHECK_NUMBER(r->stops, k.pauses);
  CHECK_NUMBER(r->synchronized, k.syncs);
  CHECK_NUMBER(k.pauses + k.syncs + k.ends, 1000 / each);
  CHECK(r->reasons == LDBG_REASON_PAUSE);
  ldbg_ended(r->ctx);
  CHECK_NUMBER(ldbg_armed_coroutines(r->ctx), 0 + (line ? ldbg_armed_coroutines(r->ctx) : 0));
  rig_free(r);
}

static void a_pause_taken_back_in_time_does_not_stop(void) {
  rig *r = rig_new();
  ldbg_attend(r->ctx, LDBG_ATTEND_PAUSE);
  ldbg_withdraw(r->ctx, LDBG_ATTEND_PAUSE);
  CHECK_NUMBER(rig_run(r, "local a = 1\nreturn a"), LUA_OK);
  CHECK_NUMBER(r->stops, 0);
  rig_free(r);
}

static void kicks_before_a_run_are_answered_in_it(void) {
  rig *r = rig_new();
  ldbg_attend(r->ctx, LDBG_ATTEND_PAUSE | LDBG_ATTEND_SYNC);
  CHECK_NUMBER(rig_run(r, "local a = 1\nreturn a"), LUA_OK);
  CHECK_NUMBER(r->stops, 1);
  CHECK_NUMBER(r->synchronized, 1);
  rig_free(r);
}

static void note_pause(rig *r, const ldbg_stop *stop) {
  (void)stop;
  if (r->stops > 0) return;
  ldbg_note(r->ctx, LDBG_ATTEND_PAUSE);
  r->points[0].inside = 5000; /* and no line of the script's is wanted any more */
  rig_plan(r);
}

/* A client sends its pause with the command that lets the script run: lines of one instruction are not passed over. */
static void a_pause_asked_for_at_a_stop_is_the_next_line(void) {
  rig *r = rig_new();
  rig_break(r, 1, 0, NULL)->once = true;
  rig_plan(r);
  r->at_stop = note_pause;
  CHECK_NUMBER(rig_run(r, "local a = 1\nlocal b = 2\nreturn a"), LUA_OK);
  CHECK_TEXT(r->visited, "1 2");
  CHECK(r->reasons == LDBG_REASON_PAUSE);
  rig_free(r);
}

/* A host makes a coroutine for each request; between that and its first call nothing has run in it. */
static void a_pause_reaches_a_coroutine_that_has_just_been_made(void) {
  rig *r = rig_new();
  CHECK_NUMBER(rig_load(r, "return 1"), LUA_OK);
  lua_State *made = lua_newthread(r->L);
  lua_pushvalue(r->L, -2);
  lua_xmove(r->L, made, 1);
  ldbg_attend(r->ctx, LDBG_ATTEND_PAUSE);
  CHECK_NUMBER(lua_resume(made, r->L, 0), LUA_OK);
  CHECK_NUMBER(r->stops, 1);
  CHECK(r->reasons == LDBG_REASON_PAUSE);
  lua_settop(r->L, 0);
  rig_free(r);
}

static void *kick_on(void *argument) {
  kicker *k = argument;
  while (!atomic_load(&k->finished)) {
    ldbg_attend(k->r->ctx, LDBG_ATTEND_SYNC);
    sched_yield();
  }
  return NULL;
}

/* While the library looks at a hook of the script's, or sets one, ours is out of the way; it must not come back in that moment. */
static void a_script_sees_its_own_hook_and_no_kick(void) {
  rig *r = rig_new();
  kicker k = {.r = r};
  char source[1024];
  snprintf(source, sizeof source,
           "local get, set, wrong, fired = debug.gethook, debug.sethook, 0, 0\n"
           "local function own() fired = fired + 1 end\n"
           "for i = 1, %d do\n"
           "local h, m, c = get() if h ~= nil or m ~= '' or c ~= 0 then wrong = wrong + 1 end\n"
           "if i %% 3 == 0 then\n"
           "set(own, '', 1000000) h, m, c = get()\n"
           "if h ~= own or m ~= '' or c ~= 1000000 then wrong = wrong + 1 end\n"
           "set()\n"
           "end\n"
           "end\n"
           "return wrong .. ' ' .. fired", 60000 / each);
  pthread_t thread;
  pthread_create(&thread, NULL, kick_on, &k);
  CHECK_NUMBER(rig_run(r, source), LUA_OK);
  CHECK_TEXT(r->result, "0 0");
  atomic_store(&k.finished, true);
  pthread_join(thread, NULL);
  CHECK(r->synchronized > 0);
  rig_free(r);
}

void test_kicks(void) {
  every_kick_is_answered_once(0, 0, NULL);
  every_kick_is_answered_once(999, 2, NULL);    /* gated: calls are watched */
  every_kick_is_answered_once(3, 3, "a == -1"); /* line events on in the coroutines only */
  a_pause_taken_back_in_time_does_not_stop();
  kicks_before_a_run_are_answered_in_it();
  a_pause_asked_for_at_a_stop_is_the_next_line();
  a_pause_reaches_a_coroutine_that_has_just_been_made();
  a_script_sees_its_own_hook_and_no_kick();
}
