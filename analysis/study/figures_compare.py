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
from matplotlib.markers import CARETLEFT, CARETRIGHT
from matplotlib.ticker import MaxNLocator

from analysis.campaign.text import count
from analysis.figures import style
from analysis.study.compare import BOTH_NEVER, Difference
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
        for row, each in enumerate(found):
            _never(left, row - _APART, each.a, 0)
            _never(left, row + _APART, each.b, 1)
            _open_difference(right, row, each, relative)
        left.set_xlabel("\n".join(textwrap.wrap(label(measure), 28)))
        unit = "points" if measure.unit == "%" else measure.unit
        scale = "%" if relative else unit
        text = f"{a} more than {b}" + (f" ({scale})" if scale else "")
        right.set_xlabel("\n".join(textwrap.wrap(text, 28)))
        handles = [Line2D([], [], label=side, **_look(place)) for place, side in enumerate((a, b))]
        figure.get_layout_engine().set(rect=(0, 0, 1, 1 - 0.3 / height))
        figure.legend(handles=handles, loc="upper center", ncol=2)
    return style.Picture(name, title, _caption(a, b, found, len(places)), figure)


def _look(side: int) -> dict[str, object]:
    colour = (style.BLUE, style.ORANGE)[side]
    return {"color": colour, "marker": "os"[side], "linestyle": "", "markersize": 5}


def _never(axes: Axes, row: float, found: Estimate, side: int) -> None:
    """A mark at the edge, and the bars that reach it."""
    limits = axes.get_xlim()
    if found.value == math.inf:
        look = _look(side) | {"marker": CARETRIGHT, "markersize": 7}
        axes.plot([0.98], [row], transform=axes.get_yaxis_transform(), label="_never", **look)
    if found.high == math.inf and found.low is not None and math.isfinite(found.low):
        colour = _look(side)["color"]
        axes.plot([found.low, limits[1]], [row, row], color=colour, linestyle=":", linewidth=1.3)
    axes.set_xlim(limits)


def _open_difference(axes: Axes, row: float, each: Difference, relative: bool) -> None:
    """What has never as an end reaches the edge; what is never on both sides is said to be."""
    limits = axes.get_xlim()
    if each.why == BOTH_NEVER:
        place = {"transform": axes.get_yaxis_transform(), "ha": "center", "va": "center"}
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
        axes.text(0.5, row, BOTH_NEVER, color=style.GREY, fontsize=8, bbox=box, **place)
    if each.value is None or each.relative != relative:
        return
    scale = 100 if relative else 1
    ends = [scale * each.low, scale * each.high]
    if any(map(math.isinf, ends)):
        reached = [min(max(end, limits[0]), limits[1]) for end in ends]
        axes.plot(reached, [row, row], color="black", linestyle=":", linewidth=1.3)
    if math.isinf(each.value):
        marker, at = (CARETRIGHT, 0.98) if each.value > 0 else (CARETLEFT, 0.02)
        transform = axes.get_yaxis_transform()
        axes.plot([at], [row], color="black", marker=marker, transform=transform, label="_never")
    axes.set_xlim(limits)


def _estimate(axes: Axes, row: float, found: Estimate, side: int) -> None:
    if found.value is None or math.isinf(found.value):
        # Room for the bar that begins there.
        finite = [end for end in found.interval or () if math.isfinite(end)]
        axes.plot(finite, [row] * len(finite), linestyle="")
        return
    if found.interval is not None and all(map(math.isfinite, found.interval)):
        axes.plot(found.interval, [row, row], color=_look(side)["color"], linewidth=1.3)
    axes.plot([found.value], [row], **_look(side))


def _difference(axes: Axes, row: float, each: Difference, relative: bool) -> None:
    """Filled where the two are called different, hollow where no difference is shown."""
    if each.value is None or each.relative != relative:
        return
    scale = 100 if relative else 1
    finite = [scale * end for end in (each.low, each.high) if math.isfinite(end)]
    axes.plot(finite, [row] * len(finite), linestyle="")
    if math.isinf(each.value):
        return
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


def _caption(a: str, b: str, found: Sequence[Difference], places: int) -> str:
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
    if any(e.value == math.inf or e.high == math.inf for each in found for e in (each.a, each.b)):
        text.append(
            "A triangle at the edge is never, which is not before the run ended; a dotted bar has never"
            " as an end."
        )
    if any(each.has_never for each in found):
        text.append(
            f"Of the difference, never is that {a} never came where {b} did, and −100 % or a dotted bar"
            f" to the left that {b} never came where {a} did."
        )
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
