#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The parts of the library that an application asks CMake for: one that encrypts, and some that ask for what
# they cannot get.
#
#     components.sh KIND SOURCE_DIR PREFIX SCRATCH_DIR CXX
# shellcheck source=common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

# configure FOLDER [OPTION...]
configure() {
    local folder=$1
    shift
    rm -rf -- "$folder/build"
    cmake -S "$folder" -B "$folder/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$cxx" \
        "$@" >"$scratch/configure.log" 2>&1
}

cp -r -- "$here/encrypted" "$scratch/encrypted"
configure "$scratch/encrypted" || { cat "$scratch/configure.log" >&2; exit 1; }
cmake --build "$scratch/encrypted/build"
"$scratch/encrypted/build/encrypted" || fail "encrypted members do not behave as they should"

# Only who links the static library of what encrypts needs OpenSSL.
cp -r -- "$here/encrypted" "$scratch/asking"
without_openssl=-DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON
configure "$scratch/asking" -DCOMPONENTS=agent $without_openssl || fail "without OpenSSL there is no agent"
if [[ $kind == static ]]; then
    ! configure "$scratch/asking" $without_openssl || fail "without OpenSSL there is crypto"
else
    configure "$scratch/asking" $without_openssl || fail "a shared library does not bring its OpenSSL"
fi

# A part that does not exist is refused by name.
! configure "$scratch/asking" "-DCOMPONENTS=agent;gossip" || fail "there is a component gossip"
grep -q 'swim has no component "gossip"; it has protocol, agent, crypto' <(tr -s ' \n' ' ' <"$scratch/configure.log") ||
    { cat "$scratch/configure.log" >&2; exit 1; }
