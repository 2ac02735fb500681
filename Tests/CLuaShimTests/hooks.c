/* Hooks of the script's own: they fire as often and at the same places with a debugger as without, whatever it does. */
#include "rig.h"

/* The workload is logged by a hook of the script's own: "event:line", in the order of firing. %s is debug.sethook's mask. */
static const char workload[] =
    "local log, getinfo, sethook, pcall = {}, debug.getinfo, debug.sethook, pcall\n"
    "local function hook(e, l) log[#log + 1] = e:sub(1, 1) .. (l or getinfo(2, 'l').currentline) end\n"
    "local function f(n)\n"
    "if n == 0 then return 0 end\n"
    "return 1 + f(n - 1)\n"
    "end\n"
    "local function tail(n) if n > 0 then return tail(n - 1) end end\n"
    "local function bad()\n"
    "error('x')\n"
    "end\n"
    "local co = coroutine.wrap(function()\n"
    "for i = 1, 3 do\n"
    "f(1)\n"
    "coroutine.yield(i)\n"
    "end\n"
    "end)\n"
    "sethook(hook, '%s', %d)\n"
    "for i = 1, 3 do\n"
    "f(i) tail(i) pcall(bad)\n"
    "co()\n"
    "end\n"
    "local t = {3, 1, 2}\n"
    "table.sort(t, function(a, b)\n"
    "return a < b\n"
    "end)\n"
    "pcall(pcall, bad)\n"
    "sethook()\n"
    "return table.concat(log, ' ')";

static void hooks_fire_alike(const char *mask, int count, const char *what) {
  char source[2048];
  snprintf(source, sizeof source, workload, mask, count);
  rig *plain = rig_bare();
  CHECK_NUMBER(rig_run_hosted(plain, source), LUA_OK);
  CHECK(strlen(plain->result) > 20);
  static const struct { const char *what, *verbs; int line, inside; const char *condition; } ways[] = {
      {"idle", NULL, 0, 0, NULL},
      {"stepping in", "i", 0, 0, NULL},
      {"stepping over", "o", 0, 0, NULL},
      {"stepping out at last", "iiiiiiiiiiiiu", 0, 0, NULL},
      {"mixed steps", "iiiiiiiiiiiiiiiiioioiotiuo", 0, 0, NULL},
      {"a breakpoint never reached", NULL, 999, 3, NULL},
      {"a breakpoint in a leaf", NULL, 4, 3, NULL},
      {"a breakpoint in the caller", NULL, 20, 0, NULL},
      {"a breakpoint in a coroutine", NULL, 14, 11, NULL},
      {"a breakpoint that raises there", NULL, 9, 8, NULL},
      {"a condition that is false", NULL, 4, 3, "n == -1 and #{n} == 5"},
      {"a condition that is true", "co", 4, 3, "n > 1"},
      {"a function breakpoint", NULL, -1, 3, NULL},
  };
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    char name[128];
    rig *r = rig_new();
    if (ways[i].inside || ways[i].line) {
      rig_break(r, ways[i].line < 0 ? 0 : ways[i].line, ways[i].inside, ways[i].condition);
      rig_plan(r);
    }
    if (ways[i].verbs && !ways[i].line) {
      rig_walk(r, ways[i].verbs, source);
    } else {
      if (ways[i].verbs) r->verbs = ways[i].verbs;
      CHECK_NUMBER(rig_run(r, source), LUA_OK);
    }
    snprintf(name, sizeof name, "%s, %s", what, ways[i].what);
    check_text(r->result, plain->result, __FILE__, __LINE__, name);
    rig_free(r);
  }
  rig_free(plain);
}

static void the_scripts_count_hook_fires_as_without_us(void) {
  if (ldbg_layout_is_proven()) hooks_fire_alike("", 7, "count 7"); /* without, the countdown starts afresh */
  hooks_fire_alike("", 1, "count 1");
}
static void the_scripts_line_hook_fires_as_without_us(void) { hooks_fire_alike("l", 0, "lines"); }
static void the_scripts_call_and_return_hooks_fire_as_without_us(void) {
  hooks_fire_alike("c", 0, "calls");
  hooks_fire_alike("r", 0, "returns");
  hooks_fire_alike("cr", 0, "calls and returns");
}
static void all_of_them_together(void) { hooks_fire_alike("crl", ldbg_layout_is_proven() ? 13 : 1, "all"); }

static char fired[1 << 12];

static void note_line(lua_State *L, lua_Debug *ar) {
  char text[16];
  lua_getinfo(L, "l", ar);
  snprintf(text, sizeof text, "%d ", ar->currentline);
  if (strlen(fired) + strlen(text) < sizeof fired) strcat(fired, text);
}

static void pause_after_each_of_ten(rig *r, const ldbg_stop *stop) {
  (void)stop;
  if (r->stops < 10) ldbg_note(r->ctx, LDBG_ATTEND_PAUSE);
  r->points[0].inside = 5000;
  rig_plan(r);
}

