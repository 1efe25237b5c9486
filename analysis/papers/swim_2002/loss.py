# SPDX-License-Identifier: GPL-2.0-only
"""How large a group is over a run of figure 4, of the run's events.

The paper draws one "group size" and does not say whose. Three readings:

    declared    the processes that joined, less those that anybody has declared failed
    first       how many the first process, through which all others join, holds for members; to its end,
                where it stops
    largest     how many are held for members by the process that holds most, of those that run
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from analysis.run.records import RecordError

SECOND_NS = 1_000_000_000
READINGS = ("declared", "first", "largest")


@dataclass(frozen=True)
class Sizes:
    """A size over time: what it is from each time on."""

    times_s: list[float]
    sizes: list[int]

    @property
    def peak(self) -> int:
        return max(self.sizes)

    @property
    def final(self) -> int:
        return self.sizes[-1]

    @property
    def last_change_s(self) -> float:
        return self.times_s[-1]

    def at(self, time_s: float) -> int:
        """The size at a time; 0 before the first."""
        size = 0
        for begin, now in zip(self.times_s, self.sizes):
            if begin > time_s:
                break
            size = now
        return size


class _Series:
    def __init__(self) -> None:
        self.times_s: list[float] = []
        self.sizes: list[int] = []

    def add(self, time_ns: int, size: int) -> None:
        """What happens at one instant is one change, and none if nothing is left of it."""
        if self.times_s and self.times_s[-1] == time_ns / SECOND_NS:
            self.sizes[-1] = size
        else:
            self.times_s.append(time_ns / SECOND_NS)
            self.sizes.append(size)
        if len(self.sizes) > 1 and self.sizes[-1] == self.sizes[-2]:
            self.times_s.pop()
            self.sizes.pop()

    def done(self, of: Path) -> Sizes:
        if not self.sizes:
            raise RecordError(f"{of}: nobody joins; the runs of figure 4 begin with joins")
        return Sizes(self.times_s, self.sizes)


class _Group:
    """Who has joined, who was declared failed, and what each process that runs holds."""

    def __init__(self) -> None:
        self.joined: list[str] = []
        self.dead: set[str] = set()
        self.views: dict[str, set[str]] = {}

    def take(self, observer: str, event: str, subject: str) -> None:
        if not observer and event == "join":
            self.joined.append(subject)
            self.views[subject] = {subject}
        elif not observer:
            return
        elif event == "left" and observer == subject:
            del self.views[observer]  # it stopped
        elif event in ("joined", "refuted"):
            self.views[observer].add(subject)
        elif event in ("dead", "left"):
            self.dead.update({subject} if event == "dead" else ())
            self.views[observer].discard(subject)

    def sizes(self) -> dict[str, int | None]:
        """By reading; None: nobody is there to say."""
        first = self.views.get(self.joined[0]) if self.joined else None
        return {
            "declared": len(set(self.joined) - self.dead) if self.joined else None,
            "first": None if first is None else len(first),
            "largest": max((len(view) for view in self.views.values()), default=None),
        }


def group_sizes(events: Path) -> dict[str, Sizes]:
    """Of events.csv, by reading. Raises RecordError."""
    series = {reading: _Series() for reading in READINGS}
    group = _Group()
    try:
        with open(events, encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                group.take(row["observer"], row["event"], row["subject"])
                for reading, size in group.sizes().items():
                    if size is not None:
                        series[reading].add(int(row["time_ns"]), size)
    except FileNotFoundError:
        raise RecordError(
            f'{events}: no such file; the study must keep its events (keep = "events")'
        ) from None
    except (KeyError, ValueError, TypeError) as error:
        raise RecordError(f"{events}: is no record of events: {error!r}") from None
    return {reading: found.done(events) for reading, found in series.items()}
