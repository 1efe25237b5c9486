# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab compare`: what is held against what, what is said, and why some things are not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from made_up_studies import add, cell, study
from study_folders import write

from analysis.run.records import RecordError
from analysis.study.model import Cell
from analysis.study.sides import compare_folders, compare_variants

MEDIAN = "full_dissemination_s.median"
ASKED = {"measure": {"measures": [MEDIAN]}}


def folder(path: Path, cells: list[Cell], shift_s: float = 0.0) -> Path:
    made = study(cells, asked=ASKED)
    for each in cells:
        later = shift_s + (2.0 if each.variant == "patient" else 0.0)
        add(made, each, [10.0 + run + later for run in range(12)])
    return write(made, path)


def test_two_variants_are_compared_wherever_both_are(tmp_path: Path) -> None:
    made = folder(tmp_path / "a", [cell("swim", "1s"), cell("swim", "2s"), cell("patient", "1s")])
    lines = compare_variants(made, "patient", "swim", tmp_path / "out")
    assert lines[0].startswith("crash to known to all, median: patient is higher by 1")
    assert lines[-1] == str(tmp_path / "out" / "compare.html")
    assert (tmp_path / "out" / "figures").is_dir() and not (made / "figures").exists()


def test_variants_that_are_not_there_are_named_with_those_that_are(tmp_path: Path) -> None:
    made = folder(tmp_path / "a", [cell("swim"), cell("patient")])
    with pytest.raises(RecordError, match="no variant lifeguard; it has swim, patient"):
        compare_variants(made, "lifeguard", "swim", tmp_path / "out")
    with pytest.raises(RecordError, match="against itself"):
        compare_variants(made, "swim", "swim", tmp_path / "out")


def test_two_folders_are_compared_cell_by_cell(tmp_path: Path) -> None:
    both = [cell("swim", "1s"), cell("swim", "2s")]
    a = folder(tmp_path / "a", both, shift_s=3.0)
    b = folder(tmp_path / "b", [*both, cell("swim", "5s")])
    lines = compare_folders(a, b, tmp_path / "out")
    assert lines[0] == "a against b, at 2 places:"
    assert lines[1] == "    crash to known to all, median: higher at 2"
    assert any("In one of them only: crash, swim" in line for line in lines)


def test_other_networks_are_refused_with_what_differs(tmp_path: Path) -> None:
    here, there = cell("swim"), cell("swim", resolved={"topology.kind": "waxman"})
    a, b = folder(tmp_path / "a", [here]), folder(tmp_path / "b", [there])
    with pytest.raises(RecordError, match="other network: topology.kind is lan and waxman"):
        compare_folders(a, b, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_can_be_compared_is_and_the_rest_is_said(tmp_path: Path) -> None:
    cells = [cell("swim", "1s"), cell("swim", "2s")]
    longer = replace(cells[1], simulated_s=500.0)
    a, b = folder(tmp_path / "a", cells), folder(tmp_path / "b", [cells[0], longer])
    lines = compare_folders(a, b, tmp_path / "out")
    assert any("Left out, 1 place: other simulated time: 100 s and 500 s." in x for x in lines)


def test_folders_without_a_cell_in_common_are_refused(tmp_path: Path) -> None:
    a, b = (folder(tmp_path / v, [cell(v)]) for v in ("swim", "patient"))
    with pytest.raises(RecordError, match="no scenario, variant and point is in both"):
        compare_folders(a, b, tmp_path / "out")


def test_figures_of_something_else_are_not_lost(tmp_path: Path) -> None:
    made = folder(tmp_path / "a", [cell("swim"), cell("patient")])
    with pytest.raises(RecordError, match="figures of something else"):
        compare_variants(made, "patient", "swim", made)
    (tmp_path / "b" / "figures").mkdir(parents=True)
    with pytest.raises(RecordError, match="figures of something else"):
        compare_variants(made, "patient", "swim", tmp_path / "b")
    for _ in range(2):
        compare_variants(made, "patient", "swim", tmp_path / "c")
