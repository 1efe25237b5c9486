# SPDX-License-Identifier: GPL-2.0-only
"""By how much one sample of runs is above another, with an interval of 95 %.

Runs of one seed have the same random numbers, so what differs in a pair is owed to what was changed,
and not to chance that both share. Where pairs are told apart by one number a run, the interval is that
of Wilcoxon's signed ranks (Hodges and Lehmann, Annals of Mathematical Statistics 34, 1963): if nothing
was changed, either sign of a pair is as likely, whatever the distribution; so it needs no assumption
to be right about "no difference", and a storm in one run moves it no more than any other run.

Otherwise the interval of the difference is made of both samples' own (variance estimates recovery: Zou
and Donner, Statistics in Medicine 27, 2008), as campaign/comparison.py does it for ratios. What pairs
share makes it wider than it need be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import stats

from analysis.campaign.intervals import TAIL, mean_interval
from analysis.study.estimates import Estimate

PAIRS_FOR_RANKS = 6
"""Of five pairs all of one sign, chance gives 6 of 100."""
DIFFERING_FOR_MEAN = 10
"""So many pairs that differ tell how much a mean of differences varies."""
PAIRS_AT_MOST = 1500
"""Beyond, neighbours are taken together: a million averages of two are enough."""
EXACT_UP_TO = 60
"""Pairs; beyond, the normal approximation is good to the third digit."""

SIGNED_RANKS = "pairs of one seed, Wilcoxon's signed ranks"
MEAN_OF_PAIRS = "pairs of one seed, mean difference by Student's t widened for skewness"
TWO_INTERVALS = "not paired: from both intervals (variance estimates recovery)"


@dataclass(frozen=True)
class Shift:
    """How far A is above B: of a relative one the logarithm of the ratio."""

    value: float
    low: float
    high: float
    p: float
    """The chance of such a shift, or a larger one, where there is none; below 0.05 exactly where the
    interval leaves out 0."""
    method: str


def signed_ranks(differences: Sequence[float]) -> Shift | None:
    """Of the middle of so many differences of pairs; None where these are too few."""
    differences = _batched(differences)
    count = len(differences)
    if count < PAIRS_FOR_RANKS:
        return None
    values = np.sort(np.asarray(differences, dtype=float))
    with np.errstate(invalid="ignore"):
        averages = ((values[:, None] + values[None, :]) / 2)[np.triu_indices(count)]
    # Never on one side and never on the other: neither is longer.
    averages = np.sort(np.nan_to_num(averages, nan=0.0, posinf=math.inf, neginf=-math.inf))
    rank = _rank_of(count)
    against = min(int(np.sum(averages <= 0)), int(np.sum(averages >= 0)))
    return Shift(
        float(np.median(averages)) if np.isfinite(averages).all() else _middle(averages),
        float(averages[rank - 1]),
        float(averages[len(averages) - rank]),
        min(1.0, 2 * _rank_chance(count, against)),
        SIGNED_RANKS,
    )


def _batched(differences: Sequence[float]) -> Sequence[float]:
    """Means of so many neighbours that all pairs of them fit into memory; their signs are as likely as
    those of what they are made of."""
    size = math.ceil(len(differences) / PAIRS_AT_MOST)
    if size <= 1:
        return differences
    return [
        _mean(differences[start : start + size])
        for start in range(0, len(differences) - size + 1, size)
    ]


def _mean(values: Sequence[float]) -> float:
    """Of what was never on one side alone, never; on both, nothing."""
    endless = math.fsum(math.copysign(1, value) for value in values if math.isinf(value))
    if any(map(math.isinf, values)):
        return math.copysign(math.inf, endless) if endless else 0.0
    return math.fsum(values) / len(values)


def _middle(averages: np.ndarray) -> float:
    return float(averages[(len(averages) - 1) // 2])


def _rank_of(pairs: int) -> int:
    """Of the averages in their order, the one that has what pairs differ by below it with 2.5 % at most;
    counted from 1, and so from the other end."""
    low, high = 0, pairs * (pairs + 1) // 4
    while low < high:
        middle = (low + high + 1) // 2
        if _rank_chance(pairs, middle - 1) <= TAIL:
            low = middle
        else:
            high = middle - 1
    return low


@lru_cache(maxsize=None)
def _chances(pairs: int) -> np.ndarray:
    """Of each sum of ranks or less, the chance, all signs being as likely."""
    ways = np.ones(1)
    for rank in range(1, pairs + 1):
        longer = np.zeros(len(ways) + rank)
        longer[: len(ways)] += ways / 2
        longer[rank:] += ways / 2
        ways = longer
    return np.cumsum(ways)


def _rank_chance(pairs: int, at_most: int) -> float:
    """The chance that the sum of the ranks of one sign is so much, or less."""
    if at_most < 0:
        return 0.0
    if pairs <= EXACT_UP_TO:
        found = _chances(pairs)
        return float(found[min(at_most, len(found) - 1)])
    mean = pairs * (pairs + 1) / 4
    deviation = math.sqrt(pairs * (pairs + 1) * (2 * pairs + 1) / 24)
    return float(stats.norm.cdf((at_most + 0.5 - mean) / deviation))


def mean_of_pairs(differences: Sequence[float]) -> Shift | None:
    """Of the mean difference of pairs; None where too few differ, or there are too few."""
    if sum(value != 0 for value in differences) < DIFFERING_FOR_MEAN:
        return None
    interval = mean_interval([np.array([value]) for value in differences])
    if interval is None:
        return None
    value = math.fsum(differences) / len(differences)
    return _shift(value, interval, len(differences) - 1, MEAN_OF_PAIRS)


def of_intervals(a: Estimate, b: Estimate, relative: bool) -> Shift | None:
    """Of two independent samples; None where one of them has no interval, or it is without an end."""
    if a.interval is None or b.interval is None:
        return None
    numbers = [a.value, *a.interval, b.value, *b.interval]
    if not all(map(math.isfinite, numbers)) or relative and min(numbers) <= 0:
        return None
    if relative:
        numbers = [math.log(number) for number in numbers]
    of_a, low_a, high_a, of_b, low_b, high_b = numbers
    value = of_a - of_b
    low = value - math.hypot(of_a - low_a, high_b - of_b)
    high = value + math.hypot(high_a - of_a, of_b - low_b)
    return _shift(value, (low, high), a.runs + b.runs - 2, TWO_INTERVALS)


def _shift(value: float, interval: tuple[float, float], freedom: int, method: str) -> Shift:
    """With the chance for which the interval would just reach 0, taken for one of Student's t."""
    low, high = interval
    half = value - low if value > 0 else high - value
    if value == 0:
        p = 1.0
    elif half <= 0:
        p = 0.0
    else:
        far = float(stats.t.ppf(1 - TAIL, freedom)) * abs(value) / half
        p = 2 * float(stats.t.sf(far, freedom))
    return Shift(value, low, high, p, method)


def superiority(a: Sequence[float], b: Sequence[float]) -> float | None:
    """The chance that a run of A has less than a run of B, half of the ties counted (the effect size of
    Mann and Whitney: 0.5 is none); None where one of them is empty."""
    if not len(a) or not len(b):
        return None
    ordered = np.sort(np.asarray(b, dtype=float))
    less = len(b) - np.searchsorted(ordered, a, side="right")
    ties = np.searchsorted(ordered, a, side="right") - np.searchsorted(ordered, a, side="left")
    return float(np.sum(less) + np.sum(ties) / 2) / (len(a) * len(b))


def holm(chances: Sequence[float | None]) -> list[float | None]:
    """The chances adjusted for being so many (Holm, Scandinavian Journal of Statistics 6, 1979): those
    below 0.05 are all true with 95 %."""
    order = sorted((p, place) for place, p in enumerate(chances) if p is not None)
    adjusted: list[float | None] = [None] * len(chances)
    least = 0.0
    for rank, (p, place) in enumerate(order):
        least = max(least, min(1.0, p * (len(order) - rank)))
        adjusted[place] = least
    return adjusted
