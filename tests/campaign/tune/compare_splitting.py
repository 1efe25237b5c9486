# SPDX-License-Identifier: GPL-2.0-only
"""Splitting against plain runs, where both see something: rates, intervals and processor time.

    python3 -m tests.campaign.tune.compare_splitting PROGRAM LOSS RUNS BUDGET_S

prints a row of the table in docs/tune/rare.md. `gain` is how much less work splitting takes for the same
variance: the variance times the processor time of plain runs, over that of splitting.
"""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from analysis.campaign.intervals import count_interval
from campaign.tune.rare import YEAR_S, Case, estimate_rare

SCENARIO = Path(__file__).with_name("lossy.toml")


def children_s() -> float:
    """Processor seconds of all that has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def plain(program: Path, loss: str, runs: int) -> tuple[list[int], float]:
    """False burials of each run, and exposed member-seconds in all."""
    with tempfile.TemporaryDirectory() as name:
        lines = []
        for seed in range(1, runs + 1):
            out = Path(name) / str(seed)
            out.mkdir()
            lines.append(json.dumps({"out": str(out), "seed": seed}))
        words = [str(program), "work", str(SCENARIO), "--set", f"network.loss={loss}"]
        subprocess.run(words, input="\n".join(lines) + "\n", text=True, check=True, stdout=-3)
        found = [
            json.loads((Path(name) / str(seed) / "metrics.json").read_bytes())
            for seed in range(1, runs + 1)
        ]
    counts = [each["false_positives"]["incidents"]["count"] for each in found]
    return counts, math.fsum(each["quality_of_service"]["exposed_member_s"] for each in found)


def main() -> None:
    """One row."""
    program, loss, runs, budget_s = sys.argv[1:]
    before = children_s()
    counts, exposed_s = plain(Path(program), loss, int(runs))
    plain_s = children_s() - before
    years = exposed_s / YEAR_S
    before = children_s()
    rare = estimate_rare(
        Case(Path(program), SCENARIO, None, {"network.loss": loss}), float(budget_s)
    )
    split_s = children_s() - before
    found = rare.per_member_year
    low, high = count_interval(counts) or (math.nan, math.nan)
    value = sum(counts) / years
    variance = float(np.var(counts, ddof=1)) * len(counts) / years**2
    sums = [run.false_burials for run in rare.runs]
    split_years = math.fsum(run.exposed_member_s for run in rare.runs) / YEAR_S
    split_variance = float(np.var(sums, ddof=1)) * len(sums) / split_years**2
    gain = variance * plain_s / (split_variance * split_s) if split_variance else math.nan
    levels = rare.levels
    print(
        f"| {loss} | {sum(counts)} in {len(counts)} | {value:,.3g} ({low / years:,.3g} to"
        f" {high / years:,.3g}) | {plain_s:.1f} s | {found.n} of {len(sums)} |"
        f" {found.value or math.nan:,.3g} ({found.low or math.nan:,.3g} to"
        f" {found.high or math.nan:,.3g}) | {split_s:.1f} s | {gain:.2g} |"
        f" {levels and levels.copies} {found.why}",
        flush=True,
    )


if __name__ == "__main__":
    main()
