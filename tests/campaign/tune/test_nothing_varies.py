# SPDX-License-Identifier: GPL-2.0-only
"""Where a product lets nothing vary, or one value: the default goes on trial like any other setting."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from campaign.tune.problem import Goal
from campaign.tune.procedure import tune
from campaign.tune.space import Space
from planted import BUDGET_S, CHECKS, INTERVAL, Planted, keeps, period_law, period_problem


def nothing(settings: Mapping[str, str]) -> None:
    """Theory that excludes nothing."""
    return None


def test_where_nothing_may_vary_the_default_is_all() -> None:
    """It keeps its goals, and is shown to on fresh seeds, like any other."""
    goals = (Goal("messages_per_member_second", "<=", 6.0), Goal("first_suspect_s", "<=", 3.0))
    for axes, default in (
        ((), period_problem(1).default),
        (
            (
                dataclasses.replace(INTERVAL, values=("1s",)),
                dataclasses.replace(CHECKS, values=("3",)),
            ),
            period_problem(1).default,
        ),
    ):
        problem = dataclasses.replace(
            period_problem(1), space=Space(axes), goals=goals, default=default
        )
        evaluator = Planted(period_law, 1)
        outcome = tune(problem, evaluator, nothing, BUDGET_S)
        assert outcome.keeps_all and len(outcome.recommended) == 1
        assert outcome.recommended[0].setting is outcome.default.setting
        assert any(ask.fresh for ask in evaluator.asked) and outcome.runs["packet"] > 0
        assert outcome.as_json()


def test_where_nothing_may_vary_and_the_default_breaks_a_goal_that_is_said() -> None:
    goals = (Goal("first_suspect_s", "<=", 0.5), Goal("messages_per_member_second", "<=", 6.0))
    problem = dataclasses.replace(period_problem(1), space=Space(()), goals=goals)
    outcome = tune(problem, Planted(period_law, 1), nothing, BUDGET_S)
    assert outcome.recommended == []
    assert [each.goals for each in outcome.contradictions] == [("first_suspect_s",)]


def test_one_value_that_may_be_set_is_tried_beside_the_default() -> None:
    axes = (
        dataclasses.replace(INTERVAL, values=("2s",)),
        dataclasses.replace(CHECKS, values=("7",)),
    )
    problem = dataclasses.replace(period_problem(1), space=Space(axes))
    outcome = tune(problem, Planted(period_law, 1), nothing, BUDGET_S)
    assert outcome.recommended[0].setting.texts == {INTERVAL.key: "2s", CHECKS.key: "7"}
    assert outcome.keeps_all and outcome.default.setting.texts[INTERVAL.key] == "1s"
