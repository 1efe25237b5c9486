#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What is built where something is missing or unwanted: by configuring, and asking for the targets.
#
#     options.sh SOURCE_DIR SCRATCH_DIR CXX
set -euo pipefail

source_dir=$1 scratch=$2 cxx=$3
rm -rf -- "$scratch"
mkdir -p -- "$scratch"

fail() { echo "$*" >&2; exit 1; }

# targets NAME [OPTION...]: configures a build of that name, with its targets in NAME.targets.
targets() {
    local name=$1
    shift
    cmake -G Ninja -S "$source_dir" -B "$scratch/$name" -DCMAKE_CXX_COMPILER="$cxx" -DBUILD_TESTING=OFF "$@" \
        >"$scratch/$name.log" 2>&1 || { cat "$scratch/$name.log" >&2; fail "$name: does not configure"; }
    ninja -C "$scratch/$name" -t targets all | cut -d : -f 1 >"$scratch/$name.targets"
}

has() { grep -qxF -- "$2" "$scratch/$1.targets" || fail "$1: does not build $2"; }
has_not() { ! grep -qxF -- "$2" "$scratch/$1.targets" || fail "$1: builds $2"; }

no_openssl=-DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON
no_ns3=(-DSWIMLAB_NS3=OFF -DCMAKE_DISABLE_FIND_PACKAGE_ns3=ON)

# Nothing that encrypts, and a word on why.
targets without-openssl $no_openssl "${no_ns3[@]}"
has without-openssl agent/libswim-agent.a
has_not without-openssl agent/libswim-crypto.a
has_not without-openssl swim-agent-program
grep -q 'swim::crypto, the programs .* need OpenSSL' "$scratch/without-openssl.log" ||
    fail "nobody says that crypto is missing"

targets without-ns3 "${no_ns3[@]}"
has without-ns3 swim-agent-program
has without-ns3 agent/libswim-crypto.a
has_not without-ns3 swimlab-ns3

targets library -DSWIMLAB_PROGRAMS=OFF "${no_ns3[@]}" -DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON \
    -DCMAKE_DISABLE_FIND_PACKAGE_spdlog=ON
has library agent/libswim-crypto.a
has_not library swim-agent-program
has_not library swimlab-sockets

targets shared -DSWIMLAB_PROGRAMS=OFF "${no_ns3[@]}" -DBUILD_SHARED_LIBS=ON
has shared agent/libswim-agent.so
has_not shared agent/libswim-agent.a
