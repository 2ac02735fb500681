/* The journal: a ring of bytes with one writer, the script's thread, and one reader, any thread. Neither waits for the other.
 *
 * A record that does not fit is dropped, its serial number with it: a gap in the numbers is a loss, exactly placed and counted.
 * `finished` tells of a loss that no record has followed yet.
 */
#include "tracing.h"
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 };

typedef struct cataloged {
  ldbg_function_info info;
  char *_Atomic late_name; /* learnt after it was entered; the rest never changes */
  uint64_t hash;
} cataloged;

struct ldbg_journal {
  unsigned char *bytes;
  size_t capacity; /* a power of two */
  _Atomic uint64_t head, tail; /* bytes ever written, ever read */
  uint64_t serial;
  _Atomic uint64_t finished;
  atomic_bool waiting;
  void (*wake)(void *);
  void *reader;

  cataloged *blocks[LDBG_MOST_FUNCTIONS / BLOCK];
  _Atomic uint32_t functions; /* entries below this number never change */
  uint32_t *index; /* open addressing by hash, number + 1 */
  size_t index_capacity;
};

ldbg_journal *ldbg_journal_new(void (*wake)(void *), void *reader) {
  ldbg_journal *journal = calloc(1, sizeof *journal);
  if (journal == NULL) return NULL;
  journal->wake = wake;
  journal->reader = reader;
  return journal;
}

void ldbg_journal_free(ldbg_journal *journal) {
  if (journal == NULL) return;
  for (uint32_t i = 0; i < journal->functions; i++) {
    free((char *)journal->blocks[i / BLOCK][i % BLOCK].info.source);
    free((char *)journal->blocks[i / BLOCK][i % BLOCK].info.name);
    free(journal->blocks[i / BLOCK][i % BLOCK].late_name);
  }
  for (size_t i = 0; i < LDBG_MOST_FUNCTIONS / BLOCK; i++) free(journal->blocks[i]);
  free(journal->index);
  free(journal->bytes);
  free(journal);
}

/* ---- The ring ------------------------------------------------------------------------------------------------------- */

static void copy_in(ldbg_journal *journal, uint64_t at, const void *from, size_t size) {
  size_t start = (size_t)at & (journal->capacity - 1), first = journal->capacity - start;
  if (first > size) first = size;
  memcpy(journal->bytes + start, from, first);
  memcpy(journal->bytes, (const char *)from + first, size - first);
}

static void copy_out(const ldbg_journal *journal, uint64_t at, void *to, size_t size) {
  size_t start = (size_t)at & (journal->capacity - 1), first = journal->capacity - start;
  if (first > size) first = size;
  memcpy(to, journal->bytes + start, first);
  memcpy((char *)to + first, journal->bytes, size - first);
}

static uint32_t size_at(const ldbg_journal *journal, uint64_t at) {
  uint32_t size; /* sizes are multiples of 8, and so is the capacity: a size never wraps */
  memcpy(&size, journal->bytes + ((size_t)at & (journal->capacity - 1)), sizeof size);
  return size;
}

void ldbg_journal_write(ldbg_journal *journal, ldbg_record *record) {
  record->serial = ++journal->serial;
  uint64_t head = atomic_load_explicit(&journal->head, memory_order_relaxed);
  uint64_t tail = atomic_load_explicit(&journal->tail, memory_order_acquire);
  if (record->size <= journal->capacity - (size_t)(head - tail)) {
    copy_in(journal, head, record, record->size);
    atomic_store_explicit(&journal->head, head + record->size, memory_order_release);
  }
  atomic_store_explicit(&journal->finished, record->serial, memory_order_release);
  /* Without a fence a reader that begins to wait just now may be missed: the next record wakes it, or the next stop. A fence
   * would cost more than all the rest. */
  if (atomic_load_explicit(&journal->waiting, memory_order_relaxed) && atomic_exchange(&journal->waiting, false))
    journal->wake(journal->reader);
}

size_t ldbg_journal_read(ldbg_journal *journal, void *buffer, size_t capacity, uint64_t *finished) {
  size_t copied = 0;
  uint64_t tail = atomic_load_explicit(&journal->tail, memory_order_relaxed);
  /* What is finished is either in the ring, whose head is read after it, or lost. */
  *finished = atomic_load_explicit(&journal->finished, memory_order_acquire);
  uint64_t head = atomic_load_explicit(&journal->head, memory_order_acquire);
  while (tail < head) {
    uint32_t size = size_at(journal, tail);
    if (size > capacity - copied) break;
    copy_out(journal, tail, (char *)buffer + copied, size);
    copied += size;
    tail += size;
  }
  atomic_store_explicit(&journal->tail, tail, memory_order_release);
  if (tail < head) *finished = 0;
  return copied;
}

bool ldbg_journal_await(ldbg_journal *journal) {
  atomic_store(&journal->waiting, true);
  if (atomic_load(&journal->head) == atomic_load(&journal->tail)) return true;
  atomic_store(&journal->waiting, false);
  return false;
}

size_t ldbg_journal_capacity(const ldbg_journal *journal) { return journal->capacity; }

