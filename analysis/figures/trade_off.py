# SPDX-License-Identifier: GPL-2.0-only
"""What quicker detection costs: the points of a sweep by their detection time and their load.

Whoever tunes a cluster chooses on this picture: left is cheaper, down is quicker, and the colour
says how often a choice buries the living.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from analysis.figures import style
from analysis.figures.sweep_data import AXIS_METRICS, Axis, Estimate, Point

POINTS_NAMED_AT_MOST = 24


def draw(axes_of_sweep: Sequence[Axis], points: Sequence[Point]) -> style.Picture:
    """Detection time against load, coloured by false positives; the line joins the points that
    nothing beats."""
    name, title = "trade-off", "What quicker detection costs"
    speed, load, errors = (
        next(m for m in AXIS_METRICS if m.key == k) for k in ("dead", "bytes", "false")
    )
    drawn = [
        p
        for p in points
        if p.estimates[speed.key].value is not None and p.estimates[load.key].value is not None
    ]
    if not drawn:
        return style.Picture(
            name,
            title,
            "no crash was noticed in this sweep, so there is no detection time to weigh.",
        )
    x = np.array([p.estimates[load.key].value for p in drawn])
    y = np.array([p.estimates[speed.key].value for p in drawn])
    colour = np.array([p.estimates[errors.key].value or 0.0 for p in drawn])
    with style.look(name):
        figure, (axes,) = style.new_figure(3.9)
        for point, px, py in zip(drawn, x, y):
            _cross(axes, px, py, point.estimates[load.key], point.estimates[speed.key])
        front = unbeaten(x, y)
        axes.plot(
            x[front],
            y[front],
            color=style.GREY,
            linewidth=1.0,
            linestyle=style.DASHES[1],
            zorder=1.5,
        )
        marks = axes.scatter(
            x,
            y,
            c=colour,
            cmap=style.MAGNITUDE_MAP,
            s=52,
            edgecolors="black",
            linewidths=0.6,
            zorder=3,
            vmin=0,
            vmax=max(colour.max(), 1e-9),
        )
        axes.set_xlabel(load.label)
        axes.set_ylabel(speed.label)
        axes.margins(0.14, 0.12)
        style.zero_based(axes)
        if colour.any():
            figure.colorbar(marks, ax=axes, label=errors.label, pad=0.02)
        if len(drawn) <= POINTS_NAMED_AT_MOST:
            _name_points(axes, drawn, axes_of_sweep, x, y)
    text = (
        "Each disc is a point of the sweep, named by its settings ("
        + ", ".join(axis.label for axis in axes_of_sweep)
        + "). Down is quicker, left is cheaper; the dashed line joins the points that no other"
        " beats in both. "
        + (
            "Brighter discs have more false positives. "
            if colour.any()
            else "No point had a false positive. "
        )
        + "Thin bars are 95 % intervals."
    )
    return style.Picture(name, title, text, figure)


def _cross(axes: Axes, x: float, y: float, across: Estimate, up: Estimate) -> None:
    for estimate, xs, ys in (
        (across, [across.low, across.high], [y, y]),
        (up, [x, x], [up.low, up.high]),
    ):
        if estimate.low is not None and estimate.high is not None:
            axes.plot(xs, ys, color=style.GREY, linewidth=0.9, zorder=2)


def unbeaten(x: np.ndarray, y: np.ndarray) -> list[int]:
    """Indices of the points with no other point at most as high and at most as far right, from
    left to right."""
    front: list[int] = []
    for i in sorted(range(len(x)), key=lambda i: (x[i], y[i])):
        if not front or y[i] < y[front[-1]]:
            front.append(i)
    return front


def _name_points(
    axes: Axes, points: Sequence[Point], of: Sequence[Axis], x: np.ndarray, y: np.ndarray
) -> None:
    """Names the points, from the left; one whose name would lie over another's goes without."""
    taken: list[Bbox] = []
    for i in np.argsort(x, kind="stable"):
        text = ", ".join(points[i].settings[axis.key] for axis in of)
        name = axes.annotate(
            text, (x[i], y[i]), (5, 4), textcoords="offset points", ha="left", va="bottom", zorder=4
        )
        box = name.get_window_extent()
        if any(box.overlaps(other) for other in taken):
            name.remove()
        else:
            taken.append(box)
