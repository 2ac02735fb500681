#!/usr/bin/env bash
# Runs a command that runs tests, `watched.sh <log> <command>...`; one that hangs is ended, and the tests that had not ended are named.
#
# It has MINUTES, or 10. What it prints goes to the log, too.
set -euo pipefail

log=$1
shift
minutes=${MINUTES:-10}

# unfinished: the tests that have begun and not ended, from the log.
unfinished() {
    local begun='s/^[^ ]+ (Test ["A-Za-z].*) started\.$/\1/p'
    local ended='s/ with [0-9]+ test cases?//; s/^[^ ]+ (Test .*) (passed|failed|skipped)( after .*|\.|:.*)?$/\1/p'
    comm -23 <(sed -nE "$begun" "$log" | grep -vE '^Test (case |run$)' | sort -u) <(sed -nE "$ended" "$log" | sort -u)
}

result=0
timeout --signal=INT --kill-after=10 $((minutes * 60)) "$@" 2>&1 | tee "$log" || result=$?
if [[ $result -eq 124 || $result -eq 137 ]]; then
    printf '%s minutes are over, and these have not ended:\n' "$minutes"
    unfinished
fi
exit "$result"
