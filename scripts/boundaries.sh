#!/usr/bin/env bash
# The doors between the rooms: who may import what, and the one folder where unsafe Swift lives.
set -euo pipefail
cd "$(dirname "$0")/.."

hook=Sources/LuaDebugCore/Hook/
broken=false

# forbid <rule> <pattern> <where>...: no Swift line there may match, outside the Hook folder. Whole-line comments may.
forbid() {
    local rule=$1 pattern=$2 found status=0
    shift 2
    found=$(grep -rnE --include='*.swift' "$pattern" "$@") || status=$?
    [[ $status -le 1 ]] || exit "$status"
    found=$(awk -v hook="$hook" 'index($0, hook) != 1 && !/^[^:]*:[0-9]+:[[:space:]]*\/\//' <<<"$found")
    if [[ -n $found ]]; then
        printf '%s:\n%s\n' "$rule" "$found" >&2
        broken=true
    fi
}

import='(^|[[:space:];])import[[:space:]]+((struct|class|enum|protocol|func|var|let|typealias)[[:space:]]+)?'

forbid "unsafe Swift lives in $hook" '[Uu]nsafe|OpaquePointer|Unmanaged|@unchecked|@safe' Sources
forbid "CLuaShim is imported only in $hook and by tests" "${import}CLuaShim" Sources

# This one holds in the Hook folder too.
hook=none
forbid 'LuaDebugCore does without Foundation' "${import}_?Foundation" Sources/LuaDebugCore

! $broken
