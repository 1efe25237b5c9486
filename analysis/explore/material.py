# SPDX-License-Identifier: GPL-2.0-only
"""All that is known of one run, read once: what the other parts of this package take."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from analysis.explore import faults as done
from analysis.explore.faults import Fault, Health
from analysis.explore.rows import EVENTS_NAME, Rows, read_rows
from analysis.explore.traced import NOTE_NAME, TRACE_NAME, Trace, read_trace
from analysis.run.integrity import check_files
from analysis.run.metrics import METRICS_NAME, RunMetrics, metrics_of_run
from analysis.run.records import RunInfo, read_run_info, run_folders, RecordError

NS = 1_000_000_000
RUN_NAME = "run.json"


@dataclass(frozen=True)
class Material:
    folder: Path
    info: RunInfo
    metrics: RunMetrics
    raw_metrics: dict[str, Any]
    """metrics.json as it stands: a number of the page names its place in it."""
    rows: Rows
    trace: Trace | None
    timeline: list[dict[str, Any]]
    faults: list[Fault]
    health: Health

    @property
    def names(self) -> tuple[str, ...]:
        return self.info.member_names

    @property
    def settings(self) -> dict[str, str]:
        return self.info.raw["scenario"]["resolved"]

    @cached_property
    def probe_interval_s(self) -> float:
        return done.duration_s(self.settings, "probe_interval", 1.0)

    @cached_property
    def probe_timeout_s(self) -> float:
        return done.duration_s(self.settings, "probe_timeout", 0.5)

    @cached_property
    def gossip_interval_s(self) -> float:
        return done.duration_s(self.settings, "gossip_interval", 0.2)

    @cached_property
    def longest_probe_s(self) -> float:
        """A prober in bad health waits for several intervals."""
        most = self.settings.get("protocol.awareness_max_multiplier", "8")
        return self.probe_interval_s * max(1, int(most) if most.isdigit() else 8)


def read_material(folder: Path) -> Material:
    """Raises RecordError."""
    info = read_run_info(folder)
    # A trace may be removed, for it is large; a part of one would tell wrong reasons.
    kept = [TRACE_NAME, NOTE_NAME] if (folder / TRACE_NAME).exists() else []
    check_files(folder, info, [EVENTS_NAME, *kept])
    rows = read_rows(folder, info)
    metrics = metrics_of_run(folder)
    raw = json.loads((folder / METRICS_NAME).read_bytes())
    timeline = done.timeline_of(info.raw, rows.truth)
    faults = done.faults_of(timeline, info.member_names)
    health = done.health_of(timeline, info.member_names, faults)
    trace = read_trace(folder, info.member_names)
    return Material(folder, info, metrics, raw, rows, trace, timeline, faults, health)


def folder_of_run(folder: Path, name: str | None) -> Path:
    """A run's folder: of a campaign the named run or its first; or `folder` itself where it is one.

    Raises RecordError with what there is to choose from.
    """
    if (folder / EVENTS_NAME).exists() and not (folder / RUN_NAME).exists():
        raise RecordError(f"{folder / RUN_NAME}: no such file; each run describes itself there")
    if (folder / RUN_NAME).exists():
        if name not in (None, folder.name):
            raise RecordError(
                f"{folder}: is the folder of one run, so there is no run {name} in it"
            )
        return folder
    if not (folder / "runs").is_dir():
        raise RecordError(
            f"{folder}: is no campaign, which has a folder runs, and no run, which has a file"
            f" {RUN_NAME}{_near(folder)}"
        )
    folders = run_folders(folder)
    if name is None:
        return folders[0]
    for each in folders:
        if each.name == name:
            return each
    raise RecordError(
        f"{folder}: has no run {name}; there are {_listed([each.name for each in folders])}"
    )


def _near(folder: Path) -> str:
    """What is one or two folders below and could have been meant."""
    found = sorted(
        place.parent
        for depth in ("*", "*/*")
        for kept in ("runs", RUN_NAME)
        for place in folder.glob(f"{depth}/{kept}")
    )
    return f"; there are {_listed([str(each) for each in found])}" if found else ""


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 8:,} more" if len(names) > 8 else ""
    return ", ".join(names[:8]) + more
