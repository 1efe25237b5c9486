# SPDX-License-Identifier: GPL-2.0-only
"""A page about studies, for the screen and for paper: HTML that needs no other file, and a PDF made of it
by WeasyPrint.

Both are the same bytes for the same content. What a PDF depends on besides the page is given to the
process that makes it: fonts of the system alone, no variable of the user's, no date. WeasyPrint is
Debian's, some 2 MB where a headless browser is 300; figures stay vectors in it, and it breaks tables
between rows with their heads repeated.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.figures import style
from analysis.report import page as report_page

ROOM_BYTES = 3_600_000
"""For figures in a page, so that it stays under 5 MB with its tables."""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>/usr/share/fonts</dir>
<cachedir>{cache}</cachedir>
</fontconfig>
"""
"""Of fontconfig: fonts that a user has at home would make his report another than his colleague's."""


class PageError(Exception):
    """No PDF could be made; the message says why."""


def write(
    path: Path, template: str, content: Mapping[str, Any], pictures: Sequence[style.Picture]
) -> Path:
    """Writes the page at `path`, figures/ beside it, and the same as .pdf; gives its path.

    Raises PageError where WeasyPrint fails or is not there; the page is written then.
    """
    report_page.write(path, template, content, pictures, ROOM_BYTES)
    _print(path, path.with_suffix(".pdf"))
    return path


def _print(page: Path, pdf: Path) -> None:
    partial = pdf.with_name(f".{pdf.name}.partial")
    root = Path(__file__).resolve().parents[2]
    with tempfile.TemporaryDirectory(prefix="swimlab-pdf-") as scratch:
        fonts = Path(scratch) / "fonts.conf"
        fonts.write_text(FONTS.format(cache=scratch), encoding="utf-8")
        environment = {
            "FONTCONFIG_FILE": str(fonts),
            "HOME": scratch,
            "LC_ALL": "C.UTF-8",
            "PATH": os.defpath,
            "PYTHONHASHSEED": "0",
            "PYTHONNOUSERSITE": "1",
            "PYTHONPATH": str(root),
            "PYTHONSAFEPATH": "1",
            "PYTHONUTF8": "1",
            # What writes the fonts into the PDF would say in each when that was.
            "SOURCE_DATE_EPOCH": "0",
            "TZ": "UTC",
        }
        done = subprocess.run(
            [sys.executable, "-m", "analysis.study.page_pdf", page.resolve(), partial.resolve()],
            cwd=scratch,
            env=environment,
            capture_output=True,
            text=True,
        )
    if done.returncode != 0:
        partial.unlink(missing_ok=True)
        lines = done.stderr.strip().splitlines() or [f"WeasyPrint ended with {done.returncode}"]
        raise PageError(f"{pdf}: {lines[-1]}")
    partial.replace(pdf)
