# SPDX-License-Identifier: GPL-2.0-only
"""What Lifeguard's page says of a judged cell: memberlist's mean among the readings, or nothing."""

from __future__ import annotations

from typing import Any

from analysis.papers.lifeguard_2018.claimed import judge_claims

REAL: dict[str, Any] = {"incidents": [40, 38, 42]}


def _readings(*incidents: list[int]) -> dict[str, Any]:
    return {"cell": {str(place): {"incidents": found} for place, found in enumerate(incidents)}}


def test_memberlist_among_the_readings_holds() -> None:
    assert judge_claims(_readings([30, 31], [50, 51]), {"cell": REAL})[0].holds


def test_memberlist_beyond_the_readings_does_not_hold() -> None:
    assert not judge_claims(_readings([1, 2], [5, 6]), {"cell": REAL})[0].holds


def test_cell_that_was_not_simulated_claims_nothing() -> None:
    """A small design leaves most judged cells out."""
    assert judge_claims(_readings([], []), {"cell": REAL}) == []


def test_cell_that_was_not_judged_claims_nothing() -> None:
    assert judge_claims(_readings([30]), {}) == []
