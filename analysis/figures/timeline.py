# SPDX-License-Identifier: GPL-2.0-only
"""What the scenario did, marked on a time axis: shaded partitions, a line for each other moment.

Names stand above the axes, where they can hide no data, and only where they fit beside each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

MOMENTS_AT_MOST = 24
CHARACTER_WIDTH_PT = 5.6


def partition_spans(timeline: Sequence[dict[str, Any]]) -> list[tuple[float, float | None]]:
    """Start and end of each partition; None for one that is never healed."""
    spans: list[tuple[float, float | None]] = []
    for entry in timeline:
        if entry["verb"] in ("partition", "heal") and spans and spans[-1][1] is None:
            spans[-1] = (spans[-1][0], entry["at_s"])
        if entry["verb"] == "partition":
            spans.append((entry["at_s"], None))
    return spans


def mark_timeline(
    axes: Axes, timeline: Sequence[dict[str, Any]], end_s: float, named: bool = True
) -> None:
    """Shades partitions and draws a line at every other moment, unless those are too many to tell
    apart; the time axis runs from 0 to `end_s`."""
    for start_s, healed_s in partition_spans(timeline):
        stop_s = end_s if healed_s is None else healed_s
        axes.axvspan(start_s, stop_s, color="#ECECEC", zorder=0, linewidth=0)
    moments: dict[float, list[str]] = {}
    for entry in timeline:
        verbs = moments.setdefault(entry["at_s"], [])
        if entry["verb"] not in verbs:
            verbs.append(entry["verb"])
    if len(moments) > MOMENTS_AT_MOST:
        return
    free_from_s = 0.0
    width_pt = axes.figure.get_figwidth() * 72.0 * 0.75
    for at_s, verbs in sorted(moments.items()):
        if set(verbs) - {"partition", "heal"}:
            axes.axvline(at_s, color="#555555", linewidth=0.8, linestyle=(0, (2, 2)), zorder=0.6)
        text = ", ".join(verbs)
        if named and at_s >= free_from_s:
            axes.annotate(
                text,
                (at_s, 1.0),
                (0, 3),
                xycoords=axes.get_xaxis_transform(),
                textcoords="offset points",
                ha="left",
                va="bottom",
                color="#444444",
            )
            free_from_s = at_s + (len(text) + 1) * CHARACTER_WIDTH_PT / width_pt * end_s
