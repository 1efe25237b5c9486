# SPDX-License-Identifier: GPL-2.0-only
"""What the explorer's page is made of: rows with verdicts, incidents whose sums are the metrics', room."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.explore import incidents as kinds, packing, rows as read
from analysis.explore.faults import DISTURBED, PAUSED, RUNNING, UNPLUGGED, faults_of, health_of
from analysis.explore.incidents import find, refuted
from analysis.explore.material import folder_of_run, read_material
from analysis.explore.page import headlines, write_page
from analysis.explore.views import MOST_MEMBERS, choose, pack_views
from analysis.run.records import RecordError
from made_up_explorations import random_run, value_at, with_metrics
from run_tables import RunTable


def eventful() -> RunTable:
    """A crash, a wrong death, a refutation, a cut, a restart, a leave and somebody who flaps."""
    run = RunTable(6, 100)
    run.says(5, "m0 m1", "suspect", "m2", 1, "m0").says(6, "m2", "refuted", "m2", 2)
    run.says(6.5, "m0 m1", "refuted", "m2", 2, "m2")
    run.truth(10, "crash", "m5").says(11, "m0 m1 m2 m3 m4", "suspect", "m5", 1, "m0")
    run.says(15, "m0 m1 m2 m3 m4", "dead", "m5", 1, "m0")
    run.says(20, "m1", "suspect", "m3", 1).says(25, "m1 m2", "dead", "m3", 1, "m1")
    run.says(26, "m1 m2", "joined", "m3", 2, "m3")
    run.partition(30, "m0 m1 m2", "m3 m4").says(31, "m0", "suspect", "m4", 1)
    run.says(35, "m0 m1 m2", "dead", "m4", 1, "m0").truth(40, "heal")
    run.says(41, "m0 m1 m2", "joined", "m4", 2, "m4")
    run.truth(50, "restart", "m5").says(51, "m0 m1 m2 m3 m4", "joined", "m5", 2, "m5")
    for turn in range(4):
        at_s = 60 + turn * 3
        run.says(at_s, "m0", "suspect", "m1", turn + 1)
        run.says(at_s + 1, "m0", "refuted", "m1", turn + 2, "m1")
    return run.truth(80, "leave", "m2").says(81, "m0 m1 m3", "left", "m2", 2, "m2")


@pytest.mark.parametrize("made", ["eventful", *range(4)])
def test_every_number_is_the_one_of_metrics_json(made: str | int, tmp_path: Path) -> None:
    run = eventful() if made == "eventful" else random_run(int(made))
    material = read_material(with_metrics(run, tmp_path / "seed-1"))
    metrics = json.loads((material.folder / "metrics.json").read_text())
    found = find(material)
    numbers = [number for incident in found.incidents for number in incident.numbers]
    told = [number for number in [*numbers, *headlines(material)] if number.path]
    assert told
    for number in told:
        assert number.value == value_at(metrics, number.path), number.path
    # What metrics.json has no list of is grouped from rows, so that the sums are its counts.
    sums = {kind: 0 for kind in (kinds.REFUTATION, kinds.CUT_OFF, kinds.FALSE_DEATH)}
    for incident in found.incidents:
        if incident.kind in sums:
            sums[incident.kind] += incident.rows
    positives = metrics["false_positives"]
    assert sums[kinds.REFUTATION] == metrics["refuted_suspicions"] == len(refuted(material))
    assert sums[kinds.CUT_OFF] == positives["during_partition"]
    assert sums[kinds.FALSE_DEATH] == positives["events"]
    rows = material.rows
    wrong = (rows.kind == read.DEAD) & (rows.verdict == read.WRONG) & rows.in_window
    assert wrong.sum() == positives["events"]
    assert (wrong & ~rows.by_anomalous).sum() == positives["fp_minus"]
    assert len(metrics["crashes"]) == sum(each.kind == kinds.CRASH for each in found.incidents)


def test_an_eventful_run_has_an_incident_of_each_kind(tmp_path: Path) -> None:
    material = read_material(with_metrics(eventful(), tmp_path / "seed-1"))
    found = find(material)
    assert {kind for kind in found.counts} == {
        kinds.CRASH,
        kinds.FALSE_DEATH,
        kinds.CUT_OFF,
        kinds.REFUTATION,
        kinds.FLAP,
        kinds.JOIN,
        kinds.LEAVE,
        kinds.PARTITION,
    }
    flap = next(each for each in found.incidents if each.kind == kinds.FLAP)
    assert (material.names[flap.subject], flap.time_s, flap.end_s) == ("m1", 60, 69)


def test_only_rows_of_the_window_are_incidents(tmp_path: Path) -> None:
    run = eventful()
    run.settings = {"measure.from": "21s", "measure.to": "100s"}
    material = read_material(with_metrics(run, tmp_path / "seed-1"))
    metrics = json.loads((material.folder / "metrics.json").read_text())
    found = [each for each in find(material).incidents if each.kind == kinds.REFUTATION]
    assert sum(each.rows for each in found) == metrics["refuted_suspicions"] == 4


@pytest.mark.parametrize("room", [100_000, 6_000, 3_000])
def test_views_are_as_fine_as_the_room_allows(room: int, tmp_path: Path) -> None:
    material = read_material(with_metrics(random_run(3, 12, 3000), tmp_path / "seed-1"))
    views = pack_views(material.rows, 12, [], room)
    size = sum(len(each["data"]) for each in views.packed.values() if isinstance(each, dict))
    assert size <= room or views.step_ms == 5000
    finest = pack_views(material.rows, 12, [], 10_000_000)
    assert finest.step_ms == 1 <= views.step_ms
    assert views.changes == finest.changes


@pytest.mark.parametrize(
    "members, interesting", [(5, []), (4000, [7, 3999, 7]), (2500, range(2500))]
)
def test_of_many_members_those_to_whom_something_happened_are_shown(
    members: int, interesting: Any
) -> None:
    shown = choose(members, list(interesting))
    assert len(shown) == min(members, MOST_MEMBERS) == len(set(shown))
    assert set(list(interesting)[: MOST_MEMBERS // 2]) <= set(shown)
    assert shown.min() >= 0 and shown.max() < members


def test_a_packed_column_is_never_negative() -> None:
    with pytest.raises(ValueError):
        packing.pack(np.array([1, -1]))


@pytest.mark.parametrize("values", [[], [0], [255, 256, 65_536], list(range(3000))])
def test_packed_columns_unpack(values: list[int]) -> None:
    packed = packing.pack(np.array(values, dtype=int))
    assert packing.unpack(packed).tolist() == values
    assert not set(packed["data"]) & set('"<\\')


TIMELINE = [
    {"at_s": 1.0, "verb": "crash", "members": ["m0", "m1"]},
    {"at_s": 2.0, "verb": "restart", "members": ["m1"]},
    {"at_s": 3.0, "verb": "loss", "value": "20% in", "members": ["m2"]},
    {"at_s": 4.0, "verb": "loss", "value": "10% out", "members": ["m2"]},
    {"at_s": 5.0, "verb": "loss", "value": "0% in", "members": ["m2"]},
    {"at_s": 6.0, "verb": "partition", "sides": [["m0", "m1"], ["m2", "m3"]]},
    {"at_s": 7.0, "verb": "heal"},
    {"at_s": 8.0, "verb": "disconnect", "members": ["m3"]},
    {"at_s": 9.0, "verb": "pause", "members": ["m3"]},
    {"at_s": 9.5, "verb": "loss", "value": "1%"},
]


def test_each_fault_has_its_end() -> None:
    found = [
        (f.verb, f.from_s, f.to_s, f.members) for f in faults_of(TIMELINE, ["m0", "m1", "m2", "m3"])
    ]
    assert found == [
        ("crash", 1, None, [0]),
        ("crash", 1, 2, [1]),
        ("restart", 2, 2, [1]),
        ("loss", 3, 5, [2]),
        ("loss", 4, None, [2]),
        ("partition", 6, 7, [0, 1, 2, 3]),
        ("disconnect", 8, None, [3]),
        ("pause", 9, None, [3]),
        ("loss", 9.5, None, None),
    ]


def test_health_follows_the_faults() -> None:
    names = ["m0", "m1", "m2", "m3"]
    health = health_of(TIMELINE, names, faults_of(TIMELINE, names))
    assert [health.flags(1, at_s) for at_s in (0.5, 1.0, 2.0)] == [RUNNING, 0, RUNNING]
    assert health.flags(2, 3.5) == health.flags(2, 6.0) == RUNNING | DISTURBED
    assert health.flags(3, 9.2) == RUNNING | UNPLUGGED | PAUSED
    assert health.restarts == [(2.0, 1)]


def test_a_run_is_found_by_its_name_and_what_there_is_is_named(tmp_path: Path) -> None:
    for name in ("seed-1", "seed-2"):
        RunTable().write(tmp_path / "runs" / name)
    assert folder_of_run(tmp_path, None).name == "seed-1"
    assert folder_of_run(tmp_path, "seed-2").name == "seed-2"
    assert folder_of_run(tmp_path / "runs" / "seed-2", None).name == "seed-2"
    with pytest.raises(RecordError, match="has no run seed-3; there are seed-1, seed-2"):
        folder_of_run(tmp_path, "seed-3")


def test_a_run_without_events_is_refused_with_what_helps(tmp_path: Path) -> None:
    run = RunTable()
    run.settings = {"record": "summary"}
    run.overrides = {"metrics_sha256": "0" * 64}
    with pytest.raises(RecordError, match="--set record=events"):
        read_material(with_metrics(run, tmp_path / "seed-1"))


def test_the_same_run_gives_the_same_page(tmp_path: Path) -> None:
    material = read_material(with_metrics(eventful(), tmp_path / "seed-1"))
    pages = [write_page([material], tmp_path / f"{name}.html").read_bytes() for name in "ab"]
    assert pages[0] == pages[1]
    assert b"@DATA@" not in pages[0] and b"http://www.w3.org/2000/svg" in pages[0]
