# SPDX-License-Identifier: GPL-2.0-only
"""Which cells answer the same question, and why two do not.

Two samples can be held against each other where they differ in what is asked about and in nothing else.
What is not asked about is the network, what happens in it, the window that is measured, the members and
the simulated time: where one of these is another one, a difference would be told of the wrong cause.
Within one study its axes and variants say what is asked about, whatever that is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.campaign.text import listing, number
from analysis.study.compare import Side
from analysis.study.model import Cell, Study

_PARTS = {
    "topology.": "other network",
    "network.": "other network",
    "event.": "other events",
    "measure.": "other window",
}
"""Settings that must be the same, by how their keys begin."""
_NO_PART = {"topology.runs_per_network"}
"""How many runs share a network makes it no other network."""


@dataclass(frozen=True)
class Comparable:
    """Whether two cells can be held against each other."""

    reasons: tuple[str, ...]
    """Why they cannot; empty where they can."""
    notes: tuple[str, ...]
    """What else is different, and must be known to who reads the differences."""


def comparable(a: Study, of_a: Cell, b: Study, of_b: Cell) -> Comparable:
    """Of two cells of one study, or of two."""
    varied = _varied(a) if a.folder == b.folder else set()
    reasons, notes = [], []
    for words, keys in _differing(of_a, of_b).items():
        unasked = [key for key in keys if key not in varied]
        if unasked:
            reasons.append(f"{words}: {listing([_values(k, of_a, of_b) for k in unasked], 3)}")
        asked = [key for key in keys if key in varied]
        if asked:
            told = listing([_values(key, of_a, of_b) for key in asked], 3)
            notes.append(f"they differ in what the study varies: {told}")
    if of_a.members != of_b.members and "cluster.members" not in varied:
        reasons.append(f"other members: {of_a.members:,} and {of_b.members:,}")
    if of_a.simulated_s != of_b.simulated_s and "duration" not in varied:
        times = f"{number(of_a.simulated_s)} s and {number(of_b.simulated_s)} s"
        reasons.append(f"other simulated time: {times}")
    builds = a.asked.get("build"), b.asked.get("build")
    if builds[0] != builds[1]:
        notes.append(f"other build, which may be what differs: {_builds(*builds)}")
    return Comparable(tuple(reasons), tuple(notes))


def _varied(study: Study) -> set[str]:
    """Keys that the study itself varies."""
    keys = {axis.key for axis in study.axes}
    for variant in study.asked.get("variants", ()):
        keys |= set(variant["set"])
    return keys


def _differing(a: Cell, b: Cell) -> dict[str, list[str]]:
    """Keys that must be the same and are not, by what they are part of."""
    found: dict[str, list[str]] = {}
    for key in sorted(a.resolved.keys() | b.resolved.keys()):
        if key in _NO_PART or a.resolved.get(key) == b.resolved.get(key):
            continue
        for start, words in _PARTS.items():
            if key.startswith(start):
                found.setdefault(words, []).append(key)
    return found


def _values(key: str, a: Cell, b: Cell) -> str:
    of_a, of_b = (cell.resolved.get(key, "nothing") for cell in (a, b))
    return f"{key} is {of_a} and {of_b}"


def _builds(a: Any, b: Any) -> str:
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        keys = [key for key in a.keys() | b.keys() if a.get(key) != b.get(key)]
        return listing(
            [f"{key} {_short(a.get(key))} and {_short(b.get(key))}" for key in sorted(keys)], 2
        )
    return f"{_short(a)} and {_short(b)}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return text if len(text) <= 20 else f"{text[:12]}..."


def of_variants(study: Study, a: str, b: str) -> list[tuple[Cell, Cell]]:
    """The cells of two variants of a study, wherever both are at one scenario and point."""
    others = {_place(cell): cell for cell in study.cells if cell.variant == b}
    return [
        (cell, others[_place(cell)])
        for cell in study.cells
        if cell.variant == a and _place(cell) in others
    ]


def of_folders(a: Study, b: Study) -> tuple[list[tuple[Cell, Cell]], list[str]]:
    """The cells of two studies that have the same scenario, variant and point; and the names of those
    that only one has."""
    others = {(_place(cell), cell.variant): cell for cell in b.cells}
    pairs, alone = [], []
    for cell in a.cells:
        partner = others.pop((_place(cell), cell.variant), None)
        if partner is None:
            alone.append(cell.name)
        else:
            pairs.append((cell, partner))
    return pairs, alone + [cell.name for cell in others.values()]


def _place(cell: Cell) -> tuple[str, tuple[tuple[str, str], ...]]:
    return cell.scenario, tuple(sorted(cell.point.items()))


def side(study: Study, cell: Cell, name: str) -> Side:
    """The runs of a cell, for `compare`."""
    return Side(name, study.runs(cell), study.networks(cell))
