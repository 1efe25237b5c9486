# SPDX-License-Identifier: GPL-2.0-only
"""Campaigns against a fake simulator: what is run, kept and refused, and what the user reads."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from campaign.build import Build
from campaign.cli import main
from campaign.folder import CampaignFolder
from campaign.memory import available_memory_bytes
from campaign.pace import Pace, pace_text
from campaign.progress import Progress, duration_text
from campaign.run import that_fit

FAKE = Path(__file__).parent.parent / "support" / "fake_simulator.py"
ROOT = FAKE.parent.parent.parent
DRIVER = (
    "import sys; sys.path[:0] = {path!r}; from test_campaign import command; command(sys.argv[1:])"
)


class Lab:
    """A folder with a fake build, a scenario, and a place for the output."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scenario = folder / "tiny.toml"
        self.out = folder / "out"
        self.analysed: list[Path] = []
        self.write('title = "Tiny"\nruns = 3')
        self.rebuild("")

    def write(self, text: str) -> None:
        self.scenario.write_text(text + "\n")

    def rebuild(self, change: str, name: str = "swimlab-ns3") -> None:
        (self.folder / "build").mkdir(exist_ok=True)
        program = self.folder / "build" / name
        fake = (
            f"from fake_simulator import main; import sys; sys.exit(main(sys.argv[1:]))  # {change}"
        )
        program.write_text(
            f"#!{sys.executable}\nimport sys; sys.path[:0] = [{str(FAKE.parent)!r}]\n{fake}\n"
        )
        program.chmod(0o755)

    def run(self, *options: str) -> int:
        arguments = ["run", str(self.scenario), "--out", str(self.out), *options]
        return main(arguments, Build(self.folder / "build"), self._analyse)

    def _analyse(self, out: Path, jobs: int) -> None:
        self.analysed.append(out)

    def campaign(self) -> dict:
        return json.loads((self.out / "campaign.json").read_text())

    def runs(self) -> list[str]:
        return sorted(path.name for path in (self.out / "runs").iterdir())


def command(arguments: list[str]) -> None:
    """A whole command in a process of its own, for the tests that send it signals."""
    folder = Path(arguments[1]).parent
    sys.exit(main(arguments, Build(folder / "build"), lambda out, jobs: None))


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def test_runs_every_seed_and_then_analyses(lab: Lab) -> None:
    assert lab.run() == 0
    assert lab.runs() == ["seed-1", "seed-2", "seed-3"]
    assert sorted(path.name for path in (lab.out / "runs/seed-1").iterdir()) == [
        "events.csv",
        "run.json",
        "traffic.csv",
    ]
    assert lab.analysed == [lab.out]


def test_runs_every_point_of_a_sweep_with_the_same_seeds(lab: Lab) -> None:
    lab.write('title = "Sweep"\nruns = 2\n[sweep]\n"protocol.gossip_nodes" = ["1", "3"]')
    assert lab.run("--jobs", "3") == 0
    assert lab.runs() == ["p000-seed-1", "p000-seed-2", "p001-seed-1", "p001-seed-2"]
    record = json.loads((lab.out / "runs/p001-seed-2/run.json").read_text())
    assert record["point"] == {"protocol.gossip_nodes": "3"}


def test_records_how_to_ask_for_the_same_again(lab: Lab) -> None:
    assert lab.run("--seed", "7", "--runs", "2", "--set", "network.loss=2 %", "--jobs", "1") == 0
    campaign = lab.campaign()
    assert campaign["seeds"] == [7, 8]
    assert campaign["runs"] == ["seed-7", "seed-8"]
    assert campaign["scenario_text"] == lab.scenario.read_text()
    assert campaign["command"] == (
        f"./swimlab run {lab.scenario} --seed 7 --runs 2 --set 'network.loss=2 %'"
    )


def test_resumes_with_the_missing_runs_only(lab: Lab, capsys: pytest.CaptureFixture) -> None:
    assert lab.run() == 0
    kept = (lab.out / "runs/seed-1/run.json").stat().st_mtime_ns
    (lab.out / "runs/seed-2").rename(lab.out / "runs/.seed-2.partial")
    assert lab.run() == 0
    assert "2 of 3 runs are in" in capsys.readouterr().out
    assert lab.runs() == ["seed-1", "seed-2", "seed-3"]
    assert (lab.out / "runs/seed-1/run.json").stat().st_mtime_ns == kept


