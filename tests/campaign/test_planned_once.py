# SPDX-License-Identifier: GPL-2.0-only
"""A campaign is planned once: its runs read copies of the scenario and its maps, and what was edited,
replaced or damaged meanwhile is another campaign, or noticed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_campaign import DRIVER, ROOT, Lab, children_of, command, wait_for  # noqa: F401

from campaign.build import Build
from campaign.cli import main


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def start(lab: Lab, *options: str, hangup: object = signal.SIG_DFL) -> subprocess.Popen:
    """`hangup` is what the process is told to do when its terminal closes."""
    arguments = ["run", str(lab.scenario), "--out", str(lab.out), "--jobs", "1", *options]
    driver = DRIVER.format(path=[str(ROOT), str(Path(__file__).parent)])
    return subprocess.Popen(
        [sys.executable, "-c", driver, *arguments],
        text=True,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, hangup),
    )


def test_a_scenario_edited_while_it_runs_changes_no_run(lab: Lab) -> None:
    asked = 'title = "Tiny"\nruns = 3\n[fake]\nhold_s = 0.5'
    lab.write(asked)
    with start(lab) as campaign:
        wait_for(lambda: (lab.out / "runs/.seed-1.partial").exists())
        lab.write('title = "Other"\nruns = 3')
        assert campaign.wait(30) == 0
    titles = {
        json.loads(file.read_text())["scenario"]["title"]
        for file in lab.out.glob("runs/*/run.json")
    }
    assert titles == {"Tiny"}
    assert lab.campaign()["scenario_text"] == asked + "\n"
    assert (lab.out / "inputs/scenario.toml").read_text() == asked + "\n"


def test_a_scenario_may_come_from_a_pipe(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.chdir(lab.folder)
    reading, writing = os.pipe()
    os.write(writing, b'title = "Piped"\nruns = 2\n')
    os.close(writing)
    arguments = ["run", f"/dev/fd/{reading}", "--jobs", "1"]
    assert main(arguments, Build(lab.folder / "build"), lambda out, jobs: None) == 0
    os.close(reading)
    out = Path("out/scenario")
    campaign = json.loads((out / "campaign.json").read_text())
    assert campaign["command"] == f"./swimlab run {out}/inputs/scenario.toml"
    again = ["run", f"{out}/inputs/scenario.toml", "--out", str(out)]
    assert main(again, Build(lab.folder / "build"), lambda out, jobs: None) == 0
    assert "all 2 runs are in" in capsys.readouterr().out


def test_copies_that_were_changed_are_put_right(lab: Lab, capsys: pytest.CaptureFixture) -> None:
    assert lab.run() == 0
    before = (lab.out / "inputs/scenario.toml").read_bytes()
    (lab.out / "inputs/scenario.toml").write_text("title = 'changed'")
    assert lab.run("--runs", "4") == 0
    assert "inputs was changed since" in capsys.readouterr().out
    assert (lab.out / "inputs/scenario.toml").read_bytes() == before


def test_a_campaign_file_that_was_edited_is_refused(
    lab: Lab, capsys: pytest.CaptureFixture
) -> None:
    assert lab.run() == 0
    file = lab.out / "campaign.json"
    file.write_text(file.read_text().replace('"seeds": [\n    1,', '"seeds": [\n    7,'))
    assert lab.run() == 2
    assert "it was changed after it was written" in capsys.readouterr().err


def test_the_same_commit_elsewhere_goes_on_and_another_does_not(
    lab: Lab, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_with = {"versions": {"compiler": "GNU 12"}, "libraries": {"libc.so.6": "ab"}}
    lab.write(f'title = "Tiny"\nruns = 1\n[fake]\nmade_with = {json.dumps(json.dumps(made_with))}')
    identity = {"version": "1.0", "commit": "a" * 40}
    monkeypatch.setattr("campaign.run.build_identity", lambda build: dict(identity))
    assert lab.run() == 0
    lab.rebuild("in another folder")
    assert lab.run("--runs", "2") == 0
    for commit in ("b" * 40, "a" * 40 + "-dirty", "unknown"):
        identity["commit"] = commit
        lab.rebuild(f"from {commit}")
        assert lab.run("--runs", "3") == 2
        assert "the simulator was built from" in capsys.readouterr().err


def test_nohup_outlives_the_terminal(lab: Lab) -> None:
    lab.write('title = "Tiny"\nruns = 2\n[fake]\nhold_s = 1.0')
    with start(lab, hangup=signal.SIG_IGN) as campaign:
        wait_for(lambda: (lab.out / "runs/.seed-1.partial").exists())
        campaign.send_signal(signal.SIGHUP)
        assert campaign.wait(30) == 0, campaign.stderr.read()
    assert lab.runs() == ["seed-1", "seed-2"]


def test_without_nohup_a_closed_terminal_keeps_what_is_done(lab: Lab) -> None:
    lab.write('title = "Tiny"\nruns = 2\n[fake]\nhang_seed = 2')
    with start(lab) as campaign:
        wait_for(lambda: (lab.folder / "hanging").exists())
        (child,) = children_of(campaign.pid)
        campaign.send_signal(signal.SIGHUP)
        assert "1 of 2 runs are complete" in campaign.communicate(timeout=30)[1]
    assert campaign.returncode == 130
    assert lab.runs() == ["seed-1"]
    assert not Path(f"/proc/{child}").exists()


def test_a_terminal_that_closes_after_the_runs_costs_no_report(lab: Lab) -> None:
    reported: list[Path] = []
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)

    def analyse(out: Path, jobs: int) -> None:
        os.kill(os.getpid(), signal.SIGHUP)
        time.sleep(0.05)
        reported.append(out)

    arguments = ["run", str(lab.scenario), "--out", str(lab.out)]
    try:
        assert main(arguments, Build(lab.folder / "build"), analyse) == 0
    finally:
        signal.signal(signal.SIGHUP, before)
    assert reported == [lab.out]


ODD_NAMES = [
    "a (b) 'c'",
    "& $HOME;",
    "new\nline",
    'quo"te',
    "日本",
    b"\xff\xfe".decode("utf-8", "surrogateescape"),
    "-x",
    "%s{}",
]


@pytest.mark.parametrize("name", ODD_NAMES, ids=[str(i) for i in range(len(ODD_NAMES))])
def test_folders_may_have_any_name(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    lab = Lab(folder)
    lab.write('title = "Tiny"\nruns = 2\n[fake]\nfail_seed = 2\nexit = 3\nstderr = "no"')
    assert lab.run("--jobs", "1") == 1
    output = capsys.readouterr()
    campaign = json.loads((lab.out / "campaign.json").read_text(encoding="utf-8"))
    assert lab.runs() == ["seed-1"]
    assert "\n" not in campaign["scenario_file"] and campaign["scenario_file"].encode()
    for line in (campaign["command"], next(l for l in output.out.splitlines() if "mkdir -p" in l)):
        words = subprocess.run(
            ["bash", "-c", f"printf '%s\\0' {line.split(' && ')[-1]}"],
            capture_output=True,
            check=True,
        ).stdout
        assert os.fsencode(str(lab.scenario)) + b"\0" in words
