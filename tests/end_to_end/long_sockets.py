# SPDX-License-Identifier: GPL-2.0-only
"""Minutes of real processes: every kind of event, and Memlist's scene twenty times.

Run by ctest with the labels long and nightly, and not with the other Python tests.
"""

from __future__ import annotations

import json
from pathlib import Path


from campaign.build import Build
from campaign.cli import main
from test_sockets import observers, perform, rows

ROOT = Path(__file__).resolve().parents[2]

EVERYTHING = """
[network]
delay = "1ms"
[[event]]
at = "500ms"
update = 0
meta = "version 2"
[[event]]
at = "1s"
crash = 1
for = "5s"
address = "new"
[[event]]
at = "1500ms"
inject = "suspect"
into = 0
about = 4
incarnation = 1
from = 3
[[event]]
at = "8s"
disconnect = 2
for = "4s"
[[event]]
at = "14s"
partition = ["0-2"]
for = "5s"
[[event]]
at = "20s"
pause = 3
for = "4s"
[[event]]
at = "25s"
block = 4
direction = "in"
carries = "datagrams"
for = "1s"
[[event]]
at = "25s"
loss = "5%"
members = 0
for = "1s"
[[event]]
at = "27s"
leave = 2
"""


def test_every_kind_of_event_happens_to_real_processes(tmp_path: Path) -> None:
    out = perform(tmp_path, EVERYTHING, "32s")
    events = rows(out)
    truths = {row["event"] for row in events if not row["observer"]}
    assert truths >= {"update", "crash", "restart", "inject", "disconnect", "reconnect"}
    assert truths >= {"partition", "heal", "pause", "resume", "block", "unblock", "loss", "leave"}
    restart = next(row for row in events if row["event"] == "restart")
    assert (restart["subject"], restart["incarnation"]) == ("m1", "2")
    assert observers(events, "updated", "m0") >= {"m1", "m2", "m3", "m4"}
    assert observers(events, "dead", "m1") >= {"m0", "m2", "m3", "m4"}
    assert observers(events, "joined", "m1") >= {"m0", "m2", "m3", "m4"}
    assert "m0" in observers(events, "suspect", "m4")
    assert "m4" in observers(events, "refuted", "m4")
    for gone in ("m2", "m3"):  # without its cable; stopped
        assert "m4" in observers(events, "dead", gone) | observers(events, "suspect", gone)
    across = [
        row
        for row in events
        if row["event"] in ("suspect", "dead")
        and (row["observer"] in ("m0", "m1", "m2")) != (row["subject"] in ("m0", "m1", "m2"))
        and 14e9 <= int(row["time_ns"]) < 20e9
    ]
    assert across, "nobody noticed the partition"
    assert observers(events, "left", "m2") >= {"m0", "m1"}


def test_memlists_scene_goes_well_each_time(tmp_path: Path) -> None:
    command = ["run", str(ROOT / "scenarios" / "asks" / "memlist-small.toml")]
    command += ["--backend", "sockets", "--runs", "20", "--jobs", "4", "--set", "duration=30s"]
    assert main([*command, "--out", str(tmp_path / "out")], Build(ROOT / "build")) == 0
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["verdict"]["as_expected"]
