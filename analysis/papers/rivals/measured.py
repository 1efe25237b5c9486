# SPDX-License-Identifier: GPL-2.0-only
"""What the page of SWIM's rivals tells, measured from the folders of its studies.

Detectors have different words. What is compared is each one's last: a death; or a suspicion where there is no
word for death (run.json's `not_observable`), as Pekko's unreachability is. Wrong is who holds a healthy member
for that while it is healthy itself: Chen's mistakes (docs/metrics.md, "Quality of service").
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.campaign.observable import DEAD
from analysis.campaign.quality import quality_of_service
from analysis.papers.cells import estimate_json, of_cell
from analysis.papers.rapid_2018.measured import bootstrap_of, crash_of, fault_of
from analysis.run.metrics import RunMetrics
from analysis.study import estimates
from analysis.study.model import Cell, Study, read_study

Numbers = dict[str, Any]

LOADS = ("messages_per_member_second", "bytes_per_member_second")


def measure(folders: Mapping[str, Path]) -> Numbers:
    """Numbers of the finished folders of the studies, by their names. Cells need not have runs."""
    studies = {name: read_study(folder) for name, folder in folders.items()}
    faults: Numbers = {}
    for cell in studies["faults"].cells:
        faults.setdefault(cell.scenario, {})[cell.variant] = _fault(studies["faults"], cell)
    sizes: Numbers = {}
    for study in (studies["sizes"], studies["sizes-small"]):
        for cell in study.cells:
            sizes.setdefault(cell.variant, {})[str(cell.members)] = _size(study, cell)
    return {"faults": faults, "sizes": sizes, "rapid": _rapid(studies["rapid"])}


def _fault(study: Study, cell: Cell) -> Numbers:
    runs = study.runs(cell)
    reading = "suspected" if any(DEAD in run.not_observable for run in runs) else "dead"
    quality = quality_of_service(runs)[reading] if runs else None
    found = {
        "runs": len(runs),
        "reading": reading,
        "settings": [text for text in cell.settings if text.startswith("detector.")],
        "first_s": _times(runs, "first_dead_s" if reading == "dead" else "first_suspect_s"),
        "known_s": _times(runs, "full_dissemination_s") if reading == "dead" else None,
        "mistakes": _per_run([quality_of_service([run])[reading]["mistakes"] for run in runs]),
        "mistake_s": quality["mistake_duration_s"] if quality else None,
        "disturbed": of_cell(
            study,
            cell,
            "disturbances_declared_dead" if reading == "dead" else "disturbances_suspected",
        ),
        "views_missing": of_cell(study, cell, "views_missing"),
        "runs_agreed": of_cell(study, cell, "runs_agreed"),
        "one_again_s": _one_again(runs),
    }
    return found | {load: of_cell(study, cell, f"{load}.mean") for load in LOADS}


def _size(study: Study, cell: Cell) -> Numbers:
    runs = study.runs(cell)
    reading = "suspected" if any(DEAD in run.not_observable for run in runs) else "dead"
    found = {
        "runs": len(runs),
        "first_s": _times(runs, "first_dead_s" if reading == "dead" else "first_suspect_s"),
        "known_s": _times(runs, "full_dissemination_s") if reading == "dead" else None,
    }
    return found | {load: of_cell(study, cell, f"{load}.mean") for load in LOADS}


def _times(runs: Sequence[RunMetrics], key: str) -> Numbers:
    """Median over all crashes, and how many never were: `value` is None where most never were."""
    times = [[getattr(crash, key) for crash in run.crashes] for run in runs]
    groups = [[math.inf if time is None else time for time in run] for run in times]
    never = sum(time is None for run in times for time in run)
    return estimate_json(estimates.quantile(groups, 0.5, "run")) | {"never": never}


def _per_run(counts: Sequence[int]) -> Numbers:
    return estimate_json(estimates.count(counts, len(counts), "run"))


def _one_again(runs: Sequence[RunMetrics]) -> Numbers | None:
    """From the heal on; None where nothing was parted."""
    times = [[parted.remerged_s for parted in run.partitions] for run in runs if run.partitions]
    if not times:
        return None
    groups = [[math.inf if time is None else time for time in run] for run in times]
    never = sum(time is None for run in times for time in run)
    return estimate_json(estimates.quantile(groups, 0.5, "run")) | {"never": never}


def _rapid(study: Study) -> Numbers:
    """As of memberlist in the paper of Rapid, and whom the healthy removed who was healthy."""
    cells = {cell.scenario: cell for cell in study.cells}
    return {
        "bootstrap": {
            name.removeprefix("bootstrap-"): bootstrap_of(study.runs(cell))
            for name, cell in cells.items()
            if name.startswith("bootstrap")
        },
        "crash": crash_of(study, cells["crash"]),
        "faults": {
            name: fault_of(study, cells[name]) for name in ("flip-flop", "loss-out", "loss-in")
        },
    }
