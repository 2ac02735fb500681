/* The views of Lua's structures that layout.c proves, and what is read through them at every event: inline, since a call costs as
 * much as the reading. For layout.c and the miss path in hook.c; nobody else looks. */
#ifndef LDBG_LAYOUT_H
#define LDBG_LAYOUT_H

#include "internal.h"

/* Lua 5.3, lstate.h and lobject.h, as far as we look. */
typedef struct { void *value; int tag; } value_view;              /* TValue */
typedef struct frame_view {
  value_view *func, *top;
  struct frame_view *previous, *next;
  value_view *base;        /* of a Lua function */
  const uint32_t *savedpc; /* the instruction after the current one */
} frame_view; /* CallInfo */
typedef struct { void *next; unsigned char tt, marked, upvalues; void *gray; void *code; } closure_view; /* LClosure, CClosure */

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

/* What lua_getallocf returns: the allocator's function and its user data come first in what all coroutines share. */
typedef struct { lua_Alloc allocate; void *ud; } global_view; /* global_State */

/* Only where ldbg_global_offset is known. */
static inline const global_view *global_of(lua_State *L) {
  return *(const global_view *const *)(const void *)((const char *)L + ldbg_global_offset);
}

/* i_ci is declared as an incomplete struct pointer. */
static inline const frame_view *frame_of(const lua_Debug *ar) { return (const frame_view *)(const void *)ar->i_ci; }

#endif
