# SPDX-License-Identifier: GPL-2.0-only
"""A measure against a factor: a panel for each combination of the others, a line for each variant.

Values of unlike nature have no line between them, and neither have the points of a sampled design. What
never came stands at the top, as an open arrow: it is longer than any number.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.markers import CARETUP
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from analysis.figures import style
from analysis.figures.sweep_data import Axis
from analysis.study.estimates import Estimate
from analysis.study.figures_data import Layout, Line, Results, is_axis, value_of
from analysis.study.figures_published import Published, cells_of, said_of
from analysis.study.measures import Measure

TICKS_AT_MOST = {1: 12, 2: 7, 3: 5}
"""Values of the axis that are named, by the number of columns."""
BARS_AT_MOST = 150
"""Of a cloud; more intervals than that hide the points."""
HEIGHT_IN = {1: 2.7, 2: 2.0, 3: 1.75}
FEW_POWERS = 100.0
LEGEND_IN = 0.34
ASIDE = 0.07
"""How far lines stand apart where the axis has words, which are 1 apart."""
IN_WORDS = ("/s", "B/s", "/h", "/year")
"""Units that the words of a measure have already."""


@dataclass(frozen=True)
class Laid:
    """A curve of theory in a panel, and to which lines it belongs; "" to all."""

    places: Sequence[float]
    values: Sequence[float]
    line: str = ""


@dataclass(frozen=True)
class Drawing:
    """All that one figure shows."""

    name: str
    measure: Measure
    layout: Layout
    logarithmic: bool = False
    curves: Mapping[int, Sequence[Laid]] = field(default_factory=dict)
    """By the number of the panel."""
    published: Sequence[Published] = ()


def label(measure: Measure) -> str:
    """Words with the unit: "crash to first suspicion, median (s)"."""
    has_unit = measure.unit and measure.unit not in IN_WORDS
    return f"{measure.words} ({measure.unit})" if has_unit else measure.words


def draw(drawing: Drawing, results: Results) -> Figure:
    """The figure, laid out and not yet saved."""
    layout = drawing.layout
    count = len(layout.panels)
    columns = 1 if count == 1 else 2 if count in (2, 4) else 3
    rows = math.ceil(count / columns)
    has_legend = bool(layout.by is not None or drawing.curves or drawing.published)
    height = rows * HEIGHT_IN[columns] + 0.35 + LEGEND_IN * has_legend
    with style.look(drawing.name):
        figure, panels = style.new_figure(height, rows, columns, sharex=True, sharey=True)
        for number, (axes, panel) in enumerate(zip(panels, layout.panels)):
            for place, line in enumerate(panel.lines):
                _draw_line(axes, drawing, line, place, results)
            for laid in drawing.curves.get(number, ()):
                _draw_curve(axes, layout, laid)
            _draw_published(axes, drawing, panel.lines)
            if count > 1:
                axes.set_title("\n".join(textwrap.wrap(panel.title, 62 // columns)), fontsize=9)
        for axes in panels[count:]:
            axes.set_axis_off()
        _scale(panels[:count], drawing, results, columns)
        for axes, panel in zip(panels, layout.panels):
            for place, line in enumerate(panel.lines):
                _draw_bars_to_never(axes, drawing, line, place, results)
        _name_axes(figure, panels, drawing, rows, columns)
        if has_legend:
            _legend(figure, drawing, height)
    return figure


def _draw_line(axes: Axes, drawing: Drawing, line: Line, place: int, results: Results) -> None:
    layout = drawing.layout
    x = _places(layout, line, place)
    found = [results.estimate(cell, drawing.measure.name) for cell in line.cells]
    kept = [
        (at, e)
        for at, e in zip(x, found)
        if e.value is not None and math.isfinite(e.value) and _shows(e.value, drawing)
    ]
    look = dict(_look(layout, place))
    if layout.is_cloud or not layout.against.has_numbers():
        look["linestyle"] = ""
    if layout.is_cloud:
        look["markersize"] = 3.5
    if kept:
        errors = None
        if not layout.is_cloud or _has_bars(layout):
            errors = np.array([_bar(e) for _, e in kept]).T
        axes.errorbar(
            [at for at, _ in kept],
            [e.value for _, e in kept],
            yerr=errors,
            capsize=2.0,
            elinewidth=0.9,
            **look,
        )
    never = [at for at, e in zip(x, found) if e.value is not None and math.isinf(e.value)]
    axes.plot(
        never,
        [0.97] * len(never),
        linestyle="",
        marker=CARETUP,
        color=look["color"],
        markersize=7,
        transform=axes.get_xaxis_transform(),
        label="_never",
    )


def _reaches_never(found: Estimate) -> bool:
    """Whether it never came, and its interval has a number as its lower end."""
    return found.value == math.inf and found.low is not None and math.isfinite(found.low)


def _draw_bars_to_never(
    axes: Axes, drawing: Drawing, line: Line, place: int, results: Results
) -> None:
    """From their lower end past the top of the scale, which they leave as it is."""
    limits = axes.get_ylim()
    for at, cell in zip(_places(drawing.layout, line, place), line.cells):
        found = results.estimate(cell, drawing.measure.name)
        if _reaches_never(found) and _shows(found.low, drawing):
            look = {"color": _look(drawing.layout, place)["color"], "linewidth": 1.1}
            axes.plot([at, at], [found.low, limits[1]], linestyle=":", label="_to never", **look)
    axes.set_ylim(limits)


def _has_bars(layout: Layout) -> bool:
    """Whether the intervals of a cloud leave its points to be seen."""
    return all(len(line.cells) <= BARS_AT_MOST for panel in layout.panels for line in panel.lines)


def _shows(value: float, drawing: Drawing) -> bool:
    return value > 0 or not drawing.logarithmic


def _bar(estimate: Estimate) -> tuple[float, float]:
    """How far its interval reaches down and up; an end that is infinite, past the top."""
    if estimate.interval is None:
        return 0.0, 0.0
    low, high = estimate.interval
    up = high - estimate.value if math.isfinite(high) else 9 * max(estimate.value, 1.0)
    return max(0.0, estimate.value - low), max(0.0, up)


def _places(layout: Layout, line: Line, place: int) -> np.ndarray:
    """Where its cells stand, a little beside those of the other lines."""
    against = layout.against
    at = dict(zip(against.values, against.places()))
    x = np.array([at[value_of(cell, against.key)] for cell in line.cells])
    if layout.is_cloud or layout.by is None or len(against.values) < 2:
        return x
    if not against.has_numbers():
        return x + ASIDE * (place - (len(layout.panels[0].lines) - 1) / 2)
    moved = against.beside(against.places(), place, len(layout.panels[0].lines))
    shift = dict(zip(against.values, moved))
    return np.array([shift[value_of(cell, against.key)] for cell in line.cells])


def _look(layout: Layout, place: int) -> dict[str, object]:
    marker = style.MARKERS[place % len(style.MARKERS)]
    return {**style.series_style(place), "marker": marker, "markersize": 4.5}


def _draw_curve(axes: Axes, layout: Layout, laid: Laid) -> None:
    names = [line.label for line in layout.panels[0].lines]
    dashes = "-" if not laid.line else style.series_style(names.index(laid.line))["linestyle"]
    look = {"color": style.BLACK, "linewidth": 0.8, "linestyle": dashes}
    axes.plot(laid.places, laid.values, zorder=3, label="_theory", **look)


def _draw_published(axes: Axes, drawing: Drawing, lines: Sequence[Line]) -> None:
    against = drawing.layout.against
    at = dict(zip(against.values, against.places()))
    for point in drawing.published:
        found = cells_of(point, lines, against.key)
        if not found:
            continue
        place, cell = found[0]
        axes.plot(
            [at[value_of(cell, against.key)]],
            [point.y],
            linestyle="",
            marker="*",
            markersize=11,
            markerfacecolor="white",
            markeredgecolor=style.SERIES[place % 8] if point.line else style.BLACK,
            zorder=4,
            label="_published",
        )


def _scale(panels: Sequence[Axes], drawing: Drawing, results: Results, columns: int) -> None:
    """Both scales, the same in all panels."""
    against = drawing.layout.against
    places = against.places()
    for axes in panels:
        if against.has_numbers() and Axis.is_logarithmic(places):
            axes.set_xscale("log")
        if drawing.logarithmic:
            axes.set_yscale("log")
    for axes in panels:
        _ticks(axes, against, places, TICKS_AT_MOST[columns])
    if drawing.logarithmic:
        for axes in panels:
            axes.margins(y=0.08)
            low, high = axes.get_ylim()
            # Of few powers of ten, those alone would be one mark or none.
            steps = (1, 2, 5) if high / low < FEW_POWERS else (1,)
            axes.yaxis.set_major_locator(LogLocator(subs=steps, numticks=9))
            axes.yaxis.set_minor_locator(NullLocator())
        return
    top = _top(drawing, results)
    for axes in panels:
        style.zero_based(axes, top)
        if top <= 5 and drawing.measure.kind == "count":
            axes.yaxis.set_major_locator(MaxNLocator(5))


def _top(drawing: Drawing, results: Results) -> float:
    """Room for all values and the intervals that are no more than thrice the largest of them."""
    found = [results.estimate(cell, drawing.measure.name) for cell in drawing.layout.cells]
    values = [e.value for e in found if e.value is not None and math.isfinite(e.value)]
    values += [point.y for point in drawing.published]
    values += [e.low for e in found if _reaches_never(e)]
    highest = max(values, default=0.0)
    ends = [e.high for e in found if e.high is not None and math.isfinite(e.high)]
    if drawing.layout.is_cloud and not _has_bars(drawing.layout):
        ends = []
    limit = 3 * highest if highest > 0 else math.inf
    highest = max([highest, *(min(end, limit) for end in ends)])
    return 1.08 * highest if highest > 0 else 1.0


def _ticks(axes: Axes, against: Axis, places: np.ndarray, at_most: int) -> None:
    """At the values themselves where they can be told apart; else where matplotlib puts them."""
    axes.minorticks_off()
    if not against.has_numbers():
        marks = ["\n".join(textwrap.wrap(mark, 14)) for mark in against.marks()]
        axes.set_xticks(places, marks)
        axes.set_xlim(-0.5, len(places) - 0.5)
        style.grid_along_values_only(axes)
        return
    if len(places) <= at_most and _are_apart(places, at_most):
        axes.set_xticks(places, against.marks())
    elif Axis.is_logarithmic(places):
        axes.set_xticks(*_round_ticks(places, at_most))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(at_most - 1))
    axes.margins(x=0.06)
    if len(places) == 1:
        axes.set_xlim(places[0] - 0.5, places[0] + 0.5)


def _are_apart(places: np.ndarray, at_most: int) -> bool:
    """Whether no two neighbours are so close that their names would meet."""
    if len(places) < 2:
        return True
    at = np.log(places) if Axis.is_logarithmic(places) else places
    return bool(np.diff(np.sort(at)).min() >= 0.6 * np.ptp(at) / at_most)


def _round_ticks(places: np.ndarray, at_most: int) -> tuple[list[float], list[str]]:
    """1, 2 and 5 of each decade, or 1 alone where they are many."""
    least, most = math.floor(math.log10(places.min())), math.ceil(math.log10(places.max()))
    for steps in ((1, 2, 5), (1, 3), (1,)):
        ticks = [
            step * 10.0**power
            for power in range(least, most + 1)
            for step in steps
            if places.min() * 0.99 <= step * 10.0**power <= places.max() * 1.01
        ]
        if len(ticks) <= at_most:
            break
    return ticks, [f"{tick:g}" for tick in ticks]


def _name_axes(
    figure: Figure, panels: Sequence[Axes], drawing: Drawing, rows: int, columns: int
) -> None:
    text = "\n".join(textwrap.wrap(label(drawing.measure), int(11 * figure.get_figheight())))
    if len(drawing.layout.panels) == 1:
        panels[0].set_ylabel("\n".join(textwrap.wrap(text, 34)))
        panels[0].set_xlabel(drawing.layout.against.label)
        return
    figure.supylabel(text, fontsize=9)
    figure.supxlabel(drawing.layout.against.label, fontsize=9)
    # Of a last row that is not full, the panels above the gap have the marks.
    for axes in panels[len(drawing.layout.panels) - columns : len(drawing.layout.panels)]:
        axes.tick_params(labelbottom=True)


def _legend(figure: Figure, drawing: Drawing, height: float) -> None:
    """One above all panels, where it can hide no data."""
    layout, handles = drawing.layout, []
    if layout.by is not None:
        for place, line in enumerate(layout.panels[0].lines):
            look = _look(layout, place)
            if layout.is_cloud or not layout.against.has_numbers():
                look["linestyle"] = ""
            handles.append(Line2D([], [], label=line.label, **look))
    if any(drawing.curves.values()):
        handles.append(Line2D([], [], color=style.BLACK, linewidth=0.8, label="theory"))
    if drawing.published:
        handles.append(
            Line2D(
                [],
                [],
                linestyle="",
                marker="*",
                markersize=11,
                markerfacecolor="white",
                markeredgecolor=style.BLACK,
                label="published",
            )
        )
    if not handles:
        return
    title = "" if layout.by is None or not is_axis(layout.by.key) else layout.by.words
    columns = 5
    lines = math.ceil(len(handles) / columns) + bool(title)
    share = (0.12 + 0.19 * lines) / height
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - share))
    figure.legend(handles=handles, title=title or None, loc="upper center", ncol=columns)


def reading(drawing: Drawing, results: Results) -> list[str]:
    """What a reader must know of its marks, in sentences."""
    found = [results.estimate(cell, drawing.measure.name) for cell in drawing.layout.cells]
    sentences = []
    if any(e.value is not None and math.isinf(e.value) for e in found):
        sentences.append(
            "A mark at the upper edge: it never came. Never is: not before its run ended."
        )
    if any(e.high == math.inf and math.isfinite(e.low) for e in found):
        sentences.append("A dotted bar, or one through the upper edge, has never as its upper end.")
    layout = drawing.layout
    if layout.is_cloud:
        drawn = len(found)
        sentences.append(
            "The design is sampled: each mark is a point that differs from its neighbours in the other"
            " axes too, so no line joins them."
        )
        if not _has_bars(layout):
            sentences.append(
                f"With {drawn:,} of them bars would hide the marks; results.csv has the intervals."
            )
    sentences += left_out(layout)
    if drawing.logarithmic:
        hidden = sum(e.value is not None and e.value <= 0 for e in found)
        if hidden:
            sentences.append(
                f"A logarithmic scale has no 0: {hidden:,} of {len(found):,} points are 0 and are not"
                " drawn."
            )
    missing = sum(e.value is None for e in found)
    if missing:
        sentences.append(f"{missing:,} of {len(found):,} points have no value.")
    return sentences + said_of(drawing.published, layout)


def left_out(layout: Layout) -> list[str]:
    """What a figure has no room for, in sentences."""
    sentences = []
    if layout.panels_in_all > len(layout.panels):
        sentences.append(
            f"Drawn are {len(layout.panels)} of {layout.panels_in_all:,} combinations, evenly chosen;"
            " results.csv has all."
        )
    if layout.by is not None and len(layout.by.values) > len(layout.panels[0].lines):
        sentences.append(
            f"Drawn are {len(layout.panels[0].lines)} of {len(layout.by.values):,} values of"
            f" {layout.by.words}, evenly chosen."
        )
    return sentences
