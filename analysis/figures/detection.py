# SPDX-License-Identifier: GPL-2.0-only
"""How soon crashes are noticed: the distribution over crashes, and how the news spreads from one
member to all.

Both definitions of "first detection" are drawn, because the papers use both: the first suspicion
(SWIM with suspicion) and the first death notice (Lifeguard), and the time until the last member
knows. Where a closed form holds for a campaign, its law is a thin black line beside the measured one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from analysis.campaign import statistics
from analysis.figures import style
from analysis.run.metrics import OWN_CURVES, RunMetrics
from analysis.theory.curves import TIME_AXIS, curve

NO_CRASH = "no member crashed in this scenario, so there is nothing to detect."
MILESTONES = (
    ("first_suspect_s", "first suspicion", style.SKY, style.DASHES[2]),
    ("first_dead_s", "first declared dead", style.ORANGE, style.DASHES[1]),
    ("full_dissemination_s", "known to all", style.BLUE, style.DASHES[0]),
)


LAW_POINTS = 200

Resolved = Mapping[str, str]
"""A scenario's settings, given where theory speaks of a campaign such as this."""


def delays(runs: Sequence[RunMetrics], resolved: Resolved | None = None) -> style.Picture:
    """Cumulative distribution of the three milestones over all crashes of all runs."""
    name, title = "detection-times", "Detection times"
    crashes = [crash for run in runs for crash in run.crashes]
    if not crashes:
        return style.Picture(name, title, NO_CRASH)
    reached = {
        key: [t for c in crashes if (t := getattr(c, key)) is not None] for key, *_ in MILESTONES
    }
    if not any(reached.values()):
        return style.Picture(
            name, title, f"none of the {len(crashes)} crashes was noticed by anybody."
        )
    longest_s = max(t for times in reached.values() for t in times)
    with style.look(name):
        figure, (axes,) = style.new_figure(3.1)
        for key, label, colour, dashes in MILESTONES:
            if reached[key]:
                draw_cdf(
                    axes,
                    reached[key],
                    len(crashes),
                    longest_s,
                    label=label,
                    color=colour,
                    linestyle=dashes,
                )
        measures = [key for key, *_ in MILESTONES if reached[key]]
        laws = [] if resolved is None else _draw_laws(axes, measures, longest_s, resolved)
        share_axis(axes, "share of crashes")
        axes.legend(loc="best")
    unseen = {
        label: len(crashes) - len(reached[key])
        for key, label, *_ in MILESTONES
        if len(reached[key]) < len(crashes)
    }
    text = (
        f"Of {len(crashes)} crashes in {len(runs)} {'run' if len(runs) == 1 else 'runs'}: the"
        " share that had reached each stage within the time on the horizontal axis. Left is"
        " faster; a line that ends below 1 means crashes that never got that far."
    )
    for label, missing in unseen.items():
        text += f" Never {label}: {missing}."
    if laws:
        text += f" Thin black: theory, {'; '.join(laws)}."
    return style.Picture(name, title, text, figure)


def _draw_laws(
    axes: Axes, measures: Sequence[str], until_s: float, resolved: Resolved
) -> list[str]:
    """The laws of these measures against the time since a crash, and what is said of them; none of a
    measure that has none."""
    places = np.linspace(0, 1.04 * until_s, LAW_POINTS).tolist()
    found = [curve(measure, TIME_AXIS, resolved, places) for measure in measures]
    laws = [law for law in found if law is not None]
    for number, law in enumerate(laws):
        named = {} if number else {"label": law.label}
        axes.plot(law.x, law.y, color=style.BLACK, linewidth=0.8, **named)
    return [law.caption for law in laws]


def draw_cdf(axes: Axes, times_s: Sequence[float], of: int, until_s: float, **look: object) -> None:
    """A step at each time; its height is a share of `of`, which counts the crashes without a
    time too."""
    ordered = sorted(times_s)
    heights = [i / of for i in range(len(ordered) + 1)]
    axes.step([0.0, *ordered, 1.04 * until_s], [*heights, heights[-1]], where="post", **look)


def dissemination(runs: Sequence[RunMetrics]) -> style.Picture:
    """Share of the members that know against time since the crash: median over runs, band from
    lowest to highest."""
    name, title = "dissemination", "How the news of a crash spreads"
    band = statistics.dissemination_band(runs)
    if not band.time_s:
        return style.Picture(name, title, NO_CRASH)
    crashed = [run for run in runs if run.crashes]
    with style.look(name):
        figure, (axes,) = style.new_figure(3.1)
        if len(crashed) > 1:
            axes.fill_between(
                band.time_s, band.low, band.high, color=style.SKY, alpha=0.45, linewidth=0
            )
        else:
            _draw_each(axes, crashed[0])
        axes.plot(band.time_s, band.median, color=style.BLUE)
        share_axis(axes, "share of members that know")
        axes.set_xlim(0, settled_s(band))
    text = (
        "Share of the live members that have declared a crashed member dead, against the time"
        " since its crash, taken over the crashes of a run."
    )
    if len(crashed) > 1:
        text += f" Line: median of {len(crashed)} runs; band: from the lowest to the highest run."
    elif len(crashed[0].crashes) > 1:
        text += f" Thin lines: each crash by itself (the first {OWN_CURVES} at most)."
    return style.Picture(name, title, text, figure)


def _draw_each(axes: Axes, run: RunMetrics) -> None:
    """The curves that the run kept of single crashes."""
    for crash in run.crashes:
        if crash.curve is not None:
            time_s = [i * crash.curve.step_s for i in range(len(crash.curve.knowing))]
            axes.plot(time_s, crash.curve.share(), color=style.SKY, linewidth=0.8)


def settled_s(band: statistics.Band) -> float:
    """Where the lowest run comes to its final height, with some room; the flat rest says
    nothing."""
    for time_s, low, high in zip(reversed(band.time_s), reversed(band.low), reversed(band.high)):
        if low < band.low[-1] or high < band.high[-1]:
            return min(1.15 * time_s, band.time_s[-1]) or 1.0
    return band.time_s[-1] or 1.0


def share_axis(axes: Axes, label: str) -> None:
    """Labels and limits of a share against the time since a crash."""
    axes.set_xlabel("time since the crash (s)")
    axes.set_ylabel(label)
    axes.set_ylim(0, 1.03)
    axes.set_xlim(left=0)
