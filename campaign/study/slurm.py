# SPDX-License-Identifier: GPL-2.0-only
"""The engine Slurm: the batches of a round as job arrays, submitted directly.

What counts as the end of a batch is its result in the shared folder; the queue is asked only for what
became of those that have none. Nothing is waited for without end: a task that Slurm forgot, lost, stopped
or cannot stop is given up after a while and its batch goes out again (see batches.py), and what Slurm
will never start ends the study with Slurm's reason.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign.children import side_by_side
from campaign.errors import Failure, UserError
from campaign.study.batches import Estimates, Undone, limit_minutes
from campaign.study.engine import Done, Job
from campaign.study.slurm_queue import ENDED, Queue, SlurmError, State, Task
from campaign.study.work_folder import PROGRAM_NAME, SCRIPT_NAME, Batch, WorkFolder, words_on
from campaign.words import one_line

_BATCH_SECONDS = 30.0
"""An array's task costs Slurm up to half a second."""
_ARRAY_SCRIPT_NAME = "array.sh"
_ARRAY_SCRIPT = f"""\
#!/bin/sh
# array.sh FILE: one task of a job array does the batch that its line of FILE names.
batch=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" "$1") && [ -n "$batch" ] || exit 1
exec sh {SCRIPT_NAME} {PROGRAM_NAME} "inputs/${{batch%%-*}}/scenario.toml" \\
    "batches/$batch.jsonl" "results/$batch.tar"
"""
_HOPELESS = (
    "PartitionTimeLimit PartitionNodeLimit PartitionDown PartitionInactive BadConstraints"
    " AccountNotAllowed QOSNotAllowed InvalidAccount InvalidQOS QOSMaxWallDurationPerJobLimit"
    " AssocMaxWallDurationPerJobLimit MaxMemPerLimit DependencyNeverSatisfied"
).split()
"""Reasons for which a job pends until somebody changes something."""
_SHOWN_LINES = 5


@dataclass(frozen=True)
class Patience:
    """How long what is waited for."""

    result_s: float = 90.0
    """For a result after its task has ended: file systems tell late of new files."""
    ending_s: float = 600.0
    """For a task that is ending, or that runs beyond its time limit."""
    answer_s: float = 900.0
    """For Slurm, when it does not answer: it may be started again."""
    start_s: float = 7 * 86400.0
    """For anything to happen while jobs are in the queue."""
    cancel_s: float = 30.0
    """For cancelled jobs to be gone."""
    longest_poll_s: float = 10.0


class SlurmEngine:
    """`jobs` batches at a time."""

    def __init__(
        self,
        program: Path,
        inputs: Path,
        scratch: Path,
        jobs: int,
        options: Sequence[str] = (),
        memory_mb: int | None = None,
        patience: Patience = Patience(),
    ) -> None:
        """inputs: holds a folder of copies for each scenario; scratch: on a file system that the
        nodes share, becomes the folder from which they work; options: for sbatch, as
        `--partition=NAME`; memory_mb: what a run needs at most, where that is known.

        Raises UserError where there is no Slurm.
        """
        self._folder = WorkFolder(program, inputs, scratch.absolute())
        self._jobs = jobs
        self._options = [*options]
        self._patience = patience
        self._estimates = Estimates()
        self._unfit: dict[str, str] = {}
        name = hashlib.sha256(str(scratch.absolute()).encode("utf-8", "surrogateescape"))
        self._queue = Queue(f"swimlab-{name.hexdigest()[:12]}")
        asks = memory_mb is not None and self._queue.shares_memory
        self._memory = [f"--mem={memory_mb}M"] if asks else []

    def perform(self, jobs: Sequence[Job], done: Done) -> None:
        """See Engine."""
        # Of a command that was killed: this one has the folder for itself.
        self._cancel_all()
        self._folder.prepare(jobs)
        logs = self._folder.path / "logs"
        logs.mkdir(exist_ok=True)
        (self._folder.path / _ARRAY_SCRIPT_NAME).write_text(_ARRAY_SCRIPT, encoding="utf-8")
        undone = Undone(self._folder, jobs, self._estimates)
        undone.take_all(done)
        while undone:
            batches = undone.batches(self._jobs, _BATCH_SECONDS)
            self._folder.write(batches)
            round_ = _Round(self._queue, self._folder, undone, done, self._patience)
            try:
                self._submit(batches, round_)
                side_by_side(1, round_.follow)
            finally:
                self._cancel_all()
            undone.take_all(done)
            if unfit := self._folder.unfit():
                self._exclude(unfit)
                continue
            for batch, reason in round_.lost:
                undone.lost(batch, reason, batch.name in round_.kept, done)
        self._folder.remove()

    def _submit(self, batches: Sequence[Batch], round_: _Round) -> None:
        """As arrays; where Slurm takes no more, what it took is done first."""
        folder = self._folder.path
        for first in range(0, len(batches), self._queue.largest_array):
            part = batches[first : first + self._queue.largest_array]
            order = Path("logs") / f"{part[0].name}.txt"
            (folder / order).write_text("".join(f"{batch.name}\n" for batch in part), "utf-8")
            limit = limit_minutes(max(batch.seconds for batch in part))
            options = [f"--time={limit}", f"--output=logs/{part[0].name}.%a", *self._memory]
            if self._unfit:
                options.append(f"--exclude={','.join(self._unfit)}")
            options += self._options
            script = [_ARRAY_SCRIPT_NAME, str(order)]
            try:
                array = self._queue.submit(script, folder, len(part), self._jobs, options)
            except SlurmError as error:
                if round_.waiting:
                    return
                raise UserError(f"Slurm takes no job of this study: {error}") from None
            for index, batch in enumerate(part):
                log = folder / "logs" / f"{part[0].name}.{index}"
                round_.waiting[Task(array, index)] = _Waiting(batch, log)

    def _exclude(self, unfit: dict[str, str]) -> None:
        """Do without the nodes that cannot do runs, as long as others have done some."""
        self._folder.forget_unfit()
        again = unfit.keys() & self._unfit.keys()
        self._unfit |= unfit
        if self._unfit and (again or not self._estimates.any_seen):
            raise UserError(words_on(self._unfit))

    def _cancel_all(self) -> None:
        """And wait until they are gone; where Slurm does not answer, they end by their time limits."""
        end = time.monotonic() + self._patience.cancel_s
        try:
            while any(state.name not in ENDED for state in self._queue.states().values()):
                self._queue.cancel()
                if time.monotonic() > end:
                    return
                time.sleep(0.3)
        except SlurmError:
            return


