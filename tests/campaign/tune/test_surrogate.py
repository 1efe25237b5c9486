# SPDX-License-Identifier: GPL-2.0-only
"""What is learned from runs, and what is made of it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.study.estimates import Estimate
from campaign.tune.evaluate import Measured
from campaign.tune.problem import Goal
from campaign.tune.search.acquire import Beliefs, candidates, incumbent, propose
from campaign.tune.search.front import front
from campaign.tune.search.readings import Reading, backward, forward, reading
from campaign.tune.search.sensitivity import sensitivity
from campaign.tune.search.surrogate import Surrogate, chance_kept
from campaign.tune.space import Axis, Space
from planted import INTERVAL, MULT, CHECKS, Planted, period_law, period_problem

TIME = "known_to_all_s.p99"
BURIALS = "false_burials_per_member_year"
SPACE = Space((INTERVAL, MULT))


def _some(count: int, seed: int = 0) -> list[tuple[int, ...]]:
    random = np.random.default_rng(seed)
    sizes = [len(axis.levels) for axis in SPACE.axes]
    return list({tuple(map(int, row)) for row in random.integers(0, sizes, (count, len(sizes)))})


def _numbers(point: tuple[int, ...]) -> tuple[float, float]:
    return tuple(axis.number(axis.levels[level]) for axis, level in zip(SPACE.axes, point))


def test_a_power_law_is_learned_from_a_dozen_settings() -> None:
    def law(point: tuple[int, ...]) -> float:
        period, mult = _numbers(point)
        return math.log(period * (1.5 + 2.6 * mult))

    surrogate = Surrogate(SPACE, TIME)
    surrogate.learn({point: Reading(law(point), 1e-4) for point in _some(14)})
    elsewhere = _some(60, 1)
    guess = surrogate.guess(elsewhere)
    wrong = np.array([law(point) for point in elsewhere]) - guess.mean
    assert float(np.sqrt(np.mean(wrong**2))) < 0.05
    assert np.mean(np.abs(wrong) < 3 * guess.deviation) > 0.9


def test_noisy_settings_weigh_less() -> None:
    points = _some(20)
    exact = {point: Reading(1.0, 1e-6) for point in points[:10]}
    noisy = {point: Reading(3.0, 4.0) for point in points[10:]}
    surrogate = Surrogate(SPACE, TIME)
    surrogate.learn(exact | noisy)
    assert abs(float(surrogate.guess(points[:1]).mean[0]) - 1.0) < 0.1


def test_many_short_runs_without_a_burial_are_no_half_a_burial_each() -> None:
    """40 settings, a burial a member-year each, 0.03 member-years each: about one is seen in all."""
    points, exposure = _some(45), 0.03
    random = np.random.default_rng(3)
    seen = random.poisson(1.0 * exposure, len(points))
    readings = {
        point: Reading(math.log((k + 0.5) / exposure), 1 / (k + 0.5), float(k), exposure)
        for point, k in zip(points, seen)
    }
    surrogate = Surrogate(SPACE, BURIALS)
    surrogate.learn(readings)
    guess = surrogate.guess(points)
    assert math.exp(float(np.median(guess.mean))) < 5.0
    assert float(np.median(guess.deviation)) > 0.3


def test_many_zeros_do_not_hide_where_a_count_was_seen() -> None:
    """17 in two member-years at one setting, and none at forty others that ran for a hundredth each."""
    points = _some(45)
    readings = {point: Reading(math.log(0.5 / 0.03), 2.0, 0.0, 0.03) for point in points} | {
        points[0]: Reading(math.log(17.5 / 1.95), 1 / 17.5, 17.0, 1.95)
    }
    surrogate = Surrogate(SPACE, BURIALS)
    surrogate.learn(readings)
    guess = surrogate.guess(points[:1])
    assert 6.0 < math.exp(float(guess.mean[0])) < 11.0
    assert 0.15 < float(guess.deviation[0]) < 0.4


def test_a_rate_is_carried_on_from_where_it_is_seen() -> None:
    """Burials fall by e^2.7 a step of the multiplier; from 5 on none is seen."""
    exposure = 0.5
    random = np.random.default_rng(4)
    readings = {}
    for point in _some(60):
        _, mult = _numbers(point)
        k = float(random.poisson(exposure * math.exp(12 - 2.7 * mult)))
        readings[point] = Reading(math.log((k + 0.5) / exposure), 1 / (k + 0.5), k, exposure)
    surrogate = Surrogate(SPACE, BURIALS)
    surrogate.learn(readings)
    goal = Goal(BURIALS, "<=", 1.0)
    at = [(30, level) for level in range(len(MULT.levels))]
    chances = chance_kept(surrogate.guess(at), goal)
    assert chances[MULT.nearest("3")] < 0.05
    assert chances[MULT.nearest("7")] > 0.9


def test_what_never_came_is_avoided() -> None:
    readings = {point: Reading(math.inf if point[1] < 4 else 1.0, 0.01) for point in _some(30)}
    surrogate = Surrogate(SPACE, TIME)
    surrogate.learn(readings)
    low, high = surrogate.guess([(30, 0), (30, 10)]).mean
    assert low > high + 0.5


def test_readings_know_their_noise() -> None:
    values = {
        TIME: Estimate(None, None, None, 40, 4, "it takes 100 values"),
        BURIALS: Estimate(0.0, 0.0, 50.0, 4, 4, ""),
        "crashes_known": Estimate(100.0, 90.0, 100.0, 40, 4, ""),
    }
    runs = {TIME: [8.0, 9.0, 10.0, 11.0]}
    year = 365.25 * 86400
    measured = Measured(values, runs, 4, 0.03 * year, {TIME: 11.0})
    time = reading(measured, TIME)
    assert time.rough and math.isclose(time.value, math.log(11.0)) and 0 < time.variance < 0.04
    burials = reading(measured, BURIALS)
    assert burials.seen == 0 and math.isclose(burials.exposure, 0.03)
    assert math.isclose(burials.value, math.log(0.5 / 0.03)) and burials.variance == 2.0
    share = reading(measured, "crashes_known")
    assert math.isfinite(share.value) and share.variance > 1
    for measure, value in ((TIME, 8.0), ("crashes_known", 97.0)):
        assert math.isclose(backward(measure, forward(measure, value)), value, rel_tol=1e-9)


def _beliefs(count: int = 14) -> tuple[Beliefs, list[tuple[int, ...]]]:
    problem = period_problem()
    evaluator = Planted(period_law, 1)
    random = np.random.default_rng(2)
    sizes = [len(axis.levels) for axis in problem.space.axes]
    points = list({tuple(map(int, row)) for row in random.integers(0, sizes, (count, 2))})
    from campaign.tune.evaluate import Ask

    asks = [Ask(problem.space.settings(point), 4) for point in points]
    known = dict(zip(points, evaluator.measure(asks)))
    beliefs = Beliefs(problem)
    beliefs.learn(known, {})
    return beliefs, points


def test_a_batch_has_no_setting_twice_and_none_that_theory_excludes() -> None:
    beliefs, known = _beliefs()
    space = beliefs.problem.space
    among = candidates(space, known, (1, 2))
    free = propose(beliefs, known, among, {}, 4, lambda point: False)
    chosen = [each.point for each in free]
    assert len(set(chosen)) == 4 and not set(chosen) & set(known)
    others = propose(beliefs, known, among, {}, 4, lambda point: point == chosen[0])
    assert chosen[0] not in [each.point for each in others] and len(others) == 4


def test_proposals_are_the_same_each_time() -> None:
    found = []
    for _ in range(2):
        beliefs, known = _beliefs()
        among = candidates(beliefs.problem.space, known, (1, 2))
        found.append(propose(beliefs, known, among, {}, 3, lambda point: False))
    assert found[0] == found[1]


def test_margins_move_the_best_inwards() -> None:
    beliefs, known = _beliefs(60)
    space = beliefs.problem.space
    everywhere = candidates(space, known, (1, 2))
    loose = incumbent(beliefs, everywhere, {})
    tight = incumbent(beliefs, everywhere, {"messages_per_member_second": 0.5})
    assert loose is not None and tight is not None and loose[1] < tight[1]


def test_candidates_of_a_large_space_keep_its_relations() -> None:
    from campaign.tune.space import Relation

    axes = tuple(
        Axis(f"protocol.{name}", 0.05, 5.0, "s")
        for name in ("probe_timeout", "probe_interval", "gossip_interval")
    )
    space = Space(axes, (Relation(axes[0].key, axes[1].key),))
    assert space.size > 100_000
    found = candidates(space, [(10, 50, 50)], (1, 1))
    assert 500 < len(found) < 3000 and all(space.allowed(point) for point in found)
    assert found == candidates(space, [(10, 50, 50)], (1, 1))


def test_sensitivity_is_the_known_one_of_an_additive_law() -> None:
    """log = a x1 + b x2 over uniform levels: first-order and total indices are a^2 and b^2 over the sum."""
    slopes = (2.0, 1.0)
    surrogate = Surrogate(SPACE, TIME)
    readings = {
        point: Reading(sum(a * x for a, x in zip(slopes, SPACE.coordinates(point))), 1e-6)
        for point in _some(40)
    }
    surrogate.learn(readings)
    spreads = [slope**2 * np.var(axis.coordinates) for slope, axis in zip(slopes, SPACE.axes)]
    for index, spread in zip(sensitivity(surrogate, SPACE, 1), spreads):
        true = spread / sum(spreads)
        assert index.first == pytest.approx(true, abs=0.08)
        assert index.total == pytest.approx(true, abs=0.08)
        assert index.first_low <= index.first <= index.first_high


def test_sensitivity_is_less_certain_with_fewer_runs() -> None:
    widths = []
    for count in (6, 60):
        surrogate = Surrogate(SPACE, TIME)
        random = np.random.default_rng(1)
        readings = {
            point: Reading(2 * SPACE.coordinates(point)[0] + random.normal(0, 0.2), 0.04)
            for point in _some(count)
        }
        surrogate.learn(readings)
        first = sensitivity(surrogate, SPACE, 1)[0]
        widths.append(first.total_high - first.total_low)
    assert widths[1] < widths[0]


def test_a_constant_axis_has_no_index() -> None:
    space = Space((INTERVAL, Axis(CHECKS.key, 3, 3, whole=True)))
    surrogate = Surrogate(space, TIME)
    surrogate.learn({(level, 0): Reading(0.05 * level, 1e-4) for level in range(0, 60, 5)})
    assert [index.axis for index in sensitivity(surrogate, space, 1)] == [INTERVAL.key]


def _at(value: float, half: float) -> Estimate:
    return Estimate(value, value - half, value + half, 10, 10, "")


def test_the_front_is_what_nothing_beats() -> None:
    settings = {
        "fast": {"a": _at(1.0, 0.1), "b": _at(9.0, 0.1)},
        "middle": {"a": _at(5.0, 0.1), "b": _at(5.0, 0.1)},
        "beaten": {"a": _at(6.0, 0.1), "b": _at(6.0, 0.1)},
        "maybe": {"a": _at(5.05, 0.1), "b": _at(5.05, 0.1)},
        "cheap": {"a": _at(9.0, 0.1), "b": _at(1.0, 0.1)},
        "unmeasured": {"a": _at(0.0, 0.1)},
    }
    found = front(settings, (("a", 1), ("b", 1)))
    assert found.on == ("fast", "middle", "cheap") and found.maybe == ("maybe",)


def test_more_may_be_better_on_a_front() -> None:
    settings = {
        "one": {"a": _at(1.0, 0.1), "b": _at(9.0, 0.1)},
        "other": {"a": _at(2.0, 0.1), "b": _at(5.0, 0.1)},
    }
    assert front(settings, (("a", 1), ("b", -1))).on == ("one",)
    assert front(settings, (("a", 1), ("b", 1))).on == ("one", "other")
