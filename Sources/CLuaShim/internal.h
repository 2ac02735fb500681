/* What the files of the hook layer share: the context and the doors between them. */
#ifndef LDBG_INTERNAL_H
#define LDBG_INTERNAL_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* clock_gettime, strdup under -std=c11 */
#endif
#include "include/CLuaShim.h"
#include "table.h"
#include <stdatomic.h>

/* ---- layout.c: all knowledge of Lua's structures that lua.h does not promise --------------------------------- */

typedef struct ldbg_layout {
  bool frames;         /* lua_Debug.i_ci leads to the function and its prototype */
  bool returns;        /* what a Lua function returns can be found at its return event */
  bool threads;        /* a block allocated as LUA_TTHREAD is a lua_State, LUA_EXTRASPACE in */
  size_t thread_size;  /* of a coroutine's block */
  size_t proto_size;   /* of a prototype's block; 0: any block may be a key */
  size_t hook_count;   /* offset of the count hook's countdown in lua_State; 0 unknown */
  bool upvalues;       /* where an upvalue's variable lies can be found */
  bool values;         /* numbers, booleans and nil can be read where they lie */
  size_t base_frame;   /* offset in lua_State of the frame below all others */
  size_t global;       /* offset in lua_State of the pointer to what all coroutines share; 0 unknown */
  size_t white;        /* offset in that of the collector's present white; 0 unknown */
  lua_CFunction pcall, xpcall, sethook, gethook, load; /* the library's own, to recognise and to call */
} ldbg_layout;

extern size_t ldbg_global_offset; /* `global` of the layout in use */
const ldbg_layout *ldbg_prove_layout(void);
/* From level -1 (ar unset) to each frame in turn: false at the end. */
bool ldbg_walk(const ldbg_layout *layout, lua_State *L, lua_Debug *ar, int *level);
const void *ldbg_base_frame(const ldbg_layout *layout, lua_State *L);
ptrdiff_t ldbg_frame_position(const void *frame, const void *base);
bool ldbg_returned_values(const ldbg_layout *layout, lua_State *L, lua_Debug *ar, int *first, int *count);
/* Where a variable lies: two names for one variable have one place. */
typedef struct ldbg_place {
  void *owner;        /* the coroutine on whose stack it lies, or itself */
  ptrdiff_t position; /* on that stack: a deeper frame's variables lie higher */
  bool on_stack;
} ldbg_place;
ldbg_place ldbg_local_place(const ldbg_layout *layout, lua_State *L, lua_Debug *ar, int index);
ldbg_place ldbg_upvalue_place(const ldbg_layout *layout, lua_State *L, int function, int index);
/* Identity of the code that a frame runs: a prototype or a C function. NULL for neither. Pushes nothing. */
const void *ldbg_frame_code(const ldbg_layout *layout, lua_State *L, lua_Debug *ar, bool *is_lua);
/* Whether the collector has found that nothing leads to a coroutine: it will free it, and may have freed what it refers to. Where
 * that cannot be told, any that waits may be one. */
enum { LDBG_ALIVE, LDBG_DEAD, LDBG_DEAD_OR_ALIVE };
int ldbg_life(const ldbg_layout *layout, lua_State *L);

/* ---- threads.c: every coroutine of the state -------------------------------------------------------------------- */

typedef struct ldbg_thread {
  lua_State *L; /* NULL: free slot */
  uint64_t id;
  bool ours;            /* made by the debugger: hidden, never armed */
  bool kicked;          /* it is to look up: its count hook has period 1 */
  int kicked_count;     /* the countdown that the kick replaced */
  lua_Hook foreign;     /* the hook that the host or the script has set, fired from ours */
  int foreign_mask, foreign_count;
  bool lent; /* an evaluation has put its budget in the place of this hook */
  lua_Hook lent_hook;
  int lent_mask, lent_count, lent_countdown;
  struct ldbg_followed *followed; /* tracing.h: what is remembered of it while something is traced */
} ldbg_thread;

