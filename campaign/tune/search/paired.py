# SPDX-License-Identifier: GPL-2.0-only
"""By how much one setting is above another, measured on the same seeds.

The interval is made of both settings' own, less what the pairs share: variance estimates recovery with
the correlation of the pairs (Zou, Statistics in Medicine 26, 2007). So it is of the very numbers that are
reported (a 99 % quantile of all values, a rate of all exposure), which no single run has. Where one of
them has no interval, pairs are compared by signed ranks, run by run, and where those are too few nothing
is said.
"""

from __future__ import annotations

import math

import numpy as np

from analysis.study.differences import PAIRS_FOR_RANKS, signed_ranks
from analysis.study.estimates import Estimate, nothing, without_interval
from campaign.tune.evaluate import Measured

PAIRS_FOR_CORRELATION = 10


def difference(one: Measured, other: Measured, measure: str) -> Estimate:
    """One minus the other."""
    a, b = one.values.get(measure), other.values.get(measure)
    pairs = _pairs(one, other, measure)
    runs = min(one.runs, other.runs)
    if a is None or b is None or a.value is None or b.value is None:
        return _by_ranks(pairs, runs)
    if math.isinf(a.value) or math.isinf(b.value):
        return nothing("one of the two never came", 0, runs)
    value = a.value - b.value
    if a.interval is None or b.interval is None:
        ranks = _by_ranks(pairs, runs)
        if ranks.interval is None or not ranks.interval[0] <= value <= ranks.interval[1]:
            return without_interval(value, len(pairs), runs, ranks.why or "no interval of both")
        return Estimate(value, ranks.low, ranks.high, len(pairs), runs, "")
    shared = _correlation(pairs)
    low = value - _apart(a.value - a.interval[0], b.interval[1] - b.value, shared)
    high = value + _apart(a.interval[1] - a.value, b.value - b.interval[0], shared)
    if not (math.isfinite(low) and math.isfinite(high)):
        return without_interval(value, len(pairs), runs, "no interval: one of them has no end")
    return Estimate(value, low, high, len(pairs), runs, "")


def _apart(one: float, other: float, shared: float) -> float:
    return math.sqrt(max(0.0, one**2 + other**2 - 2 * shared * one * other))


def _pairs(one: Measured, other: Measured, measure: str) -> list[tuple[float, float]]:
    """Of the seeds that both have."""
    both = zip(one.per_run.get(measure, ()), other.per_run.get(measure, ()))
    return [(a, b) for a, b in both if not math.isnan(a) and not math.isnan(b)]


def _correlation(pairs: list[tuple[float, float]]) -> float:
    """0 where so few pairs tell nothing of it; never taken for all, which some hundred runs cannot tell."""
    finite = [(a, b) for a, b in pairs if math.isfinite(a) and math.isfinite(b)]
    if len(finite) < PAIRS_FOR_CORRELATION:
        return 0.0
    a, b = np.array(finite).T
    if a.std() == 0 or b.std() == 0:
        return 0.0
    found = float(np.corrcoef(a, b)[0, 1])
    # Its own error, towards none: an interval that is too wide is no false claim.
    return max(0.0, found - 2 * (1 - found**2) / math.sqrt(len(finite)))


def _by_ranks(pairs: list[tuple[float, float]], runs: int) -> Estimate:
    finite = [a - b for a, b in pairs if math.isfinite(a) and math.isfinite(b)]
    shift = signed_ranks(finite)
    if shift is None:
        return nothing(
            f"no interval: it takes {PAIRS_FOR_RANKS} runs of both, and there are {len(finite)}",
            len(finite),
            runs,
        )
    return Estimate(shift.value, shift.low, shift.high, len(finite), runs, "")
