# SPDX-License-Identifier: GPL-2.0-only
"""Two samples held against each other: what is found, what is not invented, and what is refused."""

from __future__ import annotations

import dataclasses
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_up_studies import AXIS, add, cell, study
from scipy import stats

from analysis.checks.difference_coverage import cases as difference_cases
from analysis.checks.interval_coverage import PROMISED, Case, measure
from analysis.checks.sequential_coverage import (
    FALSE_ALARMS,
    FINDS,
    PLANTED,
    called_different,
    measure_of,
    planted,
    runs_of,
)
from analysis.study.comparable import comparable, of_folders, of_variants, side
from analysis.study.compare import LEVEL, Difference, Side, compare
from analysis.study.differences import (
    holm,
    mean_of_pairs,
    of_intervals,
    signed_ranks,
    superiority,
)
from analysis.study.estimates import Estimate
from analysis.study.measures import measure_named

RANDOM = np.random.default_rng


class TestSignedRanks:
    @pytest.mark.parametrize(
        ("pairs", "critical"),
        # Two-sided 5 %, Wilcoxon's own table as in Conover, Practical Nonparametric Statistics.
        [(6, 0), (7, 2), (8, 3), (9, 5), (10, 8), (15, 25), (20, 52), (25, 89), (30, 137)],
    )
    def test_has_the_ranks_of_the_table(self, pairs: int, critical: int) -> None:
        values = [float(3**number) for number in range(pairs)]
        found = signed_ranks(values)
        averages = sorted((a + b) / 2 for i, a in enumerate(values) for b in values[i:])
        assert found is not None and (found.low, found.high) == (
            averages[critical],
            averages[-1 - critical],
        )

    @pytest.mark.parametrize("pairs", [12, 40, 90])
    def test_has_the_chance_of_the_exact_test(self, pairs: int) -> None:
        values = RANDOM(4).normal(0.3, 1, pairs)
        found = signed_ranks(list(values))
        assert found is not None
        assert found.p == pytest.approx(stats.wilcoxon(values, mode="exact").pvalue, rel=0.01)

    def test_many_pairs_are_taken_together_and_tell_the_same(self) -> None:
        values = list(RANDOM(6).normal(0.1, 1, 6000))
        found = signed_ranks(values)
        assert found is not None and found.low < 0.1 < found.high
        assert found.high - found.low == pytest.approx(4 * 0.98 / math.sqrt(6000), rel=0.1)
        assert signed_ranks([math.inf] * 3000 + [-math.inf] * 3000).p == pytest.approx(1)

    def test_five_pairs_cannot_tell(self) -> None:
        assert signed_ranks([1.0] * 5) is None

    @pytest.mark.parametrize("seed", range(20))
    def test_the_interval_leaves_out_0_exactly_where_the_chance_is_low(self, seed: int) -> None:
        values = RANDOM(seed).normal(0.6, 1, 15).round(1)
        found = signed_ranks(list(values))
        assert found is not None and (found.p <= 0.05) == (found.low > 0 or found.high < 0)

    def test_never_on_one_side_is_longer_and_on_both_is_alike(self) -> None:
        found = signed_ranks([math.inf] * 8)
        assert found is not None and found.low == math.inf and found.p < 0.05
        mixed = signed_ranks([math.inf, -math.inf] * 4)
        assert mixed is not None and mixed.p > 0.5


def test_the_mean_of_pairs_takes_enough_that_differ() -> None:
    assert mean_of_pairs([0.0] * 40 + [1.0] * 9) is None
    found = mean_of_pairs([0.0] * 30 + [1.0] * 10)
    assert found is not None and found.value == 0.25 and found.low > 0


def test_two_intervals_give_that_of_the_difference_by_zou_and_donner() -> None:
    a = Estimate(5.0, 4.0, 7.0, 20, 20, "")
    b = Estimate(3.0, 2.0, 3.5, 20, 20, "")
    found = of_intervals(a, b, relative=False)
    assert found is not None
    assert found.low == pytest.approx(2 - math.hypot(1, 0.5))
    assert found.high == pytest.approx(2 + math.hypot(2, 1))
    endless = dataclasses.replace(a, high=math.inf)
    assert of_intervals(endless, b, relative=False) is None


def test_superiority_is_the_share_of_pairs_of_runs_with_half_of_the_ties() -> None:
    assert superiority([1, 2, 3], [4, 5]) == 1
    assert superiority([1, 4], [1, 4]) == 0.5
    assert superiority([1, 3, math.inf], [2, math.inf]) == pytest.approx(3.5 / 6)
    assert superiority([], [1]) is None


def test_holm_multiplies_by_how_many_are_left() -> None:
    found = holm([0.01, 0.04, None, 0.03])
    assert found == [pytest.approx(0.03), pytest.approx(0.06), None, pytest.approx(0.06)]


