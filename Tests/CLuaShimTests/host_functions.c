/* Functions of the host's: what they answer becomes values, whatever memory is refused on the way nothing is lost, and each is a
 * C function of its own. */
#include "rig.h"

static void put(ldbg_answer *answer, const void *bytes, size_t length) {
  answer->bytes = malloc(length + 1);
  memcpy(answer->bytes, bytes, length);
  answer->length = length;
}

/* 0: one string. 1: fails, with a place. 2: a table {1 = true}. 3: too few bytes. 4: a stop. 5: a table as an error. */
static void answer_call(void *host, lua_State *L, int function, int count, int line, ldbg_answer *answer) {
  rig *r = host;
  r->number = r->number * 10 + count;
  CHECK(lua_checkstack(L, LUA_MINSTACK) && lua_gettop(L) >= count && (line == 1 || line == -1));
  static const char text[] = "s\5\0\0\0\0\0\0\0hello", table[] = "T\1\0\0\0\0\0\0\0i\1\0\0\0\0\0\0\0t";
  answer->count = 1;
  answer->failed = function == 1 || function == 5;
  answer->positioned = function == 1;
  answer->stops = function == 4;
  switch (function) {
    case 2: case 5: put(answer, table, sizeof table - 1); break;
    case 3: put(answer, text, sizeof text - 3); break;
    case 4: put(answer, "t", 1); break;
    default: put(answer, text, sizeof text - 1);
  }
}

static void install(rig *r) {
  char path[] = "host.f0";
  for (int i = 0; i < 6; i++) {
    path[6] = (char)('0' + i);
    CHECK_NUMBER(ldbg_install_host_function(r->L, path, i, answer_call, r), LUA_OK);
  }
}

static void run(rig *r, const char *source, const char *expected) {
  rig_run_hosted(r, source);
  CHECK_TEXT(r->result, expected);
}

static void answers_become_values(void) {
  rig *r = rig_bare();
  install(r);
  run(r, "return host.f0(1, 2)", "hello");
  run(r, "local x = 1; return select(2, pcall(function() local a = host.f1() end))", "s:1: hello");
  run(r, "return tostring(host.f2()[1])", "true");
  run(r, "return tostring((pcall(host.f3)))", "false");
  run(r, "return type(select(2, pcall(function() local a = host.f5() end)))", "table");
  run(r, "local seen = {} for i = 0, 5 do seen[tostring(host['f' .. i])] = true end local n = 0 for _ in pairs(seen) do n = n + 1 end return n", "6");
  CHECK_NUMBER(ldbg_install_host_function(r->L, "print.x", 6, answer_call, r), LUA_ERRRUN);
  CHECK_NUMBER(ldbg_install_constant(r->L, "host.name", "s\1\0\0\0\0\0\0\0x", 10), LUA_OK);
  run(r, "return host.name", "x");
  rig_free(r);
}

static void refused_memory_loses_nothing(void) {
  for (long refused = 1; refused < 40; refused++) {
    rig *r = rig_bare();
    install(r);
    rig_load(r, "local t = {} for i = 1, 4 do t[i] = {pcall(host.f0, i .. 'x')}; t[i + 4] = {pcall(host.f2)} end");
    r->heap.counting = true;
    r->heap.growths = 0;
    r->heap.refuse_at = refused;
    r->heap.refuse_times = 2;
    lua_pcall(r->L, 0, 0, 0);
    r->heap.counting = false;
    lua_settop(r->L, 0);
    rig_free(r);
  }
}

static void note_line(rig *r, const ldbg_stop *stop) {
  CHECK(stop->reasons & LDBG_REASON_SCRIPT);
  CHECK_NUMBER(stop->line, 1);
  r->number = 7;
}

static void a_function_stops_where_it_was_called(void) {
  rig *r = rig_new();
  install(r);
  r->at_stop = note_line;
  r->verbs = "c";
  rig_run(r, "local a = host.f4() return tostring(a)");
  CHECK_TEXT(r->result, "true");
  CHECK_NUMBER(r->number, 7);
  rig_free(r);
}

static void a_prelude_makes_functions_native(void) {
  rig *r = rig_bare();
  install(r);
  rig_load(r, "local native = ... function own() error('own', 3) end own = native(own) make = native");
  CHECK_NUMBER(ldbg_run_prelude(r->L, 6), LUA_OK);
  run(r, "return select(2, pcall(function() return own() end))", "s:1: own");
  run(r, "return tostring((pcall(make, 1)))", "false");
  run(r, "local co = coroutine.wrap(make(function(x) return coroutine.yield(x) end)) return co(1) + co(2)", "3");
  rig_load(r, "error('bad')");
  CHECK_NUMBER(ldbg_run_prelude(r->L, 6), LUA_ERRRUN);
  lua_settop(r->L, 0);
  rig_free(r);
}

void test_host_functions(void) {
  answers_become_values();
  refused_memory_loses_nothing();
  a_function_stops_where_it_was_called();
  a_prelude_makes_functions_native();
}
