/* Which expressions can do no more than compare and compute; and that a watch which is not evaluated again while its variables rest
 * stops where one that is evaluated at every line does. */
#include "rig.h"
#include "../../Sources/CLuaShim/names.h"

static void what_calls_or_looks_into_something_is_not_pure(void) {
  static const struct { const char *text; bool is_pure; } table[] = {
      {"x", true},           {"x > 1", true},         {"(x + 1) * y ~= 0x1p-4", true},   {"not x and (y or nil == z)", true},
      {"x == 'f(y)'", true}, {"x == \"a\\\"b\"", true}, {"x // 2 << 1 | ~y & 3", true}, {"1e-5 < x", true},
      {"f()", false},        {"f(x)", false},         {"(f)(x)", false},                 {"f'x'", false},
      {"f \"x\"", false},    {"x.y", false},          {"x[1]", false},                   {"x:y()", false},
      {"{x}", false},        {"f{x}", false},         {"#x", false},                     {"x .. y", false},
      {"...", false},        {"function() end", false}, {"x -- y", false},               {"[[x]] == y", false},
      {"'x' 'y'", false},    {"x 'y", false},         {"x; y", false},                   {"x, y", false},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    ldbg_names names;
    const size_t length = strlen(table[i].text);
    CHECK(ldbg_names_scan(&names, table[i].text, length));
    check_number(ldbg_names_are_all_it_reads(&names, table[i].text, length), table[i].is_pure, __FILE__, __LINE__, table[i].text);
    ldbg_names_free(&names);
  }
}

static void words_in_strings_are_no_variables(void) {
  static const char text[] = "x == 'y z' or w";
  ldbg_names names;
  CHECK(ldbg_names_scan(&names, text, sizeof text - 1));
  CHECK(ldbg_names_are_all_it_reads(&names, text, sizeof text - 1));
  CHECK(ldbg_names_find(&names, "x", 1)->is_operand && ldbg_names_find(&names, "w", 1)->is_operand);
  CHECK(!ldbg_names_find(&names, "y", 1)->is_operand && !ldbg_names_find(&names, "or", 2)->is_operand);
  ldbg_names_free(&names);
}

/* The same value, once by comparing, once by a call, which is evaluated at every line. */
static void a_watch_that_rests_stops_where_another_does(void) {
  static const char source[] =
      "local function same(x) return x end\n"
      "local n, up = 0, 0\n"
      "local function f(n)\nlocal x = n % 3\nif x == 0 then\nlocal x = x - 1\nup = x\nend\nup = up + 0.5\nreturn x\nend\n"
      "local co = coroutine.wrap(function(n)\nwhile true do\nlocal x = f(n)\nn = coroutine.yield(x)\nend\nend)\n"
      "for i = 1, 9 do\nlocal x = co(i)\nn = n + x\nx = nil\nx = 'text'\nx = i == 5\nx = {}\nx = 0 / 0\nup = up + 0\nend\nreturn n";
  static const char *const pairs[][2] = {
      {"x == 0", "(function(v) return v == 0 end)(x)"},     {"x and x ~= 1", "(function(v) return v and v ~= 1 end)(x)"},
      {"up == n", "(function(a, b) return a == b end)(up, n)"}, {"x ~= x", "(function(v) return v ~= v end)(x)"},
      {"n", "(function(v) return v end)(n)"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    for (int on_change = 0; on_change < 2; on_change++) {
      char *visited[2], *results[2];
      for (int k = 0; k < 2; k++) {
        rig *r = rig_new();
        rig_watch(r, pairs[i][k], on_change);
        rig_plan(r);
        rig_run(r, source);
        visited[k] = strdup(r->visited);
        results[k] = strdup(r->result);
        rig_free(r);
      }
      check_text(visited[0], visited[1], __FILE__, __LINE__, pairs[i][0]);
      check_text(results[0], results[1], __FILE__, __LINE__, pairs[i][0]);
      CHECK(*visited[0] != 0);
      for (int k = 0; k < 2; k++) free(visited[k]), free(results[k]);
    }
  }
}

void test_purity(void) {
  what_calls_or_looks_into_something_is_not_pure();
  words_in_strings_are_no_variables();
  a_watch_that_rests_stops_where_another_does();
}
