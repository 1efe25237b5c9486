# SPDX-License-Identifier: GPL-2.0-only
"""What runs say of a measure, as the surrogate takes it: on a scale without ends, with its noise.

Times and loads are positive and vary in proportion to themselves, so their logarithm is taken, and its
noise from the runs. Of a count the surrogate needs number and exposure, since none seen in a short time
and none in a long one are different news. A share is on the scale of log odds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from campaign.tune.evaluate import Measured, is_count, is_share

LEAST = 1e-12
"""In place of a time or load of 0, which has no logarithm."""
UNKNOWN_VARIANCE = 0.04
"""Of a logarithm that one run tells, which cannot tell its own noise: a fifth either way."""
PRIOR_SQUARES = 4e-4
"""Added to the squares of deviations of logarithms: two hundredths, once."""
LEAST_VARIANCE = 1e-8
NEVER_FACTOR = 3.0
"""What never came counts as so much longer than the longest that came."""
NEVER_VARIANCE = 0.1
NORMAL = 1.959964


@dataclass(frozen=True)
class Reading:
    """Of one setting and one measure."""

    value: float
    """On the measure's scale; `math.inf`: never. Of a count (seen + 1/2) / exposure, its logarithm."""
    variance: float
    seen: float = math.nan
    """Of a count how many, else nan."""
    exposure: float = math.nan
    rough: bool = False
    """Made of fewer runs than the measure takes, and maybe biased."""


def forward(measure: str, value: float) -> float:
    """A value, or a limit, on the scale of the surrogate."""
    if is_share(measure):
        part = min(max(value / 100, 1e-6), 1 - 1e-6)
        return math.log(part / (1 - part))
    if math.isinf(value):
        return math.inf
    return math.log(max(value, LEAST))


def backward(measure: str, scaled: float) -> float:
    if is_share(measure):
        return 100 / (1 + math.exp(-scaled))
    return math.exp(min(scaled, 700.0))


def reading(measured: Measured, measure: str) -> Reading | None:
    """None where there is nothing to measure."""
    estimate = measured.values.get(measure)
    value = None if estimate is None else estimate.value
    if is_count(measure):
        return _count(measured, measure, value)
    if is_share(measure):
        return None if estimate is None or value is None else _share(value, max(1, estimate.n))
    rough = value is None
    if value is None:
        value = measured.rough.get(measure)
    if value is None:
        value = _middle(measured, measure)
    if value is None:
        return None
    if math.isinf(value):
        return Reading(math.inf, NEVER_VARIANCE, rough=rough)
    variance = variance_of_log(measured, measure) / runs_of(measured, measure)
    return Reading(math.log(max(value, LEAST)), variance, rough=rough)


def runs_of(measured: Measured, measure: str) -> int:
    """How many runs tell of it: of what hardly varies an evaluator may make fewer than it is asked for."""
    return len(measured.per_run.get(measure, ())) or measured.runs


def variance_of_log(measured: Measured, measure: str) -> float:
    """What one run adds to what is known of the logarithm: its variance from run to run, or, where the
    interval tells of more, that of the interval."""
    values = [value for value in measured.per_run.get(measure, ()) if math.isfinite(value)]
    found = UNKNOWN_VARIANCE
    if len(values) >= 2:
        logs = np.log(np.maximum(np.asarray(values, dtype=float), LEAST))
        # A prior keeps few runs that agree from being taken for exact.
        found = float(np.sum((logs - logs.mean()) ** 2) + PRIOR_SQUARES) / (len(values) - 1)
    estimate = measured.values.get(measure)
    if estimate is not None and estimate.interval is not None and (estimate.value or 0) > 0:
        low, high = estimate.interval
        if low > 0 and math.isfinite(high):
            told = (math.log(high / low) / (2 * NORMAL)) ** 2 * runs_of(measured, measure)
            found = told if len(values) < 2 else min(max(found, told / 4), max(told, found / 4))
    return max(found, LEAST_VARIANCE)


def _middle(measured: Measured, measure: str) -> float | None:
    """Where not even a rough value is told: the mean of the runs' own."""
    values = [value for value in measured.per_run.get(measure, ()) if not math.isnan(value)]
    if not values:
        return None
    finite = [value for value in values if math.isfinite(value)]
    return math.inf if len(finite) * 2 < len(values) else math.fsum(finite) / len(finite)


def _count(measured: Measured, measure: str, value: float | None) -> Reading | None:
    exposure = measured.exposure(measure)
    if not exposure or value is None or math.isinf(value):
        return None
    seen = value * exposure
    return Reading(math.log((seen + 0.5) / exposure), 1 / (seen + 0.5), seen, exposure)


def _share(value: float, whole: int) -> Reading:
    part = value / 100 * whole
    return Reading(
        math.log((part + 0.5) / (whole - part + 0.5)), 1 / (part + 0.5) + 1 / (whole - part + 0.5)
    )
