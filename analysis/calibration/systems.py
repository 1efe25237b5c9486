# SPDX-License-Identifier: GPL-2.0-only
"""The systems that a calibration compares: each a campaign, read from its folder, with what its
records can tell and what they cannot."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.campaign.observable import REFUTED, SUSPECT
from analysis.run import records
from analysis.run.metrics import CrashMetrics, RunMetrics, metrics_of_runs
from analysis.run.records import NS_PER_S, RecordError, RunInfo

LABELS = {
    "ns3": "simulation",
    "sockets": "Swimlab on sockets",
    "emulation": "Swimlab, emulated network",
    "memberlist": "memberlist",
    "serf": "Serf",
}
"""What the systems are called, in the order of colours; programs by adapters by their own names."""

OWN_KIND = "swimlab"
"""Of members of records that do not say what they are."""
LOGGING_KINDS = {"memberlist", "serf"}
"""Kinds of members that log only the suspicions of their own probes, and no refutation that they hear of."""


@dataclass(frozen=True)
class Phases:
    """The seconds of a run before anything happens to the cluster, and those after.

    `quiet_s` is 0 where something happens at once; `after_s` is None where nothing does.
    """

    quiet_s: int
    after_s: int | None
    end_s: int


@dataclass(frozen=True)
class System:
    """One system's campaign: its valid runs."""

    name: str
    place: int
    """Its own among all systems, for colours."""
    request: dict[str, Any]
    """campaign.json"""
    runs: list[RunMetrics]
    infos: list[RunInfo]
    """run.json of the same runs, in the same order."""
    invalid: int
    """Runs that call themselves invalid, since the machine did not keep up; they are left out."""

    @property
    def label(self) -> str:
        return LABELS.get(self.name, self.name)

    @property
    def first(self) -> dict[str, Any]:
        """run.json of the run that stands for all where they are alike."""
        return self.infos[0].raw

    @property
    def member_kinds(self) -> dict[str, int]:
        """How many members of each kind a run has."""
        kinds = self.first.get("member_kinds", [OWN_KIND] * self.runs[0].members)
        return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}

    @property
    def resolution_s(self) -> float:
        """How finely the times of its events are known; 0 in a simulation."""
        return max(self.first.get("time_resolution_ns", {}).values(), default=0) / NS_PER_S

    @property
    def lag_p99_s(self) -> float:
        """How late the machine was in 1 % of all cases, in the worst run."""
        return max(info.raw.get("lag_p99_ns", 0) for info in self.infos) / NS_PER_S

    @property
    def blur_s(self) -> float:
        """How exactly the times of its events are known: what is closer together is no difference."""
        return max(self.resolution_s, self.lag_p99_s)

    @property
    def untold(self) -> set[str]:
        """The words that some of its members lack, as of analysis.campaign.observable."""
        lacking = {word for info in self.infos for word in info.not_observable}
        return lacking | {SUSPECT, REFUTED} if self.logs_own_probes else lacking

    @property
    def logs_own_probes(self) -> bool:
        """Whether some of its members say nothing of the suspicions of others."""
        return not LOGGING_KINDS.isdisjoint(self.member_kinds)

    @property
    def counts_traffic(self) -> bool:
        """Whether anybody tells what it sends."""
        return any(run.traffic.members for run in self.runs)

    @property
    def crashes(self) -> list[CrashMetrics]:
        return [crash for run in self.runs for crash in run.crashes]


def read_system(folder: Path, name: str, number: int, jobs: int) -> System:
    """The system whose campaign is in `folder`, the `number`-th to be compared; it may have no valid
    run."""
    try:
        request = json.loads((folder / "campaign.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecordError(f"{folder / 'campaign.json'}: no such file; {name} was not run") from None
    except ValueError as error:
        raise RecordError(f"{folder / 'campaign.json'}: not JSON: {error}") from None
    runs = metrics_of_runs(folder, jobs)
    infos = [records.read_run_info(folder / "runs" / run.name) for run in runs]
    if any(run.point != runs[0].point for run in runs):
        raise RecordError(f"{folder}: a sweep; systems are compared at one point")
    valid = [i for i, info in enumerate(infos) if info.raw.get("valid", True)]
    return System(
        name,
        list(LABELS).index(name) if name in LABELS else len(LABELS) + number,
        request,
        [runs[i] for i in valid],
        [infos[i] for i in valid],
        len(runs) - len(valid),
    )


def phases_of(systems: Sequence[System]) -> Phases:
    """Whole seconds that are quiet, or not, in every run of every system."""
    infos = [info for system in systems for info in system.infos]
    end_s = min(math.floor(info.simulated_s) for info in infos)
    starts = [min((e["at_s"] for e in info.raw["timeline"]), default=math.inf) for info in infos]
    quiet_s = min(math.floor(min(starts)) if min(starts) < math.inf else end_s, end_s)
    after_s = quiet_s if max(starts) < end_s else None
    return Phases(quiet_s, after_s, end_s)
