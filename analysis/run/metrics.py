# SPDX-License-Identifier: GPL-2.0-only
"""Every metric of one run, as a small value that can be cached, pickled and compared.

`metrics_of_run` is the one door: it reads a run's folder once and answers with a `RunMetrics` that
holds the numbers of the summary and the binned series that the figures draw, and no table. The
definitions stand in docs/metrics.md and above the functions that compute them:
dissemination.py (how crashes are noticed), false_positives.py, partitions.py, agreement.py (the
views at the end), view_sizes.py (the views over time), leaves.py, restarts.py and disconnects.py;
load is below.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.run import conclusions as conclusions_reader, records
from analysis.run.agreement import AgreementMetrics, agreement_metrics
from analysis.run.disconnects import DisconnectMetrics, disconnect_metrics
from analysis.run.dissemination import CrashMetrics, DisseminationCurve, crash_metrics
from analysis.run.false_positives import (
    FalsePositiveMetrics,
    Incidents,
    false_positive_metrics,
    judge,
    refuted_suspicions,
)
from analysis.run.incarnations import Lives
from analysis.run.leaves import LeaveMetrics, leave_metrics
from analysis.run.partitions import PartitionMetrics, partition_metrics
from analysis.run.records import RunInfo
from analysis.run.restarts import RestartMetrics, restart_metrics
from analysis.run.truth import Truth
from analysis.run.view_sizes import ViewSizes, view_size_metrics
from analysis.run.views import Views

METRICS_FORMAT = 6
"""Version of the cached form and of the definitions behind it: raise it when either changes."""

CACHE_NAME = "metrics.json"


@dataclass(frozen=True)
class TrafficMetrics:
    """What all members together sent: totals by kind, and by kind in each second of the run.

    A message is what a member handed to its socket; a compound datagram is one message.
    """

    messages: dict[str, int]
    bytes: dict[str, int]
    messages_per_second: dict[str, list[int]]
    bytes_per_second: dict[str, list[int]]


@dataclass(frozen=True)
class RunMetrics:
    """Every metric of one run."""

    name: str
    seed: int
    point: dict[str, str]
    members: int
    simulated_s: float
    wall_s: float
    valid: bool
    """False for a run in real time on a machine that was too slow for it."""
    events_sha256: str
    crashes: list[CrashMetrics]
    dissemination: DisseminationCurve
    false_positives: FalsePositiveMetrics
    refuted_suspicions: int
    partitions: list[PartitionMetrics]
    agreement: AgreementMetrics
    view_sizes: list[ViewSizes]
    """Of each cluster; of one, where there are not several side by side."""
    leaves: list[LeaveMetrics] | None
    """None where the run was recorded as a summary, which does not keep them; likewise restarts."""
    restarts: list[RestartMetrics] | None
    disconnects: list[DisconnectMetrics]
    counts: dict[str, int]
    """Of run.json: what all members did that no event tells; {} where the record has none."""
    traffic: TrafficMetrics


def metrics_of_run(folder: Path) -> RunMetrics:
    """All metrics of the run in `folder`: from its cache where that is current, else computed.

    The cache stands beside the records as metrics.json and is used only if it was made from an
    events.csv of the same sha256 under the same METRICS_FORMAT. A run that recorded a summary
    computed its metrics itself.
    Raises records.RecordError where the records do not fit docs/records.md.
    """
    info = records.read_run_info(folder)
    if info.conclusions_sha256 is not None:
        return summarized_metrics(
            info, records.read_conclusions(folder, info), records.read_traffic(folder)
        )
    cached = _read_cache(folder, info)
    if cached is None:
        cached = compute_metrics(
            info, records.read_events(folder, info), records.read_traffic(folder)
        )
        _write_cache(folder, cached)
    return cached


def metrics_of_runs(out_dir: Path, jobs: int) -> list[RunMetrics]:
    """`metrics_of_run` of every finished run of a campaign, `jobs` at a time, in run order."""
    folders = records.run_folders(out_dir)
    if jobs == 1 or len(folders) == 1:
        return [metrics_of_run(folder) for folder in folders]
    with ProcessPoolExecutor(max_workers=min(jobs, len(folders))) as pool:
        return list(pool.map(metrics_of_run, folders))


def compute_metrics(info: RunInfo, events: records.Events, traffic: pd.DataFrame) -> RunMetrics:
    """All metrics of tables that were read already."""
    truth = Truth(info, events)
    views = Views(info, events, truth)
    lives = Lives(events, truth, views)
    accusations = judge(events, truth, lives, info.longest_probe_ns)
    crashes, dissemination = crash_metrics(info, events, truth, views, lives)
    return RunMetrics(
        name=info.name,
        seed=info.seed,
        point=info.point,
        members=info.members,
        simulated_s=info.simulated_s,
        wall_s=info.wall_s,
        valid=info.valid,
        events_sha256=info.events_sha256,
        crashes=crashes,
        dissemination=dissemination,
        false_positives=false_positive_metrics(info, events, truth, accusations),
        refuted_suspicions=refuted_suspicions(events, views, accusations),
        partitions=partition_metrics(events, truth, views),
        agreement=agreement_metrics(events, truth, views),
        view_sizes=view_size_metrics(info, events, truth, views),
        leaves=leave_metrics(info, events, truth, views),
        restarts=restart_metrics(info, events, truth, views),
        disconnects=disconnect_metrics(info, events, truth, views),
        counts=info.counts,
        traffic=traffic_metrics(traffic, info.simulated_s),
    )


def summarized_metrics(
    info: RunInfo, conclusions: dict[str, Any], traffic: pd.DataFrame
) -> RunMetrics:
    """All metrics of a run that recorded a summary: what it found, in the units used here."""
    done = {entry["verb"] for entry in info.raw["timeline"]}
    crashes, dissemination = conclusions_reader.crashes(conclusions)
    return RunMetrics(
        name=info.name,
        seed=info.seed,
        point=info.point,
        members=info.members,
        simulated_s=info.simulated_s,
        wall_s=info.wall_s,
        valid=info.valid,
        events_sha256=info.events_sha256,
        crashes=crashes,
        dissemination=dissemination,
        false_positives=conclusions_reader.false_positives(conclusions),
        refuted_suspicions=conclusions["refuted_suspicions"],
        partitions=[],
        agreement=conclusions_reader.agreement(conclusions),
        view_sizes=conclusions_reader.view_sizes(conclusions),
        leaves=None if "leave" in done else [],
        restarts=None if "restart" in done else [],
        disconnects=[],
        counts=info.counts,
        traffic=traffic_metrics(traffic, info.simulated_s),
    )


def traffic_metrics(traffic: pd.DataFrame, simulated_s: float) -> TrafficMetrics:
    """Sums what was sent, by kind in order of the alphabet."""
    seconds = max(math.ceil(simulated_s), 1)

    def series(column: str) -> dict[str, list[int]]:
        result = {}
        for kind, rows in traffic.groupby("kind", sort=True):
            sums = np.zeros(seconds, dtype=np.int64)
            # What still moves at the very end of the run belongs to its last second.
            second = np.minimum(rows["second"].to_numpy(), seconds - 1)
            np.add.at(sums, second, rows[column].to_numpy())
            result[kind] = sums.tolist()
        return result

    messages, bytes_sent = series("sent"), series("sent_bytes")
    return TrafficMetrics(
        messages={kind: sum(sums) for kind, sums in messages.items()},
        bytes={kind: sum(sums) for kind, sums in bytes_sent.items()},
        messages_per_second=messages,
        bytes_per_second=bytes_sent,
    )


def _write_cache(folder: Path, metrics: RunMetrics) -> None:
    content = {"metrics_format": METRICS_FORMAT, **dataclasses.asdict(metrics)}
    write_atomically(folder / CACHE_NAME, json.dumps(content, allow_nan=False) + "\n")


def _read_cache(folder: Path, info: RunInfo) -> RunMetrics | None:
    """The cached metrics, None where there are none or they are not those of these records."""
    try:
        raw = json.loads((folder / CACHE_NAME).read_text(encoding="utf-8"))
    except (FileNotFoundError, UnicodeDecodeError, json.JSONDecodeError):
        return None
    if not isinstance(raw, dict):
        return None
    if raw.pop("metrics_format", None) != METRICS_FORMAT:
        return None
    if raw.get("events_sha256") != info.events_sha256:
        return None
    # A campaign's folder may have been renamed since; the records know better.
    raw |= {"name": info.name, "point": info.point, "wall_s": info.wall_s, "valid": info.valid}
    return _from_json(raw)


def _from_json(raw: dict[str, Any]) -> RunMetrics:
    raw["crashes"] = [_crash_from_json(crash) for crash in raw["crashes"]]
    raw["dissemination"] = DisseminationCurve(**raw["dissemination"])
    raw["false_positives"] = FalsePositiveMetrics(
        **raw["false_positives"] | {"incidents": Incidents(**raw["false_positives"]["incidents"])}
    )
    raw["partitions"] = [PartitionMetrics(**partition) for partition in raw["partitions"]]
    raw["agreement"] = AgreementMetrics(**raw["agreement"])
    raw["view_sizes"] = [ViewSizes(**cluster) for cluster in raw["view_sizes"]]
    raw["leaves"] = [LeaveMetrics(**leave) for leave in raw["leaves"]]
    raw["restarts"] = [RestartMetrics(**restart) for restart in raw["restarts"]]
    raw["disconnects"] = [DisconnectMetrics(**entry) for entry in raw["disconnects"]]
    raw["traffic"] = TrafficMetrics(**raw["traffic"])
    return RunMetrics(**raw)


def _crash_from_json(raw: dict[str, Any]) -> CrashMetrics:
    curve = raw["curve"]
    raw["curve"] = None if curve is None else DisseminationCurve(**curve)
    return CrashMetrics(**raw)


def write_atomically(path: Path, text: str) -> None:
    """Writes a file so that whoever looks sees the old content or the new, never half of it."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
