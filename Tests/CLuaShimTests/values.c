/* Values as bytes, within limits; and briefs, which tell whether a value is another than before. */
#include "rig.h"

/* The value of an expression on top of the rig's stack. */
static void push(rig *r, const char *expression) {
  char source[1 << 12];
  snprintf(source, sizeof source, "return %s", expression);
  if (luaL_dostring(r->L, source) != LUA_OK) CHECK_TEXT(lua_tostring(r->L, -1), "");
}

static const char *encoded(rig *r, const char *expression, ldbg_value_limits limits) {
  static unsigned char bytes[1 << 16];
  ldbg_writer w = {.bytes = bytes, .capacity = sizeof bytes};
  push(r, expression);
  int top = lua_gettop(r->L);
  ldbg_write_value(r->ctx, &w, r->L, &limits);
  CHECK(!w.cut);
  CHECK_NUMBER(lua_gettop(r->L), top);
  if (ldbg_scratch(r->ctx)) CHECK_NUMBER(lua_gettop(ldbg_scratch(r->ctx)), 0);
  lua_settop(r->L, 0);
  return value_text(bytes, w.used);
}

static const ldbg_value_limits wide = {.depth = 8, .entries = 1000, .bytes = 1000};

static void every_type_is_written(void) {
  static const struct { const char *expression, *text; } table[] = {
      {"nil", "nil"}, {"true", "true"}, {"false", "false"}, {"0", "0"}, {"-5", "-5"}, {"math.maxinteger", "9223372036854775807"},
      {"math.mininteger", "-9223372036854775808"}, {"1.0", "1.0000"}, {"-0.0", "-0.0000"}, {"1/0", "inf"}, {"'x'", "'x'"},
      {"''", "''"}, {"print", "C()"}, {"string.gmatch('a', 'a')", "C()"}, {"io.stdout", "userdata"},
      {"coroutine.create(print)", "thread"}, {"{}", "{0}"}, {"{1, 'a', false}", "{3:1=1,2='a',3=false}"}, {"{x = 1}", "{0:'x'=1}"},
      {"{[1.5] = true}", "{0:1.5000=true}"}, {"{10, x = {20}}", "{1:1=10,'x'={1:1=20}}"}, {"setmetatable({}, {})", "{m0}"},
      {"{[{}] = {}}", "{0:{0}={0}}"}, {"{[print] = 1}", "{0:C()=1}"}, {"{nil, nil, 3}", "{3:1=nil,2=nil,3=3}"},
      {"{[-1] = 1}", "{0:-1=1}"},
  };
  rig *r = rig_new();
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    check_text(encoded(r, table[i].expression, wide), table[i].text, __FILE__, __LINE__, table[i].expression);
  rig_free(r);
}

static void functions_tell_where_they_are_defined(void) {
  rig *r = rig_new();
  CHECK_TEXT(encoded(r, "load('\\n\\nreturn function()\\nend', '=chunk')()", wide), "chunk:3-4()");
  CHECK_TEXT(encoded(r, "load('return 1', '@dir/file.lua')", wide), "dir/file.lua:0-0()");
  CHECK_TEXT(encoded(r, "load('return 1')", wide), "[string \"return 1\"]:0-0()");
  rig_free(r);
}

