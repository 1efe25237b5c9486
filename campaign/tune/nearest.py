# SPDX-License-Identifier: GPL-2.0-only
"""Where nothing is shown to keep the goals: what was measured comes how near, and what it would take.

Of a count its bound is what counts, since none seen in a short time is no news; of all else the value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from campaign.tune.evaluate import Measured, is_count
from campaign.tune.ledger import Setting
from campaign.tune.outcome import Unshown
from campaign.tune.problem import Goal, Problem
from campaign.tune.search.bounds import far_end
from campaign.tune.search.readings import backward, reading
from campaign.tune.search.showing import Noise, runs_needed

NEEDED_MOST = 100_000_000


def excess(problem: Problem, measured: Measured) -> tuple[float, ...]:
    """By how much of its limit each goal is missed, the worst first; infinite where nothing is known."""
    found = []
    for goal in problem.goals:
        end = _end(measured, goal)
        if end is None or math.isnan(end):
            found.append(math.inf)
            continue
        beyond = (end - goal.limit) * (1 if goal.op == "<=" else -1)
        found.append(max(0.0, beyond / (abs(goal.limit) or 1.0)))
    return tuple(sorted(found, reverse=True))


def _end(measured: Measured, goal: Goal) -> float | None:
    if is_count(goal.measure):
        return far_end(measured.values.get(goal.measure), goal.measure, goal.op)
    found = reading(measured, goal.measure)
    return None if found is None else backward(goal.measure, found.value)


def nearest(problem: Problem, settings: Sequence[Setting]) -> Setting | None:
    """Of all that were measured; of those that are equally near the one with most runs."""
    measured = [(each, each.best) for each in settings if each.best is not None]
    return min(
        measured,
        key=lambda each: (excess(problem, each[1]), -each[1].runs),
        default=(None, None),
    )[0]


def open_goal(
    noises: Mapping[str, Noise], goal: Goal, setting: Setting, error: float
) -> Unshown | None:
    """Why a goal is not shown there, and what it would take: to show it, or, where what was seen breaks it,
    to show that."""
    measured = setting.best
    if measured is None or goal.measure not in noises:
        return None
    estimate = measured.values.get(goal.measure)
    found = reading(measured, goal.measure)
    bound = far_end(estimate, goal.measure, goal.op, error)
    needed = None
    if found is not None and not math.isinf(found.value):
        scaled = math.log(1e-9) if found.seen == 0 else found.value
        is_kept = goal.kept_by(backward(goal.measure, scaled))
        other = Goal(goal.measure, ">=" if goal.op == "<=" else "<=", goal.limit)
        needed = runs_needed(
            goal if is_kept else other, scaled, noises[goal.measure], error, NEEDED_MOST
        )
    name = f"{goal.words or goal.measure} {goal.text or f'{goal.op} {goal.limit:g}'}"
    if estimate is None or estimate.value is None:
        had = f"{measured.runs} runs are too few for a number of it"
    else:
        had = f"{measured.runs} runs say {estimate.value:.3g}"
        had += "" if bound is None else f", and bound it by {bound:.3g} only"
    text = f"{name} is not shown: {had}"
    if setting.fresh is None:
        text += ", and none of them is on fresh seeds"
    if needed is None or needed > NEEDED_MOST:
        return Unshown(goal.measure, bound, None, f"{text}; no number of runs would show it")
    text += f"; it takes about {needed:,} runs on fresh seeds if that is its value"
    member_s = needed * measured.exposed_member_s / measured.runs
    return Unshown(goal.measure, bound, member_s, text)
