# SPDX-License-Identifier: GPL-2.0-only
"""The catalogue of a study's measures: names, what each is made of, and the verdict's numbers again."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from run_tables import RunTable

from analysis.campaign.measures import MEASURES
from analysis.campaign.summary import summarize
from analysis.run.metrics import RunMetrics, metrics_of_run
from analysis.study.measures import MeasureError, all_measures, bases, measure_named


def eventful(seed: int, back_after_s: float | None) -> RunTable:
    """Of everything a little: crashes, a partition, a leave,
    a restart, a pause, a disconnection, an update, wrong deaths and a wrong suspicion."""
    table = RunTable(members=7, simulated_s=200)
    table.sent(3, "ping", 300 + seed, 9000 + 7 * seed).sent(5, "ack", 290, 8000)
    table.moved(3, 1, 7 - seed, 4).moved(3, 3, seed, 3)
    table.truth(10, "crash", "m5").says(13 + seed, "m0", "suspect", "m5")
    table.says(15 + seed, "m0", "dead", "m5").says(16 + seed, "m1 m2 m3 m4 m6", "dead", "m5")
    one, other = "m0 m1 m2", "m3 m4 m6"
    table.partition(40, one, other)
    for at_s, side, gone in ((44, one, other), (45, other, one)):
        for name in gone.split():
            table.says(at_s, side, "dead", name)
    table.truth(60, "heal")
    if back_after_s is not None:
        for side, back in ((one, other), (other, one)):
            for name in back.split():
                table.says(60 + back_after_s, side, "joined", name, 2)
    table.says(100, "m0", "suspect", "m1", 2).says(101, "m0", "refuted", "m1", 3)
    table.says(110 + seed, "m0 m1", "dead", "m2", 2).says(120 + seed, "m0 m1", "joined", "m2", 3)
    table.truth(130, "pause", "m1").says(133 + seed, "m0", "suspect", "m1", 3)
    table.says(135 + seed, "m0 m2", "dead", "m1", 3).truth(145, "resume", "m1")
    table.says(147, "m0 m2", "joined", "m1", 4)
    table.truth(150, "leave", "m4").says(151, "m0 m1", "left", "m4", 2)
    table.truth(160, "crash", "m3").says(165, "m0 m1", "dead", "m3", 2)
    table.truth(170, "restart", "m3").says(172 + seed, "m0 m1 m2", "joined", "m3", 9)
    table.truth(180, "disconnect", "m2").says(184, "m2", "dead", "m0", 5)
    table.says(186, "m0 m1", "dead", "m2", 3)
    table.truth(188, "update", "m0", value="new").says(189 + seed / 10, "m1 m6", "updated", "m0", 2)
    table.overrides = {
        "seed": seed,
        "counts": {"nacks_received": 3, "nacks_expected": 4 + seed, "stream_pings_answered": seed},
    }
    return table


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[RunMetrics]:
    folder = tmp_path_factory.mktemp("runs")
    return [
        metrics_of_run(
            eventful(seed, None if seed == 3 else 4.0 * seed).write(folder / f"seed-{seed}")
        )
        for seed in range(1, 8)
    ]


def test_load_of_a_period_is_its_mean_and_deviation(runs: list[RunMetrics]) -> None:
    (of_two,) = [run for run in runs if run.seed == 2]
    told = {name: measure_named(name).per_run(of_two)[0] for name in measures_of_periods()}
    mean, received = (5 * 1 + 2 * 3) / 7, (4 * 1 + 3 * 3) / 7
    assert told == pytest.approx(
        {
            "messages_sent_per_period": mean,
            "messages_sent_per_period_sd": ((5 * 1 + 2 * 9) / 7 - mean**2) ** 0.5,
            "messages_received_per_period": received,
            "messages_received_per_period_sd": ((4 * 1 + 3 * 9) / 7 - received**2) ** 0.5,
        }
    )


def measures_of_periods() -> list[str]:
    return [name for name in bases() if "_per_period" in name]


@pytest.mark.parametrize("name", MEASURES)
def test_each_of_the_verdicts_words_is_the_verdicts_number(
    name: str, runs: list[RunMetrics]
) -> None:
    expected = MEASURES[name].value(summarize(runs))
    measure = measure_named(name)
    found = measure.of(runs, {}).value
    if measure.kind == "count":
        found = None if found is None else found * len(runs)
    assert found == pytest.approx(expected)
    assert measure.unit == MEASURES[name].unit


def test_the_runs_of_these_tests_have_something_for_every_measure(runs: list[RunMetrics]) -> None:
    empty = [m.name for m in all_measures() if m.of(runs, {}).n == 0]
    assert not empty
    assert measure_named("runs_one_again").of(runs, {}).value == pytest.approx(600 / 7)


@pytest.mark.parametrize(
    ("measure", "key"),
    [("first_suspect_s", "first_suspect_s"), ("accepted_s.median", "restarts.accepted_s")],
)
def test_medians_are_those_of_the_summary(measure: str, key: str, runs: list[RunMetrics]) -> None:
    expected = summarize(runs)
    for part in key.split("."):
        expected = expected[part]
    found = measure_named(measure).of(runs, {})
    values = [v for run in runs for v in measure_named(measure).per_run(run)]
    if not any(map(math.isinf, values)):
        assert found.value == expected["median"]
        assert list(found.interval) == list(expected["ci95"])


def test_the_base_alone_is_the_median_and_the_verdicts_word_the_longest(
    runs: list[RunMetrics],
) -> None:
    median = measure_named("full_dissemination_s").of(runs, {})
    assert median == measure_named("full_dissemination_s.median").of(runs, {})
    assert measure_named("known_to_all_s").of(runs, {}) == measure_named(
        "full_dissemination_s.max"
    ).of(runs, {})


def test_a_time_that_never_came_is_longer_than_any_and_leaves_no_mean(
    runs: list[RunMetrics],
) -> None:
    assert measure_named("remerged_s.max").of(runs, {}).value == math.inf
    median = measure_named("remerged_s.median").of(runs, {})
    assert median.value == 20 and median.high == math.inf
    mean = measure_named("remerged_s.mean").of(runs, {})
    assert mean.value is None and mean.why == "no mean: 1 of 7 never came"


def test_counts_are_means_of_a_run_with_the_campaigns_interval(runs: list[RunMetrics]) -> None:
    total = summarize(runs)["false_positives"]["incidents"]
    mean = measure_named("false_positive_incidents").of(runs, {})
    assert mean.value == pytest.approx(total["count"] / 7)
    assert mean.interval == pytest.approx([bound / 7 for bound in total["ci95"]])
    rate = measure_named("wrong_deaths.per_member_hour").of(runs, {})
    assert rate.value == pytest.approx(total["per_member_hour"])
    assert rate.interval == pytest.approx(total["per_member_hour_ci95"])


def test_what_members_repeat_has_no_interval_and_says_so(runs: list[RunMetrics]) -> None:
    found = measure_named("false_positives").of(runs, {})
    assert found.interval is None and "wrong_deaths" in found.why


def test_a_quantile_of_too_few_values_says_how_many_it_takes(runs: list[RunMetrics]) -> None:
    found = measure_named("full_dissemination_s.p99").of(runs, {})
    assert found.value is None and found.why == "it takes 100 values, and there are 14"


def test_one_run_measures_and_has_no_interval(runs: list[RunMetrics]) -> None:
    for measure in all_measures():
        found = measure.of(runs[:1], {})
        assert found.value is None or found.interval is not None or found.why
        assert measure.kind == "count" or found.interval is None, measure.name


def test_no_runs_give_nothing_and_no_error() -> None:
    for measure in all_measures():
        found = measure.of([], {})
        assert found.value is None and found.n == 0 and found.why


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("full_disemination_s.p99", "did you mean full_dissemination_s.p99?"),
        ("first_dead_s.p95", "has no 'p95'; it has median, p90, p99, p999, mean, max"),
        ("runs_agreed.mean", "write runs_agreed"),
        ("wrong_deaths.p99", "it has mean, per_member_hour"),
        ("", "no measure"),
    ],
)
def test_a_wrong_name_is_told_what_would_be_right(name: str, told: str) -> None:
    with pytest.raises(MeasureError) as error:
        measure_named(name)
    assert told in str(error.value)


@pytest.mark.parametrize("name", ["full_disemination_s.p99", "first_ded_s", "xyz", ""])
def test_a_wrong_name_is_told_in_one_line_with_few_names(name: str) -> None:
    with pytest.raises(MeasureError) as error:
        measure_named(name)
    text = str(error.value)
    assert "\n" not in text and "docs/studies/statistics.md has all" in text
    told = [word for word in re.findall(r"\w+", text) if word in bases()]
    assert len(told) == len(set(told)) == 10


def test_the_page_has_every_base() -> None:
    page = (Path(__file__).parents[2] / "docs" / "studies" / "statistics.md").read_text("utf-8")
    section = page.partition("## Measures")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| [^|`]+ \| ((?:`\w+`[, ]*)+) \|$", section, re.MULTILINE)
    names = [name for cells in listed for name in re.findall(r"`(\w+)`", cells)]
    assert sorted(names) == sorted(bases())


def test_medians_of_values_and_of_runs_are_told_apart() -> None:
    pooled = measure_named("first_dead_s.median").meaning
    of_runs = measure_named("bytes_per_member_second.median").meaning
    assert pooled.endswith("The median of all values of all runs together.")
    assert of_runs.endswith("One value a run. The median over the runs.")


def test_names_are_unique_and_each_has_words_and_a_meaning() -> None:
    names = [measure.name for measure in all_measures()]
    assert len(set(names)) == len(names) and set(MEASURES) <= set(bases())
    for measure in all_measures():
        assert measure.words and measure.meaning.endswith("."), measure.name
        assert measure.unit in ("s", "%", "/s", "B/s", "/h", "/year", "")
