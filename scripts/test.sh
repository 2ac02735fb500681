#!/usr/bin/env bash
# Runs all tests, in four parts one after another; a part that hangs is ended, and the tests that had not ended are named.
#
# What computes for long holds both threads that Swift has on a small machine; programs on terminals and sockets, which have the
# patience of people, would be answered too late beside it.
set -euo pipefail
cd "$(dirname "$0")/.."

minutes=${MINUTES:-10} # a part has; it takes one or less
log=.build/tests.log
status=0

# unfinished: the tests that have begun and not ended, from the log.
unfinished() {
    local begun='s/^[^ ]+ (Test ["A-Za-z].*) started\.$/\1/p'
    local ended='s/ with [0-9]+ test cases?//; s/^[^ ]+ (Test .*) (passed|failed|skipped)( after .*|\.|:.*)?$/\1/p'
    comm -23 <(sed -nE "$begun" "$log" | grep -vE '^Test (case |run$)' | sort -u) <(sed -nE "$ended" "$log" | sort -u)
}

# part <option>...
part() {
    local result=0
    timeout --signal=INT --kill-after=10 $((minutes * 60)) swift test --skip-build "$@" 2>&1 | tee "$log" || result=$?
    if [[ $result -eq 124 || $result -eq 137 ]]; then
        printf '%s minutes are over, and these have not ended:\n' "$minutes"
        unfinished
    fi
    if [[ $result -ne 0 ]]; then status=1; fi
}

swift build --build-tests
part --skip 'LuaDebug(Server|Redis)Tests|TortureTests'
part --filter LuaDebugServerTests
part --filter LuaDebugRedisTests
# Programs that compute, and wait for one another.
part --filter TortureTests
exit "$status"
