# SPDX-License-Identifier: GPL-2.0-only
"""What is said beyond the recommendation: its price, how it fares elsewhere, what it leaves open, and what
the product cannot set. Of an answer that people act on, these are the half that they ask for next.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from campaign.tune.confirm import Confirmation, Final
from campaign.tune.evaluate import Ask, BudgetOver, Measured, is_count
from campaign.tune.explore import Explorer
from campaign.tune.ledger import Ledger, Setting
from campaign.tune.outcome import Choice, Gain, Price, Unshown
from campaign.tune.problem import Goal, Problem
from campaign.tune.search.acquire import Beliefs, candidates
from campaign.tune.search.bounds import far_end, refutes, shows
from campaign.tune.search.front import Front, front
from campaign.tune.search.paired import difference
from campaign.tune.search.readings import backward, forward, reading
from campaign.tune.search.showing import runs_needed
from campaign.tune.space import Point

ELSEWHERE_RUNS = (4, 100)
"""At least and at most, of each of the other circumstances."""
PRICE_SEED = 20_000
NEEDED_MOST = 100_000_000


def robust(ledger: Ledger, choices: Sequence[Choice]) -> None:
    """How the recommendation fares in other circumstances, and the default beside it; the others as far
    as the budget goes. Raises BudgetOver."""
    for choice in choices:
        for variation in ledger.problem.robust:
            runs = _affordable(ledger, choice.setting, variation.set, ledger.shares.robust, choices)
            if runs:
                measured = ledger.elsewhere(choice.setting, variation.set, runs, "robust")
                choice.robust.append((variation, measured))
            else:
                ledger.skip(variation.what)


def _affordable(
    ledger: Ledger,
    setting: Setting,
    others: Mapping[str, str],
    share: float,
    choices: Sequence[Choice],
) -> int:
    """Runs of one circumstance: each has an equal part of what is left for all that is still to come."""
    least, most = ELSEWHERE_RUNS
    settings = {**setting.settings, **others}
    done = sum(len(choice.robust) for choice in choices)
    to_come = max(1, len(choices) * len(ledger.problem.robust) - done)
    # What costs ten times as much as the others takes more than its part of what is left.
    ask = Ask(settings, 1, fresh=True)
    runs = min(most, ledger.runs_for(ask, ledger.left(share) / to_come * 2))
    return runs if runs >= least else 0


def beyond(ledger: Ledger, best: Setting) -> list[Gain]:
    """What each parameter that the product cannot set would change of the recommended setting, one at a
    time, on the same seeds. Raises BudgetOver."""
    found: list[Gain] = []
    problem = ledger.problem
    for place, each in enumerate(problem.beyond):
        settings = {**best.settings, each.key: each.other}
        left = ledger.left(ledger.shares.beyond) / (len(problem.beyond) - place)
        had = best.fresh.runs if best.fresh is not None else ELSEWHERE_RUNS[1]
        runs = min(ELSEWHERE_RUNS[1], had, ledger.runs_for(Ask(settings, 1, fresh=True), left))
        if runs < ELSEWHERE_RUNS[0]:
            ledger.skip("all that the product cannot set")
            continue
        base = ledger.elsewhere(best, {}, runs, "beyond")
        other = ledger.elsewhere(best, {each.key: each.other}, runs, "beyond")
        broken = [
            goal.measure for goal in problem.goals if refutes(other.values.get(goal.measure), goal)
        ]
        for measure in problem.measures:
            change = difference(other, base, measure)
            if change.value is not None:
                says = _gain_words(each.name, each.other, measure, change.low, change.high, broken)
                found.append(
                    Gain(each.name, each.key, each.value, each.other, measure, change, says)
                )
    return found


def _gain_words(
    name: str, other: str, measure: str, low: float | None, high: float | None, broken: list[str]
) -> str:
    if low is None or high is None:
        says = f"{name} = {other}: how {measure} changes is within what so few runs leave open"
    elif high < 0:
        says = f"{name} = {other} would lower {measure} by {-high:.3g} to {-low:.3g}"
    elif low > 0:
        says = f"{name} = {other} would raise {measure} by {low:.3g} to {high:.3g}"
    else:
        says = f"{name} = {other} changes {measure} by nothing that these runs show"
    return says + (f"; it breaks {' and '.join(broken)}" if broken else "")


def against_default(problem: Problem, choice: Choice, default: Setting) -> None:
    """Paired differences, where both ran on the same seeds."""
    one, other = choice.setting.fresh, default.fresh
    if one is None or other is None:
        return
    choice.against_default = {
        measure: difference(one, other, measure) for measure in problem.measures
    }


def choice_of(problem: Problem, setting: Setting, error: float, rank: int) -> Choice:
    """With what its bounds show on fresh seeds."""
    fresh = setting.fresh
    kept = {goal.measure: True for goal in problem.goals}
    for goal in problem.goals:
        if fresh is None or not shows(fresh.values.get(goal.measure), goal, error):
            kept[goal.measure] = False
    return Choice(setting, kept, rank=rank)


def the_front(problem: Problem, settings: Sequence[Setting]) -> Front:
    """In all that is minimised and all goals."""
    sides: dict[str, int] = {measure: 1 for measure in problem.minimise}
    for goal in problem.goals:
        sides.setdefault(goal.measure, 1 if goal.op == "<=" else -1)
    return front(
        {setting.id: setting.best.values for setting in settings if setting.best is not None},
        list(sides.items()),
    )


def prices(explorer: Explorer) -> list[Price]:
    """Each limit relaxed by a tenth, by the surrogate, among settings that could be shown: nothing is run
    for it."""
    beliefs, problem = explorer.beliefs, explorer.problem
    if not beliefs.ready:
        return []
    known = list(explorer.ledger.known)
    near = candidates(problem.space, explorer.best(known), (problem.seed, PRICE_SEED))
    points = list(filter(explorer.ledger.showable, dict.fromkeys([*known, *near])))
    if not points:
        return []
    objective = beliefs.objective(points).mean
    tight = [within(beliefs, points, goal, goal.limit) for goal in problem.goals]
    whole = np.all(tight, axis=0) if tight else np.ones(len(points), dtype=bool)
    if not whole.any():
        return []
    now = _best(points, objective, whole)
    found = []
    for place, goal in enumerate(problem.goals):
        easier = list(tight)
        easier[place] = within(beliefs, points, goal, goal.relaxed())
        then = _best(points, objective, np.all(easier, axis=0))
        for measure in problem.minimise:
            value, relaxed = (
                backward(measure, float(beliefs.of(measure).guess([point]).mean[0]))
                for point in (now, then)
            )
            found.append(Price(goal.measure, goal.limit, goal.relaxed(), measure, value, relaxed))
    return found


def within(beliefs: Beliefs, points: Sequence[Point], goal: Goal, limit: float) -> np.ndarray:
    """Which are expected to keep it."""
    mean = beliefs.of(goal.measure).guess(points).mean
    far = mean - forward(goal.measure, limit)
    return far <= 0 if goal.op == "<=" else far >= 0


def _best(points: Sequence[Point], objective: np.ndarray, allowed: np.ndarray) -> Point:
    return points[int(np.argmin(np.where(allowed, objective, math.inf)))]


def unshown(confirmation: Confirmation, choice: Choice, final: Final) -> list[Unshown]:
    """Each goal that the first recommendation's runs leave open, and what it would take to show it."""
    problem, explorer = confirmation.problem, confirmation.explorer
    fresh = choice.setting.fresh
    found: list[Unshown] = []
    if fresh is None:
        return found
    for goal in problem.goals:
        estimate = fresh.values.get(goal.measure)
        if choice.kept[goal.measure] or refutes(estimate, goal):
            continue
        bound = far_end(estimate, goal.measure, goal.op, final.error)
        needed = _needed_runs(explorer, fresh, goal, final)
        member_s = None if needed is None else needed * fresh.exposed_member_s / fresh.runs
        found.append(
            Unshown(goal.measure, bound, member_s, _unshown_words(goal, fresh, bound, needed))
        )
    return found


