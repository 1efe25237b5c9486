# SPDX-License-Identifier: GPL-2.0-only
"""How many runs a cell of a study takes: until every interval that was asked for is narrow enough.

The runs of a cell are looked at when there are `at_least` of them, then after half as many again, and so
on. A look at which all targets are met is not yet the end: intervals that happen to be narrow would be
chosen, and these hold more rarely than they say. The cell goes on to the next look, and is done if all
targets are still met there, with the runs in between as witnesses. What this keeps of the promise of
95 % is measured by analysis.checks.sequential_coverage; docs/metrics.md has the table.

A look is a function of the runs with the lowest seeds, in which a run that failed is a seed like any
other. So it says the same on every machine, in any order in which runs end, and after any interruption;
seeds beyond the look at which it ended change nothing, and are never thrown away.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.campaign.clusters import Networks
from analysis.campaign.intervals import (
    RUNS_FOR_COUNT,
    RUNS_FOR_MEAN,
    RUNS_FOR_MEDIAN,
    VALUES_FOR_MEDIAN,
    values_for_quantile,
)
from analysis.campaign.text import number
from analysis.run.metrics import RunMetrics
from analysis.study.estimates import Estimate
from analysis.study.measures import QUANTILES, Measure, MeasureError, measure_named

GROWTH = 1.5
"""How many times as many runs the next look has."""

RULE = (
    "looked at after at_least runs and whenever there are half as many again; done when all targets"
    " are met at two looks one after the other, or at at_most"
)
"""For reports."""


class ReplicationError(Exception):
    """A [replicate] that cannot be; the message says what would be right."""


@dataclass(frozen=True)
class Target:
    """How narrow the interval of one measure must become."""

    measure: Measure
    amount: float
    """The most that the interval may reach from the value; of a relative target over the value."""
    relative: bool
    text: str
    """As written: "±5 %"."""

    @property
    def words(self) -> str:
        return f"{self.measure.name} {self.text}"

    def excess(self, found: Estimate) -> float:
        """How many times as wide as it may be the interval is: 1 or less is met; infinite where there is
        no interval, and of a relative target where the value is 0."""
        half = found.half_width
        if half is None:
            return math.inf
        allowed = self.amount * abs(found.value) if self.relative else self.amount
        if half == 0:
            return 0.0
        return half / allowed if allowed else math.inf

    def state(self, found: Estimate) -> str:
        """For people: "full_dissemination_s.median ±6.1 % (target ±5 %)"."""
        half = found.half_width
        if half is None:
            return f"{self.measure.name} {self._no_width(found)}"
        if self.relative and not found.value:
            return (
                f"{self.measure.name} is 0, which no target in % can be met by; write an absolute one,"
                f" such as ±{number(half, 2)}{_spaced(self.measure.unit)}"
            )
        reached = f"{number(100 * half / abs(found.value), 2)} %" if self.relative else ""
        reached = reached or f"{number(half, 2)}{_spaced(_points(self.measure.unit))}"
        return f"{self.measure.name} ±{reached} (target {self.text})"

    def _no_width(self, found: Estimate) -> str:
        """Why there is nothing to hold the target against. A study that has ended says the same, so it is no
        word about what is to come."""
        if found.interval is None:
            return f"has no interval ({found.why.removeprefix('no interval: ')})"
        if math.isinf(found.value):
            return "is never, of which there is no ±"
        return "has an interval that reaches to never, so no ± is told of it"


@dataclass(frozen=True)
class Look:
    """What the rule says of a cell that has so many runs."""

    closed: bool
    runs: int
    """Closed: so many are the cell. Open: so many it has at the next look."""
    excess: float
    """How many times as wide as it may be the interval is that is farthest from its target."""
    widest: str
    """That interval in words; empty without targets."""
    words: str
    """Why the cell is closed, or what it waits for."""


@dataclass(frozen=True)
class Rule:
    """The [replicate] of a study."""

    targets: tuple[Target, ...]
    at_least: int
    at_most: int

    def looks(self) -> Iterator[int]:
        """The numbers of runs at which is looked."""
        runs = self.at_least
        while self.targets and runs < self.at_most:
            yield runs
            runs = max(runs + 1, math.ceil(GROWTH * runs))
        yield self.at_most if self.targets else self.at_least

    def look(
        self, runs: Sequence[RunMetrics], networks: Networks, count: int, first_seed: int = 1
    ) -> Look:
        """@param runs those that ended well, of the `count` seeds from the first on at least.
        @param count one of looks()."""
        if not self.targets:
            return Look(True, count, 0.0, "", f"{count:,} runs, as asked")
        looks = list(self.looks())
        place = looks.index(count)
        excesses, state = self._excesses(runs, networks, first_seed + count)
        excess = max(excesses)
        if excess <= 1 and place > 0:
            earlier, _ = self._excesses(runs, networks, first_seed + looks[place - 1])
            if max(earlier) <= 1:
                words = f"targets met at {looks[place - 1]:,} and {count:,} runs: {state}"
                return Look(True, count, excess, state, words)
        if count == looks[-1]:
            missed = [t.words for t, found in zip(self.targets, excesses) if found > 1]
            met = f"not met: {', '.join(missed)}" if missed else "targets met at this look alone"
            words = f"at_most, {count:,} runs, reached; {met}; widest: {state}"
            return Look(True, count, excess, state, words)
        following = looks[place + 1]
        words = f"open at {count:,} runs: {state}"
        if excess <= 1:
            words = f"targets met at {count:,} runs, to be met again at {following:,}: {state}"
        return Look(False, following, excess, state, words)

    def _excesses(
        self, runs: Sequence[RunMetrics], networks: Networks, before_seed: int
    ) -> tuple[list[float], str]:
        """Of each target, and the widest in words."""
        chosen = [run for run in runs if run.seed < before_seed]
        found = [target.measure.of(chosen, networks) for target in self.targets]
        excesses = [target.excess(estimate) for target, estimate in zip(self.targets, found)]
        place = excesses.index(max(excesses))
        return excesses, self.targets[place].state(found[place])

    def end(self, runs: Sequence[RunMetrics], networks: Networks, first_seed: int = 1) -> Look:
        """The look at which a cell with enough runs is closed."""
        for count in self.looks():
            look = self.look(runs, networks, count, first_seed)
            if look.closed:
                break
        return look


def rule_of(replicate: Mapping[str, Any]) -> Rule:
    """Of `at_least`, `at_most` and `until`, as study.json has them. Raises ReplicationError."""
    at_least, at_most = replicate["at_least"], replicate["at_most"]
    until = replicate.get("until") or {}
    if at_least < 1:
        raise ReplicationError(f"at_least = {at_least}: it takes 1 run or more")
    if at_most < at_least:
        raise ReplicationError(f"at_most = {at_most} is less than at_least = {at_least}")
    targets = tuple(read_target(name, text) for name, text in until.items())
    for target in targets:
        needed, why = runs_needed(target)
        if at_most < needed:
            raise ReplicationError(
                f"{target.words}: {why}, and at_most is {at_most}; raise it{_or(target)}"
            )
    if targets and at_most == at_least:
        raise ReplicationError(
            f"until has targets, and at_least and at_most are both {at_most}: there is nothing to"
            " decide; raise at_most, or leave until out"
        )
    return Rule(targets, at_least, at_most)


def runs_needed(target: Target) -> tuple[int, str]:
    """With fewer runs the target is not met, whatever comes out; and why. How many values a run has is
    not known before: what takes many of them is refused only where a run has one."""
    measure = target.measure
    if measure.kind == "count":
        # None seen at all has a bound from one run on, which may be low enough.
        needed = RUNS_FOR_COUNT if target.relative else 1
        return needed, f"a count has an interval from {needed} runs on"
    if measure.statistic == "mean":
        return RUNS_FOR_MEAN, f"a mean has an interval from {RUNS_FOR_MEAN} runs on"
    if measure.statistic not in QUANTILES:
        return 1, ""
    share, words = QUANTILES[measure.statistic], measure.statistic
    needed = RUNS_FOR_MEDIAN
    if measure.kind != "time":
        words += " of one value a run"
        needed = VALUES_FOR_MEDIAN if share == 0.5 else values_for_quantile(share)
    return needed, f"a {words} has an interval from {needed} runs on"


def _or(target: Target) -> str:
    """What may be asked for with fewer runs."""
    has_one = target.measure.kind in ("time", "load") and target.measure.statistic != "median"
    return ", or ask for the median" if has_one else ""


_TARGET = re.compile(r"(?:±|\+/?-)\s*(\d+(?:\.\d+)?|\.\d+)\s*([^\s\d].*)?")
_SECONDS = {"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0}


def read_target(name: str, text: str) -> Target:
    """One line of `until`. Raises ReplicationError."""
    try:
        measure = measure_named(name)
    except MeasureError as error:
        raise ReplicationError(str(error)) from None
    example = _example(measure)
    if not isinstance(text, str) or not (match := _TARGET.fullmatch(text.strip())):
        raise ReplicationError(f"{name} = {text!r}: is no target; write {example}")
    amount, unit = float(match[1]), (match[2] or "").strip()
    if not amount:
        raise ReplicationError(
            f"{name} = {text!r}: no number of runs gives an interval of no width"
        )
    never = _never_narrow(measure)
    if never:
        raise ReplicationError(f"{name} = {text!r}: {never}")
    written = f"±{match[1]}{_spaced(unit)}"
    if measure.unit == "%":
        if unit != "points":
            raise ReplicationError(
                f'{name} = {text!r}: the measure is a share, of which "%" could mean two things; write'
                f" {example}, for percentage points"
            )
        return Target(measure, amount, False, written)
    if unit == "%":
        return Target(measure, amount / 100, True, written)
    if measure.unit == "s" and unit in _SECONDS:
        return Target(measure, amount * _SECONDS[unit], False, written)
    if unit == measure.unit:
        return Target(measure, amount, False, written)
    has = f"{name} is in {measure.unit}" if measure.unit else f"{name} is a plain number"
    raise ReplicationError(f"{name} = {text!r}: {has}, not in {unit or 'no unit'}; write {example}")


def _never_narrow(measure: Measure) -> str:
    """Why no number of runs meets a target of this measure; empty where enough do."""
    if not measure.no_interval:
        return ""
    why = measure.no_interval.removeprefix("no interval: ")
    return f"it has no interval, since {why}; take {_instead(measure)}"


def _instead(measure: Measure) -> str:
    if measure.kind in ("time", "load"):
        return f"{measure.base}.median or .p99"
    return "wrong_deaths" if measure.kind == "count" else "a time, a count or a share"


def _example(measure: Measure) -> str:
    if measure.unit == "%":
        return '"±2 points"'
    absolute = {"s": "±0.1 s", "": "±0.5"}.get(measure.unit, f"±1{_spaced(measure.unit)}")
    return f'"±5 %" or "{absolute}"'


def _points(unit: str) -> str:
    return "points" if unit == "%" else unit


def _spaced(unit: str) -> str:
    return f" {unit}" if unit else ""
