# SPDX-License-Identifier: GPL-2.0-only
"""Two samples of one quantity held against each other: are they alike, do they differ, or can
nobody tell?

Three answers, since "no significant difference" of a few runs proves nothing. The ratio of the
medians has a 95 % interval, made of the two medians' own (the method of variance estimates
recovery on logarithms: Zou and Donner, Statistics in Medicine 27, 2008), so it assumes no
distribution and draws nothing at random. What counts as a difference is set beforehand as a
tolerance.

The distance of Kolmogorov and Smirnov is given beside it, and decides nothing: it sees shapes, but
two clocks that differ by a microsecond everywhere have the largest distance that there is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.campaign.statistics import Distribution, distribution

AGREES = "agrees"
"""The whole interval lies within the tolerance."""
DIFFERS = "differs"
"""The ratio is beyond the tolerance, and the interval does not hold 1."""
OPEN = "open"
"""Neither: more runs would tell."""

_ROOM = 1 + 1.28 / 1.96
"""The tolerance over the half interval that fits into it four times in five, wherever the estimate
falls: 80 % of all lie within 1.28 standard errors, and an interval is 1.96 of them to each side."""


@dataclass(frozen=True)
class Comparison:
    """A sample against the reference's sample of the same quantity."""

    ratio: float | None
    """Median over the reference's median; None where that cannot be divided."""
    ratio_ci95: tuple[float, float] | None
    ks: float
    """Largest distance of the two empirical distribution functions, 0 to 1."""
    p: float
    """Chance of such a distance, or a larger one, between two samples of one distribution."""
    tolerance: float
    """How far the ratio may be from 1, such as 0.1."""
    outcome: str
    runs_needed: int | None
    """Where the outcome is open: about how many runs would tell, four times in five; None where nobody can say."""


def compare(
    sample_by_run: Sequence[Sequence[float]],
    reference_by_run: Sequence[Sequence[float]],
    tolerance: float,
    resolution: float = 0.0,
) -> Comparison | None:
    """Compares two samples, each given by run; None where one of them is empty.

    A difference of medians up to `resolution`, in the unit of the values, is none: the records
    cannot tell it.
    """
    sample = _flat(sample_by_run)
    reference = _flat(reference_by_run)
    if not len(sample) or not len(reference):
        return None
    of_sample, of_reference = distribution(sample_by_run), distribution(reference_by_run)
    assert of_sample.median is not None and of_reference.median is not None
    ratio = _ratio(of_sample.median, of_reference.median)
    interval = ratio_interval(of_sample, of_reference)
    distance = stats.ks_2samp(sample, reference)
    outcome = _outcome(ratio, interval, tolerance)
    if outcome == DIFFERS and abs(of_sample.median - of_reference.median) <= resolution:
        outcome = AGREES
    needed = None
    if outcome == OPEN and interval is not None and ratio is not None:
        runs = max(_used(sample_by_run), _used(reference_by_run))
        needed = _runs_needed(runs, ratio, interval, tolerance)
    return Comparison(
        ratio=ratio,
        ratio_ci95=interval,
        ks=float(distance.statistic),
        p=float(distance.pvalue),
        tolerance=tolerance,
        outcome=outcome,
        runs_needed=needed,
    )


def ratio_interval(sample: Distribution, reference: Distribution) -> tuple[float, float] | None:
    """95 % interval of the ratio of two independent medians; None without both intervals, and
    where a bound is not positive."""
    if sample.ci95 is None or reference.ci95 is None:
        return None
    if sample.ci95 == reference.ci95 == (0, 0):
        return 1.0, 1.0
    if min(sample.ci95[0], reference.ci95[0]) <= 0:
        return None
    centre, low, high = (math.log(x) for x in (sample.median, *sample.ci95))
    of_centre, of_low, of_high = (math.log(x) for x in (reference.median, *reference.ci95))
    down = math.hypot(centre - low, of_high - of_centre)
    up = math.hypot(high - centre, of_centre - of_low)
    return math.exp(centre - of_centre - down), math.exp(centre - of_centre + up)


def within(ratio: float, tolerance: float) -> bool:
    """Whether a ratio is 1 give or take the tolerance, whichever of the two is the larger."""
    return bool(1 / (1 + tolerance) <= ratio <= 1 + tolerance)


def _outcome(ratio: float | None, interval: tuple[float, float] | None, tolerance: float) -> str:
    if ratio is None or interval is None:
        return OPEN
    if all(within(bound, tolerance) for bound in interval):
        return AGREES
    if not within(ratio, tolerance) and not interval[0] <= 1 <= interval[1]:
        return DIFFERS
    return OPEN


def _runs_needed(runs: int, ratio: float, interval: tuple[float, float], tolerance: float) -> int:
    """How many would show the two alike, if they are, or the difference that was found, if there is
    one. An interval narrows with the root of the number of runs. To two digits: it is a guess."""
    room = max(abs(math.log(ratio)), math.log(1 + tolerance)) / _ROOM
    half = max(math.log(ratio / interval[0]), math.log(interval[1] / ratio))
    needed = runs * (half / room) ** 2
    unit = 10 ** max(0, math.floor(math.log10(needed)) - 1)
    return max(math.ceil(needed / unit) * unit, runs + 1)


def _ratio(value: float, reference: float) -> float | None:
    if reference > 0:
        return value / reference
    return 1.0 if value == reference else None


def _flat(values_by_run: Sequence[Sequence[float]]) -> np.ndarray:
    return np.array([value for values in values_by_run for value in values], dtype=float)


def _used(values_by_run: Sequence[Sequence[float]]) -> int:
    return sum(1 for values in values_by_run if len(values))
