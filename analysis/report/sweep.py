# SPDX-License-Identifier: GPL-2.0-only
"""A sweep in words and as tables: what its settings change, at a glance and point by point.

Nothing is said of all points together: they are different questions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.figures.sweep_data import Axis
from analysis.report.disturbances import who
from analysis.campaign.observable import REFUTED, told
from analysis.campaign.text import count, duration, interval, number


@dataclass(frozen=True)
class Cell:
    """A number with its interval, which stands under it."""

    value: str
    note: str = ""
    more: str = ""
    """A third line."""


Table = dict[str, list[Any]]

Of = Callable[[dict[str, Any]], float | None]
"""A measure of a point; None where it has none."""
Form = Callable[[float], str]
"""How its values are written."""


def answer(points: Sequence[dict[str, Any]], axes: Sequence[Axis]) -> list[str]:
    """The range of each thing that one chooses by, and the points at its ends."""
    sentences = [f"The settings were varied over {count(len(points), 'point')}."]
    choices: tuple[tuple[str, Of, Form], ...] = (
        (
            "Median time from a crash until all live members know",
            lambda point: point["full_dissemination_s"]["median"],
            duration,
        ),
        (
            "Bytes that a member sends a second",
            lambda point: point["bytes_per_member_second"]["total"],
            number,
        ),
    )
    for text, of, form in choices:
        sentences += _range(text, points, axes, of, form)
    return [*sentences, _on_errors(points, axes), *_on_unknowns(points)]


def _on_unknowns(points: Sequence[dict[str, Any]]) -> list[str]:
    """Disturbances that nobody noticed to the end, wherever they were."""
    told = []
    for verb in sorted({verb for point in points for verb in point["disturbances"]}):
        found = [point["disturbances"].get(verb) for point in points]
        silent = sum(1 for entry in found if entry and not entry["declared_dead"])
        if silent:
            told.append(
                f"None of the {who(verb)} was declared dead at {count(silent, 'point')}: how soon that"
                " would be is not known there."
            )
    return told


def _on_errors(points: Sequence[dict[str, Any]], axes: Sequence[Axis]) -> str:
    found = [point["false_positives"]["incidents"] for point in points]
    if not any(incidents["count"] for incidents in found):
        bounds = [i["per_member_hour_ci95"][1] for i in found if i["per_member_hour_ci95"]]
        if not bounds:
            return "Wrong deaths: none at any point."
        return (
            "Wrong deaths: none at any point, which means fewer than"
            f" {number(max(bounds))} a member-hour at each (95 %)."
        )
    worst = max(range(len(points)), key=lambda i: found[i]["count"])
    of_worst = f"{found[worst]['count']:,} {interval(found[worst]['ci95'])}".rstrip()
    return (
        f"Wrong deaths: at {count(sum(bool(i['count']) for i in found), 'point')}, the most"
        f" {of_worst} with {settings_text(points[worst], axes)}."
    )


def _range(
    text: str,
    points: Sequence[dict[str, Any]],
    axes: Sequence[Axis],
    of: Of,
    form: Callable[[float], str],
) -> list[str]:
    measured = [point for point in points if of(point) is not None]
    if not measured:
        return []
    low, high = min(measured, key=of), max(measured, key=of)
    return [
        f"{text}: from {form(of(low))} ({settings_text(low, axes)}) to {form(of(high))}"
        f" ({settings_text(high, axes)})."
    ]


def settings_text(point: dict[str, Any], axes: Sequence[Axis]) -> str:
    """The settings of a point, as words."""
    return ", ".join(f"{axis.words} {point['point'][axis.key]}" for axis in axes)


def time_table(points: Sequence[dict[str, Any]], axes: Sequence[Axis]) -> Table:
    """A row a point: its settings, times and load."""
    heads = [
        "first suspicion (s)",
        "first dead (s)",
        "known to all (s)",
        "crashes known",
        "messages",
        "bytes",
    ]
    return _table(points, axes, heads, _times)


def _times(point: dict[str, Any]) -> list[Cell]:
    times = [point[key] for key in ("first_suspect_s", "first_dead_s", "full_dissemination_s")]
    bounds = point["crashes_known_to_all_ci95"]
    return [
        *(Cell(number(t["median"]), interval(t["ci95"]), f"n = {t['n']:,}") for t in times),
        Cell(
            f"{point['crashes_known_to_all']:,} of {point['crashes']:,}",
            f"{interval([100 * bound for bound in bounds])} %" if bounds else "",
        ),
        Cell(number(point["messages_per_member_second"]["total"])),
        Cell(number(point["bytes_per_member_second"]["total"])),
    ]


def error_table(
    points: Sequence[dict[str, Any]], axes: Sequence[Axis], accusers: Sequence[str]
) -> Table:
    """A row a point: its settings, who was buried alive, and on whose word (`accusers`, in the order of
    the points)."""
    heads = [
        "wrong deaths",
        "deaths a member-hour",
        "FP",
        "FP−",
        "refuted suspicions",
        "accusers",
    ]
    words = dict(zip(map(id, points), accusers, strict=True))
    return _table(points, axes, heads, lambda point: _errors(point, words[id(point)]))


def _errors(point: dict[str, Any], accusers: str) -> list[Cell]:
    false = point["false_positives"]
    found = false["incidents"]
    rate = Cell(number(found["per_member_hour"]), interval(found["per_member_hour_ci95"]))
    return [
        Cell(f"{found['count']:,}", interval(found["ci95"]), f"{count(point['runs'], 'run')}"),
        rate,
        Cell(f"{false['events']:,}"),
        Cell(f"{false['fp_minus']:,}"),
        Cell(told(REFUTED, point["not_observable"], number(point["refuted_suspicions"]))),
        Cell(accusers),
    ]


def _table(
    points: Sequence[dict[str, Any]],
    axes: Sequence[Axis],
    heads: Sequence[str],
    cells: Callable[[dict[str, Any]], list[Cell]],
) -> Table:
    return {
        "heads": [*(axis.words for axis in axes), *heads],
        "rows": [
            [*(Cell(str(point["point"][axis.key])) for axis in axes), *cells(point)]
            for point in points
        ],
    }
