# SPDX-License-Identifier: GPL-2.0-only
"""False burials that are too rare to be seen, estimated by multilevel splitting (`swimlab-ns3 split`).

A run is split whenever a wrong suspicion has lasted so long; what its copies see counts as much less as
there are more of them, so that the mean is that of plain runs. A pilot finds the levels: it goes as far
as plain runs get, puts a level wherever a third of what got so far is left, with as many copies as make
up for that (the classical rule: the inverse of the conditional chance), and goes on from there. The
estimate is made of other seeds, in their order, until the time is over.

It is an estimate and no bound: what never happens in any copy has no weight. So it stands beside a goal's
exact bound, and never instead of it.
"""

from __future__ import annotations

import asyncio
import json
import math
import tempfile
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.campaign.weighted import weighted_interval, why_no_weighted
from analysis.study.estimates import Estimate, nothing
from campaign.children import side_by_side, stop
from campaign.errors import Failure

FIRST_PILOT_SEED, FIRST_SEED = 3_000_001, 4_000_001
YEAR_S = 365.25 * 24 * 3600.0

LEFT_OVER = 1 / 3
"""Of those that were over a level, how many are over the next."""
SEEN_ENOUGH = 8
"""So often must a level have been reached, for a chance to be told of it."""
PILOT_RUNS, PILOT_ROUNDS = 4, 8
PILOT_SHARE = 0.35
"""Of the time."""
STEPS = 48
"""Of the pilot's grid."""
FEWEST_RUNS, MOST_RUNS = 20, 400
MOST_COPIES = 100_000
"""In one run; more is an error, never an estimate that was cut short."""


@dataclass(frozen=True)
class Levels:
    """Where a run is split, and into how many."""

    at: tuple[float, ...]
    """How long a wrong suspicion has lasted, in shortest suspicion time-outs."""
    copies: tuple[int, ...]

    def options(self) -> list[str]:
        """Of `swimlab-ns3 split`."""
        levels = ",".join(f"{level:.6g}" for level in self.at)
        return ["--levels", levels, "--copies", ",".join(map(str, self.copies))]


@dataclass(frozen=True)
class Case:
    """What is estimated: a planned scenario with its settings."""

    program: Path
    scenario: Path
    inputs: Path | None
    """A folder of copies, to read nothing else."""
    settings: Mapping[str, str]


@dataclass(frozen=True)
class SplitRun:
    """split.json of one seed."""

    seed: int
    found: Mapping[str, Any]

    @property
    def false_burials(self) -> float:
        """Weighted."""
        return float(self.found["false_burials"])

    @property
    def exposed_member_s(self) -> float:
        return float(self.found["exposed_member_s"])

    @property
    def weighted_rises(self) -> list[float]:
        return [float(each["weighted_rises"]) for each in self.found["levels"]]

    @property
    def rises(self) -> list[int]:
        return [int(each["rises"]) for each in self.found["levels"]]


@dataclass
class Rare:
    """What splitting says of one setting."""

    per_member_year: Estimate
    """Without a value where there is none, with why."""
    levels: Levels | None = None
    runs: list[SplitRun] = field(default_factory=list)
    took_s: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """`rare` of result.json."""
        estimate = self.per_member_year
        return {
            "measure": "false_burials_per_member_year",
            "method": "multilevel splitting on the time that a wrong suspicion has lasted",
            "value": estimate.value,
            "low": estimate.low,
            "high": estimate.high,
            "n": estimate.n,
            "why": estimate.why,
            "runs": len(self.runs),
            "exposed_member_s": math.fsum(run.exposed_member_s for run in self.runs),
            "copies_made": sum(int(run.found["copies_made"]) for run in self.runs),
            "levels": list(self.levels.at) if self.levels else [],
            "copies": list(self.levels.copies) if self.levels else [],
        }


