#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# An extension module of Python with the library inside loads, works, and tells a Python function what its
# member hears.
#
#     python.sh KIND SOURCE_DIR PREFIX SCRATCH_DIR CXX
# shellcheck source=common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

python=/usr/bin/python3
ask() { "$python" -c "import sysconfig; print(sysconfig.$1)"; }
include=$(ask 'get_path("include")')
if [[ ! -f $include/Python.h ]]; then
    echo "skipped: there is no $include/Python.h; ./swimlab test installs python3-dev"
    exit 77
fi
suffix=$(ask 'get_config_var("EXT_SUFFIX")')
for compiler in "${compilers[@]}"; do
    folder=$scratch/$(basename -- "$compiler")
    mkdir -- "$folder"
    # Python's macros cast as C does.
    compile "$compiler" "$folder/swim_member$suffix" "$here/python/member.cc" swim-agent \
        -shared -fPIC -fvisibility=hidden -Wno-old-style-cast -isystem "$include"
    told=$(PYTHONPATH=$folder timeout 60 "$python" -c '
import swim_member
heard = []
names = swim_member.meet(lambda kind, name: heard.append((kind, name)))
print(*names, *(f"{kind}:{name}" for kind, name in heard if name == "second"))')
    [[ $told == "first second joined:second"* ]] || fail "the module of $compiler tells: $told"
done
