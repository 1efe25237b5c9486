# SPDX-License-Identifier: GPL-2.0-only
"""Real memberlist and real Serf as members of a scenario, alone and among our own.

Run by ctest with the labels long and nightly, and not with the other Python tests. What is not
installed is skipped, and what takes root without it.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

BUILD = Path(__file__).resolve().parents[2] / "build"

SCENARIO = """
title = "foreign members"
duration = "{duration}"
[cluster]
members = 6
preset = "memberlist-lan"
restart_incarnation = "one"
"""

COMES_AND_GOES = """
[[event]]
at = "1s"
update = 1
meta = "version 2"
[[event]]
at = "2s"
crash = 3
for = "18s"
[[event]]
at = "30s"
leave = 5
"""

PARTED = """
[[event]]
at = "1s"
partition = ["0-2"]
for = "20s"
"""

ACCUSATIONS = ("suspect", "dead")

Row = dict[str, str]

needs_memberlist = pytest.mark.skipif(
    not (BUILD / "memberlist-peer").exists(), reason="memberlist-peer is not built"
)
needs_serf = pytest.mark.skipif(shutil.which("serf") is None, reason="serf is not installed")
needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or not Path("/usr/sbin/nft").exists(), reason="takes root and nftables"
)

MEMBERLIST = pytest.param("memberlist", marks=needs_memberlist)
SERF = pytest.param("serf", marks=needs_serf)
BESIDE_MEMBERLIST = pytest.param("memberlist:3,swimlab:3", marks=needs_memberlist)
BESIDE_SERF = pytest.param("serf:3,swimlab:3", marks=needs_serf)


def command_of(folder: Path, events: str, duration: str, members: str) -> list[str]:
    """One run of six members, with its records in `folder`/out."""
    file = folder / "s.toml"
    file.write_text(SCENARIO.format(duration=duration) + events)
    (folder / "out").mkdir()
    program = str(BUILD / "swimlab-sockets")
    return [program, "run", str(file), "--members", members, "--out", str(folder / "out")]


def perform(folder: Path, events: str, duration: str, members: str) -> list[Row]:
    """Its events.csv."""
    command = command_of(folder, events, duration, members)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    with open(folder / "out" / "events.csv", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def observers(rows: list[Row], event: str, subject: str) -> set[str]:
    """Who concluded this about that member."""
    return {
        row["observer"]
        for row in rows
        if row["observer"] and (row["event"], row["subject"]) == (event, subject)
    }


def nearly(found: set[str], expected: set[str]) -> bool:
    """Of six members, gossip misses one now and then, who learns it by a push/pull after the run."""
    return len(expected - found) <= 1


@pytest.mark.parametrize("members", [MEMBERLIST, SERF, BESIDE_MEMBERLIST, BESIDE_SERF])
def test_what_becomes_of_a_member_is_known_to_the_others(tmp_path: Path, members: str) -> None:
    rows = perform(tmp_path, COMES_AND_GOES, "40s", members)
    others = {"m0", "m1", "m2", "m4", "m5"}
    assert nearly(observers(rows, "updated", "m1"), {"m0", "m2", "m4", "m5"})
    assert observers(rows, "suspect", "m3")
    assert nearly(observers(rows, "dead", "m3"), others)
    assert nearly(observers(rows, "joined", "m3"), others)
    # Whether Serf takes a leave of another program for one is not for the lab to say.
    gone = observers(rows, "left", "m5") | observers(rows, "dead", "m5")
    assert nearly(gone, {"m0", "m1", "m2", "m4"})
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    kinds = run["member_kinds"]
    assert len(kinds) == 6 and set(kinds) == set(run["time_resolution_ns"])
    assert run["traffic_members"] == 6 - kinds.count("serf")


@needs_root
@pytest.mark.parametrize("members", [MEMBERLIST, SERF, BESIDE_SERF])
def test_a_partition_parts_them(tmp_path: Path, members: str) -> None:
    rows = perform(tmp_path, PARTED, "18s", members)
    left, right = {"m0", "m1", "m2"}, {"m3", "m4", "m5"}
    for side, other in ((left, right), (right, left)):
        accusers = [observers(rows, event, member) for member in side for event in ACCUSATIONS]
        assert set().union(*accusers) and set().union(*accusers) <= other


@needs_serf
def test_what_serf_cannot_suffer_is_refused(tmp_path: Path) -> None:
    command = command_of(tmp_path, "", "9s", "serf") + ["--set", "network.jitter=1ms"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "members of kind serf cannot do 'network.jitter'" in done.stderr
