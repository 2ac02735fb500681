#!/usr/bin/env bash
# The doors between the rooms: who may import what, and the places where unsafe Swift lives.
set -euo pipefail
cd "$(dirname "$0")/.."

hook=Sources/LuaDebugCore/Hook/
sockets=Sources/LuaDebugServer/Sockets/
terminal=Sources/LuaDebugTerminal/
place=Sources/LuaDebugConsole/FilePlace.swift
broken=false

# forbid <rule> <pattern> <where>...: no Swift line there may match, outside the folders in `allowed`. Whole-line comments may.
forbid() {
    local rule=$1 pattern=$2 found status=0
    shift 2
    found=$(grep -rnE --include='*.swift' "$pattern" "$@") || status=$?
    [[ $status -le 1 ]] || exit "$status"
    local folder
    for folder in "${allowed[@]}"; do
        found=$(awk -v folder="$folder" 'index($0, folder) != 1' <<<"$found")
    done
    found=$(awk '!/^[^:]*:[0-9]+:[[:space:]]*\/\//' <<<"$found")
    if [[ -n $found ]]; then
        printf '%s:\n%s\n' "$rule" "$found" >&2
        broken=true
    fi
}

import='(^|[[:space:];])import[[:space:]]+((struct|class|enum|protocol|func|var|let|typealias)[[:space:]]+)?'

posix="${import}(Glibc|Musl|Darwin)"

allowed=("$hook" "$sockets" "${terminal}System.swift" "$place")
forbid "unsafe Swift lives in $hook, $sockets, ${terminal}System.swift and $place" '[Uu]nsafe|OpaquePointer|Unmanaged|@unchecked|@safe' Sources
forbid "sockets are opened in $sockets, and the libraries call POSIX there, in $hook, ${terminal}System.swift and $place only" "$posix" \
    Sources/LuaDebugCore Sources/LuaDebugRESP Sources/LuaDebugConsole Sources/LuaDebugRedis Sources/LuaDebugServer \
    Sources/LuaDebugTerminal

allowed=("$hook")
forbid "CLuaShim is imported only in $hook and by tests" "${import}CLuaShim" Sources

# These hold everywhere.
allowed=()
forbid 'the libraries do without Foundation' "${import}_?Foundation" \
    Sources/LuaDebugCore Sources/LuaDebugRESP Sources/LuaDebugConsole Sources/LuaDebugRedis Sources/LuaDebugServer \
    Sources/LuaDebugTerminal
forbid 'LuaDebugTerminal knows no Lua and no sockets' "${import}LuaDebug(Core|RESP|Server)" Sources/LuaDebugTerminal
forbid 'LuaDebugRESP and LuaDebugRedis know no sockets' "${import}LuaDebugServer" Sources/LuaDebugCore \
    Sources/LuaDebugRESP Sources/LuaDebugRedis
forbid 'LuaDebugConsole knows no sockets, no RESP and no terminal' "${import}LuaDebug(RESP|Server|Terminal)" \
    Sources/LuaDebugConsole
forbid 'LuaDebugServer knows no Lua: what runs there are the services of LuaDebugRESP and LuaDebugConsole' "${import}LuaDebugCore" \
    Sources/LuaDebugServer

! $broken
