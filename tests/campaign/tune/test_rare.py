# SPDX-License-Identifier: GPL-2.0-only
"""Splitting of real runs against plain ones, the same bytes again, what it refuses, how its levels are
chosen, and how often its interval holds."""

from __future__ import annotations

import json
import math
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.campaign.weighted import SEEING_RUNS, weighted_interval, why_no_weighted
from campaign.tune.outcome import Outcome, Unshown
from campaign.tune.rare import (
    YEAR_S,
    Case,
    Levels,
    Rare,
    SplitRun,
    Splitter,
    chosen_copies,
    estimate_rare,
    per_member_year,
    thinned,
)
from campaign.tune.rare_result import is_open, says, seconds_for

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = ROOT / "build" / "swimlab-ns3"
SCENARIO = Path(__file__).with_name("lossy.toml")
LEVELS = ("--levels", "0.25,0.5,0.75,1", "--copies", "2")

built = pytest.mark.skipif(
    not PROGRAM.exists(), reason="build/swimlab-ns3 is not built; ./swimlab test builds it"
)


def split(out: Path, *words: str) -> subprocess.CompletedProcess[str]:
    out.mkdir(exist_ok=True)
    asked = [str(PROGRAM), "split", str(SCENARIO), "--seed", "3", "--out", str(out), *words]
    return subprocess.run(asked, capture_output=True, text=True, timeout=600)


def metrics(out: Path) -> dict[str, Any]:
    out.mkdir()
    asked = [str(PROGRAM), "run", str(SCENARIO), "--seed", "3", "--out", str(out)]
    subprocess.run(asked, check=True, capture_output=True, timeout=600)
    return dict(json.loads((out / "metrics.json").read_bytes()))


@built
def test_the_run_itself_is_that_without_copies(tmp_path: Path) -> None:
    assert split(tmp_path / "split", *LEVELS).returncode == 0
    found = json.loads((tmp_path / "split" / "split.json").read_bytes())
    plain = metrics(tmp_path / "plain")
    assert found["false_burials_unsplit"] == plain["false_positives"]["incidents"]["count"] > 0
    assert found["exposed_member_s"] == plain["quality_of_service"]["exposed_member_s"]
    assert found["copies_made"] > 0


@built
def test_same_seed_and_levels_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert split(tmp_path / name, *LEVELS).returncode == 0
    a, b = ((tmp_path / name / "split.json").read_bytes() for name in ("a", "b"))
    assert a == b


@built
def test_without_copies_it_counts_what_plain_runs_do(tmp_path: Path) -> None:
    assert split(tmp_path, "--levels", "0.5,1", "--copies", "1").returncode == 0
    found = json.loads((tmp_path / "split.json").read_bytes())
    assert found["false_burials"] == found["false_burials_unsplit"]
    assert found["copies_made"] == 0


