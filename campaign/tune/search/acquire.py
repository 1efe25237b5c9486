# SPDX-License-Identifier: GPL-2.0-only
"""Which settings are worth their runs next: constrained expected improvement, in batches.

A setting is worth what it is expected to improve the best known by (Jones, Schonlau and Welch 1998), times
the chance that it keeps every goal (Gardner et al. 2014). Where nothing known keeps them, it is worth
that chance alone. Limits are tightened to what the budget can show: a setting that is a hair within its
goals needs more runs to prove than there are, and would be found for nothing. Of a batch each is chosen
as if those before it had been measured and were as expected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from campaign.tune.evaluate import Measured
from campaign.tune.problem import Goal, Problem
from campaign.tune.search.readings import Reading, reading
from campaign.tune.search.surrogate import Guess, Surrogate, chance_kept
from campaign.tune.space import Point, Space

ALL_UP_TO = 4000
"""A grid of so many points is looked at as a whole."""
ANYWHERE, NEARBY = 1200, 150
"""Of a larger one so many points, and so many around each of the best."""
BEST_KEPT = 4
LIKELY, POSSIBLE = 0.5, 0.02
"""Chances to keep every goal: of what is taken for good, and of what is not yet hopeless."""

Excluded = Callable[[Point], bool]


class Beliefs:
    """The surrogates of all measures of a problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._of = {measure: Surrogate(problem.space, measure) for measure in problem.measures}

    def learn(self, known: Mapping[Point, Measured], firsts: Mapping[Point, Measured]) -> None:
        """@param firsts what the first few runs said where there are more by now: what few runs say too
        much or too little of a measure is taken off elsewhere"""
        for measure, surrogate in self._of.items():
            readings = readings_of(known, measure)
            bias = _bias(readings, readings_of(firsts, measure))
            prior = {
                point: told[measure]
                for point, told in self.problem.prior.items()
                if measure in told and point not in readings
            }
            surrogate.learn({**prior, **readings}, bias, len(prior))

    def of(self, measure: str) -> Surrogate:
        return self._of[measure]

    @property
    def ready(self) -> bool:
        """Whether something is known of every measure."""
        return all(surrogate.ready for surrogate in self._of.values())

    def objective(self, points: Sequence[Point], weights: Sequence[float] | None = None) -> Guess:
        """Mean of the logarithms of what is minimised: one per cent of one counts as one of another.
        @param weights others than equal, which add up to 1"""
        measures = self.problem.minimise
        weights = [1 / len(measures)] * len(measures) if weights is None else weights
        mean, variance = np.zeros(len(points)), np.zeros(len(points))
        for weight, measure in zip(weights, measures, strict=True):
            guess = self._of[measure].guess(points)
            mean += weight * guess.mean
            variance += (weight * guess.deviation) ** 2
        return Guess(mean, np.sqrt(variance))

    def kept(
        self,
        points: Sequence[Point],
        margins: Mapping[str, float] | None = None,
        goals: Sequence[Goal] | None = None,
    ) -> np.ndarray:
        """The logarithm of the chance that all goals are kept, each by its margin."""
        total = np.zeros(len(points))
        for goal in self.problem.goals if goals is None else goals:
            tighter = 0.0 if margins is None else margins.get(goal.measure, 0.0)
            chance = chance_kept(self._of[goal.measure].guess(points), goal, tighter)
            total += np.log(np.maximum(chance, 1e-300))
        return total

    def believing(self, points: Sequence[Point]) -> Beliefs:
        other = Beliefs(self.problem)
        other._of = {
            measure: surrogate.believing(points) for measure, surrogate in self._of.items()
        }
        return other


def readings_of(known: Mapping[Point, Measured], measure: str) -> dict[Point, Reading]:
    """Where there is anything to measure."""
    found = {point: reading(measured, measure) for point, measured in known.items()}
    return {point: each for point, each in found.items() if each is not None}


def _bias(now: Mapping[Point, Reading], first: Mapping[Point, Reading]) -> float:
    """By how much more a measure is with enough runs than few runs say, in the mean of all settings that
    have both; with few such settings less of it is believed."""
    both = [
        now[point].value - first[point].value
        for point in first
        if point in now and first[point].rough and not now[point].rough
    ]
    both = [each for each in both if np.isfinite(each)]
    return float(sum(both) / (len(both) + 1)) if both else 0.0


