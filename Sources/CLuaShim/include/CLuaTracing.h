/* What is written down while a script runs: the journal that records go through, traces, the flight recorder, the profile.
 * Included by CLuaShim.h; the tags are explained there.
 */
#ifndef CLUATRACING_H
#define CLUATRACING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ldbg_context ldbg_context;

/* ---- The journal: a ring of records between the script's thread and one reader, and a catalog of functions ------------ */

/* Made and owned by Swift, used by one run after the other. The script's thread writes and never waits: what does not fit is
 * lost, and the serial numbers of the records tell where and how many. */
typedef struct ldbg_journal ldbg_journal;

/* [memory] `wake` is called on the script's thread when there is something for a reader that waits. */
ldbg_journal *ldbg_journal_new(void (*wake)(void *reader), void *reader);
void ldbg_journal_free(ldbg_journal *journal);
/* [memory] Room for records, a power of two. Newest unread records that fit are kept. On the script's thread, or while nothing
 * runs, and with the reader kept away. */
bool ldbg_journal_resize(ldbg_journal *journal, size_t bytes);
size_t ldbg_journal_capacity(const ldbg_journal *journal);
/* [race] Copy whole records, oldest first; by one reader at a time. `finished` is the serial number up to which all has been
 * written or lost, once nothing is left to be read; else 0. */
size_t ldbg_journal_read(ldbg_journal *journal, void *buffer, size_t capacity, uint64_t *finished);
/* [race] The reader is about to wait; false when there is something to be read already. */
bool ldbg_journal_await(ldbg_journal *journal);

enum {
  LDBG_LARGEST_RECORD = 1 << 16,
  LDBG_SMALLEST_JOURNAL = 1 << 12,
  LDBG_LARGEST_JOURNAL = 1 << 28,
  LDBG_MOST_FUNCTIONS = 1 << 16, /* those beyond share one entry: a script can make functions without end */
};

/* [memory] A function that records mention by number: known for as long as the journal lives. */
typedef struct ldbg_function_info {
  const char *source; /* of Lua's own form: @file, =name, or the short form of a chunk that is named by its text */
  const char *name;   /* what its first caller called it; "" unknown */
  int first, last;    /* lines; 0, 0 for a main chunk */
  bool is_c;
} ldbg_function_info;
/* [race] False for a number that no record can mention. */
bool ldbg_journal_function(const ldbg_journal *journal, uint32_t number, ldbg_function_info *info);

/* What a record is about. */
enum {
  LDBG_RECORD_LINE = 1,
  LDBG_RECORD_CALL,
  LDBG_RECORD_TAIL_CALL,
  LDBG_RECORD_RETURN,
  LDBG_RECORD_LOG,      /* a log point's message */
  LDBG_RECORD_SCRIPT,   /* what the script says to its debugger, or a host of a call */
};

/* Records begin with this; sections follow, each a tag, four bytes of length, and its bytes. Sizes are multiples of 8. */
typedef struct ldbg_record {
  uint32_t size;
  uint8_t kind;
  bool cut; /* a section was left out: it did not fit */
  uint16_t what; /* of the trace that wrote it, LDBG_TRACE_ */
  uint64_t serial;
  uint64_t time; /* monotonic nanoseconds */
  uint32_t coroutine, function;
  int32_t line; /* 0 or less: none */
  uint32_t depth;
} ldbg_record;

/* Sections. A name or a text is four bytes of length and its bytes; a value is written as below. */
enum {
  LDBG_SECTION_STACK = 's',    /* frames: function number, line, 1 after a tail call */
  LDBG_SECTION_WATCHES = 'w',  /* watch number, its text, then 1 and a value, or 0 and a message */
  LDBG_SECTION_CHANGES = 'v',  /* kind, name, LDBG_CHANGE_ flags, new value where there is one, old value where there is one */
  LDBG_SECTION_VALUES = 'a',   /* arguments or results */
  LDBG_SECTION_LOG = 'l',      /* breakpoint number, then parts: 't' and a text, 'v' and a value, 'e' and a message */
  LDBG_SECTION_SCRIPT = 'x',   /* LDBG_SCRIPT_..., the text given, then 1 and values, or 0 and a message */
};
enum { LDBG_CHANGE_HAS_NEW = 1, LDBG_CHANGE_HAS_OLD = 2 };
enum { LDBG_CHANGED_LOCAL = 0, LDBG_CHANGED_PARAMETER = 1, LDBG_CHANGED_UPVALUE = 2 };
enum {
  LDBG_SCRIPT_EVAL = 0,
  LDBG_SCRIPT_PRINT = 1,
  LDBG_SCRIPT_TRACE = 2,
  LDBG_SCRIPT_CALL = 3,    /* a host function's call: what the host says of it, and what it answered */
  LDBG_SCRIPT_MESSAGE = 4, /* what a host function was called with */
};

