# SPDX-License-Identifier: GPL-2.0-only
"""How soon the members notice a crash: first suspicion, first dead, everybody.

Both meanings of "first detection" are measured: the first suspicion (SWIM section 5.2, where the
suspicion time-out is not included) and the first dead event (Lifeguard section V-F2, where it is).
Full dissemination is Lifeguard's: from the crash until every healthy member knows.

A crash is watched from its row to the restart of the member or the end of the run. Should know: the
members that have been live ever since the crash and have the crashed one in their view, except the
crashed one itself. A member that crashes, pauses or leaves before it knows is waited for no longer.
Knows: its view says dead (or left), until a `joined` or `refuted` makes the member live again.
A view that said dead before the crash has nothing left to learn, but is no detection of the crash.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.run.incarnations import Lives
from analysis.run.records import KIND, NS_PER_S, Events, RunInfo
from analysis.run.truth import CRASHED, LIVE, STARTS, Life, Truth
from analysis.run.views import GONE, UNKNOWN, Views


OWN_CURVES = 20
"""Crashes of a run with a curve of their own: more than can be told apart, and bounded in size."""


@dataclass(frozen=True)
class CrashMetrics:
    """How one crash was noticed. Delays are since the crash; None: not within the time in which it
    was watched."""

    member: str
    time_s: float
    first_suspect_s: float | None
    first_dead_s: float | None
    known_to_50_percent_s: float | None
    """First instant from the first dead event on at which so many of who should know do."""
    known_to_90_percent_s: float | None
    known_to_99_percent_s: float | None
    full_dissemination_s: float | None
    should_know: int
    """Members that should know, after all that happened at the instant of the crash."""
    known_by: int
    """Members that should know and do when the watch ends."""
    curve: DisseminationCurve | None = None
    """Of this crash alone; None for all but the first OWN_CURVES of a run."""


@dataclass(frozen=True)
class DisseminationCurve:
    """Who knows of the crashes of a run, `i * step_s` seconds after each, summed over its crashes.

    A crash counts at a time only if it was watched for that long. Past the end of the lists nothing
    changes any more.
    """

    step_s: float
    knowing: list[int]
    should_know: list[int]

    def share(self) -> list[float]:
        """Share of the members that should know that do, 0 to 1, at each step; NaN without any."""
        return [k / s if s else math.nan for k, s in zip(self.knowing, self.should_know)]


NEVER_NS = 2**62
"""Later than the end of any run."""


@dataclass(frozen=True)
class _Watch:
    """Counts of members over the rows of one crash's watch; the first entry is the crash itself."""

    row: np.ndarray
    delay_ns: np.ndarray
    knowing: np.ndarray
    should_know: np.ndarray
    length_ns: int


def crash_metrics(
    info: RunInfo, events: Events, truth: Truth, views: Views, lives: Lives
) -> tuple[list[CrashMetrics], DisseminationCurve]:
    """Metrics of every crash in order of time, and their common dissemination curve."""
    crashes: list[CrashMetrics] = []
    watches: list[_Watch] = []
    for position, life in enumerate(truth.lives):
        if life.health != CRASHED:
            continue
        later = (after for after in truth.lives[position + 1 :] if after.member == life.member)
        restart = next((after for after in later if after.event in STARTS), None)
        end_row = restart.row if restart else truth.rows
        end_ns = restart.time_ns if restart else round(info.simulated_s * NS_PER_S)
        watch = _watch(life, end_row, end_ns, events, truth, views)
        watches.append(watch)
        crash = _metrics_of_crash(info, life, end_row, watch, events, views, lives)
        if len(crashes) < OWN_CURVES:
            own = _curve([dataclasses.replace(watch, length_ns=NEVER_NS)], info.simulated_s)
            crash = dataclasses.replace(crash, curve=own)
        crashes.append(crash)
    return crashes, _curve(watches, info.simulated_s)


def _metrics_of_crash(
    info: RunInfo,
    crash: Life,
    end_row: int,
    watch: _Watch,
    events: Events,
    views: Views,
    lives: Lives,
) -> CrashMetrics:
    rows = views.row[views.about(crash.member)]
    rows = rows[(rows > crash.row) & (rows < end_row)]
    subjects = np.full(len(rows), crash.member)
    rows = rows[~lives.is_of_earlier_life(subjects, events.incarnation[rows], rows)]

    def first(event: str) -> int | None:
        of_kind = rows[events.kind[rows] == KIND[event]]
        return int(of_kind[0]) if len(of_kind) else None

    def delay_s(row: int | None) -> float | None:
        return None if row is None else (int(events.time_ns[row]) - crash.time_ns) / NS_PER_S

    first_dead = first("dead")

    def known_to_s(percent: int) -> float | None:
        return delay_s(None if first_dead is None else _first_known_to(watch, first_dead, percent))

    return CrashMetrics(
        member=info.member_names[crash.member],
        time_s=crash.time_ns / NS_PER_S,
        first_suspect_s=delay_s(first("suspect")),
        first_dead_s=delay_s(first_dead),
        known_to_50_percent_s=known_to_s(50),
        known_to_90_percent_s=known_to_s(90),
        known_to_99_percent_s=known_to_s(99),
        full_dissemination_s=known_to_s(100),
        should_know=int(watch.should_know[np.searchsorted(watch.delay_ns, 0, side="right") - 1]),
        known_by=int(watch.knowing[-1]),
    )


