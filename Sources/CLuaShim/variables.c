/* What changed in a frame since its last line. What was seen is kept as briefs, which keep nothing alive: the script's tables
 * and strings are collected when they would be without us. */
#include "tracing.h"
#include <string.h>

enum { MOST_VALUES = 1 << 14 }; /* of one coroutine; beyond, all is forgotten and begins anew */

static ldbg_seen_frame *push(ldbg_followed *f, const void *frame, const void *code, bool begun) {
  ldbg_seen_frame *frames = ldbg_room(f->frames, f->frame_count, &f->frame_capacity, sizeof *frames);
  if (frames == NULL) return NULL;
  f->frames = frames;
  frames[f->frame_count] = (ldbg_seen_frame){.frame = frame, .code = code, .first = f->value_count, .begun = begun};
  return &frames[f->frame_count++];
}

static void pop_to(ldbg_followed *f, size_t count) {
  if (count >= f->frame_count) return;
  f->value_count = f->frames[count].first;
  f->frame_count = count;
}

/* Frames above this one are gone, by return or by an error. How many are left, this one included; 0 when it is not there. */
static size_t uncover(ldbg_followed *f, const void *frame) {
  for (size_t i = f->frame_count; i > 0; i--)
    if (f->frames[i - 1].frame == frame) {
      pop_to(f, i);
      return i;
    }
  return 0;
}

/* An address is used again by the next frame at that height, so a call says which frames are dead: all above the nearest caller
 * that was looked at. */
void ldbg_variables_call(ldbg_followed *f, const ldbg_context *ctx, lua_State *L, lua_Debug *ar, bool tail) {
  lua_Debug below = *ar;
  int level = 0;
  bool is_lua, below_is_lua = false;
  const void *frame = ar->i_ci, *code = ldbg_frame_code(ctx->layout, L, ar, &is_lua);
  if (tail && ldbg_walk(ctx->layout, L, &below, &level)) frame = below.i_ci; /* it will take the place of its caller */
  bool any = false;
  while (!below_is_lua && (any = ldbg_walk(ctx->layout, L, &below, &level)))
    ldbg_frame_code(ctx->layout, L, &below, &below_is_lua);
  if (!any) {
    pop_to(f, 0);
  } else if (!uncover(f, below.i_ci)) {
    size_t at = uncover(f, frame); /* its caller was never looked at; it may still be there, of a call before */
    if (at) pop_to(f, at - 1);
  }
  if (is_lua) push(f, frame, code, true);
}

typedef struct compared {
  ldbg_context *ctx;
  ldbg_followed *f;
  size_t frame; /* index: the arrays may move */
  ldbg_writer *w;
  ldbg_value_limits *limits;
  int changes;
  bool report_new;
  bool failed;
} compared;

static void report(compared *c, lua_State *L, int kind, const char *name, const ldbg_brief *old, bool has_new) {
  size_t start = c->w->used;
  c->changes++;
  ldbg_write_byte(c->w, kind);
  ldbg_write_text(c->w, name, strlen(name));
  ldbg_write_byte(c->w, (has_new ? LDBG_CHANGE_HAS_NEW : 0) | (old ? LDBG_CHANGE_HAS_OLD : 0));
  if (has_new) ldbg_write_value(c->ctx, c->w, L, c->limits);
  if (old) ldbg_write_brief(c->w, old);
  if (c->w->cut) c->w->used = start;
}

/* The variable on top of L is the frame's `index`-th of `old_count` that were seen before. */
static void compare(compared *c, lua_State *L, int kind, const char *name, int index, int old_count, size_t offset) {
  ldbg_followed *f = c->f;
  size_t at = f->frames[c->frame].first + offset + (size_t)index;
  ldbg_seen_value now = {.name = name};
  ldbg_brief_of(L, -1, &now.brief);
  bool known = f->frames[c->frame].looked && index < old_count && f->values[at].name == name;
  if (known ? !ldbg_brief_equal(&f->values[at].brief, &now.brief) : c->report_new)
    report(c, L, kind, name, known ? &f->values[at].brief : NULL, true);
  if (index >= old_count) {
    ldbg_seen_value *values = ldbg_room(f->values, f->value_count, &f->value_capacity, sizeof *values);
    if (values == NULL) {
      c->failed = true;
      return;
    }
    f->values = values;
    /* Upvalues lie first and are always as many: only locals are added, and they are last. */
    f->value_count++;
  }
  f->values[at] = now;
}

int ldbg_variables_changed(ldbg_context *ctx, ldbg_followed *f, lua_State *L, lua_Debug *ar, ldbg_writer *w,
                           ldbg_value_limits limits, bool leaving) {
  const void *code;
  bool is_lua;
  code = ldbg_frame_code(ctx->layout, L, ar, &is_lua);
  if (!is_lua) return 0;
  size_t count = uncover(f, ar->i_ci);
  if (count && f->frames[count - 1].code != code) {
    pop_to(f, count - 1);
    count = 0;
  }
  if (f->value_count > MOST_VALUES) {
    pop_to(f, 0);
    count = 0;
  }
  if (!count) {
    if (leaving || push(f, ar->i_ci, code, false) == NULL) return 0;
    count = f->frame_count;
  }
  compared c = {.ctx = ctx, .f = f, .frame = count - 1, .w = w, .limits = &limits};
  ldbg_seen_frame *frame = &f->frames[c.frame];
  lua_Debug info = *ar;
  const char *name;
  lua_getinfo(L, "fu", &info); /* the function stays on top until the end */
  const int function = lua_gettop(L);
  int upvalues = 0, locals = 0;
  while ((name = lua_getupvalue(L, function, upvalues + 1)) != NULL) {
    /* All globals hang on _ENV, and it never changes as a rule. What the function sees of outside is not new to it. */
    if (strcmp(name, "_ENV") != 0) compare(&c, L, LDBG_CHANGED_UPVALUE, name, upvalues, frame->looked ? frame->upvalues : 0, 0);
    else if (!frame->looked) compare(&c, L, LDBG_CHANGED_UPVALUE, name, upvalues, 0, 0);
    frame = &f->frames[c.frame];
    lua_pop(L, 1);
    if (c.failed) break;
    upvalues++;
  }
  c.report_new = frame->looked || frame->begun;
  const int old_locals = frame->looked ? frame->locals : 0;
  while (!c.failed && (name = lua_getlocal(L, ar, locals + 1)) != NULL) {
    if (name[0] == '(' && name[1] == '*') { /* behind the last variable: what is in the middle of being computed */
      lua_pop(L, 1);
      break;
    }
    if (*name == '(') { /* a loop's own; it holds its place */
      lua_pop(L, 1);
      lua_pushnil(L);
      bool new = c.report_new;
      c.report_new = false;
      compare(&c, L, LDBG_CHANGED_LOCAL, "(", locals, old_locals, (size_t)upvalues);
      c.report_new = new;
    } else {
      compare(&c, L, locals < info.nparams ? LDBG_CHANGED_PARAMETER : LDBG_CHANGED_LOCAL, name, locals, old_locals,
              (size_t)upvalues);
    }
    lua_pop(L, 1);
    locals++;
  }
  lua_settop(L, function - 1);
  frame = &f->frames[c.frame];
  if (c.failed || leaving) {
    pop_to(f, c.frame);
    return c.changes;
  }
  frame->upvalues = upvalues;
  frame->locals = locals;
  frame->looked = true;
  f->value_count = frame->first + (size_t)upvalues + (size_t)locals;
  return c.changes;
}
