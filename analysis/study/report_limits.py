# SPDX-License-Identifier: GPL-2.0-only
"""What may make the numbers of a study say less than they seem to, and the runs that are not in them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from analysis.campaign.text import count, listing
from analysis.report import threats as campaign_threats
from analysis.report.threats import Threat
from analysis.study.figures_data import Results, factors_of, value_of, words
from analysis.study.model import Cell, Study
from analysis.study.report_crashes import of_crashes
from analysis.study.report_networks import Network, Networks

FAILURES_AT_MOST = 20
EXPECTED_TO_MISS = 0.05
_OTHER_NETWORK = ("topology.kind", "topology.file", "topology.matrix")
_ONE_ROUTER = {"star", "lan"}


def threats(results: Results, networks: Networks) -> list[Threat]:
    """Those of the settings, of all cells that were run, and those of a study.

    What is true of some cells alone is said of these: an axis may vary the very thing.
    """
    ran = [cell for cell in results.study.cells if results.runs(cell) and cell.scenario in networks]
    as_run = {cell.key: _as_run(cell, networks[cell.scenario]) for cell in ran}
    losing = {
        cell.scenario for cell in ran if not campaign_threats.loses_nothing([as_run[cell.key]])
    }
    found: dict[Threat, list[Cell]] = {}
    for cell, drawn in zip(ran, _drawn(results.study, ran)):
        for threat in campaign_threats.of_settings([as_run[cell.key]], drawn):
            if threat != campaign_threats.NO_LOSS or cell.scenario not in losing:
                found.setdefault(threat, []).append(cell)
    told = []
    for threat, cells in found.items():
        where = _where(cells, ran)
        told.append(Threat(f"{threat.what} ({where})", threat.effect) if where else threat)
    runs = [as_run[cell.key] for cell in ran for _ in range(results.runs(cell))]
    if runs:
        told += campaign_threats.of_sample(runs, "at_least of [replicate]")
    return [*told, *of_crashes(results.study), *_of_study(results)]


def _as_run(cell: Cell, network: Network) -> dict[str, Any]:
    """A run of the cell as the threats of a campaign read it. Of each scenario one cell's network is
    kept; of another kind of network only the kind is known."""
    topology, resolved = network.run["topology"], cell.resolved
    kept = network.of.resolved
    if any(resolved.get(key) != kept.get(key) for key in _OTHER_NETWORK):
        kind = resolved.get("topology.kind", topology["kind"])
        routers: list[dict[str, Any]] = [{}] if kind in _ONE_ROUTER else [{}, {}]
        topology = {"kind": kind, "routers": routers, "notes": []}
    return {
        "backend": campaign_threats.SIMULATED,
        "scenario": {"resolved": resolved},
        "timeline": network.run["timeline"],
        "topology": topology,
        "point": {"cell": cell.key},
    }


def _drawn(study: Study, cells: Sequence[Cell]) -> list[int]:
    """For each cell, how many networks those had together that ask for the same one."""
    drawn: dict[tuple[Any, ...], set[str | None]] = {}
    of_cell = []
    for cell in cells:
        asked = tuple((k, v) for k, v in sorted(cell.resolved.items()) if k.startswith("topology."))
        of_cell.append(drawn.setdefault((cell.scenario, asked), set()))
        of_cell[-1].update(study.networks(cell).values())
    return [len(found) for found in of_cell]


def _where(some: Sequence[Cell], cells: Sequence[Cell]) -> str:
    """Which of the cells these are, by what they have in common; empty for all."""
    if len(some) == len(cells):
        return ""
    factors = factors_of(cells)
    for size in (1, 2):
        for keys in itertools.combinations([factor.key for factor in factors], size):
            values = {key: list(dict.fromkeys(value_of(c, key) for c in some)) for key in keys}
            alike = [c for c in cells if all(value_of(c, key) in values[key] for key in keys)]
            if len(alike) == len(some):
                return words({key: listing(values[key], 4) for key in keys})
    return f"{len(some):,} of {count(len(cells), 'cell')}"


def _of_study(results: Results) -> list[Threat]:
    study = results.study
    found = []
    intervals = sum(
        results.estimate(cell, name).interval is not None
        for cell in study.cells
        for name in results.measures()
    )
    if intervals >= 1 / EXPECTED_TO_MISS:
        found.append(
            Threat(
                "Many intervals",
                f"Each of the {intervals:,} intervals misses its true value with 5 %: some"
                f" {round(EXPECTED_TO_MISS * intervals):,} of them do. One cell that stands out of many"
                " is worth another look, with other seeds, before it is believed.",
            )
        )
    if any(len(axis.values) > 1 for axis in study.axes):
        found.append(
            Threat(
                "Points, not curves",
                "Only the points were run. Lines between them are there to lead the eye.",
            )
        )
    failed, without = len(study.failures()), [c for c in study.cells if not results.runs(c)]
    if failed:
        found.append(
            Threat(
                "Failed runs are missing",
                f"{count(failed, 'run')} failed. If what made them fail has to do with what is measured,"
                " the rest is no fair sample.",
            )
        )
    if without:
        names = listing([cell.name for cell in without], 4)
        found.append(Threat("Cells without a run", f"{count(len(without), 'cell')}: {names}."))
    return found


def failures(study: Study) -> dict[str, Any]:
    """The first of them, with cells by their names."""
    names = {cell.key: cell.name for cell in study.cells}
    found = study.failures()
    return {
        "failures": [
            {
                "cell": names[failure.cell],
                "seed": failure.seed,
                "text": failure.text,
                "command": failure.command,
            }
            for failure in found[:FAILURES_AT_MOST]
        ],
        "failures_left": max(0, len(found) - FAILURES_AT_MOST),
    }
