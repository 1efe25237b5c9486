# SPDX-License-Identifier: GPL-2.0-only
"""results.csv, values.csv and datapackage.json: rows, bytes, and a dictionary that fits them."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import tracemalloc
from pathlib import Path

import pytest
from made_up_studies import AXIS, add, add_failure, cell, study

from analysis.run.records import RecordError
from analysis.study.model import Entry, Study
from analysis.study.tables import asked_measures, cell_text, columns, run_name, write_tables

ASKED = {
    "measure": {"measures": ["full_dissemination_s.p99", "leaves_seen"]},
    "replicate": {"until": {"wrong_deaths": "±20 %"}},
    "tables": [{"measures": ["detection_s"]}],
    "figures": [{"measure": "full_dissemination_s.median"}],
    "expects": [{"measure": "wrong_deaths.per_member_hour", "is": "= 0 /h"}],
}


def made(folder: Path) -> Study:
    cells = [cell("swim", "1s"), cell("swim", "2s"), cell("lifeguard", "1s")]
    found = study(cells, folder, ASKED)
    add(found, cells[0], [3.25, None, 4.5])
    add(found, cells[1], [2.5], wrong=2)
    add_failure(found, cells[1])
    add(found, cells[2], [5.0, 7.5])
    return found


def rows(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_there_is_a_row_a_run_in_the_order_of_cells_and_seeds(tmp_path: Path) -> None:
    found = made(tmp_path)
    results, _, _ = write_tables(found)
    told = [(row["variant"], row[AXIS], row["seed"]) for row in rows(results)]
    assert told == [
        ("swim", "1s", "1"),
        ("swim", "1s", "2"),
        ("swim", "1s", "3"),
        ("swim", "2s", "1"),
        ("swim", "2s", "2"),
        ("lifeguard", "1s", "1"),
        ("lifeguard", "1s", "2"),
    ]


def test_values_never_missing_and_failed_are_told_apart(tmp_path: Path) -> None:
    table = rows(write_tables(made(tmp_path))[0])
    known = [row["full_dissemination_s"] for row in table]
    assert known == ["3.25", "INF", "4.5", "2.5", "", "5", "7.5"]
    assert [row["outcome"] for row in table][4] == "failed"
    assert [row["wrong_deaths"] for row in table] == ["0", "0", "0", "2", "", "0", "0"]
    assert {row["leaves_seen"] for row in table} == {""}
    assert float(table[3]["wrong_deaths.per_member_hour"]) == pytest.approx(2 / 340 * 3600, rel=0.1)


def test_every_value_of_a_time_is_in_values_csv(tmp_path: Path) -> None:
    results, values, _ = write_tables(made(tmp_path))
    names = [row["run"] for row in rows(results) if row["outcome"] == "ended"]
    table = rows(values)
    assert [row["run"] for row in table if row["measure"] == "full_dissemination_s"] == names
    assert table[2] == {"run": names[0], "measure": "full_dissemination_s", "value": "3.25"}


def test_the_same_runs_are_the_same_bytes_in_whatever_order_they_ended(tmp_path: Path) -> None:
    one, other = made(tmp_path / "one"), made(tmp_path / "other")
    for folder in (one.folder, other.folder):
        folder.mkdir()
    other.entries.update(
        {
            key: dict(reversed(list(entries.items())))
            for key, entries in reversed(list(other.entries.items()))
        }
    )
    for ours, theirs in zip(write_tables(one), write_tables(other), strict=True):
        assert ours.read_bytes() == theirs.read_bytes()
    assert b"\r" not in (one.folder / "results.csv").read_bytes()


def test_the_dictionary_has_each_column_with_its_unit_and_the_sums_of_the_files(
    tmp_path: Path,
) -> None:
    paths = write_tables(made(tmp_path))
    package = json.loads(paths[2].read_text())
    assert package["profile"] == "tabular-data-package" and package["name"] == "made-up"
    for path, resource in zip(paths, package["resources"]):
        content = path.read_bytes()
        assert resource["path"] == path.name and resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == list(
            csv.reader(content.decode().splitlines())
        )[0]
        assert all(field["description"].endswith(".") for field in fields)
    fields = {f["name"]: f for f in package["resources"][0]["schema"]["fields"]}
    assert fields["full_dissemination_s"]["unit"] == "s"
    assert fields["seed"]["type"] == "integer" and "unit" not in fields["wrong_deaths"]


def test_every_cell_is_of_the_type_that_the_dictionary_says(tmp_path: Path) -> None:
    paths = write_tables(made(tmp_path))
    for path, resource in zip(paths, json.loads(paths[2].read_text())["resources"]):
        types = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        keys = set()
        for row in rows(path):
            keys.add(row["run"])
            for name, text in row.items():
                if types[name] != "string" and text not in resource["schema"]["missingValues"]:
                    assert (int if types[name] == "integer" else float)(text) >= 0
        assert keys


def test_all_that_the_file_names_has_a_column_and_each_once(tmp_path: Path) -> None:
    names = [column.name for column in columns(made(tmp_path))]
    assert len(names) == len(set(names))
    assert {"leaves_seen", "detection_s", "wrong_deaths.per_member_hour"} <= set(names)
    asked = [measure.name for measure in asked_measures(ASKED)]
    assert asked[:3] == ["full_dissemination_s.p99", "leaves_seen", "wrong_deaths"]
    with pytest.raises(RecordError, match="did you mean leaves_seen"):
        asked_measures({"measure": {"measures": ["leave_seen"]}})


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ([], ["wrong_deaths", "full_dissemination_s"]),
        (["false_positive_incidents"], ["false_positive_incidents", "full_dissemination_s"]),
        (["known_to_all_s", "full_dissemination_s.p99"], ["wrong_deaths", "known_to_all_s"]),
        (["wrong_deaths", "false_positive_incidents"], ["wrong_deaths", "full_dissemination_s"]),
    ],
)
def test_what_has_two_names_has_one_column(
    tmp_path: Path, asked: list[str], there: list[str]
) -> None:
    """By the name that the study asks for."""
    cells = [cell("swim")]
    found = study(cells, tmp_path, {"measure": {"measures": asked}})
    add(found, cells[0], [3.25], wrong=2)
    results, values, package = write_tables(found)
    same = {"wrong_deaths", "false_positive_incidents", "full_dissemination_s", "known_to_all_s"}
    (row,) = rows(results)
    assert same & set(row) == set(there)
    assert [row[name] for name in there] == ["2", "3.25"]
    assert there[1] in {line["measure"] for line in rows(values)}
    fields = {
        f["name"]: f for f in json.loads(package.read_text())["resources"][0]["schema"]["fields"]
    }
    for name in there:
        others = same - set(there)
        assert any(f"Also called {other}." in fields[name]["description"] for other in others)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (math.inf, "INF"), (0.1 + 0.2, "0.30000000000000004"), (5.0, "5"), ("a", "a")],
)
def test_a_value_is_one_text_that_gives_it_again(value: object, text: str) -> None:
    assert cell_text(value) == text
    if isinstance(value, float):
        assert float(text) == value


def test_a_table_that_could_not_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = made(tmp_path)
    before = write_tables(found)[0].read_bytes()
    add(found, found.cells[0], [9.0])

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("analysis.study.tables._Sheet.row", full)
    with pytest.raises(OSError, match="No space"):
        write_tables(found)
    assert (tmp_path / "results.csv").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "datapackage.json",
        "results.csv",
        "values.csv",
    ]


def test_many_runs_take_the_memory_of_one_cell(tmp_path: Path) -> None:
    cells = [cell("swim", f"{number}s") for number in range(1, 41)]
    found = study(cells, tmp_path)
    add(found, cells[0], [3.0])
    entry = found.entries[cells[0].key][1]
    for one in cells:
        found.entries[one.key] = {
            seed: Entry(one.key, seed, entry.packed, None, 0.1, 1) for seed in range(1, 26)
        }
    tracemalloc.start()
    results, _, _ = write_tables(found)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(rows(results)) == 1000 and rows(results)[-1]["run"] == run_name(cells[-1], 25)
    assert peak < 2_000_000, "rows of cells that are written are kept"
