# SPDX-License-Identifier: GPL-2.0-only
"""summary.json as a whole: keys, sums over runs, points, and what stands for nothing."""

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from run_tables import RunTable

from analysis.campaign.measures import MEASURES
from analysis.campaign.summary import write_summary
from analysis.campaign.terminal import headline_rows, headline_table
from analysis.run.metrics import metrics_of_runs
from analysis.study.measures import measure_named

ROOT = Path(__file__).parent.parent.parent

KEYS = {
    "runs",
    "members",
    "simulated_s",
    "wall_s",
    "invalid_runs",
    "crashes",
    "crashes_known_to_all",
    "crashes_known_to_all_ci95",
    "networks",
    "crashes_held_gone_already",
    "detections",
    "first_suspect_s",
    "first_dead_s",
    "full_dissemination_s",
    "spread",
    "false_positives",
    "refuted_suspicions",
    "partition",
    "agreement",
    "leaves",
    "restarts",
    "disconnects",
    "measure",
    "disturbances",
    "quality_of_service",
    "counts",
    "messages_per_member_second",
    "bytes_per_member_second",
    "traffic_by_region",
    "not_observable",
    "events_sha256",
    "analysis",
    "seal",
}
POOLED_KEYS = {
    "runs",
    "members",
    "simulated_s",
    "wall_s",
    "invalid_runs",
    "events_sha256",
    "not_observable",
    "analysis",
    "seal",
}
DISTRIBUTION_KEYS = {"n", "runs", "median", "ci95", "no_ci95", "p99", "p999", "max"}


def crashed(first_dead_s: float, full_s: float | None = None) -> RunTable:
    """Member m2 of three crashes at 10 s; m0 and perhaps m1 learn of it."""
    table = RunTable(members=3).truth(10, "crash", "m2")
    table.says(11, "m0", "suspect", "m2").says(10 + first_dead_s, "m0", "dead", "m2")
    if full_s is not None:
        table.says(10 + full_s, "m1", "dead", "m2")
    return table


def summary_of(tmp_path: Path, **runs: RunTable) -> dict[str, Any]:
    for name, table in runs.items():
        table.write(tmp_path / "runs" / name.replace("_", "-"))
    written = write_summary(tmp_path, jobs=1)
    # What is on the disk is what a reader gets, and strict JSON knows no NaN.
    read = json.loads((tmp_path / "summary.json").read_text(), parse_constant=pytest.fail)
    assert read == json.loads(json.dumps(written))
    return read


def test_keys_are_the_documented_ones(tmp_path: Path) -> None:
    summary = summary_of(tmp_path, seed_1=crashed(5, 6))
    assert set(summary) == KEYS
    for key in ("first_suspect_s", "first_dead_s", "full_dissemination_s"):
        assert set(summary[key]) == DISTRIBUTION_KEYS
    assert set(summary["false_positives"]) == {
        "events",
        "pairs",
        "subjects",
        "fp_minus",
        "about_bystanders",
        "among_bystanders",
        "during_partition",
        "incidents",
    }
    assert set(summary["partition"]) == {
        "partitions",
        "remerged",
        "separated_s",
        "remerged_s",
        "remerged_runs",
        "remerged_runs_ci95",
    }
    documented = [*KEYS, "points", "verdict"]
    for key in ("false_positives", "partition", "agreement", "leaves", "restarts", "disconnects"):
        documented += summary[key]
    documented += [*summary["false_positives"]["incidents"], *DISTRIBUTION_KEYS]
    page = (ROOT / "docs" / "metrics.md").read_text()
    assert [key for key in documented if f"`{key}`" not in page] == []


def test_crashes_of_all_runs_are_pooled(tmp_path: Path) -> None:
    summary = summary_of(tmp_path, seed_1=crashed(5, 7), seed_2=crashed(6, 9), seed_3=crashed(8))
    assert (summary["runs"], summary["crashes"], summary["crashes_known_to_all"]) == (3, 3, 2)
    assert summary["first_suspect_s"]["median"] == 1
    assert summary["first_dead_s"] == {
        "n": 3,
        "runs": 3,
        "median": 6,
        "ci95": None,
        "no_ci95": "no interval: it takes 6 runs with a value, and there are 3 runs",
        "p99": None,
        "p999": None,
        "max": 8,
    }
    assert summary["full_dissemination_s"]["median"] == 8
    assert len(set(summary["events_sha256"].values())) == 3
    assert list(summary["events_sha256"]) == ["seed-1", "seed-2", "seed-3"]


