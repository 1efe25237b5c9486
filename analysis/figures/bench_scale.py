# SPDX-License-Identifier: GPL-2.0-only
"""What a simulated member-second and a member's memory cost, against the size of the cluster.

Both scales are logarithmic: a cost that does not depend on the size is a level line, one that grows
with it a straight one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter

from analysis.figures import style


@dataclass(frozen=True)
class Point:
    """A cluster of so many members, and as many in the bare exchange."""

    members: int
    member_second_s: float
    bare_member_second_s: float
    member_bytes: tuple[float, float] | None
    """Ours, bare exchange; None where it is too little to tell."""


def draw(points: Sequence[Point]) -> style.Picture:
    """Cost of a member-second on the left, memory of a member on the right."""
    name, title = "scale", "What a simulated member costs"
    times = [(p.members, p.member_second_s * 1e9, p.bare_member_second_s * 1e9) for p in points]
    memory = [(p.members, *p.member_bytes) for p in points if p.member_bytes is not None]
    with style.look(name):
        figure, axes = style.new_figure(3.0, columns=2)
        _lines(axes[0], times, "processor time", "ns a simulated member-second")
        _lines(axes[1], memory, "memory", "bytes a member")
        axes[0].legend()
    return style.Picture(
        name,
        title,
        "A quiet cluster on the network of paths, and as many messages as bare events of ns-3's"
        " scheduler; medians.",
        figure,
    )


def _lines(
    axes: Axes, rows: Sequence[tuple[int, float, float]], title: str, value_label: str
) -> None:
    shown = [row for row in rows if min(row) > 0]  # the others have no logarithm
    for index, label in enumerate(("Swimlab", "bare exchange")):
        axes.plot(
            [row[0] for row in shown],
            [row[1 + index] for row in shown],
            marker=style.MARKERS[index],
            label=label,
            **style.series_style(index),
        )
    axes.set_title(title)
    axes.set_xlabel("members")
    axes.set_ylabel(value_label)
    if not shown:
        return
    axes.set_xscale("log")
    axes.set_yscale("log")
    values = [value for row in shown for value in row[1:]]
    # Whole decades, so that a slope looks the same on both sides and in every run; no mark is cut.
    lowest, highest = (math.floor(math.log10(v)) for v in (0.9 * min(values), 1.1 * max(values)))
    axes.set_ylim(10**lowest, 10 ** (highest + 1))
    axes.xaxis.set_major_formatter(FuncFormatter(_members_text))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_formatter(NullFormatter())


def _members_text(value: float, _: int) -> str:
    """ "100", "10 k", "1 M": as wide as there is room for."""
    for unit, letter in ((1_000_000, " M"), (1000, " k")):
        if value >= unit:
            return f"{value / unit:.0f}{letter}"
    return f"{value:.0f}"
