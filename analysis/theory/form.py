# SPDX-License-Identifier: GPL-2.0-only
"""A closed form as data: what it gives, who says so, and how far it holds.

The limits of a formula are part of it. They are printed wherever its numbers are, and where settings
lie outside of them the form says which and why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analysis.theory.settings import Settings

SECONDS, PERIODS, PROBABILITY, COUNT = "s", "periods", "probability", ""

MEMBERS, LOSS, PERIOD = "members", "loss", "period_s"
"""What a form can be drawn against: fields of Settings."""


def _everywhere(_: Settings) -> str:
    return ""


@dataclass(frozen=True)
class Form:
    """One quantity that settings determine."""

    key: str
    """Its name in tables that programs read."""
    name: str
    """Its name for people."""
    unit: str
    """SECONDS, PERIODS, PROBABILITY, COUNT, or what is counted, such as "messages"."""
    formula: str
    """In ASCII: n members, m = n-1, q chance of delivery, k helpers, T protocol period."""
    source: str
    """Paper and section, or program."""
    limits: str
    """What it assumes and where it fails, in sentences."""
    value: Callable[[Settings], float | None]
    """None where it has no value: a suspicion's time-out without suspicions."""
    varies: tuple[str, ...] = (MEMBERS, PERIOD)
    """Which of MEMBERS, LOSS and PERIOD move it."""
    outside: Callable[[Settings], str] = _everywhere
    """Why these settings are outside its limits; empty where they are not."""
    logarithmic: bool = False
    """Whether its values span powers of ten."""


@dataclass(frozen=True)
class Idea:
    """The forms of one idea of the papers."""

    key: str
    title: str
    forms: tuple[Form, ...]
