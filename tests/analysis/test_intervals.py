# SPDX-License-Identifier: GPL-2.0-only
"""Intervals against tables, hand counts, and the share of made-up campaigns in which they hold."""

import re
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from analysis.checks.interval_coverage import PROMISED, RUNS, Case, cases, measure
from analysis.campaign.intervals import (
    UNSEEN_EFFECT,
    count_interval,
    design_effect,
    mean_interval,
    median_interval,
    quantile_interval,
    share_interval,
    values_for_quantile,
    why_no_mean,
    why_no_median,
    why_no_quantile,
)

ROOT = Path(__file__).parents[2]
CASES = list(cases())
TRIALS = 150


def one_each(count: int) -> list[np.ndarray]:
    return [np.array([float(i)]) for i in range(1, count + 1)]


class TestMedian:
    @pytest.mark.parametrize(
        ("count", "rank"),
        # Ranks of the exact interval of the median, Conover, Practical Nonparametric Statistics.
        [(6, 1), (8, 1), (9, 2), (11, 2), (12, 3), (15, 4), (20, 6), (25, 8), (50, 18)],
    )
    def test_has_the_ranks_of_the_table(self, count: int, rank: int) -> None:
        assert median_interval(one_each(count)) == (rank, count + 1 - rank)

    def test_five_runs_of_one_value_have_none(self) -> None:
        assert median_interval(one_each(5)) is None
        assert why_no_median([1] * 5) == (
            "no interval: it takes 6 runs with a value, and there are 5 runs"
        )

    @pytest.mark.parametrize("runs", [1, 2, 3, 4])
    def test_few_runs_have_none_however_many_values(self, runs: int) -> None:
        assert median_interval([np.arange(1000.0)] * runs) is None
        assert "it takes 5 runs" in why_no_median([1000] * runs)

    def test_runs_without_a_value_do_not_count(self) -> None:
        assert median_interval([*one_each(5), np.array([])]) is None

    def test_alike_values_widen_it(self) -> None:
        apart = [np.arange(10.0) + 10 * run for run in range(12)]
        mixed = [12 * np.arange(10.0) + run for run in range(12)]
        wide, narrow = median_interval(apart), median_interval(mixed)
        assert wide is not None and narrow is not None
        assert wide[1] - wide[0] > 2 * (narrow[1] - narrow[0])


class TestQuantile:
    @pytest.mark.parametrize(("share", "values"), [(0.9, 36), (0.99, 368), (0.999, 3688)])
    def test_takes_as_many_values_as_reach_beyond_it(self, share: float, values: int) -> None:
        assert share**values <= 0.025 < share ** (values - 1)
        assert values_for_quantile(share) == values
        assert quantile_interval(one_each(values), share) is not None
        assert quantile_interval(one_each(values - 1), share) is None

    def test_has_the_ranks_of_the_binomial_distribution(self) -> None:
        low, high = quantile_interval(one_each(100), 0.9)
        assert stats.binom.cdf(low - 1, 100, 0.9) <= 0.025 < stats.binom.cdf(low, 100, 0.9)
        assert stats.binom.sf(high - 1, 100, 0.9) <= 0.025 < stats.binom.sf(high - 2, 100, 0.9)

    def test_alike_values_are_worth_fewer_and_it_says_so(self) -> None:
        runs = [np.arange(10.0) + 100 * run for run in range(40)]
        assert quantile_interval(runs, 0.99) is None
        assert re.search(
            r"takes 368 independent values, and there are 400, worth \d+ independent ones",
            why_no_quantile(runs, 0.99),
        )


class TestMean:
    def test_of_symmetric_runs_is_students(self) -> None:
        values = [float(value) for value in range(-15, 16)]
        found = mean_interval([np.array([value]) for value in values])
        assert found == pytest.approx(stats.t.interval(0.95, 30, 0, stats.sem(values)), rel=1e-3)

    def test_reaches_farther_to_where_the_tail_is(self) -> None:
        values = np.exp(np.random.default_rng(5).standard_normal(40))
        low, high = mean_interval([np.array([value]) for value in values])
        half = stats.t.ppf(0.975, 39) * stats.sem(values)
        assert low == pytest.approx(values.mean() - half)
        assert high > values.mean() + 1.1 * half

    def test_nineteen_runs_or_equal_ones_have_none(self) -> None:
        assert mean_interval(one_each(19)) is None
        assert "it takes 20 runs, and there are 19 runs" in why_no_mean(one_each(19))
        assert mean_interval([np.ones(3)] * 30) is None
        assert "nothing varies" in why_no_mean([np.ones(3)] * 30)


