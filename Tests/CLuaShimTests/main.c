/* Runs every test of the C layer twice: with the fast path's layouts proven, and with the public API alone. */
#include "rig.h"

static void run_all(void) {
  test_attaching();
  test_arming();
  test_coroutines();
  test_steps();
  test_breakpoints();
  test_hooks();
  test_ending();
  test_evaluation();
  test_collector();
  test_registry();
  test_kicks();
  test_refusals();
  test_faults();
  test_journal();
  test_values();
  test_tracing();
  test_recorder();
  test_watchpoints();
  test_purity();
  test_profiling();
  test_script_api();
  test_host_functions();
}

int main(int argc, char **argv) {
  if (argc > 1) each = atoi(argv[1]);
  if (each < 1) return 2;
  CHECK(ldbg_layout_is_proven()); /* on the library that this was built for */
  CHECK(ldbg_prove_layout()->white != 0);
  run_all();
  ldbg_layout_disable(true);
  CHECK(!ldbg_layout_is_proven());
  fprintf(stderr, "again, with the public API alone\n");
  run_all();
  ldbg_layout_disable(false);
  CHECK(ldbg_layout_is_proven());
  if (checks_failed) printf("%ld checks failed\n", checks_failed);
  printf("%ld checks passed\n", checks_passed);
  return checks_failed != 0;
}
