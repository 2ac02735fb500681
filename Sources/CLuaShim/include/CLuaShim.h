/* The C hook layer: what a Lua 5.3 debugger needs and Swift cannot write.
 *
 * Each function says in a tag which limit of Swift it answers:
 *   [hook]   runs inside lua_sethook's callback, on the hot path, and may end in a longjmp after Swift's frame is gone
 *   [raise]  calls Lua functions that may raise; here they run protected and come back as a status
 *   [layout] reads Lua's own structures, after a proof on the library that is loaded
 *   [race]   may be called from another thread than the script's
 *   [memory] keeps C memory that the hook reads while Swift may be elsewhere
 * Unless tagged [race], a function belongs to the thread that runs the script.
 */
#ifndef CLUASHIM_H
#define CLUASHIM_H

#include <lua5.3/lua.h>
#include <lua5.3/lauxlib.h>
#include <lua5.3/lualib.h>
#include "CLuaHost.h"
#include "CLuaTracing.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One debugger on one Lua state (a main thread and all its coroutines). */
typedef struct ldbg_context ldbg_context;

/* ---- What Swift is asked, and by which frame ------------------------------------------------------------------- */

/* Why the script stops; a stop carries the union. */
enum {
  LDBG_REASON_ENTRY = 1 << 0,
  LDBG_REASON_STEP = 1 << 1,
  LDBG_REASON_BREAKPOINT = 1 << 2,
  LDBG_REASON_PAUSE = 1 << 3,
  LDBG_REASON_ERROR = 1 << 4,
  LDBG_REASON_TIME = 1 << 5,
  LDBG_REASON_SCRIPT = 1 << 6, /* it asked for it: debugbreak */
};

/* A breakpoint that was hit: its number, and what ldbg_hit_details has of it. */
enum {
  LDBG_HIT_PLAIN,
  LDBG_HIT_FAILED,  /* its condition could not be compiled or raised: the message */
  LDBG_HIT_TRUE,    /* a watch expression: its value, as in a record */
  LDBG_HIT_CHANGED, /* its value, and the one before */
};
typedef struct ldbg_hit {
  uint32_t breakpoint;
  int kind;
} ldbg_hit;

typedef struct ldbg_stop {
  lua_State *thread;    /* the coroutine that stops */
  int base;             /* level of the innermost frame that is the script's (1 inside our own message handler) */
  uint32_t reasons;
  int line;             /* of the event; -1 in a C function */
  const ldbg_hit *hits;
  int hit_count;
  int error_index;      /* stack index of the error value on `thread`, 0 without one */
  bool error_caught;    /* a protected call of the script will catch it */
  const char *message;  /* why debugbreak could not tell whether to stop; NULL as a rule */
  size_t message_length;
} ldbg_stop;

/* What C asks Swift. Each of these returns before C acts, so no longjmp crosses a Swift frame. */
typedef struct ldbg_callbacks {
  void *host; /* handed back as the first argument, never touched */
  /* The script waits for this to return; before that Swift has chosen the next resume with ldbg_resume_*. */
  void (*stopped)(void *host, const ldbg_stop *stop);
  /* Breakpoints changed: rebuild the plan with ldbg_plan_*. */
  void (*synchronize)(void *host, lua_State *L);
  /* A function is about to run whose code was not seen under this plan: register what it holds with ldbg_code_*. */
  void (*meet)(void *host, lua_State *L, lua_Debug *ar);
  /* A function was met that is traced or stepped through: LDBG_FUNCTION_ flags. */
  uint32_t (*judge)(void *host, uint32_t function);
  /* The script said debugtrace: "all", "line", "code", "stack", "watch", "off". */
  void (*traced)(void *host, const char *mode);
  /* The script printed. */
  void (*output)(void *host, const char *bytes, size_t count);
  /* The host closed the Lua state; nothing of it may be touched any more. */
  void (*closed)(void *host);
} ldbg_callbacks;

/* ---- Attaching -------------------------------------------------------------------------------------------------- */

enum {
  LDBG_OK = 0,
  LDBG_ALREADY_ATTACHED,
  LDBG_FOREIGN_LUA, /* the state belongs to another copy or version of Lua */
  LDBG_NO_MEMORY,
  LDBG_NOT_A_TABLE,
};

