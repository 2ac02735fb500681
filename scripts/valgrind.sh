#!/usr/bin/env bash
# Runs the C layer's own tests three times: plainly, whole under the address and undefined behaviour sanitizers (what is lost is told), and
# under valgrind, which sees into liblua too and takes thirty times as long: each fifth of the longest tests' rounds. No error, no
# leak, nothing still reachable at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=.build/shim-tests
clang=$(scripts/clang.sh)
mkdir -p "$folder"

# build <program> <option>...
build() {
    local program=$1
    shift
    "$clang" -std=c11 -Wall -Wextra -Werror -g "$@" -ISources/CLuaShim/include \
        Sources/CLuaShim/*.c Tests/CLuaShimTests/*.c -llua5.3 -lpthread \
        -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc -o "$program"
}

# DWARF 4, because older valgrinds do not read what newer compilers write.
build "$folder/shim-tests" -gdwarf-4
build "$folder/sanitized" -O1 -fno-omit-frame-pointer -fuse-ld=lld -fsanitize=address,undefined -fno-sanitize-recover=undefined

"$folder/shim-tests"
ASAN_OPTIONS=detect_leaks=1 "$folder/sanitized"
# Fair scheduling: threads that wait for each other by turns would else starve behind valgrind's own lock.
valgrind --fair-sched=try --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all --error-exitcode=9 -q \
    "$folder/shim-tests" 5
