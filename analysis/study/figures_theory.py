# SPDX-License-Identifier: GPL-2.0-only
"""Closed forms beside what a study measured: curves for its figures, and how far apart the two are in
each cell, wherever a form holds (analysis/theory/curves.py)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.figures.sweep_data import Axis
from analysis.study.estimates import Estimate
from analysis.study.figures_data import Layout, Line, Results
from analysis.study.figures_lines import Laid
from analysis.study.measures import Measure, measure_named
from analysis.study.model import Cell
from analysis.study.report_networks import Networks
from analysis.theory.curves import AXES, MEASURES, curve, undisturbed
from analysis.theory.forms import FORMS
from analysis.theory.settings import settings_of

BETWEEN = 40
"""Places at which a curve is drawn, besides those of the cells."""


STATISTIC_OF = {
    base: "mean" if base == "messages_per_member_second" else "median" for base in MEASURES
}
"""Of each base that a closed form is about."""


def form_of(measure: Measure) -> str | None:
    """The closed form that is about a measure: those of times are about the median, and those of loads
    about what every run has in the mean."""
    found = MEASURES.get(measure.base)
    of_time_or_load = measure.statistic in (
        "median",
        "mean" if measure.kind == "load" else "median",
    )
    return found if found and of_time_or_load else None


def applies(measure: Measure, cell: Cell, networks: Networks) -> bool:
    """Whether a cell is what closed forms about the measure speak of: of times, a few crashes and nothing
    else; of loads, a cluster in which nothing happens.

    Of each scenario the network and the events of one cell are known; a cell that has others is not said
    to be.
    """
    known = networks.get(cell.scenario)
    if known is None or not known.stands_for(cell):
        return False
    run = {**known.run, "scenario": {"resolved": cell.resolved}, "members": cell.members}
    if measure.kind == "load":
        if run["timeline"]:
            return False
        # All else that makes a cluster undisturbed is the same: as if there were a crash of nobody.
        run["timeline"] = [{"verb": "crash"}]
    return undisturbed(run)


def curves(
    measure: Measure, layout: Layout, networks: Networks
) -> tuple[dict[int, list[Laid]], list[str]]:
    """For each panel its curves, one where all its lines have the same, and what a caption says."""
    found: dict[int, list[Laid]] = {}
    said: dict[str, None] = {}
    if form_of(measure) is None or layout.is_cloud or not layout.against.has_numbers():
        return {}, []
    for number, panel in enumerate(layout.panels):
        laid = []
        for line in panel.lines:
            made = _of_line(measure, layout.against, line, networks)
            if made is not None:
                laid.append(made[0])
                said[made[1]] = None
        if len({tuple(one.values) for one in laid}) == 1 and len(laid) == len(panel.lines):
            laid = [Laid(laid[0].places, laid[0].values)]
        if laid:
            found[number] = laid
    where = "; its limits are under Deviations from theory."
    return found, [f"Theory: {'; '.join(said)}{where}"] if said else []


def why_none(measure: Measure, layout: Layout, networks: Networks) -> str:
    """Of a figure without a curve: the first thing that stands against one."""
    key = form_of(measure)
    if key is None:
        known = ", ".join(f"{base}.{s}" for base, s in STATISTIC_OF.items())
        return f"no closed form is about {measure.name}; there are some about {known}"
    form = FORMS[key]
    if layout.is_cloud:
        return "the points of a sampled design differ in more than the axis, so no line is theirs"
    if not layout.against.has_numbers() or layout.against.key not in AXES:
        return f"no closed form is followed along {layout.against.words}"
    cells = layout.cells
    known_of = [networks.get(cell.scenario) for cell in cells]
    if not all(found and found.stands_for(cell) for found, cell in zip(known_of, cells)):
        return "network or events differ between the cells, and of one alone they are kept"
    if not any(applies(measure, cell, networks) for cell in cells):
        crash = "of which a few members crash and to which nothing else happens"
        what = "in which nothing happens" if measure.kind == "load" else crash
        return (
            f"the closed form is about a cluster {what}, that begins converged, has one kind of member"
            " with one set of settings, and latencies far below a period"
        )
    why = dict.fromkeys(form.outside(settings_of(cell.resolved)) for cell in cells)
    beyond = "; ".join(text for text in why if text) or "it has no value there"
    return f"the closed form ({form.formula}) does not hold for all points of a line: {beyond}"


def _of_line(
    measure: Measure, against: Axis, line: Line, networks: Networks
) -> tuple[Laid, str] | None:
    if not line.cells or not all(applies(measure, cell, networks) for cell in line.cells):
        return None
    places = _places(against)
    made = curve(measure.base, against.key, line.cells[0].resolved, places)
    if made is None:
        return None
    form = FORMS[form_of(measure)]
    return Laid(made.x, made.y, line.label), f"{form.formula} ({form.source})"


def _places(against: Axis) -> list[float]:
    """Many, so that the curve is one; whole numbers where the values are."""
    at = against.places()
    least, most = float(at.min()), float(at.max())
    between = (
        np.geomspace(least, most, BETWEEN)
        if Axis.is_logarithmic(at)
        else np.linspace(least, most, BETWEEN)
    )
    if all(float(place).is_integer() for place in at) and against.key != "network.loss":
        between = np.round(between)
    return sorted({*at.tolist(), *between.tolist()})


@dataclass(frozen=True)
class Deviation:
    """What theory says of a cell, and what was measured."""

    cell: Cell
    measure: Measure
    theory: float
    measured: Estimate

    @property
    def percent(self) -> float:
        """By how much the measurement is above theory."""
        return 100 * (self.measured.value / self.theory - 1)

    @property
    def is_inside(self) -> bool | None:
        """Whether the interval of the measurement has the value of theory; None without one."""
        if self.measured.interval is None:
            return None
        low, high = self.measured.interval
        return low <= self.theory <= high


def deviations(results: Results, networks: Networks) -> tuple[list[Deviation], list[str]]:
    """In every cell and measure that theory has a number for, and the sources and limits of these."""
    found: list[Deviation] = []
    limits: dict[str, None] = {}
    for name in results.measures():
        measure = measure_named(name)
        key = form_of(measure)
        if key is None:
            continue
        for cell in results.study.cells:
            value = _value(measure, key, cell, networks)
            measured = results.estimate(cell, name)
            if value and measured.value is not None and math.isfinite(measured.value):
                found.append(Deviation(cell, measure, value, measured))
                form = FORMS[key]
                limits[f"{form.name}: {form.formula} ({form.source}). {form.limits}"] = None
    return found, list(limits)


def _value(measure: Measure, key: str, cell: Cell, networks: Networks) -> float | None:
    if not applies(measure, cell, networks):
        return None
    settings = settings_of(cell.resolved)
    return None if FORMS[key].outside(settings) else FORMS[key].value(settings)
