# SPDX-License-Identifier: GPL-2.0-only
"""Intervals of 95 % that hold at the few runs that people make.

What one run brings is alike: its crashes share a network, its wrong deaths a cause. So runs are what
repeats, and every interval here is made of runs as clusters. How much the values of a run are alike is
told by the design effect (how much more the result varies than that of independent values would),
which few runs tell badly; two remedies keep the promise:

- an effect that few runs estimate is raised as the quantile of Student's t is above the normal one
  (Korn and Graubard, Survey Methodology 24, 1998);
- rare things, of which hardly any was seen, cannot show how alike they are; their design effect is
  taken to be at least `floor_of`, 4 where nothing was seen, 1 where much was.

Where these do not suffice there is no interval, and `why_no_median` says what is missing.
`analysis.checks.interval_coverage` measures how often each holds; docs/metrics.md has its table.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy import optimize, special, stats

Interval = tuple[float, float]

TAIL = 0.025
"""On each side of a 95 % interval."""
ONE_TAIL = 0.05
"""Of a bound of a number, where none was seen."""

RUNS_FOR_MEDIAN = 5
"""With several values a run."""
VALUES_FOR_MEDIAN = 6
"""With one value a run: the range of five has the median inside with 93.75 % only."""
RUNS_FOR_MEAN = 20
"""Fewer miss what one run in five brings, and with it a part of the mean."""
RUNS_FOR_COUNT = 3
RUNS_FOR_SHARE = 2

UNSEEN_EFFECT = 4.0
"""The design effect of what was not seen: up to so many with one cause are allowed for."""
FADES_OVER = 10.0
"""After so many that were seen, half of the allowance is left; the runs themselves tell by then."""

MEDIAN_METHOD = (
    "binomial ranks at the effective number of values, with runs as clusters (Woodruff; Korn and"
    " Graubard)"
)
MEAN_METHOD = "Student's t of the runs, widened for skewness (Hall)"
QUANTILE_METHOD = (
    "binomial ranks at the effective number of values, at least as alike as rare things may be"
)
COUNT_METHOD = (
    "negative binomial, its dispersion told by the runs and at least what rare things may hide"
)
SHARE_METHOD = "Clopper and Pearson at the effective number, with runs as clusters"


def floor_of(seen: float) -> float:
    """The least design effect of what was seen so many times."""
    return 1 + (UNSEEN_EFFECT - 1) / (1 + seen / FADES_OVER)


def median_interval(runs: Sequence[np.ndarray]) -> Interval | None:
    """Of the median of all values, given by run; None where no interval would hold."""
    return quantile_interval(runs, 0.5)


def quantile_interval(runs: Sequence[np.ndarray], share: float) -> Interval | None:
    """Of the value that so large a share of all values does not exceed, given by run; None where no
    interval would hold, which `why_no_quantile` explains."""
    runs = [np.asarray(run, dtype=float) for run in runs if len(run)]
    if why_no_median([len(run) for run in runs]):
        return None
    ordered = np.sort(np.concatenate(runs))
    effective = effective_values(runs, share)
    ranks = _ranks(effective, share)
    if ranks is None:
        return None
    # The same share of the sample as of so many independent values, outwards to a whole rank. At the
    # least it is the range of all: five runs as unlike as can be have the median inside it with 93.75 %.
    values = len(ordered)
    low, high = (rank / (effective + 1) * (values + 1) for rank in ranks)
    first, last = max(1, math.floor(low + 1e-9)), min(values, math.ceil(high - 1e-9))
    return float(ordered[first - 1]), float(ordered[last - 1])


def effective_values(runs: Sequence[np.ndarray], share: float) -> float:
    """How many independent values would tell this quantile as well as those of the runs do."""
    values, clusters = sum(len(run) for run in runs), len(runs)
    if values == clusters:
        return float(values)
    effect = design_effect(runs, share)
    if share != 0.5:
        # Few values lie beyond a quantile of the tail, and cannot show how alike they are.
        beyond = values * min(share, 1 - share)
        effect = max(effect, min(floor_of(beyond), max(1.0, values / clusters)))
    return min(values / (effect * _raised(clusters, values)), float(values))


def why_no_quantile(runs: Sequence[np.ndarray], share: float, of: str = "run") -> str:
    """What is missing for an interval of this quantile; empty where nothing is."""
    runs = [np.asarray(run, dtype=float) for run in runs if len(run)]
    missing = why_no_median([len(run) for run in runs], of)
    if missing:
        return missing
    effective, needed = effective_values(runs, share), values_for_quantile(share)
    if _ranks(effective, share) is not None:
        return ""
    values = sum(len(run) for run in runs)
    worth = "" if effective >= values else f", worth {effective:,.0f} independent ones"
    return f"no interval: it takes {needed:,} independent values, and there are {values:,}{worth}"


def values_for_quantile(share: float) -> int:
    """So many independent values have this quantile of the tail between two of them in 97.5 % of all
    samples."""
    return math.ceil(math.log(TAIL) / math.log(max(share, 1 - share)))


def why_no_median(values_of_runs: Sequence[int], of: str = "run") -> str:
    """What is missing for an interval of the median, given how many values each run has, or each of
    what else repeats; empty where nothing is missing."""
    sizes = [size for size in values_of_runs if size]
    needed = VALUES_FOR_MEDIAN if sum(sizes) == len(sizes) else RUNS_FOR_MEDIAN
    if len(sizes) >= needed:
        return ""
    have = f"is 1 {of}" if len(sizes) == 1 else f"are {len(sizes)} {of}s"
    return f"no interval: it takes {needed} {of}s with a value, and there {have}"


def design_effect(runs: Sequence[np.ndarray], share: float = 0.5) -> float:
    """Variance of the share of values below a quantile, over what independent values would have.

    The linearised variance of a ratio with runs as clusters (Woodruff, JASA 47, 1952). At least 1:
    few runs that happen to agree are no reason to believe in more values than there are.
    """
    values = np.concatenate(runs)
    limit = np.median(values)
    if share != 0.5:
        limit = np.quantile(values, share, method="inverted_cdf")
    return _effect_of_share([(int(np.count_nonzero(run <= limit)), len(run)) for run in runs])


def mean_interval(runs: Sequence[np.ndarray]) -> Interval | None:
    """Of the mean of all values, given by run; None where no interval would hold.

    Student's t of the runs, and Hall's correction for skewness where this reaches farther (Hall, JRSS B
    54, 1992): of times that are skewed to the right, t alone stays under the mean too often.
    """
    runs = [np.asarray(run, dtype=float) for run in runs if len(run)]
    if why_no_mean(runs):
        return None
    values, clusters = sum(len(run) for run in runs), len(runs)
    residuals = _residuals(runs)
    mean = math.fsum(math.fsum(run) for run in runs) / values
    squares = math.fsum(residual**2 for residual in residuals)
    deviation = math.sqrt(squares / clusters)
    cubes = math.fsum((residual / deviation) ** 3 for residual in residuals) / clusters
    skewness = cubes * math.sqrt(clusters * (clusters - 1)) / (clusters - 2)
    error = math.sqrt(clusters / (clusters - 1) * squares) / values
    far = _student(clusters - 1)
    down, up = (
        max(far, abs(math.sqrt(clusters) * _unskewed(sign * far, skewness, clusters)))
        for sign in (1, -1)
    )
    return mean - down * error, mean + up * error


def _unskewed(score: float, skewness: float, clusters: int) -> float:
    """The inverse of Hall's cubic transformation, over the root of the number of values."""
    reduced = score / math.sqrt(clusters)
    if abs(skewness) < 1e-9:
        return reduced
    inner = 1 + skewness * (reduced - skewness / (6 * clusters))
    return 3 / skewness * float(np.cbrt(inner) - 1)


