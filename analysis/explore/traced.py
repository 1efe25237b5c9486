# SPDX-License-Identifier: GPL-2.0-only
"""The rows of a run's trace.csv (docs/trace.md): messages and timers, found by whom they are about.

A trace may be missing or narrowed to a window, to members or to kinds; who asks it therefore asks first
whether it covers the moment.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.run.records import RecordError

TRACE_NAME = "trace.csv"
NOTE_NAME = "trace.json"
MESSAGE = "message"
NEVER = -1

_NAMES = ("member", "peer", "about", "accuser")
_NUMBERS = ("packet", "sequence", "incarnation", "bytes")
_WORDS = ("event", "channel", "kind", "lost_by", "detail")
COLUMNS = (
    "time_s,event,member,peer,packet,channel,kind,sequence,about,incarnation,accuser,arrived_s,"
    "lost_by,bytes,detail"
).split(",")


@dataclass(frozen=True)
class Row:
    """One row; members are numbers, -1 is nobody, times nanoseconds, NEVER is not at all."""

    place: int
    time_ns: int
    event: str
    member: int
    peer: int
    packet: int
    channel: str
    kind: str
    sequence: int
    about: int
    incarnation: int
    accuser: int
    arrived_ns: int
    lost_by: str
    bytes: int
    detail: str

    @property
    def is_message(self) -> bool:
        return self.event == MESSAGE

    def value(self, key: str) -> float | None:
        """A number of `detail`, as in `timeout_s=4.2;min_s=2`."""
        found = re.search(rf"(?:^|;){key}=([-0-9.e+]+)", self.detail)
        return float(found[1]) if found else None


class Trace:
    """All rows, in the order of the file."""

    def __init__(self, table: pd.DataFrame, note: dict[str, Any]) -> None:
        self._table = table
        self._note = note
        self.time_ns = table["time_ns"].to_numpy()

    def __len__(self) -> int:
        return len(self._table)

    def row(self, place: int) -> Row:
        return Row(int(place), *self._lists(place))

    def _lists(self, place: int) -> list[Any]:
        values = []
        for name in Row.__dataclass_fields__:
            if name != "place":
                value = self._columns[name][place]
                values.append(str(value) if name in _WORDS else int(value))
        return values

    @cached_property
    def _columns(self) -> dict[str, Any]:
        return {
            name: (column.astype(object) if name in _WORDS else column).to_numpy()
            for name, column in self._table.items()
        }

    def about(self, member: int, from_ns: int, to_ns: int) -> list[Row]:
        """What is about a member, in [from, to]."""
        return self._between(self._by_about.get(member, _NO_PLACES), from_ns, to_ns)

    def by(self, member: int, event: str, from_ns: int, to_ns: int) -> list[Row]:
        """Timers and decisions of a member, whomever they are about."""
        places = self._by_timer.get((event, member), _NO_PLACES)
        return self._between(places, from_ns, to_ns)

    def answers(self, peer: int, sequence: int) -> list[Row]:
        """Acks and nacks that were sent to a member, of one of its sequence numbers."""
        return [self.row(place) for place in self._answers.get((peer, sequence), [])]

    def covers(self, time_ns: int) -> bool:
        """Whether the trace was on at a time; for all members and kinds unless `narrowed`."""
        from_s, to_s = self._note.get("from_s", 0.0), self._note.get("to_s")
        return from_s <= time_ns / 1e9 and (to_s is None or time_ns / 1e9 <= to_s)

    @property
    def narrowed(self) -> bool:
        """Whether members or kinds were left out."""
        return bool(self._note.get("members")) or bool(self._note.get("kinds"))

    def _between(self, places: np.ndarray, from_ns: int, to_ns: int) -> list[Row]:
        times = self.time_ns[places]
        first, last = np.searchsorted(times, [from_ns, to_ns + 1])
        return [self.row(place) for place in places[first:last]]

    @cached_property
    def _by_about(self) -> dict[int, np.ndarray]:
        return _groups(self._table["about"].to_numpy())

    @cached_property
    def _by_timer(self) -> dict[tuple[str, int], np.ndarray]:
        found: dict[tuple[str, int], list[int]] = {}
        timers = np.flatnonzero((self._table["event"] != MESSAGE).to_numpy())
        columns = self._columns
        for place in timers:
            found.setdefault((columns["event"][place], int(columns["member"][place])), []).append(
                place
            )
        return {key: np.array(places) for key, places in found.items()}

    @cached_property
    def _answers(self) -> dict[tuple[int, int], list[int]]:
        found: dict[tuple[int, int], list[int]] = {}
        columns = self._columns
        for place in np.flatnonzero(self._table["kind"].isin(("ack", "nack", "error")).to_numpy()):
            key = (int(columns["peer"][place]), int(columns["sequence"][place]))
            found.setdefault(key, []).append(int(place))
        return found


_NO_PLACES = np.zeros(0, dtype=np.int64)


def _groups(values: np.ndarray) -> dict[int, np.ndarray]:
    order = np.argsort(values, kind="stable")
    found, starts = np.unique(values[order], return_index=True)
    return {int(v): places for v, places in zip(found, np.split(order, starts[1:])) if v >= 0}


def read_trace(folder: Path, member_names: tuple[str, ...]) -> Trace | None:
    """None where the run has none. Raises RecordError where it does not fit docs/trace.md."""
    path = folder / TRACE_NAME
    if not path.exists():
        return None
    try:
        raw = pd.read_csv(path, keep_default_na=False, na_values=[""], dtype=_types())
        note = json.loads((folder / NOTE_NAME).read_bytes()) if _has_note(folder) else {}
    except (OSError, ValueError) as error:
        raise RecordError(f"{path}: cannot be read: {error}") from None
    missing = [name for name in COLUMNS if name not in raw.columns]
    if missing:
        raise RecordError(f"{path}: has no column {', '.join(missing)}; see docs/trace.md")
    return Trace(table_of(raw, member_names), note)


def _has_note(folder: Path) -> bool:
    return (folder / NOTE_NAME).exists()


def _types() -> dict[str, str]:
    words = {name: "category" for name in (*_NAMES, *_WORDS)}
    return (
        words | {name: "float64" for name in (*_NUMBERS, "time_s", "arrived_s")} | {"detail": "str"}
    )


def table_of(raw: pd.DataFrame, member_names: tuple[str, ...]) -> pd.DataFrame:
    """The columns of trace.csv with members as numbers and times in nanoseconds."""
    number_of = {name: index for index, name in enumerate(member_names)}
    columns: dict[str, Any] = {
        "time_ns": np.rint(raw["time_s"] * 1e9).astype(np.int64),
        "event": raw["event"].astype(str),
        "member": _members(raw["member"], number_of),
        "peer": _members(raw["peer"], number_of),
        "packet": raw["packet"].fillna(-1).astype(np.int64),
        "channel": raw["channel"].astype(object).fillna(""),
        "kind": raw["kind"].astype(object).fillna(""),
        "sequence": raw["sequence"].fillna(-1).astype(np.int64),
        "about": _members(raw["about"], number_of),
        "incarnation": raw["incarnation"].fillna(-1).astype(np.int64),
        "accuser": _members(raw["accuser"], number_of),
        "arrived_ns": np.rint(raw["arrived_s"].fillna(-1e-9) * 1e9).astype(np.int64),
        "lost_by": raw["lost_by"].astype(object).fillna(""),
        "bytes": raw["bytes"].fillna(0).astype(np.int64),
        "detail": raw["detail"].astype(object).fillna(""),
    }
    return pd.DataFrame(columns)


def _members(column: pd.Series, number_of: dict[str, int]) -> np.ndarray:
    return column.astype(object).map(number_of).fillna(-1).astype(np.int64).to_numpy()