/* Values: a tag and what it needs. Numbers are in the machine's own order. */
enum {
  LDBG_VALUE_NIL,
  LDBG_VALUE_FALSE,
  LDBG_VALUE_TRUE,
  LDBG_VALUE_INTEGER,  /* 8 bytes */
  LDBG_VALUE_NUMBER,   /* 8 bytes */
  LDBG_VALUE_STRING,   /* 8 bytes length, 4 bytes kept, the bytes kept */
  LDBG_VALUE_TABLE,    /* 8 bytes identity, 8 bytes raw length, 1 byte metatable, 1 byte LDBG_TABLE_; with entries: 4 bytes how
                          many, 1 byte whether there are more, then keys and values */
  LDBG_VALUE_FUNCTION, /* 8 bytes identity, 1 byte whether C; for Lua: chunk name, 4 and 4 bytes lines */
  LDBG_VALUE_OTHER,    /* 1 byte Lua type, 8 bytes identity */
};
enum { LDBG_TABLE_CUT, LDBG_TABLE_ENTRIES, LDBG_TABLE_CYCLE };

/* ---- What is wanted ------------------------------------------------------------------------------------------------------ */

typedef struct ldbg_value_limits {
  int depth, entries;
  size_t bytes;
} ldbg_value_limits;

/* [hook] Where records go; NULL for nowhere. Before the first run. */
void ldbg_set_journal(ldbg_context *ctx, ldbg_journal *journal);

enum {
  LDBG_TRACE_LINES = 1 << 0,
  LDBG_TRACE_STACK = 1 << 1,
  LDBG_TRACE_WATCHES = 1 << 2,
  LDBG_TRACE_CALLS = 1 << 3,
  LDBG_TRACE_VARIABLES = 1 << 4,
  LDBG_TRACE_CODE = 1 << 5, /* for whoever reads the record: it knows the source text */
};
/* [hook] Trace from here on; `most_depth` 0 is no bound. From `synchronize` or while stopped, like the plan. */
void ldbg_trace(ldbg_context *ctx, uint32_t what, int most_depth, ldbg_value_limits limits);
/* [hook] The watches that a trace shows: forget all; add one, -1 without memory. They are numbered from 0. */
void ldbg_watches_clear(ldbg_context *ctx);
int ldbg_watches_add(ldbg_context *ctx, const char *text, size_t length);

/* [hook] What Swift says of a function, once: whether a trace shows it, whether steps end in it. */
enum { LDBG_FUNCTION_TRACED = 1 << 0, LDBG_FUNCTION_SKIPPED = 1 << 1 };
/* [hook] Ask Swift about each function, or take all as traced and none as skipped. Forgets earlier answers. */
void ldbg_judge(ldbg_context *ctx, bool ask, bool skips);

/* [memory] Keep the last `lines` lines with the variables that changed; 0 turns it off. False without memory. */
bool ldbg_recorder(ldbg_context *ctx, size_t lines);
/* [memory] What was kept: records as in the journal, oldest first. Returns the bytes needed. */
size_t ldbg_recorder_read(const ldbg_context *ctx, void *buffer, size_t capacity);

enum { LDBG_PROFILE_OFF, LDBG_PROFILE_EXACT, LDBG_PROFILE_SAMPLING };
/* [memory] Count from zero; a sample is taken every `period` instructions. Off keeps what was counted. */
bool ldbg_profile(ldbg_context *ctx, int mode, int period);
/* [memory] A function in its place on the stack; node 0 is the bottom, parents come before their children. */
typedef struct ldbg_profile_node {
  uint32_t parent, function;
  int32_t line; /* of the parent, where the call was made */
  uint32_t calls;
  uint64_t self; /* nanoseconds, or samples */
} ldbg_profile_node;
typedef struct ldbg_profile_line {
  uint32_t function;
  int32_t line;
  uint64_t hits; /* line events, or samples */
  uint64_t self; /* nanoseconds, or samples */
} ldbg_profile_line;
/* [memory] Copies up to `capacity`, returns how many there are. */
size_t ldbg_profile_nodes(const ldbg_context *ctx, ldbg_profile_node *buffer, size_t capacity);
size_t ldbg_profile_lines(const ldbg_context *ctx, ldbg_profile_line *buffer, size_t capacity);
/* [memory] True when there was no room for some: they are counted in their parents. */
bool ldbg_profile_is_cut(const ldbg_context *ctx);

#endif
