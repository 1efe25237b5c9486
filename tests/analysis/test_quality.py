# SPDX-License-Identifier: GPL-2.0-only
"""Quality of service, disturbances and windows over runs, as summary.json has them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from run_tables import RunTable

from analysis.campaign.measures import MEASURES
from analysis.campaign.quality import durations, quantile
from analysis.campaign.summary import summarize
from analysis.campaign.terminal import headline_table
from analysis.run.metrics import metrics_of_run


def summary_of(folder: Path, *runs: RunTable) -> dict[str, Any]:
    return summarize(
        [metrics_of_run(run.write(folder / f"seed-{i}")) for i, run in enumerate(runs)]
    )


def tally(**counts: Any) -> dict[str, list[Any]]:
    return {"seconds": [], "ended": [], "censored": []} | counts


def test_quantiles_without_censoring_are_those_of_the_values() -> None:
    values = {"seconds": [1.0, 2.0, 3.0, 4.0], "ended": [1, 1, 1, 2], "censored": [0, 0, 0, 0]}
    found = durations([values])
    assert (found["median"], found["max"], found["at_least"]) == (3.0, 4.0, None)
    assert found["p99"] is None, "from 100 values on"


@pytest.mark.parametrize(("count", "has"), [(99, False), (100, True)])
def test_tail_needs_values(count: int, has: bool) -> None:
    found = durations([tally(seconds=[5.0], ended=[count], censored=[0])])
    assert (found["p99"] is not None) is has
    assert found["p999"] is None


def test_censored_durations_count_as_at_least_so_long() -> None:
    """Exponential durations, a third of which is cut off early at random: the quantiles are those of
    all of them, where those that ended alone would say 0.56 for the median."""
    generator = np.random.default_rng(1)
    true = np.round(generator.exponential(1.0, 20_000), 3)
    seen_for = np.round(generator.exponential(2.0, 20_000), 3)
    counts: dict[float, list[int]] = {}
    for lasts, cut in zip(true, seen_for, strict=True):
        counts.setdefault(float(min(lasts, cut)), [0, 0])[0 if lasts <= cut else 1] += 1
    for share in (0.25, 0.5, 0.9):
        assert quantile(counts, share) == pytest.approx(-math.log(1 - share), rel=0.04)
    only_ended = {value: [ended, 0] for value, (ended, _) in counts.items() if ended}
    assert quantile(only_ended, 0.5) < 0.55


def test_what_most_outlast_has_no_median() -> None:
    found = durations([tally(seconds=[1.0, 5.0], ended=[2, 0], censored=[0, 3])])
    assert (found["median"], found["max"], found["at_least"]) == (None, 1.0, 5.0)


def test_means_are_ratios_over_all_runs(tmp_path: Path) -> None:
    """Two mistakes in a run, none in the other: the exposure of both counts."""
    wrong = RunTable(members=2).says(10, "m1", "dead", "m0").says(12, "m1", "joined", "m0", 2)
    wrong.says(40, "m1", "dead", "m0", 2).says(44, "m1", "joined", "m0", 3)
    summary = summary_of(tmp_path, wrong, RunTable(members=2))
    dead = summary["quality_of_service"]["dead"]
    assert dead["mistakes"] == 2
    assert dead["mistake_recurrence_time_s"] == 200
    assert dead["mistake_duration_s"] == 3
    assert dead["good_period_s"] == 197
    assert dead["query_accuracy"] == pytest.approx(197 / 200)
    assert dead["member_error_durations"]["max"] == 4
    assert MEASURES["query_accuracy"].value(summary) == pytest.approx(98.5)
    assert MEASURES["buried_s"].value(summary) == 4
    text = headline_table(summary)
    assert "2 of 1 of 4 pairs, 3.00 s long, one a pair in 200 s; query accuracy 0.985" in text
    assert "living members buried" in text


def test_without_a_mistake_none_ever_recurs(tmp_path: Path) -> None:
    summary = summary_of(tmp_path, RunTable())
    assert summary["quality_of_service"]["dead"]["mistake_recurrence_time_s"] is None
    assert MEASURES["mistake_recurrence_s"].value(summary) == math.inf
    assert MEASURES["mistake_duration_s"].value(summary) == 0
    assert MEASURES["query_accuracy"].value(summary) == 100


def test_a_burial_that_is_not_seen_to_its_end_is_for_ever(tmp_path: Path) -> None:
    summary = summary_of(tmp_path, RunTable().says(90, "m1", "dead", "m0"))
    assert MEASURES["buried_s"].value(summary) == math.inf


def test_disturbances_are_told_by_verb(tmp_path: Path) -> None:
    run = RunTable(members=3).truth(10, "pause", "m0").says(12, "m1 m2", "suspect", "m0")
    run.truth(15, "resume", "m0").truth(20, "disconnect", "m0")
    run.says(25, "m1", "dead", "m0", 2).says(26, "m2", "dead", "m0", 2)
    summary = summary_of(tmp_path, run)
    found = summary["disturbances"]
    assert list(found) == ["disconnect", "pause"]
    pause = found["pause"]
    assert (pause["suspected"], pause["declared_dead"], pause["ended_undeclared"]) == (1, 0, 1)
    assert pause["first_suspect_s"]["median"] == 2
    assert found["disconnect"]["known_to_all_s"]["max"] == 6
    assert MEASURES["disturbances_declared_dead"].value(summary) == 50
    assert "1 of 1 suspected, 0 declared dead, 0 known to all; 1 ended before a death" in (
        headline_table(summary)
    )


def test_healthy_false_positives_leave_out_whoever_is_disturbed(tmp_path: Path) -> None:
    """A slow member is buried by all and buries one itself: neither is the fault of a healthy one."""
    run = RunTable(members=4).truth(10, "slow", "m0", value="12s")
    run.says(20, "m1 m2 m3", "dead", "m0").says(30, "m0", "dead", "m1")
    found = summary_of(tmp_path, run)["false_positives"]
    assert (found["events"], found["fp_minus"]) == (1, 0)


def test_the_window_limits_all_metrics(tmp_path: Path) -> None:
    run = RunTable(members=3).says(5, "m1", "dead", "m0").says(8, "m1", "joined", "m0", 2)
    run.truth(30, "crash", "m2").says(35, "m0 m1", "dead", "m2")
    run.says(40, "m1", "dead", "m0", 2).says(42, "m1", "joined", "m0", 3).truth(70, "crash", "m1")
    run.sent(10, "ping", 100, 1000).sent(30, "ping", 8, 80).sent(60, "ping", 100, 1000)
    run.settings = {"measure.from": "20s", "measure.to": "60s"}
    summary = summary_of(tmp_path, run)
    assert summary["crashes"] == 1
    assert summary["crashes_known_to_all"] == 1
    assert summary["false_positives"]["events"] == 1
    assert summary["false_positives"]["pairs"] == 1
    assert summary["messages_per_member_second"]["total"] == pytest.approx(8 / 3 / 40)
    assert summary["agreement"]["stale_pairs"] == 0
    assert summary["agreement"]["live_pairs"] == 2, "as it was at 60 s"
    assert (summary["measure"]["from_s"], summary["measure"]["to_s"]) == (20, 60)


def test_a_heal_of_a_partition_of_before_the_window_is_not_the_windows(tmp_path: Path) -> None:
    run = RunTable().partition(10, "m0 m1", "m2 m3").truth(30, "heal")
    run.settings = {"measure.from": "20s"}
    assert summary_of(tmp_path, run)["partition"]["partitions"] == 0


def test_a_window_shorter_than_a_suspicion_is_warned_of(tmp_path: Path) -> None:
    """Among four, four thousandths of a second by 1 to 6: suspicions take 4 s to 24 s."""
    run = RunTable().says(50, "m1", "dead", "m0")
    protocol = {"protocol.probe_interval": "1s", "protocol.suspicion_mult": "4"}
    run.settings = protocol | {"measure.from": "45s", "measure.to": "65s"}
    found = summary_of(tmp_path / "short", run)
    assert found["measure"]["warnings"] == [
        "the window of 20 s is shorter than the longest suspicion (24 s): what is suspected in it may"
        " end after it"
    ]
    assert "warning" in headline_table(found)
    run.settings = protocol
    found = summary_of(tmp_path / "whole", run)
    assert found["measure"]["warnings"] == []
    assert "no suspicion can end in the first 4 s; measured from 0 s on" in headline_table(found)
    run.settings = protocol | {"measure.from": "10s"}
    assert "no suspicion can end" not in headline_table(summary_of(tmp_path / "late", run))
