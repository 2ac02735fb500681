/* The names that a text mentions, and where they live in a frame. */
#include "names.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool is_start(char c) { return isalpha((unsigned char)c) || c == '_'; }
static bool is_part(char c) { return isalnum((unsigned char)c) || c == '_'; }

ldbg_name *ldbg_names_find(const ldbg_names *names, const char *text, size_t length) {
  for (int i = 0; i < names->count; i++)
    if (names->list[i].length == length && memcmp(names->list[i].text, text, length) == 0) return &names->list[i];
  return NULL;
}

static bool add(ldbg_names *names, int *capacity, const char *text, size_t length) {
  if (ldbg_names_find(names, text, length)) return true;
  if (names->count == *capacity) {
    ldbg_name *list = realloc(names->list, (size_t)*capacity * 2 * sizeof *list);
    if (list == NULL) return false;
    names->list = list;
    *capacity *= 2;
  }
  names->list[names->count++] = (ldbg_name){.text = text, .length = length};
  return true;
}

bool ldbg_names_scan(ldbg_names *names, const char *text, size_t length) {
  int capacity = 8;
  *names = (ldbg_names){.list = malloc((size_t)capacity * sizeof *names->list)};
  if (names->list == NULL) return false;
  bool fine = add(names, &capacity, "_ENV", 4);
  for (size_t i = 0; fine && i < length;) {
    if (is_start(text[i])) {
      size_t end = i;
      while (end < length && is_part(text[end])) end++;
      fine = add(names, &capacity, text + i, end - i);
      i = end;
    } else if (isdigit((unsigned char)text[i])) { /* 0xFF and 1e5 mention nothing */
      while (i < length && is_part(text[i])) i++;
    } else {
      i++;
    }
  }
  if (!fine) ldbg_names_free(names);
  return fine;
}

/* Innermost first: of two locals with one name the later is the visible one, and a local hides an upvalue. */
void ldbg_names_resolve(ldbg_names *names, lua_State *L, lua_Debug *ar) {
  const char *text;
  ldbg_name *name;
  for (int i = 0; i < names->count; i++) names->list[i].kind = LDBG_NAME_GLOBAL;
  for (int i = 1; (text = lua_getlocal(L, ar, i)) != NULL; i++) {
    lua_pop(L, 1);
    if (*text != '(' && (name = ldbg_names_find(names, text, strlen(text)))) name->kind = LDBG_NAME_LOCAL, name->index = i;
  }
  if (!lua_getinfo(L, "f", ar)) return;
  for (int i = 1; (text = lua_getupvalue(L, -1, i)) != NULL; i++) {
    lua_pop(L, 1);
    if (*text != 0 && (name = ldbg_names_find(names, text, strlen(text))) && name->kind == LDBG_NAME_GLOBAL)
      name->kind = LDBG_NAME_UPVALUE, name->index = i;
  }
  lua_pop(L, 1);
}

void ldbg_names_free(ldbg_names *names) {
  free(names->list);
  *names = (ldbg_names){0};
}
