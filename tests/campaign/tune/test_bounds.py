# SPDX-License-Identifier: GPL-2.0-only
"""What runs show, and what it takes to show it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from analysis.study import estimates
from analysis.study.estimates import Estimate
from campaign.tune.evaluate import Measured
from campaign.tune.problem import Goal
from campaign.tune.search.bounds import far_end, refutes, shows
from campaign.tune.search.paired import difference
from campaign.tune.search.showing import Noise, least_runs, margins, runs_needed

BURIALS = "false_burials_per_member_year"
TIME = "known_to_all_s.p99"
BELOW = Goal(TIME, "<=", 8.0)


def test_a_goal_is_kept_by_the_far_end_and_not_by_the_value() -> None:
    assert shows(Estimate(7.0, 6.5, 7.9, 100, 10, ""), BELOW)
    assert not shows(Estimate(7.0, 6.5, 8.1, 100, 10, ""), BELOW)
    above = Goal("query_accuracy", ">=", 0.99)
    assert shows(Estimate(0.995, 0.991, 0.999, 100, 10, ""), above)
    assert not shows(Estimate(0.995, 0.989, 0.999, 100, 10, ""), above)


def test_what_has_no_interval_shows_nothing() -> None:
    assert not shows(Estimate(1.0, None, None, 3, 3, "too few"), BELOW)
    assert not shows(None, BELOW)
    assert not refutes(Estimate(9.0, None, None, 3, 3, "too few"), BELOW)


def test_what_never_came_is_refuted() -> None:
    assert refutes(Estimate(math.inf, None, None, 100, 10, ""), BELOW)


def test_a_goal_is_broken_only_by_the_near_end() -> None:
    assert refutes(Estimate(9.0, 8.1, 10.0, 100, 10, ""), BELOW)
    assert not refutes(Estimate(9.0, 7.9, 10.0, 100, 10, ""), BELOW)


def test_less_error_moves_the_bound_out() -> None:
    found = Estimate(7.0, 6.5, 7.5, 100, 10, "")
    ends = [far_end(found, TIME, "<=", error) for error in (0.025, 0.01, 0.001)]
    assert ends[0] == pytest.approx(7.5)
    assert ends[0] < ends[1] < ends[2]


@pytest.mark.parametrize("error", [0.025, 0.01, 0.001])
def test_a_bound_of_none_seen_is_exact(error: float) -> None:
    none = estimates.count([0] * 50, 50, "run")
    end = far_end(none, BURIALS, "<=", error) * 50
    # The chance of none at that mean, with the dispersion of what was not seen: 4.
    chance = stats.nbinom.cdf(0, end / 3, 1 / 4)
    assert chance == pytest.approx(error, rel=1e-6)


@pytest.mark.parametrize("seen", [1, 3, 10, 40])
def test_a_bound_of_a_count_is_on_the_safe_side_of_the_exact_one(seen: int) -> None:
    exact = Estimate(
        seen, stats.chi2.ppf(0.025, 2 * seen) / 2, stats.chi2.ppf(0.975, 2 * seen + 2) / 2, 1, 1, ""
    )
    for error in (0.01, 0.001):
        assert far_end(exact, BURIALS, "<=", error) >= stats.chi2.isf(error, 2 * seen + 2) / 2


def test_runs_needed_are_enough_five_times_in_six() -> None:
    goal, exposure, error = Goal(BURIALS, "<=", 100.0), 0.0076, 0.012
    runs = runs_needed(goal, math.log(20.0), Noise(math.nan, exposure, 1.0), error, 100_000)
    random = np.random.default_rng(5)
    shown = 0
    for _ in range(200):
        counts = random.poisson(20.0 * exposure, runs)
        whole = estimates.count(counts.tolist(), runs, "run").times(1 / exposure)
        shown += shows(whole, goal, error)
    assert shown >= 160


def test_more_runs_need_less_margin() -> None:
    goals = (BELOW, Goal(BURIALS, "<=", 100.0))
    noises = {TIME: Noise(0.3, math.nan, 10.0), BURIALS: Noise(math.nan, 0.0076, 1.0)}
    few, many = (margins(goals, noises, runs, 0.012) for runs in (50, 5000))
    assert 0 < many[TIME] < few[TIME]
    assert 0 < many[BURIALS] < few[BURIALS]


def test_a_tail_takes_more_runs_than_a_middle() -> None:
    noise = Noise(0.3, math.nan, 10.0)
    assert least_runs("known_to_all_s.p99", noise) > least_runs("known_to_all_s.median", noise)


def _measured(values: np.ndarray) -> Measured:
    runs = len(values)
    whole = {TIME: estimates.mean([[float(value)] for value in values], "run")}
    return Measured(whole, {TIME: values.tolist()}, runs, 1.0)


def test_pairs_tell_a_difference_that_two_samples_do_not() -> None:
    random = np.random.default_rng(1)
    seeds = random.normal(10.0, 2.0, 60)
    one = _measured(seeds + 0.5 + random.normal(0, 0.2, 60))
    other = _measured(seeds + random.normal(0, 0.2, 60))
    paired = difference(one, other, TIME)
    assert 0 < paired.low < 0.5 < paired.high < 1.0
    alone = difference(one, _measured(random.permutation(seeds)), TIME)
    assert alone.low < 0 < alone.high


def test_intervals_of_differences_hold() -> None:
    inside = 0
    for repetition in range(200):
        random = np.random.default_rng(repetition)
        seeds = random.normal(10.0, 2.0, 40)
        one = _measured(seeds + 0.5 + random.normal(0, 1.0, 40))
        found = difference(one, _measured(seeds + random.normal(0, 1.0, 40)), TIME)
        inside += found.low <= 0.5 <= found.high
    assert inside >= 184
