# SPDX-License-Identifier: GPL-2.0-only
"""How many runs it takes to show that a goal is kept, and how far within its limit a setting must be for
so many runs to show it.

A goal counts by its bound, so the best setting of all, exactly at its limits, can never be shown. What
can be shown is told from the noise that the runs had so far: how a logarithm varies from run to run, and
of counts how long a run exposes members to what is counted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from analysis.campaign.intervals import (
    RUNS_FOR_MEAN,
    floor_of,
    values_for_quantile,
)
from campaign.tune.evaluate import Measured, is_count, is_share
from campaign.tune.problem import Goal
from campaign.tune.search.bounds import normal, runs_to_show, runs_to_show_count
from campaign.tune.search.readings import backward, forward, reading, runs_of, variance_of_log

LEAST_RUNS = RUNS_FOR_MEAN
"""Of what is to be shown: fewer have no interval of a mean."""
_QUANTILES = {"p90": 0.9, "p99": 0.99, "p999": 0.999}
COUNT_MARGIN = math.log(3)
"""At most, of a count: that it is less than a third of its limit no search can tell by its few runs, and
asking for more would look for the most cautious setting instead of the best."""
_ALIKE = 1.2
"""So much more than independent values it takes, where runs tell how alike theirs are."""


@dataclass(frozen=True)
class Noise:
    """Of one measure."""

    deviation: float
    """Of one run, on the measure's scale."""
    exposure: float
    """Of a count, of one run; else nan."""
    values: float
    """That one run brings."""


def noise_of(measure: str, known: Sequence[Measured]) -> Noise:
    """From the settings with most runs."""
    most = sorted(known, key=lambda each: -each.runs)[: max(5, len(known) // 4)]
    exposures = [(each.exposure(measure) or 0.0) / each.runs for each in most]
    values = [
        estimate.n / each.runs
        for each in most
        if (estimate := each.values.get(measure)) is not None and estimate.n
    ]
    if is_count(measure):
        return Noise(math.nan, median(exposures) if exposures else math.nan, 1.0)
    if is_share(measure):
        found = [each for one in most if (each := reading(one, measure)) is not None]
        variances = [each.variance * one.runs for each, one in zip(found, most)]
    else:
        # Of each run that is asked for; where fewer are made, it tells less.
        variances = [
            variance_of_log(each, measure) * each.runs / runs_of(each, measure) for each in most
        ]
    deviation = math.sqrt(median(variances)) if variances else 0.2
    return Noise(deviation, math.nan, median(values) if values else 1.0)


def least_runs(measure: str, noise: Noise) -> int:
    """So many runs have an interval of this measure at all."""
    share = _QUANTILES.get(measure.rpartition(".")[2])
    if share is None:
        return LEAST_RUNS
    needed = values_for_quantile(share) * _ALIKE
    runs = LEAST_RUNS
    while runs < 10_000:
        values = runs * noise.values
        if values / (floor_of(values * (1 - share)) if noise.values > 1 else 1) >= needed:
            break
        runs = math.ceil(runs * 1.1)
    return runs


def runs_needed(goal: Goal, scaled: float, noise: Noise, error: float, most: int) -> int:
    """With how many runs a measure with this true value, on its scale, is likely to be shown to keep the
    goal; more than `most`: not with so many."""
    if goal.op == "<=" and is_count(goal.measure):
        found = runs_to_show_count(
            backward(goal.measure, scaled), noise.exposure, goal.limit, error, most
        )
    else:
        sign = 1.0 if goal.op == "<=" else -1.0
        gap = sign * (forward(goal.measure, goal.limit) - scaled)
        deviation = noise.deviation
        if is_count(goal.measure):
            # At least so many of a count: by its Poisson noise.
            deviation = 1 / math.sqrt(max(1e-9, math.exp(scaled) * noise.exposure))
        found = runs_to_show(gap, deviation, error, most)
    return max(found, least_runs(goal.measure, noise))


def margins(
    goals: Sequence[Goal], noises: Mapping[str, Noise], runs: int, error: float
) -> dict[str, float]:
    """How far within its limit, on its scale, a measure must be for `runs` runs to be likely to show it.
    Of a count that so many cannot show whatever it is, as far as they could show with as many as that
    takes: it remains unshown, but not for want of trying."""
    found: dict[str, float] = {}
    for goal in goals:
        noise = noises[goal.measure]
        if not is_count(goal.measure):
            found[goal.measure] = (normal(error) + 1.0) * noise.deviation / math.sqrt(runs)
        elif goal.op == ">=":
            seen = max(1.0, goal.limit * noise.exposure * runs)
            found[goal.measure] = (normal(error) + 1.0) / math.sqrt(seen)
        else:
            found[goal.measure] = _count_margin(goal, noise, runs, error)
    return found


def _count_margin(goal: Goal, noise: Noise, runs: int, error: float) -> float:
    with_none = runs_to_show_count(0.0, noise.exposure, goal.limit, error, 10_000_000)
    runs = max(runs, math.ceil(1.5 * with_none))
    low, high = 0.0, COUNT_MARGIN
    for _ in range(30):
        middle = (low + high) / 2
        rate = goal.limit * math.exp(-middle)
        if runs_to_show_count(rate, noise.exposure, goal.limit, error, runs) <= runs:
            high = middle
        else:
            low = middle
    return high
