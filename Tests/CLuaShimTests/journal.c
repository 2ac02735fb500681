/* The journal: a ring between two threads, and the catalog of functions. */
#include "rig.h"
#include <pthread.h>
#include <semaphore.h>

/* A record of a given size whose bytes tell what it is. */
static void write_one(ldbg_journal *journal, uint32_t size, unsigned char seed) {
  uint64_t room[1 << 10];
  ldbg_record *record = (ldbg_record *)room;
  memset(room, seed, size);
  record->size = size;
  ldbg_journal_write(journal, record);
}

/* The serial numbers in a buffer, "1-3 7": and whether each record's bytes are its own. */
static const char *serials(const char *buffer, size_t size) {
  static char text[1 << 14];
  size_t used = 0;
  uint64_t first = 0, last = 0;
  text[0] = 0;
  for (size_t at = 0; at <= size;) {
    ldbg_record record = {0};
    if (at < size) memcpy(&record, buffer + at, sizeof record);
    if (at == size || record.serial != last + 1 || first == 0) {
      if (first) used += (size_t)snprintf(text + used, sizeof text - used, "%s%llu-%llu", used ? " " : "", (unsigned long long)first, (unsigned long long)last);
      first = record.serial;
    }
    last = record.serial;
    if (at == size) break;
    bool own = true;
    for (size_t i = sizeof record; i < record.size; i++) own = own && (unsigned char)buffer[at + i] == (unsigned char)record.serial;
    CHECK(own);
    at += record.size;
  }
  return text;
}

static char buffer[1 << 17];

static const char *read_all(ldbg_journal *journal, uint64_t *finished) {
  return serials(buffer, ldbg_journal_read(journal, buffer, sizeof buffer, finished));
}

static ldbg_journal *journal_of(size_t bytes) {
  ldbg_journal *journal = ldbg_journal_new(NULL, NULL);
  CHECK(ldbg_journal_resize(journal, bytes));
  CHECK_NUMBER(ldbg_journal_capacity(journal), bytes);
  return journal;
}

static void records_come_out_in_order_around_the_ring(void) {
  ldbg_journal *journal = journal_of(LDBG_SMALLEST_JOURNAL);
  uint64_t finished, serial = 0;
  for (int round = 0; round < 500; round++) {
    char expected[64];
    uint64_t first = serial + 1;
    for (int i = 0; i <= round % 7; i++) write_one(journal, (uint32_t)(48 + (round * 40 + i * 24) % 500 / 8 * 8), (unsigned char)++serial);
    snprintf(expected, sizeof expected, "%llu-%llu", (unsigned long long)first, (unsigned long long)serial);
    CHECK_TEXT(read_all(journal, &finished), expected);
    CHECK_NUMBER(finished, serial);
  }
  CHECK_TEXT(read_all(journal, &finished), "");
  CHECK_NUMBER(finished, serial);
  ldbg_journal_free(journal);
}

static void what_does_not_fit_is_counted(void) {
  ldbg_journal *journal = journal_of(LDBG_SMALLEST_JOURNAL);
  uint64_t finished;
  for (int i = 1; i <= 200; i++) write_one(journal, 48, (unsigned char)i);
  CHECK_TEXT(read_all(journal, &finished), "1-85"); /* 85 times 48 is 4080 */
  CHECK_NUMBER(finished, 200);
  write_one(journal, 48, (unsigned char)201);
  CHECK_TEXT(read_all(journal, &finished), "201-201");
  CHECK_NUMBER(finished, 201);
  for (int i = 202; i <= 204; i++) write_one(journal, 1000, (unsigned char)i);
  write_one(journal, 1200, (unsigned char)205); /* too large for what is left */
  write_one(journal, 1000, (unsigned char)206); /* not this */
  write_one(journal, 104, (unsigned char)207);
  write_one(journal, 96, (unsigned char)208);
  write_one(journal, 48, (unsigned char)209);
  CHECK_TEXT(read_all(journal, &finished), "202-204 206-206 208-208");
  CHECK_NUMBER(finished, 209);
  write_one(journal, 4104, (unsigned char)210); /* never fits */
  CHECK_TEXT(read_all(journal, &finished), "");
  CHECK_NUMBER(finished, 210);
  write_one(journal, 4096, (unsigned char)211); /* just fits */
  CHECK_TEXT(read_all(journal, &finished), "211-211");
  ldbg_journal_free(journal);
}

static void a_journal_without_room_loses_everything(void) {
  ldbg_journal *journal = ldbg_journal_new(NULL, NULL);
  uint64_t finished;
  CHECK_TEXT(read_all(journal, &finished), "");
  CHECK_NUMBER(finished, 0);
  write_one(journal, 48, 1);
  CHECK_TEXT(read_all(journal, &finished), "");
  CHECK_NUMBER(finished, 1);
  ldbg_journal_free(journal);
  ldbg_journal_free(NULL);
}

