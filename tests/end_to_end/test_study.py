# SPDX-License-Identifier: GPL-2.0-only
"""Studies by the real simulator: the same table however it came about, and nothing lost on the way."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "swimlab-ns3"
WORKER = ROOT / "tests" / "support" / "failing_worker.py"

pytestmark = pytest.mark.skipif(
    not PROGRAM.exists(), reason="build/swimlab-ns3 is not built; ./swimlab test builds it"
)

SCENARIO = """
title = "One member dies"
question = "How soon is it known?"
duration = "25s"
[cluster]
members = 12
preset = "memberlist-lan"
[topology]
kind = "star"
[network]
model = "path"
[[event]]
name = "end"
at = "3s"
crash = "random 1"
"""

STUDY = """
title = "A small study"
question = "Is it the same again?"
[[scenario]]
file = "s.toml"
[[variant]]
name = "lan"
[[variant]]
name = "swim"
set = {"cluster.preset" = "swim"}
[axes]
"network.loss" = ["0%", "2%"]
[replicate]
at_least = 6
at_most = 12
until = {"first_dead_s.median" = "±12 %"}
[measure]
measures = ["first_dead_s", "messages_per_member_second"]
"""

DRIVER = """
import os, subprocess, sys
sys.path.insert(0, {root!r})
import campaign.study.run as run
from campaign.build import Build
from campaign.cli import main
from pathlib import Path
if commit := os.environ.get("COMMIT"):
    identity = run.build_identity
    run.build_identity = lambda build: identity(build) | {{"commit": commit}}
if {quick}:
    from analysis.study.model import read_study
    from analysis.study.tables import write_tables
    run._analyse = lambda out: write_tables(read_study(out))
    run.describe_folder = lambda out: None