def _needed_runs(explorer: Explorer, fresh: Measured, goal: Goal, final: Final) -> int | None:
    """If what was seen is what it truly is; None where no number of runs would do."""
    found = reading(fresh, goal.measure)
    if found is None or math.isinf(found.value):
        return None
    scaled = found.value
    if is_count(goal.measure) and found.seen == 0:
        scaled = math.log(1e-9)
    noise = explorer.noises[goal.measure]
    needed = runs_needed(goal, scaled, noise, final.error, NEEDED_MOST)
    return None if needed > NEEDED_MOST else max(needed, fresh.runs + 1)


def _unshown_words(goal: Goal, fresh: Measured, bound: float | None, needed: int | None) -> str:
    estimate = fresh.values.get(goal.measure)
    asked = f"{goal.measure} {goal.op} {goal.limit:g}"
    if estimate is None or estimate.value is None:
        had = f"{fresh.runs} runs have no value of it"
    elif bound is None:
        had = f"{fresh.runs} runs have no interval of it: {estimate.why or 'too few values'}"
    else:
        had = f"{fresh.runs} runs say {estimate.value:.3g}, and bound it by {bound:.3g} only"
    if needed is None:
        return f"{asked} is not shown: {had}; no number of runs would show it if that is its value"
    return f"{asked} is not shown: {had}; it would take about {needed:,} runs if that is its value"


__all__ = [
    "BudgetOver",
    "against_default",
    "beyond",
    "choice_of",
    "prices",
    "robust",
    "the_front",
    "unshown",
    "within",
]
