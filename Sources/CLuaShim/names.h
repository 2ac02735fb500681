/* The names that a text mentions, and where they live in a frame. */
#ifndef LDBG_NAMES_H
#define LDBG_NAMES_H

#include "internal.h"

enum { LDBG_NAME_GLOBAL, LDBG_NAME_LOCAL, LDBG_NAME_UPVALUE };
enum { LDBG_NAME_ENV = 0 }; /* the first name is always _ENV */

typedef struct ldbg_name {
  const char *text; /* in the scanned text, not terminated */
  size_t length;
  int kind, index;
  bool is_operand; /* told by ldbg_names_are_all_it_reads: a variable, and no word in a string */
} ldbg_name;

typedef struct ldbg_names {
  ldbg_name *list;
  int count;
} ldbg_names;

/* Every word of the text that could be a variable; a few more (in strings, behind a dot) do no harm. */
bool ldbg_names_scan(ldbg_names *names, const char *text, size_t length);
void ldbg_names_resolve(ldbg_names *names, lua_State *L, lua_Debug *ar);
ldbg_name *ldbg_names_find(const ldbg_names *names, const char *text, size_t length);
void ldbg_names_free(ldbg_names *names);
/* purity.c */
bool ldbg_names_are_all_it_reads(ldbg_names *names, const char *text, size_t length);

/* evaluate.c */
int ldbg_load_text(lua_State *E, const char *prefix, const char *text, size_t length, const char *suffix);

#endif