/* [raise] Attach to the state that `L` belongs to. */
int ldbg_attach(lua_State *L, ldbg_callbacks callbacks, ldbg_context **result);
/* [raise] Leave: hooks, allocator and library functions are as they were. Frees nothing that Swift still reads. */
void ldbg_detach(ldbg_context *ctx);
/* [memory] Free the context, after detach or close. */
void ldbg_free(ldbg_context *ctx);
/* [hook] True once the host has closed the state. */
bool ldbg_is_closed(const ldbg_context *ctx);
/* [hook] The context of a state, or NULL: one look at the allocator, no registry. */
ldbg_context *ldbg_context_of(lua_State *L);
/* [hook] The main thread. */
lua_State *ldbg_main(const ldbg_context *ctx);
/* [layout] True when the layouts that the fast path relies on were proven on this library. */
bool ldbg_layout_is_proven(void);
/* [layout] For tests: make the proof fail or hold again; only contexts attached later see it. */
void ldbg_layout_disable(bool disable);

/* ---- What is wanted: the plan ------------------------------------------------------------------------------------ */

/* [memory] The hits and the ignore count of one breakpoint: owned by Swift, counted by the hook, read by anyone. */
typedef struct ldbg_counter ldbg_counter;
ldbg_counter *ldbg_counter_new(void);
void ldbg_counter_free(ldbg_counter *counter);
long long ldbg_counter_hits(const ldbg_counter *counter);      /* [race] */
long long ldbg_counter_ignore(const ldbg_counter *counter);    /* [race] */
void ldbg_counter_set_ignore(ldbg_counter *counter, long long count); /* [race] */
void ldbg_counter_reset(ldbg_counter *counter);                /* [race] */
/* [race] A watch expression that was put to rest is looked at again. */
void ldbg_counter_wake(ldbg_counter *counter);
/* [race] A temporary breakpoint has done its work. */
bool ldbg_counter_is_spent(const ldbg_counter *counter);
/* [race] How often a watch expression or a log message's part failed, and how it did last: fills `message`. */
long long ldbg_counter_failures(const ldbg_counter *counter);
size_t ldbg_counter_failure(const ldbg_counter *counter, char *message, size_t capacity);

/* [hook] Rebuild what the hook looks for. Between begin and end, from `synchronize` or while stopped. */
void ldbg_plan_begin(ldbg_context *ctx);
/* [hook] Add a breakpoint; `condition` may be NULL. Returns its index in the plan, or -1 without memory. */
int ldbg_plan_add(ldbg_context *ctx, uint32_t breakpoint, ldbg_counter *counter, bool once, const char *condition,
                  size_t condition_length);
/* [hook] The entry is a watch breakpoint; or it writes a message and does not stop: its parts, in order. False without memory. */
bool ldbg_plan_watch(ldbg_context *ctx, int plan_index, const char *expression, size_t length, bool on_change);
bool ldbg_plan_log(ldbg_context *ctx, int plan_index, const char *text, size_t length, bool is_expression);
/* [hook] Functions are looked for by code (`functions`), also those of C (`c_functions`). */
void ldbg_plan_end(ldbg_context *ctx, bool lines, bool functions, bool c_functions);

/* [hook] From `meet`: the code that is about to run holds this breakpoint at this line (0: at its entry). */
void ldbg_code_add(ldbg_context *ctx, int line, int plan_index);
/* [hook] From `meet`: ask again at the next call (a function breakpoint is still looking for its function). */
void ldbg_code_ask_again(ldbg_context *ctx);

/* [layout] The identity of the code that a frame runs, or of the function on top of L. */
const void *ldbg_running_code(const ldbg_context *ctx, lua_State *L, lua_Debug *ar);
const void *ldbg_function_code(const ldbg_context *ctx, lua_State *L);
/* [raise] Push what a path of names ("a.b.c") leads to from the globals, without running anything of the script's; NULL
 * (nothing pushed) if nowhere, else the coroutine that it was pushed on. */
lua_State *ldbg_push_path(ldbg_context *ctx, const char *path);

/* [hook] An entry stops where an error is raised: one that nothing catches, or any. */
void ldbg_plan_error(ldbg_context *ctx, int plan_index, bool any);

/* ---- Resuming ----------------------------------------------------------------------------------------------------- */

enum {
  LDBG_CONTINUE,
  LDBG_INTO,
  LDBG_OVER,
  LDBG_OUT,
  LDBG_UNTIL,  /* a line greater than the current one in this frame, or its caller */
  LDBG_FINISH, /* ignore every stop to the end */
  LDBG_END,    /* abort, restart, kill: cannot be caught */
};

/* [hook] Choose how the script goes on after `stopped` returns; `reason` is what a step's end will carry. */
void ldbg_resume(ldbg_context *ctx, int how, uint32_t reason);

