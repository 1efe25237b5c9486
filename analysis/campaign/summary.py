# SPDX-License-Identifier: GPL-2.0-only
"""summary.json: what the runs of a campaign say together, and of a sweep those of each point.

The keys are documented in docs/metrics.md. A number that does not exist is null: a
reader must be able to tell "no crash" from "noticed at once".
"""

from __future__ import annotations

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
from analysis.run import seal
from analysis.run.integrity import check_campaign
from analysis.run.records import RecordError, read_run_info, run_folders
from analysis.campaign.clusters import TIMES, Clusters, Networks, clusters_of, network_variance
from analysis.campaign.incidents import incidents
from analysis.campaign.intervals import share_interval
from analysis.campaign.networks import network_of
from analysis.campaign.observable import LEFT, REFUTED
from analysis.campaign.provenance import analysis_versions
from analysis.campaign.quality import disturbances, measure, quality_of_service
from analysis.campaign.regions import traffic_by_region
from analysis.campaign.spread import spread
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


def summarize(runs: Sequence[RunMetrics], networks: Networks | None = None) -> dict[str, Any]:
    """Content of summary.json. A sweep has a summary of each point, and of all runs together only what
    is no mixture of unlike settings."""
    networks = networks or {}
    points = group_by_point(runs)
    if not any(run.point for run in runs):
        return _common_facts(runs) | _summary_of(runs, networks)
    return _common_facts(runs) | {
        "points": [
            {"point": point, **_common_facts(members), **_summary_of(members, networks)}
            for point, members in points
        ]
    }


def group_by_point(
    runs: Sequence[RunMetrics],
) -> list[tuple[dict[str, str], list[RunMetrics]]]:
    """The runs of each point of a sweep, both in the order in which they stand in `runs`."""
    groups: dict[str, tuple[dict[str, str], list[RunMetrics]]] = {}
    for run in runs:
        key = json.dumps(run.point, sort_keys=True)
        groups.setdefault(key, (run.point, []))[1].append(run)
    return list(groups.values())


def untold(runs: Sequence[RunMetrics]) -> list[str]:
    """What the members of some of these runs had no words for."""
    return sorted({word for run in runs for word in run.not_observable})


def _common_facts(runs: Sequence[RunMetrics]) -> dict[str, Any]:
    """What can be said of any runs together."""
    return {
        "runs": len(runs),
        "members": _common([run.members for run in runs]),
        "simulated_s": _common([run.simulated_s for run in runs]),
        "wall_s": sum(run.wall_s for run in runs) / len(runs),
        "invalid_runs": [run.name for run in runs if not run.valid],
        "events_sha256": {run.name: run.events_sha256 for run in runs},
        "not_observable": untold(runs),
    }


def _summary_of(runs: Sequence[RunMetrics], networks: Networks) -> dict[str, Any]:
    clusters = clusters_of(runs, networks)
    crashes = [crash for run in runs for crash in run.crashes]
    known = [crash for crash in crashes if crash.full_dissemination_s is not None]
    return {
        "crashes": len(crashes),
        "crashes_known_to_all": len(known),
        "crashes_known_to_all_ci95": share_interval(
            [*zip(clusters.sums(_known_to_all), clusters.sums(lambda run: len(run.crashes)))]
        ),
        "crashes_held_gone_already": sum(crash.held_gone_already for crash in crashes),
        "detections": sum(crash.known_by for crash in crashes),
        **{key: _over_crashes(clusters, delay_s) for key, delay_s in TIMES.items()},
        "networks": network_variance(runs, networks),
        "spread": spread(runs),
        "false_positives": _false_positives(clusters),
        "refuted_suspicions": _refuted(runs),
        "partition": _partition(clusters),
        "agreement": _agreement(runs),
        "leaves": _leaves(runs),
        "restarts": _restarts(clusters),
        "disconnects": _disconnects(runs),
        "measure": measure(runs),
        "disturbances": disturbances(clusters),
        "quality_of_service": quality_of_service(runs),
        "counts": _counts(runs),
        "messages_per_member_second": _load(runs, "messages"),
        "bytes_per_member_second": _load(runs, "bytes"),
        "traffic_by_region": traffic_by_region(runs),
    }


def _common(values: Sequence[Any]) -> Any:
    """The value that all runs share, None where they differ."""
    return values[0] if all(value == values[0] for value in values) else None


