# SPDX-License-Identifier: GPL-2.0-only
"""How often the intervals that Swimlab prints hold what they promise, measured on made-up campaigns of
which the truth is known:

    /usr/bin/python3 -m analysis.checks.interval_coverage [--trials 4000]

prints the table that docs/metrics.md has. Sizes are those of campaigns that people run: 5, 10 and 20
runs, few or many crashes in each, as alike within a run as makes their number worth a half or a
quarter; times that are skewed or heaped at timers; wrong deaths that come in clumps, and hardly any;
shares near none and all. Each cell is the worst of all its cases: a promise is about each of them.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.calibration.stalls import difference
from analysis.campaign.comparison import ratio_interval
from analysis.campaign.intervals import (
    Interval,
    count_interval,
    mean_interval,
    median_interval,
    quantile_interval,
    share_interval,
    values_for_quantile,
)
from analysis.campaign.statistics import distribution

RUNS = (5, 10, 20)
EFFECTS = (1, 2, 4)
PROMISED = 0.93
"""The least coverage of an interval that calls itself one of 95 %."""
Draw = Callable[[np.random.Generator], Interval | None]


@dataclass(frozen=True)
class Case:
    """One kind of made-up campaign, and the interval that is made of it."""

    interval: str
    runs: int
    words: str
    truth: float
    draw: Draw


@dataclass(frozen=True)
class Coverage:
    """What became of a case."""

    case: Case
    printed: float
    """Share of the campaigns that gave an interval at all."""
    holds: float
    """Share of those that had the truth inside; 1 where none was printed: none was wrong."""
    error: float
    """Monte-Carlo error of `holds`: three standard errors."""


def measure(case: Case, trials: int, seed: int = 1952) -> Coverage:
    """Draws so many campaigns; the same seed gives the same ones."""
    random = np.random.default_rng([seed, *case.words.encode(), case.runs])
    found = [found for _ in range(trials) if (found := case.draw(random)) is not None]
    room = 1e-9 * abs(case.truth)
    inside = sum(low - room <= case.truth <= high + room for low, high in found)
    holds = inside / len(found) if found else 1.0
    error = 3 * math.sqrt(0.05 * 0.95 / max(len(found), 1))
    return Coverage(case, len(found) / trials, holds, error)


def cases() -> Iterator[Case]:
    """Every interval at every size."""
    for runs in RUNS:
        yield from _medians(runs)
        yield from _tails(runs)
        yield from _means(runs)
        yield from _ratios(runs)
        yield from _loads(runs)
        yield from _counts(runs)
        yield from _shares(runs)
        yield from _views(runs)
        yield from _differences(runs)


def alike_for(values: float, effect: float) -> float | None:
    """The correlation within runs of so many values that has this design effect; None where there is
    none such."""
    if values == 1:
        return 0.0 if effect == 1 else None
    correlation = (effect - 1) / (values - 1)
    return correlation if correlation <= 1 else None


def _normal(random: np.random.Generator, runs: int, values: int, alike: float) -> np.ndarray:
    common = math.sqrt(alike) * random.standard_normal((runs, 1))
    return common + math.sqrt(1 - alike) * random.standard_normal((runs, values))


def _skewed(random: np.random.Generator, runs: int, values: int, alike: float) -> np.ndarray:
    """Log-normal, with a spread of its own in each run."""
    scale = np.exp(math.sqrt(alike) * random.standard_normal((runs, 1)))
    return scale * np.exp(random.standard_normal((runs, values)))


def _timers(random: np.random.Generator, runs: int, values: int, alike: float) -> np.ndarray:
    """Heaped at the ends of timers, with the delay of a network on top."""
    place = stats.norm.cdf(_normal(random, runs, values, alike))
    return 10 + 4 * np.floor(4 * place + 0.5) + 0.3 * random.random((runs, values))


SHAPES = {"symmetric": (_normal, 0.0), "skewed": (_skewed, 1.0), "heaped": (_timers, 18.15)}
"""How times are drawn, and the median of each."""
UNEVEN = "1 to 7"
SIZES: dict[str, float] = {"1": 1, "2": 2, "10": 10, "50": 50, UNEVEN: 5}
"""Crashes in a run, and what their design effect is that of: of uneven ones, the size that a crash
finds its run to have."""


def _medians(runs: int) -> Iterator[Case]:
    for shape, (draw, median) in SHAPES.items():
        for size, values in SIZES.items():
            for effect in EFFECTS:
                alike = alike_for(values, effect)
                if alike is None:
                    continue

                def interval(
                    random: np.random.Generator,
                    draw: Callable[..., np.ndarray] = draw,
                    size: str = size,
                    values: float = values,
                    alike: float = alike,
                ) -> Interval | None:
                    if size != UNEVEN:
                        return median_interval(list(draw(random, runs, int(values), alike)))
                    sizes = random.integers(1, 8, runs)
                    return median_interval(
                        [row[:n] for row, n in zip(draw(random, runs, 7, alike), sizes)]
                    )

                words = f"{shape} times, {size} a run, effect {effect}"
                yield Case("median of times", runs, words, median, interval)


def _tail_of(shape: str, share: float, alike: float) -> float:
    """The true quantile of a shape above its heaps but the last, which an eighth of all values is in."""
    score = float(stats.norm.ppf(share))
    if shape == "symmetric":
        return score
    if shape == "skewed":
        return math.exp(score * math.sqrt(1 + alike))
    return 26 + 0.3 * (1 - 8 * (1 - share))


def _tails(runs: int) -> Iterator[Case]:
    for share in (0.9, 0.99):
        for shape, (draw, _) in SHAPES.items():
            for values in (1, 2, 10, 50, 200):
                for effect in EFFECTS:
                    alike = alike_for(values, effect)
                    if alike is None or runs * values < values_for_quantile(share):
                        continue

                    def interval(
                        random: np.random.Generator,
                        draw: Callable[..., np.ndarray] = draw,
                        values: int = values,
                        alike: float = alike,
                        share: float = share,
                    ) -> Interval | None:
                        return quantile_interval(list(draw(random, runs, values, alike)), share)

                    words = f"{shape} times, {values} a run, effect {effect}"
                    truth = _tail_of(shape, share, alike)
                    name = f"{share * 100:g}th percentile of times"
                    yield Case(name, runs, words, truth, interval)


def exponential(random: np.random.Generator, runs: int, values: int, alike: float) -> np.ndarray:
    return -np.log1p(-stats.norm.cdf(_normal(random, runs, values, alike)))


def bimodal(random: np.random.Generator, runs: int, values: int, alike: float) -> np.ndarray:
    """One in five is late."""
    late = _normal(random, runs, values, alike) > stats.norm.ppf(0.8)
    return 1 + late + 0.05 * random.standard_normal((runs, values))


MEANS = {
    "symmetric": (_normal, 0.0),
    "exponential": (exponential, 1.0),
    "bimodal": (bimodal, 1.2),
}


def _means(runs: int) -> Iterator[Case]:
    for shape, (draw, mean) in {**MEANS, "skewed": (_skewed, math.nan)}.items():
        for values in (1, 10):
            for effect in EFFECTS:
                alike = alike_for(values, effect)
                if alike is None:
                    continue

                def interval(
                    random: np.random.Generator,
                    draw: Callable[..., np.ndarray] = draw,
                    values: int = values,
                    alike: float = alike,
                ) -> Interval | None:
                    return mean_interval(list(draw(random, runs, values, alike)))

                truth = math.exp((1 + alike) / 2) if shape == "skewed" else mean
                words = f"{shape} times, {values} a run, effect {effect}"
                yield Case("mean of times", runs, words, truth, interval)


def _ratios(runs: int) -> Iterator[Case]:
    for values in (1, 10):
        for effect in EFFECTS:
            alike = alike_for(values, effect)
            if alike is None:
                continue
            for ratio in (1.0, 1.3):

                def interval(
                    random: np.random.Generator,
                    values: int = values,
                    alike: float = alike,
                    ratio: float = ratio,
                ) -> Interval | None:
                    one, other = (
                        factor * np.exp(0.3 * _normal(random, runs, values, alike))
                        for factor in (ratio, 1.0)
                    )
                    return ratio_interval(distribution(list(one)), distribution(list(other)))

                words = f"{values} a run, effect {effect}, ratio {ratio:g}"
                yield Case("ratio of two medians", runs, words, ratio, interval)


def _loads(runs: int) -> Iterator[Case]:
    for spread in (0.02, 0.5, 2.0):

        def interval(random: np.random.Generator, spread: float = spread) -> Interval | None:
            return median_interval(list(np.exp(spread * random.standard_normal((runs, 1)))))

        yield Case("median of runs (load)", runs, f"log-normal, sigma {spread:g}", 1.0, interval)


def _counts(runs: int) -> Iterator[Case]:
    for total in (0.3, 1, 3, 7, 12, 30, 100, 500):
        for effect in EFFECTS:

            def interval(
                random: np.random.Generator, mean: float = total / runs, effect: float = effect
            ) -> Interval | None:
                if effect == 1:
                    return count_interval(random.poisson(mean, runs).tolist())
                clumped = random.negative_binomial(mean / (effect - 1), 1 / effect, runs)
                return count_interval(clumped.tolist())

            words = f"{total:g} expected in all runs, variance {effect} times the mean"
            yield Case("number of incidents", runs, words, float(total), interval)


def _shares(runs: int) -> Iterator[Case]:
    for size in (1, 2, 10, 50):
        for effect in EFFECTS:
            alike = alike_for(size, effect)
            if alike is None:
                continue
            for share in (0.005, 0.05, 0.15, 0.5, 0.9, 0.995):

                def interval(
                    random: np.random.Generator,
                    size: int = size,
                    alike: float = alike,
                    share: float = share,
                ) -> Interval | None:
                    parts = _parts(random, runs, size, alike, share)
                    return share_interval([(int(part), size) for part in parts])

                words = f"{share:.1%} of {size} a run, effect {effect}"
                name = "share of runs" if size == 1 else "share of crashes"
                yield Case(name, runs, words, share, interval)


def _views(runs: int) -> Iterator[Case]:
    """Of all pairs of a run's members those of which the views are wrong: from all or none, where
    something parted them, to the same in each run."""
    for share in (0.005, 0.05, 0.5, 0.95):
        for alike in (0.9, 0.3, 0.01):

            def interval(
                random: np.random.Generator, share: float = share, alike: float = alike
            ) -> Interval | None:
                weight = (1 - alike) / alike
                parts = random.beta(share * weight, (1 - share) * weight, runs)
                return share_interval([(float(part), 1.0) for part in parts])

            words = f"{share:.1%} of the views, correlation {alike:g}"
            yield Case("share of views", runs, words, share, interval)


def _differences(runs: int) -> Iterator[Case]:
    for mean in (0.5, 5, 50):
        for effect in (2, 4):

            def interval(
                random: np.random.Generator, mean: float = mean, effect: float = effect
            ) -> Interval | None:
                size = mean / (effect - 1)
                one, other = (random.negative_binomial(size, 1 / effect, runs) for _ in range(2))
                return difference(one, other)

            words = f"{mean:g} a run, variance {effect} times the mean"
            yield Case("difference of two systems' means (stalls)", runs, words, 0.0, interval)


def _parts(
    random: np.random.Generator, runs: int, size: int, alike: float, share: float
) -> np.ndarray:
    if alike == 0:
        return random.binomial(size, share, runs)
    if alike == 1:
        return size * random.binomial(1, share, runs)
    weight = (1 - alike) / alike
    return random.binomial(size, random.beta(share * weight, (1 - share) * weight, runs))


def table(found: list[Coverage]) -> list[str]:
    """Markdown: a row an interval, a column a number of runs; in each cell the worst coverage with its
    case, and the share of campaigns with an interval where that is not all."""
    lines = ["| interval | " + " | ".join(f"{runs} runs" for runs in RUNS) + " |"]
    lines.append("|---" * (1 + len(RUNS)) + "|")
    for name in dict.fromkeys(coverage.case.interval for coverage in found):
        cells = [_cell([c for c in found if _is(c, name, r)]) for r in RUNS]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def _is(coverage: Coverage, interval: str, runs: int) -> bool:
    return coverage.case.interval == interval and coverage.case.runs == runs


def _cell(found: list[Coverage]) -> str:
    printed = [coverage for coverage in found if coverage.printed]
    if not printed:
        return "none printed"
    worst = min(printed, key=lambda coverage: coverage.holds)
    rare = "" if worst.printed > 0.995 else f", printed in {worst.printed:.0%}"
    return f"{worst.holds:.3f} ({worst.case.words}{rare})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=4000, help="campaigns a case")
    trials = parser.parse_args().trials
    found = [measure(case, trials) for case in cases()]
    print("\n".join(table(found)))
    error = 3 * math.sqrt(0.05 * 0.95 / trials)
    print(f"\n{len(found)} cases, {trials} campaigns each; Monte-Carlo error at most {error:.3f}.")
    for coverage in found:
        if coverage.holds < PROMISED:
            share = f"{coverage.holds:.3f} of {coverage.printed:.0%}"
            print(
                f"under {PROMISED}: {coverage.case.interval}, {coverage.case.runs} runs,"
                f" {coverage.case.words}: {share}"
            )


if __name__ == "__main__":
    main()
