# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab study`: from a study file to a folder with every run that it asks for, and what they say.

Planning checks everything before anything is written; then rounds of runs, of which each is in the
journal as soon as it has ended; then tables, summary and report by a process of its own, which needs
the drawing libraries.
"""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.study.model import Cell
from campaign.build import Build
from campaign.errors import Failure, Interrupted, UserError
from campaign.folder import sha256_of
from campaign.memory import memory_text
from campaign.plan import Request, ask_for_plan
from campaign.progress import duration_text
from campaign.run import build_identity, that_fit
from campaign.study import checks
from campaign.study.cells import Cells, ask_for_cells
from campaign.study.engines import ENGINES, Place, on_this_machine
from campaign.study.estimate import Estimate, estimate
from campaign.study.file import StudyFile, read_study_file
from campaign.study.folder import STUDY_COPY, StudyFolder, describe
from campaign.study.publish.archive import describe_folder
from campaign.study.rounds import Rounds
from campaign.study.work import Work
from campaign.words import command_text, one_line


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
    runs: int | None = None
    """Of each cell, instead of what the file's rule asks for."""


def run_study(wanted: Wanted, build: Build, program: Path, command: str) -> int:
    """The exit code: 1 where runs failed. Raises UserError, Failure, Interrupted."""
    study = read_study_file(wanted.file, wanted.text)
    if wanted.runs is not None:
        fixed = replace(study.replicate, at_least=wanted.runs, at_most=wanted.runs, until={})
        study = replace(study, replicate=fixed)
    with tempfile.TemporaryDirectory(prefix="swimlab-") as name:
        copies = Path(name) / "inputs"
        copies.mkdir()
        cells = ask_for_cells(program, study, copies)
        # Afterwards: a mistake in an axis must not be told of a table that names it rightly.
        rule = checks.check(study)
        (copies / STUDY_COPY).write_bytes(study.text)
        chosen = _chosen(study, cells, wanted.only)
        inputs = cells.inputs | {STUDY_COPY: sha256_of(copies / STUDY_COPY)}
        identity = identity_of(build, program, study.scenarios[0].file)
        again = _again(wanted)
        asked = describe(study, cells, inputs, identity, again)
        print(_size_text(study, chosen, cells), flush=True)
        budget_s = wanted.budget_s or study.replicate.budget_s
        if wanted.dry_run or budget_s is not None:
            scratch = Path(name) / "pilot"
            scratch.mkdir()
            keeps = study.keep == "events"
            found = estimate(program, copies, chosen, keeps, study.series, scratch)
            print(_estimate_text(found, study, chosen, wanted.jobs), flush=True)
            _check_budget(found, study, chosen, wanted.jobs, budget_s)
        if wanted.dry_run:
            return 0
        with StudyFolder(wanted.out) as folder:
            folder.admit(asked, copies)
            jobs = wanted.jobs
            if on_this_machine(wanted.engine, wanted.engine_options):
                jobs = that_fit(jobs, cells.memory_bytes or None)
            own = folder.own_program(program, identity["program_sha256"])
            place = Place(own, folder, jobs, wanted.engine_options, cells.memory_bytes or None)
            keys = {cell.key for cell in chosen}
            rounds = Rounds(cells.cells, rule, study.replicate.seed, keys)
            work = Work(program, folder, rounds, budget_s)
            try:
                work.do(ENGINES[wanted.engine](place))
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


def _again(wanted: Wanted) -> str:
    words = ["./swimlab", "study", str(wanted.file), "--out", str(wanted.out)]
    return command_text(words + ([] if wanted.runs is None else ["--runs", str(wanted.runs)]))


def _chosen(study: StudyFile, cells: Cells, only: Sequence[tuple[str, str]]) -> tuple[Cell, ...]:
    """The cells that are to be run. Raises UserError where a choice leaves none."""
    chosen = cells.cells
    for key, value in only:
        values = [_place(cell, key) for cell in cells.cells]
        if None in values:
            known = ["scenario", "variant", *(axis.key for axis in study.axes)]
            raise UserError(
                f"--only {key}={value}: there is no {key}; it can be {', '.join(known)}"
            )
        if value not in values:
            there = ", ".join(dict.fromkeys(map(str, values)))
            raise UserError(f"--only {key}={value}: no cell has that; they have {there}")
    for key in dict.fromkeys(key for key, _ in only):
        wanted = {value for other, value in only if other == key}
        chosen = tuple(cell for cell in chosen if _place(cell, key) in wanted)
    if not chosen:
        raise UserError("--only: no cell has all of that")
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


def _analyse(out: Path) -> None:
    """Tables, summary and report; what was measured is safe already."""
    done = subprocess.run([sys.executable, "-m", "analysis", "study", str(out)])
    if done.returncode == 2:
        raise UserError("the report could not be made, see above; the runs are kept")
    if done.returncode != 0:
        raise Failure(f"the analysis ended with {done.returncode}; the runs are kept")
