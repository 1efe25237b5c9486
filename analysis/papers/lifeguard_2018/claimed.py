# SPDX-License-Identifier: GPL-2.0-only
"""What Lifeguard's page holds its numbers to: tolerances were set before anything was run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from analysis.campaign.text import interval
from analysis.papers.claims import Claim, ascending, descending, with_interval, within_factor
from analysis.papers.lifeguard_2018.measured import per_run
from analysis.papers.published import Published
from analysis.study.differences import signed_ranks
from analysis.study.estimates import Estimate, count

CONFIGS = ("SWIM", "LHA-Probe", "LHA-Suspicion", "Buddy", "Lifeguard")
TUNINGS = ("a2b2", "a2b6", "a4b2", "a4b4", "a5b4", "a5b6")
"""Those that the paper gives."""

LATENCY_S = (("median", "median", 0.25), ("p99", "99 %", 1.5), ("p999", "99.9 %", 3.0))
RATIO, ABSOLUTE = 2.0, 3.0
MINUS_ORDER = (
    ("SWIM", "LHA-Probe"),
    ("SWIM", "Buddy"),
    ("LHA-Probe", "LHA-Suspicion"),
    ("Buddy", "LHA-Suspicion"),
    ("LHA-Suspicion", "Lifeguard"),
)
"""Pairs of which the paper pools more FP- for the first."""
JUDGED = {"fp": "FP", "incidents": "wrong deaths", "detected": "held for dead"}
"""In what a judged cell is compared."""


def ratio_of(
    numbers: Mapping[str, Any], tuning: str, what: str, statistic: str | None = None
) -> float | None:
    """Percent of SWIM, as in Table VII."""
    if statistic is None:
        ours = per_run(numbers["tuned_accuracy"][tuning]["all"], what).value
        swim = per_run(numbers["accuracy"]["SWIM"]["all"], what).value
    else:
        ours = numbers["tuned_latency"][tuning][what][statistic]["value"]
        swim = numbers["latency"]["SWIM"][what][statistic]["value"]
    return None if ours is None or not swim else 100 * ours / swim


def latency_claims(numbers: Mapping[str, Any], published: Published) -> list[Claim]:
    """Medians, then tails: of each configuration, and of each tuning by what its percent of SWIM is in
    seconds."""
    claims = []
    for statistic, words, tolerance in LATENCY_S:
        off = {}
        swim = published[f"t5.dead.{statistic}.SWIM"].value
        for config in CONFIGS:
            ours = numbers["latency"][config]["dead"][statistic]["value"]
            off[config] = (
                None if ours is None else ours - published[f"t5.dead.{statistic}.{config}"].value
            )
        for tuning in TUNINGS:
            ours = numbers["tuned_latency"][tuning]["dead"][statistic]["value"]
            paper = swim * published[f"t7.dead.{statistic}.{tuning}"].value / 100
            off[tuning] = None if ours is None else ours - paper
        known = {name: value for name, value in off.items() if value is not None}
        worst = max(known, key=lambda name: abs(known[name]), default=None)
        claims.append(
            Claim(
                f"first dead, {words}: within {tolerance:g} s of the paper for every configuration and "
                "published tuning",
                "" if worst is None else f"at most {abs(known[worst]):.2f} s off ({worst})",
                None if worst is None else abs(known[worst]) <= tolerance,
            )
        )
    return claims


def accuracy_claims(numbers: Mapping[str, Any], published: Published) -> list[Claim]:
    """Order, sizes and growth with C of Table IV, and the order of Table VI."""
    return [
        *order_claims(numbers, published),
        *size_claims(numbers, published),
        *load_claims(numbers, published),
    ]


def order_claims(numbers: Mapping[str, Any], published: Published) -> list[Claim]:
    """Of FP and FP-. What repetitions do not tell apart is said with it."""
    sums = _sums(numbers)
    if sums is None:
        return []
    fp, minus = (
        {c: per_run(of, part).value or 0.0 for c, of in sums.items()} for part in ("fp", "fp_minus")
    )
    ranked = published_order(published)
    return [
        Claim(
            f"false positives in the published order: {' > '.join(ranked)}",
            ", ".join(f"{fp[config]:.3g}" for config in ranked)
            + _not_apart(alike(numbers, "fp", pairwise(ranked))),
            descending([fp[config] for config in ranked]),
        ),
        Claim(
            "FP- pooled in the order SWIM > LHA-Probe and Buddy > LHA-Suspicion > Lifeguard",
            _listed(minus) + _not_apart(alike(numbers, "fp_minus", MINUS_ORDER)),
            all(minus[above] > minus[below] for above, below in MINUS_ORDER),
        ),
    ]


def published_order(published: Published) -> list[str]:
    """The configurations of Table IV, from most false positives to fewest."""
    return sorted(CONFIGS, key=lambda config: -published[f"t4.fp.{config}"].value)


def alike(
    numbers: Mapping[str, Any], part: str, pairs: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """The pairs of configurations that the signed ranks of their repetitions do not tell apart; none where
    there are too few repetitions to ask."""
    sums = numbers["accuracy"]
    found = []
    for a, b in pairs:
        shift = signed_ranks(
            [x - y for x, y in zip(sums[a]["all"][part], sums[b]["all"][part], strict=True)]
        )
        if shift is not None and shift.low <= 0 <= shift.high:
            found.append((a, b))
    return found


def _not_apart(pairs: Sequence[tuple[str, str]]) -> str:
    words = ", ".join(f"{a} and {b}" for a, b in pairs)
    return f"; not told apart by their repetitions: {words}" if words else ""


def _sums(numbers: Mapping[str, Any]) -> dict[str, Any] | None:
    """By configuration; None where one of them has no run."""
    sums = {config: numbers["accuracy"][config]["all"] for config in CONFIGS}
    return sums if all(of["runs"] for of in sums.values()) else None


def size_claims(numbers: Mapping[str, Any], published: Published) -> list[Claim]:
    """Ratios, absolute numbers and growth with C."""
    sums = _sums(numbers)
    if sums is None:
        return []
    fp = {config: per_run(of, "fp").value or 0.0 for config, of in sums.items()}
    paper = {config: published[f"t4.fp.{config}"].value for config in CONFIGS}
    ratios = {config: fp[config] / fp["SWIM"] * paper["SWIM"] / paper[config] for config in CONFIGS}
    absolute = {config: fp[config] / (paper[config] / 4320) for config in CONFIGS}
    return [
        Claim(
            f"their ratios to SWIM within a factor of {RATIO:g} of the paper's",
            _listed({config: ratios[config] for config in CONFIGS if config != "SWIM"}),
            all(within_factor(ratio, 1, RATIO) for ratio in ratios.values()),
        ),
        Claim(
            f"their absolute numbers within a factor of {ABSOLUTE:g}",
            _listed(absolute),
            all(within_factor(ratio, 1, ABSOLUTE) for ratio in absolute.values()),
        ),
        _growth(numbers["accuracy"]),
    ]


def _growth(accuracy: Mapping[str, Any]) -> Claim:
    """A larger C buries more, for SWIM, whose paper's column grows all the way."""
    by_slow = accuracy["SWIM"]["by_slow"]
    means = [per_run(by_slow[slow], "fp").value or 0.0 for slow in sorted(by_slow, key=int)]
    return Claim(
        "SWIM's false positives grow with C",
        ", ".join(f"{mean:.3g}" for mean in means),
        ascending(means) if len(means) > 1 else None,
    )


