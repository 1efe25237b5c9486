# SPDX-License-Identifier: GPL-2.0-only
"""Problems whose best setting theory knows, and an evaluator that draws runs from their laws.

Each measure's true value at a setting is a closed form of analysis/theory. A run has ten crashes, whose
times vary by a quarter, a tenth of which they share; loads vary by 1.5 % from run to run; counts are
Poisson's of the members' exposed time. Runs of one seed share a part of their noise across settings, as
common random numbers do. Estimates and intervals are those of every study.
"""

from __future__ import annotations

import functools
import itertools
import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.study import estimates
from analysis.study.estimates import Estimate
from analysis.theory import accuracy, detection, gossip, load
from analysis.theory.latency import Latency
from analysis.theory.suspicion import memberlist_scale
from campaign.tune.evaluate import PACKET, YEAR_S, Ask, BudgetOver, Measured, is_count
from campaign.tune.problem import Goal, Problem
from campaign.tune.shares import Shares
from campaign.tune.space import Axis, Point, Space, number_of

MEMBERS, LOSS, DURATION_S = 400, 0.10, 600.0
PATH_S, PACKET_S = 0.24, 3.4
"""What a run costs."""
BUDGET_S = 1200 * PATH_S
"""Of a tune, unless a test says otherwise."""
CRASHES = 10
WITHIN, BETWEEN, LOAD_NOISE = 0.25, 0.10, 0.015
SHARED = 0.5
"""Of the noise that a seed brings, what all settings have alike."""
Z99 = 2.3263478740

Law = Callable[[Mapping[str, float]], dict[str, float]]


@dataclass
class Planted:
    """An evaluator."""

    law: Law
    repetition: int
    noise: float = 1.0
    """Times the usual one."""
    most_runs: float = math.inf
    """A hard limit."""
    slowness: float = 1.0
    """How many times as long runs take as is estimated."""
    runs: int = 0
    asked: list[Ask] = field(default_factory=list)
    journal: dict[object, int] = field(default_factory=dict)
    _truths: dict[object, dict[str, float]] = field(default_factory=dict)

    def truth(self, settings: Mapping[str, str]) -> dict[str, float]:
        key = tuple(sorted(settings.items()))
        if key not in self._truths:
            numbers = {name: number_of(name, text) for name, text in settings.items()}
            self._truths[key] = self.law(numbers)
        return self._truths[key]

    def cost_s(self, ask: Ask) -> float:
        return ask.runs * (PACKET_S if ask.fidelity == PACKET else PATH_S)

    def measure(self, asks: Sequence[Ask]) -> list[Measured]:
        return [self._measure(ask) for ask in asks]

    def took_s(self, asks: Sequence[Ask]) -> float:
        return self.slowness * sum(map(self.cost_s, asks))

    def runs_of(self, ask: Ask) -> int:
        return ask.runs

    def keep_to(self, shares: Shares) -> None:
        pass

    def made(self, ask: Ask) -> int:
        return min(ask.runs, self.journal.get(ask.key, 0))

    def _measure(self, ask: Ask) -> Measured:
        self.asked.append(ask)
        new = max(0, ask.runs - self.journal.get(ask.key, 0))
        if self.runs + new > self.most_runs:
            raise BudgetOver
        self.runs += new
        self.journal[ask.key] = max(ask.runs, self.journal.get(ask.key, 0))
        exposed = ask.runs * MEMBERS * DURATION_S
        values: dict[str, Estimate] = {}
        per_run: dict[str, list[float]] = {}
        rough: dict[str, float] = {}
        for measure, true in self.truth(ask.settings).items():
            if is_count(measure):
                values[measure], per_run[measure] = self._counted(ask, measure, true)
                continue
            groups = self._drawn(ask, measure, true)
            share = 0.99 if measure.endswith("p99") else 0.5
            values[measure] = estimates.quantile(list(groups), share, "run")
            method = "inverted_cdf" if share > 0.5 else "linear"
            per_run[measure] = np.quantile(groups, share, axis=1, method=method).tolist()
            rough[measure] = float(np.quantile(groups, share, method=method))
        return Measured(values, per_run, ask.runs, exposed, rough)

    def _generators(self, ask: Ask, measure: str) -> tuple[np.random.Generator, ...]:
        """What the seeds share, and what this setting has by itself."""
        own = zlib.crc32(repr((ask.key, measure)).encode())
        row = [self.repetition, int(ask.fresh), zlib.crc32(measure.encode())]
        return np.random.default_rng(row), np.random.default_rng([*row, own])

    def _drawn(self, ask: Ask, measure: str, true: float) -> np.ndarray:
        """A row a run."""
        times = measure.rpartition(".")[0].endswith("_s") or measure.endswith("_s")
        values = CRASHES if times else 1
        shared, own = self._generators(ask, measure)
        shape = (ask.runs, values + 1)
        drawn = math.sqrt(SHARED) * shared.standard_normal(shape)
        drawn += math.sqrt(1 - SHARED) * own.standard_normal(shape)
        if not times:
            return true * np.exp(self.noise * LOAD_NOISE * drawn[:, 1:])
        logs = self.noise * (BETWEEN * drawn[:, :1] + WITHIN * drawn[:, 1:])
        if measure.endswith("p99"):
            logs -= self.noise * Z99 * math.hypot(BETWEEN, WITHIN)
        return true * np.exp(logs)

    def _counted(self, ask: Ask, measure: str, true: float) -> tuple[Estimate, list[float]]:
        a_run = Measured({}, {}, 1, MEMBERS * DURATION_S).exposure(measure)
        _, own = self._generators(ask, measure)
        counts = own.poisson(true * a_run, ask.runs)
        whole = estimates.count([int(count) for count in counts], ask.runs, "run")
        return whole.times(1 / a_run), (counts / a_run).tolist()


