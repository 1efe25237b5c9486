# SPDX-License-Identifier: GPL-2.0-only
"""The figures of the page: the paper's single runs on top of our distributions.

The paper's values are black diamonds in all of them; colours tell our readings apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes

from analysis.figures import style
from analysis.figures.style import Picture
from analysis.papers.cells import Numbers

Value = Callable[[str], float]
"""A published value, by its id."""

PAPER = {"color": style.BLACK, "marker": "D", "linestyle": "none", "markersize": 4.5, "zorder": 5}
BAND = (0.05, 0.95)
VERSIONS = {
    "basic": "SWIM:Basic (multicast)",
    "infection": "SWIM+Inf.",
    "suspicion": "SWIM+Inf.+Susp.",
}
READ_AS = {"stops": ("it stops", style.BLUE), "goes-on": ("it goes on", style.ORANGE)}
"""What a process does that hears of its own death."""


def load(numbers: Numbers, value: Value, bars: Callable[[str], tuple[float, float]]) -> Picture:
    """Figure 2. @param bars of a published value: one standard deviation down and up"""
    name = "swim-2002-load"
    with style.look(name):
        figure, (sent, received) = style.new_figure(3.0, 1, 2, sharey=True)
        for axes, key, title in (
            (sent, "sent", "sent"),
            (received, "received", "received"),
        ):
            rows = numbers["load"]
            members = np.array([row["members"] for row in rows], dtype=float)
            mean = [row[f"{key}_per_period"]["value"] for row in rows]
            sd = [row[f"{key}_per_period_sd"]["value"] for row in rows]
            axes.errorbar(
                members - 0.6, mean, sd, color=style.BLUE, marker="o", capsize=3, ls="none", ms=4
            )
            theirs = [value(f"fig2.{key}.N{row['members']}") for row in rows]
            axes.plot(members + 0.6, theirs, **PAPER)
            if key == "sent":
                for x, row in zip(members + 0.6, rows):
                    low, high = bars(f"fig2.sent.N{row['members']}")
                    axes.plot([x, x], [low, high], color=style.BLACK, linewidth=1)
            axes.set_title(f"Messages {title}")
            axes.set_xlabel("members")
            style.zero_based(axes, 4)
        sent.set_ylabel("a member and period, ± 1 SD")
        sent.legend(
            [sent.containers[0], sent.lines[-1 - len(numbers["load"])]],
            ["Swimlab", "paper"],
            loc="lower left",
        )
    return Picture(
        name,
        "Load against the size of the group",
        "Mean and one standard deviation to either side, over members and periods. The paper gives bars for"
        " what is sent alone.",
        figure,
    )


def _quantiles(values: Sequence[float], share: float) -> float:
    return float(np.quantile(values, share, method="inverted_cdf"))


def _band(axes: Axes, rows: Sequence[Numbers], key: str, label: str, color: str, dash: str) -> None:
    members = [row["members"] for row in rows]
    low, high = ([_quantiles(row[key]["values"], share) for row in rows] for share in BAND)
    axes.fill_between(members, low, high, color=color, alpha=0.18, linewidth=0)
    middle = [row[key]["median"]["value"] for row in rows]
    axes.plot(members, middle, color=color, linestyle=dash, label=label)


def detection(numbers: Numbers, value: Value) -> Picture:
    """Figure 3(a)."""
    name = "swim-2002-detection"
    with style.look(name):
        figure, (axes,) = style.new_figure(3.4)
        rows = numbers["detection"]
        _band(axes, rows, "first_ping", "to the first ping", style.BLUE, "-")
        _band(axes, rows, "end_of_round", "to the end of its round", style.ORANGE, "--")
        axes.axhline(value("fig3a.line"), color=style.GREY, linewidth=1, label="paper's line, 1.58")
        axes.plot(
            [row["members"] for row in rows],
            [value(f"fig3a.N{row['members']}") for row in rows],
            label="paper, single runs",
            **PAPER,
        )
        axes.set_xlabel("members")
        axes.set_ylabel("periods from the failure")
        style.zero_based(axes)
        axes.legend(ncols=2, loc="upper left")
        axes.set_ylim(top=6.4)
    return Picture(
        name,
        "First detection against the size of the group",
        "Lines are medians, bands hold 90 % of our runs.",
        figure,
    )


def infection(numbers: Numbers, value: Value) -> Picture:
    """Figure 3(b)."""
    name = "swim-2002-infection"
    with style.look(name):
        figure, panels = style.new_figure(3.2, 1, 2, sharey=True)
        for axes, key, title in zip(panels, ("median", "last"), ("Median member", "Last member")):
            rows = numbers["infection"]["update"]
            _band(axes, rows, key, "told by others alone", style.BLUE, "-")
            crash = numbers["infection"]["crash"]
            _band(axes, crash, key, "or found out", style.ORANGE, "--")
            axes.plot(
                [row["members"] for row in rows],
                [value(f"fig3b.{key}.N{row['members']}") for row in rows],
                label="paper, single runs",
                **PAPER,
            )
            axes.set_title(title)
            axes.set_xlabel("members")
            style.zero_based(axes, 7)
        panels[0].set_ylabel("periods from the first infection")
        panels[0].legend(loc="upper left")
    return Picture(
        name,
        "Latency of infection against the size of the group",
        "Lines are medians, bands hold 90 % of our runs.",
        figure,
    )


def loss(numbers: Numbers, value: Value) -> Picture:
    """Figure 4: what was not declared failed, over time."""
    name = "swim-2002-loss"
    with style.look(name):
        figure, panels = style.new_figure(3.2, 1, 3, sharey=True)
        for axes, (version, title) in zip(panels, VERSIONS.items()):
            for read_as, (label, color) in READ_AS.items():
                curve = numbers["loss"][f"{version}-{read_as}"]["declared"]["curve"]
                times = curve["time_s"]
                axes.fill_between(
                    times,
                    curve["p5"],
                    curve["p95"],
                    color=color,
                    alpha=0.18,
                    linewidth=0,
                )
                dash = "-" if read_as == "stops" else "--"
                axes.plot(times, curve["median"], color=color, linestyle=dash, label=label)
            peak, final, last = (value(f"fig4.{version}.{of}") for of in ("peak", "final", "last"))
            end = times[-1]
            axes.plot([last, end], [final, final], color=style.BLACK, linewidth=1.2, zorder=5)
            axes.plot([last, end], [final, final], **PAPER)
            axes.axhline(peak, color=style.BLACK, linewidth=0.9, linestyle=":")
            axes.text(end, peak + 0.25, "paper's largest", fontsize=9, ha="right")
            axes.set_title(title)
            axes.set_xlabel("seconds")
            style.zero_based(axes, 18)
        panels[0].set_ylabel("not declared failed")
        panels[0].legend(loc="upper right", title="who hears of\nits own death:")
    return Picture(
        name,
        "Seventeen processes join, and one message in ten is lost",
        "Lines are medians, bands hold 90 % of our runs. Diamonds: the paper's size from its last change to"
        " the end; dotted: its largest.",
        figure,
    )


def places(places_of: dict[str, list[float]]) -> Picture:
    """How often the paper's values lie below which share of our runs. @param places_of by reading"""
    name = "swim-2002-places"
    with style.look(name):
        figure, (axes,) = style.new_figure(3.2)
        axes.plot([0, 1], [0, 1], color=style.GREY, linewidth=1, label="if they were runs of ours")
        for index, (label, shares) in enumerate(places_of.items()):
            ordered = np.sort(shares)
            steps = np.arange(1, len(ordered) + 1) / len(ordered)
            axes.step(
                np.concatenate([[0], ordered, [1]]),
                np.concatenate([[0], steps, [1]]),
                where="post",
                label=label,
                **style.series_style(index),
            )
        axes.set_xlabel("share of our runs below the paper's value")
        axes.set_ylabel("share of the paper's values")
        axes.set_xlim(0, 1)
        style.zero_based(axes, 1)
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    return Picture(
        name,
        "Where the paper's single runs lie among ours",
        "Runs of the same system would follow the diagonal.",
        figure,
    )
