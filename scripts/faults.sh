#!/usr/bin/env bash
# A server, and files, on a system that fails: sockets that take a byte at a time, are interrupted and fail outright, clients that go away at each byte
# of what they say and of what they are told, no more threads, a clock that jumps, a full disk. The replies must be those of a server that nothing happens to,
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

# serve <fault> <option>...: leaves its port in $port.
serve() { begin "$1" serve --resp 127.0.0.1:0 "${@:2}"; }

# begin <fault> <argument of luadebug>...: the same of whatever says where it listens.
begin() {
    finish
    FAULTS=$1 LD_PRELOAD=$PWD/$out/preload.so "$luadebug" "${@:2}" >"$out/server.log" 2>&1 &
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

# What takes its time is ended by a clock that does not jump; what has a time to live is there or is not, and nothing else is lost.
cat >"$out/timed" <<'COMMANDS'
SET kept v
EVAL "local s = 0 for i = 1, 100000 do s = s + i end return s" 0
EVAL "redis.call('SET', 'kept', 'w') return #redis.call('TIME')" 0
EVAL "while true do end" 0
DEVAL "local n = 1\nwhile true do n = n + 1 end" 0
DOEVAL "(function() while true do end end)()"
DOEVAL n
BADD 2
RUN
BFLUSH
RUN
ABORT
GET kept
PING
COMMANDS
serve none --time 1
redis-cli -p "$port" <"$out/timed" >"$out/timed.expected"
[[ $(grep -cE 'time limit|[0-9] ms' "$out/timed.expected") -eq 3 ]] || fail "nothing was ended by its time: $(cat "$out/timed.expected")"
serve clock --time 1
commands >"$out/clock"
cmp "$out/expected" "$out/clock" || fail 'a clock that jumps'
begun=$SECONDS
timeout 60 redis-cli -p "$port" <"$out/timed" >"$out/clock" || fail 'a clock that jumps: something is never ended'
cmp "$out/timed.expected" "$out/clock" || fail 'a clock that jumps: time limits, budgets'
[[ $((SECONDS - begun)) -ge 2 ]] || fail 'a clock that jumps: scripts are ended too early'
days=$(for ((n = 0; n < 4; n++)); do redis-cli -p "$port" TIME | head -1; done | sort -n | sed -n '1p;$p' | paste -sd' ')
[[ $((${days#* } - ${days% *})) -gt 86400 ]] || fail "the clock does not jump: $days"
gone=0
for ((n = 0; n < 20; n++)); do
    [[ $(redis-cli -p "$port" SET "short$n" v PX 1000) == OK ]] || fail 'a clock that jumps: SET'
    [[ $(redis-cli -p "$port" PTTL "short$n") =~ ^-?[0-9]+$ ]] || fail 'a clock that jumps: PTTL'
    got=$(redis-cli -p "$port" GET "short$n")
    case $got in v) ;; '') gone=$((gone + 1)) ;; *) fail "a clock that jumps: GET says $got" ;; esac
done
[[ $gone -gt 0 && $gone -lt 20 ]] || fail "a clock that jumps: of 20 keys $gone are gone"
[[ $(redis-cli -p "$port" GET kept) == w ]] || fail 'a clock that jumps: what has no time to live is gone'
[[ $(redis-cli -p "$port" SET short0 again) == OK && $(redis-cli -p "$port" GET short0) == again ]] ||
    fail 'a clock that jumps: a key whose time is over cannot be set again'
echo "a clock that jumps: the same replies, scripts and evaluations end in time, only times to live are hurt ($gone of 20 keys gone)"

# As redis-cli would say it, cut off at each byte.
said=$'*3\r\n$5\r\nDEVAL\r\n$44\r\nlocal x = 1 while x do x = x + 1 end return 1\r\n$1\r\n0\r\n*1\r\n$3\r\nRUN\r\n'
said=${said/\$44/\$45}
serve none
redis-cli -p "$port" PING >/dev/null
before=$(descriptors)
for ((n = 1; n <= ${#said}; n++)); do
    printf '%s' "${said:0:n}" >"/dev/tcp/127.0.0.1/$port"
done
# A client that is gone is let go of at once, or, where it could still listen, 10 s after the last byte that it was told.
nothing_held() {
    local begin=$SECONDS
    while [[ $(descriptors) -gt $before || $(redis-cli -p "$port" DSESSIONS) != '' ]]; do
        [[ $((SECONDS - begin)) -lt 30 ]] || fail "clients that are gone are held: $before descriptors before, $(descriptors) now, $(redis-cli -p "$port" DSESSIONS)"
    done
    commands >"$out/after"
    cmp "$out/expected" "$out/after" || fail 'after clients that went away'
}
nothing_held
echo "${#said} clients that went away, at each byte: nothing is held, the same replies"

# hear <what is said> <bytes>: says all of it, and goes when it has been told so many bytes.
hear() {
    exec {peer}<>"/dev/tcp/127.0.0.1/$port"
    printf '%s' "$1" >&"$peer"
    timeout 10 head -c "$2" <&"$peer" || fail "of a reply there are less than $2 bytes"
    exec {peer}>&-
}
# told <what is said>: how many bytes it is told; there are no more when there were none for a second.
told() {
    exec {peer}<>"/dev/tcp/127.0.0.1/$port"
    printf '%s' "$1" >&"$peer"
    { timeout 1 cat <&"$peer" || true; } | wc -c
    exec {peer}>&-
}

# The script runs on when the last byte has come.
said=$'DEVAL "local x = 1\\nlocal t = {1, 2}\\nwhile x do x = x + 1 end" 0\r\nSTEPINTO\r\nGETLOCALS\r\nDOEVAL t\r\nGETSTACK\r\nRUN\r\n'
length=$(told "$said")
[[ $length -gt 50 ]] || fail "the session says $length bytes"
for ((n = 1; n <= length; n++)); do hear "$said" "$n" >/dev/null; done
nothing_held
echo "$length clients that went away at each byte of what they were told: nothing is held, the same replies"

# A script of its own stays for the next who comes.
printf 'local x = 1\nlocal t = {1, 2}\nwhile x do x = x + 1 end\n' >"$out/console.lua"
begin none run --listen 127.0.0.1:0 "$out/console.lua"
said=$'n\np t\nw\nlocals\nfrobnicate(\nb 3\nc\n'
hear $'p 6 * 7\n' 40 >/dev/null
length=$(told "$said")
[[ $length -gt 50 ]] || fail "the console says $length bytes"
before=$(descriptors)
# Not what is shown of lines, whose words depend on where the script is by now: the shortest such session.
said=$'p t\nw\nlocals\nfrobnicate(\n'
length=$(told "$said")
for ((n = 1; n <= length; n++)); do hear "$said" "$n" >/dev/null; done
kill -0 "$server" || fail "the console's program ended: $(cat "$out/server.log")"
begin=$SECONDS
while [[ $(descriptors) -gt $before ]]; do
    [[ $((SECONDS - begin)) -lt 30 ]] || fail "the console holds peers that are gone: $before descriptors before, $(descriptors) now"
    sleep 0.02
done
exec {peer}<>"/dev/tcp/127.0.0.1/$port"
printf 'p 6 * 7\nkill\nq\n' >&"$peer"
timeout 10 cat <&"$peer" >"$out/console" || fail "the console does not end: $(cat "$out/console")"
exec {peer}>&-
grep -q '42' "$out/console" || fail "after peers that went away the console says $(cat "$out/console")"
echo "$length console peers that went away at each byte of what they were told: the next finds the script"

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

# The same where a file may not become larger, which needs no privilege; what was there before is not lost, and no draft is left.
rm -rf "$out/limited"
mkdir "$out/limited"
printf 'break 1\nsave %s\n' "$out/limited/points" | "$luadebug" "$out/script.lua" >"$out/full" 2>&1 || true
cp "$out/limited/points" "$out/points"
(
    trap '' XFSZ
    ulimit -f 4
    { for ((n = 0; n < 90; n++)); do printf 'display "%0200d"\n' 0; done; printf 'save %s\n' "$out/limited/points"; } |
        "$luadebug" "$out/script.lua" 2>&1 | tail -c 3000
) >"$out/full" || true
grep -q 'File too large' "$out/full" || fail "a file that may not be so large: $(cat "$out/full")"
cmp "$out/limited/points" "$out/points" || fail 'what was there before is lost'
[[ $(ls "$out/limited") == points ]] || fail "a draft is left: $(ls "$out/limited")"
echo 'a file that may not be so large: said, and the one of before is still there'

# A file system of 16 kB needs a privilege.
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
        [[ $(echo *) == 'points rest' ]]
SMALL
    echo 'a disk that becomes full while breakpoints are saved: said, and those of before are still there'
else
    echo 'a disk that becomes full: not tried, it needs the privilege to mount'
fi
