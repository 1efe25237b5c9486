# SPDX-License-Identifier: GPL-2.0-only
"""Other detectors beside SWIM: what a message of theirs costs, on the same network of paths.

Messages of lists as long as the cluster are hundreds of times as large as SWIM's, so bytes stand
beside messages. One member crashes on the way, and what follows from it counts.
"""

import csv
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from campaign.bench.measure import alternate, simulate
from campaign.bench.simulations import Simulations
from campaign.bench.table import Promise, Row, Section, quantity
from campaign.build import Build
from campaign.errors import Failure

MEMBERS = 1000
SIMULATED_S = {
    "swim": 1000,
    "heartbeat": 3,
    "heartbeat-ring": 1200,
    "gossip-heartbeat": 200,
    "phi": 0.5,
    "phi-pekko": 100,
    "phi-cassandra": 60,
    "rapid": 60,
    "redis": 20,
    "scylla": 2,
}
"""A second or some of the processor each."""

DETECTORS = tuple(name for name in SIMULATED_S if name != "swim")

HALF = Promise(0.5, at_least=True)
"""Of SWIM's messages, asked of every detector; those whose messages grow with the cluster miss it."""
CRASH_SHARE = 0.4

_SCENARIO = """duration = "1s"
record = "summary"
[cluster]
members = 2
{what}
[topology]
kind = "star"
[network]
model = "path"
[[event]]
at = "{crash}s"
crash = 7
"""
_SWIM = """[protocol]
push_pull_interval = "0s"
"""


@dataclass(frozen=True)
class Speed:
    """Received in a second of the processor."""

    messages: float
    total_bytes: float

    @property
    def message_bytes(self) -> float:
        return self.total_bytes / self.messages


def detectors_section(simulations: Simulations, names: tuple[str, ...], share: float) -> Section:
    """@param share of SIMULATED_S that is simulated"""
    rows: list[Row] = []
    for name in names:
        simulations.tell(f"detector {name}")
        rows += _rows(name, _pairs(simulations.build, name, simulations.runs, share))
    title = f"{MEMBERS:,} members and a crash, path, messages and bytes a second; baseline: SWIM"
    return Section("detectors", title, tuple(rows))


def _pairs(build: Build, name: str, runs: int, share: float) -> list[tuple[Speed, Speed]]:
    speeds: dict[str, list[Speed]] = {"ours": [], "swim": []}

    def measure(whose: str, detector: str) -> float:
        speeds[whose].append(speed(build, detector, share * SIMULATED_S[detector]))
        return speeds[whose][-1].messages

    alternate(lambda: measure("ours", name), lambda: measure("swim", "swim"), runs)
    return list(zip(speeds["ours"], speeds["swim"], strict=True))


def _rows(name: str, pairs: list[tuple[Speed, Speed]]) -> list[Row]:
    size = quantity(statistics.median(ours.message_bytes for ours, _ in pairs), "B")
    messages = tuple((ours.messages, swim.messages) for ours, swim in pairs)
    carried = tuple((ours.total_bytes, swim.total_bytes) for ours, swim in pairs)
    return [
        Row("detectors", f"{name}, {size} each", "/s", messages, HALF),
        Row("detectors", f"{name}: bytes", "B/s", carried, None),
    ]


def speed(build: Build, detector: str, duration: float) -> Speed:
    """Of one run. @param duration in simulated seconds"""
    with tempfile.TemporaryDirectory(prefix="swimlab-bench-") as name:
        scenario = Path(name) / "scenario.toml"
        out = Path(name) / "out"
        out.mkdir()
        what = 'preset = "memberlist-lan"' if detector == "swim" else f'detector = "{detector}"'
        crash = f"{CRASH_SHARE * duration:g}"
        text = _SCENARIO.format(what=what, crash=crash)
        scenario.write_text(text + (_SWIM if detector == "swim" else ""), encoding="utf-8")
        command = [str(build.program("swimlab-ns3")), "run", str(scenario), "--out", str(out)]
        for setting in (f"cluster.members={MEMBERS}", f"duration={duration:g}s"):
            command += ["--set", setting]
        steady = simulate(command)
        messages, total_bytes = _received(
            out / "traffic.csv", duration - steady.simulated_s, duration
        )
    if messages == 0:
        raise Failure(f"{detector} received nothing in {steady.simulated_s:g} simulated seconds")
    return Speed(messages / steady.cpu_s, total_bytes / steady.cpu_s)


def _received(file: Path, begin_s: float, end_s: float) -> tuple[float, float]:
    """Messages and bytes of a time; of a second that is not in it whole, a part."""
    messages = total_bytes = 0.0
    with open(file, encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            second = float(row["second"])
            end = min(second + 1, end_s)
            share = max(0.0, end - max(second, begin_s)) / (end - second)
            messages += share * int(row["received"])
            total_bytes += share * int(row["received_bytes"])
    return messages, total_bytes
