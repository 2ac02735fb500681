/* The flight recorder: a ring on the script's own thread that forgets the oldest records, read when the script has stopped. */
#include "tracing.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_A_LINE = 160, LEAST_BYTES = 1 << 16, MOST_BYTES = 1 << 28 };

bool ldbg_recorder(ldbg_context *ctx, size_t lines) {
  ldbg_recorder_ring *ring = &ctx->recorder;
  if (lines == ring->lines) return true;
  size_t capacity = lines * BYTES_A_LINE;
  if (capacity < LEAST_BYTES) capacity = LEAST_BYTES;
  if (capacity > MOST_BYTES) capacity = MOST_BYTES;
  ldbg_recorder_free(ctx);
  if (lines > 0 && (ring->bytes = malloc(capacity)) != NULL) {
    ring->capacity = capacity;
    ring->lines = lines;
  }
  ldbg_observed_changed(ctx);
  return ring->lines == lines;
}

void ldbg_recorder_free(ldbg_context *ctx) {
  free(ctx->recorder.bytes);
  ctx->recorder = (ldbg_recorder_ring){0};
}

static uint32_t size_at(const ldbg_recorder_ring *ring, size_t at) {
  uint32_t size;
  memcpy(&size, ring->bytes + at % ring->capacity, sizeof size); /* multiples of 8: never wraps */
  return size;
}

static bool is_line_at(const ldbg_recorder_ring *ring, size_t at) {
  return ring->bytes[at % ring->capacity + offsetof(ldbg_record, kind)] == LDBG_RECORD_LINE; /* in the same eight bytes */
}

/* What a return has changed belongs to the line before it, and goes with it. */
static void forget_oldest(ldbg_recorder_ring *ring) {
  do {
    if (is_line_at(ring, ring->tail)) ring->count--;
    ring->tail += size_at(ring, ring->tail);
  } while (ring->tail != ring->head && !is_line_at(ring, ring->tail));
}

void ldbg_recorder_write(ldbg_context *ctx, ldbg_record *record) {
  ldbg_recorder_ring *ring = &ctx->recorder;
  const bool is_line = record->kind == LDBG_RECORD_LINE;
  if (record->size > ring->capacity) return;
  while ((is_line && ring->count == ring->lines) || ring->head - ring->tail + record->size > ring->capacity) forget_oldest(ring);
  size_t start = ring->head % ring->capacity, first = ring->capacity - start;
  if (first > record->size) first = record->size;
  memcpy(ring->bytes + start, record, first);
  memcpy(ring->bytes, (const char *)record + first, record->size - first);
  ring->head += record->size;
  if (is_line) ring->count++;
}

size_t ldbg_recorder_read(const ldbg_context *ctx, void *buffer, size_t capacity) {
  const ldbg_recorder_ring *ring = &ctx->recorder;
  size_t size = ring->head - ring->tail;
  if (size == 0 || size > capacity) return size;
  size_t start = ring->tail % ring->capacity, first = ring->capacity - start;
  if (first > size) first = size;
  memcpy(buffer, ring->bytes + start, first);
  memcpy((char *)buffer + first, ring->bytes, size - first);
  return size;
}
