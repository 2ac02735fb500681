#!/usr/bin/env bash
# Sees to what is needed from outside: a Swift toolchain, and the Debian packages named as arguments.
#
# Says nothing when nothing is missing. What is missing is installed where that is allowed (root, or sudo without a
# password); otherwise the last lines say what to type. SETUP_ROOT, to try this out, is where packages are looked for.
set -euo pipefail

root=${SETUP_ROOT-}

say() { printf 'setup: %s\n' "$*" >&2; }

# True if a file matches, and is really there (a link may dangle).
any() {
    local file
    for file in "$@"; do [[ -e $file ]] && return; done
    return 1
}

# True if what we use of a package is there, whatever put it there.
present() {
    case $1 in
        liblua5.3-dev)
            [[ -r $root/usr/include/lua5.3/lua.h ]] &&
                any "$root"/usr/lib/{,*/}liblua5.3.{so,a} "$root"/usr/lib64/liblua5.3.{so,a}
            ;;
        libhiredis-dev) [[ -r $root/usr/include/hiredis/hiredis.h ]] ;;
        redis-tools) program redis-cli ;;
        netcat-openbsd) program nc ;;
        lua-cjson) any "$root"/usr/lib/{,*/}lua/5.3/cjson.so ;;
        lua-messagepack) any "$root/usr/share/lua/5.3/MessagePack.lua" ;;
        *) program "$1" ;;
    esac
}

program() {
    any "$root/usr/bin/$1" || { [[ -z $root ]] && command -v "$1" >/dev/null; }
}

look() {
    missing=()
    local package
    for package in "$@"; do present "$package" || missing+=("$package"); done
}

if ! command -v swift >/dev/null; then
    say 'there is no `swift` on the PATH.'
    say 'Install a Swift toolchain, 6.2 or newer: https://www.swift.org/install'
    exit 1
fi

look "$@"
[[ ${#missing[@]} -eq 0 ]] && exit

if ! command -v apt-get >/dev/null; then
    say "missing: ${missing[*]} (the names of Debian's packages). Install them with your package manager."
    exit 1
fi

by_hand="apt-get update && apt-get install ${missing[*]}"
as_root=()
if [[ $EUID -ne 0 ]]; then
    by_hand="sudo apt-get update && sudo apt-get install ${missing[*]}"
    as_root=(sudo -n)
    if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
        say "missing: ${missing[*]}. Type:"
        say "  $by_hand"
        exit 1
    fi
fi

apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get --yes -o DPkg::Lock::Timeout=120 "$@" </dev/null >>"$log" 2>&1
}

say "installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! apt install --no-install-recommends "${missing[@]}" &&
    ! { apt update && apt install --no-install-recommends "${missing[@]}"; }; then
    cat "$log" >&2
    say "could not install ${missing[*]}. Type:"
    say "  $by_hand"
    exit 1
fi

look "$@"
if [[ ${#missing[@]} -gt 0 ]]; then
    say "installed, and yet not found: ${missing[*]}"
    exit 1
fi
