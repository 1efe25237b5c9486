# SPDX-License-Identifier: GPL-2.0-only
"""What became of a leave: who saw a member leave, who saw it fail, and who saw nothing.

A member that leaves says so and goes. Whom the word does not reach finds out by probing, and holds
for failed what left in good order; users see an alarm (consul#3706, serf#638).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.run.records import KIND, NS_PER_S, Events, RunInfo
from analysis.run.truth import LEFT, LIVE, Truth
from analysis.run.views import ALIVE, SUSPECT, Views


@dataclass(frozen=True)
class LeaveMetrics:
    """One leave, as its observers hold it when its watch ends.

    Observers are the members that are live from the leave to the end of its watch, which is the
    member's next start or the end of the run, and that held it for live when it left.
    """

    member: str
    time_s: float
    observers: int
    saw_left: int
    saw_failed: int
    """Their last word is `dead`."""
    saw_nothing: int
    """They hold it for alive or suspect still."""


def leave_metrics(info: RunInfo, events: Events, truth: Truth, views: Views) -> list[LeaveMetrics]:
    """Metrics of every leave in order of time."""
    members = np.arange(truth.members)
    result = []
    for life in truth.lives:
        if life.health != LEFT:
            continue
        end_row = int(truth.next_change(life.row)[life.member])
        before = views.of_subject(life.member, life.row)
        watching = (truth.health(members, life.row) == LIVE) & (
            truth.next_change(life.row) >= end_row
        )
        watching &= (before == ALIVE) | (before == SUSPECT)
        watching[life.member] = False
        rows = views.row[views.about(life.member)]
        rows = rows[(rows > life.row) & (rows < end_row)]
        last_word = np.full(truth.members, KIND["joined"])
        # Of several assignments to one place, numpy lets the last win.
        last_word[events.observer[rows]] = events.kind[rows]
        words = last_word[watching]
        left, failed = (int((words == KIND[word]).sum()) for word in ("left", "dead"))
        result.append(
            LeaveMetrics(
                member=info.member_names[life.member],
                time_s=life.time_ns / NS_PER_S,
                observers=int(watching.sum()),
                saw_left=left,
                saw_failed=failed,
                saw_nothing=int(watching.sum()) - left - failed,
            )
        )
    return result
