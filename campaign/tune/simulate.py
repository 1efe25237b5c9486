# SPDX-License-Identifier: GPL-2.0-only
"""What the search is told, from simulated runs: an Evaluator over a tune's folder.

No run is made twice: each is in the journal, by all its settings and its seed. Both fidelities of one
setting are different cells, and so are the same settings in different scenarios.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from analysis.run.metrics import RunMetrics
from analysis.run.records import RecordError
from analysis.study.digest import run_metrics
from analysis.study.estimates import Estimate, nothing
from analysis.study.measures import QUANTILES, Measure, measure_named
from analysis.study.model import JOURNAL_NAME, Cell, Entry, entry_of, read_journal
from campaign.errors import Failure, UserError
from campaign.study.engine import Engine, Job, Outcome
from campaign.study.runs_folder import repeat_command
from campaign.tune.evaluate import PACKET, Ask, BudgetOver, Measured
from campaign.tune.folder import TuneFolder
from campaign.tune.problem import Goal
from campaign.tune.shares import Shares
from campaign.tune.space import number_of
from campaign.words import one_line, path_text

FIRST_SEED, FIRST_FRESH_SEED = 1, 1_000_001
MODEL_KEY = "network.model"

COST_TICK_S, COST_MESSAGE_S = 0.8e-6, 0.4e-6
"""Processor seconds of a member-second at path fidelity, with some loss: what is there at all, and each
message of a probe."""
COST_OF_BYTES, COST_OF_PACKETS = 2.7, 20.0
"""How many times as much it is where bytes count, and at packet fidelity."""

ROOM = 0.03
"""Of the time, by which a stage may take longer than was planned."""

BYTES_RUNS = (1, 24)
"""The fewest and the most runs for bytes, which hardly differ between runs; a quarter of the others' in
between."""


@dataclass(frozen=True)
class Situation:
    """One scenario of a tune, planned."""

    name: str
    base: Mapping[str, str]
    """All that is set in it at every point: the file's settings and the product's."""
    weight: float
    members: int
    duration_s: float
    of_bytes: bool = False
    """Its runs tell of bytes and of nothing else; all other measures come from one without."""

    @property
    def id(self) -> str:
        """No other of the tune has it."""
        return f"{self.name} for bytes" if self.of_bytes else self.name

    def runs(self, asked: int) -> int:
        """How many of its runs so many runs of a setting are, at path fidelity."""
        least, most = BYTES_RUNS
        return min(asked, max(least, min(most, math.ceil(asked / 4)))) if self.of_bytes else asked


class Deadlines:
    """When the stages of a tune must be over, where its budget is a time. Costs are estimates, and a busy
    machine must not keep a tune from showing what its search found: each stage leaves the next its time.
    """

    def __init__(self, began_s: float, budget_s: float) -> None:
        """By time.monotonic(); budget_s may be infinite."""
        self._began_s, self._budget_s = began_s, budget_s
        self._stage = 0
        self._packets = False
        self.keep_to(Shares())

    def keep_to(self, shares: Shares) -> None:
        """From now on."""
        ends = (shares.search, shares.trial, shares.default, shares.packet, 1.0)
        self._ends_s = [self._began_s + min(1.0, end + ROOM) * self._budget_s for end in ends]

    def enter(self, asks: Sequence[Ask]) -> None:
        """Which stage that is, as asks tell."""
        if any(ask.fidelity == PACKET for ask in asks):
            self._packets = True
            self._stage = max(self._stage, 3)
        elif self._packets:
            self._stage = 4
        elif any(ask.fresh for ask in asks):
            self._stage = max(self._stage, 1)

    def check(self) -> None:
        """Raises BudgetOver, once a stage."""
        if time.monotonic() > self._ends_s[self._stage]:
            self._stage = min(self._stage + 1, len(self._ends_s) - 1)
            raise BudgetOver


class Simulated:
    """Evaluator."""

    def __init__(
        self,
        folder: TuneFolder,
        program: Path,
        engine: Engine,
        situations: Sequence[Situation],
        goals: Sequence[Goal],
        measures: Sequence[str],
        counts_runs: bool = False,
        tell: Callable[[int, int], None] = lambda done, of: None,
    ) -> None:
        """counts_runs: a budget is a number of runs, so that each costs 1; tell: hears of each run that
        ends, how many of how many that were asked for together."""
        self._folder = folder
        self._program = program
        self._engine = engine
        self._situations = situations
        self._goals = {goal.measure: goal for goal in goals}
        self._measures = {name: measure_named(name) for name in measures}
        self.deadlines = Deadlines(0.0, math.inf)
        self._counts_runs = counts_runs
        self._tell = tell
        self._entries: dict[tuple[str, int], Entry] = {}
        try:
            for entry in read_journal(folder.path / JOURNAL_NAME):
                if entry.packed is not None:
                    self._entries[entry.cell, entry.seed] = entry
        except RecordError as error:
            raise UserError(
                f"{one_line(str(error))}; choose another folder with --out, or remove"
                f" {path_text(folder.path)}"
            ) from None
        self.kept = len(self._entries)
        """Runs that were there already."""
        self.done = 0
        """Runs that this command made."""

    def measure(self, asks: Sequence[Ask]) -> list[Measured]:
        """See Evaluator. Raises BudgetOver, UserError, Failure, Interrupted."""
        jobs = {
            (job.cell.key, job.seed): job
            for ask in asks
            for situation in self._used(ask)
            for job in _jobs(ask, situation)
        }
        missing = [job for key, job in jobs.items() if key not in self._entries]
        self.deadlines.enter(asks)
        if missing:
            self._run(missing)
        return [self._measured(ask) for ask in asks]

    def cost_s(self, ask: Ask) -> float:
        """See Evaluator."""
        total = 0.0
        for situation in self._used(ask):
            if self._counts_runs:
                total += _runs_of(ask, situation)
                continue
            settings = {**situation.base, **ask.settings}
            period_s = number_of("", settings.get("protocol.probe_interval", "1s"))
            members = number_of("", settings.get("cluster.members", str(situation.members)))
            of_member_s = COST_TICK_S + COST_MESSAGE_S * 2 / max(period_s, 1e-3)
            if ask.fidelity == PACKET:
                of_member_s *= COST_OF_PACKETS
            elif situation.of_bytes:
                of_member_s *= COST_OF_BYTES
            total += of_member_s * members * situation.duration_s * _runs_of(ask, situation)
        return total

    def took_s(self, asks: Sequence[Ask]) -> float:
        """See Evaluator."""
        if self._counts_runs:
            return sum(map(self.cost_s, asks))
        jobs = {
            (job.cell.key, job.seed)
            for ask in asks
            for situation in self._used(ask)
            for job in _jobs(ask, situation)
        }
        return math.fsum(self._entries[key].wall_s for key in sorted(jobs))

    def runs_of(self, ask: Ask) -> int:
        """See Evaluator."""
        return sum(_runs_of(ask, situation) for situation in self._used(ask))

    def keep_to(self, shares: Shares) -> None:
        """See Evaluator."""
        self.deadlines.keep_to(shares)

    def made(self, ask: Ask) -> int:
        """See Evaluator."""
        for runs in range(ask.runs, 0, -1):
            fewer = replace(ask, runs=runs)
            jobs = [job for each in self._used(ask) for job in _jobs(fewer, each)]
            if all((job.cell.key, job.seed) in self._entries for job in jobs):
                return runs
        return 0

    def _run(self, missing: Sequence[Job]) -> None:
        order = {situation.name: place for place, situation in enumerate(self._situations)}
        waiting = sorted(missing, key=lambda job: (order[job.cell.scenario], job.seed))
        done = 0

        def take(outcome: Outcome) -> None:
            nonlocal done
            job = outcome.job
            repeat = repeat_command(self._program, self._folder.path, job)
            if outcome.folder is None:
                raise Failure(
                    f"a run of {job.cell.scenario} with seed {job.seed} failed:"
                    f" {one_line(outcome.text)}\nThis run again, alone:\n    {repeat}"
                )
            self._entries[job.cell.key, job.seed] = entry_of(self._folder.finish(outcome, repeat))
            self.done += 1
            done += 1
            self._tell(done, len(waiting))
            self.deadlines.check()

        self.deadlines.check()
        self._engine.perform(waiting, take)

    def _measured(self, ask: Ask) -> Measured:
        used = self._used(ask)
        runs = {each.id: self._runs(ask, each) for each in used}
        values: dict[str, Estimate] = {}
        rough: dict[str, float] = {}
        per_run: dict[str, list[float]] = {}
        for name, measure in self._measures.items():
            found = {
                each.id: measure.of(runs[each.id], {})
                for each in used
                if each.of_bytes == _tells(used, name)
            }
            values[name], of = self._combined(name, found)
            weights = self._weights(of)
            per_run[name] = _weighted_runs(measure, {n: runs[n] for n in weights}, weights)
            if values[name].value is None:
                guess = [_rough(measure, runs[each]) for each in weights]
                if guess and not any(math.isnan(each) for each in guess):
                    rough[name] = float(np.average(guess, weights=list(weights.values())))
        exposed = min(
            math.fsum(run.quality_of_service["exposed_member_s"] for run in runs[each.id])
            for each in used
            if each.of_bytes == _tells(used, "")
        )
        return Measured(values, per_run, ask.runs, exposed, rough)

    def _used(self, ask: Ask) -> list[Situation]:
        """Compression and coordinates cost nothing beside packets, so there is no need of runs without."""
        loaded = [each for each in self._situations if each.of_bytes]
        return loaded if ask.fidelity == PACKET and loaded else list(self._situations)

    def _runs(self, ask: Ask, situation: Situation) -> list[RunMetrics]:
        found = []
        for job in _jobs(ask, situation):
            entry = self._entries[job.cell.key, job.seed]
            kept = entry.kept
            assert kept is not None
            found.append(run_metrics(f"seed-{job.seed}", job.seed, kept, entry.wall_s))
        return found

    def _combined(self, name: str, found: Mapping[str, Estimate]) -> tuple[Estimate, list[str]]:
        """Of a goal the worst scenario's estimate, of what is minimised the mean over all where there is
        something to measure; and of which scenarios that is."""
        there = {each: estimate for each, estimate in found.items() if estimate.n}
        if not there:
            return next(iter(found.values())), list(found)
        if name in self._goals:
            worst = max(there, key=lambda each: _badness(there[each], self._goals[name]))
            return there[worst], [worst]
        return _mean(there, self._weights(list(there))), list(there)

    def _weights(self, names: Sequence[str]) -> dict[str, float]:
        return {each.id: each.weight for each in self._situations if each.id in names}


def _tells(used: Sequence[Situation], measure: str) -> bool:
    """Whether a measure comes from the runs for bytes."""
    kinds = {each.of_bytes for each in used}
    return is_bytes(measure) if len(kinds) == 2 else kinds == {True}


def _runs_of(ask: Ask, situation: Situation) -> int:
    return ask.runs if ask.fidelity == PACKET else situation.runs(ask.runs)


def _jobs(ask: Ask, situation: Situation) -> list[Job]:
    settings = {**situation.base, **ask.settings, MODEL_KEY: ask.fidelity, "record": "summary"}
    text = json.dumps([situation.name, sorted(settings.items())])
    key = hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]
    listed = tuple(f"{name}={value}" for name, value in settings.items())
    cell = Cell(key, situation.name, "", {}, listed, {}, situation.members, situation.duration_s)
    first = FIRST_FRESH_SEED if ask.fresh else FIRST_SEED
    return [Job(cell, seed) for seed in range(first, first + _runs_of(ask, situation))]


def is_bytes(measure: str) -> bool:
    """Whether compression and coordinates change it, which cost time and change nothing else."""
    return measure.startswith("bytes_")


def _badness(estimate: Estimate, goal: Goal) -> tuple[float, float]:
    """How near to breaking the goal, or how far beyond."""
    end = estimate.high if goal.op == "<=" else estimate.low
    sign = 1.0 if goal.op == "<=" else -1.0
    value = math.inf if estimate.value is None else sign * estimate.value
    return (math.inf if end is None else sign * end), value


def _mean(found: Mapping[str, Estimate], weights: Mapping[str, float]) -> Estimate:
    """Of independent estimates, weighted; the interval by their half widths' squares."""
    if len(found) == 1:
        return next(iter(found.values()))
    total = math.fsum(weights[name] for name in found)
    n, runs = sum(e.n for e in found.values()), min(e.runs for e in found.values())
    if any(e.value is None for e in found.values()):
        why = next(e.why for e in found.values() if e.value is None)
        return nothing(why, n, runs)
    value = math.fsum(weights[name] * (e.value or 0.0) for name, e in found.items()) / total
    without = [e.why for e in found.values() if e.interval is None]
    if without or math.isinf(value):
        return Estimate(value, None, None, n, runs, without[0] if without else "never")

    def end(which: int) -> float:
        parts = [
            weights[name] * ((e.interval or (0.0, 0.0))[which] - (e.value or 0.0))
            for name, e in found.items()
        ]
        return value + (1 if which else -1) * math.hypot(*parts) / total

    return Estimate(value, end(0), end(1), n, runs, "")


