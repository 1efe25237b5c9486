# SPDX-License-Identifier: GPL-2.0-only
"""The headline numbers of a summary as a table for a terminal; of a sweep, a row a point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.campaign.incidents import incidents_text
from analysis.campaign.observable import DEAD, REFUTED, SUSPECT, TRAFFIC, counted, told
from analysis.campaign.quality import quality_rows
from analysis.campaign.regions import region_rows
from analysis.campaign.spread import spread_lines
from analysis.campaign.text import interval, number


def headline_rows(summary: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and value with its unit: the same numbers for the terminal and for the report."""
    false_positives, untold = summary["false_positives"], summary["not_observable"]
    rows = [
        ("runs", f"{summary['runs']}"),
        ("members", _or_dash(summary["members"], "{}")),
        ("simulated time a run", _or_dash(summary["simulated_s"], "{:g} s")),
        ("wall time a run", f"{summary['wall_s']:.1f} s"),
        (
            "crashes known to all",
            counted(DEAD, untold, f"{summary['crashes_known_to_all']} of {summary['crashes']}"),
        ),
    ]
    if summary["crashes_held_gone_already"]:
        rows.append(("crashes of who was held for gone", f"{summary['crashes_held_gone_already']}"))
    if summary["crashes"]:
        rows += [
            (
                "first suspicion",
                told(SUSPECT, untold, format_distribution(summary["first_suspect_s"])),
            ),
            ("first dead", told(DEAD, untold, format_distribution(summary["first_dead_s"]))),
            (
                "known to all",
                told(DEAD, untold, format_distribution(summary["full_dissemination_s"])),
            ),
        ]
    rows += [
        ("wrong deaths", counted(DEAD, untold, incidents_text(false_positives["incidents"]))),
        ("false positives", counted(DEAD, untold, _false_positives(false_positives))),
        (
            "wrong suspicions refuted",
            told(REFUTED, untold, _or_dash(summary["refuted_suspicions"], "{}")),
        ),
    ]
    partition = summary["partition"]
    if partition["remerged_runs"] is not None:
        rows += [
            ("dead events due to partition", f"{false_positives['during_partition']}"),
            ("sides separated", format_distribution(partition["separated_s"])),
            ("sides one again", format_distribution(partition["remerged_s"])),
            ("runs one again", f"{partition['remerged_runs']} of {summary['runs']}"),
        ]
    rows += quality_rows(summary)
    for key, unit in (("messages_per_member_second", ""), ("bytes_per_member_second", " B")):
        label = key.split("_", maxsplit=1)[0] + " a member a second"
        load = _or_dash(summary[key]["total"], "{:.3f}" + unit)
        rows.append((label, told(TRAFFIC, untold, load)))
    return rows + region_rows(summary["traffic_by_region"])


def _false_positives(found: dict[str, Any]) -> str:
    return (
        f"{found['events']} events, {found['pairs']} pairs, {found['subjects']} members;"
        f" FP- {found['fp_minus']}"
    )


def format_distribution(values: dict[str, Any]) -> str:
    """One line of median, interval, n, the quantiles that n allows and the longest, in seconds; a dash
    where there is no value."""
    if values["median"] is None:
        return "-"
    parts = [f"{values['median']:.2f} s"]
    if values["ci95"] is not None:
        parts[0] += " [{:.2f}, {:.2f}]".format(*values["ci95"])
    parts[0] += f" (n = {values['n']:,})"
    for key, label in (("p99", "p99"), ("p999", "p99.9"), ("max", "max")):
        if values[key] is not None:
            parts.append(f"{label} {values[key]:.2f} s")
    return ", ".join(parts)


def _or_dash(value: Any, form: str) -> str:
    return "-" if value is None else form.format(value)


def headline_table(summary: dict[str, Any]) -> str:
    """The headline numbers as aligned lines for a terminal."""
    if "points" in summary:
        return _sweep_table(summary)
    rows = headline_rows(summary)
    width = max(len(label) for label, _ in rows)
    lines = [f"  {label:<{width}}  {value}" for label, value in rows]
    lines += _on_durations(summary)
    if summary["spread"] is not None:
        lines += spread_lines(summary["spread"])
    return "\n".join(lines)


def _on_durations(summary: dict[str, Any]) -> list[str]:
    """How to read the durations, and why some have no interval."""
    times = [summary[key] for key in ("first_suspect_s", "first_dead_s", "full_dissemination_s")]
    times += [summary["partition"][key] for key in ("separated_s", "remerged_s")]
    if not any(found["n"] for found in times):
        return []
    lines = ["  durations: median [95 % interval of the median] (how many)"]
    reasons = dict.fromkeys(found["no_ci95"] for found in times if found["no_ci95"])
    return lines + [f"  {reason}" for reason in reasons]


def _sweep_table(summary: dict[str, Any]) -> str:
    """A row a point: nothing is pooled over unlike settings."""
    heads = ("", "crashes known", "first dead (s)", "known to all (s)", "wrong deaths", "bytes")
    rows: list[Sequence[str]] = [heads]
    for point in summary["points"]:
        found = point["false_positives"]["incidents"]
        rows.append(
            (
                ", ".join(f"{key}={value}" for key, value in point["point"].items()),
                f"{point['crashes_known_to_all']} of {point['crashes']}",
                *(_short(point[key]) for key in ("first_dead_s", "full_dissemination_s")),
                f"{found['count']} {interval(found['ci95'])}".rstrip(),
                number(point["bytes_per_member_second"]["total"]),
            )
        )
    widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
    lines = [
        "  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths)).rstrip()
        for row in rows
    ]
    lines.append(
        f"  {summary['runs']} runs; durations: median [95 % interval]; bytes a member a second"
    )
    warnings = [text for point in summary["points"] for text in point["measure"]["warnings"]]
    lines += [f"  warning: {text}" for text in dict.fromkeys(warnings)]
    return "\n".join(lines)


def _short(times: dict[str, Any]) -> str:
    if times["median"] is None:
        return "-"
    return f"{times['median']:.2f} {interval(times['ci95'])}".rstrip()
