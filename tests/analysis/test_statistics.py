# SPDX-License-Identifier: GPL-2.0-only
"""Quantiles and bands against hand counts."""

import math

import pytest
from run_tables import RunTable

from analysis.run.metrics import DisseminationCurve, RunMetrics
from analysis.campaign.statistics import (
    dissemination_band,
    distribution,
)


class TestDistribution:
    def test_nothing_has_no_quantiles(self) -> None:
        found = distribution([[], []])
        assert (found.median, found.p99, found.max, found.ci95) == (None, None, None, None)

    def test_quantiles_of_all_runs_together(self) -> None:
        found = distribution([[4, 1], [], [3, 2]])
        assert (found.n, found.runs, found.median, found.max) == (4, 2, 2.5, 4)

    def test_p99_is_an_observed_value(self) -> None:
        values = list(range(1, 201))
        assert distribution([values]).p99 == 198
        assert distribution([values[:100]]).p99 == 99

    def test_few_values_have_no_quantiles_so_far_out(self) -> None:
        values = [float(i) for i in range(1, 100)]
        assert distribution([values]).p99 is None
        assert distribution([[*values, 100.0]]).p99 == 99
        assert distribution([[*values, 100.0]] * 9).p999 is None
        thousand = [float(i) for i in range(1, 1001)]
        assert distribution([thousand]).p999 == 999

    def test_says_how_many_values_and_runs_it_is_of(self) -> None:
        found = distribution([[1.0, 2.0], [], [3.0]])
        assert (found.n, found.runs, found.ci95) == (3, 2, None)
        assert found.no_ci95 == "no interval: it takes 5 runs with a value, and there are 2 runs"
        enough = distribution([[float(i)] for i in range(6)])
        assert enough.ci95 == (0, 5) and enough.no_ci95 is None


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
