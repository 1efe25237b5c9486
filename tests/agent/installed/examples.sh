#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Each example of the documentation, a code block of README.md or docs/ that begins by including
# <swim/agent.h>: every compiler builds it without a warning of a strict application, and it runs. It is about
# two members, of which "second" joins the other, and its output tells of it.
# One of them is built by the CMake files that the documentation shows, too.
#
#     examples.sh KIND SOURCE_DIR PREFIX SCRATCH_DIR CXX
# shellcheck source=common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

# Each such block, fenced or indented by four blanks: example-N.cc.
mapfile -t pages < <(grep -rlE --include='*.md' '^(    )?#include <swim/agent.h>' \
    "$source_dir/README.md" "$source_dir/docs")
[[ ${#pages[@]} -gt 0 ]] || fail "neither README.md nor docs/ shows an example that includes <swim/agent.h>"
awk -v to="$scratch/example" '
    FNR == 1 { on = 0 }
    !on && /^(    )?#include <swim\/agent.h>/ {
        on = 1; indented = /^    /; file = to "-" ++count ".cc"
        print "// " FILENAME ":" FNR >file
    }
    on && (indented ? /^[^ ]/ : /^```/) { on = 0 }
    on { print indented ? substr($0, 5) : $0 >file }' "${pages[@]}"

run() { # PROGRAM SOURCE
    local told
    told=$(timeout 60 "$1") || fail "the example of $(head -1 "$2") fails"
    [[ $told == *second* ]] || fail "the example of $(head -1 "$2") prints: $told"
}

for example in "$scratch"/example-*.cc; do
    modules=swim-agent
    ! grep -qE 'swim/(keyring|aes-gcm-cipher)\.h' "$example" || modules="swim-agent swim-crypto"
    for compiler in "${compilers[@]}"; do
        program=${example%.cc}-$(basename -- "$compiler")
        compile "$compiler" "$program" "$example" "$modules"
        run "$program" "$example"
    done
done

mkdir -- "$scratch/app"
cp -- "$here/example/CMakeLists.txt" "$scratch/app/"
cp -- "$scratch/example-1.cc" "$scratch/app/example.cc"
cmake -S "$scratch/app" -B "$scratch/app/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$cxx"
cmake --build "$scratch/app/build"
run "$scratch/app/build/example" "$scratch/example-1.cc"
