# SPDX-License-Identifier: GPL-2.0-only
"""Records that do not fit docs/records.md are refused by file and what would be right."""

from pathlib import Path

import pytest
from run_tables import RunTable

from analysis.run.metrics import metrics_of_run
from analysis.run.records import RecordError, run_folders


def refusal(folder: Path) -> str:
    with pytest.raises(RecordError) as caught:
        metrics_of_run(folder)
    return str(caught.value)


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
