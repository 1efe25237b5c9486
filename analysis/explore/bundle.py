# SPDX-License-Identifier: GPL-2.0-only
"""The modules of explorer/ as one script: a page opened from a disk may not import from one.

Modules are put one after the other, each behind those that it imports, without their import lines and
without the word `export`. So all share one scope, and a name that two of them have is an error here.
"""

from __future__ import annotations

import re
from pathlib import Path

EXPLORER = Path(__file__).resolve().parents[2] / "explorer"

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|class|const|let)", re.MULTILINE)
_TOP_LEVEL = re.compile(r"^(?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE)

_COMMENT = re.compile(r"^[ \t]*(?:/\*\*(?:[^*]|\*(?!/))*\*/|//[^\n]*)[ \t]*\n", re.MULTILINE)


class BundleError(Exception):
    """The modules do not go together."""


def bundle(main: Path) -> str:
    """The script that `main` and all that it imports make."""
    parts: list[str] = []
    owner: dict[str, str] = {}
    for path in _in_order(main, [], ()):
        source = _EXPORT.sub("", _IMPORT.sub("", path.read_text("utf-8")))
        if left := re.search(r"^(?:import|export)\b.*", source, re.MULTILINE):
            raise BundleError(f"{path}: this form is not known here: {left[0]}")
        for name in _TOP_LEVEL.findall(source):
            if name in owner:
                raise BundleError(f"{path}: {name} is in {owner[name]} too")
            owner[name] = path.name
        parts.append(f"// --- {path.name}\n{source.strip()}\n")
    return "\n".join(parts)


def without_comments(script: str) -> str:
    """For pages that are to be small: who wants to read comments reads the modules."""
    return _COMMENT.sub("", script)


def _in_order(path: Path, done: list[Path], above: tuple[Path, ...]) -> list[Path]:
    if path in above:
        raise BundleError(f"{path}: imports itself by way of {above[-1].name}")
    if path not in done:
        for name in _IMPORT.findall(path.read_text("utf-8")):
            _in_order(path.parent / name, done, (*above, path))
        done.append(path)
    return done
