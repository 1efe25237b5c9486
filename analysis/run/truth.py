# SPDX-License-Identifier: GPL-2.0-only
"""What was really the case at any row of a run: who was live, who was cut off from whom.

Metrics ask this for millions of rows at once, so the history of a member is kept as sorted keys
(member, row) in one array, and a question is a binary search. Rows, not times, are the clock: two
events of one instant have an order, and it is the order of the file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.run.records import NOBODY, Events, RunInfo

# Health of a member. A paused process is neither live nor gone: it keeps its views, learns nothing.
# So is a stalled one, though its suspicions run out meanwhile.
# An unplugged one runs on and draws its conclusions, but is as good as gone to the others.
ABSENT, LIVE, PAUSED, CRASHED, LEFT, UNPLUGGED = range(6)

_HEALTH_AFTER = {
    "crash": CRASHED,
    "pause": PAUSED,
    "resume": LIVE,
    "stall": PAUSED,
    "unstall": LIVE,
    "leave": LEFT,
    "restart": LIVE,
    "join": LIVE,
    "disconnect": UNPLUGGED,
    "reconnect": LIVE,
}

_TOUCHES_NOBODY = ("partition", "join", "unblock", "inject", "update", "broadcast")
"""Rows about a member that say nothing against it."""


@dataclass(frozen=True)
class Life:
    """One change of a member's health."""

    row: int
    time_ns: int
    member: int
    event: str
    health: int
    """Health from this row on."""
    incarnation: int
    """Incarnation of the new process, where the record says so, else records.NOBODY."""


@dataclass(frozen=True)
class PartitionEpoch:
    """Rows from a partition up to the next heal, the next partition or the end of the run."""

    start_row: int
    end_row: int
    start_ns: int
    end_ns: int | None
    """Time of the heal, None where the partition was not healed."""
    side: np.ndarray
    """Side of each member; -1: on no side, reaches everybody."""

    def separates(self, observers: np.ndarray, subjects: np.ndarray) -> np.ndarray:
        """For each pair, whether the two are on different sides."""
        a, b = self.side[observers], self.side[subjects]
        return (a != b) & (a >= 0) & (b >= 0)