@built
@pytest.mark.parametrize(
    "words, code, said",
    [
        ((*LEVELS, "--set", "network.model=packet"), 2, "set network.model=path"),
        ((*LEVELS, "--set", "network.loss=0%"), 2, "nothing is ever lost"),
        (("--levels", "0.5,0.5", "--copies", "2"), 2, "each above the one before it"),
        (("--levels", "0.5,1", "--copies", "2,2,2"), 2, "one for each of the 2 levels"),
        (("--levels", "0.5,1", "--copies", "0"), 2, "1 or more"),
        ((*LEVELS, "--most-copies", "5"), 1, "more than 5 copies would be needed"),
    ],
)
def test_says_what_it_cannot_do_and_writes_nothing(
    tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    done = split(tmp_path, *words)
    assert done.returncode == code and said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


@built
def test_splitting_agrees_with_plain_runs() -> None:
    """On other seeds. Both are unbiased, so their difference is within its error."""
    case = Case(PROGRAM, SCENARIO, None, {})
    one, many = Levels((0.5,), (1,)), Levels((0.25, 0.5, 0.75), (2, 2, 2))
    plain = [run.false_burials for run in Splitter(case).run(one, range(100, 140))]
    copied = [run.false_burials for run in Splitter(case).run(many, range(200, 240))]
    error = math.sqrt(np.var(plain, ddof=1) / 40 + np.var(copied, ddof=1) / 40)
    assert abs(np.mean(plain) - np.mean(copied)) < 3.5 * error
    assert error < 0.25 * np.mean(plain)  # or the line above would say nothing


@built
def test_without_loss_there_is_no_estimate_and_it_says_why() -> None:
    rare = estimate_rare(Case(PROGRAM, SCENARIO, None, {"network.loss": "0%"}), 5.0)
    assert rare.per_member_year.value is None
    assert "nothing is ever lost" in rare.per_member_year.why
    assert "gives no estimate" in says(rare)


def made(seed: int, burials: float, rises: list[int], weighted: list[float]) -> SplitRun:
    levels = [{"rises": r, "weighted_rises": w} for r, w in zip(rises, weighted)]
    found = {"false_burials": burials, "exposed_member_s": 6000.0, "duration_s": 300.0}
    return SplitRun(seed, found | {"shortest_suspicion_s": 3.0, "levels": levels})


def test_levels_stand_where_a_third_is_left() -> None:
    levels = Levels((0.2, 0.4, 0.6, 0.8, 1.0), (1, 1, 1, 1, 1))
    run = made(1, 0.0, [90, 60, 30, 10, 2], [90.0, 60.0, 30.0, 10.0, 2.0])
    assert chosen_copies(levels, [run]) == (1, 1, 3, 3, 1)
    assert thinned(Levels(levels.at, (1, 1, 3, 3, 1))) == Levels((0.6, 0.8), (3, 3))
    assert thinned(levels) == Levels((1.0,), (1,))


def test_a_rate_is_of_weights_and_years() -> None:
    runs = [made(seed, 0.25, [], []) for seed in range(10)]
    found = per_member_year(runs)
    assert found.value == pytest.approx(2.5 / (60_000 / YEAR_S))
    assert found.interval is not None and found.interval[0] < found.value < found.interval[1]
    assert "an estimate" in says(Rare(found, runs=runs))


def test_it_takes_a_tenth_of_a_budget_in_time_and_not_long() -> None:
    assert seconds_for(900.0, 1) == 90.0
    assert seconds_for(900.0, 3) == 30.0
    assert seconds_for(86_400.0, 1) == 120.0
    assert seconds_for(None, 2) == 30.0


@pytest.mark.parametrize(
    "goal, asks", [("false_burials_per_member_year", True), ("known_to_all_s.p99", False)]
)
def test_only_an_open_goal_in_false_burials_asks_for_it(goal: str, asks: bool) -> None:
    outcome = Outcome.__new__(Outcome)
    outcome.unshown = [Unshown(goal, 2.0, None, "")]
    assert is_open(outcome) is asks


def test_nothing_seen_is_no_estimate() -> None:
    found = per_member_year([made(1, 0.0, [], []), made(2, 0.0, [], [])])
    assert found.value is None and "no copy of 2 runs" in found.why
    assert why_no_weighted([0.0, 1.0]).startswith(f"no interval: it takes {SEEING_RUNS} runs")


@pytest.mark.parametrize(
    "runs, rate, crowd", [(20, 0.5, 4), (20, 1, 8), (50, 0.5, 5), (100, 0.1, 10)]
)
def test_the_interval_holds(runs: int, rate: float, crowd: int) -> None:
    """Runs of which each has some trees, of which each brings a crowd of hits of two weights."""
    random = np.random.default_rng(runs)
    held = tried = 0
    for _ in range(400):
        sums = [
            float(
                sum(random.geometric(1 / crowd) * 3.0 ** random.integers(-4, -2) for _ in range(n))
            )
            for n in random.poisson(rate, runs)
        ]
        if (interval := weighted_interval(sums)) is not None:
            tried += 1
            held += interval[0] <= runs * rate * crowd * (3.0**-4 + 3.0**-3) / 2 <= interval[1]
    assert tried > 200 and held / tried > 0.93
