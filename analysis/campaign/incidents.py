# SPDX-License-Identifier: GPL-2.0-only
"""Wrong deaths of a campaign as incidents: how many, what interval that has, and how often a living
member is to expect one.

One wrong death that is told to 127 members is 127 false positives, and one incident: members repeat
what they are told, so events have no interval, and incidents have. They are held against the time for
which members lived and were healthy, since only then could one be buried wrongly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.campaign.intervals import RUNS_FOR_COUNT, count_interval
from analysis.campaign.text import interval, number
from analysis.campaign.values import HOUR_S


def incidents(
    counts: Sequence[int],
    exposed_s: Sequence[float | None],
    runs_with_any: int,
    of: str = "run",
) -> dict[str, Any]:
    """The `incidents` of summary.json, from the count of each run (of each network, where runs share
    them: `of`) and the exposure of each run."""
    total, interval = sum(counts), count_interval(counts)
    known = [seconds for seconds in exposed_s if seconds is not None]
    hours = sum(known) / HOUR_S if len(known) == len(exposed_s) else 0.0
    missing = None
    if interval is None:
        missing = f"no interval: it takes {RUNS_FOR_COUNT} {of}s"
    return {
        "count": total,
        "runs_with_any": runs_with_any,
        "ci95": None if interval is None else list(interval),
        "no_ci95": missing,
        "exposed_member_hours": hours or None,
        "per_member_hour": total / hours if hours else None,
        "per_member_hour_ci95": (
            [bound / hours for bound in interval] if hours and interval is not None else None
        ),
    }


def incidents_text(found: dict[str, Any]) -> str:
    """One line: how many, and what that means for a living member and hour."""
    bounds = found["ci95"]
    if not found["count"]:
        if found["per_member_hour_ci95"] is None:
            return "none"
        return (
            f"none in {number(found['exposed_member_hours'])} member-hours, so fewer than"
            f" {number(found['per_member_hour_ci95'][1])} a member-hour (95 %)"
        )
    text = f"{found['count']:,}"
    text += f" {interval(bounds)}" if bounds else f" ({found['no_ci95']})"
    if found["per_member_hour"] is not None:
        text += f", {number(found['per_member_hour'])} a member-hour"
        text += f" {interval(found['per_member_hour_ci95'])}" if bounds else ""
    return text