typedef struct ldbg_threads {
  ldbg_thread *slots; /* open addressing by L */
  size_t capacity, count;
  atomic_size_t foreign; /* how many have a hook of somebody else; a pause from another thread may find one */
  uint64_t next_id;
  bool in_use; /* the library looks at a hook or sets one: whoever kicks waits */
  /* A coroutine between its allocation and the moment it may be touched; see ldbg_threads_allocating. */
  lua_State *embryo;
  int embryo_stage;
  bool making_ours;
} ldbg_threads;

ldbg_thread *ldbg_threads_find(ldbg_context *ctx, lua_State *L);
ldbg_thread *ldbg_threads_add(ldbg_context *ctx, lua_State *L);
void ldbg_threads_remove(ldbg_context *ctx, lua_State *L);

/* ---- code.c: what is held by which code --------------------------------------------------------------------------- */

typedef struct ldbg_code_line {
  int line; /* 0: the function's entry */
  int entry; /* index in the plan */
} ldbg_code_line;

typedef struct ldbg_code {
  int count;
  bool lines;  /* holds a line breakpoint */
  bool entry;  /* holds a function breakpoint */
  ldbg_code_line held[];
} ldbg_code;

typedef struct ldbg_code_slot {
  const void *key;
  ldbg_code *code; /* NULL: it holds nothing */
} ldbg_code_slot;

typedef struct ldbg_codes {
  ldbg_table table; /* of ldbg_code_slot */
  /* Being registered by `meet`. */
  ldbg_code_line *draft;
  int draft_count, draft_capacity;
  bool ask_again;
} ldbg_codes;

/* What the code of this frame holds; never NULL. Asks Swift the first time. */
const ldbg_code *ldbg_code_of(ldbg_context *ctx, lua_State *L, lua_Debug *ar, const void *key);
void ldbg_codes_forget(ldbg_context *ctx, const void *key);
void ldbg_codes_clear(ldbg_context *ctx);

/* ---- expression.c ----------------------------------------------------------------------------------------------------- */

typedef struct ldbg_expression ldbg_expression;
ldbg_expression *ldbg_expression_new(const char *text, size_t length);
void ldbg_expression_free(ldbg_context *ctx, ldbg_expression *expression);
int ldbg_expression_run(ldbg_context *ctx, ldbg_expression *expression, lua_State *L, lua_Debug *ar, ldbg_budget budget);
/* True where the frame's variables hold what they held when it was last evaluated, and it was false then (`of_change`: and they
 * are the very same variables). */
bool ldbg_expression_rests(ldbg_context *ctx, ldbg_expression *expression, lua_State *L, lua_Debug *ar, bool of_change);
/* After a run in that frame, whose value was false, or whose changes count. */
void ldbg_expression_remember(ldbg_context *ctx, ldbg_expression *expression, lua_State *L, const lua_Debug *ar, bool may_rest);
/* 1 true, 0 false, -1 failed (the message is in ctx->message). */
int ldbg_expression_test(ldbg_context *ctx, ldbg_expression *expression, lua_State *L, lua_Debug *ar);
const char *ldbg_expression_text(const ldbg_expression *expression, size_t *length);
bool ldbg_expression_is(const ldbg_expression *expression, const char *text, size_t length);

/* Which variables an expression reads in a frame: equal keys, the same variables. */
typedef struct ldbg_scope {
  uint64_t key;
  lua_State *L;       /* the stack that the highest of them lies on, or NULL */
  ptrdiff_t position; /* and where */
} ldbg_scope;
ldbg_scope ldbg_expression_scope(const ldbg_context *ctx, const ldbg_expression *expression, lua_State *L, lua_Debug *ar);

/* ---- The plan ------------------------------------------------------------------------------------------------------------ */

struct ldbg_counter {
  atomic_llong hits, ignore, failures;
  atomic_bool spent, resting; /* resting: a watch that ran over its budget is not evaluated again */
  atomic_flag failing; /* spin lock of `failure` */
  char *failure;
};