/* [race] Ask a running script to look up at its next event; hooks are set from outside. */
enum {
  LDBG_ATTEND_SYNC = 1 << 0,
  LDBG_ATTEND_PAUSE = 1 << 1,
  LDBG_ATTEND_END = 1 << 2,
  LDBG_ATTEND_TIME = 1 << 3,
  LDBG_ATTEND_INTERRUPT = 1 << 4, /* only what is being evaluated */
};
void ldbg_attend(ldbg_context *ctx, uint32_t what);
/* [race] The same while it is stopped: for what is being evaluated, or for when it goes on. No hook is set. */
void ldbg_note(ldbg_context *ctx, uint32_t what);
/* [race] Take requests back that have not been seen yet. */
void ldbg_withdraw(ldbg_context *ctx, uint32_t what);
/* [race] Will what runs now be ended at its next event? While a host function waits, for that or for another thread. */
bool ldbg_end_is_due(const ldbg_context *ctx);
/* [race] True when one of these was asked for and has not been seen yet. */
bool ldbg_is_asked(const ldbg_context *ctx, uint32_t what);
/* [hook] Apply what is wanted to every coroutine now: after a change made while nothing runs. */
void ldbg_arm(ldbg_context *ctx);
/* [hook] True while an abort is on its way out of the script. */
bool ldbg_is_ending(const ldbg_context *ctx);
/* [hook] The end was reached: the next call on this state is a new one. */
void ldbg_ended(ldbg_context *ctx);

/* ---- Arming, as a pure function (tested by a table) ---------------------------------------------------------------- */

typedef struct ldbg_wanted {
  bool ending;       /* every instruction raises */
  bool finishing;    /* stops are ignored */
  bool hosted;       /* the host makes the calls: the beginning of its next one ends a step or a finish */
  bool lines;        /* a line breakpoint is on somewhere */
  bool functions;    /* a function breakpoint is on somewhere */
  bool gated;        /* functions without breakpoints can be told apart */
  bool holder;       /* the function that runs next holds a line breakpoint */
  bool holder_below; /* a function further down the stack does, or may */
  bool entering;     /* a function breakpoint waits for the first line of the function that runs next */
  bool watched;      /* a watch breakpoint is on: every line */
  int observed;      /* the events that traces, the recorder and the profile need */
  int step;          /* LDBG_CONTINUE, or the step under way */
  bool step_here;    /* for over, out, until: the frame that runs next is one where it may end */
} ldbg_wanted;
/* [hook] */
int ldbg_mask(ldbg_wanted wanted);

/* ---- Coroutines ------------------------------------------------------------------------------------------------------ */

typedef struct ldbg_coroutine {
  lua_State *thread;
  uint64_t id; /* 0 is the main thread; counted up from 1 in the order of creation */
} ldbg_coroutine;
/* [hook] Every live coroutine of the script's, without ours: fills up to `capacity`, returns how many there are. */
size_t ldbg_coroutines(ldbg_context *ctx, ldbg_coroutine *buffer, size_t capacity);
/* [hook] */
uint64_t ldbg_coroutine_id(ldbg_context *ctx, lua_State *L);
/* [hook] Make a coroutine known that was created before attach. */
int ldbg_adopt(ldbg_context *ctx, lua_State *L);
/* [hook] Measured, never counted: frames on the stack of L. */
int ldbg_depth(lua_State *L);
/* [raise] A coroutine's variables may be read until ldbg_end_look, whatever that allocates: perhaps nothing but our own list leads to
 * it, which keeps nothing alive. */
enum { LDBG_LOOK_OK = 0, LDBG_LOOK_GONE, LDBG_LOOK_MEMORY };
int ldbg_begin_look(ldbg_context *ctx, lua_State *L);
/* [raise] */
void ldbg_end_look(ldbg_context *ctx, lua_State *L);

/* ---- Protected work ----------------------------------------------------------------------------------------------------- */

typedef struct ldbg_budget {
  long long instructions; /* 0: unlimited */
  long long nanoseconds;  /* 0: unlimited */
} ldbg_budget;

enum { LDBG_EXPRESSION = 0, LDBG_STATEMENT = 1, LDBG_EITHER = 2 };
enum {
  LDBG_EVAL_OK = 0,
  LDBG_EVAL_SYNTAX,   /* does not compile */
  LDBG_EVAL_ERROR,    /* raised */
  LDBG_EVAL_BUDGET,   /* ran out of instructions or time */
  LDBG_EVAL_STOPPED,  /* interrupted from outside, or the script is being ended */
  LDBG_EVAL_MEMORY,
};
typedef struct ldbg_result {
  int status;
  lua_State *thread; /* where the results or the error value lie */
  int first, count;  /* stack indices first ... first + count - 1 */
} ldbg_result;

/* [raise] Evaluate text in a frame (level < 0: globals only). The results stay until ldbg_release_results. */
void ldbg_evaluate(ldbg_context *ctx, lua_State *L, int level, const char *text, size_t length, int kind,
                   ldbg_budget budget, ldbg_result *result);
