#!/usr/bin/env bash
# Runs the tests under a sanitizer, but for those named below: `sanitize.sh thread` or `sanitize.sh address` (with leaks).
#
# What else is on the command line goes to `swift test`. Builds below .build, apart from the ordinary build.
set -euo pipefail
cd "$(dirname "$0")/.."

kind=${1:?thread or address}
shift
scratch=.build/sanitize-$kind
log=$scratch/build.log
mkdir -p "$scratch"

# The linker has a hundred harmless warnings about the address sanitizer's own symbols.
if ! swift build --build-tests --sanitize="$kind" --scratch-path "$scratch" >"$log" 2>&1; then
    sed '/Cannot export local symbol/d' "$log" >&2
    exit 1
fi

# The first report ends the run, and a report is a failure even if every test passes.
preload=
alone=
# One test after another. Under the thread sanitizer, with hundreds of script threads at once, Swift's own runtime was seen to wait
# for ever in its lock around the first use of a generic type (swift::once_slow); under both, tests that compute for long hold
# the threads of Swift's pool that the replies to real clients need.
parallel=--no-parallel
case $kind in
    thread)
        export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1${TSAN_OPTIONS:+:$TSAN_OPTIONS}
        preload=$PWD/$scratch/preload.so
        clang=$(scripts/clang.sh)
        "$clang" -std=c11 -Wall -Wextra -Werror -O1 -U_FORTIFY_SOURCE -fPIC -shared scripts/tsan-preload.c -o "$preload"
        # What computes on one thread, and knows no other.
        alone='|LuaDebugRESPTests\.(Encoder|Decoder)Tests|LuaDebugRedisTests\.(Keyspace|Number)Tests|LineEditorTests'
        ;;
    address)
        export ASAN_OPTIONS=detect_leaks=1${ASAN_OPTIONS:+:$ASAN_OPTIONS}
        ;;
    *)
        echo "sanitize.sh: thread or address, not $kind" >&2
        exit 2
        ;;
esac

# Without XCTest, which has no tests of ours and leaks. Without the thousands of commands, scripts and bytes that are compared with a real
# redis-server and hiredis, and random programs: they would take longer than all the rest, and what they run is run by other tests, too. Without the
# console's and the program's on sockets and terminals, which tell what was typed ahead by tenths of a second, and programs that leave the
# ends of their scripts to the system; what the console does is in its transcripts, which are run.
redis='LuaDebugRedisTests\.(Oracle|Random|ScriptOracle|FunctionOracle|RealServer|Example)Tests'
server='LuaDebugServerTests\.(ConsoleWire|Run|ConsoleTerminal|LDBTerminal|RedisRun|RedisServe|RedisService|RedisTutorial|WaysIn)Tests'
codec='LuaDebugRESPTests\.(Hiredis|DecoderWork)Tests'
MINUTES=${MINUTES:-12} scripts/watched.sh "$scratch/tests.log" env LD_PRELOAD="$preload" \
    swift test --skip-build --disable-xctest "$parallel" --sanitize="$kind" --scratch-path "$scratch" \
    --skip "$redis|$server|$codec|TortureTests$alone" "$@"
