# SPDX-License-Identifier: GPL-2.0-only
"""Systems over each other: when crashes are noticed, how the news spreads, what it costs. One colour
and dash a system in all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis.campaign import statistics
from analysis.campaign.text import count
from analysis.calibration.calibration import Calibration
from analysis.campaign.observable import NOT_OBSERVABLE
from analysis.calibration.quantities import mean_by_kind, quiet, whole
from analysis.calibration.systems import System
from analysis.figures import style
from analysis.figures.detection import draw_cdf, share_axis
from analysis.figures.load import kind_colour, kinds_of
from analysis.figures.timeline import mark_timeline
from analysis.run.metrics import RunMetrics


def look_of(system: System) -> dict[str, object]:
    """Colour and dashes of a system, the same in every figure; those of LABELS' in every report."""
    return style.series_style(system.place)


def times(calibration: Calibration) -> style.Picture:
    """Cumulative distributions of the milestones, and the share of members that know over time."""
    name, title = "calibration-times", "From the crash on"
    if not any(system.crashes for system in calibration.systems):
        return style.Picture(name, title, "no member crashed in this scenario.")
    with style.look(name):
        figure, panels = style.new_figure(5.6, rows=2, columns=2)
        for axes, key, heading in (
            (panels[0], "first_suspect_s", "First suspicion"),
            (panels[1], "first_dead_s", "First dead"),
            (panels[2], "full_dissemination_s", "Known to all"),
        ):
            share_axis(axes, "share of crashes")
            axes.set_title(heading)
            _cdfs(axes, calibration, key)
        share_axis(panels[3], "share of members")
        panels[3].set_title("Members that know")
        _spreading(panels[3], calibration.systems)
        _legend(figure, calibration.systems)
    text = (
        "Share of the crashes that had come to each stage within the time since the crash, all runs"
        " of a system together; and the share of the living members that held the crashed one for"
        " dead, mean of the runs. Lines that lie on each other are systems that agree. The time axes begin shortly"
        " before the first of all."
    ) + _sizes(calibration)
    return style.Picture(name, title, text, figure)


def stages(calibration: Calibration) -> style.Picture:
    """The two stages after the first suspicion by themselves: how late the first suspicion came
    moves all that follows, and hides how they compare."""
    name, title = "calibration-stages", "Stage by stage"
    shown = [
        (key, heading)
        for key, heading in (
            ("suspicion_s", "First suspicion to first dead"),
            ("spread_s", "First dead to known to all"),
        )
        if any(_times(calibration, system, key) for system in calibration.systems)
    ]
    if not shown:
        return style.Picture(name, title, "no crash came so far.")
    with style.look(name):
        figure, panels = style.new_figure(3.1, columns=len(shown))
        for axes, (key, heading) in zip(panels, shown):
            share_axis(axes, "share of crashes")
            axes.set_title(heading)
            _cdfs(axes, calibration, key)
            axes.set_xlabel("time the stage took (s)")
        _legend(figure, calibration.systems)
    text = (
        "Time that the suspicion ran, and time that the news took to the last member, without the"
        " wait for the first suspicion, which is a matter of luck and moves both."
    ) + _sizes(calibration)
    return style.Picture(name, title, text, figure)


def load_by_kind(calibration: Calibration) -> style.Picture:
    """What a member sends a second, by kind, in the quiet part of the run and in all of it."""
    name, title = "calibration-load", "Load by kind"
    systems = calibration.systems
    kinds = kinds_of([run for system in systems for run in system.runs])
    if not kinds:
        return style.Picture(name, title, "no record of any system counts traffic.")
    spans = [(quiet(calibration.phases), "quiet"), (whole(calibration.phases), "whole run")]
    parts = [(span, label) for span, label in spans if span]
    with style.look(name):
        figure, panels = style.new_figure(
            0.6 + (0.9 + 0.3 * len(systems)) * len(parts),
            rows=len(parts),
            columns=2,
            sharey=True,
            sharex="col",
        )
        for row, (part, label) in enumerate(parts):
            for axes, what in zip(panels[2 * row :], ("messages", "bytes")):
                _bars(axes, systems, kinds, what, part)
                axes.set_title(f"{what.capitalize()}, {label}")
        for axes, what in zip(panels[-2:], ("messages", "bytes")):
            axes.set_xlabel(f"{what} a member and second")
        _above(figure, [Patch(color=kind_colour(kind), label=kind) for kind in kinds])
    text = (
        "Sent by a member in a second, mean of members and runs; push-pull and stream messages go"
        " over TCP. Quiet is the time before the first event."
    )
    return style.Picture(name, title, text, figure)


