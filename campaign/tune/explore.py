# SPDX-License-Identifier: GPL-2.0-only
"""The search itself, at path fidelity on its own seeds: the default, a start that fills the space, then
what the surrogate proposes, and more seeds for what is promising.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from scipy.stats import qmc

from campaign.tune.evaluate import Ask
from campaign.tune.ledger import Ledger, Setting
from campaign.tune.search.acquire import Beliefs, candidates, incumbent, propose
from campaign.tune.search.readings import backward, reading
from campaign.tune.search.showing import Noise, margins, noise_of
from campaign.tune.space import Point

FEW_RUNS = 4
"""Of a setting that is looked at for the first time."""
MOST_RUNS = 64
"""Of one in the search; beyond, fresh seeds are worth more."""
MOST_RUNS_OF_RARE = 256
"""Where there is nothing else to try, and a rare thing leaves open which is best."""
BATCH = 4
MOST_ROUNDS = 80
ENOUGH = 0.004
"""Of a logarithm: levels are 0.05 apart, and so small an expected improvement is no reason to look on."""
HOPELESS_ROUNDS = 5
"""So many batches, at least, look for a setting that keeps the goals."""
SURE = 0.008
"""Deviation of a logarithm: who is known so well needs no more runs for his rank."""
MOST_SHOWN = 20_000


class Explorer:
    """One search."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.problem = ledger.problem
        self.beliefs = Beliefs(ledger.problem)
        self.noises: dict[str, Noise] = {}
        self.margins: dict[str, float] = {}
        self.confirm_runs = FEW_RUNS

    @property
    def only(self) -> Setting | None:
        """Where nothing may vary, what there is."""
        space = self.problem.space
        if space.size != 1:
            return None
        return self.ledger.at(space.first) if space.axes else self.ledger.default()

    def screen(self) -> None:
        """The default, and settings from everywhere. Raises BudgetOver."""
        default = self.ledger.default()
        self.ledger.search([(default, FEW_RUNS)])
        if self.only is not None:
            if self.only is not default:
                self.ledger.search([(self.only, FEW_RUNS)])
            self.ledger.progress("nothing may vary: there is one setting only")
            self.learn()
            return
        axes = [axis for axis in self.problem.space.axes if len(axis.levels) > 1]
        count = min(32, 4 + 4 * len(axes), max(1, self.problem.space.size // 6))
        if self.problem.prior:
            count = min(count, 2 * len(axes))
        one = max(self.ledger.expected(Ask(self.problem.default, FEW_RUNS)), 1e-9)
        count = max(
            min(4, self.problem.space.size),
            min(count, int(self.ledger.left(self.ledger.shares.screen) / one)),
        )
        points = self._start(count)
        try:
            for start in range(0, len(points), 2 * BATCH):
                if start and self._is_blind():
                    return
                batch = points[start : start + 2 * BATCH]
                self.ledger.search([(self.ledger.at(point), FEW_RUNS) for point in batch])
        finally:
            # What there is when the time is over is what the final settings are chosen by.
            self.ledger.calibrate()
            self.learn()
        self.tell("screened")

    def _is_blind(self) -> bool:
        """Whether some measure has no value in any run so far: more of them would not help."""
        known = list(self.ledger.known.values())
        return any(
            all(reading(each, measure) is None for each in known)
            for measure in self.problem.measures
        )

    def _start(self, count: int) -> list[Point]:
        """So many points that fill the space; what theory excludes only where there is nothing else."""
        possible: list[Point] = []
        against: list[Point] = []
        for point in self._scattered(16 * count):
            if len(possible) == count:
                break
            if self.ledger.why_excluded(point):
                against.append(point)
            else:
                possible.append(point)
        for point in against[: 2 * count]:
            self.ledger.at(point).excluded = self.ledger.why_excluded(point)
        if against:
            self.ledger.progress(
                f"theory excludes {len(against)} of {len(against) + len(possible)} settings looked at,"
                f" such as by: {self.ledger.why_excluded(against[0])}"
            )
        return (possible + against)[:count] if len(possible) < min(4, count) else possible

    def _scattered(self, count: int) -> Iterator[Point]:
        """Allowed points, each once, in the order of a Sobol sequence."""
        space = self.problem.space
        sample = qmc.Sobol(len(space.axes), scramble=True, seed=self.problem.seed)
        known = set(self.ledger.known)
        for row in sample.random(1 << math.ceil(math.log2(max(64, count)))):
            point = tuple(
                min(len(axis.levels) - 1, int(share * len(axis.levels)))
                for axis, share in zip(space.axes, row)
            )
            if point not in known and space.allowed(point):
                known.add(point)
                yield point

    def learn(self) -> None:
        """From all that the search knows."""
        if self.problem.space.size > 1:
            self.beliefs.learn(self.ledger.known, self.ledger.firsts)
        measured = [each.search for each in self.ledger.settings if each.search is not None]
        self.noises = {measure: noise_of(measure, measured) for measure in self.problem.measures}
        share = self.ledger.shares.each * self.ledger.budget
        affordable = self.ledger.runs_for(Ask(self.problem.default, 1, fresh=True), share)
        self.confirm_runs = max(FEW_RUNS, min(MOST_SHOWN, affordable))
        self.margins = margins(
            self.problem.goals, self.noises, self.confirm_runs, self.ledger.division.first
        )

    def guide(self) -> None:
        """Rounds of proposals, until there is nothing to gain, or the share is spent. Raises BudgetOver."""
        if self.problem.space.size == 1:
            return
        for round_ in range(MOST_ROUNDS):
            if not self.beliefs.ready:
                self.ledger.progress("some measure has no value anywhere so far")
                return
            wanted = self._round(round_)
            if not wanted:
                self.ledger.progress("no other setting promises to be better")
                return
            while wanted and not self.ledger.affords(_asks(wanted), self.ledger.shares.search):
                wanted.pop()
            if not wanted:
                self.ledger.progress("the search's share of the budget is spent")
                return
            self.ledger.search(wanted)
            self.learn()
            self.tell(f"round {round_ + 1}")

    def _round(self, round_: int) -> list[tuple[Setting, int]]:
        """More runs for what is promising, and new settings as long as one promises to be better."""
        known = list(self.ledger.known)
        more = self._promising(known)
        among = candidates(self.problem.space, self.best(known), (self.problem.seed, round_))
        found = propose(
            self.beliefs,
            known,
            among,
            self.margins,
            BATCH - len(more),
            self._pointless,
            self._weights(round_),
        )
        new = [
            (self.ledger.at(each.point), FEW_RUNS)
            for each in found
            if each.improvement >= ENOUGH or each.by_weights
        ]
        if all(each.by_weights or each.improvement < ENOUGH for each in found):
            # Other bargains are no reason by themselves to go on.
            new = []
        hopeless = incumbent(self.beliefs, known, self.margins) is None
        if hopeless and not new and round_ < HOPELESS_ROUNDS:
            # Before it is called impossible, what is least hopeless is run.
            new = [(self.ledger.at(each.point), FEW_RUNS) for each in found]
        if not more and not new:
            return self._promising(known, MOST_RUNS_OF_RARE)
        return [*more, *new]

    def _pointless(self, point: Point) -> bool:
        return bool(self.ledger.why_excluded(point)) or not self.ledger.showable(point)

    def _weights(self, round_: int) -> list[list[float] | None]:
        """With several measures to minimise, half of a batch looks for other bargains between them."""
        count = len(self.problem.minimise)
        if count < 2:
            return []
        random = np.random.default_rng([self.problem.seed, round_, 7])
        return [
            None if place % 2 == 0 else [float(share) for share in random.dirichlet([1.0] * count)]
            for place in range(BATCH)
        ]

    def best(self, known: list[Point]) -> list[Point]:
        """What was measured, the most promising first."""
        kept = np.maximum(self.beliefs.kept(known, self.margins), -50.0)
        objective = self.beliefs.objective(known).mean
        # Within a factor that matters, what keeps the goals comes first.
        order = np.argsort(objective - 2.0 * kept, kind="stable")
        return [known[place] for place in order]

    def _promising(self, known: list[Point], most: int = MOST_RUNS) -> list[tuple[Setting, int]]:
        """Up to two of those that may be the best, and are not known well enough: twice the runs."""
        found: list[tuple[Setting, int]] = []
        for point in self.best(known)[:3]:
            setting = self.ledger.at(point)
            assert setting.search is not None
            if setting.search.runs < most and self._matters(point, most) and len(found) < 2:
                found.append((setting, 2 * setting.search.runs))
        return found

    def _matters(self, point: Point, most: int) -> bool:
        """Whether it is open that it keeps its goals, or how good it is, which MOST_RUNS tell."""
        chance = math.exp(float(self.beliefs.kept([point], self.margins)[0]))
        if chance < 0.02:
            return False
        if most > MOST_RUNS or chance < 0.98:
            return chance < 0.98
        return float(self.beliefs.objective([point]).deviation[0]) > SURE

    def tell(self, what: str) -> None:
        """What is known so far, in words."""
        known = self.ledger.known
        if not self.beliefs.ready:
            return
        runs = sum(self.ledger.runs.values())
        share = 100 * self.ledger.spent / self.ledger.budget
        words = f"{what}: {len(known)} settings, {runs} runs, {share:.0f} % of the budget"
        best = incumbent(self.beliefs, list(known), {})
        if best is None:
            self.ledger.progress(f"{words}; nothing so far is likely to keep every goal")
            return
        point = best[0]
        texts = ", ".join(
            f"{key.rpartition('.')[2]} {text}"
            for key, text in self.problem.space.texts(point).items()
        )
        values = ", ".join(
            f"{measure} {backward(measure, float(self.beliefs.of(measure).guess([point]).mean[0])):.3g}"
            for measure in self.problem.measures
        )
        chance = math.exp(float(self.beliefs.kept([point])[0]))
        self.ledger.progress(
            f"{words}; best so far {texts}: {values}, keeps all goals with chance {chance:.2f}"
        )


def _asks(wanted: list[tuple[Setting, int]]) -> list[Ask]:
    return [Ask(setting.settings, runs) for setting, runs in wanted]
