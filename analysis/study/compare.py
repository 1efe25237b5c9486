# SPDX-License-Identifier: GPL-2.0-only
"""Two samples of runs held against each other, measure by measure: two variants or cells of a study, or
the same cells of two folders.

Each measure has a difference with an interval (differences.py), the effect size of Mann and Whitney,
and one of three answers: different, no difference shown (with the largest that the interval leaves
open), or not to be told. Of several measures compared at once one in twenty would differ by chance, so
"different" is said by Holm's rule over all of them; intervals are those of each by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.campaign.clusters import Networks, clusters_of
from analysis.campaign.text import number
from analysis.run.metrics import RunMetrics
from analysis.study.differences import (
    PAIRS_FOR_RANKS,
    Shift,
    holm,
    mean_of_pairs,
    of_intervals,
    signed_ranks,
    superiority,
)
from analysis.study.estimates import Estimate
from analysis.study.measures import QUANTILES, Measure

LEVEL = 0.03
"""The chance to call one of the measures compared different where none is. With 5 % a reader of 100
comparisons of equals is told of more than 7 differences every eighth time, with 3 % once in 90 times."""
INTERVAL_LEVEL = 0.05
BOTH_NEVER = "both never"
"""Why two sides cannot be told apart that did not come before their runs ended: which would have come
sooner is not known."""


@dataclass(frozen=True)
class Side:
    """One of the two."""

    name: str
    runs: Sequence[RunMetrics]
    networks: Networks


@dataclass(frozen=True)
class Difference:
    """Of one measure, how far A is above B."""

    measure: Measure
    a: Estimate
    b: Estimate
    relative: bool
    """Whether value, low and high are shares of B, such as -0.051; else they have the measure's unit."""
    value: float | None
    low: float | None
    high: float | None
    pairs: int
    """Of one seed, of which the difference is made; 0 where it is of two intervals."""
    method: str
    p: float | None
    p_holm: float | None
    """Adjusted for all measures that are compared at once."""
    superiority: float | None
    """The chance that a run of A has less than a run of B; 0.5 is no difference."""
    why: str
    """Why there is no difference to be told; empty where there is."""
    among: int = 1
    """How many measures are compared at once."""

    @property
    def different(self) -> bool:
        return self.p_holm is not None and self.p_holm <= LEVEL

    @property
    def has_never(self) -> bool:
        """Whether an end of it is that one side never came; of a ratio this is -1 or without end."""
        ends = [end for end in (self.value, self.low, self.high) if end is not None]
        return any(math.isinf(end) or self.relative and end == -1 for end in ends)

    @property
    def seen_beyond(self) -> float | None:
        """A larger difference than this, to either side, the interval leaves out. It says nothing of how
        likely a difference of so much would have been found."""
        return None if self.low is None else max(abs(self.low), abs(self.high))

    def words(self, a: str, b: str) -> str:
        """The answer, of the sides by their names."""
        if self.value is None:
            return f"cannot be told: {self.why}"
        if self.p <= INTERVAL_LEVEL:
            sign, direction = (-1, "lower") if self.value < 0 else (1, "higher")
            bounds = sorted(sign * bound for bound in (self.low, self.high))
            amount = f"{direction} by {self._amount(sign * self.value)} {self._interval(bounds)}"
            if self.different and math.isinf(self.value):
                return (
                    f"{a} never came where {b} did" if sign > 0 else f"{b} never came where {a} did"
                )
            if self.different:
                return f"{a} is {amount} than {b}"
            doubt = (
                f"which is not enough beside the other {self.among - 1} measures (Holm)"
                if self.p <= LEVEL
                else f"which chance alone gives in {100 * self.p:.0f} of 100"
            )
            return f"no difference shown: {a} is {amount} than {b}, {doubt}"
        beyond = self.seen_beyond
        if math.isinf(beyond):
            return "no difference shown, and none ruled out"
        return f"no difference shown; the interval leaves up to {self._amount(beyond)} open"

    def _amount(self, value: float) -> str:
        if math.isinf(value):
            return "ever so much"
        if self.relative:
            return f"{number(100 * value, 2)} %"
        unit = "points" if self.measure.unit == "%" else self.measure.unit
        return f"{number(value, 2)} {unit}".strip()

    def _interval(self, bounds: Sequence[float]) -> str:
        scale = 100 if self.relative else 1
        low, high = ("never" if math.isinf(bound) else number(scale * bound, 2) for bound in bounds)
        return f"[{low}, {high}]"


def compare(a: Side, b: Side, measures: Sequence[Measure]) -> list[Difference]:
    """Each of the measures; what "different" is, is said of all of them together."""
    found = [_difference(a, b, measure) for measure in measures]
    adjusted = holm([difference.p for difference in found])
    told = sum(p is not None for p in adjusted)
    return [replace(entry, p_holm=p, among=told) for entry, p in zip(found, adjusted)]