def load_over_time(calibration: Calibration) -> style.Picture:
    """Messages a member and second against time."""
    name, title = "calibration-load-over-time", "Load over time"
    systems = [system for system in calibration.systems if system.counts_traffic]
    if not systems:
        return style.Picture(name, title, "no record of any system counts traffic.")
    end_s = calibration.phases.end_s
    with style.look(name):
        figure, (axes,) = style.new_figure(3.0)
        for system in systems:
            rates = np.mean([_per_second(run, end_s) for run in system.runs], axis=0)
            seconds = np.arange(end_s + 1)
            axes.step(seconds, [*rates, rates[-1]], where="post", **look_of(system))
        axes.set_xlabel("time (s)")
        axes.set_ylabel("messages a member\nand second")
        axes.set_xlim(0, end_s)
        style.zero_based(axes)
        timelines = [info.raw["timeline"] for info in calibration.reference.infos]
        mark_timeline(axes, timelines, float(end_s))
        _legend(figure, systems)
    text = "What a member sends each second, mean of members and runs, all kinds together."
    return style.Picture(name, title, text, figure)


def _sizes(calibration: Calibration) -> str:
    """How much each curve is of."""
    listed = ", ".join(
        f"{system.label} {count(len(system.crashes), 'crash', 'crashes')} in"
        f" {count(len(system.runs), 'run')}"
        for system in calibration.systems
    )
    return f" n: {listed}."


def _times(calibration: Calibration, system: System, key: str) -> list[float]:
    values = calibration.values[system.name][key]
    return [value for of_run in values or [] for value in of_run]


def _cdfs(axes: Axes, calibration: Calibration, key: str) -> None:
    reached = [(system, _times(calibration, system, key)) for system in calibration.systems]
    observed = [value for _, values in reached for value in values]
    left_s, right_s = _window(observed)
    for system, values in reached:
        if values:
            draw_cdf(axes, values, len(system.crashes), right_s, **look_of(system))
    axes.set_xlim(left_s, right_s)


def _spreading(axes: Axes, systems: Sequence[System]) -> None:
    curves = [(system, statistics.mean_dissemination(system.runs)) for system in systems]
    moving: list[float] = []
    for _, curve in curves:
        moving += [
            time_s
            for time_s, share in zip(curve.time_s, curve.share)
            if curve.share[0] < share < curve.share[-1]
        ]
    left_s, right_s = _window(moving)
    for system, curve in curves:
        if curve.time_s:
            times_s, shares = [*curve.time_s, right_s], [*curve.share, curve.share[-1]]
            axes.plot(times_s, shares, **look_of(system))
    axes.set_xlim(left_s, right_s)


def _window(values: Sequence[float]) -> tuple[float, float]:
    """The part of a time axis in which something happens. Never so narrow that a difference of no
    account looks large."""
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    room = 0.1 * max(high - low, 0.2 * high)
    return max(0.0, low - 2 * room), high + 2 * room


def _bars(
    axes: Axes, systems: Sequence[System], kinds: Sequence[str], what: str, part: tuple[int, int]
) -> None:
    """One stacked bar a system, the reference on top."""
    for place, system in enumerate(systems):
        rates = mean_by_kind(system, what, part)
        if not rates:
            axes.text(0.0, place, f" {NOT_OBSERVABLE}", va="center", color=style.GREY)
        left = 0.0
        for kind in kinds:
            width = rates.get(kind, 0.0)
            axes.barh(
                place,
                width,
                left=left,
                height=0.65,
                color=kind_colour(kind),
                edgecolor="white",
                linewidth=0.25,
            )
            left += width
    axes.set_yticks(range(len(systems)), [system.label for system in systems])
    axes.set_ylim(len(systems) - 0.5, -0.5)
    style.grid_along_values_only(axes, "x")


def _per_second(run: RunMetrics, end_s: int) -> np.ndarray:
    total = np.zeros(end_s)
    for sums in run.traffic.messages_per_second.values():
        total += np.asarray(sums[:end_s], dtype=float)
    return total / run.traffic.members


def _legend(figure: Figure, systems: Sequence[System]) -> None:
    handles = [Line2D([], [], label=system.label, **look_of(system)) for system in systems]
    _above(figure, handles)


def _above(figure: Figure, handles: Sequence[Artist], columns: int = 5) -> None:
    """A legend over all panels, in room of its own."""
    rows = math.ceil(len(handles) / columns)
    share = (0.1 + 0.2 * rows) / figure.get_figheight()
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - share))
    figure.legend(handles=handles, loc="upper center", ncols=min(columns, len(handles)))
