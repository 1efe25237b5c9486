# SPDX-License-Identifier: GPL-2.0-only
"""A study's folder (docs/studies.md), kept whole.

A run counts from the moment that its line is in the journal, which is only added to; a line that a
killed process left unfinished is taken away by the next one. The runs of one folder are all of one
build and read the same copies of scenarios and maps.
"""

import json
import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from analysis.run import seal
from analysis.run.records import RecordError, read_run_info
from analysis.study.digest import digest
from analysis.study.model import JOURNAL_NAME, STUDY_FORMAT, STUDY_NAME, Cell, read_asked
from campaign.errors import Failure, UserError
from campaign.folder import INPUTS, cannot_write, same_program, sha256_of, sums_of
from campaign.lock import locked
from campaign.study.cells import Cells
from campaign.study.engine import Job, Outcome
from campaign.study.file import StudyFile
from campaign.words import command_text, one_line, path_text

STUDY_COPY = "study.toml"
RECORDS = "runs"
NETWORKS = "networks"
SCRATCH = ".work"


def describe(
    study: StudyFile, cells: Cells, inputs: dict[str, str], build: dict[str, Any], command: str
) -> dict[str, Any]:
    """The content of study.json."""
    common = _common([cell.resolved for cell in cells.cells])
    design = study.design
    return {
        "format": STUDY_FORMAT,
        "title": study.title,
        "question": study.question,
        "abstract": study.abstract,
        "command": command,
        "study_file": path_text(study.path),
        "study_text": study.text.decode("utf-8"),
        "inputs": inputs,
        "keep": study.keep,
        "scenarios": [
            {
                "name": scenario.name,
                "file": path_text(scenario.file),
                "set": dict(scenario.settings),
                **{key: plan[key] for key in ("title", "question", "members", "duration_s")},
            }
            for scenario in study.scenarios
            for plan in [cells.plans[scenario.name]]
        ],
        "variants": [
            {"name": variant.name, "set": dict(variant.settings)} for variant in study.variants
        ],
        "axes": [
            {
                "key": axis.key,
                "values": list(dict.fromkeys(point[axis.key] for point in study.points)),
                "scale": axis.scale,
            }
            for axis in study.axes
        ],
        "design": {"kind": design.kind, "points": design.points, "seed": design.seed},
        "replicate": {
            "at_least": study.replicate.at_least,
            "at_most": study.replicate.at_most,
            "until": study.replicate.until,
            "budget_s": study.replicate.budget_s,
            "seed": study.replicate.seed,
        },
        "measure": dict(study.window) | {"measures": list(study.measures)},
        "tables": list(study.tables),
        "figures": list(study.figures),
        "expects": list(study.expects),
        "resolved": common,
        "cells": [_cell_json(cell, common) for cell in cells.cells],
        "build": build,
    }


def _cell_json(cell: Cell, common: dict[str, str]) -> dict[str, Any]:
    own = {key: value for key, value in cell.resolved.items() if key not in common}
    return {
        "key": cell.key,
        "scenario": cell.scenario,
        "variant": cell.variant,
        "point": cell.point,
        "settings": list(cell.settings),
        "resolved": own,
        "members": cell.members,
        "simulated_s": cell.simulated_s,
    }


def _common(settings: list[dict[str, str]]) -> dict[str, str]:
    """What all of them have alike."""
    first = settings[0]
    return {
        key: value for key, value in first.items() if all(s.get(key) == value for s in settings)
    }


