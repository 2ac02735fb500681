// What the thread sanitizer does not see by itself, told to it: scripts/sanitize.sh preloads this into the tests.
//
// Two things escape it on Linux, because they happen in libraries that were built without it:
// - Lua raises errors with __longjmp_chk (longjmp, fortified), which it does not intercept: every error that passes
//   over C code of ours leaves an entry on its shadow stack, until that overflows and the process dies.
// - Swift's Mutex, when threads wait for each other, is taken and given back inside libswiftSynchronization: what a
//   contended mutex protects would be reported as a race.
// In a process without the sanitizer all of this does what the originals do.
//
// Not helped here: a checked continuation that is resumed before its task has come to wait for it. What the resuming
// thread wrote, other than the value it resumes with, has to be read under a lock or after an atomic load.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

__attribute__((noreturn)) void __longjmp_chk(struct __jmp_buf_tag *buffer, int value) { longjmp(buffer, value); }

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *mutex
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lock_slow(uint32_t thread, SELF) __asm__(LOCK);
SWIFT bool try_lock_slow(SELF) __asm__(TRY_LOCK);
SWIFT void unlock_slow(SELF) __asm__(UNLOCK);

static void *original(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (!function) abort();
    return function;
}

SWIFT void lock_slow(uint32_t thread, SELF) {
    ((SWIFT void (*)(uint32_t, SELF))original(LOCK))(thread, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

SWIFT bool try_lock_slow(SELF) {
    bool taken = ((SWIFT bool (*)(SELF))original(TRY_LOCK))(mutex);
    if (taken && __tsan_acquire) __tsan_acquire(mutex);
    return taken;
}

SWIFT void unlock_slow(SELF) {
    if (__tsan_release) __tsan_release(mutex);
    ((SWIFT void (*)(SELF))original(UNLOCK))(mutex);
}
