#!/usr/bin/env bash
# Builds the documentation of LuaDebugCore, .build/docs/LuaDebugCore.doccarchive; a warning is an error.
set -euo pipefail
cd "$(dirname "$0")/.."

module=LuaDebugCore
docs=.build/docs
tools=$(dirname "$(readlink -f "$(command -v swift)")")
docc=$(command -v docc || echo "$tools/docc")

rm -rf "$docs"
mkdir -p "$docs/graphs"
if ! swift build --target "$module" >"$docs/build.log" 2>&1; then
    cat "$docs/build.log" >&2
    exit 1
fi

# The public symbols, from the module as built; the C target's module map is generated, next to its objects.
built=$(swift build --show-bin-path)
info=$(swift -print-target-info)
target=$(sed -nE 's/.*"triple" *: *"([^"]*)".*/\1/p' <<<"$info")
swift symbolgraph-extract -module-name "$module" -target "$target" \
    -I "$built/Modules" -I "$built/CLuaShim.build" -I Sources/CLuaShim/include \
    -minimum-access-level public -skip-synthesized-members -output-dir "$docs/graphs"

"$docc" convert "Sources/$module/$module.docc" --additional-symbol-graph-dir "$docs/graphs" \
    --fallback-display-name "$module" --fallback-bundle-identifier "$module" \
    --warnings-as-errors --output-path "$docs/$module.doccarchive"
