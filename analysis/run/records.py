# SPDX-License-Identifier: GPL-2.0-only
"""Finds the runs of a campaign and reads what run.json says of each (docs/records.md).

Whatever does not fit the format is refused with the file and what would be right. The rows of
events.csv are not read here: lab/record/metrics computes of them what a report needs, and who wants
the rows themselves has them in one line of pandas.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.run import seal

NS_PER_S = 1_000_000_000

RUN_FORMAT = 1
"""The `format` of run.json that this reader understands."""


class RecordError(Exception):
    """A record is missing or does not fit docs/records.md; the message says where and how."""


@dataclass(frozen=True)
class RunInfo:
    """What run.json says about a run. Times in seconds of simulated time unless named otherwise."""

    name: str
    """Name of the run's folder, for instance `seed-1` or `p003-seed-1`."""
    seed: int
    point: dict[str, str]
    """This run's place in the sweep, `{}` without one."""
    member_names: tuple[str, ...]
    simulated_s: float
    wall_s: float
    events_sha256: str
    metrics_sha256: str | None
    """None where the run recorded its events, and not their summary."""
    raw: dict[str, Any]
    """run.json as it stands, for what a report prints without computing with it."""

    @property
    def members(self) -> int:
        return len(self.member_names)

    @property
    def counts(self) -> dict[str, int]:
        """What all members did that no event tells; {} in records of another make."""
        return self.raw.get("counts", {})

    @property
    def not_observable(self) -> tuple[str, ...]:
        """What some members' words cannot tell: of docs/records.md, and `traffic` where nobody told."""
        untold = set(self.raw.get("not_observable", ()))
        if self.raw.get("traffic_members") == 0:
            untold.add("traffic")
        return tuple(sorted(untold))

    @property
    def valid(self) -> bool:
        """Whether a run in real time was on time; one in simulated time always is."""
        return self.raw.get("valid", True)


def run_folders(out_dir: Path) -> list[Path]:
    """The finished runs of a campaign, in the order of sweep point and seed.

    A folder with a leading dot is a run that is not finished and is not read.
    """
    runs = out_dir / "runs"
    if not runs.is_dir():
        raise RecordError(f"{runs}: no such folder; a campaign keeps its runs there")
    folders = [f for f in runs.iterdir() if f.is_dir() and not f.name.startswith(".")]
    if not folders:
        raise RecordError(f"{runs}: holds no finished run")
    # Numbers in names compare as numbers, so that seed-10 stands after seed-9.
    return sorted(folders, key=lambda f: [int(p) if p.isdigit() else p for p in _parts(f.name)])


def read_run_info(folder: Path) -> RunInfo:
    """Reads and checks run.json of a run's folder."""
    path = folder / "run.json"
    try:
        content = path.read_bytes()
        raw = json.loads(content)
    except FileNotFoundError:
        raise RecordError(f"{path}: no such file; each run describes itself there") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise RecordError(f"{path}: not JSON: {error}") from None
    if seal.is_broken(content):
        raise RecordError(f"{path}: was changed after it was written, so run it again")
    if not isinstance(raw, dict):
        raise RecordError(f"{path}: must hold one object, holds {type(raw).__name__}")
    if raw.get("format") != RUN_FORMAT:
        raise RecordError(
            f"{path}: format is {raw.get('format')!r}, this reader knows {RUN_FORMAT}"
        )
    resolved = _field(_field(raw, "scenario", dict, path), "resolved", dict, path)
    is_summary = resolved.get("record") == "summary"
    return RunInfo(
        name=folder.name,
        seed=_field(raw, "seed", int, path),
        point=_field(raw, "point", dict, path),
        member_names=tuple(_field(raw, "member_names", list, path)),
        simulated_s=float(_field(raw, "simulated_s", (int, float), path)),
        wall_s=float(_field(raw, "wall_s", (int, float), path)),
        events_sha256=_field(raw, "events_sha256", str, path),
        metrics_sha256=_field(raw, "metrics_sha256", str, path) if is_summary else None,
        raw=raw,
    )


def _field(raw: dict[str, Any], key: str, types: Any, path: Path) -> Any:
    value = raw.get(key)
    if not isinstance(value, types) or isinstance(value, bool):
        raise RecordError(f"{path}: {key} is {value!r}, which is missing or of the wrong type")
    return value


def _parts(name: str) -> list[str]:
    """Splits a name into its runs of digits and of other characters, starting with the latter."""
    return re.split(r"(\d+)", name)
