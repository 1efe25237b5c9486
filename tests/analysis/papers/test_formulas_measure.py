# SPDX-License-Identifier: GPL-2.0-only
"""The numbers of the table of formulas are those of its studies' folders: runs made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_papers import (
    Runs,
    many,
    of_crash,
    of_disturbance,
    of_periods,
    of_probes,
    of_update,
    paper_cell,
    paper_folder,
)

from analysis.papers.formulas.measure import measure
from analysis.run.records import RecordError

LOSSY = {"network.datagram_loss": "5%", "protocol.indirect_checks": "3"}


def folders(tmp_path: Path, **replaced: Runs) -> dict[str, Path]:
    """Small folders of all studies; the runs of those named are replaced."""
    crash = of_crash(first_suspect_s=5.0, first_dead_s=23.0)
    runs = {
        "probes": [(paper_cell(32, "probes", "5-3", LOSSY), [of_probes(1000, 20, 2400)])],
        "load": [(paper_cell(), [of_periods([[1, 10], [3, 10]])])],
        "detection": [(paper_cell(8), [crash])],
        "confirmations": [(paper_cell(128, "a5b6-0"), [of_disturbance(0.0, 63.216)])],
        "timeouts": [(paper_cell(18), [crash])],
        "infection": [(paper_cell(6), [of_update(3.0, 6.0)])],
    } | replaced
    return {name: paper_folder(tmp_path / name, of) for name, of in runs.items()}


def test_probes_are_counted_over_all_runs(tmp_path: Path) -> None:
    cell = paper_cell(32, "probes", "5-3", LOSSY)
    runs = many(lambda index: of_probes(1000, 10 + index, 2000 + 40 * index), 20)
    (row,) = measure(folders(tmp_path, probes=[(cell, runs)]))["probes"]
    assert (row["name"], row["loss_percent"], row["helpers"]) == ("5-3", 5.0, 3)
    assert (row["probes"], row["failed"]) == (20_000, sum(range(10, 30)))
    assert row["failed_percent"]["value"] == pytest.approx(1.95)
    assert row["messages_a_probe"]["value"] == pytest.approx(2.38)


def test_probes_of_the_declared_are_refused(tmp_path: Path) -> None:
    buried = of_probes(1000, 20, 2400)
    buried["metrics"]["false_positives"]["events"] = 1
    cell = paper_cell(32, "probes", "5-3", LOSSY)
    with pytest.raises(RecordError, match="suspicion_mult"):
        measure(folders(tmp_path, probes=[(cell, [buried])]))


def test_rounds_are_the_periods_begun_until_the_first_ping(tmp_path: Path) -> None:
    """Suspected a period after the ping: pings after 0.5, 1.0, 1.25 and 2 periods, and one on its way."""
    times = [3.0, 4.0, 4.5, 6.0, 1.9999]
    runs = [of_crash(first_suspect_s=time) for time in times]
    (row,) = measure(folders(tmp_path, detection=[(paper_cell(8), runs)]))["detection"]
    assert row["first_ping"]["value"] == pytest.approx((0.5 + 1.0 + 1.25 + 2.0 - 0.00005) / 5)
    assert row["rounds"]["value"] == pytest.approx((1 + 1 + 2 + 2 + 1) / 5)
    assert row["longest"] == 2.0
    assert row["first_ping"]["standard_error"] == pytest.approx(0.33912, abs=1e-4)


def test_suspicions_last_as_long_as_they_did(tmp_path: Path) -> None:
    numbers = measure(folders(tmp_path))
    assert numbers["confirmations"] == [{"name": "a5b6-0", "shortest": 63.216, "longest": 63.216}]
    assert numbers["timeouts"] == [{"members": 18, "shortest": 9.0, "longest": 9.0}]


def test_suspicion_without_end_is_refused(tmp_path: Path) -> None:
    open_ended = [(paper_cell(128, "a5b6-0"), [of_disturbance(0.0, None)])]
    with pytest.raises(RecordError, match="no suspicion ended"):
        measure(folders(tmp_path, confirmations=open_ended))


def test_infection_is_in_periods(tmp_path: Path) -> None:
    (row,) = measure(folders(tmp_path))["infection"]
    assert (row["median"]["value"], row["all"]["value"]) == (1.5, 3.0)


def test_load_is_told_with_its_deviation(tmp_path: Path) -> None:
    (row,) = measure(folders(tmp_path))["load"]
    assert row["sent_per_period"]["n"] == 1
    assert row["sent_per_period_sd"]["value"] == 1.0
