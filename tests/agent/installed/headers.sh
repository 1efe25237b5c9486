#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What an application may count on from each installed header, with nothing of this repository in sight but
# what is installed:
# - it compiles alone, and twice, under the warnings of a strict application;
# - it leaves no macro behind and opens no namespace for others;
# - all of include/swim is there, and together they compile under clang too, where there is one.
#
#     headers.sh KIND SOURCE_DIR PREFIX SCRATCH_DIR CXX
# shellcheck source=common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

include=$prefix/include
cd -- "$include"
headers=(swim/*.h)
diff <(printf '%s\n' "${headers[@]}") <(cd -- "$source_dir/include" && printf '%s\n' swim/*.h) ||
    fail "not all of include/swim/ is installed: see swim_headers() in agent/ and protocol/"

check=("${strict[@]}" -fsyntax-only -I "$include" -x c++)
failed=0
note() { echo "$*" >&2; failed=1; }

for header in "${headers[@]}"; do
    printf '#include <%s>\n' "$header" "$header" | "$cxx" "${check[@]}" - || note "$header does not compile alone"
    ! grep -nE '^ *using namespace' "$header" || note "$header opens a namespace for all who include it"
done

printf '#include <%s>\n' "${headers[@]}" >"$scratch/all.cc"
left=$("$cxx" -std=c++20 -E -dD -I "$include" "$scratch/all.cc" | awk '
    /^# [0-9]+ "/ { ours = index($3, "/swim/") > 0 }
    ours && /^#define/ { print $2 }')
[[ -z $left ]] || note "macros that applications get: $left"

for compiler in "${compilers[@]:1}"; do
    "$compiler" "${check[@]}" "$scratch/all.cc" || note "$compiler does not take them"
done
exit "$failed"
