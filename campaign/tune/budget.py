# SPDX-License-Identifier: GPL-2.0-only
"""What a tune may spend: time, or a number of runs.

With a number of runs a tune comes to the same answer on every machine; with a time it gets as far as the
machine does, and the same command goes on from there.
"""

import math
import re
from dataclasses import dataclass

from campaign.study.file import budget_of

EXAMPLES = '"90s", "15min", "2h" or "2000 runs"'
_RUNS = re.compile(r"(\d+) *runs")


@dataclass(frozen=True)
class Budget:
    """One of the two."""

    text: str
    """As written."""
    size: float
    """Seconds or runs."""
    runs: int | None = None
    """None: it is a time."""

    @property
    def seconds(self) -> float:
        """Infinite where runs are counted."""
        return math.inf if self.runs is not None else self.size


def budget_named(text: str) -> Budget | None:
    """None for what is neither."""
    match = _RUNS.fullmatch(text.strip())
    if match is not None:
        runs = int(match[1])
        return Budget(text.strip(), float(runs), runs) if runs else None
    seconds = budget_of(text)
    return None if seconds is None else Budget(text.strip(), seconds)
