/* The rig: a Lua state on a counting heap, and a debugger on it that follows a written plan. Tests nothing by itself. */
#include "rig.h"

long checks_passed, checks_failed;
int each = 1;

void check(bool holds, const char *file, int line, const char *what) {
  if (holds) {
    checks_passed++;
    return;
  }
  checks_failed++;
  fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
}

void check_text(const char *actual, const char *expected, const char *file, int line, const char *what) {
  check(strcmp(actual, expected) == 0, file, line, what);
  if (strcmp(actual, expected) != 0) fprintf(stderr, "  expected: %.600s\n  actual:   %.600s\n", expected, actual);
}

void check_number(long long actual, long long expected, const char *file, int line, const char *what) {
  check(actual == expected, file, line, what);
  if (actual != expected) fprintf(stderr, "  expected: %lld\n  actual:   %lld\n", expected, actual);
}

/* ---- The heap ------------------------------------------------------------------------------------------------------ */

void *heap_allocate(void *ud, void *block, size_t old_size, size_t new_size) {
  heap *h = ud;
  if (block == NULL) old_size = 0;
  if (new_size == 0) {
    free(block);
    h->live -= old_size;
    return NULL;
  }
  if (new_size > old_size && h->counting) {
    h->growths++;
    if (h->refuse_at && h->growths >= h->refuse_at && h->growths < h->refuse_at + h->refuse_times) {
      ldbg_context *ctx = h->owner->ctx;
      if (ctx != NULL && ctx->busy > (ctx->owned ? 1 : 0)) h->refused_us = true;
      return NULL;
    }
  }
  void *result = realloc(block, new_size);
  if (result != NULL) h->live += new_size - old_size;
  return result;
}

/* ---- The callbacks --------------------------------------------------------------------------------------------------- */

static int how_of(char verb) {
  switch (verb) {
    case 'i': return LDBG_INTO;
    case 'o': return LDBG_OVER;
    case 'u': return LDBG_OUT;
    case 't': return LDBG_UNTIL;
    case 'f': return LDBG_FINISH;
    case 'e': return LDBG_END;
    default: return LDBG_CONTINUE;
  }
}

static void stopped(void *host, const ldbg_stop *stop) {
  rig *r = host;
  uint64_t id = ldbg_coroutine_id(r->ctx, stop->thread);
  char place[48];
  int length = id ? snprintf(place, sizeof place, "%d@%llu", stop->line, (unsigned long long)id)
                  : snprintf(place, sizeof place, "%d", stop->line);
  if (r->visited_length + (size_t)length + 2 < sizeof r->visited) {
    if (r->visited_length) r->visited[r->visited_length++] = ' ';
    memcpy(r->visited + r->visited_length, place, (size_t)length + 1);
    r->visited_length += (size_t)length;
  }
  r->reasons = stop->reasons;
  r->hit_message[0] = 0;
  size_t message_length;
  const char *message = ldbg_hit_details(r->ctx, 0, &message_length);
  if (message) snprintf(r->hit_message, sizeof r->hit_message, "%s", message);
  ldbg_resume(r->ctx, how_of(*r->verbs), LDBG_REASON_STEP);
  if (r->verbs[0] && r->verbs[1]) r->verbs++;
  if (r->at_stop) r->at_stop(r, stop);
  r->stops++;
}

static void synchronize(void *host, lua_State *L) {
  rig *r = host;
  (void)L;
  rig_plan(r);
  if (r->at_synchronize) r->at_synchronize(r);
  r->synchronized++;
}

static void meet(void *host, lua_State *L, lua_Debug *ar) {
  rig *r = host;
  r->met++;
  lua_getinfo(L, "S", ar);
  for (int i = 0; i < r->point_count; i++)
    if (*ar->what != 'C' && r->points[i].inside == ar->linedefined && strcmp(ar->short_src, "s") == 0 &&
        i != r->uncaught && i != r->any)
      ldbg_code_add(r->ctx, r->points[i].line, r->points[i].entry);
  if (r->at_meet) r->at_meet(r);
}

static void output(void *host, const char *bytes, size_t count) {
  rig *r = host;
  strncat(r->text, bytes, count);
}

static void closed(void *host) { ((rig *)host)->closed++; }

/* ---- The rig ----------------------------------------------------------------------------------------------------------- */

rig *rig_bare(void) {
  rig *r = calloc(1, sizeof *r);
  r->heap.owner = r;
  r->verbs = "c";
  r->uncaught = r->any = -1;
  r->callbacks = (ldbg_callbacks){.host = r, .stopped = stopped, .synchronize = synchronize, .meet = meet, .output = output,
                                  .closed = closed};
  r->L = lua_newstate(heap_allocate, &r->heap);
  luaL_openlibs(r->L);
  return r;
}

