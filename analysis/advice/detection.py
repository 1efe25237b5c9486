# SPDX-License-Identifier: GPL-2.0-only
"""How soon a crash is known: the parts of lookup.py, measured.

What is left of each crash's time without the suspicion of the rule and without the spread is the wait.
In probe intervals it is the same for every interval and multiplier, so the crashes of all settings of a size
tell it together. One seed has the same crashes at the same moments, so the multipliers of an interval
repeat each other and count as one run; with another interval they fall into other moments of its rounds, and
that is a run of its own.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from analysis.advice.cases import Case
from analysis.run.metrics import RunMetrics
from analysis.study import estimates
from analysis.study.estimates import Estimate

SHARES = {"median": 0.5, "p99": 0.99}


def detection(cases: Iterable[Case]) -> dict[str, Any]:
    """Of cases without loss, as the table has it."""
    cases = list(cases)
    spread = _spread(cases)
    waits: dict[int, dict[tuple[int, float], list[float]]] = defaultdict(lambda: defaultdict(list))
    for case in cases:
        interval = case.setting.interval_s
        rule = case.setting.mult * max(1.0, math.log10(case.members))
        for run in case.runs:
            for known, _ in times(run):
                left = known - spread[case.members][interval]
                waits[case.members][run.seed, interval].append(left / interval - rule)
    sizes = sorted(waits)
    return {
        "members": sizes,
        "intervals_s": sorted({case.setting.interval_s for case in cases}),
        "wait": {
            str(size): {
                name: _range(estimates.quantile(list(waits[size].values()), share, "run"))
                for name, share in SHARES.items()
            }
            | {
                "crashes": sum(map(len, waits[size].values())),
                "runs": len(waits[size]),
            }
            for size in sizes
        },
        "spread_s": {
            str(size): [round(spread[size][interval], 4) for interval in sorted(spread[size])]
            for size in sizes
        },
    }


def _spread(cases: Iterable[Case]) -> dict[int, dict[float, float]]:
    """By size and interval, the median of all multipliers."""
    found: dict[int, dict[float, list[float]]] = defaultdict(lambda: defaultdict(list))
    for case in cases:
        for run in case.runs:
            of_run = found[case.members][case.setting.interval_s]
            of_run += [known - first for known, first in times(run) if math.isfinite(known)]
    return {
        size: {interval: statistics.median(times) for interval, times in of_size.items()}
        for size, of_size in found.items()
    }


def times(run: RunMetrics) -> list[tuple[float, float]]:
    """Of each crash until all know, which may be never, and until the first declares it."""
    return [
        (
            math.inf if crash.full_dissemination_s is None else crash.full_dissemination_s,
            math.inf if crash.first_dead_s is None else crash.first_dead_s,
        )
        for crash in run.crashes
        if not crash.held_gone_already
    ]


def _range(found: Estimate) -> list[float]:
    if found.value is None or found.low is None or found.high is None:
        raise ValueError(f"too few crashes: {found.why}")
    return [round(each, 4) for each in (found.value, found.low, found.high)]
