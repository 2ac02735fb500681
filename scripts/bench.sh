#!/usr/bin/env bash
# Builds the benchmarks and runs them: `scripts/bench.sh --help` lists the options.
set -euo pipefail
cd "$(dirname "$0")/../Benchmarks"

# Without debug information: valgrind does not read what newer compilers write, and gives up.
build=(swift build -c release -debug-info-format none)

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [[ ! -x .build/release/bench ]]; then echo 'Building the benchmarks: the first time takes a minute.' >&2; fi
if ! "${build[@]}" >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi
.build/release/bench "$@"
