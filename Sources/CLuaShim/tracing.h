/* What the files share that write down what a script does: values as bytes, records, what is known of functions and followed
 * of coroutines. */
#ifndef LDBG_TRACING_H
#define LDBG_TRACING_H

#include "internal.h"
#include <string.h>

/* ---- encode.c: values as bytes, and values small enough to be compared ------------------------------------------------ */

/* Fills a buffer of fixed size; what does not fit sets `cut`, and whoever writes goes back to where it began. */
typedef struct ldbg_writer {
  unsigned char *bytes;
  size_t used, capacity;
  bool cut;
} ldbg_writer;

void ldbg_write(ldbg_writer *w, const void *bytes, size_t size);
void ldbg_write_byte(ldbg_writer *w, int byte);
void ldbg_write_number(ldbg_writer *w, uint32_t number);
void ldbg_write_text(ldbg_writer *w, const char *text, size_t length);
/* The value on top of L, which stays. Raw access only. `limits` is what is left of them. */
void ldbg_write_value(ldbg_context *ctx, ldbg_writer *w, lua_State *L, ldbg_value_limits *limits);

/* Enough of a value to tell whether it is another than before, and to show it later; it keeps nothing alive. Tables and
 * functions are told apart by identity, strings of up to 40 bytes by content, longer ones by length and a sample. */
typedef struct ldbg_brief {
  uint8_t tag; /* LDBG_VALUE_ */
  uint8_t kept, type, unused;
  uint32_t hash;
  uint64_t bits; /* the number, the identity, or the string's length */
  char text[40];
} ldbg_brief;

void ldbg_brief_of(lua_State *L, int index, ldbg_brief *brief);
bool ldbg_brief_equal(const ldbg_brief *a, const ldbg_brief *b);
void ldbg_write_brief(ldbg_writer *w, const ldbg_brief *brief);

/* ---- journal.c ------------------------------------------------------------------------------------------------------------ */

bool ldbg_journal_write(ldbg_journal *journal, ldbg_record *record); /* sets its serial number; false when it is lost */
/* True when a record of that size would be lost: then it is. */
bool ldbg_journal_loses(ldbg_journal *journal, size_t size);

/* The ring of a journal, as its writer sees it. */
typedef struct ldbg_ring {
  unsigned char *bytes; /* made for the first record: most sessions never have one */
  size_t capacity; /* a power of two */
  _Atomic uint64_t head, tail; /* bytes ever written, ever read */
  _Atomic uint64_t finished; /* the serial number of the last record, written or lost */
  atomic_bool waiting;
} ldbg_ring;

ldbg_ring *ldbg_ring_of(ldbg_journal *journal);
void ldbg_ring_wake(ldbg_ring *ring);

/* What is only in the ring, and told by its size, which is less than a record's head: another line after a record of kind
 * LDBG_RECORD_LINE, of the same frame, or of another in the same coroutine. The reader is given whole records. */
typedef struct ldbg_next_line { uint32_t size; int32_t line; } ldbg_next_line;
typedef struct ldbg_next_line_elsewhere { uint32_t size; int32_t line; uint32_t function, depth; } ldbg_next_line_elsewhere;

static inline void ldbg_ring_finish(ldbg_ring *ring) {
  uint64_t serial = atomic_load_explicit(&ring->finished, memory_order_relaxed) + 1;
  atomic_store_explicit(&ring->finished, serial, memory_order_release);
  /* Without a fence a reader that begins to wait just now may be missed: the next record wakes it, or the next stop. A fence
   * would cost more than all the rest. */
  if (atomic_load_explicit(&ring->waiting, memory_order_relaxed)) ldbg_ring_wake(ring);
}

/* Of eight bytes, which never wrap: one store. False when it is lost: then the next must be whole. */
static inline bool ldbg_ring_line(ldbg_ring *ring, int line) {
  const ldbg_next_line record = {.size = sizeof record, .line = line};
  uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
  uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
  bool fits = sizeof record <= ring->capacity - (size_t)(head - tail);
  if (fits) {
    memcpy(ring->bytes + ((size_t)head & (ring->capacity - 1)), &record, sizeof record);
    atomic_store_explicit(&ring->head, head + sizeof record, memory_order_release);
  }
  ldbg_ring_finish(ring);
  return fits;
}

