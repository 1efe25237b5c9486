# SPDX-License-Identifier: GPL-2.0-only
"""The small part of each paper runs, and says in small what its page says.

Run by ctest with the label long, and not with the other Python tests.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.papers.lifeguard_2018.claimed import CONFIGS
from analysis.papers.lifeguard_2018.measured import per_run
from analysis.papers.paper import NUMBERS_NAME, Paper, papers, read_numbers
from campaign.build import Build
from campaign.cli import main

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(
    not (ROOT / "build" / "swimlab-ns3").exists(),
    reason="build/swimlab-ns3 is not built; ./swimlab test builds it",
)


def small(paper: Paper, out: Path) -> None:
    assert main(["paper", paper.name, "--small", "--out", str(out)], Build(ROOT / "build")) == 0


@pytest.mark.parametrize(
    "paper", [paper for paper in papers() if paper.name != "lifeguard-2018"], ids=str
)
def test_the_small_part_makes_a_page(paper: Paper, tmp_path: Path) -> None:
    small(paper, tmp_path)
    page = (tmp_path / "page" / f"{paper.name}.md").read_text(encoding="utf-8")
    assert "What you may now believe" in page and "nan" not in page.lower().split()


def test_the_small_lifeguard_holds_medians_and_what_suspicion_prevents(tmp_path: Path) -> None:
    paper = Paper("lifeguard-2018")
    small(paper, tmp_path)
    numbers = read_numbers(tmp_path / NUMBERS_NAME)["measured"]
    for config in CONFIGS:
        median = numbers["latency"][config]["dead"]["median"]["value"]
        assert abs(median - paper.published[f"t5.dead.median.{config}"].value) < 0.5
    swim, suspicion, all_three = (
        per_run(numbers["accuracy"][config]["all"], "fp").value or 0.0
        for config in ("SWIM", "LHA-Suspicion", "Lifeguard")
    )
    assert swim > 50 * max(suspicion, all_three)
