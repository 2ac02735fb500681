#!/usr/bin/env bash
# Commands one session after another from eight tasks at once, under the thread sanitizer: `races.sh 60` for so many seconds, from SEED on.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
scratch=.build/sanitize-thread # with what sanitize.sh has built
log=$scratch/races.log
mkdir -p "$scratch"
if ! swift build --product torture --sanitize=thread --scratch-path "$scratch" >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi
preload=$PWD/$scratch/preload.so
clang=$(scripts/clang.sh)
"$clang" -std=c11 -Wall -Wextra -Werror -O1 -U_FORTIFY_SOURCE -fPIC -shared scripts/tsan-preload.c -o "$preload"
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1${TSAN_OPTIONS:+:$TSAN_OPTIONS}
# One that hangs fails: each session is closed after two seconds.
LD_PRELOAD=$preload exec timeout $((seconds + 120)) "$scratch/debug/torture" --races "$seconds" --seed "${SEED:-$(date +%s)}"
