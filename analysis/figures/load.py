# SPDX-License-Identifier: GPL-2.0-only
"""What the protocol costs: messages and bytes that a member sends a second, by kind, over the
run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.patches import Patch

from analysis.campaign.text import count
from analysis.figures import style
from analysis.figures.timeline import Timeline, mark_timeline, marks_text
from analysis.run.metrics import RunMetrics

# Fixed colours, so that a kind looks the same in every report; neighbours differ in lightness.
KIND_COLOURS = {
    "ping": style.BLUE,
    "ack": style.SKY,
    "ping-req": style.BLACK,
    "nack": style.YELLOW,
    "gossip": style.GREEN,
    "push-pull": style.ORANGE,
    "stream-ping": style.VERMILION,
    "stream-ack": style.PURPLE,
}


def over_time(runs: Sequence[RunMetrics], timelines: Sequence[Timeline]) -> style.Picture:
    """Stacked load by kind, mean of the runs."""
    name, title = "load-over-time", "Load over time"
    kinds = kinds_of(runs)
    if not kinds:
        return style.Picture(name, title, "no member sent anything.")
    with style.look(name):
        figure, panels = style.new_figure(4.8, rows=2, sharex=True)
        for axes, field, label in (
            (panels[0], "messages_per_second", "messages a member\nand second"),
            (panels[1], "bytes_per_second", "bytes a member\nand second"),
        ):
            stack = np.array([per_member(runs, field, kind) for kind in kinds])
            seconds = np.arange(stack.shape[1] + 1)
            # The last second is repeated, so that its step has a width.
            axes.stackplot(
                seconds,
                np.column_stack([stack, stack[:, -1]]),
                step="post",
                colors=[kind_colour(k) for k in kinds],
                edgecolor="white",
                linewidth=0.25,
            )
            axes.set_ylabel(label)
            axes.set_xlim(0, seconds[-1])
            style.zero_based(axes)
            mark_timeline(axes, timelines, float(seconds[-1]), named=axes is panels[0])
        panels[1].set_xlabel("simulated time (s)")
        panels[0].legend(
            handles=[Patch(color=kind_colour(kind), label=kind) for kind in reversed(kinds)],
            loc="center left",
            bbox_to_anchor=(1.0, 0.5),
            handlelength=1.2,
        )
    text = (
        f"What a member sends each second, mean of all members and of {count(len(runs), 'run')}; the"
        " heights of the kinds add up. A datagram that carries several messages counts once, as the"
        " kind of the first. Bytes are UDP and TCP payload."
    ) + marks_text(timelines)
    return style.Picture(name, title, text, figure)


def kinds_of(runs: Sequence[RunMetrics]) -> list[str]:
    """The kinds that were sent at all, in the order of their colours."""
    sent = {kind for run in runs for kind, messages in run.traffic.messages.items() if messages}
    known = [kind for kind in KIND_COLOURS if kind in sent]
    return known + sorted(sent - set(known))


def kind_colour(kind: str) -> str:
    """The colour of a kind in every figure."""
    return KIND_COLOURS.get(kind, style.GREY)


def per_member(runs: Sequence[RunMetrics], field: str, kind: str) -> np.ndarray:
    """A kind's series, divided by the members, mean of the runs."""
    length = max(len(series) for run in runs for series in getattr(run.traffic, field).values())
    total = np.zeros(length)
    for run in runs:
        series = getattr(run.traffic, field).get(kind, [])
        total[: len(series)] += np.asarray(series, dtype=float) / run.traffic.members
    return total / len(runs)
