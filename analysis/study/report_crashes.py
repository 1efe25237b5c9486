# SPDX-License-Identifier: GPL-2.0-only
"""How long the crashes of a study are watched, and which of them were no surprise.

What has not come when a run ends is called never. That is a fact about the detector only where the run
goes on for longer than it may take, so the report says how long that was, and warns where it was short.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from analysis.campaign.quality import window_warnings
from analysis.campaign.text import count, number
from analysis.report.threats import Threat
from analysis.study.model import Cell, Study


def watched(study: Study) -> str:
    """For how long, in a sentence; empty where nothing crashes."""
    times = [
        metrics["simulated_s"] - crash["time_s"]
        for cell in _cells(study)
        for metrics in _metrics(study, cell)
        for crash in metrics["crashes"]
    ]
    if not times:
        return ""
    return f"{span(times)} s, until its run ends; never means not within this time"


def of_crashes(study: Study) -> list[Threat]:
    """What the ends of the runs, and suspicions that were there before a crash, do to its times."""
    return [*_short_window(study), *_short_watch(study), *_no_surprise(study)]


def _short_window(study: Study) -> list[Threat]:
    """The warnings of the metrics; of cells that differ in one."""
    warnings: dict[str, tuple[float, float]] = {}
    short: set[str] = set()
    for cell in _cells(study):
        for metrics in _metrics(study, cell):
            found = metrics["measure"]
            for text in window_warnings(found):
                warnings[text] = found["to_s"] - found["from_s"], found["longest_suspicion_s"]
                short.add(cell.key)
    if not warnings:
        return []
    if len(warnings) == 1:
        (text,) = warnings
        return [Threat("The window", f"{text[0].upper()}{text[1:]}.")]
    windows, longest = (span([pair[place] for pair in warnings.values()]) for place in (0, 1))
    return [
        Threat(
            "The window",
            f"In {len(short):,} of {count(len(_cells(study)), 'cell')} the window ({windows} s) is shorter"
            f" than the longest suspicion ({longest} s): what is suspected in it may end after it.",
        )
    ]


def span(values: Sequence[float]) -> str:
    """One number, or from the least to the largest."""
    least, most = number(min(values)), number(max(values))
    return least if least == most else f"{least} to {most}"


def _short_watch(study: Study) -> list[Threat]:
    short: dict[str, float] = {}
    worst: tuple[float, float, float, float] | None = None
    for cell in _cells(study):
        crashes, longest_s = [], 0.0
        for metrics in _metrics(study, cell):
            longest_s = max(longest_s, metrics["measure"]["longest_suspicion_s"])
            crashes += [(metrics["simulated_s"] - c["time_s"], c) for c in metrics["crashes"]]
        if not crashes:
            continue
        suspected_s = max((c["first_suspect_s"] or 0.0 for _, c in crashes), default=0.0)
        watch_s = min(time_s for time_s, _ in crashes)
        lacking_s = suspected_s + longest_s - watch_s
        if lacking_s > 0:
            short[cell.key] = lacking_s
            if worst is None or lacking_s > worst[0]:
                worst = (lacking_s, watch_s, suspected_s, longest_s)
    if worst is None:
        return []
    _, watch_s, suspected_s, longest_s = worst
    together = number(suspected_s + longest_s)
    return [
        Threat(
            "Crashes are watched for a short time",
            f"In {len(short):,} of {count(len(_cells(study)), 'cell')} it is shorter than the latest first"
            f" suspicion and the longest suspicion after it; at worst {number(watch_s)} s, where these"
            f" take {number(suspected_s)} s and {number(longest_s)} s, {together} s together. What would"
            " have come later is called never: a longer duration tells.",
        )
    ]


def _no_surprise(study: Study) -> list[Threat]:
    """Victims that somebody suspected, or held for gone, when they crashed."""
    crashes = [
        crash
        for cell in _cells(study)
        for metrics in _metrics(study, cell)
        for crash in metrics["crashes"]
    ]
    gone = sum(_all_held_gone(crash) and crash["first_dead_s"] is None for crash in crashes)
    suspected = sum(map(_was_suspected, crashes))
    if not gone and not suspected:
        return []
    text = ""
    if suspected:
        text += (
            f" In {suspected:,} of them the victim was suspected when it crashed: that suspicion declares"
            " it dead, before or without a first one after the crash, so that a first death may be sooner"
            " than a first suspicion."
        )
    if gone:
        text += (
            f" In {gone:,} of them all held the victim for gone when it crashed: there was nothing to"
            " notice, they are in no time, and n is smaller by them."
        )
    return [
        Threat(
            "Victims that were no surprise",
            f"There were {count(len(crashes), 'crash', 'crashes')}.{text}",
        )
    ]


def _all_held_gone(crash: dict[str, Any]) -> bool:
    return 0 < crash["should_know"] <= crash["known_before"]


def _was_suspected(crash: dict[str, Any]) -> bool:
    if _all_held_gone(crash) or crash["first_dead_s"] is None:
        return False
    first = crash["first_suspect_s"]
    return first is None or first > crash["first_dead_s"]


def _cells(study: Study) -> list[Cell]:
    """Those that are equal in all settings once: they have the same runs."""
    return list({cell.key: cell for cell in study.cells}.values())


def _metrics(study: Study, cell: Cell) -> Iterator[dict[str, Any]]:
    for entry in study.entries.get(cell.key, {}).values():
        if (kept := entry.kept) is not None:
            yield kept["metrics"]