sys.exit(main(sys.argv[1:], Build(Path({build!r}))))
"""


class Lab:
    """A folder with a scenario and a study, and a program that can be told to fail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.study = folder / "study.toml"
        (folder / "s.toml").write_text(SCENARIO)
        self.study.write_text(STUDY)
        build = folder / "build"
        build.mkdir()
        program = build / PROGRAM.name
        program.write_text(
            f'#!/bin/sh\nexec /usr/bin/python3 "{WORKER}" "{PROGRAM}" "{folder}" "$@"\n'
        )
        program.chmod(0o755)

    def command(self, *arguments: str | Path, quick: bool = True) -> list[str | Path]:
        """A command of ./swimlab without its build. @param quick tables, but no report"""
        build = str(self.folder / "build")
        driver = DRIVER.format(root=str(ROOT), build=build, quick=quick)
        return [sys.executable, "-c", driver, *arguments]

    def call(
        self, *arguments: str | Path, quick: bool = True, commit: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """@param commit of which the build is; empty: what git says"""
        return subprocess.run(
            self.command(*arguments, quick=quick),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            env=os.environ | {"PYTHONPATH": str(ROOT), "COMMIT": commit},
        )

    def run(self, out: str, *options: str | Path, code: int = 0) -> str:
        """Runs the study; what it printed."""
        done = self.call("study", self.study, "--out", self.folder / out, *options)
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def table(self, out: str) -> bytes:
        return (self.folder / out / "results.csv").read_bytes()

    def journal(self, out: str) -> list[dict]:
        text = (self.folder / out / "runs.jsonl").read_text()
        return [json.loads(line) for line in text.splitlines()]

    def refusal(self, before: str, after: str) -> str:
        """The one line that says what is wrong with a changed study file; nothing is written."""
        assert before in STUDY
        self.study.write_text(STUDY.replace(before, after, 1))
        done = self.call("study", self.study, "--out", self.folder / "refused")
        assert (done.returncode, done.stdout) == (2, ""), done.stdout + done.stderr
        assert not (self.folder / "refused").exists()
        prefix = f"{self.study}:"
        assert done.stderr.startswith(prefix), done.stderr
        return done.stderr.removeprefix(prefix).strip()


@pytest.fixture(name="lab")
def _lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def test_one_job_and_two_give_the_same_table_and_each_run_once(lab: Lab) -> None:
    lab.run("one", "--jobs", "1")
    lab.run("two", "--jobs", "2")
    assert lab.table("one") == lab.table("two")
    runs = [(line["cell"], line["seed"]) for line in lab.journal("two")]
    assert len(runs) == len(set(runs)) == lab.table("two").count(b"\n") - 1
    # The rule has stopped cells at different numbers of runs.
    counts = {
        cell["runs"] for cell in json.loads((lab.folder / "two/summary.json").read_text())["cells"]
    }
    assert len(counts) > 1 and counts <= {6, 9, 12}


def test_kills_lose_and_double_no_run(lab: Lab) -> None:
    lab.run("whole")
    out, chosen = lab.folder / "killed", random.Random(1)
    for lines in sorted(chosen.sample(range(1, 24), 3)):
        command = lab.command("study", lab.study, "--out", out)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as study:
            while study.poll() is None and _lines(out) < lines:
                time.sleep(0.005)
            study.send_signal(signal.SIGKILL)
    # And in the middle of a line.
    with open(out / "runs.jsonl", "a") as journal:
        journal.write('{"cell":"0123')
    lab.run("killed")
    assert lab.table("killed") == lab.table("whole")
    runs = [(line["cell"], line["seed"]) for line in lab.journal("killed")]
    assert len(runs) == len(set(runs))


def _lines(out: Path) -> int:
    try:
        return (out / "runs.jsonl").read_bytes().count(b"\n")
    except FileNotFoundError:
        return 0


def test_a_failed_run_keeps_seed_error_and_command_and_stops_no_other(lab: Lab) -> None:
    (lab.folder / "fail-2").write_text("the network fell apart")
    (lab.folder / "die-5").touch()
    printed = lab.run("failed", code=1)
    assert "the network fell apart" in printed and "SIGABRT" in printed
    assert "assertion failed: a >= b" in printed
    failed = [line for line in lab.journal("failed") if "failed" in line]
    assert {line["seed"] for line in failed} == {2, 5}
    assert {line["seed"] for line in lab.journal("failed")} >= {1, 2, 3, 4, 5, 6}
    status = lab.call("status", lab.folder / "failed").stdout
    assert f"{len(failed)} failed" in status and "the network fell apart" in status
    # Alone it can be looked at.
    (lab.folder / "die-5").unlink()
    command = next(line["command"] for line in failed if line["seed"] == 5)
    again = subprocess.run(["bash", "-c", command], cwd=lab.folder, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    # What is mended is run again, and the table is that of a study in which nothing failed.
    (lab.folder / "fail-2").unlink()
    assert (
        "failed runs are tried again; to go on" in lab.call("status", lab.folder / "failed").stdout
    )
    lab.run("failed")
    lab.run("whole")
    assert lab.table("failed") == lab.table("whole")


def test_a_full_disk_is_told_and_the_study_goes_on_afterwards(lab: Lab) -> None:
    (lab.folder / "fail-4").write_text("metrics.json: cannot be written: No space left on device")
    printed = lab.run("full", code=2)
    assert "No space left on device; free some space and run the same command again" in printed
    (lab.folder / "fail-4").unlink()
    lab.run("full")
    lab.run("whole")
    assert lab.table("full") == lab.table("whole")


def test_one_command_at_a_time_works_in_a_folder(lab: Lab) -> None:
    command = lab.command("study", lab.study, "--out", lab.folder / "out", "--jobs", "1")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as first:
        while _lines(lab.folder / "out") == 0:
            assert first.poll() is None
            time.sleep(0.005)
        first.send_signal(signal.SIGSTOP)
        try:
            assert "another ./swimlab is at work" in lab.run("out", code=2)
            assert "at work in this folder" in lab.call("status", lab.folder / "out").stdout
        finally:
            first.send_signal(signal.SIGCONT)
    assert first.returncode == 0


def test_an_interrupted_study_says_how_to_go_on(lab: Lab) -> None:
    command = lab.command("study", lab.study, "--out", lab.folder / "out", "--jobs", "1")
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as study:
        while _lines(lab.folder / "out") == 0:
            assert study.poll() is None
            time.sleep(0.005)
        study.send_signal(signal.SIGINT)
        words = study.stderr.read()
    assert study.returncode == 130 and "Interrupted." in words and "to go on" in words
    status = lab.call("status", lab.folder / "out").stdout
    assert "nobody is at work; to go on:\n    ./swimlab study" in status


@pytest.mark.parametrize(
    "changes",
    [
        {'["0%", "2%"]': '["0%", "1%", "2%"]', "at_least = 6": "at_least = 8"},
        {"at_most = 12": "at_most = 9"},
        {"at_most = 12": "at_most = 18"},
        {'at_most = 12\nuntil = {"first_dead_s.median" = "±12 %"}\n': "", "at_least = 6": "at_least = 4"},
        {"at_most = 12": "at_most = 12\nseed = 4"},
    ],
)  # fmt: skip
def test_a_changed_study_has_the_table_of_a_new_folder_and_runs_what_it_lacks(
    lab: Lab, changes: dict[str, str]
) -> None:
    lab.run("out")
    before = lab.journal("out")
    changed = STUDY
    for old, new in changes.items():
        assert old in changed
        changed = changed.replace(old, new)
    lab.study.write_text(changed)
    lab.run("out")
    lab.run("new")
    assert lab.table("out") == lab.table("new")
    runs = [(line["cell"], line["seed"]) for line in lab.journal("out")]
    assert len(runs) == len(set(runs)) and lab.journal("out")[: len(before)] == before


def test_results_of_two_builds_are_not_mixed(lab: Lab) -> None:
    lab.run("out")
    before = (lab.folder / "out" / "runs.jsonl").read_bytes()
    with open(lab.folder / "build" / PROGRAM.name, "a") as program:
        program.write("# another build\n")
    other = "0123456789abcdef0123456789abcdef01234567"
    done = lab.call("study", lab.study, "--out", lab.folder / "out", commit=other)
    assert done.returncode == 2 and "must not be mixed" in done.stderr
    assert f"is now from {other}" in done.stderr
    assert (lab.folder / "out" / "runs.jsonl").read_bytes() == before


def test_a_folder_in_another_place_is_reproduced(lab: Lab) -> None:
    lab.run("out", "--jobs", "2")
    moved = lab.folder / "elsewhere" / "a copy"
    shutil.copytree(lab.folder / "out", moved)
    shutil.rmtree(lab.folder / "out")
    done = lab.call("reproduce", moved)
    assert done.returncode == 0 and done.stdout.startswith("identical: "), done.stderr
    assert "results.csv and values.csv: what the journal gives, byte for byte" in done.stdout
    results = moved / "results.csv"
    table = results.read_bytes()
    forged = table.replace(b",ended,", b",failed,", 1)
    results.write_bytes(forged)
    done = lab.call("reproduce", moved, "--runs", "3")
    assert done.returncode == 1 and results.read_bytes() == forged
    assert "NOT identical: 3 runs gave the same records, but the tables are not" in done.stdout
    assert "line 2: outcome is 'failed', and the journal gives 'ended'" in done.stdout
    results.write_bytes(table)
    assert "identical: 3 runs" in lab.call("reproduce", moved, "--runs", "3").stdout
    journal = moved / "runs.jsonl"
    text = journal.read_text()
    assert '"refuted_suspicions":0' in text
    journal.write_text(text.replace('"refuted_suspicions":0', '"refuted_suspicions":7', 1))
    done = lab.call("reproduce", moved)
    assert done.returncode == 1
    assert "NOT identical: 1 of " in done.stdout
    assert "metrics.refuted_suspicions is 0, and was 7" in done.stdout


def test_so_many_runs_as_the_command_says(lab: Lab) -> None:
    assert "4 cells, 8 runs" in lab.run("two", "--runs", "2")
    assert sorted({entry["seed"] for entry in lab.journal("two")}) == [1, 2]
    lab.run("two", "--runs", "3")
    lab.run("three", "--runs", "3")
    assert lab.table("two") == lab.table("three")


def test_a_dry_run_estimates_and_writes_nothing(lab: Lab) -> None:
    printed = lab.run("dry", "--dry-run")
    assert "4 cells, 24 to 48 runs" in printed and "of disk" in printed
    assert not (lab.folder / "dry").exists()


def test_only_some_cells_are_run_and_the_rest_later(lab: Lab) -> None:
    lab.run("out", "--only", "variant=swim", "--only", "network.loss=2%")
    assert len({line["cell"] for line in lab.journal("out")}) == 1
    assert "no cell has that; they have lan, swim" in lab.run(
        "out", "--only", "variant=lifeguard", code=2
    )
    lab.run("out")
    lab.run("whole")
    assert lab.table("out") == lab.table("whole")


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ('"network.loss" =', '"network.los" =', 12, "network.los"),
        ('["0%", "2%"]', "[]", 12, "has no values"),
        ('["0%", "2%"]', '["0%", "0.0%"]', 12, "change nothing"),
        ('["0%", "2%"]', '["0%", "2%", "2.0%"]', 11, "is the same as"),
        ('"cluster.preset" = "swim"', "seed = 5", 10, "[replicate] seed says it"),
        ('"cluster.preset" = "swim"', '"event.end.name" = "x"', 10, "changes no result"),
        ("at_least = 6", "at_least = 6\nseed = 9007199254740985", 15, "would be above"),
        ('["0%", "2%"]', '["0%", "200%"]', 12, "200%"),
        ('"cluster.preset" = "swim"', '"cluster.preset" = "memberlist-lan"', 8, "changes nothing"),
        ('"cluster.preset" = "swim"', '"event.fin.at" = "4s"', 10, "end"),
        ("first_dead_s.median", "first_ded_s.median", 16, "did you mean first_dead_s"),
        ("±12 %", "±12", 16, "±"),
        ('["first_dead_s",', '["first_death_s",', 18, "first_dea"),
        (
            "[measure]",
            '[[expect]]\nmeasure = "first_dead_s"\nis = "<= 5 s"\n'
            '[[expect]]\nmeasure = "first_dead_s"\nis = ">= 9 s"\n[measure]',
            20,
            "cannot both hold",
        ),
        ("[measure]", '[[expect]]\nmeasure = "first_dead_s"\nis = "soon"\n[measure]', 19, "soon"),
        (
            "[measure]",
            '[[figure]]\nmeasure = "first_dead_s"\nagainst = "network.jitter"\n[measure]',
            19,
            "there is no network.jitter",
        ),
        (
            "[measure]",
            '[[table]]\nmeasures = ["first_dead_s"]\nwhere = {variant = "lam"}\n[measure]',
            19,
            "did you mean lan?",
        ),
        (
            "[measure]",
            '[[table]]\nmeasures = ["first_dead_s"]\npaper = [{value = 1, source = "x"}]\n[measure]',
            19,
            "paper needs measure",
        ),
        ("[measure]", '[[expect]]\nmeasure = "first_dead_s"\nis = 0\n[measure]', 19, '"is" is 0'),
    ],
)  # fmt: skip
def test_a_wrong_study_is_refused_by_its_line(
    lab: Lab, before: str, after: str, line: int, words: str
) -> None:
    refusal = lab.refusal(before, after)
    assert refusal.startswith(f"{line}: ") and words in refusal


