# SPDX-License-Identifier: GPL-2.0-only
"""What a study expects of its cells, and what its runs say to that: confirmed, refuted or open.

    [[expect]]
    measure = "full_dissemination_s.p99"
    where = {scenario = "crash", variant = "swim"}
    is = "<= 12 s"                                # or "< lifeguard": the variant of this name, in pairs

An interval decides: one that lies wholly where the number should be confirms, one wholly outside
refutes, and one across is open, as is what cannot be measured or takes more runs. Three things need no
interval. One counterexample refutes a promise about all (`= 0`, `= 100 %`, a longest time), and none in
any run confirms it as the verdict of a scenario does, with what may have been missed. What has no
interval at all is judged by its value, and the reason says so.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.campaign.text import number
from analysis.campaign.values import number_and_kind
from analysis.study.compare import Difference, Side, compare
from analysis.study.estimates import Estimate
from analysis.study.measures import Measure, MeasureError, measure_named
from analysis.study.model import Cell, Study

CONFIRMED, REFUTED, OPEN = "confirmed", "refuted", "open"
_CONDITION = re.compile(r"(<=|>=|<|>|=|)\s*(?:(\d+(?:\.\d+)?)\s*([a-zµ%/A-Z]*)|([^<>=\s\d].*))")
_SECONDS = {"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}


class ExpectError(Exception):
    """An expectation that cannot be judged; the message says which, what, and what would be right."""


@dataclass(frozen=True)
class Expectation:
    """One [[expect]], checked."""

    place: str
    """For messages, such as "expect 2"."""
    measure: Measure
    where: Mapping[str, str]
    condition: str
    """As written."""
    comparison: str
    number: float | None
    """In the unit of the measure; None: compared with the variant `other`."""
    other: str

    @property
    def text(self) -> str:
        return f'{self.place} ({self.measure.name} is "{self.condition}")'


@dataclass(frozen=True)
class Answer:
    """What one cell says to an expectation."""

    cell: Cell
    outcome: str
    reason: str
    """With the numbers."""
    estimate: Estimate
    difference: Difference | None


@dataclass(frozen=True)
class Judgement:
    """An expectation over all of its cells."""

    expectation: Expectation
    outcome: str
    answers: tuple[Answer, ...]


def matches(where: Mapping[str, str], cell: Cell) -> bool:
    """Whether the cell is one of those that `where` selects. Values are the same if they mean the same:
    "1s" and "1000ms"."""
    return all(_same(str(value), _of(cell, key)) for key, value in where.items())


def _of(cell: Cell, key: str) -> str | None:
    if key == "scenario":
        return cell.scenario
    return cell.variant if key == "variant" else cell.point.get(key)


def _same(asked: str, found: str | None) -> bool:
    if found is None or asked == found:
        return asked == found
    numbers = number_and_kind(asked), number_and_kind(found)
    return None not in numbers and numbers[0] == numbers[1]


def read_expects(raw: Sequence[Mapping[str, Any]], cells: Sequence[Cell]) -> list[Expectation]:
    """Checks the `expects` of a study against its cells. An entry's `place`, where it has one, stands in
    the messages. Raises ExpectError."""
    return [_read(entry, place, cells) for place, entry in enumerate(raw, 1)]


def _read(raw: Mapping[str, Any], place: int, cells: Sequence[Cell]) -> Expectation:
    at = str(raw.get("place") or f"expect {place}")
    for key in ("measure", "is"):
        if not isinstance(raw.get(key), str):
            raise ExpectError(f"{at}: has no {key}; it takes a measure, and what it is")
    try:
        measure = measure_named(raw["measure"])
    except MeasureError as error:
        raise ExpectError(f"{at}: {error}") from None
    where = {key: str(value) for key, value in raw.get("where", {}).items()}
    chosen = _chosen(where, at, cells)
    comparison, limit, other = _condition(raw["is"], measure, at)
    if limit is None:
        variants = list(dict.fromkeys(cell.variant for cell in cells if cell.variant))
        if other not in variants:
            raise ExpectError(
                f'{at}: is = "{raw["is"]}": no variant {other}; {_near(other, variants)}'
            )
        if all(cell.variant == other for cell in chosen):
            raise ExpectError(f"{at}: holds {other} against itself; where should leave it out")
    return Expectation(at, measure, where, raw["is"], comparison, limit, other)


def _chosen(where: Mapping[str, str], at: str, cells: Sequence[Cell]) -> list[Cell]:
    known = {"scenario", "variant", *(key for cell in cells for key in cell.point)}
    for key, value in where.items():
        if key not in known:
            raise ExpectError(f"{at}: where.{key}: the study has no such axis; {_near(key, known)}")
        if not any(_same(value, _of(cell, key)) for cell in cells):
            values = dict.fromkeys(_of(cell, key) or "none" for cell in cells)
            raise ExpectError(
                f'{at}: where.{key} = "{value}": is no value of it; {_near(value, values)}'
            )
    chosen = [cell for cell in cells if matches(where, cell)]
    if not chosen:
        raise ExpectError(f"{at}: where selects no cell, though each of its values has some")
    return chosen


def _condition(text: str, measure: Measure, at: str) -> tuple[str, float | None, str]:
    example = f"<= 5 {measure.unit}".rstrip()
    match = _CONDITION.fullmatch(text.strip())
    if match is None:
        raise ExpectError(
            f'{at}: is = "{text}" is no condition; write a comparison and a number or a variant, such'
            f' as "{example}"'
        )
    comparison, written, unit, other = match.groups()
    if written is None:
        return comparison or "=", None, other.strip()
    value = float(written)
    if measure.unit == "s" and unit in _SECONDS:
        return comparison or "=", value * _SECONDS[unit], ""
    if unit != measure.unit:
        right = f"{comparison or '='} {written} {measure.unit}".rstrip()
        raise ExpectError(f'{at}: is = "{text}" has the wrong unit; write "{right}"')
    return comparison or "=", value, ""


def _near(name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(names)) or 'none'}"


def judge(expectations: Sequence[Expectation], study: Study) -> list[Judgement]:
    """Each of them over its cells."""
    return [_judged(expectation, study) for expectation in expectations]


def _judged(expectation: Expectation, study: Study) -> Judgement:
    answers = []
    for cell in study.cells:
        if not matches(expectation.where, cell):
            continue
        if expectation.number is None:
            if cell.variant != expectation.other:
                answers.append(_against_other(expectation, study, cell))
        else:
            found = expectation.measure.of(study.runs(cell), study.networks(cell))
            outcome, reason = against_number(expectation, found)
            answers.append(Answer(cell, outcome, reason, found, None))
    outcomes = {answer.outcome for answer in answers}
    outcome = REFUTED if REFUTED in outcomes else OPEN
    if outcomes == {CONFIRMED}:
        outcome = CONFIRMED
    return Judgement(expectation, outcome, tuple(answers))


def against_number(expectation: Expectation, found: Estimate) -> tuple[str, str]:
    """Outcome and reason."""
    measure, limit = expectation.measure, expectation.number
    assert limit is not None
    if found.value is None:
        return OPEN, found.why
    told = told_of(found, measure)
    sure = _without_interval(expectation, found)
    if sure is not None:
        return sure, f"{told}{_missed(expectation, found) if sure == CONFIRMED else ''}"
    if found.interval is None:
        if not measure.no_interval:
            return OPEN, f"{told}; {found.why.removeprefix('no interval: ')}"
        outcome = CONFIRMED if _holds(found.value, expectation.comparison, limit) else REFUTED
        why = measure.no_interval.removeprefix("no interval: ")
        return outcome, f"{told}, judged by this value, since {why}"
    return _by_interval(expectation.comparison, *found.interval, limit), told


def _without_interval(expectation: Expectation, found: Estimate) -> str | None:
    """Where seeing one, or none, is enough."""
    measure, limit = expectation.measure, expectation.number
    least = 0.0 if measure.kind in ("count", "share") else None
    most = 100.0 if measure.kind == "share" else None
    if limit == least and expectation.comparison in ("=", "<="):
        return CONFIRMED if found.value == limit else REFUTED
    if limit == most and expectation.comparison in ("=", ">="):
        return CONFIRMED if found.value == limit else REFUTED
    if limit == least and expectation.comparison == ">" and found.value > 0:
        return CONFIRMED
    return None


def _missed(expectation: Expectation, found: Estimate) -> str:
    """What an interval leaves open beside a promise about all that no run broke."""
    if found.interval is None:
        return ""
    return f" in {found.runs:,} runs or networks; the interval is what these may have missed"


def _holds(value: float, comparison: str, limit: float) -> bool:
    if comparison == "=":
        return value == limit
    if comparison in ("<", "<="):
        return value < limit or comparison == "<=" and value == limit
    return value > limit or comparison == ">=" and value == limit


def _by_interval(comparison: str, low: float, high: float, limit: float) -> str:
    if comparison == "=":
        if low == high == limit:
            return CONFIRMED
        return OPEN if low <= limit <= high else REFUTED
    ends = (low, high)
    holding = [_holds(end, comparison, limit) for end in ends]
    if all(holding):
        return CONFIRMED
    return OPEN if any(holding) else REFUTED


def told_of(found: Estimate, measure: Measure) -> str:
    """ "12.3 s [11.8, 12.9]", and "never" for what never came."""
    if found.value is None:
        return "–"
    unit = f" {measure.unit}" if measure.unit and math.isfinite(found.value) else ""
    text = _number(found.value) + unit
    if found.interval is not None:
        text += f" [{_number(found.interval[0])}, {_number(found.interval[1])}]"
    return text


def _number(value: float) -> str:
    return "never" if math.isinf(value) else number(value)


def _against_other(expectation: Expectation, study: Study, cell: Cell) -> Answer:
    partner = partner_of(study, cell, expectation.other)
    runs = Side(cell.variant, study.runs(cell), study.networks(cell))
    if partner is None:
        found = expectation.measure.of(runs.runs, runs.networks)
        reason = f"{expectation.other} has no cell at this scenario and point"
        return Answer(cell, OPEN, reason, found, None)
    others = Side(expectation.other, study.runs(partner), study.networks(partner))
    (difference,) = compare(runs, others, [expectation.measure])
    outcome = OPEN
    if difference.low is not None:
        outcome = _by_interval(expectation.comparison, difference.low, difference.high, 0.0)
    reason = (
        f"{told_of(difference.a, expectation.measure)} against"
        f" {told_of(difference.b, expectation.measure)}: "
        f"{difference.words(runs.name, others.name)}"
    )
    return Answer(cell, outcome, reason, difference.a, difference)


def partner_of(study: Study, cell: Cell, variant: str) -> Cell | None:
    """The cell of another variant at the same scenario and point."""
    for other in study.cells:
        if (other.scenario, other.point, other.variant) == (cell.scenario, cell.point, variant):
            return other
    return None
