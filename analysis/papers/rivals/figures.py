# SPDX-License-Identifier: GPL-2.0-only
"""The figures of the page of rivals: who is wrong under which fault, and load by size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.figures import style

NAME = "rivals"
Numbers = Mapping[str, Any]

NONE_WRONG = 0.05
"""Where zero stands on the logarithmic axis."""


def wrong(faults: Numbers, detectors: Sequence[str], titles: Mapping[str, str]) -> style.Picture:
    """A panel a fault, a row a detector: healthy members held for gone, a run."""
    name = f"{NAME}-wrong"
    shown = [fault for fault in titles if fault in faults]
    columns = 3
    rows = -(-len(shown) // columns)
    with style.look(name):
        figure, panels = style.new_figure(0.8 + 2.1 * rows, rows, columns, sharex=True, sharey=True)
        for place, (axes, fault) in enumerate(zip(panels, shown)):
            values = [faults[fault][detector]["mistakes"]["value"] for detector in detectors]
            for row, value in enumerate(values):
                if value is not None:
                    axes.plot(
                        [max(value, NONE_WRONG)],
                        [row],
                        "o",
                        color=style.BLUE if value else style.GREY,
                        fillstyle="full" if value else "none",
                    )
            axes.set_xscale("log")
            axes.axvline(NONE_WRONG, color=style.PALE, linewidth=0.8)
            axes.set_xticks([NONE_WRONG, 1, 100, 10_000], ["0", "1", "100", "10⁴"])
            axes.set_yticks(
                range(len(detectors)), [each.removesuffix("-tuned") for each in detectors]
            )
            axes.set_ylim(len(detectors) - 0.5, -0.5)
            axes.set_title(style.in_lines(titles[fault], 24), fontsize=9.0)
            style.grid_along_values_only(axes, "x")
            if place // columns == rows - 1:
                axes.set_xlabel("mistakes a run")
        for axes in panels[len(shown) :]:
            axes.set_visible(False)
    text = (
        "How often a healthy member came to hold a healthy one for gone, in the mean of the runs, each detector tuned to make a"
        " crash known equally soon. Hollow: none."
    )
    return style.Picture(name, "Who is wrong under which fault", text, figure)


def load(sizes: Numbers, detectors: Sequence[str]) -> style.Picture:
    """Messages and bytes that a member sends in a second, by size."""
    name = f"{NAME}-load"
    with style.look(name):
        figure, panels = style.new_figure(3.2, 1, 2, sharex=True)
        for axes, key, label in (
            (panels[0], "messages_per_member_second", "messages a member and second"),
            (panels[1], "bytes_per_member_second", "bytes a member and second"),
        ):
            for place, detector in enumerate(detectors):
                rows = [
                    (int(size), of[key]["value"])
                    for size, of in sizes[detector].items()
                    if of[key]["value"] is not None
                ]
                if rows:
                    axes.plot(
                        *zip(*rows),
                        **style.series_style(place),
                        markersize=4,
                        label=detector.removesuffix("-tuned"),
                    )
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.set_xlabel("members")
            axes.set_ylabel(label)
            ticks = sorted({int(size) for of in sizes.values() for size in of})
            axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
            axes.minorticks_off()
        panels[1].legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    text = "What a member sends, one crash included, on logarithmic axes."
    return style.Picture(name, "Load by size", text, figure)
