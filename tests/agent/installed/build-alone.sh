#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds the library alone, as a packager would who has none of what the programs and the simulator need, and
# installs it into an empty folder. The build stays, so that the next time it has little to do; it does not
# optimize, as what is tested is how its parts fit.
#
#     build-alone.sh static|shared SOURCE_DIR BUILD_DIR PREFIX CXX LAUNCHER
set -euo pipefail

kind=$1 source_dir=$2 build_dir=$3 prefix=$4 cxx=$5 launcher=$6
options=(-DSWIMLAB_PROGRAMS=OFF -DSWIMLAB_NS3=OFF -DBUILD_TESTING=OFF)
[[ $kind == static ]] || options+=(-DBUILD_SHARED_LIBS=ON)
for package in ns3 nlohmann_json spdlog CLI11 prometheus-cpp Boost GTest benchmark; do
    options+=("-DCMAKE_DISABLE_FIND_PACKAGE_$package=ON")
done
cmake --fresh -S "$source_dir" -B "$build_dir" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-O0 \
    -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher" "${options[@]}"
cmake --build "$build_dir"
"$(dirname -- "${BASH_SOURCE[0]}")/install.sh" "$build_dir" "$prefix"
