# SPDX-License-Identifier: GPL-2.0-only
"""What a study keeps of a run: its metrics.json without the series over time, and of run.json what is
not the same in all runs of a cell. How long suspicions lasted is left out too: no measure of a study
asks for it, and it would be half of all.

A line of the journal is some 4 kB so, whatever the length of the run, and some 25 kB where much happens
to many members; ten thousand runs are 40 to 250 MB.
"""

from __future__ import annotations

import json
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


def digest(folder: Path) -> dict[str, Any]:
    """Of the records of a run that has ended: what the same run gives again, byte for byte.

    `sums` are the sha256 of the record files, which an identical run repeats. Raises RecordError.
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
    raw["view_sizes"] = []
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
    }


def run_metrics(name: str, seed: int, kept: dict[str, Any], wall_s: float) -> RunMetrics:
    """The metrics of a digest; series over time are empty."""
    raw = dict(kept["metrics"])
    for part, keys in _SERIES.items():
        raw[part] = raw[part] | {key: {} if part == "traffic" else [] for key in keys}
    info = RunInfo(
        name=name,
        seed=seed,
        point={},
        member_names=(),
        simulated_s=raw["simulated_s"],
        wall_s=wall_s,
        events_sha256=raw["events_sha256"],
        metrics_sha256=None,
        raw={"counts": kept["counts"], "valid": kept["valid"]},
    )
    return metrics.of_json(info, raw)
