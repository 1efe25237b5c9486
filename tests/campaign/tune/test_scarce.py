# SPDX-License-Identifier: GPL-2.0-only
"""Where a rare goal takes most of the budget: what is too dear to be shown is no answer, costs are what this
machine makes of them, and what makes no difference stays as the product has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from campaign.tune.division import COMMON, SCARCE
from campaign.tune.evaluate import Ask, Measured
from campaign.tune.ledger import Ledger
from campaign.tune.problem import Goal, Problem
from campaign.tune.procedure import tune
from campaign.tune.search.bounds import runs_to_show_count
from campaign.tune.space import number_of
from planted import INTERVAL, MEMBERS, MULT, NODES, Planted, problem_of, suspicion_law

ONE = Goal("false_burials_per_member_year", "<=", 1.0)
SECOND_S = 0.4
"""What a run takes at a period of 1 s; it is so many times as dear as there are periods."""


class Dear(Planted):
    """Short periods are dear."""

    def cost_s(self, ask: Ask) -> float:
        period_s = number_of(INTERVAL.key, ask.settings[INTERVAL.key])
        return SECOND_S * ask.runs / period_s


def rare_law(of: Mapping[str, float]) -> dict[str, float]:
    """Nobody is buried; gossip_nodes change nothing."""
    full = suspicion_law({**of, "protocol.indirect_checks": 3})
    return {
        "known_to_all_s.p99": full["known_to_all_s.p99"],
        "false_burials_per_member_year": 0.0,
    }


def rare_problem() -> Problem:
    scenario = {"name": "w", "weight": 1.0, "members": MEMBERS, "duration_s": 600.0}
    default = {INTERVAL.key: "1s", MULT.key: "4", NODES.key: "3"}
    problem = problem_of((INTERVAL, MULT, NODES), (ONE,), ("known_to_all_s.p99",), default)
    return replace(problem, scenarios=(scenario,))


def ledger(budget_s: float, slowness: float = 1.0) -> Ledger:
    evaluator = Dear(rare_law, 1, slowness=slowness)
    return Ledger(rare_problem(), evaluator, lambda settings: None, budget_s, lambda words: None)


def budget_for(settings: int) -> float:
    """In which so many settings as dear as the default can be shown to be without burials."""
    a_run = MEMBERS * 600.0 / (365.25 * 86400)
    runs = runs_to_show_count(0.0, a_run, 1.0, COMMON.first, 100_000)
    return settings * SECOND_S * runs / 0.62


def test_what_is_too_dear_to_be_shown_is_left_out() -> None:
    known = ledger(budget_for(2))
    at = rare_problem().space
    assert known.showable(at.default)
    assert not known.showable((0, at.default[1], at.default[2])), "five times as dear"


def test_nothing_is_left_out_where_nothing_can_be_shown() -> None:
    known = ledger(budget_for(1) / 100)
    assert known.showable((0, 0, 0))


def test_who_can_show_one_setting_only_gives_it_the_error() -> None:
    assert ledger(budget_for(2)).division is SCARCE
    assert ledger(budget_for(20)).division is COMMON


def test_budget_is_what_this_machine_makes_of_it() -> None:
    known = ledger(1000.0, slowness=2.0)
    known.search([(known.default(), 4)])
    known.calibrate()
    assert known.pace == pytest.approx(2.0)
    four = Ask(known.problem.default, 4)
    assert known.spent == pytest.approx(2 * known.evaluator.cost_s(four))
    assert known.expected(four) == pytest.approx(known.spent)
    assert known.expected(Ask({**four.settings, "x": "1"}, 4)) == pytest.approx(known.spent)
    again = ledger(1000.0)
    again.search([(again.default(), 4)])
    again.calibrate()
    assert again.pace == pytest.approx(1.0)


class WithBytes(Dear):
    """The first 24 runs cost more."""

    def cost_s(self, ask: Ask) -> float:
        return super().cost_s(ask) + 2.7 * SECOND_S * min(24, ask.runs)


@pytest.mark.parametrize("amount", [0.1, 1.0, 30.0, 35.6, 36.0, 100.0, 1234.5])
def test_as_many_runs_as_are_paid_for(amount: float) -> None:
    """Whatever one more costs when there are many."""
    evaluator = WithBytes(rare_law, 1)
    known = Ledger(rare_problem(), evaluator, lambda settings: None, 1e4, lambda words: None)
    ask = Ask(known.problem.default, 1, fresh=True)
    for made in (0, 10):
        if made:
            known.ask([replace(ask, runs=made)], "confirm")
        runs = known.runs_for(ask, amount)
        paid = evaluator.cost_s(replace(ask, runs=made)) if made else 0.0
        assert runs == made or evaluator.cost_s(replace(ask, runs=runs)) - paid <= amount
        assert evaluator.cost_s(replace(ask, runs=runs + 1)) - paid > amount


@pytest.fixture(scope="module")
def best() -> tuple[Planted, Mapping[str, bool], Mapping[str, str], Measured]:
    evaluator = Dear(rare_law, 1)
    outcome = tune(rare_problem(), evaluator, lambda settings: None, budget_for(2))
    choice = outcome.recommended[0]
    assert choice.setting.fresh is not None
    return evaluator, choice.kept, choice.setting.settings, choice.setting.fresh


def test_the_rare_goal_is_shown_within_the_budget(best: Sequence) -> None:
    assert all(best[1].values())


def test_what_makes_no_difference_stays_as_the_product_has_it(best: Sequence) -> None:
    settings = best[2]
    assert settings[NODES.key] == "3" and settings[INTERVAL.key] != "1s"
