# SPDX-License-Identifier: GPL-2.0-only
"""Packets against paths: the two models of the network must tell the same story of a cluster.

One crash among 200 members under 1 % loss, over a data centre and over a real backbone; 20 seeds a
model, which are the same for both. A run takes a third of a second. What docs/trust.md says of 40 seeds
is measured by this file too, run as a program:

    PYTHONPATH=. /usr/bin/python3 tests/end_to_end/test_fidelities.py 40
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from scipy import stats

from analysis.run.metrics import RunMetrics, metrics_of_run

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "swimlab-ns3"

SCENARIO = """
title = "packets and paths"
duration = "40s"
[cluster]
members = 200
preset = "memberlist-lan"
[topology]
{topology}
[network]
loss = "1%"
[[event]]
at = "10s"
crash = "random 1"
"""

LEAF_SPINE = 'kind = "leaf-spine"\nleaves = 8\nspines = 2'
BACKBONE = 'kind = "file"\nfile = "{file}"'
EXAMPLE = ROOT / "scenarios" / "networks" / "example.graphml"
TATA = ROOT.parent / "shared" / "data" / "topologies" / "TataNld.graphml"
"""Of the Internet Topology Zoo, where somebody put it beside this repository."""

SEEDS = 20


@dataclass(frozen=True)
class Quantity:
    """What is held against each other: its values, one a run, by either model."""

    name: str
    packet: list[float]
    path: list[float]
    tolerance: float
    """How far the ratio of the medians may be from 1."""

    @property
    def ratio(self) -> float:
        """Of the medians, path over packet."""
        return statistics.median(self.path) / statistics.median(self.packet)

    @property
    def p(self) -> float:
        """Chance of such a distance, or a larger one, between two samples of one distribution."""
        return float(stats.ks_2samp(self.packet, self.path).pvalue)

    def __str__(self) -> str:
        medians = f"{statistics.median(self.packet):.4f} {statistics.median(self.path):.4f}"
        return f"{self.name}: packet, path {medians}, ratio {self.ratio:.4f}, KS p {self.p:.3f}"


def simulate(topology: str, model: str, seeds: Iterable[int], folder: Path) -> list[RunMetrics]:
    """The metrics of one run a seed."""
    scenario = folder / "scenario.toml"
    scenario.write_text(SCENARIO.format(topology=topology))
    runs = []
    for seed in seeds:
        out = folder / f"{model}-{seed}"
        out.mkdir()
        command = [PROGRAM, "run", scenario, "--seed", str(seed), "--out", out]
        command += ["--set", f"network.model={model}", "--set", "record=summary"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        runs.append(metrics_of_run(out))
    return runs


def compare(topology: str, seeds: int, folder: Path) -> list[Quantity]:
    """Runs both models with the seeds from 1 on."""
    packet, path = (
        simulate(topology, model, range(1, seeds + 1), folder) for model in ("packet", "path")
    )

    def crash_times(runs: list[RunMetrics], name: str) -> list[float]:
        return [getattr(crash, name) for run in runs for crash in run.crashes]

    def messages(runs: list[RunMetrics]) -> list[float]:
        return [sum(run.traffic.messages.values()) / run.members for run in runs]

    return [
        *(
            Quantity(name, crash_times(packet, name), crash_times(path, name), 0.03)
            for name in ("first_dead_s", "full_dissemination_s")
        ),
        Quantity("messages a member", messages(packet), messages(path), 0.01),
    ]


@pytest.mark.parametrize(
    "topology",
    [
        pytest.param(LEAF_SPINE, id="leaf-spine"),
        pytest.param(BACKBONE.format(file=EXAMPLE), id="example-backbone"),
        pytest.param(BACKBONE.format(file=TATA), id="TataNld"),
    ],
)
def test_paths_tell_what_packets_tell(topology: str, tmp_path: Path) -> None:
    if not PROGRAM.exists():
        pytest.skip("build/swimlab-ns3 is not built; ./swimlab test builds it")
    if str(TATA) in topology and not TATA.exists():
        pytest.skip(f"{TATA} is not there: it comes from the Internet Topology Zoo")
    for quantity in compare(topology, SEEDS, tmp_path):
        assert None not in quantity.packet + quantity.path, quantity.name
        assert quantity.ratio == pytest.approx(1, abs=quantity.tolerance), str(quantity)
        assert quantity.p > 0.01, str(quantity)


def main() -> None:
    """Prints the comparison of as many seeds as the first argument says."""
    for name, topology in (("leaf-spine", LEAF_SPINE), ("TataNld", BACKBONE.format(file=TATA))):
        with tempfile.TemporaryDirectory() as folder:
            for quantity in compare(topology, int(sys.argv[1]), Path(folder)):
                print(name, quantity)


if __name__ == "__main__":
    main()