def _difference(a: Side, b: Side, measure: Measure) -> Difference:
    of_a, of_b = (measure.of(side.runs, side.networks) for side in (a, b))
    single = _single(measure)
    values_a, values_b = ({r.seed: single(r) for r in side.runs} for side in (a, b))
    chance = superiority(
        *([v for v in values.values() if v is not None] for values in (values_a, values_b))
    )
    seeds = [
        seed
        for seed in sorted(values_a.keys() & values_b.keys())
        if values_a[seed] is not None and values_b[seed] is not None
    ]
    pairs = [(values_a[seed], values_b[seed]) for seed in seeds]
    relative = _is_relative(measure, pairs, of_a, of_b)
    shifts = _independent(a, seeds, [_apart(*pair, relative) for pair in pairs])
    shift = _paired(measure, shifts)
    used = 0 if shift is None else len(shifts)
    if shift is None:
        shift = of_intervals(of_a, of_b, relative)
    if shift is None and relative:
        relative = False
        shift = of_intervals(of_a, of_b, relative)
    if shift is None:
        why = _why(measure, of_a, of_b, shifts)
        return Difference(
            measure, of_a, of_b, False, None, None, None, 0, "", None, None, chance, why
        )
    if of_a.value == of_b.value == math.inf and shift.p > INTERVAL_LEVEL:
        # The chance stays among those of the other measures, of which Holm's rule counts all.
        untold = (None, None, None, used, shift.method, shift.p, None, chance, BOTH_NEVER)
        return Difference(measure, of_a, of_b, False, *untold)
    value, low, high = (
        math.expm1(end) if relative else end for end in (shift.value, shift.low, shift.high)
    )
    return Difference(
        measure,
        of_a,
        of_b,
        relative,
        value,
        low,
        high,
        used,
        shift.method,
        shift.p,
        None,
        chance,
        "",
    )


def _single(measure: Measure) -> Callable[[RunMetrics], float | None]:
    """One number of a run, as near to the measure as one run can come; None where it has none."""

    def of(run: RunMetrics) -> float | None:
        values = measure.per_run(run)
        if not values:
            return None
        if measure.statistic == "max":
            return max(values)
        if measure.statistic == "mean" or len(values) == 1 and measure.statistic in ("median", ""):
            return math.inf if math.inf in values else math.fsum(values) / len(values)
        if measure.statistic == "median":
            return float(np.median(values))
        share = QUANTILES.get(measure.statistic)
        if share is None:
            return values[0]
        if measure.kind == "load" or len(values) < round(1 / (1 - share)):
            return None
        return float(np.quantile(values, share, method="inverted_cdf"))

    return of


def _is_relative(
    measure: Measure, pairs: Sequence[tuple[float, float]], a: Estimate, b: Estimate
) -> bool:
    """Times and loads are told by ratios, unless there is a 0, which has none."""
    if measure.unit not in ("s", "/s", "B/s"):
        return False
    ends = [v for found in (a, b) for v in (found.value, found.low) if v is not None]
    return all(value > 0 for pair in pairs for value in pair) and all(v > 0 for v in ends)


def _apart(a: float, b: float, relative: bool) -> float:
    """Never is as long as never."""
    if math.isinf(a) or math.isinf(b):
        return 0.0 if a == b else math.copysign(math.inf, a - b)
    return math.log(a / b) if relative else a - b


def _independent(side: Side, seeds: Sequence[int], shifts: Sequence[float]) -> list[float]:
    """Where runs share a network, what it brings to their pairs is alike: one mean a network."""
    runs = [run for run in side.runs if run.seed in set(seeds)]
    clusters = clusters_of(runs, side.networks)
    if clusters.of == "run":
        return list(shifts)
    by_seed = dict(zip(seeds, shifts))
    groups = [[by_seed[run.seed] for run in group] for group in clusters.groups]
    return [_mean(group) for group in groups]


def _mean(values: Sequence[float]) -> float:
    if any(map(math.isinf, values)):
        return float(np.median(values))
    return math.fsum(values) / len(values)


def _paired(measure: Measure, shifts: Sequence[float]) -> Shift | None:
    """None where pairs do not tell, or the two intervals tell better."""
    if measure.unit in ("s", "/s", "B/s"):
        return signed_ranks(shifts)
    # Of counts and shares the mean is asked for, which the middle of mostly nothing is not.
    if all(map(math.isfinite, shifts)):
        shift = mean_of_pairs(shifts)
        if shift is not None:
            return shift
    differing = sum(shift != 0 for shift in shifts)
    if measure.no_interval and differing >= max(PAIRS_FOR_RANKS, len(shifts) / 2):
        return signed_ranks(shifts)
    return None


def _why(measure: Measure, a: Estimate, b: Estimate, shifts: Sequence[float]) -> str:
    if a.value is None or b.value is None:
        return a.why if a.value is None else b.why
    if measure.no_interval:
        why = measure.no_interval.removeprefix("no interval: ")
        differing = sum(shift != 0 for shift in shifts)
        return (
            f"{differing:,} of {len(shifts):,} pairs differ, which is too few, and by itself it has no"
            f" interval, since {why}"
        )
    ends = [found.why for found in (a, b) if found.why]
    return ends[0].removeprefix("no interval: ") if ends else "an interval ends at never"
