# SPDX-License-Identifier: GPL-2.0-only
"""The final settings on seeds that the search has not seen, until bounds show that they keep every goal.

What the search found is the best of many that were measured, so it was lucky too. Which settings are
tried, in which order and with how many runs at first, is settled before the first fresh run: so what is
wrongly shown is bounded by the sum of the errors that the looks are given (division.py). A
setting that breaks a goal is wrongly shown only if its bound of that one goal errs, so goals share
nothing of it. The first one has most of the error, since it is most often enough; those that come last
are deeper within the goals, for the case that the search was too bold.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.study.estimates import Estimate
from campaign.tune.division import Division
from campaign.tune.evaluate import PACKET, PATH, Ask, BudgetOver, is_count
from campaign.tune.explore import Explorer
from campaign.tune.ledger import Ledger, Setting
from campaign.tune.nearest import excess
from campaign.tune.search.bounds import count_bound, refutes, shows
from campaign.tune.search.readings import reading
from campaign.tune.shortlist import Shortlist

FINALISTS = 3
PACKET_ERROR = 0.025
PACKET_RUNS = (2, 8)
"""At least and at most: packet fidelity is the check of a model, whose runs are twenty times as dear."""
PEEK = 1 / 6
"""Of the first look of a setting: who breaks a goal by then makes way for little."""


@dataclass
class Final:
    """A setting on trial."""

    setting: Setting
    division: Division
    place: int
    first_runs: int
    look: int = -1
    """The last one that was had."""
    state: str = "open"
    """"open", "shown", "broken" or "unshown"."""
    last: bool = False
    """Whether there is no look after the next one."""
    packet_broken: bool = False

    @property
    def error(self) -> float:
        return self.division.error(self.place, max(0, self.look))

    @property
    def next_runs(self) -> int:
        return self.first_runs * 2 ** (self.look + 1)


class Confirmation:
    """The trial of one tune."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self.ledger: Ledger = explorer.ledger
        self.problem = explorer.problem
        shortlist = Shortlist(explorer)
        self.enough = shortlist.enough
        division = self.ledger.division
        self.queue = [
            Final(
                setting,
                division,
                place,
                shortlist.first_runs(setting, division.error(place, 0)),
            )
            for place, setting in enumerate(shortlist.settings())
        ]
        self.tried: list[Final] = []
        self.free: list[int] = []
        """Places of those that were dropped before their first look."""

    def run(self) -> None:
        """All looks that the budget has. Raises BudgetOver."""
        active = self._next(FINALISTS)
        while active:
            wanted = self._fitted(active)
            if not wanted:
                if not any(final.look >= 0 for final in self.tried):
                    self.ledger.skip("a choice on fresh seeds")
                break
            try:
                if self._peek(active, wanted):
                    active = [final for final in active if final.state == "open"]
                    active += self._next(FINALISTS - len(active), self.ledger.shares.trial)
                    continue
                self.ledger.confirm(wanted)
            except BudgetOver:
                self._look_at_what_is_there(active)
                raise
            for final in active:
                self._look(final)
            self._tell()
            active = [final for final in active if final.state == "open"]
            if any(final.state == "shown" for final in self.tried):
                share = self.ledger.shares.replaced
            else:
                share = self.ledger.shares.trial
            shown = sum(final.state in ("shown", "unshown") for final in self.tried)
            active += self._next(FINALISTS - shown - len(active), share)

    def _peek(self, active: list[Final], wanted: list[tuple[Setting, int]]) -> bool:
        """A part of each first look before all of it; whether anything was dropped for that. It shows
        nothing, so it takes nothing of the error, and its place goes to the next in the queue."""
        early = [
            (setting, min(runs, max(self.enough, math.ceil(PEEK * runs))))
            for (setting, runs), final in zip(wanted, active)
            if final.look < 0
        ]
        if not early:
            return False
        self.ledger.confirm(early)
        dropped = [final for final in active if final.look < 0 and self._hopeless(final)]
        for final in dropped:
            final.state, final.look = "broken", 0
            self.free.append(final.place)
        return bool(dropped)

    def _hopeless(self, final: Final) -> bool:
        """Whether it breaks a goal, or so many of a count were seen that not even its last look could show
        the goal if no more came."""
        fresh = final.setting.fresh
        assert fresh is not None
        most = final.first_runs * 2 ** (len(final.division.of_look) - 1)
        for goal in self.problem.goals:
            estimate = fresh.values.get(goal.measure)
            if refutes(estimate, goal):
                return True
            exposure = fresh.exposure(goal.measure)
            if goal.op == "<=" and exposure and estimate is not None and estimate.value:
                allowed = goal.limit * exposure / fresh.runs * most
                if count_bound(estimate.value * exposure, final.error) > allowed:
                    return True
        return False

    def _next(self, count: int, share: float = 1.0) -> list[Final]:
        """The next ones of the shortlist that the share has room for."""
        found: list[Final] = []
        while self.queue and len(found) < count:
            final = self.queue[0]
            if not self._affords([(final.setting, final.next_runs)], share) and share < 1:
                break
            if self.free and self.free[0] < final.place:
                final.place = self.free.pop(0)
            self.tried.append(self.queue.pop(0))
            found.append(final)
        return found

    def _affords(self, wanted: list[tuple[Setting, int]], share: float) -> bool:
        asks = [Ask(setting.settings, runs, PATH, True) for setting, runs in wanted]
        return self.ledger.affords(asks, share)

    def _fitted(self, active: list[Final]) -> list[tuple[Setting, int]]:
        """What these are run for next. Where not all can have what they need, the others have as many as
        give intervals, or make way; alone, the first has what is left. @param active those that make
        way are taken out of it"""
        wanted = {final.place: final.next_runs for final in active}

        def asked() -> list[tuple[Setting, int]]:
            return [(final.setting, wanted[final.place]) for final in active]

        for final in active[1:]:
            if not self._affords(asked(), self.ledger.shares.trial) and final.look < 0:
                wanted[final.place] = min(self.enough, final.next_runs)
                final.last = True
        while len(active) > 1 and not self._affords(asked(), self.ledger.shares.trial):
            self._leave(active.pop())
        if active and not self._affords(asked(), self.ledger.shares.trial):
            first = active[0]
            had = first.setting.fresh.runs if first.setting.fresh else 0
            ask = Ask(first.setting.settings, 1, PATH, True)
            runs = self.ledger.runs_for(ask, 0.999 * self.ledger.left(self.ledger.shares.trial))
            # Fewer than this would tell nothing new.
            if runs < max(2, had * 1.2 if had else min(self.enough, first.next_runs) / 20):
                self._leave(active.pop())
            else:
                wanted[first.place] = min(runs, first.next_runs)
                first.last = True
        return asked()

    def _leave(self, final: Final) -> None:
        """It has no more runs; one that had none was not tried at all."""
        if final.look >= 0:
            final.state = "unshown"
        else:
            self.tried.remove(final)
            self.queue.insert(0, final)

    def _look(self, final: Final) -> None:
        final.look += 1
        fresh = final.setting.fresh
        assert fresh is not None
        goals = self.problem.goals
        if all(shows(fresh.values.get(goal.measure), goal, final.error) for goal in goals):
            final.state = "shown"
        elif any(refutes(fresh.values.get(goal.measure), goal) for goal in goals):
            final.state = "broken"
        elif final.last or final.look + 1 >= len(final.division.of_look):
            final.state = "unshown"

    def _look_at_what_is_there(self, active: list[Final]) -> None:
        """Of looks that the budget ended: the last one of each that has more runs than at the one before."""
        for final in active:
            fresh = final.setting.fresh
            if fresh is not None and (final.look < 0 or fresh.runs > final.next_runs // 2):
                final.last = True
                self._look(final)

    def _tell(self) -> None:
        words = {"open": "open", "shown": "keeps all", "broken": "breaks one", "unshown": "unshown"}
        said = "; ".join(
            f"{final.setting.id} {words[final.state]}"
            f" ({final.setting.fresh.runs if final.setting.fresh else 0} fresh runs)"
            for final in self.tried
        )
        self.ledger.progress(f"goals by their bounds on fresh seeds: {said}")

    @property
    def all_broken(self) -> bool:
        """Whether packets broke all that was tried, and there are others."""
        return (
            bool(self.queue)
            and any(final.packet_broken for final in self.tried)
            and not self.ranked()
            and self._affords(
                [(self.queue[0].setting, self.queue[0].next_runs)], self.ledger.shares.trial
            )
        )

    def ranked(self) -> list[Final]:
        """What is recommended: those that keep all goals by their bounds, the best first; then those that
        may keep them."""
        usable = [final for final in self.tried if not final.packet_broken and final.look >= 0]
        shown = [final for final in usable if final.state == "shown"]
        may = [final for final in usable if final.state in ("open", "unshown")]
        return [
            *sorted(shown, key=lambda final: (self._objective(final), final.place)),
            *sorted(may, key=lambda final: (self._unkept(final), self._excess(final), final.place)),
        ][:FINALISTS]

    def _objective(self, final: Final) -> float:
        fresh = final.setting.fresh
        assert fresh is not None
        found = [reading(fresh, measure) for measure in self.problem.minimise]
        return sum(math.inf if each is None else each.value for each in found)

    def _unkept(self, final: Final) -> int:
        """How many goals are not even kept by their values."""
        fresh = final.setting.fresh
        assert fresh is not None
        values = [(fresh.values.get(goal.measure), goal) for goal in self.problem.goals]
        return sum(
            estimate is None or estimate.value is None or not goal.kept_by(estimate.value)
            for estimate, goal in values
        )

    def _excess(self, final: Final) -> tuple[float, ...]:
        """How far from its goals: what is told as nearest is so."""
        assert final.setting.fresh is not None
        return excess(self.problem, final.setting.fresh)

    def default(self) -> None:
        """The product's own on the same fresh seeds, as many as its share allows. Raises BudgetOver."""
        ranked = self.ranked()
        setting = self.ledger.default()
        fresh = ranked[0].setting.fresh if ranked else None
        runs = fresh.runs if fresh is not None else self.enough
        left = self.ledger.left(self.ledger.shares.default)
        affordable = self.ledger.runs_for(Ask(setting.settings, 1, PATH, True), left)
        runs = max(FINALISTS, min(runs, affordable))
        if affordable < 1 and setting.fresh is None:
            self.ledger.skip("the default on fresh seeds")
        if setting.fresh is None or setting.fresh.runs < runs:
            self.ledger.confirm([(setting, runs)])

    def packet(self) -> None:
        """The first choice and the default with every packet, then the others as far as the share goes.
        One that breaks a goal there makes way for the next. Raises BudgetOver."""
        default = self.ledger.default()
        for _ in range(FINALISTS + 1):
            ranked = [final for final in self.ranked() if final.setting.packet is None]
            if not ranked:
                return
            settings = [final.setting for final in ranked]
            if default.packet is None and default not in settings:
                settings.insert(1, default)
            runs = self._packet_runs()
            wanted = [(setting, runs) for setting in settings]
            while wanted and not self._affords_packets(wanted):
                wanted.pop()
            if not wanted:
                self.ledger.skip("runs with every packet")
                return
            self.ledger.confirm(wanted, PACKET)
            for final in ranked:
                packet = final.setting.packet
                if packet is not None and self._broken_by(packet.values):
                    final.packet_broken = True
                    self.ledger.progress(f"{final.setting.id} breaks a goal at packet fidelity")
            if not any(final.packet_broken for final in ranked):
                return

    def _broken_by(self, values: Mapping[str, Estimate]) -> bool:
        return any(
            refutes(values.get(goal.measure), goal, PACKET_ERROR) for goal in self.problem.goals
        )

    def _packet_runs(self) -> int:
        """For two of the same number; what was run before gives the number to what is paired with it."""
        default = self.ledger.default()
        if default.packet is not None:
            return default.packet.runs
        each = self.ledger.expected(Ask(self.problem.default, 1, PACKET, True))
        affordable = int(self.ledger.left(self.ledger.shares.packet) / max(2 * each, 1e-9) * 0.999)
        return max(PACKET_RUNS[0], min(PACKET_RUNS[1], affordable))

    def _affords_packets(self, wanted: list[tuple[Setting, int]]) -> bool:
        asks = [Ask(setting.settings, runs, PACKET, True) for setting, runs in wanted]
        return self.ledger.affords(asks, self.ledger.shares.packet)
