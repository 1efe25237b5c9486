# SPDX-License-Identifier: GPL-2.0-only
"""What a study will take, before it starts: a pilot run of each scenario, stopped after some seconds,
tells time and disk; the simulator's plan tells memory.

Pilots are of the first and the last of the cells with most member-seconds, and the dearer one counts; the
others are taken in proportion to their member-seconds. What other settings cost is not allowed for, so
this is an estimate to decide by, and no more.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.study.digest import digest
from analysis.study.model import Cell
from campaign.children import LARGE_PAGES
from campaign.errors import Failure, UserError
from campaign.plan import USER_ERROR

PILOT_S = 3.0
"""Of each scenario: a run that takes longer is told from its progress."""

LINE_BYTES = 4000
"""Of a run in the journal and the tables, where the pilot does not tell."""
TABLES_SHARE = 1.2
"""What the tables add to the journal."""


@dataclass(frozen=True)
class Cost:
    """Of one member-second of a scenario, in the mean of a run."""

    seconds: float
    disk_bytes: float
    line_bytes: float
    """Of a run, whatever its length."""


@dataclass(frozen=True)
class Estimate:
    """Of a study."""

    seconds_a_run: dict[str, float]
    """Of a processor, by cell."""
    disk_bytes_a_run: dict[str, float]

    def seconds(self, cells: Sequence[Cell], runs: int) -> float:
        """Of one processor."""
        return runs * sum(self.seconds_a_run[cell.key] for cell in cells)

    def disk_bytes(self, cells: Sequence[Cell], runs: int) -> float:
        """At the end."""
        return runs * sum(self.disk_bytes_a_run[cell.key] for cell in cells)


def estimate(
    program: Path,
    inputs: Path,
    cells: Sequence[Cell],
    keeps_events: bool,
    series: Sequence[str],
    scratch: Path,
) -> Estimate:
    """inputs: a folder for each scenario; series: those that the journal keeps; scratch: an empty folder to
    write to. Raises UserError, Failure where the simulator does."""
    costs: dict[str, Cost] = {}
    for scenario in dict.fromkeys(cell.scenario for cell in cells):
        own = [cell for cell in cells if cell.scenario == scenario]
        most = max(map(_member_seconds, own))
        largest = [cell for cell in own if _member_seconds(cell) == most]
        # The first and the last are the corners of the design.
        tried = {cell.key: cell for cell in (largest[0], largest[-1])}
        found = [
            _pilot(program, inputs / scenario, cell, series, scratch) for cell in tried.values()
        ]
        costs[scenario] = max(found, key=lambda cost: cost.seconds)
    return Estimate(
        {cell.key: costs[cell.scenario].seconds * _member_seconds(cell) for cell in cells},
        {
            cell.key: costs[cell.scenario].line_bytes
            + (costs[cell.scenario].disk_bytes * _member_seconds(cell) if keeps_events else 0)
            for cell in cells
        },
    )


def _member_seconds(cell: Cell) -> float:
    return cell.members * cell.simulated_s


def _pilot(program: Path, inputs: Path, cell: Cell, series: Sequence[str], scratch: Path) -> Cost:
    out = scratch / "pilot"
    out.mkdir()
    command = [str(program), "run", str(inputs / "scenario.toml"), "--inputs", str(inputs)]
    command += ["--out", str(out)] + [word for each in cell.settings for word in ("--set", each)]
    began, share = time.monotonic(), 0.0
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | LARGE_PAGES,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        try:
            for line in process.stdout:
                state = json.loads(line)
                share = state["simulated_s"] / state["of_s"]
                if time.monotonic() - began > PILOT_S and 0 < share < 1:
                    break
            else:
                words = process.stderr.read().decode("utf-8", "replace").strip()
                code = process.wait()
                if code == USER_ERROR:
                    raise UserError(words)
                if code != 0:
                    raise Failure(f"{words}\na pilot run of {cell.name} ended with {code}")
                share = 1.0
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
    seconds = time.monotonic() - began
    line_bytes = LINE_BYTES if share < 1 else TABLES_SHARE * len(json.dumps(digest(out, series)))
    written = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    shutil.rmtree(out)
    scale = share * _member_seconds(cell)
    return Cost(seconds / scale, written / scale, line_bytes)
