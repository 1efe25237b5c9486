# SPDX-License-Identifier: GPL-2.0-only
"""What the guided stories claim is what happens in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Told = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def told(node: Callable[..., Any]) -> Told:
    found: Told = node("stories.js")
    return found


def test_without_suspicion_a_paused_member_is_buried_and_with_it_never(told: Told) -> None:
    without, suspecting = (each["metrics"]["disturbances"][0] for each in told["suspicion"])
    assert without["known_to_all_s"] < 2
    assert suspecting["first_dead_s"] is None
    assert suspecting["first_suspect_s"] == without["first_dead_s"]
    assert [each["notAlive"] for each in told["suspicion"]] == [0, 0]


def test_memberlist_stays_parted_and_who_calls_on_the_dead_heals(told: Told) -> None:
    parted, healed = told["healing"]
    assert parted["notAlive"] == 2 * 16 * 24
    assert healed["notAlive"] == 0


def test_fanout_shortens_how_long_news_takes_and_not_the_detection(told: Told) -> None:
    narrow, wide = (each["metrics"]["crashes"][0] for each in told["fanout"])
    assert narrow["first_dead_s"] == wide["first_dead_s"]
    spread = [each["full_dissemination_s"] - each["first_dead_s"] for each in (narrow, wide)]
    assert 0.8 < spread[0] < 1.2
    assert 0.15 < spread[1] / spread[0] < 0.35
    messages = [each["messages"] for each in told["fanout"]]
    assert 1.05 < messages[1] / messages[0] < 1.15
