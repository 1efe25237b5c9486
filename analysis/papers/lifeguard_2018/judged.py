# SPDX-License-Identifier: GPL-2.0-only
"""What real memberlist did in six cells of the Interval experiment, and what the simulator does there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis.run.metrics import RunMetrics, metrics_of_run
from analysis.study.model import Study

PARTS: dict[str, Callable[[RunMetrics], int]] = {
    "fp": lambda run: run.false_positives.events,
    "fp_minus": lambda run: run.false_positives.fp_minus,
    "incidents": lambda run: run.false_positives.incidents.count,
    "detected": lambda run: sum(s.first_dead_s is not None for s in run.disturbances),
    "refutations": lambda run: run.counts["refutations"],
}
"""Of a run; FP counts each observer, an incident is a wrong death however many believe it."""


def measure_judge(folders: Mapping[str, Path]) -> dict[str, Any]:
    """By the cell's name, of each run that was on time by the laboratory's own rule, the numbers of
    PARTS; and how many runs were late. Raises RecordError."""
    measured = {}
    for name, folder in folders.items():
        runs = [metrics_of_run(path) for path in sorted((folder / "runs").glob("seed-*"))]
        if runs:
            measured[name] = of_runs(run for run in runs if run.valid) | {
                "late": sum(not run.valid for run in runs)
            }
    return measured


def of_study(study: Study) -> dict[str, Any]:
    """The same of the simulator: by the cell's scenario, then by what each datagram takes."""
    measured: dict[str, Any] = {}
    for cell in study.cells:
        found = of_runs(study.runs(cell))
        measured.setdefault(cell.scenario, {})[cell.variant] = found
    return measured


def of_runs(runs: Iterable[RunMetrics]) -> dict[str, Any]:
    """Lists of one length: a number a run, in the order of seeds."""
    ordered = sorted(runs, key=lambda run: run.seed)
    return {name: [of(run) for run in ordered] for name, of in PARTS.items()} | {
        "slow_times": [len(run.disturbances) for run in ordered],
        "messages": [
            sum(run.traffic.messages.values()) / run.members / run.measured_s for run in ordered
        ],
    }
