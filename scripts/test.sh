#!/usr/bin/env bash
# Runs all tests, in five parts one after another; a part that hangs is ended, and the tests that had not ended are named.
#
# What computes for long holds both threads that Swift has on a small machine; programs on terminals and sockets, which have the
# patience of people, would be answered too late beside it.
set -euo pipefail
cd "$(dirname "$0")/.."

status=0

# part <option>...
part() { scripts/watched.sh .build/tests.log swift test --skip-build "$@" || status=1; }

swift build --build-tests
part --skip 'LuaDebug(Server|Redis)Tests|TortureTests|FuzzTests'
part --filter LuaDebugServerTests
part --filter LuaDebugRedisTests
# Each input has seconds, and ends the process if they are not enough.
part --filter FuzzTests
# Programs that compute, and wait for one another.
part --filter TortureTests
exit "$status"
