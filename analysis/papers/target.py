# SPDX-License-Identifier: GPL-2.0-only
"""A validation target: what is expected, what was measured, how far the two may be apart, and whether they
are. The page of formulas has all of them in one table; those that are other papers' results it takes from
what these papers hold their own numbers to (claims.py)."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.papers.claims import Claim
from analysis.papers.published import Published


@dataclass(frozen=True)
class Target:
    """One row."""

    name: str
    """"V1" to "V8"."""
    what: str
    expected: str
    measured: str
    tolerance: str
    passed: bool | None
    """None: not measured."""

    @property
    def verdict(self) -> str:
        return {True: "passes", False: "**fails**", None: "not measured"}[self.passed]


@dataclass(frozen=True)
class Elsewhere:
    """Targets that are claims of another paper's page."""

    paper: str
    module: str
    function: str
    """Of the module: makes the claims of the paper's numbers and of what was published."""
    starts: tuple[str, ...] = ("",)
    """Those whose text starts so."""

    def targets(self, name: str, numbers: Mapping[str, Any], published: Published) -> list[Target]:
        """@param numbers what was measured for that paper"""
        make = getattr(importlib.import_module(self.module), self.function)
        claims: list[Claim] = make(numbers, published)
        return [
            Target(name, claim.text, "holds", claim.found or "–", "as it says", claim.holds)
            for claim in claims
            if claim.text.startswith(self.starts)
        ]


def within(value: float | None, expected: float, tolerance: float) -> bool | None:
    """Whether the value is no farther away than that; None without one."""
    return None if value is None else abs(value - expected) <= tolerance
