#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Installs the ns-3 module into an empty folder, and builds and runs there a simulation of its own, as
# whoever uses an installed ns-3 would.
#
# usage: test.sh SOURCE_DIR BUILD_DIR SCRATCH_DIR
set -eu

source_dir=$1
build_dir=$2
scratch=$3

rm -rf "$scratch"
mkdir -p "$scratch/simulation"
cmake --install "$build_dir" --component ns3-module --prefix "$scratch/prefix" >"$scratch/install.log"
cp "$source_dir/tests/ns3-module/installed/CMakeLists.txt" \
    "$source_dir/tests/ns3-module/installed/simulation.cc" "$scratch/simulation/"

cmake -S "$scratch/simulation" -B "$scratch/simulation/build" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_PREFIX_PATH="$scratch/prefix" >"$scratch/configure.log"
cmake --build "$scratch/simulation/build" >"$scratch/build.log" 2>&1 || {
    cat "$scratch/build.log" >&2
    exit 1
}
said=$("$scratch/simulation/build/simulation")
if [ "$said" != "4 know" ]; then
    echo "the simulation says: $said" >&2
    exit 1
fi
