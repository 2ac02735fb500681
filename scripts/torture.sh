#!/usr/bin/env bash
# Runs random programs plain and under the debugger, and holds one against the other: `torture.sh 60` for so many seconds.
#
# From SEED on, or from the clock's; at most PROGRAMS of them; in MODES only (`MODES=lines,watches`). A failure prints its seed, and the
# program made smaller until nothing more can be left out: it belongs into Torture/found, which a test runs.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
seed=${SEED:-$(date +%s)}
log=.build/torture.log
mkdir -p .build
if ! swift build -c release --product torture >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi
echo "from seed $seed on:"
exec .build/release/torture --seed "$seed" --seconds "$seconds" --programs "${PROGRAMS:-1000000000}" ${MODES:+--modes "$MODES"}
