#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Lays this repository as contrib/swim into a tree that builds modules as ns-3 does (CMakeLists.txt
# beside this), and builds and runs there its library, example and test suites.
#
# usage: test.sh REPOSITORY TREE, where TREE is a directory to be made
set -eu

repository=$1
tree=$2

mkdir -p "$tree/contrib"
ln -sfn "$repository" "$tree/contrib/swim"
cp "$repository/tests/ns3-module/drop-in/CMakeLists.txt" "$tree/CMakeLists.txt"

cmake -S "$tree" -B "$tree/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug
cmake --build "$tree/build"
"$tree/build/swim-example" | grep "says m9 is dead"
"$tree/build/test-runner" --suite=swim --verbose
"$tree/build/test-runner" --suite=swim-validation --verbose
