#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Installs the library into an empty folder, for the tests of the installed library.
#
#     install.sh BUILD_DIR PREFIX
set -euo pipefail

build_dir=$1 prefix=$2
rm -rf -- "$prefix"
cmake --install "$build_dir" --component swim --prefix "$prefix"

# What comes with it: the licence, and headers for applications alone.
licence=$prefix/share/doc/swim/LICENSE
for words in 'Copyright (c) .* The Swimlab authors' 'Permission is hereby granted'; do
    grep -q "$words" "$licence" || { echo "$licence does not say: $words" >&2; exit 1; }
done
inside=$(find "$prefix/include" -type f -not -path "$prefix/include/swim/*.h")
[[ -z $inside ]] || { echo "installed as if for applications: $inside" >&2; exit 1; }
