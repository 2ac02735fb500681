#!/usr/bin/env bash
# Runs the C layer's own tests, plainly and then under valgrind: no error, no leak, nothing still reachable at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

program=.build/shim-tests/shim-tests
mkdir -p "$(dirname "$program")"

# DWARF 4, because older valgrinds do not read what newer compilers write.
"${CC:-$(command -v clang || command -v cc)}" -std=c11 -Wall -Wextra -Werror -g -gdwarf-4 -ISources/CLuaShim/include \
    Sources/CLuaShim/*.c Tests/CLuaShimTests/*.c -llua5.3 -lpthread \
    -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc -o "$program"

"$program"
# Fair scheduling: threads that wait for each other by turns would else starve behind valgrind's own lock.
valgrind --fair-sched=try --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all --error-exitcode=9 -q "$program"