class StudyFolder:
    """The folder, locked for as long as the `with` block lasts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._held = ExitStack()
        self._keep = "summary"
        self._networks: dict[str, tuple[int, str]] = {}

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

    def admit(self, asked: dict[str, Any], copies: Path) -> None:
        """Write study.json and take the copies; a UserError and no change where the folder's runs
        must not be mixed with those of this study."""
        self._keep = asked["keep"]
        old = self._asked()
        if old is not None:
            self._refuse_mixture(old, asked)
        try:
            partial = self.path / f".{STUDY_NAME}.partial"
            partial.write_text(
                seal.sealed(json.dumps(asked, indent=1, ensure_ascii=False)), "utf-8"
            )
            self._take(copies)
            partial.replace(self.path / STUDY_NAME)
            shutil.rmtree(self.scratch, ignore_errors=True)
            self.scratch.mkdir()
            self._mend_journal()
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def _asked(self) -> dict[str, Any] | None:
        """The study.json that is there; None in a new folder."""
        if not (self.path / STUDY_NAME).exists():
            if others := [
                each.name for each in self.path.iterdir() if not each.name.startswith(".")
            ]:
                raise UserError(
                    f"{path_text(self.path)} is not empty (it has {one_line(others[0])}) and holds no"
                    f" {STUDY_NAME}, so it is no study's folder; choose another one with --out"
                )
            return None
        try:
            return read_asked(self.path)
        except RecordError as error:
            raise UserError(
                f"{error}; choose another folder with --out, or remove {path_text(self.path)}"
            ) from error

    def _refuse_mixture(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        """Cells are known by what they are, so that only the build can differ unseen. A folder of
        which nothing is asked for any more is most likely meant for something else."""
        found = []
        if not {cell["key"] for cell in old["cells"]} & {cell["key"] for cell in new["cells"]}:
            found.append(f"they are those of another study, '{one_line(old['title'])}'")
        if not same_program(old["build"], new["build"]):
            commits = [each["build"]["commit"] for each in (old, new)]
            same = "the same commit with other changes" if commits[0] == commits[1] else commits[0]
            found.append(f"the simulator was built from {same}, and is now from {commits[1]}")
        if found:
            raise UserError(
                f"{path_text(self.path)} holds runs that must not be mixed with new ones:\n"
                + "".join(f"    {line}\n" for line in found)
                + f"choose another folder with --out, or remove {path_text(self.path)}"
            )

    def _take(self, copies: Path) -> None:
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

    def finish(self, outcome: Outcome, repeat: str) -> None:
        """Add the run to the journal, and keep of its records what is to be kept.

        repeat: the command that does a failed run again, alone. Raises UserError for a full disk.
        """
        job = outcome.job
        line: dict[str, Any] = {"cell": job.cell.key, "seed": job.seed}
        process = {"wall_s": 0.0, "peak_memory_bytes": 0}
        try:
            if outcome.folder is not None:
                info = read_run_info(outcome.folder)
                line["kept"] = digest(outcome.folder)
                process = {key: info.raw[key] for key in process}
                self._keep_network(job, info.raw)
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

    def _keep_network(self, job: Job, run: dict[str, Any]) -> None:
        """Of each scenario the network and the timeline of one run, to be drawn: of its first cell by
        key that was run with the lowest seed, whoever ends first."""
        scenario, order = job.cell.scenario, (job.seed, job.cell.key)
        file = self.path / NETWORKS / f"{scenario}.json"
        if scenario not in self._networks and file.exists():
            kept = json.loads(file.read_text(encoding="utf-8"))
            self._networks[scenario] = (kept["seed"], kept["cell"])
        if order >= self._networks.get(scenario, (order[0] + 1, "")):
            return
        kept = {"seed": job.seed, "cell": job.cell.key}
        kept |= {key: run[key] for key in ("members", "member_names", "timeline", "topology")}
        file.parent.mkdir(exist_ok=True)
        partial = file.with_name(f".{file.name}.partial")
        partial.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        partial.replace(file)
        self._networks[scenario] = order


def repeat_command(program: Path, folder: Path, job: Job) -> str:
    """Does one run again, alone, under a debugger if need be."""
    inputs, out = folder / INPUTS / job.cell.scenario, f"{folder}-replay/{job.name}"
    words = [os.path.relpath(program), "run", str(inputs / "scenario.toml")]
    words += ["--inputs", str(inputs), "--seed", str(job.seed), "--out", out]
    for setting in job.cell.settings:
        words += ["--set", setting]
    return f"{command_text(['mkdir', '-p', out])} && {command_text(words)}"
