# SPDX-License-Identifier: GPL-2.0-only
"""The network in memory as a backend: what it cannot do it refuses, what it does is the same each time."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from campaign.build import ROOT

PROGRAM = ROOT / "build" / "swimlab-virtual"

pytestmark = pytest.mark.skipif(
    not PROGRAM.exists(), reason="build/swimlab-virtual is not built; ./swimlab test builds it"
)

SCENARIO = """\
title = "On the network in memory"
duration = "60s"

[cluster]
members = 30

[topology]
kind = "star"

[network]
model = "path"
datagram_loss = "2%"
jitter = "5ms"

[[event]]
at = "10s"
crash = "random 2"

[[event]]
at = "20s"
partition = ["0-9", "10-29"]
for = "20s"
"""


def perform(folder: Path, *settings: str, text: str = SCENARIO) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    scenario = folder / "scenario.toml"
    scenario.write_text(text)
    out = folder / "run"
    out.mkdir(exist_ok=True)
    command = [str(PROGRAM), "run", str(scenario), "--out", str(out)]
    command += [word for setting in settings for word in ("--set", setting)]
    return subprocess.run(command, capture_output=True, text=True)


def metrics(folder: Path, *settings: str) -> dict[str, Any]:
    done = perform(folder, *settings)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads((folder / "run" / "metrics.json").read_text())
    return found


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first = metrics(tmp_path / "a")
    assert metrics(tmp_path / "b") == first
    assert len(first["crashes"]) == 2 and first["partitions"]
    assert metrics(tmp_path / "c", "seed=2")["events_sha256"] != first["events_sha256"]


def test_a_summary_has_the_metrics_of_the_events(tmp_path: Path) -> None:
    whole = metrics(tmp_path / "events")
    assert metrics(tmp_path / "summary", "record=summary") == whole
    run = json.loads((tmp_path / "events" / "run" / "run.json").read_text())
    assert run["backend"] == "virtual"
    assert run["counts"]["probes_failed"] > 0


def test_it_agrees_with_the_simulator_on_what_the_protocol_decides(tmp_path: Path) -> None:
    """Different draws, the same law: the last suspicion has its least time, and gossip its speed."""
    found = [
        metrics(tmp_path / f"{seed}", f"seed={seed}", "network.datagram_loss=0%")["crashes"]
        for seed in range(1, 13)
    ]
    simulator = ROOT / "build" / "swimlab-ns3"
    if not simulator.exists():
        pytest.skip("build/swimlab-ns3 is not built; ./swimlab test builds it")
    simulated = []
    for seed in range(1, 13):
        folder = tmp_path / f"ns3-{seed}"
        (folder / "run").mkdir(parents=True)
        (folder / "scenario.toml").write_text(SCENARIO)
        command = [str(simulator), "run", str(folder / "scenario.toml"), "--out"]
        command += [str(folder / "run"), "--set", f"seed={seed}"]
        command += ["--set", "network.datagram_loss=0%"]
        subprocess.run(command, capture_output=True, check=True)
        simulated.append(json.loads((folder / "run" / "metrics.json").read_text())["crashes"])

    def mean(runs: list[list[dict[str, Any]]], key: str) -> float:
        values = [crash[key] for crashes in runs for crash in crashes]
        return sum(values) / len(values)

    for key, tolerance_s in (("first_suspect_s", 0.6), ("first_dead_s", 1.0)):
        assert abs(mean(found, key) - mean(simulated, key)) < tolerance_s, key


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ("topology.kind=leaf-spine", 'set topology.kind = "star"'),
        ("network.loss=1%", "set network.datagram_loss in place of network.loss"),
        ("network.access_queue=true", "it has no queues"),
        ("cluster.start=join", 'set cluster.start = "converged"'),
        ("trace.on=true", "it writes no trace"),
        ("measure.member_loads=true", "leave out measure.member_loads"),
    ],
)
def test_what_it_cannot_perform_it_refuses_with_what_would_be_right(
    tmp_path: Path, setting: str, why: str
) -> None:
    done = perform(tmp_path, setting)
    assert done.returncode == 2
    assert why in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ("disconnect = 3", "disconnect cannot be done to it; --backend ns3 can"),
        ('datagram_loss = "5%"\nmembers = 3', "datagram_loss of single members"),
    ],
)
def test_events_that_it_cannot_do_are_refused_by_name(tmp_path: Path, event: str, why: str) -> None:
    done = perform(tmp_path, text=f'{SCENARIO}\n[[event]]\nat = "1s"\n{event}\n')
    assert done.returncode == 2
    assert why in done.stderr
