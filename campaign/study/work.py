# SPDX-License-Identifier: GPL-2.0-only
"""The runs of a study: round after round, each run in the journal as soon as it has ended."""

import contextlib
import errno
import json
import os
import sys
import time
from pathlib import Path

from analysis.run import seal
from analysis.run.metrics import write_atomically
from analysis.study.expects import judge
from analysis.study.model import JOURNAL_NAME, SUMMARY_NAME, Study, read_study
from campaign.errors import UserError
from campaign.folder import cannot_write
from campaign.progress import Progress, duration_text
from campaign.study.engine import Engine, Job, Outcome
from campaign.study.folder import StudyFolder
from campaign.study.runs_folder import repeat_command
from campaign.study.rounds import Rounds
from campaign.words import one_line, path_text

FAILURES_TOLD = 10

_FULL_DISK = tuple(os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT))


class _BudgetOver(Exception):
    """The time that the user gave has passed."""


class Work:
    """The runs of one command."""

    def __init__(
        self, program: Path, folder: StudyFolder, rounds: Rounds, budget_s: float | None
    ) -> None:
        """program: for who wants to do a failed run again."""
        self._folder = folder
        self._program = program
        self._rounds = rounds
        self._ends_s = None if budget_s is None else time.monotonic() + budget_s
        self._began_s = time.monotonic()
        self._stopped_by = ""
        self._done = self._failed = self._of_round = 0

    def do(self, engine: Engine) -> None:
        """Round after round until the rule or the budget ends it. Raises UserError, Failure,
        Interrupted; what was done until then is kept."""
        waiting = self._rounds.next_jobs(self._without_failures())
        while waiting and self._perform(engine, waiting):
            waiting = self._rounds.next_jobs(read_study(self._folder.path, whole_journal=True))

    def _without_failures(self) -> Study:
        """What is there. What failed in an earlier command is tried again."""
        study = read_study(self._folder.path, whole_journal=True)
        for entries in study.entries.values():
            for seed in [seed for seed, entry in entries.items() if entry.packed is None]:
                del entries[seed]
        return study

    def _perform(self, engine: Engine, waiting: list[Job]) -> bool:
        """One round; False where the budget ended it."""
        self._done, self._failed, self._of_round = 0, 0, len(waiting)
        self._progress = Progress("Running", sys.stdout)
        try:
            self._check_budget()
            engine.perform(waiting, self._take)
        except _BudgetOver:
            self._stopped_by = "the budget was over"
            return False
        except OSError as error:
            raise cannot_write(self._folder.path, error) from error
        finally:
            self._progress.close()
        return True

    def _take(self, outcome: Outcome) -> None:
        repeat = repeat_command(self._program, self._folder.path, outcome.job)
        if not self._folder.inputs.is_dir():
            raise UserError(f"{path_text(self._folder.path)}: the folder was removed under way")
        if outcome.folder is None and any(words in outcome.text for words in _FULL_DISK):
            raise cannot_write(self._folder.path, OSError(errno.ENOSPC, _FULL_DISK[0]))
        self._folder.finish(outcome, repeat)
        self._done += 1
        if outcome.folder is None:
            self._failed += 1
            self._tell(outcome, repeat)
        self._progress.update(self._done / self._of_round, self._detail())
        self._check_budget()

    def _check_budget(self) -> None:
        if self._ends_s is not None and time.monotonic() > self._ends_s:
            raise _BudgetOver

    def _tell(self, outcome: Outcome, repeat: str) -> None:
        """Of the first that fail; the journal has all."""
        if self._failed <= FAILURES_TOLD:
            self._progress.say(
                f"Run {outcome.job.name} ({outcome.job.cell.name}, seed {outcome.job.seed}) failed:"
                f" {one_line(outcome.text)}\nThis run again, alone:\n    {repeat}"
            )

    def _detail(self) -> str:
        text = f"{self._done:,} of {self._of_round:,} runs"
        if self._failed:
            text += f", {self._failed:,} failed"
        widest = self._rounds.widest()
        if widest:
            text += f", {self._rounds.open_cells():,} cells open, widest {widest}"
        return text

    def so_far(self) -> str:
        """What is kept, for who interrupts."""
        study = read_study(self._folder.path, whole_journal=True)
        complete = sum(len(seeds) for seeds in study.entries.values())
        return f"{complete:,} runs are complete and kept in {path_text(self._folder.path)}"

    def write_summary(self, engine: str) -> None:
        """How many runs of each cell count, and which rule stopped it: for tables, status, report."""
        study = read_study(self._folder.path, whole_journal=True)
        first = study.asked["replicate"]["seed"]
        cells = []
        for cell in study.cells:
            wanted, why = self._rounds.wanted(cell), self._rounds.stopped(cell)
            there = study.entries.get(cell.key, {})
            entries = [there[seed] for seed in range(first, first + wanted) if seed in there]
            failed = sum(entry.packed is None for entry in entries)
            if self._stopped_by and "before" in why:
                why = self._stopped_by
            cells.append(
                {
                    "key": cell.key,
                    "wanted": wanted,
                    "runs": len(entries) - failed,
                    "failed": failed,
                    "stopped": why,
                }
            )
        text = json.dumps({"format": 1, "engine": engine, "cells": cells}, indent=1)
        # On a full disk the next command writes it; the runs are safe.
        with contextlib.suppress(OSError):
            write_atomically(self._folder.path / SUMMARY_NAME, seal.sealed(text))

    def _tell_outcomes(self, study: Study) -> None:
        """What the report begins with."""
        for judgement in judge(study):
            expected = judgement.expectation
            where = ", ".join(f"{key}={value}" for key, value in expected.where.items())
            told = f"{expected.measure.name} {expected.condition}" + (where and f" at {where}")
            print(f"{judgement.outcome}: {one_line(told)}")
        unmet = sum("not met" in self._rounds.stopped(cell) for cell in study.cells)
        if unmet:
            print(f"{unmet:,} of {len(study.cells):,} cells ended at at_most, before until was met")

    def report(self) -> int:
        """Say what came of it; the exit code."""
        study = read_study(self._folder.path)
        failures = study.failures()
        out = path_text(self._folder.path)
        took = duration_text(time.monotonic() - self._began_s)
        if self._stopped_by:
            print(f"The budget was over after {took}; the same command goes on.")
        if failures:
            print(f"{len(failures):,} runs failed; {out}/{JOURNAL_NAME} has their seeds and errors")
        self._tell_outcomes(study)
        print(f"\nReport: {out}/report.html")
        return 1 if failures else 0
