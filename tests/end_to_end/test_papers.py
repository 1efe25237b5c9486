# SPDX-License-Identifier: GPL-2.0-only
"""The runs that the pages of papers were made of come out again."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from analysis.papers.paper import JUDGED, SAMPLE_NAME, Paper, papers
from campaign.build import Build
from campaign.cli import main
from campaign.papers.judge import BACKEND, judge_requests
from campaign.plan import ask_for_plan

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(
    not (ROOT / "build" / "swimlab-ns3").exists(),
    reason="build/swimlab-ns3 is not built; ./swimlab test builds it",
)

SAMPLES = [
    folder for paper in papers() for folder in sorted((paper.folder / SAMPLE_NAME).glob("*/"))
]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parents[1].name}-{path.name}")
def test_a_sample_is_reproduced(sample: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", str(sample)], Build(ROOT / "build")) == 0
    assert "identical: " in capfd.readouterr().out


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parents[1].name}-{path.name}")
def test_a_sample_names_no_place_of_the_machine_that_ran_it(sample: Path) -> None:
    asked = json.loads((sample / "study.json").read_text(encoding="utf-8"))
    assert (ROOT / asked["study_file"]).is_file() and asked["study_file"].startswith("studies/")
    assert asked["command"] == f"./swimlab study {asked['study_file']}"
    files = [path for path in sample.rglob("*") if path.is_file()]
    assert [path for path in files if re.search(rb'["\s]/(?:\w+/)+', path.read_bytes())] == []


JUDGED_PAPERS = [paper for paper in papers() if JUDGED in paper.studies]


@pytest.mark.skipif(
    not all((ROOT / "build" / name).exists() for name in (BACKEND.program, "memberlist-peer")),
    reason="build/ was made without Go's memberlist",
)
@pytest.mark.parametrize("paper", JUDGED_PAPERS, ids=lambda paper: paper.name)
def test_real_memberlist_can_do_what_it_shall_judge(paper: Paper) -> None:
    for request in judge_requests(paper).values():
        plan = ask_for_plan(ROOT / "build" / request.backend.program, request)
        assert plan.backend == "sockets" and len(plan.runs()) >= 5


def test_each_study_of_a_paper_has_a_sample() -> None:
    missing = [
        f"{paper.name}/{name}"
        for paper in papers()
        for name in paper.studies
        if not (paper.folder / SAMPLE_NAME / name).is_dir()
    ]
    assert missing == []
