# SPDX-License-Identifier: GPL-2.0-only
"""How the budget is divided between the stages.

What is rare takes long to be shown, so the goal decides: where a limit on a count needs much exposure, the
search has less, and the trial on fresh seeds more. It follows from the problem alone, before any run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from analysis.campaign.values import HOUR_S, YEAR_S
from campaign.tune.division import COMMON
from campaign.tune.evaluate import Ask, Evaluator, is_count
from campaign.tune.problem import Goal, Problem
from campaign.tune.search.bounds import runs_to_show_count

SEARCH = (0.33, 0.16)
"""The most and the least."""
TRIAL = (0.43, 0.68)
"""The least and the most."""
DEARER = 2.0
"""Shorter periods than the default's cost more."""
AFTER = (4, 10, 6, 4)
"""Parts of what is left then: the default, packets, other circumstances, what cannot be set."""
MOST_RUNS = 10_000_000


@dataclass(frozen=True)
class Shares:
    """Of the budget, all that was spent before included: where each stage ends."""

    screen: float = 0.20
    search: float = 0.33
    trial: float = 0.76
    default: float = 0.81
    packet: float = 0.91
    robust: float = 0.97
    beyond: float = 1.0

    @property
    def of_trial(self) -> float:
        """What the final settings have together."""
        return self.trial - self.search

    @property
    def replaced(self) -> float:
        """Once something is shown, replacements are tried only up to here."""
        return self.search + 0.6 * self.of_trial

    @property
    def each(self) -> float:
        """What one of the final settings has for being shown, to plan by."""
        return self.of_trial / 5


def shares_of(problem: Problem, evaluator: Evaluator, budget: float) -> Shares:
    """@param budget of the evaluator's estimated cost"""
    needed = DEARER * cost_to_show(problem, evaluator, problem.default, COMMON.first)
    trial = min(TRIAL[1], max(TRIAL[0], needed / budget if budget else 0.0))
    search = max(SEARCH[1], SEARCH[0] - (trial - TRIAL[0]))
    left = 1.0 - search - trial
    ends = [search + trial + left * part / sum(AFTER) for part in accumulate(AFTER)]
    return Shares(0.6 * search, search, search + trial, *ends)


def cost_to_show(
    problem: Problem, evaluator: Evaluator, settings: Mapping[str, str], error: float
) -> float:
    """Of each limit on a count, if nothing of it is seen at these settings; 0 where no goal is one.
    @param error of the look that is to show it"""
    runs = max((_runs_to_show(problem, goal, error) for goal in problem.goals), default=0)
    return evaluator.cost_s(Ask(dict(settings), runs, fresh=True)) if runs else 0.0


def _runs_to_show(problem: Problem, goal: Goal, error: float) -> int:
    if goal.op != "<=" or not is_count(goal.measure):
        return 0
    exposure = _exposure_a_run(problem, goal.measure)
    return runs_to_show_count(0.0, exposure, goal.limit, error, MOST_RUNS)


def _exposure_a_run(problem: Problem, measure: str) -> float:
    of = [float(each["members"]) * float(each["duration_s"]) for each in problem.scenarios]
    if measure.endswith("per_member_year"):
        return min(of, default=0.0) / YEAR_S or 1.0
    return min(of, default=0.0) / HOUR_S or 1.0 if measure.endswith("per_member_hour") else 1.0
