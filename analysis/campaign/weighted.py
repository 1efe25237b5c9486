# SPDX-License-Identifier: GPL-2.0-only
"""Intervals of 95 % of counts that weigh less than one each, as splitting makes them.

What one run brings is the sum of the weights of what its copies saw: mostly nothing, now and then a
crowd of alike. Runs are independent, so runs are the clusters. The sum of such a compound Poisson
process behaves as a Poisson count in a unit of its own, sum(x^2) / sum(x) (Bohm and Zech, NIM A 748,
2014), and Garwood's interval of that count, a whole number or not, is the interval here. The unit is
told by the runs that brought anything; few of them tell it badly, so it is widened as Student's t is.

`tests/campaign/tune/test_rare.py` measures how often it holds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from scipy import stats

TAIL = 0.025
"""On each side."""
SEEING_RUNS = 6
"""So many must have seen something: fewer tell neither the sum nor how much one brings."""


def weighted_interval(sums: Sequence[float]) -> tuple[float, float] | None:
    """Of the sum's expectation, given what each run brought, 0 of most; None where no interval would
    hold, which `why_no_weighted` explains."""
    if why_no_weighted(sums):
        return None
    total = math.fsum(sums)
    squares = math.fsum(each**2 for each in sums)
    seeing = sum(1 for each in sums if each > 0)
    student = float(stats.t.ppf(1 - TAIL, seeing - 1))
    raised = (student / float(stats.norm.ppf(1 - TAIL))) ** 2
    unit = raised * squares / total
    count = total / unit
    low, high = stats.gamma.ppf(TAIL, count), stats.gamma.ppf(1 - TAIL, count + 1)
    return float(low) * unit, float(high) * unit


def why_no_weighted(sums: Sequence[float]) -> str:
    """What is missing for an interval; empty where nothing is."""
    seeing = sum(1 for each in sums if each > 0)
    if seeing >= SEEING_RUNS:
        return ""
    saw = "none" if seeing == 0 else str(seeing)
    return (
        f"no interval: it takes {SEEING_RUNS} runs in which something was seen, and of {len(sums):,}"
        f" {saw} did"
    )
