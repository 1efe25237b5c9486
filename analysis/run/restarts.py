# SPDX-License-Identifier: GPL-2.0-only
"""How long until everybody has a restarted member back.

A process that comes back is not yet a member: the others may hold it for dead, hold a wrong address
for it, or refuse its new one. It is back with an observer from which on the observer holds it for
alive; if it came back at another address, only after the observer gave up the old one, which shows
as a `joined` event since the restart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.run.records import KIND, NS_PER_S, Events, RunInfo
from analysis.run.truth import LIVE, Life, Truth
from analysis.run.views import ALIVE, SUSPECT, Views


@dataclass(frozen=True)
class RestartMetrics:
    """One restart. Observers are the members that are live from the restart to the end of its
    watch, which is the next change of the member's health or the end of the run."""

    member: str
    time_s: float
    observers: int
    accepted_by: int
    """Observers that hold it for alive when the watch ends."""
    accepted_s: float | None
    """From the restart to the first instant at which all observers had it back; None: never."""


def restart_metrics(
    info: RunInfo, events: Events, truth: Truth, views: Views
) -> list[RestartMetrics]:
    """Metrics of every restart that anybody watched, in order of time."""
    members = np.arange(truth.members)
    moved = _moved(info, truth)
    result = []
    for life in truth.lives:
        next_change = truth.next_change(life.row)
        end_row = int(next_change[life.member])
        watching = (truth.health(members, life.row) == LIVE) & (next_change >= end_row)
        watching[life.member] = False
        if life.event != "restart" or not watching.any():
            continue
        confirmed = np.full(truth.members, life not in moved)
        pending = watching & ~(confirmed & (views.of_subject(life.member, life.row) == ALIVE))
        everybody_row = None if pending.any() else life.row
        for change in views.about(life.member):
            row, observer, state = (
                int(views.row[change]),
                views.observer[change],
                views.state[change],
            )
            # A suspicion that arises breaks nothing unless it becomes a death.
            if not life.row < row < end_row or not watching[observer] or state == SUSPECT:
                continue
            confirmed[observer] |= events.kind[row] == KIND["joined"]
            pending[observer] = not (state == ALIVE and confirmed[observer])
            if everybody_row is None and not pending.any():
                everybody_row = row
        result.append(
            RestartMetrics(
                member=info.member_names[life.member],
                time_s=life.time_ns / NS_PER_S,
                observers=int(watching.sum()),
                accepted_by=int(watching.sum() - pending.sum()),
                accepted_s=(
                    None
                    if everybody_row is None
                    else (int(events.time_ns[everybody_row]) - life.time_ns) / NS_PER_S
                ),
            )
        )
    return result


def _moved(info: RunInfo, truth: Truth) -> list[Life]:
    """The restarts at another address than before: run.json lists the addresses of those that may
    differ, and its restarts of a member stand in the order of the member's lives."""
    addresses = {name: [member] for member, name in enumerate(info.member_names)}
    for entry in info.raw.get("timeline", ()):
        if entry["verb"] == "restart":
            for position, name in enumerate(entry["members"]):
                history = addresses[name]
                given = entry.get("addresses")
                history.append(given[position] if given else history[-1])
    moved = []
    restarts = dict.fromkeys(range(info.members), 0)
    for life in truth.lives:
        if life.event == "restart":
            history = addresses[info.member_names[life.member]]
            restarts[life.member] += 1
            number = restarts[life.member]
            if number < len(history) and history[number] != history[number - 1]:
                moved.append(life)
    return moved
