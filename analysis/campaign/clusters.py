# SPDX-License-Identifier: GPL-2.0-only
"""Which runs of a campaign are alike, and how much of what differs is the network's.

Runs repeat a scenario independently of each other, unless several of them share a network that was
drawn for them (`topology.runs_per_network`): then networks are what repeats, and intervals are made of
them. What all runs share makes no difference between them, and no interval knows of it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from analysis.campaign.networks import variance_components
from analysis.run.metrics import CrashMetrics, RunMetrics

Networks = Mapping[str, str | None]
"""Of each run by its name: which of the random networks it had, as networks.network_of tells."""

TIMES: dict[str, Callable[[CrashMetrics], float | None]] = {
    "first_suspect_s": lambda crash: crash.first_suspect_s,
    "first_dead_s": lambda crash: crash.first_dead_s,
    "full_dissemination_s": lambda crash: crash.full_dissemination_s,
}


@dataclasses.dataclass(frozen=True)
class Clusters:
    """Runs in the groups that are independent of each other."""

    groups: list[list[RunMetrics]]
    of: str
    """What a group is: "run" or "network"."""

    @property
    def runs(self) -> list[RunMetrics]:
        return [run for group in self.groups for run in group]

    def values(self, of_run: Callable[[RunMetrics], Sequence[float | None]]) -> list[list[float]]:
        """What was measured of each group."""
        return [
            [value for run in group for value in of_run(run) if value is not None]
            for group in self.groups
        ]

    def sums(self, of_run: Callable[[RunMetrics], int]) -> list[int]:
        return [sum(of_run(run) for run in group) for group in self.groups]


def clusters_of(runs: Sequence[RunMetrics], networks: Networks) -> Clusters:
    """Networks where there are several and runs share them; else each run by itself."""
    by_network: dict[str | None, list[RunMetrics]] = {}
    for run in runs:
        by_network.setdefault(networks.get(run.name), []).append(run)
    if None in by_network or not 1 < len(by_network) < len(runs):
        return Clusters([[run] for run in runs], "run")
    return Clusters(list(by_network.values()), "network")


def network_variance(runs: Sequence[RunMetrics], networks: Networks) -> dict[str, Any] | None:
    """The `networks` of summary.json: of each time since a crash, how its variance is made up. None
    where the runs had no networks of their own."""
    different = {networks.get(run.name) for run in runs}
    if None in different or len(different) < 2:
        return None
    found: dict[str, Any] = {"count": len(different)}
    for key, delay_s in TIMES.items():
        values = [
            (
                networks[run.name],
                [delay for crash in run.crashes if (delay := delay_s(crash)) is not None],
            )
            for run in runs
        ]
        components = variance_components(values)
        found[key] = None if components is None else dataclasses.asdict(components)
    return found


def variance_words(found: Mapping[str, Any]) -> str:
    """The components of one time, in a sentence."""
    parts = {
        "between networks": found["networks"],
        "between runs"
        + (" on one network" if found["networks"] is not None else ""): found["runs"],
        "within runs": found["values"],
    }
    known = {words: variance for words, variance in parts.items() if variance is not None}
    total = sum(known.values())
    if not total:
        return "no variance at all."
    text = ", ".join(f"{variance / total:.0%} {words}" for words, variance in known.items())
    text = f"{text}, of a variance of {total:.3g} s²"
    if found["networks"] is None:
        return f"{text}; each network had one run, so what is between runs is the networks' too."
    if found["p"] is None:
        return f"{text}."
    told = "networks differ" if found["p"] < 0.05 else "networks need not differ"
    return f"{text}; {told} (permutation test, p = {found['p']:.3g})."