/* [raise] */
void ldbg_release_results(ldbg_context *ctx);
/* [raise] True if the text compiles as an expression; else the message is left in `message`. */
bool ldbg_check_expression(lua_State *L, const char *text, size_t length, char *message, size_t capacity);
/* [hook] What a hit's kind promises, or NULL: valid during `stopped`. */
const char *ldbg_hit_details(ldbg_context *ctx, int hit, size_t *length);
/* [raise] Evaluate a watch in a frame (level < 0: globals only): one result. It stays until ldbg_release_results. */
void ldbg_watch_evaluate(ldbg_context *ctx, lua_State *L, int level, int watch, ldbg_budget budget, ldbg_result *result);

/* [raise] Keep the value on top of L (popped) alive and reachable by number; 0 when there is no memory. */
int ldbg_keep(ldbg_context *ctx, lua_State *L);
/* [raise] Push a kept value on the inspection thread, or NULL when there is none. */
lua_State *ldbg_push_kept(ldbg_context *ctx, int reference);
/* [raise] Let go of every value kept so far. */
void ldbg_release_kept(ldbg_context *ctx);
/* [raise] Push a string; false (nothing pushed) without memory. */
bool ldbg_push_string(lua_State *L, const char *bytes, size_t count);
/* [hook] Holds what the function returned that a step has just come out of (a Lua function's; 1 ... top), or NULL. */
lua_State *ldbg_returned(ldbg_context *ctx);
/* [raise] A thread of ours to look at values on, so that the script's own stack never grows; NULL without memory. */
lua_State *ldbg_scratch(ldbg_context *ctx);
/* [raise] The text that tostring() would give, metamethods included, budgeted like an evaluation; the value is popped. */
void ldbg_tostring(ldbg_context *ctx, lua_State *L, ldbg_budget budget, ldbg_result *result);

/* [raise] The prototype tree of the Lua function on top of L as a binary chunk: lines, names. */
char *ldbg_dump(lua_State *L, size_t *length);
void ldbg_dump_free(char *bytes);

/* [raise] Put debugbreak and the others into the global table of that name, which is made when it is not there. They are known
 * by the state alone, and do nothing while no debugger is attached. LDBG_NOT_A_TABLE where something else has that name. */
int ldbg_install_script_api(lua_State *L, const char *table);

/* ---- Runs that Swift owns ----------------------------------------------------------------------------------------------------- */

/* [raise] A state with the standard libraries, or NULL without memory. `print` goes to `output` once attached. */
lua_State *ldbg_new_state(void);
/* [raise] Load text (or, if allowed, a binary chunk) and leave the function on the stack: a Lua status. */
int ldbg_load(lua_State *L, const char *bytes, size_t count, const char *name, bool allow_binary);
/* [raise] Redirect `print` to the `output` callback. */
int ldbg_redirect_print(ldbg_context *ctx);
/* [raise] Make room for arguments; then push them; then set `arg` as the stock interpreter does, the arguments stay. */
bool ldbg_begin_arguments(lua_State *L, int count);
bool ldbg_set_arguments(lua_State *L, const char *script_name, int count);
/* [raise] Make a global table of the `count` strings on top of the stack, which are popped; false without memory. */
bool ldbg_set_list(lua_State *L, const char *name, int count);
/* [raise] Call the function below `arguments` values; errors stop and are traced by our own message handler, which
 * leaves the traceback for ldbg_traceback. A Lua status. */
int ldbg_call(ldbg_context *ctx, lua_State *L, int arguments, int results);
/* [raise] The same without results, and nothing stops in it or is told of it; only an end from outside reaches it. */
int ldbg_call_unseen(ldbg_context *ctx, lua_State *L, int arguments);
/* [raise] The traceback of the last error that reached ldbg_call, without frames of ours. */
const char *ldbg_traceback(ldbg_context *ctx, size_t *length);

/* [memory] Memory the script may use, 0 without limit; past it Lua's own "not enough memory". */
void ldbg_set_memory_limit(ldbg_context *ctx, size_t bytes);
size_t ldbg_memory_used(const ldbg_context *ctx);
bool ldbg_memory_was_refused(const ldbg_context *ctx);
/* [hook] Past its time the script ends, or stops. */
void ldbg_set_time_limit_ends(ldbg_context *ctx, bool ends);

/* ---- For tests ------------------------------------------------------------------------------------------------------------------ */

/* How often the hook ran, by event (LUA_HOOKCALL ...), and how often it called Swift. */
typedef struct ldbg_counts {
  unsigned long long events[5];
  unsigned long long callbacks;
  unsigned long long expressions_compiled;
} ldbg_counts;
ldbg_counts ldbg_read_counts(const ldbg_context *ctx);
/* [hook] Any hook of ours left on any coroutine? */
int ldbg_armed_coroutines(ldbg_context *ctx);

#endif