class TestDesignEffect:
    def test_runs_that_agree_count_in_full(self) -> None:
        assert design_effect([np.array([1.0, 2, 3, 4])] * 5) == 1

    def test_runs_all_of_one_value_count_once_each(self) -> None:
        # 10 runs of 20 equal values: as good as 10 values.
        runs = [np.full(20, float(i)) for i in range(10)]
        assert design_effect(runs) == pytest.approx(20, rel=0.15)

    def test_equal_values_are_no_reason_for_an_effect(self) -> None:
        assert design_effect([np.ones(3), np.ones(3)]) == 1


class TestCount:
    def test_none_seen_is_a_bound_that_allows_for_clumps(self) -> None:
        low, high = count_interval([0] * 5)
        assert low == 0
        # So many in the mean, with a variance of 4 times that, come to none once in twenty.
        size = high / (UNSEEN_EFFECT - 1)
        assert stats.nbinom.pmf(0, size, 1 / UNSEEN_EFFECT) == pytest.approx(0.05)
        assert count_interval([0]) == (low, high)

    def test_many_that_do_not_clump_come_near_garwoods(self) -> None:
        low, high = count_interval([1000] * 20)
        assert (low, high) == pytest.approx((19_711, 20_292), abs=30)
        garwood = stats.chi2.ppf(0.025, 40_000) / 2, stats.chi2.ppf(0.975, 40_002) / 2
        assert low < garwood[0] and high > garwood[1]

    def test_runs_that_differ_widen_it(self) -> None:
        even, uneven = count_interval([20] * 5), count_interval([0, 0, 0, 0, 100])
        assert uneven[0] < even[0] < 100 < even[1] < uneven[1]

    def test_one_or_two_runs_cannot_tell(self) -> None:
        assert count_interval([7]) is None and count_interval([7, 8]) is None
        assert count_interval([]) is None


class TestShare:
    def test_one_a_run_is_clopper_and_pearsons(self) -> None:
        # 4 of 10: 12.16 % to 73.76 %; 0 of 10: up to 30.85 %.
        parts = [(1, 1)] * 4 + [(0, 1)] * 6
        assert share_interval(parts) == pytest.approx((0.12155, 0.73762), abs=1e-5)
        assert share_interval([(0, 1)] * 10) == pytest.approx((0, 0.30850), abs=1e-5)

    def test_all_seen_of_many_may_be_all_of_one_cause(self) -> None:
        of_runs, of_crashes = share_interval([(1, 1)] * 5), share_interval([(10, 10)] * 5)
        independent = stats.beta.ppf(0.025, 50, 1)
        assert of_runs[0] < of_crashes[0] < independent

    def test_one_run_cannot_tell(self) -> None:
        assert share_interval([(9, 10)]) is None and share_interval([(0, 0), (9, 10)]) is None


def id_of(case: Case) -> str:
    return f"{case.interval}, {case.runs} runs, {case.words}"


@pytest.mark.parametrize("case", CASES[::7], ids=id_of)
def test_holds_as_often_as_it_promises(case: Case) -> None:
    """A seventh of the table's cases, each with few campaigns and the error that this leaves."""
    coverage = measure(case, TRIALS)
    assert coverage.holds >= PROMISED - coverage.error


def test_the_documented_table_is_of_these_cases_and_keeps_the_promise() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    for name in {case.interval for case in CASES}:
        row = re.search(rf"^\| {re.escape(name)} \|(.*)\|$", page, re.MULTILINE)
        assert row, f"docs/metrics.md has no coverage of the {name}"
        cells = row[1].split(" | ")
        assert len(cells) == len(RUNS)
        for cell in cells:
            if cell.strip() != "none printed":
                assert float(cell.split()[0]) >= PROMISED - 0.01, cell
