# SPDX-License-Identifier: GPL-2.0-only
"""matplotlib without the user's settings, so that the same campaign gives the same figures to all.

When it is imported it reads a `matplotlibrc` of the working directory, of the home or of where the
environment points, takes a back end from the environment, and keeps a list of fonts in the home. A
setting there changes every figure, and one that it cannot read ends the import. So it is imported
from a folder of ours, with an environment of ours; `style.look` sets what a figure depends on.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_VARIABLES = ("MATPLOTLIBRC", "MPLBACKEND", "MATPLOTLIBDATA", "SOURCE_DATE_EPOCH", "TEXMFHOME")
_FONTS = "/usr/share/fonts"
_BUILD = Path(__file__).resolve().parent.parent.parent / "build"


def import_matplotlib() -> None:
    """Does nothing the second time."""
    for name in _VARIABLES:
        os.environ.pop(name, None)
    folder = _own_folder()
    os.environ["MPLCONFIGDIR"] = str(folder)
    with _standing_in(folder):
        import matplotlib.font_manager  # noqa: F401


def _own_folder() -> Path:
    """Where matplotlib keeps its list of fonts: in the build folder, which is ours; where that
    cannot be written, a folder for this process alone."""
    folder = _BUILD / "matplotlib"
    try:
        folder.mkdir(exist_ok=True)
        if os.access(folder, os.W_OK | os.X_OK) and not (folder / "matplotlibrc").exists():
            _forget_old_fonts(folder)
            return folder
    except OSError:
        pass
    for_this_process = Path(tempfile.mkdtemp(prefix="swimlab-matplotlib-"))
    atexit.register(shutil.rmtree, for_this_process, ignore_errors=True)
    return for_this_process


def _forget_old_fonts(folder: Path) -> None:
    """matplotlib looks for fonts once; those that were installed since would never be found."""
    newest_ns = max((os.stat(path).st_mtime_ns for path, _, _ in os.walk(_FONTS)), default=0)
    for listed in folder.glob("fontlist-*.json"):
        if listed.stat().st_mtime_ns < newest_ns:
            listed.unlink(missing_ok=True)


@contextmanager
def _standing_in(folder: Path) -> Iterator[None]:
    """By descriptor: the working directory may have been removed, or have no name to come back to."""
    back = os.open(".", os.O_PATH | os.O_DIRECTORY)
    try:
        os.chdir(folder)
        yield
    finally:
        os.fchdir(back)
        os.close(back)