static void finished_is_told_when_nothing_is_left(void) {
  ldbg_journal *journal = journal_of(LDBG_SMALLEST_JOURNAL);
  uint64_t finished = 77;
  for (int i = 1; i <= 90; i++) write_one(journal, 48, (unsigned char)i);
  CHECK_TEXT(serials(buffer, ldbg_journal_read(journal, buffer, 100, &finished)), "1-2");
  CHECK_NUMBER(finished, 0);
  CHECK_NUMBER(ldbg_journal_read(journal, buffer, 47, &finished), 0);
  CHECK_NUMBER(finished, 0);
  CHECK(!ldbg_journal_await(journal));
  CHECK_TEXT(read_all(journal, &finished), "3-85");
  CHECK_NUMBER(finished, 90);
  CHECK(ldbg_journal_await(journal));
  ldbg_journal_free(journal);
}

static void a_new_size_keeps_the_newest(void) {
  uint64_t finished;
  for (int shift = 0; shift < 80; shift += 13) { /* with the ring's seam elsewhere each time */
    ldbg_journal *journal = journal_of(8192);
    unsigned char serial = 0;
    char expected[32];
    for (int i = 0; i < shift; i++) write_one(journal, 72, ++serial);
    read_all(journal, &finished);
    for (int i = 0; i < 100; i++) write_one(journal, 72, ++serial);
    CHECK(ldbg_journal_resize(journal, 8192)); /* the same: untouched */
    CHECK(ldbg_journal_resize(journal, 4096)); /* 56 times 72 is 4032 */
    CHECK_NUMBER(ldbg_journal_capacity(journal), 4096);
    CHECK(ldbg_journal_resize(journal, 16384));
    write_one(journal, 72, ++serial);
    snprintf(expected, sizeof expected, "%d-%d", serial - 56, serial);
    CHECK_TEXT(read_all(journal, &finished), expected);
    CHECK_NUMBER(finished, serial);
    ldbg_journal_free(journal);
  }
}

static void a_new_size_is_filled_to_the_brim(void) {
  uint64_t finished;
  ldbg_journal *journal = journal_of(8192);
  for (int i = 1; i <= 100; i++) write_one(journal, 64, (unsigned char)i);
  CHECK(ldbg_journal_resize(journal, 4096));
  CHECK_TEXT(read_all(journal, &finished), "37-100");
  ldbg_journal_free(journal);
}

/* ---- Two threads --------------------------------------------------------------------------------------------------------- */

enum { WRITTEN = 60000 };
typedef struct pair {
  ldbg_journal *journal;
  sem_t wakes;
  _Atomic bool over;
  uint64_t read, lost, last;
} pair;

static void wake(void *reader) { sem_post(&((pair *)reader)->wakes); }

static void *read_until_over(void *argument) {
  pair *p = argument;
  char *bytes = malloc(LDBG_LARGEST_RECORD);
  for (;;) {
    uint64_t finished;
    bool over = atomic_load(&p->over);
    size_t size = ldbg_journal_read(p->journal, bytes, LDBG_LARGEST_RECORD, &finished);
    for (size_t at = 0; at < size;) {
      ldbg_record record;
      memcpy(&record, bytes + at, sizeof record);
      if (record.serial <= p->last) CHECK(!"records come in order");
      for (size_t i = sizeof record; i < record.size; i++)
        if ((unsigned char)bytes[at + i] != (unsigned char)record.serial) CHECK(!"a record's bytes are its own");
      p->lost += record.serial - p->last - 1;
      p->last = record.serial;
      p->read++;
      at += record.size;
    }
    if (finished > p->last) p->lost += finished - p->last, p->last = finished;
    if (size == 0 && over) break;
    if (size == 0 && ldbg_journal_await(p->journal)) sem_wait(&p->wakes);
  }
  free(bytes);
  return NULL;
}

static void a_reader_follows_a_writer(void) {
  pair p = {0};
  pthread_t thread;
  sem_init(&p.wakes, 0, 0);
  p.journal = ldbg_journal_new(wake, &p);
  CHECK(ldbg_journal_resize(p.journal, LDBG_SMALLEST_JOURNAL));
  CHECK(pthread_create(&thread, NULL, read_until_over, &p) == 0);
  for (uint32_t i = 1; i <= WRITTEN; i++) write_one(p.journal, 40 + i * 8 % 200, (unsigned char)i);
  atomic_store(&p.over, true);
  sem_post(&p.wakes);
  pthread_join(thread, NULL);
  CHECK(p.read > 10);
  CHECK_NUMBER(p.last, WRITTEN);
  CHECK_NUMBER(p.read + p.lost, WRITTEN);
  ldbg_journal_free(p.journal);
  sem_destroy(&p.wakes);
}

