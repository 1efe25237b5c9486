# SPDX-License-Identifier: GPL-2.0-only
"""What one tune has asked for and been told, and what is left of its budget.

What is spent is what the runs took, which the journal keeps, so a tune that is repeated, or resumed with
its journal there, makes the same choices. What is to come is estimated, and as much slower as the setting's
own runs were so far, or those of most settings. Each stage may spend up to a share of the whole; what one
leaves, the next ones have. Where the evaluator says that no run may be started any more, all later asks end the
same way, and the stages conclude from what there is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from campaign.tune.division import COMMON, SCARCE, Division
from campaign.tune.evaluate import PATH, Ask, BudgetOver, Evaluator, Measured
from campaign.tune.problem import Problem
from campaign.tune.shares import MOST_RUNS, Shares, cost_to_show, shares_of
from campaign.tune.space import Point

Key = tuple[tuple[tuple[str, str], ...], str, bool]


SETTINGS_ON_TRIAL = 3
"""Where the trial has not the time for so many to show a rare goal, one has most of the error."""
ROOM_TO_SHOW = 0.92
"""Of the trial's time, which a setting may take if nothing rare is seen; a peek at others takes the rest."""
BY_FAR = 2
"""Times the room."""


@dataclass
class Setting:
    """One that was looked at."""

    id: str
    settings: dict[str, str]
    texts: dict[str, str]
    """By axis, as the product says it."""
    point: Point | None
    """None: off the grid, as a default may be."""
    stage: str
    """"default", "search" or "confirm"."""
    excluded: str = ""
    """Why theory excludes it."""
    first: Measured | None = None
    """What its first few runs said."""
    search: Measured | None = None
    fresh: Measured | None = None
    packet: Measured | None = None

    @property
    def best(self) -> Measured | None:
        """The most trustworthy of path fidelity."""
        return self.fresh or self.search

    def take(self, measured: Measured, fidelity: str) -> None:
        """What fresh seeds said."""
        if fidelity == PATH:
            self.fresh = measured
        else:
            self.packet = measured


