# SPDX-License-Identifier: GPL-2.0-only
"""The networks of a study's scenarios: what one run of each had, as the folder keeps it.

    DIR/networks/SCENARIO.json    members, member_names, timeline and topology as in run.json, with the
                                  cell and the seed of that run
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.campaign.clusters import TIMES, network_variance, variance_words
from analysis.campaign.text import duration
from analysis.figures import style, topology
from analysis.report.report import happening, network_facts
from analysis.run.records import RecordError
from analysis.study.figures_data import spread
from analysis.study.model import Cell, Study
from analysis.study.report_table import Table

FOLDER = "networks"
DRAWN_AT_MOST = 6
VARIANCES_AT_MOST = 6
_DECIDE = ("topology.", "event.")
"""Settings by which the network and the events of a cell may be others than those that are kept."""


@dataclass(frozen=True)
class Network:
    """What one run of a scenario had."""

    run: Mapping[str, Any]
    """run.json's members, member_names, timeline and topology."""
    seed: int
    of: Cell

    def stands_for(self, cell: Cell) -> bool:
        """Whether another cell of the scenario has a network and events of the same kind."""

        def decisive(resolved: Mapping[str, str]) -> dict[str, str]:
            return {key: v for key, v in resolved.items() if key.startswith(_DECIDE)}

        return cell is self.of or decisive(cell.resolved) == decisive(self.of.resolved)


Networks = Mapping[str, Network]
"""By the name of the scenario."""


def read_networks(study: Study) -> dict[str, Network]:
    """Of all scenarios that had a run which ended well. Raises RecordError."""
    cells = {cell.key: cell for cell in study.cells}
    found = {}
    for scenario in dict.fromkeys(cell.scenario for cell in study.cells):
        path = study.folder / FOLDER / f"{scenario}.json"
        try:
            raw = json.loads(path.read_bytes())
            cell = cells.get(raw["cell"])
            if cell is not None:
                found[scenario] = Network(raw, raw["seed"], cell)
        except FileNotFoundError:
            continue
        except (ValueError, KeyError, TypeError) as error:
            raise RecordError(f"{path}: is no network of a run: {error!r}") from None
    return found


@dataclass(frozen=True)
class Shown:
    """One network as the page has it, with the scenarios that run on it."""

    title: str
    picture: style.Picture | None
    """None where all members are on one router: there is nothing to see."""
    facts: Sequence[tuple[str, str]]
    timelines: Sequence[tuple[str, Sequence[Mapping[str, str]]]]
    """Of each of its scenarios what happened, and when."""


def shown(networks: Networks, title_of: Mapping[str, str]) -> list[Shown]:
    """Scenarios with equal networks and equal partitions share a picture."""
    alike: dict[str, list[str]] = {}
    for name, network in networks.items():
        partitions = [e for e in network.run["timeline"] if e["verb"] == "partition"]
        key = json.dumps([network.run["topology"], partitions], sort_keys=True)
        alike.setdefault(key, []).append(name)
    return [_shown(names, networks, title_of) for names in list(alike.values())[:DRAWN_AT_MOST]]


def _shown(names: Sequence[str], networks: Networks, title_of: Mapping[str, str]) -> Shown:
    network = networks[names[0]]
    titled = [f"{name}: {title_of[name]}" if title_of.get(name) else name for name in names]
    timelines = [
        (name, [happening(entry) for entry in networks[name].run["timeline"]]) for name in names
    ]
    if len(network.run["topology"]["routers"]) == 1:
        return Shown("; ".join(titled), None, _one_router(network), timelines)
    picture = topology.draw(dict(network.run))
    of = f"Drawn is the network of seed {network.seed}, with {network.of.members:,} members"
    point = {key: v for key, v in network.of.point.items() if key.startswith("topology.")}
    if point:
        of += "".join(f", {key.partition('.')[2]} {value}" for key, value in point.items())
    return Shown(
        "; ".join(titled),
        replace(picture, name=f"network-{names[0]}", text=f"{picture.text} {of}."),
        network_facts(dict(network.run["topology"])),
        timelines,
    )


def _one_router(network: Network) -> list[tuple[str, str]]:
    topology = network.run["topology"]
    delays = [topology[f"{which}_path_delay_ns"] / 1e9 for which in ("mean", "max")]
    told = duration(delays[0])
    if delays[0] != delays[1]:
        told += f" in the mean, {duration(delays[1])} at most"
    one = "all members on one router, so every path is alike and there is no drawing"
    return [("topology", f"{topology['kind']}: {one}"), ("path delay one way", told)]


def variance(study: Study) -> Table | None:
    """Of cells whose runs had networks of their own: how much of what differs is the networks'. None
    where all runs of each cell had one."""
    drawn = [cell for cell in study.cells if len(set(study.networks(cell).values())) > 1]
    rows = []
    for cell in spread(drawn, VARIANCES_AT_MOST):
        found = network_variance(study.runs(cell), study.networks(cell))
        if found is None:
            continue
        told = [
            "–" if found[key] is None else variance_words(found[key]).rstrip(".") for key in TIMES
        ]
        rows.append([cell.name, f"{found['count']:,}", *told])
    if not rows:
        return None
    notes = [
        "Variance of the times since a crash, by analysis of variance of nested classes; the test changes"
        " runs between networks at random."
    ]
    if len(drawn) > len(rows):
        notes.append(f"{len(rows)} of {len(drawn):,} cells, evenly chosen.")
    heads = ["cell", "networks", "first suspicion", "first declared dead", "known to all"]
    return Table("How much of it is the network's", heads, len(heads), rows, notes)
