# SPDX-License-Identifier: GPL-2.0-only
"""What quicker detection costs: the points of a sweep by detection time, load and wrong deaths.

Whoever tunes a cluster chooses on this picture: left is cheaper, down is quicker, and the colour
says how often a choice buries the living. A choice is beaten only by one that is as good in all
three, and better in one by more than chance: points whose intervals overlap are not told apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from analysis.campaign.text import count, listing
from analysis.figures import style
from analysis.figures.sweep_data import AXIS_METRICS, Axis, Estimate, Metric, Point

POINTS_NAMED_AT_MOST = 24
OBJECTIVES = ("dead", "bytes", "false")
"""What a choice is judged by; of each less is better."""


def draw(
    axes_of_sweep: Sequence[Axis], points: Sequence[Point], whole: str = "sweep"
) -> style.Picture:
    """Detection time against load, coloured by wrong deaths; faded what another point beats. `whole` is
    what the points are of."""
    name, title = "trade-off", "What quicker detection costs"
    speed, load, errors = (next(m for m in AXIS_METRICS if m.key == k) for k in OBJECTIVES)
    drawn = [
        p
        for p in points
        if p.estimates[speed.key].value is not None and p.estimates[load.key].value is not None
    ]
    if not drawn:
        return style.Picture(
            name,
            title,
            f"no crash was noticed in this {whole}, so there is no detection time to weigh.",
        )
    x = np.array([p.estimates[load.key].value for p in drawn])
    y = np.array([p.estimates[speed.key].value for p in drawn])
    wrong = np.array([p.estimates[errors.key].value or 0.0 for p in drawn])
    kept = unbeaten(drawn)
    with style.look(name):
        figure, (axes,) = style.new_figure(3.9)
        for point, px, py in zip(drawn, x, y):
            _cross(axes, px, py, point.estimates[load.key], point.estimates[speed.key])
        for of_front in (False, True):
            chosen = [i for i in range(len(drawn)) if (i in kept) == of_front]
            marks = axes.scatter(
                x[chosen],
                y[chosen],
                c=wrong[chosen],
                cmap=style.MAGNITUDE_MAP,
                s=56 if of_front else 26,
                marker="o" if of_front else "s",
                edgecolors="black" if of_front else style.GREY,
                linewidths=1.2 if of_front else 0.5,
                zorder=3 + of_front,
                vmin=0,
                vmax=max(wrong.max(), 1e-9),
            )
        axes.set_xlabel(load.label)
        axes.set_ylabel(speed.label)
        axes.margins(0.14, 0.12)
        style.zero_based(axes)
        if wrong.any():
            figure.colorbar(marks, ax=axes, label=errors.label, pad=0.02)
        if len(drawn) <= POINTS_NAMED_AT_MOST:
            _name_points(axes, drawn, axes_of_sweep, x, y)
    return style.Picture(name, title, _caption(axes_of_sweep, drawn, kept, errors, whole), figure)


def _caption(
    axes_of_sweep: Sequence[Axis],
    points: Sequence[Point],
    kept: Sequence[int],
    errors: Metric,
    whole: str,
) -> str:
    text = (
        f"Each mark is a point of the {whole}, named by its settings ("
        + ", ".join(axis.words for axis in axes_of_sweep)
        + "). Down is quicker, left is cheaper"
    )
    if any(point.estimates[errors.key].value for point in points):
        text += ", brighter has more wrong deaths. "
    else:
        bound = max((point.estimates[errors.key].high or 0.0) for point in points)
        seen = f", which means fewer than {bound:.2g} a run at each (95 %)" if bound else ""
        text += f". No point had a wrong death{seen}. "
    beaten = [p for i, p in enumerate(points) if i not in kept]
    names = [_name(p, axes_of_sweep) for p in beaten]
    text += (
        f"Large discs are the {count(len(kept), 'choice')} that no other beats: a small square has"
        " another point that is as good in time, load and wrong deaths, and better in one of them by"
        " more than the 95 % intervals (thin bars) leave open. "
    )
    text += (
        f"Beaten: {listing(names, 12)}."
        if beaten
        else "None is beaten beyond chance; more runs would tell more of them apart."
    )
    return text


def _cross(axes: Axes, x: float, y: float, across: Estimate, up: Estimate) -> None:
    for estimate, xs, ys in (
        (across, [across.low, across.high], [y, y]),
        (up, [x, x], [up.low, up.high]),
    ):
        if estimate.low is not None and estimate.high is not None:
            axes.plot(xs, ys, color=style.GREY, linewidth=0.9, zorder=2)


def unbeaten(points: Sequence[Point]) -> list[int]:
    """Indices of the points that no other beats."""
    return [
        i
        for i, point in enumerate(points)
        if not any(beats(other, point) for j, other in enumerate(points) if j != i)
    ]


def beats(one: Point, other: Point) -> bool:
    """Whether it is as good in every objective, and in one better by more than chance."""
    pairs = [(one.estimates[key], other.estimates[key]) for key in OBJECTIVES]
    if any(a.value is None or b.value is None or a.value > b.value for a, b in pairs):
        return False
    return any(a.high is not None and b.low is not None and a.high < b.low for a, b in pairs)


def _name(point: Point, of: Sequence[Axis]) -> str:
    return ", ".join(point.settings[axis.key] for axis in of)


def _name_points(
    axes: Axes, points: Sequence[Point], of: Sequence[Axis], x: np.ndarray, y: np.ndarray
) -> None:
    """Names the points, from the left; one whose name would lie over another's goes without."""
    taken: list[Bbox] = []
    for i in np.argsort(x, kind="stable"):
        text = _name(points[i], of)
        name = axes.annotate(
            text, (x[i], y[i]), (5, 4), textcoords="offset points", ha="left", va="bottom", zorder=4
        )
        box = name.get_window_extent()
        if any(box.overlaps(other) for other in taken):
            name.remove()
        else:
            taken.append(box)
