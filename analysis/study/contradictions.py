# SPDX-License-Identifier: GPL-2.0-only
"""Expectations of a study that cannot all hold, found before anything runs.

Each says of two numbers that one is at most, or less than, the other plus a constant: of a measure and
its limit, of a measure in two variants; and so does what is true of every sample (a median is at most
the 99th percentile, a share at most 100 %). Such inequalities contradict each other exactly where
a circle of them adds up to less than nothing. What stands on that circle is the message.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.study.expects import Expectation, matches
from analysis.study.measures import QUANTILES, Measure
from analysis.study.model import Cell

Node = tuple[str, str]
"""Variant and statistic; _ZERO is the number 0."""
_ZERO: Node = ("", "zero")
_ORDER = (*QUANTILES, "max")
_SAME = {
    "known_to_all_s": "full_dissemination_s",
    "one_again_s": "remerged_s",
    "false_positive_incidents": "wrong_deaths",
    "refuted_suspicions": "wrong_suspicions_refuted",
    "crashes_known_to_all": "crashes_known",
}
"""Two words for one thing."""


@dataclass(frozen=True)
class _AtMost:
    """`low` <= `high` + room, or < where strict."""

    low: Node
    high: Node
    room: float
    strict: bool
    expectation: Expectation | None
    """None: true of every sample."""


def contradictions(expectations: Sequence[Expectation], cells: Sequence[Cell]) -> list[str]:
    """A message for each set of expectations that cannot all hold; empty where they can."""
    found: dict[tuple[str, ...], tuple[str, list[Cell]]] = {}
    for group in _groups(cells):
        for base in dict.fromkeys(_base(e.measure) for e in expectations):
            about = [e for e in expectations if _base(e.measure) == base]
            circle = _circle(_inequalities(about, group))
            if circle is None:
                continue
            texts = list(dict.fromkeys(e.text for e in circle))
            cell = next((c for c in group if any(matches(e.where, c) for e in circle)), group[0])
            found.setdefault(tuple(sorted(texts)), (_message(texts), []))[1].append(cell)
    return [f"{message} of {_cells(these)}" for message, these in found.values()]


def _groups(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Cells that differ in the variant alone."""
    groups: dict[tuple[str, tuple[tuple[str, str], ...]], list[Cell]] = {}
    for cell in cells:
        groups.setdefault((cell.scenario, tuple(sorted(cell.point.items()))), []).append(cell)
    return list(groups.values())


def _base(measure: Measure) -> str:
    return _SAME.get(measure.base, measure.base)


def _message(texts: Sequence[str]) -> str:
    if len(texts) == 1:
        return f"{texts[0]} can never hold"
    every = "both" if len(texts) == 2 else "all"
    return f"{', '.join(texts[:-1])} and {texts[-1]} cannot {every} hold"


def _cells(cells: Sequence[Cell]) -> str:
    more = len(cells) - 1
    return cells[0].name + (f" and {more:,} more cells" if more > 1 else " and 1 more cell" * more)


def _inequalities(expectations: Sequence[Expectation], group: Sequence[Cell]) -> list[_AtMost]:
    made: list[_AtMost] = []
    for expectation in expectations:
        statistic = expectation.measure.statistic
        for cell in group:
            if not matches(expectation.where, cell):
                continue
            this = (cell.variant, statistic)
            if expectation.number is not None:
                made += _between(expectation, this, _ZERO, expectation.number)
            elif cell.variant != expectation.other:
                made += _between(expectation, this, (expectation.other, statistic), 0.0)
    nodes = dict.fromkeys(node for entry in made for node in (entry.low, entry.high))
    return made + _always(expectations, [node for node in nodes if node != _ZERO])


def _between(expectation: Expectation, this: Node, other: Node, room: float) -> list[_AtMost]:
    made = []
    strict = expectation.comparison in ("<", ">")
    if expectation.comparison in ("<", "<=", "="):
        made.append(_AtMost(this, other, room, strict, expectation))
    if expectation.comparison in (">", ">=", "="):
        made.append(_AtMost(other, this, -room, strict, expectation))
    return made


def _always(expectations: Sequence[Expectation], nodes: Sequence[Node]) -> list[_AtMost]:
    """Nothing is negative, a share is at most 100 %, and quantiles are in their order."""
    made = [_AtMost(_ZERO, node, 0.0, False, None) for node in nodes]
    if any(expectation.measure.unit == "%" for expectation in expectations):
        made += [_AtMost(node, _ZERO, 100.0, False, None) for node in nodes]
    for low in nodes:
        for high in nodes:
            if low[0] == high[0] and _is_under(low[1], high[1]):
                made.append(_AtMost(low, high, 0.0, False, None))
    return made


def _is_under(low: str, high: str) -> bool:
    if low == "mean":
        return high == "max"
    return low in _ORDER and high in _ORDER and _ORDER.index(low) < _ORDER.index(high)


def _circle(entries: Sequence[_AtMost]) -> list[Expectation] | None:
    """The expectations on a circle that adds up to less than nothing, or to nothing with one of them
    strict (Bellman and Ford); None without one. Lengths are the room and, after it, strictness."""
    nodes = list(dict.fromkeys(node for entry in entries for node in (entry.low, entry.high)))
    length: dict[Node, tuple[float, int]] = {node: (0.0, 0) for node in nodes}
    reached: dict[Node, _AtMost] = {}
    last: Node | None = None
    for _ in range(len(nodes) + 1):
        last = None
        for entry in entries:
            room, strict = length[entry.high]
            through = (room + entry.room, strict - entry.strict)
            if _is_shorter(through, length[entry.low]):
                length[entry.low], reached[entry.low], last = through, entry, entry.low
        if last is None:
            return None
    for _ in nodes:
        last = reached[last].high
    first = last
    circle: list[Expectation | None] = []
    while not circle or last != first:
        entry = reached[last]
        circle.append(entry.expectation)
        last = entry.high
    return [expectation for expectation in circle if expectation is not None]


def _is_shorter(length: tuple[float, int], than: tuple[float, int]) -> bool:
    """Sums of the same numbers in another order are the same."""
    if math.isclose(length[0], than[0], rel_tol=1e-12, abs_tol=1e-12):
        return length[1] < than[1]
    return length[0] < than[0]