/* A host ends scripts that run for too long by such a hook: a pause that is asked for at a stop must not use its countdown up. */
static void a_hosts_count_hook_fires_as_without_us_with_pauses(void) {
  static const char source[] = "local n = 0\nfor i = 1, 40 do\nn = n + i\nn = n - 1\nend\nreturn n";
  static char plainly[sizeof fired];
  if (!ldbg_layout_is_proven()) return; /* the countdown starts afresh */
  for (int with = 0; with < 2; with++) {
    rig *r = rig_bare();
    lua_sethook(r->L, note_line, LUA_MASKCOUNT, 17);
    if (with) {
      rig_attach(r);
      rig_break(r, 3, 0, NULL)->once = true;
      rig_plan(r);
      ldbg_arm(r->ctx);
      r->at_stop = pause_after_each_of_ten;
    }
    fired[0] = 0;
    CHECK_NUMBER(rig_run_hosted(r, source), LUA_OK);
    CHECK_TEXT(r->result, "780");
    if (with) {
      CHECK_NUMBER(r->stops, 11);
      CHECK_TEXT(fired, plainly);
    } else {
      strcpy(plainly, fired);
    }
    lua_sethook(r->L, NULL, 0, 0);
    rig_free(r);
  }
  CHECK(strlen(plainly) > 10);
}

static void gethook_tells_the_scripts_own_hook(void) {
  static const char source[] = "local function h() end\n"
                               "local log = {}\n"
                               "local function note() local f, m, c = debug.gethook() log[#log + 1] = tostring(f == h) .. tostring(f == nil) .. m .. c end\n"
                               "note() debug.sethook(h, 'lr', 5) note() debug.sethook(h, '', 1000) note()\n"
                               "local co = coroutine.create(function() note() debug.sethook(h, 'c') note() coroutine.yield() note() end)\n"
                               "coroutine.resume(co) note() log[#log + 1] = select(2, debug.gethook(co))\n"
                               "debug.sethook(co, h, 'r') coroutine.resume(co) log[#log + 1] = select(2, debug.gethook(co))\n"
                               "debug.sethook() note() debug.sethook(h, '', 0) note()\n"
                               "return table.concat(log, ' ') .. ' ' .. tostring(pcall(debug.sethook, h, 5, {})) .. ' ' .. select('#', debug.sethook())";
  rig *plain = rig_bare();
  CHECK_NUMBER(rig_run_hosted(plain, source), LUA_OK);
  CHECK(strstr(plain->result, "truefalsel") == NULL || strlen(plain->result) > 10);
  for (int way = 0; way < 4; way++) {
    rig *r = rig_new();
    if (way == 1) rig_walk(r, "i", source);
    else if (way == 2) rig_walk(r, "o", source);
    else {
      if (way == 3) rig_break(r, 3, 3, NULL), rig_plan(r);
      rig_run(r, source);
    }
    CHECK_TEXT(r->result, plain->result);
    rig_free(r);
  }
  rig_free(plain);
}

static void a_hook_set_on_a_coroutine_of_before_is_kept(void) {
  static const char before[] = "n = 0 old = coroutine.create(function() for i = 1, 3 do\nlocal x = i\nend return n end)";
  static const char source[] = "debug.sethook(old, function() n = n + 1 end, 'l')\nlocal ok, v = coroutine.resume(old)\nreturn v";
  rig *plain = rig_bare();
  rig_run_hosted(plain, before);
  rig_run_hosted(plain, source);
  rig *r = rig_bare();
  rig_run_hosted(r, before);
  rig_attach(r);
  rig_walk(r, "o", source);
  CHECK_TEXT(r->result, plain->result);
  rig_free(r);
  r = rig_bare();
  rig_run_hosted(r, before);
  rig_attach(r);
  rig_walk(r, "i", source);
  CHECK_TEXT(r->result, plain->result);
  rig_free(r);
  rig_free(plain);
}

static _Atomic int host_events;
static void host_hook(lua_State *L, lua_Debug *ar) { (void)L, (void)ar, host_events++; }

static void the_hosts_c_hook_fires_as_without_us(void) {
  static const char source[] = "local s = 0\nfor i = 1, 100 do\ns = s + i\nend\n"
                               "local f = coroutine.wrap(function()\nfor i = 1, 10 do\ncoroutine.yield()\nend\nend)\nfor i = 1, 5 do f() end return s";
  for (int mask = LUA_MASKCALL; mask <= LUA_MASKCOUNT; mask <<= 1) {
    int period = ldbg_layout_is_proven() ? 9 : 1;
    rig *r = rig_bare();
    lua_sethook(r->L, host_hook, mask, period);
    host_events = 0;
    rig_run_hosted(r, source);
    int expected = host_events;
    CHECK(expected > 0);
    rig_attach(r);
    lua_sethook(r->L, host_hook, mask, period); /* counts from the start again */
    host_events = 0;
    rig_run(r, source);
    CHECK_NUMBER(host_events, expected);
    for (const char *verbs = "iou"; *verbs; verbs++) {
      ldbg_detach(r->ctx);
      ldbg_free(r->ctx);
      lua_sethook(r->L, host_hook, mask, period);
      rig_attach(r);
      host_events = 0;
      rig_walk(r, (char[]){*verbs, 0}, source);
      CHECK_NUMBER(host_events, expected);
    }
    CHECK(lua_gethook(r->L) == host_hook);
    rig_free(r);
  }
}