void rig_attach(rig *r) { CHECK_NUMBER(ldbg_attach(r->L, r->callbacks, &r->ctx), LDBG_OK); }

rig *rig_new(void) {
  rig *r = rig_bare();
  rig_attach(r);
  return r;
}

void rig_free(rig *r) {
  if (r->ctx) {
    ldbg_detach(r->ctx);
    ldbg_free(r->ctx);
  }
  for (int i = 0; i < r->point_count; i++) ldbg_counter_free(r->points[i].counter);
  lua_close(r->L);
  ldbg_journal_free(r->journal);
  CHECK_NUMBER(r->heap.live, 0);
  free(r);
}

point *rig_break(rig *r, int line, int inside, const char *condition) {
  point *p = &r->points[r->point_count++];
  *p = (point){.line = line, .inside = inside, .condition = condition, .counter = ldbg_counter_new()};
  return p;
}

point *rig_watch(rig *r, const char *expression, bool on_change) {
  point *p = rig_break(r, 0, -1, NULL);
  p->watch = expression;
  p->on_change = on_change;
  return p;
}

static void plan_log(rig *r, const point *p) {
  bool is_expression = false;
  for (const char *part = p->log;; is_expression = !is_expression) {
    size_t length = strcspn(part, "|");
    if (length > 0 || is_expression) CHECK(ldbg_plan_log(r->ctx, p->entry, part, length, is_expression));
    if (part[length] == 0) return;
    part += length + 1;
  }
}

void rig_plan(rig *r) {
  bool lines = false, functions = false;
  ldbg_plan_begin(r->ctx);
  for (int i = 0; i < r->point_count; i++) {
    point *p = &r->points[i];
    p->entry = ldbg_plan_add(r->ctx, (uint32_t)i + 1, p->counter, p->once, p->condition, p->condition ? strlen(p->condition) : 0);
    if (p->log) plan_log(r, p);
    if (i == r->uncaught || i == r->any) continue;
    if (p->watch) CHECK(ldbg_plan_watch(r->ctx, p->entry, p->watch, strlen(p->watch), p->on_change));
    else if (p->line) lines = true;
    else functions = true;
  }
  if (r->uncaught >= 0) ldbg_plan_error(r->ctx, r->points[r->uncaught].entry, false);
  if (r->any >= 0) ldbg_plan_error(r->ctx, r->points[r->any].entry, true);
  ldbg_plan_end(r->ctx, lines, functions, false);
}

int rig_load(rig *r, const char *source) { return ldbg_load(r->L, source, strlen(source), "=s", false); }

static void take_result(rig *r, lua_State *L, int index) {
  const char *text = lua_type(L, index) == LUA_TSTRING || lua_type(L, index) == LUA_TNUMBER ? NULL : lua_typename(L, lua_type(L, index));
  if (text == NULL) {
    /* A copy, since lua_tostring changes a number in its place (and makes a string: the heap may refuse). */
    if (lua_type(L, index) == LUA_TSTRING) snprintf(r->result, sizeof r->result, "%s", lua_tostring(L, index));
    else if (lua_isinteger(L, index)) snprintf(r->result, sizeof r->result, "%lld", (long long)lua_tointeger(L, index));
    else snprintf(r->result, sizeof r->result, "%.14g", (double)lua_tonumber(L, index));
  } else if (lua_isboolean(L, index)) {
    snprintf(r->result, sizeof r->result, "%s", lua_toboolean(L, index) ? "true" : "false");
  } else {
    snprintf(r->result, sizeof r->result, "%s", text);
  }
}

static int run(rig *r, const char *source, bool hosted) {
  r->status = rig_load(r, source);
  if (r->status == LUA_OK) r->status = hosted ? lua_pcall(r->L, 0, 1, 0) : ldbg_call(r->ctx, r->L, 0, 1);
  take_result(r, r->L, -1);
  lua_settop(r->L, 0);
  return r->status;
}

int rig_run(rig *r, const char *source) { return run(r, source, false); }
int rig_run_hosted(rig *r, const char *source) { return run(r, source, true); }

const char *rig_walk(rig *r, const char *verbs, const char *source) {
  r->verbs = verbs;
  r->visited[r->visited_length = 0] = 0;
  ldbg_resume(r->ctx, LDBG_INTO, LDBG_REASON_ENTRY);
  rig_run(r, source);
  if (ldbg_is_ending(r->ctx)) ldbg_ended(r->ctx);
  return r->visited;
}

int rig_evaluate(rig *r, lua_State *L, int level, const char *text, int kind, long long instructions) {
  ldbg_result result;
  ldbg_evaluate(r->ctx, L, level, text, strlen(text), kind, (ldbg_budget){.instructions = instructions}, &result);
  r->result[0] = 0;
  if (result.thread != NULL && result.count > 0) take_result(r, result.thread, result.first);
  ldbg_release_results(r->ctx);
  return result.status;
}
