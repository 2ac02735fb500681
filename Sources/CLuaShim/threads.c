/* Every coroutine of the state, known without a hook: the allocator is told LUA_TTHREAD for each new one and sees it
 * freed. Guarded by the arming lock, since a pause from another thread walks it. */
#include "tracing.h"
#include <stdlib.h>

static size_t slot_of(lua_State *L, size_t capacity) {
  return (((size_t)L >> 4) * 0x9E3779B97F4A7C15u >> 17) & (capacity - 1);
}

static ldbg_thread *place(ldbg_thread *slots, size_t capacity, lua_State *L) {
  size_t i = slot_of(L, capacity);
  while (slots[i].L != NULL && slots[i].L != L) i = (i + 1) & (capacity - 1);
  return &slots[i];
}

ldbg_thread *ldbg_threads_find(ldbg_context *ctx, lua_State *L) {
  if (ctx->threads.capacity == 0) return NULL;
  ldbg_thread *thread = place(ctx->threads.slots, ctx->threads.capacity, L);
  return thread->L ? thread : NULL;
}

static bool reserve(ldbg_context *ctx) {
  ldbg_threads *t = &ctx->threads;
  if ((t->count + 1) * 2 <= t->capacity) return true;
  size_t capacity = t->capacity ? t->capacity * 2 : 16;
  ldbg_thread *slots = calloc(capacity, sizeof *slots);
  if (slots == NULL) return false;
  for (size_t i = 0; i < t->capacity; i++)
    if (t->slots[i].L) *place(slots, capacity, t->slots[i].L) = t->slots[i];
  free(t->slots);
  t->slots = slots;
  t->capacity = capacity;
  return true;
}

ldbg_thread *ldbg_threads_add(ldbg_context *ctx, lua_State *L) {
  ldbg_threads *t = &ctx->threads;
  if (!reserve(ctx) && t->count + 2 > t->capacity) return NULL; /* one place stays empty: it ends each search */
  ldbg_thread *thread = place(t->slots, t->capacity, L);
  if (thread->L == NULL) {
    *thread = (ldbg_thread){.L = L, .ours = t->making_ours, .id = t->making_ours ? UINT64_MAX : t->next_id++};
    t->count++;
  }
  return thread;
}

void ldbg_threads_remove(ldbg_context *ctx, lua_State *L) {
  ldbg_threads *t = &ctx->threads;
  ldbg_thread *thread = ldbg_threads_find(ctx, L);
  if (ctx->step.L == L) ctx->step = (ldbg_step){.kind = LDBG_INTO, .reason = ctx->step.reason}; /* its frame is gone */
  if (ctx->last == L) ctx->last = ctx->main;
  if (ctx->followed_thread == L) ctx->followed_thread = NULL;
  if (thread == NULL) return;
  if (thread->foreign) t->foreign--;
  ldbg_followed_free(thread->followed);
  /* Backward shift: no tombstones, so nothing grows with the number of coroutines ever made. */
  size_t hole = (size_t)(thread - t->slots), mask = t->capacity - 1;
  for (size_t i = (hole + 1) & mask; t->slots[i].L; i = (i + 1) & mask) {
    size_t home = slot_of(t->slots[i].L, t->capacity);
    if (((i - home) & mask) >= ((i - hole) & mask)) t->slots[hole] = t->slots[i], hole = i;
  }
  t->slots[hole] = (ldbg_thread){0};
  t->count--;
}

/* Where the dead cannot be told apart: to the end of the collector's cycle, at which there are none. */
static int sweep(lua_State *L) {
  if (lua_gc(L, LUA_GCISRUNNING, 0))
    while (!lua_gc(L, LUA_GCSTEP, 0)) {}
  return 0;
}

size_t ldbg_coroutines(ldbg_context *ctx, ldbg_coroutine *buffer, size_t capacity) {
  size_t found = 0;
  if (ctx->layout->white == 0) ldbg_protected(ctx->stopped ? ctx->stopped : ctx->main, sweep, NULL);
  ldbg_lock(ctx);
  for (size_t i = 0; i < ctx->threads.capacity; i++) {
    const ldbg_thread *thread = &ctx->threads.slots[i];
    if (thread->L == NULL || thread->ours) continue;
    if (thread->L == ctx->threads.embryo || ldbg_life(ctx->layout, thread->L) == LDBG_DEAD) continue;
    if (found < capacity) buffer[found] = (ldbg_coroutine){thread->L, thread->id};
    found++;
  }
  ldbg_unlock(ctx);
  return found;
}

uint64_t ldbg_coroutine_id(ldbg_context *ctx, lua_State *L) {
  ldbg_lock(ctx);
  const ldbg_thread *thread = ldbg_threads_find(ctx, L);
  uint64_t id = thread ? thread->id : UINT64_MAX;
  ldbg_unlock(ctx);
  return id;
}

int ldbg_adopt(ldbg_context *ctx, lua_State *L) {
  ldbg_lock(ctx);
  bool added = ldbg_threads_add(ctx, L) != NULL;
  ldbg_unlock(ctx);
  if (!added) return LDBG_NO_MEMORY;
  ldbg_arm(ctx);
  return LDBG_OK;
}

int ldbg_depth(lua_State *L) {
  lua_Debug ar;
  int low = 0, high = 1;
  if (!lua_getstack(L, 0, &ar)) return 0;
  while (lua_getstack(L, high, &ar)) low = high, high *= 2;
  while (low + 1 < high) { /* level low exists, level high does not */
    int middle = low + (high - low) / 2;
    if (lua_getstack(L, middle, &ar)) low = middle; else high = middle;
  }
  return high;
}
