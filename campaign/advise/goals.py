# SPDX-License-Identifier: GPL-2.0-only
"""What is asked of `./swimlab advise`: a cluster, what must hold, and what is made least."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.advice.lookup import Expected, Range
from analysis.advice.words import small
from analysis.campaign.text import number
from analysis.campaign.values import TIME, number_and_kind

FALSE_BURIALS_A_YEAR = 1.0
"""Where nobody says otherwise: of a member, so that 400 members see one a day."""

_BYTES = {"B": 1.0, "kB": 1e3, "MB": 1e6, "KiB": 1024.0, "MiB": 1024.0**2}


@dataclass(frozen=True)
class Goal:
    """A number that must not be above a limit; it is kept only if the far end of its interval is not."""

    name: str
    """"known to all", as in messages."""
    measure: str
    """The same as a tune file names it."""
    limit: float
    limit_text: str
    """As ./swimlab tune takes it: "8 s"."""
    of: Callable[[Expected], Range]
    told: Callable[[float], str]
    """A number of it with its unit."""

    def kept_by(self, expected: Expected) -> bool:
        return self.of(expected).high <= self.limit

    def lacks(self, expected: Expected) -> float:
        return self.of(expected).high


def known_to_all(limit_s: float) -> Goal:
    return Goal(
        "known to all",
        "known_to_all_s.p99",
        limit_s,
        f"{limit_s:g} s",
        lambda expected: expected.p99_s,
        lambda value: f"{number(value)} s",
    )


def false_burials(limit: float) -> Goal:
    return Goal(
        "false burials",
        "false_burials_per_member_year",
        limit,
        f"{limit:g}",
        lambda expected: expected.burials,
        lambda value: f"{small(value)} a member-year",
    )


def bytes_sent(limit: float) -> Goal:
    return Goal(
        "bytes",
        "bytes_per_member_second",
        limit,
        f"{limit / 1000:g} kB",
        lambda expected: expected.bytes,
        lambda value: f"{number(value)} B/s",
    )


@dataclass(frozen=True)
class Question:
    """All that is asked."""

    members: int
    loss: float
    goals: tuple[Goal, ...]
    least: str
    """The name of what is made as little as the goals allow: "bytes" or "known to all"."""
    loss_given: bool = True
    """Else nobody said what is lost, and it was taken as nothing."""

    def objective(self, expected: Expected) -> float:
        return expected.bytes.value if self.least == "bytes" else expected.p99_s.value


def question_of(
    members: int, loss: float | None, known_s: float | None, burials: float, sent: float | None
) -> Question:
    """What no goal limits is made least: the bytes where only the time is limited, else the time."""
    goals = [] if known_s is None else [known_to_all(known_s)]
    goals.append(false_burials(burials))
    goals += [] if sent is None else [bytes_sent(sent)]
    least = "bytes" if known_s is not None and sent is None else "known to all"
    return Question(members, loss or 0.0, tuple(goals), least, loss is not None)


def members_of(text: str) -> int:
    """Raises ValueError."""
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < 1:
        raise ValueError(f"'{text}' is no number of members, such as 400")
    return int(text)


def time_of(text: str) -> float:
    """Raises ValueError."""
    found = number_and_kind(text)
    if found is None or found[1] != TIME or found[0] <= 0:
        raise ValueError(f"'{text}' is no time, such as 8s")
    return found[0]


def rate_of(text: str) -> float:
    """Raises ValueError."""
    found = number_and_kind(text)
    if found is None or found[1] != "" or found[0] <= 0 or not math.isfinite(found[0]):
        raise ValueError(f"'{text}' is no number above 0, such as 1 or 0.1")
    return found[0]


def bytes_of(text: str) -> float:
    """Of a member a second. Raises ValueError."""
    found = number_and_kind(text)
    if found is None or found[1] not in _BYTES or found[0] <= 0:
        raise ValueError(f"'{text}' is no number of bytes, such as 900B or 3kB")
    return found[0] * _BYTES[found[1]]


def listed(goals: Sequence[Goal]) -> str:
    """In words."""
    return ", ".join(f"{goal.name} at most {goal.told(goal.limit)}" for goal in goals)
