# SPDX-License-Identifier: GPL-2.0-only
"""A study's folder (docs/studies.md): the runs, and what was asked."""

import json
from pathlib import Path
from typing import Any

from analysis.run import seal
from analysis.run.records import RecordError
from analysis.study.model import STUDY_FORMAT, STUDY_NAME, Cell, read_asked
from campaign.errors import UserError
from campaign.folder import cannot_write
from campaign.study.cells import Cells
from campaign.study.engine import Job
from campaign.study.file import StudyFile
from campaign.study.runs_folder import RunsFolder, other_build
from campaign.words import one_line, path_text

STUDY_COPY = "study.toml"
NETWORKS = "networks"


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
        "series": list(study.series),
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


class StudyFolder(RunsFolder):
    """A study's, with study.json."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._networks: dict[str, tuple[int, str]] = {}

    def admit(self, asked: dict[str, Any], copies: Path) -> None:
        """Write study.json and take the copies; a UserError and no change where the folder's runs
        must not be mixed with those of this study."""
        self._keep = asked["keep"]
        self._series = asked.get("series", [])
        old = self._asked()
        if old is not None:
            self._refuse_mixture(old, asked)
        try:
            partial = self.path / f".{STUDY_NAME}.partial"
            partial.write_text(
                seal.sealed(json.dumps(asked, indent=1, ensure_ascii=False)), "utf-8"
            )
            self._begin(copies)
            partial.replace(self.path / STUDY_NAME)
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def _asked(self) -> dict[str, Any] | None:
        """The study.json that is there; None in a new folder."""
        if self._is_new(STUDY_NAME, "study"):
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
        self._refuse([*found, *other_build(old["build"], new["build"])])

    def _note(self, job: Job, run: dict[str, Any]) -> None:
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
