# SPDX-License-Identifier: GPL-2.0-only
"""Expectations of a study that cannot all hold, found before anything runs.

Each says of two numbers that one is at most, or less than, the other plus a constant: of a measure and
its limit, of a measure in two variants; and so does what is true of every sample (a median is at most
the 99th percentile, a share at most 100 %). Such inequalities contradict each other exactly where
a circle of them adds up to less than nothing. What stands on that circle is the message.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.study.expects import Expectation
from analysis.study.measures import QUANTILES, Measure

Node = tuple[str, str]
"""Variant and statistic; _ZERO is the number 0."""
_ZERO: Node = ("", "zero")
_ANY_OTHER = "\0other"
_ORDER = (*QUANTILES, "max")


@dataclass(frozen=True)
class _AtMost:
    """`low` <= `high` + room, or < where strict."""

    low: Node
    high: Node
    room: float
    strict: bool
    number: int | None
    """Of the expectation; None: true of every sample."""


def contradictions(expectations: Sequence[Expectation]) -> list[tuple[int, str]]:
    """The place, from 0, of each expectation that cannot hold together with earlier ones, or at all, and
    with which and why."""
    found: dict[tuple[int, ...], str] = {}
    for place in _places(expectations):
        for base in dict.fromkeys(e.measure.thing for e in expectations):
            about = {
                number: expectation
                for number, expectation in enumerate(expectations)
                if expectation.measure.thing == base and _holds_at(expectation, place)
            }
            circle = _circle(_inequalities(about))
            if circle is not None:
                numbers = tuple(sorted(set(circle)))
                found.setdefault(numbers, _message(numbers, expectations, place))
    return sorted((numbers[-1], message) for numbers, message in found.items())


def _places(expectations: Sequence[Expectation]) -> list[dict[str, str]]:
    """All cells that expectations tell apart, but for the variant: what their `where` come to together,
    for each set of them that can meet."""
    places: dict[tuple[tuple[str, str], ...], dict[str, str]] = {(): {}}
    for expectation in expectations:
        for place in list(places.values()):
            if _compatible(expectation, place):
                merged = place | {k: v for k, v in expectation.where.items() if k != "variant"}
                places.setdefault(tuple(sorted(merged.items())), merged)
    return list(places.values())


def _compatible(expectation: Expectation, place: Mapping[str, str]) -> bool:
    return all(place.get(key, value) == value for key, value in expectation.where.items())


def _holds_at(expectation: Expectation, place: Mapping[str, str]) -> bool:
    """Of any variant."""
    return all(
        key == "variant" or place.get(key) == value for key, value in expectation.where.items()
    )


def _message(
    numbers: Sequence[int], expectations: Sequence[Expectation], place: Mapping[str, str]
) -> str:
    texts = [_text(number, expectations[number]) for number in numbers]
    if len(texts) == 1:
        return f"{texts[0]} can never hold"
    every = "both" if len(texts) == 2 else "all"
    where = ", ".join(f"{key} = {value}" for key, value in place.items())
    of = f" where {where}" if where else ""
    return f"{', '.join(texts[:-1])} and {texts[-1]} cannot {every} hold{of}"


def _text(number: int, expectation: Expectation) -> str:
    variant = expectation.where.get("variant")
    of = f" of {variant}" if variant else ""
    return f'expect {number + 1} ({expectation.measure.name}{of} "{expectation.condition}")'


def _inequalities(about: Mapping[int, Expectation]) -> list[_AtMost]:
    variants = {e.where["variant"] for e in about.values() if "variant" in e.where}
    variants |= {e.other for e in about.values() if e.number is None}
    made: list[_AtMost] = []
    for number, expectation in about.items():
        statistic = expectation.measure.statistic
        # Of who names no variant one stands for those that nobody names.
        for variant in sorted(variants | {_ANY_OTHER}):
            if expectation.where.get("variant", variant) != variant:
                continue
            this = (variant, statistic)
            if expectation.number is not None:
                made += _between(number, expectation, this, _ZERO, expectation.number)
            elif variant != expectation.other:
                made += _between(number, expectation, this, (expectation.other, statistic), 0.0)
    nodes = dict.fromkeys(node for entry in made for node in (entry.low, entry.high))
    return made + _always(about.values(), [node for node in nodes if node != _ZERO])


def _between(
    number: int, expectation: Expectation, this: Node, other: Node, room: float
) -> list[_AtMost]:
    made = []
    strict = expectation.comparison in ("<", ">")
    if expectation.comparison in ("<", "<=", "="):
        made.append(_AtMost(this, other, room, strict, number))
    if expectation.comparison in (">", ">=", "="):
        made.append(_AtMost(other, this, -room, strict, number))
    return made


def _always(expectations: Iterable[Expectation], nodes: Sequence[Node]) -> list[_AtMost]:
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


def _circle(entries: Sequence[_AtMost]) -> list[int] | None:
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
    circle: list[int | None] = []
    while not circle or last != first:
        entry = reached[last]
        circle.append(entry.number)
        last = entry.high
    return [number for number in circle if number is not None]


def _is_shorter(length: tuple[float, int], than: tuple[float, int]) -> bool:
    """Sums of the same numbers in another order are the same."""
    if math.isclose(length[0], than[0], rel_tol=1e-12, abs_tol=1e-12):
        return length[1] < than[1]
    return length[0] < than[0]
