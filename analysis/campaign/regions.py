# SPDX-License-Identifier: GPL-2.0-only
"""Who pays for traffic between regions: load by pair of regions, over the runs of a campaign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.run.metrics import RunMetrics


def traffic_by_region(runs: Sequence[RunMetrics]) -> list[dict[str, Any]] | None:
    """`traffic_by_region` of summary.json: what all members of a region send to those of another in a
    second, in the mean over the runs; None where a run does not tell."""
    seconds = sum(run.measured_s for run in runs)
    sums: dict[tuple[str, str], list[int]] = {}
    for run in runs:
        if run.traffic.by_region is None:
            return None
        for entry in run.traffic.by_region:
            pair = sums.setdefault((entry["from"], entry["to"]), [0, 0])
            pair[0] += entry["messages"]
            pair[1] += entry["bytes"]
    return [
        {
            "from": sender,
            "to": receiver,
            "messages_per_second": messages / seconds,
            "bytes_per_second": size / seconds,
        }
        for (sender, receiver), (messages, size) in sorted(sums.items())
    ]


def region_rows(pairs: list[dict[str, Any]] | None) -> list[tuple[str, str]]:
    """A row of the headline: how much crosses, and where most does."""
    if not pairs:
        return []
    total = sum(pair["bytes_per_second"] for pair in pairs)
    crossing = [pair for pair in pairs if pair["from"] != pair["to"] and pair["bytes_per_second"]]
    if not crossing or not total:
        return [("bytes between regions", "0")]
    most = max(crossing, key=lambda pair: pair["bytes_per_second"])
    amount = sum(pair["bytes_per_second"] for pair in crossing)
    return [
        (
            "bytes between regions",
            f"{amount:.0f} B a second, {100 * amount / total:.1f} % of all; most from"
            f" {most['from']} to {most['to']}, {most['bytes_per_second']:.0f} B a second",
        )
    ]
