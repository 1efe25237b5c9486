# SPDX-License-Identifier: GPL-2.0-only
"""Real processes in namespaces of their own, over a network of ns-3: one scenario, all the way."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from analysis.run.metrics import metrics_of_run

pytestmark = pytest.mark.real_time

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "swimlab-emulation"
USER_ERROR = 2

# Ten times as fast as memberlist-lan, for nobody likes to wait. What gossip does not bring to everybody, since
# it reaches each member with high probability only, a push/pull brings within the run.
SCENARIO = """
title = "a crash and a cut"
duration = "11s"
[cluster]
members = 8
preset = "memberlist-lan"
[protocol]
probe_interval = "100ms"
probe_timeout = "50ms"
gossip_interval = "20ms"
gossip_to_the_dead_time = "5s"
push_pull_interval = "500ms"
[topology]
kind = "star"
access_delay = "2ms"
[[event]]
at = "500ms"
crash = "3"
[[event]]
at = "3s"
restart = "3"
[[event]]
at = "5s"
partition = "0-2"
for = "3s"
"""


@pytest.fixture(name="scenario")
def fixture_scenario(tmp_path: Path) -> Path:
    if not PROGRAM.exists() or not (ROOT / "build" / "swim-agent").exists():
        pytest.skip("build/swimlab-emulation is not built; ./swimlab test builds it")
    file = tmp_path / "scenario.toml"
    file.write_text(SCENARIO)
    return file


def test_processes_part_and_meet_as_the_network_does(scenario: Path, tmp_path: Path) -> None:
    checked = subprocess.run([PROGRAM, "plan", scenario], capture_output=True, encoding="utf-8")
    if checked.returncode == USER_ERROR and "emulation:" in checked.stderr:
        pytest.skip(checked.stderr.strip())
    out = tmp_path / "run"
    out.mkdir()
    subprocess.run(
        [PROGRAM, "run", scenario, "--out", out],
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=200,
    )
    info = json.loads((out / "run.json").read_text())
    assert info["backend"] == "emulation"
    assert info["packets_delivered"] > 8 * 2 * 9  # a ping and an ack each second, at the very least
    assert info["lag_max_ns"] >= info["lag_p99_ns"] > 0
    with open(out / "events.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    met_again = {
        row["observer"] for row in rows if row["event"] == "joined" and row["subject"] == "m3"
    }
    assert met_again >= {"m0", "m1", "m2", "m4", "m5", "m6", "m7"}
    metrics = metrics_of_run(out)
    (crash,) = metrics.crashes
    assert crash.full_dissemination_s is not None
    assert metrics.false_positives.during_partition > 0


def test_without_permission_it_says_so_in_one_line(scenario: Path) -> None:
    """Root without any capability is nobody."""
    unprivileged = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", PROGRAM, "plan", scenario]
    done = subprocess.run(unprivileged, capture_output=True, encoding="utf-8")
    if "setpriv" in done.stderr:
        unprivileged = [PROGRAM, "plan", scenario]  # we are nobody ourselves
        done = subprocess.run(unprivileged, capture_output=True, encoding="utf-8")
    assert done.returncode == USER_ERROR
    assert done.stderr.count("\n") == 1
    assert "needs root" in done.stderr


def test_the_capture_has_the_packets_that_the_network_carried(
    scenario: Path, tmp_path: Path
) -> None:
    """Whatever a member is, its packets cross the simulated network and are put down there."""
    tshark = shutil.which("tshark")
    if tshark is None:
        pytest.skip("tshark is not installed")
    out = tmp_path / "captured"
    out.mkdir()
    command = [PROGRAM, "run", scenario, "--set", "trace.pcap=true", "--out", out]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == USER_ERROR:
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stderr
    with open(out / "trace.csv", encoding="utf-8", newline="") as file:
        trace = list(csv.DictReader(file))

    def sent(before_s: float) -> int:
        """How many datagrams the members had sent by then."""
        return len(
            {
                (row["packet"], row["member"])
                for row in trace
                if row["event"] == "message"
                and row["channel"] == "datagram"
                and float(row["time_s"]) < before_s
            }
        )

    shown = subprocess.run(
        [tshark, "-n", "-r", out / "trace.pcapng", "-Y", "udp && frame.time_epoch < 10"]
        + ["-T", "fields", "-e", "frame.interface_name", "-e", "frame.comment"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    frames = [line.split("\t") for line in shown]
    # What was handed to the system a second before has crossed the network, however late it was. A process
    # that is killed may have sent what it has not written down.
    assert sent(9) <= len(frames) <= sent(10) + 5, (sent(9), sent(10))
    assert "lost: partition" in {frame[1] for frame in frames}
