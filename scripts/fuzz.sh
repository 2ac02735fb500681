#!/usr/bin/env bash
# Feeds the codec what libFuzzer invents: `fuzz.sh resp 30` or `fuzz.sh inline 30`, target and seconds; `fuzz.sh all 30`
# feeds all of them at once.
#
# Starts from Fuzz/corpus; what it learns stays below .build, and an input that breaks a law is left there and named.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:?resp, inline or all}
seconds=${2:-30}
if [[ $target == all ]]; then
    children=()
    for corpus in Fuzz/corpus/*; do
        scripts/fuzz.sh "${corpus##*/}" "$seconds" &
        children+=($!)
    done
    status=0
    for child in "${children[@]}"; do wait "$child" || status=1; done
    exit "$status"
fi
if [[ ! -f Fuzz/$target.swift || ! -d Fuzz/corpus/$target ]]; then
    echo "fuzz.sh: resp, inline or all, not $target" >&2
    exit 2
fi

out=.build/fuzz
mkdir -p "$out/modules-$target" "$out/found" "$out/learned/$target"
flags=(-swift-version 6 -O -g -parse-as-library -sanitize=fuzzer,address -strict-memory-safety
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault -warnings-as-errors)

# Of the core only what the codec takes from it, so that no Lua is needed; the codec and the laws are one module.
swiftc "${flags[@]}" -wmo -module-name LuaDebugCore -emit-module -emit-module-path "$out/modules-$target/LuaDebugCore.swiftmodule" \
    -emit-object -o "$out/core-$target.o" Sources/LuaDebugCore/Commands/CommandWords.swift
swiftc "${flags[@]}" -wmo -module-name "fuzz_$target" -I "$out/modules-$target" -o "$out/$target" \
    Fuzz/Laws.swift "Fuzz/$target.swift" Sources/LuaDebugRESP/Codec/*.swift "$out/core-$target.o"

# Swift's own backtrace asks for a key on a terminal, and libFuzzer prints one.
export SWIFT_BACKTRACE=enable=no
# Leaks are looked for by `make sanitize-address`; here they would cost half of the speed.
exec "$out/$target" -max_total_time="$seconds" -max_len=600 -timeout=20 -rss_limit_mb=1024 -detect_leaks=0 \
    -dict="Fuzz/$target.dict" -artifact_prefix="$out/found/$target-" -print_final_stats=1 \
    "$out/learned/$target" "Fuzz/corpus/$target"
