/* The allocator that wraps the host's: it knows every live coroutine, forgets freed prototypes, keeps the memory limit,
 * and its user data is where a hook finds its context: no registry, no extra space, nothing a script can reach. */
#include "tracing.h"

ldbg_context *ldbg_context_of(lua_State *L) {
  void *ud;
  return lua_getallocf(L, &ud) == ldbg_allocate ? ud : NULL;
}

/* A new coroutine may be touched only once lua_newthread is done with it: until then its CallInfo is missing, and a
 * pause that set its hook would read through a null pointer. lua_newthread allocates twice, the lua_State and its stack
 * (lstate.c, 5.3), and nothing can run on it before a third call of the allocator (its first CallInfo). So: stage 1
 * after the first block, 2 after the second, grown up at any later call. If the second is refused, Lua collects, asks
 * again, and then raises: the thread stays unborn until it is freed. */
void ldbg_grow_up(ldbg_context *ctx) {
  if (ctx->threads.embryo_stage != 2) return;
  lua_State *L = ctx->threads.embryo;
  ldbg_lock(ctx);
  ctx->threads.embryo = NULL;
  ctx->threads.embryo_stage = 0;
  ldbg_thread *thread = ldbg_threads_find(ctx, L);
  if (thread != NULL && !thread->ours) {
    ldbg_thread *creator = ctx->threads.foreign ? ldbg_threads_find(ctx, ctx->last) : NULL;
    if (creator != NULL && creator->foreign != NULL && lua_gethook(L) == ldbg_hook) {
      thread->foreign = creator->foreign; /* lua_newthread hands the creator's hook down */
      thread->foreign_mask = creator->foreign_mask;
      thread->foreign_count = creator->foreign_count;
      ctx->threads.foreign++;
    }
    /* One that is made in an evaluation keeps its budget's hook, which looks up by itself. */
    const bool budgeted = lua_gethook(L) == ldbg_budget_hook;
    if (atomic_load(&ctx->attention) != 0 && !budgeted && !(lua_gethookmask(L) & LUA_MASKLINE)) {
      ldbg_kick_late(ctx, thread, lua_gethookmask(L));
    }
  }
  ldbg_unlock(ctx);
}

static void refused_new(ldbg_context *ctx) {
  if (ctx->threads.embryo_stage == 1) ctx->threads.embryo_stage = -1;      /* Lua will collect and ask again */
  else if (ctx->threads.embryo_stage == -1) ctx->threads.embryo_stage = -2; /* and then raise */
}

static void *allocate_new(ldbg_context *ctx, size_t tag, size_t size) {
  void *block = ctx->host_alloc(ctx->host_ud, NULL, tag, size);
  if (block == NULL) {
    refused_new(ctx);
    return NULL;
  }
  if (ctx->threads.embryo_stage == 1 || ctx->threads.embryo_stage == -1) ctx->threads.embryo_stage = 2;
  if (tag == LUA_TTHREAD) {
    lua_State *L = (lua_State *)((char *)block + LUA_EXTRASPACE);
    ldbg_lock(ctx);
    /* An unborn one of before is simply left out of the list. */
    if (ctx->threads.embryo != NULL) ldbg_threads_remove(ctx, ctx->threads.embryo);
    /* Where there is no memory for our list the script still has its coroutine, which is met when it is resumed, as one of before. */
    const bool listed = ldbg_threads_add(ctx, L) != NULL;
    ctx->threads.embryo = listed ? L : NULL;
    ctx->threads.embryo_stage = listed ? 1 : 0;
    ldbg_unlock(ctx);
  }
  return block;
}

