# SPDX-License-Identifier: GPL-2.0-only
"""What quicker detection costs in one scenario of a study: its variants and points as choices, drawn
as a sweep's are (analysis/figures/trade_off.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.figures import style, sweep_data, trade_off
from analysis.study.estimates import Estimate
from analysis.study.figures_data import Results, factors_of, value_of
from analysis.study.model import Cell

MEASURES = {
    "dead": "first_dead_s.median",
    "bytes": "bytes_per_member_second.median",
    "false": "wrong_deaths",
}
"""What a choice is judged by."""


def draw(name: str, cells: Sequence[Cell], results: Results) -> style.Picture:
    """Of the cells of one scenario."""
    axes = factors_of(cells)
    for cell in cells:
        results.measure_all(cell, [*results.measures(), *MEASURES.values()])
    points = [
        sweep_data.Point(
            {axis.key: value_of(cell, axis.key) for axis in axes},
            {key: _finite(results.estimate(cell, of)) for key, of in MEASURES.items()},
            results.runs(cell),
        )
        for cell in cells
    ]
    picture = trade_off.draw(axes, points, "study")
    title = f"{picture.title}: {cells[0].scenario}"
    return replace(picture, name=name, title=title)


def _finite(of: Estimate) -> sweep_data.Estimate:
    """What never came is no choice."""
    ends = (of.value, of.low, of.high)
    if any(end is not None and end == float("inf") for end in ends):
        return sweep_data.Estimate(None)
    return sweep_data.Estimate(*ends)
