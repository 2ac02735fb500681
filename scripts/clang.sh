#!/usr/bin/env bash
# Prints where clang is: Swift brings one along, with its sanitizers and a linker, that is on nobody's path.
set -euo pipefail
own=$(dirname "$(readlink -f "$(command -v swift)")")/clang
if [[ -x $own ]]; then echo "$own"; else command -v clang; fi
