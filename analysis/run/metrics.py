# SPDX-License-Identifier: GPL-2.0-only
"""The metrics of one run, read from its metrics.json: small values that statistics and figures take.

Nothing is computed here. lab/record/metrics defines and computes every metric, docs/metrics.md says
what each means, docs/records.md lists the keys. Delays and times are in seconds; None is never.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from analysis.run import records
from analysis.run.news import ClusterSizes, UpdateMetrics, cluster_sizes
from analysis.run.records import RecordError, RunInfo

METRICS_NAME = "metrics.json"

METRICS_FORMAT = 8
"""The version of metrics.json that this reader understands: METRICS_FORMAT of metrics-json.h."""

PROGRAM = Path(__file__).resolve().parents[2] / "build" / "swimlab-metrics"
"""What computes metrics.json of records that have none, or that of another version."""

OWN_CURVES = 20
"""Crashes of a run with a curve of their own: more than can be told apart."""


@dataclass(frozen=True)
class DisseminationCurve:
    """Who knows of the crashes of a run, `i * step_s` seconds after each, summed over its crashes.

    A crash counts at a time only if it was watched for that long. Past the end of the lists nothing
    changes any more.
    """

    step_s: float
    knowing: list[int]
    should_know: list[int]

    def share(self) -> list[float]:
        """Share of the members that should know that do, 0 to 1, at each step; NaN without any."""
        return [k / s if s else math.nan for k, s in zip(self.knowing, self.should_know)]


@dataclass(frozen=True)
class CrashMetrics:
    """How one crash was noticed. Delays are since the crash; None: not while it was watched."""

    member: str
    time_s: float
    first_suspect_s: float | None
    first_dead_s: float | None
    known_to_50_percent_s: float | None
    """First instant from the first dead event on at which so many of who should know do."""
    known_to_90_percent_s: float | None
    known_to_99_percent_s: float | None
    full_dissemination_s: float | None
    should_know: int
    """Members that should know, after all that happened at the instant of the crash."""
    known_before: int
    """Those that held the member for gone when it crashed, and had nothing left to notice."""
    known_by: int
    """Members that should know and do when the watch ends."""
    curve: DisseminationCurve | None = None
    """Of this crash alone; None for all but the first OWN_CURVES of a run."""

    @property
    def held_gone_already(self) -> bool:
        """Whether nobody was left to notice it, nor ever was: no detection, and none that was missed."""
        return self.first_dead_s is None and 0 < self.should_know <= self.known_before


@dataclass(frozen=True)
class Incident:
    """One wrong death: a subject, the incarnation that was buried, and how many events tell of it."""

    time_s: float
    subject: str
    incarnation: int | None
    events: int


@dataclass(frozen=True)
class Incidents:
    """All wrong deaths of a run, each counted once, whoever was told."""

    count: int
    events_squared: int
    """Sum of the squares of their events."""
    listed: list[Incident]
    """The first 1000."""


@dataclass(frozen=True)
class FalsePositiveMetrics:
    """Live members declared dead. Series are counts in each second of the run."""

    events: int
    pairs: int
    subjects: int
    fp_minus: int
    about_bystanders: int
    """FP events about members to which the scenario had done nothing."""
    among_bystanders: int
    """Those by such members, too."""
    during_partition: int
    events_per_second: list[int]
    during_partition_per_second: list[int]
    events_by_accuser: dict[str, int]
    """FP events by the member whose word was believed (`source`), most first."""
    incidents: Incidents


@dataclass(frozen=True)
class PartitionMetrics:
    """One partition of a run. Delays are since the partition and since its healing; None: never
    (for `healed_at_s`: not healed within the run)."""

    at_s: float
    healed_at_s: float | None
    separated_s: float | None
    remerged_s: float | None


@dataclass(frozen=True)
class AgreementMetrics:
    """The views of the live members when the run ends, and what came back from the dead in it."""

    live_pairs: int
    missing_pairs: int
    missing_members: int
    foreign_pairs: int
    stale_pairs: int
    resurrections: int
    settled_at_s: float | None
    """Time of the last change of a live member's view; None: nothing ever changed."""


