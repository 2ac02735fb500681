/* The views of Lua's structures that layout.c proves, and what is read through them at every event: inline, since a call costs as
 * much as the reading. For layout.c, the miss path in hook.c, and variables read at every line; nobody else looks. */
#ifndef LDBG_LAYOUT_H
#define LDBG_LAYOUT_H

#include "internal.h"
#include <string.h>

/* Lua 5.3, lstate.h and lobject.h, as far as we look. */
typedef struct { void *value; int tag; } value_view;              /* TValue */
typedef struct frame_view {
  value_view *func, *top;
  struct frame_view *previous, *next;
  value_view *base;        /* of a Lua function */
  const uint32_t *savedpc; /* the instruction after the current one */
} frame_view; /* CallInfo */
typedef struct { void *next; unsigned char tt, marked, upvalues; void *gray; void *code; } closure_view; /* LClosure, CClosure */

enum { TAG_NIL = 0, TAG_BOOLEAN = 1, TAG_FLOAT = 3, TAG_INTEGER = 3 | 16, TAG_TABLE = 5 | 64 };
enum { TAG_LUA = 6 | 64, TAG_LIGHT_C = 6 | 16, TAG_C_CLOSURE = 6 | 32 | 64 };

/* Only where the proof has succeeded. NULL for the frame below all others. */
static inline const void *frame_code(const frame_view *frame, bool *is_lua) {
  const value_view *func = frame->func;
  switch (func->tag) {
    case TAG_LUA: *is_lua = true; return ((const closure_view *)func->value)->code;
    case TAG_LIGHT_C: *is_lua = false; return func->value;
    case TAG_C_CLOSURE: *is_lua = false; return ((const closure_view *)func->value)->code;
    default: *is_lua = false; return NULL;
  }
}

/* The same for a frame that runs lines. */
static inline const void *lua_frame_code(const frame_view *frame) { return ((const closure_view *)frame->func->value)->code; }

/* Where a live frame's function lies on its stack: a frame lies higher than all that it was called by. */
static inline ptrdiff_t frame_position(const void *frame, const void *base) {
  return (const char *)((const frame_view *)frame)->func - (const char *)((const frame_view *)base)->func;
}

/* ---- Variables: where ldbg_layout.values says so too ------------------------------------------------------------------------- */

static inline const value_view *local_value(const frame_view *frame, int index) { return frame->base + index - 1; }

static inline const value_view *upvalue_value(const frame_view *frame, int index) {
  const closure_view *closure = frame->func->value;
  return *((const value_view *const *const *)(const void *)(closure + 1))[index - 1];
}

/* A value that is all in its own bits, and has no methods. */
static inline bool is_plain(const value_view *value) {
  return value->tag == TAG_INTEGER || value->tag == TAG_FLOAT || value->tag == TAG_BOOLEAN || value->tag == TAG_NIL;
}

static inline uint64_t plain_bits(const value_view *value) {
  int boolean;
  if (value->tag > TAG_BOOLEAN) return (uint64_t)(uintptr_t)value->value;
  if (value->tag == TAG_NIL) return 0;
  memcpy(&boolean, &value->value, sizeof boolean); /* the rest of the word is whatever was there */
  return (uint64_t)boolean;
}

/* What lua_getallocf returns: the allocator's function and its user data come first in what all coroutines share. */
typedef struct { lua_Alloc allocate; void *ud; } global_view; /* global_State */

/* Only where ldbg_global_offset is known. */
static inline const global_view *global_of(lua_State *L) {
  return *(const global_view *const *)(const void *)((const char *)L + ldbg_global_offset);
}

/* i_ci is declared as an incomplete struct pointer. */
static inline const frame_view *frame_of(const lua_Debug *ar) { return (const frame_view *)(const void *)ar->i_ci; }

#endif
