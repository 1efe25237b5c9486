# SPDX-License-Identifier: GPL-2.0-only
"""The user's surroundings, of which none may reach a result: two people who run one scenario get the
same bytes, whatever their language, time zone, compiler flags or settings of ns-3 and matplotlib are.

Variables are taken away by what they would change; what is left (PATH, HOME, TERM, proxies, ccache)
changes how a command works, not what it finds.
"""

import os
import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path

_REMOVED = re.compile(
    r"""
      LC_.* | LANG | LANGUAGE                     # words, commas, order of names
    | TZ                                          # times
    | NS_.*                                       # ns-3: log, attributes, global values
    | GIT_.*                                      # another repository, another index
    | MPL.* | MATPLOTLIB.* | TEXMFHOME            # figures
    | SOURCE_DATE_EPOCH
    | PYTHON.*
    | CC | CXX | C(XX|PP)?FLAGS | LDFLAGS | AR | LD | RANLIB | NM     # another compiler, other code
    | CPATH | C(PLUS)?_INCLUDE_PATH | LIBRARY_PATH | COMPILER_PATH | GCC_EXEC_PREFIX
    | CMAKE_.* | NINJA_STATUS | PKG_CONFIG.* | DESTDIR
    | \w+_(DIR|ROOT)                              # where CMake would look for packages first
    | LD_LIBRARY_PATH | LD_PRELOAD | LD_AUDIT | LD_BIND_.*            # other libraries
    | GO(FLAGS|PATH|OS|ARCH|AMD64|ENV|TOOLCHAIN|EXPERIMENT|111MODULE) | CGO_.*
    | GTEST_.* | RC_PARAMS
    | OPENSSL_.* | FONTCONFIG_.*
    | GLIBC_TUNABLES | MALLOC_.*
    | NPY_.* | OPENBLAS_.* | OMP_.* | MKL_.* | NUMEXPR_.* | BLIS_.*   # other orders of sums
    | BASH_ENV | ENV | CDPATH
    """,
    re.VERBOSE,
)
_KEPT = re.compile(r"SWIMLAB_.*|XDG_.*|CCACHE_.*|CMAKE_CXX_COMPILER_LAUNCHER")
_SET = {
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
    "PYTHONNOUSERSITE": "1",
    "PYTHONSAFEPATH": "1",
    "PYTHONUTF8": "1",
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
"""Python's: our own modules, and no others from where the user stands or keeps some."""

of_user: dict[str, str] = dict(os.environ)
"""What the command was started with, for the one program that serves the user and no result: an
agent."""


def cleaned(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without what could reach a result."""
    kept = {
        name: value
        for name, value in environment.items()
        if _KEPT.fullmatch(name) or not _REMOVED.fullmatch(name)
    }
    return kept | _SET


def leave(environment: MutableMapping[str, str] = os.environ) -> None:
    """Clean the environment of this process and of all that it will start; and a mask that would
    keep the user out of his own new folders."""
    clean = cleaned(environment)
    for name in set(environment) - set(clean):
        del environment[name]
    environment.update(clean)
    os.umask(os.umask(0) & 0o077)