@dataclass(frozen=True)
class ViewSizes:
    """Sizes of the views in one cluster just before each of the instants: lists of one length.

    The size of a view is how many members its owner holds for alive or suspect, itself included.
    Only views of live members count; None where nobody is live.
    """

    time_s: list[float]
    live: list[int]
    """What is true: how many members of the cluster are live."""
    smallest: list[int | None]
    median: list[float | None]
    largest: list[int | None]


@dataclass(frozen=True)
class LeaveMetrics:
    """One leave, as its observers hold it when its watch ends."""

    member: str
    time_s: float
    observers: int
    saw_left: int
    saw_failed: int
    saw_nothing: int


@dataclass(frozen=True)
class RestartMetrics:
    """One restart."""

    member: str
    time_s: float
    observers: int
    accepted_by: int
    """Observers that hold it for alive when the watch ends."""
    accepted_s: float | None
    """From the restart to the first instant at which all observers had it back."""


@dataclass(frozen=True)
class DisconnectMetrics:
    """One disconnection as it is held when its watch ends."""

    member: str
    time_s: float
    others: int
    held_gone: int
    """Others that the unplugged member holds for gone."""
    gone_to: int
    """Others that hold it for gone."""


@dataclass(frozen=True)
class DisturbanceMetrics:
    """How soon one disturbance of a member was noticed. Delays are since it began; None: not before
    it ended."""

    member: str
    verb: str
    """What began it."""
    time_s: float
    ended_s: float | None
    """None: the run, or the window, ended first."""
    first_suspect_s: float | None
    first_dead_s: float | None
    known_to_all_s: float | None
    should_know: int
    known_by: int
    accused_before: bool
    """Whether any of those who should know held it for suspect or gone when it began."""


@dataclass(frozen=True)
class TrafficMetrics:
    """What the members together sent: totals by kind, and by kind in each second of the run."""

    members: int
    """Those that tell their traffic; 0: load is not observable."""
    messages: dict[str, int]
    bytes: dict[str, int]
    messages_per_second: dict[str, list[int]]
    bytes_per_second: dict[str, list[int]]
    by_region: list[dict[str, Any]] | None = None
    """By pair of regions, `from` and `to`: `messages` and `bytes`; None where the record has none."""
    by_period: dict[str, Any] | None = None
    """`period_s`, and of `sent` and `received` pairs: so many messages moved a member in a protocol
    period, so often; None where the record does not tell."""


@dataclass(frozen=True)
class RunMetrics:
    """Every metric of one run, and what run.json says of it."""

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
    cluster_sizes: list[ClusterSizes]
    leaves: list[LeaveMetrics]
    restarts: list[RestartMetrics]
    disconnects: list[DisconnectMetrics]
    updates: list[UpdateMetrics]
    measure: dict[str, Any]
    """The window, whose disturbance is left out, and how short and long a suspicion can be."""
    disturbances: list[DisturbanceMetrics]
    detection_times: dict[str, Any]
    quality_of_service: dict[str, Any]
    counts: dict[str, int]
    """Of run.json: what all members did that no event tells; {} where the record has none."""
    traffic: TrafficMetrics
    member_loads: dict[str, Any] | None
    """Bytes that a process moves in a second: `sent` and `received`, each with `mean`, `p99` and `max`; None
    where the record does not tell."""
    not_observable: tuple[str, ...]
    """What the members' words cannot tell: where a number would be about it, it is unknown, and not 0."""

    @property
    def measured_s(self) -> float:
        """Length of the window of [measure]."""
        return self.measure["to_s"] - self.measure["from_s"]


def metrics_of_run(folder: Path) -> RunMetrics:
    """The metrics of the run in `folder`; computed now where metrics.json is not that of its events.

    Raises RecordError where the records do not fit docs/records.md.
    """
    info = records.read_run_info(folder)
    raw = _read(folder, info)
    if raw is None and info.metrics_sha256 is not None:
        raise RecordError(
            f"{folder / METRICS_NAME}: computed by another version of Swimlab, from events that a"
            " summary does not keep; run it again"
        )
    if raw is None:
        _compute(folder)
        raw = _read(folder, info)
    if raw is None:
        raise RecordError(f"{PROGRAM}: another version; `./swimlab build` brings it up to date")
    return of_json(info, raw)