static void a_waiting_reader_is_woken_once(void) {
  pair p = {0};
  int wakes;
  sem_init(&p.wakes, 0, 0);
  p.journal = ldbg_journal_new(wake, &p);
  write_one(p.journal, 48, 1);
  sem_getvalue(&p.wakes, &wakes);
  CHECK_NUMBER(wakes, 0);
  CHECK(ldbg_journal_await(p.journal));
  for (int i = 0; i < 3; i++) write_one(p.journal, 48, 1); /* lost, which is news as well */
  sem_getvalue(&p.wakes, &wakes);
  CHECK_NUMBER(wakes, 1);
  ldbg_journal_free(p.journal);
  sem_destroy(&p.wakes);
}

/* ---- The catalog ---------------------------------------------------------------------------------------------------------- */

static uint32_t catalog(ldbg_journal *journal, const char *source, const char *name, int first, int last, bool is_c) {
  return ldbg_journal_catalog(journal, (ldbg_function_info){source, name, first, last, is_c});
}

static void the_catalog_knows_each_function_once(void) {
  ldbg_journal *journal = ldbg_journal_new(NULL, NULL);
  ldbg_function_info info;
  CHECK(!ldbg_journal_function(journal, 0, &info));
  char source[8] = "@a.lua";
  uint32_t f = catalog(journal, source, "f", 1, 3, false);
  strcpy(source, "@zzzzz"); /* it keeps a copy */
  CHECK_NUMBER(f, 1);
  CHECK_NUMBER(catalog(journal, "@a.lua", "other", 1, 3, false), f);
  CHECK_NUMBER(catalog(journal, "@a.lua", "f", 1, 4, false), 2);
  CHECK_NUMBER(catalog(journal, "@a.lua", "f", 2, 3, false), 3);
  CHECK_NUMBER(catalog(journal, "@b.lua", "f", 1, 3, false), 4);
  CHECK_NUMBER(catalog(journal, "=[C]", "print", 0, 0, true), 5);
  CHECK_NUMBER(catalog(journal, "=[C]", "pairs", 0, 0, true), 6);
  CHECK_NUMBER(catalog(journal, "=[C]", "print", 0, 0, true), 5);
  CHECK_NUMBER(catalog(journal, "=[C]", "print", 0, 0, false), 7);
  CHECK(ldbg_journal_function(journal, f, &info));
  CHECK_TEXT(info.source, "@a.lua");
  CHECK_TEXT(info.name, "f");
  CHECK(info.first == 1 && info.last == 3 && !info.is_c);
  CHECK(ldbg_journal_function(journal, 0, &info) && strstr(info.source, "other") != NULL);
  CHECK(ldbg_journal_function(journal, 7, &info));
  CHECK(!ldbg_journal_function(journal, 8, &info));
  ldbg_journal_free(journal);
}

static void functions_beyond_the_limit_share_one_entry(void) {
  ldbg_journal *journal = ldbg_journal_new(NULL, NULL);
  uint32_t wrong = 0;
  for (int i = 1; i < LDBG_MOST_FUNCTIONS; i++) wrong += catalog(journal, "@a", "", i, i, false) != (uint32_t)i;
  CHECK_NUMBER(wrong, 0);
  CHECK_NUMBER(catalog(journal, "@b", "", 1, 1, false), 0);
  CHECK_NUMBER(catalog(journal, "@b", "", 2, 2, false), 0);
  CHECK_NUMBER(catalog(journal, "@a", "", 5, 5, false), 5); /* those that are known stay known */
  CHECK_NUMBER(catalog(journal, "@a", "", LDBG_MOST_FUNCTIONS - 1, LDBG_MOST_FUNCTIONS - 1, false), LDBG_MOST_FUNCTIONS - 1);
  ldbg_function_info info;
  CHECK(!ldbg_journal_function(journal, LDBG_MOST_FUNCTIONS, &info));
  ldbg_journal_free(journal);
}

void test_journal(void) {
  if (!ldbg_layout_is_proven()) return; /* it knows nothing of Lua: once is enough */
  records_come_out_in_order_around_the_ring();
  what_does_not_fit_is_counted();
  a_journal_without_room_loses_everything();
  finished_is_told_when_nothing_is_left();
  a_new_size_keeps_the_newest();
  a_new_size_is_filled_to_the_brim();
  a_reader_follows_a_writer();
  a_waiting_reader_is_woken_once();
  the_catalog_knows_each_function_once();
  functions_beyond_the_limit_share_one_entry();
}
