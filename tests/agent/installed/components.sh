#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Installs the library into an empty folder and builds applications with it, as a reader would:
# - each example of the documentation, a code block that begins by including <swim/agent.h>: two members, of which
#   "second" joins the other, and whose output tells of it;
# - one that encrypts;
# - and some that ask for what they cannot get.
#
#     test.sh SOURCE_DIR BUILD_DIR SCRATCH_DIR
set -euo pipefail

source_dir=$1 build_dir=$2 scratch=$3
here=$source_dir/tests/agent/installed
rm -rf -- "$scratch"
mkdir -p -- "$scratch"
cmake --install "$build_dir" --component swim --prefix "$scratch/prefix" >"$scratch/install.log"

fail() { echo "$*" >&2; exit 1; }

# configure FOLDER [OPTION...]
configure() {
    local folder=$1
    shift
    cmake -S "$folder" -B "$folder/build" -DCMAKE_PREFIX_PATH="$scratch/prefix" -DCMAKE_BUILD_TYPE=Release \
        "$@" >"$scratch/configure.log" 2>&1
}

build() {
    configure "$1" || { cat "$scratch/configure.log" >&2; exit 1; }
    cmake --build "$1/build" >"$scratch/build.log" || { cat "$scratch/build.log" >&2; exit 1; }
}

# Each code block that begins by including <swim/agent.h>, fenced or indented by four blanks: example-N.cc.
mapfile -t pages < <(grep -rlE --include='*.md' '^(    )?#include <swim/agent.h>' \
    "$source_dir/README.md" "$source_dir/docs")
[[ ${#pages[@]} -gt 0 ]] || fail "neither README.md nor docs/ shows an example that includes <swim/agent.h>"
awk -v to="$scratch/example" '
    FNR == 1 { on = 0 }
    !on && /^(    )?#include <swim\/agent.h>/ { on = 1; indented = /^    /; file = to "-" ++count ".cc" }
    on && (indented ? /^[^ ]/ : /^```/) { on = 0 }
    on { print indented ? substr($0, 5) : $0 >file }' "${pages[@]}"
for example in "$scratch"/example-*.cc; do
    app=${example%.cc}
    mkdir -- "$app"
    cp -- "$here/CMakeLists.txt" "$app/"
    mv -- "$example" "$app/example.cc"
    build "$app"
    told=$(timeout 60 "$app/build/example") || fail "an example of ${pages[*]} fails: $app/example.cc"
    [[ $told == *second* ]] || fail "an example of ${pages[*]} prints: $told"
done

cp -r -- "$here/encrypted" "$scratch/encrypted"
build "$scratch/encrypted"
"$scratch/encrypted/build/encrypted" || fail "encrypted members do not behave as they should"

# Only who encrypts needs OpenSSL, and a part that does not exist is refused by name.
cp -r -- "$here/encrypted" "$scratch/asking"
without_openssl=-DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON
configure "$scratch/asking" -DCOMPONENTS=agent $without_openssl || fail "without OpenSSL there is no agent"
rm -rf -- "$scratch/asking/build"
! configure "$scratch/asking" $without_openssl || fail "without OpenSSL there is crypto"
rm -rf -- "$scratch/asking/build"
! configure "$scratch/asking" "-DCOMPONENTS=agent;gossip" || fail "there is a component gossip"
grep -q 'swim has no component "gossip"; it has protocol, agent, crypto' <(tr -s ' \n' ' ' <"$scratch/configure.log") ||
    { cat "$scratch/configure.log" >&2; exit 1; }
