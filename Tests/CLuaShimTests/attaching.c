/* Attaching and leaving: what was there before is there again, a second debugger and a foreign Lua are refused, and a state
 * that is closed while attached says so once. */
#include "rig.h"
#include <dlfcn.h>
#include <unistd.h>

static lua_CFunction library_function(lua_State *L, const char *table, const char *name) {
  lua_getglobal(L, table);
  lua_getfield(L, -1, name);
  lua_CFunction function = lua_tocfunction(L, -1);
  lua_pop(L, 2);
  return function;
}

static const char *const guests[][2] = {{"_G", "pcall"}, {"_G", "xpcall"}, {"debug", "sethook"}, {"debug", "gethook"}};

static void host_hook(lua_State *L, lua_Debug *ar) { (void)L, (void)ar; }

static void detaching_leaves_everything_as_it_was(void) {
  rig *r = rig_bare();
  lua_CFunction before[4];
  for (int i = 0; i < 4; i++) before[i] = library_function(r->L, guests[i][0], guests[i][1]);
  lua_sethook(r->L, host_hook, LUA_MASKCOUNT, 123);
  rig_attach(r);
  void *ud;
  CHECK(lua_getallocf(r->L, &ud) != heap_allocate);
  CHECK(ldbg_context_of(r->L) == r->ctx);
  CHECK(ldbg_main(r->ctx) == r->L);
  CHECK(lua_gethook(r->L) == host_hook); /* nothing wanted, nothing armed */
  rig_break(r, 2, 0, "x == nil");
  rig_plan(r);
  ldbg_arm(r->ctx);
  CHECK(lua_gethook(r->L) != host_hook);
  rig_run(r, "local x\nlocal co = coroutine.create(function() coroutine.yield() end)\ncoroutine.resume(co)\nkept = co\nreturn 1");
  CHECK_NUMBER(r->stops, 1);
  ldbg_detach(r->ctx);
  CHECK(lua_getallocf(r->L, &ud) == heap_allocate && ud == &r->heap);
  CHECK(lua_gethook(r->L) == host_hook);
  CHECK_NUMBER(lua_gethookmask(r->L), LUA_MASKCOUNT);
  CHECK_NUMBER(lua_gethookcount(r->L), 123);
  lua_getglobal(r->L, "kept");
  lua_State *co = lua_tothread(r->L, -1);
  CHECK(lua_gethook(co) == host_hook); /* as it would have inherited it */
  lua_pop(r->L, 1);
  for (int i = 0; i < 4; i++) CHECK(library_function(r->L, guests[i][0], guests[i][1]) == before[i]);
  CHECK(ldbg_context_of(r->L) == NULL);
  ldbg_detach(r->ctx); /* twice does no harm */
  ldbg_free(r->ctx);
  r->ctx = NULL;
  rig_free(r);
}

static void the_registry_is_empty_of_us_after_detach(void) {
  rig *r = rig_bare();
  int before = 0, after = 0;
  for (lua_pushnil(r->L); lua_next(r->L, LUA_REGISTRYINDEX); lua_pop(r->L, 1)) before++;
  rig_attach(r);
  CHECK(ldbg_scratch(r->ctx) != NULL);
  lua_pushinteger(r->L, 5);
  CHECK_NUMBER(ldbg_keep(r->ctx, r->L), 1);
  CHECK_NUMBER(lua_gettop(r->L), 0);
  ldbg_detach(r->ctx);
  for (lua_pushnil(r->L); lua_next(r->L, LUA_REGISTRYINDEX); lua_pop(r->L, 1)) after++;
  CHECK_NUMBER(after, before);
  rig_free(r);
}

