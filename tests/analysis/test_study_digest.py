# SPDX-License-Identifier: GPL-2.0-only
"""What a study keeps of a run is little, however often members are disturbed, and loses no count."""

from __future__ import annotations

import json
from pathlib import Path

from run_tables import RunTable

from analysis.run.metrics import RunMetrics, metrics_of_run
from analysis.study.digest import digest, run_metrics

OFTEN = 200


def run_of_many_stalls(folder: Path) -> RunMetrics:
    """m3 stalls over and over for a tenth of a second, and once for long, when m0 buries it."""
    table = RunTable(members=4)
    for number in range(OFTEN):
        table.truth(10 + number * 0.25, "stall", "m3").truth(
            10.125 + number * 0.25, "unstall", "m3"
        )
    table.truth(70, "stall", "m3").says(72, "m0", "suspect", "m3").says(75, "m0", "dead", "m3")
    table.truth(80, "unstall", "m3")
    return metrics_of_run(table.write(folder))


def test_disturbances_of_which_the_same_came_are_kept_once(tmp_path: Path) -> None:
    whole = run_of_many_stalls(tmp_path / "run")
    assert len(whole.disturbances) == OFTEN + 1
    kept = digest(tmp_path / "run")
    assert sum(each["times"] for each in kept["metrics"]["disturbances"]) == OFTEN + 1
    assert len(json.dumps(kept["metrics"]["disturbances"])) < 1000


def test_they_count_as_often_as_they_came(tmp_path: Path) -> None:
    whole = run_of_many_stalls(tmp_path / "run").disturbances
    again = run_metrics("seed-1", 1, digest(tmp_path / "run"), 0.0).disturbances

    def told(found: list) -> list[tuple[float | None, ...]]:
        delays = [(d.ended_s, d.first_suspect_s, d.first_dead_s, d.known_to_all_s) for d in found]
        return sorted(delays, key=str)

    assert told(again) == told(whole)
    assert [delays for delays in told(again) if delays[1] is not None] == [(10.0, 2.0, 5.0, None)]


def test_a_journal_of_before_is_read(tmp_path: Path) -> None:
    whole = run_of_many_stalls(tmp_path / "run")
    kept = digest(tmp_path / "run")
    for each in kept["metrics"]["disturbances"]:
        del each["times"]
    kinds = len(kept["metrics"]["disturbances"])
    assert len(run_metrics("seed-1", 1, kept, 0.0).disturbances) == kinds < len(whole.disturbances)