@dataclass
class _Waiting:
    """A batch that has no result yet."""

    batch: Batch
    log: Path
    state: str = ""
    since: float = 0.0
    """When it was first seen in this state."""


class _Round:
    """All that is in the queue at one time."""

    def __init__(
        self, queue: Queue, folder: WorkFolder, undone: Undone, done: Done, patience: Patience
    ) -> None:
        self.waiting: dict[Task, _Waiting] = {}
        self.lost: list[tuple[Batch, str]] = []
        self.kept: set[str] = set()
        self._queue = queue
        self._folder = folder
        self._undone = undone
        self._done = done
        self._patience = patience
        self._last_answer = self._last_news = time.monotonic()

    async def follow(self) -> None:
        """Until all have ended, or a node turned out to be unfit: no more of them should meet it."""
        begin = time.monotonic()
        while self.waiting:
            self._take_results()
            if self._folder.unfit():
                return
            if self.waiting:
                self._look_at_queue()
            passed = time.monotonic() - begin
            await asyncio.sleep(min(self._patience.longest_poll_s, 0.3 + passed / 20))

    def _take_results(self) -> None:
        for task, waiting in list(self.waiting.items()):
            if self._folder.result(waiting.batch).exists():
                del self.waiting[task]
                self._last_news = time.monotonic()
                self._undone.take(self._folder.result(waiting.batch), self._done)
                if not self._undone.is_done(waiting.batch):
                    self.kept.add(waiting.batch.name)
                    self.lost.append((waiting.batch, f"{waiting.state} {_end_of(waiting.log)}"))

    def _look_at_queue(self) -> None:
        now = time.monotonic()
        try:
            states = self._queue.states()
        except SlurmError as error:
            if now - self._last_answer > self._patience.answer_s:
                raise Failure(f"Slurm does not answer any more: {error}") from None
            return
        self._last_answer = now
        for task, waiting in list(self.waiting.items()):
            state = states.get(task, State("", "", "None", None))
            if state.name != waiting.state:
                waiting.state, waiting.since = state.name, now
                self._last_news = now
            if state.name == "PENDING" and state.reason in _HOPELESS:
                raise UserError(f"Slurm will not start the jobs of this study: {state.reason}")
            if now - waiting.since >= self._patience_with(state):
                del self.waiting[task]
                self._queue_cancel(task)
                words = state.words if state.name else "Slurm does not know it any more"
                self.lost.append((waiting.batch, f"{words} {_end_of(waiting.log)}".rstrip()))
        if now - self._last_news > self._patience.start_s:
            raise Failure(
                f"nothing has happened for {self._patience.start_s:.0f} s to the jobs in the queue of "
                f"Slurm: {', '.join({state.words for state in states.values()})}"
            )

    def _patience_with(self, state: State) -> float:
        """How long a batch without a result may be in this state."""
        if state.name == "FAILED":
            return 0.0  # Its script has said that it leaves none.
        if state.name == "" or state.name in ENDED:
            return self._patience.result_s
        if state.name == "COMPLETING":
            return self._patience.ending_s
        if state.name == "RUNNING" and state.limit_s is not None:
            return state.limit_s + self._patience.ending_s
        if state.name == "PENDING" and (state.reason == "JobHeldAdmin" or "held" in state.reason):
            return self._patience.result_s
        return float("inf")

    def _queue_cancel(self, task: Task) -> None:
        try:
            self._queue.cancel([task])
        except SlurmError:
            pass  # It is gone, which is what is wanted.


def _end_of(log: Path) -> str:
    """What the script of a task said last."""
    try:
        lines = log.read_text("utf-8", "replace").splitlines()[-_SHOWN_LINES:]
    except OSError:
        return ""
    return "".join(f"\n    {one_line(line)}" for line in lines)
