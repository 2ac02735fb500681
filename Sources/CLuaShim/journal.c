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
  ldbg_ring ring;
  ldbg_record last_read; /* the reader's: what the next short one has in common with it */
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
  free(journal->ring.bytes);
  free(journal);
}

/* ---- The ring ------------------------------------------------------------------------------------------------------- */

static void copy_in(ldbg_journal *journal, uint64_t at, const void *from, size_t size) {
  size_t start = (size_t)at & (journal->ring.capacity - 1), first = journal->ring.capacity - start;
  if (first > size) first = size;
  memcpy(journal->ring.bytes + start, from, first);
  memcpy(journal->ring.bytes, (const char *)from + first, size - first);
}

static void copy_out(const ldbg_journal *journal, uint64_t at, void *to, size_t size) {
  size_t start = (size_t)at & (journal->ring.capacity - 1), first = journal->ring.capacity - start;
  if (first > size) first = size;
  memcpy(to, journal->ring.bytes + start, first);
  memcpy((char *)to + first, journal->ring.bytes, size - first);
}

static uint32_t size_at(const ldbg_journal *journal, uint64_t at) {
  uint32_t size; /* sizes are multiples of 8, and so is the capacity: a size never wraps */
  memcpy(&size, journal->ring.bytes + ((size_t)at & (journal->ring.capacity - 1)), sizeof size);
  return size;
}

/* A reader sees neither before it sees that something was written. */
static bool has_ring(ldbg_journal *journal) {
  return journal->ring.bytes != NULL || (journal->ring.capacity > 0 && (journal->ring.bytes = malloc(journal->ring.capacity)) != NULL);
}

ldbg_ring *ldbg_ring_of(ldbg_journal *journal) { return &journal->ring; }

void ldbg_ring_wake(ldbg_ring *ring) {
  ldbg_journal *journal = (ldbg_journal *)(void *)ring; /* which begins with it */
  if (atomic_exchange(&ring->waiting, false)) journal->wake(journal->reader);
}

bool ldbg_journal_loses(ldbg_journal *journal, size_t size) {
  uint64_t head = atomic_load_explicit(&journal->ring.head, memory_order_relaxed);
  uint64_t tail = atomic_load_explicit(&journal->ring.tail, memory_order_acquire);
  if (has_ring(journal) && size <= journal->ring.capacity - (size_t)(head - tail)) return false;
  ldbg_ring_finish(&journal->ring);
  return true;
}

/* False when it is lost. */
static inline bool append(ldbg_journal *journal, const void *bytes, uint32_t size) {
  uint64_t head = atomic_load_explicit(&journal->ring.head, memory_order_relaxed);
  uint64_t tail = atomic_load_explicit(&journal->ring.tail, memory_order_acquire);
  bool fits = has_ring(journal) && size <= journal->ring.capacity - (size_t)(head - tail);
  if (fits) {
    copy_in(journal, head, bytes, size);
    atomic_store_explicit(&journal->ring.head, head + size, memory_order_release);
  }
  ldbg_ring_finish(&journal->ring);
  return fits;
}

bool ldbg_journal_write(ldbg_journal *journal, ldbg_record *record) {
  record->serial = atomic_load_explicit(&journal->ring.finished, memory_order_relaxed) + 1;
  return append(journal, record, record->size);
}

/* Short ones are made whole; `whole` is how long it is then. The head of what was read is remembered for the next. */
static void take(ldbg_journal *journal, uint64_t at, uint32_t size, ldbg_record *head) {
  *head = journal->last_read;
  if (size >= sizeof *head) {
    copy_out(journal, at, head, sizeof *head);
  } else {
    ldbg_next_line_elsewhere next;
    copy_out(journal, at, &next, size);
    head->serial++;
    head->line = next.line;
    if (size == sizeof next) head->function = next.function, head->depth = next.depth;
  }
  journal->last_read = *head;
}

static inline uint32_t whole_size(uint32_t size) { return size < sizeof(ldbg_record) ? (uint32_t)sizeof(ldbg_record) : size; }

size_t ldbg_journal_read(ldbg_journal *journal, void *buffer, size_t capacity, uint64_t *finished) {
  size_t copied = 0;
  uint64_t tail = atomic_load_explicit(&journal->ring.tail, memory_order_relaxed);
  /* What is finished is either in the ring, whose head is read after it, or lost. */
  *finished = atomic_load_explicit(&journal->ring.finished, memory_order_acquire);
  uint64_t head = atomic_load_explicit(&journal->ring.head, memory_order_acquire);
  while (tail < head) {
    uint32_t size = size_at(journal, tail);
    if (whole_size(size) > capacity - copied) break;
    ldbg_record record;
    take(journal, tail, size, &record);
    memcpy((char *)buffer + copied, &record, sizeof record);
    if (size > sizeof record) copy_out(journal, tail + sizeof record, (char *)buffer + copied + sizeof record, size - sizeof record);
    copied += whole_size(size);
    tail += size;
  }
  atomic_store_explicit(&journal->ring.tail, tail, memory_order_release);
  if (tail < head) *finished = 0;
  return copied;
}

bool ldbg_journal_await(ldbg_journal *journal) {
  atomic_store(&journal->ring.waiting, true);
  if (atomic_load(&journal->ring.head) == atomic_load(&journal->ring.tail)) return true;
  atomic_store(&journal->ring.waiting, false);
  return false;
}

size_t ldbg_journal_capacity(const ldbg_journal *journal) { return journal->ring.capacity; }

bool ldbg_journal_resize(ldbg_journal *journal, size_t bytes) {
  if (bytes == journal->ring.capacity) return true;
  if (journal->ring.bytes == NULL) {
    journal->ring.capacity = bytes;
    return true;
  }
  unsigned char *larger = malloc(bytes);
  if (larger == NULL) return false;
  uint64_t head = atomic_load(&journal->ring.head), tail = atomic_load(&journal->ring.tail), at = 0;
  while (head - tail > bytes) {
    ldbg_record lost;
    uint32_t size = size_at(journal, tail);
    take(journal, tail, size, &lost);
    tail += size;
  }
  const ldbg_journal old = *journal;
  journal->ring.bytes = larger;
  journal->ring.capacity = bytes;
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
  atomic_store(&journal->ring.tail, 0);
  atomic_store(&journal->ring.head, at);
  free(old.ring.bytes);
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
