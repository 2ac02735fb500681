/* Attaching and detaching, and the runs that Swift owns. */
#include "tracing.h"
#include <stdlib.h>
#include <string.h>

static int install_guests(lua_State *L) {
  const ldbg_context *ctx = lua_touserdata(L, 1);
  ldbg_guests_install(L, ctx->layout);
  return 0;
}

static int remove_guests(lua_State *L) {
  const ldbg_context *ctx = lua_touserdata(L, 1);
  ldbg_guests_remove(L, ctx->layout);
  return 0;
}

int ldbg_attach(lua_State *L, ldbg_callbacks callbacks, ldbg_context **result) {
  *result = NULL;
  /* What luaL_checkversion raises about, asked without raising: the state's maker and we must be one copy of Lua. */
  if (lua_version(L) != lua_version(NULL)) return LDBG_FOREIGN_LUA;
  const ldbg_layout *layout = ldbg_prove_layout();
  if (!layout->threads) return LDBG_FOREIGN_LUA;
  if (ldbg_context_of(L) != NULL) return LDBG_ALREADY_ATTACHED;
  ldbg_context *ctx = calloc(1, sizeof *ctx);
  if (ctx == NULL) return LDBG_NO_MEMORY;
  ctx->line_bits = calloc(1, LDBG_LINE_BITS / 8);
  ctx->layout = layout;
  ctx->unproven = !layout->frames;
  ctx->first_watch = -1;
  ctx->callbacks = callbacks;
  atomic_flag_clear(&ctx->arming);
  bool pushed = lua_checkstack(L, 2);
  if (pushed) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
    ctx->main = lua_tothread(L, -1);
    lua_pop(L, 1);
  }
  ctx->last = ctx->main;
  if (!pushed || ctx->line_bits == NULL || ldbg_threads_add(ctx, ctx->main) == NULL ||
      (L != ctx->main && ldbg_threads_add(ctx, L) == NULL) || ldbg_protected(L, install_guests, ctx) != LUA_OK) {
    free(ctx->threads.slots);
    free(ctx->line_bits);
    free(ctx);
    return LDBG_NO_MEMORY;
  }
  ctx->host_alloc = lua_getallocf(L, &ctx->host_ud);
  ctx->blocks = (ldbg_blocks){.thread = layout->thread_size, .proto = layout->proto_size, .told = layout->proto_size != 0,
                              .main = (char *)ctx->main - LUA_EXTRASPACE};
  lua_setallocf(L, ldbg_allocate, ctx);
  *result = ctx;
  return LDBG_OK;
}

void ldbg_detach(ldbg_context *ctx) {
  if (ctx->closed || ctx->detached) return;
  lua_State *L = ctx->stopped ? ctx->stopped : ctx->main;
  ldbg_release_kept(ctx);
  ldbg_plan_free(ctx);
  ldbg_watches_clear(ctx);
  ctx->uncaught_errors = ctx->any_errors = 0;
  ctx->watching = false;
  ctx->first_watch = -1;
  ctx->observed = 0;
  ctx->lines = ctx->functions = ctx->c_functions = ctx->only_profiled = ctx->only_traced = false;
  ctx->step = (ldbg_step){0};
  atomic_store(&ctx->attention, 0);
  ldbg_disarm_all(ctx);
  ldbg_unanchor(ctx);
  ldbg_protected(L, remove_guests, ctx);
  ldbg_lock(ctx);
  ctx->detached = true;
  void *ud;
  if (lua_getallocf(L, &ud) == ldbg_allocate && ud == ctx) lua_setallocf(L, ctx->host_alloc, ctx->host_ud);
  ldbg_unlock(ctx);
}

void ldbg_free(ldbg_context *ctx) {
  if (!ctx->closed && !ctx->detached) return; /* the state still calls us: leaking is the only safe answer */
  if (ctx->busy > 0) { /* freed from inside a stop: the hook that is on the stack does it on its way out */
    ctx->freed = true;
    return;
  }
  ldbg_plan_free(ctx);
  ldbg_tracing_free(ctx);
  ldbg_clear_hits(ctx);
  ldbg_codes_clear(ctx);
  free(ctx->codes.draft);
  free(ctx->hits);
  free(ctx->hit_details);
  free(ctx->hit_lengths);
  free(ctx->line_bits);
  free(ctx->threads.slots);
  free(ctx->message);
  free(ctx->traceback);
  free(ctx);
}

bool ldbg_is_closed(const ldbg_context *ctx) { return ctx->closed; }
lua_State *ldbg_main(const ldbg_context *ctx) { return ctx->main; }

/* ---- Runs that Swift owns ------------------------------------------------------------------------------------------- */

