# SPDX-License-Identifier: GPL-2.0-only
"""A whole tune: from a problem and something that does runs to an outcome (docs/tune/search.md).

The product's default first; theory excludes what cannot be, at no cost; a start that fills the space, with
few seeds; a search led by what the runs taught; the final settings on fresh seeds until their bounds keep
every goal; these with every packet; then what else there is to say. Nothing here reads a clock, a file or
a random number without a seed: the same answers of the evaluator lead to the same outcome.
"""

from __future__ import annotations

from collections.abc import Callable

from threadpoolctl import threadpool_limits

from campaign.tune import afterwards
from campaign.tune.confirm import Confirmation
from campaign.tune.contradict import Contradictions
from campaign.tune.evaluate import BudgetOver, Evaluator
from campaign.tune.explore import Explorer
from campaign.tune.ledger import Ledger
from campaign.tune.outcome import Outcome
from campaign.tune.problem import Problem
from campaign.tune.search.bounds import refutes
from campaign.tune.search.readings import reading
from campaign.tune.search.sensitivity import sensitivity

DEFAULT_ERROR = 0.025
"""Nobody chose the default for being lucky."""
THREADS = 1
"""Of linear algebra: the sums of several come in an order of their own, and the machine has runs to do."""


def tune(
    problem: Problem,
    evaluator: Evaluator,
    excluded: Callable[[dict[str, str]], str | None],
    budget_s: float,
    progress: Callable[[str], None] = lambda words: None,
    is_hard: bool = False,
) -> Outcome:
    """Raises Unmeasurable. @param is_hard whether the budget is a number of runs, and not one more is made;
    @param excluded why theory says that settings cannot keep the goals, or None; @param budget_s of the
    evaluator's estimated cost; @param progress is told what is known so far, in words"""
    with threadpool_limits(limits=THREADS):
        ledger = Ledger(problem, evaluator, excluded, budget_s, progress, is_hard)
        return _Tune(ledger).run()


class Unmeasurable(Exception):
    """A measure of which no run has a value."""

    def __init__(self, measure: str, why: str, settings: int) -> None:
        super().__init__(measure)
        self.measure = measure
        because = f": {why}" if why else ""
        self.says = (
            f"{measure} cannot be measured here{because}; no run of {settings} settings has a value of it."
            " The scenario must have what it is about (a time of a partition needs one), or another measure"
            " must be asked for"
        )


class _Tune:
    """The stages, each of which leaves what it has if the budget ends."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.problem = ledger.problem
        self.explorer = Explorer(ledger)
        self.outcome = Outcome(self.problem)
        self.confirmation: Confirmation | None = None

    def run(self) -> Outcome:
        self._try(self._search)
        self._check_measures()
        self.confirmation = Confirmation(self.explorer)
        self._try(self.confirmation.run)
        self._try(self.confirmation.default)
        self._try(self.confirmation.packet)
        while self.confirmation.all_broken and not self.outcome.over:
            self._try(self.confirmation.run)
            self._try(self.confirmation.packet)
        self._recommend()
        if not self.outcome.recommended:
            contradictions = Contradictions(self.explorer)
            self.outcome.contradictions = contradictions.run()
            self.outcome.unshown = contradictions.unshown
        self._try(self._elsewhere)
        return self._conclude()

    def _try(self, stage: Callable[[], None]) -> None:
        try:
            stage()
        except BudgetOver:
            self.outcome.over = True

    def _check_measures(self) -> None:
        """What had no value in any run cannot be a goal here, nor be minimised."""
        known = [each.search for each in self.ledger.settings if each.search is not None]
        for measure in self.problem.measures if known else ():
            if all(reading(each, measure) is None for each in known):
                estimate = known[0].values.get(measure)
                why = estimate.why if estimate is not None else ""
                raise Unmeasurable(measure, why.removeprefix("no interval: "), len(known))

    def _search(self) -> None:
        self.explorer.screen()
        self.explorer.guide()

    def _recommend(self) -> None:
        """Ranks, and the default beside them."""
        assert self.confirmation is not None
        problem, outcome = self.problem, self.outcome
        default = self.ledger.default()
        for final in self.confirmation.ranked():
            fresh = final.setting.fresh
            if fresh is None or any(
                refutes(fresh.values.get(goal.measure), goal) for goal in problem.goals
            ):
                continue
            choice = afterwards.choice_of(
                problem, final.setting, final.error, len(outcome.recommended) + 1
            )
            afterwards.against_default(problem, choice, default)
            outcome.recommended.append(choice)
        if outcome.recommended:
            first = outcome.recommended[0]
            final = next(each for each in self.confirmation.tried if each.setting is first.setting)
            outcome.unshown = afterwards.unshown(self.confirmation, first, final)
        outcome.default = afterwards.choice_of(problem, default, DEFAULT_ERROR, 0)

    def _elsewhere(self) -> None:
        outcome = self.outcome
        choices = [*outcome.recommended[:1]]
        if outcome.default is not None:
            choices.append(outcome.default)
        afterwards.robust(self.ledger, choices)
        if outcome.recommended:
            outcome.beyond = afterwards.beyond(self.ledger, outcome.recommended[0].setting)

    def _conclude(self) -> Outcome:
        outcome, ledger = self.outcome, self.ledger
        outcome.settings = tuple(ledger.settings)
        outcome.runs = dict(ledger.runs)
        outcome.spent_s = ledger.spent
        outcome.over = outcome.over or ledger.over
        outcome.skipped = list(ledger.skipped)
        outcome.front = afterwards.the_front(self.problem, ledger.settings)
        outcome.prices = afterwards.prices(self.explorer)
        for measure in self.problem.measures:
            surrogate = self.explorer.beliefs.of(measure)
            outcome.sensitivity += sensitivity(surrogate, self.problem.space, self.problem.seed)
        return outcome
