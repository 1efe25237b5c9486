# SPDX-License-Identifier: GPL-2.0-only
"""summary.json, and the headline numbers of it as a table for people.

The keys are documented in README.md beside this file. A number that does not exist is null: a
reader must be able to tell "no crash" from "noticed at once".
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from analysis.metrics import (
    CrashMetrics,
    PartitionMetrics,
    RunMetrics,
    metrics_of_runs,
    write_atomically,
)
from analysis.statistics import distribution

SUMMARY_NAME = "summary.json"


def summarize(runs: Sequence[RunMetrics]) -> dict[str, Any]:
    """Content of summary.json: over all runs, and for a sweep over the runs of each point too."""
    summary = _summary_of(runs)
    if any(run.point for run in runs):
        summary["points"] = [
            {"point": point, **_summary_of(members)} for point, members in group_by_point(runs)
        ]
    return summary


def group_by_point(
    runs: Sequence[RunMetrics],
) -> list[tuple[dict[str, str], list[RunMetrics]]]:
    """The runs of each point of a sweep, both in the order in which they stand in `runs`."""
    groups: dict[str, tuple[dict[str, str], list[RunMetrics]]] = {}
    for run in runs:
        key = json.dumps(run.point, sort_keys=True)
        groups.setdefault(key, (run.point, []))[1].append(run)
    return list(groups.values())


def _summary_of(runs: Sequence[RunMetrics]) -> dict[str, Any]:
    crashes = [crash for run in runs for crash in run.crashes]
    known = [crash for crash in crashes if crash.full_dissemination_s is not None]
    return {
        "runs": len(runs),
        "members": _common([run.members for run in runs]),
        "simulated_s": _common([run.simulated_s for run in runs]),
        "wall_s": sum(run.wall_s for run in runs) / len(runs),
        "crashes": len(crashes),
        "crashes_known_to_all": len(known),
        "first_suspect_s": _over_crashes(runs, lambda crash: crash.first_suspect_s),
        "first_dead_s": _over_crashes(runs, lambda crash: crash.first_dead_s),
        "full_dissemination_s": _over_crashes(runs, lambda crash: crash.full_dissemination_s),
        "false_positives": {
            key: sum(getattr(run.false_positives, key) for run in runs)
            for key in ("events", "pairs", "subjects", "fp_minus", "during_partition")
        },
        "refuted_suspicions": sum(run.refuted_suspicions for run in runs),
        "partition": _partition(runs),
        "messages_per_member_second": _load(runs, "messages"),
        "bytes_per_member_second": _load(runs, "bytes"),
        "events_sha256": {run.name: run.events_sha256 for run in runs},
    }


def _common(values: Sequence[Any]) -> Any:
    """The value that all runs share, None where they differ."""
    return values[0] if all(value == values[0] for value in values) else None


def _over_crashes(
    runs: Sequence[RunMetrics], delay_s: Callable[[CrashMetrics], float | None]
) -> dict[str, Any]:
    return _distribution([[delay_s(crash) for crash in run.crashes] for run in runs])


def _partition(runs: Sequence[RunMetrics]) -> dict[str, Any]:
    def over(delay_s: Callable[[PartitionMetrics], float | None]) -> dict[str, Any]:
        return _distribution([[delay_s(p) for p in run.partitions] for run in runs])

    partitioned = [run for run in runs if run.partitions]
    remerged = [run for run in partitioned if all(p.remerged_s is not None for p in run.partitions)]
    return {
        "separated_s": over(lambda partition: partition.separated_s),
        "remerged_s": over(lambda partition: partition.remerged_s),
        "remerged_runs": len(remerged) if partitioned else None,
    }


def _distribution(values_by_run: Sequence[Sequence[float | None]]) -> dict[str, Any]:
    observed = [[value for value in values if value is not None] for values in values_by_run]
    return dataclasses.asdict(distribution(observed))


def _load(runs: Sequence[RunMetrics], what: str) -> dict[str, Any]:
    """Sent by an average member in an average second: sums over the runs, divided once."""
    member_seconds = sum(run.members * run.simulated_s for run in runs)
    if member_seconds == 0:
        return {"total": None, "by_kind": {}}
    by_kind: dict[str, int] = {}
    for run in runs:
        for kind, count in getattr(run.traffic, what).items():
            by_kind[kind] = by_kind.get(kind, 0) + count
    return {
        "total": sum(by_kind.values()) / member_seconds,
        "by_kind": {kind: by_kind[kind] / member_seconds for kind in sorted(by_kind)},
    }


def write_summary(out_dir: Path, jobs: int) -> dict[str, Any]:
    """Computes all metrics of the campaign in `out_dir`, writes its summary.json, returns it."""
    summary = summarize(metrics_of_runs(out_dir, jobs))
    text = json.dumps(summary, indent=2, allow_nan=False) + "\n"
    write_atomically(out_dir / SUMMARY_NAME, text)
    return summary


def headline_rows(summary: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and value with its unit: the same numbers for the terminal and for the report."""
    false_positives = summary["false_positives"]
    rows = [
        ("runs", f"{summary['runs']}"),
        ("members", _or_dash(summary["members"], "{}")),
        ("simulated time a run", _or_dash(summary["simulated_s"], "{:g} s")),
        ("wall time a run", f"{summary['wall_s']:.1f} s"),
        ("crashes known to all", f"{summary['crashes_known_to_all']} of {summary['crashes']}"),
    ]
    if summary["crashes"]:
        rows += [
            ("first suspicion", format_distribution(summary["first_suspect_s"])),
            ("first dead", format_distribution(summary["first_dead_s"])),
            ("known to all", format_distribution(summary["full_dissemination_s"])),
        ]
    rows += [
        (
            "false positives",
            f"{false_positives['events']} events, {false_positives['pairs']} pairs,"
            f" {false_positives['subjects']} members; FP- {false_positives['fp_minus']}",
        ),
        ("wrong suspicions refuted", f"{summary['refuted_suspicions']}"),
    ]
    partition = summary["partition"]
    if partition["remerged_runs"] is not None:
        rows += [
            ("dead events due to partition", f"{false_positives['during_partition']}"),
            ("sides separated", format_distribution(partition["separated_s"])),
            ("sides one again", format_distribution(partition["remerged_s"])),
            ("runs one again", f"{partition['remerged_runs']} of {summary['runs']}"),
        ]
    for key, unit in (("messages_per_member_second", ""), ("bytes_per_member_second", " B")):
        label = key.split("_", maxsplit=1)[0] + " a member a second"
        rows.append((label, _or_dash(summary[key]["total"], "{:.3f}" + unit)))
    return rows


def format_distribution(values: dict[str, Any]) -> str:
    """One line of median, interval, p99 and max in seconds; a dash where there is no value."""
    if values["median"] is None:
        return "-"
    interval = ""
    if values["ci95"] is not None:
        interval = " [{:.2f}, {:.2f}]".format(*values["ci95"])
    return (
        f"{values['median']:.2f} s{interval}, p99 {values['p99']:.2f} s, max {values['max']:.2f} s"
    )


def _or_dash(value: Any, form: str) -> str:
    return "-" if value is None else form.format(value)


def headline_table(summary: dict[str, Any]) -> str:
    """The headline rows as aligned lines for a terminal."""
    rows = headline_rows(summary)
    width = max(len(label) for label, _ in rows)
    lines = [f"  {label:<{width}}  {value}" for label, value in rows]
    return "\n".join([*lines, "  durations: median [95 % interval of the median]"])