typedef struct ldbg_log_part {
  char *text; /* or an expression */
  size_t length;
  ldbg_expression *expression;
} ldbg_log_part;

typedef struct ldbg_plan_entry {
  uint32_t breakpoint;
  ldbg_counter *counter;
  bool once, spent;
  enum { LDBG_AT_NO_ERROR, LDBG_AT_UNCAUGHT_ERROR, LDBG_AT_ANY_ERROR } at_errors;
  ldbg_expression *condition;
  struct ldbg_watchpoint *watch;
  int next_watch; /* in the plan, or -1 */
  ldbg_log_part *log;
  int log_count;
} ldbg_plan_entry;

typedef struct ldbg_plan {
  ldbg_plan_entry *entries;
  int count, capacity;
} ldbg_plan;

enum { LDBG_PLAIN = 256 };
static inline size_t ldbg_plain_slot(const void *code) {
  return (((size_t)code >> 4) * 0x9E3779B97F4A7C15u >> 24) & (LDBG_PLAIN - 1);
}

#define LDBG_LINE_BITS 65536 /* lines beyond share bits: a false alarm costs one look-up */

/* ---- What is written down: tracing.h -------------------------------------------------------------------------------------- */

typedef struct ldbg_recorder_ring {
  unsigned char *bytes;
  size_t capacity, head, tail; /* bytes ever written, ever forgotten */
  size_t lines, count;         /* most, now */
} ldbg_recorder_ring;

/* The line that was recorded last: the next one of its frame is told in eight bytes. Any other record ends the run. */
typedef struct ldbg_trace_run {
  int left; /* then a whole record is due, with the time */
  lua_State *L;
  struct ldbg_ring *ring;
  const void *frame, *func, *code; /* of that line: a frame's address is used again, its place on the stack and code tell */
} ldbg_trace_run;

typedef struct ldbg_known {
  const void *code;
  uint32_t number; /* in the journal's catalog */
  uint32_t flags;  /* LDBG_FUNCTION_ */
  bool named;
} ldbg_known;

typedef struct ldbg_knowns {
  ldbg_table table; /* of ldbg_known */
  ldbg_known last;
  bool ask;
} ldbg_knowns;

/* ---- The context ----------------------------------------------------------------------------------------------------------- */

typedef struct ldbg_step {
  int kind;          /* LDBG_CONTINUE: none */
  uint32_t reason;   /* what its end is reported as */
  lua_State *L;      /* for over, out, until */
  int depth;         /* it may end in frames of L no deeper than this */
  const void *frame; /* the frame at that depth, by address only: it may be gone; NULL unknown */
  ptrdiff_t position; /* of that frame on the stack, from `base` */
  const void *base;  /* NULL: positions cannot be told */
  int after_line;    /* until: in a line greater than this */
  bool leave;        /* out of a coroutine's first function: a yield ends it too */
  bool from_outside; /* asked for while nothing ran: it begins with the host's next call */
} ldbg_step;

/* Blocks that are told apart when they are freed. */
typedef struct ldbg_blocks {
  size_t thread, proto; /* by size */
  const void *main;
  bool told; /* by size indeed: without the proof of the layout any may be a function's */
} ldbg_blocks;

struct ldbg_context {
  /* What the miss path reads, together. */
  _Atomic uint32_t attention;
  union {
    struct {
      uint8_t working : 4;    /* what runs on the script's stack is ours */
      uint8_t evaluating : 4; /* how deep */
      bool ending, finishing, entering;
      bool muted;    /* by debugmode(false) */
      bool unproven; /* nothing is known of Lua's structures */
      bool only_profiled; /* exactly, and nothing else looks at lines, calls and returns */
      bool only_traced;   /* lines, briefly, and nothing else looks at them */
    };
    uint64_t unusual; /* any of these */
  };
  bool lines, functions, c_functions; /* the plan has some */
  bool watching;    /* it has watch breakpoints */
  uint8_t observed; /* the events that traces, the recorder and the profile need */
  bool skips;                         /* some functions are not stepped into */
  uint8_t strays, returns;            /* events since it was last asked whether they are still needed */
  const void *holder; /* the last code that was seen to hold a line breakpoint, and what it holds */
  const struct ldbg_code *held;
  unsigned char *line_bits;
  const ldbg_layout *layout;
  ldbg_step step;
  ldbg_callbacks callbacks;

