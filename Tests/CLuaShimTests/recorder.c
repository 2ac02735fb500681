/* What the flight recorder keeps of the last lines, with a trace beside it and without. */
#include "rig.h"

static const ldbg_value_limits limits = {.depth = 2, .entries = 20, .bytes = 200};

static void the_recorder_keeps_the_last_lines(void) {
  rig *r = rig_new();
  rig_journal(r);
  CHECK(ldbg_recorder(r->ctx, 4));
  rig_run(r, "local n = 0\nfor i = 1, 50 do\nn = n + i\nend\nreturn n");
  CHECK_TEXT(rig_recorded(r, 0), "L2 v(n=1225<1176)\nL3 v(i=50)\nL2 v(n=1275<1225)\nL5");
  CHECK_TEXT(rig_records(r, 0), "");
  CHECK_NUMBER(ldbg_recorder_read(r->ctx, NULL, 0) > 0, true);
  CHECK(ldbg_recorder(r->ctx, 0));
  CHECK_NUMBER(ldbg_recorder_read(r->ctx, NULL, 0), 0);
  ldbg_arm(r->ctx);
  CHECK_NUMBER(ldbg_armed_coroutines(r->ctx), 0);
  rig_free(r);
}

static void what_returns_have_changed_is_not_counted_as_lines(void) {
  rig *r = rig_new();
  rig_journal(r);
  CHECK(ldbg_recorder(r->ctx, 1));
  rig_run(r, "local function f(a) a = 2 end for i = 1, 3 do\nf(i)\nend\nf(1) local t = {}");
  CHECK_TEXT(rig_recorded(r, 0), "L1 v(p a=1)\nR1 v(p a=2<1)\nR4 v(t={0..})");
  CHECK(ldbg_recorder(r->ctx, 2));
  rig_run(r, "local function f(a)\na = 2 end for i = 1, 3 do\nf(i)\nend\nreturn f(1)");
  CHECK_TEXT(rig_recorded(r, 0), "L5\nL2 v(p a=1)\nR2 v(p a=2<1)");
  rig_free(r);
}

static void the_recorders_ring_wraps(void) {
  for (size_t lines = 300; lines < 600; lines += 37) {
    rig *r = rig_new();
    rig_journal(r);
    CHECK(ldbg_recorder(r->ctx, lines));
    rig_run(r, "local s = ''\nfor i = 1, 1000 do\ns = ('x'):rep(i % 150)\nend\nreturn s");
    const char *text = rig_recorded(r, 0);
    size_t count = 1;
    for (const char *c = text; *c; c++) count += *c == '\n';
    CHECK(count <= lines && count > 200);
    CHECK(strcmp(text + strlen(text) - 3, "\nL5") == 0);
    rig_free(r);
  }
}

static void recorder_and_trace_share_what_changed(void) {
  rig *r = rig_new();
  rig_journal(r);
  ldbg_trace(r->ctx, LDBG_TRACE_LINES, 0, limits);
  CHECK(ldbg_recorder(r->ctx, 100));
  rig_run(r, "local t = {{1}}\nlocal function f(a) a = 2 end f(1)\nreturn t");
  CHECK_TEXT(rig_records(r, 0), "L1\nL2\nL2\nL3");
  CHECK_TEXT(rig_recorded(r, 0), "L1\nL2 v(t={1..})\nL2 v(p a=1)\nR2 v(p a=2<1)\nL3 v(f=s:2-2())");
  ldbg_trace(r->ctx, LDBG_TRACE_LINES | LDBG_TRACE_VARIABLES, 0, limits);
  rig_run(r, "local t = {{1}}\nreturn t");
  CHECK_TEXT(rig_records(r, 0), "L1\nL2 v(t={1:1={1:1=1}})");
  rig_free(r);
}

static void a_line_that_does_not_fit_the_trace_says_so_only_there(void) {
  rig *r = rig_new();
  rig_journal(r);
  CHECK(ldbg_recorder(r->ctx, 100));
  ldbg_trace(r->ctx, LDBG_TRACE_LINES, 0, limits);
  char *source = calloc(1, 1 << 17); /* names that are longer than a record, together */
  for (int i = 0; i < 180; i++) sprintf(source + strlen(source), "local a%0400d = 1 ", i);
  strcat(source, "\nreturn 1");
  rig_run(r, source);
  free(source);
  CHECK_TEXT(r->result, "1");
  CHECK_TEXT(rig_records(r, 0), "L1\nL2");
  CHECK(strstr(rig_recorded(r, SHOW_NO_SECTIONS), "L2 cut") != NULL);
  rig_free(r);
}

static void the_recorder_can_begin_and_change_at_a_stop(void) {
  rig *r = rig_new();
  rig_journal(r);
  CHECK(ldbg_recorder(r->ctx, 3));
  CHECK(ldbg_recorder(r->ctx, 2));
  rig_run(r, "local a = 1\na = 2\na = 3\nreturn a");
  CHECK_TEXT(rig_recorded(r, 0), "L3 v(a=2<1)\nL4 v(a=3<2)");
  rig_free(r);
}

void test_recorder(void) {
  the_recorder_keeps_the_last_lines();
  what_returns_have_changed_is_not_counted_as_lines();
  the_recorders_ring_wraps();
  recorder_and_trace_share_what_changed();
  a_line_that_does_not_fit_the_trace_says_so_only_there();
  the_recorder_can_begin_and_change_at_a_stop();
}
