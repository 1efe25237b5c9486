# SPDX-License-Identifier: GPL-2.0-only
"""What happened in a run that somebody may want to look at: each thing once, however many saw it.

Crashes, wrong deaths, disturbances, restarts, leaves and partitions are those of metrics.json, with its
numbers. What it only counts (refuted suspicions, deaths across a partition) is grouped here from rows
with their verdicts, so that the sums are its counts; flaps are members that were accused wrongly time
and again, and joiners those who came after the start.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.explore import rows as read
from analysis.explore.material import NS, Material

CRASH, FALSE_DEATH, CUT_OFF, DISTURBANCE, REFUTATION, FLAP, JOIN, LEAVE, PARTITION = (
    "crash",
    "false death",
    "cut-off death",
    "disturbance",
    "refutation",
    "flap",
    "late joiner",
    "leave",
    "partition",
)
LISTED_AT_MOST = 300
"""Of each kind; the page says how many there are beyond."""
FLAPS_FROM = 3
"""Wrong accusations of so many incarnations are no accident."""


@dataclass(frozen=True)
class Number:
    """A value with its place in metrics.json; `path` is empty where it is a part of a sum there."""

    name: str
    value: float | int | None
    unit: str
    path: str = ""


@dataclass(frozen=True)
class Incident:
    kind: str
    time_s: float
    subject: int
    """-1: about many."""
    incarnation: int
    """-1: not told."""
    title: str
    numbers: list[Number] = field(default_factory=list)
    rows: int = 0
    """How many rows tell of it."""
    end_s: float | None = None


@dataclass(frozen=True)
class Found:
    incidents: list[Incident]
    counts: dict[str, int]
    """How many there are of each kind, listed or not."""


def find(material: Material) -> Found:
    """All of a run, in order of time."""
    finders: list[Callable[[Material], Iterator[Incident]]]
    finders = [_crashes, _false_deaths, _cut_off, _disturbances, _refutations, _flaps, _joins]
    finders += [_leaves, _partitions]
    counts: dict[str, int] = {}
    listed: list[Incident] = []
    for finder in finders:
        found = list(finder(material))
        for incident in found:
            counts[incident.kind] = counts.get(incident.kind, 0) + 1
        listed += found[:LISTED_AT_MOST]
    counts[FALSE_DEATH] = material.metrics.false_positives.incidents.count
    return Found(
        sorted(listed, key=lambda each: (each.time_s, each.subject, each.kind)),
        {kind: count for kind, count in counts.items() if count},
    )


def _numbers(raw: Any, path: str, keys: dict[str, tuple[str, str]]) -> list[Number]:
    return [
        Number(name, raw[key], unit, f"{path}.{key}")
        for key, (name, unit) in keys.items()
        if key in raw
    ]


def _index(material: Material, name: str) -> int:
    return material.names.index(name)


_CRASH_NUMBERS = {
    "first_suspect_s": ("first suspected after", "s"),
    "first_dead_s": ("first declared dead after", "s"),
    "known_to_50_percent_s": ("known to 50 % after", "s"),
    "known_to_99_percent_s": ("known to 99 % after", "s"),
    "full_dissemination_s": ("known to all after", "s"),
    "should_know": ("should know", ""),
    "known_by": ("know at the end", ""),
}


def _crashes(material: Material) -> Iterator[Incident]:
    for place, raw in enumerate(material.raw_metrics["crashes"]):
        after = raw["full_dissemination_s"]
        yield Incident(
            CRASH,
            raw["time_s"],
            _index(material, raw["member"]),
            -1,
            f"{raw['member']} crashed",
            _numbers(raw, f"crashes.{place}", _CRASH_NUMBERS),
            raw["known_by"],
            None if after is None else raw["time_s"] + after,
        )


def _false_deaths(material: Material) -> Iterator[Incident]:
    for place, raw in enumerate(material.raw_metrics["false_positives"]["incidents"]["listed"]):
        path = f"false_positives.incidents.listed.{place}"
        incarnation = raw["incarnation"]
        yield Incident(
            FALSE_DEATH,
            raw["time_s"],
            _index(material, raw["subject"]),
            -1 if incarnation is None else incarnation,
            f"{raw['subject']} was buried alive",
            [Number("members that buried it", raw["events"], "", f"{path}.events")],
            raw["events"],
        )


def _cut_off(material: Material) -> Iterator[Incident]:
    """Their rows add up to `during_partition`."""
    rows = material.rows
    chosen = np.flatnonzero(
        (rows.kind == read.DEAD) & (rows.verdict == read.PARTITION) & rows.in_window
    )
    for subject, incarnation, places in _groups(material, chosen):
        yield Incident(
            CUT_OFF,
            float(rows.time_ns[places[0]] / NS),
            subject,
            incarnation,
            f"{material.names[subject]} was buried across a cut",
            [Number("members that buried it", len(places), "")],
            len(places),
        )


def _groups(material: Material, chosen: np.ndarray) -> Iterator[tuple[int, int, np.ndarray]]:
    """Rows by subject and incarnation, in order of the first row of each."""
    rows = material.rows
    key = rows.subject[chosen].astype(np.int64) << 32 | (rows.incarnation[chosen] + 1)
    order = np.argsort(key, kind="stable")
    keys, starts = np.unique(key[order], return_index=True)
    parts = np.split(chosen[order], starts[1:]) if len(keys) else []
    for part in sorted(parts, key=lambda places: int(places[0])):
        yield int(rows.subject[part[0]]), int(rows.incarnation[part[0]]), part


_DISTURBANCE_NUMBERS = {
    "first_suspect_s": ("first suspected after", "s"),
    "first_dead_s": ("first declared dead after", "s"),
    "known_to_all_s": ("gone to all after", "s"),
    "should_know": ("should notice", ""),
    "known_by": ("hold it for gone", ""),
}


def _disturbances(material: Material) -> Iterator[Incident]:
    for place, raw in enumerate(material.raw_metrics["disturbances"]):
        yield Incident(
            DISTURBANCE,
            raw["time_s"],
            _index(material, raw["member"]),
            -1,
            f"{raw['member']} was disturbed: {raw['verb'].replace('_', ' ')}",
            _numbers(raw, f"disturbances.{place}", _DISTURBANCE_NUMBERS),
            raw["known_by"],
            None if raw["ended_s"] is None else raw["time_s"] + raw["ended_s"],
        )


def refuted(material: Material) -> np.ndarray:
    """The rows that `refuted_suspicions` counts."""
    rows = material.rows
    return np.flatnonzero((rows.kind == read.REFUTED) & rows.ends_wrong & rows.in_window)


def _refutations(material: Material) -> Iterator[Incident]:
    rows = material.rows
    for subject, incarnation, places in _groups(material, refuted(material)):
        about = rows.about(subject)
        before = about[about < places[0]]
        suspected = before[
            (rows.kind[before] == read.SUSPECT) & (rows.verdict[before] == read.WRONG)
        ]
        same = rows.incarnation[suspected] == rows.incarnation[suspected[-1]]
        first = int(suspected[same][0])
        yield Incident(
            REFUTATION,
            float(rows.time_ns[first] / NS),
            subject,
            incarnation,
            f"{material.names[subject]} was suspected, and refuted it",
            [Number("members that took it back", len(places), "")],
            len(places),
            float(rows.time_ns[places[-1]] / NS),
        )


def _flaps(material: Material) -> Iterator[Incident]:
    rows = material.rows
    accused = (rows.kind == read.SUSPECT) | (rows.kind == read.DEAD)
    chosen = np.flatnonzero(accused & (rows.verdict == read.WRONG) & rows.in_window)
    times: dict[int, list[int]] = {}
    for subject, _, places in _groups(material, chosen):
        times.setdefault(subject, []).append(int(places[0]))
    counts = Counter(rows.subject[chosen].tolist())
    for subject, first in times.items():
        if len(first) >= FLAPS_FROM:
            yield Incident(
                FLAP,
                float(rows.time_ns[first[0]] / NS),
                subject,
                -1,
                f"{material.names[subject]} was accused {len(first)} times, and lives",
                [Number("wrong accusations", len(first), "")],
                counts[subject],
                float(rows.time_ns[first[-1]] / NS),
            )


def _joins(material: Material) -> Iterator[Incident]:
    """Restarts have numbers in metrics.json; first starts are told by rows alone."""
    for place, raw in enumerate(material.raw_metrics["restarts"]):
        after = raw["accepted_s"]
        numbers = {
            "accepted_s": ("accepted by all after", "s"),
            "observers": ("observers", ""),
            "accepted_by": ("have it back", ""),
        }
        yield Incident(
            JOIN,
            raw["time_s"],
            _index(material, raw["member"]),
            -1,
            f"{raw['member']} came back"
            + ("" if after is not None else ", and not all accepted it"),
            _numbers(raw, f"restarts.{place}", numbers),
            raw["accepted_by"],
            None if after is None else raw["time_s"] + after,
        )
    rows, truth = material.rows, material.rows.truth
    first = truth[(truth["event"] == "join") & (truth["time_ns"] > 0)]
    for at_ns, subject in zip(first["time_ns"], first["subject"]):
        about = rows.about(int(subject))
        heard = about[(rows.kind[about] == read.JOINED) & (rows.time_ns[about] >= at_ns)]
        heard = heard[rows.observer[heard] != subject]
        numbers_of_join = [Number("members that heard of it", len(heard), "")]
        if len(heard):
            after_s = float(rows.time_ns[heard[-1]] - at_ns) / NS
            numbers_of_join.append(Number("the last of them after", after_s, "s"))
        yield Incident(
            JOIN,
            at_ns / NS,
            int(subject),
            -1,
            f"{material.names[subject]} joined",
            numbers_of_join,
            len(heard),
        )


def _leaves(material: Material) -> Iterator[Incident]:
    keys = {
        "observers": ("observers", ""),
        "saw_left": ("saw it leave", ""),
        "saw_failed": ("took it for dead", ""),
        "saw_nothing": ("saw nothing", ""),
    }
    for place, raw in enumerate(material.raw_metrics["leaves"]):
        numbers = _numbers(raw, f"leaves.{place}", keys)
        subject = _index(material, raw["member"])
        title = f"{raw['member']} left"
        yield Incident(LEAVE, raw["time_s"], subject, -1, title, numbers, raw["saw_left"])


def _partitions(material: Material) -> Iterator[Incident]:
    keys = {"separated_s": ("apart after", "s"), "remerged_s": ("one again after the heal", "s")}
    for place, raw in enumerate(material.raw_metrics["partitions"]):
        path = f"partitions.{place}"
        numbers = _numbers(raw, path, keys)
        numbers.append(Number("healed at", raw["healed_at_s"], "s", f"{path}.healed_at_s"))
        healed, merged = raw["healed_at_s"], raw["remerged_s"]
        end = None if healed is None or merged is None else healed + merged
        yield Incident(PARTITION, raw["at_s"], -1, -1, "the network was parted", numbers, 0, end)
