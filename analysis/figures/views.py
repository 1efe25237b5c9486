# SPDX-License-Identifier: GPL-2.0-only
"""How many members the live members hold for live, over time: whether views are right, and agree.

One panel for each point of a sweep and each of several clusters side by side. All panels have the
same scale: one compares their heights.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from analysis.figures import style
from analysis.figures.timeline import mark_timeline, partition_spans
from analysis.run.metrics import RunMetrics, ViewSizes

PANELS_AT_MOST = 12
ONE_COLUMN_UP_TO = 3
HEADING_CHARACTERS = 32
ZERO_BASED_FROM_SPREAD = 0.5
"""Share of the largest value that the smallest must lie below it, for an axis that starts at 0."""

BAND = {"facecolor": style.SKY, "edgecolor": style.SKY, "alpha": 0.5, "linewidth": 0.6}
MEDIAN = {"color": style.BLUE, "linewidth": 1.6}
TRUTH = {"color": style.BLACK, "linewidth": 1.2, "linestyle": (0, (4, 2))}


@dataclass(frozen=True)
class Panel:
    """The views of one cluster in one run, under a heading; "" where there is but one panel."""

    heading: str
    sizes: ViewSizes
    timeline: Sequence[dict[str, Any]]


def over_time(
    points: Sequence[tuple[str, RunMetrics, Sequence[dict[str, Any]]]],
) -> style.Picture:
    """The views of the run that stands for each point: its name, the run, what was done in it."""
    name, title = "view-sizes", "View sizes over time"
    panels = [panel for point in points for panel in _panels_of(*point)]
    shown = panels[:PANELS_AT_MOST]
    columns = 1 if len(shown) <= ONE_COLUMN_UP_TO else 2
    rows = -(-len(shown) // columns)
    with style.look(name):
        figure, places = style.new_figure(
            0.9 + (2.1 if columns == 1 else 1.6) * rows, rows, columns, sharex=True, sharey=True
        )
        for axes, panel in zip(places, shown):
            named = columns == 1 and axes is places[0]
            _draw(axes, panel, named)
        _finish(places, shown, columns)
    text = (
        "How many members a live member holds for alive or suspect, itself included, against how"
        " many are live: the closer the line lies to the truth, the better; the narrower the band,"
        f" the more the members agree. Seed {points[0][1].seed}."
    )
    if any(partition_spans(panel.timeline) for panel in shown):
        text += " Time of a partition is shaded."
    if len(shown) < len(panels):
        text += f" The first {len(shown)} of {len(panels)} panels are shown."
    return style.Picture(name, title, text, figure)


def _panels_of(point: str, run: RunMetrics, timeline: Sequence[dict[str, Any]]) -> list[Panel]:
    several = len(run.view_sizes) > 1
    clusters = [f"cluster {number + 1}" if several else "" for number in range(len(run.view_sizes))]
    return [
        Panel(", ".join(part for part in (point, cluster) if part), sizes, timeline)
        for cluster, sizes in zip(clusters, run.view_sizes)
    ]


def _draw(axes: Axes, panel: Panel, named: bool) -> None:
    sizes = panel.sizes
    # Where nobody is live there is no view: None becomes NaN, a gap.
    smallest, median, largest = (
        np.array(series, dtype=float) for series in (sizes.smallest, sizes.median, sizes.largest)
    )
    axes.fill_between(sizes.time_s, smallest, largest, step="pre", **BAND)
    axes.step(sizes.time_s, median, where="pre", **MEDIAN)
    axes.step(sizes.time_s, sizes.live, where="pre", **TRUTH)
    mark_timeline(axes, [panel.timeline], sizes.time_s[-1], named)
    if panel.heading:
        # Above the names of the moments, if there are any.
        pad = 18.0 if axes.texts else 4.0
        axes.set_title(_lines_of(panel.heading), fontsize=9.0, pad=pad)


def _lines_of(heading: str) -> str:
    """The heading, broken where it is too long for its panel, but never within a setting."""
    unbroken = ", ".join(part.replace(" ", "\u00a0") for part in heading.split(", "))
    lines = textwrap.wrap(
        unbroken, HEADING_CHARACTERS, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(lines).replace("\u00a0", " ")


def _finish(places: Sequence[Axes], shown: Sequence[Panel], columns: int) -> None:
    """One scale, one legend, and words only at the edges."""
    values = [
        value
        for panel in shown
        for series in (panel.sizes.smallest, panel.sizes.largest, panel.sizes.live)
        for value in series
        if value is not None
    ]
    low, high = min(values), max(values)
    room = max(0.06 * (high - low), 0.5)
    zero_based = high - low >= ZERO_BASED_FROM_SPREAD * high
    places[0].set_ylim(0 if zero_based else low - room, high + room)
    places[0].set_xlim(0, max(panel.sizes.time_s[-1] for panel in shown))
    places[0].yaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 2.5, 5, 10]))
    for axes in places[len(shown) :]:
        axes.set_visible(False)
    for place, axes in enumerate(places[: len(shown)]):
        if place % columns == 0:
            axes.set_ylabel("members in view")
        if place + columns >= len(shown):
            axes.set_xlabel("simulated time (s)")
            axes.tick_params(labelbottom=True)
    places[columns - 1].legend(
        handles=[
            Line2D([], [], label="live members", **TRUTH),
            Line2D([], [], label="median view", **MEDIAN),
            Patch(label="smallest to\nlargest view", **BAND),
        ],
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
    )
