# SPDX-License-Identifier: GPL-2.0-only
"""What users of SWIM libraries suffer from, at reduced size: each scenario of scenarios/asks/ is
run as a campaign, and its verdict must come out as the file expects.

The conditions in the files do not depend on the size, so that one line serves the full scenario and
the reduced one.
"""

from __future__ import annotations

import html
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from analysis.campaign.summary import write_summary
from analysis.campaign.verdict import point_name, read_expectations
from campaign.backends import NS3
from campaign.build import ROOT, Build
from campaign.cli import main
from campaign.plan import Request, ask_for_plan
from campaign.run import Analyse, analyse_in_child

ASKS = ROOT / "scenarios" / "asks"
BUILD = Build(ROOT / "build")
PROGRAM = BUILD.program(NS3.program)

REDUCED: dict[str, tuple[str, ...]] = {
    "blocked-datagrams": ("cluster.members=40", "duration=100s"),
    "half-connected": ("duration=60s",),
    "late-alive": (),
    "leave-under-loss": ("network.loss=10%", "duration=45s"),
    "long-partition": (
        "cluster.members=60",
        'event.0.partition=["0-17", "18-59"]',
        "event.1.at=130s",
        "duration=200s",
    ),
    "lossy-few": ("cluster.members=40", "event.0.members=38-39", "duration=300s"),
    "mass-restart": ("cluster.members=40",),
    "memlist-small": (),
    "nacks": ("cluster.members=40",),
    "new-address": ("cluster.members=40", "event.0.crash=random 2 of 1-39"),
    "outage": ("cluster.members=40", 'event.0.partition=["0-11", "12-39"]'),
    "pair": (),
    "slow-prober": ("cluster.members=50", "event.0.slow=45-49", "duration=90s", "event.0.for=60s"),
    "two-clusters": (),
    "unplugged": ("cluster.members=40",),
}
"""Overrides of each file: small, but large enough that its point is made."""

RUNS = {"memlist-small": 100, "pair": 5, "two-clusters": 4}
"""Seeds of each file; two where nothing else is said."""


def needs_simulator() -> None:
    if not PROGRAM.exists():
        pytest.skip("build/swimlab-ns3 is not built; ./swimlab test builds it")


def test_every_file_is_tried() -> None:
    assert sorted(REDUCED) == sorted(file.stem for file in ASKS.glob("*.toml"))


@pytest.mark.parametrize("name", REDUCED)
def test_file_says_what_is_expected_and_why(name: str) -> None:
    text = (ASKS / f"{name}.toml").read_text()
    scenario = tomllib.loads(text)
    assert "# What is expected: " in text and "# What to look at in the report:" in text
    assert scenario["title"] and scenario["question"].endswith("?")
    assert re.search(r"^# Rows? \d+|^# Eight members", text, re.MULTILINE)


@pytest.mark.parametrize("name", REDUCED)
def test_expectations_are_about_measures_and_points_that_exist(name: str) -> None:
    needs_simulator()
    plan = ask_for_plan(PROGRAM, Request(ASKS / f"{name}.toml"))
    assert plan.verdict is not None
    names = [point_name(point.settings) for point in plan.points]
    assert read_expectations(plan.verdict, names)


def run(name: str, out: Path, analyse: Analyse) -> None:
    needs_simulator()
    arguments = ["run", str(ASKS / f"{name}.toml"), "--out", str(out)]
    arguments += ["--runs", str(RUNS.get(name, 2))]
    for setting in REDUCED[name]:
        arguments += ["--set", setting]
    assert main(arguments, build=BUILD, analyse=analyse) == 0


def verdict_of(out: Path) -> dict[str, Any]:
    return json.loads((out / "summary.json").read_text())["verdict"]


@pytest.mark.parametrize("name", REDUCED)
def test_verdict_is_as_expected(name: str, tmp_path: Path) -> None:
    # The summary without the report: drawing takes longer than most of these simulations.
    run(name, tmp_path, lambda out, jobs: write_summary(out, jobs) and None)
    verdict = verdict_of(tmp_path)
    assert verdict["as_expected"], verdict["text"]


def test_verdict_ends_the_command_and_opens_the_report(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    run("late-alive", tmp_path, analyse_in_child)
    text = verdict_of(tmp_path)["text"]
    assert f"\n{text}\n" in capfd.readouterr().out
    assert f"V{text[1:]}" in html.unescape((tmp_path / "report.html").read_text())


def test_mistake_in_a_verdict_is_found_before_anything_runs(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    needs_simulator()
    file = tmp_path / "s.toml"
    file.write_text((ASKS / "late-alive.toml").read_text().replace('= "> 0"', '= "> 0 s"'))
    assert main(["run", str(file), "--out", str(tmp_path / "out")], build=BUILD) == 2
    assert "s.toml:" in (error := capfd.readouterr().err)
    assert 'verdict.resurrections.memberlist-lan: "> 0 s" has the wrong unit' in error
    assert not (tmp_path / "out").exists()
