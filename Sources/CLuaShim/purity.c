/* Whether an expression can do no more than compare and compute what its variables hold: then, while they hold the same plain
 * values, its result is the same, and it need not be evaluated again. Anything else (a call, a field, a constructor) is not. */
#include "names.h"
#include <ctype.h>
#include <string.h>

typedef struct scan {
  const char *at, *end;
  bool after_operand; /* where "(" or a string would be a call */
} scan;

static bool skip_string(scan *s) {
  char quote = *s->at++;
  for (; s->at < s->end && *s->at != quote; s->at++)
    if (*s->at == '\\') s->at++;
  if (s->at >= s->end || s->after_operand) return false;
  s->at++;
  s->after_operand = true;
  return true;
}

static void skip_number(scan *s) {
  bool is_hex = s->end - s->at > 1 && tolower((unsigned char)s->at[1]) == 'x';
  for (; s->at < s->end && (isalnum((unsigned char)*s->at) || *s->at == '.'); s->at++) {
    bool is_exponent = tolower((unsigned char)*s->at) == (is_hex ? 'p' : 'e');
    if (is_exponent && s->at + 1 < s->end && (s->at[1] == '+' || s->at[1] == '-')) s->at++;
  }
  s->after_operand = true;
}

static bool is_word(const char *word, size_t length, const char *text) { return strlen(text) == length && !memcmp(word, text, length); }

static bool scan_word(scan *s, ldbg_names *names) {
  const char *word = s->at;
  while (s->at < s->end && (isalnum((unsigned char)*s->at) || *s->at == '_')) s->at++;
  const size_t length = (size_t)(s->at - word);
  if (is_word(word, length, "function")) return false;
  if (is_word(word, length, "and") || is_word(word, length, "or") || is_word(word, length, "not")) {
    s->after_operand = false;
    return true;
  }
  s->after_operand = true;
  if (is_word(word, length, "nil") || is_word(word, length, "true") || is_word(word, length, "false")) return true;
  ldbg_name *name = ldbg_names_find(names, word, length);
  if (name != NULL) name->is_operand = true;
  return true;
}

/* Marks the names that are variables indeed. */
bool ldbg_names_are_all_it_reads(ldbg_names *names, const char *text, size_t length) {
  scan s = {.at = text, .end = text + length};
  while (s.at < s.end) {
    const char c = *s.at, next = s.at + 1 < s.end ? s.at[1] : 0;
    if (isspace((unsigned char)c)) {
      s.at++;
    } else if (isalpha((unsigned char)c) || c == '_') {
      if (!scan_word(&s, names)) return false;
    } else if (isdigit((unsigned char)c)) {
      skip_number(&s);
    } else if (c == '"' || c == '\'') {
      if (!skip_string(&s)) return false;
    } else if (c == '(') {
      if (s.after_operand) return false;
      s.at++;
    } else if (c == ')') {
      s.after_operand = true;
      s.at++;
    } else if (c == '-' && next == '-') {
      return false; /* a comment */
    } else if (c != 0 && strchr("+-*/%^&|~<>=", c)) {
      s.after_operand = false;
      s.at++;
    } else {
      return false; /* among them "..", which makes strings, and "#", which may ask a table */
    }
  }
  return true;
}
