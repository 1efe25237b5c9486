# SPDX-License-Identifier: GPL-2.0-only
"""The tables of a folder are held against its journal: whatever was changed in them is told with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from made_up_studies import add, add_failure, cell, kept, study

from analysis.study.model import Study
from analysis.study.tables import run_name, write_tables
from campaign.study.reproduce import first_difference
from campaign.study.tables_again import missing_tables, unlike_the_journal


def made(folder: Path) -> Study:
    cells = [cell("swim", "1s"), cell("lifeguard", "1s")]
    found = study(cells, folder)
    add(found, cells[0], [3.25, None, 4.5])
    add(found, cells[1], [5.0, 7.5])
    add_failure(found, cells[1])
    write_tables(found)
    return found


def change(path: Path, of: Callable[[str], str]) -> None:
    before = path.read_text()
    path.write_text(of(before))
    assert path.read_text() != before


def test_tables_that_nobody_touched_are_what_the_journal_gives(tmp_path: Path) -> None:
    found = made(tmp_path)
    assert unlike_the_journal(found) == [] == missing_tables(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    unlike_the_journal(found)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_an_edited_value_is_told_with_its_column_and_the_right_one(tmp_path: Path) -> None:
    found = made(tmp_path)
    change(tmp_path / "results.csv", lambda text: text.replace(",3.25,", ",1.25,", 1))
    (told,) = unlike_the_journal(found)
    assert told == (
        "results.csv line 2: full_dissemination_s is '1.25', and the journal gives '3.25'"
    )
    change(tmp_path / "values.csv", lambda text: text.replace(",4.5\n", ",0.5\n", 1))
    assert unlike_the_journal(found)[1].startswith("values.csv line ")
    assert unlike_the_journal(found)[1].endswith("value is '0.5', and the journal gives '4.5'")


@pytest.mark.parametrize(
    ("of", "told"),
    [
        (lambda text: "\n".join(text.splitlines()[:-1]) + "\n", "ends before line 7"),
        (lambda text: text + "forged,swim\n", "has line 8, which the journal does not give"),
        (lambda text: text.replace("run,", "Run,", 1), "line 1 is 'Run,"),
        (lambda text: text.replace("\n", "\r\n"), "other line ends"),
    ],
)
def test_whatever_else_was_changed_is_told(
    tmp_path: Path, of: Callable[[str], str], told: str
) -> None:
    found = made(tmp_path)
    path = tmp_path / "results.csv"
    path.write_bytes(of(path.read_text()).encode())
    (line,) = unlike_the_journal(found)
    assert line.startswith("results.csv ") and told in line and "\n" not in line


def test_a_table_that_is_not_there_is_not_compared(tmp_path: Path) -> None:
    found = made(tmp_path)
    (tmp_path / "values.csv").unlink()
    assert missing_tables(tmp_path) == ["values.csv"] and unlike_the_journal(found) == []


def test_a_run_that_was_added_since_is_missed_in_both_tables(tmp_path: Path) -> None:
    found = made(tmp_path)
    add(found, found.cells[0], [9.0])
    results, values = unlike_the_journal(found)
    assert run_name(found.cells[0], 4) in results and run_name(found.cells[0], 4) in values


def test_a_later_version_may_measure_more_and_nothing_else() -> None:
    before, after = kept(4.5, 1, 100), kept(4.5, 1, 100)
    after["metrics"]["new"] = after["metrics"]["traffic"]["new"] = 3
    after["sums"] |= {"new.csv": "abc", "metrics.json": "def"}
    assert first_difference(before, after) is not None, "the same version measures the same"
    after["metrics"]["metrics_format"] += 1
    assert first_difference(before, after) is None
    after["metrics"]["traffic"]["messages"] = {"ping": 101}
    assert first_difference(before, after) == ("metrics.traffic.messages.ping", 100, 101)
    del after["metrics"]["crashes"]
    place, _, found = first_difference(before, after) or ("", None, "")
    assert place == "metrics.crashes" and found is None