static void limits_hold(void) {
  static const struct { const char *expression; ldbg_value_limits limits; const char *text; } table[] = {
      {"'abcdef'", {.bytes = 3}, "'abc'/6"},
      {"'abcdef'", {.bytes = 6}, "'abcdef'"},
      {"'abcdef'", {.bytes = 0}, "''/6"},
      {"{1}", {.depth = 0, .entries = 10}, "{1..}"},
      {"{1, {2}}", {.depth = 1, .entries = 10}, "{2:1=1,2={1..}}"},
      {"{1, {2}}", {.depth = 2, .entries = 10}, "{2:1=1,2={1:1=2}}"},
      {"{1, 2, 3}", {.depth = 1, .entries = 2}, "{3:1=1,2=2,..}"},
      {"{1, 2, 3}", {.depth = 1, .entries = 3}, "{3:1=1,2=2,3=3}"},
      {"{1, 2, 3, x = 1}", {.depth = 1, .entries = 3}, "{3:1=1,2=2,3=3,..}"},
      {"{x = 1}", {.depth = 1, .entries = 0}, "{0,..}"},
      {"{{1, 2}, {3}}", {.depth = 2, .entries = 3}, "{2:1={2:1=1,2=2},..}"}, /* the whole value's, not each table's */
      {"{'abc', 'def'}", {.depth = 1, .entries = 9, .bytes = 4}, "{2:1='abc',2='d'/3}"},
  };
  rig *r = rig_new();
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    check_text(encoded(r, table[i].expression, table[i].limits), table[i].text, __FILE__, __LINE__, table[i].expression);
  rig_free(r);
}

static void cycles_end(void) {
  rig *r = rig_new();
  CHECK_TEXT(encoded(r, "(function() local t = {} t[1] = t return t end)()", wide), "{1:1={1cycle}}");
  CHECK_TEXT(encoded(r, "(function() local a, b = {}, {} a.x = b b.x = a return a end)()", wide), "{0:'x'={0:'x'={0cycle}}}");
  CHECK_TEXT(encoded(r, "(function() local a = {7} return {a, a} end)()", wide), "{2:1={1:1=7},2={1:1=7}}"); /* twice is no cycle */
  CHECK_TEXT(encoded(r, "(function() local t = setmetatable({}, {__index = error, __len = error, __pairs = error}) rawset(t, t, t) return t end)()", wide),
             "{m0:{m0cycle}={m0cycle}}");
  rig_free(r);
}

static void very_deep_tables_are_cut(void) {
  rig *r = rig_new();
  const char *text = encoded(r, "(function() local t = {} for i = 1, 100 do t = {t} end return t end)()", (ldbg_value_limits){1000, 1000, 10});
  CHECK(strstr(text, "{1..}") != NULL);
  CHECK(strlen(text) < 200);
  rig_free(r);
}

static void huge_tables_are_not_walked_to_their_end(void) {
  rig *r = rig_new();
  push(r, "(function() local t = {} for i = 1, 100000 do t[i] = i t['k' .. i] = i end return t end)()");
  for (int i = 0; i < 20000; i++) {
    unsigned char bytes[256];
    ldbg_writer w = {.bytes = bytes, .capacity = sizeof bytes};
    ldbg_value_limits limits = {.depth = 2, .entries = 5, .bytes = 100};
    ldbg_write_value(r->ctx, &w, r->L, &limits);
    if (i == 0) CHECK_TEXT(value_text(bytes, w.used), "{100000:1=1,2=2,3=3,4=4,5=5,..}");
    CHECK_NUMBER(limits.entries, 0);
  }
  lua_settop(r->L, 0);
  rig_free(r);
}

static void strings_of_bytes_are_whole(void) {
  rig *r = rig_new();
  unsigned char bytes[64];
  ldbg_writer w = {.bytes = bytes, .capacity = sizeof bytes};
  ldbg_value_limits limits = {.bytes = 100};
  push(r, "'a\\0b\\255\\0'");
  ldbg_write_value(r->ctx, &w, r->L, &limits);
  CHECK_NUMBER(w.used, 1 + 8 + 4 + 5);
  CHECK(memcmp(bytes + 13, "a\0b\377\0", 5) == 0);
  CHECK_NUMBER(limits.bytes, 95);
  lua_settop(r->L, 0);
  rig_free(r);
}

static void what_does_not_fit_says_so(void) {
  rig *r = rig_new();
  push(r, "{1, 2, 3, 'abcdefghijkl', x = {}}");
  for (size_t capacity = 0; capacity < 200; capacity++) { /* an overrun is for a memory checker to see */
    unsigned char *bytes = malloc(capacity + 1);
    ldbg_writer w = {.bytes = bytes, .capacity = capacity};
    ldbg_value_limits limits = wide;
    ldbg_write_value(r->ctx, &w, r->L, &limits);
    CHECK(w.used <= capacity);
    if (!w.cut) CHECK_TEXT(value_text(bytes, w.used), "{4:1=1,2=2,3=3,4='abcdefghijkl','x'={0}}");
    if (capacity < 40) CHECK(w.cut);
    if (capacity > 180) CHECK(!w.cut);
    free(bytes);
  }
  lua_settop(r->L, 0);
  rig_free(r);
}

