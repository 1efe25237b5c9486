# SPDX-License-Identifier: GPL-2.0-only
"""Slurm's commands as this uses them: sbatch, squeue, scancel, scontrol. None needs accounting."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign import surroundings
from campaign.errors import UserError
from campaign.words import one_line

_TIMEOUT_S = 60.0
_COMMANDS = ("sbatch", "squeue", "scancel", "scontrol")
_MAX_ARRAY_SIZE = 1001
"""Slurm's own default."""
ENDED = frozenset(
    "BOOT_FAIL CANCELLED COMPLETED DEADLINE FAILED NODE_FAIL OUT_OF_MEMORY PREEMPTED REVOKED TIMEOUT"
    " SPECIAL_EXIT".split()
)
"""States that a job does not leave any more."""


class SlurmError(Exception):
    """A command of Slurm's did not do what it was asked for; the text is what it said."""


@dataclass(frozen=True)
class Task:
    """One task of a job array."""

    array: str
    index: int


@dataclass(frozen=True)
class State:
    """Of a task."""

    name: str
    """"PENDING", "RUNNING", "COMPLETED"..."""
    node: str
    reason: str
    limit_s: float | None
    """None: it has no time limit."""

    @property
    def words(self) -> str:
        """ "NODE_FAIL on node7 (NodeDown)"."""
        where = f" on {self.node}" if self.node else ""
        return f"{self.name}{where}" + (f" ({self.reason})" if self.reason != "None" else "")


class Queue:
    """The jobs of one name."""

    def __init__(self, name: str) -> None:
        """Raises UserError where Slurm's commands are missing, or do not answer."""
        missing = [command for command in _COMMANDS if shutil.which(command) is None]
        if missing:
            raise UserError(
                f"there is no {missing[0]} on PATH; the engine slurm is for a machine from which jobs "
                "are submitted: apt-get install slurm-client"
            )
        self._name = name

        try:
            config = _call("scontrol", "show", "config")
        except SlurmError as error:
            raise UserError(f"Slurm does not answer: {error}") from None
        size = re.search(r"^MaxArraySize\s*=\s*(\d+)", config, re.MULTILINE)
        self.largest_array = max(1, (int(size[1]) if size else _MAX_ARRAY_SIZE) - 1)
        """How many tasks an array may have."""
        self.shares_memory = bool(re.search(r"^SelectTypeParameters\s*=.*MEMORY", config, re.M))
        """Whether it knows how much memory nodes have; if not, it refuses jobs that ask for some."""

    def submit(
        self, script: Sequence[str], folder: Path, tasks: int, at_once: int, options: Sequence[str]
    ) -> str:
        """An array of so many tasks of a script with its arguments, in a folder. @return its id

        Raises SlurmError.
        """
        said = _call(
            "sbatch",
            "--parsable",
            f"--job-name={self._name}",
            f"--array=0-{tasks - 1}%{at_once}",
            f"--chdir={folder}",
            # What is lost is given out again by us, in smaller pieces.
            "--no-requeue",
            # So that a batch keeps what it did when its time is over.
            "--signal=B:TERM@30",
            *options,
            *script,
        )
        return said.strip().split(";")[0]

    def states(self) -> dict[Task, State]:
        """Of all tasks that Slurm still knows. Raises SlurmError."""
        said = _call(
            "squeue",
            "--noheader",
            "--array",
            "--me",
            f"--name={self._name}",
            "--states=all",
            "--format=%F|%K|%T|%l|%N|%r",
        )
        found = {}
        for line in said.splitlines():
            array, index, name, limit, node, reason = line.split("|", 5)
            if index.isdigit():
                state = State(name, node, one_line(reason.strip()), _seconds(limit))
                found[Task(array, int(index))] = state
        return found

    def cancel(self, tasks: Sequence[Task] = ()) -> None:
        """These tasks, or all jobs of this name. Raises SlurmError."""
        if tasks:
            _call("scancel", *(f"{task.array}_{task.index}" for task in tasks))
        else:
            _call("scancel", "--me", f"--name={self._name}")


def _seconds(text: str) -> float | None:
    """A time limit as squeue gives it: "1-02:00:00", "10:00"; None for "UNLIMITED"."""
    found = re.fullmatch(r"(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)", text.strip())
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60.0 + seconds


def _call(*command: str) -> str:
    # Inside of a job of Slurm's its settings would reach the jobs that are submitted here.
    environment = {
        name: value
        for name, value in surroundings.of_user.items()
        if name == "SLURM_CONF" or not name.startswith("SLURM_")
    }
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_TIMEOUT_S,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        raise SlurmError(f"{command[0]} had no answer in {_TIMEOUT_S:.0f} s") from None
    if done.returncode != 0:
        said = "; ".join(one_line(line) for line in done.stderr.strip().splitlines())
        raise SlurmError(said or f"{command[0]} ended with exit code {done.returncode}")
    return done.stdout
