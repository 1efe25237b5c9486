# SPDX-License-Identifier: GPL-2.0-only
"""What each measure depends on: Sobol's indices of each setting, alone and with all others."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from analysis.figures import style
from analysis.study.estimates import Estimate
from analysis.tune.result import Result, Sensitivity
from analysis.tune.words import setting_name, told

NAME, TITLE = "sensitivity", "Which setting matters for what"
PANELS_AT_MOST = 4
NAME_CHARACTERS = 26
BAR, INNER, ASIDE = 0.62, 0.3, 0.2


def draw(result: Result) -> style.Picture:
    """A panel a measure, a bar a setting, what matters most on top."""
    names = list(dict.fromkeys(each.measure for each in result.sensitivity))
    if not names:
        return style.Picture(NAME, TITLE, "too few runs were made to tell.")
    shown = names[:PANELS_AT_MOST]
    keys = _order(result.sensitivity)
    height = 1.15 + 0.33 * max(2, len(keys))
    with style.look(NAME):
        figure, panels = style.new_figure(height, columns=len(shown), sharey=True, sharex=True)
        for axes, name in zip(panels, shown):
            found = {each.axis: each for each in result.sensitivity if each.measure == name}
            for row, key in enumerate(keys):
                if key in found:
                    _bars(axes, row, found[key])
            axes.set_title(
                style.in_lines(told(result, name).words, 66 // (len(shown) + 1)), fontsize=9
            )
            style.grid_along_values_only(axes, "x")
        labels = [_name_in_lines(setting_name(result, key)) for key in keys]
        panels[0].set_yticks(range(len(keys)), labels)
        panels[0].set_ylim(len(keys) - 0.5, -0.5)
        panels[0].set_xlim(0, 1)
        panels[0].set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        figure.get_layout_engine().set(rect=(0, 0, 1, 1 - 0.3 / height))
        figure.legend(
            handles=[
                Patch(color=style.BLUE, label="alone (first order)"),
                Patch(color=style.SKY, alpha=0.55, label="with all others (total)"),
            ],
            loc="upper center",
            ncol=2,
        )
        figure.supxlabel("share of the variance over the whole search space", fontsize=9)
    text = (
        "Sobol's indices over the ranges that were searched, of the model that the search made of all runs:"
        " the share of a measure's variance that a setting brings alone, and together with what it does"
        " only in company with others. Bars with ends are 95 % intervals. A setting with a short bar in"
        " every panel may have any value without changing much."
    )
    if len(names) > len(shown):
        left = ", ".join(told(result, name).words for name in names[len(shown) :])
        text += f" Not drawn: {left}; the table below has it."
    return style.Picture(NAME, TITLE, text, figure)


def _order(found: Sequence[Sensitivity]) -> list[str]:
    most: dict[str, float] = {}
    for each in found:
        most[each.axis] = max(most.get(each.axis, -1.0), each.total.value or 0.0)
    return sorted(most, key=lambda key: (-most[key], key))


def _name_in_lines(text: str) -> str:
    """A long name of a product is broken at its dot."""
    head, dot, rest = text.partition(".")
    if len(text) <= NAME_CHARACTERS or not dot:
        return style.in_lines(text, NAME_CHARACTERS, 2)
    return "\n".join(style.in_lines(part, NAME_CHARACTERS, 1) for part in (head + dot, rest))


def _bars(axes: Axes, row: int, each: Sensitivity) -> None:
    for found, height, look, aside in (
        (each.total, BAR, {"color": style.SKY, "alpha": 0.55}, ASIDE),
        (each.first, INNER, {"color": style.BLUE}, 0.0),
    ):
        if found.value is None:
            continue
        axes.barh(row, max(0.0, found.value), height=height, **look)
        _whisker(axes, row + aside, found)


def _whisker(axes: Axes, row: float, found: Estimate) -> None:
    if found.interval is None or not all(map(math.isfinite, found.interval)):
        return
    low, high = (min(max(end, 0.0), 1.0) for end in found.interval)
    axes.plot([low, high], [row, row], color="black", linewidth=1.0, marker="|", markersize=5)