static int open_libraries(lua_State *L) {
  luaL_openlibs(L);
  return 0;
}

lua_State *ldbg_new_state(void) {
  lua_State *L = luaL_newstate();
  if (L == NULL) return NULL;
  if (ldbg_protected(L, open_libraries, NULL) != LUA_OK) {
    lua_close(L);
    return NULL;
  }
  return L;
}

int ldbg_load(lua_State *L, const char *bytes, size_t count, const char *name, bool allow_binary) {
  return luaL_loadbufferx(L, bytes, count, name, allow_binary ? "bt" : "t");
}

bool ldbg_begin_arguments(lua_State *L, int count) { return lua_checkstack(L, count + LUA_MINSTACK); }

typedef struct arguments {
  const char *script_name;
  int count;
} arguments;

static int set_arguments(lua_State *L) {
  const arguments *a = lua_touserdata(L, 1);
  lua_createtable(L, a->count, 1);
  lua_pushstring(L, a->script_name);
  lua_rawseti(L, -2, 0);
  for (int i = 1; i <= a->count; i++) {
    lua_pushvalue(L, 1 + i);
    lua_rawseti(L, -2, i);
  }
  lua_setglobal(L, "arg");
  return 0;
}

bool ldbg_set_arguments(lua_State *L, const char *script_name, int count) {
  arguments a = {script_name, count};
  int first = lua_gettop(L) - count + 1;
  if (!lua_checkstack(L, count + 2)) return false;
  lua_pushcfunction(L, set_arguments);
  lua_pushlightuserdata(L, &a);
  for (int i = 0; i < count; i++) lua_pushvalue(L, first + i);
  if (lua_pcall(L, count + 1, 0, 0) == LUA_OK) return true;
  lua_pop(L, 1);
  return false;
}

static int set_list(lua_State *L) {
  const char *name = lua_touserdata(L, 1);
  const int count = lua_gettop(L) - 1;
  lua_createtable(L, count, 0);
  lua_insert(L, 2);
  for (int i = count; i > 0; i--) lua_rawseti(L, 2, i);
  lua_setglobal(L, name);
  return 0;
}

bool ldbg_set_list(lua_State *L, const char *name, int count) {
  const int first = lua_gettop(L) - count + 1;
  bool done = lua_checkstack(L, 3);
  if (done) {
    lua_pushcfunction(L, set_list);
    lua_insert(L, first);
    lua_pushlightuserdata(L, (void *)name);
    lua_insert(L, first + 1);
    done = lua_pcall(L, count + 1, 0, 0) == LUA_OK;
  }
  lua_settop(L, first - 1);
  return done;
}

static int make_traceback(lua_State *L) { /* error message handler below: level 0 is this function, 1 the handler */
  luaL_traceback(L, L, NULL, 2);
  return 1;
}



/* load() catches what its reader raises, but leaves the message handler of the call around it in place (ldo.c, 5.3:
 * luaD_protectedparser passes L->errfunc on), so the handler sees errors that will be caught. */
static bool inside_load(lua_State *L, const ldbg_layout *layout) {
  lua_Debug ar;
  for (int level = -1; ldbg_walk(layout, L, &ar, &level);) {
    bool is_lua;
    if (ldbg_frame_code(layout, L, &ar, &is_lua) == (const void *)(size_t)layout->load) return true;
  }
  return false;
}

/* The message handler of a run that Swift owns: frames are still alive here. The error value passes through untouched. */
static int at_uncaught_error(lua_State *L) {
  ldbg_context *ctx = ldbg_context_of(L);
  lua_settop(L, 1);
  if (ctx == NULL || ctx->ending) return 1;
  bool caught = inside_load(L, ctx->layout);
  ldbg_error_stop(ctx, L, caught);
  if (caught) return 1;
  lua_pushcfunction(L, make_traceback);
  if (lua_pcall(L, 0, 1, 0) == LUA_OK) {
    size_t length;
    const char *text = lua_tolstring(L, -1, &length);
    free(ctx->traceback);
    ctx->traceback = malloc(length + 1);
    ctx->traceback_length = ctx->traceback ? length : 0;
    if (ctx->traceback) memcpy(ctx->traceback, text, length + 1);
  }
  lua_settop(L, 1);
  return 1;
}

bool ldbg_is_handler(const void *code) {
  return code == (const void *)(size_t)at_uncaught_error || code == (const void *)(size_t)make_traceback;
}

