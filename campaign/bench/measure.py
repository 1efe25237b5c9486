# SPDX-License-Identifier: GPL-2.0-only
"""Runs programs and takes what they use: processor time, not that of the wall, which others share.

A simulation's start (building the network, touching memory for the first time) is left out: what
counts is the time from a tenth of its simulated time to its end. Simulations say in their progress
lines where they are and what they have used so far. Where one is so short that no line comes soon
after the tenth, all counts that comes after its first line.
"""

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from campaign.errors import Failure
from campaign.children import LARGE_PAGES

START_SHARE = 0.1
LATEST_START_SHARE = 0.5
TOLERANCE = 1.1
"""Where the largest of the ratios is more than this times the smallest, as many runs again."""


@dataclass(frozen=True)
class Steady:
    """What a simulation took after its start."""

    cpu_s: float
    simulated_s: float
    memory_bytes: int
    """The most that the whole process had at any progress line."""
    messages: int | None
    """What the program itself says that it carried, start included."""


def simulate(command: Sequence[str], large_pages: bool = True) -> Steady:
    """Run a simulation; by default with large pages, as `./swimlab run` does. They are quicker, and
    blur what a small cluster takes of memory."""
    lines: list[tuple[float, float]] = []
    of_s = 0.0
    most_bytes = 0
    messages = None
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | (LARGE_PAGES if large_pages else {}),
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        try:
            for line in process.stdout:
                told = json.loads(line)
                messages = told.get("messages", messages)
                if "simulated_s" in told:
                    of_s = told["of_s"]
                    lines.append((told["simulated_s"], told["cpu_s"]))
                    most_bytes = max(most_bytes, told["memory_bytes"])
            error = process.stderr.read()
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise Failure(f"{error}\n{command[0]} ended with {process.returncode}".lstrip())
    if len(lines) < 2 or lines[-1][0] < of_s:
        raise Failure(f"{command[0]} did not say how far it was; nothing could be measured")
    begin, end = _begin(lines, of_s), lines[-1]
    if end[1] <= begin[1]:
        raise Failure(f"{command[0]} ran for too short a time to be measured")
    return Steady(end[1] - begin[1], end[0] - begin[0], most_bytes, messages)


def _begin(lines: Sequence[tuple[float, float]], of_s: float) -> tuple[float, float]:
    """Of simulated time and processor time where the start is over."""
    for line in lines:
        if START_SHARE * of_s <= line[0] <= LATEST_START_SHARE * of_s:
            return line
    return lines[0]


def alternate(
    ours: Callable[[], float], baseline: Callable[[], float], runs: int
) -> list[tuple[float, float]]:
    """So many runs of each, in turn and each first at every other time; twice as many where they
    do not agree."""
    pairs: list[tuple[float, float]] = []
    while len(pairs) < runs or (len(pairs) < 2 * runs and not _agree(pairs)):
        if len(pairs) % 2 == 0:
            first = ours()
            pairs.append((first, baseline()))
        else:
            first = baseline()
            pairs.append((ours(), first))
    return pairs


def _agree(pairs: Sequence[tuple[float, float]]) -> bool:
    ratios = [ours / baseline for ours, baseline in pairs]
    return max(ratios) <= TOLERANCE * min(ratios)