def test_a_folder_is_not_taken_over_by_another_study(lab: Lab) -> None:
    lab.run("out")
    lab.study.write_text(STUDY.replace('"s.toml"', '"s.toml"\nset = {"cluster.members" = 13}'))
    words = lab.run("out", code=2)
    assert "those of another study, 'A small study'" in words and "--out" in words


def test_scenarios_and_studies_are_told_apart(lab: Lab) -> None:
    done = lab.call("study", lab.folder / "s.toml")
    assert done.returncode == 2 and "is a scenario, not a study" in done.stderr
    done = lab.call("run", lab.study)
    assert done.returncode == 2 and "is a study, not a scenario" in done.stderr


def test_what_is_told_at_the_end_is_what_was_expected(lab: Lab) -> None:
    expect = '[[expect]]\nmeasure = "first_dead_s"\nwhere = {variant = "lan"}\nis = "<= 20 s"\n'
    lab.study.write_text(STUDY + expect)
    printed = lab.run("out", "--only", "variant=lan")
    assert "confirmed: first_dead_s <= 20 s at variant=lan" in printed
    # Whoever goes on does all of it.
    assert "--only" not in lab.call("status", lab.folder / "out").stdout


def test_a_budget_that_cannot_suffice_is_refused(lab: Lab) -> None:
    lab.study.write_text(STUDY.replace("at_most = 12", 'at_most = 900000\nbudget = "0.001s"'))
    assert "the budget is 0 s, and 6 runs of each" in lab.run("out", code=2)
    assert not (lab.folder / "out").exists()


def test_whose_report_is_made_stands_in_the_folder(lab: Lab) -> None:
    done = lab.call("study", lab.study, "--out", lab.folder / "out", quick=False)
    assert done.returncode == 0, done.stderr
    there = {file.name for file in (lab.folder / "out").iterdir()}
    assert there >= {"report.html", "report.pdf", "results.csv", "ro-crate-metadata.json"}
    assert os.path.getsize(lab.folder / "out" / "report.html") < 5_000_000
