# SPDX-License-Identifier: GPL-2.0-only
"""Studies made by hand: cells with runs whose numbers are given, for the tests of what reads studies."""

from __future__ import annotations

import functools
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from run_tables import RunTable

from analysis.run.metrics import metrics_of_run
from analysis.study.digest import digest
from analysis.study.model import Axis, Cell, Entry, Failed, Study, pack

SCENARIO, AXIS = "crash", "protocol.probe_interval"


@functools.cache
def _kept_of_a_crash() -> str:
    """What a study keeps of four members of which one crashes."""
    table = RunTable(members=4).sent(3, "ping", 300, 9000).truth(10, "crash", "m3")
    table.says(11, "m0", "suspect", "m3").says(12, "m0", "dead", "m3")
    table.says(13, "m1 m2", "dead", "m3")
    with tempfile.TemporaryDirectory() as folder:
        run = table.write(Path(folder) / "run")
        metrics_of_run(run)
        return json.dumps(digest(run))


def kept(known_s: float | None, wrong_deaths: int, messages: int) -> dict[str, Any]:
    """The same, of a crash that all knew of after so long, or never, with so many wrong deaths, and so
    many messages in all."""
    found: dict[str, Any] = json.loads(_kept_of_a_crash())
    metrics = found["metrics"]
    metrics["crashes"][0]["full_dissemination_s"] = known_s
    metrics["false_positives"]["incidents"]["count"] = wrong_deaths
    metrics["false_positives"]["events"] = 2 * wrong_deaths
    metrics["traffic"]["messages"] = {"ping": messages}
    return found


def cell(
    variant: str = "",
    interval: str = "1s",
    resolved: Mapping[str, str] | None = None,
    scenario: str = SCENARIO,
) -> Cell:
    key = f"{abs(hash_of(scenario, variant, interval)):012x}"[:12]
    settings = (f"{AXIS}={interval}",)
    common = {AXIS: interval, "topology.kind": "lan", "network.loss": "0%"}
    return Cell(
        key,
        scenario,
        variant,
        {AXIS: interval},
        settings,
        common | dict(resolved or {}),
        4,
        100.0,
    )


def hash_of(*texts: str) -> int:
    """The same in every process, which Python's own is not."""
    value = 7
    for byte in "/".join(texts).encode():
        value = (value * 1_000_003 + byte) % 2**48
    return value


def study(
    cells: Sequence[Cell], folder: Path = Path("study"), asked: Mapping[str, Any] | None = None
) -> Study:
    intervals = tuple(dict.fromkeys(c.point[AXIS] for c in cells))
    found = {"title": "Made up", "question": "Is it so?", "build": "b1"} | dict(asked or {})
    return Study(folder, found, (Axis(AXIS, intervals, "list"),), tuple(cells))


def add(
    made: Study, of: Cell, known_s: Iterable[float | None], wrong: int = 0, messages: int = 300
) -> None:
    """A run for each of the times, from seed 1 on."""
    entries = made.entries.setdefault(of.key, {})
    for seed, time_s in enumerate(known_s, len(entries) + 1):
        entries[seed] = Entry(of.key, seed, pack(kept(time_s, wrong, messages)), None, 0.1, 1000)


def add_failure(made: Study, of: Cell) -> None:
    entries = made.entries.setdefault(of.key, {})
    seed = len(entries) + 1
    failed = Failed(of.key, seed, "it broke", "swimlab-ns3 ...")
    entries[seed] = Entry(of.key, seed, None, failed, 0.1, 1000)
