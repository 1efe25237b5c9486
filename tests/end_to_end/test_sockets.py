# SPDX-License-Identifier: GPL-2.0-only
"""The whole way with real processes: scenario, swim-agent on loopback sockets, records, metrics.

Timings are short so that a run takes seconds, and every time to wait for something is several times
what a busy machine needs.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from analysis.run.metrics import metrics_of_run

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "swimlab-sockets"
LONG_ENOUGH_S = 60

QUICK = """
title = "quick"
duration = "{duration}"
[cluster]
members = 5
preset = "memberlist-lan"
[protocol]
probe_interval = "200ms"
probe_timeout = "100ms"
suspicion_mult = 3
gossip_interval = "50ms"
push_pull_interval = "2s"
tcp_timeout = "2s"
dead_node_reclaim_time = "100ms"
[topology]
kind = "star"
"""

CRASH = """
[[event]]
at = "1s"
crash = 3
"""

pytestmark = [
    pytest.mark.real_time,
    pytest.mark.skipif(
        not PROGRAM.exists(), reason="build/swimlab-sockets is not built; run ./swimlab build"
    ),
]


def write(folder: Path, text: str, duration: str) -> Path:
    """The scenario's file."""
    file = folder / "s.toml"
    file.write_text(QUICK.format(duration=duration) + text)
    return file


def perform(folder: Path, text: str, duration: str) -> Path:
    """One run; returns its records' folder."""
    out = folder / "out"
    out.mkdir()
    command = [PROGRAM, "run", write(folder, text, duration), "--out", out]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return out


def rows(out: Path) -> list[dict[str, str]]:
    """events.csv."""
    with open(out / "events.csv", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def observers(events: list[dict[str, str]], event: str, subject: str) -> set[str]:
    """Who concluded this about that member."""
    return {
        row["observer"]
        for row in events
        if row["observer"] and row["event"] == event and row["subject"] == subject
    }


def test_a_crash_is_noticed_by_all_and_recorded_as_a_simulated_one(tmp_path: Path) -> None:
    out = perform(tmp_path, CRASH, "10s")
    events = rows(out)
    times = [int(row["time_ns"]) for row in events]
    assert times == sorted(times) and times[0] >= 0 and times[-1] <= 10e9
    assert observers(events, "dead", "m3") == {"m0", "m1", "m2", "m4"}
    run = json.loads((out / "run.json").read_text())
    assert run["backend"] == "sockets"
    assert run["member_kinds"] == ["swimlab"] * 5
    assert run["time_resolution_ns"] == {"swimlab": 1}
    assert 0 < run["lag_p99_ns"] <= run["lag_max_ns"]
    assert run["valid"] == (run["lag_p99_ns"] <= 5_000_000)
    assert run["counts"]["probes"] > 4 * 30
    metrics = metrics_of_run(out)
    assert metrics.crashes[0].known_by == metrics.crashes[0].should_know == 4
    with open(out / "traffic.csv", encoding="utf-8") as file:
        pings = [int(row["sent"]) for row in csv.DictReader(file) if row["kind"] == "ping"]
    assert len(pings) == 10 and min(pings[2:]) > 10  # 4 members, 5 pings a second each


JOINING_BEHIND_A_CUT = """
[[event]]
at = "0s"
partition = ["0-2", "3-4"]
for = "5s"
"""


@pytest.mark.parametrize("retry, met", [("never", False), ("500ms", True)])
def test_joins_are_tried_again_as_the_scenario_says(
    tmp_path: Path, retry: str, met: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    joining = f'[cluster]\nstart = "join"\njoin_spacing = "100ms"\njoin_retry = "{retry}"\n'
    monkeypatch.setattr(sys.modules[__name__], "QUICK", QUICK.replace("[cluster]\n", joining))
    events = rows(perform(tmp_path, JOINING_BEHIND_A_CUT, "14s"))
    assert "m0" in observers(events, "joined", "m2"), "on this side of the cut"
    for member in ("m3", "m4"):
        assert bool(observers(events, "joined", member)) == met


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_its_run(tmp_path: Path, number: signal.Signals) -> None:
    out = tmp_path / "out"
    out.mkdir()
    command = [PROGRAM, "run", write(tmp_path, "", "60s"), "--out", out]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        run.stdout.readline()  # the run has begun
        members = children_of(run.pid)
        assert len(members) == 5
        run.send_signal(number)
        run.communicate(timeout=LONG_ENOUGH_S)
    assert run.returncode == (-number if number == signal.SIGKILL else 130)
    end_s = time.monotonic() + LONG_ENOUGH_S
    while any(map(is_alive, members)) and time.monotonic() < end_s:
        time.sleep(0.01)
    assert not any(map(is_alive, members))
    assert not (out / "run.json").exists()


def test_a_member_that_dies_by_itself_fails_the_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    command = [PROGRAM, "run", write(tmp_path, "", "60s"), "--out", out]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        run.stdout.readline()
        os.kill(children_of(run.pid)[0], signal.SIGSEGV)
        _, errors = run.communicate(timeout=LONG_ENOUGH_S)
    assert run.returncode == 1
    assert b"ended by itself: SIGSEGV" in errors


def children_of(pid: int) -> list[int]:
    """The processes that this one started."""
    return [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    """Whether it has not ended; one that nobody waited for has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_trace_joins_what_members_sent_with_what_they_heard(tmp_path: Path) -> None:
    """Nothing is lost on a loopback: only what the dead member was sent never arrives."""
    out = perform(tmp_path, CRASH + "[trace]\npcap = true\n", "6s")
    with open(out / "trace.csv", encoding="utf-8", newline="") as file:
        trace = list(csv.DictReader(file))
    messages = [row for row in trace if row["event"] == "message"]
    among_living = [
        row
        for row in messages
        if "m3" not in (row["member"], row["peer"]) and float(row["time_s"]) < 5
    ]
    assert len(among_living) > 50
    assert [row for row in among_living if not row["arrived_s"]] == []
    assert all(row["arrived_s"] >= row["time_s"] for row in among_living)
    assert any(row["peer"] == "m3" and row["lost_by"] == "down" for row in messages)
    decided = {(row["time_s"], row["event"], row["member"], row["about"]) for row in trace}
    for event in rows(out):
        if event["event"] == "suspect":
            time_ns = int(event["time_ns"])
            when = f"{time_ns // 10**9}.{time_ns % 10**9:09}"
            assert (when, "suspicion-started", event["observer"], event["subject"]) in decided
    tshark = shutil.which("tshark")
    if tshark is not None:
        command = [tshark, "-n", "-r", out / "trace.pcapng", "-Y", "udp", "-T", "fields"]
        frames = subprocess.run(
            [*command, "-e", "frame.interface_name"], check=True, capture_output=True, text=True
        ).stdout.split()
        sent = {row["packet"]: row["member"] for row in messages if row["channel"] == "datagram"}
        assert Counter(frames) == Counter(sent.values())
