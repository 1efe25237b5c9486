# SPDX-License-Identifier: GPL-2.0-only
"""Which setting: all that people would write are looked up, and the best that keeps every goal is taken.

There are some two hundred, so nothing is searched, and an answer is the same every time.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.advice.lookup import Expected, Setting, Table
from campaign.advise.goals import Goal, Question

NEAT_MS = (
    *range(200, 1000, 50),
    *range(1000, 2000, 100),
    *range(2000, 3000, 250),
    *range(3000, 10001, 500),
)
"""Probe intervals that people would write, some 5 to 10 % apart."""


@dataclass(frozen=True)
class Choice:
    """A setting that keeps all goals, or why there is none."""

    best: Expected | None
    contradictions: tuple[str, ...] = ()
    """Without one: which goals contradict each other, and what is possible."""
    left: Expected | None = None
    """The default, where it is left: what is sure is slower, and nothing that is known speaks against it."""


def candidates(
    table: Table, intervals_s: Sequence[float] = (), mults: Sequence[int] = ()
) -> list[Setting]:
    """All that the table covers; of a product that cannot set one, its value only."""
    low, high = table.intervals_s[0], table.intervals_s[-1]
    neat = [number / 1000 for number in NEAT_MS if low <= number / 1000 <= high]
    most = range(table.mults[0], table.mults[-1] + 1)
    return [
        Setting(interval, mult)
        for interval, mult in itertools.product(intervals_s or neat, mults or most)
    ]


def choose(
    question: Question, expected: Sequence[Expected], default: Expected | None = None
) -> Choice:
    """@param expected what the table says of each candidate, at least one; @param default what it says of
    the product's own, which is left where it is faster than all that is shown to keep the goals, and is
    itself expected to: then it is the table that knows too little"""
    kept = _keeping(question.goals, expected)
    if kept:
        best = min(kept, key=lambda each: (question.objective(each), each.p99_s.value))
        if question.least != "bytes" and default is not None and is_slower(best, default):
            if all(goal.of(default).value <= goal.limit for goal in question.goals):
                return Choice(best, left=default)
        return Choice(best)
    return Choice(None, tuple(_contradictions(question.goals, expected)))


def is_slower(one: Expected, other: Expected) -> bool:
    """In what is promised of the time until a crash is known to all."""
    return one.p99_s.value > other.p99_s.value


def _keeping(goals: Iterable[Goal], expected: Iterable[Expected]) -> list[Expected]:
    goals = tuple(goals)
    return [each for each in expected if all(goal.kept_by(each) for goal in goals)]


def _contradictions(goals: Sequence[Goal], expected: Sequence[Expected]) -> Iterable[str]:
    """The smallest sets of goals that nothing keeps together, each with what is possible."""
    found: list[tuple[Goal, ...]] = []
    for size in range(1, len(goals) + 1):
        for these in itertools.combinations(goals, size):
            if any(set(less) <= set(these) for less in found) or _keeping(these, expected):
                continue
            found.append(these)
            yield _told(these, expected)


def _told(goals: tuple[Goal, ...], expected: Sequence[Expected]) -> str:
    if len(goals) == 1:
        goal = goals[0]
        return (
            f"No setting of the table keeps {_limit(goal)}; {_least(goal, expected)} is the least that"
            " is sure."
        )
    words = " and ".join(_limit(goal) for goal in goals)
    lines = [f"{words} contradict {'each other' if len(goals) == 2 else 'one another'}:"]
    for goal in goals:
        others = [other for other in goals if other is not goal]
        kept = _keeping(others, expected)
        with_ = " and ".join(_limit(other) for other in others)
        lines.append(f"    with {with_} it takes {_least(goal, kept)}")
    return "\n".join(lines)


def _limit(goal: Goal) -> str:
    return f"{goal.name} <= {goal.told(goal.limit)}"


def _least(goal: Goal, expected: Sequence[Expected]) -> str:
    best = min(expected, key=goal.lacks)
    return f"{goal.name} of {goal.told(goal.lacks(best))} ({setting_words(best.setting)})"


def setting_words(setting: Setting) -> str:
    return f"probe_interval {time_text(setting.interval_s)}, suspicion_mult {setting.mult}"


def time_text(seconds: float) -> str:
    """As Go, TOML and --set take it: 1.5s, 250ms."""
    return f"{seconds:g}s" if seconds >= 1 else f"{1000 * seconds:g}ms"
