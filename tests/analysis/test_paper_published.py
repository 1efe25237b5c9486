# SPDX-License-Identifier: GPL-2.0-only
"""Published values are data: each has its source, and a wrong row is told by its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.papers.paper import papers
from analysis.papers.published import COLUMNS, TAGS, read_published
from analysis.run.records import RecordError

HEAD = ",".join(COLUMNS) + "\n"


def written(folder: Path, rows: str) -> Path:
    path = folder / "published.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


def test_a_value_has_its_place_its_bar_and_its_source(tmp_path: Path) -> None:
    row = 'fig5.1000,bootstrap,N=1000;system=memberlist,45.7,42.9,48.6,s,D,0.5,"Suresh 2018, figure 5"\n'
    value = read_published(written(tmp_path, row))["fig5.1000"]
    assert (value.value, value.low, value.high, value.reading_error) == (45.7, 42.9, 48.6, 0.5)
    assert value.where == {"N": "1000", "system": "memberlist"}
    assert value.source == "Suresh 2018, figure 5"


def test_values_are_found_by_kind_and_place(tmp_path: Path) -> None:
    rows = "".join(f"a{n},load,N={n},2,,,1/s,R,0,x\n" for n in (5, 13)) + "b,other,N=5,1,,,,C,,x\n"
    published = read_published(written(tmp_path, rows))
    assert [value.id for value in published.of("load")] == ["a5", "a13"]
    assert [value.id for value in published.of("load", N="13")] == ["a13"]
    with pytest.raises(KeyError, match="no published value has the id 'a7'"):
        published["a7"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a,load,N=5,two,,,1/s,R,0,x\n", "2: could not convert"),
        ("a,load,N=5,nan,,,1/s,R,0,x\n", "2: nan is no number"),
        ("a,load,N=5,2,,,1/s,Q,0,x\n", "2: tag is 'Q'"),
        ("a,load,N=5,2,,,1/s,R,0,\n", "2: source is empty"),
        ("a,load,N=5,2,,,1/s,R,0,x\n" * 2, "3: a stands twice"),
    ],
)
def test_a_wrong_row_is_refused_by_its_line(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(RecordError, match=words):
        read_published(written(tmp_path, row))


def test_wrong_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "published.csv"
    path.write_text("id,value\na,1\n", encoding="utf-8")
    with pytest.raises(RecordError, match="1: the columns must be id,of,where"):
        read_published(path)


@pytest.mark.parametrize("paper", papers(), ids=lambda paper: paper.name)
def test_what_comes_along_is_read_and_sourced(paper) -> None:
    values = list(paper.published)
    assert values
    assert all(value.tag in TAGS and value.source for value in values)
    assert all(value.reading_error > 0 for value in values if value.tag == "E")
