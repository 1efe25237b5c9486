# SPDX-License-Identifier: GPL-2.0-only
"""How often the interval of a difference between two cells of a study holds, measured on made-up cells of
which the truth is known:

    /usr/bin/python3 -m analysis.checks.difference_coverage [--trials 2000]

Each case goes through the comparison as it is, with whatever way to an interval this takes: pairs of one
seed that share nothing or half of their chance, times that are skewed or heaped, wrong deaths that are
rare or come in clumps, shares near none and all.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from analysis.campaign.intervals import Interval
from analysis.checks.interval_coverage import PROMISED, RUNS, SHAPES, Case, measure, table
from analysis.checks.sequential_coverage import MadeUpRun, measure_of, runs_of
from analysis.study import estimates
from analysis.study.compare import Side, compare
from analysis.study.measures import Measure, measure_named

Pair = Callable[[np.random.Generator], tuple[np.ndarray, np.ndarray]]
"""Rows of values a run, of both sides; the same row is the same seed."""


def cases() -> Iterator[Case]:
    """Every way to a difference at every size."""
    for runs in RUNS:
        yield from _times(runs)
        yield from _counts(runs)
        yield from _shares(runs)


def _case(name: str, runs: int, words: str, truth: float, of: Measure, draw: Pair) -> Case:
    def interval(random: np.random.Generator) -> Interval | None:
        sides = [Side(str(place), runs_of(rows), {}) for place, rows in enumerate(draw(random))]
        found = compare(sides[0], sides[1], [of])[0]
        return None if found.low is None else (found.low, found.high)

    return Case(name, runs, words, truth, interval)


def _times(runs: int) -> Iterator[Case]:
    for shape in ("skewed", "heaped"):
        rows = SHAPES[shape][0]
        for values, alike in ((1, 0.0), (10, 1 / 3)):
            for shared in (0.0, 0.5):
                for ratio in (1.0, 1.3):

                    def draw(
                        random: np.random.Generator,
                        rows: Callable[..., np.ndarray] = rows,
                        values: int = values,
                        alike: float = alike,
                        shared: float = shared,
                        ratio: float = ratio,
                    ) -> tuple[np.ndarray, np.ndarray]:
                        common, one, other = (rows(random, runs, values, alike) for _ in range(3))
                        a, b = (common**shared * own ** (1 - shared) for own in (one, other))
                        return ratio * a, b

                    words = f"{shape} times, {values} a run, {shared:g} shared, ratio {ratio:g}"
                    name = "ratio of two cells' times"
                    yield _case(name, runs, words, ratio - 1, measure_of("median"), draw)


def _counts(runs: int) -> Iterator[Case]:
    for mean in (0.1, 1, 5, 50):
        for effect in (1, 4):
            for ratio in (1.0, 2.0):

                def draw(
                    random: np.random.Generator,
                    mean: float = mean,
                    effect: int = effect,
                    ratio: float = ratio,
                ) -> tuple[np.ndarray, np.ndarray]:
                    found = []
                    for of_side in (ratio * mean, mean):
                        if effect == 1:
                            found.append(random.poisson(of_side, (runs, 1)))
                        else:
                            size = of_side / (effect - 1)
                            found.append(random.negative_binomial(size, 1 / effect, (runs, 1)))
                    return found[0], found[1]

                words = f"{ratio * mean:g} and {mean:g} a run, variance {effect} times the mean"
                measured, truth = measure_of("wrong deaths a run"), (ratio - 1) * mean
                yield _case("difference of wrong deaths", runs, words, truth, measured, draw)


def _share_measure(size: int) -> Measure:
    """Of `size` things a run, so many as the run's value says."""

    def parts(run: MadeUpRun) -> tuple[int, int]:
        return int(run.values[0]), size

    def of(runs: Any, networks: Any) -> estimates.Estimate:
        return estimates.share([parts(run) for run in runs], None, "run")

    def per_run(run: Any) -> list[float]:
        return [100 * parts(run)[0] / size]

    return dataclasses.replace(measure_named("crashes_known"), of=of, per_run=per_run)


def _shares(runs: int) -> Iterator[Case]:
    for size in (1, 10):
        for one, other in ((0.05, 0.05), (0.5, 0.5), (0.95, 0.8)):

            def draw(
                random: np.random.Generator,
                size: int = size,
                one: float = one,
                other: float = other,
            ) -> tuple[np.ndarray, np.ndarray]:
                a, b = (random.binomial(size, share, (runs, 1)) for share in (one, other))
                return a, b

            words = f"{one:.0%} and {other:.0%} of {size} a run"
            truth = 100 * (one - other)
            yield _case("difference of shares", runs, words, truth, _share_measure(size), draw)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=2000, help="pairs of cells a case")
    trials = parser.parse_args().trials
    found = [measure(case, trials) for case in cases()]
    print("\n".join(table(found)))
    error = 3 * math.sqrt(0.05 * 0.95 / trials)
    print(f"\n{len(found)} cases, {trials} pairs of cells each; error at most {error:.3f}.")
    for coverage in found:
        if coverage.holds < PROMISED:
            case = coverage.case
            print(f"under {PROMISED}: {case.interval}, {case.runs} runs, {case.words}:", end=" ")
            print(f"{coverage.holds:.3f} of {coverage.printed:.0%}")


if __name__ == "__main__":
    main()