def _first_known_to(watch: _Watch, first_dead: int, percent: int) -> int | None:
    """First row from `first_dead` on at which so many know of those who should."""
    # The counts at the first dead event are those of the last change up to it: who says it need not
    # be among the counted.
    start = int(np.searchsorted(watch.row, first_dead, side="right")) - 1
    enough = 100 * watch.knowing >= percent * watch.should_know
    known = np.flatnonzero((enough & (watch.should_know > 0))[start:])
    return max(int(watch.row[start + known[0]]), first_dead) if len(known) else None


def _watch(
    crash: Life, end_row: int, end_ns: int, events: Events, truth: Truth, views: Views
) -> _Watch:
    """Counts who knows and who should, from the crash to the end of its watch."""
    members = np.arange(truth.members)
    healthy = truth.health(members, crash.row) == LIVE
    healthy[crash.member] = False
    at_crash = views.of_subject(crash.member, crash.row)
    drop_row = truth.next_change(crash.row)

    changes = views.about(crash.member)
    rows, observers = views.row[changes], views.observer[changes]
    watched = (rows > crash.row) & (rows < end_row)
    watched &= healthy[observers] & (rows < drop_row[observers])
    dropped = members[healthy & (drop_row < end_row)]

    # One list of (member, row, state after), in which a member that drops out becomes unknown.
    member = np.concatenate((members[healthy], observers[watched], dropped))
    row = np.concatenate((np.full(healthy.sum(), crash.row), rows[watched], drop_row[dropped]))
    state = np.concatenate(
        (
            at_crash[healthy],
            views.state[changes][watched],
            np.full(len(dropped), UNKNOWN, dtype=np.int8),
        )
    )
    by_member = np.lexsort((row, member))
    member, row, state = member[by_member], row[by_member], state[by_member]
    is_first = np.diff(member, prepend=-1) != 0
    before = np.where(is_first, UNKNOWN, np.roll(state, 1))
    knowing = (state == GONE).astype(np.int64) - (before == GONE)
    should_know = (state != UNKNOWN).astype(np.int64) - (before != UNKNOWN)

    # The members' entries for the crash row itself make one entry of the result.
    row, inverse = np.unique(np.append(row, crash.row), return_inverse=True)
    knowing = np.bincount(inverse[:-1], weights=knowing, minlength=len(row))
    should_know = np.bincount(inverse[:-1], weights=should_know, minlength=len(row))
    return _Watch(
        row=row,
        delay_ns=events.time_ns[row] - crash.time_ns,
        knowing=np.cumsum(knowing).astype(np.int64),
        should_know=np.cumsum(should_know).astype(np.int64),
        length_ns=end_ns - crash.time_ns,
    )


def curve_step_s(simulated_s: float) -> float:
    """Grid of the curve: 0.1 s, in long runs 0.2 s, 0.5 s, 1 s and so on: at most 3000 steps.

    It depends on the run's length alone, so that runs of one length share their grid.
    """
    step_s = 0.1
    for factor in _one_two_five():
        if simulated_s / (step_s * factor) <= 3000:
            return step_s * factor
    raise AssertionError("the factors grow without end")


def _one_two_five() -> Iterator[int]:
    decade = 1
    while True:
        yield from (decade, 2 * decade, 5 * decade)
        decade *= 10


def _curve(watches: list[_Watch], simulated_s: float) -> DisseminationCurve:
    step_s = curve_step_s(simulated_s)
    if not watches:
        return DisseminationCurve(step_s, [], [])
    last_ns = max(int(watch.delay_ns[-1]) for watch in watches)
    points = math.ceil(last_ns / (step_s * NS_PER_S)) + 1
    grid_ns = np.round(np.arange(points) * step_s * NS_PER_S).astype(np.int64)
    knowing = np.zeros(points, dtype=np.int64)
    should_know = np.zeros(points, dtype=np.int64)
    for watch in watches:
        at = np.searchsorted(watch.delay_ns, grid_ns, side="right") - 1
        watched = grid_ns <= watch.length_ns
        knowing += np.where(watched, watch.knowing[at], 0)
        should_know += np.where(watched, watch.should_know[at], 0)
    return DisseminationCurve(step_s, knowing.tolist(), should_know.tolist())
