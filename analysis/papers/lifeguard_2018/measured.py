# SPDX-License-Identifier: GPL-2.0-only
"""What the studies of Lifeguard's experiments say, as numbers.

The paper sums over all C, D and I. Here one repetition of all of these, with one seed, is what repeats:
ten sums are independent of each other, whatever is unlike within one. So every interval is made of
repetitions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.papers.lifeguard_2018.judged import of_study
from analysis.run.metrics import DisturbanceMetrics, RunMetrics
from analysis.study.estimates import Estimate, count, quantile
from analysis.study.model import Cell, Study, read_study

SLOW, FOR, GAP = "event.slow.stall", "event.slow.for", "event.slow.gap"
FULL = "Lifeguard"
"""The variant that is alpha 5, beta 6 of the tunings."""
TUNING = "a5b6"

SHARES = {"median": 0.5, "p99": 0.99, "p999": 0.999}
REPETITION = "repetition"

Delay = Callable[[DisturbanceMetrics], float | None]


def measure(folders: Mapping[str, Path]) -> dict[str, Any]:
    """Raises RecordError where a folder is no finished study."""
    latency = _latencies(read_study(folders["threshold"]))
    tuned = _latencies(read_study(folders["tunings-threshold"]))
    accuracy = _accuracies(read_study(folders["interval"]))
    tuned_accuracy = _accuracies(read_study(folders["tunings-interval"]))
    return {
        "latency": latency,
        "tuned_latency": tuned | {TUNING: latency[FULL]},
        "accuracy": accuracy,
        "tuned_accuracy": tuned_accuracy | {TUNING: accuracy[FULL]},
        "judged": of_study(read_study(folders["judged"])),
    }


def slow_members(cell: Cell) -> int:
    """C of a cell: "random 8" is 8."""
    return int(cell.resolved[SLOW].split()[-1])


def _by_variant(study: Study) -> dict[str, list[Cell]]:
    found: dict[str, list[Cell]] = {}
    for cell in study.cells:
        found.setdefault(cell.variant, []).append(cell)
    return found


def _latencies(study: Study) -> dict[str, Any]:
    """Of each variant the time from the beginning of a slow time to the first dead, and to the moment
    when all healthy members know, over all members that were slow."""
    measured = {}
    for variant, cells in _by_variant(study).items():
        runs = [run for cell in cells for run in study.runs(cell)]
        spells = [spell for run in runs for spell in run.disturbances]
        measured[variant] = {
            "slow": len(spells),
            "dead": _times(runs, lambda spell: spell.first_dead_s),
            "known": _times(runs, lambda spell: spell.known_to_all_s),
        }
    return measured


def _times(runs: Iterable[RunMetrics], of: Delay) -> dict[str, Any]:
    """Of the delays that came before the slow time ended, by repetition."""
    groups: dict[int, list[float]] = {}
    for run in runs:
        found = _delays(run.disturbances, of)
        groups.setdefault(run.seed, []).extend(found)
    return {
        name: as_json(quantile(list(groups.values()), share, REPETITION))
        for name, share in SHARES.items()
    }


def _delays(spells: Sequence[DisturbanceMetrics], of: Delay) -> list[float]:
    return [delay for spell in spells if (delay := of(spell)) is not None]


def _accuracies(study: Study) -> dict[str, Any]:
    """Of each variant the sums of each repetition, over all C and for each."""
    measured = {}
    for variant, cells in _by_variant(study).items():
        by_slow: dict[int, list[Cell]] = {}
        for cell in cells:
            by_slow.setdefault(slow_members(cell), []).append(cell)
        found = {slow: _sums(study, those) for slow, those in by_slow.items()}
        measured[variant] = {
            "all": _sums(study, cells),
            "by_slow": {str(slow): sums for slow, sums in found.items() if sums["runs"]},
        }
    return measured


def _sums(study: Study, cells: Sequence[Cell]) -> dict[str, Any]:
    """By repetition: false positives, those by healthy members, incidents, messages and bytes."""
    sums: dict[int, dict[str, float]] = {}
    runs, seconds = 0, 0.0
    for cell in cells:
        for run in study.runs(cell):
            runs += 1
            seconds += run.measured_s * run.members
            of = sums.setdefault(run.seed, dict.fromkeys(_PARTS, 0))
            for name, part in _PARTS.items():
                of[name] += part(run)
    repetitions = [sums[seed] for seed in sorted(sums)]
    return {
        "runs": runs,
        "member_s": seconds,
        **{name: [each[name] for each in repetitions] for name in _PARTS},
    }


_PARTS: dict[str, Callable[[RunMetrics], int]] = {
    "fp": lambda run: run.false_positives.events,
    "fp_minus": lambda run: run.false_positives.fp_minus,
    "incidents": lambda run: run.false_positives.incidents.count,
    "messages": lambda run: sum(run.traffic.messages.values()),
    "bytes": lambda run: sum(run.traffic.bytes.values()),
}


def per_run(sums: Mapping[str, Any], part: str) -> Estimate:
    """The mean of a run, with its interval, of one of the sums by repetition."""
    return count(sums[part], sums["runs"], REPETITION)


def as_json(estimate: Estimate) -> dict[str, Any]:
    """For numbers.json."""
    return {
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "n": estimate.n,
    }
