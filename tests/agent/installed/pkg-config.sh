#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What pkg-config says of the library: enough to build by, each module alone, wherever it was moved to.
#
#     pkg-config.sh KIND SOURCE_DIR PREFIX SCRATCH_DIR CXX
# shellcheck source=common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

version=$(sed -nE 's/^project\(swimlab VERSION ([0-9.]+) .*/\1/p' "$source_dir/CMakeLists.txt")
for module in swim-protocol swim-agent swim-crypto; do
    pkg-config --validate "$module"
    [[ $(pkg-config --modversion "$module") == "$version" ]] || fail "$module is not of version $version"
done

# Moved, as by whoever unpacks an archive of it.
cp -r -- "$prefix" "$scratch/moved"
moved=$scratch/moved/${libdir#"$prefix"/}
export PKG_CONFIG_PATH=$moved/pkgconfig LD_LIBRARY_PATH=$moved

cat >"$scratch/presets.cc" <<'C'
#include <cstdio>
#include <swim/config.h>

int main()
{
    return swim::Preset("memberlist-lan") ? 0 : 1;
}
C
compile "$cxx" "$scratch/presets" "$scratch/presets.cc" swim-protocol
"$scratch/presets"
compile "$cxx" "$scratch/encrypted" "$here/encrypted/encrypted.cc" "swim-agent swim-crypto"
"$scratch/encrypted"

# Without --static too: a static library alone in its prefix has no use without what it needs.
read -ra flags <<<"$(pkg-config --cflags --libs swim-crypto swim-agent)"
"$cxx" "${strict[@]}" "$here/encrypted/encrypted.cc" -o "$scratch/plainly" "${flags[@]}"
"$scratch/plainly"

# Of a shared library an application needs the library alone.
if [[ $kind == shared ]]; then
    [[ ! " ${flags[*]} " =~ \ -l(z|crypto)\  ]] || fail "an application links what is the library's: ${flags[*]}"
    pkg-config --libs --static swim-crypto | grep -q -- -lcrypto || fail "--static does not tell of libcrypto"
fi