static void evaluate_at_stop(rig *r, const ldbg_stop *stop) {
  char result[sizeof r->result];
  memcpy(result, r->result, sizeof result);
  CHECK_NUMBER(rig_evaluate(r, stop->thread, 0, "1 + 1", LDBG_EXPRESSION, 0), LDBG_EVAL_OK);
  memcpy(r->result, result, sizeof result);
}

static void evaluations_do_not_move_the_count_of_a_hook(void) {
  /* The hook counts in a coroutine that has yielded when something is evaluated elsewhere. */
  static const char source[] = "local log, getinfo = {}, debug.getinfo\n"
                               "local co = coroutine.wrap(function()\n"
                               "debug.sethook(function() log[#log + 1] = getinfo(2, 'l').currentline end, '', 7)\n"
                               "for i = 1, 10 do\n"
                               "local x = i\n"
                               "coroutine.yield()\n"
                               "end\n"
                               "end)\n"
                               "for i = 1, 10 do\n"
                               "co()\n"
                               "end\n"
                               "return table.concat(log, ' ')";
  rig *plain = rig_bare();
  rig_run_hosted(plain, source);
  rig *r = rig_new();
  rig_break(r, 10, 0, NULL);
  rig_plan(r);
  r->at_stop = evaluate_at_stop;
  rig_run(r, source);
  CHECK_NUMBER(r->stops, 10);
  CHECK_TEXT(r->result, plain->result);
  rig_free(r);
  rig_free(plain);
}

static void an_evaluation_between_calls_leaves_hooks_alone(void) {
  rig *r = rig_bare();
  lua_sethook(r->L, host_hook, LUA_MASKLINE, 0);
  rig_attach(r);
  rig_run_hosted(r, "co = coroutine.wrap(function()\nfor i = 1, 5 do\ncoroutine.yield()\nend\nend) co()");
  CHECK_NUMBER(rig_evaluate(r, r->L, -1, "1", LDBG_EXPRESSION, 0), LDBG_EVAL_OK);
  CHECK_NUMBER(ldbg_armed_coroutines(r->ctx), 0);
  host_events = 0;
  rig_run_hosted(r, "co()");
  CHECK_NUMBER(host_events, 3); /* line 1 here, lines 2 and 3 there */
  rig_free(r);
}

static void a_kick_loses_no_count_event(void) {
  /* One kick at each instruction of a loop in turn, from the script's own thread so that its place is certain. */
  for (int at = 1; at <= 15; at++) {
    char expected[4096];
    for (int kicked = 0; kicked < 2; kicked++) {
      rig *r = rig_new();
      rig_load(r, "local log, getinfo = {}, debug.getinfo\n"
                  "local function hook() log[#log + 1] = getinfo(2, 'l').currentline end\n"
                  "local kick, at = ...\n"
                  "debug.sethook(hook, '', 7)\n"
                  "for i = 1, 20 do\n"
                  "local a = i\n"
                  "if i == at then\n"
                  "kick()\n"
                  "end\n"
                  "local b = i\n"
                  "end\n"
                  "debug.sethook()\n"
                  "return table.concat(log, ' ')");
      extern int kick_from_script(lua_State *), do_not_kick(lua_State *);
      lua_pushcfunction(r->L, kicked ? kick_from_script : do_not_kick);
      lua_pushinteger(r->L, at);
      CHECK_NUMBER(ldbg_call(r->ctx, r->L, 2, 1), LUA_OK);
      if (kicked) CHECK_TEXT(lua_tostring(r->L, -1), expected);
      else snprintf(expected, sizeof expected, "%s", lua_tostring(r->L, -1));
      CHECK_NUMBER(r->synchronized, kicked);
      lua_settop(r->L, 0);
      rig_free(r);
    }
  }
}

int kick_from_script(lua_State *L) { return ldbg_attend(ldbg_context_of(L), LDBG_ATTEND_SYNC), 0; }
int do_not_kick(lua_State *L) { return (void)L, 0; }

void test_hooks(void) {
  the_scripts_count_hook_fires_as_without_us();
  the_scripts_line_hook_fires_as_without_us();
  the_scripts_call_and_return_hooks_fire_as_without_us();
  all_of_them_together();
  a_hosts_count_hook_fires_as_without_us_with_pauses();
  gethook_tells_the_scripts_own_hook();
  a_hook_set_on_a_coroutine_of_before_is_kept();
  the_hosts_c_hook_fires_as_without_us();
  if (ldbg_layout_is_proven()) evaluations_do_not_move_the_count_of_a_hook();
  an_evaluation_between_calls_leaves_hooks_alone();
  if (ldbg_layout_is_proven()) a_kick_loses_no_count_event();
}
