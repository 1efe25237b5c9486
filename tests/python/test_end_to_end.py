# SPDX-License-Identifier: GPL-2.0-only
"""The whole way with the real simulator: scenario, ns-3, records, metrics.

These are the promises of the README on small clusters, and the ones about numbers that a real network
stack could break: determinism to the byte, the load of a quiet cluster, memory.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.metrics import RunMetrics, metrics_of_run

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "swimlab-ns3"

QUIET = """
title = "quiet"
duration = "{duration}"
[cluster]
members = {members}
preset = "memberlist-lan"
[protocol]
push_pull_interval = "0s"
[topology]
kind = "star"
"""

EVENTFUL = """
title = "eventful"
duration = "100s"
[cluster]
members = 60
preset = "memberlist-lan"
[protocol]
reconnect_interval = "10s"
reap_time = "1h"
[topology]
kind = "leaf-spine"
leaves = 4
spines = 2
[network]
loss = "1%"
jitter = "1ms"
[[event]]
at = "5s"
crash = "random 3"
[[event]]
at = "35s"
partition = "0-19"
for = "20s"
"""

Simulate = Callable[..., Path]


@pytest.fixture(name="simulate")
def fixture_simulate(tmp_path: Path) -> Simulate:
    """Runs a scenario's text with a seed; returns the folder of its records."""
    if not PROGRAM.exists():
        pytest.skip("build/swimlab-ns3 is not built; ./swimlab test builds it")
    count = 0

    def simulate(scenario: str, seed: int = 1, *settings: str) -> Path:
        nonlocal count
        count += 1
        file = tmp_path / "scenario.toml"
        file.write_text(scenario)
        out = tmp_path / f"run-{count}"
        out.mkdir()
        options = [option for setting in settings for option in ("--set", setting)]
        subprocess.run(
            [PROGRAM, "run", file, "--seed", str(seed), "--out", out, *options],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return out

    return simulate


def run_record(folder: Path) -> dict[str, Any]:
    """run.json of a run."""
    return json.loads((folder / "run.json").read_text())


def test_same_seed_gives_the_same_bytes_and_another_seed_others(simulate: Simulate) -> None:
    first, again, other = simulate(EVENTFUL), simulate(EVENTFUL), simulate(EVENTFUL, 2)
    for name in ("events.csv", "traffic.csv"):
        assert (first / name).read_bytes() == (again / name).read_bytes()
        assert (first / name).read_bytes() != (other / name).read_bytes()
    assert run_record(first)["events_sha256"] == run_record(again)["events_sha256"]


def test_events_have_the_bytes_of_every_machine(simulate: Simulate) -> None:
    """A change of this sum changes published numbers: say so in CHANGELOG.md as RESULTS."""
    golden = "6a3ee06d15023892d9d5cce8082d2f99520dac14d56899b6bda55ca9358fb124"
    assert run_record(simulate(EVENTFUL))["events_sha256"] == golden


def test_crashes_are_known_to_all_and_the_sides_become_one_again(simulate: Simulate) -> None:
    metrics: RunMetrics = metrics_of_run(simulate(EVENTFUL))
    assert len(metrics.crashes) == 3
    assert all(crash.full_dissemination_s is not None for crash in metrics.crashes)
    assert metrics.false_positives.events == 0
    assert metrics.false_positives.during_partition > 0
    (partition,) = metrics.partitions
    assert partition.remerged_s is not None


def test_quiet_cluster_sends_two_messages_a_member_and_period(simulate: Simulate) -> None:
    folder = simulate(QUIET.format(members=64, duration="200s"))
    metrics = metrics_of_run(folder)
    sent = sum(
        int(row.split(",")[2]) for row in (folder / "traffic.csv").read_text().splitlines()[1:]
    )
    assert metrics.members * metrics.simulated_s == 64 * 200
    assert sent / (64 * 200) == pytest.approx(2.0, rel=0.005)  # V3


def test_thousand_members_fit_into_300_megabytes(simulate: Simulate) -> None:
    settings = ("network.loss=1%", "topology.kind=leaf-spine", "protocol.push_pull_interval=30s")
    folder = simulate(QUIET.format(members=1000, duration="10s"), 1, *settings)
    assert run_record(folder)["peak_memory_bytes"] < 300e6