static inline bool ldbg_ring_line_elsewhere(ldbg_ring *ring, int line, uint32_t function, uint32_t depth) {
  const ldbg_next_line_elsewhere record = {.size = sizeof record, .line = line, .function = function, .depth = depth};
  uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
  uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
  bool fits = sizeof record <= ring->capacity - (size_t)(head - tail);
  if (fits) {
    memcpy(ring->bytes + ((size_t)head & (ring->capacity - 1)), &record, 8);
    memcpy(ring->bytes + ((size_t)(head + 8) & (ring->capacity - 1)), (const char *)&record + 8, 8);
    atomic_store_explicit(&ring->head, head + sizeof record, memory_order_release);
  }
  ldbg_ring_finish(ring);
  return fits;
}

uint32_t ldbg_journal_catalog(ldbg_journal *journal, ldbg_function_info info);
void ldbg_journal_name(ldbg_journal *journal, uint32_t number, const char *name); /* where it has none yet */

/* ---- functions.c: what is known of each function that was met -------------------------------------------------------------- */

typedef struct ldbg_known ldbg_known;

ldbg_known ldbg_known_function(ldbg_context *ctx, lua_State *L, lua_Debug *ar);
void ldbg_known_called(ldbg_context *ctx, lua_State *L, lua_Debug *ar);
void ldbg_knowns_forget(ldbg_context *ctx, const void *code);
void ldbg_knowns_clear(ldbg_context *ctx);

/* ---- followed.c: what is remembered of each coroutine -------------------------------------------------------------------------- */

/* variables.c: the values of one frame at its last line. */
typedef struct ldbg_seen_frame {
  const void *frame, *code;
  size_t first; /* in `values` */
  int locals, upvalues;
  bool begun;  /* its call was seen: what appears in its first line is new */
  bool looked; /* `values` are those of its last line */
} ldbg_seen_frame;

typedef struct ldbg_seen_value {
  const char *name; /* interned, alive as long as the function is; compared, read only while it runs */
  ldbg_brief brief;
} ldbg_seen_value;

/* profile.c: the frames of a coroutine as counted. */
typedef struct ldbg_timed_frame {
  const void *frame;
  uint32_t node;
  uint32_t function;
  int line;
} ldbg_timed_frame;

typedef struct ldbg_followed {
  uint32_t coroutine;
  uint32_t depth; /* of the last frame that was asked about: */
  const void *frame, *below;
  ptrdiff_t position, below_position;
  ldbg_seen_frame *frames;
  size_t frame_count, frame_capacity;
  ldbg_seen_value *values;
  size_t value_count, value_capacity;
  ldbg_timed_frame *timed;
  size_t timed_count, timed_capacity;
} ldbg_followed;

/* NULL without memory. */
ldbg_followed *ldbg_follow(ldbg_context *ctx, lua_State *L);
void ldbg_followed_free(ldbg_followed *followed);
void ldbg_unfollow_all(ldbg_context *ctx);
void ldbg_unfollow_variables(ldbg_context *ctx);
/* Room for one more at the end of a growing array, or NULL. */
void *ldbg_room(void *array, size_t count, size_t *capacity, size_t size);

/* ---- variables.c ---------------------------------------------------------------------------------------------------------------- */

void ldbg_variables_call(ldbg_followed *followed, const ldbg_context *ctx, lua_State *L, lua_Debug *ar, bool tail);
/* Compares, writes what changed (a section's inside), remembers. Returns how many changes there were. `leaving`: at the
 * function's return; the frame is forgotten. */
int ldbg_variables_changed(ldbg_context *ctx, ldbg_followed *followed, lua_State *L, lua_Debug *ar, ldbg_writer *w,
                           ldbg_value_limits limits, bool leaving);