def problem_of(
    axes: Sequence[Axis],
    goals: Sequence[Goal],
    minimise: Sequence[str],
    default: Mapping[str, str],
    seed: int = 1,
    **more: object,
) -> Problem:
    return Problem(
        tuple(goals), tuple(minimise), Space(tuple(axes)), default, seed=seed, **more  # type: ignore
    )


INTERVAL = Axis("protocol.probe_interval", 0.2, 5.0, "s", default="1s")
CHECKS = Axis("protocol.indirect_checks", 1, 12, whole=True, default="3")


@functools.lru_cache(maxsize=None)
def _first_ping(share: float) -> float:
    return detection.first_ping_quantile(MEMBERS, share)


def period_law(of: Mapping[str, float]) -> dict[str, float]:
    """Detection against the period and the helpers."""
    period, helpers = of["protocol.probe_interval"], int(of["protocol.indirect_checks"])
    failure = accuracy.probe_failure(LOSS, helpers)
    return {
        "first_suspect_s": period * (1 + _first_ping(0.5)),
        "messages_per_member_second": load.messages_a_probe(LOSS, helpers) / period,
        "wrong_suspicions_refuted.per_member_hour": 3600 * failure / period,
    }


def period_problem(seed: int = 1) -> Problem:
    """Detect as soon as can be, where a member sends no more than 6 messages a second."""
    return problem_of(
        (INTERVAL, CHECKS),
        (
            Goal("messages_per_member_second", "<=", 6.0),
            Goal("wrong_suspicions_refuted.per_member_hour", "<=", 0.5),
        ),
        ("first_suspect_s",),
        {INTERVAL.key: "1s", CHECKS.key: "3"},
        seed,
    )


MULT = Axis("protocol.suspicion_mult", 1, 12, whole=True, default="4")
HELPERS = Axis("protocol.indirect_checks", 1, 6, whole=True, default="3")
UNHEARD = 0.35
"""Chance that a suspect neither hears of it nor is heard in one period of the suspicion."""


def suspicion_law(of: Mapping[str, float]) -> dict[str, float]:
    """Detection against false burials, by the length of suspicions."""
    period, helpers = of["protocol.probe_interval"], int(of["protocol.indirect_checks"])
    periods = of["protocol.suspicion_mult"] * memberlist_scale(MEMBERS)
    silent = Latency((MEMBERS - 1) / (MEMBERS - 1) / period, period, (periods * period,))
    wrong = accuracy.probe_failure(LOSS, helpers) / period * UNHEARD**periods
    return {
        "known_to_all_s.p99": silent.quantile(0.99) + 0.6,
        "messages_per_member_second": load.messages_a_probe(LOSS, helpers) / period,
        "false_burials_per_member_year": wrong * YEAR_S,
    }


