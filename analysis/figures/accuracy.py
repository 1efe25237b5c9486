# SPDX-License-Identifier: GPL-2.0-only
"""False positives: when living members were declared dead, and on whose word.

A false positive is counted as in Lifeguard: each declaration by each observer. Declarations across
a partition are true from the observer's side and are drawn apart from the false ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from analysis.campaign.text import NONE, count
from analysis.figures import style
from analysis.figures.timeline import Timeline, mark_timeline, marks_text
from analysis.run.metrics import RunMetrics

BARS_AT_MOST = 80
ACCUSERS_SHOWN = 12
NO_DISTURBANCE = frozenset({"join", "partition", "heal"})
"""What leaves a member a bystander (docs/metrics.md, "False positives")."""


def over_time(runs: Sequence[RunMetrics], timelines: Sequence[Timeline]) -> style.Picture:
    """Deaths of living members in time: the false ones, and those across a partition."""
    name, title = "false-positives-over-time", "False positives over time"
    series = (
        ("false positives", style.VERMILION, "events_per_second"),
        ("across a partition", style.SKY, "during_partition_per_second"),
    )
    drawn = []
    for label, colour, field in series:
        per_run = [getattr(run.false_positives, field) for run in runs]
        if any(any(row) for row in per_run):
            drawn.append((label, colour, per_run))
    if not drawn:
        return style.Picture(name, title, "no living member was ever declared dead.")
    end_s = max(run.simulated_s for run in runs)
    bin_s = _bin_s(end_s)
    with style.look(name):
        figure, panels = style.new_figure(1.0 + 1.6 * len(drawn), rows=len(drawn), sharex=True)
        for axes, (label, colour, per_run) in zip(panels, drawn):
            heights = np.sum([_binned(row, bin_s) for row in _same_length(per_run)], axis=0) / len(
                runs
            )
            axes.bar(
                np.arange(len(heights)) * bin_s, heights, width=bin_s, align="edge", color=colour
            )
            axes.set_ylabel(f"{label}\n(a run and " + (f"{bin_s} s)" if bin_s > 1 else "second)"))
            style.grid_along_values_only(axes)
            style.zero_based(axes)
            axes.yaxis.set_major_locator(MaxNLocator(5, min_n_ticks=2))
            mark_timeline(axes, timelines, end_s, named=axes is panels[0])
        panels[-1].set_xlabel("simulated time (s)")
        panels[-1].set_xlim(0, end_s)
    text = (
        f"How often a member declared a living one dead, mean of {count(len(runs), 'run')}; every"
        " observer counts, so one wrong death that spreads is as many events as members were told."
        " Time of a partition is shaded; each panel has a scale of its own."
    ) + marks_text(timelines)
    if len(drawn) == 1 and drawn[0][0] == "across a partition":
        text += (
            " All of them were declared across the partition: of false positives there were none."
        )
    return style.Picture(name, title, text, figure)


def by_accuser(runs: Sequence[RunMetrics], timelines: Sequence[Timeline]) -> style.Picture:
    """Whose word the false positives rest on, and whether the scenario had disturbed that member
    itself."""
    name, title = "false-positives-by-accuser", "False positives by accuser"
    healthy: Counter[str] = Counter()
    disturbed: Counter[str] = Counter()
    for run, timeline in zip(runs, timelines):
        touched = disturbed_members(timeline)
        for accuser, events in run.false_positives.events_by_accuser.items():
            (disturbed if accuser in touched else healthy)[accuser] += events
    totals = healthy + disturbed
    if not totals:
        return style.Picture(
            name, title, "there were no false positives, so nobody stands accused of them."
        )
    most = sorted(totals, key=lambda accuser: (-totals[accuser], accuser))[:ACCUSERS_SHOWN]
    with style.look(name):
        figure, (axes,) = style.new_figure(max(1.6, 0.62 + 0.24 * len(most)))
        _accuser_bars(axes, most, healthy, disturbed)
    shown = sum(totals[accuser] for accuser in most)
    text = (
        f"Number of false positives that rest on a member's word, over {count(len(runs), 'run')}:"
        f" {sum(totals.values()):,} on the word of {len(totals):,}"
        f" {'member' if len(totals) == 1 else 'members'}"
        + (
            f"; the {len(most)} shown made {shown / sum(totals.values()):.0%} of them."
            if len(most) < len(totals)
            else "."
        )
    )
    return style.Picture(name, title, text, figure)


def disturbed_members(timeline: Timeline) -> set[str]:
    """Members to which the scenario did anything."""
    return {
        member
        for entry in timeline
        if entry["verb"] not in NO_DISTURBANCE
        for member in entry.get("members", ())
    }


def accusers_in_words(runs: Sequence[RunMetrics], timelines: Sequence[Timeline]) -> str:
    """Whose word false positives rest on, in a few words; a dash where there are none."""
    events: Counter[str] = Counter()
    disturbed = 0
    for run, timeline in zip(runs, timelines):
        touched = disturbed_members(timeline)
        for accuser, found in run.false_positives.events_by_accuser.items():
            events[accuser] += found
            disturbed += found if accuser in touched else 0
    total = sum(events.values())
    if not total:
        return NONE
    worst = min(events, key=lambda accuser: (-events[accuser], accuser))
    return (
        f"{count(len(events), 'accuser')}; {worst} {events[worst] / total:.0%};"
        f" disturbed ones {disturbed / total:.0%}"
    )


def _accuser_bars(
    axes: Axes, accusers: Sequence[str], healthy: Mapping[str, int], disturbed: Mapping[str, int]
) -> None:
    places = range(len(accusers))
    left = [healthy[accuser] for accuser in accusers]
    right = [disturbed[accuser] for accuser in accusers]
    axes.barh(places, left, height=0.7, color=style.BLUE)
    axes.barh(
        places, right, height=0.7, left=left, color=style.ORANGE, hatch="////", edgecolor="white"
    )
    axes.set_yticks(places, accusers)
    axes.invert_yaxis()
    axes.set_xlabel("false positives (declarations)")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_ylabel("accuser")
    style.grid_along_values_only(axes, "x")
    if any(right):
        kinds = (
            Patch(color=style.BLUE),
            Patch(facecolor=style.ORANGE, hatch="////", edgecolor="white"),
        )
        axes.legend(
            kinds,
            ("left alone", "disturbed by the scenario"),
            title="accuser was",
            loc="lower right",
        )


def _bin_s(simulated_s: float) -> int:
    """Seconds a bar covers: round, and not more bars than can be told apart."""
    return next(
        bin_s
        for power in range(9)
        for step in (1, 2, 5)
        if simulated_s / (bin_s := step * 10**power) <= BARS_AT_MOST
    )


def _binned(per_second: Sequence[int], bin_s: int) -> np.ndarray:
    counts = np.asarray(per_second, dtype=float)
    padded = np.concatenate([counts, np.zeros(-len(counts) % bin_s)])
    return padded.reshape(-1, bin_s).sum(axis=1)


def _same_length(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    longest = max(len(row) for row in rows)
    return [list(row) + [0] * (longest - len(row)) for row in rows]