def test_more_runs_extend_a_campaign(lab: Lab) -> None:
    assert lab.run() == 0
    assert lab.run("--runs", "4") == 0
    assert lab.runs() == ["seed-1", "seed-2", "seed-3", "seed-4"]
    assert lab.campaign()["seeds"] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--set", "network.loss=5%"], "network.loss is not set there and 5% here"),
        (["--seed", "9"], "seed is 1 there and 9 here"),
        (["--runs", "2"], "the seeds are [1, 2, 3] there and [1, 2] here"),
    ],
)
def test_refuses_to_mix_and_names_the_difference(
    lab: Lab, capsys: pytest.CaptureFixture, options: list[str], named: str
) -> None:
    assert lab.run() == 0
    before = lab.campaign()
    assert lab.run(*options) == 2
    message = capsys.readouterr().err
    assert named in message and "--out" in message and "remove" in message
    assert lab.campaign() == before
    assert lab.runs() == ["seed-1", "seed-2", "seed-3"]


def test_refuses_another_text_and_another_build(lab: Lab, capsys: pytest.CaptureFixture) -> None:
    assert lab.run() == 0
    lab.write('title = "Tiny"\nruns = 3\n# another event')
    assert lab.run() == 2
    assert "tiny.toml was another" in capsys.readouterr().err
    lab.write('title = "Tiny"\nruns = 3')
    lab.rebuild("changed")
    assert lab.run() == 2
    assert "the simulator was built from" in capsys.readouterr().err


def test_real_processes_are_part_of_who_answers(lab: Lab, capsys: pytest.CaptureFixture) -> None:
    lab.rebuild("", "swimlab-sockets")
    agent = lab.folder / "build" / "swim-agent"
    agent.write_text("one")
    sockets = ["--backend", "sockets", "--members", "serf:1,swimlab:2"]
    assert lab.run(*sockets) == 0
    campaign = lab.campaign()
    assert campaign["member_kinds"] == "serf:1,swimlab:2"
    assert campaign["command"] == f"./swimlab run {lab.scenario} " + " ".join(sockets)
    assert lab.run("--backend", "sockets") == 2
    assert "--members is serf:1,swimlab:2 there and the default here" in capsys.readouterr().err
    agent.write_text("two")
    assert lab.run(*sockets) == 2
    assert "was built from" in capsys.readouterr().err


def test_real_processes_run_one_after_the_other(lab: Lab) -> None:
    lab.rebuild("", "swimlab-sockets")
    (lab.folder / "build" / "swim-agent").touch()
    lab.write('title = "Tiny"\nruns = 3\n[fake]\nhold_s = 0.5')
    began_s = time.monotonic()
    assert lab.run("--backend", "sockets") == 0
    assert time.monotonic() - began_s >= 1.5


def test_members_are_of_real_processes_only(lab: Lab, capsys: pytest.CaptureFixture) -> None:
    assert lab.run("--members", "serf") == 2
    assert "--backend sockets" in capsys.readouterr().err
    assert not lab.out.exists()


def test_another_backend_has_a_folder_of_its_own(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.rebuild("", "swimlab-sockets")
    (lab.folder / "build" / "swim-agent").touch()
    monkeypatch.chdir(lab.folder)
    arguments = ["run", "tiny.toml", "--backend", "sockets", "--members", "serf:1,swimlab:2"]
    assert main(arguments, Build(lab.folder / "build"), lambda out, jobs: None) == 0
    assert Path("out/tiny-sockets-serf1-swimlab2/campaign.json").exists()


def test_refuses_a_folder_with_other_things(lab: Lab, capsys: pytest.CaptureFixture) -> None:
    lab.out.mkdir()
    (lab.out / "thesis.tex").write_text("years of work")
    assert lab.run() == 2
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in lab.out.iterdir()] == ["thesis.tex"]


def test_refuses_a_broken_campaign_file(lab: Lab, capsys: pytest.CaptureFixture) -> None:
    lab.out.mkdir()
    (lab.out / "campaign.json").write_text('{"format": 1, "tit')
    assert lab.run() == 2
    assert "campaign.json cannot be read" in capsys.readouterr().err


def test_refuses_a_folder_in_use(lab: Lab, capsys: pytest.CaptureFixture) -> None:
    with CampaignFolder(lab.out):
        assert lab.run() == 2
    assert "another ./swimlab is at work" in capsys.readouterr().err
    assert lab.run() == 0