def suspicion_problem(seed: int = 1) -> Problem:
    """Everybody knows as soon as can be, with no more than 200 false burials a member-year."""
    return problem_of(
        (INTERVAL, MULT, HELPERS),
        (
            Goal("false_burials_per_member_year", "<=", 200.0),
            Goal("messages_per_member_second", "<=", 5.0),
        ),
        ("known_to_all_s.p99",),
        {INTERVAL.key: "1s", MULT.key: "4", HELPERS.key: "3"},
        seed,
    )


NODES = Axis("protocol.gossip_nodes", 1, 12, whole=True, default="3")
TICK = Axis("protocol.gossip_interval", 0.05, 1.0, "s", default="200ms")
RETRANSMIT = Axis("protocol.retransmit_mult", 1, 8, whole=True, default="4")


def fanout_law(of: Mapping[str, float]) -> dict[str, float]:
    """Dissemination against the fan-out."""
    tick, mult = of["protocol.gossip_interval"], int(of["protocol.retransmit_mult"])
    limit = 3 * mult
    nodes = min(int(of["protocol.gossip_nodes"]), limit)
    return {
        "update_known_to_all_s.median": tick * gossip.rounds_at_most(MEMBERS, limit, nodes, LOSS),
        "bytes_per_member_second": 40.0 * nodes / tick + 25.0 * mult,
        "members_missing": gossip.missed_at_most(MEMBERS, limit, LOSS),
    }


def fanout_problem(seed: int = 1) -> Problem:
    """News is everywhere as soon as can be, at 1,500 bytes a second."""
    return problem_of(
        (NODES, TICK, RETRANSMIT),
        (
            Goal("bytes_per_member_second", "<=", 1500.0),
            Goal("members_missing", "<=", 0.5),
        ),
        ("update_known_to_all_s.median",),
        {NODES.key: "3", TICK.key: "200ms", RETRANSMIT.key: "4"},
        seed,
    )


PROBLEMS: dict[str, tuple[Callable[[int], Problem], Law]] = {
    "period": (period_problem, period_law),
    "suspicion": (suspicion_problem, suspicion_law),
    "fanout": (fanout_problem, fanout_law),
}


def points(space: Space) -> list[Point]:
    grid = itertools.product(*(range(len(axis.levels)) for axis in space.axes))
    return [point for point in grid if space.allowed(point)]


@functools.lru_cache(maxsize=None)
def optimum(name: str) -> tuple[Point, float]:
    """The best point of the whole grid that truly keeps every goal, and its objective."""
    make, law = PROBLEMS[name]
    problem = make(1)
    evaluator = Planted(law, 0)
    found: tuple[Point, float] = ((), math.inf)
    for point in points(problem.space):
        true = evaluator.truth(problem.space.settings(point))
        if keeps(problem, true) and true[problem.minimise[0]] < found[1]:
            found = point, true[problem.minimise[0]]
    return found


def keeps(problem: Problem, true: Mapping[str, float]) -> bool:
    """Whether the true values keep every goal."""
    return all(goal.kept_by(true[goal.measure]) for goal in problem.goals)


def cheap_problem(seed: int = 1) -> Problem:
    """The least load at which everybody knows in 12 s, with no more than 200 false burials a member-year:
    every goal is decided by noisy runs, and the cheapest settings are at its limit."""
    return problem_of(
        (INTERVAL, MULT, HELPERS),
        (
            Goal("known_to_all_s.p99", "<=", 12.0),
            Goal("false_burials_per_member_year", "<=", 200.0),
        ),
        ("messages_per_member_second",),
        {INTERVAL.key: "1s", MULT.key: "4", HELPERS.key: "3"},
        seed,
    )


def impossible_problem(seed: int = 1) -> Problem:
    """Half a second is too soon for a load of 6 messages a second; the third goal is in nobody's way."""
    return problem_of(
        (INTERVAL, CHECKS),
        (
            Goal("first_suspect_s", "<=", 0.5),
            Goal("messages_per_member_second", "<=", 6.0),
            Goal("wrong_suspicions_refuted.per_member_hour", "<=", 500.0),
        ),
        ("first_suspect_s",),
        {INTERVAL.key: "1s", CHECKS.key: "3"},
        seed,
    )


PROBLEMS["cheap"] = (cheap_problem, suspicion_law)
PROBLEMS["impossible"] = (impossible_problem, period_law)
