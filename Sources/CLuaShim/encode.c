/* Values as bytes: by raw access only, within limits, on a thread of ours where a table must be walked. */
#include "tracing.h"
#include <string.h>

void ldbg_write(ldbg_writer *w, const void *bytes, size_t size) {
  if (w->cut || size > w->capacity - w->used) {
    w->cut = true;
    return;
  }
  memcpy(w->bytes + w->used, bytes, size);
  w->used += size;
}

void ldbg_write_byte(ldbg_writer *w, int byte) { ldbg_write(w, &(unsigned char){(unsigned char)byte}, 1); }
void ldbg_write_number(ldbg_writer *w, uint32_t number) { ldbg_write(w, &number, sizeof number); }
static void write_long(ldbg_writer *w, uint64_t number) { ldbg_write(w, &number, sizeof number); }

void ldbg_write_text(ldbg_writer *w, const char *text, size_t length) {
  ldbg_write_number(w, (uint32_t)length);
  ldbg_write(w, text, length);
}

static void write_string(ldbg_writer *w, const char *bytes, size_t length, size_t kept) {
  ldbg_write_byte(w, LDBG_VALUE_STRING);
  write_long(w, length);
  ldbg_write_text(w, bytes, kept);
}

static uint64_t identity(lua_State *L, int index) { return (uint64_t)(uintptr_t)lua_topointer(L, index); }

static void write_function(ldbg_writer *w, lua_State *L) {
  lua_Debug ar;
  bool is_c = lua_iscfunction(L, -1);
  ldbg_write_byte(w, LDBG_VALUE_FUNCTION);
  write_long(w, identity(L, -1));
  ldbg_write_byte(w, is_c);
  if (is_c) return;
  lua_pushvalue(L, -1);
  lua_getinfo(L, ">S", &ar);
  ldbg_write_text(w, ar.short_src, strlen(ar.short_src));
  ldbg_write_number(w, (uint32_t)ar.linedefined);
  ldbg_write_number(w, (uint32_t)ar.lastlinedefined);
}

enum { DEEPEST = 16 };
typedef struct walk {
  ldbg_writer *w;
  ldbg_value_limits *limits;
  const void *path[DEEPEST];
  int depth;
} walk;

static void write_top(walk *k, lua_State *S);

static void write_entries(walk *k, lua_State *S, size_t length) {
  ldbg_writer *w = k->w;
  uint32_t count = 0;
  bool more = false;
  size_t at = w->used;
  ldbg_write_number(w, 0);
  ldbg_write_byte(w, 0);
  for (size_t i = 1; i <= length && !more; i++) {
    if ((more = k->limits->entries <= 0 || w->cut)) break;
    k->limits->entries--;
    lua_pushinteger(S, (lua_Integer)i);
    write_top(k, S);
    lua_rawget(S, -2);
    write_top(k, S);
    lua_pop(S, 1);
    count++;
  }
  /* Every key of the array part comes by again here: bounded, for it was bounded above. */
  lua_pushnil(S);
  while (!more && lua_next(S, -2)) { /* the key is one of the table's: cannot raise */
    bool in_array = lua_isinteger(S, -2) && lua_tointeger(S, -2) >= 1 && (lua_Unsigned)lua_tointeger(S, -2) <= length;
    if (!in_array && !(more = k->limits->entries <= 0 || w->cut)) {
      k->limits->entries--;
      lua_pushvalue(S, -2);
      write_top(k, S);
      lua_pop(S, 1);
      write_top(k, S);
      count++;
    }
    lua_pop(S, 1);
  } /* what is left on the stack goes with the table */
  if (w->cut) return;
  memcpy(w->bytes + at, &count, sizeof count);
  w->bytes[at + sizeof count] = more;
}

static void write_table(walk *k, lua_State *S) {
  const void *table = lua_topointer(S, -1);
  size_t length = lua_rawlen(S, -1);
  bool has_metatable = lua_getmetatable(S, -1);
  if (has_metatable) lua_pop(S, 1);
  ldbg_write_byte(k->w, LDBG_VALUE_TABLE);
  write_long(k->w, (uint64_t)(uintptr_t)table);
  write_long(k->w, length);
  ldbg_write_byte(k->w, has_metatable);
  for (int i = 0; i < k->depth; i++)
    if (k->path[i] == table) {
      ldbg_write_byte(k->w, LDBG_TABLE_CYCLE);
      return;
    }
  if (k->depth >= k->limits->depth || k->depth >= DEEPEST || !lua_checkstack(S, 6)) {
    ldbg_write_byte(k->w, LDBG_TABLE_CUT);
    return;
  }
  ldbg_write_byte(k->w, LDBG_TABLE_ENTRIES);
  k->path[k->depth++] = table;
  int top = lua_gettop(S);
  write_entries(k, S, length);
  lua_settop(S, top);
  k->depth--;
}

