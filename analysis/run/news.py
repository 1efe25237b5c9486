# SPDX-License-Identifier: GPL-2.0-only
"""Of metrics.json: what processes report of the size of their cluster, and how soon they hear of news."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ReportedSizes:
    """What some processes of a cluster report in each second: lists of one length. None where nobody
    reports."""

    reports: list[int]
    """How many of them did."""
    least: list[int | None]
    median: list[float | None]
    greatest: list[int | None]
    distinct: list[int]
    """How many different sizes they have reported up to then."""
    sizes: list[list[int]]
    """Which they ever reported: the first and the last of each that follow each other."""


@dataclass(frozen=True)
class ClusterSizes:
    """The sizes that the processes of one cluster report, each at whole seconds after its start. A row is
    of the second that ends at `second`, and holds until the next one."""

    second: list[int]
    members: list[int]
    """What is true when the second ends: how many processes there are."""
    all: ReportedSizes
    healthy: ReportedSizes
    changed_s: float | None
    """When a process came or went last; None: never."""
    agreed_s: float | None
    """When all reports were right for the first time since then."""


@dataclass(frozen=True)
class UpdateMetrics:
    """How soon all heard of new metadata of a member. Delays are since the update; None: never."""

    member: str
    time_s: float
    observers: int
    known_by: int
    median_s: float | None
    """Of the observers and of the member itself, which knows at once."""
    known_to_50_percent_s: float | None
    known_to_90_percent_s: float | None
    known_to_99_percent_s: float | None
    known_to_all_s: float | None


def cluster_sizes(raw: dict[str, Any]) -> ClusterSizes:
    """An entry of `cluster_sizes`."""
    reported: dict[str, Any] = {key: ReportedSizes(**raw[key]) for key in ("all", "healthy")}
    return ClusterSizes(**(raw | reported))
