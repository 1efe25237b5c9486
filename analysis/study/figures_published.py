# SPDX-License-Identifier: GPL-2.0-only
"""What somebody else measured, and where a figure has a place for it: a value is about some cells, and
stands in no panel that has others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.study.expects import matches
from analysis.study.figures_data import Layout, Line
from analysis.study.model import Cell


@dataclass(frozen=True)
class Published:
    """A value that somebody else measured."""

    x: str
    y: float
    line: str
    source: str
    where: Mapping[str, str] = field(default_factory=dict)
    """Of which cells it speaks; {} of all at its place."""

    def is_of(self, cell: Cell, against: str) -> bool:
        return matches({**self.where, against: self.x}, cell)


def cells_of(point: Published, lines: Sequence[Line], against: str) -> list[tuple[int, Cell]]:
    """Those of a panel that a published value is about, with the number of their line."""
    return [
        (place, cell)
        for place, line in enumerate(lines)
        if not point.line or point.line == line.label
        for cell in line.cells
        if point.is_of(cell, against)
    ]


def said_of(published: Sequence[Published], layout: Layout) -> list[str]:
    """Sources, values of which no panel has the place, and those that all have, in sentences."""
    if not published:
        return []
    panels = [
        sum(bool(cells_of(point, panel.lines, layout.against.key)) for panel in layout.panels)
        for point in published
    ]
    sources = dict.fromkeys(point.source for point in published if point.source)
    sentences = [f"Published: {'; '.join(sources) or 'without a source'}."]
    if 0 in panels:
        missing = f"{panels.count(0):,} of {len(panels):,}"
        sentences.append(f"Not drawn, since no cell here is at its place: {missing}.")
    if any(found > 1 and not point.where for found, point in zip(panels, published)):
        sentences.append("What is published without saying at which of the panels stands in each.")
    return sentences
