# SPDX-License-Identifier: GPL-2.0-only
"""How much of what differs is the network's: variance between networks, between runs, within runs.

Where each run draws its network (`topology.seed = "run"`, `topology.attach_seed = "run"`), a value
is a mean, a part of its network, a part of its run and a rest:

    value = mean + network + run within the network + rest

with variances that are estimated by the analysis of variance of nested classes of unequal sizes
(Searle, Casella and McCulloch, Variance Components, 1992, section 5.6): the sums of squares between
networks, between runs of a network and within runs are set equal to their expectations, which hold
whatever the distributions are. An estimate below 0 is told as 0. A part that the campaign cannot
tell from the next finer one is None, and is in that: with one run a network (`topology.
runs_per_network` is 1), the networks' part and the runs' are one, `runs`; with one value a run, the
runs' part and the rest are one, `values`.

Whether networks differ at all is told by a permutation test: how often the mean squares between
networks come out as large when runs change their networks at random. No normality is assumed.
Components have no interval: with as few networks as campaigns have, none is worth its name.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

PERMUTATIONS = 1999
"""Of the test; the least p is one in one more."""


@dataclass(frozen=True)
class VarianceComponents:
    """Variances in squared units of the values; None: not told apart from the next finer one."""

    networks: float | None
    runs: float | None
    values: float | None
    network_count: int
    run_count: int
    value_count: int
    p: float | None
    """Of no difference between networks; None where networks have one run each, or nobody asked."""

    def share_of_networks(self) -> float | None:
        """Of the whole variance; None where the networks' part is not known."""
        if self.networks is None:
            return None
        total = self.networks + (self.runs or 0) + (self.values or 0)
        return self.networks / total if total > 0 else 0.0


def network_of(run: Mapping[str, Any]) -> str | None:
    """What tells a run's network from others of its campaign, of a run.json; None: not random."""
    topology = run.get("topology", {})
    seeds = [
        f"{name} {topology[key]}"
        for key, name in (("seed", "network"), ("attach_seed", "placement"))
        if topology.get(key) is not None
    ]
    return ", ".join(seeds) or None


def variance_components(
    runs: Sequence[tuple[Hashable, Sequence[float] | np.ndarray]],
    permutations: int = PERMUTATIONS,
    seed: int = 1,
) -> VarianceComponents | None:
    """Of runs, each with its network and its values; None under two networks with values.

    `seed` is that of the permutations, of which there may be none.
    """
    by_network: dict[Hashable, list[np.ndarray]] = {}
    for network, values in runs:
        if len(values):
            by_network.setdefault(network, []).append(np.asarray(values, dtype=float))
    if len(by_network) < 2:
        return None
    networks = list(by_network.values())
    all_runs = [run for network in networks for run in network]
    count = sum(len(run) for run in all_runs)
    within, between_runs, between_networks = _solve(networks, count)
    return VarianceComponents(
        networks=between_networks,
        runs=between_runs,
        values=within,
        network_count=len(networks),
        run_count=len(all_runs),
        value_count=count,
        p=_permutation_p(networks, permutations, seed),
    )


def _solve(
    networks: list[list[np.ndarray]], count: int
) -> tuple[float | None, float | None, float | None]:
    """Variances of rest, runs and networks, from the finest on; see the top of the file."""
    runs = [run for network in networks for run in network]
    mean = np.concatenate(runs).mean()
    sizes = [sum(map(len, network)) for network in networks]
    means = [np.concatenate(network).mean() for network in networks]
    squares_within = sum(float(((run - run.mean()) ** 2).sum()) for run in runs)
    squares_runs = sum(
        len(run) * (run.mean() - network_mean) ** 2
        for network, network_mean in zip(networks, means)
        for run in network
    )
    squares_networks = sum(size * (m - mean) ** 2 for size, m in zip(sizes, means))
    # How many values of its own run, and of its own network, a value meets.
    own_run = sum(len(run) ** 2 for run in runs) / count
    own_network = sum(size**2 for size in sizes) / count
    own_run_by_network = sum(
        len(run) ** 2 / size for network, size in zip(networks, sizes) for run in network
    )

    within = squares_within / (count - len(runs)) if count > len(runs) else None
    rest = within or 0.0
    between_runs = None
    if len(runs) > len(networks):
        of_runs = squares_runs - (len(runs) - len(networks)) * rest
        between_runs = max(0.0, of_runs / (count - own_run_by_network))
    of_networks = (
        squares_networks
        - (own_run_by_network - own_run) * (between_runs or 0.0)
        - (len(networks) - 1) * rest
    )
    between_networks = max(0.0, of_networks / (count - own_network))
    if between_runs is None:  # one run a network: what was found is both together
        if within is None:
            return between_networks, None, None
        return within, between_networks, None
    if within is None:  # one value a run
        return between_runs, None, between_networks
    return within, between_runs, between_networks


def _permutation_p(networks: list[list[np.ndarray]], permutations: int, seed: int) -> float | None:
    """Runs are what changes places, by their means: values of one run belong together."""
    sizes = np.array([len(network) for network in networks])
    if sizes.max() == 1 or permutations == 0:
        return None
    means = np.array([run.mean() for network in networks for run in network])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])

    def between(order: np.ndarray) -> float:
        return float((np.add.reduceat(order, starts) ** 2 / sizes).sum())

    observed = between(means)
    generator = np.random.default_rng(seed)
    tolerance = 1e-12 * max(1.0, abs(observed))
    as_large = sum(
        between(generator.permutation(means)) >= observed - tolerance for _ in range(permutations)
    )
    return (as_large + 1) / (permutations + 1)
