# SPDX-License-Identifier: GPL-2.0-only
"""How long a partition takes to be noticed, and its healing to be mended.

Both are instants at which a property of all pairs (observer, subject) holds for the first time, so
both count the pairs that do not have it yet and wait for zero. Only members that stay live for the
whole of the interval take part: a member that crashes meanwhile is the matter of dissemination.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.run.records import NS_PER_S, Events
from analysis.run.truth import LIVE, PartitionEpoch, Truth
from analysis.run.views import ALIVE, GONE, SUSPECT, Views


@dataclass(frozen=True)
class PartitionMetrics:
    """One partition of a run. Delays are since the partition and since its healing; None: never
    (for `healed_at_s`: not healed within the run)."""

    at_s: float
    healed_at_s: float | None
    separated_s: float | None
    remerged_s: float | None


def partition_metrics(events: Events, truth: Truth, views: Views) -> list[PartitionMetrics]:
    """Metrics of every partition, in order of time."""
    result = []
    for position, epoch in enumerate(truth.partitions):
        following = truth.partitions[position + 1 :]
        end_row = following[0].start_row if following else truth.rows
        healed = epoch.end_ns is not None
        result.append(
            PartitionMetrics(
                at_s=epoch.start_ns / NS_PER_S,
                healed_at_s=epoch.end_ns / NS_PER_S if healed else None,
                separated_s=_separated_s(epoch, events, truth, views),
                remerged_s=_remerged_s(epoch, end_row, events, truth, views) if healed else None,
            )
        )
    return result


def _separated_s(epoch: PartitionEpoch, events: Events, truth: Truth, views: Views) -> float | None:
    """Seconds until no member holds a member of another side for live, suspected or not."""
    stable = _stable(truth, epoch.start_row, epoch.end_row)
    members = np.arange(truth.members)
    pairs = epoch.separates(members[:, None], members[None, :])
    pairs &= stable[:, None] & stable[None, :]
    if not pairs.any():
        return None
    states = views.all(epoch.start_row)
    pending = pairs & ((states == ALIVE) | (states == SUSPECT))
    changes = views.between(epoch.start_row, epoch.end_row)
    row = _first_zero(pending, views.state[changes] != GONE, views, changes, pairs)
    return _delay_s(row, epoch.start_row, epoch.start_ns, events)


def _remerged_s(
    epoch: PartitionEpoch, end_row: int, events: Events, truth: Truth, views: Views
) -> float | None:
    """Seconds from the heal until every member holds every member for alive again.

    A suspicion that is open when the partition heals must end first, for it may yet become a death;
    one that arises later is an ordinary one and breaks nothing unless it does.
    """
    stable = _stable(truth, epoch.end_row, end_row)
    pairs = stable[:, None] & stable[None, :]
    pending = pairs & (views.all(epoch.end_row) != ALIVE)
    changes = views.between(epoch.end_row, end_row)
    positions = np.arange(changes.start, changes.stop)
    positions = positions[views.state[changes] != SUSPECT]
    row = _first_zero(pending, views.state[positions] == GONE, views, positions, pairs)
    return _delay_s(row, epoch.end_row, epoch.end_ns, events)


def _stable(truth: Truth, start_row: int, end_row: int) -> np.ndarray:
    """Which members are live at `start_row` and stay the same live process until `end_row`."""
    members = np.arange(truth.members)
    return (truth.health(members, start_row) == LIVE) & (truth.next_change(start_row) >= end_row)


def _first_zero(
    pending: np.ndarray,
    pending_after: np.ndarray,
    views: Views,
    changes: slice | np.ndarray,
    pairs: np.ndarray,
) -> int | None:
    """First row at which no pair is pending: -1 if none is from the beginning, None if never.

    `pending_after` says of each of the changes whether its pair is pending from there on. Pairs
    outside `pairs` do not count.
    """
    count = int(pending.sum())
    if count == 0:
        return -1
    observer, subject = views.observer[changes], views.subject[changes]
    counted = pairs[observer, subject]
    observer, subject = observer[counted], subject[counted]
    after = pending_after[counted]
    pair = observer.astype(np.int64) * len(pairs) + subject
    order = np.argsort(pair, kind="stable")
    before = np.empty(len(pair), dtype=bool)
    is_first = np.diff(pair[order], prepend=-1) != 0
    before[order] = np.where(is_first, pending.ravel()[pair[order]], np.roll(after[order], 1))
    counts = count + np.cumsum(after.astype(np.int64) - before)
    zero = np.flatnonzero(counts == 0)
    return int(views.row[changes][counted][zero[0]]) if len(zero) else None


def _delay_s(row: int | None, start_row: int, start_ns: int, events: Events) -> float | None:
    if row is None:
        return None
    return (int(events.time_ns[max(row, start_row)]) - start_ns) / NS_PER_S
