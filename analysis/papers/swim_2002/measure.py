# SPDX-License-Identifier: GPL-2.0-only
"""The numbers of the page, measured from the folders of the studies in studies/papers/swim-2002.

Times are in protocol periods, as the paper's. Where the paper has one run, all values of ours are kept, so
that the page can say where its value lies among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis.papers.cells import (
    Numbers,
    estimate_json,
    lengths_of_suspicions,
    of_cell,
    of_crashes,
    period_s,
    values_json,
)
from analysis.papers.swim_2002.loss import READINGS, Sizes, group_sizes
from analysis.run.metrics import CrashMetrics, RunMetrics
from analysis.run.records import RecordError
from analysis.study import estimates
from analysis.study.measures import measure_named
from analysis.study.model import Study, read_study

FEW = 5
"""SWIM 5.1 says how often a member sends fewer messages than this in a period."""
JOINS_EVERY_S = 5.0
"""Of figure 4, whose curves are told half-way between two joins."""


def measure(folders: dict[str, Path]) -> Numbers:
    """By the name of each study its folder. Raises RecordError."""
    return {
        "load": _load(read_study(folders["load"])),
        "detection": _detection(read_study(folders["detection"])),
        "infection": _infection(read_study(folders["infection"])),
        "timeouts": lengths_of_suspicions(read_study(folders["timeouts"])),
        "loss": _loss(read_study(folders["loss"])),
    }


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
            "fewer_than_5": estimate_json(
                estimates.share([_sent_few(run) for run in study.runs(cell)], None, "run")
            ),
        }
        for cell in study.cells
    ]


def _sent_few(run: RunMetrics) -> tuple[int, int]:
    """Of the periods of all members, those in which fewer than FEW messages were sent."""
    periods = run.traffic.by_period
    if not periods:
        raise RecordError(f"{run.name}: does not tell messages by period; only simulations do")
    few = sum(often for messages, often in periods["sent"] if messages < FEW)
    return few, sum(often for _, often in periods["sent"])


def _detection(study: Study) -> list[Numbers]:
    """The ping that nobody answers is a whole period older than the suspicion, as in memberlist; so the time to
    the first ping is known to the nanosecond without being recorded."""
    made = []
    for cell in study.cells:
        period = period_s(cell)
        suspected = of_crashes(study, cell, lambda crash: crash.first_suspect_s, period)
        pinged = [[value - 1 for value in group] for group in suspected]
        made.append(
            {
                "members": cell.members,
                "first_ping": values_json(pinged),
                "end_of_round": values_json(suspected),
            }
        )
    return made


def _infection(study: Study) -> Numbers:
    made: Numbers = {"crash": [], "update": []}
    for cell in study.cells:
        period = period_s(cell)
        if cell.scenario == "crash":
            median = of_crashes(
                study,
                cell,
                lambda crash: _since_first_dead(crash, crash.known_to_50_percent_s),
                period,
            )
            last = of_crashes(
                study,
                cell,
                lambda crash: _since_first_dead(crash, crash.full_dissemination_s),
                period,
            )
        else:
            median, last = (
                [
                    [time / period for time in measure_named(name).per_run(run)]
                    for run in study.runs(cell)
                ]
                for name in ("update_median_s", "update_known_to_all_s")
            )
        made[cell.scenario].append(
            {"members": cell.members, "median": values_json(median), "last": values_json(last)}
        )
    return made


def _since_first_dead(crash: CrashMetrics, time_s: float | None) -> float | None:
    if time_s is None or crash.first_dead_s is None:
        return None
    return time_s - crash.first_dead_s


def _loss(study: Study) -> Numbers:
    made: Numbers = {}
    for cell in study.cells:
        runs = [
            group_sizes(study.folder / "runs" / f"{cell.key}-{run.seed}" / "events.csv")
            for run in study.runs(cell)
        ]
        made[cell.variant] = {
            reading: _of_sizes([run[reading] for run in runs], cell.simulated_s)
            for reading in READINGS
        }
    return made


def _of_sizes(runs: Sequence[Sizes], end_s: float) -> Numbers:
    steps = range(int(end_s / JOINS_EVERY_S))
    instants = [0.0, *(JOINS_EVERY_S * (step + 0.5) for step in steps), end_s]
    at = [sorted(run.at(instant) for run in runs) for instant in instants]
    return {
        "runs": len(runs),
        "peak": sorted(run.peak for run in runs),
        "final": sorted(run.final for run in runs),
        "last_change_s": sorted(round(run.last_change_s, 3) for run in runs),
        "curve": {
            "time_s": instants,
            **{
                name: [sizes[min(len(sizes) - 1, int(share * len(sizes)))] for sizes in at]
                for name, share in (("p5", 0.05), ("median", 0.5), ("p95", 0.95))
            },
        },
    }