def test_crash_that_was_noticed_after_all_hides_none_that_never_was(tmp_path: Path) -> None:
    gone = RunTable(members=3).says(5, "m0 m1", "dead", "m2").truth(10, "crash", "m2")
    assert summary_of(tmp_path, seed_1=gone)["crashes_held_gone_already"] == 1
    gone.says(20, "m0", "joined", "m2").says(30, "m0", "dead", "m2")
    summary = summary_of(tmp_path, seed_1=gone, seed_2=crashed(8))
    assert (summary["crashes_held_gone_already"], summary["crashes_known_to_all"]) == (0, 1)
    assert MEASURES["known_to_all_s"].value(summary) == math.inf


def test_time_of_what_was_not_awaited_is_none(tmp_path: Path) -> None:
    summary = summary_of(tmp_path, seed_1=RunTable())
    for name in ("known_to_all_s", "one_again_s", "accepted_s"):
        assert MEASURES[name].value(summary) is None
        assert "never" not in MEASURES[name].phrase(summary)


def test_enough_crashes_have_an_interval(tmp_path: Path) -> None:
    runs = {f"seed_{i}": crashed(4 + i, 20) for i in range(1, 7)}
    assert summary_of(tmp_path, **runs)["first_dead_s"]["ci95"] == [5, 10]


def test_what_there_is_none_of_is_null(tmp_path: Path) -> None:
    summary = summary_of(tmp_path, seed_1=RunTable())
    nothing = dict.fromkeys(DISTRIBUTION_KEYS) | {"n": 0, "runs": 0}
    assert summary["full_dissemination_s"] == nothing
    assert summary["partition"] == {
        "partitions": 0,
        "remerged": 0,
        "separated_s": nothing,
        "remerged_s": nothing,
        "remerged_runs": None,
        "remerged_runs_ci95": None,
    }
    assert summary["messages_per_member_second"] == {"total": 0, "by_kind": {}}


def test_what_members_cannot_tell_is_not_observable_and_not_0(tmp_path: Path) -> None:
    table = RunTable(members=3).truth(10, "crash", "m2").says(12, "m0 m1", "dead", "m2")
    table.overrides = {"not_observable": ["refuted", "suspect", "left"], "traffic_members": 0}
    summary = summary_of(tmp_path, seed_1=table)
    assert summary["not_observable"] == ["left", "refuted", "suspect", "traffic"]
    assert summary["refuted_suspicions"] is summary["leaves"]["saw_left"] is None
    lines = dict(headline_rows(summary))
    for label in (
        "first suspicion",
        "wrong suspicions refuted",
        "messages a member a second",
        "bytes a member a second",
    ):
        assert lines[label] == "not observable", label
    assert lines["first dead"].startswith("2.00 s")


def test_a_detector_that_buries_nobody_has_no_wrong_deaths_to_tell(tmp_path: Path) -> None:
    table = RunTable(members=3).truth(10, "crash", "m2").says(12, "m0 m1", "suspect", "m2")
    table.overrides = {"not_observable": ["dead"]}
    summary = summary_of(tmp_path, seed_1=table)
    lines = dict(headline_rows(summary))
    for label in (
        "crashes known to all",
        "first dead",
        "known to all",
        "wrong deaths",
        "false positives",
    ):
        assert lines[label] == "not observable", label
    assert lines["first suspicion"].startswith("2.00 s")
    assert MEASURES["wrong_deaths"].value(summary) is None
    assert MEASURES["known_to_all_s"].phrase(summary).startswith("not observable")
    runs = metrics_of_runs(tmp_path, 1)
    estimate = measure_named("wrong_deaths.per_member_year").of(runs, dict.fromkeys(("seed-1",)))
    assert estimate.value is None and estimate.why.startswith("not observable")


def test_load_is_per_member_and_second(tmp_path: Path) -> None:
    one = RunTable(members=4, simulated_s=10).sent(0, "ping", 60, 2400).sent(1, "ack", 20, 400)
    two = RunTable(members=4, simulated_s=10).sent(0, "ping", 100, 4000)
    summary = summary_of(tmp_path, seed_1=one, seed_2=two)
    assert summary["messages_per_member_second"] == {
        "total": 180 / 80,
        "by_kind": {"ack": 20 / 80, "ping": 160 / 80},
    }
    assert summary["bytes_per_member_second"]["total"] == 6800 / 80


