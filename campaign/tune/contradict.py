# SPDX-License-Identifier: GPL-2.0-only
"""Goals that cannot be kept together: which two, and by how much.

"Impossible" helps nobody. For each goal by itself, and for each pair, the surrogate is asked for the
setting whose worse violation is least; where even that violates, the goals are out of reach. The worst
pair is then run: the best of one goal where the other is kept, on fresh seeds.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from analysis.study.estimates import Estimate
from campaign.tune.evaluate import BudgetOver
from campaign.tune.explore import Explorer
from campaign.tune.ledger import Setting
from campaign.tune.nearest import nearest, open_goal
from campaign.tune.outcome import Contradiction, Unshown
from campaign.tune.problem import Goal
from campaign.tune.search.acquire import candidates
from campaign.tune.search.bounds import refutes, shows
from campaign.tune.search.readings import forward
from campaign.tune.search.showing import least_runs
from campaign.tune.space import Point

REFINE_ROUNDS = 4
"""In which what the surrogate takes for the best is run, and learned from."""
REFINE_RUNS = 16
SLACK = 0.01
"""Of a logarithm: who misses a goal by less misses it by the surrogate's own error."""
SURE_OF_OTHER = 1.0
"""Deviations by which the other goal is kept where the best of one is looked for."""
MOST_TOLD = 3
SEED = 30_000
FEW_RUNS, MANY_RUNS = 20, 400


