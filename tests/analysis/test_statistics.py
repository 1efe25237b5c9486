# SPDX-License-Identifier: GPL-2.0-only
"""Quantiles, intervals and bands against tables, hand counts and the coverage they promise."""

import math

import numpy as np
import pytest
from run_tables import RunTable

from analysis.run.metrics import DisseminationCurve, RunMetrics
from analysis.campaign.statistics import (
    design_effect,
    dissemination_band,
    distribution,
    mean_interval,
)


class TestDistribution:
    def test_nothing_has_no_quantiles(self) -> None:
        found = distribution([[], []])
        assert (found.median, found.p99, found.max, found.ci95) == (None, None, None, None)

    def test_quantiles_of_all_runs_together(self) -> None:
        found = distribution([[4, 1], [], [3, 2]])
        assert (found.median, found.p99, found.max) == (2.5, 4, 4)

    def test_p99_is_an_observed_value(self) -> None:
        values = list(range(1, 201))
        assert distribution([values]).p99 == 198
        assert distribution([values[:100]]).p99 == 99

    @pytest.mark.parametrize(
        ("count", "rank"),
        # Ranks of the exact interval of the median, Conover, Practical Nonparametric Statistics.
        [(6, 1), (8, 1), (9, 2), (11, 2), (12, 3), (15, 4), (20, 6), (25, 8), (50, 18)],
    )
    def test_interval_has_the_ranks_of_the_table(self, count: int, rank: int) -> None:
        found = distribution([list(range(1, count + 1))])
        assert found.ci95 == (rank, count + 1 - rank)

    def test_five_values_have_no_95_percent_interval(self) -> None:
        assert distribution([[1, 2, 3, 4, 5]]).ci95 is None


class TestDesignEffect:
    def test_runs_that_agree_count_in_full(self) -> None:
        runs = [np.array([1.0, 2, 3, 4])] * 5
        assert design_effect(runs) == 1

    def test_runs_all_of_one_value_count_once_each(self) -> None:
        # 10 runs of 20 equal values: as good as 10 values.
        runs = [np.full(20, float(i)) for i in range(10)]
        assert design_effect(runs) == pytest.approx(20, rel=0.15)

    def test_equal_values_are_no_reason_for_an_effect(self) -> None:
        assert design_effect([np.ones(3), np.ones(3)]) == 1

    def test_alike_values_widen_the_interval(self) -> None:
        apart = [[float(10 * run + i) for i in range(10)] for run in range(12)]
        mixed = [[float(12 * i + run) for i in range(10)] for run in range(12)]
        wide, narrow = distribution(apart).ci95, distribution(mixed).ci95
        assert wide is not None and narrow is not None
        assert wide[1] - wide[0] > 2 * (narrow[1] - narrow[0])

    @pytest.mark.parametrize("spread_of_runs", [0.0, 1.0, 3.0])
    def test_interval_covers_the_median(self, spread_of_runs: float) -> None:
        rng = np.random.default_rng(2002)
        hits, trials = 0, 400
        for _ in range(trials):
            centres = spread_of_runs * rng.standard_normal(20)
            found = distribution([centre + rng.standard_normal(10) for centre in centres])
            assert found.ci95 is not None
            hits += found.ci95[0] <= 0 <= found.ci95[1]
        assert hits / trials > 0.92
        if spread_of_runs == 0:
            assert hits / trials < 0.99


class TestMeanInterval:
    def test_one_value_has_none(self) -> None:
        assert mean_interval([1.0]) is None

    def test_is_students_t(self) -> None:
        found = mean_interval([1, 2, 3, 4])
        # t(0.975, 3) = 3.1824; standard error = sqrt(5/3)/2.
        assert found == pytest.approx((2.5, 2.5 - 3.1824 * 0.645497, 2.5 + 3.1824 * 0.645497), 1e-4)


class TestDisseminationBand:
    def run_with(self, tmp_path, curve: DisseminationCurve) -> RunMetrics:
        metrics = RunTable().metrics(tmp_path)
        return RunMetrics(**(vars(metrics) | {"dissemination": curve}))

    def test_runs_without_crash_are_left_out(self, tmp_path) -> None:
        empty = self.run_with(tmp_path, DisseminationCurve(0.1, [], []))
        assert dissemination_band([empty]).time_s == []
        one = self.run_with(tmp_path, DisseminationCurve(0.1, [0, 3], [3, 3]))
        assert dissemination_band([empty, one]).low == [0, 1]

    def test_shorter_curve_keeps_its_last_value(self, tmp_path) -> None:
        runs = [
            self.run_with(tmp_path, DisseminationCurve(0.1, [0, 2, 4], [4, 4, 4])),
            self.run_with(tmp_path, DisseminationCurve(0.1, [0, 1], [4, 4])),
            self.run_with(tmp_path, DisseminationCurve(0.1, [0, 4], [4, 4])),
        ]
        band = dissemination_band(runs)
        assert band.time_s == pytest.approx([0, 0.1, 0.2])
        assert band.low == [0, 0.25, 0.25]
        assert band.median == [0, 0.5, 1]
        assert band.high == [0, 1, 1]

    def test_grids_of_different_steps_meet_on_the_coarser(self, tmp_path) -> None:
        runs = [
            self.run_with(tmp_path, DisseminationCurve(0.1, [0, 1, 2, 3, 4], [4] * 5)),
            self.run_with(tmp_path, DisseminationCurve(0.2, [0, 4], [4, 4])),
        ]
        band = dissemination_band(runs)
        assert band.time_s == pytest.approx([0, 0.2, 0.4])
        assert band.low == [0, 0.5, 1]
        assert band.high == [0, 1, 1]

    def test_where_nothing_is_watched_the_last_share_stands(self, tmp_path) -> None:
        run = self.run_with(tmp_path, DisseminationCurve(0.1, [0, 2, 0], [4, 4, 0]))
        band = dissemination_band([run])
        assert band.median == [0, 0.5, 0.5]
        assert not any(math.isnan(value) for value in band.high)
