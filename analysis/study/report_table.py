# SPDX-License-Identifier: GPL-2.0-only
"""A table as the pages of studies have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

COLUMNS_AT_MOST = 5
"""Measures side by side, so that a table fits on paper; the others follow below."""


@dataclass(frozen=True)
class Marked:
    """A line of a cell that is an answer; the style sheet has its kind."""

    text: str
    kind: str

    def __str__(self) -> str:
        return self.text


Line = str | Marked
Row = Sequence[str | Sequence[Line]]


@dataclass(frozen=True)
class Table:
    """As a page has it: the first `names` columns are words, the others estimates or numbers."""

    title: str
    heads: Sequence[str]
    names: int
    rows: Sequence[Row]
    """Of an estimate a line each: value, interval, n and more."""
    notes: Sequence[str] = field(default_factory=list)