  /* What the allocator reads. */
  size_t limit;
  lua_Alloc host_alloc;
  void *host_ud;
  bool refusing; /* every new block, to end a script */
  ldbg_blocks blocks;

  lua_State *main;
  lua_State *stopped; /* the coroutine that waits, NULL while the script runs */
  int stopped_base;   /* and how many of its frames are ours */
  bool closed, detached, freed;
  int busy; /* depth of our own C frames on the script's thread: ldbg_free waits for them */
  bool owned; /* run by ldbg_call */

  atomic_flag arming; /* spin lock: hooks are changed from two threads */
  ldbg_threads threads;
  lua_State *last; /* the coroutine of the last event: the creator of the next coroutine */
  lua_State *counting; /* the one whose kick has been counted down just now, or NULL */

  ldbg_plan_entry *plan;
  int plan_count, plan_capacity;
  int first_watch; /* in the plan, or -1 */
  ldbg_plan_entry *old_plan; /* while a new one is made: what stays the same is taken over */
  int old_count, old_at;
  int uncaught_errors, any_errors; /* how many of the plan's entries stop at errors */
  ldbg_codes codes;
  uint32_t epoch; /* of code addresses: a prototype that was freed may give its place to another */
  const void *plain[LDBG_PLAIN]; /* codes that hold nothing, by address: most of those that run; none while watching or observed */

  ldbg_hit *hits;
  char **hit_details;
  size_t *hit_lengths;
  int hit_count, hit_capacity;

  struct ldbg_traced_watch *watches;
  int watch_count;

  ldbg_journal *journal; /* Swift's */
  unsigned char *record; /* where one is put together */
  struct {
    uint32_t what;
    int most_depth;
    ldbg_value_limits limits;
  } trace;
  ldbg_trace_run run;
  ldbg_recorder_ring recorder;
  int profile_mode, sample_period;
  struct ldbg_profiler *profiler;
  ldbg_knowns knowns;
  lua_State *followed_thread; /* the last one that was looked up, and what was found */
  struct ldbg_followed *followed;

  /* Values of ours in the script's heap: all on the stack of one anchor thread, which one registry entry keeps. */
  lua_State *anchor;   /* 1: expressions, 2: kept values */
  lua_State *scratch;  /* to look at values on */
  lua_State *evaluator;
  lua_State *returned; /* holds what the last function returned, while a step is under way or has ended */
  bool has_returned;
  int kept;

  /* The evaluation under way. */
  struct {
    long long ticks, tick_limit, nanoseconds;
    long long deadline; /* monotonic nanoseconds, 0 none */
    bool exhausted, stopped;
  } budget;
  char *message;
  size_t message_length;
  char *traceback;
  size_t traceback_length;

  size_t used; /* while there is a limit */
  bool refused; /* by the limit */
  bool time_ends;
  size_t uncharged, most_used; /* what was taken off so far, and the most memory since */
  long long credit; /* bytes of ours already taken off the collector's debt */

  ldbg_counts counts;
};

#define LDBG_ANCHOR_EXPRESSIONS 1
#define LDBG_ANCHOR_KEPT 2

