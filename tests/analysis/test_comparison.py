# SPDX-License-Identifier: GPL-2.0-only
"""Two samples against each other: the numbers by hand and by counting, the intervals by how often
they hold the truth."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest


from analysis.campaign.comparison import AGREES, DIFFERS, OPEN, compare, ratio_interval, within
from analysis.campaign.statistics import distribution


def runs_of(values) -> list[list[float]]:
    """One value a run, as with one crash a run."""
    return [[float(value)] for value in values]


def largest_gap(sample: list[float], reference: list[float]) -> float:
    """The distance of Kolmogorov and Smirnov, from its definition."""
    return max(
        abs(
            sum(value <= at for value in sample) / len(sample)
            - sum(value <= at for value in reference) / len(reference)
        )
        for at in sample + reference
    )


class TestKolmogorovSmirnov:
    def test_is_the_largest_gap(self) -> None:
        found = compare(runs_of([1, 2, 3, 4]), runs_of([3, 4, 5, 6, 7]), 0.1)
        assert found is not None
        # Of the sample 1, 2, 3 and 4 are all up to 4; of the reference 3 and 4, two of five.
        assert found.ks == pytest.approx(1 - 2 / 5)

    def test_p_is_the_share_of_arrangements_with_such_a_gap(self) -> None:
        sample, reference = [1.0, 2.0, 3.0, 5.0], [4.0, 6.0, 7.0, 8.0]
        both = sample + reference
        gaps = [
            largest_gap(list(chosen), [value for value in both if value not in chosen])
            for chosen in itertools.combinations(both, 4)
        ]
        as_large = sum(gap >= largest_gap(sample, reference) - 1e-9 for gap in gaps)
        found = compare(runs_of(sample), runs_of(reference), 0.1)
        assert found is not None
        assert found.p == pytest.approx(as_large / len(gaps))


class TestRatioInterval:
    @pytest.mark.parametrize("ratio, count", [(1.0, 20), (1.5, 20), (1.0, 60)])
    def test_holds_the_true_ratio(self, ratio: float, count: int) -> None:
        rng = np.random.default_rng(2008)
        hits, trials = 0, 600
        for _ in range(trials):
            sample = runs_of(ratio * rng.lognormal(0.5, 0.4, count))
            found = ratio_interval(
                distribution(sample), distribution(runs_of(rng.lognormal(0.5, 0.4, count)))
            )
            assert found is not None
            hits += found[0] <= ratio <= found[1]
        assert 0.93 < hits / trials < 0.995

    def test_needs_six_values_on_each_side(self) -> None:
        few, many = distribution(runs_of([1, 2, 3, 4, 5])), distribution(runs_of(range(1, 21)))
        assert ratio_interval(few, many) is None
        assert ratio_interval(many, many) is not None

    def test_of_two_nothings_is_one(self) -> None:
        nothing = distribution(runs_of([0.0] * 8))
        assert ratio_interval(nothing, nothing) == (1.0, 1.0)


class TestOutcome:
    rng = np.random.default_rng(7)
    narrow = 7.2 + 0.01 * rng.random(20)
    wide = rng.lognormal(0.5, 0.6, 20)

    def outcome(self, sample, reference, resolution: float = 0.0) -> str:
        found = compare(runs_of(sample), runs_of(reference), 0.1, resolution)
        assert found is not None
        return found.outcome

    def test_agrees_where_the_interval_is_within_the_tolerance(self) -> None:
        assert self.outcome(self.narrow * 1.05, self.narrow) == AGREES

    def test_a_distance_of_one_is_no_difference_by_itself(self) -> None:
        found = compare(runs_of(self.narrow + 0.1), runs_of(self.narrow), 0.1)
        assert found is not None and found.ks == 1 and found.p < 1e-6
        assert found.outcome == AGREES

    @pytest.mark.parametrize("factor", [1.25, 0.8])
    def test_differs_beyond_the_tolerance(self, factor: float) -> None:
        assert self.outcome(self.narrow * factor, self.narrow) == DIFFERS

    def test_few_or_wide_values_leave_it_open(self) -> None:
        assert self.outcome(self.narrow[:4] * 2, self.narrow[:4]) == OPEN
        assert self.outcome(self.wide * 1.15, self.wide) == OPEN

    def test_the_records_cannot_tell_less_than_their_resolution(self) -> None:
        fine = 0.001 * self.narrow
        assert self.outcome(fine * 1.25, fine) == DIFFERS
        assert self.outcome(fine * 1.25, fine, resolution=0.002) == AGREES

    def test_nothing_cannot_be_compared(self) -> None:
        assert compare([[], []], runs_of([1, 2]), 0.1) is None

    def test_runs_needed_are_about_enough(self) -> None:
        rng = np.random.default_rng(11)

        def both(count: int):
            return (runs_of(rng.lognormal(0, 0.3, count)) for _ in range(2))

        found = compare(*both(120), 0.1)
        assert found is not None and found.outcome == OPEN
        assert found.runs_needed is not None and found.runs_needed > 120
        settled = [compare(*both(found.runs_needed), 0.1) for _ in range(60)]
        agreeing = sum(each is not None and each.outcome == AGREES for each in settled)
        assert agreeing > 0.6 * len(settled)

    def test_the_tolerance_is_the_same_whoever_is_the_reference(self) -> None:
        assert within(1.1, 0.1) and within(1 / 1.1, 0.1)
        assert not within(1.11, 0.1) and not within(0.9, 0.1)