def load_claims(numbers: Mapping[str, Any], published: Published) -> list[Claim]:
    """The order of messages, and of bytes."""
    sums = _sums(numbers)
    if sums is None:
        return []
    claims = []
    for part in ("messages", "bytes"):
        ours = {config: sum(of[part]) / of["member_s"] for config, of in sums.items()}
        ranked = sorted(CONFIGS, key=lambda config: published[f"t6.{part}.{config}"].value)
        claims.append(
            Claim(
                f"{part} in the published order: {' < '.join(ranked)}",
                ", ".join(f"{ours[config]:.5g}" for config in ranked),
                ascending([ours[config] for config in ranked]),
            )
        )
    return claims


def judge_claims(simulated: Mapping[str, Any], judge: Mapping[str, Any]) -> list[Claim]:
    """For each judged cell: whether memberlist's numbers lie between the simulator's at two neighbouring
    handling times, which is what the simulation leaves open. The two are the same for all cells: those
    that fit most of them. A cell that was not simulated, as most in a small design, claims nothing.
    """
    cells = {
        cell: [(name, found) for name, found in by_handling.items() if found["incidents"]]
        for cell, by_handling in simulated.items()
        if judge.get(cell) and judge[cell]["incidents"]
    }
    steps = {cell: list(pairwise(readings)) for cell, readings in cells.items()}
    steps = {cell: pairs for cell, pairs in steps.items() if pairs}
    fitting = [
        (a[0], b[0])
        for cell, pairs in steps.items()
        for a, b in pairs
        if all(_between(judge[cell][part], a[1][part], b[1][part]) for part in JUDGED)
    ]
    asked = [(a[0], b[0]) for pairs in steps.values() for a, b in pairs]
    best = max(asked, key=fitting.count, default=None)
    claims = []
    for cell, pairs in steps.items():
        step = next(((a[1], b[1]) for a, b in pairs if (a[0], b[0]) == best), None)
        if best is None or step is None:
            continue
        real = judge[cell]
        ends = " and ".join(name.replace("-", " ") for name in best)
        claims.append(
            Claim(
                f"{cell}: real memberlist between the simulator's {ends}",
                "; ".join(
                    f"{words} {with_interval(mean_of_runs(real[part]))}, simulated"
                    f" {interval(_hull(*(of[part] for of in step)))}"
                    for part, words in JUDGED.items()
                ),
                all(_between(real[part], *(of[part] for of in step)) for part in JUDGED),
            )
        )
    return claims


def _ends(counts: Sequence[int]) -> tuple[float, float]:
    """Of their mean: the interval, or where there is none the mean twice."""
    mean = mean_of_runs(counts)
    value = mean.value or 0.0
    return mean.interval or (value, value)


def _hull(a: Sequence[int], b: Sequence[int]) -> tuple[float, float]:
    """From the lower end of the one's interval, or the other's, to the upper."""
    lows, highs = zip(_ends(a), _ends(b))
    return min(lows), max(highs)


def _between(real: Sequence[int], a: Sequence[int], b: Sequence[int]) -> bool:
    """Whether the interval of the real mean meets what lies between the other two."""
    low, high = _hull(a, b)
    least, most = _ends(real)
    return least <= high and low <= most


def mean_of_runs(counts: Sequence[int]) -> Estimate:
    """Of one count a run."""
    return count(counts, len(counts), "run")


def _listed(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.3g}" for name, value in values.items())
