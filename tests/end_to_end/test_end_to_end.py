# SPDX-License-Identifier: GPL-2.0-only
"""The whole way with the real simulator: scenario, ns-3, records, metrics.

These are the promises of the documentation on small clusters, and the ones about numbers that a real network
stack could break: determinism to the byte, the load of a quiet cluster, memory.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.run.metrics import RunMetrics, metrics_of_run
from analysis.run.records import RecordError
from campaign.build import Build
from campaign.cli import main

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


def test_the_number_of_jobs_changes_no_byte(tmp_path: Path) -> None:
    if not PROGRAM.exists():
        pytest.skip("build/swimlab-ns3 is not built; ./swimlab test builds it")
    scenario = tmp_path / "eventful.toml"
    scenario.write_text(EVENTFUL.replace('duration = "100s"', 'duration = "30s"\nruns = 4'))
    records = []
    for jobs in ("1", "3"):
        out = tmp_path / f"jobs-{jobs}"
        arguments = ["run", str(scenario), "--out", str(out), "--jobs", jobs]
        arguments += ["--set", "event.1.at=10s"]
        assert main(arguments, Build(PROGRAM.parent), lambda out, jobs: None) == 0
        records.append(
            {
                f"{file.parent.name}/{file.name}": file.read_bytes()
                for file in sorted((out / "runs").glob("*/*.csv"))
            }
        )
    assert len(records[0]) == 12 and records[0] == records[1]


def test_events_have_the_bytes_of_every_machine(simulate: Simulate) -> None:
    """A change of this sum changes published numbers: say so in CHANGELOG.md as RESULTS."""
    golden = "96bbeff35db5f1cb04bb15bbb1e89b0b6ac46126996cc56f477aac8057acec55"
    assert run_record(simulate(EVENTFUL))["events_sha256"] == golden


def test_crashes_are_known_to_all_and_the_sides_become_one_again(simulate: Simulate) -> None:
    metrics: RunMetrics = metrics_of_run(simulate(EVENTFUL))
    assert len(metrics.crashes) == 3
    assert all(crash.full_dissemination_s is not None for crash in metrics.crashes)
    assert metrics.false_positives.events == 0
    assert metrics.false_positives.during_partition > 0
    (partition,) = metrics.partitions
    assert partition.remerged_s is not None


# Crashes, restarts, pauses and a leave, and so much loss that live members are suspected and buried.
SUMMARIZED = """
title = "summarized"
duration = "80s"
[cluster]
members = 60
preset = "memberlist-lan"
[topology]
kind = "leaf-spine"
[network]
model = "path"
[[event]]
at = "10s"
crash = "random 3"
[[event]]
at = "20s"
churn = "random 6"
every = "20s"
down = "8s"
for = "40s"
[[event]]
at = "30s"
pause = "random 3"
for = "8s"
[[event]]
at = "40s"
leave = "random 2"
[[event]]
at = "45s"
partition = ["0-19", "20-59"]
[[event]]
at = "60s"
heal = true
[[event]]
at = "62s"
disconnect = "random 2"
for = "9s"
[[event]]
at = "64s"
stall = "random 2"
for = "9s"
"""


@pytest.mark.parametrize(
    "settings",
    [
        (),
        ("network.loss=25%", "cluster.preset=swim-basic"),
        ("network.loss=25%", "protocol.stream_fallback=false", "network.model=packet"),
        ("cluster.start=join", "cluster.restart_incarnation=one", "network.loss=5%"),
    ],
    ids=["crashes-and-churn", "false-positives", "wrong-suspicions", "joins"],
)
def test_a_summary_has_the_metrics_of_the_events(
    simulate: Simulate, settings: tuple[str, ...]
) -> None:
    runs = [simulate(SUMMARIZED, 1, *settings, f"record={kind}") for kind in ("events", "summary")]
    of_events, of_summary = (metrics_of_run(folder) for folder in runs)
    assert of_events.crashes and of_events.dissemination.knowing
    if "network.loss=25%" in settings:
        assert of_events.false_positives.events + of_events.refuted_suspicions > 0
    assert of_events.leaves and of_events.restarts
    assert of_events.partitions and of_events.disconnects
    apart = {"name": "", "wall_s": 0.0}
    assert replace(of_events, **apart) == replace(of_summary, **apart)
    assert not (runs[1] / "events.csv").exists()


def test_a_summary_of_the_same_seed_has_the_same_bytes(simulate: Simulate) -> None:
    runs = [simulate(SUMMARIZED, seed, "record=summary") for seed in (1, 1, 2)]
    for name in ("metrics.json", "truth.csv", "traffic.csv"):
        first, again, other = ((folder / name).read_bytes() for folder in runs)
        assert first == again != other


def test_a_summary_that_was_changed_is_refused(simulate: Simulate) -> None:
    folder = simulate(SUMMARIZED, 1, "record=summary")
    with open(folder / "metrics.json", "a", encoding="utf-8") as file:
        file.write(" ")
    with pytest.raises(RecordError, match="metrics.json: sha256 is"):
        metrics_of_run(folder)


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
