# SPDX-License-Identifier: GPL-2.0-only
"""Every setting that was tried by what it is judged by, two measures a panel: detection against load and
against false burials, and these against each other.

The hatched part of a panel is what a goal forbids. A setting is on the front where no other has better
numbers in all, and may be on it where the intervals leave that open. These stand as bars, and what was
never seen as an arrow that begins at its bound.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from analysis.campaign.text import count
from analysis.figures import style
from analysis.study.estimates import Estimate
from analysis.study.figures_lines import BARS_AT_MOST
from analysis.tune.result import LESS, Estimates, Goal, Result
from analysis.tune.tables import name_of
from analysis.tune.words import Told, judged, limit_text, told, unseen

NAME, TITLE = "front", "What each setting gives, and what it costs"
MEASURES_AT_MOST = 3
LOGARITHMIC_FROM = 20.0
"""So many times the least, and the axis is logarithmic."""
FEW_DECADES = 400.0
"""Of an axis so short in powers of ten, 2 and 5 have their numbers too."""
ARROW_POINTS = 16.0
_TO_THE_LEFT = np.array([(0, 0), (-1, 0), (-0.75, 0.13), (-1, 0), (-0.75, -0.13)])
_STEPS = (Path.MOVETO, Path.LINETO, Path.MOVETO, Path.LINETO, Path.LINETO)
ARROWS = (Path(_TO_THE_LEFT, _STEPS), Path(_TO_THE_LEFT[:, ::-1], _STEPS))
"""Across and up, as marks: they begin at the place, and end as far from it whatever the scale."""
LABEL_CHARACTERS = 30
TRIED, MAYBE, FRONT, DEFAULT = "tried", "maybe", "front", "default"
CHOICE_MARKERS = {1: "*", 2: "^", 3: "v"}
FORBIDDEN = {"facecolor": "none", "edgecolor": style.PALE, "hatch": "////", "linewidth": 0.0}


@dataclass(frozen=True)
class Mark:
    """A setting in a panel."""

    kind: str
    """TRIED, FRONT, DEFAULT, or the name of a choice."""
    measures: Estimates


def draw(result: Result) -> style.Picture:
    """Panels of two measures each; of one measure alone, a line of settings."""
    axes_of = [told(result, name) for name in chosen(result)]
    marks = _marks(result)
    if len(axes_of) < 2 or not marks:
        why = "there is one measure alone, so there is nothing to weigh"
        return style.Picture(NAME, TITLE, f"{why if len(axes_of) < 2 else 'nothing was tried'}.")
    pairs = _pairs(axes_of)
    rows = 1 if len(pairs) == 1 else 2
    with style.look(NAME):
        figure, panels = style.new_figure(0.6 + 2.45 * rows, rows, 2)
        for axes, (across, up) in zip(panels, pairs):
            _panel(axes, result, marks, across, up)
        for axes in panels[len(pairs) :]:
            axes.set_axis_off()
        _legend(figure, panels[len(pairs)], result, marks)
    return style.Picture(NAME, TITLE, _caption(result, axes_of, marks), figure)


def chosen(result: Result) -> list[str]:
    """At most three: a time, what was wrong, and a load, where there are such; else the first."""
    names = judged(result)
    if len(names) <= MEASURES_AT_MOST:
        return names
    sorts: dict[str, str] = {}
    for name in names:
        measure = told(result, name)
        sort = "time" if measure.unit == "s" else "wrong" if measure.is_count else "load"
        sorts.setdefault(sort, name)
    found = [name for name in names if name in sorts.values()]
    found += [name for name in names if name not in found]
    return sorted(found[:MEASURES_AT_MOST], key=names.index)


def _pairs(of: Sequence[Told]) -> list[tuple[Told, Told]]:
    """Across and up: the first measure against each other one, then these against each other."""
    first, *others = of
    pairs = [(other, first) for other in others]
    return pairs + ([(others[0], others[1])] if len(others) > 1 else [])


def _marks(result: Result) -> list[Mark]:
    """All settings that were tried, the choices last."""
    settings = {setting.id: setting for setting in result.settings if not setting.excluded}
    marks = [
        Mark(_kind(result, name), setting.measures)
        for name, setting in settings.items()
        if name not in {choice.id for choice in result.choices}
    ]
    marks.sort(key=lambda mark: (TRIED, MAYBE, FRONT).index(mark.kind))
    for choice in reversed(result.choices):
        marks.append(Mark(name_of(result, choice) if choice.rank else DEFAULT, choice.path))
    return marks


def _kind(result: Result, name: str) -> str:
    return FRONT if name in result.front else MAYBE if name in result.front_maybe else TRIED


def _is_drawn(mark: Mark, measure: Told) -> bool:
    found = mark.measures.get(measure.name)
    return found is not None and _place(found, measure) is not None


def _place(found: Estimate, measure: Told) -> float | None:
    """Its value; of what was never seen its bound."""
    place = found.high if unseen(found, measure) else found.value
    return place if place is not None and math.isfinite(place) else None


def _panel(axes: Axes, result: Result, marks: Sequence[Mark], across: Told, up: Told) -> None:
    """What has a number of both; empty where nothing has."""
    marks = [mark for mark in marks if _is_drawn(mark, across) and _is_drawn(mark, up)]
    axes.set_xlabel(style.in_lines(across.label, LABEL_CHARACTERS))
    axes.set_ylabel(style.in_lines(up.label, LABEL_CHARACTERS))
    if not marks:
        axes.set_xticks([])
        axes.set_yticks([])
        return
    scales = [_is_logarithmic(result, marks, measure) for measure in (across, up)]
    for set_scale, is_log in zip((axes.set_xscale, axes.set_yscale), scales):
        set_scale("log" if is_log else "linear")
    few = len(marks) <= BARS_AT_MOST
    for kind in dict.fromkeys(mark.kind for mark in marks):
        of_kind, look = [mark for mark in marks if mark.kind == kind], _look(result, kind)
        x, y = ([_place(mark.measures[m.name], m) for mark in of_kind] for m in (across, up))
        if few or kind != TRIED:
            for direction, measure in enumerate((across, up)):
                _bars(
                    axes,
                    [mark.measures[measure.name] for mark in of_kind],
                    measure,
                    direction,
                    x,
                    y,
                    look,
                )
        axes.plot(x, y, **look)
    _limits(axes, result, marks, across, up, scales)
    for axis, is_log in zip((axes.xaxis, axes.yaxis), scales):
        _ticks(axis, is_log)


def _ticks(axis: Any, is_log: bool) -> None:
    low, high = axis.get_view_interval()
    if not is_log:
        axis.set_major_locator(MaxNLocator(5))
        return
    subs = (1.0, 2.0, 5.0) if high / low < FEW_DECADES else (1.0,)
    axis.set_major_locator(LogLocator(subs=subs, numticks=7))
    axis.set_minor_locator(NullLocator())


def _is_logarithmic(result: Result, marks: Sequence[Mark], measure: Told) -> bool:
    """Where the largest is many times the least, and all are above 0."""
    places = [_place(mark.measures[measure.name], measure) for mark in marks]
    return min(places) > 0 and max(places) / min(places) >= LOGARITHMIC_FROM


def _bars(
    axes: Axes,
    found: Sequence[Estimate],
    measure: Told,
    direction: int,
    x: Sequence[float],
    y: Sequence[float],
    look: Mapping[str, Any],
) -> None:
    """Intervals across (0) or up (1); from a bound an arrow towards 0."""
    below = {"color": look["color"], "zorder": look["zorder"] - 0.5}
    arrows = [place for place, each in enumerate(found) if unseen(each, measure)]
    axes.plot(
        [x[place] for place in arrows],
        [y[place] for place in arrows],
        linestyle="",
        marker=ARROWS[direction],
        markersize=2 * ARROW_POINTS,
        markerfacecolor="none",
        markeredgewidth=0.9,
        **below,
    )
    bars = [
        place
        for place, each in enumerate(found)
        if place not in arrows and each.interval and all(map(math.isfinite, each.interval))
    ]
    across_or_up = axes.hlines if direction == 0 else axes.vlines
    across_or_up(
        [(y if direction == 0 else x)[place] for place in bars],
        [found[place].low for place in bars],
        [found[place].high for place in bars],
        linewidth=0.8,
        **below,
    )


def _limits(
    axes: Axes,
    result: Result,
    marks: Sequence[Mark],
    across: Told,
    up: Told,
    scales: Sequence[bool],
) -> None:
    """Room around the marks, and what goals forbid; the limit is drawn where it is within the panel."""
    for direction, measure in enumerate((across, up)):
        places = [_place(mark.measures[measure.name], measure) for mark in marks]
        goals = [goal for goal in result.goals if goal.measure == measure.name]
        is_log = scales[direction]
        low, high = _room([*places, *_near(goals, places, is_log)], is_log)
        (axes.set_xlim if direction == 0 else axes.set_ylim)(low, high)
        for goal in goals:
            at = min(max(goal.limit, low), high)
            ends = (at, high) if goal.op == LESS else (low, at)
            span, line = (
                (axes.axvspan, axes.axvline) if direction == 0 else (axes.axhspan, axes.axhline)
            )
            if ends[0] < ends[1]:
                span(*ends, zorder=0.4, **FORBIDDEN)
            if low < goal.limit < high:
                line(goal.limit, color="black", linewidth=0.9, linestyle=(0, (4, 2)), zorder=0.9)


def _near(goals: Sequence[Goal], places: Sequence[float], is_log: bool) -> list[float]:
    """The limits that are not so far away that they would press all marks together."""
    low, high = min(places), max(places)
    if is_log:
        return [goal.limit for goal in goals if low / 10 < goal.limit < 10 * high]
    span = max(high - low, 0.2 * abs(high))
    return [goal.limit for goal in goals if low - span < goal.limit < high + span]


def _room(places: Sequence[float], is_log: bool) -> tuple[float, float]:
    low, high = min(places), max(places)
    if is_log:
        factor = (high / low) ** 0.12
        return low / factor, high * factor
    room = 0.1 * max(high - low, 0.1 * abs(high), 1e-9)
    return (min(low, max(0.0, low - room)) if low >= 0 else low - room), high + room


def _look(result: Result, kind: str) -> dict[str, Any]:
    if kind == TRIED:
        return {
            "color": style.GREY,
            "marker": "s",
            "markersize": 2.8,
            "linestyle": "",
            "markerfacecolor": "white",
            "markeredgewidth": 0.7,
            "zorder": 2,
        }
    if kind in (MAYBE, FRONT):
        return {
            "color": style.BLUE,
            "marker": "o",
            "markersize": 5,
            "linestyle": "",
            "markerfacecolor": style.BLUE if kind == FRONT else "white",
            "zorder": 3 if kind == FRONT else 2.5,
        }
    if kind == DEFAULT:
        return {
            "color": "black",
            "marker": "D",
            "markersize": 6.5,
            "linestyle": "",
            "markerfacecolor": style.YELLOW,
            "zorder": 4,
        }
    rank = next(c.rank for c in result.recommended if name_of(result, c) == kind)
    return {
        "color": style.VERMILION if rank == 1 else style.ORANGE,
        "marker": CHOICE_MARKERS.get(rank, "P"),
        "markersize": 13 if rank == 1 else 8,
        "markeredgecolor": "black",
        "markeredgewidth": 0.7,
        "linestyle": "",
        "zorder": 6 if rank == 1 else 5,
    }


def _legend(figure: Figure, axes: Axes, result: Result, marks: Sequence[Mark]) -> None:
    """In the corner that no panel has."""
    kinds = {mark.kind for mark in marks}
    names = {
        **{name_of(result, choice): name_of(result, choice) for choice in result.recommended},
        DEFAULT: f"default of {result.product.short}",
        FRONT: "on the front: no other is better in all",
        MAYBE: "may be on it, for all that the intervals say",
        TRIED: "tried",
    }
    handles: list = []
    for kind, text in names.items():
        if kind in kinds:
            label = style.in_lines(text, 34)
            look = {key: value for key, value in _look(result, kind).items() if key != "zorder"}
            handles.append(Line2D([], [], label=label, **look))
    if result.goals:
        handles.append(Patch(label="what a goal forbids", **FORBIDDEN))
    axes.legend(handles=handles, loc="center left", labelspacing=0.8)


def _caption(result: Result, of: Sequence[Told], marks: Sequence[Mark]) -> str:
    better = ["more is better" if each.more_is_better else "less is better" for each in of]
    directions = (
        "Of each measure less is better, so the best corner of a panel is at the lower left."
        if set(better) == {"less is better"}
        else " ".join(f"Of {each.words} {how}." for each, how in zip(of, better))
    )
    text = [
        f"Each mark is a setting, {len(marks):,} in all. {directions}",
        "Thin bars are 95 % intervals; those of the choices and of the default are of seeds that the"
        " search had not seen.",
    ]
    if any(
        each.name in mark.measures and unseen(mark.measures[each.name], each)
        for mark in marks
        for each in of
    ):
        text.append(
            "An arrow begins at the bound of what was never seen: the true number is anywhere below."
        )
    limits = [
        f"{told(result, goal.measure).words} {limit_text(goal)}"
        for goal in result.goals
        if goal.measure in {each.name for each in of}
    ]
    if limits:
        text.append(f"Dashed lines are limits of goals, where they are near: {'; '.join(limits)}.")
    left = [name for name in judged(result) if name not in {each.name for each in of}]
    if left:
        names = ", ".join(told(result, name).words for name in left)
        text.append(f"Not drawn: {names}; the table of all settings has it.")
    for each in of:
        missing = sum(not _is_drawn(mark, each) for mark in marks)
        if missing:
            where = f"not in the panels of {each.words}: too few runs for a number of it, or"
            text.append(f"{count(missing, 'setting is', 'settings are')} {where} it never came.")
    return " ".join(text)
