# SPDX-License-Identifier: GPL-2.0-only
"""What a study keeps of a run: its metrics.json without the series over time, but for those that its file
names in `series`, and of run.json what is not the same in all runs of a cell. How long suspicions lasted
is left out too: no measure of a study asks for it, and it would be half of all. Disturbances of which the same came are kept
once, with how many they were: a member that is slow ten times a second has a thousand.

A line of the journal is some 4 kB so, whatever the length of the run, and some 25 kB where much happens
to many members; ten thousand runs are 40 to 250 MB.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.campaign.networks import network_of
from analysis.run import metrics
from analysis.run.metrics import RunMetrics
from analysis.run.records import RecordError, RunInfo, read_run_info

_SERIES: dict[str, tuple[str, ...]] = {
    "false_positives": ("events_per_second", "during_partition_per_second"),
    "traffic": ("messages_per_second", "bytes_per_second"),
}
"""Values over time: a study compares runs, and one run has `keep = "events"` for a closer look."""

NAMED_SERIES = ("cluster_sizes", "view_sizes")
"""Those that a study may ask for by name: figures of papers are drawn of them."""

_TIMES = "times"


def digest(folder: Path, series: Collection[str] = ()) -> dict[str, Any]:
    """Of the records of a run that has ended: what the same run gives again, byte for byte.

    series: of NAMED_SERIES those that are kept. `sums` are the sha256 of the record files, which an
    identical run repeats. Raises RecordError.
    """
    info = read_run_info(folder)
    file = folder / metrics.METRICS_NAME
    try:
        raw = json.loads(file.read_bytes())
    except (FileNotFoundError, ValueError) as error:
        raise RecordError(f"{file}: {error}") from None
    for part, keys in _SERIES.items():
        raw[part] = {key: value for key, value in raw[part].items() if key not in keys}
    suspected = raw["quality_of_service"]["suspected"]
    raw["quality_of_service"]["suspected"] = {
        key: {"seconds": [], "ended": [], "censored": []} if isinstance(value, dict) else value
        for key, value in suspected.items()
    }
    raw["disturbances"] = _folded(raw["disturbances"])
    for name in NAMED_SERIES:
        raw[name] = raw[name] if name in series else []
    raw["dissemination"] = {"step_s": 1.0, "knowing": [], "should_know": []}
    for crash in raw["crashes"]:
        crash["curve"] = None
    raw["false_positives"]["incidents"]["listed"] = []
    return {
        "metrics": raw,
        "counts": info.counts,
        "valid": info.valid,
        "network": network_of(info.raw),
        "sums": {"events": info.events_sha256, **info.raw.get("files", {})},
        **({"not_observable": list(info.not_observable)} if info.not_observable else {}),
    }


def run_metrics(name: str, seed: int, kept: dict[str, Any], wall_s: float) -> RunMetrics:
    """The metrics of a digest; series over time that were not kept are empty."""
    # A journal of an earlier version has none of what came later.
    later: dict[str, Any] = {"updates": [], "member_loads": None}
    raw = {name: [] for name in NAMED_SERIES} | later | kept["metrics"]
    for part, keys in _SERIES.items():
        raw[part] = raw[part] | {key: {} if part == "traffic" else [] for key in keys}
    raw["traffic"] = {"by_period": None} | raw["traffic"]
    info = RunInfo(
        name=name,
        seed=seed,
        point={},
        member_names=(),
        simulated_s=raw["simulated_s"],
        wall_s=wall_s,
        events_sha256=raw["events_sha256"],
        metrics_sha256=None,
        raw={key: kept[key] for key in ("counts", "valid", "not_observable") if key in kept},
    )
    times = [each.get(_TIMES, 1) for each in raw["disturbances"]]
    raw["disturbances"] = [_without_times(each) for each in raw["disturbances"]]
    found = metrics.of_json(info, raw)
    return replace(
        found,
        disturbances=[each for each, n in zip(found.disturbances, times) for _ in range(n)],
    )


def _folded(disturbances: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first of those that differ in no more than whom and when they hit, and how many there are."""
    kinds: dict[tuple[Any, ...], dict[str, Any]] = {}
    for disturbance in disturbances:
        kind = tuple(value for key, value in disturbance.items() if key not in ("member", "time_s"))
        kinds.setdefault(kind, disturbance | {_TIMES: 0})[_TIMES] += 1
    return list(kinds.values())


def _without_times(disturbance: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in disturbance.items() if key != _TIMES}
