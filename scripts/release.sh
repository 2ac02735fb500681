#!/usr/bin/env bash
# Builds the program for release and lets it give its tour, which is the same as that of the debug build.
#
# In the benchmarks' folder: most of it is built for them anyway.
set -euo pipefail
cd "$(dirname "$0")/.."

# As in bench.sh, or all would be built twice.
(cd Benchmarks && swift build -c release -debug-info-format none --product luadebug)
# Sorted: what the script prints and what its log points print are on two ways to the terminal, and neither waits for the other.
tour() { "$1/luadebug" </dev/null 2>&1 | sort; }
tour .build/debug >.build/tour-debug
tour Benchmarks/.build/release >.build/tour-release
diff .build/tour-debug .build/tour-release
