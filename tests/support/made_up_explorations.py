# SPDX-License-Identifier: GPL-2.0-only
"""Runs of a few members whose rows, and whose trace, are written by hand."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from analysis.explore.traced import COLUMNS, NOTE_NAME, TRACE_NAME
from analysis.run.metrics import PROGRAM
from run_tables import RunTable

KINDS = ("suspect", "refuted", "dead", "joined")


def random_run(seed: int, members: int = 12, events: int = 900) -> RunTable:
    """Members that conclude anything of each other, crashes and restarts among it."""
    draw = random.Random(seed)
    run = RunTable(members, 60)
    down: set[str] = set()
    for step in range(events):
        at_s = step * 55 / events + 1
        name = draw.choice(run.names)
        if draw.random() < 0.01 and len(down) < 3 and name not in down:
            run.truth(at_s, "crash", name)
            down.add(name)
        elif draw.random() < 0.01 and name in down:
            run.truth(at_s, "restart", name)
            down.discard(name)
        elif name not in down:
            other = draw.choice([each for each in run.names if each != name])
            source = draw.choice(run.names)
            kind = draw.choice(KINDS)
            incarnation = draw.choice((1, 2, 300, ""))
            run.says(at_s, name, kind, other, incarnation, source)
    return run


class TraceTable:
    """trace.csv by hand; members by name, times in seconds."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []
        self.packets = 0

    def add(self, time_s: float, event: str, member: str, **more: object) -> TraceTable:
        self.rows.append({"time_s": f"{time_s:.9f}", "event": event, "member": member} | more)
        return self

    def message(
        self, time_s: float, member: str, peer: str, kind: str, about: str = "", **more: object
    ) -> TraceTable:
        """One that arrives 1 ms later, unless `lost_by` says otherwise."""
        self.packets += 1
        if "lost_by" not in more:
            more.setdefault("arrived_s", f"{time_s + 0.001:.9f}")
        more.setdefault("channel", "datagram")
        row = {"peer": peer, "kind": kind, "about": about, "packet": self.packets}
        return self.add(time_s, "message", member, **row, **more)

    def write(self, folder: Path, note: str = "{}") -> Path:
        rows = sorted(self.rows, key=lambda row: float(str(row["time_s"])))
        lines = [",".join(str(row.get(name, "")) for name in COLUMNS) for row in rows]
        (folder / TRACE_NAME).write_text("\n".join([",".join(COLUMNS), *lines]) + "\n")
        (folder / NOTE_NAME).write_text(note)
        return folder


def with_metrics(run: RunTable, folder: Path) -> Path:
    """The run's folder, as one has it that was simulated; skips where nothing can compute metrics."""
    if not PROGRAM.exists():
        pytest.skip("build/swimlab-metrics is not built; ./swimlab test builds it")
    run.overrides.setdefault("backend", "by hand")
    return run.write(folder)


def value_at(metrics: Any, path: str) -> Any:
    """What stands at a place of metrics.json that the page names."""
    for key in path.split("."):
        metrics = len(metrics) if key == "length" else metrics[int(key) if key.isdigit() else key]
    return metrics
