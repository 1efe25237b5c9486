# SPDX-License-Identifier: GPL-2.0-only
"""A study's folder as values (docs/studies.md): what was asked, its cells, and the runs of each.

    DIR/study.json     what was asked, and how each of its cells is asked of the simulator; sealed
    DIR/runs.jsonl     the journal: a line a run, in the order in which they ended
    DIR/summary.json   of each cell how many runs the rule asks for, and why no more; sealed

A cell is one scenario with one variant at one point of the axes. Its key is made of all that decides
its result, so a cell that a later version of the study file still asks for keeps its runs.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.run import seal
from analysis.run.metrics import RunMetrics
from analysis.run.records import RecordError
from analysis.study.digest import run_metrics

STUDY_NAME = "study.json"
JOURNAL_NAME = "runs.jsonl"
SUMMARY_NAME = "summary.json"
STUDY_FORMAT = 1


@dataclass(frozen=True)
class Axis:
    """One setting that the study varies."""

    key: str
    """As --set takes it: "protocol.probe_interval", "event.outage.for"."""
    values: tuple[str, ...]
    """In the order of the study file; of a sampled design, in the order of the points."""
    scale: str
    """"list", "linear" or "log"."""


@dataclass(frozen=True)
class Cell:
    """One scenario, one variant, one point."""

    key: str
    """12 hex digits."""
    scenario: str
    variant: str
    """Empty where the study has no variants."""
    point: dict[str, str]
    """Of each axis its value here; {} without axes."""
    settings: tuple[str, ...]
    """All that is set beyond the scenario's file: KEY=VALUE, in the order in which they count."""
    resolved: dict[str, str]
    """Every setting of the scenario by its key."""
    members: int
    simulated_s: float

    @property
    def name(self) -> str:
        """For messages: "crash, lifeguard, protocol.probe_interval=1s"."""
        point = [f"{key}={value}" for key, value in self.point.items()]
        return ", ".join(part for part in (self.scenario, self.variant, *point) if part)


@dataclass(frozen=True)
class Failed:
    """A run that did not end well."""

    cell: str
    seed: int
    text: str
    command: str
    """What repeats it alone."""


@dataclass(frozen=True)
class Entry:
    """A line of the journal."""

    cell: str
    seed: int
    packed: bytes | None
    """The digest of its records, as `pack` makes it small: parsed, those of twenty thousand runs would
    take more memory than a machine has. None: the run failed."""
    failure: Failed | None
    wall_s: float
    peak_memory_bytes: int

    @property
    def kept(self) -> dict[str, Any] | None:
        """The digest of its records, parsed now; None: it failed."""
        if self.packed is None:
            return None
        found: dict[str, Any] = json.loads(zlib.decompress(self.packed))
        return found


def pack(kept: dict[str, Any]) -> bytes:
    """A digest for an Entry."""
    return zlib.compress(json.dumps(kept).encode("utf-8"), 1)


@dataclass(frozen=True)
class Study:
    """All that a folder holds."""

    folder: Path
    asked: dict[str, Any]
    """study.json: title, question, abstract, replicate, measure, tables, figures, expects, build..."""
    axes: tuple[Axis, ...]
    cells: tuple[Cell, ...]
    """In the order of scenarios, variants and points."""
    entries: dict[str, dict[int, Entry]] = field(default_factory=dict)
    """By cell and seed: the last line of each."""

    def runs(self, cell: Cell) -> list[RunMetrics]:
        """Those that ended well, by seed. Names are the seeds'; of one seed runs of all cells have the
        same random numbers, so what differs between them is paired."""
        found = sorted(self.entries.get(cell.key, {}).items())
        return [
            run_metrics(f"seed-{seed}", seed, kept, entry.wall_s)
            for seed, entry in found
            if (kept := entry.kept) is not None
        ]

    def networks(self, cell: Cell) -> dict[str, str | None]:
        """Of each run by its name the random network that it had (campaign.clusters.Networks)."""
        return {
            f"seed-{seed}": kept["network"]
            for seed, entry in self.entries.get(cell.key, {}).items()
            if (kept := entry.kept) is not None
        }

    def failures(self) -> list[Failed]:
        """The runs that did not end well, cell by cell."""
        return [
            entry.failure
            for cell in self.cells
            for _, entry in sorted(self.entries.get(cell.key, {}).items())
            if entry.failure is not None
        ]


