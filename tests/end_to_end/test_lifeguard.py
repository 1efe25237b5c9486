# SPDX-License-Identifier: GPL-2.0-only
"""First detection of Lifeguard's published tunings (Dadgar, Phillips, Currey, DSN 2018, Tables V and VII).

The paper forms a cluster of 128 Consul agents, waits for 15 s, and lets C members fall silent, C being 1, 4,
8 and so on to 32. Its medians are over all anomalies of all C; those of less than 16 s end before anybody can
be sure, so the ones of 16.384 and 32.768 s remain, each with what was noticed in its time.

Run as a program, with so many runs for each C and the ages of clusters, it makes the table of docs/trust.md:

    PYTHONPATH=. /usr/bin/python3 tests/end_to_end/test_lifeguard.py 10 fresh settled
"""

from __future__ import annotations

import csv
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis.campaign.statistics import distribution

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "swimlab-ns3"
SCENARIO = ROOT / "scenarios" / "lifeguard-latency.toml"

SILENT = (1, 4, 8, 12, 16, 20, 24, 28, 32)
ANOMALIES_S = (16.384, 32.768)
TOLERANCE_S = 0.25
SWIM = (
    "protocol.awareness_max_multiplier=1",
    "protocol.suspicion_confirmations=0",
    "protocol.buddy=false",
    "protocol.buddy_relays=false",
)
"""What makes the paper's baseline of the preset; with beta 1 no confirmation counts anyway."""


@dataclass(frozen=True)
class Tuning:
    """One column of Table VII, and the median that the paper gives it."""

    name: str
    alpha: int
    beta: int
    paper_s: float
    settings: tuple[str, ...] = ()


TUNINGS = (
    Tuning("SWIM", 5, 1, 12.44, SWIM),
    Tuning("a2b2", 2, 2, 6.61),
    Tuning("a2b6", 2, 6, 6.76),
    Tuning("a4b2", 4, 2, 10.32),
    Tuning("a4b4", 4, 4, 10.33),
    Tuning("a5b4", 5, 4, 12.38),
    Tuning("a5b6", 5, 6, 12.45),
)


def first_deaths_s(tuning: Tuning, silent: int, seed: int, age: str) -> list[float]:
    """Of one run: of each silent member the time until the first dead event, where there was one."""
    settings = [
        f"protocol.suspicion_mult={tuning.alpha}",
        f"protocol.suspicion_max_timeout_mult={tuning.beta}",
        f"event.0.crash=random {silent}",
        f"cluster.age={age}",
        *tuning.settings,
    ]
    with tempfile.TemporaryDirectory() as folder:
        options = [option for setting in settings for option in ("--set", setting)]
        subprocess.run(
            [PROGRAM, "run", SCENARIO, "--seed", str(seed), "--out", folder, *options],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        with (Path(folder) / "events.csv").open() as rows:
            return _first_deaths_s(list(csv.DictReader(rows)))


def _first_deaths_s(rows: Sequence[dict[str, str]]) -> list[float]:
    fell_ns = {
        row["subject"]: int(row["time_ns"])
        for row in rows
        if row["event"] == "crash" and not row["observer"]
    }
    first_ns: dict[str, int] = {}
    for row in rows:
        if row["event"] == "dead" and row["observer"] and row["subject"] in fell_ns:
            first_ns.setdefault(row["subject"], int(row["time_ns"]))
    return [(at_ns - fell_ns[member]) / 1e9 for member, at_ns in first_ns.items()]


def pooled(
    tuning: Tuning, runs: int, age: str, silent: Sequence[int] = SILENT
) -> list[list[float]]:
    """Of each run what either anomaly's end lets be noticed."""
    return [
        [value for end_s in ANOMALIES_S for value in found if value <= end_s]
        for count in silent
        for seed in range(1, runs + 1)
        for found in [first_deaths_s(tuning, count, seed, age)]
    ]


def median_s(values_by_run: Sequence[Sequence[float]]) -> float:
    """Of all values."""
    return statistics.median(value for values in values_by_run for value in values)


@pytest.fixture(autouse=True)
def fixture_program() -> None:
    if not PROGRAM.exists():
        pytest.skip("build/swimlab-ns3 is not built; ./swimlab test builds it")


@pytest.mark.parametrize("tuning", TUNINGS, ids=lambda tuning: tuning.name)
def test_first_detection_in_a_fresh_cluster_is_that_of_the_paper(tuning: Tuning) -> None:
    assert abs(median_s(pooled(tuning, 2, "fresh")) - tuning.paper_s) <= TOLERANCE_S


def test_beta_has_no_effect_in_a_cluster_that_exchanges_tables_all_the_time() -> None:
    """Each exchange confirms a suspicion, and with 1.4 a second all are confirmed before they are due."""
    few, many = (tuning for tuning in TUNINGS if tuning.alpha == 2)
    settled = [first_deaths_s(tuning, 24, 1, "settled") for tuning in (few, many)]
    fresh = [first_deaths_s(tuning, 24, 1, "fresh") for tuning in (few, many)]
    assert settled[0] == settled[1]
    assert fresh[0] != fresh[1]


def _table(runs: int, ages: Sequence[str]) -> None:
    for age in ages:
        for tuning in TUNINGS:
            values = pooled(tuning, runs, age)
            found = distribution(values)
            low, high = found.ci95 or (float("nan"), float("nan"))
            print(
                f"{age:8} {tuning.name:5} {found.median:6.2f} s [{low:.2f}, {high:.2f}], "
                f"p99 {found.p99:.2f} s; paper {tuning.paper_s} s; {len(values)} runs",
                flush=True,
            )


if __name__ == "__main__":
    _table(int(sys.argv[1]), sys.argv[2:])
