#!/usr/bin/env bash
# A server with a hundred Lua workers, and clients that come, step and vanish for so many minutes (30): every job right, threads
# at the end as after the first minute, descriptors as after the first visits, and memory that has stopped growing.
set -euo pipefail
cd "$(dirname "$0")/.."

log=.build/soak.log
mkdir -p .build
for product in Workers soak; do
    if ! swift build -c release --product "$product" >"$log" 2>&1; then
        cat "$log" >&2
        exit 1
    fi
done
exec .build/release/soak "${1:-30}"