def _quantile_of_run(measure: Measure, values: Sequence[float]) -> float:
    if not values:
        return math.nan
    if measure.kind == "time":
        if measure.statistic == "mean":
            return float(np.mean(values))
        share = QUANTILES.get(measure.statistic, 0.5)
        return float(np.quantile(values, share, method="inverted_cdf"))
    return values[0]


def _weighted_runs(
    measure: Measure, runs: Mapping[str, Sequence[RunMetrics]], weights: Mapping[str, float]
) -> list[float]:
    """Of each seed the scenarios' mean, of those in which it has a value."""
    rows = [
        [_quantile_of_run(measure, measure.per_run(run)) for run in runs[name]] for name in runs
    ]
    found = []
    for of_seed in zip(*rows):
        pairs = [
            (value, weights[name]) for name, value in zip(runs, of_seed) if not math.isnan(value)
        ]
        total = math.fsum(weight for _, weight in pairs)
        found.append(
            math.fsum(value * weight for value, weight in pairs) / total if pairs else math.nan
        )
    return found


def _rough(measure: Measure, runs: Sequence[RunMetrics]) -> float:
    """A point estimate however few values there are; nan where there is none at all."""
    values = [value for run in runs for value in measure.per_run(run)]
    if not values:
        return math.nan
    if measure.kind == "time":
        return _quantile_of_run(measure, values)
    return float(np.mean(values))
