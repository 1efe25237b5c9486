# SPDX-License-Identifier: GPL-2.0-only
"""What may make a report's numbers say less, or something else, about a real cluster than they seem
to: threats to validity, from what the scenario uses and what it leaves out.

A threat stands here only if it is one of this campaign, with what would remove it, if anything does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.campaign.intervals import RUNS_FOR_MEDIAN
from analysis.campaign.text import count

SIMULATED = "ns3"
OWN_PROCESSING = {"pause", "slow", "stall"}
"""Verbs that give processing a time, at least of some members."""
CONSTANT = "constant"
LOSSES = ("network.loss", "network.datagram_loss")
LOSING = {"loss", "datagram_loss", "block", "partition"}
"""Verbs that lose packets."""
DELAY_LAWS = ("network.delay_distribution", "topology.delay_distribution")
MATRIX_REMARK = "The matrix says of itself"
RANDOM_NETWORKS = {"waxman", "barabasi-albert"}


@dataclass(frozen=True)
class Threat:
    """One thing, and what it does to the numbers."""

    what: str
    effect: str


NO_LOSS = Threat(
    "A network that loses nothing",
    "The scenario loses no packet; what loss does to these numbers is not in them.",
)


def threats(
    runs: Sequence[Mapping[str, Any]],
    networks: int,
    warnings: Sequence[str] = (),
    more_runs: str = "--runs",
) -> list[Threat]:
    """Of a campaign, given run.json of its runs and how many different networks they drew; `warnings`
    are those of the metrics, `more_runs` is what asks for more."""
    simulated = all(run["backend"].startswith(SIMULATED) for run in runs)
    found = _of_points(runs, networks) if simulated else of_settings(runs, networks)
    found += of_sample(runs, more_runs)
    found += [Threat("The window", f"{warning[0].upper()}{warning[1:]}.") for warning in warnings]
    return found


def _of_points(runs: Sequence[Mapping[str, Any]], networks: int) -> list[Threat]:
    """Those of all points of a sweep, and of some, which are told so: the axis may be the very thing."""
    groups = list(_by_point(runs).values())
    found: dict[Threat, int] = {}
    for group in groups:
        for threat in of_settings(group, networks):
            found[threat] = found.get(threat, 0) + 1
    return [
        threat if points == len(groups) else Threat(f"{threat.what}, at some points", threat.effect)
        for threat, points in found.items()
        if threat != NO_LOSS or loses_nothing(runs)
    ]


def _by_point(
    runs: Sequence[Mapping[str, Any]],
) -> dict[tuple[tuple[str, str], ...], list[Mapping[str, Any]]]:
    found: dict[tuple[tuple[str, str], ...], list[Mapping[str, Any]]] = {}
    for run in runs:
        found.setdefault(tuple(sorted(run.get("point", {}).items())), []).append(run)
    return found


def of_settings(runs: Sequence[Mapping[str, Any]], networks: int) -> list[Threat]:
    """Those of what the runs were asked for, however many there are."""
    first = runs[0]
    resolved = first["scenario"]["resolved"]
    simulated = all(run["backend"].startswith(SIMULATED) for run in runs)
    found = _of_simulation(runs) if simulated else _of_machine(runs)
    found += _of_delays(first, resolved) + _of_network(first, resolved, networks)
    return found + _of_start(resolved)


def loses_nothing(runs: Sequence[Mapping[str, Any]]) -> bool:
    """Whether no run loses a packet. One setting of a sweep that does is enough for the others to be
    held against it."""
    verbs = {entry["verb"] for run in runs for entry in run["timeline"]}
    return not verbs & LOSING and all(
        _is_zero(run["scenario"]["resolved"], key) for run in runs for key in LOSSES
    )


def _of_simulation(runs: Sequence[Mapping[str, Any]]) -> list[Threat]:
    resolved = runs[0]["scenario"]["resolved"]
    verbs = {entry["verb"] for run in runs for entry in run["timeline"]}
    found = []
    busy = sorted(verbs & OWN_PROCESSING)
    if busy:
        found.append(
            Threat(
                "Processing takes no time",
                f"Except where {' and '.join(busy)} say so, members answer at once, however much"
                " arrives. A real cluster that is busy is later than this one.",
            )
        )
    else:
        found.append(
            Threat(
                "Processing takes no time",
                "Every member answers at once, however much arrives. Real processes wait for a"
                " processor, a lock or the garbage collector, which is what false positives are mostly"
                ' made of; "pause", "stall" and "slow" put it into a scenario.',
            )
        )
    if resolved.get("network.model") == "path":
        found.append(
            Threat(
                "Paths, not packets",
                "Each message takes the delay of its path: links have no rate and no queue, so nothing"
                " is late or lost because the network is full, and TCP is a model of its"
                ' retransmissions. network.model = "packet" has both.',
            )
        )
    if loses_nothing(runs):
        found.append(NO_LOSS)
    return found


def _is_zero(resolved: Mapping[str, str], key: str) -> bool:
    return not float(resolved.get(key, "0%").rstrip("%"))


def _of_machine(runs: Sequence[Mapping[str, Any]]) -> list[Threat]:
    found = [
        Threat(
            "One machine",
            "All members run on one machine and share its processors and its loopback network: they are"
            " late together, as members on machines of their own are not.",
        )
    ]
    late = sum(not run.get("valid", True) for run in runs)
    if late:
        found.append(
            Threat(
                "The machine was late",
                f"In {late} of {count(len(runs), 'run')} it acted too late to stand for the scenario.",
            )
        )
    kinds = {kind for run in runs for kind in run.get("member_kinds", [])} - {"swimlab"}
    if kinds:
        found.append(
            Threat(
                "Members that tell little",
                f"{' and '.join(sorted(kinds))} log only part of what they conclude, and at a coarser"
                " time: what they do not tell is not seen, which is not the same as none.",
            )
        )
    return found


def _of_delays(first: Mapping[str, Any], resolved: Mapping[str, str]) -> list[Threat]:
    """Where delays are given, and where they are drawn."""
    found = []
    if first["topology"]["kind"] == "regions":
        remark = next(
            (note for note in first["topology"]["notes"] if note.startswith(MATRIX_REMARK)), ""
        )
        found.append(
            Threat(
                "Delays as the matrix has them",
                f"Every pair of regions is as {resolved.get('topology.matrix', 'the matrix')} says, for"
                " the whole run: no route changes, and no link is full."
                + (
                    f" {remark}"
                    if remark
                    else " The matrix does not say when and how it was measured."
                ),
            )
        )
    laws = {resolved.get(key, CONSTANT) for key in DELAY_LAWS} | {
        value
        for key, value in resolved.items()
        if key.startswith("topology.pair.") and key.endswith(".distribution")
    }
    if laws - {CONSTANT}:
        found.append(
            Threat(
                "Delays drawn one by one",
                f"Each packet draws its delay ({' and '.join(sorted(laws - {CONSTANT}))}) whatever the"
                " one before it drew. Real delays stay high for seconds and rise on many paths at once,"
                " which makes several answers late together: what that does is not in these numbers.",
            )
        )
    return found


def _of_network(
    first: Mapping[str, Any], resolved: Mapping[str, str], networks: int
) -> list[Threat]:
    topology = first["topology"]
    if topology["kind"] in RANDOM_NETWORKS and networks < 2:
        return [
            Threat(
                "One draw of the network",
                f"All runs have the same random network ({topology['kind']}): the intervals are about"
                " other runs on it, not about other networks of its kind."
                ' topology.seed = "run" draws one a run.',
            )
        ]
    if resolved.get("topology.attach") == "random" and networks < 2:
        return [
            Threat(
                "One placement of the members",
                "All runs have the members on the same routers: the intervals do not tell what another"
                ' placement would change. topology.attach_seed = "run" draws one a run.',
            )
        ]
    if networks < 2 and len(topology["routers"]) > 1:
        return [
            Threat(
                "One network",
                "All runs have the same one: the intervals are about other runs on it, and say nothing"
                " about others.",
            )
        ]
    return []


def _of_start(resolved: Mapping[str, str]) -> list[Threat]:
    if resolved.get("cluster.start", "converged") != "converged":
        return []
    age = resolved.get("cluster.age")
    if age == "fresh":
        words = (
            "Everybody knows everybody at the start, as after a join that went well; its push/pulls are"
            " those of a cluster just formed."
        )
    else:
        words = (
            "Everybody knows everybody at the start, and timers stand where they are in a cluster that"
            " runs for long. A cluster just formed has its first push/pulls later, and views that are"
            " still filling."
        )
    return [Threat("A converged start", words)]


def of_sample(runs: Sequence[Mapping[str, Any]], more_runs: str) -> list[Threat]:
    by_point = _by_point(runs)
    least = min(map(len, by_point.values()))
    if least >= RUNS_FOR_MEDIAN:
        return []
    where = " at some points" if len(by_point) > 1 else ""
    return [
        Threat(
            "Few runs",
            f"{count(least, 'run')}{where} cannot tell how runs differ, so medians have no interval:"
            f" {RUNS_FOR_MEDIAN} or more do, with {more_runs}.",
        )
    ]
