/* What is known of each function that was met while something is traced, profiled or skipped: its number in the journal's
 * catalog, and what Swift says of it. Kept under its code's address until that is freed. */
#include "tracing.h"
#include <stdio.h>
#include <string.h>

/* What a C function is called in the libraries: its callers may not know (pcall(error, ...)). */
typedef struct library_name {
  lua_CFunction function;
  char text[128];
} library_name;

static int find_library_name(lua_State *L) {
  library_name *wanted = lua_touserdata(L, 1);
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  for (lua_pushnil(L); lua_istable(L, 2) && lua_next(L, 2); lua_pop(L, 1)) {
    if (lua_type(L, 3) != LUA_TSTRING || !lua_istable(L, 4)) continue;
    const char *library = lua_tostring(L, 3);
    bool is_globals = strcmp(library, "_G") == 0;
    for (lua_pushnil(L); lua_next(L, 4); lua_pop(L, 1)) {
      if (lua_type(L, 5) != LUA_TSTRING || lua_tocfunction(L, 6) != wanted->function) continue;
      snprintf(wanted->text, sizeof wanted->text, "%s%s%s", is_globals ? "" : library, is_globals ? "" : ".", lua_tostring(L, 5));
      return 0;
    }
  }
  return 0;
}

static ldbg_known meet(ldbg_context *ctx, lua_State *L, lua_Debug *ar, const void *code) {
  lua_Debug info = *ar;
  ldbg_known known = {.code = code, .flags = LDBG_FUNCTION_TRACED};
  lua_getinfo(L, "Sn", &info);
  bool is_c = *info.what == 'C', is_main = *info.what == 'm';
  bool is_text = *info.source != '@' && *info.source != '=';
  library_name found = {.function = NULL};
  if (is_c) {
    memcpy(&found.function, &code, sizeof code); /* its code is its address */
    lua_State *S = ldbg_runner(ctx);
    size_t before;
    ldbg_hold_collector(ctx, S, &before);
    ldbg_protected(S, find_library_name, &found);
    ldbg_release_collector(ctx, S, before);
    if (*found.text) info.name = found.text;
  }
  if (ctx->journal != NULL)
    known.number = ldbg_journal_catalog(
        ctx->journal, (ldbg_function_info){.source = is_text ? info.short_src : info.source,
                                           .name = info.name && !is_main ? info.name : "",
                                           .first = is_main || is_c ? 0 : info.linedefined,
                                           .last = is_main || is_c ? 0 : info.lastlinedefined,
                                           .is_c = is_c});
  known.named = is_c || is_main || info.name != NULL;
  if (ctx->knowns.ask && ctx->callbacks.judge) {
    ctx->counts.callbacks++;
    known.flags = ctx->callbacks.judge(ctx->callbacks.host, known.number);
  }
  return known;
}

ldbg_known ldbg_known_function(ldbg_context *ctx, lua_State *L, lua_Debug *ar) {
  ldbg_knowns *knowns = &ctx->knowns;
  bool is_lua;
  const void *code = ldbg_frame_code(ctx->layout, L, ar, &is_lua);
  if (code == NULL) return (ldbg_known){.flags = LDBG_FUNCTION_TRACED};
  if (code == knowns->last.code) return knowns->last;
  const ldbg_known *before = ldbg_table_find(&knowns->table, sizeof *before, code);
  if (before != NULL) return knowns->last = *before;
  ldbg_known known = meet(ctx, L, ar, code);
  if (!ldbg_table_reserve(&knowns->table, sizeof known)) return known;
  ldbg_table_put(&knowns->table, sizeof known, &known);
  return knowns->last = known;
}

/* A function that was first met by a tail call has no name; a later caller may know one. */
void ldbg_known_called(ldbg_context *ctx, lua_State *L, lua_Debug *ar) {
  ldbg_known known = ldbg_known_function(ctx, L, ar);
  lua_Debug info = *ar;
  if (known.named || ctx->journal == NULL || !lua_getinfo(L, "n", &info) || info.name == NULL) return;
  ldbg_journal_name(ctx->journal, known.number, info.name);
  known.named = true;
  ctx->knowns.last = known;
  if (ldbg_table_reserve(&ctx->knowns.table, sizeof known)) ldbg_table_put(&ctx->knowns.table, sizeof known, &known);
}

void ldbg_knowns_forget(ldbg_context *ctx, const void *code) {
  ldbg_knowns *knowns = &ctx->knowns;
  if (knowns->last.code == code) knowns->last.code = NULL;
  ldbg_table_remove(&knowns->table, sizeof(ldbg_known), code);
}

void ldbg_knowns_clear(ldbg_context *ctx) {
  ldbg_table_clear(&ctx->knowns.table);
  ctx->knowns.last.code = NULL;
}

void ldbg_judge(ldbg_context *ctx, bool ask, bool skips) {
  if (ask || ctx->knowns.ask) ldbg_knowns_clear(ctx);
  ctx->knowns.ask = ask;
  ctx->skips = skips;
}
