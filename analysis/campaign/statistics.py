# SPDX-License-Identifier: GPL-2.0-only
"""What many crashes and runs say together: quantiles, 95 % intervals, bands.

Delays of crashes are skewed and bounded by timers, so no distribution is assumed of them: the
interval of the median is the exact one of order statistics (binomial), which needs no resampling
and gives the same numbers everywhere. Crashes of one run share its network and its seed and may be
alike; then n crashes tell less than n independent ones would. As usual for clustered samples
(Woodruff, JASA 47, 1952; Korn and Graubard, Survey Methodology 24, 1998) the interval is that of
the effective sample size: n divided by the design effect of the share of values below the median.
Means of runs, of which there is one value each, have Student's t interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.run.metrics import DisseminationCurve, RunMetrics

_TAIL = 0.025  # on each side of a 95 % interval


@dataclass(frozen=True)
class Distribution:
    """Quantiles of observed values; None where there is no value, or no such interval."""

    median: float | None
    p99: float | None
    """The smallest observed value that at least 99 % of the values do not exceed."""
    max: float | None
    ci95: tuple[float, float] | None
    """95 % confidence interval of the median; None under six effective observations, since the
    range of five contains the median with 93.75 % only."""


def distribution(values_by_run: Sequence[Sequence[float]]) -> Distribution:
    """Distribution of all values together; the interval allows for runs that differ."""
    runs = [np.asarray(values, dtype=float) for values in values_by_run if len(values)]
    if not runs:
        return Distribution(None, None, None, None)
    values = np.sort(np.concatenate(runs))
    return Distribution(
        median=float(np.median(values)),
        p99=float(np.quantile(values, 0.99, method="inverted_cdf")),
        max=float(values[-1]),
        ci95=_median_interval(values, design_effect(runs)),
    )


def design_effect(runs: Sequence[np.ndarray]) -> float:
    """Variance of the share of values below the median, over what independent values would have.

    The linearised variance of a ratio with runs as clusters. At least 1: few runs that happen to
    agree are no reason to believe in more values than there are. One run cannot show a difference
    between runs, so its interval speaks of that run only.
    """
    values = np.concatenate(runs)
    if len(runs) < 2:
        return 1.0
    median = np.median(values)
    share = float(np.mean(values <= median))
    # With runs of one value each, this is what the clusters come to, and the effect is 1.
    independent = share * (1 - share) / max(len(values) - 1, 1)
    if independent == 0:
        return 1.0
    excess = [float(np.sum(run <= median)) - share * len(run) for run in runs]
    clusters = len(runs)
    clustered = clusters / (clusters - 1) * math.fsum(e * e for e in excess) / len(values) ** 2
    return max(1.0, clustered / independent)


def _median_interval(ordered: np.ndarray, design_effect: float) -> tuple[float, float] | None:
    """Order statistics between which the median lies with at least 95 %."""
    count = len(ordered)
    effective = int(count / design_effect + 1e-9)  # six values over an effect of 1 are six
    # The highest rank that the median of `effective` values is below with at most 2.5 %.
    rank = int(stats.binom.ppf(_TAIL, effective, 0.5)) if effective else 0
    if rank < 1:
        return None
    # The same share of the sample, outwards to a whole rank; the identity without a design effect.
    rank = max(1, rank * (count + 1) // (effective + 1))
    return float(ordered[rank - 1]), float(ordered[count - rank])


def mean_interval(values: Sequence[float]) -> tuple[float, float, float] | None:
    """(mean, low, high) with Student's t over runs; None under two values."""
    if len(values) < 2:
        return None
    mean = float(np.mean(values))
    half = float(stats.t.ppf(1 - _TAIL, len(values) - 1) * stats.sem(values))
    return mean, mean - half, mean + half


@dataclass(frozen=True)
class Band:
    """One curve a run on a common time axis: lowest, median and highest value over the runs."""

    time_s: list[float]
    low: list[float]
    median: list[float]
    high: list[float]


def dissemination_band(runs: Sequence[RunMetrics]) -> Band:
    """Share of the members that should know that do (0 to 1), against time since the crash.

    Runs without a crash are left out; a curve that ended keeps its last value.
    Curves of runs of different lengths are read on the coarsest of their grids.
    """
    time_s, shares = _shares(runs)
    if not time_s:
        return Band([], [], [], [])
    return Band(
        time_s=time_s,
        low=shares.min(axis=0).tolist(),
        median=np.median(shares, axis=0).tolist(),
        high=shares.max(axis=0).tolist(),
    )


@dataclass(frozen=True)
class MeanCurve:
    """The mean of one curve a run."""

    time_s: list[float]
    share: list[float]


def mean_dissemination(runs: Sequence[RunMetrics]) -> MeanCurve:
    """As `dissemination_band`, but the mean over the runs: the distribution of the time at which a
    member learns of a crash."""
    time_s, shares = _shares(runs)
    return MeanCurve(time_s, shares.mean(axis=0).tolist() if time_s else [])


def _shares(runs: Sequence[RunMetrics]) -> tuple[list[float], np.ndarray]:
    """A common time axis, and the share of members that know on it, a row for each run with a
    crash."""
    curves = [run.dissemination for run in runs if any(run.dissemination.should_know)]
    if not curves:
        return [], np.empty((0, 0))
    step_s = max(curve.step_s for curve in curves)
    length_s = max((len(curve.knowing) - 1) * curve.step_s for curve in curves)
    points = math.ceil(round(length_s / step_s, 6)) + 1
    shares = np.array([_on_grid(curve, step_s, points) for curve in curves])
    return [round(i * step_s, 9) for i in range(points)], shares


def _on_grid(curve: DisseminationCurve, step_s: float, points: int) -> np.ndarray:
    share = np.array(curve.share())
    # Where nothing is watched any more (all crashed members restarted) the last share stands.
    watched = np.flatnonzero(~np.isnan(share))
    positions = np.minimum(np.round(np.arange(points) * step_s / curve.step_s), watched[-1])
    last_watched = watched[np.searchsorted(watched, positions, side="right") - 1]
    return share[last_watched]
