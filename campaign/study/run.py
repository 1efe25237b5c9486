# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab study`: from a study file to a folder with every run that it asks for, and what they say.

Planning checks everything before anything is written; then rounds of runs, of which each is in the
journal as soon as it has ended; then tables, summary and report by a process of its own, which needs
the drawing libraries.
"""

import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.run import seal
from analysis.study.model import JOURNAL_NAME, Cell, Study, read_study
from analysis.study.replication import Rule
from campaign.build import Build
from campaign.errors import Failure, Interrupted, UserError
from campaign.folder import cannot_write, sha256_of
from campaign.memory import memory_text
from campaign.plan import Request, ask_for_plan
from campaign.progress import Progress, duration_text
from campaign.run import build_identity, that_fit
from campaign.study import checks
from campaign.study.cells import Cells, ask_for_cells
from campaign.study.engine import Engine, Job, Outcome
from campaign.study.engines import ENGINES, Place, on_this_machine
from campaign.study.estimate import Estimate, estimate
from campaign.study.file import StudyFile, read_study_file
from campaign.study.publish.archive import describe_folder
from campaign.study.folder import STUDY_COPY, StudyFolder, describe, repeat_command
from campaign.study.rounds import Rounds
from campaign.words import one_line, path_text

SUMMARY_NAME = "summary.json"

_FULL_DISK = tuple(os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT))


@dataclass(frozen=True)
class Wanted:
    """What the user asked for."""

    file: Path
    text: bytes
    out: Path
    jobs: int
    engine: str
    engine_options: tuple[str, ...] = ()
    only: tuple[tuple[str, str], ...] = ()
    """Cells of which scenario, variant or axis has this value; empty: all."""
    budget_s: float | None = None
    """Instead of the file's."""
    dry_run: bool = False


class _BudgetOver(Exception):
    """The time that the user gave has passed."""


def run_study(wanted: Wanted, build: Build, program: Path, command: str) -> int:
    """The exit code: 1 where runs failed. Raises UserError, Failure, Interrupted."""
    study = read_study_file(wanted.file, wanted.text)
    rule = checks.check(study)
    with tempfile.TemporaryDirectory(prefix="swimlab-") as name:
        copies = Path(name) / "inputs"
        copies.mkdir()
        cells = ask_for_cells(program, study, copies)
        (copies / STUDY_COPY).write_bytes(study.text)
        chosen = _chosen(study, cells, wanted.only)
        inputs = cells.inputs | {STUDY_COPY: sha256_of(copies / STUDY_COPY)}
        identity = identity_of(build, program, study.scenarios[0].file)
        asked = describe(study, cells, inputs, identity, command)
        print(_size_text(study, chosen, cells), flush=True)
        budget_s = wanted.budget_s or study.replicate.budget_s
        if wanted.dry_run or budget_s is not None:
            scratch = Path(name) / "pilot"
            scratch.mkdir()
            found = estimate(program, copies, chosen, study.keep == "events", scratch)
            print(_estimate_text(found, study, chosen, wanted.jobs), flush=True)
            _check_budget(found, study, chosen, wanted.jobs, budget_s)
        if wanted.dry_run:
            return 0
        with StudyFolder(wanted.out) as folder:
            folder.admit(asked, copies)
            work = _Work(study, rule, chosen, folder, program, wanted, budget_s)
            try:
                work.do(cells.memory_bytes or None)
            except (Interrupted, KeyboardInterrupt):
                raise Interrupted(
                    f"Interrupted. {work.so_far()}; to go on:\n    {command}"
                ) from None
            finally:
                work.write_summary(wanted.engine)
            before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
            try:
                _analyse(wanted.out)
                describe_folder(wanted.out)
            finally:
                signal.signal(signal.SIGHUP, before)
    return work.report()


def _chosen(study: StudyFile, cells: Cells, only: Sequence[tuple[str, str]]) -> tuple[Cell, ...]:
    """The cells that are to be run. Raises UserError where a choice leaves none."""
    chosen = cells.cells
    for key, value in only:
        values = [_place(cell, key) for cell in chosen]
        if None in values:
            known = ["scenario", "variant", *(axis.key for axis in study.axes)]
            raise UserError(
                f"--only {key}={value}: there is no {key}; it can be {', '.join(known)}"
            )
        if value not in values:
            there = ", ".join(dict.fromkeys(map(str, values)))
            raise UserError(f"--only {key}={value}: no cell has that; they have {there}")
        chosen = tuple(cell for cell in chosen if _place(cell, key) == value)
    return chosen


def _place(cell: Cell, key: str) -> str | None:
    return {"scenario": cell.scenario, "variant": cell.variant}.get(key, cell.point.get(key))


def identity_of(build: Build, program: Path, scenario: Path) -> dict[str, Any]:
    """Who answers: version and commit, the program's sum, versions and sums of its libraries."""
    made_with = ask_for_plan(program, Request(scenario, runs=1)).made_with
    return build_identity(build) | {
        "program_sha256": sha256_of(program),
        "made_with": made_with,
    }


def _size_text(study: StudyFile, chosen: Sequence[Cell], cells: Cells) -> str:
    rule, distinct = study.replicate, len({cell.key for cell in chosen})
    least, most = distinct * rule.at_least, distinct * rule.at_most
    runs = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    memory = f", {memory_text(cells.memory_bytes)} of memory each" if cells.memory_bytes else ""
    return f"{one_line(study.title)}: {len(chosen):,} cells, {runs} runs{memory}"


