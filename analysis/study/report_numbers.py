# SPDX-License-Identifier: GPL-2.0-only
"""The numbers of a study at a glance: of each measure in each scenario and variant the least and the
largest estimate over the points, with intervals and where they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.campaign.text import NONE, count, number, setting_words
from analysis.study.estimates import Estimate
from analysis.study.figures_data import Results
from analysis.study.figures_lines import IN_WORDS
from analysis.study.measures import Measure, measure_named
from analysis.study.model import Cell

ROWS_AT_MOST = 48


@dataclass(frozen=True)
class Number:
    """An estimate as a table has it: a line each."""

    value: str
    interval: str = ""
    n: str = ""
    at: str = ""
    """The point that it is of."""


@dataclass(frozen=True)
class Row:
    """One measure in one scenario and variant."""

    measure: str
    scenario: str
    variant: str
    least: Number
    largest: Number | None
    """None where there is one point, or all have the same."""
    is_first: bool
    """Whether the row before is of another measure."""


DIGITS, DIGITS_AT_MOST = 3, 7


def digits_of(estimate: Estimate) -> int:
    """So many that both ends of its interval are not written alike, if they differ."""
    ends = estimate.interval
    if ends is None or ends[0] == ends[1] or not all(map(math.isfinite, ends)):
        return DIGITS
    for digits in range(DIGITS, DIGITS_AT_MOST):
        if number(ends[0], digits) != number(ends[1], digits):
            return digits
    return DIGITS_AT_MOST


def value_text(value: float | None, unit: str, digits: int = DIGITS) -> str:
    """A number with its unit; what is infinite never came."""
    if value is None:
        return NONE
    if math.isinf(value):
        return "never"
    return f"{number(value, digits)}\u00a0{unit}" if unit else number(value, digits)


def interval_text(estimate: Estimate, digits: int | None = None) -> str:
    """In the unit of its value, to so many digits as tell its ends apart; empty without one."""
    if estimate.interval is None:
        return ""
    digits = digits_of(estimate) if digits is None else digits
    return "[{}, {}]".format(
        *("never" if math.isinf(end) else number(end, digits) for end in estimate.interval)
    )


def number_of(estimate: Estimate, measure: Measure, at: str = "") -> Number:
    """An estimate as cells of tables have it."""
    return Number(
        value_text(estimate.value, unit_of(measure), digits_of(estimate)),
        interval_text(estimate),
        f"n = {estimate.n:,}",
        at,
    )


def glance(results: Results) -> tuple[list[Row], int]:
    """The rows, and how many more there would be."""
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in results.study.cells:
        groups.setdefault((cell.scenario, cell.variant), []).append(cell)
    rows: list[Row] = []
    left = 0
    for name in results.measures():
        measure = measure_named(name)
        first = True
        for (scenario, variant), cells in groups.items():
            found = _ends(cells, measure, results)
            if len(rows) == ROWS_AT_MOST:
                left += 1
                continue
            rows.append(Row(measure.words, scenario, variant, *found, first))
            first = False
    return rows, left


def unit_of(measure: Measure) -> str:
    """What is written behind its numbers."""
    return "" if measure.unit in IN_WORDS else measure.unit


def _ends(
    cells: Sequence[Cell], measure: Measure, results: Results
) -> tuple[Number, Number | None]:
    """Least and largest; one alone where all points have it, and why where none has any."""
    estimates = [(cell, results.estimate(cell, measure.name)) for cell in cells]
    found = [(cell, estimate) for cell, estimate in estimates if estimate.value is not None]
    if not found:
        return Number(NONE, "; ".join(dict.fromkeys(e.why for _, e in estimates))), None
    if len(cells) == 1:
        return number_of(found[0][1], measure), None
    low, high = (f(found, key=lambda pair: pair[1].value) for f in (min, max))
    if low[1].value == high[1].value:
        widest = max((estimate for _, estimate in found), key=_width)
        return number_of(widest, measure, _at_all(len(found), len(cells))), None
    return number_of(low[1], measure, point_text(low[0])), number_of(
        high[1], measure, point_text(high[0])
    )


def _width(estimate: Estimate) -> float:
    low, high = estimate.interval or (0.0, 0.0)
    return 0.0 if low == high else high - low


def _at_all(points: int, of: int) -> str:
    if points == of:
        return f"all {count(of, 'point')}"
    with_value = count(points, "point that has a value", "points that have a value")
    return f"the {with_value}, of {of:,}"


def point_text(cell: Cell) -> str:
    """Its place on the axes, in words."""
    return ", ".join(f"{setting_words(key)} {value}" for key, value in cell.point.items())