def test_run_is_remerged_if_all_its_partitions_are(tmp_path: Path) -> None:
    def partitioned() -> RunTable:
        return RunTable(members=2).partition(10, "m0", "m1").says(15, "m0", "dead", "m1")

    healed = partitioned().truth(20, "heal").says(22, "m0", "joined", "m1", 2)
    twice = partitioned().truth(20, "heal").says(22, "m0", "joined", "m1", 2)
    twice.partition(30, "m0", "m1")
    open_run = partitioned()
    summary = summary_of(tmp_path, seed_1=healed, seed_2=twice, seed_3=open_run, seed_4=RunTable(2))
    assert summary["partition"]["remerged_runs"] == 1
    assert summary["partition"]["remerged_s"]["median"] == 2
    assert summary["false_positives"]["during_partition"] == 3


def test_sweep_has_a_summary_for_each_point(tmp_path: Path) -> None:
    runs = {}
    for point, fanout in enumerate(("2", "3")):
        for seed in (1, 2):
            table = crashed(5 + point, 7)
            table.overrides = {"point": {"protocol.gossip_nodes": fanout}, "seed": seed}
            runs[f"p00{point}_seed_{seed}"] = table
    summary = summary_of(tmp_path, **runs)
    # Of all points together there is nothing but what is no mixture of unlike settings.
    assert set(summary) == POOLED_KEYS | {"points"}
    assert summary["runs"] == 4
    assert [p["point"] for p in summary["points"]] == [
        {"protocol.gossip_nodes": "2"},
        {"protocol.gossip_nodes": "3"},
    ]
    assert [p["first_dead_s"]["median"] for p in summary["points"]] == [5, 6]
    of_all = {"analysis", "seal"}
    assert all(set(p) == KEYS - of_all | {"point"} for p in summary["points"])
    assert [p["runs"] for p in summary["points"]] == [2, 2]


def test_values_that_differ_between_points_are_null_over_all(tmp_path: Path) -> None:
    small, large = RunTable(members=3), RunTable(members=5, simulated_s=50)
    small.overrides = {"point": {"cluster.members": "3"}, "wall_s": 1.0}
    large.overrides = {"point": {"cluster.members": "5"}, "wall_s": 4.0}
    summary = summary_of(tmp_path, p000_seed_1=small, p001_seed_1=large)
    assert (summary["members"], summary["simulated_s"], summary["wall_s"]) == (None, None, 2.5)
    assert [p["members"] for p in summary["points"]] == [3, 5]
    assert "members" in headline_table(summary)


def test_headlines_say_what_was_found(tmp_path: Path) -> None:
    table = crashed(5.125, 7).partition(40, "m0", "m1").says(50, "m0", "dead", "m1")
    table.truth(60, "heal").says(61, "m0", "joined", "m1", 2)
    lines = headline_table(summary_of(tmp_path, seed_1=table)).splitlines()
    found = {line[2:].split("  ")[0]: line.split("  ")[-1].strip() for line in lines}
    assert found["crashes known to all"] == "1 of 1"
    assert found["first dead"] == "5.12 s (n = 1), max 5.12 s"
    assert found["sides one again"] == "1.00 s (n = 1), max 1.00 s"
    assert found["runs one again"] == "1 of 1"
    assert found["dead events due to partition"] == "1"


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analysis", *arguments], cwd=ROOT, capture_output=True, text=True
    )


def test_command_writes_the_summary_and_prints_the_headlines(tmp_path: Path) -> None:
    crashed(5, 7).write(tmp_path / "runs" / "seed-1")
    done = command("summarize", str(tmp_path), "--jobs", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert "known to all" in done.stdout
    assert json.loads((tmp_path / "summary.json").read_text())["crashes"] == 1


@pytest.mark.parametrize("arguments", [["summarize"], ["summarize", ".", "--jobs", "0"], ["sum"]])
def test_wrong_arguments_are_exit_code_2(arguments: list[str]) -> None:
    done = command(*arguments)
    assert done.returncode == 2
    assert "error:" in done.stderr


def test_wrong_records_are_exit_code_2_and_leave_nothing(tmp_path: Path) -> None:
    folder = crashed(5, 7).write(tmp_path / "runs" / "seed-1")
    (folder / "traffic.csv").unlink()
    done = command("summarize", str(tmp_path))
    assert done.returncode == 2
    assert (
        done.stderr == f"error: {folder / 'traffic.csv'}: no such file; the run is not complete\n"
    )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["runs"]
    assert sorted(p.name for p in folder.iterdir()) == ["events.csv", "run.json"]
