# SPDX-License-Identifier: GPL-2.0-only
"""Whether runs show that a goal is kept, at any error that is asked for.

Estimates have intervals of 95 %: 2.5 % beyond either end. Whoever looks often, at several settings and
again after more runs, and stops when he likes what he sees, is wrong more often than that, so each look
is given less error (Bonferroni), and its bound lies farther out:

- nothing seen of a count: the bound grows as the logarithm of the error, exactly;
- else the distance from the value to the end grows as the normal quantile does: of what is positive on
  the scale of logarithms (farther than exact ends of counts go, so on the safe side), of shares in
  percent straight, and never beyond all.
"""

from __future__ import annotations

import math
from functools import lru_cache

from scipy import stats

from analysis.campaign.intervals import ONE_TAIL, TAIL, UNSEEN_EFFECT, floor_of
from analysis.study.estimates import Estimate
from campaign.tune.evaluate import is_count, is_share
from campaign.tune.problem import Goal


@lru_cache(maxsize=256)
def normal(error: float) -> float:
    """The distance in standard deviations beyond which lies so much, on one side."""
    return float(stats.norm.isf(error))


def far_end(estimate: Estimate | None, measure: str, op: str, error: float = TAIL) -> float | None:
    """The end of the interval that a goal with this `op` must clear; None where there is none."""
    if estimate is None or estimate.interval is None or estimate.value is None:
        return None
    low, high = estimate.interval
    value, end = estimate.value, high if op == "<=" else low
    if math.isinf(value) or math.isinf(end):
        return end
    if is_count(measure) and value == 0:
        return end * math.log(1 / error) / math.log(1 / ONE_TAIL) if op == "<=" else 0.0
    wider = normal(error) / normal(TAIL)
    if is_share(measure) or value <= 0 or end <= 0:
        found = value + (end - value) * wider
        return min(100.0, max(0.0, found)) if is_share(measure) else found
    return value * (end / value) ** wider


def shows(estimate: Estimate | None, goal: Goal, error: float = TAIL) -> bool:
    """Whether the goal is kept by its bound."""
    end = far_end(estimate, goal.measure, goal.op, error)
    return end is not None and goal.kept_by(end)


def refutes(estimate: Estimate | None, goal: Goal, error: float = TAIL) -> bool:
    """Whether it is broken by its bound: even the near end is beyond the limit."""
    if estimate is None or estimate.value is None:
        return False
    if math.isinf(estimate.value):
        return goal.op == "<="
    if goal.kept_by(estimate.value):
        return False
    end = far_end(estimate, goal.measure, ">=" if goal.op == "<=" else "<=", error)
    return end is not None and not goal.kept_by(end)


def count_bound(seen: float, error: float) -> float:
    """About the upper bound that so many of a count will have, to plan by: the sum of what nothing seen
    leaves open, of what was seen, and of its deviation."""
    open_ = (UNSEEN_EFFECT - 1) * math.log(1 / error) / math.log(UNSEEN_EFFECT)
    return open_ + seen + normal(error) * math.sqrt(floor_of(seen) * seen)


def runs_to_show_count(
    rate: float, exposure_a_run: float, limit: float, error: float, most: int
) -> int:
    """With how many runs a count of this true rate is likely to be shown to be within the limit; more
    than `most` where not with so many."""
    runs = 1
    while runs <= most:
        expected = rate * exposure_a_run * runs
        # Five in six have no more than this.
        if count_bound(expected + math.sqrt(expected), error) <= limit * exposure_a_run * runs:
            return runs
        runs = max(runs + 1, math.ceil(runs * 1.1))
    return most + 1


def runs_to_show(gap: float, deviation_a_run: float, error: float, most: int) -> int:
    """The same of a logarithm that is `gap` within its limit, and varies so much from run to run."""
    if gap <= 0:
        return most + 1
    needed = ((normal(error) + 1.0) * deviation_a_run / gap) ** 2
    return most + 1 if needed > most else max(1, math.ceil(needed))
