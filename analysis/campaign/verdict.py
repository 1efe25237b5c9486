# SPDX-License-Identifier: GPL-2.0-only
"""One line that says what came out of a scenario, and whether its author expected it.

A scenario's [verdict] names measures (measures.py) and for points of its sweep a condition on each:

    [verdict]
    about = "after a partition of 10 minutes"
    runs_one_again = {memberlist-lan = "0 %", recommended-lan = "100 %"}
    one_again_s.recommended-lan = "<= 60 s"
    false_positives.each = "= 0"
    false_positives.recommended-lan = "<= memberlist-lan"

A point is called by the values of the sweep's axes, with "/" between them where there are several;
`each` stands for all points. A condition is a comparison with a number that carries the measure's
unit, or with the same measure at another point. What is held against it is measured over all runs
of the point. "NOT as expected" is a finding, not an error: it may well be the answer. "NOT valid" is
neither: the machine was too slow for a run in real time, and shows nothing.
"""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from analysis.campaign.measures import MEASURES, Summary

EACH = "each"

_COMPARISONS = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_CONDITION = re.compile(r"(<=|>=|<|>|=|) *(?:([0-9][0-9.]*) *([a-z%]*)|([^<>= ].*))")


class VerdictError(Exception):
    """A [verdict] that cannot be judged; the message says where, what, and what would be right."""


@dataclass(frozen=True)
class Expectation:
    """One line of a [verdict], checked."""

    measure: str
    point: str
    condition: str
    """As written."""
    comparison: str
    number: float | None
    """None: compared with the point of the name `other`."""
    other: str

    def holds(self, value: float | None, other: float | None) -> bool:
        """Whether the measure's value is as expected; what cannot be measured is not."""
        against = other if self.number is None else self.number
        if value is None or against is None:
            return False
        return bool(_COMPARISONS[self.comparison](value, against))


def read_expectations(verdict: dict[str, Any], points: Iterable[str]) -> list[Expectation]:
    """Checks the `verdict` of a plan or of campaign.json against the names of the sweep's points.

    Raises VerdictError.
    """
    known = list(points)
    return [_read(line, known) for line in verdict["expectations"]]


def _read(line: dict[str, str], points: list[str]) -> Expectation:
    key = f"{line['place']}: verdict.{line['measure']}"
    measure = MEASURES.get(line["measure"])
    if measure is None:
        raise VerdictError(f"{key}: there is no such measure; {_near(line['measure'], MEASURES)}")
    if line["point"] not in (EACH, *points):
        names = _near(line["point"], [EACH, *points])
        raise VerdictError(f"{key}.{line['point']}: the sweep has no such point; {names}")
    key += f".{line['point']}"
    match = _CONDITION.fullmatch(line["condition"].strip())
    if match is None:
        number = f"<= 5 {measure.unit}".rstrip()
        raise VerdictError(
            f'{key}: "{line["condition"]}" is no condition; write a comparison and a number or a'
            f' point, such as "{number}" or "< memberlist-lan"'
        )
    comparison, number, unit, other = match.groups()
    if number is not None and unit != measure.unit:
        right = f'"{comparison or "="} {number} {measure.unit}'.rstrip() + '"'
        raise VerdictError(f'{key}: "{line["condition"]}" has the wrong unit; write {right}')
    if number is None and other not in points:
        raise VerdictError(f"{key}: the sweep has no point {other}; {_near(other, points)}")
    return Expectation(
        line["measure"],
        line["point"],
        line["condition"],
        comparison or "=",
        None if number is None else float(number),
        other or "",
    )


def _near(name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(names)}"


def point_name(settings: dict[str, Any]) -> str:
    """How a [verdict] calls a point of the sweep; `each` without a sweep."""
    return "/".join(str(value) for value in settings.values()) or EACH


def judge_campaign(verdict: dict[str, Any], summary: Summary) -> dict[str, Any]:
    """The `verdict` of summary.json: its line as `text`, whether all is `as_expected`, and each
    expectation with what was found as `checks`.

    Raises VerdictError.
    """
    points = {point_name(entry["point"]): entry for entry in summary.get("points", ())}
    points = points or {EACH: summary}
    checks = []
    for expectation in read_expectations(verdict, [*points, *names_in(verdict)]):
        checks += _checks(expectation, points)
    measures = list(dict.fromkeys(line["measure"] for line in verdict["expectations"]))
    phrases = []
    for name, point in points.items():
        found = ", ".join(MEASURES[measure].phrase(point) for measure in measures)
        phrases.append(found if name == EACH else f"{name} {found}")
    failed = [check for check in checks if not check["holds"]]
    invalid = summary["invalid_runs"]
    words = _too_late(invalid, summary["runs"]) if invalid else _in_words(checks, failed)
    text = f"verdict: {verdict['about']}: {'; '.join(phrases)} ({words})"
    as_expected = bool(checks) and not failed and not invalid
    return {"text": text, "as_expected": as_expected, "checks": checks}


def names_in(verdict: dict[str, Any]) -> list[str]:
    """The points that a [verdict] speaks of. Where the command line settles the sweep on one point,
    the others are still no mistakes."""
    lines = verdict["expectations"]
    compared = [_CONDITION.fullmatch(line["condition"].strip()) for line in lines]
    return [
        *(line["point"] for line in lines),
        *(match[4] for match in compared if match and match[4]),
    ]


def _checks(expectation: Expectation, points: dict[str, Summary]) -> list[dict[str, Any]]:
    """The expectation at each of its points that ran, if what it is compared with ran too."""
    value = MEASURES[expectation.measure].value
    if expectation.number is None and expectation.other not in points:
        return []
    other = value(points[expectation.other]) if expectation.number is None else None
    return [
        {
            "measure": expectation.measure,
            "point": name,
            "condition": expectation.condition,
            "holds": expectation.holds(value(point), other),
        }
        for name, point in points.items()
        if expectation.point in (EACH, name)
    ]


def _too_late(invalid: list[str], runs: int) -> str:
    return f"NOT valid: the machine was too slow in {len(invalid)} of {runs} runs"


def _in_words(checks: list[dict[str, Any]], failed: list[dict[str, Any]]) -> str:
    if not checks:
        return "nothing was expected of this"
    if not failed:
        return "as expected"
    broken = "; ".join(
        f"{check['measure']} {check['condition']} of {check['point']}" for check in failed
    )
    return f"NOT as expected, which was {broken}"
