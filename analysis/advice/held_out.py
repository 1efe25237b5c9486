# SPDX-License-Identifier: GPL-2.0-only
"""How far the table was validated: cases that it lacks, beside what it tells of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scipy import stats

from analysis.advice.cases import Case
from analysis.advice.detection import times
from analysis.advice.load import LOADS, of_runs
from analysis.advice.lookup import Expected, Range, Setting, Table
from analysis.campaign.values import YEAR_S
from analysis.study import estimates

TAIL = 0.025
"""On each side of a 95 % interval."""


def measured(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """Of each case what its own runs say, as studies/advice/held-out.json has it."""
    return [
        {
            "members": case.members,
            "loss": case.loss,
            "interval_s": case.setting.interval_s,
            "mult": case.setting.mult,
        }
        | {"median": _median(case), "known_s": _known(case)}
        | of_runs(case.runs)
        for case in cases
    ]


def _median(case: Case) -> list[float | None]:
    """The value, and its interval where there is one."""
    groups = [[known for known, _ in times(run)] for run in case.runs]
    found = estimates.quantile(groups, 0.5, "run")
    return [
        None if each is None else round(each, 4) for each in (found.value, found.low, found.high)
    ]


def _known(case: Case) -> list[float | None]:
    """Of each crash the time until all knew; None: never."""
    found = sorted(known for run in case.runs for known, _ in times(run))
    return [round(each, 3) if math.isfinite(each) else None for each in found]


@dataclass(frozen=True)
class Compared:
    """One held-out case beside the table."""

    case: Mapping[str, Any]
    expected: Expected

    def error(self, what: str) -> float | None:
        """Of "median", "bytes" or "messages": by which share the table is off."""
        told = {
            "median": self.expected.median_s,
            "bytes": self.expected.bytes,
            "messages": self.expected.messages,
        }[what].value
        found = self.case[what]
        value = found[0] if isinstance(found, list) else found
        return None if value is None or not value else told / value - 1

    @property
    def over_p99(self) -> list[float]:
        """Each crash's time over the 99th percentile that is told."""
        told = self.expected.p99_s.value
        return [math.inf if each is None else each / told for each in self.case["known_s"]]

    @property
    def burials_within(self) -> bool:
        """Whether the count is one that a rate within the table's interval brings about: not so few that
        its lower end would bring them with 2.5 % only, nor so many that its upper end would."""
        years = self.case["exposed_s"] / YEAR_S
        return within(self.case["buried"], years, self.expected.burials)


def within(count: int, years: float, rate: Range) -> bool:
    """Whether Poisson's counts at some rate of the range include this one in their middle 95 %."""
    too_many = stats.poisson.sf(count - 1, rate.high * years) < TAIL
    too_few = stats.poisson.cdf(count, rate.low * years) < TAIL
    return not (too_many or too_few)


def compared(table: Table, cases: Iterable[Mapping[str, Any]]) -> list[Compared]:
    """Raises NotCovered for a case that the table does not cover."""
    return [
        Compared(
            case,
            table.expected(
                case["members"], case["loss"], Setting(case["interval_s"], case["mult"])
            ),
        )
        for case in cases
    ]


def p99_error(found: Sequence[Compared]) -> float:
    """By which share the 99th percentile is told wrong. One case has too few crashes to have one; all of them
    together have, each crash measured by what is told of its case."""
    over = sorted(each for one in found for each in one.over_p99)
    return over[math.ceil(0.99 * len(over)) - 1] - 1


def validated(found: Sequence[Compared]) -> dict[str, Any]:
    """As the table repeats it. The margins of loads are the largest errors, rounded up to a percent."""

    def largest(what: str) -> float:
        errors = [each.error(what) for each in found]
        return max(abs(error) for error in errors if error is not None)

    summary: dict[str, Any] = {
        "cases": len(found),
        "crashes": sum(len(each.case["known_s"]) for each in found),
        "median_error": round(largest("median"), 4),
        "p99_error": round(abs(p99_error(found)), 4),
    }
    summary |= {f"{what}_error": round(largest(what), 4) for what in LOADS}
    summary |= {f"{what}_margin": math.ceil(100 * largest(what)) / 100 for what in LOADS}
    return summary | {"burials_within": sum(each.burials_within for each in found)}
