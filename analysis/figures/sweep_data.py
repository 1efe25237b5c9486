# SPDX-License-Identifier: GPL-2.0-only
"""The plain data behind the figures of a sweep: its axes, its points, and what is measured at each.

Medians and their intervals come from summary.json; for counts and rates, which the summary gives as
one number, the interval is that of the mean over runs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from analysis.campaign import statistics
from analysis.run.metrics import RunMetrics

_UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
LOGARITHMIC_FROM_RATIO = 10.0
DODGE = 0.012
"""How far lines stand apart, as a share of the axis."""


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval; None where there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Metric:
    """One thing that is measured at every point of a sweep."""

    key: str
    title: str
    unit: str
    of: Callable[[dict[str, Any], Sequence[RunMetrics]], Estimate]
    """From the point's part of summary.json and its runs."""

    @property
    def label(self) -> str:
        return f"{self.title[0].lower()}{self.title[1:]} ({self.unit})"


def _median(key: str) -> Callable[[dict[str, Any], Sequence[RunMetrics]], Estimate]:
    def estimate(summary: dict[str, Any], _: Sequence[RunMetrics]) -> Estimate:
        return Estimate(summary[key]["median"], *(summary[key]["ci95"] or (None, None)))

    return estimate


def _mean(
    of_run: Callable[[RunMetrics], float]
) -> Callable[[dict[str, Any], Sequence[RunMetrics]], Estimate]:
    def estimate(_: dict[str, Any], runs: Sequence[RunMetrics]) -> Estimate:
        values = [of_run(run) for run in runs]
        # A count or a rate is never negative, whatever a symmetric interval says.
        found = statistics.mean_interval(values)
        return (
            Estimate(found[0], max(0.0, found[1]), found[2])
            if found
            else Estimate(float(np.mean(values)))
        )

    return estimate


def _sent(run: RunMetrics, totals: dict[str, int]) -> float:
    """NaN where nobody tells what he sends."""
    member_seconds = run.traffic.members * run.simulated_s
    return sum(totals.values()) / member_seconds if member_seconds else math.nan


AXIS_METRICS = (
    Metric("suspect", "First suspicion", "s, median", _median("first_suspect_s")),
    Metric("dead", "First declared dead", "s, median", _median("first_dead_s")),
    Metric("all", "Known to all", "s, median", _median("full_dissemination_s")),
    Metric(
        "false",
        "False positives",
        "a run",
        _mean(lambda run: run.false_positives.events),
    ),
    Metric(
        "messages",
        "Messages sent",
        "a member and second",
        _mean(lambda run: _sent(run, run.traffic.messages)),
    ),
    Metric(
        "bytes",
        "Bytes sent",
        "a member and second",
        _mean(lambda run: _sent(run, run.traffic.bytes)),
    ),
)


@dataclass(frozen=True)
class Point:
    """One combination of settings, with an estimate for the key of every metric."""

    settings: dict[str, str]
    estimates: dict[str, Estimate]


@dataclass(frozen=True)
class Axis:
    """One swept key and its values, in the order of the scenario."""

    key: str
    values: tuple[str, ...]

    @property
    def label(self) -> str:
        """The key without its table, as people call it."""
        return self.key.rpartition(".")[2]

    @property
    def file_name(self) -> str:
        return re.sub(r"[^A-Za-z0-9_-]+", "-", self.key)

    def places(self) -> np.ndarray:
        """Where the values stand: to scale if all are numbers of one kind, else side by side."""
        numbers = [_number(value) for value in self.values]
        if None in numbers or len({kind for _, kind in numbers}) != 1:
            # From 0, and so never logarithmic.
            return np.arange(len(self.values), dtype=float)
        return np.array([value for value, _ in numbers])

    def beside(self, places: np.ndarray, line: int, of: int) -> np.ndarray:
        """The places of one of several lines, moved aside a little, so that no interval hides
        another."""
        share = DODGE * (line - (of - 1) / 2)
        if self.is_logarithmic(places):
            return places * (places.max() / places.min()) ** share
        return places + share * np.ptp(places)

    @staticmethod
    def is_logarithmic(places: np.ndarray) -> bool:
        return bool(places.min() > 0 and places.max() / places.min() >= LOGARITHMIC_FROM_RATIO)

    def prepare(self, axes: Axes, places: np.ndarray) -> None:
        """Ticks at the values themselves, on a logarithmic scale where they span much."""
        if self.is_logarithmic(places):
            axes.set_xscale("log")
        axes.minorticks_off()
        axes.set_xticks(places, self.values)


def axes_of(points: Sequence[dict[str, Any]]) -> list[Axis]:
    """The keys that vary over the points, each with its values in order of appearance."""
    keys = list(dict.fromkeys(key for settings in points for key in settings))
    found = [
        Axis(key, tuple(dict.fromkeys(str(settings[key]) for settings in points))) for key in keys
    ]
    return [axis for axis in found if len(axis.values) > 1]


def points_of(
    summaries: Sequence[dict[str, Any]],
    runs_by_point: Sequence[tuple[dict[str, str], list[RunMetrics]]],
) -> list[Point]:
    """Every metric at every point; both arguments list the points in the same order."""
    return [
        Point(
            {key: str(value) for key, value in settings.items()},
            {metric.key: metric.of(summary, runs) for metric in AXIS_METRICS},
        )
        for summary, (settings, runs) in zip(summaries, runs_by_point, strict=True)
    ]


def _number(text: str) -> tuple[float, str] | None:
    """A value without its unit and what kind of unit that was; None for a word."""
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?(?:e-?\d+)?)\s*([A-Za-z%]*)", text)
    if not match:
        return None
    value, unit = float(match[1]), match[2]
    return (value * _UNITS[unit], "time") if unit in _UNITS else (value, unit)
