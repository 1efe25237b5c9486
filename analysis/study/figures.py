# SPDX-License-Identifier: GPL-2.0-only
"""Which figures the report of a study has: those that its file names, or, where it names none, each
measure against each axis, fields over two axes, and what quicker detection costs.

The number of figures has a limit, however many measures and axes there are; what is left out is said.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.campaign.text import count, setting_words
from analysis.figures import style
from analysis.study import figures_lines, figures_map, figures_theory, figures_trade_off
from analysis.study.expects import matches
from analysis.study.figures_data import (
    SCENARIO,
    VARIANT,
    Results,
    factors_of,
    is_axis,
    is_grid,
    layout,
    words,
)
from analysis.study.figures_lines import Drawing, Published
from analysis.study.measures import QUANTILES, Measure, measure_named
from analysis.study.model import Cell
from analysis.study.report_networks import Networks

DEFAULTS_AT_MOST = 18
"""Figures that nobody asked for."""
ASKED_AT_MOST = 60
"""Figures of a file; a study that names more is told which are not drawn."""

RANKS = "binomial ranks, with runs as clusters"
MEAN = "Student's t of the mean, with runs as clusters"
INTERVALS = {
    "count": "negative binomial, with the dispersion of the runs",
    "share": "Clopper and Pearson, with runs as clusters",
}
"""How the intervals of a kind of measure are made (analysis/campaign/intervals.py says more); of times and
loads it depends on the statistic."""


@dataclass(frozen=True)
class Figures:
    """What was drawn, and a word on what was not."""

    pictures: list[style.Picture]
    left_out: str


def interval_method(measure: Measure) -> str:
    """Of an interval of it, where one can be."""
    if measure.statistic == "mean" and measure.kind in ("time", "load"):
        return MEAN
    if measure.statistic in QUANTILES:
        return RANKS
    return INTERVALS.get(measure.kind, MEAN)


def figures(results: Results, networks: Networks) -> Figures:
    """All of them; `networks` are those of the scenarios, for theory."""
    asked = results.study.asked.get("figures", ())
    if asked:
        pictures = [
            _asked(number, figure, results, networks)
            for number, figure in enumerate(asked[:ASKED_AT_MOST], 1)
        ]
        missing = len(asked) - len(pictures)
        return Figures(pictures, _left_out(missing, "of the study's file"))
    wanted = list(_defaults(results))
    pictures = [
        _drawn(number, wish, results, networks)
        for number, wish in enumerate(wanted[:DEFAULTS_AT_MOST], 1)
    ]
    return Figures(pictures, _left_out(len(wanted) - len(pictures), "of measures against axes"))


def _left_out(number: int, of: str) -> str:
    if number <= 0:
        return ""
    are = "is" if number == 1 else "are"
    return (
        f"{count(number, 'more figure')} {of} {are} not drawn, to keep this page small: a [[figure]] in"
        " the study's file asks for one, and results.csv has every run."
    )


def _asked(
    number: int,
    figure: Mapping[str, Any],
    results: Results,
    networks: Networks,
) -> style.Picture:
    measure, against = figure["measure"], figure["against"]
    cells = [cell for cell in results.study.cells if matches(figure.get("where", {}), cell)]
    title = figure.get("title") or _title(measure_named(measure), against)
    name = _name(number, measure, against)
    if not cells:
        return style.Picture(name, title, f"no cell has {words(figure['where'])}.")
    published = tuple(
        Published(
            str(point["x"]),
            point["y"],
            str(point.get("by", "")),
            point.get("source", ""),
            {key: str(value) for key, value in point.get("where", {}).items()},
        )
        for point in figure.get("paper", ())
    )
    return _lines(
        name,
        title,
        measure,
        layout(cells, against, figure.get("by") or _told_by(cells, against)),
        results,
        networks if figure.get("theory") else {},
        figure.get("scale") == "log",
        published,
        bool(figure.get("theory")),
    )


def _told_by(cells: Sequence[Cell], against: str) -> str | None:
    """What lines tell apart where nobody said it: variants, else scenarios."""
    differ = [axis.key for axis in factors_of(cells)]
    for key in (VARIANT, SCENARIO):
        if key in differ and key != against:
            return key
    return None


@dataclass(frozen=True)
class Wish:
    """A figure that nobody asked for: a measure against a factor, over two, or a trade-off of the
    scenario that `measure` names."""

    kind: str
    measure: str
    against: str = ""
    up: str = ""


def _defaults(results: Results) -> list[Wish]:
    cells = results.study.cells
    measures, found = results.measures(), []
    differ = factors_of(cells)
    axes = [axis for axis in differ if is_axis(axis.key)]
    others = [axis for axis in differ if not is_axis(axis.key)]
    if len(cells) > 1:
        scenarios = dict.fromkeys(cell.scenario for cell in cells)
        found += [Wish("trade-off", scenario) for scenario in scenarios]
    against = axes or sorted(others, key=lambda axis: axis.key != VARIANT)[:1]
    found += [Wish("lines", measure, axis.key) for measure in measures for axis in against]
    pairs = list(itertools.combinations(axes, 2)) if is_grid(cells) else []
    maps = [Wish("map", measure, a.key, b.key) for measure in measures for a, b in pairs]
    return _chosen([*found, *maps])


def _chosen(wanted: Sequence[Wish]) -> list[Wish]:
    """All, those behind the limit last. Within it every measure has a figure before any has its second,
    and so on; they stand in their order."""
    turns: dict[tuple[str, str], int] = {}
    ranked = []
    for place, wish in enumerate(wanted):
        kind = "lines" if wish.kind == "trade-off" else wish.kind
        turn = turns[wish.measure, kind] = turns.get((wish.measure, kind), 0) + 1
        # Lines show intervals and fields the whole: neither must push out the other.
        ranked.append((turn if kind == "lines" else turn + 0.5, place))
    kept = sorted(place for _, place in sorted(ranked)[:DEFAULTS_AT_MOST])
    return [wanted[place] for place in kept] + [
        wish for place, wish in enumerate(wanted) if place not in set(kept)
    ]


def _drawn(number: int, wish: Wish, results: Results, networks: Networks) -> style.Picture:
    cells = results.study.cells
    if wish.kind == "trade-off":
        of_scenario = [cell for cell in cells if cell.scenario == wish.measure]
        name = f"figure-{number:02d}-trade-off-{_slug(wish.measure)}"
        return figures_trade_off.draw(name, of_scenario, results)
    measure = measure_named(wish.measure)
    name = _name(number, wish.measure, wish.against)
    if wish.kind == "map":
        return _map(name, measure, wish, results)
    of = layout(cells, wish.against, _told_by(cells, wish.against))
    title = _title(measure, wish.against)
    return _lines(name, title, wish.measure, of, results, networks, False, ())


def _map(name: str, measure: Measure, wish: Wish, results: Results) -> style.Picture:
    across, up = setting_words(wish.against), setting_words(wish.up)
    of = figures_map.fields_of(results.study.cells, wish.against, wish.up)
    title = f"{_capital(measure.words)}, over {across} and {up}"
    text = [
        "Each cell is a point of the study. Dark is low and bright is high, on one scale for all fields;",
        "grey has no value.",
        *figures_lines.left_out(of),
        _sample(of.cells, measure, results),
        "The tables have the intervals.",
    ]
    return style.Picture(
        f"{name}-map", title, " ".join(text), figures_map.draw(f"{name}-map", measure, of, results)
    )


def _lines(
    name: str,
    title: str,
    measure_name: str,
    of: figures_lines.Layout,
    results: Results,
    networks: Networks,
    logarithmic: bool,
    published: Sequence[Published],
    with_theory: bool = False,
) -> style.Picture:
    measure = measure_named(measure_name)
    curves, said = figures_theory.curves(measure, of, networks) if networks else ({}, [])
    if with_theory and not curves:
        said = [f"No curve of theory: {figures_theory.why_none(measure, of, networks)}."]
    drawing = Drawing(name, measure, of, logarithmic, curves, published)
    found = [results.estimate(cell, measure_name) for cell in of.cells]
    if all(estimate.value is None for estimate in found):
        why = dict.fromkeys(estimate.why for estimate in found)
        return style.Picture(name, title, f"there is nothing to draw: {'; '.join(why)}.")
    what = f"{_capital(measure.words)}, against {of.against.words}"
    text = [
        *([] if title.startswith(what) else [f"{what}."]),
        *figures_lines.reading(drawing, results),
        _sample(of.cells, measure, results),
        _bars(measure, [e.interval is not None for e in found], [e.why for e in found]),
        *said,
    ]
    return style.Picture(name, title, " ".join(text), figures_lines.draw(drawing, results))


def _sample(cells: Sequence[Cell], measure: Measure, results: Results) -> str:
    """How many runs and values stand behind a mark."""
    runs = [results.runs(cell) for cell in cells]
    values = [results.estimate(cell, measure.name).n for cell in cells]
    return f"n = {_range(values)} values of {_range(runs)} runs a point."


def _range(numbers: Sequence[int]) -> str:
    least, most = min(numbers), max(numbers)
    return f"{most:,}" if least == most else f"{least:,} to {most:,}"


def _bars(measure: Measure, have: Sequence[bool], why: Sequence[str]) -> str:
    method = f"Bars are 95 % intervals: {interval_method(measure)}."
    if all(have):
        return method
    reasons = "; ".join(dict.fromkeys(text.removeprefix("no interval: ") for text in why if text))
    if not any(have):
        return f"Without intervals: {reasons}."
    return f"{method} {have.count(False):,} of {len(have):,} points have none: {reasons}."


def _title(measure: Measure, against: str) -> str:
    return f"{_capital(measure.words)}, against {setting_words(against)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _name(number: int, measure: str, against: str) -> str:
    return f"figure-{number:02d}-{_slug(measure)}-by-{_slug(against)}"


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")
