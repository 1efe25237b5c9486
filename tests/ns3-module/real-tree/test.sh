#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Lays this repository as contrib/swim into a copy of a real ns-3 tree, builds it there as ns-3's manual
# says, and runs its test suites and examples by test.py. The tree itself is not touched.
#
# usage: test.sh [TREE [WORK]], where TREE is an ns-3 source tree (default: $SWIMLAB_NS3_TREE) and WORK
# a directory to be made or built on (default: a temporary one, removed at the end).
#
# SWIMLAB_NS3_MODULES are the modules to enable (default: swim); with "swim;csma;olsr;wifi" all examples
# are built. SWIMLAB_NS3_PROFILE is the build profile (default: default), SWIMLAB_NS3_OPTIONS are compiler
# options for the module alone, after the profile's, such as -O0; SWIMLAB_NS3_JOBS is how many compilers
# run at once (default: 2).
set -eu

repository=$(cd "$(dirname "$0")/../../.." && pwd)
tree=${1:-${SWIMLAB_NS3_TREE:-}}
modules=${SWIMLAB_NS3_MODULES:-swim}

if [ -z "$tree" ]; then
    echo "skipped: no ns-3 tree; name one by SWIMLAB_NS3_TREE=/path/to/ns-3-dev"
    exit 77 # which ctest counts as skipped
fi
if [ ! -f "$tree/VERSION" ] || [ ! -f "$tree/test.py" ]; then
    echo "$tree is no ns-3 source tree: it has no VERSION and test.py" >&2
    exit 2
fi
version=$(cat "$tree/VERSION")

if [ $# -ge 2 ]; then
    work=$2
    mkdir -p "$work"
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
log=$work/log.txt

# Prints how it ended, and leaves with that.
finish()
{
    echo "ns-3 $version: $1"
    exit "$2"
}

# Runs a step with its output in the log.
step()
{
    what=$1
    shift
    if ! "$@" >>"$log" 2>&1; then
        tail -n 40 "$log" >&2
        finish "$what failed; see the end of $log above" 1
    fi
}

: >"$log"
# As a clone would have it, but with today's changes. Only what differs is written, so that a second run
# compiles that and no more.
module=$work/ns-3/contrib/swim
mkdir -p "$module"
(cd "$tree" && find . \( -path ./.git -o -path ./build -o -path ./cmake-cache -o -path ./contrib/swim \) \
    -prune -o \( -type f -o -type l \) -print0 | tar -c --null -T - -f -) | tar -x -C "$work/ns-3" -f -
rm -rf "$work/today"
mkdir "$work/today"
(cd "$repository" && git ls-files -z --cached --others --exclude-standard |
    tar -c --null -T - -f -) | tar -x -C "$work/today" -f -
if [ -n "${SWIMLAB_NS3_OPTIONS:-}" ]; then
    sed -i "1i add_compile_options($SWIMLAB_NS3_OPTIONS)" "$work/today/CMakeLists.txt"
fi
(cd "$work/today" && find . -type f | while read -r file; do
    cmp -s "$file" "$module/$file" || install -D -m "$(stat -c %a "$file")" "$file" "$module/$file"
done)
(cd "$module" && find . -type f | while read -r file; do
    [ -e "$work/today/$file" ] || rm "$file"
done)

cd "$work/ns-3"
# ns-3 refuses the user of that name, who is the only one in many containers.
if [ "${USER:-root}" = root ]; then
    export USER=builder
fi
step configure ./ns3 configure --build-profile="${SWIMLAB_NS3_PROFILE:-default}" \
    --enable-modules="$modules" --enable-tests --enable-examples --enable-asserts --enable-logs \
    --filter-module-examples-and-tests=swim
# As `ns3 build`, which leaves one processor idle.
step compile cmake --build cmake-cache -j "${SWIMLAB_NS3_JOBS:-2}"
if grep -n "contrib/swim.*warning:" "$log" >&2; then
    finish "compiled with warnings of the module" 1
fi
step "the test suite swim" ./test.py --no-build -s swim
step "the test suite swim-validation" ./test.py --no-build -s swim-validation
step "an example" ./test.py --no-build --constrain=example
examples=$(grep -c "PASS.*Example contrib/swim" "$log" || true)
if [ "$examples" -lt 2 ]; then
    finish "test.py ran $examples of the module's examples, not two or more" 1
fi
finish "configured, compiled without warnings of the module; suites swim and swim-validation passed; \
$examples examples ran" 0
