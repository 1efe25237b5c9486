# SPDX-License-Identifier: GPL-2.0-only
"""Simulated crashes follow the laws that reports lay over them (analysis/theory/curves.py).

One member crashes in each run. The times of all runs are held against the law by the inequality of
Dvoretzky, Kiefer and Wolfowitz, which a true law breaks with probability 1e-4. First suspicions that came
half a protocol period later would be off by 0.39, where the bound is 0.22.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from analysis.run import metrics
from analysis.theory.curves import TIME_AXIS, curve, undisturbed
from campaign.build import ROOT, Build
from campaign.cli import main

RUNS = 100

SCENARIO = """title = "One member dies"
question = "When is it suspected and declared dead?"
seed = 1
runs = {runs}
duration = "{duration}"
record = "summary"
[topology]
kind = "star"
access_delay = "20us"
[cluster]
members = 64
start = "converged"
age = "fresh"
preset = "{preset}"
{protocol}
[network]
model = "path"
[[event]]
at = "15s"
crash = "random 1"
"""
LIFEGUARD = "[protocol]\nsuspicion_mult = 2\nsuspicion_max_timeout_mult = 6"


@pytest.mark.parametrize(
    ("preset", "protocol", "duration", "measures"),
    [
        ("swim", "", "80s", ("first_suspect_s", "first_dead_s")),
        ("swim-basic", "", "50s", ("first_dead_s",)),
        ("lifeguard-paper", LIFEGUARD, "50s", ("first_suspect_s", "first_dead_s")),
    ],
)
def test_crashes_are_noticed_as_the_laws_say(
    tmp_path: Path, preset: str, protocol: str, duration: str, measures: tuple[str, ...]
) -> None:
    build = Build(ROOT / "build")
    if not build.program("swimlab-ns3").exists():
        pytest.skip("build/swimlab-ns3 is not built; ./swimlab test builds it")
    scenario, out = tmp_path / "crash.toml", tmp_path / "out"
    scenario.write_text(
        SCENARIO.format(runs=RUNS, preset=preset, protocol=protocol, duration=duration)
    )
    assert main(["run", str(scenario), "--out", str(out)], build, lambda *_: None) == 0
    record = json.loads((out / "runs/seed-1/run.json").read_text())
    assert undisturbed(record)
    crashes = [crash for run in metrics.metrics_of_runs(out, 1) for crash in run.crashes]
    assert len(crashes) == RUNS
    bound = math.sqrt(math.log(2 / 1e-4) / (2 * RUNS))
    for measure in measures:
        times_s = sorted(getattr(crash, measure) for crash in crashes)
        law = curve(measure, TIME_AXIS, record["scenario"]["resolved"], times_s)
        assert law is not None
        off = max(
            max(abs(share - i / RUNS), abs(share - (i + 1) / RUNS)) for i, share in enumerate(law.y)
        )
        assert off < bound, f"{preset}: {measure}"