static void a_second_attach_is_refused_and_a_later_one_is_not(void) {
  rig *r = rig_new();
  ldbg_context *second = r->ctx;
  CHECK_NUMBER(ldbg_attach(r->L, r->callbacks, &second), LDBG_ALREADY_ATTACHED);
  CHECK(second == NULL);
  lua_State *co = lua_newthread(r->L);
  CHECK_NUMBER(ldbg_attach(co, r->callbacks, &second), LDBG_ALREADY_ATTACHED);
  ldbg_detach(r->ctx);
  ldbg_free(r->ctx);
  rig_attach(r);
  rig_free(r);
}

static void attaching_to_a_coroutine_finds_the_main_thread(void) {
  rig *r = rig_bare();
  lua_State *co = lua_newthread(r->L);
  CHECK_NUMBER(ldbg_attach(co, r->callbacks, &r->ctx), LDBG_OK);
  CHECK(ldbg_main(r->ctx) == r->L);
  CHECK_NUMBER(ldbg_coroutine_id(r->ctx, r->L), 0);
  CHECK_NUMBER(ldbg_coroutine_id(r->ctx, co), 1);
  rig_free(r);
}

static bool copy_file(const char *from, int to) {
  FILE *in = fopen(from, "rb");
  char buffer[4096];
  size_t n;
  bool fine = in != NULL;
  while (fine && (n = fread(buffer, 1, sizeof buffer, in)) > 0) fine = write(to, buffer, n) == (ssize_t)n;
  if (in) fclose(in);
  return fine;
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

static void the_state_of_another_lua_is_refused(void) {
#ifdef SANITIZED
  return; /* the address sanitizer ends a program that loads a library bound to itself */
#endif
  /* A copy of the very library, bound to itself: the same version, other code. */
  Dl_info info;
  char path[] = "/tmp/another-lua-XXXXXX";
  int file = mkstemp(path);
  void *symbol;
  lua_State *(*other_newstate)(void) = NULL;
  void (*other_close)(lua_State *) = NULL;
  *(void **)&symbol = dlsym(RTLD_DEFAULT, "lua_newstate");
  void *library = NULL;
  if (file >= 0 && symbol && dladdr(symbol, &info) && copy_file(info.dli_fname, file))
    library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  if (file >= 0) close(file), unlink(path);
  if (library) {
    *(void **)&other_newstate = dlsym(library, "luaL_newstate");
    *(void **)&other_close = dlsym(library, "lua_close");
  }
  if (other_newstate == NULL || other_close == NULL) {
    printf("skipped: a second copy of the Lua library cannot be loaded here\n");
    return;
  }
  lua_State *other = other_newstate();
  ldbg_context *ctx = (ldbg_context *)&info;
  CHECK_NUMBER(ldbg_attach(other, (ldbg_callbacks){0}, &ctx), LDBG_FOREIGN_LUA);
  CHECK(ctx == NULL);
  other_close(other);
  dlclose(library);
}

static void closing_the_state_says_so_once_and_frees_all(void) {
  rig *r = rig_new();
  rig_break(r, 1, 0, "a == nil");
  rig_plan(r);
  rig_run(r, "kept = coroutine.wrap(function() coroutine.yield() end) kept()\n"
             "setmetatable({}, {__gc = function() pcall(error) debug.sethook() coroutine.create(print) end})");
  CHECK_NUMBER(r->stops, 1);
  CHECK_NUMBER(rig_evaluate(r, r->L, -1, "{}", LDBG_EXPRESSION, 0), LDBG_EVAL_OK);
  CHECK(!ldbg_is_closed(r->ctx));
  lua_close(r->L);
  CHECK_NUMBER(r->closed, 1);
  CHECK(ldbg_is_closed(r->ctx));
  CHECK_NUMBER(r->heap.live, 0);
  ldbg_attend(r->ctx, LDBG_ATTEND_PAUSE); /* too late, and harmless */
  ldbg_arm(r->ctx);
  ldbg_detach(r->ctx);
  CHECK_NUMBER(r->closed, 1);
  ldbg_free(r->ctx);
  ldbg_counter_free(r->points[0].counter);
  free(r);
}

static void free_in_closed(void *host) {
  rig *r = host;
  r->closed++;
  ldbg_free(r->ctx);
}

static void the_context_may_be_freed_when_the_close_is_told(void) {
  rig *r = rig_bare();
  r->callbacks.closed = free_in_closed;
  rig_attach(r);
  rig_run(r, "return 1");
  lua_close(r->L);
  CHECK_NUMBER(r->closed, 1);
  CHECK_NUMBER(r->heap.live, 0);
  free(r);
}

static void leave(rig *r) {
  ldbg_context *ctx = r->ctx;
  r->at_stop = NULL;
  ldbg_detach(ctx);
  ldbg_free(ctx); /* from inside: done by whoever is on the stack, on the way out */
}
static void leave_at_stop(rig *r, const ldbg_stop *stop) { (void)stop, leave(r); }

static void leaving_from_inside_a_stop_lets_the_script_run_on(void) {
  static const char source[] = "local function f(n)\nlocal m = n + 1\nreturn m\nend\nlocal ok, e = pcall(error, 'x')\nreturn f(f(1)) .. e";
  for (int way = 0; way < 4; way++) {
    rig *r = rig_new();
    if (way == 0 || way == 3) rig_break(r, 2, 1, "n == 1");
    if (way == 1) rig_break(r, 0, 0, NULL), r->any = 0;
    rig_plan(r);
    if (way == 2) r->at_synchronize = leave, ldbg_attend(r->ctx, LDBG_ATTEND_SYNC);
    else if (way == 3) r->at_meet = leave;
    else r->at_stop = leave_at_stop;
    ldbg_arm(r->ctx);
    CHECK_NUMBER(rig_run_hosted(r, source), LUA_OK);
    CHECK_TEXT(r->result, "3x");
    CHECK(ldbg_context_of(r->L) == NULL);
    CHECK(lua_gethook(r->L) == NULL);
    CHECK_NUMBER(lua_gethookmask(r->L), 0);
    r->ctx = NULL;
    rig_free(r);
  }
}

static void leaving_from_inside_a_stop_of_our_own_run(void) {
  rig *r = rig_new();
  rig_break(r, 1, 0, NULL);
  rig_plan(r);
  r->at_stop = leave_at_stop;
  CHECK_NUMBER(rig_run(r, "local a = 1\nreturn a"), LUA_OK);
  CHECK_TEXT(r->result, "1");
  CHECK(lua_gethook(r->L) == NULL);
  r->ctx = NULL;
  rig_free(r);
}

static void an_error_in_a_finalizer_does_not_spoil_attach(void) {
  /* Attaching may be the very moment at which a collection is due. */
  rig *r = rig_bare();
  CHECK_NUMBER(luaL_dostring(r->L, "for i = 1, 50 do setmetatable({}, {__gc = function() error('finalizer') end}) end"), LUA_OK);
  lua_gc(r->L, LUA_GCSETPAUSE, 0);
  lua_gc(r->L, LUA_GCSETSTEPMUL, 10000);
  int status = ldbg_attach(r->L, r->callbacks, &r->ctx);
  CHECK_NUMBER(status, LDBG_OK);
  if (status != LDBG_OK) CHECK(library_function(r->L, "_G", "pcall") == ldbg_prove_layout()->pcall);
  lua_gc(r->L, LUA_GCSTOP, 0);
  rig_free(r);
}

void test_attaching(void) {
  detaching_leaves_everything_as_it_was();
  the_registry_is_empty_of_us_after_detach();
  a_second_attach_is_refused_and_a_later_one_is_not();
  attaching_to_a_coroutine_finds_the_main_thread();
  the_state_of_another_lua_is_refused();
  closing_the_state_says_so_once_and_frees_all();
  the_context_may_be_freed_when_the_close_is_told();
  leaving_from_inside_a_stop_lets_the_script_run_on();
  leaving_from_inside_a_stop_of_our_own_run();
  an_error_in_a_finalizer_does_not_spoil_attach();
}
