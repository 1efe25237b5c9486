# SPDX-License-Identifier: GPL-2.0-only
"""Runs travel to worker machines in batches: how large, and what happens to those that do not come back.

To start a job costs a scheduler up to a second, a run may take a hundredth. A batch that is lost (its
machine failed, its time was over, it was preempted) is given out again, in smaller pieces and in the end
run by run, so that one run which takes its machine down is found, and the others are done. After
MOST_TRIES a run counts as failed.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from campaign.errors import Failure
from campaign.study.engine import Done, Job, Outcome
from campaign.study.work_folder import Batch, WorkFolder

MOST_TRIES = 3
_BATCHES_A_LANE = 2
"""So that what is estimated wrongly evens out."""
_PIECES = 8
"""Into how many pieces a lost batch is cut for its second try."""
_SECONDS_A_MEMBER_SECOND = 1e-5
"""A guess, before a run of the cell was seen: of 128 members 135 s take some 0.15 s."""


class Estimates:
    """How long runs take: as those of the same cell did."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}

    @property
    def any_seen(self) -> bool:
        """Whether a run has ended well."""
        return bool(self._seen)

    def seconds(self, job: Job) -> float:
        """Of one run."""
        cell = job.cell
        guess = cell.members * cell.simulated_s * _SECONDS_A_MEMBER_SECOND
        return self._seen.get(cell.key, guess)

    def learn(self, job: Job, seconds: float) -> None:
        """The longest counts: a batch too large is worse than one too small."""
        key = job.cell.key
        self._seen[key] = max(self._seen.get(key, 0.0), seconds, 1e-4)


class Undone:
    """What is still to be done of one round, and how often it was tried."""

    def __init__(self, folder: WorkFolder, jobs: Sequence[Job], estimates: Estimates) -> None:
        self._folder = folder
        self._estimates = estimates
        self._jobs = {job.name: job for job in jobs}
        self._tries: Counter[str] = Counter()
        self._attempt = itertools.count()
        self._any_came = False

    def __bool__(self) -> bool:
        return bool(self._jobs)

    def batches(self, lanes: int, seconds: float) -> list[Batch]:
        """All that is undone, for `lanes` workers at a time, in batches of about so long."""
        attempt = next(self._attempt)
        groups: dict[tuple[str, int], list[Job]] = {}
        for job in self._jobs.values():
            groups.setdefault((job.cell.scenario, self._tries[job.name]), []).append(job)
        total = sum(map(self._estimates.seconds, self._jobs.values()))
        share = min(seconds, total / (_BATCHES_A_LANE * lanes))
        batches: list[Batch] = []
        for (scenario, tries), jobs in groups.items():
            largest = [len(jobs), math.ceil(len(jobs) / _PIECES)][tries] if tries < 2 else 1
            for piece in _cut(jobs, self._estimates, share, largest):
                name = f"{self._folder.scenario_number(scenario)}-{len(batches):05d}-{attempt}"
                length = sum(map(self._estimates.seconds, piece))
                batches.append(Batch(name, tuple(piece), length))
        return batches

    def is_done(self, batch: Batch) -> bool:
        """Whether all of its runs were told of."""
        return not any(job.name in self._jobs for job in batch.jobs)

    def take(self, result: Path, done: Done) -> None:
        """Tell of all runs in a result that were not told of."""
        returned = self._folder.read(result, self._jobs)
        for outcome in returned.outcomes:
            self._any_came = True
            job = self._jobs.pop(outcome.job.name)
            if job.name in returned.seconds:
                self._estimates.learn(job, returned.seconds[job.name])
            done(outcome)

    def take_all(self, done: Done) -> None:
        """Of all results that an earlier command left, which are gone afterwards."""
        for result in self._folder.results():
            self.take(result, done)
            result.unlink()

    def lost(self, batch: Batch, reason: str, kept: bool, done: Done) -> None:
        """The batch ended before all of its runs had; `kept`: with a result of what was done until
        then, so that it was at the first run that is missing.

        Raises Failure where no run at all came back so far: that is no fault of a run.
        """
        missing = [job for job in batch.jobs if job.name in self._jobs]
        blamed = missing[:1] if kept else missing
        self._tries.update(job.name for job in blamed)
        for job in blamed:
            if self._tries[job.name] < MOST_TRIES:
                continue
            if not self._any_came:
                raise Failure(f"no run came back from any worker: {reason}")
            del self._jobs[job.name]
            text = f"it was given to workers {MOST_TRIES} times and never came back: {reason}"
            done(Outcome(job, None, text, 1))


def _cut(
    jobs: Sequence[Job], estimates: Estimates, seconds: float, largest: int
) -> Iterable[list[Job]]:
    """Pieces of at most so many jobs and, where that is more than one job, about so long."""
    piece: list[Job] = []
    length = 0.0
    for job in jobs:
        own = estimates.seconds(job)
        if piece and (len(piece) >= largest or length + own / 2 > seconds):
            yield piece
            piece, length = [], 0.0
        piece.append(job)
        length += own
    if piece:
        yield piece


def limit_minutes(seconds: float) -> int:
    """A time limit for a batch that should take so long: a good one is never stopped by it."""
    return 10 + math.ceil(10 * seconds / 60)
