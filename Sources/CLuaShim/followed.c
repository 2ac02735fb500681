/* What is remembered of each coroutine while something is traced: it hangs on the coroutine's entry in the list of threads and
 * goes when the coroutine is freed. */
#include "tracing.h"
#include <stdlib.h>

void *ldbg_room(void *array, size_t count, size_t *capacity, size_t size) {
  if (count < *capacity) return array;
  size_t more = *capacity ? *capacity * 2 : 16;
  void *larger = realloc(array, more * size);
  if (larger != NULL) *capacity = more;
  return larger;
}

ldbg_followed *ldbg_follow(ldbg_context *ctx, lua_State *L) {
  if (ctx->followed_thread == L) return ctx->followed;
  ldbg_thread *thread = ldbg_threads_find(ctx, L); /* only this thread adds and removes entries: no lock */
  if (thread == NULL) return NULL;
  if (thread->followed == NULL) {
    thread->followed = calloc(1, sizeof *thread->followed);
    if (thread->followed == NULL) return NULL;
    thread->followed->coroutine = (uint32_t)thread->id;
  }
  ctx->followed_thread = L;
  ctx->followed = thread->followed;
  return thread->followed;
}

void ldbg_followed_free(ldbg_followed *followed) {
  if (followed == NULL) return;
  free(followed->frames);
  free(followed->values);
  free(followed->timed);
  free(followed);
}

void ldbg_unfollow_all(ldbg_context *ctx) {
  ctx->followed_thread = NULL;
  for (size_t i = 0; i < ctx->threads.capacity; i++) {
    ldbg_followed_free(ctx->threads.slots[i].followed);
    ctx->threads.slots[i].followed = NULL;
  }
}

void ldbg_unfollow_variables(ldbg_context *ctx) {
  for (size_t i = 0; i < ctx->threads.capacity; i++) {
    ldbg_followed *followed = ctx->threads.slots[i].followed;
    if (followed != NULL) followed->frame_count = followed->value_count = 0;
  }
}
