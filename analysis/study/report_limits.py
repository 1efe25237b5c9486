# SPDX-License-Identifier: GPL-2.0-only
"""What may make the numbers of a study say less than they seem to, and the runs that are not in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.campaign.text import count, listing
from analysis.report import threats as campaign_threats
from analysis.report.threats import Threat
from analysis.study.figures_data import Results
from analysis.study.model import Cell, Study
from analysis.study.report_networks import Network, Networks

FAILURES_AT_MOST = 20
EXPECTED_TO_MISS = 0.05


def threats(results: Results, networks: Networks) -> list[Threat]:
    """Those of the scenarios, said once where all have them, and those of a study."""
    found: dict[Threat, list[str]] = {}
    for scenario, network in networks.items():
        cells = [cell for cell in results.study.cells if cell.scenario == scenario]
        for threat in _of_scenario(results.study, cells, network):
            found.setdefault(threat, []).append(scenario)
    scenarios = len({cell.scenario for cell in results.study.cells})
    told = [
        threat
        if len(where) == scenarios
        else Threat(f"{threat.what} ({listing(where)})", threat.effect)
        for threat, where in found.items()
    ]
    return [*told, *_of_study(results)]


def _of_scenario(study: Study, cells: list[Cell], network: Network) -> list[Threat]:
    runs: list[Mapping[str, Any]] = []
    drawn: set[str | None] = set()
    warnings: dict[str, None] = {}
    for cell in cells:
        drawn |= set(study.networks(cell).values())
        for entry in study.entries.get(cell.key, {}).values():
            if entry.kept is None:
                continue
            runs.append(
                {
                    "backend": campaign_threats.SIMULATED,
                    "scenario": {"resolved": cell.resolved},
                    "timeline": network.run["timeline"],
                    "topology": network.run["topology"],
                    "valid": entry.kept["valid"],
                    "point": {"cell": cell.key},
                }
            )
            warnings |= dict.fromkeys(entry.kept["metrics"]["measure"].get("warnings", ()))
    if not runs:
        return []
    return campaign_threats.threats(runs, len(drawn), list(warnings), "at_least of [replicate]")


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
