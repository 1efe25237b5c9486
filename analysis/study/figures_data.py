# SPDX-License-Identifier: GPL-2.0-only
"""The plain data behind the figures of a study: which cells stand in which panel, on which line, at
which place.

Nothing is pooled over unlike cells. What a figure neither draws against nor tells by lines is a panel
for each of its combinations; a sampled design, whose points share no values, is a cloud of points.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.campaign.text import setting_words
from analysis.figures.sweep_data import Axis
from analysis.study.estimates import Estimate
from analysis.study.measures import measure_named
from analysis.study.model import Cell, Study
from analysis.study.tables import STANDARD, asked_measures

SCENARIO, VARIANT = "scenario", "variant"
LINES_AT_MOST = 8
PANELS_AT_MOST = 12


@dataclass
class Results:
    """A study with what was measured in each of its cells; each estimate is made once."""

    study: Study
    made: dict[tuple[str, str], Estimate] = field(default_factory=dict)
    named: tuple[str, ...] = ()

    def estimate(self, cell: Cell, measure: str) -> Estimate:
        if (cell.key, measure) not in self.made:
            self.measure_all(cell, [*self.measures(), measure])
        return self.made[cell.key, measure]

    def measure_all(self, cell: Cell, measures: Sequence[str]) -> None:
        """All at once: reading the runs of a cell takes longer than what is done with them."""
        missing = [name for name in measures if (cell.key, name) not in self.made]
        if not missing:
            return
        runs, networks = self.study.runs(cell), self.study.networks(cell)
        for name in dict.fromkeys(missing):
            self.made[cell.key, name] = measure_named(name).of(runs, networks)

    def measures(self) -> tuple[str, ...]:
        """The study's, in the order in which it names them; of a study that names none, those that are
        in every table."""
        if not self.named:
            self.named = tuple(m.name for m in asked_measures(self.study.asked)) or STANDARD
        return self.named

    def runs(self, cell: Cell) -> int:
        """How many ended well."""
        entries = self.study.entries.get(cell.key, {}).values()
        return sum(entry.packed is not None for entry in entries)


def value_of(cell: Cell, factor: str) -> str:
    """What a cell has of a factor: SCENARIO, VARIANT or the key of an axis."""
    return {SCENARIO: cell.scenario, VARIANT: cell.variant}.get(factor) or cell.point.get(
        factor, ""
    )


def factors_of(cells: Sequence[Cell]) -> list[Axis]:
    """What differs between cells, each with its values in order."""
    keys = list(dict.fromkeys(key for cell in cells for key in cell.point))
    found = [factor(cells, key) for key in (SCENARIO, VARIANT, *keys)]
    return [axis for axis in found if len(axis.values) > 1]


def factor(cells: Sequence[Cell], key: str) -> Axis:
    """Its values in the order of the study, and of numbers from the least."""
    axis = Axis(key, tuple(dict.fromkeys(value_of(cell, key) for cell in cells)))
    if not is_numeric(axis):
        return axis
    ordered = sorted(zip(axis.places().tolist(), axis.values))
    return Axis(key, tuple(value for _, value in ordered))


def is_numeric(axis: Axis) -> bool:
    """Whether its values stand on a scale, so that a line between them means something."""
    return axis.key not in (SCENARIO, VARIANT) and axis.has_numbers()


def is_grid(cells: Sequence[Cell]) -> bool:
    """Whether the points are all combinations of the axes' values; one axis always is."""
    points = {tuple(cell.point.items()) for cell in cells}
    axes = [axis for axis in factors_of(cells) if axis.key not in (SCENARIO, VARIANT)]
    return len(points) == math.prod(len(axis.values) for axis in axes)


def chosen(cells: Sequence[Cell], where: Mapping[str, str]) -> list[Cell]:
    """The cells of which `where` is true."""
    return [
        cell for cell in cells if all(value_of(cell, key) == str(v) for key, v in where.items())
    ]


@dataclass(frozen=True)
class Line:
    """Cells of a panel that differ in nothing but the place."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Panel:
    """One combination of what is neither the place nor told by lines."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Layout:
    """Where each cell of a figure stands."""

    against: Axis
    by: Axis | None
    panels: tuple[Panel, ...]
    panels_in_all: int
    is_cloud: bool
    """Whether the points of a panel differ in more than the place, so that no line joins them."""

    @property
    def cells(self) -> list[Cell]:
        """All that are drawn."""
        return [cell for panel in self.panels for line in panel.lines for cell in line.cells]


def layout(cells: Sequence[Cell], against: str, by: str | None) -> Layout:
    """Cells by panel and line, against a factor."""
    place, others = factor(cells, against), factors_of(cells)
    told = factor(cells, by) if by is not None else None
    is_cloud = not is_grid(cells)
    free = [
        axis
        for axis in others
        if axis.key not in (against, by) and not (is_cloud and is_axis(axis.key))
    ]
    combinations = [
        wanted
        for values in itertools.product(*(axis.values for axis in free))
        if chosen(cells, wanted := dict(zip((axis.key for axis in free), values)))
    ]
    panels = tuple(
        Panel(words(wanted), _lines(chosen(cells, wanted), place, told))
        for wanted in spread(combinations, PANELS_AT_MOST)
    )
    return Layout(place, told, panels, len(combinations), is_cloud)


def is_axis(key: str) -> bool:
    return key not in (SCENARIO, VARIANT)


def _lines(cells: Sequence[Cell], place: Axis, told: Axis | None) -> tuple[Line, ...]:
    order = {value: number for number, value in enumerate(place.values)}
    found = []
    for value in (None,) if told is None else spread(told.values, LINES_AT_MOST):
        of_line = cells if told is None else chosen(cells, {told.key: value})
        ordered = sorted(of_line, key=lambda cell: order[value_of(cell, place.key)])
        found.append(Line(value or "", tuple(ordered)))
    return tuple(found)


def spread(items: Sequence[Any], at_most: int) -> list[Any]:
    """All, or so many at even steps, the first and the last among them."""
    if len(items) <= at_most:
        return list(items)
    step = (len(items) - 1) / (at_most - 1)
    return [items[round(step * number)] for number in range(at_most)]


def words(where: Mapping[str, str]) -> str:
    """Settings as words: "crash, lifeguard, probe interval 1s"."""
    return ", ".join(
        str(value) if key in (SCENARIO, VARIANT) else f"{setting_words(key)} {value}"
        for key, value in where.items()
    )