/* ---- ticks.c --------------------------------------------------------------------------------------------------------------------------- */

typedef struct ldbg_ticker {
  bool is_counter;
  long long began;
  uint64_t first;
} ldbg_ticker;
ldbg_ticker ldbg_ticker_begin(void);
uint64_t ldbg_ticks(const ldbg_ticker *ticker);
uint64_t ldbg_ticker_nanoseconds(const ldbg_ticker *ticker, uint64_t ticks);

/* ---- profile.c -------------------------------------------------------------------------------------------------------------------- */

typedef struct ldbg_profiler ldbg_profiler;
void ldbg_profile_line_event(ldbg_context *ctx, lua_State *L, lua_Debug *ar);
/* The same for the frame of the last event; false for any other. */
bool ldbg_profile_line_here(ldbg_context *ctx, lua_State *L, const lua_Debug *ar);
void ldbg_profile_call_event(ldbg_context *ctx, lua_State *L, lua_Debug *ar, bool tail);
void ldbg_profile_return_event(ldbg_context *ctx, lua_State *L, lua_Debug *ar);
void ldbg_profile_sample(ldbg_context *ctx, lua_State *L);
void ldbg_profile_resumed(ldbg_context *ctx); /* time since the last event was not the script's */
void ldbg_profiler_free(ldbg_profiler *profiler);

/* ---- trace.c ------------------------------------------------------------------------------------------------------------------------- */

void ldbg_observe_line(ldbg_context *ctx, lua_State *L, lua_Debug *ar);
void ldbg_observe_call(ldbg_context *ctx, lua_State *L, lua_Debug *ar, bool tail);
void ldbg_observe_return(ldbg_context *ctx, lua_State *L, lua_Debug *ar);
/* A record about the frame `ar`; sections are added to the writer, then it is committed. False when nobody wants records. */
bool ldbg_record_begin(ldbg_context *ctx, lua_State *L, lua_Debug *ar, int kind, ldbg_writer *w);
void ldbg_record_is_cut(ldbg_writer *w);
size_t ldbg_section_begin(ldbg_writer *w, int tag);
void ldbg_section_end(ldbg_writer *w, size_t start);
bool ldbg_record_end(ldbg_context *ctx, ldbg_writer *w); /* false when it is lost */
void ldbg_observed_changed(ldbg_context *ctx);
void ldbg_only_observed_changed(ldbg_context *ctx);
void ldbg_tracing_free(ldbg_context *ctx);
long long ldbg_now(void);

/* context.c, guests.c: C functions of ours that are called where a script fails. They are shown to nobody. */
bool ldbg_is_handler(const void *code);
bool ldbg_is_guest_handler(const void *code);

/* ---- recorder.c: the ring that forgets the oldest ------------------------------------------------------------------------------ */

void ldbg_recorder_write(ldbg_context *ctx, ldbg_record *record);
void ldbg_recorder_free(ldbg_context *ctx);

/* ---- log.c: a log point's message -------------------------------------------------------------------------------------------- */

void ldbg_write_log(ldbg_context *ctx, const ldbg_plan_entry *entry, lua_State *L, lua_Debug *ar);

/* ---- watch.c --------------------------------------------------------------------------------------------------------------------------- */

typedef struct ldbg_watchpoint ldbg_watchpoint;
ldbg_watchpoint *ldbg_watchpoint_new(ldbg_expression *expression, bool on_change);
void ldbg_watchpoint_free(ldbg_context *ctx, ldbg_watchpoint *watch);
bool ldbg_watchpoint_is(const ldbg_watchpoint *watch, const char *text, size_t length, bool on_change);
/* Every watch breakpoint of the plan; true when one stops here. */
bool ldbg_watchpoints_hit(ldbg_context *ctx, lua_State *L, lua_Debug *ar);
void ldbg_write_watches(ldbg_context *ctx, ldbg_writer *w, lua_State *L, lua_Debug *ar, ldbg_value_limits limits);

#endif
