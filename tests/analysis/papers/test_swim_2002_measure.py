# SPDX-License-Identifier: GPL-2.0-only
"""The numbers of SWIM's page are those of its studies' folders: runs made by hand, whose numbers are known."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_papers import (
    Runs,
    many,
    of_crash,
    of_periods,
    of_update,
    paper_cell,
    paper_folder,
)

from analysis.papers.swim_2002.loss import group_sizes
from analysis.papers.swim_2002.measure import measure
from analysis.run.records import RecordError

COLUMNS = "time_ns,observer,event,subject,incarnation,source\n"
S = 1_000_000_000


def events(folder: Path, *rows: tuple[float, str, str, str]) -> Path:
    """@param rows when in seconds, observer, event, subject"""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "events.csv"
    path.write_text(
        COLUMNS
        + "".join(f"{int(at * S)},{who},{what},{whom},1,\n" for at, who, what, whom in rows),
        encoding="utf-8",
    )
    return path


THREE_JOIN = (
    (0.0, "", "join", "m0"),
    (5.0, "", "join", "m1"),
    (5.0, "m1", "joined", "m0"),
    (6.0, "m0", "joined", "m1"),
    (10.0, "", "join", "m2"),
    (10.0, "m2", "joined", "m0"),
    (11.0, "m0", "joined", "m2"),
)


def test_declared_are_no_members_whoever_said_it(tmp_path: Path) -> None:
    told = (*THREE_JOIN, (20.0, "m2", "dead", "m1"), (25.0, "m0", "dead", "m1"))
    found = group_sizes(events(tmp_path, *told))
    assert found["declared"].sizes == [1, 2, 3, 2]
    assert found["declared"].times_s == [0.0, 5.0, 10.0, 20.0]
    assert (found["declared"].peak, found["declared"].final) == (3, 2)
    assert found["declared"].last_change_s == 20.0
    assert found["first"].times_s == [0.0, 6.0, 11.0, 25.0]
    assert found["first"].sizes == [1, 2, 3, 2]


def test_size_is_what_it_was_at_a_time(tmp_path: Path) -> None:
    sizes = group_sizes(events(tmp_path, *THREE_JOIN))["declared"]
    assert [sizes.at(time) for time in (-1.0, 0.0, 4.9, 5.0, 99.0)] == [0, 1, 1, 2, 3]


def test_process_that_stops_sees_nothing_more(tmp_path: Path) -> None:
    told = (*THREE_JOIN, (20.0, "m0", "left", "m0"), (30.0, "m2", "dead", "m0"))
    found = group_sizes(events(tmp_path, *told))
    assert found["first"].final == 3 and found["first"].last_change_s == 11.0
    assert found["largest"].sizes == [1, 2, 3, 2], "of those that run"
    assert found["declared"].final == 2


def test_death_of_a_dead_changes_nothing_and_neither_does_a_suspicion(tmp_path: Path) -> None:
    told = (*THREE_JOIN, (12.0, "m0", "suspect", "m1"), (13.0, "m0", "refuted", "m1"))
    assert group_sizes(events(tmp_path, *told))["declared"].last_change_s == 10.0
    assert group_sizes(events(tmp_path, *told))["first"].last_change_s == 11.0


def test_record_without_events_or_joins_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match='keep = "events"'):
        group_sizes(tmp_path / "events.csv")
    with pytest.raises(RecordError, match="nobody joins"):
        group_sizes(events(tmp_path / "a"))
    (tmp_path / "a" / "events.csv").write_text("time_ns,what\n1,x\n")
    with pytest.raises(RecordError, match="is no record of events"):
        group_sizes(tmp_path / "a" / "events.csv")


def folders(tmp_path: Path, **replaced: Runs) -> dict[str, Path]:
    """Small folders of all studies; the runs of those named are replaced."""
    crash = of_crash(first_suspect_s=5.0, first_dead_s=23.0)
    known = of_crash(first_dead_s=4.0, known_to_50_percent_s=7.0, full_dissemination_s=10.0)
    loss = paper_cell(17, "loss", "basic-stops", simulated_s=30.0)
    runs = {
        "load": [(paper_cell(), [of_periods([[1, 10], [3, 10]])])],
        "detection": [(paper_cell(), [crash])],
        "infection": [
            (paper_cell(), [known]),
            (paper_cell(scenario="update"), [of_update(3.0, 6.0)]),
        ],
        "timeouts": [(paper_cell(), [crash])],
        "loss": [(loss, [crash])],
    } | replaced
    made = {name: paper_folder(tmp_path / name, of) for name, of in runs.items()}
    for cell, of in runs["loss"]:
        for seed in range(1, len(of) + 1):
            told = (*THREE_JOIN, (20.0 + seed, "m0", "dead", "m1"))
            events(made["loss"] / "runs" / f"{cell.key}-{seed}", *told)
    return made


def test_times_are_in_periods(tmp_path: Path) -> None:
    numbers = measure(folders(tmp_path))
    (detection,) = numbers["detection"]
    assert detection["members"] == 4
    assert detection["end_of_round"]["values"] == [2.5], "5 s of 2 s each"
    assert detection["first_ping"]["values"] == [1.5], "a period before the verdict"
    (crash,) = numbers["infection"]["crash"]
    assert (crash["median"]["values"], crash["last"]["values"]) == (
        [1.5],
        [3.0],
    ), "since first dead"
    (update,) = numbers["infection"]["update"]
    assert (update["median"]["values"], update["last"]["values"]) == ([1.5], [3.0])
    assert numbers["timeouts"] == [{"members": 4, "shortest": 9.0, "longest": 9.0}]


def test_load_is_the_mean_and_the_deviation_of_the_members_periods(tmp_path: Path) -> None:
    runs = many(lambda index: of_periods([[1, 10 + index], [5, 10 + index]], [[3, 1]]), 20)
    (row,) = measure(folders(tmp_path, load=[(paper_cell(), runs)]))["load"]
    assert row["sent_per_period"]["value"] == 3.0
    assert row["sent_per_period_sd"]["value"] == 2.0
    assert row["received_per_period"]["value"] == 3.0
    assert row["received_per_period_sd"]["value"] == 0.0
    assert row["fewer_than_5"]["value"] == 50.0, "percent; five are not fewer than five"


def test_sizes_of_all_runs_are_kept(tmp_path: Path) -> None:
    cell = paper_cell(17, "loss", "basic-stops", simulated_s=30.0)
    runs = many(lambda _: of_crash(), 3)
    found = measure(folders(tmp_path, loss=[(cell, runs)]))["loss"]["basic-stops"]["declared"]
    assert found["runs"] == 3
    assert found["peak"] == [3, 3, 3] and found["final"] == [2, 2, 2]
    assert found["last_change_s"] == [21.0, 22.0, 23.0]
    curve = found["curve"]
    assert curve["time_s"][:3] == [0.0, 2.5, 7.5] and curve["time_s"][-1] == 30.0
    assert curve["median"][0] == 1 and curve["median"][-1] == 2


def test_crash_that_nobody_noticed_is_refused(tmp_path: Path) -> None:
    unnoticed = [(paper_cell(), [of_crash(first_suspect_s=None)])]
    with pytest.raises(RecordError, match="a crash was not noticed"):
        measure(folders(tmp_path, detection=unnoticed))


def test_record_that_does_not_tell_periods_is_refused(tmp_path: Path) -> None:
    untold = of_periods([])
    untold["metrics"]["traffic"]["by_period"] = None
    with pytest.raises(RecordError, match="only simulations do"):
        measure(folders(tmp_path, load=[(paper_cell(), [untold])]))