def read_study(folder: Path, whole_journal: bool = False) -> Study:
    """The study with the runs that its rule asks for (summary.json); the journal may have more, of
    other versions of the study file.

    whole_journal: with all runs of its cells. Raises RecordError where a file is missing, damaged or of
    another version.
    """
    asked = read_asked(folder)
    try:
        study = _without_runs(folder, asked)
        first = asked["replicate"]["seed"]
    except (KeyError, TypeError, AttributeError) as error:
        raise RecordError(
            f"{folder / STUDY_NAME}: is not what ./swimlab study wrote: {error!r}"
        ) from None
    wanted = {} if whole_journal else _wanted(folder)
    keys = {cell.key for cell in study.cells}
    for entry in read_journal(folder / JOURNAL_NAME):
        place = entry.seed - first
        if entry.cell in keys and (not wanted or 0 <= place < wanted.get(entry.cell, 0)):
            study.entries.setdefault(entry.cell, {})[entry.seed] = entry
    return study


def _wanted(folder: Path) -> dict[str, int]:
    """Of each cell how many runs its rule asks for; nothing where no command has ended yet."""
    path = folder / SUMMARY_NAME
    try:
        content = path.read_bytes()
        if seal.is_broken(content):
            raise RecordError(f"{path}: was changed after it was written")
        return {cell["key"]: cell["wanted"] for cell in json.loads(content)["cells"]}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError) as error:
        raise RecordError(f"{path}: is not what ./swimlab study wrote: {error!r}") from None


def _without_runs(folder: Path, asked: dict[str, Any]) -> Study:
    common = asked["resolved"]
    cells = tuple(
        Cell(
            raw["key"],
            raw["scenario"],
            raw["variant"],
            raw["point"],
            tuple(raw["settings"]),
            common | raw["resolved"],
            raw["members"],
            raw["simulated_s"],
        )
        for raw in asked["cells"]
    )
    axes = tuple(Axis(raw["key"], tuple(raw["values"]), raw["scale"]) for raw in asked["axes"])
    return Study(folder, asked, axes, cells)


def read_asked(folder: Path) -> dict[str, Any]:
    """study.json. Raises RecordError."""
    path = folder / STUDY_NAME
    try:
        content = path.read_bytes()
        if seal.is_broken(content):
            raise RecordError(f"{path}: was changed after it was written")
        asked: dict[str, Any] = json.loads(content)
    except FileNotFoundError:
        raise RecordError(f"{path}: no such file; is {folder} a study's folder?") from None
    except ValueError as error:
        raise RecordError(f"{path}: not JSON: {error}") from None
    except OSError as error:
        raise RecordError(f"{path}: cannot be read: {error.strerror}") from None
    if not isinstance(asked, dict) or "seal" not in asked:
        raise RecordError(f"{path}: is not what ./swimlab study wrote")
    if asked.get("format") != STUDY_FORMAT:
        raise RecordError(
            f"{path}: format is {asked.get('format')!r}, this reader knows {STUDY_FORMAT}"
        )
    return asked


def read_journal(path: Path) -> Iterator[Entry]:
    """Each line; one that a killed process left unfinished at the end is none.

    Raises RecordError for a broken line before the last.
    """
    try:
        with open(path, "rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.endswith(b"\n"):
                    return
                try:
                    yield entry_of(json.loads(line))
                except (ValueError, KeyError, TypeError) as error:
                    raise RecordError(f"{path}:{number}: is no run: {error!r}") from None
    except FileNotFoundError:
        return
    except OSError as error:
        raise RecordError(f"{path}: cannot be read: {error.strerror}") from None


def entry_of(raw: dict[str, Any]) -> Entry:
    """A line of the journal, parsed. Raises KeyError, TypeError."""
    cell, seed = raw["cell"], raw["seed"]
    failure = None
    if "failed" in raw:
        failure = Failed(cell, seed, raw["failed"], raw["command"])
    process = raw["process"]
    kept = raw.get("kept")
    packed = None if kept is None else pack(kept)
    return Entry(cell, seed, packed, failure, process["wall_s"], process["peak_memory_bytes"])
