# SPDX-License-Identifier: GPL-2.0-only
"""Lifeguard's Figures 2 and 3 with what was measured, and the judge's cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

from analysis.figures import style
from analysis.papers.lifeguard_2018.measured import per_run
from analysis.papers.published import Published

REPETITIONS = 480
"""Runs of the paper for each C: 48 pairs of D and I, ten times."""
SHOWN = ("SWIM", "Lifeguard")


def by_slow_members(
    accuracy: Mapping[str, Any], published: Published, part: str, of: str, name: str, title: str
) -> style.Picture:
    """False positives of a run against C, ours with intervals and the paper's, both configurations."""
    with style.look(name):
        figure, axes = style.new_figure(height_in=3.4)
        for number, config in enumerate(SHOWN):
            _draw(
                axes[0], accuracy[config]["by_slow"], published.of(of, config=config), part, number
            )
        axes[0].set_yscale("symlog", linthresh=0.01)
        axes[0].set_xlabel("slow members, C")
        axes[0].set_ylabel("false positives a run")
        axes[0].legend(ncols=2, loc="best")
        return style.Picture(
            name,
            title,
            "Means of a run, over all slow times D and normal times I. Bars are 95 % intervals over the "
            "repetitions. Open marks are the paper's.",
            figure,
        )


def _draw(axes: Axes, by_slow: Mapping[str, Any], paper: Any, part: str, number: int) -> None:
    config = SHOWN[number]
    colour, marker = style.SERIES[number], style.MARKERS[number]
    ours = [(int(slow), per_run(sums, part)) for slow, sums in by_slow.items()]
    slow, means = [each[0] for each in ours], [each[1].value or 0 for each in ours]
    axes.plot(slow, means, color=colour, marker=marker, label=f"{config}, here")
    for place, estimate in ours:
        if estimate.interval:
            axes.plot([place, place], estimate.interval, color=colour, linewidth=1)
    axes.plot(
        [int(each.where["C"]) for each in paper],
        [each.value / REPETITIONS for each in paper],
        color=colour,
        marker=marker,
        markerfacecolor="white",
        linestyle=(0, (4, 2)),
        label=f"{config}, paper",
    )
