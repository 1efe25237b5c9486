# SPDX-License-Identifier: GPL-2.0-only
"""Connections that last: what is lost on them is sent again after 200 ms, where a SYN waits for a second."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from campaign.build import ROOT, Build
from campaign.cli import main

MEMBERS, WATCHED_S, START_S = 48, 300, 20
TIMEOUT_S, INTERVAL_S = 4.5, 2
LOSS = 0.15

SCENARIO = f"""title = "Echoes under loss"
question = "How often do echoes fail on connections that last?"
seed = 1
duration = "{START_S + WATCHED_S}s"
[cluster]
members = {MEMBERS}
detector = "scylla"
[detector]
failure_detector_timeout = "{TIMEOUT_S}s"
[topology]
kind = "star"
access_delay = "0s"
[network]
model = "path"
loss = "{LOSS:.0%}"
"""


def test_an_echo_fails_as_seldom_as_its_retransmissions(tmp_path: Path) -> None:
    build = Build(ROOT / "build")
    if not build.program("swimlab-ns3").exists():
        pytest.skip("build/swimlab-ns3 is not built; ./swimlab test builds it")
    scenario, out = tmp_path / "echoes.toml", tmp_path / "out"
    scenario.write_text(SCENARIO)
    assert main(["run", str(scenario), "--out", str(out)], build, lambda *_: None) == 0
    with (out / "runs/seed-1/events.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if int(row["time_ns"]) > START_S * 1e9]
    mistakes = sum(row["event"] == "dead" for row in rows)
    # Who was not heard of for time-out and interval is dead, and the last answer is an interval old. A segment is
    # sent at 0, 0.2, 0.6, 1.4, 3.0 and 6.2 s, there and back.
    waits_s = [0.2 * (2**lost - 1) for lost in range(10)]
    chances = [(1 - LOSS) * LOSS**lost for lost in range(10)]
    late = sum(
        chances[there] * chances[back]
        for there in range(10)
        for back in range(10)
        if waits_s[there] + waits_s[back] > TIMEOUT_S
    )
    echoes = MEMBERS * (MEMBERS - 1) * WATCHED_S / INTERVAL_S
    expected = echoes * late
    print(f"{mistakes} mistakes, {expected:.1f} expected of {echoes:.0f} echoes")
    assert abs(mistakes - expected) < 4 * math.sqrt(expected) + 1