def _over_crashes(
    clusters: Clusters, delay_s: Callable[[CrashMetrics], float | None]
) -> dict[str, Any]:
    return _distribution(clusters, lambda run: [delay_s(crash) for crash in run.crashes])


def _refuted(runs: Sequence[RunMetrics]) -> int | None:
    """None where members do not tell: that there were none is not known."""
    return None if REFUTED in untold(runs) else sum(run.refuted_suspicions for run in runs)


def _known_to_all(run: RunMetrics) -> int:
    return sum(crash.full_dissemination_s is not None for crash in run.crashes)


def _false_positives(clusters: Clusters) -> dict[str, Any]:
    runs = clusters.runs
    counts = {
        key: sum(getattr(run.false_positives, key) for run in runs) for key in FALSE_POSITIVE_KEYS
    }
    exposed_s = [run.quality_of_service["exposed_member_s"] for run in runs]
    of_groups = clusters.sums(lambda run: run.false_positives.incidents.count)
    with_any = sum(1 for run in runs if run.false_positives.incidents.count)
    return {**counts, "incidents": incidents(of_groups, exposed_s, with_any, clusters.of)}


def _partition(clusters: Clusters) -> dict[str, Any]:
    def over(delay_s: Callable[[PartitionMetrics], float | None]) -> dict[str, Any]:
        return _distribution(clusters, lambda run: [delay_s(p) for p in run.partitions])

    def remerged(run: RunMetrics) -> bool:
        return all(p.remerged_s is not None for p in run.partitions)

    partitioned = [run for run in clusters.runs if run.partitions]
    partitions = [partition for run in partitioned for partition in run.partitions]
    return {
        "partitions": len(partitions),
        "remerged": len([p for p in partitions if p.remerged_s is not None]),
        "separated_s": over(lambda partition: partition.separated_s),
        "remerged_s": over(lambda partition: partition.remerged_s),
        "remerged_runs": sum(map(remerged, partitioned)) if partitioned else None,
        "remerged_runs_ci95": share_interval(
            [
                (sum(remerged(run) for run in group if run.partitions), len(group))
                for group in clusters.groups
                if all(run.partitions for run in group)
            ]
        ),
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


def _leaves(runs: Sequence[RunMetrics]) -> dict[str, int | None]:
    leaves = [leave for run in runs for leave in run.leaves]
    keys = ("observers", "saw_left", "saw_failed", "saw_nothing")
    found: dict[str, int | None] = {
        key: sum(getattr(leave, key) for leave in leaves) for key in keys
    }
    if LEFT in untold(runs):
        found["saw_left"] = None  # a leave may have been seen as one, and not been told
    return {"leaves": len(leaves), **found}


def _disconnects(runs: Sequence[RunMetrics]) -> dict[str, int]:
    disconnects = [disconnect for run in runs for disconnect in run.disconnects]
    keys = ("others", "held_gone", "gone_to")
    return {
        "disconnects": len(disconnects),
        **{key: sum(getattr(entry, key) for entry in disconnects) for key in keys},
    }


def _restarts(clusters: Clusters) -> dict[str, Any]:
    runs = clusters.runs
    restarts = [restart for run in runs for restart in run.restarts]
    accepted = [restart for restart in restarts if restart.accepted_s is not None]
    return {
        "restarts": len(restarts),
        "accepted_by_all": len(accepted),
        "accepted_s": _distribution(
            clusters, lambda run: [restart.accepted_s for restart in run.restarts]
        ),
    }


def _counts(runs: Sequence[RunMetrics]) -> dict[str, int]:
    names = dict.fromkeys(name for run in runs for name in run.counts)
    return {name: sum(run.counts.get(name, 0) for run in runs) for name in names}


def _distribution(
    clusters: Clusters, of_run: Callable[[RunMetrics], Sequence[float | None]]
) -> dict[str, Any]:
    return distribution(clusters.values(of_run), clusters.of).as_dict()


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
    infos = [read_run_info(folder) for folder in run_folders(out_dir)]
    check_campaign(out_dir, infos, jobs)
    runs = metrics_of_runs(out_dir, jobs)
    summary = summarize(runs, {info.name: network_of(info.raw) for info in infos})
    expected = _expected(out_dir)
    if expected is not None:
        summary["verdict"] = judge_campaign(expected, summary)
    summary["analysis"] = analysis_versions()
    text = seal.sealed(json.dumps(summary, indent=2, allow_nan=False))
    write_atomically(out_dir / SUMMARY_NAME, text)
    summary["seal"] = seal.of(text)
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
