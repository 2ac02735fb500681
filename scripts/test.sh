#!/usr/bin/env bash
# Runs all tests, in four parts one after another.
#
# What computes for long holds both threads that Swift has on a small machine; programs on terminals and sockets, which have the
# patience of people, would be answered too late beside it.
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
swift build --build-tests
swift test --skip-build --skip 'LuaDebug(Server|Redis)Tests|TortureTests' || status=1
swift test --skip-build --filter LuaDebugServerTests || status=1
swift test --skip-build --filter LuaDebugRedisTests || status=1
# Programs that compute, and wait for one another.
swift test --skip-build --filter TortureTests || status=1
exit "$status"
