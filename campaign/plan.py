# SPDX-License-Identifier: GPL-2.0-only
"""What a scenario asks for, as the simulator understands it.

Only the backends' programs read scenario files. `swimlab-ns3 plan`, say, checks everything and
prints the resolved plan, so that a mistake is found before anything is written, and by the code
that knows the rules.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaign.backends import NS3, Backend
from campaign.errors import Failure, Refused

USER_ERROR = 2


@dataclass(frozen=True)
class Request:
    """What the user asked for: a scenario file, and what he changed on the command line."""

    scenario: Path
    settings: tuple[str, ...] = ()  # KEY=VALUE, as given with --set
    seed: int | None = None
    runs: int | None = None
    backend: Backend = NS3
    member_kinds: str | None = None  # as given with --members: "serf:20,swimlab:20"
    text: bytes | None = None
    """The scenario's, where it was read: the file may be a pipe, and its user goes on editing."""

    def arguments(self) -> list[str]:
        """The command line again, in one spelling, so that it can be recorded and repeated."""
        backend = [] if self.backend is NS3 else ["--backend", self.backend.name]
        scenario, *rest = self.program_arguments()
        return [scenario, *backend, *rest]

    def program_arguments(self) -> list[str]:
        """What the backend's program is to plan."""
        arguments = [str(self.scenario), *self.member_arguments()]
        if self.seed is not None:
            arguments += ["--seed", str(self.seed)]
        if self.runs is not None:
            arguments += ["--runs", str(self.runs)]
        for setting in self.settings:
            arguments += ["--set", setting]
        return arguments

    def member_arguments(self) -> list[str]:
        """What the members are, where that was chosen."""
        return [] if self.member_kinds is None else ["--members", self.member_kinds]


@dataclass(frozen=True)
class Point:
    """One combination of a sweep's values; without a sweep, key "" and no settings."""

    key: str
    settings: dict[str, Any]


@dataclass(frozen=True)
class Run:
    """One point with one seed: what `swimlab-ns3 run` does, and one folder under runs/."""

    point: Point
    seed: int

    @property
    def key(self) -> str:
        """Its folder's name: "seed-1", in a sweep "p003-seed-1"."""
        return f"{self.point.key}-seed-{self.seed}" if self.point.key else f"seed-{self.seed}"


@dataclass(frozen=True)
class Plan:
    """The resolved scenario: every point of its sweep, every seed, every setting by key."""

    title: str
    question: str
    members: int
    duration_s: float
    backend: str
    seeds: list[int]
    resolved: dict[str, Any]
    points: list[Point]
    settled: dict[str, Any]
    """Swept keys that the command line fixes: the sweep's other points are not run."""
    verdict: dict[str, Any] | None
    """What the scenario expects, None where it says nothing; the analysis knows its words."""
    inputs: dict[str, str]
    """sha256 of the scenario's text and of each map that it names, by the names of the copies."""
    made_with: dict[str, Any]
    """What the program was made with: versions, compiler, flags and sums of its libraries."""
    memory_bytes: int | None
    """What a run will need, at the point that needs most; None where the backend cannot tell."""

    def runs(self) -> list[Run]:
        """All runs, seed by seed over all points: an interrupted sweep has compared them all."""
        return [Run(point, seed) for seed in self.seeds for point in self.points]


class _Answer:
    """What a program said. Its messages name files, which may be of any bytes."""

    def __init__(self, done: subprocess.CompletedProcess[bytes]) -> None:
        self.returncode = done.returncode
        self.stdout = done.stdout.decode("utf-8", "surrogateescape")
        self.stderr = done.stderr.decode("utf-8", "surrogateescape")


def ask_for_plan(program: Path, request: Request, copies: Path | None = None) -> Plan:
    """Let the simulator check the request; a mistake is Refused with its message.

    What it reads for that it copies to the folder `copies`, so that the runs can read the same.
    """
    command = [str(program), "plan", *request.program_arguments()]
    command += [] if request.text is None else ["--text", "/dev/stdin"]
    command += [] if copies is None else ["--copy-to", str(copies)]
    done = _Answer(subprocess.run(command, capture_output=True, input=request.text or b""))
    if done.returncode == USER_ERROR:
        raise Refused(done.stderr.strip())
    if done.returncode != 0:
        raise Failure(f"{done.stderr.strip()}\n{program.name} plan ended with {done.returncode}")
    try:
        answer = json.loads(done.stdout)
        points = [Point(point["key"], point["settings"]) for point in answer["points"]]
        return Plan(
            answer["title"],
            answer["question"],
            answer["members"],
            answer["duration_s"],
            answer["backend"],
            answer["seeds"],
            answer["resolved"],
            points,
            answer["point"],
            answer["verdict"],
            answer["inputs"],
            answer.get("made_with", {}),
            answer["memory_bytes"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Failure(f"{program.name} plan printed what is no plan: {error!r}") from error
