#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What an application may count on from each installed header, with nothing of this repository in sight but
# what is installed:
# - it compiles alone, and twice, under the warnings of a strict application;
# - it leaves no macro behind and opens no namespace for others;
# - together they compile under clang too, where there is one.
#
#     headers.sh BUILD_DIR SCRATCH_DIR CXX
set -euo pipefail

build_dir=$1 scratch=$2 cxx=$3
rm -rf -- "$scratch"
mkdir -p -- "$scratch"
cmake --install "$build_dir" --component swim --prefix "$scratch/prefix" >"$scratch/install.log"
include=$scratch/prefix/include
cd -- "$include"
headers=(swim/*.h)
[[ ${#headers[@]} -ge 20 ]] || { echo "only ${#headers[@]} headers are installed" >&2; exit 1; }

strict=(-std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor
    -Wold-style-cast -Werror -I "$include" -x c++)
failed=0
fail() { echo "$*" >&2; failed=1; }

for header in "${headers[@]}"; do
    printf '#include <%s>\n' "$header" "$header" | "$cxx" "${strict[@]}" - || fail "$header does not compile alone"
    ! grep -nE '^ *using namespace' "$header" || fail "$header opens a namespace for all who include it"
done

printf '#include <%s>\n' "${headers[@]}" >"$scratch/all.cc"
left=$("$cxx" -std=c++20 -E -dD -I "$include" "$scratch/all.cc" | awk '
    /^# [0-9]+ "/ { ours = index($3, "/swim/") > 0 }
    ours && /^#define/ { print $2 }')
[[ -z $left ]] || fail "macros that applications get: $left"

if clang=$(command -v clang++ || command -v clang++-14); then
    "$clang" "${strict[@]}" "$scratch/all.cc" || fail "clang does not take them"
fi
exit "$failed"