def sides(a: np.ndarray, b: np.ndarray) -> tuple[Side, Side]:
    return Side("swim", runs_of(a), {}), Side("lifeguard", runs_of(b), {})


def one(a: np.ndarray, b: np.ndarray, statistic: str = "median") -> Difference:
    (found,) = compare(*sides(a, b), [measure_of(statistic)])
    return found


def noisy(count: int, spread: float = 0.5, seed: int = 3) -> np.ndarray:
    return 10 * np.exp(spread * RANDOM(seed).standard_normal((count, 1)))


class TestCompare:
    def test_pairs_of_one_seed_tell_what_two_samples_cannot(self) -> None:
        base = noisy(12)
        close = base * 1.05 * np.exp(0.01 * RANDOM(8).standard_normal((12, 1)))
        paired = one(base, close)
        assert paired.different and paired.pairs == 12
        assert paired.words("swim", "lifeguard").startswith("swim is lower by 4.5 % [")
        assert paired.low < 1 / 1.05 - 1 < paired.high
        a, b = sides(base, close)
        apart = [dataclasses.replace(run, seed=run.seed + 100) for run in b.runs]
        (unpaired,) = compare(a, dataclasses.replace(b, runs=apart), [measure_of("median")])
        assert not unpaired.different and unpaired.pairs == 0

    def test_no_difference_tells_what_would_have_been_seen(self) -> None:
        found = one(noisy(20, seed=1), noisy(20, seed=2))
        assert not found.different and found.seen_beyond > 0.1
        assert "would have been seen" in found.words("swim", "lifeguard")

    def test_which_is_lower_and_by_how_much_is_the_same_from_the_other_side(self) -> None:
        a, b = noisy(15, 0.1, 1), 1.4 * noisy(15, 0.1, 2)
        ours, theirs = one(a, b), one(b, a)
        assert 1 / (1 + ours.value) == pytest.approx(1 + theirs.value)
        assert "is lower by" in ours.words("a", "b") and "is higher by" in theirs.words("b", "a")
        assert ours.superiority == pytest.approx(1 - theirs.superiority)

    def test_too_few_runs_say_what_it_takes(self) -> None:
        found = one(noisy(4), noisy(4))
        assert found.value is None and "it takes 6 runs" in found.words("a", "b")

    def test_counts_are_told_in_their_unit(self) -> None:
        a = RANDOM(1).poisson(3, (40, 1)).astype(float)
        b = RANDOM(2).poisson(9, (40, 1)).astype(float)
        found = one(a, b, "wrong deaths a run")
        assert found.different and not found.relative and -8 < found.low < -6 < found.high < -4
        none = one(0 * a, 0 * b, "wrong deaths a run")
        assert not none.different and 0 < none.seen_beyond < 0.5

    def test_what_is_not_enough_beside_others_is_said_so(self) -> None:
        base = noisy(10, 0.05)
        wins = base * np.exp(np.array([[-0.02]] * 9 + [[0.001]]))
        median = measure_of("median")
        (alone,) = compare(*sides(wins, base), [median])
        assert alone.different
        others = [dataclasses.replace(median, per_run=lambda run: [float(run.seed)])] * 20
        among = compare(*sides(wins, base), [median, *others])[0]
        assert not among.different and among.p == alone.p and among.p_holm > LEVEL
        assert "beside the other 20 measures (Holm)" in among.words("a", "b")

    def test_runs_that_share_a_network_are_one(self) -> None:
        base, other = noisy(12), noisy(12) * 1.05
        networks = {f"seed-{seed}": f"n{(seed - 1) // 6}" for seed in range(1, 13)}
        a, b = sides(base, other)
        (found,) = compare(
            dataclasses.replace(a, networks=networks),
            dataclasses.replace(b, networks=networks),
            [measure_of("median")],
        )
        assert found.pairs == 0 and not found.different

    def test_every_measure_of_real_runs_is_compared_or_says_why_not(self) -> None:
        made = study([cell("swim"), cell("lifeguard")])
        for number, of in enumerate(made.cells):
            times = [5.0 + 0.1 * (3 * seed % 10) + number for seed in range(10)]
            add(made, of, times, wrong=number, messages=300 + 30 * number)
        names = [
            "full_dissemination_s",
            "full_dissemination_s.p99",
            "known_to_all_s",
            "wrong_deaths",
        ]
        names += [
            "false_positives",
            "crashes_known",
            "messages_per_member_second",
            "query_accuracy",
        ]
        found = compare(
            *(side(made, of, of.variant) for of in made.cells), [*map(measure_named, names)]
        )
        told = dict(zip(names, (entry.words("swim", "lifeguard") for entry in found)))
        assert told["full_dissemination_s"].startswith("swim is lower by 16 % [")
        assert told["known_to_all_s"].startswith("swim is lower by")
        assert told["false_positives"].startswith("swim is lower by 2 [2, 2]")
        assert told["full_dissemination_s.p99"] == (
            "cannot be told: it takes 100 values, and there are 10"
        )
        assert told["messages_per_member_second"].startswith("swim is lower by 9.1 %")
        assert all(entry.value is not None or entry.why for entry in found)


