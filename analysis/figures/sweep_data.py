# SPDX-License-Identifier: GPL-2.0-only
"""The plain data behind the figures of a sweep: its axes, its points, and what is measured at each.

Every point stands for itself: nothing is pooled over unlike settings. Medians of times and their
intervals come from summary.json; a count has the interval of a count, a load that of the median of
the runs; intervals.py has both. What no method holds for has a value and no interval.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from analysis.campaign import statistics
from analysis.campaign.intervals import share_interval
from analysis.campaign.observable import REFUTED
from analysis.campaign.text import setting_words
from analysis.campaign.values import TIME, number_and_kind
from analysis.run.metrics import RunMetrics

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


def _incidents(summary: dict[str, Any], runs: Sequence[RunMetrics]) -> Estimate:
    """A run's mean number of wrong deaths. Of none at all the interval is not nothing."""
    found = summary["false_positives"]["incidents"]
    bounds = found["ci95"] or (None, None)
    return Estimate(*(None if n is None else n / len(runs) for n in (found["count"], *bounds)))


def _refuted(_: dict[str, Any], runs: Sequence[RunMetrics]) -> Estimate:
    if any(REFUTED in run.not_observable for run in runs):
        return Estimate(None)
    return Estimate(sum(run.refuted_suspicions for run in runs) / len(runs))


def _known(_: dict[str, Any], runs: Sequence[RunMetrics]) -> Estimate:
    parts = [(_noticed(run), len(run.crashes)) for run in runs if run.crashes]
    if not parts:
        return Estimate(None)
    known, crashes = (sum(column) for column in zip(*parts))
    low, high = share_interval(parts) or (None, None)
    return Estimate(
        *(None if share is None else 100 * share for share in (known / crashes, low, high))
    )


def _noticed(run: RunMetrics) -> int:
    return sum(crash.full_dissemination_s is not None for crash in run.crashes)


def _load(
    of_run: Callable[[RunMetrics], dict[str, int]]
) -> Callable[[dict[str, Any], Sequence[RunMetrics]], Estimate]:
    def estimate(_: dict[str, Any], runs: Sequence[RunMetrics]) -> Estimate:
        sent = [
            sum(of_run(run).values()) / (run.traffic.members * run.simulated_s)
            for run in runs
            if run.traffic.members
        ]
        found = statistics.distribution([[rate] for rate in sent])
        return Estimate(found.median, *(found.ci95 or (None, None)))

    return estimate


AXIS_METRICS = (
    Metric("suspect", "First suspicion", "s, median", _median("first_suspect_s")),
    Metric("dead", "First declared dead", "s, median", _median("first_dead_s")),
    Metric("all", "Known to all", "s, median", _median("full_dissemination_s")),
    Metric("known", "Crashes known to all", "%", _known),
    Metric("false", "Wrong deaths", "incidents a run", _incidents),
    Metric("refuted", "Refuted suspicions", "a run", _refuted),
    Metric(
        "messages",
        "Messages sent",
        "a member and second",
        _load(lambda run: run.traffic.messages),
    ),
    Metric(
        "bytes",
        "Bytes sent",
        "a member and second",
        _load(lambda run: run.traffic.bytes),
    ),
)

METHODS = (
    "Bars are 95 % intervals. Times: of the median over crashes, by ranks with runs as clusters, from 5"
    " runs on (6 with one crash each). Crashes known: Clopper and Pearson, with runs as clusters. Wrong"
    " deaths: negative binomial over the runs, from 3 runs on; where none was seen, the bar is what may"
    " have been missed. Load: of the median of the runs, by ranks, from 6 runs on. Refuted suspicions"
    " have none: one that spreads counts for each member that was told."
)
"""How the intervals are made, for captions."""


@dataclass(frozen=True)
class Point:
    """One combination of settings, with an estimate for the key of every metric."""

    settings: dict[str, str]
    estimates: dict[str, Estimate]
    runs: int = 0


@dataclass(frozen=True)
class Axis:
    """One swept key and its values, in the order of the scenario."""

    key: str
    values: tuple[str, ...]

    @property
    def words(self) -> str:
        """What people call the key."""
        return setting_words(self.key)

    @property
    def label(self) -> str:
        """The same with the unit of the places, if there is one."""
        unit = self._unit()
        return f"{self.words} ({unit})" if unit else self.words

    @property
    def file_name(self) -> str:
        return re.sub(r"[^A-Za-z0-9_-]+", "-", self.key)

    def places(self) -> np.ndarray:
        """Where the values stand: to scale if all are numbers of one kind, else side by side."""
        numbers = self._numbers()
        if numbers is None:
            # From 0, and so never logarithmic.
            return np.arange(len(self.values), dtype=float)
        return np.array([value for value, _ in numbers])

    def marks(self) -> list[str]:
        """What stands at the places: numbers without the unit, which the label has, or the words."""
        numbers = self._numbers()
        if numbers is None or not self._unit():
            return list(self.values)
        return [f"{value:g}" for value, _ in numbers]

    def has_numbers(self) -> bool:
        """Whether its values stand on a scale."""
        return self._numbers() is not None

    def _numbers(self) -> list[tuple[float, str]] | None:
        numbers = [number_and_kind(value) for value in self.values]
        if None in numbers or len({kind for _, kind in numbers}) != 1:
            return None
        return numbers

    def _unit(self) -> str:
        numbers = self._numbers()
        return "" if numbers is None else {TIME: "s"}.get(numbers[0][1], numbers[0][1])

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
        axes.set_xticks(places, self.marks())


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
            len(runs),
        )
        for summary, (settings, runs) in zip(summaries, runs_by_point, strict=True)
    ]
