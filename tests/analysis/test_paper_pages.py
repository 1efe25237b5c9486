# SPDX-License-Identifier: GPL-2.0-only
"""The pages of docs/papers/ are what their numbers make, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.figures import style
from analysis.papers.page import Page
from analysis.papers.paper import (
    NUMBERS_NAME,
    PAGES,
    Paper,
    papers,
    read_numbers,
    write_numbers,
    write_page,
)
from analysis.run.records import RecordError


@pytest.mark.parametrize("paper", papers(), ids=lambda paper: paper.name)
def test_a_page_is_made_of_its_numbers(paper: Paper, tmp_path: Path) -> None:
    made = write_page(paper, read_numbers(paper.folder / NUMBERS_NAME), tmp_path)
    for path in made:
        assert (PAGES / path.name).read_bytes() == path.read_bytes(), path.name
    kept = {path.name for path in PAGES.glob(f"{paper.name}[.-]*")}
    assert kept == {path.name for path in made}


def test_numbers_notice_that_they_were_changed(tmp_path: Path) -> None:
    path = tmp_path / NUMBERS_NAME
    write_numbers(path, {"paper": "x", "measured": {"fp": 12}})
    assert read_numbers(path)["measured"] == {"fp": 12}
    path.write_text(path.read_text().replace("12", "21"))
    with pytest.raises(RecordError, match="was changed after it was written"):
        read_numbers(path)


def test_a_page_opens_with_what_may_be_believed() -> None:
    page = Page("mine", "Mine, 2026", ["This."], ["That."])
    page.table(["a", "b"], [["1|2", "3"]])
    assert page.markdown() == (
        "# Mine, 2026\n\n**What you may now believe**\n\n- This.\n\n**What you may not**\n\n- That.\n\n"
        "| a | b |\n| --- | --- |\n| 1\\|2 | 3 |\n"
    )


def test_a_table_has_as_many_cells_as_its_head() -> None:
    with pytest.raises(ValueError, match="a row of 1 cells under 2"):
        Page("mine", "Mine", [], []).table(["a", "b"], [["1"]])


def test_a_figure_bears_the_name_of_its_page() -> None:
    with pytest.raises(ValueError, match="must start with mine-"):
        Page("mine", "Mine", [], []).figure(style.Picture("other-load", "Load", "It grows."))
