# SPDX-License-Identifier: GPL-2.0-only
"""A measure over two axes: a field for each scenario and variant, all on one scale of lightness, with
the number in each cell where there is room."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure

from analysis.campaign.text import NONE, number
from analysis.figures import style
from analysis.figures.sweep_data import Axis
from analysis.study.figures_data import Layout, Panel, Results, factor, layout, value_of
from analysis.study.figures_lines import label
from analysis.study.measures import Measure
from analysis.study.model import Cell

NAMED_AT_MOST = {1: 12, 2: 8, 3: 6}
"""Columns of a field of which each cell has its number written in, by the number of fields in a row."""
TICKS_AT_MOST = 12
LOGARITHMIC_FROM_RATIO = 30.0
NEVER = "never"


def fields_of(cells: Sequence[Cell], across: str, up: str) -> Layout:
    """A panel for each combination of all but the two axes, whose lines are the rows of its field."""
    return layout(cells, across, up)


def draw(name: str, measure: Measure, of: Layout, results: Results) -> Figure:
    """The figure, laid out and not yet saved."""
    up = factor(of.cells, of.by.key)
    count = len(of.panels)
    columns = 1 if count == 1 else 2 if count in (2, 4) else 3
    rows = math.ceil(count / columns)
    height = min(8.6, 0.7 + rows * (0.45 + max(1.1, 0.25 * len(up.values))))
    values = [_field(panel, of.against, up, measure, results) for panel in of.panels]
    scale = _scale(np.concatenate([field.ravel() for field in values]))
    with style.look(name):
        figure, panels = style.new_figure(height, rows, columns, sharex=True, sharey=True)
        for axes, panel, field in zip(panels, of.panels, values):
            image = _draw_field(axes, field, scale, NAMED_AT_MOST[columns])
            if count > 1:
                axes.set_title("\n".join(textwrap.wrap(panel.title, 62 // columns)), fontsize=9)
        for axes in panels[count:]:
            axes.set_axis_off()
        for axes in panels[max(0, count - columns) : count]:
            axes.tick_params(labelbottom=True)
        _ticks(panels[0].xaxis, of.against, TICKS_AT_MOST // columns)
        _ticks(panels[0].yaxis, up, TICKS_AT_MOST)
        figure.supxlabel(of.against.label, fontsize=9)
        figure.supylabel(up.label, fontsize=9)
        text = "\n".join(textwrap.wrap(label(measure), int(10 * height)))
        bar = figure.colorbar(image, ax=panels, label=text, pad=0.02, fraction=0.06)
        bar.ax.minorticks_off()
    return figure


def _field(panel: Panel, across: Axis, up: Axis, measure: Measure, results: Results) -> np.ndarray:
    """Rows from the least value of `up`; what has no value is not a number."""
    columns = {value: place for place, value in enumerate(across.values)}
    rows = {value: place for place, value in enumerate(up.values)}
    field = np.full((len(rows), len(columns)), np.nan)
    for line in panel.lines:
        for cell in line.cells:
            value = results.estimate(cell, measure.name).value
            if value is not None:
                field[rows[value_of(cell, up.key)], columns[value_of(cell, across.key)]] = value
    return field


def _scale(values: np.ndarray) -> Normalize:
    """Logarithmic where the values span much, none of them 0; else from the least to the largest."""
    seen = values[np.isfinite(values)]
    if not seen.size:
        return Normalize(0, 1)
    low, high = float(seen.min()), float(seen.max())
    if low > 0 and high / low >= LOGARITHMIC_FROM_RATIO:
        return LogNorm(low, high)
    return Normalize(low, high if high > low else low + 1)


def _draw_field(axes: Axes, field: np.ndarray, scale: Normalize, named: int) -> Any:
    colours = matplotlib.colormaps[style.MAGNITUDE_MAP].copy()
    colours.set_bad(style.PALE)
    # What never came is as grey as what has no value, and its word tells them apart.
    shown = np.where(np.isfinite(field), field, np.nan)
    image = axes.imshow(shown, cmap=colours, norm=scale, origin="lower", aspect="auto")
    axes.grid(False)
    if field.shape[1] <= named:
        for (row, column), value in np.ndenumerate(field):
            text = NONE if np.isnan(value) else NEVER if np.isinf(value) else number(value)
            bright = not np.isfinite(value) or scale(value) > 0.5
            colour = "black" if bright else "white"
            axes.text(column, row, text, ha="center", va="center", color=colour)
    return image


def _ticks(axis: Any, of: Axis, at_most: int) -> None:
    step = math.ceil(len(of.values) / max(1, at_most))
    places = list(range(0, len(of.values), step))
    axis.set_ticks(places, [of.marks()[place] for place in places])