def _estimate_text(found: Estimate, study: StudyFile, cells: Sequence[Cell], jobs: int) -> str:
    def of(runs: int) -> tuple[str, str]:
        seconds = found.seconds(cells, runs) / jobs
        return duration_text(seconds), memory_text(found.disk_bytes(cells, runs))

    least, most = of(study.replicate.at_least), of(study.replicate.at_most)
    time_, disk = (a if a == b else f"{a} to {b}" for a, b in zip(least, most))
    return f"Estimated from a pilot: {time_} with {jobs} at a time, {disk} of disk"


def _check_budget(
    found: Estimate, study: StudyFile, cells: Sequence[Cell], jobs: int, budget_s: float | None
) -> None:
    needed_s = found.seconds(cells, study.replicate.at_least) / jobs
    if budget_s is not None and needed_s > budget_s:
        raise UserError(
            f"the budget is {duration_text(budget_s)}, and {study.replicate.at_least} runs of each"
            f" of {len(cells)} cells take about {duration_text(needed_s)}; give more, ask for fewer"
            " runs or cells, or take more --jobs"
        )


class _Work:
    """The runs of one command."""

    def __init__(
        self,
        study: StudyFile,
        rule: Rule,
        cells: Sequence[Cell],
        folder: StudyFolder,
        program: Path,
        wanted: Wanted,
        budget_s: float | None,
    ) -> None:
        self._folder = folder
        self._program = program
        self._wanted = wanted
        self._rounds = Rounds(cells, rule, study.replicate.seed)
        self._ends_s = None if budget_s is None else time.monotonic() + budget_s
        self._began_s = time.monotonic()
        self._stopped_by = ""
        self._done = self._failed = self._of_round = 0

    def do(self, memory_bytes: int | None) -> None:
        """Round after round until the rule or the budget ends it; a run needs so much memory."""
        name, options, jobs = self._wanted.engine, self._wanted.engine_options, self._wanted.jobs
        if on_this_machine(name, options):
            jobs = that_fit(jobs, memory_bytes)
        engine = ENGINES[name](Place(self._program, self._folder, jobs, options, memory_bytes))
        retried = False
        while True:
            study = self._read(keep_failures=retried)
            retried = True
            waiting = self._rounds.next_jobs(study)
            if not waiting:
                return
            if not self._perform(engine, waiting):
                return

    def _read(self, keep_failures: bool) -> Study:
        """What is there. What failed in an earlier command is tried again."""
        study = read_study(self._folder.path)
        if not keep_failures:
            for entries in study.entries.values():
                for seed in [seed for seed, entry in entries.items() if entry.kept is None]:
                    del entries[seed]
        return study

    def _perform(self, engine: Engine, waiting: list[Job]) -> bool:
        """One round; False where the budget ended it."""
        self._done, self._failed, self._of_round = 0, 0, len(waiting)
        self._progress = Progress("Running", sys.stdout)
        try:
            engine.perform(waiting, self._take)
        except _BudgetOver:
            self._stopped_by = "budget"
            return False
        finally:
            self._progress.close()
        return True

    def _take(self, outcome: Outcome) -> None:
        repeat = repeat_command(self._program, self._folder.path, outcome.job)
        if outcome.folder is None and any(words in outcome.text for words in _FULL_DISK):
            raise cannot_write(self._folder.path, OSError(errno.ENOSPC, _FULL_DISK[0]))
        self._folder.finish(outcome, repeat)
        self._done += 1
        if outcome.folder is None:
            self._failed += 1
            self._progress.say(
                f"Run {outcome.job.name} ({outcome.job.cell.name}, seed {outcome.job.seed}) failed:"
                f" {one_line(outcome.text)}\nThis run again, alone:\n    {repeat}"
            )
        self._progress.update(self._done / self._of_round, self._detail())
        if self._ends_s is not None and time.monotonic() > self._ends_s:
            raise _BudgetOver

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
        complete = sum(len(seeds) for seeds in read_study(self._folder.path).entries.values())
        return f"{complete:,} runs are complete and kept in {path_text(self._folder.path)}"

    def write_summary(self, engine: str) -> None:
        """Which rule stopped each cell, for status and report."""
        study = read_study(self._folder.path)
        stopped = self._rounds.stopped()
        words = {"budget": "the budget was over"}.get(self._stopped_by, "")
        cells = []
        for cell in study.cells:
            entries = study.entries.get(cell.key, {}).values()
            failed = sum(entry.kept is None for entry in entries)
            why = stopped.get(cell.key, "not asked for by the last command")
            if words and "before" in why:
                why = words
            cells.append(
                {"key": cell.key, "runs": len(entries) - failed, "failed": failed, "stopped": why}
            )
        text = json.dumps({"format": 1, "engine": engine, "cells": cells}, indent=1)
        (self._folder.path / SUMMARY_NAME).write_text(seal.sealed(text), encoding="utf-8")

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
        print(f"\nReport: {out}/report.html")
        return 1 if failures else 0


def _analyse(out: Path) -> None:
    """Tables, summary and report; what was measured is safe already."""
    done = subprocess.run([sys.executable, "-m", "analysis", "study", str(out)])
    if done.returncode == 2:
        raise UserError("the report could not be made, see above; the runs are kept")
    if done.returncode != 0:
        raise Failure(f"the analysis ended with {done.returncode}; the runs are kept")
