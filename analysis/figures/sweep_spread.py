# SPDX-License-Identifier: GPL-2.0-only
"""How the news of a crash spreads at each point of a sweep: one curve a point.

The first axis is told by colour, the second by dashes; a third one is not told, since nobody could
follow it.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib
from matplotlib.lines import Line2D

from analysis.campaign import statistics
from analysis.figures import style
from analysis.figures.detection import NO_CRASH, settled_s, share_axis
from analysis.figures.sweep_data import Axis
from analysis.run.metrics import RunMetrics

BRIGHTEST = 0.88
"""Where the colour map is cut: its bright end does not show on white."""


def draw(
    axes_of_sweep: Sequence[Axis],
    runs_by_point: Sequence[tuple[dict[str, str], list[RunMetrics]]],
) -> style.Picture:
    """Share of members that know against time since the crash, median over the runs of a point."""
    name, title = "sweep-dissemination", "How the news of a crash spreads"
    bands = [(point, statistics.dissemination_band(runs)) for point, runs in runs_by_point]
    bands = [(point, band) for point, band in bands if band.time_s]
    if not bands:
        return style.Picture(name, title, NO_CRASH)
    told = axes_of_sweep[:2]
    with style.look(name):
        figure, (axes,) = style.new_figure(3.4)
        until_s = max(settled_s(band) for _, band in bands)
        for point, band in bands:
            # A band ends where nothing changes any more; its line goes on.
            time_s = [*band.time_s, max(until_s, band.time_s[-1])]
            share = [*band.median, band.median[-1]]
            axes.plot(time_s, share, linewidth=1.3, **_look(told, point))
        share_axis(axes, "share of members that know")
        axes.set_xlim(0, until_s)
        handles = []
        for axis in told:
            handles.append(Line2D([], [], linestyle="", label=axis.words))
            handles += [
                Line2D([], [], label=value, **_look([axis], {axis.key: value}, axis is not told[0]))
                for value in axis.values
            ]
        axes.legend(handles=handles, loc="center left", bbox_to_anchor=(1.0, 0.5))
    text = (
        "Share of the live members that have declared a crashed member dead, against the time"
        " since its crash; each line is the median over the runs of one point."
    )
    if len(axes_of_sweep) > len(told):
        text += f" Lines that look alike differ in {', '.join(a.words for a in axes_of_sweep[2:])}."
    return style.Picture(name, title, text, figure)


def _look(
    axes_of_sweep: Sequence[Axis], point: dict[str, str], only_dashes: bool = False
) -> dict[str, object]:
    places = [axis.values.index(str(point[axis.key])) for axis in axes_of_sweep]
    if only_dashes:
        return {"color": style.BLACK, "linestyle": style.DASHES[places[0] % len(style.DASHES)]}
    steps = max(1, len(axes_of_sweep[0].values) - 1)
    return {
        "color": matplotlib.colormaps[style.MAGNITUDE_MAP](BRIGHTEST * places[0] / steps),
        "linestyle": style.DASHES[places[1] % len(style.DASHES)] if len(places) > 1 else "-",
    }
