#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Lays this repository as contrib/swim into a tree that builds modules as ns-3 does (CMakeLists.txt
# beside this), in each of the two ways that ns-3 has had, and runs there its examples and test suites.
#
# usage: test.sh REPOSITORY TREE, where TREE is a directory to be made
set -eu

repository=$1
tree=$2

mkdir -p "$tree/contrib/swim"
for part in CMakeLists.txt include ns3-module protocol; do
    cp -Rp "$repository/$part" "$tree/contrib/swim/"
done
cp "$repository/tests/ns3-module/drop-in/CMakeLists.txt" "$tree/CMakeLists.txt"

for way in object-library library; do
    build=$tree/build-$way
    cmake -S "$tree" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DWAY=$way
    cmake --build "$build"
    "$build/contrib/swim/examples/swim-example" | grep "says m9 is dead"
    "$build/contrib/swim/examples/swim-two-clusters-example"
    "$build/contrib/swim/examples/swim-csma-example"
done
"$build/test-runner" --suite=swim --verbose
"$build/test-runner" --suite=swim-validation --verbose
