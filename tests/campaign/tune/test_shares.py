# SPDX-License-Identifier: GPL-2.0-only
"""How a budget is divided: what is rare takes from the search, and no stage has less than nothing."""

from __future__ import annotations

from dataclasses import astuple, replace

import pytest

from campaign.tune.evaluate import Ask
from campaign.tune.problem import Goal, Variation
from campaign.tune.procedure import tune
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


class DearElsewhere(Planted):
    """Ten times the members cost more than there is."""

    def cost_s(self, ask: Ask) -> float:
        return super().cost_s(ask) * (1e6 if "cluster.members" in ask.settings else 1.0)


def test_circumstances_that_the_budget_cannot_pay_are_named() -> None:
    twice = Variation("twice the loss", {"network.loss": "20%"})
    large = Variation("ten times the members", {"cluster.members": "4000"})
    problem = replace(period_problem(1), robust=(twice, large))
    outcome = tune(problem, DearElsewhere(period_law, 1), lambda settings: None, BUDGET_S)
    assert outcome.skipped == ["ten times the members"]
    assert [variation for variation, _ in outcome.recommended[0].robust] == [twice]
