#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Installs the library into an empty folder, takes the example out of README.md, and builds and runs
# it there, as a reader would: two members, of which the second joins the first.
#
#     test.sh SOURCE_DIR BUILD_DIR SCRATCH_DIR
set -euo pipefail

source_dir=$1 build_dir=$2 scratch=$3
rm -rf -- "$scratch"
mkdir -p -- "$scratch/app"
cmake --install "$build_dir" --component swim --prefix "$scratch/prefix" >"$scratch/install.log"

cp -- "$source_dir/tests/agent/installed/CMakeLists.txt" "$scratch/app/"
# The code block that starts with the agent's header, without its indentation.
awk '/^    #include "agent\/agent.h"/ { on = 1 }
     on && /^[^ ]/ { exit }
     on { sub(/"agent\//, "\"swim/"); print substr($0, 5) }' \
    "$source_dir/README.md" >"$scratch/app/example.cc"
[[ -s $scratch/app/example.cc ]] || { echo "README.md shows no example of the agent" >&2; exit 1; }

cmake -S "$scratch/app" -B "$scratch/app/build" -DCMAKE_PREFIX_PATH="$scratch/prefix" \
    -DCMAKE_BUILD_TYPE=Release >"$scratch/configure.log"
cmake --build "$scratch/app/build" >"$scratch/build.log" || { cat "$scratch/build.log" >&2; exit 1; }

members=$("$scratch/app/build/example")
[[ $members == *first*second* ]] || { echo "the example prints: $members" >&2; exit 1; }
