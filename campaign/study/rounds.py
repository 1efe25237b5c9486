# SPDX-License-Identifier: GPL-2.0-only
"""Which runs a study still needs: replication in rounds.

A cell is looked at after at_least runs, and then after each further number that the rule names
(analysis/study/replication.py), by its runs with the lowest seeds only. So what is done next depends on
results alone: not on the engine, not on the order in which runs ended, not on interruptions, and not on
runs that an earlier version of the study file asked for.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from analysis.study.model import Cell, Study
from analysis.study.replication import Look, Rule
from campaign.study.engine import Job


@dataclass
class _State:
    """How far a cell is."""

    wanted: int
    """Runs before the next look."""
    look: Look | None = None
    """The last one."""

    @property
    def closed(self) -> bool:
        return self.look is not None and self.look.closed


class Rounds:
    """The state of all cells of one command."""

    def __init__(
        self,
        cells: Sequence[Cell],
        rule: Rule,
        first_seed: int,
        chosen: Collection[str] | None = None,
    ) -> None:
        """chosen: keys of the cells that are to be run; None: all. The others are looked at only."""
        self._cells = cells
        self._chosen = {cell.key for cell in cells} if chosen is None else chosen
        self._rule = rule
        self._first = first_seed
        self._states = {cell.key: _State(rule.at_least) for cell in self._cells}

    def next_jobs(self, study: Study) -> list[Job]:
        """Look at every cell that has the runs for it; what is to be run before the next looks, empty
        when all are closed."""
        jobs: list[Job] = []
        for cell in self._cells:
            state = self._states[cell.key]
            missing = self._missing(study, cell, state.wanted)
            while not missing and not state.closed:
                state.look = self._look(study, cell, state.wanted)
                state.wanted = state.look.runs
                missing = self._missing(study, cell, state.wanted)
            if cell.key in self._chosen:
                jobs += [Job(cell, seed) for seed in missing]
        order = {
            name: place for place, name in enumerate(dict.fromkeys(c.scenario for c in self._cells))
        }
        # A process is of one scenario; within it, an end before time leaves the cells comparable.
        jobs.sort(key=lambda job: (order[job.cell.scenario], job.seed))
        return jobs

    def wanted(self, cell: Cell) -> int:
        """How many runs the rule asks for, as far as it can be told."""
        return self._states[cell.key].wanted

    def open_cells(self) -> int:
        """How many have not met the rule yet."""
        return sum(not state.closed for state in self._states.values())

    def widest(self) -> str:
        """Of the open cells what is farthest from its target, in words; empty before the first look."""
        looks = [
            (state.look, cell)
            for cell in self._cells
            for state in [self._states[cell.key]]
            if state.look is not None and not state.closed
        ]
        if not looks:
            return ""
        look, cell = max(looks, key=lambda each: each[0].excess)
        return f"{look.widest} ({cell.name})"

    def stopped(self, cell: Cell) -> str:
        """Why it has no more runs, in words."""
        look = self._states[cell.key].look
        if look is None:
            return "stopped before its first look"
        return look.words if look.closed else "stopped before the rule was met"

    def _missing(self, study: Study, cell: Cell, wanted: int) -> list[int]:
        there = study.entries.get(cell.key, {})
        return [seed for seed in range(self._first, self._first + wanted) if seed not in there]

    def _look(self, study: Study, cell: Cell, runs: int) -> Look:
        return self._rule.look(study.runs(cell), study.networks(cell), runs, self._first)
