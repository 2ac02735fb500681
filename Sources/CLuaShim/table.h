/* A table of records by the address of what they are about, whose first field that address is; none is about NULL.
 * Open addressing, without gaps that a search would have to pass over. Inline, so that the record's size is a constant. */
#ifndef LDBG_TABLE_H
#define LDBG_TABLE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef struct ldbg_table {
  char *slots;
  size_t capacity, count;
} ldbg_table;

static inline const void *ldbg_table_key(const ldbg_table *table, size_t size, size_t index) {
  const void *key;
  memcpy(&key, table->slots + index * size, sizeof key);
  return key;
}

static inline size_t ldbg_table_home(const void *key, size_t capacity) {
  return (((size_t)key >> 4) * 0x9E3779B97F4A7C15u >> 17) & (capacity - 1);
}

/* Where it is, or would be. The table is never full. */
static inline size_t ldbg_table_index(const ldbg_table *table, size_t size, const void *key) {
  size_t i = ldbg_table_home(key, table->capacity);
  for (;; i = (i + 1) & (table->capacity - 1)) {
    const void *there = ldbg_table_key(table, size, i);
    if (there == NULL || there == key) return i;
  }
}

/* NULL where there is none. The record moves when others are added or removed. */
static inline void *ldbg_table_find(const ldbg_table *table, size_t size, const void *key) {
  if (table->count == 0) return NULL;
  size_t i = ldbg_table_index(table, size, key);
  return ldbg_table_key(table, size, i) ? table->slots + i * size : NULL;
}

/* Sees to it that one more record can be added; false without memory. */
static inline bool ldbg_table_reserve(ldbg_table *table, size_t size) {
  if ((table->count + 1) * 2 <= table->capacity) return true;
  ldbg_table larger = {NULL, table->capacity ? table->capacity * 2 : 64, table->count};
  larger.slots = calloc(larger.capacity, size);
  if (larger.slots == NULL) return false;
  for (size_t i = 0; i < table->capacity; i++) {
    const void *key = ldbg_table_key(table, size, i);
    if (key) memcpy(larger.slots + ldbg_table_index(&larger, size, key) * size, table->slots + i * size, size);
  }
  free(table->slots);
  *table = larger;
  return true;
}

/* Puts a record in, in place of one with the same key; what was reserved suffices for one. */
static inline void ldbg_table_put(ldbg_table *table, size_t size, const void *record) {
  const void *key;
  memcpy(&key, record, sizeof key);
  size_t i = ldbg_table_index(table, size, key);
  if (ldbg_table_key(table, size, i) == NULL) table->count++;
  memcpy(table->slots + i * size, record, size);
}

/* Those behind the hole that were put there because it was taken move up. */
static inline void ldbg_table_remove(ldbg_table *table, size_t size, const void *key) {
  if (table->count == 0) return;
  size_t hole = ldbg_table_index(table, size, key), mask = table->capacity - 1;
  if (ldbg_table_key(table, size, hole) == NULL) return;
  for (size_t i = (hole + 1) & mask; ldbg_table_key(table, size, i); i = (i + 1) & mask) {
    size_t home = ldbg_table_home(ldbg_table_key(table, size, i), table->capacity);
    if (((i - home) & mask) < ((i - hole) & mask)) continue;
    memcpy(table->slots + hole * size, table->slots + i * size, size);
    hole = i;
  }
  memset(table->slots + hole * size, 0, size);
  table->count--;
}

static inline void ldbg_table_clear(ldbg_table *table) {
  free(table->slots);
  *table = (ldbg_table){0};
}

#endif
