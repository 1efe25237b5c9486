# SPDX-License-Identifier: GPL-2.0-only
"""What the simulator does where a formula says what it should, measured from the folders of the studies in
studies/papers/formulas. Times of a group are in its protocol periods."""

from __future__ import annotations

import math
from pathlib import Path

from analysis.papers.cells import (
    Numbers,
    estimate_json,
    lengths_of_suspicions,
    of_cell,
    of_crashes,
    period_s,
    range_json,
)
from analysis.run.records import RecordError
from analysis.study import estimates
from analysis.study.measures import measure_named
from analysis.study.model import Study, read_study


def measure(folders: dict[str, Path]) -> Numbers:
    """By the name of each study its folder. Raises RecordError."""
    return {
        "probes": _probes(read_study(folders["probes"])),
        "load": _load(read_study(folders["load"])),
        "detection": _detection(read_study(folders["detection"])),
        "confirmations": _confirmations(read_study(folders["confirmations"])),
        "timeouts": lengths_of_suspicions(read_study(folders["timeouts"])),
        "infection": _infection(read_study(folders["infection"])),
    }


def _probes(study: Study) -> list[Numbers]:
    made = []
    for cell in study.cells:
        runs = study.runs(cell)
        if any(run.false_positives.events for run in runs):
            raise RecordError(
                f"{study.folder}: {cell.name}: a member was declared dead, and is no target any more;"
                " raise protocol.suspicion_mult"
            )
        parts = [(run.counts["probes_failed"], run.counts["probes"]) for run in runs]
        sent = [sum(run.traffic.messages.values()) for run in runs]
        made.append(
            {
                "name": cell.variant,
                "loss_percent": float(cell.resolved["network.datagram_loss"].removesuffix("%")),
                "helpers": int(cell.resolved["protocol.indirect_checks"]),
                "probes": sum(whole for _, whole in parts),
                "failed": sum(part for part, _ in parts),
                "failed_percent": estimate_json(estimates.share(parts, None, "run")),
                "messages_a_probe": estimate_json(
                    estimates.mean(
                        [[number / whole] for number, (_, whole) in zip(sent, parts)], "run"
                    )
                ),
            }
        )
    return made


def _load(study: Study) -> list[Numbers]:
    return [
        {
            "members": cell.members,
            **{
                key: of_cell(study, cell, f"messages_{key}.mean")
                for key in (
                    "sent_per_period",
                    "sent_per_period_sd",
                    "received_per_period",
                    "received_per_period_sd",
                )
            },
        }
        for cell in study.cells
    ]


def _detection(study: Study) -> list[Numbers]:
    """A probe ends a period after its ping, so the ping that failed first is a period older than the first
    suspicion. As many rounds as whole periods have begun since the crash: the chance that nobody pings in
    k periods is the same for members in step and out of it."""
    made = []
    for cell in study.cells:
        suspected = of_crashes(study, cell, lambda crash: crash.first_suspect_s, period_s(cell))
        pinged = [[value - 1 for value in group] for group in suspected]
        rounds = [[float(max(1, math.ceil(value))) for value in group] for group in pinged]
        made.append(
            {
                "members": cell.members,
                "first_ping": _mean_json(pinged),
                "rounds": _mean_json(rounds),
                "longest": round(max(value for group in pinged for value in group), 4),
            }
        )
    return made


def _mean_json(groups: list[list[float]]) -> Numbers:
    """With its standard error, of runs that have one value each."""
    values = [value for group in groups for value in group]
    mean = math.fsum(values) / len(values)
    squares = math.fsum((value - mean) ** 2 for value in values)
    error = math.sqrt(squares / (len(values) - 1) / len(values)) if len(values) > 1 else None
    return estimate_json(estimates.mean(groups, "run")) | {
        "standard_error": None if error is None else round(error, 6)
    }


def _confirmations(study: Study) -> list[Numbers]:
    """Of each rule and number of confirmations how long the suspicion lasted, in seconds."""
    made = []
    for cell in study.cells:
        found = [
            disturbance.first_dead_s - disturbance.first_suspect_s
            for run in study.runs(cell)
            for disturbance in run.disturbances
            if disturbance.first_dead_s is not None and disturbance.first_suspect_s is not None
        ]
        if not found:
            raise RecordError(f"{study.folder}: {cell.name}: no suspicion ended in a death")
        made.append({"name": cell.scenario, **range_json(found)})
    return made


def _infection(study: Study) -> list[Numbers]:
    made = []
    for cell in study.cells:
        entry: Numbers = {"members": cell.members}
        for key, name in (("median", "update_median_s"), ("all", "update_known_to_all_s")):
            groups = [
                [time / period_s(cell) for time in measure_named(name).per_run(run)]
                for run in study.runs(cell)
            ]
            entry[key] = estimate_json(estimates.mean(groups, "run"))
        made.append(entry)
    return made