/* hook.c */
void ldbg_hook(lua_State *L, lua_Debug *ar);
void ldbg_raise_end(ldbg_context *ctx, lua_State *L);
/* stop.c */
void ldbg_stop_here(ldbg_context *ctx, ldbg_stop *stop);
bool ldbg_hit_entry(ldbg_context *ctx, int entry, lua_State *L, lua_Debug *ar, int kind);
void ldbg_clear_hits(ldbg_context *ctx);
/* counter.c, plan.c */
void ldbg_counter_fail(ldbg_counter *counter, const char *message);
void ldbg_plan_free(ldbg_context *ctx);
/* step.c */
bool ldbg_in_frame_step(const ldbg_context *ctx);
void ldbg_step_sees_return(ldbg_context *ctx, lua_State *L, lua_Debug *returning, bool tail);
bool ldbg_step_is_here(const ldbg_context *ctx, lua_State *L, const lua_Debug *next, int extra);
bool ldbg_step_ends(ldbg_context *ctx, lua_State *L, lua_Debug *ar);
/* arm.c */
void ldbg_arm_thread(ldbg_context *ctx, lua_State *L, int mask);
int ldbg_mask_at(ldbg_context *ctx, lua_State *L, lua_Debug *next, int extra, bool keep_return);
void ldbg_kick_late(ldbg_context *ctx, ldbg_thread *thread, int mask);
void ldbg_set_hook(ldbg_context *ctx, lua_State *L, lua_Hook hook, int mask, int count);
void ldbg_lock(ldbg_context *ctx);
void ldbg_unlock(ldbg_context *ctx);
void ldbg_lend_hook(ldbg_context *ctx, ldbg_thread *thread, lua_Hook hook, int mask, int count);
void ldbg_return_hook(ldbg_context *ctx, ldbg_thread *thread);
void ldbg_disarm_all(ldbg_context *ctx);
bool ldbg_is_our_hook(lua_Hook hook);
/* allocator.c */
enum { LDBG_UNGRANTED = 0x7E5A17E }; /* a size nobody else asks for: refused while `refusing`, so the flag may outlive the raise */
void ldbg_grow_up(ldbg_context *ctx);
void *ldbg_allocate(void *ud, void *block, size_t old_size, size_t new_size);
/* guests.c */
void ldbg_error_stop(ldbg_context *ctx, lua_State *L, bool caught);
bool ldbg_is_xpcall(const ldbg_layout *layout, const void *code);
void ldbg_guests_install(lua_State *L, const ldbg_layout *layout);
void ldbg_guests_remove(lua_State *L, const ldbg_layout *layout);
/* script_api.c */
void ldbg_stop_for_host(lua_State *L);
/* What a host function says of its call, with the values at first ... first + count - 1. */
void ldbg_report_for_host(lua_State *L, int report, const char *text, size_t length, int first, int count);
/* evaluate.c */
enum { LDBG_BUDGET_PERIOD = 1000 };
void ldbg_budget_hook(lua_State *L, lua_Debug *ar);
void ldbg_charge_budget(ldbg_context *ctx, lua_State *L, int count);
int ldbg_run_budgeted(ldbg_context *ctx, lua_State *E, int arguments, int results, ldbg_budget budget);
void ldbg_set_message(ldbg_context *ctx, lua_State *L, int index);
void ldbg_set_message_text(ldbg_context *ctx, const char *text);
void ldbg_set_message_bytes(ldbg_context *ctx, const void *bytes, size_t length);
/* anchor.c */
lua_State *ldbg_runner(const ldbg_context *ctx);
bool ldbg_anchor(ldbg_context *ctx);
bool ldbg_hold(ldbg_context *ctx, lua_State *L);
void ldbg_let_go(ldbg_context *ctx);
void ldbg_note_return(ldbg_context *ctx, lua_State *L, lua_Debug *ar);
void ldbg_forget_return(ldbg_context *ctx);
bool ldbg_store(ldbg_context *ctx, lua_State *L, int table, lua_Integer index);
void ldbg_unanchor(ldbg_context *ctx);
int ldbg_protected(lua_State *L, lua_CFunction function, void *argument);
void ldbg_hold_collector(ldbg_context *ctx, lua_State *L, size_t *before);
void ldbg_release_collector(ldbg_context *ctx, lua_State *L, size_t before);

#endif
