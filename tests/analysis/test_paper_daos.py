# SPDX-License-Identifier: GPL-2.0-only
"""DAOS's claims are judged by intervals, and what they cannot tell apart is not told."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.papers.daos import _of_share, _survived, _verdict


def value(low: float | None, high: float | None) -> dict[str, Any]:
    middle = None if low is None or high is None else (low + high) / 2
    return {"value": middle, "low": low, "high": high, "why": ""}


@pytest.mark.parametrize(
    "now, before, verdict",
    [
        (value(0, 1), value(2, 3), "confirmed"),
        (value(2, 3), value(0, 1), "refuted"),
        (value(0, 2), value(1, 3), "not told apart"),
        (value(None, None), value(1, 3), "not told apart"),
    ],
)
def test_fewer_evictions_are_fewer_where_the_intervals_do_not_meet(
    now: dict[str, Any], before: dict[str, Any], verdict: str
) -> None:
    assert _verdict(now, before) == verdict


@pytest.mark.parametrize(
    "share, above, verdict",
    [
        (value(80, 100), True, "confirmed"),
        (value(80, 100), False, "refuted"),
        (value(40, 60), True, "not told apart"),
        (value(None, None), True, "not told"),
    ],
)
def test_a_share_is_held_against_a_half(share: dict[str, Any], above: bool, verdict: str) -> None:
    assert _of_share(share, 50, above) == verdict


def test_an_outage_is_survived_up_to_the_first_that_is_not() -> None:
    evicted = {4.0: 0, 6.0: 0, 8.0: 5, 9.0: 0}
    outages = [
        {"defaults": "2020", "outage_s": length, "evicted": value(share, share)}
        for length, share in evicted.items()
    ]
    assert _survived({"outages": outages}, "2020") == 6.0
