# SPDX-License-Identifier: GPL-2.0-only
"""A sweep: each metric against each axis with its intervals, and maps of two axes.

A point of the sweep is one combination of settings; its intervals come from its runs. All
metrics stand in one figure, so that a gain in one is seen beside its price in another.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from analysis.figures import style
from analysis.figures.sweep_data import (
    AXIS_METRICS,
    METHODS,
    Axis,
    Estimate,
    Metric,
    Point,
)
from analysis.campaign.text import NONE, count, number

LINES_NAMED_AT_MOST = 8
MAP_CELLS_NAMED_AT_MOST = 100
LEGEND_SHARE = 0.06
"""Height that a legend above all panels takes, as a share of the figure."""


def against_axis(axis: Axis, others: Sequence[Axis], points: Sequence[Point]) -> style.Picture:
    """Every metric against one axis; a line for each combination of the other axes."""
    name, title = f"sweep-by-{axis.file_name}", f"Every metric against {axis.words}"
    lines = list(itertools.product(*(other.values for other in others)))
    places = axis.places()
    least, most = (f(point.runs for point in points) for f in (min, max))
    with style.look(name):
        figure, panels = style.new_figure(9.0, rows=4, columns=2, sharex=True)
        for panel, metric in zip(panels, AXIS_METRICS):
            for line, combination in enumerate(lines):
                wanted = {other.key: value for other, value in zip(others, combination)}
                estimates = [
                    _at(points, {**wanted, axis.key: value}, metric) for value in axis.values
                ]
                beside = axis.beside(places, line, len(lines))
                _draw_line(panel, beside, estimates, _line_style(line, len(lines)))
            _label_metric(panel, metric)
            axis.prepare(panel, places)
        for panel in panels[-2:]:
            panel.set_xlabel(axis.label)
        if 1 < len(lines) <= LINES_NAMED_AT_MOST:
            _name_lines(figure, others, lines)
    text = (
        f"{METHODS} {count(least, 'run')} a point."
        if least == most
        else (f"{METHODS} {least} to {most} runs a point.")
    )
    if len(lines) > LINES_NAMED_AT_MOST:
        text += " Each grey line is one combination of the other settings; the table has them all."
    return style.Picture(name, title, text, figure)


def maps(across: Axis, up: Axis, points: Sequence[Point]) -> style.Picture:
    """Each metric as a field over the two axes of a sweep, the number written in each cell."""
    name, title = "sweep-map", f"Every metric over {across.words} and {up.words}"
    with style.look(name):
        figure, panels = style.new_figure(
            1.0 + 4 * max(1.5, 0.36 * len(up.values)), rows=4, columns=2
        )
        for panel, metric in zip(panels, AXIS_METRICS):
            _draw_map(panel, across, up, points, metric)
        for panel in panels[-2:]:
            panel.set_xlabel(across.label)
        for panel in panels[::2]:
            panel.set_ylabel(up.label)
    text = (
        "Each cell is a point of the sweep. Dark is low and bright is high, on a scale of each"
        " panel's own; a dash stands where there is no value. Intervals are in the other figures and"
        " in the table."
    )
    return style.Picture(name, title, text, figure)


def _at(points: Sequence[Point], wanted: dict[str, str], metric: Metric) -> Estimate:
    for point in points:
        if all(point.settings[key] == value for key, value in wanted.items()):
            return point.estimates[metric.key]
    return Estimate(None)


def _line_style(line: int, of: int) -> dict[str, object]:
    if of > LINES_NAMED_AT_MOST:
        return {"color": style.GREY, "linewidth": 0.9, "marker": "o", "markersize": 2.5}
    marker = style.MARKERS[line % len(style.MARKERS)]
    return {**style.series_style(line), "marker": marker, "markersize": 4.5}


def _draw_line(
    axes: Axes, places: np.ndarray, estimates: Sequence[Estimate], look: dict[str, object]
) -> None:
    kept = [(place, e) for place, e in zip(places, estimates) if e.value is not None]
    if not kept:
        return
    x = [place for place, _ in kept]
    values = np.array([e.value for _, e in kept])
    below = [e.value - e.low if e.low is not None else 0.0 for _, e in kept]
    above = [e.high - e.value if e.high is not None else 0.0 for _, e in kept]
    axes.errorbar(
        x,
        values,
        yerr=np.clip([below, above], 0, None),
        capsize=2.0,
        elinewidth=0.9,
        clip_on=False,
        **look,
    )


def _name_lines(figure: Figure, others: Sequence[Axis], lines: Sequence[tuple[str, ...]]) -> None:
    """One legend above all panels, where it can hide no data."""
    handles = [
        Line2D([], [], label=", ".join(combination), **_line_style(line, len(lines)))
        for line, combination in enumerate(lines)
    ]
    title = ", ".join(other.words for other in others)
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - LEGEND_SHARE))
    figure.legend(handles=handles, title=title, loc="upper center", ncol=4)


def _label_metric(axes: Axes, metric: Metric) -> None:
    axes.set_title(metric.title)
    axes.set_ylabel(metric.unit)
    if not axes.lines:
        axes.text(
            0.5,
            0.5,
            "no value",
            transform=axes.transAxes,
            ha="center",
            va="center",
            color="#555555",
        )
    top = axes.get_ylim()[1]
    style.zero_based(axes, top if axes.lines and top > 0 else 1.0)


def _draw_map(axes: Axes, across: Axis, up: Axis, points: Sequence[Point], metric: Metric) -> None:
    values = [
        [_at(points, {across.key: a, up.key: u}, metric).value for a in across.values]
        for u in up.values
    ]
    field = np.array([[np.nan if v is None else v for v in row] for row in values], dtype=float)
    colours = matplotlib.colormaps[style.MAGNITUDE_MAP].copy()
    colours.set_bad(style.PALE)
    seen = field[~np.isnan(field)]
    low, high = (seen.min(), seen.max()) if seen.size else (0.0, 1.0)
    axes.imshow(
        field,
        cmap=colours,
        origin="lower",
        aspect="auto",
        vmin=low,
        vmax=high if high > low else low + 1,
    )
    axes.grid(False)
    axes.set_xticks(range(len(across.values)), across.marks())
    axes.set_yticks(range(len(up.values)), up.marks())
    axes.set_title(f"{metric.title} ({metric.unit})")
    if field.size <= MAP_CELLS_NAMED_AT_MOST:
        for (row, column), value in np.ndenumerate(field):
            bright = high > low and (value - low) / (high - low) > 0.5
            axes.text(
                column,
                row,
                NONE if np.isnan(value) else number(value),
                ha="center",
                va="center",
                color="black" if bright or np.isnan(value) else "white",
            )