class Truth:
    """Ground truth of one run, built from the rows without an observer."""

    def __init__(self, info: RunInfo, events: Events) -> None:
        self.members = info.members
        self.rows = len(events)
        self.lives: list[Life] = []
        self.partitions = _partitions(events, info.members)
        first: dict[int, str] = {}
        for truth in events.truth:
            if truth.event in _HEALTH_AFTER:
                first.setdefault(truth.member, truth.event)
        # Who enters by a join was not there before.
        self.initial = np.full(self.members, LIVE, dtype=np.int8)
        self.initial[[member for member, event in first.items() if event == "join"]] = ABSENT
        self._touches = [
            truth
            for truth in events.truth
            if truth.member != NOBODY and truth.event not in _TOUCHES_NOBODY
        ]
        self._collect_lives(events)
        self._index()

    def _collect_lives(self, events: Events) -> None:
        """Keeps the rows that change something: a second crash of a crashed member does not."""
        health = self.initial.copy()
        for truth in events.truth:
            after = _HEALTH_AFTER.get(truth.event)
            if after is None:
                continue
            before = health[truth.member]
            # A process that is started anew is another one even if nobody saw the old one stop.
            ignored = before == after and truth.event != "restart"
            ignored |= truth.event in ("pause", "stall", "leave", "disconnect") and before != LIVE
            ignored |= truth.event == "crash" and before not in (LIVE, PAUSED, UNPLUGGED)
            ignored |= truth.event in ("resume", "unstall") and before != PAUSED
            ignored |= truth.event == "reconnect" and before != UNPLUGGED
            if not ignored:
                health[truth.member] = after
                self.lives.append(
                    Life(
                        truth.row,
                        truth.time_ns,
                        truth.member,
                        truth.event,
                        after,
                        truth.incarnation,
                    )
                )

    def _index(self) -> None:
        # Row -1 holds the initial health, hence the shift by one.
        span = self.rows + 1
        keys = [member * span for member in range(self.members)]
        healths = list(self.initial)
        starts = [(life.member, life.row) for life in self.lives if life.event in STARTS]
        for life in self.lives:
            keys.append(life.member * span + life.row + 1)
            healths.append(life.health)
        order = np.argsort(np.array(keys, dtype=np.int64))
        self._keys = np.array(keys, dtype=np.int64)[order]
        self._healths = np.array(healths, dtype=np.int8)[order]
        self._start_keys = np.sort(np.array([m * span + r for m, r in starts], dtype=np.int64))
        self._first_pause = np.full(self.members, self.rows, dtype=np.int64)
        pauses = [life for life in self.lives if life.event in ("pause", "stall")]
        for life in reversed(pauses):  # so that the first one stays
            self._first_pause[life.member] = life.row
        self._first_touch = np.full(self.members, self.rows, dtype=np.int64)
        for truth in reversed(self._touches):
            self._first_touch[truth.member] = truth.row

    def health(self, members: np.ndarray, rows: np.ndarray | int) -> np.ndarray:
        """Health of each member just after the given row."""
        wanted = members.astype(np.int64) * (self.rows + 1) + rows + 1
        return self._healths[np.searchsorted(self._keys, wanted, side="right") - 1]

    def next_change(self, row: int) -> np.ndarray:
        """For each member, the first row after `row` that changes its health; `rows` if none."""
        span = self.rows + 1
        members = np.arange(self.members, dtype=np.int64)
        at = np.searchsorted(self._keys, members * span + row + 1, side="right")
        keys = np.append(self._keys, self.members * span)[at]
        return np.where(keys // span == members, keys % span - 1, self.rows)

    def process_start(self, row: int) -> np.ndarray:
        """For each member, the row of its last (re)start up to `row`; -1: runs since the start."""
        return self.process_start_at(np.arange(self.members), row)

    def process_start_at(self, members: np.ndarray, rows: np.ndarray | int) -> np.ndarray:
        """The same for each of `members` with a row of its own."""
        span = self.rows + 1
        wanted = members.astype(np.int64)
        at = np.searchsorted(self._start_keys, wanted * span + rows, side="right") - 1
        keys = np.append(self._start_keys, -span)[at]
        return np.where(keys // span == wanted, keys % span, -1)

    def ever_paused(self, members: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Whether each member had been paused at least once up to the given row."""
        return rows >= self._first_pause[members]

    def ever_touched(self, members: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Whether the scenario had done something to each member by the given row.

        A partition is done to the network: whom it hurts, it hurts through the other side, which is
        judged apart.
        """
        return rows >= self._first_touch[members]

    def separated(
        self, observers: np.ndarray, subjects: np.ndarray, rows: np.ndarray
    ) -> np.ndarray:
        """Whether a partition was between observer and subject at each row."""
        result = np.zeros(len(rows), dtype=bool)
        for epoch in self.partitions:
            inside = np.flatnonzero((rows >= epoch.start_row) & (rows < epoch.end_row))
            result[inside] = epoch.separates(observers[inside], subjects[inside])
        return result


STARTS = ("restart", "join")
"""Events after which a process knows nobody but itself."""


def _partitions(events: Events, members: int) -> list[PartitionEpoch]:
    """Rows of one partition stand together at one instant; what follows them ends it."""
    epochs: list[PartitionEpoch] = []
    boundaries = [t for t in events.truth if t.event in ("partition", "heal")]
    position = 0
    while position < len(boundaries):
        first = boundaries[position]
        if first.event == "heal":
            position += 1
            continue
        side_names: dict[str, int] = {}
        side = np.full(members, -1, dtype=np.int32)
        while position < len(boundaries):
            row = boundaries[position]
            if row.event != "partition" or row.time_ns != first.time_ns:
                break
            side[row.member] = side_names.setdefault(row.value, len(side_names))
            last = row
            position += 1
        following = boundaries[position] if position < len(boundaries) else None
        epochs.append(
            PartitionEpoch(
                start_row=last.row,
                end_row=following.row if following else len(events),
                start_ns=first.time_ns,
                end_ns=following.time_ns if following and following.event == "heal" else None,
                side=side,
            )
        )
    return epochs
