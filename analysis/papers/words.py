# SPDX-License-Identifier: GPL-2.0-only
"""Measured numbers as the cells and sentences of a page."""

from __future__ import annotations

from analysis.papers.cells import Numbers


def with_interval(found: Numbers, digits: int = 2) -> str:
    """An estimate with its interval of 95 %; without one, alone."""
    if found["value"] is None:
        return "–"
    value = f"{found['value']:.{digits}f}"
    if found["low"] is None or found["high"] is None:
        return value
    return f"{value} [{found['low']:.{digits}f}, {found['high']:.{digits}f}]"


def holds(found: Numbers, value: float) -> bool | None:
    """Whether the interval has the value inside; None without one."""
    if found["low"] is None or found["high"] is None:
        return None
    return bool(found["low"] <= value <= found["high"])


def number(value: float) -> str:
    """As a person writes it: no zeros at the end."""
    return f"{value:g}"