def _residuals(runs: Sequence[np.ndarray]) -> list[float]:
    """How far the sum of each run is from what the mean makes of its size."""
    mean = math.fsum(math.fsum(run) for run in runs) / sum(len(run) for run in runs)
    return [math.fsum(run) - mean * len(run) for run in runs]


def why_no_mean(runs: Sequence[np.ndarray], of: str = "run") -> str:
    """What is missing for an interval of the mean; empty where nothing is."""
    runs = [np.asarray(run, dtype=float) for run in runs if len(run)]
    if len(runs) < RUNS_FOR_MEAN:
        have = f"is 1 {of}" if len(runs) == 1 else f"are {len(runs)} {of}s"
        return f"no interval: of a mean it takes {RUNS_FOR_MEAN} {of}s, and there {have}"
    if not any(_residuals(runs)):
        return (
            "no interval: nothing varies, so nothing is known of how it would; ask for the median"
        )
    return ""


def share_interval(parts: Sequence[tuple[float, float]]) -> Interval | None:
    """Of a share, given (part, whole) by run, such as crashes known to all of its crashes. None where no
    interval would hold. Parts need not be whole numbers: what is as alike as can be counts less."""
    parts = [(part, whole) for part, whole in parts if whole]
    clusters, whole = len(parts), sum(whole for _, whole in parts)
    if clusters < RUNS_FOR_SHARE:
        return None
    part = sum(part for part, _ in parts)
    effective = float(whole)
    if whole > clusters * (1 + 1e-9):
        # Nothing can be more alike than all of a run.
        hidden = min(floor_of(min(part, whole - part)), max(1.0, whole / clusters))
        effective /= max(hidden, _effect_of_share(parts) * _raised(clusters, whole))
    return _clopper_pearson(effective * part / whole, effective)


