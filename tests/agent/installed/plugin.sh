#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Plugins with the static library inside: a host loads two copies at once, each works, none shows more than its
# own functions, and each can be unloaded.
#
#     plugin.sh KIND SOURCE_DIR PREFIX SCRATCH_DIR CXX
# shellcheck source=common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

for compiler in "${compilers[@]}"; do
    name=$(basename -- "$compiler")
    options=(-shared -fPIC -fvisibility=hidden -fvisibility-inlines-hidden "-Wl,--no-undefined")
    # What GCC makes unique in a process keeps a plugin from being unloaded; clang makes nothing so.
    ! "$compiler" --version | grep -q 'Free Software Foundation' || options+=(-fno-gnu-unique)
    compile "$compiler" "$scratch/$name.so" "$here/plugin/plugin.cc" swim-agent "${options[@]}"
    cp -- "$scratch/$name.so" "$scratch/$name-again.so"
    shown=$(nm --dynamic --defined-only --demangle "$scratch/$name.so" | cut -d ' ' -f 3- |
        grep -vE '^(Plugin(Meet|Catches)$|([^(]* )?(typeinfo (name )?for |vtable for )?(std|__gnu_cxx)::)' || true)
    [[ -z $shown ]] || fail "the plugin shows: $shown"
done
"$cxx" "${strict[@]}" "$here/plugin/host.cc" -o "$scratch/host" -ldl
"$scratch/host" "$scratch"/*.so
