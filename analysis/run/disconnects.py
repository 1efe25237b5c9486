# SPDX-License-Identifier: GPL-2.0-only
"""Members whose network is unplugged: do they notice, and are they noticed?

A send that the operating system refuses is no loss on the way. A member that ignores the error
never ends a probe, holds everybody for alive, and serves what it last knew (serf#627, #732).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.run.records import NS_PER_S, Events, RunInfo
from analysis.run.truth import LIVE, UNPLUGGED, Truth
from analysis.run.views import GONE, Views


@dataclass(frozen=True)
class DisconnectMetrics:
    """One disconnection as it is held when its watch ends: at the reconnection, another change of
    the member's health, or the end of the run. Others are the members that are live until then."""

    member: str
    time_s: float
    others: int
    held_gone: int
    """Others that the unplugged member holds for gone."""
    gone_to: int
    """Others that hold it for gone."""


def disconnect_metrics(
    info: RunInfo, events: Events, truth: Truth, views: Views
) -> list[DisconnectMetrics]:
    """Metrics of every disconnection in order of time."""
    members = np.arange(truth.members)
    result = []
    for life in truth.lives:
        if life.health != UNPLUGGED:
            continue
        next_change = truth.next_change(life.row)
        end_row = int(next_change[life.member])
        others = (truth.health(members, life.row) == LIVE) & (next_change >= end_row)
        others[life.member] = False
        held = views.by_observer(life.member, end_row - 1)
        holding = views.of_subject(life.member, end_row - 1)
        result.append(
            DisconnectMetrics(
                member=info.member_names[life.member],
                time_s=life.time_ns / NS_PER_S,
                others=int(others.sum()),
                held_gone=int((held[others] == GONE).sum()),
                gone_to=int((holding[others] == GONE).sum()),
            )
        )
    return result
