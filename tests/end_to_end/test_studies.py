# SPDX-License-Identifier: GPL-2.0-only
"""The studies that come along: planned whole, run in part, and their expectations held where they are run."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis.study.expects import CONFIRMED, REFUTED, Answer, Judgement, judge, matches
from analysis.study.model import Study, read_study
from analysis.study.tables import write_tables
from campaign.build import ROOT, Build
from campaign.study import run
from campaign.study.cells import ask_for_cells
from campaign.study.checks import check
from campaign.study.file import read_study_file

BUILD = Build(ROOT / "build")
PROGRAM = BUILD.program("swimlab-ns3")
STUDIES = sorted((ROOT / "studies").glob("*.toml"))
OF_THE_GUIDE = "first"
"""The example of docs/studies.md, which has no page of its own."""

pytestmark = pytest.mark.skipif(
    not PROGRAM.exists(), reason="build/swimlab-ns3 is not built; ./swimlab test builds it"
)


@dataclass(frozen=True)
class Reduced:
    """How a study is run here."""

    runs: int
    parts: tuple[str, ...]
    """Each a command, with its --only in words."""
    refuted: tuple[tuple[str, str], ...] = ()
    """Measure and variant of what the study itself finds refuted, and its page explains."""


REDUCED = {
    "first": Reduced(6, ("network.loss=0%",)),
    "tuning": Reduced(
        5, ("scenario=n100 protocol.probe_interval=1s network.loss=0% protocol.gossip_nodes=3",)
    ),
    "healing": Reduced(3, ("event.partition.for=20s", "event.partition.for=5m")),
    "failures": Reduced(
        3,
        ("scenario=single", "scenario=zone", "scenario=cut-2m", "scenario=flaps variant=swim"),
        (
            ("disturbances_declared_dead", "swim"),
            ("false_positive_incidents", "swim"),
            ("runs_agreed", "swim"),
            ("false_positives_among_bystanders", "memberlist-lan"),
            ("false_positives_among_bystanders", "recommended-lan"),
            ("false_positives_among_bystanders", "swim"),
        ),
    ),
    "networks": Reduced(
        5, ("scenario=lan variant=abilene", "scenario=quick variant=waxman", "variant=fat-tree")
    ),
}


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_every_cell_can_be_run_and_everything_shown_has_cells(path: Path, tmp_path: Path) -> None:
    study = read_study_file(path, path.read_bytes())
    check(study)
    cells = ask_for_cells(PROGRAM, study, tmp_path).cells
    assert len(cells) == len(study.scenarios) * len(study.variants) * len(study.points)
    assert study.tables and study.figures and study.expects
    for raw in (*study.tables, *study.figures, *study.expects):
        assert any(matches(raw.get("where", {}), cell) for cell in cells), raw


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_expectations_hold_where_a_reduced_study_runs(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_analyse", lambda out: write_tables(read_study(out)))
    monkeypatch.setattr(run, "describe_folder", lambda out: None)
    reduced = REDUCED[path.stem]
    file, out = _copy(path, tmp_path, reduced.runs), tmp_path / "out"
    for part in reduced.parts:
        only = tuple(each.split("=", 1) for each in part.split())
        wanted = run.Wanted(file, file.read_bytes(), out, 2, "local", only=only)
        assert run.run_study(wanted, BUILD, PROGRAM, "a test") == 0
    study = read_study(out)
    answers = [(each, a) for each in judge(study) for a in each.answers if _has_runs(study, a)]
    refuted = [
        f"{each.expectation.measure.name} {each.expectation.condition}, {answer.cell.name}:"
        f" {answer.reason}"
        for each, answer in answers
        if answer.outcome == REFUTED and not _is_known(reduced, each, answer)
    ]
    assert refuted == []
    assert sum(answer.outcome == CONFIRMED for _, answer in answers) >= len(reduced.parts)


def _copy(path: Path, folder: Path, runs: int) -> Path:
    """The study with fewer runs, beside what it names."""
    shutil.copytree(path.parent / "scenarios", folder / "studies" / "scenarios")
    shutil.copytree(ROOT / "scenarios" / "networks", folder / "scenarios" / "networks")
    text = re.sub(r"^at_least = \d+$", f"at_least = {runs}", path.read_text(), flags=re.MULTILINE)
    text = re.sub(r"^at_most = \d+$", f"at_most = {runs + 1}", text, flags=re.MULTILINE)
    file = folder / "studies" / path.name
    file.write_text(text)
    return file


def _has_runs(study: Study, answer: Answer) -> bool:
    return bool(study.runs(answer.cell))


def _is_known(reduced: Reduced, judgement: Judgement, answer: Answer) -> bool:
    return (judgement.expectation.measure.name, answer.cell.variant) in reduced.refuted


def test_every_study_is_reduced_and_has_a_page() -> None:
    names = [path.stem for path in STUDIES]
    assert sorted(REDUCED) == names
    index = (ROOT / "docs" / "index.md").read_text()
    for name in names:
        if name != OF_THE_GUIDE:
            page = (ROOT / "docs" / "studies" / f"{name}.md").read_text()
            assert f"studies/{name}.toml" in page and f"\nstudies/{name}\n" in index
