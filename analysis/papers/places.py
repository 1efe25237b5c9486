# SPDX-License-Identifier: GPL-2.0-only
"""Where a single published value lies among the values of our runs.

A paper that has one run has one value of a distribution, and no mean of ours can be held against that. What
can be asked is how many of our runs have less, as much, and more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats

from analysis.study import estimates
from analysis.study.estimates import Estimate

RARE_PERCENT = 2.5
"""On either side: a value beyond is one of the 5 % that lie farthest out."""


@dataclass(frozen=True)
class Place:
    """`value` is the published one; the others are how many runs have what."""

    value: float
    below: int
    at: int
    above: int

    @property
    def runs(self) -> int:
        return self.below + self.at + self.above

    @property
    def share(self) -> float:
        """Of the runs below it, those at it counted by half: 0 to 1."""
        return (self.below + self.at / 2) / self.runs

    def at_most(self) -> Estimate:
        """Percent of the runs that have at most the value, with its interval."""
        parts = [(1, 1)] * (self.below + self.at) + [(0, 1)] * self.above
        return estimates.share(parts, None, "run")

    @property
    def is_ordinary(self) -> bool:
        """Whether at least RARE_PERCENT of the runs lie as far out on its side."""
        least = min(self.below + self.at, self.at + self.above)
        return 100 * least >= RARE_PERCENT * self.runs

    @property
    def is_unseen(self) -> bool:
        """Whether no run lies as far out on its side."""
        return min(self.below + self.at, self.at + self.above) == 0


def place_of(value: float, ours: Sequence[float], reading_error: float = 0.0) -> Place:
    """Ours that are nearer than the reading error are at it. Raises ValueError without runs."""
    if not ours:
        raise ValueError("no run has a value")
    below = sum(each < value - reading_error for each in ours)
    above = sum(each > value + reading_error for each in ours)
    return Place(value, below, len(ours) - below - above, above)


def p_of_ordinary(places: Sequence[Place]) -> float:
    """How likely places are that lie as unevenly, if each value were a run of ours (Kolmogorov and
    Smirnov, of the shares below)."""
    return float(stats.kstest([place.share for place in places], "uniform").pvalue)
