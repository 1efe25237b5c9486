# SPDX-License-Identifier: GPL-2.0-only
"""What the views are worth at the end of a run: who is missing from them, and who should be gone.

How a scenario ends is often its whole point: after a healed partition, a mass restart, a lost leave
message, does every live member hold every live member, and nobody else? The states of all pairs
(observer, subject) would be a square of the members, so pairs are counted: those that nothing was
ever said about have their state from the start, the others that of their last change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.run.records import KIND, NS_PER_S, Events
from analysis.run.truth import ABSENT, CRASHED, LEFT, LIVE, Truth
from analysis.run.views import ALIVE, GONE, SUSPECT, Views


@dataclass(frozen=True)
class AgreementMetrics:
    """The views of the live members when the run ends, and what came back from the dead in it."""

    live_pairs: int
    """Pairs of different live members of one cluster."""
    missing_pairs: int
    """Those in which the observer holds the subject for gone, or does not know it."""
    missing_members: int
    """Live members that are missing from the view of at least one live member."""
    foreign_pairs: int
    """Pairs of a live observer and a member of another cluster, which it holds for live."""
    stale_pairs: int
    """Pairs of a live observer and a member that crashed or left, which it holds for live."""
    resurrections: int
    """`joined` events about a member that is not there and that the observer held for gone."""
    settled_at_s: float | None
    """Time of the last change of a live member's view; None: nothing ever changed."""


def agreement_metrics(events: Events, truth: Truth, views: Views) -> AgreementMetrics:
    """Compares the views at the end of the run with what is true then."""
    members = np.arange(truth.members)
    last_row = truth.rows - 1
    health = truth.health(members, last_row)
    live = health == LIVE
    gone = (health == CRASHED) | (health == LEFT)
    held_by, foreign = _live_holders(truth, views, live)
    live_of_group = np.bincount(views.group[live], minlength=int(views.group.max()) + 1)
    peers = live_of_group[views.group] - 1
    missing = np.where(live, peers - held_by, 0)
    changes = views.row[live[views.observer]]
    return AgreementMetrics(
        live_pairs=int(peers[live].sum()),
        missing_pairs=int(missing.sum()),
        missing_members=int((missing > 0).sum()),
        foreign_pairs=foreign,
        stale_pairs=int(held_by[gone].sum()),
        resurrections=_resurrections(events, truth, views),
        settled_at_s=int(events.time_ns[changes[-1]]) / NS_PER_S if len(changes) else None,
    )


def _live_holders(truth: Truth, views: Views, live: np.ndarray) -> tuple[np.ndarray, int]:
    """For each member, how many other live members of its cluster hold it for alive or suspect at
    the end; and how many pairs there are in which somebody of another cluster does."""
    start = truth.process_start(truth.rows - 1)
    present, group = truth.initial != ABSENT, views.group
    knew_all = live & present & (start < 0) & views.converged
    knowing = np.bincount(group[knew_all], minlength=int(group.max()) + 1)
    held = np.where(present, knowing[group] - knew_all, 0)

    observer, subject, state = _last_changes(views, start)
    counted = live[observer] & (observer != subject)
    observer, subject, state = observer[counted], subject[counted], state[counted]
    own = group[observer] == group[subject]
    holds = (state == ALIVE) | (state == SUSPECT)
    held -= np.bincount(
        subject[own & knew_all[observer] & present[subject]], minlength=truth.members
    )
    held += np.bincount(subject[own & holds], minlength=truth.members)
    return held, int((holds & ~own).sum())


def _last_changes(views: Views, start: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Observer, subject and state of each pair's last change by the observer's last process."""
    current = np.flatnonzero(views.row > start[views.observer])[::-1]
    _, first_from_the_end = np.unique(views.pair()[current], return_index=True)
    last = current[first_from_the_end]
    return views.observer[last], views.subject[last], views.state[last]


def _resurrections(events: Events, truth: Truth, views: Views) -> int:
    """Only one observer's news counts that held the member for gone: a process that starts anew may
    be told of a crash before it is known, and has every right to believe."""
    joined = np.flatnonzero(events.kind[views.row] == KIND["joined"])
    health = truth.health(views.subject[joined], views.row[joined])
    suspicious = joined[(health == CRASHED) | (health == LEFT)]
    if len(suspicious) == 0:
        return 0
    pair = views.pair()
    candidates = np.flatnonzero(np.isin(pair, np.unique(pair[suspicious])))
    order = candidates[np.argsort(pair[candidates], kind="stable")]
    follows_death = np.zeros(len(pair), dtype=bool)
    start = truth.process_start_at(views.observer[order[1:]], views.row[order[1:]])
    same_view = (pair[order][1:] == pair[order][:-1]) & (views.row[order[:-1]] > start)
    follows_death[order[1:]] = same_view & (views.state[order[:-1]] == GONE)
    return int(follows_death[suspicious].sum())
