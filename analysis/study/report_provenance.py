# SPDX-License-Identifier: GPL-2.0-only
"""Where the numbers of a study come from: the build that ran it, what computed and drew, and the sums of
what went in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.campaign.provenance import analysis_versions
from analysis.campaign.text import number, quantity
from analysis.study.model import Study

INPUTS_AT_MOST = 40
_NAMES = {"ns3": "ns-3", "sources_sha256": "sum of the analysis", "program_sha256": "simulator"}


def versions(build: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Of the simulator's build, then of the analysis."""
    return [
        (_NAMES.get(key, key.replace("_", " ")), str(value))
        for key, value in [*build.items(), *analysis_versions().items()]
        if isinstance(value, (str, int, float))
    ]


def build_facts(study: Study) -> list[tuple[str, str]]:
    """Of the simulator, then of the analysis, then what it cost."""
    rows = versions(study.asked.get("build", {}))
    entries = [entry for runs in study.entries.values() for entry in runs.values()]
    if entries:
        time_s = sum(entry.wall_s for entry in entries)
        unit = ("h", 3600) if time_s >= 7200 else ("min", 60) if time_s >= 120 else ("s", 1)
        peak = max(entry.peak_memory_bytes for entry in entries)
        rows.append(("time for all runs", f"{number(time_s / unit[1])} {unit[0]} of one core"))
        rows.append(("largest memory of a process", quantity(peak / 1e6, "MB")))
    return rows


def inputs(study: Study) -> list[tuple[str, str]]:
    """File and sha256."""
    found = sorted(study.asked.get("inputs", {}).items())
    rows = [(name, str(total)) for name, total in found[:INPUTS_AT_MOST]]
    left = len(found) - len(rows)
    return [*rows, (f"{left:,} more", "study.json has them")] if left else rows
