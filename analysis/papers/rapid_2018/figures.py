# SPDX-License-Identifier: GPL-2.0-only
"""The figures of rapid_2018: bootstrap times by size, and what processes report over time, as the paper draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.figures import style
from analysis.papers.published import Published

NAME = "rapid-2018"
FIGURE_7_S = 150
"""Its axis."""
Numbers = Mapping[str, Any]

TITLES = {
    "flip-flop": "suspicion_mult = 4",
    "flip-flop-5": "suspicion_mult = 5",
    "loss-out": "of what they send",
    "loss-in": "of what they receive",
}


def bootstrap(numbers: Numbers, published: Published) -> style.Picture:
    """Figure 5: each run a dot, the paper's bars beside them."""
    name = f"{NAME}-bootstrap"
    sizes = sorted(numbers["bootstrap"], key=int)
    with style.look(name):
        figure, (axes,) = style.new_figure(2.8)
        for place, size in enumerate(sizes):
            theirs = published[f"fig5.{size}"]
            assert theirs.low is not None and theirs.high is not None
            axes.errorbar(
                [place - 0.12],
                [theirs.value],
                [[theirs.value - theirs.low], [theirs.high - theirs.value]],
                fmt="s",
                color=style.BLACK,
                capsize=3,
                label="published mean and bar" if place == 0 else None,
            )
            times = [t for t in numbers["bootstrap"][size]["agreed_s"] if t is not None]
            axes.plot(
                [place + 0.12] * len(times),
                times,
                "o",
                color=style.BLUE,
                fillstyle="none",
                label="our runs" if place == 0 else None,
            )
        axes.set_xticks(range(len(sizes)), sizes)
        axes.set_xlim(-0.6, len(sizes) - 0.4)
        style.zero_based(axes)
        style.grid_along_values_only(axes)
        axes.set_xlabel("processes")
        axes.set_ylabel("all right after (s)")
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    text = "Time from the seed's start until every process reports the size of the cluster; runs that never did are left out."
    return style.Picture(name, "Bootstrap", text, figure)


def timeline(numbers: Numbers) -> style.Picture:
    """Figure 7, memberlist's panel."""
    name = f"{NAME}-timeline"
    size, series = numbers["timeline"]["members"], numbers["timeline"]["series"]
    with style.look(name):
        figure, (axes,) = style.new_figure(2.6)
        _reports(axes, series, FIGURE_7_S)
        style.zero_based(axes)
        axes.set_xlim(0, FIGURE_7_S)
        axes.set_xlabel("time since the seed's start (s)")
        axes.set_ylabel("reported size")
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    text = (
        f"What {size} processes report in each second of one run while the cluster forms: the median, and the band from the"
        " least to the greatest. Compare figure 7 of the paper."
    )
    return style.Picture(name, f"{size} processes join", text, figure)


def fault(numbers: Numbers, scenarios: Sequence[str], word: str) -> style.Picture:
    """Figures 9 and 10, a panel a reading."""
    name = f"{NAME}-{word}"
    rows = (len(scenarios) + 1) // 2 if len(scenarios) > 1 else 1
    columns = 2 if len(scenarios) > 1 else 1
    with style.look(name):
        figure, panels = style.new_figure(0.9 + 1.9 * rows, rows, columns, sharex=True, sharey=True)
        for axes, scenario in zip(panels, scenarios):
            of = numbers["faults"][scenario]
            _reports(axes, of["series"], of["simulated_s"])
            axes.set_title(TITLES.get(scenario, scenario), fontsize=9.0)
            axes.axvline(90, color=style.GREY, linewidth=0.8, linestyle=":")
            axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
            axes.set_xlim(0, of["simulated_s"])
        for place, axes in enumerate(panels):
            axes.set_visible(place < len(scenarios))
            if place % columns == 0:
                axes.set_ylabel("reported size")
            if place // columns == rows - 1:
                axes.set_xlabel("time (s)")
        below = panels[(rows - 1) * columns]
        below.legend(loc="upper left", bbox_to_anchor=(0.0, -0.3), ncol=2)
    what = "one-way flip-flops" if word == "flip-flop" else "80 % of loss"
    text = (
        f"What the healthy processes report in each second of one run under {what} from 90 s on (dotted): the median, and the"
        " band from the least to the greatest, which is wider than the line only while they disagree."
    )
    return style.Picture(name, f"Reported sizes under {what}", text, figure)


def _reports(axes: Axes, series: Numbers, end_s: float | None = None) -> None:
    seconds = list(series["second"])
    least, median, greatest = (
        np.array(series[key], dtype=float) for key in ("least", "median", "greatest")
    )
    if end_s is not None and seconds[-1] < end_s:
        seconds.append(end_s)
        least, median, greatest = (np.append(of, of[-1]) for of in (least, median, greatest))
    band = {"color": style.SKY, "alpha": 0.6, "linewidth": 0.8, "label": "least to greatest"}
    axes.fill_between(seconds, least, greatest, step="post", **band)
    axes.step(seconds, median, where="post", color=style.BLUE, linewidth=1.2, label="median")
