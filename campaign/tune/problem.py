# SPDX-License-Identifier: GPL-2.0-only
"""What is asked: goals, what is minimised, what may vary, and what else is to be tried at the end.

file.py makes it of a tune file and a product; procedure.py answers it, and knows no file, product or
simulator. All texts that the answer repeats (result.json) stand here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from campaign.tune.space import Space


@dataclass(frozen=True)
class Goal:
    """A bound that a measure must keep."""

    measure: str
    """A name of analysis/study/measures.py."""
    op: str
    """"<=" or ">="."""
    limit: float
    """In the measure's own unit."""
    words: str = ""
    unit: str = ""
    text: str = ""
    """As written: "<= 8 s"."""

    def kept_by(self, value: float) -> bool:
        return value <= self.limit if self.op == "<=" else value >= self.limit

    def relaxed(self, share: float = 0.1) -> float:
        """A limit that is so much easier to keep. Of a share in percent, what is missing to all grows."""
        if self.op == "<=":
            return self.limit * (1 + share)
        if self.unit == "%":
            return max(0.0, 100 - (100 - self.limit) * (1 + share))
        return self.limit / (1 + share)


@dataclass(frozen=True)
class Variation:
    """Other circumstances for the recommended settings: "twice the loss"."""

    what: str
    set: Mapping[str, str]
    """Scenario keys beyond the base."""


@dataclass(frozen=True)
class Beyond:
    """A parameter that the product cannot set, and another value that might help."""

    name: str
    key: str
    value: str
    """What is compiled in."""
    other: str


@dataclass(frozen=True)
class Problem:
    """All that one tune is asked."""

    goals: tuple[Goal, ...]
    minimise: tuple[str, ...]
    """Measures, at least one."""
    space: Space
    default: Mapping[str, str]
    """What the product's own default sets, by scenario key, of all that may vary."""
    default_point: Mapping[str, str] = field(default_factory=dict)
    """The same as the product says it, by axis; empty: by `default`."""
    title: str = ""
    question: str = ""
    command: str = ""
    product: Mapping[str, Any] = field(default_factory=dict)
    """name, title, version, sources."""
    fixed: tuple[Mapping[str, str], ...] = ()
    """What is compiled in: name, key, value, source."""
    scenarios: tuple[Mapping[str, Any], ...] = ()
    """name, weight, members, duration_s."""
    robust: tuple[Variation, ...] = ()
    beyond: tuple[Beyond, ...] = ()
    block: Callable[[Mapping[str, str]], str] = lambda texts: ""
    """From each axis's text, by its key, the product's own syntax."""
    prior: Mapping[tuple[int, ...], Mapping[str, Any]] = field(default_factory=dict)
    """What the search holds for known before the first run: of points of the grid, by measure, a Reading."""
    seed: int = 1
    """Of the search's own choices."""
    notes: tuple[str, ...] = ()
    """What the report says beside: what of a range was left out."""

    @property
    def measures(self) -> tuple[str, ...]:
        """All that is asked of the runs: what is minimised, then the goals'."""
        return tuple(dict.fromkeys([*self.minimise, *(goal.measure for goal in self.goals)]))
