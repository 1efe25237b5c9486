# SPDX-License-Identifier: GPL-2.0-only
"""tune.json of a tune's folder: of which build and inputs the runs are, and the file that asked for them.

A report can be made without it, from result.json alone; then it says less of where the numbers come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.run.records import RecordError
from analysis.tune.reader import Part, read
from analysis.tune.result import WRITER

TUNE_NAME = "tune.json"
TUNE_FORMAT = 1


@dataclass(frozen=True)
class Asked:
    """All empty without the file."""

    budget: str = ""
    file: str = ""
    text: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """By name the sha256."""
    build: Mapping[str, Any] = field(default_factory=dict)


def read_asked(folder: Path) -> Asked:
    """Raises RecordError where it is there and damaged."""
    file = folder / TUNE_NAME
    if not file.exists():
        return Asked()
    whole = read(file, WRITER)
    if whole.raw.get("format") != TUNE_FORMAT:
        raise RecordError(
            f"{file}: format is {whole.raw.get('format')!r}, this reader knows {TUNE_FORMAT}"
        )
    return Asked(
        whole.text("budget", ""),
        whole.text("tune_file", ""),
        whole.text("tune_text", ""),
        whole.mapping("inputs", Part.text),
        whole.part("build").raw if whole.has("build") else {},
    )
