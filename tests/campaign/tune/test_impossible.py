# SPDX-License-Identifier: GPL-2.0-only
"""What theory excludes, and that it excludes nothing that the simulator can do."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from campaign.build import ROOT
from campaign.tune.impossible import excluded_by
from campaign.tune.problem import Goal
from campaign.tune.workload import crashes_of, workload_text

PROGRAM = ROOT / "build" / "swimlab-ns3"


def plan(folder: Path, members: int, *settings: str) -> dict[str, str]:
    file = folder / "w.toml"
    file.write_text(workload_text(members))
    words = [word for setting in settings for word in ("--set", setting)]
    done = subprocess.run([PROGRAM, "plan", file, *words], capture_output=True, check=True)
    return dict(json.loads(done.stdout)["resolved"])


def test_what_cannot_be_soon_enough_is_excluded(tmp_path: Path) -> None:
    resolved = plan(tmp_path, 100, "cluster.preset=memberlist-lan")
    excluded = excluded_by([Goal("known_to_all_s.p99", "<=", 8.0, unit="s")], resolved)
    # 4 log10(100) periods of suspicion, and nine tenths of a round before it.
    assert excluded({}) == "known_to_all_s.p99 is at least 8.9 s"
    assert excluded({"protocol.suspicion_mult": "3"}) is None
    assert excluded({"protocol.probe_interval": "800ms"}) is None


def test_what_cannot_be_cheap_enough_is_excluded_where_nothing_is_lost(tmp_path: Path) -> None:
    resolved = plan(tmp_path, 100, "cluster.preset=memberlist-lan")
    excluded = excluded_by([Goal("messages_per_member_second", "<=", 1.5, unit="/s")], resolved)
    assert excluded({}) is not None and excluded({"protocol.probe_interval": "2s"}) is None
    assert excluded({"network.loss": "5%"}) is None


@pytest.mark.parametrize(
    "goal", [Goal("first_dead_s.p90", ">=", 1.0), Goal("buried_s", "<=", 1e-9)]
)
def test_what_theory_does_not_bound_is_left(tmp_path: Path, goal: Goal) -> None:
    resolved = plan(tmp_path, 40, "cluster.preset=memberlist-lan")
    assert excluded_by([goal], resolved)({}) is None


@pytest.mark.parametrize("members", [2, 5, 20, 64, 400])
def test_no_run_is_faster_than_the_bounds(tmp_path: Path, members: int) -> None:
    settings = ["cluster.preset=memberlist-lan", "protocol.suspicion_mult=2"]
    resolved = plan(tmp_path, members, *settings)
    words = [word for setting in settings for word in ("--set", setting)]
    out = tmp_path / "out"
    out.mkdir()
    command = [PROGRAM, "run", tmp_path / "w.toml", "--out", out, "--seed", "3", *words]
    subprocess.run(command, check=True, capture_output=True)
    crashes = json.loads((out / "metrics.json").read_text())["crashes"]
    assert len(crashes) == crashes_of(members)
    for name in ("first_suspect_s", "first_dead_s", "full_dissemination_s"):
        fastest = min(crash[name] for crash in crashes)
        assert excluded_by([Goal(f"{name}.p90", "<=", fastest)], resolved)({}) is None, name
