#!/usr/bin/env bash
# Everything that must hold, step by step: the first step that fails prints what it said and ends the run.
#
# The last line, `N passed, N failed`, counts the tests of the plain run; a step that fails and is no test counts as one
# failure, so that no failure ever ends in `0 failed`.
set -euo pipefail
cd "$(dirname "$0")/.."

minutes=20 # that a step may take; one that hangs fails
logs=.build/check
mkdir -p "$logs"
passed=0 failed=0 name=start child=

finish() {
    local status=$?
    if [[ $status -ne 0 ]]; then
        if [[ -n $child ]]; then kill -INT "$child" 2>/dev/null || true; fi
        if [[ $failed -eq 0 ]]; then failed=1; fi
        printf '\nFAILED: %s\n' "$name"
    fi
    printf '%s passed, %s failed\n' "$passed" "$failed"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# step <name> <command>...: what the command says goes to a log, $log, and is shown if it fails.
step() {
    local start=$SECONDS status=0
    name=$1
    log=$logs/${name// /-}.log
    shift
    printf '== %s\n' "$name"
    timeout --signal=INT --kill-after=10 $((minutes * 60)) "$@" </dev/null >"$log" 2>&1 &
    child=$!
    wait "$child" || status=$?
    child=
    if [[ $status -ne 0 ]]; then
        cat "$log"
        if [[ $status -eq 124 ]]; then printf 'took more than %s minutes\n' "$minutes"; fi
        return "$status"
    fi
    printf '   %s s\n' $((SECONDS - start))
}

# The compilers treat warnings as errors themselves (see Package.swift); this sees those of the package manager too.
no_warnings() {
    if grep 'warning:' "$log"; then return 1; fi
}

# Swift Testing's summary, "Test run with 12 tests in 3 suites passed after 0.1 seconds.", and its failed tests.
count_tests() {
    local run test total
    run='Test run with [0-9]+ tests?'
    test='Test .* failed after [0-9.]+ seconds with'
    total=$(grep -oE "$run" "$log" | awk '{ total += $4 } END { print total + 0 }') || true
    failed=$(grep -E "$test" "$log" | grep -cvE "$run") || true
    passed=$((total > failed ? total - failed : 0))
}

step 'format lint' swift format lint --strict --recursive Package.swift Sources Tests Examples Fuzz \
    Benchmarks/Package.swift Benchmarks/Sources
step 'boundaries' scripts/boundaries.sh
step 'debug build' swift build --build-tests
no_warnings
step 'release build' swift build -c release --product luadebug
no_warnings

status=0
step 'tests' scripts/test.sh || status=$?
count_tests
[[ $status -eq 0 ]]
grep -oE 'Test run with .*' "$log"
[[ $passed -gt 0 ]]

step 'thread sanitizer' scripts/sanitize.sh thread
grep -oE 'Test run with .*' "$log"
step 'address sanitizer' scripts/sanitize.sh address
grep -oE 'Test run with .*' "$log"
step 'valgrind' scripts/valgrind.sh
step 'benchmark counts' scripts/bench.sh --quick
tail -n 1 "$log"
step 'fuzzing' scripts/fuzz.sh all 60
step 'documentation' scripts/docs.sh

printf '\nall steps passed in %s s\n' "$SECONDS"
