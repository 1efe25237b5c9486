# SPDX-License-Identifier: GPL-2.0-only
"""What `./swimlab heartbeats` answers, simulated: mistakes are as far apart as was asked, and crashes are known in time."""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path

import pytest

from campaign.build import ROOT, Build
from campaign.cli import main

DETECTED_S, APART_S = 5, 600
MEMBERS, WATCHED_S, START_S = 40, 600, 20
RUNS = 3

SCENARIO = f"""title = "Heartbeats for a wanted quality"
question = "Are mistakes as far apart as was asked?"
seed = 1
runs = {RUNS}
duration = "{START_S + WATCHED_S + DETECTED_S}s"
[topology]
kind = "star"
access_delay = "0s"
[network]
model = "path"
loss = "5%"
delay = "20ms"
delay_distribution = "exponential"
[[event]]
name = "crash"
at = "{START_S + WATCHED_S}s"
crash = 7
"""


def test_mistakes_are_as_seldom_and_crashes_known_as_soon_as_was_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    build = Build(ROOT / "build")
    if not build.program("swimlab-ns3").exists():
        pytest.skip("build/swimlab-ns3 is not built; ./swimlab test builds it")
    question = f"--detected-within {DETECTED_S}s --mistakes-apart {APART_S}s --mistakes-last 10s"
    network = "--delay 20ms --loss 5%"
    assert main(["heartbeats", *question.split(), *network.split()]) == 0
    lines = re.findall(r"^    (\[.*|\w+ = .*)$", capsys.readouterr().out, re.MULTILINE)
    cluster, *detector = lines[1:]
    scenario, out = tmp_path / "heartbeats.toml", tmp_path / "out"
    told = [f"[cluster]\nmembers = {MEMBERS}", cluster, *detector]
    scenario.write_text(SCENARIO + "\n".join(told) + "\n")
    assert main(["run", str(scenario), "--out", str(out)], build, lambda *_: None) == 0
    mistakes, latest = 0, 0.0
    for seed in range(1, RUNS + 1):
        with (out / f"runs/seed-{seed}/events.csv").open() as file:
            for row in csv.DictReader(file):
                at = int(row["time_ns"]) / 1e9
                if row["event"] == "dead" and START_S < at <= START_S + WATCHED_S:
                    mistakes += 1
                elif row["event"] == "dead" and row["subject"] == "m07":
                    latest = max(latest, at - START_S - WATCHED_S)
    # A pair's mistakes begin with an interval each by itself: about Poisson's law.
    expected = RUNS * MEMBERS * (MEMBERS - 1) * WATCHED_S / APART_S
    assert abs(mistakes - expected) < 4 * math.sqrt(expected)
    assert DETECTED_S / 2 < latest <= DETECTED_S
