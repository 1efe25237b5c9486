# SPDX-License-Identifier: GPL-2.0-only
"""A table as the pages of studies have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

COLUMNS_AT_MOST = 5
"""Measures side by side, so that a table fits on paper; the others follow below."""


@dataclass(frozen=True)
class Table:
    """As a page has it: the first `names` columns are words, the others estimates or numbers."""

    title: str
    heads: Sequence[str]
    names: int
    rows: Sequence[Sequence[str | Sequence[str]]]
    """Of an estimate a line each: value, interval, n and more."""
    notes: Sequence[str] = field(default_factory=list)