static void freeing(ldbg_context *ctx, void *block, size_t size) {
  const ldbg_layout *layout = ctx->layout;
  if (size == layout->proto_size) ctx->epoch++, ctx->run.left = 0;
  if (ctx->codes.table.count && (layout->proto_size == 0 || layout->proto_size == size))
    ldbg_codes_forget(ctx, block);
  if (ctx->knowns.table.count && (layout->proto_size == 0 || layout->proto_size == size)) ldbg_knowns_forget(ctx, block);
  if (block == (char *)ctx->main - LUA_EXTRASPACE) {
    ldbg_lock(ctx); /* a pause from another thread sets hooks with this lock held */
    ctx->closed = true;
    ldbg_unlock(ctx);
    return;
  }
  if (size != layout->thread_size) return;
  lua_State *L = (lua_State *)((char *)block + LUA_EXTRASPACE);
  ldbg_lock(ctx);
  if (ctx->threads.embryo == L) ctx->threads.embryo = NULL, ctx->threads.embryo_stage = 0;
  ldbg_threads_remove(ctx, L);
  ldbg_unlock(ctx);
}

static void *allocate(ldbg_context *ctx, void *block, size_t old_size, size_t new_size) {
  ldbg_grow_up(ctx);
  if (block == NULL && new_size == 0) return NULL; /* Lua frees an empty array: nothing is asked for */
  if (block == NULL) {
    bool over = ctx->limit && ctx->used + new_size > ctx->limit;
    if (over || (ctx->refusing && new_size > LDBG_UNGRANTED && new_size < LDBG_UNGRANTED + 256)) {
      ctx->refused = ctx->refused || over;
      refused_new(ctx);
      return NULL;
    }
    bool special = old_size == LUA_TTHREAD || ctx->threads.embryo_stage != 0;
    void *result = special ? allocate_new(ctx, old_size, new_size)
                           : ctx->host_alloc(ctx->host_ud, NULL, old_size, new_size);
    if (result != NULL) ctx->used += new_size;
    return result;
  }
  if (new_size == 0) {
    freeing(ctx, block, old_size);
    ctx->used -= old_size;
    void *result = ctx->host_alloc(ctx->host_ud, block, old_size, 0);
    if (ctx->closed && ctx->callbacks.closed) {
      void (*closed)(void *) = ctx->callbacks.closed;
      ctx->callbacks.closed = NULL;
      closed(ctx->callbacks.host);
    }
    return result;
  }
  if (new_size > old_size && ctx->limit && ctx->used + (new_size - old_size) > ctx->limit) {
    ctx->refused = true;
    return NULL;
  }
  void *result = ctx->host_alloc(ctx->host_ud, block, old_size, new_size);
  if (result != NULL) ctx->used += new_size - old_size;
  return result;
}

/* Nearly every call is the host's own business, also while a debugger is attached and idle: a few comparisons, and on. */
void *ldbg_allocate(void *ud, void *block, size_t old_size, size_t new_size) {
  ldbg_context *ctx = ud;
  const ldbg_blocks *blocks = &ctx->blocks;
  bool usual = ctx->limit == 0 && !ctx->refusing && ctx->threads.embryo_stage == 0;
  if (block == NULL) usual &= old_size != LUA_TTHREAD;
  else if (new_size == 0) usual &= old_size != blocks->thread && old_size != blocks->proto && block != blocks->main && blocks->told;
  if (usual) return ctx->host_alloc(ctx->host_ud, block, old_size, new_size);
  return allocate(ctx, block, old_size, new_size);
}

/* Lua counts itself; we only while there is a limit. */
static size_t counted_by_lua(const ldbg_context *ctx) {
  return (size_t)lua_gc(ctx->main, LUA_GCCOUNT, 0) * 1024 + (size_t)lua_gc(ctx->main, LUA_GCCOUNTB, 0);
}

void ldbg_set_memory_limit(ldbg_context *ctx, size_t bytes) {
  ctx->used = counted_by_lua(ctx);
  ctx->limit = bytes;
}
size_t ldbg_memory_used(const ldbg_context *ctx) { return ctx->limit ? ctx->used : counted_by_lua(ctx); }
bool ldbg_memory_was_refused(const ldbg_context *ctx) { return ctx->refused; }