def count_interval(counts: Sequence[int]) -> Interval | None:
    """Of the number that as many runs would have in the mean, given the number of each run. Of none at
    all, a bound at 95 %. None where no interval would hold.

    The sum of runs that vary more than Poisson's is taken for negative binomial, with a variance of
    `dispersion` times its mean; with a dispersion of 1 this is Garwood's exact interval (Biometrika
    28, 1936).
    """
    runs, total = len(counts), int(sum(counts))
    if total == 0:
        return (0.0, _highest_mean(0, UNSEEN_EFFECT, ONE_TAIL)) if runs else None
    if runs < RUNS_FOR_COUNT:
        return None
    raised = (_student(runs - 1) / float(stats.norm.ppf(1 - TAIL))) ** 2
    dispersion = max(floor_of(total), float(np.var(counts, ddof=1) / np.mean(counts)) * raised)
    return _lowest_mean(total, dispersion, TAIL), _highest_mean(total, dispersion, TAIL)


def _raised(clusters: float, values: float) -> float:
    """By how much a design effect counts for more, since so few runs tell it."""
    return (_student(clusters - 1) / _student(values - 1)) ** 2


@lru_cache(maxsize=4096)
def _student(freedom: float) -> float:
    """Half of a 95 % interval in standard errors that so few values tell."""
    return float(stats.t.ppf(1 - TAIL, freedom))


def _effect_of_share(parts: Sequence[tuple[float, float]]) -> float:
    part, whole = (sum(column) for column in zip(*parts))
    clusters = len(parts)
    share = part / whole
    # With runs of one value each, this is what the clusters come to, and the effect is 1.
    independent = share * (1 - share) / max(whole - 1, 1)
    if independent == 0 or clusters < 2:
        return 1.0
    squares = math.fsum((of_run - share * size) ** 2 for of_run, size in parts)
    return max(1.0, clusters / (clusters - 1) * squares / whole**2 / independent)


@lru_cache(maxsize=4096)
def _ranks(effective: float, share: float) -> tuple[float, float] | None:
    """The highest rank that is above the quantile of so many independent values with at most 2.5 %, and
    the lowest that is below it with no more; the binomial distribution carried on between whole
    numbers. None where there is no such rank within the values."""

    def above(rank: float) -> float:
        return float(special.betainc(effective - rank + 1, rank, 1 - share)) - TAIL

    def below(rank: float) -> float:
        return float(special.betainc(rank, effective - rank + 1, share)) - TAIL

    if share == 0.5:
        rank = float(optimize.brentq(above, 1e-9, effective / 2))
        return rank, effective + 1 - rank
    if above(1.0) > 0 or below(effective) > 0:
        return None
    return (
        float(optimize.brentq(above, 1.0, effective)),
        float(optimize.brentq(below, 1e-9, effective)),
    )


def _clopper_pearson(part: float, whole: float) -> Interval:
    low = 0.0 if part <= 0 else special.betaincinv(part, whole - part + 1, TAIL)
    high = 1.0 if part >= whole else special.betaincinv(part + 1, whole - part, 1 - TAIL)
    return float(low), float(high)


def _highest_mean(total: int, dispersion: float, tail: float) -> float:
    """The mean with which `total` or fewer come about with this chance."""
    if dispersion <= 1:
        return float(special.chdtri(2 * total + 2, tail)) / 2

    def excess(mean: float) -> float:
        return float(special.betainc(mean / (dispersion - 1), total + 1, 1 / dispersion)) - tail

    high = total + 1.0
    while excess(high) > 0:
        high *= 2
    return float(optimize.brentq(excess, 1e-9, high))


def _lowest_mean(total: int, dispersion: float, tail: float) -> float:
    """The mean with which `total` or more come about with this chance."""
    if dispersion <= 1:
        return float(special.chdtri(2 * total, 1 - tail)) / 2

    def lack(mean: float) -> float:
        return float(special.betainc(total, mean / (dispersion - 1), 1 - 1 / dispersion)) - tail

    return float(optimize.brentq(lack, 1e-12, float(total)))
