#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Which names the libraries bring into a process. A linker takes one of several copies of a function for all:
# a name that somebody else may have too would be taken for theirs, or theirs for ours.
# - No library has a name of Asio's own, so an application may use another Asio.
# - All of a static library in a plugin shows nothing of it; this also shows that it is position-independent.
# - A shared library shows namespace swim and nothing else, under its version.
#
#     symbols.sh KIND SOURCE_DIR PREFIX SCRATCH_DIR CXX
# shellcheck source=common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

version=$(pkg-config --modversion swim-agent)
abi=${version%.*}
# Templates of the standard library are everybody's, and the same for all.
of_std='(std|__gnu_cxx)::'

# names FILE [OPTION...]: what it defines, demangled, one a line.
names() { nm --demangle --defined-only --extern-only --format=posix "$@" | sed -E 's/ [A-Za-z] [0-9a-f ]*$//'; }

if [[ $kind == static ]]; then
    for library in protocol agent crypto; do
        names "$libdir/libswim-$library.a" >"$scratch/$library.names"
        grep -q '^swim::' "$scratch/$library.names" || fail "libswim-$library.a has nothing in namespace swim"
    done
    ! grep -nP '(?<![\w:])asio(::|_)' "$scratch"/*.names || fail "names of Asio's are in the libraries, see above"
    grep -q 'swim_asio::' "$scratch/agent.names" || fail "Asio is not where this test looks for it"

    read -ra flags <<<"$(pkg-config --libs --static swim-agent swim-crypto)"
    "$cxx" -shared -o "$scratch/all.so" -Wl,--no-undefined -Wl,--whole-archive "$libdir"/libswim-*.a \
        -Wl,--no-whole-archive "${flags[@]}"
    names --dynamic "$scratch/all.so" >"$scratch/shown"
    leaked=$(grep -vE "^((vtable|typeinfo|typeinfo name|VTT|guard variable) for )?$of_std|^[^(]* $of_std" "$scratch/shown" || true)
    [[ -z $leaked ]] || fail "a plugin shows of the static libraries: $leaked"
    exit 0
fi

of_swim='^((vtable|typeinfo|typeinfo name|VTT|guard variable) for |((non-)?virtual )?thunk to )?swim::'
for library in protocol agent crypto; do
    file=$libdir/libswim-$library.so
    [[ $(readlink "$file") == "libswim-$library.so.$abi" ]] || fail "$file does not lead to version $abi"
    [[ $(readlink "$file.$abi") == "libswim-$library.so.$version" ]] || fail "$file.$abi is not of $version"
    readelf --dynamic "$file" | grep -q "soname: \[libswim-$library.so.$abi\]" || fail "$file: its soname is not $abi"
    names --dynamic "$file" >"$scratch/$library.names"
    grep -q "^swim::.*@@SWIM_$abi$" "$scratch/$library.names" || fail "$file has no names of version SWIM_$abi"
    others=$(grep -vE "$of_swim|^SWIM_$abi(@@SWIM_$abi)?$" "$scratch/$library.names" || true)
    [[ -z $others ]] || fail "$file shows: $others"
done
