# SPDX-License-Identifier: GPL-2.0-only
"""What `swimlab-ns3 plan` says that a run will need of the memory, against what runs then had."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "build" / "swimlab-ns3"
USER_ERROR = 2

CLUSTER = """
title = "memory"
duration = "{duration}"
record = "{record}"
[cluster]
members = {members}
start = "{start}"
{more}
preset = "memberlist-lan"
[topology]
kind = "star"
[network]
model = "{model}"
"""

QUIET = """
[protocol]
push_pull_interval = "0s"
"""

CRASHES = """
[[event]]
at = "1s"
crash = "random 10"
"""

PARTITION = """
[[event]]
at = "1s"
partition = ["0-99"]
"""


def scenario(
    members: int,
    model: str,
    events: str = "",
    start: str = "converged",
    duration: str = "20s",
    record: str = "events",
) -> str:
    more = 'join_spacing = "10ms"' if start == "join" else ""
    return (
        CLUSTER.format(
            members=members,
            model=model,
            start=start,
            duration=duration,
            record=record,
            more=more,
        )
        + events
    )


MESH = """"regions"
matrix = "mesh.csv"
delay_distribution = "lognormal"
delay_spread = "20%"
"""


def mesh_of(regions: int) -> str:
    """A matrix in which all pairs are alike."""
    names = [f"r{region}" for region in range(regions)]
    rows = [",".join([name] + ["80"] * regions) for name in names]
    return "\n".join([",".join(["round-trip ms", *names]), *rows])


CASES = {
    "crashes on paths": scenario(10_000, "path", QUIET + CRASHES, record="summary"),
    "a partition on paths": scenario(300, "path", PARTITION, duration="40s"),
    "a join on paths": scenario(700, "path", start="join"),
    "packets": scenario(1000, "packet", duration="60s"),
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_a_run_needs_about_what_was_estimated(tmp_path: Path, text: str) -> None:
    if not PROGRAM.exists():
        pytest.skip("build/swimlab-ns3 is not built; ./swimlab test builds it")
    file, out = tmp_path / "s.toml", tmp_path / "out"
    file.write_text(text)
    out.mkdir()
    planned = subprocess.run([PROGRAM, "plan", file], check=True, capture_output=True)
    estimate = json.loads(planned.stdout)["memory_bytes"]
    subprocess.run([PROGRAM, "run", file, "--out", out], check=True, stdout=subprocess.DEVNULL)
    peak = json.loads((out / "run.json").read_text())["peak_memory_bytes"]
    assert 0.5 * estimate < peak < 1.2 * estimate, f"{peak / estimate:.2f} of the estimate"


PEAK_OF = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_a_mesh_of_regions_needs_about_what_was_estimated(tmp_path: Path) -> None:
    """Most of it is for the record, which is written when the run has told its own peak."""
    if not PROGRAM.exists():
        pytest.skip("build/swimlab-ns3 is not built; ./swimlab test builds it")
    file, out = tmp_path / "s.toml", tmp_path / "out"
    file.write_text(scenario(1000, "path", CRASHES).replace('"star"', MESH))
    (tmp_path / "mesh.csv").write_text(mesh_of(200))
    out.mkdir()
    planned = subprocess.run([PROGRAM, "plan", file], check=True, capture_output=True)
    estimate = json.loads(planned.stdout)["memory_bytes"]
    # By a small process in between: Linux counts what a child had of its parent before its own program.
    told = subprocess.run(
        [sys.executable, "-c", PEAK_OF, PROGRAM, "run", file, "--out", out],
        check=True,
        capture_output=True,
        text=True,
    )
    peak = int(told.stdout) * 1024
    assert 0.5 * estimate < peak < 1.2 * estimate, f"{peak / estimate:.2f} of the estimate"


def test_a_run_that_no_machine_holds_is_refused_with_the_estimate(tmp_path: Path) -> None:
    if not PROGRAM.exists():
        pytest.skip("build/swimlab-ns3 is not built; ./swimlab test builds it")
    file = tmp_path / "s.toml"
    file.write_text(scenario(900_000, "path", start="join", duration="10000s"))
    for command in (["plan", file], ["run", file, "--out", tmp_path]):
        done = subprocess.run([PROGRAM, *command], capture_output=True, encoding="utf-8")
        assert done.returncode == USER_ERROR
        assert "s.toml: a run needs about 3" in done.stderr
        assert "GB of memory, and" in done.stderr
        assert done.stderr.count("\n") == 1
