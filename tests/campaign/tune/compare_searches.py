# SPDX-License-Identifier: GPL-2.0-only
"""The search of `tune` beside random search and Optuna's TPE, on the planted problems. Not a test.

    PYTHONPATH=.:tests/campaign/tune python3 tests/campaign/tune/compare_searches.py [REPETITIONS [FIRST]]

All have the same evaluator, the same number of seeds of each new setting and the same runs in all: those
that tune's search took. Two numbers each, of so many repetitions: how often the setting that it would
choose by what it measured is truly within 5 % of the optimum and truly keeps every goal, and how often
any setting that it ran is. The second one is of a chooser who knows the truth, which nobody does. Optuna
(3.1, Debian's python3-optuna) has each axis's level as a whole number, constraints, multivariate TPE; it
is left out where it cannot be imported.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import numpy as np

from campaign.tune.confirm import Confirmation
from campaign.tune.evaluate import Ask, Measured
from campaign.tune.explore import FEW_RUNS, Explorer
from campaign.tune.ledger import Ledger
from campaign.tune.problem import Problem
from campaign.tune.search.readings import forward, reading
from campaign.tune.space import Point
from planted import BUDGET_S, PROBLEMS, Planted, keeps, optimum

NAMES = ("period", "suspicion", "fanout")
WITHIN = 1.05
MULTIPLES = (1, 2, 4)
"""Of tune's runs, that the others have."""


class Trials:
    """What a search without a model has measured, and would choose."""

    def __init__(self, problem: Problem, evaluator: Planted) -> None:
        self.problem, self.evaluator = problem, evaluator
        self.found: list[tuple[float, float, Point]] = []
        """Violation in all, objective, where."""

    def run(self, point: Point) -> tuple[float, list[float]]:
        settings = self.problem.space.settings(point)
        measured = self.evaluator.measure([Ask(settings, FEW_RUNS)])[0]
        objective = _scaled(measured, self.problem.minimise[0])
        beyond = [
            _scaled(measured, goal.measure) - forward(goal.measure, goal.limit)
            for goal in self.problem.goals
        ]
        self.found.append((sum(max(0.0, each) for each in beyond), objective, point))
        return objective, beyond

    def choice(self) -> Point:
        return min(self.found)[2]


def _scaled(measured: Measured, measure: str) -> float:
    found = reading(measured, measure)
    assert found is not None
    return found.value


def random_search(problem: Problem, evaluator: Planted, count: int, seed: int) -> Trials:
    trials = Trials(problem, evaluator)
    random = np.random.default_rng([seed, 99])
    sizes = [len(axis.levels) for axis in problem.space.axes]
    for _ in range(count):
        trials.run(tuple(int(level) for level in random.integers(0, sizes)))
    return trials


def tpe(problem: Problem, evaluator: Planted, count: int, seed: int) -> Trials:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    trials = Trials(problem, evaluator)

    def objective(trial: optuna.Trial) -> float:
        point = tuple(
            trial.suggest_int(axis.key, 0, len(axis.levels) - 1) for axis in problem.space.axes
        )
        value, beyond = trials.run(point)
        trial.set_user_attr("beyond", beyond)
        return value

    sampler = optuna.samplers.TPESampler(
        seed=seed,
        multivariate=True,
        n_startup_trials=4 + 4 * len(problem.space.axes),
        constraints_func=lambda trial: trial.user_attrs["beyond"],
    )
    optuna.create_study(sampler=sampler).optimize(objective, n_trials=count)
    return trials


def good(problem: Problem, evaluator: Planted, best: float, point: Point) -> bool:
    """Truly."""
    true = evaluator.truth(problem.space.settings(point))
    return keeps(problem, true) and true[problem.minimise[0]] <= WITHIN * best


def ours(problem: Problem, evaluator: Planted) -> tuple[Point, list[Point], int]:
    """What the search would have confirmed first, all that it ran, and with how many runs."""
    ledger = Ledger(problem, evaluator, lambda settings: None, BUDGET_S, lambda words: None)
    explorer = Explorer(ledger)
    explorer.screen()
    explorer.guide()
    chosen = Confirmation(explorer).queue[0].setting.point
    assert chosen is not None
    return chosen, list(ledger.known), ledger.runs["search"]


def compare(name: str, repetitions: int, first: int) -> None:
    """@param first repetition, whose random numbers are its own"""
    make, law = PROBLEMS[name]
    best = optimum(name)[1]
    searches: list[tuple[str, Callable[..., Trials]]] = [("random", random_search)]
    if _has_optuna():
        searches.append(("TPE", tpe))
    counts: dict[str, list[int]] = {}
    runs = []

    def note(label: str, problem: Problem, chosen: Point, ran: Sequence[Point]) -> None:
        evaluator = Planted(law, 0)
        row = counts.setdefault(label, [0, 0])
        row[0] += good(problem, evaluator, best, chosen)
        row[1] += any(good(problem, evaluator, best, point) for point in ran)

    for repetition in range(first, first + repetitions):
        problem = make(repetition)
        chosen, ran, made = ours(problem, Planted(law, repetition))
        runs.append(made)
        note("tune", problem, chosen, ran)
        for label, search in searches:
            for multiple in MULTIPLES:
                count = multiple * made // FEW_RUNS
                trials = search(problem, Planted(law, repetition), count, repetition)
                where = [point for _, _, point in trials.found]
                note(f"{label} x{multiple}", problem, trials.choice(), where)
    print(f"{name}: tune's search took {int(np.median(runs))} runs (median)")
    for label, (own, any_) in counts.items():
        print(f"  {label:10} chosen {own:2} of {repetitions}, run at all {any_:2}", flush=True)


def _has_optuna() -> bool:
    try:
        import optuna  # noqa: F401
    except ImportError:
        return False
    return True


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    for each in NAMES:
        compare(each, *(given + [20, 1][len(given) :]))
