# SPDX-License-Identifier: GPL-2.0-only
"""How a budget is divided: what is rare takes from the search, and no stage has less than nothing."""

from __future__ import annotations

from dataclasses import astuple, replace

import pytest

from campaign.tune.problem import Goal
from campaign.tune.shares import SEARCH, TRIAL, shares_of
from planted import BUDGET_S, Planted, period_law, period_problem

RARE = Goal("wrong_deaths.per_member_year", "<=", 1e-3)


@pytest.mark.parametrize("budget", [1.0, BUDGET_S, 1e9])
@pytest.mark.parametrize("rare", [False, True])
def test_stages_follow_each_other_to_the_end_of_the_budget(budget: float, rare: bool) -> None:
    problem = period_problem(1)
    if rare:
        problem = replace(problem, goals=(RARE,))
    ends = astuple(shares_of(problem, Planted(period_law, 1), budget))
    assert list(ends) == sorted(ends) and ends[0] > 0 and ends[-1] == pytest.approx(1.0)


def test_a_rare_goal_takes_from_the_search() -> None:
    evaluator, problem = Planted(period_law, 1), replace(period_problem(1), goals=())
    common = shares_of(problem, evaluator, BUDGET_S)
    scenario = {"name": "w", "weight": 1.0, "members": 400, "duration_s": 600.0}
    rare = replace(problem, goals=(RARE,), scenarios=(scenario,))
    found = shares_of(rare, evaluator, BUDGET_S)
    assert (common.search, found.search) == (SEARCH[0], pytest.approx(SEARCH[1]))
    assert found.trial - found.search == pytest.approx(TRIAL[1])
    assert common.trial - common.search == pytest.approx(TRIAL[0])
