#!/usr/bin/env bash
# A server, and files, on a system that fails: sockets that take a byte at a time, are interrupted and fail outright, clients that go away at each byte
# of what they say, no more threads, a clock that jumps, a full disk. The replies must be those of a server that nothing happens to,
# or an error in words; afterwards it serves as before and holds no descriptor more. (No memory: `make valgrind`, refusals.c and faults.c.)
set -euo pipefail
cd "$(dirname "$0")/.."

out=.build/faults
mkdir -p "$out"
swift build --product luadebug >"$out/build.log" 2>&1 || { cat "$out/build.log" >&2; exit 1; }
clang=$(scripts/clang.sh)
"$clang" -std=c11 -Wall -Wextra -Werror -O1 -U_FORTIFY_SOURCE -fPIC -shared scripts/faults-preload.c -o "$out/preload.so"
luadebug=.build/debug/luadebug
server=

finish() { if [[ -n $server ]]; then kill "$server" 2>/dev/null || true; fi; }
trap finish EXIT

fail() {
    echo "FAILED: $1" >&2
    exit 1
}

# serve <fault>: leaves its port in $port.
serve() {
    finish
    FAULTS=$1 LD_PRELOAD=$PWD/$out/preload.so "$luadebug" serve --resp 127.0.0.1:0 >"$out/server.log" 2>&1 &
    server=$!
    until port=$(grep -oE '127\.0\.0\.1:[0-9]+' "$out/server.log" | head -1 | cut -d: -f2) && [[ -n $port ]]; do
        kill -0 "$server" || fail "the server ended: $(cat "$out/server.log")"
    done
}

cat >"$out/commands" <<'COMMANDS'
PING
DEVAL "local t = {1, 2, {3}}\nlocal function f(a) return a * 2 end\nlocal s = 0\nfor i = 1, 3 do s = s + f(i) end\nreturn s" 0
BADD 4
TRON ALL
RUN
GETLOCALS
DOEVAL t
DOEVAL "string.rep('x', 5000)"
DOEVAL error({})
GETSTACK
STEPINTO
WADD s "f(s)"
WEVAL
BLIST
DOEVAL nosuch.field
END
DSESSIONS
PING
COMMANDS
commands() { redis-cli -p "$port" <"$out/commands"; }
descriptors() { ls "/proc/$server/fd" | wc -l; }

serve none
commands >"$out/expected"
grep -q '^12$' "$out/expected" || fail "the script's result is not among the replies"

serve short
commands >"$out/short"
cmp "$out/expected" "$out/short" || fail 'a byte at a time, and interrupted'
echo 'a byte at a time, and interrupted: the same replies'

serve clock
commands >"$out/clock"
cmp "$out/expected" "$out/clock" || fail 'a clock that jumps'
echo 'a clock that jumps: the same replies'

# As redis-cli would say it, cut off at each byte.
said=$'*3\r\n$5\r\nDEVAL\r\n$44\r\nlocal x = 1 while x do x = x + 1 end return 1\r\n$1\r\n0\r\n*1\r\n$3\r\nRUN\r\n'
said=${said/\$44/\$45}
serve none
redis-cli -p "$port" PING >/dev/null
before=$(descriptors)
for ((n = 1; n <= ${#said}; n++)); do
    printf '%s' "${said:0:n}" >"/dev/tcp/127.0.0.1/$port"
done
for ((tries = 0; ; tries++)); do # what the server knows of a client that is gone is known soon
    [[ $(descriptors) -gt $before || $(redis-cli -p "$port" DSESSIONS) != '' ]] || break
    [[ $tries -lt 500 ]] || fail "clients that are gone are held: $before descriptors before, $(descriptors) now, $(redis-cli -p "$port" DSESSIONS)"
done
commands >"$out/after"
cmp "$out/expected" "$out/after" || fail 'after clients that went away'
echo "${#said} clients that went away, at each byte: nothing is held, the same replies"

serve sockets
# Each of these is answered as ever, or loses its connection; who waits is told at once.
lost=0
for ((n = 0; n < 150; n++)); do
    commands >"$out/broken" 2>&1 || true
    cmp -s "$out/expected" "$out/broken" || lost=$((lost + 1))
done
kill -0 "$server" || fail "with sockets that fail the server ended: $(cat "$out/server.log")"
[[ $lost -gt 20 ]] || fail 'sockets that fail, and nothing was lost'
commands >"$out/after"
cmp "$out/expected" "$out/after" || fail 'after sockets that failed'
echo "sockets that fail outright: $lost of 150 clients lost their connection, then the same replies"

serve threads
refused=0
for ((n = 0; n < 40; n++)); do
    if commands 2>&1 | grep -q 'No thread'; then refused=$((refused + 1)); fi
done
kill -0 "$server" || fail "without threads the server ended: $(cat "$out/server.log")"
[[ $refused -gt 0 ]] || fail 'no thread, and no error'
[[ $(redis-cli -p "$port" PING) == PONG ]] || fail 'without threads it answers no more'
echo "no more threads: $refused sessions refused in words, the server answers"

echo 'local s = 0 for i = 1, 1000 do s = s + i end' >"$out/script.lua"
if "$luadebug" run --profile /dev/full "$out/script.lua" >"$out/full" 2>&1; then fail 'a full disk, and no error'; fi
grep -q 'No space left on device' "$out/full" || fail "a full disk: $(cat "$out/full")"
printf 'break 1\nsave /dev/full\n' | "$luadebug" "$out/script.lua" >"$out/full" 2>&1 || true
grep -q 'No space left on device' "$out/full" || fail "save to a full disk: $(cat "$out/full")"
echo 'a full disk: said, for profiles and breakpoints'

# What was there before is not lost; a file system of 16 kB needs a privilege.
if unshare --mount true 2>/dev/null; then
    LUADEBUG=$PWD/$luadebug OUT=$PWD/$out unshare --mount bash -s <<'SMALL' || fail "a disk that becomes full: $(cat "$out/full")"
        set -euo pipefail
        mkdir -p "$OUT/small"
        mount -t tmpfs -o size=16k none "$OUT/small"
        cd "$OUT/small"
        save() { printf 'break 1\n%ssave points\n' "$1" | "$LUADEBUG" "$OUT/script.lua" >"$OUT/full" 2>&1 || true; }
        save ''
        cp points "$OUT/points"
        dd if=/dev/zero of=rest bs=1k count=8 2>/dev/null
        save "$(for ((n = 0; n < 90; n++)); do printf 'display "%0200d"\n' 0; done)
"
        grep -q 'No space left on device' "$OUT/full"
        cmp points "$OUT/points"
SMALL
    echo 'a disk that becomes full while breakpoints are saved: said, and those of before are still there'
else
    echo 'a disk that becomes full: not tried, it needs the privilege to mount'
fi
