# SPDX-License-Identifier: GPL-2.0-only
"""How the news of each crash spreads: the share of the members that know it against time.

Of a campaign with few crashes, each has a line of its own, at a few round instants between the
first death and the moment in which nobody is left to be told.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from analysis.run.metrics import OWN_CURVES, CrashMetrics, DisseminationCurve, RunMetrics

INSTANTS_AT_MOST = 7
MILESTONES = (
    ("known_to_50_percent_s", "50 %"),
    ("known_to_90_percent_s", "90 %"),
    ("known_to_99_percent_s", "99 %"),
    ("full_dissemination_s", "all"),
)


def spread(runs: Sequence[RunMetrics]) -> dict[str, Any] | None:
    """The `spread` of summary.json; None without a noticed crash, or with too many for a table."""
    crashes = [(run, crash) for run in runs for crash in run.crashes]
    noticed = [crash for _, crash in crashes if crash.first_dead_s is not None and crash.curve]
    if not noticed or len(crashes) > OWN_CURVES:
        return None
    after_s = _instants_s(noticed)
    return {
        "after_s": after_s,
        "crashes": [
            {
                "run": run.name,
                "member": crash.member,
                "time_s": crash.time_s,
                "share": [_share(crash.curve, instant_s) for instant_s in after_s],
                **{key: getattr(crash, key) for key, _ in MILESTONES},
            }
            for run, crash in crashes
        ],
    }


def _instants_s(crashes: Sequence[CrashMetrics]) -> list[float]:
    """Instants a round step apart, on the grid of the curves, over the time in which news spread."""
    grid_s = max(crash.curve.step_s for crash in crashes)
    start_s = min(crash.first_dead_s for crash in crashes)
    end_s = max(start_s, *(_last_news_s(crash.curve) for crash in crashes))
    for factor in (f * 10**power for power in range(9) for f in (1, 2, 5)):
        first, last = math.floor(start_s / grid_s / factor), math.ceil(end_s / grid_s / factor)
        if last - first < INSTANTS_AT_MOST:
            return [round(i * factor * grid_s, 9) for i in range(first, last + 1)]
    raise AssertionError("no run is as long as this")


def _last_news_s(curve: DisseminationCurve) -> float:
    """When the last member learned of it, on the curve's grid."""
    changes = [i for i in range(1, len(curve.knowing)) if curve.knowing[i] > curve.knowing[i - 1]]
    return (changes[-1] if changes else 0) * curve.step_s


def _share(curve: DisseminationCurve | None, instant_s: float) -> float | None:
    """Share of those who should know that do; None where nobody should."""
    if curve is None:
        return None
    point = min(round(instant_s / curve.step_s), len(curve.knowing) - 1)
    should_know = curve.should_know[point]
    return curve.knowing[point] / should_know if should_know else None


def spread_table(found: dict[str, Any]) -> list[list[str]]:
    """Rows of cells, the first one the heads: who, the share at each instant, the milestones."""
    several = len({crash["run"] for crash in found["crashes"]}) > 1
    heads = ["crash", *(f"+{instant:g} s" for instant in found["after_s"])]
    rows = [[*heads, *(label for _, label in MILESTONES)]]
    for crash in found["crashes"]:
        who = f"{crash['run']} {crash['member']}" if several else crash["member"]
        times = (crash[key] for key, _ in MILESTONES)
        rows.append(
            [
                who,
                *(_percent(share) for share in crash["share"]),
                *("-" if time_s is None else f"{time_s:.2f} s" for time_s in times),
            ]
        )
    return rows


def spread_lines(found: dict[str, Any]) -> list[str]:
    """The table as aligned lines for a terminal."""
    rows = spread_table(found)
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["", "  share of the members that know a crash, so long after it; when how many knew"]
    for who, *cells in rows:
        aligned = (f"{cell:>{width}}" for cell, width in zip(cells, widths[1:]))
        lines.append("  " + "  ".join([f"{who:<{widths[0]}}", *aligned]))
    return lines


def _percent(share: float | None) -> str:
    """Cut off and not rounded: 100 % are all."""
    return "-" if share is None else f"{math.floor(share * 1000) / 10:g} %"
