# SPDX-License-Identifier: GPL-2.0-only
"""Numbers of a study's cells as the numbers.json of a paper has them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from analysis.run.metrics import CrashMetrics
from analysis.run.records import RecordError
from analysis.study import estimates
from analysis.study.estimates import Estimate
from analysis.study.measures import measure_named
from analysis.study.model import Cell, Study

Numbers = dict[str, Any]

DIGITS = 6
"""That numbers.json keeps."""


def estimate_json(found: Estimate) -> Numbers:
    """Of JSON: no number is infinite there."""

    def number(value: float | None) -> float | None:
        return None if value is None or math.isinf(value) else round(value, DIGITS)

    return {
        "value": number(found.value),
        "low": number(found.low),
        "high": number(found.high),
        "n": found.n,
        "runs": found.runs,
        "why": found.why,
    }


def period_s(cell: Cell) -> float:
    """The protocol period of a cell, in seconds."""
    text = cell.resolved["protocol.probe_interval"]
    for unit, factor in (("ms", 1e-3), ("s", 1.0)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor
    raise RecordError(f"protocol.probe_interval is {text}, must be in s or ms")


def of_cell(study: Study, cell: Cell, name: str) -> Numbers:
    """A measure of a cell, by its name."""
    return estimate_json(measure_named(name).of(study.runs(cell), study.networks(cell)))


def values_json(groups: Sequence[Sequence[float]]) -> Numbers:
    """Mean and median of values by run, and the values themselves in order."""
    return {
        "mean": estimate_json(estimates.mean(groups, "run")),
        "median": estimate_json(estimates.quantile(groups, 0.5, "run")),
        "values": sorted(round(value, 4) for group in groups for value in group),
    }


def range_json(values: Sequence[float]) -> Numbers:
    """Of values that a rule makes all the same."""
    return {"shortest": round(min(values), DIGITS), "longest": round(max(values), DIGITS)}


def of_crashes(
    study: Study, cell: Cell, of: Callable[[CrashMetrics], float | None], period: float
) -> list[list[float]]:
    """By run, in periods. Raises RecordError where a crash was never noticed: the run is too short."""
    groups = []
    for run in study.runs(cell):
        values = [of(crash) for crash in run.crashes]
        if not values or any(value is None for value in values):
            raise RecordError(f"{study.folder}: {cell.name}, {run.name}: a crash was not noticed")
        groups.append([value / period for value in values if value is not None])
    return groups


def lengths_of_suspicions(study: Study) -> list[Numbers]:
    """Of each cell how many periods passed between the first suspicion of a crashed member and its
    death."""
    made = []
    for cell in study.cells:
        groups = of_crashes(
            study,
            cell,
            lambda crash: (
                None
                if crash.first_dead_s is None or crash.first_suspect_s is None
                else crash.first_dead_s - crash.first_suspect_s
            ),
            period_s(cell),
        )
        values = [value for group in groups for value in group]
        made.append({"members": cell.members, **range_json(values)})
    return made