def metrics_of_runs(out_dir: Path, jobs: int) -> list[RunMetrics]:
    """`metrics_of_run` of every finished run of a campaign, `jobs` at a time, in run order."""
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        return list(pool.map(metrics_of_run, records.run_folders(out_dir)))


def _read(folder: Path, info: RunInfo) -> dict[str, Any] | None:
    """What metrics.json holds; None where it is not there, is of another version or other events."""
    path = folder / METRICS_NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        if info.metrics_sha256 is not None:
            raise RecordError(f"{path}: no such file; the run is not complete") from None
        return None
    found = hashlib.sha256(content).hexdigest()
    if info.metrics_sha256 not in (None, found):
        raise RecordError(
            f"{path}: sha256 is {found}, run.json says {info.metrics_sha256}; the file was changed"
            " or cut after the run, so run it again"
        )
    try:
        raw = json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError):
        return None
    current = isinstance(raw, dict) and raw.get("metrics_format") == METRICS_FORMAT
    return raw if current and raw.get("events_sha256") == info.events_sha256 else None


def _compute(folder: Path) -> None:
    try:
        done = subprocess.run([PROGRAM, folder], capture_output=True, text=True)
    except FileNotFoundError:
        raise RecordError(
            f"{folder / METRICS_NAME}: no such file, and {PROGRAM} is not there to compute it;"
            " `./swimlab build` makes it"
        ) from None
    if done.returncode != 0:
        raise RecordError(done.stderr.strip() or f"{PROGRAM} ended with {done.returncode}")


Part = TypeVar("Part")


def _part(kind: type[Part], raw: dict[str, Any], **converted: Any) -> Part:
    """One of the values above; keys that it does not have are left out."""
    names = [field.name for field in fields(kind) if field.name not in converted]
    return kind(**{name: raw[name] for name in names}, **converted)


def _parts(kind: type[Part], raw: Sequence[dict[str, Any]]) -> list[Part]:
    return [_part(kind, entry) for entry in raw]


def _crash(raw: dict[str, Any]) -> CrashMetrics:
    curve = raw["curve"]
    return _part(
        CrashMetrics, raw, curve=None if curve is None else _part(DisseminationCurve, curve)
    )


def _false_positives(raw: dict[str, Any]) -> FalsePositiveMetrics:
    listed = _parts(Incident, raw["incidents"]["listed"])
    incidents = _part(Incidents, raw["incidents"], listed=listed)
    return _part(FalsePositiveMetrics, raw, incidents=incidents)


def of_json(info: RunInfo, raw: dict[str, Any]) -> RunMetrics:
    """The content of a metrics.json as values."""
    return _part(
        RunMetrics,
        raw,
        name=info.name,
        seed=info.seed,
        point=info.point,
        wall_s=info.wall_s,
        valid=info.valid,
        counts=info.counts,
        not_observable=info.not_observable,
        crashes=[_crash(crash) for crash in raw["crashes"]],
        dissemination=_part(DisseminationCurve, raw["dissemination"]),
        false_positives=_false_positives(raw["false_positives"]),
        partitions=_parts(PartitionMetrics, raw["partitions"]),
        agreement=_part(AgreementMetrics, raw["agreement"]),
        view_sizes=_parts(ViewSizes, raw["view_sizes"]),
        cluster_sizes=list(map(cluster_sizes, raw["cluster_sizes"])),
        leaves=_parts(LeaveMetrics, raw["leaves"]),
        restarts=_parts(RestartMetrics, raw["restarts"]),
        disconnects=_parts(DisconnectMetrics, raw["disconnects"]),
        updates=_parts(UpdateMetrics, raw["updates"]),
        disturbances=_parts(DisturbanceMetrics, raw["disturbances"]),
        traffic=_part(TrafficMetrics, raw["traffic"]),
    )


def write_atomically(path: Path, text: str) -> None:
    """Writes a file so that whoever looks sees the old content or the new, never half of it."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