int ldbg_call(ldbg_context *ctx, lua_State *L, int arguments, int results) {
  if (!lua_checkstack(L, 1)) return LUA_ERRMEM;
  int handler = lua_gettop(L) - arguments;
  lua_pushcfunction(L, at_uncaught_error);
  lua_insert(L, handler);
  free(ctx->traceback);
  ctx->traceback = NULL;
  ctx->traceback_length = 0;
  ctx->refused = false;
  bool outer = ctx->owned;
  /* The end of an earlier call of the host's by this very function; see begin_call in hook.c for those by lua_pcall. */
  if (!outer && ldbg_depth(ctx->main) == 0 && ldbg_depth(L) == 0) ctx->ending = ctx->finishing = ctx->muted = false;
  ctx->owned = true;
  ctx->busy++; /* a stop in there may let go of the context */
  ldbg_arm(ctx);
  int status = lua_pcall(L, arguments, results, handler);
  ctx->owned = outer;
  ctx->refusing = false;
  /* The host's next call may be by lua_pcall, and nothing would see it begin. Inside of another it is that one's end that counts, and
   * what is armed for a run of ours would not see it. */
  if (!outer && (ctx->finishing || ctx->muted)) {
    if (ldbg_depth(ctx->main) == 0 && ldbg_depth(L) == 0) ctx->finishing = ctx->muted = false;
    ldbg_arm(ctx);
  }
  lua_remove(L, handler);
  if (--ctx->busy == 0 && ctx->freed) ldbg_free(ctx);
  return status;
}

int ldbg_call_unseen(ldbg_context *ctx, lua_State *L, int arguments) {
  bool outer = ctx->owned;
  ctx->owned = ctx->finishing = ctx->muted = true;
  int status = ldbg_call(ctx, L, arguments, 0);
  ctx->finishing = ctx->muted = false;
  ctx->owned = outer;
  return status;
}

const char *ldbg_traceback(ldbg_context *ctx, size_t *length) {
  *length = ctx->traceback_length;
  return ctx->traceback;
}

void ldbg_set_time_limit_ends(ldbg_context *ctx, bool ends) { ctx->time_ends = ends; }

/* The key on top becomes the value: found by raw access, or in the tables that a metatable's __index leads to. Nothing of the
 * script's runs. */
static void find_field(lua_State *L) {
  enum { MOST_TABLES = 10 };
  for (int i = 0; i < MOST_TABLES; i++) { /* table, key */
    lua_pushvalue(L, -1);
    lua_rawget(L, -3);
    if (!lua_isnil(L, -1) || !lua_getmetatable(L, -3)) break;
    lua_pushstring(L, "__index");
    lua_rawget(L, -2);
    if (!lua_istable(L, -1)) {
      lua_pop(L, 2);
      break;
    }
    lua_replace(L, -5);
    lua_pop(L, 2);
    if (i == MOST_TABLES - 1) lua_pushnil(L);
  }
  lua_replace(L, -2);
}

static int follow_path(lua_State *L) {
  const char *path = lua_touserdata(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  for (;;) {
    size_t length = strcspn(path, ".:");
    if (!lua_istable(L, -1)) return 0;
    lua_pushlstring(L, path, length);
    find_field(L);
    if (path[length] == 0) return 1;
    path += length + 1;
  }
}

lua_State *ldbg_push_path(ldbg_context *ctx, const char *path) {
  lua_State *L = ldbg_runner(ctx);
  if (!lua_checkstack(L, 3)) return NULL;
  ctx->working++;
  lua_pushcfunction(L, follow_path);
  lua_pushlightuserdata(L, (void *)path);
  int status = lua_pcall(L, 1, 1, 0);
  ctx->working--;
  if (status == LUA_OK && lua_isfunction(L, -1)) return L;
  lua_pop(L, 1);
  return NULL;
}

/* ---- Prototypes as a binary chunk ------------------------------------------------------------------------------------- */

typedef struct dump {
  char *bytes;
  size_t count, capacity;
} dump;

static int append(lua_State *L, const void *bytes, size_t count, void *ud) {
  dump *d = ud;
  (void)L;
  if (d->count + count > d->capacity) {
    size_t capacity = (d->count + count) * 2;
    char *larger = realloc(d->bytes, capacity);
    if (larger == NULL) return 1;
    d->bytes = larger;
    d->capacity = capacity;
  }
  if (count > 0) memcpy(d->bytes + d->count, bytes, count);
  d->count += count;
  return 0;
}

/* lua_dump allocates nothing in the script's heap and raises nothing; it shows every nested function with its lines, none of
 * which has to run for it. (lua_getinfo "L" makes a table, and only for a function one holds.) */
char *ldbg_dump(lua_State *L, size_t *length) {
  dump d = {0};
  if (lua_dump(L, append, &d, 0) != 0) {
    free(d.bytes);
    return NULL;
  }
  *length = d.count;
  return d.bytes;
}

void ldbg_dump_free(char *bytes) { free(bytes); }