bool ldbg_journal_resize(ldbg_journal *journal, size_t bytes) {
  if (bytes == journal->capacity) return true;
  unsigned char *larger = malloc(bytes);
  if (larger == NULL) return false;
  ldbg_journal old = *journal;
  uint64_t head = atomic_load(&journal->head), tail = atomic_load(&journal->tail), at = 0;
  while (head - tail > bytes) tail += size_at(&old, tail);
  journal->bytes = larger;
  journal->capacity = bytes;
  while (tail < head) {
    uint32_t size = size_at(&old, tail);
    unsigned char record[64];
    for (uint32_t done = 0; done < size;) { /* in pieces: both rings wrap, each at its own place */
      uint32_t piece = size - done < sizeof record ? size - done : (uint32_t)sizeof record;
      copy_out(&old, tail + done, record, piece);
      copy_in(journal, at + done, record, piece);
      done += piece;
    }
    tail += size;
    at += size;
  }
  atomic_store(&journal->tail, 0);
  atomic_store(&journal->head, at);
  free(old.bytes);
  return true;
}

/* ---- The catalog ----------------------------------------------------------------------------------------------------- */

static uint64_t hash_text(uint64_t hash, const char *text) {
  for (; *text; text++) hash = (hash ^ (unsigned char)*text) * 0x100000001B3u;
  return hash * 0x9E3779B97F4A7C15u;
}

static const cataloged *entry(const ldbg_journal *journal, uint32_t number) {
  return &journal->blocks[number / BLOCK][number % BLOCK];
}

bool ldbg_journal_function(const ldbg_journal *journal, uint32_t number, ldbg_function_info *info) {
  if (number >= atomic_load_explicit(&((ldbg_journal *)journal)->functions, memory_order_acquire)) return false;
  const cataloged *known = entry(journal, number);
  const char *late = atomic_load_explicit(&((cataloged *)known)->late_name, memory_order_acquire);
  *info = known->info;
  if (late != NULL) info->name = late;
  return true;
}

void ldbg_journal_name(ldbg_journal *journal, uint32_t number, const char *name) {
  cataloged *known = (cataloged *)entry(journal, number);
  if (number == 0 || *known->info.name || atomic_load(&known->late_name) != NULL) return;
  atomic_store_explicit(&known->late_name, strdup(name), memory_order_release);
}

static bool grow_index(ldbg_journal *journal) {
  if ((journal->functions + 1) * 2 <= journal->index_capacity) return true;
  size_t capacity = journal->index_capacity ? journal->index_capacity * 2 : 64;
  uint32_t *index = calloc(capacity, sizeof *index);
  if (index == NULL) return false;
  for (uint32_t i = 0; i < journal->functions; i++) {
    size_t at = (size_t)entry(journal, i)->hash & (capacity - 1);
    while (index[at]) at = (at + 1) & (capacity - 1);
    index[at] = i + 1;
  }
  free(journal->index);
  journal->index = index;
  journal->index_capacity = capacity;
  return true;
}

#define NOWHERE SIZE_MAX

/* Where in the index a function is, or would be. */
static size_t find(const ldbg_journal *journal, uint64_t hash, const ldbg_function_info *info) {
  if (journal->index_capacity == 0) return NOWHERE;
  size_t at = (size_t)hash & (journal->index_capacity - 1);
  for (; journal->index[at]; at = (at + 1) & (journal->index_capacity - 1)) {
    const cataloged *known = entry(journal, journal->index[at] - 1);
    if (known->hash == hash && known->info.first == info->first && known->info.last == info->last &&
        known->info.is_c == info->is_c && strcmp(known->info.source, info->source) == 0 &&
        (!info->is_c || strcmp(known->info.name, info->name) == 0))
      break;
  }
  return at;
}

/* Two functions that begin and end at the same lines of one chunk are one to people; C functions go by their names. Number 0 is
 * for whatever cannot be told apart any more. */
static uint32_t add(ldbg_journal *journal, ldbg_function_info info) {
  uint64_t hash = hash_text(hash_text(14695981039346656037u, info.source), info.is_c ? info.name : "");
  hash = (hash ^ (uint64_t)info.first << 32 ^ (uint64_t)info.last) * 0x9E3779B97F4A7C15u;
  hash ^= hash >> 29;
  size_t at = find(journal, hash, &info);
  if (at != NOWHERE && journal->index[at]) return journal->index[at] - 1; /* also when there is no room for another */
  if (journal->functions >= LDBG_MOST_FUNCTIONS || !grow_index(journal)) return 0;
  at = find(journal, hash, &info);
  uint32_t number = journal->functions;
  if (journal->blocks[number / BLOCK] == NULL) journal->blocks[number / BLOCK] = calloc(BLOCK, sizeof(cataloged));
  if (journal->blocks[number / BLOCK] == NULL) return 0;
  info.source = strdup(info.source);
  info.name = strdup(info.name);
  if (info.source == NULL || info.name == NULL) {
    free((char *)info.source);
    free((char *)info.name);
    return 0;
  }
  cataloged *made = &journal->blocks[number / BLOCK][number % BLOCK];
  made->info = info;
  made->hash = hash;
  journal->index[at] = number + 1;
  atomic_store_explicit(&journal->functions, number + 1, memory_order_release);
  return number;
}

uint32_t ldbg_journal_catalog(ldbg_journal *journal, ldbg_function_info info) {
  if (journal->functions == 0)
    add(journal, (ldbg_function_info){.source = "=(other functions)", .name = "", .first = -1, .last = -1});
  return add(journal, info);
}