@pytest.mark.parametrize("out", ["/proc/swimlab", "{file}", "{file}/below"])
def test_unwritable_out_is_the_users_error(
    lab: Lab, capsys: pytest.CaptureFixture, out: str
) -> None:
    lab.out = Path(out.format(file=lab.scenario))
    assert lab.run() == 2
    assert "--out" in capsys.readouterr().err
    assert lab.analysed == []


def test_full_disk_is_the_users_error_and_leaves_nothing_half_written(
    lab: Lab, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *_: object, **__: object) -> None:
        path.touch()
        raise OSError(28, os.strerror(28), str(path))

    monkeypatch.setattr(Path, "write_text", full)
    assert lab.run() == 2
    assert "No space left on device; free some space" in capsys.readouterr().err
    assert list(lab.out.iterdir()) == []


def test_a_scenario_mistake_is_passed_on_and_writes_nothing(
    lab: Lab, capsys: pytest.CaptureFixture
) -> None:
    lab.write('title = "Tiny"\nmistake = "network.los: unknown key; did you mean network.loss?"')
    assert lab.run() == 2
    assert "tiny.toml:3: network.los: unknown key" in capsys.readouterr().err
    assert not lab.out.exists()


def test_a_missing_scenario_names_those_that_are_there(
    lab: Lab, capsys: pytest.CaptureFixture
) -> None:
    assert main(["run", str(lab.folder / "tinny.toml")], Build(lab.folder / "build")) == 2
    assert "its folder has tiny.toml" in capsys.readouterr().err


def test_a_failed_run_keeps_the_others_and_tells_how_to_see_it_again(
    lab: Lab, capsys: pytest.CaptureFixture
) -> None:
    lab.write(
        'title = "Tiny"\nruns = 3\n[fake]\nfail_seed = 2\nexit = 3\nstderr = "assert: a >= b"'
    )
    assert lab.run("--jobs", "1") == 1
    output = capsys.readouterr()
    assert "Run seed-2 (seed 2) failed, exit code 3\nassert: a >= b" in output.out
    assert "1 of 3 runs failed" in output.err
    assert lab.runs() == ["seed-1", "seed-3"]
    assert lab.analysed == []
    replay = next(line for line in output.out.splitlines() if "mkdir -p" in line)
    again = subprocess.run(["bash", "-c", replay], capture_output=True, text=True)
    assert (again.returncode, again.stderr) == (3, "assert: a >= b\n")


def test_a_users_error_in_a_run_stops_the_campaign(lab: Lab, capsys: pytest.CaptureFixture) -> None:
    message = "events.csv: No space left on device"
    lab.write(f'title = "Tiny"\nruns = 9\n[fake]\nfail_seed = 2\nexit = 2\nstderr = "{message}"')
    assert lab.run("--jobs", "1") == 2
    assert message in capsys.readouterr().err
    assert lab.runs() == ["seed-1"]


