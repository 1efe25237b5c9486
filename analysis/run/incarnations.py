# SPDX-License-Identifier: GPL-2.0-only
"""Which life of a member an accusation is about.

A suspect or dead message accuses an incarnation. A member that was restarted has a higher one, and
gossip about its earlier life may still be on its way: such a message is old news, neither a wrong
accusation of the new process nor a detection of the new process's crash.
"""

from __future__ import annotations

import numpy as np

from analysis.run.records import NOBODY, Events
from analysis.run.truth import STARTS, Truth
from analysis.run.views import Views


class Lives:
    """The lowest incarnation of each process that was started during the run."""

    def __init__(self, events: Events, truth: Truth, views: Views) -> None:
        self._span = truth.rows + 1
        keys: list[int] = []
        floors: list[int] = []
        for life in truth.lives:
            if life.event in STARTS:
                keys.append(life.member * self._span + life.row)
                floors.append(
                    life.incarnation
                    if life.incarnation != NOBODY
                    else _above_all_before(events, views, life.member, life.row)
                )
        order = np.argsort(np.array(keys, dtype=np.int64))
        # In front, the answer for a member that was never started anew: nothing is too low.
        self._keys: np.ndarray = np.append(-1, np.array(keys, dtype=np.int64)[order])
        self._floors: np.ndarray = np.append(0, np.array(floors, dtype=np.int64)[order])

    def is_of_earlier_life(
        self, subjects: np.ndarray, incarnations: np.ndarray, rows: np.ndarray
    ) -> np.ndarray:
        """Whether each incarnation is that of a process before the one last started by its row.

        An accusation without an incarnation cannot be told apart and is of the present life.
        """
        wanted = subjects.astype(np.int64) * self._span + rows
        at = np.searchsorted(self._keys, wanted, side="right") - 1
        known = self._keys[at] // self._span == subjects
        return known & (incarnations != NOBODY) & (incarnations < self._floors[at])


def _above_all_before(events: Events, views: Views, member: int, row: int) -> int:
    """One above whatever incarnation anybody had recorded of the member before `row`."""
    rows = views.row[views.about(member)]
    before = events.incarnation[rows[rows < row]]
    return int(before.max()) + 1 if len(before) else 0
