# SPDX-License-Identifier: GPL-2.0-only
"""Folders of a paper's studies made by hand: cells whose runs bring the numbers that a test gives."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from made_up_studies import hash_of, kept
from study_folders import write

from analysis.study.model import Axis, Cell, Entry, Study, pack

Kept = dict[str, Any]
Runs = list[tuple[Cell, list[Kept]]]
"""Of each cell its runs, from seed 1 on."""

PERIOD = "2s"


def paper_cell(
    members: int = 4,
    scenario: str = "crash",
    variant: str = "",
    resolved: Mapping[str, str] | None = None,
    simulated_s: float = 100.0,
) -> Cell:
    """A cell of a group with a protocol period of 2 s."""
    key = f"{hash_of(scenario, variant, str(members)):012x}"[:12]
    settings = {"protocol.probe_interval": PERIOD} | dict(resolved or {})
    point = {"cluster.members": str(members)}
    return Cell(key, scenario, variant, point, (), settings, members, simulated_s)


def paper_folder(folder: Path, runs: Runs) -> Path:
    """A study's folder with these runs of each cell."""
    cells = tuple(cell for cell, _ in runs)
    sizes = tuple(dict.fromkeys(cell.point["cluster.members"] for cell in cells))
    asked = {"title": "Made up", "question": "Is it so?", "build": "b1"}
    made = Study(folder, asked, (Axis("cluster.members", sizes, "list"),), cells)
    for cell, of_cell in runs:
        made.entries[cell.key] = {
            seed: Entry(cell.key, seed, pack(found), None, 0.1, 1000)
            for seed, found in enumerate(of_cell, 1)
        }
    return write(made, folder)


def of_crash(**times: float | None) -> Kept:
    """A run of one crash with these delays: first_suspect_s and so on."""
    found = kept(3.0, 0, 300)
    found["metrics"]["crashes"][0].update(times)
    return found


def of_periods(sent: list[list[int]], received: list[list[int]] | None = None) -> Kept:
    """A run in which members moved so many messages in a period, so often."""
    found = kept(3.0, 0, 300)
    found["metrics"]["traffic"]["by_period"] = {
        "period_s": 2.0,
        "sent": sent,
        "received": received or sent,
    }
    return found


def of_update(median_s: float | None, all_s: float | None) -> Kept:
    """A run of one update that half, and all, of the members had after so long."""
    found = kept(3.0, 0, 300)
    found["metrics"]["updates"] = [
        {
            "member": "m0",
            "time_s": 10.0,
            "observers": 3,
            "known_by": 3,
            "median_s": median_s,
            "known_to_50_percent_s": median_s,
            "known_to_90_percent_s": all_s,
            "known_to_99_percent_s": all_s,
            "known_to_all_s": all_s,
        }
    ]
    return found


def of_probes(probes: int, failed: int, messages: int) -> Kept:
    """A run with so many probes, of which so many failed, and so many messages in all."""
    found = kept(3.0, 0, messages)
    found["counts"] = {"probes": probes, "probes_failed": failed}
    return found


def of_disturbance(first_suspect_s: float | None, first_dead_s: float | None) -> Kept:
    """A run in which a disturbed member was suspected, and declared dead, after so long."""
    found = kept(3.0, 0, 300)
    found["metrics"]["disturbances"] = [
        {
            "member": "m3",
            "verb": "delay",
            "time_s": 10.0,
            "ended_s": None,
            "first_suspect_s": first_suspect_s,
            "first_dead_s": first_dead_s,
            "known_to_all_s": None,
            "should_know": 3,
            "known_by": 1,
            "accused_before": False,
        }
    ]
    return found


def many(make: Callable[[int], Kept], count: int) -> list[Kept]:
    return [copy.deepcopy(make(index)) for index in range(count)]
