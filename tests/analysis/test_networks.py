# SPDX-License-Identifier: GPL-2.0-only
"""Variance components: by hand, against a simulation of known parts, and where nothing is told."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.campaign.networks import network_of, variance_components


def test_components_of_a_table_made_by_hand() -> None:
    # Two networks of two runs of two values. Within runs: squares 8 * 1 = 8 over 4 degrees = 2.
    # Run means 1, 5 and 9, 21; between runs 2 * (2*4 + 2*36) = 160 over 2: 80 = 2 + 2 runs.
    # Network means 3 and 15: squares 8 * 36 = 288 over 1: 288 = 2 + 2 * 39 + 4 networks.
    runs = [("a", [0, 2]), ("a", [4, 6]), ("b", [8, 10]), ("b", [20, 22])]
    found = variance_components(runs)
    assert found is not None
    assert found.values == pytest.approx(2)
    assert found.runs == pytest.approx(39)
    assert found.networks == pytest.approx(52)
    assert found.share_of_networks() == pytest.approx(52 / 93)
    assert (found.network_count, found.run_count, found.value_count) == (2, 4, 8)


def test_components_are_unbiased_with_networks_and_runs_of_unequal_sizes() -> None:
    generator = np.random.default_rng(5)
    shape = {0: (3, 8, 1), 1: (5, 5), 2: (12,), 3: (2, 2, 2, 9), 4: (7, 1), 5: (4, 6, 3)}
    estimates = []
    for _ in range(2000):
        runs: list[tuple[int, np.ndarray]] = []
        for network, sizes in shape.items():
            of_network = generator.exponential(3.0)  # variance 9, far from normal
            for size in sizes:
                of_run = generator.uniform(0, 12**0.5 * 2)  # variance 4
                runs.append((network, of_network + of_run + generator.normal(0, 1, size)))
        found = variance_components(runs, permutations=0)
        assert found is not None and found.p is None
        estimates.append([found.values or 0.0, found.runs or 0.0, found.networks or 0.0])
    means = np.mean(estimates, axis=0)
    errors = np.std(estimates, axis=0) / len(estimates) ** 0.5
    assert abs(means[0] - 1) < 4 * errors[0]
    # Cutting off what is below 0 lifts these two a little; runs are hardly ever below, networks
    # in some of the draws.
    assert means[1] == pytest.approx(4, abs=0.35)
    assert means[2] == pytest.approx(9, abs=1.2)


def test_one_run_a_network_leaves_networks_and_runs_together() -> None:
    found = variance_components([("a", [0.0, 2.0]), ("b", [10.0, 12.0]), ("c", [20.0, 22.0])])
    assert found is not None
    assert found.networks is None and found.share_of_networks() is None and found.p is None
    assert found.runs == pytest.approx(100 - 1)  # variance of the means, less 2 / 2
    assert found.values == pytest.approx(2)


def test_one_value_a_run_leaves_runs_and_rest_together() -> None:
    found = variance_components([("a", [0.0]), ("a", [2.0]), ("b", [10.0]), ("b", [12.0])])
    assert found is not None
    assert found.runs is None
    assert found.values == pytest.approx(2)
    assert found.networks == pytest.approx(50 - 1)


def test_one_network_has_no_components() -> None:
    assert variance_components([]) is None
    assert variance_components([("a", [1.0, 2.0]), ("a", [3.0]), ("b", [])]) is None


def test_p_is_uniform_without_a_difference_and_small_with_one() -> None:
    generator = np.random.default_rng(11)
    ps = []
    for _ in range(200):
        runs = [(i // 3, generator.exponential(1) + generator.normal(0, 0.1, 4)) for i in range(15)]
        found = variance_components(runs, permutations=199)
        assert found is not None and found.p is not None
        ps.append(found.p)
    # 0.05 of 200 is 10, give or take 3 standard deviations of 3.1.
    assert sum(p <= 0.05 for p in ps) <= 19
    assert np.mean(ps) == pytest.approx(0.5, abs=0.07)
    runs = [(i // 3, i // 3 + generator.normal(0, 0.1, 4)) for i in range(15)]
    found = variance_components(runs)
    assert found is not None and found.p is not None and found.p < 0.001


def test_the_network_of_a_run_is_told_by_its_seeds() -> None:
    assert network_of({"topology": {"seed": 3, "attach_seed": None}}) == "network 3"
    both = {"topology": {"seed": 3, "attach_seed": 4}}
    assert network_of(both) == "network 3, placement 4"
    assert network_of({"topology": {"seed": None, "attach_seed": None}}) is None
    assert network_of({}) is None
