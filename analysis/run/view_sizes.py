# SPDX-License-Identifier: GPL-2.0-only
"""How many members the live members hold for live, over the time of a run.

Rapid (Suresh et al., USENIX ATC 2018, Fig. 1, 9 and 10) judges membership protocols by this: views
that are stable, that agree, and that follow the truth. A view is replayed once through the run, as
a row of a matrix of bytes, observer by subject, and measured at instants of a grid: what a run
needs does not grow with its events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.run.records import NS_PER_S, Events, RunInfo
from analysis.run.truth import LIVE, Truth
from analysis.run.views import ALIVE, SUSPECT, Views

INSTANTS_AT_MOST = 600


@dataclass(frozen=True)
class ViewSizes:
    """Sizes of the views in one cluster just before each of the instants: lists of one length.

    Just before, because faults happen at round times, as the instants do: what stands at a fault is
    what was so until then, and a process that starts anew has had the time to ask somebody.

    The size of a view is how many members its owner holds for alive or suspect, itself included.
    Only views of live members count; None where nobody is live.
    """

    time_s: list[float]
    live: list[int]
    """What is true: how many members of the cluster are live."""
    smallest: list[int | None]
    median: list[float | None]
    largest: list[int | None]


def view_size_metrics(info: RunInfo, events: Events, truth: Truth, views: Views) -> list[ViewSizes]:
    """The sizes of the views of each cluster; of a run with one cluster, a list of one."""
    at_ns = instants_ns(round(info.simulated_s * NS_PER_S))
    time_s = [instant_ns / NS_PER_S for instant_ns in at_ns]
    ends = [*np.searchsorted(events.time_ns, at_ns[:-1], side="left").tolist(), len(events)]
    clusters = [views.group == number for number in np.unique(views.group)]
    found = [ViewSizes(time_s, [], [], [], []) for _ in clusters]
    everybody = np.arange(truth.members)
    for end, sizes in zip(ends, _sizes_after(ends, truth, views)):
        live = truth.health(everybody, end - 1) == LIVE
        for cluster, series in zip(clusters, found):
            _append(series, sizes[live & cluster])
    return found


def instants_ns(end_ns: int) -> list[int]:
    """Start, end, and between them instants at a round distance: 1, 2 or 5 times a power of 10."""
    distances_ns = (step * 10**power for power in range(20) for step in (1, 2, 5))
    step_ns = next(step for step in distances_ns if end_ns / step <= INSTANTS_AT_MOST - 1)
    return [*range(0, end_ns, step_ns), end_ns]


def _append(series: ViewSizes, sizes: np.ndarray) -> None:
    series.live.append(len(sizes))
    some = len(sizes) > 0
    series.smallest.append(int(sizes.min()) if some else None)
    series.median.append(float(np.median(sizes)) if some else None)
    series.largest.append(int(sizes.max()) if some else None)


def _sizes_after(ends: Sequence[int], truth: Truth, views: Views) -> Iterator[np.ndarray]:
    """The size of each member's view after that many rows, for each of `ends`, which ascend."""
    initial = views.all(-1)
    held = (initial == ALIVE) | (initial == SUSPECT)
    sizes = np.count_nonzero(held, axis=1)
    holds = (views.state == ALIVE) | (views.state == SUSPECT)
    done = 0
    for end in ends:
        # A process that starts anew knows nobody, and what its predecessor said is void.
        start = truth.process_start(end - 1)
        anew = np.flatnonzero(start >= done)
        held[anew] = False
        changes = views.between(done - 1, end)
        observers = views.observer[changes]
        current = views.row[changes] > start[observers]
        observers = observers[current]
        # Of several assignments to one place, numpy lets the last win.
        held[observers, views.subject[changes][current]] = holds[changes][current]
        moved = np.union1d(anew, observers)
        held[moved, moved] = True
        sizes[moved] = np.count_nonzero(held[moved], axis=1)
        done = end
        yield sizes