class Contradictions:
    """Of a problem that has no answer."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self.ledger = explorer.ledger
        self.problem = explorer.problem
        self.found: list[Contradiction] = []
        self.unshown: list[Unshown] = []
        """What no interval refutes: the goals are not shown, and not out of reach."""
        self._points: list[Point] = []

    def run(self) -> list[Contradiction]:
        """May end early with what it has, where the budget does."""
        self._look()
        # A goal is out of reach only where an interval says so. The other side of a pair may be open.
        refuted = [each for each in self.found if self._is_refuted(each)]
        groups = {frozenset(each.goals) for each in refuted}
        open_ = [each for each in self.found if each not in refuted]
        beside = [each for each in open_ if frozenset(each.goals) in groups]
        self.found = [*refuted, *beside]
        if not self.found:
            self.unshown = self._not_shown(open_)
        return self.found

    def _is_refuted(self, each: Contradiction) -> bool:
        goals = [goal for goal in self.problem.goals if goal.measure == each.goals[0]]
        return any(refutes(each.best, goal) for goal in goals)

    def _not_shown(self, open_: Sequence[Contradiction]) -> list[Unshown]:
        """Of the goals that seemed out of reach, where they are nearest; else of those that the nearest
        of all that was measured leaves open."""
        asked: list[tuple[Goal, Setting]] = []
        by_texts = {tuple(sorted(each.texts.items())): each for each in self.ledger.settings}
        for each in open_:
            setting = by_texts.get(tuple(sorted(each.at.items())))
            for goal in self.problem.goals:
                if setting is not None and setting.best and goal.measure == each.goals[0]:
                    asked.append((goal, setting))
        near = nearest(self.problem, self.ledger.settings)
        if not asked and near is not None:
            asked = [(goal, near) for goal in self.problem.goals]
        found = [
            open_goal(self.explorer.noises, goal, setting, self.ledger.division.first)
            for goal, setting in dict(asked).items()
        ]
        return [each for each in found if each is not None]

    def _look(self) -> list[Contradiction]:
        if self.explorer.only is not None:
            return self._of_the_only_one(self.explorer.only)
        if not self.explorer.beliefs.ready:
            return []
        goals = self.problem.goals
        self._look_around()
        alone = [(goal,) for goal in goals]
        pairs = list(itertools.combinations(goals, 2))
        try:
            self._refine([*alone, *pairs])
        except BudgetOver:
            pass
        lonely = {goal for (goal,) in alone if self._violation((goal,))[0] > SLACK}
        worst: list[tuple[float, tuple[Goal, ...]]] = [
            (self._violation((goal,))[0], (goal,)) for goal in goals if goal in lonely
        ]
        for pair in pairs:
            if not lonely & set(pair):
                violation = self._violation(pair)[0]
                if violation > SLACK:
                    worst.append((violation, pair))
        worst.sort(key=lambda each: -each[0])
        for _, group in worst[:MOST_TOLD]:
            for ordered in itertools.permutations(group):
                self._tell(ordered)
        return self.found

    def _of_the_only_one(self, setting: Setting) -> list[Contradiction]:
        """Where nothing may vary, each goal that its runs refute."""
        for goal in self.problem.goals:
            estimate = None if setting.best is None else setting.best.values.get(goal.measure)
            if refutes(estimate, goal):
                says = _words(goal, estimate, ())
                self.found.append(Contradiction((goal.measure,), estimate, says, setting.texts))
        return self.found

    def _look_around(self) -> None:
        """What is looked at: all that is known, and what lies near the best of it."""
        known = list(self.ledger.known)
        seed = (self.problem.seed, SEED, len(known))
        near = candidates(self.problem.space, self.explorer.best(known), seed)
        self._points = list(dict.fromkeys([*known, *near]))

    def _far(self, goal: Goal, points: Sequence[Point], sure: float = 0.0) -> np.ndarray:
        """By how much each is expected to be beyond the limit, on the measure's scale."""
        guess = self.explorer.beliefs.of(goal.measure).guess(points)
        sign = 1.0 if goal.op == "<=" else -1.0
        return sign * (guess.mean - forward(goal.measure, goal.limit)) + sure * guess.deviation

    def _violation(self, group: Sequence[Goal]) -> tuple[float, Point]:
        """The least of the worst violations of these goals, and where; below 0 they go together."""
        points = self._points
        worst = np.max([self._far(goal, points) for goal in group], axis=0)
        place = int(np.argmin(worst))
        return float(worst[place]), points[place]

    def _best_under(self, group: Sequence[Goal]) -> Point:
        """Where the first goal's measure is best while the others are kept for sure enough."""
        points = self._points
        first = self._far(group[0], points)
        for other in group[1:]:
            beyond = self._far(other, points, SURE_OF_OTHER)
            # Where nothing keeps the other, what breaks it least.
            first = np.where(beyond <= max(0.0, float(beyond.min())), first, np.inf)
        return points[int(np.argmin(first))]

    def _refine(self, groups: Sequence[Sequence[Goal]]) -> None:
        """Run what decides, until the surrogate has nothing new to ask. Raises BudgetOver."""
        for _ in range(REFINE_ROUNDS):
            self._look_around()
            wanted: dict[Point, None] = {}
            for group in groups:
                violation, at = self._violation(group)
                if violation > -5 * SLACK:
                    wanted[at] = None
                    wanted |= dict.fromkeys(map(self._best_under, itertools.permutations(group)))
            asked = []
            for point in wanted:
                setting = self.ledger.at(point)
                if setting.search is None or setting.search.runs < REFINE_RUNS:
                    asked.append((setting, REFINE_RUNS))
            if not asked:
                return
            if self.ledger.spent > self.ledger.shares.trial * self.ledger.budget:
                return
            self.ledger.search(asked)
            self.explorer.learn()

    def _tell(self, group: Sequence[Goal]) -> None:
        """The best of the first under the others, run on fresh seeds."""
        setting = self.ledger.at(self._best_under(group))
        runs = max(
            FEW_RUNS,
            min(
                MANY_RUNS,
                self.explorer.confirm_runs,
                max(least_runs(goal.measure, self.explorer.noises[goal.measure]) for goal in group),
            ),
        )
        try:
            self.ledger.confirm([(setting, runs)])
        except BudgetOver:
            pass
        measured = setting.best
        estimate = None if measured is None else measured.values.get(group[0].measure)
        others = [
            (goal, None if measured is None else measured.values.get(goal.measure))
            for goal in group[1:]
        ]
        self.found.append(
            Contradiction(
                tuple(goal.measure for goal in group),
                estimate,
                _words(group[0], estimate, others),
                setting.texts,
            )
        )


def _words(
    goal: Goal, estimate: Estimate | None, others: Sequence[tuple[Goal, Estimate | None]]
) -> str:
    asked = f"{goal.measure} {goal.op} {goal.limit:g}"
    if estimate is None or estimate.value is None:
        return f"{asked} is out of reach, and was not measured where it is nearest"
    interval = ""
    if estimate.interval is not None:
        interval = f" ({estimate.interval[0]:.4g} to {estimate.interval[1]:.4g})"
    best = f"{estimate.value:.4g}{interval}"
    times = ""
    if goal.limit and estimate.value > 0:
        factor = estimate.value / goal.limit if goal.op == "<=" else goal.limit / estimate.value
        times = f", {factor:.3g} times off its limit"
    doubt = "" if refutes(estimate, goal) else "; its interval does not rule the limit out"
    if not others:
        return f"nothing that may vary reaches {asked}: it is {best} at best{times}{doubt}"
    under = " and ".join(
        f"{other.measure} {other.op} {other.limit:g} is {'kept' if _kept(other, had) else 'nearly kept'}"
        for other, had in others
    )
    return f"{asked} is out of reach where {under}: it is {best} at best{times}{doubt}"


def _kept(goal: Goal, estimate: Estimate | None) -> bool:
    if shows(estimate, goal):
        return True
    return estimate is not None and estimate.value is not None and goal.kept_by(estimate.value)
