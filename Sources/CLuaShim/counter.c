/* Hits, ignore count and failures of one breakpoint: written by the hook, read from any thread. Owned by Swift. */
#include "internal.h"
#include <sched.h>
#include <stdlib.h>
#include <string.h>

ldbg_counter *ldbg_counter_new(void) {
  ldbg_counter *counter = calloc(1, sizeof(ldbg_counter));
  if (counter != NULL) atomic_flag_clear(&counter->failing);
  return counter;
}

void ldbg_counter_free(ldbg_counter *counter) {
  free(counter->failure);
  free(counter);
}

long long ldbg_counter_hits(const ldbg_counter *counter) { return atomic_load(&((ldbg_counter *)counter)->hits); }
long long ldbg_counter_ignore(const ldbg_counter *counter) { return atomic_load(&((ldbg_counter *)counter)->ignore); }
void ldbg_counter_set_ignore(ldbg_counter *counter, long long count) { atomic_store(&counter->ignore, count); }
bool ldbg_counter_is_spent(const ldbg_counter *counter) { return atomic_load(&((ldbg_counter *)counter)->spent); }
long long ldbg_counter_failures(const ldbg_counter *counter) {
  return atomic_load(&((ldbg_counter *)counter)->failures);
}

void ldbg_counter_reset(ldbg_counter *counter) {
  atomic_store(&counter->hits, 0);
  atomic_store(&counter->failures, 0);
  atomic_store(&counter->spent, false);
  atomic_store(&counter->resting, false);
}

void ldbg_counter_wake(ldbg_counter *counter) { atomic_store(&counter->resting, false); }

static void lock_failure(ldbg_counter *counter) {
  while (atomic_flag_test_and_set_explicit(&counter->failing, memory_order_acquire)) sched_yield();
}
static void unlock_failure(ldbg_counter *counter) { atomic_flag_clear_explicit(&counter->failing, memory_order_release); }

/* At every line, perhaps, and nearly always with the message of last time. */
void ldbg_counter_fail(ldbg_counter *counter, const char *message) {
  if (message == NULL) message = "not enough memory";
  lock_failure(counter);
  if (counter->failure == NULL || strcmp(counter->failure, message) != 0) {
    free(counter->failure);
    counter->failure = strdup(message);
  }
  unlock_failure(counter);
  atomic_fetch_add(&counter->failures, 1);
}

size_t ldbg_counter_failure(const ldbg_counter *const_counter, char *message, size_t capacity) {
  ldbg_counter *counter = (ldbg_counter *)const_counter;
  size_t length = 0;
  if (ldbg_counter_failures(counter) == 0) return 0;
  lock_failure(counter);
  if (counter->failure != NULL) {
    length = strlen(counter->failure);
    if (length > capacity) length = capacity;
    memcpy(message, counter->failure, length);
  }
  unlock_failure(counter);
  return length;
}