class Splitter:
    """Runs of one case, some at a time."""

    def __init__(self, case: Case, jobs: int = 1, most_seconds: int = 600) -> None:
        self._case = case
        self._jobs = jobs
        self._most_seconds = most_seconds

    def run(
        self, levels: Levels, seeds: Sequence[int], until_s: float = math.inf
    ) -> list[SplitRun]:
        """In the order of the seeds. After until_s (time.monotonic()) none is begun; all that were begun
        count, however long they take, or those that take long would be missing. Raises Failure,
        Interrupted."""
        found: dict[int, SplitRun] = {}
        waiting = deque(seeds)

        async def work() -> None:
            while waiting and time.monotonic() < until_s:
                seed = waiting.popleft()
                found[seed] = await self._one(levels, seed)

        side_by_side(min(self._jobs, len(seeds)), work)
        return [found[seed] for seed in seeds if seed in found]

    async def _one(self, levels: Levels, seed: int) -> SplitRun:
        case = self._case
        with tempfile.TemporaryDirectory(prefix="swimlab-split-") as out:
            words = [str(case.program), "split", str(case.scenario), "--seed", str(seed)]
            words += ["--out", out, *levels.options(), "--most-copies", str(MOST_COPIES)]
            words += ["--most-seconds", str(self._most_seconds)]
            words += [] if case.inputs is None else ["--inputs", str(case.inputs)]
            for key, value in case.settings.items():
                words += ["--set", f"{key}={value}"]
            process = await asyncio.create_subprocess_exec(
                *words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
            try:
                _, said = await process.communicate()
            finally:
                await stop(process)
            if process.returncode != 0:
                raise Failure(said.decode("utf-8", "replace").strip() or "splitting failed")
            return SplitRun(seed, json.loads((Path(out) / "split.json").read_bytes()))


def estimate_rare(
    case: Case,
    budget_s: float,
    jobs: int = 1,
    tell: Callable[[str], None] = lambda words: None,
) -> Rare:
    """False burials a member-year of a case, or why there is no estimate. Raises Interrupted."""
    began_s = time.monotonic()
    splitter = Splitter(case, jobs, max(10, math.ceil(budget_s)))
    try:
        levels, cost_s = _pilot(splitter, began_s + PILOT_SHARE * budget_s, tell)
        seeds = range(FIRST_SEED, FIRST_SEED + MOST_RUNS)
        made = splitter.run(levels, seeds, began_s + budget_s)
        if len(made) < FEWEST_RUNS:
            words = (
                f"{budget_s:.0f} s are too short: {len(made)} runs were made, of about {cost_s:.1f} s"
                f" each, and {FEWEST_RUNS} are needed"
            )
            return Rare(nothing(words), levels, made, time.monotonic() - began_s)
    except Failure as error:
        return Rare(nothing(str(error)), took_s=time.monotonic() - began_s)
    return Rare(per_member_year(made), levels, made, time.monotonic() - began_s)


def per_member_year(runs: Sequence[SplitRun]) -> Estimate:
    """With its interval over seeds."""
    sums = [run.false_burials for run in runs]
    years = math.fsum(run.exposed_member_s for run in runs) / YEAR_S
    seeing = sum(1 for each in sums if each > 0)
    if years == 0:
        return nothing("nobody was healthy in any run", 0, len(runs))
    if seeing == 0:
        words = f"no copy of {len(runs):,} runs buried a living member: there is nothing to weigh"
        return nothing(words, 0, len(runs))
    interval = weighted_interval(sums) or (None, None)
    low, high = (None if end is None else end / years for end in interval)
    value = math.fsum(sums) / years
    return Estimate(value, low, high, seeing, len(runs), why_no_weighted(sums))


def _pilot(splitter: Splitter, until_s: float, tell: Callable[[str], None]) -> tuple[Levels, float]:
    """Where to split, and what a run then takes, in seconds."""
    seed = FIRST_PILOT_SEED
    (probe,) = splitter.run(Levels((1.0,), (1,)), [seed])
    grid = grid_of(probe.found)
    levels = Levels(grid, (1,) * len(grid))
    for number in range(PILOT_ROUNDS):
        seeds = range(seed + 1, seed + 1 + PILOT_RUNS)
        seed += PILOT_RUNS
        round_s = time.monotonic()
        made = splitter.run(levels, seeds)
        cost_s = (time.monotonic() - round_s) / len(made)
        chosen = chosen_copies(levels, made)
        buried = sum(1 for run in made if run.false_burials > 0)
        tell(
            f"Splitting, pilot {number + 1}: {buried} of {len(made)} runs saw a false burial,"
            f" {sum(copies > 1 for copies in chosen)} levels"
        )
        settled = chosen == levels.copies or buried == len(made)
        levels = Levels(grid, chosen) if not settled else levels
        if settled or time.monotonic() > until_s:
            break
    return thinned(levels), cost_s


def grid_of(found: Mapping[str, Any]) -> tuple[float, ...]:
    """From little to the longest time that a suspicion can take."""
    shortest, longest = float(found["shortest_suspicion_s"]), float(found["longest_suspicion_s"])
    most = max(1.0, longest / shortest)
    step = most / STEPS
    return tuple(round(step * number, 6) for number in range(1, STEPS + 1))


def chosen_copies(levels: Levels, runs: Sequence[SplitRun]) -> tuple[int, ...]:
    """Of each level how many copies, by what runs with other copies saw."""
    seen = [sum(column) for column in zip(*(run.rises for run in runs))]
    weighted = [math.fsum(column) for column in zip(*(run.weighted_rises for run in runs))]
    shortest_s = float(runs[0].found["shortest_suspicion_s"])
    apart_s = runs[0].exposed_member_s and float(runs[0].found["duration_s"]) / shortest_s
    copies = [1] * len(levels.at)
    last: float | None = None
    for number, reached in enumerate(weighted):
        if seen[number] < SEEN_ENOUGH and levels.copies[number] == 1:
            continue
        if reached == 0:
            continue
        if last is None:
            # Copies of the first level take about as long as the run itself.
            if reached / len(runs) * 2 > apart_s:
                continue
            last = reached / LEFT_OVER
        if reached <= last * LEFT_OVER * 1.0001:
            copies[number] = max(2, min(10, round(last / reached)))
            last = reached
    return tuple(copies)


def thinned(levels: Levels) -> Levels:
    """Without levels at which nothing is split; one at least."""
    kept = [(at, copies) for at, copies in zip(levels.at, levels.copies) if copies > 1]
    kept = kept or [(levels.at[-1], 1)]
    return Levels(tuple(at for at, _ in kept), tuple(copies for _, copies in kept))
