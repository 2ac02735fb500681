/* What the tests of the C layer share: a check macro, a heap that counts and refuses, and a rig: a Lua state with a debugger
 * on it that writes down where it stops and answers by a written plan. */
#ifndef RIG_H
#define RIG_H

#include "../../Sources/CLuaShim/tracing.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern long checks_passed, checks_failed;

/* How many of the longest tests' rounds are taken: each n-th. More than one where the machine is watched and slow. */
extern int each;
void check(bool holds, const char *file, int line, const char *what);
void check_text(const char *actual, const char *expected, const char *file, int line, const char *what);
void check_number(long long actual, long long expected, const char *file, int line, const char *what);
#define CHECK(condition) check((condition), __FILE__, __LINE__, #condition)
#define CHECK_TEXT(actual, expected) check_text((actual), (expected), __FILE__, __LINE__, #actual)
#define CHECK_NUMBER(actual, expected) check_number((long long)(actual), (long long)(expected), __FILE__, __LINE__, #actual)

typedef struct rig rig;

typedef struct heap {
  size_t live;        /* bytes */
  long growths;       /* how often more memory was asked for while `counting` */
  bool counting;
  long refuse_at;     /* the growth to refuse, counted from 1; 0: none */
  int refuse_times;   /* it and the next ones; 1 is healed by Lua's emergency collection */
  bool refused_us;    /* the debugger was at work when a growth was refused */
  rig *owner;
} heap;
void *heap_allocate(void *ud, void *block, size_t old_size, size_t new_size);

typedef struct point {
  int line;      /* 0: the function's entry */
  int inside;    /* the line where its function begins, 0 for the main chunk */
  const char *condition;
  bool once;
  const char *watch; /* a watch expression: `line` means nothing */
  bool on_change;
  const char *log;   /* "a is |a|": every second part is an expression */
  ldbg_counter *counter;
  int entry;
} point;

struct rig {
  heap heap;
  lua_State *L;
  ldbg_context *ctx;
  ldbg_callbacks callbacks;
  point points[16];
  int point_count;
  int uncaught, any; /* indices of points that stop at errors, or -1 */
  const char *verbs; /* one answer per stop: i o u t c f e; the last one is repeated */
  void (*at_stop)(rig *, const ldbg_stop *);
  void (*at_meet)(rig *);
  void (*at_synchronize)(rig *);
  char visited[1 << 16]; /* "3 4 2@1": lines, with the coroutine's number where it is not the main thread */
  size_t visited_length;
  _Atomic int stops, synchronized, ended, met;
  int closed;
  uint32_t reasons; /* of the last stop */
  char hit_message[256];
  int status;
  char result[1 << 16]; /* of the last run: its first value as text, or the error */
  char text[1 << 12];   /* for a test's own notes */
  long number;
  ldbg_journal *journal; /* freed with the rig */
};

rig *rig_bare(void);     /* a state with libraries on a counting heap, no debugger */
rig *rig_new(void);      /* the same, attached */
void rig_attach(rig *r);
void rig_free(rig *r);   /* detach, close, and check that nothing is left */
point *rig_break(rig *r, int line, int inside, const char *condition);
point *rig_watch(rig *r, const char *expression, bool on_change);
void rig_plan(rig *r);   /* what the synchronize callback does */
int rig_load(rig *r, const char *source);
int rig_run(rig *r, const char *source);          /* as a run of ours: ldbg_call */
int rig_run_hosted(rig *r, const char *source);   /* as the host's: lua_pcall, or without a debugger */
const char *rig_walk(rig *r, const char *verbs, const char *source); /* from the first line on: the lines visited */
int rig_evaluate(rig *r, lua_State *L, int level, const char *text, int kind, long long instructions); /* into r->result */
/* records.c: what was written down, as text; valid until the next of these. */
enum { SHOW_DEPTH = 1, SHOW_FUNCTION = 2, SHOW_NO_SECTIONS = 4 };
void rig_journal(rig *r);
const char *rig_records(rig *r, int show);
const char *rig_recorded(rig *r, int show);
const char *records_text(const ldbg_journal *journal, const void *bytes, size_t size, int show);
const char *value_text(const void *bytes, size_t length);
#define ALL_HOOKS (LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT)

void test_attaching(void);
void test_arming(void);
void test_coroutines(void);
void test_refusals(void);
void test_faults(void);
void test_kicks(void);
void test_ending(void);
void test_hooks(void);
void test_steps(void);
void test_breakpoints(void);
void test_evaluation(void);
void test_collector(void);
void test_registry(void);
void test_journal(void);
void test_values(void);
void test_tracing(void);
void test_recorder(void);
void test_watchpoints(void);
void test_purity(void);
void test_profiling(void);
void test_script_api(void);
void test_host_functions(void);

#endif
