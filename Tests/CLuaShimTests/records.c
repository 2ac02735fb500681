/* Records as text, so that a test can say what it expects in a line: "L3 C-1 f R3 a(7)". Tests nothing by itself but that every
 * section and value is whole. */
#include "rig.h"

static char text[1 << 20];
static size_t used;

static void put(const char *bytes, size_t length) {
  if (used + length >= sizeof text) return;
  memcpy(text + used, bytes, length);
  text[used += length] = 0;
}
static void put_text(const char *s) { put(s, strlen(s)); }
#define PUT(...) do { char piece_[256]; snprintf(piece_, sizeof piece_, __VA_ARGS__); put_text(piece_); } while (0)

typedef struct cursor {
  const unsigned char *at, *end;
} cursor;

static uint64_t take(cursor *c, size_t size) {
  uint64_t number = 0;
  if ((size_t)(c->end - c->at) < size) {
    CHECK(!"a record ends too early");
    c->at = c->end;
    return 0;
  }
  memcpy(&number, c->at, size);
  c->at += size;
  return number;
}

static void put_taken(cursor *c) {
  size_t length = (size_t)take(c, 4);
  if (length > (size_t)(c->end - c->at)) length = (size_t)(c->end - c->at);
  put((const char *)c->at, length);
  c->at += length;
}

static void put_value(cursor *c);

static void put_table(cursor *c) {
  take(c, 8);
  uint64_t length = take(c, 8);
  bool metatable = take(c, 1);
  int insides = (int)take(c, 1);
  PUT("{%s%llu", metatable ? "m" : "", (unsigned long long)length);
  if (insides == LDBG_TABLE_CUT) put_text("..");
  if (insides == LDBG_TABLE_CYCLE) put_text("cycle");
  if (insides == LDBG_TABLE_ENTRIES) {
    uint32_t count = (uint32_t)take(c, 4);
    bool more = take(c, 1);
    for (uint32_t i = 0; i < count && c->at < c->end; i++) {
      put_text(i ? "," : ":");
      put_value(c);
      put_text("=");
      put_value(c);
    }
    if (more) put_text(",..");
  }
  put_text("}");
}

static void put_value(cursor *c) {
  int tag = (int)take(c, 1);
  uint64_t bits;
  double number;
  switch (tag) {
    case LDBG_VALUE_NIL: put_text("nil"); break;
    case LDBG_VALUE_FALSE: put_text("false"); break;
    case LDBG_VALUE_TRUE: put_text("true"); break;
    case LDBG_VALUE_INTEGER: PUT("%lld", (long long)take(c, 8)); break;
    case LDBG_VALUE_NUMBER:
      bits = take(c, 8);
      memcpy(&number, &bits, sizeof number);
      PUT("%.4f", number);
      break;
    case LDBG_VALUE_STRING: {
      uint64_t length = take(c, 8);
      uint32_t kept;
      memcpy(&kept, c->at, sizeof kept);
      put_text("'");
      put_taken(c);
      put_text("'");
      if (length != kept) PUT("/%llu", (unsigned long long)length);
      break;
    }
    case LDBG_VALUE_TABLE: put_table(c); break;
    case LDBG_VALUE_FUNCTION:
      take(c, 8);
      if (take(c, 1)) {
        put_text("C()");
        break;
      }
      put_taken(c);
      PUT(":%d-", (int)take(c, 4));
      PUT("%d()", (int)take(c, 4));
      break;
    case LDBG_VALUE_OTHER:
      PUT("%s", (const char *[]){"?", "?", "lightuserdata", "?", "?", "table", "function", "userdata", "thread"}[take(c, 1) % 9]);
      take(c, 8);
      break;
    default: CHECK(!"a value's tag");
  }
}

const char *value_text(const void *bytes, size_t length) {
  used = 0;
  text[0] = 0;
  cursor c = {bytes, (const unsigned char *)bytes + length};
  while (c.at < c.end) {
    if (used) put_text(" ");
    put_value(&c);
  }
  return text;
}

static void put_function(const ldbg_journal *journal, uint32_t number) {
  ldbg_function_info info;
  if (!ldbg_journal_function(journal, number, &info)) CHECK(!"a function's number");
  else if (*info.name) put_text(info.name);
  else if (info.first == 0 && !info.is_c) put_text("main");
  else PUT("%s%d", info.is_c ? "?C" : "?", info.first);
}