class TestPromises:
    """Few repetitions here; the table of docs/metrics.md is made by the check of all."""

    REPETITIONS = 40
    CASES = [case for case in planted() if "sigma 0.02" in case[1]]

    @pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}, {case[1]}")
    def test_a_planted_difference_is_found_at_the_size_that_the_rule_chose(self, case: Any) -> None:
        found, runs = called_different(*case, PLANTED, self.REPETITIONS)
        assert found >= FINDS and runs > 5

    @pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}, {case[1]}")
    def test_equals_are_hardly_ever_called_different(self, case: Any) -> None:
        called, _ = called_different(*case, 1.0, self.REPETITIONS)
        error = 3 * math.sqrt(LEVEL * (1 - LEVEL) / self.REPETITIONS)
        assert called <= min(LEVEL + error, FALSE_ALARMS + 0.04)


class TestComparable:
    def test_variants_of_a_study_are_whatever_they_set(self) -> None:
        lossy = cell("lossy", resolved={"network.loss": "5%"})
        made = study([cell("swim"), lossy], asked={"variants": [{"set": {"network.loss": "5%"}}]})
        found = comparable(made, made.cells[0], made, lossy)
        assert found.reasons == ()
        assert "network.loss is 0% and 5%" in found.notes[0]

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"resolved": {"network.loss": "5%"}}, "other network: network.loss is 0% and 5%"),
            ({"resolved": {"topology.kind": "waxman"}}, "other network: topology.kind is"),
            (
                {"resolved": {"measure.from": "20s"}},
                "other window: measure.from is nothing and 20s",
            ),
            ({"resolved": {"event.0.at": "9s"}}, "other events"),
            ({"members": 8}, "other members: 4 and 8"),
            ({"simulated_s": 50.0}, "other simulated time: 100 s and 50 s"),
        ],
    )
    def test_cells_of_two_folders_must_ask_the_same(
        self, change: dict[str, Any], told: str
    ) -> None:
        ours = study([cell("swim")], Path("one"))
        changed = dict(change)
        resolved = ours.cells[0].resolved | changed.pop("resolved", {})
        theirs = study(
            [dataclasses.replace(cell("swim"), resolved=resolved, **changed)], Path("two")
        )
        (pair,), alone = of_folders(ours, theirs)
        found = comparable(ours, pair[0], theirs, pair[1])
        assert not alone and len(found.reasons) == 1 and told in found.reasons[0]

    def test_another_build_is_told_and_no_reason(self) -> None:
        ours = study([cell("swim")], Path("one"), {"build": {"commit": "abc", "version": "1"}})
        theirs = study([cell("swim")], Path("two"), {"build": {"commit": "def", "version": "1"}})
        found = comparable(ours, ours.cells[0], theirs, theirs.cells[0])
        assert found.reasons == () and "commit abc and def" in found.notes[0]

    def test_cells_find_their_partners_by_scenario_variant_and_point(self) -> None:
        ours = study([cell("swim", "1s"), cell("swim", "2s"), cell("lifeguard", "1s")], Path("one"))
        theirs = study([cell("swim", "2s"), cell("other", "1s")], Path("two"))
        pairs, alone = of_folders(ours, theirs)
        assert [(a.point[AXIS], b.point[AXIS]) for a, b in pairs] == [("2s", "2s")]
        assert len(alone) == 3 and any("other" in name for name in alone)
        assert [(a.variant, b.variant) for a, b in of_variants(ours, "swim", "lifeguard")] == [
            ("swim", "lifeguard")
        ]


DIFFERENCES = list(difference_cases())


@pytest.mark.parametrize(
    "case", DIFFERENCES[::13], ids=lambda case: f"{case.interval}, {case.runs} runs, {case.words}"
)
def test_intervals_of_differences_hold_as_often_as_they_promise(case: Case) -> None:
    coverage = measure(case, 100)
    assert coverage.holds >= PROMISED - coverage.error


def test_the_documented_table_of_differences_is_of_these_cases() -> None:
    page = (Path(__file__).parents[2] / "docs" / "studies" / "statistics.md").read_text("utf-8")
    for name in {case.interval for case in DIFFERENCES}:
        row = re.search(rf"^\| {re.escape(name)} \|(.*)\|$", page, re.MULTILINE)
        assert row, f"docs/studies/statistics.md has no coverage of the {name}"
        for cell_text in row[1].split(" | "):
            assert float(cell_text.split()[0]) >= PROMISED - 0.01, cell_text