/* ---- Briefs ---------------------------------------------------------------------------------------------------------------- */

static void briefs_tell_values_apart(void) {
  static const struct { const char *a, *b; bool equal; } table[] = {
      {"1", "1", true}, {"1", "1.0", false}, {"1", "'1'", false}, {"1.5", "1.5", true}, {"0.0", "-0.0", false}, {"0/0", "0/0", true},
      {"0/0", "1/0", false}, {"nil", "nil", true}, {"nil", "false", false}, {"true", "false", false}, {"true", "1", false},
      {"'a'", "'a'", true}, {"'a'", "'b'", false}, {"'a'", "'a\\0'", false}, {"'a\\0b'", "'a\\0c'", false}, {"''", "nil", false},
      {"{}", "{}", false}, {"print", "print", true}, {"print", "pairs", false}, {"_G", "_G", true}, {"_G", "print", false},
      {"io.stdout", "io.stdout", true}, {"io.stdout", "io.stderr", false},
      {"('x'):rep(40)", "('x'):rep(40)", true}, {"('x'):rep(40)", "('x'):rep(39) .. 'y'", false},
      {"('x'):rep(41)", "('x'):rep(40) .. 'y'", false}, {"('x'):rep(1000)", "('x'):rep(1000)", true},
      {"('x'):rep(1000)", "('x'):rep(1001)", false}, {"('x'):rep(1000)", "('y'):rep(1000)", false},
      {"('x'):rep(1000)", "('x'):rep(999) .. 'y'", false}, {"('x'):rep(1000000)", "('x'):rep(999999) .. 'y'", false},
  };
  rig *r = rig_new();
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    ldbg_brief a, b;
    memset(&a, 0x11, sizeof a);
    memset(&b, 0x22, sizeof b);
    push(r, table[i].a);
    push(r, table[i].b);
    ldbg_brief_of(r->L, 1, &a);
    ldbg_brief_of(r->L, 2, &b);
    check(ldbg_brief_equal(&a, &b) == table[i].equal, __FILE__, __LINE__, table[i].a);
    check(ldbg_brief_equal(&b, &a) == table[i].equal, __FILE__, __LINE__, table[i].b);
    lua_settop(r->L, 0);
  }
  rig_free(r);
}

static void briefs_can_be_shown(void) {
  static const struct { const char *expression, *text; } table[] = {
      {"nil", "nil"}, {"true", "true"}, {"false", "false"}, {"7", "7"}, {"1.5", "1.5000"}, {"'abc'", "'abc'"}, {"{1, 2}", "{0..}"},
      {"print", "function"}, {"coroutine.create(print)", "thread"}, {"('x'):rep(50)", "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'/50"},
  };
  rig *r = rig_new();
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    unsigned char bytes[128];
    ldbg_writer w = {.bytes = bytes, .capacity = sizeof bytes};
    ldbg_brief brief;
    push(r, table[i].expression);
    ldbg_brief_of(r->L, 1, &brief);
    ldbg_write_brief(&w, &brief);
    CHECK(!w.cut);
    check_text(value_text(bytes, w.used), table[i].text, __FILE__, __LINE__, table[i].expression);
    lua_settop(r->L, 0);
  }
  rig_free(r);
}

void test_values(void) {
  every_type_is_written();
  functions_tell_where_they_are_defined();
  limits_hold();
  cycles_end();
  very_deep_tables_are_cut();
  huge_tables_are_not_walked_to_their_end();
  strings_of_bytes_are_whole();
  what_does_not_fit_says_so();
  briefs_tell_values_apart();
  briefs_can_be_shown();
}
