# SPDX-License-Identifier: GPL-2.0-only
"""What a page holds its numbers to, with what came of it.

A claim is decided by numbers, never by its author: its text says what must hold, `holds` whether it
does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.campaign.text import NONE, interval, number
from analysis.study.estimates import Estimate


@dataclass(frozen=True)
class Claim:
    """One thing that must hold."""

    text: str
    found: str
    """The numbers that decide it."""
    holds: bool | None
    """None: there is nothing to decide it by."""

    @property
    def verdict(self) -> str:
        return {True: "yes", False: "**no**", None: "not measured"}[self.holds]


def claim_rows(claims: Sequence[Claim]) -> list[list[str]]:
    """Under ["what must hold", "found", "holds"]."""
    return [[claim.text, claim.found, claim.verdict] for claim in claims]


def descending(values: Sequence[float]) -> bool:
    """Whether each is above the next."""
    return all(a > b for a, b in zip(values, values[1:]))


def ascending(values: Sequence[float]) -> bool:
    """Whether each is below the next."""
    return descending([-value for value in values])


def within_factor(measured: float | None, published: float, factor: float) -> bool:
    """Whether neither is more than so many times the other."""
    if not measured or not published:
        return measured == published
    return 1 / factor <= measured / published <= factor


def with_interval(estimate: Estimate, digits: int = 3) -> str:
    """A number and the interval of 95 %, where there is one."""
    if estimate.value is None:
        return NONE
    text = number(estimate.value, digits)
    return f"{text} {interval(estimate.interval)}" if estimate.interval else text


def estimate_of(raw: dict[str, float | None], runs: int = 0) -> Estimate:
    """Of numbers.json."""
    return Estimate(raw["value"], raw["low"], raw["high"], int(raw["n"] or 0), runs, "")
