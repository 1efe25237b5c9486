# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What the tests of the installed library share. Each sources this with its own arguments:
#
#     NAME.sh KIND SOURCE_DIR PREFIX SCRATCH_DIR CXX
#
# KIND is static or shared, PREFIX where the library is installed, SCRATCH_DIR the test's own, made anew.
set -euo pipefail

kind=$1 source_dir=$2 prefix=$3 scratch=$4 cxx=$5
# shellcheck disable=SC2034 # some scripts have no use for it
here=$source_dir/tests/agent/installed
rm -rf -- "$scratch"
mkdir -p -- "$scratch"

fail() { echo "$*" >&2; exit 1; }

pc=$(find "$prefix" -name swim-agent.pc)
[[ -n $pc ]] || fail "nothing is installed in $prefix"
libdir=$(cd -- "$(dirname -- "$pc")/.." && pwd)
export PKG_CONFIG_PATH=$libdir/pkgconfig
export LD_LIBRARY_PATH=$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

# The warnings of a strict application, about our headers too: pkg-config calls their folder no system's.
strict=(-std=c++20 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Werror)

# The compiler of the build, and clang where there is one.
compilers=("$cxx")
if clang=$(command -v clang++ || command -v clang++-14); then
    [[ $cxx -ef $clang ]] || compilers+=("$clang")
else
    echo "clang is not installed: this is tested by $cxx alone"
fi

# compile COMPILER OUT SOURCE MODULES [OPTION...]: one source against these modules of pkg-config.
compile() {
    local compiler=$1 out=$2 source=$3 wanted flags
    read -ra wanted <<<"$4"
    shift 4
    # All that a static library needs is linked with it.
    [[ $kind == shared ]] || wanted=(--static "${wanted[@]}")
    read -ra flags <<<"$(pkg-config --cflags --libs "${wanted[@]}")"
    "$compiler" "${strict[@]}" "$@" "$source" -o "$out" "${flags[@]}" || fail "$compiler does not build $source"
}
