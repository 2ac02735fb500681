#!/usr/bin/env bash
# Feeds what takes bytes from outside what libFuzzer invents: `fuzz.sh resp 30`, target and seconds; `fuzz.sh all 30` feeds all
# of them at once. `fuzz.sh list` lists them.
#
# Begins with Fuzz/found, all of which must hold, then goes on from Fuzz/corpus; what it learns stays below .build, and an input that
# breaks a law is left there and named, with the place where it is to be kept.
set -euo pipefail
cd "$(dirname "$0")/.."

# Of the first two only the codec is needed, and what it takes of the core: no Lua. The others need the whole house below the sockets.
codec=(resp inline)
whole=(commands console saved template telnet)
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

# compile <target> <flag or file>...: to an object and a module, which would else be left in this folder.
compile() {
    printf 'func target(_ bytes: [UInt8]) { fuzz%s(bytes) }\n' "${1^}" >"$out/$1.target.swift"
    swiftc "${flags[@]}" -module-name "fuzz_$1" -emit-module -emit-module-path "$out/fuzz_$1.swiftmodule" \
        -emit-object -o "$out/$1.o" Fuzz/Entry.swift "$out/$1.target.swift" Fuzz/Pieces.swift "Fuzz/$1.swift" "${@:2}"
}

# link <target> <file or library>...
link() {
    # The linker has a hundred harmless warnings about the address sanitizer's own symbols.
    swiftc -sanitize=fuzzer,address -o "$out/$1" "$out/$1.o" "${@:2}" >"$out/$1.log" 2>&1 || {
        sed '/Cannot export local symbol/d' "$out/$1.log" >&2
        return 1
    }
}

# The codec and the laws are one module.
build_codec() {
    local modules=$out/modules-$1
    mkdir -p "$modules"
    swiftc "${flags[@]}" -module-name LuaDebugCore -emit-module -emit-module-path "$modules/LuaDebugCore.swiftmodule" \
        -emit-object -o "$modules/core.o" Sources/LuaDebugCore/Commands/CommandWords.swift
    compile "$1" -I "$modules" Fuzz/Laws.swift Sources/LuaDebugRESP/Codec/*.swift
    link "$1" "$modules/core.o"
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

build_whole() {
    local house=$out/house host=()
    if [[ $1 == commands ]]; then host=(Fuzz/Host.swift); fi
    compile "$1" -I "$house" -Xcc "-fmodule-map-file=$house/module.modulemap" "${host[@]}"
    link "$1" "$house"/*.o -llua5.3
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
trap 'kill "${children[@]}" 2>/dev/null || true' INT TERM

# feed <target> <flag or folder>...
feed() {
    # Leaks are looked for by `make sanitize-address`; here they would cost half of the speed.
    "$out/$1" -max_len=600 -timeout=20 -rss_limit_mb=2048 -detect_leaks=0 -artifact_prefix="$out/found/$1-" "${@:2}"
}

for target in "${chosen[@]}"; do
    kept=(Fuzz/found/"$target"/*)
    if [[ -e ${kept[0]} ]] && ! feed "$target" "${kept[@]}" >"$out/$target.kept" 2>&1; then
        cat "$out/$target.kept" >&2
        echo "fuzz.sh: one of Fuzz/found/$target breaks a law (again)" >&2
        exit 1
    fi
done

for target in "${chosen[@]}"; do
    mkdir -p "$out/learned/$target"
    feed "$target" -max_total_time="$seconds" -dict="Fuzz/$target.dict" -print_final_stats=1 \
        "$out/learned/$target" "Fuzz/corpus/$target" &
    children+=($!)
done
status=0
for index in "${!children[@]}"; do
    wait "${children[$index]}" || {
        status=1
        echo "fuzz.sh: when ${chosen[$index]} is mended, keep what was found: the file that is named above ($out/found)" \
            "goes to Fuzz/found/${chosen[$index]}, named after what it showed" >&2
    }
done
exit "$status"
