# SPDX-License-Identifier: GPL-2.0-only
"""What many crashes and runs say together: quantiles and bands; intervals.py has the intervals.

Delays of crashes are skewed and bounded by timers, so no distribution is assumed of them: quantiles
are observed values, and the interval of the median is one of ranks, which needs no resampling and
gives the same numbers everywhere.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.campaign.intervals import median_interval, why_no_median
from analysis.run.metrics import DisseminationCurve, RunMetrics

VALUES_FOR_P99 = 100
VALUES_FOR_P999 = 1000
"""Under so many values a quantile would be the largest of them by another name."""


@dataclass(frozen=True)
class Distribution:
    """Quantiles of observed values; None where there is no value, or too few."""

    n: int
    """How many values there are."""
    runs: int
    """How many runs they come from, or networks, where runs share them."""
    median: float | None
    ci95: tuple[float, float] | None
    """95 % confidence interval of the median."""
    no_ci95: str | None
    """Why there is no interval; None where there is one, or no value."""
    p99: float | None
    """The smallest observed value that at least 99 % of the values do not exceed."""
    p999: float | None
    max: float | None

    def as_dict(self) -> dict[str, Any]:
        """As in summary.json."""
        return dataclasses.asdict(self)


def distribution(values_by_run: Sequence[Sequence[float]], of: str = "run") -> Distribution:
    """Distribution of all values together; the interval allows for runs that differ, or for what else
    repeats (`of`)."""
    runs = [np.asarray(values, dtype=float) for values in values_by_run if len(values)]
    if not runs:
        return Distribution(0, 0, None, None, None, None, None, None)
    values = np.sort(np.concatenate(runs))
    return Distribution(
        n=len(values),
        runs=len(runs),
        median=float(np.median(values)),
        ci95=median_interval(runs),
        no_ci95=why_no_median([len(run) for run in runs], of) or None,
        p99=_quantile(values, 0.99, VALUES_FOR_P99),
        p999=_quantile(values, 0.999, VALUES_FOR_P999),
        max=float(values[-1]),
    )


def _quantile(ordered: np.ndarray, share: float, least_values: int) -> float | None:
    if len(ordered) < least_values:
        return None
    return float(np.quantile(ordered, share, method="inverted_cdf"))


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
