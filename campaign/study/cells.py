# SPDX-License-Identifier: GPL-2.0-only
"""From a study file to its cells: every scenario with every variant at every point, each asked of the
simulator, which checks and resolves it. Nothing is run here.

The key of a cell is made of all its settings and of the maps that they name; what cannot change a
result (a title, a comment, how many runs, what is recorded) is not in it.
"""

import hashlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.study.model import Cell
from campaign.errors import Failure, UserError
from campaign.folder import SCENARIO_COPY
from campaign.plan import USER_ERROR
from campaign.study.design import Levels
from campaign.study.file import Scenario, StudyFile, Variant
from campaign.places import Path as Place

MOST_CELLS = 100_000

_NO_RESULT = ("seed", "runs", "record", "topology.runs_per_network")
"""Settings that are no part of what a cell is."""


@dataclass(frozen=True)
class Asked:
    """One cell, before the simulator was asked."""

    scenario: Scenario
    variant: Variant
    point: dict[str, str]

    def settings(self, study: StudyFile) -> tuple[str, ...]:
        """KEY=VALUE in the order in which they count; the last of a key is the only one."""
        found = dict(self.scenario.settings)
        found |= dict(self.variant.settings) | self.point | dict(study.window)
        found["record"] = "events" if study.keep == "events" else "summary"
        return tuple(f"{key}={value}" for key, value in found.items())

    @property
    def name(self) -> str:
        """For messages."""
        point = [f"{key}={value}" for key, value in self.point.items()]
        return ", ".join(part for part in (self.scenario.name, self.variant.name, *point) if part)


@dataclass(frozen=True)
class Cells:
    """What a study file comes to."""

    cells: tuple[Cell, ...]
    plans: dict[str, dict[str, Any]]
    """Of each scenario the plan of its first cell."""
    memory_bytes: int
    """What a run needs, in the cell that needs most."""
    inputs: dict[str, str]
    """sha256 of each copy, by its place in the folder of inputs."""


def ask_for_cells(program: Path, study: StudyFile, copies: Path) -> Cells:
    """Have the simulator plan every cell, and copy all that it reads to `copies`.

    Raises UserError with the simulator's words and the line of the study file.
    """
    count = len(study.scenarios) * len(study.variants) * len(study.points)
    if count > MOST_CELLS:
        study.wrong(f"these are {count:,} cells; at most {MOST_CELLS:,} can be run", "axes")
    cells: list[Cell] = []
    plans: dict[str, dict[str, Any]] = {}
    inputs: dict[str, str] = {}
    memory = 0
    for scenario in study.scenarios:
        folder = copies / scenario.name
        folder.mkdir()
        asked = [
            Asked(scenario, variant, point) for variant in study.variants for point in study.points
        ]
        for each, plan in zip(asked, _plans(program, study, asked, folder), strict=True):
            plans.setdefault(scenario.name, plan)
            memory = max(memory, plan["memory_bytes"] or 0)
            inputs |= {f"{scenario.name}/{name}": sum_ for name, sum_ in plan["inputs"].items()}
            cells.append(_cell(each, study, plan))
    _refuse_what_changes_nothing(study, cells)
    return Cells(tuple(cells), plans, memory, inputs)


def _plans(
    program: Path, study: StudyFile, asked: list[Asked], copies: Path
) -> Iterator[dict[str, Any]]:
    """The plan of each cell of a scenario, by one process."""
    lines = [json.dumps({"set": [*each.settings(study), "runs=1"]}) + "\n" for each in asked]
    command = [str(program), "work", str(asked[0].scenario.file), "--copy-to", str(copies)]
    done = subprocess.run(command, input="".join(lines).encode("utf-8"), capture_output=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    for each, answer in zip(asked, answers):
        if "failed" in answer:
            if answer["code"] != USER_ERROR:
                raise Failure(f"planning {each.name}: {answer['failed']}")
            _refuse(study, each, answer["failed"])
        plan: dict[str, Any] = answer["plan"]
        if len(plan["points"]) > 1:
            swept = ", ".join(plan["points"][0]["settings"])
            _refuse(
                study, each, f"the scenario has a [sweep]; give {swept} values in set or [axes]"
            )
        yield plan
    if len(answers) < len(asked):
        words = done.stderr.decode("utf-8", "replace").strip()
        raise Failure(f"{words}\n{program.name} work ended with {done.returncode} while planning")


def _refuse(study: StudyFile, asked: Asked, words: str) -> None:
    """Raises UserError, at the line that is to blame as far as it can be told."""
    of_scenario: Place = ("scenario", study.scenarios.index(asked.scenario))
    of_variant: Place = ("variant", study.variants.index(asked.variant))
    own: dict[str, Place] = {}
    own.update((key, (*of_scenario, "set", key)) for key, _ in asked.scenario.settings)
    own.update((key, (*of_variant, "set", key)) for key, _ in asked.variant.settings)
    own.update((key, ("axes", key)) for key in asked.point)
    own.update((key, ("measure", key.partition(".")[2])) for key, _ in study.window)
    blamed = [key for key in own if key in words]
    path = own[max(blamed, key=len)] if blamed else of_scenario
    study.wrong(f"{asked.name}: {words.replace('--set ', '')}", *path)


def _cell(asked: Asked, study: StudyFile, plan: dict[str, Any]) -> Cell:
    resolved = {key: str(value) for key, value in plan["resolved"].items()}
    what = {key: value for key, value in resolved.items() if key not in _NO_RESULT}
    maps = {name: sum_ for name, sum_ in plan["inputs"].items() if name != SCENARIO_COPY}
    # Runs that were made without the series have to be made again.
    text = json.dumps([what, maps, *study.series], sort_keys=True)
    return Cell(
        hashlib.sha256(text.encode("utf-8")).hexdigest()[:12],
        asked.scenario.name,
        asked.variant.name,
        asked.point,
        asked.settings(study),
        resolved,
        plan["members"],
        plan["duration_s"],
    )


def _refuse_what_changes_nothing(study: StudyFile, cells: list[Cell]) -> None:
    """A variant, or a value of an axis, with which all cells are those of another one answers no
    question: most likely its key does nothing there."""
    keys: dict[str, list[str]] = {}
    for cell in cells:
        keys.setdefault(cell.variant, []).append(cell.key)
    names = list(keys)
    for number, name in enumerate(names):
        for other in names[:number]:
            if keys[name] == keys[other]:
                study.wrong(
                    f'variant "{name}" changes nothing: all its settings are then those of'
                    f' "{other}"',
                    "variant", number,
                )  # fmt: skip
    for axis in study.axes:
        _refuse_idle(study, axis, cells)
    first: dict[str, Cell] = {}
    for cell in cells:
        if (same := first.setdefault(cell.key, cell)) is not cell:
            words = f"'{cell.name}' is the same as '{same.name}': no setting differs"
            study.wrong(words, "axes" if cell.point else "variant")


def _refuse_idle(study: StudyFile, axis: Levels, cells: list[Cell]) -> None:
    alike: dict[tuple[str, ...], list[str]] = {}
    for cell in cells:
        others = [f"{key}={value}" for key, value in cell.point.items() if key != axis.key]
        alike.setdefault((cell.scenario, cell.variant, *others), []).append(cell.key)
    groups = [keys for keys in alike.values() if len(keys) > 1]
    if groups and all(len(set(keys)) == 1 for keys in groups):
        study.wrong(f"axes.{axis.key}: its values change nothing in any cell", "axes", axis.key)
