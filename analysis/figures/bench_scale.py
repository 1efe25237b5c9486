# SPDX-License-Identifier: GPL-2.0-only
"""What a simulated member-second and a member's memory cost, against the size of the cluster.

Both scales are logarithmic: a cost that does not depend on the size is a level line, one that grows
with it a straight one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from analysis.figures import style


@dataclass(frozen=True)
class Point:
    """A cluster of so many members, and as many in the bare exchange."""

    members: int
    member_second_s: float
    bare_member_second_s: float
    member_bytes: float
    bare_member_bytes: float


def draw(points: Sequence[Point]) -> style.Picture:
    """Cost of a member-second on the left, memory of a member on the right."""
    name, title = "scale", "What a simulated member costs"
    with style.look(name):
        figure, (time, memory) = style.new_figure(3.0, columns=2)
        _lines(
            time,
            [(p.members, p.member_second_s * 1e9, p.bare_member_second_s * 1e9) for p in points],
        )
        time.set_title("processor time")
        time.set_ylabel("ns a simulated member-second")
        _lines(
            memory,
            [(p.members, p.member_bytes / 1e3, p.bare_member_bytes / 1e3) for p in points],
        )
        memory.set_title("memory")
        memory.set_ylabel("kB a member")
        time.legend()
    return style.Picture(
        name,
        title,
        "A quiet cluster on the network of paths, and as many messages as bare events of ns-3's"
        " scheduler; medians.",
        figure,
    )


def _lines(axes: Axes, rows: Sequence[tuple[int, float, float]]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("members")
    for index, label in enumerate(("Swimlab", "bare exchange")):
        axes.plot(
            [row[0] for row in rows],
            [row[1 + index] for row in rows],
            marker=style.MARKERS[index],
            label=label,
            **style.series_style(index),
        )
