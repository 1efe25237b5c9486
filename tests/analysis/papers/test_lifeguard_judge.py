# SPDX-License-Identifier: GPL-2.0-only
"""What Lifeguard's page says of judged cells: memberlist between two neighbouring handling times, the same
two in all of them, or not; and what repetitions do not tell apart."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.papers.lifeguard_2018.claimed import JUDGED, alike, judge_claims


def _runs(mean: int) -> dict[str, Any]:
    """Of ten runs, in everything that is compared."""
    return {part: [mean - 1, mean + 1] * 5 for part in JUDGED}


def _readings(*means: int) -> dict[str, Any]:
    return {f"{place}ms-each": _runs(mean) for place, mean in enumerate(means)}


def _holds(simulated: dict[str, Any], judge: dict[str, Any]) -> list[bool | None]:
    return [claim.holds for claim in judge_claims(simulated, judge)]


@pytest.mark.parametrize(("real", "holds"), [(400, True), (100, True), (2000, False)])
def test_memberlist_between_two_readings_holds(real: int, holds: bool) -> None:
    assert _holds({"cell": _readings(300, 500, 90)}, {"cell": _runs(real)}) == [holds]


def test_all_cells_are_held_to_the_same_two_readings() -> None:
    """Those that fit most: here the first two; the third cell lies between the last two."""
    simulated = {name: _readings(300, 500, 900) for name in ("a", "b", "c")}
    judge = {"a": _runs(400), "b": _runs(400), "c": _runs(700)}
    claims = judge_claims(simulated, judge)
    assert [claim.holds for claim in claims] == [True, True, False]
    assert all("0ms each and 1ms each" in claim.text for claim in claims)


@pytest.mark.parametrize("part", JUDGED)
def test_one_measure_beyond_the_readings_fails_the_cell(part: str) -> None:
    real = _runs(400) | {part: [2000] * 10}
    assert _holds({"cell": _readings(300, 500)}, {"cell": real}) == [False]


def test_cell_that_was_not_simulated_claims_nothing() -> None:
    """A small design leaves most judged cells out."""
    without_runs: dict[str, Any] = {part: [] for part in JUDGED}
    empty = {"at-once": without_runs, "1ms-each": without_runs}
    assert judge_claims({"cell": empty}, {"cell": _runs(40)}) == []


def test_cell_that_was_not_judged_claims_nothing() -> None:
    assert judge_claims({"cell": _readings(30, 40)}, {}) == []


def test_configurations_are_alike_where_the_signs_of_their_repetitions_are_mixed() -> None:
    of = {
        "a": [10, 11, 12, 13, 14, 15, 16, 17],
        "b": [11, 10, 13, 12, 15, 14, 17, 16],
        "c": [5, 6, 7, 8, 9, 10, 11, 12],
    }
    numbers = {"accuracy": {name: {"all": {"fp": values}} for name, values in of.items()}}
    assert alike(numbers, "fp", [("a", "b"), ("b", "c")]) == [("a", "b")]
