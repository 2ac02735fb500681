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
passed=0 failed=0 name=start
# What runs now, by the step's name.
declare -A children=() begun=()

# failures: what failed in the step, said again at the end, where one looks first.
failures() {
    if [[ -f $(log "$name") ]]; then
        { grep -aE '^✘ |^↳ |^Test |ERROR: |: error:|not ended:' "$(log "$name")" || true; } | cut -c 1-400 | head -n 30
    fi
}

finish() {
    local status=$? child
    if [[ $status -ne 0 ]]; then
        # An interrupt comes from outside, and meets what runs then.
        if [[ $status -ge 128 && ${#children[@]} -gt 0 ]]; then name=$(printf '%s, ' "${!children[@]}")interrupted; fi
        for child in "${children[@]}"; do kill -INT "$child" 2>/dev/null || true; done
        if [[ $failed -eq 0 ]]; then failed=1; fi
        printf '\nFAILED: %s\n' "$name"
        failures
    fi
    printf '%s passed, %s failed\n' "$passed" "$failed"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# log <name>: where a step's words go.
log() { printf '%s/%s.log' "$logs" "${1// /-}"; }

# begin <name> <command>...: starts a step; what it says goes to its log, and is shown if it fails.
begin() {
    local step=$1
    shift
    timeout --signal=INT --kill-after=10 $((minutes * 60)) "$@" </dev/null >"$(log "$step")" 2>&1 &
    children[$step]=$!
    begun[$step]=$SECONDS
}

# ended <name> <status>: tells of a step.
ended() {
    name=$1
    unset "children[$1]"
    printf '== %s\n   %s s\n' "$1" $((SECONDS - begun[$1]))
    if [[ $2 -ne 0 ]]; then
        cat "$(log "$1")"
        if [[ $2 -eq 124 ]]; then printf 'took more than %s minutes\n' "$minutes"; fi
        return "$2"
    fi
}

# step <name> <command>...: one after the other.
step() {
    local status=0
    begin "$@"
    name=$1
    wait "${children[$1]}" || status=$?
    ended "$1" "$status"
}

# take_three <name>...: three at a time, with what runs already, in this order; their commands are in `commands`. Two cores are busy
# then while one waits.
take_three() {
    local waiting=("$@") step status child
    while [[ ${#waiting[@]} -gt 0 || ${#children[@]} -gt 0 ]]; do
        while [[ ${#waiting[@]} -gt 0 && ${#children[@]} -lt 3 ]]; do
            read -ra words <<<"${commands[${waiting[0]}]}"
            begin "${waiting[0]}" "${words[@]}"
            waiting=("${waiting[@]:1}")
        done
        status=0
        wait -n -p child "${children[@]}" || status=$?
        for step in "${!children[@]}"; do
            if [[ ${children[$step]} == "$child" ]]; then ended "$step" "$status"; fi
        done
    done
}

# The compilers treat warnings as errors themselves (see Package.swift); this sees those of the package manager too.
no_warnings() {
    if grep 'warning:' "$(log "$name")"; then return 1; fi
}

# Swift Testing's summary, "Test run with 12 tests in 3 suites passed after 0.1 seconds.", and its failed tests.
count_tests() {
    local run test total
    run='Test run with [0-9]+ tests?'
    test='Test .* failed after [0-9.]+ seconds with'
    total=$(grep -oE "$run" "$(log tests)" | awk '{ total += $4 } END { print total + 0 }') || true
    failed=$(grep -E "$test" "$(log tests)" | grep -cvE "$run") || true
    passed=$((total > failed ? total - failed : 0))
}

step 'format lint' swift format lint --strict --recursive Package.swift Sources Tests Examples Fuzz Soak Torture \
    Benchmarks/Package.swift Benchmarks/Sources
step 'boundaries' scripts/boundaries.sh

# One thread, beside the build and the tests, which do not keep two cores busy all the time; it gives way to them.
begin valgrind nice -n 5 scripts/valgrind.sh

step 'debug build' swift build --build-tests
no_warnings

status=0
step 'tests' scripts/test.sh || status=$?
count_tests
[[ $status -eq 0 ]]
grep -oE 'Test run with .*' "$(log tests)"
[[ $passed -gt 0 ]]

# What looks at the clock in these has seconds; the longest come first. All tests under the address sanitizer, another build and
# another run, are a command of their own (`make sanitize-address`): here it sees the C layer's tests (valgrind), and the whole house
# below the sockets with what fuzzing invents.
declare -A commands=(
    ['thread sanitizer']='scripts/sanitize.sh thread'
    ['fuzzing']='scripts/fuzz.sh all 10'
    ['torture']='scripts/torture.sh 60'
    ['benchmark counts']='scripts/bench.sh --quick'
    ['release build']='scripts/release.sh'
    ['documentation']='scripts/docs.sh'
)
# The release build and the benchmarks share a folder, and would wait for each other; so do torture and the documentation.
take_three 'thread sanitizer' torture 'release build' fuzzing 'benchmark counts' documentation
name='release build'
no_warnings
grep -oE 'Test run with .*' "$(log 'thread sanitizer')"
for what in 'benchmark counts' torture; do tail -n 1 "$(log "$what")"; done

printf '\nall steps passed in %s s\n' "$SECONDS"
