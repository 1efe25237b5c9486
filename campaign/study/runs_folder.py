# SPDX-License-Identifier: GPL-2.0-only
"""A folder of runs, kept whole: a study's, or a tune's.

A run counts from the moment that its line is in the journal, which is only added to; a line that a
killed process left unfinished is taken away by the next one. The runs of one folder are all of one
build and read the same copies of scenarios and maps.
"""

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from analysis.run.records import RecordError, read_run_info
from analysis.study.digest import digest
from analysis.study.model import JOURNAL_NAME
from campaign.errors import Failure, UserError
from campaign.folder import INPUTS, cannot_write, same_program, sha256_of, sums_of
from campaign.lock import locked
from campaign.study.engine import Job, Outcome
from campaign.words import command_text, one_line, path_text

RECORDS = "runs"
SCRATCH = ".work"


class RunsFolder:
    """A folder of runs, locked for as long as the `with` block lasts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._held = ExitStack()
        self._keep = "summary"
        self._series: list[str] = []

    def __enter__(self) -> Self:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._held.enter_context(locked(self.path))
        except OSError as error:
            raise cannot_write(self.path, error) from error
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.scratch, ignore_errors=True)
        self._held.close()

    @property
    def inputs(self) -> Path:
        """A folder of copies for each scenario, and the study file."""
        return self.path / INPUTS

    @property
    def scratch(self) -> Path:
        """For runs under way."""
        return self.path / SCRATCH

    def _is_new(self, name: str, kind: str) -> bool:
        """Whether the file that says what was asked is still to be written. Raises UserError where the
        folder holds something else."""
        if (self.path / name).exists():
            return False
        if others := [each.name for each in self.path.iterdir() if not each.name.startswith(".")]:
            raise UserError(
                f"{path_text(self.path)} is not empty (it has {one_line(others[0])}) and holds no"
                f" {name}, so it is no {kind}'s folder; choose another one with --out"
            )
        return True

    def _refuse(self, found: Sequence[str]) -> None:
        """Raises UserError where anything was found that forbids new runs here."""
        if found:
            raise UserError(
                f"{path_text(self.path)} holds runs that must not be mixed with new ones:\n"
                + "".join(f"    {line}\n" for line in found)
                + f"choose another folder with --out, or remove {path_text(self.path)}"
            )

    def _begin(self, copies: Path) -> None:
        """Take the inputs; leave nothing that a killed command left half done."""
        self._take(copies)
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir()
        self._mend_journal()

    def _take(self, copies: Path) -> None:
        """The inputs, where they are not the same already."""
        if sums_of(self.inputs) == sums_of(copies):
            return
        partial = self.path / f".{INPUTS}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(copies, partial)
        shutil.rmtree(self.inputs, ignore_errors=True)
        partial.replace(self.inputs)

    def _mend_journal(self) -> None:
        """Without the line that nobody finished."""
        with open(self.path / JOURNAL_NAME, "ab+") as journal:
            size = journal.tell()
            block = min(size, 1 << 20)
            journal.seek(size - block)
            end = journal.read(block).rfind(b"\n") + 1
            journal.truncate(size - block + end)

    def own_program(self, program: Path, sha256: str) -> Path:
        """A copy of the simulator for this command's runs, which a build under way does not change.
        Raises UserError where it is not the one that planned."""
        own = self.scratch / program.name
        try:
            shutil.copy2(program, own)
        except OSError as error:
            raise cannot_write(self.path, error) from error
        if sha256_of(own) != sha256:
            raise UserError("the simulator was built anew just now; run the same command again")
        return own

    def finish(self, outcome: Outcome, repeat: str) -> dict[str, Any]:
        """Add the run to the journal, and keep of its records what is to be kept; its line.

        repeat: the command that does a failed run again, alone. Raises UserError for a full disk.
        """
        job = outcome.job
        line: dict[str, Any] = {"cell": job.cell.key, "seed": job.seed}
        process = {"wall_s": 0.0, "peak_memory_bytes": 0}
        try:
            if outcome.folder is not None:
                info = read_run_info(outcome.folder)
                line["kept"] = digest(outcome.folder, self._series)
                process = {key: info.raw[key] for key in process}
                self._note(job, info.raw)
            else:
                line |= {"failed": one_line(outcome.text), "command": repeat}
            line["process"] = process
            self._keep_records(outcome)
            with open(self.path / JOURNAL_NAME, "a", encoding="utf-8") as journal:
                journal.write(json.dumps(line, separators=(",", ":")) + "\n")
        except OSError as error:
            raise cannot_write(self.path, error) from error
        except RecordError as error:
            raise Failure(f"run {job.name} ended well, but {error}") from error
        return line

    def _keep_records(self, outcome: Outcome) -> None:
        folder, failed = outcome.folder or outcome.left, outcome.folder is None
        if folder is None or not folder.exists():
            return
        if self._keep == "events" or (self._keep == "failed" and failed):
            target = self.path / RECORDS / outcome.job.name
            target.parent.mkdir(exist_ok=True)
            shutil.rmtree(target, ignore_errors=True)
            folder.replace(target)
        else:
            shutil.rmtree(folder, ignore_errors=True)

    def _note(self, job: Job, run: dict[str, Any]) -> None:
        """Hears of each run that ended well, by its run.json."""


def other_build(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What differs between two builds, in words; empty where nothing does."""
    if same_program(old, new):
        return []
    same = "the same commit with other changes" if old["commit"] == new["commit"] else old["commit"]
    return [f"the simulator was built from {same}, and is now from {new['commit']}"]


def repeat_command(program: Path, folder: Path, job: Job) -> str:
    """Does one run again, alone, under a debugger if need be."""
    inputs, out = folder / INPUTS / job.cell.scenario, f"{folder}-replay/{job.name}"
    words = [os.path.relpath(program), "run", str(inputs / "scenario.toml")]
    words += ["--inputs", str(inputs), "--seed", str(job.seed), "--out", out]
    for setting in job.cell.settings:
        words += ["--set", setting]
    return f"{command_text(['mkdir', '-p', out])} && {command_text(words)}"
