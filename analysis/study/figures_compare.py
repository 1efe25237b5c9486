# SPDX-License-Identifier: GPL-2.0-only
"""Two sides beside each other: of one measure a row for each place at which both were measured, with both
estimates on the left and how far apart they are on the right."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from analysis.campaign.text import count
from analysis.figures import style
from analysis.study.compare import Difference
from analysis.study.estimates import Estimate
from analysis.study.figures_data import spread
from analysis.study.figures_lines import label
from analysis.study.measures import Measure

ROWS_AT_MOST = 24
ROW_IN = 0.34
LINE_CHARACTERS = 30
LEAST_SPAN = 1.0
"""Of the axis of differences, so that none at all is not drawn as if it were some."""
_APART = 0.14
"""How far the two estimates of a row stand from its middle."""


@dataclass(frozen=True)
class Place:
    """One scenario at one point, with the differences of all measures there."""

    words: str
    differences: Sequence[Difference]

    def of(self, measure: str) -> Difference:
        return next(each for each in self.differences if each.measure.name == measure)


def draw(a: str, b: str, measure: Measure, places: Sequence[Place]) -> style.Picture:
    """The picture of one measure; of many places some, evenly chosen."""
    name = "compare-" + re.sub(r"[^A-Za-z0-9]+", "-", measure.name).strip("-")
    title = f"{measure.words[:1].upper()}{measure.words[1:]}: {a} and {b}"
    shown = spread(places, ROWS_AT_MOST)
    found = [place.of(measure.name) for place in shown]
    if all(each.a.value is None or each.b.value is None for each in found):
        why = dict.fromkeys(each.why for each in found)
        return style.Picture(name, title, f"there is nothing to draw: {'; '.join(why)}.")
    relative = all(each.relative or each.value is None for each in found)
    height = 0.95 + max(2, len(shown)) * ROW_IN
    with style.look(name):
        figure, (left, right) = style.new_figure(height, columns=2, sharey=True)
        for row, each in enumerate(found):
            _estimate(left, row - _APART, each.a, 0)
            _estimate(left, row + _APART, each.b, 1)
            _difference(right, row, each, relative)
        _frame(left, right, shown)
        left.set_xlabel("\n".join(textwrap.wrap(label(measure), 28)))
        unit = "points" if measure.unit == "%" else measure.unit
        scale = "%" if relative else unit
        text = f"{a} more than {b}" + (f" ({scale})" if scale else "")
        right.set_xlabel("\n".join(textwrap.wrap(text, 28)))
        handles = [Line2D([], [], label=side, **_look(place)) for place, side in enumerate((a, b))]
        figure.get_layout_engine().set(rect=(0, 0, 1, 1 - 0.3 / height))
        figure.legend(handles=handles, loc="upper center", ncol=2)
    return style.Picture(name, title, _caption(found, len(places)), figure)


def _look(side: int) -> dict[str, object]:
    colour = (style.BLUE, style.ORANGE)[side]
    return {"color": colour, "marker": "os"[side], "linestyle": "", "markersize": 5}


def _estimate(axes: Axes, row: float, found: Estimate, side: int) -> None:
    if found.value is None or math.isinf(found.value):
        return
    if found.interval is not None and all(map(math.isfinite, found.interval)):
        axes.plot(found.interval, [row, row], color=_look(side)["color"], linewidth=1.3)
    axes.plot([found.value], [row], **_look(side))


def _difference(axes: Axes, row: float, each: Difference, relative: bool) -> None:
    """Filled where the two are called different, hollow where no difference is shown."""
    if each.value is None or each.relative != relative or math.isinf(each.value):
        return
    scale = 100 if relative else 1
    if math.isfinite(each.low) and math.isfinite(each.high):
        axes.plot([scale * each.low, scale * each.high], [row, row], color="black", linewidth=1.3)
    face = "black" if each.different else "white"
    axes.plot([scale * each.value], [row], "D", color="black", markersize=5, markerfacecolor=face)


def _frame(left: Axes, right: Axes, places: Sequence[Place]) -> None:
    left.set_yticks(range(len(places)), [_in_two(place.words) for place in places])
    left.set_ylim(len(places) - 0.5, -0.5)
    left.margins(x=0.08)
    left.set_xlim(left=min(0.0, left.get_xlim()[0]))
    right.axvline(0, color=style.GREY, linewidth=1.0, zorder=1)
    right.tick_params(labelleft=False)
    right.margins(x=0.1)
    low, high = right.get_xlim()
    if high - low < LEAST_SPAN:
        right.set_xlim(low - LEAST_SPAN / 2, high + LEAST_SPAN / 2)
    for axes in (left, right):
        style.grid_along_values_only(axes, "x")
        axes.xaxis.set_major_locator(MaxNLocator(5))


def _in_two(text: str) -> str:
    """On two lines of much the same length, if it is long."""
    width = LINE_CHARACTERS if len(text) <= LINE_CHARACTERS else max(24, len(text) // 2 + 4)
    return "\n".join(textwrap.wrap(text, width)[:2])


def _caption(found: Sequence[Difference], places: int) -> str:
    """What the marks are, and of how much."""
    values = [n for each in found for n in (each.a.n, each.b.n)]
    pairs = [each.pairs for each in found]
    text = [
        "Left: both estimates with their 95 % intervals. Right: the difference with its own;",
        "a full mark is called different, by Holm's rule over all measures of a place, a hollow one not.",
        f"n = {_range(values)} values a side, {_range(pairs)} pairs of one seed.",
    ]
    methods = dict.fromkeys(each.method for each in found if each.method)
    if methods:
        text.append(f"Interval of the difference: {'; '.join(methods)}.")
    untold = [each for each in found if each.value is None]
    if untold:
        why = "; ".join(list(dict.fromkeys(each.why for each in untold))[:3])
        text.append(f"No difference can be told at {count(len(untold), 'place')}: {why}.")
    if places > len(found):
        text.append(f"Drawn are {len(found)} of {places:,} places, evenly chosen.")
    return " ".join(text)


def _range(numbers: Sequence[int]) -> str:
    least, most = min(numbers), max(numbers)
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"
