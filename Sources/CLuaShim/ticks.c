/* A clock that can be read at every line: the processor's own counter where it runs evenly, else the system's clock. What it counts
 * is told by comparing both over the whole time of a profile. */
#include "tracing.h"
#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

/* "Invariant": at one rate whatever the processor does, and the same on all cores (CPUID 0x80000007, EDX bit 8). */
static bool has_even_counter(void) {
#if defined(__x86_64__)
  unsigned a, b, c, d;
  return __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & (1u << 8));
#else
  return false;
#endif
}

uint64_t ldbg_ticks(const ldbg_ticker *ticker) {
#if defined(__x86_64__)
  if (ticker->is_counter) return __rdtsc();
#endif
  (void)ticker;
  return (uint64_t)ldbg_now();
}

ldbg_ticker ldbg_ticker_begin(void) {
  ldbg_ticker ticker = {.is_counter = has_even_counter()};
  ticker.began = ldbg_now();
  ticker.first = ldbg_ticks(&ticker);
  return ticker;
}

uint64_t ldbg_ticker_nanoseconds(const ldbg_ticker *ticker, uint64_t ticks) {
  uint64_t passed = ldbg_ticks(ticker) - ticker->first;
  long long nanoseconds = ldbg_now() - ticker->began;
  if (!ticker->is_counter || passed == 0 || nanoseconds <= 0) return ticks;
  return (uint64_t)((double)ticks * ((double)nanoseconds / (double)passed));
}
