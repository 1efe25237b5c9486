# SPDX-License-Identifier: GPL-2.0-only
"""What a study expects of its cells, and what its runs say to that: confirmed, refuted or open.

    [[expect]]
    measure = "full_dissemination_s.p99"
    where = {scenario = "crash", variant = "swim"}
    is = "<= 12 s"                                # or "< lifeguard": the variant of this name, in pairs

An interval decides: one that lies wholly where the number should be confirms, one wholly outside
refutes, and one across is open, as is what cannot be measured or takes more runs. Three things need no
interval. A promise about all runs (`= 0`, `= 100 %`) is decided by what was seen: one run that breaks it
refutes it, and if no run does it is confirmed, as in the verdict of a scenario, with the interval for what
may have been missed. What has no interval at all (a longest time) is judged by its value. The reasons say
which of these it was.
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
from analysis.run.records import RecordError
from analysis.study.compare import Difference, Side, compare
from analysis.study.estimates import Estimate
from analysis.study.measures import Measure, MeasureError, measure_named
from analysis.study.model import Cell, Study

CONFIRMED, REFUTED, OPEN = "confirmed", "refuted", "open"
RULE = (
    "Confirmed: the whole interval of 95 % is as expected; refuted: none of it is; open: it is across, or"
    " there is none, as of too few runs. Expectations of 0 and of 100 % are about all runs and are decided"
    " by what was seen: refuted by one run that breaks them, confirmed if no run does, and the interval"
    " tells what may have been missed. What never has an interval is judged by its value."
)
"""For reports."""
OVER_CELLS = (
    "Over several cells an expectation is confirmed if all of them confirm it, refuted if one refutes it,"
    " and open else."
)
"""For reports."""
_CONDITION = re.compile(r"(<=|>=|<|>|=|)\s*(?:(\d+(?:\.\d+)?)\s*([a-zµ%/A-Z]*)|([^<>=\s\d].*))")
_SECONDS = {"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}


class ExpectationError(Exception):
    """An expectation that cannot be judged; the message says what, and what would be right."""


@dataclass(frozen=True)
class Expectation:
    """One [[expect]], checked."""

    measure: Measure
    where: Mapping[str, str]
    condition: str
    """As written."""
    comparison: str
    number: float | None
    """In the unit of the measure; None: compared with the variant `other`."""
    other: str


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
    return all(same(str(value), _of(cell, key)) for key, value in where.items())


def _of(cell: Cell, key: str) -> str | None:
    if key == "scenario":
        return cell.scenario
    return cell.variant if key == "variant" else cell.point.get(key)


def same(asked: str, found: str | None) -> bool:
    """Whether two values of a setting mean the same."""
    if found is None or asked == found:
        return asked == found
    numbers = number_and_kind(asked), number_and_kind(found)
    return None not in numbers and numbers[0] == numbers[1]


def read_expectation(raw: Mapping[str, Any], variants: Sequence[str]) -> Expectation:
    """One [[expect]] of a study that has these variants; whether `where` selects cells is not asked.

    Raises ExpectationError and MeasureError.
    """
    measure = measure_named(str(raw.get("measure", "")))
    where = {key: str(value) for key, value in raw.get("where", {}).items()}
    condition = str(raw.get("is", ""))
    comparison, limit, other = _condition(condition, measure)
    if limit is None:
        names = [name for name in variants if name]
        if other not in names:
            raise ExpectationError(f'is = "{condition}": no variant {other}; {_near(other, names)}')
        if where.get("variant") == other or names == [other]:
            raise ExpectationError(
                f'is = "{condition}": holds {other} against itself; name another one in where.variant'
            )
    return Expectation(measure, where, condition, comparison, limit, other)


def _condition(text: str, measure: Measure) -> tuple[str, float | None, str]:
    example = f"<= 5 {measure.unit}".rstrip()
    match = _CONDITION.fullmatch(text.strip())
    if match is None:
        raise ExpectationError(
            f'is = "{text}" is no condition; write a comparison and a number or a variant, such as'
            f' "{example}"'
        )
    comparison, written, unit, other = match.groups()
    if written is None:
        return comparison or "=", None, other.strip()
    value = float(written)
    if measure.unit == "s" and unit in _SECONDS:
        return comparison or "=", value * _SECONDS[unit], ""
    comparison = comparison or "="
    right = f"{comparison} {written} {measure.unit}".rstrip()
    if measure.unit == "%" and not unit and value <= 1:
        raise ExpectationError(
            f'is = "{text}" has no unit, and {measure.name} is in %; for a share of {written} write'
            f' "{comparison} {100 * value:.10g} %", for {written} of a hundred write "{right}"'
        )
    if unit != measure.unit:
        raise ExpectationError(f'is = "{text}" has the wrong unit; write "{right}"')
    return comparison, value, ""


def _near(name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(names)) or 'none'}"


def judge(study: Study) -> list[Judgement]:
    """Each expectation of the study over its cells, in the order of its file. Raises RecordError for one
    that this version does not understand."""
    variants = list(dict.fromkeys(cell.variant for cell in study.cells))
    try:
        expectations = [read_expectation(raw, variants) for raw in study.asked.get("expects", ())]
    except (ExpectationError, MeasureError) as error:
        raise RecordError(f"{study.folder}: an expectation: {error}") from None
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
        return sure, f"{told}; {_seen(expectation, found, sure)}"
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


def _seen(expectation: Expectation, found: Estimate, outcome: str) -> str:
    """Why the interval was not asked."""
    if expectation.comparison == ">":
        return "one is enough"
    if outcome == REFUTED:
        return "one run that breaks it is enough"
    missed = ", and the interval tells what may have been missed" if found.interval else ""
    return f"no run broke it{missed}"


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
