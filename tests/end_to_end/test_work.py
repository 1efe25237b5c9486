# SPDX-License-Identifier: GPL-2.0-only
"""Many runs in one process: the same bytes as each in a process of its own, whatever ran before."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "swimlab-ns3"

pytestmark = pytest.mark.skipif(
    not PROGRAM.exists(), reason="build/swimlab-ns3 is not built; ./swimlab test builds it"
)

SCENARIO = """
title = "one of many"
question = "Is a run alone in its process?"
duration = "40s"
[cluster]
members = 40
preset = "memberlist-lan"
[topology]
kind = "leaf-spine"
leaves = 4
spines = 2
[network]
loss = "2%"
[[event]]
at = "5s"
crash = "random 2"
[[event]]
at = "12s"
partition = ["0-9", "10-39"]
[[event]]
at = "15s"
heal = true
[[event]]
at = "16s"
pause = "random 3"
for = "6s"
[[event]]
at = "17s"
block = "random 2"
for = "5s"
"""

OF_THE_PROCESS = {"wall_s", "peak_memory_bytes", "seal"}


def work(scenario: Path, items: list[dict[str, Any]]) -> tuple[int, list[dict[str, Any]]]:
    """The exit code of a worker, and what it says of each run."""
    lines = "".join(json.dumps(item) + "\n" for item in items)
    done = subprocess.run(
        [PROGRAM, "work", scenario], input=lines, capture_output=True, text=True, timeout=120
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, [answer for answer in answers if "of_s" not in answer]


def records(folder: Path) -> dict[str, Any]:
    """What a run wrote, without what tells of its process."""
    found: dict[str, Any] = {
        file.name: file.read_bytes() for file in folder.iterdir() if file.name != "run.json"
    }
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    found["run.json"] = {key: run[key] for key in run.keys() - OF_THE_PROCESS}
    return found


@pytest.fixture(name="scenario")
def _scenario(tmp_path: Path) -> Path:
    file = tmp_path / "many.toml"
    file.write_text(SCENARIO, encoding="utf-8")
    return file


def folder(tmp_path: Path, name: str) -> Path:
    """An empty one."""
    (tmp_path / name).mkdir()
    return tmp_path / name


def test_runs_of_one_process_are_those_of_many(scenario: Path, tmp_path: Path) -> None:
    settings = [
        ["network.model=path"],
        ["network.model=packet"],
        ["network.model=path", "record=summary", "cluster.members=64"],
        ["network.model=packet", "network.loss=0%"],
    ]
    items = [
        {"seed": seed, "set": each, "out": str(folder(tmp_path, f"{seed}-{number}-{again}"))}
        for again in (0, 1)
        for number, each in enumerate(settings)
        for seed in (1, 2)
    ]
    code, answers = work(scenario, items)
    assert (code, answers) == (0, [{"done": True}] * len(items))
    for number, each in enumerate(settings):
        for seed in (1, 2):
            alone = folder(tmp_path, f"{seed}-{number}-alone")
            command = [PROGRAM, "run", scenario, "--seed", str(seed), "--out", alone]
            for setting in each:
                command += ["--set", setting]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=120)
            for again in (0, 1):
                assert records(tmp_path / f"{seed}-{number}-{again}") == records(alone)


def test_a_run_that_fails_ends_the_work_and_says_why(scenario: Path, tmp_path: Path) -> None:
    first, second, third = (str(folder(tmp_path, name)) for name in "abc")
    code, answers = work(
        scenario,
        [
            {"out": first, "set": ["duration=20s"]},
            {"out": second, "set": ["cluster.members=-1"]},
            {"out": third},
        ],
    )
    assert code == 2
    assert answers[0] == {"done": True}
    assert answers[1]["code"] == 2 and "cluster.members" in answers[1]["failed"]
    assert len(answers) == 2
    assert (Path(first) / "run.json").is_file()
    assert not (Path(third) / "run.json").exists()


def test_a_line_that_is_no_run_is_refused(scenario: Path) -> None:
    code, answers = work(scenario, [{"seed": "one"}])
    assert code == 2
    assert answers[0]["failed"].startswith("this line asks for no run")


def test_a_line_without_a_folder_is_planned(scenario: Path) -> None:
    settings = ["cluster.members=64", "runs=1"]
    code, answers = work(scenario, [{"set": settings}, {"set": ["cluster.members=none"]}])
    assert code == 2
    command = [PROGRAM, "plan", scenario, *(f"--set={each}" for each in settings)]
    plan = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    del plan["made_with"]
    assert answers[0] == {"plan": plan}
    assert "cluster.members" in answers[1]["failed"]


def test_real_processes_are_not_worked_off(scenario: Path) -> None:
    program = ROOT / "build" / "swimlab-sockets"
    if not program.exists():
        pytest.skip("build/swimlab-sockets is not built; ./swimlab test builds it")
    done = subprocess.run([program, "work", scenario], input="", capture_output=True, text=True)
    assert (done.returncode, "one run in a process" in done.stderr) == (2, True)


PUSH_PULLS = """
title = "many streams"
question = "Is anything left of a run?"
duration = "10s"
[cluster]
members = 30
preset = "memberlist-lan"
[protocol]
push_pull_interval = "1s"
[topology]
kind = "star"
[network]
model = "path"
[[event]]
at = "2s"
stall = "random 5"
for = "1s"
by = "2ms"
[[event]]
at = "9s"
block = "random 10"
"""


def test_nothing_is_left_of_a_run(tmp_path: Path) -> None:
    """Of streams least of all, which end, are refused, or are still opening when the run ends: a network
    of each run that stays would be 0.2 MB."""
    scenario = tmp_path / "scenario.toml"
    scenario.write_text(PUSH_PULLS, encoding="utf-8")
    out = tmp_path / "run"
    out.mkdir()
    with subprocess.Popen(
        [PROGRAM, "work", scenario], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdin is not None and worker.stdout is not None

        def bytes_after(runs: int) -> int:
            for _ in range(runs):
                item = {"seed": 1, "out": str(out), "set": ["record=summary"]}
                worker.stdin.write(json.dumps(item) + "\n")
                worker.stdin.flush()
                while "done" not in (line := worker.stdout.readline()):
                    assert line and "failed" not in line, line
            status = Path(f"/proc/{worker.pid}/statm").read_text()
            return int(status.split()[1]) * 4096

        before = bytes_after(20)
        assert bytes_after(80) - before < 2_000_000
        worker.stdin.close()
        assert worker.wait(30) == 0