@dataclass
class Ledger:
    """Asks, answers, and the budget."""

    problem: Problem
    evaluator: Evaluator
    theory: Callable[[dict[str, str]], str | None]
    budget: float
    progress: Callable[[str], None]
    is_hard: bool = False
    """Whether the budget is a number of runs, of which not one more is made."""
    skipped: list[str] = field(default_factory=list)
    """What there was no budget for, in words."""
    settings: list[Setting] = field(default_factory=list)
    runs: Counter[str] = field(default_factory=Counter)
    spent: float = 0.0
    over: bool = False
    pace: float = 1.0
    """How many times as long as estimated runs take on this machine: the middle one of all settings."""
    shares: Shares = field(init=False)
    division: Division = field(init=False)
    _made: dict[Key, int] = field(default_factory=dict)
    _took: dict[Key, float] = field(default_factory=dict)
    _paces: dict[tuple[tuple[tuple[str, str], ...], str], float] = field(default_factory=dict)
    """Of each setting that was run, by fidelity."""
    _by_settings: dict[tuple[tuple[str, str], ...], Setting] = field(default_factory=dict)
    _why: dict[Point, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._divide()

    def at(self, point: Point, stage: str = "search") -> Setting:
        """The setting at a point of the grid; the same each time."""
        space = self.problem.space
        return self._setting(space.settings(point), space.texts(point), point, stage)

    def default(self) -> Setting:
        """The product's own, which is a point of the grid where its texts are levels."""
        space, settings = self.problem.space, dict(self.problem.default)
        texts = dict(self.problem.default_point) or settings
        point: Point | None = space.default
        if point is None or space.settings(point) != settings or not space.allowed(point):
            point = None
        return self._setting(settings, texts, point, "default")

    def _setting(
        self, settings: dict[str, str], texts: dict[str, str], point: Point | None, stage: str
    ) -> Setting:
        key = tuple(sorted(settings.items()))
        if key not in self._by_settings:
            made = Setting(f"s{len(self.settings) + 1}", settings, texts, point, stage)
            self.settings.append(made)
            self._by_settings[key] = made
        return self._by_settings[key]

    def why_excluded(self, point: Point) -> str:
        """What theory says against it; empty: nothing."""
        if point not in self._why:
            self._why[point] = self.theory(self.problem.space.settings(point)) or ""
        return self._why[point]

    def calibrate(self) -> None:
        """Learns from the runs so far how far the budget reaches on this machine, and divides it anew."""
        # The middle one: settings by which members suspect each other all the time take longest.
        if self._paces and (middle := median(self._paces.values())) > 0:
            self.pace = middle
            self._divide()

    def _divide(self) -> None:
        self.shares = shares_of(self.problem, self.evaluator, self.budget / self.pace)
        self.evaluator.keep_to(self.shares)
        several = SETTINGS_ON_TRIAL * self._cost_to_show(self.problem.default, COMMON)
        self.division = SCARCE if several > self._room else COMMON

    @property
    def _room(self) -> float:
        return ROOM_TO_SHOW * self.shares.of_trial * self.budget

    def _cost_to_show(self, settings: Mapping[str, str], division: Division) -> float:
        estimated = cost_to_show(self.problem, self.evaluator, settings, division.first)
        return estimated * self._pace(settings, PATH)

    def _pace(self, settings: Mapping[str, str], fidelity: str) -> float:
        return self._paces.get((tuple(sorted(settings.items())), fidelity), self.pace)

    def showable(self, point: Point) -> bool:
        """Whether the trial has the time to show at this setting what is rare, if none of it is seen. Runs of
        short periods are dear, and what cannot be shown is no answer. Where the default's own runs nearly fit,
        it may be as dear as these; where they do not fit by far, it will be told as unshown whatever it
        is, and nothing is held against any setting."""
        of_default = self._cost_to_show(self.problem.default, self.division)
        if of_default > BY_FAR * self._room:
            return True
        settings = self.problem.space.settings(point)
        return self._cost_to_show(settings, self.division) <= max(self._room, of_default)

    @property
    def known(self) -> dict[Point, Measured]:
        """Of each point of the grid what the search knows, in the order in which it was asked."""
        return {
            setting.point: setting.search
            for setting in self.settings
            if setting.point is not None and setting.search is not None
        }

    @property
    def firsts(self) -> dict[Point, Measured]:
        """What the first few runs said, where there are more by now."""
        return {
            setting.point: setting.first
            for setting in self.settings
            if setting.point is not None
            and setting.first is not None
            and setting.search is not None
            and setting.search.runs > setting.first.runs
        }

    def expected(self, ask: Ask) -> float:
        """What all its runs take, as if none had been made."""
        return self.evaluator.cost_s(ask) * self._pace(ask.settings, ask.fidelity)

    def cost(self, ask: Ask) -> float:
        """Of the runs that it has beyond those asked for before."""
        made = self._made.get(ask.key, 0)
        if ask.runs <= made:
            return 0.0
        return self.expected(ask) - (self.expected(replace(ask, runs=made)) if made else 0.0)

    def runs_for(self, ask: Ask, amount: float) -> int:
        """How many runs of it in all, those that were made among them, so much more pays for."""
        low = self._made.get(ask.key, 0)
        step = 1
        while self.cost(replace(ask, runs=low + step)) <= amount and step < MOST_RUNS:
            low, step = low + step, 2 * step
        while step > 1:
            step //= 2
            low += step if self.cost(replace(ask, runs=low + step)) <= amount else 0
        return low

    def affords(self, asks: Sequence[Ask], share: float) -> bool:
        """Whether they stay within this share of the whole budget."""
        return self.spent + sum(map(self.cost, asks)) <= share * self.budget

    def left(self, share: float) -> float:
        """What may be spent up to this share."""
        return max(0.0, share * self.budget - self.spent)

    def ask(self, asks: Sequence[Ask], purpose: str) -> list[Measured]:
        """@param purpose what the runs are counted for. Raises BudgetOver."""
        try:
            if self.is_hard and self.spent + self._new_cost(asks) > self.budget + 1e-9:
                raise BudgetOver
            found = self.evaluator.measure(asks)
        except BudgetOver:
            self.over = True
            raise
        for ask in asks:
            made = self._made.get(ask.key, 0)
            if ask.runs > made:
                self._pay(ask)
                before = self.evaluator.runs_of(replace(ask, runs=made)) if made else 0
                self.runs[purpose] += self.evaluator.runs_of(ask) - before
                self._made[ask.key] = ask.runs
        return found

    def _pay(self, ask: Ask) -> None:
        took = self.evaluator.took_s([ask])
        self.spent += took - self._took.get(ask.key, 0.0)
        self._took[ask.key] = took
        if (estimated := self.evaluator.cost_s(ask)) > 0:
            self._paces[ask.key[:2]] = took / estimated

    def _new_cost(self, asks: Sequence[Ask]) -> float:
        """Of all together, each run once."""
        largest: dict[Key, Ask] = {}
        for ask in asks:
            if ask.key not in largest or ask.runs > largest[ask.key].runs:
                largest[ask.key] = ask
        return sum(map(self.cost, largest.values()))

    def skip(self, what: str) -> None:
        """For want of budget."""
        if what not in self.skipped:
            self.skipped.append(what)

    def search(self, wanted: Sequence[tuple[Setting, int]]) -> None:
        """Path fidelity, the row of seeds of the search. Raises BudgetOver."""
        found = self.ask([Ask(setting.settings, runs) for setting, runs in wanted], "search")
        for (setting, _), measured in zip(wanted, found, strict=True):
            setting.first = setting.first or measured
            setting.search = measured

    def confirm(self, wanted: Sequence[tuple[Setting, int]], fidelity: str = PATH) -> None:
        """On the row of seeds that the search never saw; never with fewer runs than before. Raises
        BudgetOver."""
        wanted = [(setting, max(runs, self._had(setting, fidelity))) for setting, runs in wanted]
        asks = [Ask(setting.settings, runs, fidelity, True) for setting, runs in wanted]
        purpose = "confirm" if fidelity == PATH else "packet"
        try:
            found = self.ask(asks, purpose)
        except BudgetOver:
            self._take_what_is_there([setting for setting, _ in wanted], asks, purpose)
            raise
        for (setting, _), measured in zip(wanted, found, strict=True):
            setting.take(measured, fidelity)

    def _take_what_is_there(
        self, settings: Sequence[Setting], asks: Sequence[Ask], purpose: str
    ) -> None:
        """Of runs that the budget ended: the first seeds of each, which are as good as any."""
        for setting, ask in zip(settings, asks, strict=True):
            made = self.evaluator.made(ask)
            if made > self._had(setting, ask.fidelity):
                setting.take(self.ask([replace(ask, runs=made)], purpose)[0], ask.fidelity)

    @staticmethod
    def _had(setting: Setting, fidelity: str) -> int:
        measured = setting.fresh if fidelity == PATH else setting.packet
        return 0 if measured is None else measured.runs

    def elsewhere(
        self, setting: Setting, others: Mapping[str, str], runs: int, purpose: str
    ) -> Measured:
        """A setting with something else set too, on fresh seeds. Raises BudgetOver."""
        ask = Ask({**setting.settings, **others}, runs, PATH, True)
        return self.ask([ask], purpose)[0]
