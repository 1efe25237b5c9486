# SPDX-License-Identifier: GPL-2.0-only
"""Cells of the studies in studies/advice as numbers: which cluster, which setting, what came of it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.advice.lookup import Setting
from analysis.campaign.values import number_and_kind
from analysis.run.metrics import RunMetrics
from analysis.run.records import RecordError
from analysis.study.model import Cell, Study, read_study

VARIED = (
    "cluster.members",
    "duration",
    "network.loss",
    "protocol.probe_interval",
    "protocol.probe_timeout",
    "protocol.suspicion_mult",
)
"""What differs between cells, besides who crashes; all else is the same in all of them."""


@dataclass(frozen=True)
class Case:
    """A cell with its runs."""

    members: int
    loss: float
    """0 to 1."""
    setting: Setting
    runs: tuple[RunMetrics, ...]
    """By seed."""


def cases_of(study: Study) -> Iterator[Case]:
    """Raises RecordError where a cell has no run or a time-out of its own."""
    for cell in study.cells:
        resolved = cell.resolved
        interval_s = _number(resolved, "protocol.probe_interval")
        if not math.isclose(_number(resolved, "protocol.probe_timeout"), interval_s / 2):
            raise RecordError(f"{study.folder}: {cell.name}: its time-out is not half the interval")
        runs = tuple(study.runs(cell))
        if not runs:
            raise RecordError(f"{study.folder}: {cell.name}: has no run")
        mult = int(_number(resolved, "protocol.suspicion_mult"))
        loss = _number(resolved, "network.loss") / 100
        yield Case(cell.members, loss, Setting(interval_s, mult), runs)


def common_settings(studies: Iterable[Study]) -> dict[str, str]:
    """The protocol's settings that all cells share. Raises RecordError where a cell has others."""
    found: dict[str, str] | None = None
    for study in studies:
        for cell in study.cells:
            own = _protocol(cell)
            if found is None:
                found = own
            if own != found:
                raise RecordError(f"{study.folder}: {cell.name}: has settings of its own")
    return found or {}


def _protocol(cell: Cell) -> dict[str, str]:
    return {
        key: value
        for key, value in cell.resolved.items()
        if key not in VARIED and key.partition(".")[0] == "protocol"
    }


def _number(resolved: dict[str, str], key: str) -> float:
    found = number_and_kind(resolved[key])
    if found is None:
        raise RecordError(f"{key} = {resolved[key]}: is no number")
    return found[0]


def read_all(folders: Iterable[Path]) -> list[Study]:
    """Raises RecordError."""
    return [read_study(folder) for folder in folders]


def source_of(study: Study) -> dict[str, Any]:
    """Which study these numbers are from, and a sum of all of its runs' events."""
    build = study.asked["build"]
    runs = sorted(
        (cell.key, run.seed, run.events_sha256) for cell in study.cells for run in study.runs(cell)
    )
    digest = hashlib.sha256("".join(f"{key} {seed} {sum_}\n" for key, seed, sum_ in runs).encode())
    seeds = [seed for _, seed, _ in runs]
    return {
        "file": f"studies/advice/{Path(study.asked['study_file']).name}",
        "version": build["version"],
        "commit": build["commit"],
        "program_sha256": build["program_sha256"],
        "cells": len(study.cells),
        "runs": len(runs),
        "seeds": [min(seeds), max(seeds)],
        "runs_sha256": digest.hexdigest(),
    }
