# SPDX-License-Identifier: GPL-2.0-only
"""Records that do not fit docs/records.md are refused by file, line and what would be right."""

import hashlib
import json
from pathlib import Path

import pytest
from run_tables import HEADER, RunTable

from analysis.run.metrics import metrics_of_run
from analysis.run.records import RecordError, run_folders


def refusal(folder: Path) -> str:
    with pytest.raises(RecordError) as caught:
        metrics_of_run(folder)
    return str(caught.value)


def with_events(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    """A run whose events.csv holds these lines and whose run.json agrees."""
    folder = RunTable().write(tmp_path / "seed-1")
    content = "\n".join([header, *rows]) + "\n"
    (folder / "events.csv").write_text(content)
    info = json.loads((folder / "run.json").read_text())
    info["events_sha256"] = hashlib.sha256(content.encode()).hexdigest()
    (folder / "run.json").write_text(json.dumps(info))
    return folder


@pytest.mark.parametrize(
    ("rows", "line", "complaint"),
    [
        (["5,m0,dead,m9,1,m0"], 2, "subject is 'm9', must be a member of run.json or empty"),
        (["5,m9,dead,m0,1,m0"], 2, "observer is 'm9', must be a member of run.json or empty"),
        (["5,m0,dead,m1,1,m0", "6,m0,died,m2,1,m0"], 3, "event is 'died', must be one of joined,"),
        (["5,m0,,m1,1,m0"], 2, "event is empty"),
        (["5,m0,dead,m1,1,m0", "4,m0,dead,m2,1,m0"], 3, "time_ns runs backwards"),
        (["5,m0,dead,,1,m0"], 2, "subject is empty, a dead row must name one"),
        (["5,,dead,m1,1,"], 2, "a dead row must name its observer"),
        (["5,m0,crash,m1,,"], 2, "a crash row is ground truth: no observer"),
    ],
)
def test_wrong_row_is_refused_by_its_line(
    tmp_path: Path, rows: list[str], line: int, complaint: str
) -> None:
    message = refusal(with_events(tmp_path, *rows))
    assert f"events.csv:{line}: {complaint}" in message


@pytest.mark.parametrize("row", ["x,m0,dead,m1,1,m0", "5,m0,dead,m1,one,m0", ",m0,dead,m1,1,m0"])
def test_cell_that_is_no_number_is_refused(tmp_path: Path, row: str) -> None:
    assert "events.csv:2: " in refusal(with_events(tmp_path, row))


def test_wrong_columns_are_refused(tmp_path: Path) -> None:
    message = refusal(with_events(tmp_path, header="time,observer"))
    assert "events.csv:1: the columns are 'time,observer', must be 'time_ns,observer," in message


def test_events_that_changed_since_the_run_are_refused(tmp_path: Path) -> None:
    folder = RunTable().truth(5, "crash", "m1").write(tmp_path / "seed-1")
    with (folder / "events.csv").open("a") as file:
        file.write("6,m0,dead,m1,1,m0\n")
    assert "run.json says" in refusal(folder)


@pytest.mark.parametrize("name", ["run.json", "events.csv", "traffic.csv"])
def test_missing_file_is_refused_by_name(tmp_path: Path, name: str) -> None:
    folder = RunTable().write(tmp_path / "seed-1")
    (folder / name).unlink()
    assert f"{name}: no such file" in refusal(folder)


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        ("format", 2, "format is 2, this reader knows 1"),
        ("members", 5, "members is 5, member_names has 4"),
        ("seed", "one", "seed is 'one'"),
        ("wall_s", None, "wall_s is None"),
        ("scenario", {"resolved": {"cluster.start": "warm"}}, 'cluster.start is "warm"'),
        ("member_names", ["m0", "m0"], "each once"),
    ],
)
def test_wrong_description_is_refused_by_its_key(
    tmp_path: Path, key: str, value: object, complaint: str
) -> None:
    table = RunTable()
    table.overrides[key] = value
    message = refusal(table.write(tmp_path / "seed-1"))
    assert message.startswith(str(tmp_path / "seed-1" / "run.json")) and complaint in message


def test_negative_traffic_is_refused_by_its_line(tmp_path: Path) -> None:
    folder = RunTable().sent(0, "ping", 1, 10).sent(1, "ping", -1, 10).write(tmp_path / "seed-1")
    assert "traffic.csv:3: a negative number" in refusal(folder)


def test_campaign_without_runs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no such folder"):
        run_folders(tmp_path)
    (tmp_path / "runs" / ".seed-1.partial").mkdir(parents=True)
    with pytest.raises(RecordError, match="holds no finished run"):
        run_folders(tmp_path)


def test_runs_stand_in_order_of_point_and_seed(tmp_path: Path) -> None:
    names = ["p000-seed-9", "p000-seed-10", "p010-seed-1", "p1000-seed-1"]
    for name in reversed(names):
        (tmp_path / "runs" / name).mkdir(parents=True)
    assert [folder.name for folder in run_folders(tmp_path)] == names
