# SPDX-License-Identifier: GPL-2.0-only
"""Runs written by hand, for the tests of the metrics: a few rows whose answers are known."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from analysis.run.metrics import RunMetrics, metrics_of_run

HEADER = "time_ns,observer,event,subject,incarnation,source"
TRAFFIC_HEADER = "second,kind,sent,sent_bytes,received,received_bytes"
PERIODS_HEADER = "from_ns,to_ns,messages,senders,receivers"


class RunTable:
    """A run of few members, by default m0 to m3 for 100 s; rows are given in order of time."""

    def __init__(self, members: int = 4, simulated_s: float = 100, start: str = "converged"):
        self.names = [f"m{i}" for i in range(members)]
        self.simulated_s = simulated_s
        self.start = start
        self.rows: list[str] = []
        self.traffic: list[str] = []
        self.periods: list[str] = []
        self.overrides: dict[str, Any] = {}
        self.settings: dict[str, str] = {}

    def truth(self, at_s: float, event: str, *subjects: str, value: str = "") -> RunTable:
        """What the scenario did, a row for each subject; one row about everybody without any."""
        for subject in subjects or ("",):
            self.rows.append(f"{_ns(at_s)},,{event},{subject},,{value}")
        return self

    def partition(self, at_s: float, *sides: str) -> RunTable:
        """Sides are given as names with spaces between them."""
        for side, names in enumerate(sides):
            self.truth(at_s, "partition", *names.split(), value=str(side))
        return self

    def says(
        self,
        at_s: float,
        observers: str,
        event: str,
        subject: str,
        incarnation: int | str = 1,
        source: str | None = None,
    ) -> RunTable:
        """What members concluded; `observers` are names with spaces between them."""
        for observer in observers.split():
            row = (_ns(at_s), observer, event, subject, incarnation, source or observer)
            self.rows.append(",".join(str(cell) for cell in row))
        return self

    def sent(self, second: int, kind: str, messages: int, size_bytes: int) -> RunTable:
        """Traffic; half of it was received, so that a mix-up of the columns shows."""
        row = (second, kind, messages, size_bytes, messages // 2, size_bytes // 2)
        self.traffic.append(",".join(str(cell) for cell in row))
        return self

    def moved(self, period: int, messages: int, senders: int, receivers: int) -> RunTable:
        """In a protocol period of 1 s so many members sent, and received, so many messages."""
        row = (_ns(period), _ns(period + 1), messages, senders, receivers)
        self.periods.append(",".join(str(cell) for cell in row))
        return self

    def write(self, folder: Path) -> Path:
        """Writes the run's folder and returns it."""
        folder.mkdir(parents=True, exist_ok=True)
        events = "\n".join([HEADER, *self.rows]) + "\n"
        (folder / "events.csv").write_text(events)
        (folder / "traffic.csv").write_text("\n".join([TRAFFIC_HEADER, *self.traffic]) + "\n")
        if self.periods:
            (folder / "periods.csv").write_text("\n".join([PERIODS_HEADER, *self.periods]) + "\n")
        info = {
            "format": 1,
            "scenario": {
                "file": "hand.toml",
                "resolved": {"cluster.start": self.start} | self.settings,
            },
            "point": {},
            "seed": 1,
            "members": len(self.names),
            "member_names": self.names,
            "simulated_s": self.simulated_s,
            "wall_s": 2.0,
            "events_sha256": hashlib.sha256(events.encode()).hexdigest(),
        }
        (folder / "run.json").write_text(json.dumps(info | self.overrides))
        return folder

    def metrics(self, tmp_path: Path) -> RunMetrics:
        return metrics_of_run(self.write(tmp_path / "seed-1"))


def _ns(at_s: float) -> int:
    return round(at_s * 1e9)