/* The value on top of S, which stays. */
static void write_top(walk *k, lua_State *S) {
  ldbg_writer *w = k->w;
  size_t length, kept;
  switch (lua_type(S, -1)) {
    case LUA_TNIL: ldbg_write_byte(w, LDBG_VALUE_NIL); break;
    case LUA_TBOOLEAN: ldbg_write_byte(w, lua_toboolean(S, -1) ? LDBG_VALUE_TRUE : LDBG_VALUE_FALSE); break;
    case LUA_TNUMBER:
      if (lua_isinteger(S, -1)) {
        ldbg_write_byte(w, LDBG_VALUE_INTEGER);
        write_long(w, (uint64_t)lua_tointeger(S, -1));
      } else {
        lua_Number number = lua_tonumber(S, -1);
        ldbg_write_byte(w, LDBG_VALUE_NUMBER);
        ldbg_write(w, &number, sizeof number);
      }
      break;
    case LUA_TSTRING: {
      const char *bytes = lua_tolstring(S, -1, &length);
      kept = length < k->limits->bytes ? length : k->limits->bytes;
      k->limits->bytes -= kept;
      write_string(w, bytes, length, kept);
      break;
    }
    case LUA_TTABLE: write_table(k, S); break;
    case LUA_TFUNCTION: write_function(w, S); break;
    default:
      ldbg_write_byte(w, LDBG_VALUE_OTHER);
      ldbg_write_byte(w, lua_type(S, -1));
      write_long(w, identity(S, -1));
  }
}

void ldbg_write_value(ldbg_context *ctx, ldbg_writer *w, lua_State *L, ldbg_value_limits *limits) {
  walk k = {.w = w, .limits = limits};
  if (lua_type(L, -1) != LUA_TTABLE || limits->depth <= 0) {
    write_top(&k, L);
    return;
  }
  /* On a thread of ours: the script's stack must not grow by being looked at. */
  lua_State *S = ldbg_scratch(ctx);
  if (S == NULL || !lua_checkstack(S, 2)) {
    ldbg_value_limits flat = {.bytes = limits->bytes};
    k.limits = &flat;
    write_top(&k, L);
    return;
  }
  lua_pushvalue(L, -1);
  lua_xmove(L, S, 1);
  write_top(&k, S);
  lua_pop(S, 1);
}

/* ---- Briefs ---------------------------------------------------------------------------------------------------------- */

/* As Lua itself hashes long strings: a bounded sample, so that a string of a megabyte in a variable costs no more than one of
 * a hundred bytes. */
static uint32_t sample(const char *bytes, size_t length) {
  uint32_t hash = 0x9E3779B9u ^ (uint32_t)length;
  size_t step = (length >> 5) + 1;
  for (size_t i = length; i >= step; i -= step) hash ^= (hash << 5) + (hash >> 2) + (unsigned char)bytes[i - 1];
  return hash;
}

void ldbg_brief_of(lua_State *L, int index, ldbg_brief *brief) {
  size_t length;
  brief->kept = brief->unused = 0;
  brief->hash = 0;
  brief->bits = 0;
  brief->type = (uint8_t)lua_type(L, index);
  switch (brief->type) {
    case LUA_TNIL: brief->tag = LDBG_VALUE_NIL; break;
    case LUA_TBOOLEAN: brief->tag = lua_toboolean(L, index) ? LDBG_VALUE_TRUE : LDBG_VALUE_FALSE; break;
    case LUA_TNUMBER:
      if (lua_isinteger(L, index)) {
        brief->tag = LDBG_VALUE_INTEGER;
        brief->bits = (uint64_t)lua_tointeger(L, index);
      } else {
        lua_Number number = lua_tonumber(L, index);
        brief->tag = LDBG_VALUE_NUMBER;
        memcpy(&brief->bits, &number, sizeof number);
      }
      break;
    case LUA_TSTRING: {
      const char *bytes = lua_tolstring(L, index, &length);
      brief->tag = LDBG_VALUE_STRING;
      brief->bits = length;
      brief->kept = (uint8_t)(length < sizeof brief->text ? length : sizeof brief->text);
      memcpy(brief->text, bytes, brief->kept);
      if (length > sizeof brief->text) brief->hash = sample(bytes, length);
      break;
    }
    default:
      brief->tag = brief->type == LUA_TTABLE ? LDBG_VALUE_TABLE : LDBG_VALUE_OTHER;
      brief->bits = identity(L, index);
  }
}

bool ldbg_brief_equal(const ldbg_brief *a, const ldbg_brief *b) {
  return a->tag == b->tag && a->type == b->type && a->bits == b->bits && a->hash == b->hash && a->kept == b->kept &&
         memcmp(a->text, b->text, a->kept) == 0;
}

void ldbg_write_brief(ldbg_writer *w, const ldbg_brief *brief) {
  switch (brief->tag) {
    case LDBG_VALUE_STRING: write_string(w, brief->text, brief->bits, brief->kept); break;
    case LDBG_VALUE_TABLE: /* it may be gone: only its identity is known */
      ldbg_write_byte(w, LDBG_VALUE_TABLE);
      write_long(w, brief->bits);
      write_long(w, 0);
      ldbg_write_byte(w, 0);
      ldbg_write_byte(w, LDBG_TABLE_CUT);
      break;
    case LDBG_VALUE_INTEGER: case LDBG_VALUE_NUMBER:
      ldbg_write_byte(w, brief->tag);
      write_long(w, brief->bits);
      break;
    case LDBG_VALUE_OTHER:
      ldbg_write_byte(w, LDBG_VALUE_OTHER);
      ldbg_write_byte(w, brief->type);
      write_long(w, brief->bits);
      break;
    default: ldbg_write_byte(w, brief->tag);
  }
}
