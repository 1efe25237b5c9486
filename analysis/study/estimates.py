# SPDX-License-Identifier: GPL-2.0-only
"""A number that runs give, with its interval of 95 %, or with why it has none.

Values come by groups that are independent of each other (campaign/clusters.py): runs, or the networks
that several runs share. A time that never came is longer than any number: it is `math.inf` in the
values, counts in every quantile, and leaves a mean without a value. campaign/intervals.py makes the
intervals, and says how often they hold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.campaign.intervals import (
    RUNS_FOR_COUNT,
    RUNS_FOR_SHARE,
    count_interval,
    mean_interval,
    quantile_interval,
    share_interval,
    why_no_mean,
    why_no_quantile,
)

Groups = Sequence[Sequence[float] | np.ndarray]
"""The values of each group of runs."""


@dataclass(frozen=True)
class Estimate:
    """What all runs of a cell say about one measure."""

    value: float | None
    """None: there is nothing to measure. `math.inf`: never."""
    low: float | None
    high: float | None
    """The interval of 95 %, both ends or neither; of a count of none, a bound. `math.inf`: never."""
    n: int
    """How many values there are."""
    runs: int
    """How many runs, or networks that runs share, have any."""
    why: str
    """In words why there is no interval; empty where there is one."""

    @property
    def interval(self) -> tuple[float, float] | None:
        return None if self.low is None or self.high is None else (self.low, self.high)

    @property
    def half_width(self) -> float | None:
        """From the value to the farther end; None without an interval or where it is infinite."""
        if self.interval is None or self.value is None or math.isinf(self.value):
            return None
        half = max(self.value - self.interval[0], self.interval[1] - self.value)
        return half if math.isfinite(half) else None

    def times(self, factor: float) -> Estimate:
        """The same in another unit."""
        scaled = [
            None if number is None else number * factor
            for number in (self.value, self.low, self.high)
        ]
        return replace(self, value=scaled[0], low=scaled[1], high=scaled[2])


def nothing(why: str, n: int = 0, runs: int = 0) -> Estimate:
    """Where there is nothing to measure."""
    return Estimate(None, None, None, n, runs, why)


def without_interval(value: float | None, n: int, runs: int, why: str) -> Estimate:
    return Estimate(value, None, None, n, runs, why)


def _made(value: float, interval: tuple[float, float] | None, groups: Groups, why: str) -> Estimate:
    low, high = (None, None) if interval is None else interval
    n, used = sum(map(len, groups)), sum(1 for group in groups if len(group))
    return Estimate(value, low, high, n, used, "" if interval else why)


def quantile(groups: Groups, share: float, of: str) -> Estimate:
    """The median is that of all values (of an even number the mean of the middle two); another
    quantile is the smallest observed value that at least `share` of them do not exceed. It takes so
    many values that at least one lies beyond."""
    found = [np.asarray(group, dtype=float) for group in groups if len(group)]
    if not found:
        return nothing("nothing to measure")
    values = np.concatenate(found)
    least = round(1 / (1 - share)) if share > 0.5 else 1
    if len(values) < least:
        return nothing(
            f"it takes {least:,} values, and there are {len(values):,}", len(values), len(found)
        )
    if share == 0.5:
        value = float(np.median(values))
    else:
        value = float(np.quantile(values, share, method="inverted_cdf"))
    interval = quantile_interval(found, share)
    return _made(value, interval, groups, "" if interval else why_no_quantile(found, share, of))


LONGEST = "no interval: the longest of more runs can only be longer"


def longest(groups: Groups) -> Estimate:
    values = [value for group in groups for value in group]
    if not values:
        return nothing("nothing to measure")
    return _made(max(values), None, groups, LONGEST)


def mean(groups: Groups, of: str) -> Estimate:
    """Of all values together."""
    found = [np.asarray(group, dtype=float) for group in groups if len(group)]
    if not found:
        return nothing("nothing to measure")
    values = np.concatenate(found)
    never = int(np.sum(np.isinf(values)))
    if never:
        return nothing(f"no mean: {never:,} of {len(values):,} never came", len(values), len(found))
    value = math.fsum(values) / len(values)
    interval = mean_interval(found)
    return _made(value, interval, groups, "" if interval else why_no_mean(found, of))


def count(counts: Sequence[int], runs: int, of: str) -> Estimate:
    """The mean of a run, where `runs` runs have these counts, by groups."""
    if not counts:
        return nothing("nothing to measure")
    why = f"no interval: it takes {RUNS_FOR_COUNT} {of}s"
    found = _made(sum(counts), count_interval(counts), [[number] for number in counts], why)
    return replace(found.times(1 / runs), n=runs, runs=len(counts))


def share(parts: Sequence[tuple[int, int]], units: int | None, of: str) -> Estimate:
    """In percent, given (part, whole) by group. @param units as how many values all of it counts, if
    not as many as it is."""
    parts = [(part, whole) for part, whole in parts if whole]
    whole = sum(whole for _, whole in parts)
    if not whole:
        return nothing("nothing to measure")
    value = 100 * sum(part for part, _ in parts) / whole
    factor = 1.0 if units is None else units / whole
    interval = share_interval([(part * factor, size * factor) for part, size in parts])
    low, high = (None, None) if interval is None else (100 * interval[0], 100 * interval[1])
    why = "" if interval else f"no interval: it takes {RUNS_FOR_SHARE} {of}s"
    return Estimate(value, low, high, whole, len(parts), why)
