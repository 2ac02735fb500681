/* What expression.c and binding.c share: an expression that is evaluated again and again. */
#ifndef LDBG_EXPRESSION_H
#define LDBG_EXPRESSION_H

#include "names.h"

enum { MOST_BOUND = 12, FEWEST_BINDINGS = 16, MOST_BINDINGS = 1024 };

/* Where the names live at one instruction of one function: found once, by walking through the names of all its variables. */
typedef struct binding {
  const void *code, *pc;
  uint32_t epoch;
  bool reads_plainly; /* only locals and upvalues, and it does nothing but compare and compute */
  uint64_t bound;     /* which names are locals or upvalues */
  struct { int16_t kind, index; } names[MOST_BOUND];
} binding;

/* What it has read, and was false with. */
typedef struct memo {
  uint64_t bound;
  lua_State *L;
  bool is_set;
  struct { uint64_t bits; const void *at; int tag; } read[MOST_BOUND]; /* in the order of the operands */
} memo;

typedef struct variant {
  uint64_t bound; /* which names were locals or upvalues where it was compiled */
  int reference;  /* in the anchor's table */
  char *failure;  /* why it did not compile, or NULL */
} variant;

struct ldbg_expression {
  char *text;
  size_t length;
  bool vararg; /* mentions ... */
  bool pure;   /* see purity.c */
  uint8_t operands[MOST_BOUND]; /* then: which of the names are variables */
  int operand_count;
  ldbg_names names;
  variant *variants;
  int variant_count;
  binding *bindings; /* by the instruction's address, one for each remainder; made when first needed */
  size_t binding_count, evicted;
  const binding *current; /* what the names' kinds are of, or NULL */
  memo memo;
};

/* The names as they are in the frame `ar`, NULL for globals only; returns which are bound. */
uint64_t ldbg_bind(ldbg_context *ctx, ldbg_expression *expression, lua_State *L, lua_Debug *ar);
/* Pushes the value of the name onto E, if it can be read where it lies: plain, or the table of globals. */
bool ldbg_push_plainly(const ldbg_context *ctx, const ldbg_name *name, const lua_Debug *ar, lua_State *E);

static inline bool ldbg_name_is_bound(const ldbg_names *names, int i) {
  return i == LDBG_NAME_ENV || names->list[i].kind != LDBG_NAME_GLOBAL;
}

#endif
