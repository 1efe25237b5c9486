# SPDX-License-Identifier: GPL-2.0-only
"""What the scenario did, marked on a time axis: shaded partitions, a line for each other moment.

Runs of one scenario may differ in what happens when: targets and churn are drawn by the seed. What
all runs share is a line with its name; what only some did is a short mark at the top for each. Names
stand above the axes, where they can hide no data, and only where they fit beside each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

MOMENTS_AT_MOST = 24
CHARACTER_WIDTH_PT = 5.6
MARK_HEIGHT = 0.04
"""Of a moment that not all runs share, as a share of the axes."""

Timeline = Sequence[dict[str, Any]]


def partition_spans(timeline: Timeline) -> list[tuple[float, float | None]]:
    """Start and end of each partition; None for one that is never healed."""
    spans: list[tuple[float, float | None]] = []
    for entry in timeline:
        if entry["verb"] in ("partition", "heal") and spans and spans[-1][1] is None:
            spans[-1] = (spans[-1][0], entry["at_s"])
        if entry["verb"] == "partition":
            spans.append((entry["at_s"], None))
    return spans


def moments(timelines: Sequence[Timeline]) -> tuple[dict[float, list[str]], list[float]]:
    """What all runs did, by its time, and the times of what only some did, each as often as it
    happened."""
    of_runs = [{(entry["at_s"], entry["verb"]) for entry in timeline} for timeline in timelines]
    shared: dict[float, list[str]] = {}
    for entry in timelines[0]:
        verbs = shared.setdefault(entry["at_s"], [])
        common = all((entry["at_s"], entry["verb"]) in of_run for of_run in of_runs)
        if common and entry["verb"] not in verbs:
            verbs.append(entry["verb"])
    shared = {at_s: verbs for at_s, verbs in shared.items() if verbs}
    own = [
        at_s
        for of_run in of_runs
        for at_s, verb in sorted(of_run)
        if verb not in shared.get(at_s, ())
    ]
    return shared, sorted(own)


def mark_timeline(
    axes: Axes, timelines: Sequence[Timeline], end_s: float, named: bool = True
) -> None:
    """Shades partitions and marks every other moment of every run; the time axis runs from 0 to
    `end_s`."""
    spans = [span for timeline in timelines for span in partition_spans(timeline)]
    for start_s, healed_s in dict.fromkeys(spans):
        stop_s = end_s if healed_s is None else healed_s
        axes.axvspan(start_s, stop_s, color="#ECECEC", zorder=0, linewidth=0)
    shared, own = moments(timelines)
    if len(shared) > MOMENTS_AT_MOST:
        own = sorted(own + list(shared))
        shared = {}
    for at_s, verbs in shared.items():
        if set(verbs) - {"partition", "heal"}:
            axes.axvline(at_s, color="#555555", linewidth=0.8, linestyle=(0, (2, 2)), zorder=0.6)
    if own:
        top = axes.get_xaxis_transform()
        axes.vlines(own, 1 - MARK_HEIGHT, 1, color="#555555", linewidth=0.6, transform=top)
    if named:
        _name(axes, shared, end_s)


def _name(axes: Axes, shared: dict[float, list[str]], end_s: float) -> None:
    free_from_s = 0.0
    width_pt = axes.figure.get_figwidth() * 72.0 * 0.75
    for at_s, verbs in sorted(shared.items()):
        text = ", ".join(verbs)
        if at_s < free_from_s:
            continue
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


def marks_text(timelines: Sequence[Timeline]) -> str:
    """What the marks are, for a caption; empty where there are none."""
    shared, own = moments(timelines)
    if len(shared) > MOMENTS_AT_MOST or own:
        return " Short marks at the top are moments of single runs, or of many events."
    return ""
