# SPDX-License-Identifier: GPL-2.0-only
"""A sweep in words and as a table: what its settings change, at a glance and point by point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.figures.sweep_data import Axis
from analysis.campaign.text import count, duration, interval, number


@dataclass(frozen=True)
class Cell:
    """A number with its interval, which stands under it."""

    value: str
    note: str = ""


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
    false = [point["false_positives"]["events"] for point in points]
    if any(false):
        worst = max(range(len(points)), key=lambda i: false[i])
        sentences.append(
            f"False positives: at {count(sum(map(bool, false)), 'point')}, the most"
            f" {false[worst]:,} with {settings_text(points[worst], axes)}."
        )
    else:
        sentences.append("False positives: none at any point.")
    return sentences


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
    return ", ".join(f"{axis.label} {point['point'][axis.key]}" for axis in axes)


def point_table(points: Sequence[dict[str, Any]], axes: Sequence[Axis]) -> dict[str, list[Any]]:
    """A row a point: its settings and the headline numbers."""
    heads = [axis.label.replace("_", " ") for axis in axes] + [
        "first suspicion (s)",
        "first dead (s)",
        "known to all (s)",
        "crashes known",
        "FP",
        "messages",
        "bytes",
    ]
    return {"heads": heads, "rows": [_row(point, axes) for point in points]}


def _row(point: dict[str, Any], axes: Sequence[Axis]) -> list[Cell]:
    settings = [Cell(str(point["point"][axis.key])) for axis in axes]
    times = [
        Cell(number(point[key]["median"]), interval(point[key]["ci95"]))
        for key in ("first_suspect_s", "first_dead_s", "full_dissemination_s")
    ]
    return [
        *settings,
        *times,
        Cell(f"{point['crashes_known_to_all']:,} of {point['crashes']:,}"),
        Cell(f"{point['false_positives']['events']:,}"),
        Cell(number(point["messages_per_member_second"]["total"])),
        Cell(number(point["bytes_per_member_second"]["total"])),
    ]