def candidates(space: Space, best: Sequence[Point], seed: Sequence[int]) -> list[Point]:
    """Allowed points of the grid: all, or some from everywhere and many around the best known."""
    if space.grid <= ALL_UP_TO:
        return [point for point in _everywhere(space) if space.allowed(point)]
    random = np.random.default_rng(list(seed))
    sizes = [len(axis.levels) for axis in space.axes]
    found = dict.fromkeys(
        tuple(int(level) for level in row)
        for row in random.integers(0, sizes, size=(ANYWHERE, len(sizes)))
    )
    for point in best[:BEST_KEPT]:
        found |= dict.fromkeys(_around(space, point, random))
        found |= dict.fromkeys(space.neighbours(point))
    return [point for point in found if space.allowed(point)]


def _everywhere(space: Space) -> Iterator[Point]:
    sizes = [len(axis.levels) for axis in space.axes]
    for place in np.ndindex(*sizes):
        yield tuple(int(level) for level in place)


def _around(space: Space, point: Point, random: np.random.Generator) -> Iterator[Point]:
    """Some axes moved by some levels: few by far, many by little."""
    for _ in range(NEARBY):
        near = list(point)
        moved = random.random(len(near)) < 0.5
        reach = random.choice([0.04, 0.12, 0.3])
        for place, axis in enumerate(space.axes):
            last = len(axis.levels) - 1
            if not moved[place]:
                continue
            if axis.scale == "choice":
                near[place] = int(random.integers(0, last + 1))
                continue
            step = round(random.normal(0.0, max(1.0, reach * last)))
            near[place] = min(last, max(0, near[place] + step))
        yield tuple(near)


@dataclass(frozen=True)
class Proposal:
    """A setting to run, and what is expected of it."""

    point: Point
    improvement: float
    """Of the logarithm of what is minimised, times the chance to keep the goals; where nothing known
    keeps them, that chance."""
    by_weights: bool = False
    """Chosen for another bargain between what is minimised."""


def incumbent(
    beliefs: Beliefs,
    known: Sequence[Point],
    margins: Mapping[str, float],
    weights: Sequence[float] | None = None,
) -> tuple[Point, float] | None:
    """The best of what was measured, among what likely keeps the goals, and what it comes to."""
    kept = beliefs.kept(known, margins)
    likely = [point for point, chance in zip(known, kept) if chance >= least_chance(kept)]
    if not likely:
        return None
    means = beliefs.objective(likely, weights).mean
    return likely[int(np.argmin(means))], float(means.min())


def least_chance(kept: np.ndarray, of_top: float = LIKELY) -> float:
    """The logarithm of the chance from which on a setting is taken to keep the goals. Where the runs of a
    search cannot tell (one burial a member-year is not seen in an hour), those that are nearly as likely to as
    the likeliest: so what is minimised counts there too, and not the chance alone. @param of_top how
    nearly"""
    top = float(kept.max(initial=-np.inf))
    if top >= np.log(LIKELY):
        return float(np.log(LIKELY))
    return top + float(np.log(of_top)) if top >= np.log(POSSIBLE) else np.inf


def propose(
    beliefs: Beliefs,
    known: Sequence[Point],
    among: Sequence[Point],
    margins: Mapping[str, float],
    count: int,
    excluded: Excluded,
    weights: Sequence[Sequence[float] | None] = (),
) -> list[Proposal]:
    """So many settings, none of them known or excluded by theory. `excluded` is asked only for those that
    would be chosen. @param weights of each of the batch, if not equal"""
    left = [point for point in among if point not in set(known)]
    found: list[Proposal] = []
    while left and len(found) < count:
        now = beliefs.believing([each.point for each in found]) if found else beliefs
        seen = [*known, *(each.point for each in found)]
        weight = weights[len(found)] if len(found) < len(weights) else None
        worth = worths(now, seen, left, margins, weight)
        order = np.argsort(-worth, kind="stable")
        for place in order:
            point = left[place]
            if not excluded(point):
                found.append(Proposal(point, float(worth[place]), weight is not None))
                break
        else:
            break
        gone = {left[place] for place in order[: list(order).index(place) + 1]}
        left = [point for point in left if point not in gone]
    return found


def worths(
    beliefs: Beliefs,
    known: Sequence[Point],
    among: Sequence[Point],
    margins: Mapping[str, float],
    weights: Sequence[float] | None = None,
) -> np.ndarray:
    """Constrained expected improvement of each."""
    kept = beliefs.kept(among, margins)
    best = incumbent(beliefs, known, margins, weights)
    if best is None:
        # All may be hopeless; the least hopeless is where to look.
        return kept - kept.max() if kept.max() < np.log(1e-6) else np.exp(kept)
    guess = beliefs.objective(among, weights)
    deviation = np.maximum(guess.deviation, 1e-9)
    score = (best[1] - guess.mean) / deviation
    improvement = deviation * (score * special.ndtr(score) + stats.norm.pdf(score))
    return improvement * np.exp(kept)
