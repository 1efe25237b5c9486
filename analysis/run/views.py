# SPDX-License-Identifier: GPL-2.0-only
"""Who held whom for a live member: the members' views, rebuilt from what they reported.

A view of a member is unknown, alive, suspect or gone. An event names the state it leads to, so the
state of a pair (observer, subject) is that of its last event; before its first event it is alive in
a run that starts converged, within a cluster if there are several, and unknown in one that starts
by joining. A process that starts anew knows nobody.
"""

from __future__ import annotations

import numpy as np

from analysis.run.records import EVENT_KINDS, KIND, Events, RunInfo
from analysis.run.truth import ABSENT, Truth

UNKNOWN, ALIVE, SUSPECT, GONE = range(4)

_NO_CHANGE = -1
_STATE_AFTER = np.full(len(EVENT_KINDS), _NO_CHANGE, dtype=np.int8)
_STATE_AFTER[KIND["joined"]] = ALIVE
_STATE_AFTER[KIND["refuted"]] = ALIVE
_STATE_AFTER[KIND["suspect"]] = SUSPECT
_STATE_AFTER[KIND["dead"]] = GONE
_STATE_AFTER[KIND["left"]] = GONE


class Views:
    """The rows that change a view, and the state of the views at any row."""

    def __init__(self, info: RunInfo, events: Events, truth: Truth) -> None:
        self._truth = truth
        self.converged = info.starts_converged
        """Everybody present knows everybody present of its cluster at the start."""
        self.group = info.group
        """The cluster of each member, where there are several side by side."""
        self.row = np.flatnonzero(_STATE_AFTER[events.kind] != _NO_CHANGE)
        """Rows that change a view, ascending; the arrays below are parallel to it."""
        self.observer = events.observer[self.row]
        self.subject = events.subject[self.row]
        self.state = _STATE_AFTER[events.kind[self.row]]

        self._about = self._index_of_subjects()

    def about(self, subject: int) -> np.ndarray:
        """Positions of the changes about a member whose health changed in the run, ascending."""
        return self._about.get(subject, np.empty(0, dtype=np.int64))

    def _index_of_subjects(self) -> dict[int, np.ndarray]:
        """Only members that something happened to are asked about: mostly a few of many."""
        subjects = np.unique(np.array([life.member for life in self._truth.lives], dtype=np.int64))
        wanted = np.zeros(self._truth.members, dtype=bool)
        wanted[subjects] = True
        positions = np.flatnonzero(wanted[self.subject])
        positions = positions[np.argsort(self.subject[positions], kind="stable")]
        starts = np.searchsorted(self.subject[positions], subjects)
        return dict(zip(subjects.tolist(), np.split(positions, starts[1:])))

    def pair(self) -> np.ndarray:
        """One number for observer and subject of each change."""
        return self.observer.astype(np.int64) * self._truth.members + self.subject

    def initial(self, members: np.ndarray, subject: int) -> np.ndarray:
        """State of `subject` in the views of `members` before the first row."""
        initial = self._truth.initial
        known = self.converged & (initial[members] != ABSENT) & (initial[subject] != ABSENT)
        known &= self.group[members] == self.group[subject]
        return np.where(known, ALIVE, UNKNOWN).astype(np.int8)

    def of_subject(self, subject: int, row: int) -> np.ndarray:
        """State of `subject`, a member that `about` answers for, in each view just after `row`."""
        changes = self.about(subject)
        members = np.arange(self._truth.members)
        start = self._truth.process_start(row)
        states = self.initial(members, subject)
        states[start >= 0] = UNKNOWN
        rows, observers = self.row[changes], self.observer[changes]
        current = (rows <= row) & (rows > start[observers])
        # Of several assignments to one place, numpy lets the last win.
        states[observers[current]] = self.state[changes][current]
        return states

    def by_observer(self, observer: int, row: int) -> np.ndarray:
        """State of each member in the view of `observer` just after `row`."""
        truth = self._truth
        start = int(truth.process_start(row)[observer])
        known = self.converged and start < 0 and truth.initial[observer] != ABSENT
        known = known & (truth.initial != ABSENT) & (self.group == self.group[observer])
        states = np.where(known, ALIVE, UNKNOWN).astype(np.int8)
        changes = (self.observer == observer) & (self.row > start) & (self.row <= row)
        states[self.subject[changes]] = self.state[changes]
        states[observer] = ALIVE
        return states

    def all(self, row: int) -> np.ndarray:
        """Matrix of states just after `row`: observer by subject."""
        truth = self._truth
        members = np.arange(truth.members)
        present = truth.initial != ABSENT
        start = truth.process_start(row)
        states = np.full((truth.members, truth.members), UNKNOWN, dtype=np.int8)
        if self.converged:
            for number in np.unique(self.group):
                own = present & (self.group == number)
                states[np.ix_(own & (start < 0), own)] = ALIVE
        end = int(np.searchsorted(self.row, row, side="right"))
        observers = self.observer[:end]
        current = self.row[:end] > start[observers]
        states[observers[current], self.subject[:end][current]] = self.state[:end][current]
        states[members, members] = ALIVE
        return states

    def between(self, start_row: int, end_row: int) -> slice:
        """Positions of the changes in rows after `start_row` and before `end_row`."""
        return slice(
            int(np.searchsorted(self.row, start_row, side="right")),
            int(np.searchsorted(self.row, end_row, side="left")),
        )
