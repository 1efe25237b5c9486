# SPDX-License-Identifier: GPL-2.0-only
"""Which settings go on trial, in which order: settled by what the search taught, before any fresh run.

The best that is likely within its goals, by margins that a trial of its size shows, comes first; then
others that are no neighbours of it; then some that lie deeper within the goals. Of what is as good the
one that is safer is taken, and then whatever makes no difference is put back to the product's default:
a change that brings nothing is one that an operator would have to answer for.
"""

from __future__ import annotations

import math

import numpy as np

from campaign.tune.evaluate import is_count
from campaign.tune.explore import Explorer
from campaign.tune.ledger import Setting
from campaign.tune.search.acquire import candidates, least_chance
from campaign.tune.search.readings import reading
from campaign.tune.search.showing import least_runs, runs_needed
from campaign.tune.space import Point

DEEPER = (1.0, 1.0, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
"""By how many of its margins each setting is within its goals."""
NEARLY = 0.8
"""Of the chance of the likeliest, where no setting is likely: a trial is dearer than a look of the search."""
APART = 2
"""Levels, on some axis: closer ones are no second choice."""
BOLD = 2
"""So many of the settings are tried where nothing speaks against them but that a count of which nothing was
ever seen could be anything."""
ALIKE = 0.02
"""Of a logarithm: what differs by less of what is minimised is as good."""
LEAST_RUNS = 3
"""Of a setting on trial, where nothing is known of its noise."""
MOST_SHOWN = 20_000


class Shortlist:
    """Of one tune."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self.ledger = explorer.ledger
        self.problem = explorer.problem
        self.beliefs = explorer.beliefs
        noises = explorer.noises
        self.enough = max(
            (least_runs(measure, noises[measure]) for measure in self.problem.measures if noises),
            default=LEAST_RUNS,
        )
        """Runs that give every measure an interval."""

    def settings(self) -> list[Setting]:
        """In the order of trial. Where nothing may vary, what there is has to answer for itself."""
        if (only := self.explorer.only) is not None:
            return [only]
        return [self.ledger.at(point, "confirm") for point in self.points()]

    def points(self) -> list[Point]:
        """In the order of trial; none where some measure has no value anywhere, or nothing may vary."""
        if not self.beliefs.ready:
            return []
        known = list(self.ledger.known)
        best = self.explorer.best(known)
        near = candidates(self.problem.space, best, (self.problem.seed, 10_000))
        points = list(dict.fromkeys([*known, *near]))
        objective = self.beliefs.objective(points).mean
        found: list[Point] = []
        for place, deeper in enumerate(DEEPER):
            tight = {name: deeper * margin for name, margin in self.explorer.margins.items()}
            safety = self.beliefs.kept(points, tight)
            order = np.lexsort((-safety, np.floor(objective / ALIKE)))
            if place < BOLD:
                tight |= dict.fromkeys(self._unseen(), -math.inf)
            chances = self.beliefs.kept(points, tight)
            likely = self._first(points, order, chances, found)
            if likely is None and not found:
                likely = self._likeliest(points, tight)
            if likely is not None:
                plain = self._plain(likely, tight, least_chance(chances, NEARLY))
                found.append(plain if self._apart(plain, found) else likely)
        return found

    def _unseen(self) -> list[str]:
        """Goals on counts of which no run of the search saw any: they say nothing of one setting against
        another, and no setting could be within a margin of them."""
        known = self.ledger.known.values()
        return [
            goal.measure
            for goal in self.problem.goals
            if goal.op == "<="
            and is_count(goal.measure)
            and all(not getattr(one.values.get(goal.measure), "value", None) for one in known)
        ]

    def _first(
        self, points: list[Point], order: np.ndarray, chances: np.ndarray, found: list[Point]
    ) -> Point | None:
        """The best that likely keeps the goals with their margins, and is another choice than those."""
        least = least_chance(chances, NEARLY)
        for place in order:
            point = points[place]
            if chances[place] < least or not self._apart(point, found):
                continue
            if not self.ledger.why_excluded(point) and self.ledger.showable(point):
                return point
        return None

    def _likeliest(self, points: list[Point], tight: dict[str, float]) -> Point | None:
        """Where no setting is within all margins, the one that may keep the goals after all."""
        chances = self.explorer.beliefs.kept(points)
        deep = self.explorer.beliefs.kept(points, tight)
        for place in np.argsort(-np.maximum(deep, chances - 5.0), kind="stable"):
            if chances[place] < math.log(0.05):
                continue
            if not self.ledger.why_excluded(points[place]):
                return points[place]
        return None

    def _apart(self, point: Point, found: list[Point]) -> bool:
        for other in found:
            far = [
                axis.scale == "choice" and one != another or abs(one - another) >= APART
                for axis, one, another in zip(self.problem.space.axes, point, other)
            ]
            small = [
                one != another and len(axis.levels) <= 10
                for axis, one, another in zip(self.problem.space.axes, point, other)
            ]
            if not any(far) and not any(small):
                return False
        return True

    def _plain(self, point: Point, tight: dict[str, float], least: float) -> Point:
        """As much of it as the product has by default, where what is minimised is as good, for all that is
        known, and the goals are as likely kept, or likely enough."""
        best = self.beliefs.objective([point])
        for axis, level in enumerate(self.problem.space.default):
            other = (*point[:axis], level, *point[axis + 1 :])
            if other == point or not self.problem.space.allowed(other):
                continue
            if self.ledger.why_excluded(other) or not self.ledger.showable(other):
                continue
            before, after = self.beliefs.kept([point, other], tight)
            guess = self.beliefs.objective([other])
            unsure = math.hypot(float(best.deviation[0]), float(guess.deviation[0]))
            as_good = guess.mean[0] <= best.mean[0] + ALIKE + unsure
            if as_good and after >= min(before, least):
                point = other
        return point

    def first_runs(self, setting: Setting, error: float) -> int:
        """As many as are likely to show every goal at the first look."""
        needed = 1
        for goal in self.problem.goals:
            expected, deviation = self._expected(setting, goal.measure)
            sign = 1.0 if goal.op == "<=" else -1.0
            scaled = expected + sign * 0.5 * deviation
            if goal.measure not in self.explorer.noises:
                continue
            noise = self.explorer.noises[goal.measure]
            most = MOST_SHOWN
            runs = runs_needed(goal, scaled, noise, error, most)
            if runs > most:
                runs = self.explorer.confirm_runs
            needed = max(needed, runs)
        return max(needed, self.enough)

    def _expected(self, setting: Setting, measure: str) -> tuple[float, float]:
        """On the measure's scale, and its deviation: by the surrogate, or, of what stands alone, by its own
        runs."""
        if self.beliefs.ready and setting.point is not None:
            guess = self.beliefs.of(measure).guess([setting.point])
            return float(guess.mean[0]), float(guess.deviation[0])
        found = None if setting.search is None else reading(setting.search, measure)
        if found is None:
            return math.inf, 0.0
        if found.seen == 0:
            return math.log(1e-9), 0.0
        return found.value, math.sqrt(found.variance)
