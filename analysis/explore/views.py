# SPDX-License-Identifier: GPL-2.0-only
"""Every change of every view of a run, packed for the page: who held whom for what, since when, and on
whose word.

A thousand members that are parted and come together again change two million views, and a page of
3 MB has 10 bits for each. So changes are sorted by subject, then by observer, and stored by column:

- what became of each pair, as one of the few sequences of codes (see `code_of`) that there are;
- when, in steps since the first change of its kind in the same place of the sequence: news spreads
  within seconds, so the steps are few;
- whose word it was, as a place in the subject's list of accusers, the most frequent first;
- the incarnation, above the lowest that the subject has.

A step is as fine as the room allows, from 1 ms up. Beyond MOST_MEMBERS members, some are shown: all
to whom something happened, and of the others some evenly chosen; `Views.words` says so.
explorer/views.js reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.explore import packing, rows as read
from analysis.explore.rows import NOBODY, Rows

MOST_MEMBERS = 1000
STEPS_MS = (1, 2, 5, 10, 20, 50, 100, 150, 200, 500, 1000, 2000, 5000)
NS_PER_MS = 1_000_000

_NOT_TOLD, _OBSERVER, _SUBJECT, _LISTED = range(4)
"""Sources that need no list: nobody, the observer itself, the subject itself."""

_VIEW_OF_KIND = np.array([1, 1, 2, 3, 4, 0, 0])
"""1 alive, 2 suspect, 3 dead, 4 left; 0 changes nothing."""


@dataclass(frozen=True)
class Views:
    packed: dict[str, Any]
    """What explorer/views.js reads."""
    members: np.ndarray
    """The members that are shown, in order."""
    step_ms: int
    changes: int
    words: str
    """What was left out or rounded."""


@dataclass(frozen=True)
class _Changes:
    """The changes of the members shown, by subject, observer, time. Members are places in the list."""

    time_ns: np.ndarray
    observer: np.ndarray
    subject: np.ndarray
    code: np.ndarray
    source: np.ndarray
    incarnation: np.ndarray
    place: np.ndarray
    """Which change of its pair it is, from 0 on."""


def code_of(kind: np.ndarray, verdict: np.ndarray) -> np.ndarray:
    """The view that a row leaves (3 bits), its verdict (2 bits), and whether it refuted (1 bit)."""
    return _VIEW_OF_KIND[kind] | verdict << 3 | (kind == read.REFUTED).astype(np.int64) << 5


def pack_views(rows: Rows, members: int, interesting: Sequence[int], room: int) -> Views:
    """@param interesting members that must be shown, the most important first
    @param room so many characters at most, as far as coarse steps can do it"""
    shown = choose(members, interesting)
    while True:
        changes = _changes(rows, members, shown)
        fixed = _without_times(changes, shown)
        needed = sum(len(column["data"]) for column in fixed.values())
        for step_ms in STEPS_MS:
            steps = changes.time_ns // (step_ms * NS_PER_MS)
            bases, relative = _relative(changes, steps)
            if needed + 1.08 * packing.estimated_bytes(relative) + 4 * len(bases) <= room:
                break
        times = {"bases": packing.pack(bases), "times": packing.pack(relative)}
        needed += sum(len(column["data"]) for column in times.values())
        if needed <= room or len(shown) <= 100:
            break
        shown = choose(members, interesting, len(shown) // 2)
    packed = {
        "members": packing.pack(shown),
        "step_ms": step_ms,
        "changes": len(changes.time_ns),
        **fixed,
        **times,
    }
    return Views(packed, shown, step_ms, len(changes.time_ns), _words(members, len(shown), step_ms))


def choose(members: int, interesting: Sequence[int], at_most: int = MOST_MEMBERS) -> np.ndarray:
    """Who is shown: the interesting, up to half of the places, and evenly chosen others."""
    if members <= at_most:
        return np.arange(members)
    chosen = list(dict.fromkeys(interesting))[: at_most // 2]
    others = np.setdiff1d(np.arange(members), chosen)
    evenly = others[np.linspace(0, len(others) - 1, at_most - len(chosen)).astype(np.int64)]
    return np.union1d(np.array(chosen, dtype=np.int64), evenly)


def _changes(rows: Rows, members: int, shown: np.ndarray) -> _Changes:
    place_of = np.full(members + 1, NOBODY)
    place_of[shown] = np.arange(len(shown))
    observer, subject = place_of[rows.observer], place_of[rows.subject]
    code = code_of(rows.kind, rows.verdict)
    wanted = (code & 7 != 0) & (observer >= 0) & (subject >= 0) & (observer != subject)
    chosen = np.flatnonzero(wanted)
    pair = subject[chosen].astype(np.int64) * len(shown) + observer[chosen]
    order = chosen[np.argsort(pair, kind="stable")]
    observer, subject = observer[order], subject[order]
    is_first = np.r_[True, (observer[1:] != observer[:-1]) | (subject[1:] != subject[:-1])]
    index = np.arange(len(order))
    place = index - np.maximum.accumulate(np.where(is_first[: len(order)], index, 0))
    return _Changes(
        rows.time_ns[order],
        observer,
        subject,
        code[order],
        rows.source[order],
        rows.incarnation[order],
        place,
    )


def _without_times(changes: _Changes, shown: np.ndarray) -> dict[str, dict[str, Any]]:
    """All columns but the times, which are as long as the step makes them."""
    members = len(shown)
    pair = changes.subject.astype(np.int64) * members + changes.observer
    lengths, listed, ranks = _sources(changes, shown)
    unknown = np.iinfo(np.int64).max
    lowest = np.full(members, unknown)
    told = changes.incarnation >= 0
    np.minimum.at(lowest, changes.subject[told], changes.incarnation[told])
    lowest[lowest == unknown] = 0
    above = np.where(told, changes.incarnation - lowest[changes.subject] + 1, 0)
    return {
        **_sequences(changes, pair, members),
        "sources": packing.pack(ranks),
        "list_lengths": packing.pack(lengths),
        "lists": packing.pack(listed),
        "incarnations": packing.pack(above),
        "lowest": packing.pack(lowest),
    }


def _sequences(changes: _Changes, pair: np.ndarray, members: int) -> dict[str, dict[str, Any]]:
    """The sequences that there are, the most frequent first, and which of them each pair has."""
    ends = np.cumsum(np.bincount(pair, minlength=members * members))
    content = changes.code.astype(np.uint8).tobytes()
    starts = [0, *ends.tolist()[:-1]]
    number_of: dict[bytes, int] = {}
    numbers = np.fromiter(
        (
            number_of.setdefault(content[start:end], len(number_of))
            for start, end in zip(starts, ends.tolist())
        ),
        dtype=np.int64,
        count=members * members,
    )
    order = np.argsort(-np.bincount(numbers), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    sequences = list(number_of)
    in_order = [np.frombuffer(sequences[place], dtype=np.uint8) for place in order]
    return {
        "sequence_lengths": packing.pack(np.array([len(each) for each in in_order])),
        "sequence_codes": packing.pack(np.concatenate(in_order)),
        "sequences": packing.pack(rank[numbers]),
    }


def _sources(changes: _Changes, shown: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How long the list of each subject is, all lists one after the other, and each change's source."""
    source = changes.source.astype(np.int64)
    ranks = np.full(len(source), _LISTED)
    ranks[source == NOBODY] = _NOT_TOLD
    ranks[source == shown[changes.observer]] = _OBSERVER
    ranks[source == shown[changes.subject]] = _SUBJECT
    chosen = np.flatnonzero(ranks == _LISTED)
    most = int(source.max(initial=0)) + 1
    key = changes.subject[chosen].astype(np.int64) * most + source[chosen]
    keys, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    order = np.lexsort((keys, -counts, keys // most))
    lengths = np.bincount(keys // most, minlength=len(shown))
    rank_of_key = np.empty(len(keys), dtype=np.int64)
    first = np.cumsum(lengths) - lengths
    rank_of_key[order] = np.arange(len(keys)) - first[keys[order] // most]
    ranks[chosen] = _LISTED + rank_of_key[inverse]
    return lengths, keys[order] % most, ranks


def _relative(changes: _Changes, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first step of each group (one subject, place and code), the groups in the order in which they
    come up, and each change's steps since."""
    if not len(steps):
        return steps, steps
    place = np.minimum(changes.place, 2**20 - 1)
    key = (changes.subject.astype(np.int64) << 26) | place << 6 | changes.code
    keys, first_index, inverse = np.unique(key, return_index=True, return_inverse=True)
    lowest = np.full(len(keys), np.iinfo(np.int64).max)
    np.minimum.at(lowest, inverse, steps)
    return lowest[np.argsort(first_index, kind="stable")], steps - lowest[inverse]


def _words(members: int, shown: int, step_ms: int) -> str:
    step = f"{step_ms} ms" if step_ms < 1000 else f"{step_ms // 1000} s"
    rounded = f"Times of single views are rounded down to {step}; those of incidents are exact."
    if shown == members:
        return rounded
    return (
        f"{shown:,} of {members:,} members are shown: those to whom something happened, and of the"
        f" others some evenly chosen. {rounded}"
    )
