# SPDX-License-Identifier: GPL-2.0-only
"""Values of a scenario as numbers: settings arrive as text, with the unit that they were written with.

Times become seconds, so that 500ms and 0.5s are one value; what has another unit keeps it.
"""

from __future__ import annotations

import re

TIME = "time"
"""The kind of a duration, whose number is in seconds."""

HOUR_S, DAY_S = 3600.0, 86400.0
YEAR_S = 365.25 * DAY_S
"""Of those who count by the year of a member."""

_UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


def number_and_kind(text: str) -> tuple[float, str] | None:
    """`500ms` is 0.5 and TIME, `20%` is 20 and `%`, `4` is 4 and nothing; None for a word."""
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?(?:e-?\d+)?)\s*([A-Za-z%]*)", text)
    if match is None:
        return None
    value, unit = float(match[1]), match[2]
    return (value * _UNITS[unit], TIME) if unit in _UNITS else (value, unit)


def loss_of(text: str) -> float:
    """`2%` is 0.02. Raises ValueError."""
    found = number_and_kind(text)
    if found is None or found[1] != "%" or not 0 <= found[0] < 100:
        raise ValueError(f"'{text}' is no share of datagrams, such as 2%")
    return found[0] / 100