static void put_section(const ldbg_journal *journal, int tag, cursor *c) {
  static const char *const kinds[] = {"", "p ", "u "};
  int index = 0;
  PUT(" %c(", tag);
  while (c->at < c->end) {
    if (index++) put_text(tag == LDBG_SECTION_LOG ? "" : " ");
    switch (tag) {
      case LDBG_SECTION_STACK:
        put_function(journal, (uint32_t)take(c, 4));
        PUT(":%d", (int)take(c, 4));
        if (take(c, 1)) put_text("t");
        break;
      case LDBG_SECTION_WATCHES:
        PUT("%d ", (int)take(c, 4));
        put_taken(c);
        put_text("=");
        if (take(c, 1)) put_value(c);
        else put_text("!"), put_taken(c);
        break;
      case LDBG_SECTION_CHANGES: {
        put_text(kinds[take(c, 1) % 3]);
        put_taken(c);
        int flags = (int)take(c, 1);
        if (flags & LDBG_CHANGE_HAS_NEW) put_text("="), put_value(c);
        if (flags & LDBG_CHANGE_HAS_OLD) put_text("<"), put_value(c);
        break;
      }
      case LDBG_SECTION_VALUES: put_value(c); break;
      case LDBG_SECTION_LOG:
        if (index == 1) PUT("%d ", (int)take(c, 4));
        if (c->at == c->end) break;
        switch (take(c, 1)) {
          case 't': put_taken(c); break;
          case 'v': put_value(c); break;
          case 'e': put_text("!"), put_taken(c); break;
          default: CHECK(!"a log part's tag");
        }
        break;
      case LDBG_SECTION_SCRIPT:
        if (index == 1) {
          PUT("%d ", (int)take(c, 1));
          put_taken(c);
          if (!take(c, 1)) put_text(" !"), put_taken(c);
        } else {
          put_value(c);
        }
        break;
      default: CHECK(!"a section's tag"); c->at = c->end;
    }
  }
  put_text(")");
}

static void put_record(const ldbg_journal *journal, const unsigned char *bytes, int show) {
  ldbg_record record;
  memcpy(&record, bytes, sizeof record);
  if (used) put_text("\n");
  PUT("%c%d", "?LCTRGX"[record.kind % 7], record.line);
  if (record.coroutine) PUT("@%u", record.coroutine);
  if (show & SHOW_DEPTH) PUT(" d%u", record.depth);
  if (show & SHOW_FUNCTION) put_text(" "), put_function(journal, record.function);
  if (record.cut) put_text(" cut");
  cursor c = {bytes + sizeof record, bytes + record.size};
  while (c.end - c.at > 7) { /* less is padding */
    int tag = (int)take(&c, 1);
    if (tag == 0) break;
    size_t length = (size_t)take(&c, 4);
    if (length > (size_t)(c.end - c.at)) {
      CHECK(!"a section is longer than its record");
      break;
    }
    cursor inside = {c.at, c.at + length};
    c.at += length;
    if (!(show & SHOW_NO_SECTIONS)) put_section(journal, tag, &inside);
  }
}

const char *records_text(const ldbg_journal *journal, const void *bytes, size_t size, int show) {
  used = 0;
  text[0] = 0;
  for (size_t at = 0; at < size;) {
    uint32_t length;
    memcpy(&length, (const char *)bytes + at, sizeof length);
    CHECK(length >= sizeof(ldbg_record) && length % 8 == 0 && at + length <= size);
    if (length < sizeof(ldbg_record) || at + length > size) break;
    put_record(journal, (const unsigned char *)bytes + at, show);
    at += length;
  }
  return text;
}

void rig_journal(rig *r) {
  r->journal = ldbg_journal_new(NULL, NULL);
  CHECK(ldbg_journal_resize(r->journal, 1 << 21));
  ldbg_set_journal(r->ctx, r->journal);
}

/* What was written since it was last asked. */
const char *rig_records(rig *r, int show) {
  uint64_t finished;
  size_t capacity = ldbg_journal_capacity(r->journal);
  char *buffer = malloc(capacity);
  size_t size = ldbg_journal_read(r->journal, buffer, capacity, &finished);
  records_text(r->journal, buffer, size, show);
  free(buffer);
  return text;
}

/* The same of the flight recorder, from the script's own thread. */
const char *rig_recorded(rig *r, int show) {
  size_t size = ldbg_recorder_read(r->ctx, NULL, 0);
  char *buffer = malloc(size + 1);
  CHECK_NUMBER(ldbg_recorder_read(r->ctx, buffer, size), size);
  records_text(r->journal, buffer, size, show);
  free(buffer);
  return text;
}
