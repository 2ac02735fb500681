#!/usr/bin/env bash
# Runs random programs plain and under the debugger, and holds one against the other: seconds as the argument, SEED= (the clock's), PROGRAMS=
# (as many as there is time for), MODES= (all; `--modes lines,watches`). First the seeds that have found something.
#
# A failure prints its seed, and the program made smaller until nothing more can be left out.
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
torture=.build/release/torture

if [[ -z ${SEED:-} ]]; then
    while read -r known mode _; do
        [[ $known =~ ^[0-9]+$ ]] || continue
        "$torture" --seed "$known" --programs 1 --modes "$mode" --seconds 600 >"$log" || { cat "$log"; exit 1; }
    done <Torture/seeds
fi
echo "from seed $seed on:"
exec "$torture" --seed "$seed" --seconds "$seconds" --programs "${PROGRAMS:-1000000000}" ${MODES:+--modes "$MODES"}
