// A system that does what it may, rarely does, and a server must stand: scripts/faults.sh preloads this into it.
//
// FAULTS=short: a byte at a time is received and sent, and every third call is interrupted; now and then it would block.
// FAULTS=sockets: of the first two thousand calls every ninth fails outright. FAULTS=threads: after the first twenty no thread can be made. FAULTS=clock: the clock of the day jumps to and fro
// by a day, whichever call asks for it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

static bool wanted(const char *what) {
  const char *faults = getenv("FAULTS");
  return faults != NULL && strcmp(faults, what) == 0;
}

static bool fails(void) {
  static _Atomic unsigned calls;
  unsigned call = atomic_fetch_add(&calls, 1);
  errno = call % 7 == 6 ? EAGAIN : EINTR;
  return call % 3 == 2 || call % 7 == 6;
}

// True for a call that is to fail, with the errors that the manual names in turn.
static bool breaks(const int *errors, unsigned count) {
  static _Atomic unsigned calls;
  unsigned call = atomic_fetch_add(&calls, 1);
  if (call > 2000 || call % 9 != 8) return false;
  errno = errors[call / 9 % count];
  return true;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t recv(int descriptor, void *bytes, size_t count, int flags) {
  if (wanted("short")) {
    if (fails()) return -1;
    if (count > 1) count = 1;
  }
  if (wanted("sockets") && breaks((const int[]){ECONNRESET, ETIMEDOUT, ENOMEM, ENOTCONN}, 4)) return -1;
  return REAL(recv)(descriptor, bytes, count, flags);
}

ssize_t send(int descriptor, const void *bytes, size_t count, int flags) {
  if (wanted("short")) {
    if (fails()) return -1;
    if (count > 1) count = 1;
  }
  if (wanted("sockets") && breaks((const int[]){EPIPE, ECONNRESET, ENOBUFS, ENOMEM}, 4)) return -1;
  return REAL(send)(descriptor, bytes, count, flags);
}

int accept(int descriptor, struct sockaddr *address, socklen_t *length) {
  if (wanted("sockets") && breaks((const int[]){ECONNABORTED, EMFILE, ENFILE, ENOBUFS, EPERM, EPROTO}, 6)) return -1;
  return REAL(accept)(descriptor, address, length);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*begin)(void *), void *argument) {
  static _Atomic unsigned made;
  if (wanted("threads") && atomic_fetch_add(&made, 1) >= 20) return EAGAIN;
  return REAL(pthread_create)(thread, attributes, begin, argument);
}

// In seconds, of the next look at the clock.
static time_t jump(void) {
  static _Atomic unsigned calls;
  if (!wanted("clock")) return 0;
  // In no order: a command that looks an even number of times would else find the same each time.
  unsigned call = atomic_fetch_add(&calls, 1);
  return ((time_t)((call * 2654435761u >> 16) % 3) - 1) * 86400;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = REAL(clock_gettime)(clock, time);
  if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += jump();
  return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  int result = REAL(gettimeofday)(time, zone);
  if (result == 0) time->tv_sec += jump();
  return result;
}

time_t time(time_t *result) {
  time_t now = REAL(time)(NULL) + jump();
  if (result != NULL) *result = now;
  return now;
}
