/* Running a workload, and what is read before and after: clocks and memory. */
#include "CFloors.h"
#include <lua5.3/lauxlib.h>
#include <lua5.3/lua.h>
#include <lua5.3/lualib.h>
#include <malloc.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_START_INSTRUMENTATION
#define CALLGRIND_DUMP_STATS
#define CALLGRIND_STOP_INSTRUMENTATION
#endif

lua_State *floor_open(void) {
  lua_State *L = luaL_newstate();
  if (L != NULL) luaL_openlibs(L);
  return L;
}

void floor_close(lua_State *L) { lua_close(L); }

const char *floor_load(lua_State *L, const char *text, size_t length, const char *chunk, const char *name) {
  if (luaL_loadbufferx(L, text, length, chunk, "t") != LUA_OK) return lua_tostring(L, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, name);
  return NULL;
}

/* Counting is on in here alone: callgrind notes calls even where it collects nothing. */
static int call_counted(lua_State *L) {
  CALLGRIND_START_INSTRUMENTATION;
  int status = lua_pcall(L, 1, 1, 0);
  CALLGRIND_DUMP_STATS;
  CALLGRIND_STOP_INSTRUMENTATION;
  return status;
}

floor_sample floor_run(lua_State *L, const char *name, int64_t size, bool counted) {
  lua_settop(L, 0);
  lua_getfield(L, LUA_REGISTRYINDEX, name);
  lua_pushinteger(L, size);
  int64_t start = floor_thread_time();
  int status = counted ? call_counted(L) : lua_pcall(L, 1, 1, 0);
  int64_t end = floor_thread_time();
  const char *result = luaL_tolstring(L, -1, NULL);
  return (floor_sample){.nanoseconds = end - start, .result = result, .failed = status != LUA_OK};
}

void floor_collect(lua_State *L) {
  lua_gc(L, LUA_GCCOLLECT, 0);
  lua_gc(L, LUA_GCCOLLECT, 0); /* what finalizers let go of */
}

static int64_t read_clock(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int64_t floor_thread_time(void) { return read_clock(CLOCK_THREAD_CPUTIME_ID); }
int64_t floor_wall_time(void) { return read_clock(CLOCK_MONOTONIC); }

size_t floor_allocated(void) {
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

size_t floor_resident(void) {
  unsigned long pages = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL) return 0;
  if (fscanf(file, "%lu %lu", &pages, &resident) != 2) resident = 0;
  fclose(file);
  return resident * (size_t)sysconf(_SC_PAGESIZE);
}

void floor_trim(void) { malloc_trim(0); }
