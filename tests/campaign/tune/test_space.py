# SPDX-License-Identifier: GPL-2.0-only
"""Levels that people would write, choices, and relations."""

from __future__ import annotations

import math

import pytest

from campaign.tune.space import Axis, Relation, Space, SpaceError, number_of

INTERVAL = Axis("protocol.probe_interval", 0.2, 5.0, "s", default="1s")
TIMEOUT = Axis("protocol.probe_timeout", 0.05, 2.0, "s", default="500ms")
PROFILE = Axis(
    "profile",
    scale="choice",
    values=("lan", "wan"),
    sets=(
        {"protocol.probe_interval": "1s", "protocol.probe_timeout": "500ms"},
        {"protocol.probe_interval": "5s", "protocol.probe_timeout": "3s"},
    ),
    default="wan",
)


def test_levels_of_a_log_axis_are_about_5_percent_apart() -> None:
    numbers = [number_of("", level) for level in INTERVAL.levels]
    assert numbers[0] == 0.2 and numbers[-1] == 5.0
    for one, next_ in zip(numbers, numbers[1:]):
        assert 1.02 < next_ / one < 1.08


def test_levels_have_no_more_than_three_digits() -> None:
    for level in (*INTERVAL.levels, *TIMEOUT.levels):
        digits = "".join(letter for letter in level if letter.isdigit()).strip("0")
        assert len(digits) <= 3, level


def test_a_duration_below_a_second_is_in_milliseconds() -> None:
    assert INTERVAL.levels[0] == "200ms" and "1.05s" in INTERVAL.levels


@pytest.mark.parametrize("default", ["1s", "937ms", "2.01s"])
def test_the_default_is_a_level_whatever_the_steps_are(default: str) -> None:
    axis = Axis("protocol.probe_interval", 0.2, 5.0, "s", default=default)
    assert default in axis.levels
    assert len(axis.levels) <= 68


def test_a_default_outside_the_range_is_no_level() -> None:
    axis = Axis("protocol.probe_interval", 2.0, 5.0, "s", default="1s")
    assert axis.levels[0] == "2s"
    assert Space((axis,)).default == (0,)


def test_whole_numbers_come_one_by_one_while_they_are_far_apart() -> None:
    levels = Axis("protocol.gossip_nodes", 1, 40, whole=True).levels
    assert levels[:12] == tuple(map(str, range(1, 13)))
    assert levels[-1] == "40" and len(levels) < 40


def test_a_linear_axis_steps_by_a_twentieth_of_its_range() -> None:
    axis = Axis("network.loss", 0.0, 10.0, "%", scale="linear")
    assert axis.levels[:3] == ("0%", "0.5%", "1%") and len(axis.levels) == 21


def test_coordinates_follow_the_scale() -> None:
    axis = Axis("protocol.probe_interval", 0.1, 10.0, "s", default="1s")
    assert math.isclose(axis.coordinates[axis.nearest("1s")], 0.5, abs_tol=1e-9)


def test_a_choice_sets_all_that_it_stands_for() -> None:
    space = Space((PROFILE,))
    assert space.default == (1,)
    assert space.settings((0,)) == dict(PROFILE.sets[0])
    assert space.texts((0,)) == {"profile": "lan"}
    assert space.coordinates((0,)) == (1.0, 0.0)
    assert list(space.neighbours((0,))) == [(1,)]


def test_a_relation_leaves_points_out() -> None:
    relation = Relation(TIMEOUT.key, INTERVAL.key)
    space = Space((INTERVAL, TIMEOUT), (relation,))
    below = (INTERVAL.nearest("1s"), TIMEOUT.nearest("500ms"))
    above = (INTERVAL.nearest("200ms"), TIMEOUT.nearest("500ms"))
    assert space.allowed(below) and not space.allowed(above)
    same = (INTERVAL.nearest("500ms"), TIMEOUT.nearest("500ms"))
    strict = {"protocol.probe_interval": "500ms", "protocol.probe_timeout": "500ms"}
    assert not relation.holds(strict)
    assert Relation(TIMEOUT.key, INTERVAL.key, strict=False).holds(strict)
    assert all(space.allowed(near) for near in space.neighbours(same))


def test_a_relation_is_also_about_what_is_fixed() -> None:
    space = Space((TIMEOUT,), (Relation(TIMEOUT.key, INTERVAL.key),), {INTERVAL.key: "300ms"})
    assert space.allowed((0,)) and not space.allowed((len(TIMEOUT.levels) - 1,))


def test_only_what_is_allowed_counts_as_a_setting() -> None:
    relation = Relation(TIMEOUT.key, INTERVAL.key)
    few = Axis(INTERVAL.key, values=("500ms", "1s"))
    assert Space((few,), (relation,), {TIMEOUT.key: "500ms"}).size == 1
    assert Space((few,), (relation,), {TIMEOUT.key: "500ms"}).first == (1,)
    both = Space((few, Axis(TIMEOUT.key, values=("250ms", "500ms"))), (relation,))
    assert both.size == 3 and both.grid == 4 and both.is_counted
    nodes = Axis("protocol.gossip_nodes", 1, 5, whole=True)
    assert Space((*both.axes, nodes), (relation,)).size == 15
    assert Space((), ()).size == 1 and Space((), ()).first == ()


def test_what_cannot_be_counted_cheaply_is_told_by_its_most() -> None:
    wide = [Axis(key, 0.001, 1000.0, "s") for key in ("a", "b")]
    space = Space(tuple(wide), (Relation("a", "b"),))
    assert not space.is_counted and space.size == space.grid > 20_000


@pytest.mark.parametrize(
    "wrong, words",
    [
        (dict(low=2.0, high=1.0), "empty"),
        (dict(low=0.0, high=1.0), "above 0"),
        (dict(scale="choice"), "values"),
        (dict(low=1.0, high=2.0, scale="cubic"), "log, linear or choice"),
    ],
)
def test_an_axis_that_cannot_be_says_why(wrong: dict, words: str) -> None:
    with pytest.raises(SpaceError, match=words):
        Axis("protocol.probe_interval", **wrong)
