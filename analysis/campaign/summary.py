# SPDX-License-Identifier: GPL-2.0-only
"""summary.json, and the headline numbers of it as a table for people.

The keys are documented in docs/metrics.md. A number that does not exist is null: a
reader must be able to tell "no crash" from "noticed at once".
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from analysis.run.metrics import (
    CrashMetrics,
    PartitionMetrics,
    RunMetrics,
    metrics_of_runs,
    write_atomically,
)
from analysis.run.records import RecordError
from analysis.campaign.quality import (
    disturbances,
    measure,
    quality_of_service,
    quality_rows,
)
from analysis.campaign.spread import spread, spread_lines
from analysis.campaign.statistics import distribution
from analysis.campaign.verdict import judge_campaign

SUMMARY_NAME = "summary.json"

FALSE_POSITIVE_KEYS = (
    "events",
    "pairs",
    "subjects",
    "fp_minus",
    "about_bystanders",
    "among_bystanders",
    "during_partition",
)
"""Summed over the runs, and so are the incidents."""


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
        "invalid_runs": [run.name for run in runs if not run.valid],
        "crashes": len(crashes),
        "crashes_known_to_all": len(known),
        "crashes_held_gone_already": sum(crash.held_gone_already for crash in crashes),
        "detections": sum(crash.known_by for crash in crashes),
        "first_suspect_s": _over_crashes(runs, lambda crash: crash.first_suspect_s),
        "first_dead_s": _over_crashes(runs, lambda crash: crash.first_dead_s),
        "full_dissemination_s": _over_crashes(runs, lambda crash: crash.full_dissemination_s),
        "spread": spread(runs),
        "false_positives": {
            key: sum(getattr(run.false_positives, key) for run in runs)
            for key in FALSE_POSITIVE_KEYS
        }
        | {"incidents": sum(run.false_positives.incidents.count for run in runs)},
        "refuted_suspicions": sum(run.refuted_suspicions for run in runs),
        "partition": _partition(runs),
        "agreement": _agreement(runs),
        "leaves": _leaves(runs),
        "restarts": _restarts(runs),
        "disconnects": _disconnects(runs),
        "measure": measure(runs),
        "disturbances": disturbances(runs),
        "quality_of_service": quality_of_service(runs),
        "counts": _counts(runs),
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
    partitions = [partition for run in runs for partition in run.partitions]
    return {
        "partitions": len(partitions),
        "remerged": len([p for p in partitions if p.remerged_s is not None]),
        "separated_s": over(lambda partition: partition.separated_s),
        "remerged_s": over(lambda partition: partition.remerged_s),
        "remerged_runs": len(remerged) if partitioned else None,
    }


def _agreement(runs: Sequence[RunMetrics]) -> dict[str, Any]:
    ends = [run.agreement for run in runs]
    keys = (
        "live_pairs",
        "missing_pairs",
        "missing_members",
        "foreign_pairs",
        "stale_pairs",
        "resurrections",
    )
    agreed = [end for end in ends if end.missing_pairs + end.foreign_pairs + end.stale_pairs == 0]
    return {
        **{key: sum(getattr(end, key) for end in ends) for key in keys},
        "agreed_runs": len(agreed),
    }


def _leaves(runs: Sequence[RunMetrics]) -> dict[str, int]:
    leaves = [leave for run in runs for leave in run.leaves]
    keys = ("observers", "saw_left", "saw_failed", "saw_nothing")
    return {
        "leaves": len(leaves),
        **{key: sum(getattr(leave, key) for leave in leaves) for key in keys},
    }


def _disconnects(runs: Sequence[RunMetrics]) -> dict[str, int]:
    disconnects = [disconnect for run in runs for disconnect in run.disconnects]
    keys = ("others", "held_gone", "gone_to")
    return {
        "disconnects": len(disconnects),
        **{key: sum(getattr(entry, key) for entry in disconnects) for key in keys},
    }


def _restarts(runs: Sequence[RunMetrics]) -> dict[str, Any]:
    restarts = [restart for run in runs for restart in run.restarts]
    accepted = [restart for restart in restarts if restart.accepted_s is not None]
    return {
        "restarts": len(restarts),
        "accepted_by_all": len(accepted),
        "accepted_s": _distribution(
            [[restart.accepted_s for restart in run.restarts] for run in runs]
        ),
    }


def _counts(runs: Sequence[RunMetrics]) -> dict[str, int]:
    names = dict.fromkeys(name for run in runs for name in run.counts)
    return {name: sum(run.counts.get(name, 0) for run in runs) for name in names}


def _distribution(values_by_run: Sequence[Sequence[float | None]]) -> dict[str, Any]:
    observed = [[value for value in values if value is not None] for values in values_by_run]
    return dataclasses.asdict(distribution(observed))


def _load(runs: Sequence[RunMetrics], what: str) -> dict[str, Any]:
    """Sent by an average member that tells, in an average second: sums over the runs, divided once.

    Where nobody tells what he sends, it is not known, and not 0.
    """
    member_seconds = sum(run.traffic.members * run.measured_s for run in runs)
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
    expected = _expected(out_dir)
    if expected is not None:
        summary["verdict"] = judge_campaign(expected, summary)
    text = json.dumps(summary, indent=2, allow_nan=False) + "\n"
    write_atomically(out_dir / SUMMARY_NAME, text)
    return summary


def _expected(out_dir: Path) -> dict[str, Any] | None:
    """The [verdict] of the campaign's scenario; None without one, or without a campaign."""
    path = out_dir / "campaign.json"
    try:
        return json.loads(path.read_text(encoding="utf-8")).get("verdict")
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise RecordError(f"{path}: not JSON: {error}") from None


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
    if summary["crashes_held_gone_already"]:
        rows.append(("crashes of who was held for gone", f"{summary['crashes_held_gone_already']}"))
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
    rows += quality_rows(summary)
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
    lines.append("  durations: median [95 % interval of the median]")
    if summary["spread"] is not None:
        lines += spread_lines(summary["spread"])
    return "\n".join(lines)
