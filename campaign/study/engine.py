# SPDX-License-Identifier: GPL-2.0-only
"""What an engine is: something that has runs done, on this machine or on many.

The core (work.py) gives it the runs of one round of the replication rule, and hears of each as soon as
its records are there. Which engine it is changes no byte of the results.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from analysis.study.model import Cell


@dataclass(frozen=True)
class Job:
    """One run: a cell with a seed."""

    cell: Cell
    seed: int

    @property
    def name(self) -> str:
        """Names its folder: "0123456789ab-7"."""
        return f"{self.cell.key}-{self.seed}"

    def line(self, out: Path) -> str:
        """How `swimlab-ns3 work` of the cell's scenario is asked for it; `out` is an empty folder."""
        asked = {"out": str(out), "seed": self.seed, "set": list(self.cell.settings)}
        return json.dumps(asked) + "\n"


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    job: Job
    folder: Path | None
    """Its records. None: it failed, with this `text` and exit `code`."""
    text: str = ""
    code: int = 0
    left: Path | None = None
    """What a failed run wrote until then, where that is still there."""


Done = Callable[[Outcome], None]


class Engine(Protocol):
    """Has runs done."""

    def perform(self, jobs: Sequence[Job], done: Done) -> None:
        """Do all of them, in any order, and call `done` for each once, from this thread; its folders
        are then the caller's. A run that fails stops no other. What `done` raises stops everything:
        all processes are ended before it comes back from here.

        Raises UserError, Failure where no run can be done, Interrupted when the user stopped it.
        """
