# SPDX-License-Identifier: GPL-2.0-only
"""Any program as a member, by an adapter: a toy of ours, on sockets and over a network of ns-3."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from campaign.docs import prose

pytestmark = pytest.mark.real_time

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
TOY = ROOT / "tests" / "support" / "toy_member.py"
USER_ERROR = 2
RUN_FAILURE = 1

SCENARIO = """
title = "a toy"
duration = "{duration}"
[cluster]
members = 4
restart_incarnation = "one"
[topology]
kind = "star"
access_delay = "100us"
[adapter.toy]
timeout = "400ms"
{events}
"""

CRASH = """
[[event]]
at = "500ms"
crash = 2
for = "2s"
"""

ADAPTER = """
kind = "toy"
[program]
needs = ["{python}"]
[parameters]
timeout = {{default = "1s", unit = "ms"}}
[ports]
status = 7001
[start]
command = ["{python}", "{toy}", "{{name}}", "{{address}}", "{{timeout}}", "{mark}", "{{*others:{{name}}@{{address}}}}"]
[ready]
log = '{ready}'
within = "{within}"
{form}
[identity]
by = "name"
{events}
"""

LINES = r"""
[[log]]
pattern = '^up (?P<subject>\S+)'
event = "joined"
[[log]]
pattern = '^down (?P<subject>\S+)'
event = "dead"
source = "self"
"""

POLL = r"""
[poll]
every = "50ms"
tcp = "{address}:{port.status}"
request = "who\n"
end = '(?m)^\.\n$'
row = '(?m)^(?P<subject>m\d) (?P<word>\w+)$'
state = [{word = "down", is = "dead"}, {is = "alive"}]
"""


@pytest.fixture(name="mark")
def fixture_mark(tmp_path: Path) -> str:
    """A word that no other process has among its arguments."""
    return f"toy-{os.getpid()}-{tmp_path.name}"


def adapter(
    folder: Path,
    mark: str,
    events: str = LINES,
    ready: str = "^listening",
    within: str = "20s",
    form: str = "",
) -> Path:
    file = folder / "toy.toml"
    file.write_text(
        ADAPTER.format(
            python=sys.executable,
            toy=TOY,
            mark=mark,
            events=events,
            ready=ready,
            within=within,
            form=form,
        )
    )
    return file


def command_of(folder: Path, backend: str, members: str, events: str, duration: str) -> list[str]:
    program = BUILD / f"swimlab-{backend}"
    if not program.exists():
        pytest.skip(f"build/swimlab-{backend} is not built; ./swimlab test builds it")
    scenario = folder / "s.toml"
    scenario.write_text(SCENARIO.format(duration=duration, events=events))
    out = folder / "out"
    out.mkdir(exist_ok=True)
    command = [str(program), "run", str(scenario), "--members", members, "--out", str(out)]
    checked = subprocess.run(
        [str(program), "plan", str(scenario), "--members", members],
        capture_output=True,
        text=True,
        timeout=60,
    )
    if checked.returncode == USER_ERROR and "emulation:" in checked.stderr:
        pytest.skip(checked.stderr.strip())
    return command


def perform(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def rows_of(folder: Path) -> list[dict[str, str]]:
    """Its events; of a run that calls itself invalid nothing can be said."""
    if not json.loads((folder / "out" / "run.json").read_text())["valid"]:
        pytest.skip("the machine was too slow for this run")
    with open(folder / "out" / "events.csv", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def observers(rows: list[dict[str, str]], event: str, subject: str) -> set[str]:
    return {
        row["observer"]
        for row in rows
        if row["observer"] and (row["event"], row["subject"]) == (event, subject)
    }


def processes_with(mark: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark.encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue  # it has just ended
    return found


def eventually(condition: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def nothing_is_left(mark: str) -> bool:
    """No process, and with them no namespace and no mount; a daemon stays where nobody is root."""
    most = 0 if os.geteuid() == 0 else 4
    mounts = Path("/proc/self/mounts").read_text()
    return (
        eventually(lambda: len(processes_with(mark)) <= most)
        and "swimlab" not in mounts
        and not Path("/run/toy-member").exists()
    )


@pytest.mark.parametrize("backend", ["sockets", "emulation"])
@pytest.mark.parametrize("events", [LINES, POLL], ids=["lines", "polls"])
def test_a_crash_is_known_by_lines_or_by_polls(
    tmp_path: Path, mark: str, backend: str, events: str
) -> None:
    file = adapter(tmp_path, mark, events)
    done = perform(command_of(tmp_path, backend, str(file), CRASH, "5s"))
    assert (done.returncode, done.stderr) == (0, "")
    rows = rows_of(tmp_path)
    assert observers(rows, "dead", "m2") == {"m0", "m1", "m3"}
    assert observers(rows, "joined", "m2") == {"m0", "m1", "m3"}
    assert {row["subject"] for row in rows if row["event"] == "dead"} - {"m2"} <= {"m0", "m1", "m3"}
    first = min(int(row["time_ns"]) for row in rows if row["event"] == "dead" and row["observer"])
    assert first >= 500_000_000 + 300_000_000  # the time-out of the scenario, in the toy's unit
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert run["member_kinds"] == ["toy"] * 4
    assert run["not_observable"] == ["incarnation", "left", "refuted", "suspect"]
    assert run["traffic_members"] == 0
    assert ("polls" in run.get("counts", {})) == (events == POLL)
    assert nothing_is_left(mark)


def test_a_cluster_is_made_without_who_joins_later(tmp_path: Path, mark: str) -> None:
    form = '[form]\ncommand = ["sh", "-c", "test $# = 3", "sh", "{*all:{name}}"]\n'
    file = adapter(tmp_path, mark, form=form)
    events = '[[event]]\nat = "500ms"\njoin = 3\n'
    done = perform(command_of(tmp_path, "sockets", str(file), events, "3s"))
    assert (done.returncode, done.stderr) == (0, "")
    assert observers(rows_of(tmp_path), "joined", "m3") == {"m0", "m1", "m2"}


def test_a_partition_parts_any_program(tmp_path: Path, mark: str) -> None:
    file = adapter(tmp_path, mark)
    events = '[[event]]\nat = "500ms"\npartition = ["0-1"]\nfor = "2s"\n'
    done = perform(command_of(tmp_path, "emulation", str(file), events, "5s"))
    assert (done.returncode, done.stderr) == (0, "")
    rows = rows_of(tmp_path)
    for side, other in (({"m0", "m1"}, {"m2", "m3"}), ({"m2", "m3"}, {"m0", "m1"})):
        for member in side:
            assert observers(rows, "dead", member) == other
            assert observers(rows, "joined", member) == other


def test_a_paused_member_is_neither_asked_nor_forgotten(tmp_path: Path, mark: str) -> None:
    file = adapter(tmp_path, mark, POLL)
    events = '[[event]]\nat = "500ms"\npause = 1\nfor = "2s"\n'
    done = perform(command_of(tmp_path, "sockets", str(file), events, "5s"))
    assert (done.returncode, done.stderr) == (0, "")
    assert observers(rows_of(tmp_path), "dead", "m1") == {"m0", "m2", "m3"}
    assert nothing_is_left(mark)


def test_faults_of_the_network_take_emulation(tmp_path: Path, mark: str) -> None:
    file = adapter(tmp_path, mark)
    events = '[[event]]\nat = "1s"\npartition = ["0-1"]\n'
    done = perform(command_of(tmp_path, "sockets", str(file), events, "3s"))
    assert done.returncode == USER_ERROR
    assert "members of kind toy cannot do 'partition' on loopback" in done.stderr
    assert "--backend emulation" in done.stderr


@pytest.mark.parametrize(
    ("changes", "said", "code"),
    [
        ({"events": LINES.replace("subject", "who")}, "needs a group (?P<subject>", USER_ERROR),
        ({"events": LINES + "[pol]\n"}, "pol: unknown key; did you mean poll?", USER_ERROR),
        (
            {"ready": "never said", "within": "1s"},
            "ready.within: m0 is not ready within 1s: no line of its output matches ready.log",
            RUN_FAILURE,
        ),
        (
            {"form": '[form]\ncommand = ["false"]\n'},
            "form.command: m0 ran it, and it failed: false: exit code 1",
            RUN_FAILURE,
        ),
        (
            {"form": '[form]\ncommand = ["sleep", "600"]\nwithin = "500ms"\n'},
            "form.command: m0 ran it, and it has not ended within 500ms",
            RUN_FAILURE,
        ),
        (
            {"events": POLL.replace("{port.status}", "9"), "form": '[meet]\nwithin = "1500ms"\n'},
            "toy.toml:22: poll: m0 has never answered as expected: ",
            RUN_FAILURE,
        ),
        (  # mostly one that is asked just then
            {
                "events": POLL.replace(r"(?m)^\.\n$", "never").replace(
                    "50ms", '10ms"\nwithin = "400ms'
                ),
                "form": '[meet]\nwithin = "1500ms"\n',
            },
            "toy.toml:23: poll: m0 has never answered as expected: ",
            RUN_FAILURE,
        ),
    ],
)
def test_a_mistake_is_told_in_time(
    tmp_path: Path, mark: str, changes: dict[str, str], said: str, code: int
) -> None:
    file = adapter(tmp_path, mark, **changes)
    begin = time.monotonic()
    done = perform(command_of(tmp_path, "sockets", str(file), "", "3s"))
    assert said in done.stderr
    assert done.returncode == code
    assert time.monotonic() - begin < 30
    assert nothing_is_left(mark)


@pytest.mark.parametrize("backend", ["sockets", "emulation"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_whatever_ends_the_lab(
    tmp_path: Path, mark: str, backend: str, number: signal.Signals
) -> None:
    file = adapter(tmp_path, mark)
    command = command_of(tmp_path, backend, str(file), "", "60s")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as lab:
        assert lab.stdout is not None
        assert lab.stdout.readline().startswith(b"{")  # it has begun
        assert len(processes_with(mark)) >= 12
        lab.send_signal(number)
        lab.wait(timeout=60)
    assert nothing_is_left(mark)


def test_the_example_of_the_page_is_an_adapter(tmp_path: Path) -> None:
    (example,) = [
        code.text
        for code in prose.blocks(ROOT / "docs" / "adapters.md", "toml")
        if code.text.startswith("kind")
    ]
    (tmp_path / "beat.toml").write_text(example)
    done = perform(command_of(tmp_path, "sockets", str(tmp_path / "beat.toml"), "", "3s"))
    assert done.returncode == USER_ERROR
    assert "beat.toml:4: program.needs: there is no program beat" in done.stderr