def test_a_run_that_lacks_a_file_does_not_count(
    lab: Lab, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaign.folder.RUN_FILES", ("events.csv", "spectrum.csv"))
    assert lab.run() == 1
    assert "wrote no spectrum.csv" in capsys.readouterr().out
    assert lab.runs() == []


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_keeps_finished_runs_and_leaves_no_process(lab: Lab, stop: signal.Signals) -> None:
    lab.write('title = "Tiny"\nruns = 3\n[fake]\nhang_seed = 2')
    arguments = ["run", str(lab.scenario), "--out", str(lab.out), "--jobs", "1"]
    driver = DRIVER.format(path=[str(ROOT), str(Path(__file__).parent)])
    with subprocess.Popen(
        [sys.executable, "-c", driver, *arguments], stderr=subprocess.PIPE, text=True
    ) as campaign:
        wait_for(lambda: (lab.folder / "hanging").exists())
        children = children_of(campaign.pid)
        campaign.send_signal(stop)
        message = campaign.communicate(timeout=20)[1]
    assert campaign.returncode == 130
    assert "1 of 3 runs are complete" in message and "./swimlab run" in message
    assert lab.runs() == ["seed-1"]
    assert len(children) == 1
    assert not Path(f"/proc/{children[0]}").exists()


def wait_for(condition, timeout_s: float = 20.0) -> None:
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline_s, "the command never got there"
        time.sleep(0.02)


def children_of(pid: int) -> list[int]:
    return [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_jobs_run_at_the_same_time(lab: Lab) -> None:
    lab.write('title = "Tiny"\nruns = 4\n[fake]\nhold_s = 1.0')
    started_s = time.monotonic()
    assert lab.run("--jobs", "4") == 0
    assert time.monotonic() - started_s < 3.0


def test_real_analysis_reads_what_a_campaign_wrote(lab: Lab) -> None:
    arguments = ["run", str(lab.scenario), "--out", str(lab.out)]
    assert main(arguments, Build(lab.folder / "build")) == 0
    summary = json.loads((lab.out / "summary.json").read_text())
    assert (summary["runs"], summary["crashes"], summary["crashes_known_to_all"]) == (3, 3, 3)
    assert summary["first_dead_s"]["median"] == pytest.approx(2.0)
    assert (lab.out / "report.html").stat().st_size > 10_000


@pytest.mark.parametrize(("code", "exit_code"), [(2, 2), (1, 1)])
def test_an_analysis_that_fails_keeps_the_runs(
    lab: Lab,
    capsys: pytest.CaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    exit_code: int,
) -> None:
    failing = lab.folder / "python3"
    failing.write_text(f"#!/bin/sh\nexit {code}\n")
    failing.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(failing))
    arguments = ["run", str(lab.scenario), "--out", str(lab.out)]
    assert main(arguments, Build(lab.folder / "build")) == exit_code
    assert f"analysis summarize ended with {code}" in capsys.readouterr().err
    assert lab.runs() == ["seed-1", "seed-2", "seed-3"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "0 s"), (59.4, "59 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")],
)
def test_durations_are_told_in_words(seconds: float, words: str) -> None:
    assert duration_text(seconds) == words


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_tells_percent_and_remaining_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now_s[0])
    terminal, log = Terminal(), io.StringIO()
    bars = [Progress("Simulating", stream, already_done=0.5) for stream in (terminal, log)]
    for elapsed_s in (5.0, 11.0):
        now_s[0] = 100.0 + elapsed_s
        for bar in bars:
            bar.update(0.75, "3 of 4 runs")
    assert "[######################--------]  75%  3 of 4 runs, 11 s left" in terminal.getvalue()
    assert log.getvalue() == "Simulating  75%  3 of 4 runs, 11 s left\n"


def state(simulated_s: float, events: int, memory_bytes: int) -> dict[str, float]:
    return {
        "simulated_s": simulated_s,
        "of_s": 60,
        "events": events,
        "memory_bytes": memory_bytes,
    }


def test_runs_tell_time_rate_and_memory() -> None:
    paces = [Pace(), Pace()]
    assert pace_text([]) == ""
    paces[0].take(state(1, 1000, 40_000_000), 5.0)
    paces[1].take(state(2, 0, 47_000_000), 5.0)
    assert pace_text(paces) == ", 1 and 2 of 60 s, 87 MB", "one line tells no rate"
    paces[0].take(state(11.6, 301_000, 40_000_000), 7.0)
    assert pace_text(paces) == ", 12 and 2 of 60 s, 150 k events/s, 87 MB"
    paces[1].take(state(20, 2_000_000, 2_047_000_000), 6.0)
    assert pace_text(paces) == ", 12 and 20 of 60 s, 2.1 M events/s, 2.1 GB"


def test_the_rate_is_that_of_the_last_moment() -> None:
    pace = Pace()
    for now_s, events in ((0.0, 0), (10.0, 10_000_000), (10.1, 10_000_001), (11.0, 10_200_000)):
        pace.take(state(now_s, events, 1_000_000), now_s)
    assert pace.events_per_s == 200_000


def test_real_processes_tell_the_time_alone() -> None:
    pace = Pace()
    pace.take({"simulated_s": 2.4, "of_s": 30}, 1.0)
    assert pace_text([pace]) == ", 2 of 30 s"


def test_no_more_runs_at_a_time_than_memory_holds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("campaign.run.available_memory_bytes", lambda: 7_100_000_000)
    assert that_fit(4, 3_000_000_000) == 2
    said = "2 at a time: a run needs about 3.0 GB of memory, and 7.1 GB are available\n"
    assert capsys.readouterr().out == said
    assert that_fit(2, 3_000_000_000) == 2
    assert that_fit(4, None) == 4
    assert that_fit(4, 9_000_000_000) == 1, "the simulator itself decides about one"
    monkeypatch.setattr("campaign.run.available_memory_bytes", lambda: None)
    assert that_fit(4, 9_000_000_000) == 4


def test_available_memory_is_what_linux_says(tmp_path: Path) -> None:
    assert available_memory_bytes(tmp_path) is None
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text("MemTotal:  24 kB\nMemAvailable:      17 kB\n")
    assert available_memory_bytes(tmp_path) == 17 * 1024
    assert 0 < available_memory_bytes() < 1 << 50
