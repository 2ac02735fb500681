#!/usr/bin/env bash
# Feeds what takes bytes from outside what libFuzzer invents: `fuzz.sh resp 30`, target and seconds; `fuzz.sh all 30` feeds all
# of them at once. `fuzz.sh list` lists them.
#
# Starts from Fuzz/corpus; what it learns stays below .build, and an input that breaks a law is left there and named.
set -euo pipefail
cd "$(dirname "$0")/.."

# Of the first two only the codec is needed, and what it takes of the core: no Lua. The others need the whole house below the sockets.
codec=(resp inline)
whole=(commands console template telnet)
targets=("${codec[@]}" "${whole[@]}")

target=${1:?a target, all or list}
seconds=${2:-30}
case $target in
    list) printf '%s\n' "${targets[@]}" && exit ;;
    all) chosen=("${targets[@]}") ;;
    *) chosen=("$target") ;;
esac

out=.build/fuzz
mkdir -p "$out/found"
flags=(-swift-version 6 -O -g -parse-as-library -sanitize=fuzzer,address -strict-memory-safety -wmo -enable-testing
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault
    -enable-upcoming-feature MemberImportVisibility -warnings-as-errors -package-name fuzz)

# The codec and the laws are one module.
build_codec() {
    local modules=$out/modules-$1
    mkdir -p "$modules"
    swiftc "${flags[@]}" -module-name LuaDebugCore -emit-module -emit-module-path "$modules/LuaDebugCore.swiftmodule" \
        -emit-object -o "$modules/core.o" Sources/LuaDebugCore/Commands/CommandWords.swift
    swiftc "${flags[@]}" -module-name "fuzz_$1" -I "$modules" -o "$out/$1" \
        Fuzz/Laws.swift Fuzz/Pieces.swift "Fuzz/$1.swift" Sources/LuaDebugRESP/Codec/*.swift "$modules/core.o"
}

# The house, once for all of its targets.
build_house() {
    local house=$out/house clang file room
    mkdir -p "$house"
    clang=$(scripts/clang.sh)
    printf 'module CLuaShim {\n  umbrella "%s"\n  export *\n}\n' "$PWD/Sources/CLuaShim/include" >"$house/module.modulemap"
    for file in Sources/CLuaShim/*.c; do
        "$clang" -std=gnu11 -O1 -g -fsanitize=address,fuzzer-no-link -ISources/CLuaShim/include \
            -c "$file" -o "$house/$(basename "$file" .c).o"
    done
    for room in LuaDebugCore LuaDebugRESP LuaDebugConsole; do
        find "Sources/$room" -name '*.swift' -print0 | sort -z |
            xargs -0 swiftc "${flags[@]}" -module-name "$room" -I "$house" -Xcc "-fmodule-map-file=$house/module.modulemap" \
                -emit-module -emit-module-path "$house/$room.swiftmodule" -emit-object -o "$house/$room.o"
    done
}

# The linker has a hundred harmless warnings about the address sanitizer's own symbols.
build_whole() {
    local house=$out/house log=$out/$1.log
    swiftc "${flags[@]}" -module-name "fuzz_$1" -I "$house" -Xcc "-fmodule-map-file=$house/module.modulemap" -o "$out/$1" \
        Fuzz/Pieces.swift "Fuzz/$1.swift" "$house"/*.o -llua5.3 >"$log" 2>&1 || {
        sed '/Cannot export local symbol/d' "$log" >&2
        return 1
    }
}

has_house=false
for target in "${chosen[@]}"; do
    if [[ ! -f Fuzz/$target.swift || ! -d Fuzz/corpus/$target ]]; then
        echo "fuzz.sh: one of ${targets[*]}, all or list, not $target" >&2
        exit 2
    fi
    if [[ " ${codec[*]} " == *" $target "* ]]; then
        build_codec "$target"
    else
        $has_house || build_house
        has_house=true
        build_whole "$target"
    fi
done

# Swift's own backtrace asks for a key on a terminal, and libFuzzer prints one.
export SWIFT_BACKTRACE=enable=no
children=()
for target in "${chosen[@]}"; do
    mkdir -p "$out/learned/$target"
    # Leaks are looked for by `make sanitize-address`; here they would cost half of the speed.
    "$out/$target" -max_total_time="$seconds" -max_len=600 -timeout=20 -rss_limit_mb=2048 -detect_leaks=0 \
        -dict="Fuzz/$target.dict" -artifact_prefix="$out/found/$target-" -print_final_stats=1 \
        "$out/learned/$target" "Fuzz/corpus/$target" &
    children+=($!)
done
trap 'kill "${children[@]}" 2>/dev/null || true' INT TERM
status=0
for child in "${children[@]}"; do wait "$child" || status=1; done
exit "$status"
