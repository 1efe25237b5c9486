# SPDX-License-Identifier: GPL-2.0-only
"""What computed and drew: the versions of Python and of each library, and the sum of our own sources.

With it in summary.json, somebody who has only the campaign's folder can tell whether other numbers come
from other runs or from another analysis.
"""

from __future__ import annotations

import hashlib
import platform
from importlib import metadata
from pathlib import Path

LIBRARIES = ("numpy", "pandas", "scipy", "matplotlib", "jinja2")
_SOURCES = Path(__file__).resolve().parent.parent


def analysis_versions() -> dict[str, str]:
    return {
        "sources_sha256": _sources_sha256(),
        "python": platform.python_version(),
        **{name: _version(name) for name in LIBRARIES},
    }


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "unknown"


def _sources_sha256() -> str:
    """Of analysis/: its Python files and templates, by name and content."""
    digest = hashlib.sha256()
    for path in sorted(_SOURCES.rglob("*")):
        if path.suffix in (".py", ".j2") and path.is_file():
            digest.update(f"{path.relative_to(_SOURCES)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
