# SPDX-License-Identifier: GPL-2.0-only
"""What Lifeguard's page holds its numbers to: tolerances were set before anything was run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analysis.papers.claims import Claim, ascending, descending, within_factor
from analysis.papers.lifeguard_2018.measured import per_run
from analysis.papers.published import Published
from analysis.study.estimates import Estimate, count

CONFIGS = ("SWIM", "LHA-Probe", "LHA-Suspicion", "Buddy", "Lifeguard")
TUNINGS = ("a2b2", "a2b6", "a4b2", "a4b4", "a5b4", "a5b6")
"""Those that the paper gives."""

MEDIAN_S, TAIL_S = 0.25, 1.5
RATIO, ABSOLUTE = 2.0, 3.0


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
    """Medians, then 99 %: of each configuration, and of each tuning by what its percent of SWIM is in
    seconds."""
    claims = []
    for statistic, words, tolerance in (
        ("median", "median", MEDIAN_S),
        ("p99", "99 %", TAIL_S),
    ):
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
    """Order, ratios and absolute numbers of Table IV, growth with C, and the order of Table VI."""
    sums = {config: numbers["accuracy"][config]["all"] for config in CONFIGS}
    if not all(of["runs"] for of in sums.values()):
        return []
    fp = {config: per_run(of, "fp").value or 0.0 for config, of in sums.items()}
    minus = {config: per_run(of, "fp_minus").value or 0.0 for config, of in sums.items()}
    paper = {config: published[f"t4.fp.{config}"].value for config in CONFIGS}
    ranked = sorted(CONFIGS, key=lambda config: -paper[config])
    ratios = {config: fp[config] / fp["SWIM"] * paper["SWIM"] / paper[config] for config in CONFIGS}
    absolute = {config: fp[config] / (paper[config] / 4320) for config in CONFIGS}
    return [
        Claim(
            f"false positives in the published order: {' > '.join(ranked)}",
            ", ".join(f"{fp[config]:.3g}" for config in ranked),
            descending([fp[config] for config in ranked]),
        ),
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
        Claim(
            "FP- pooled in the order SWIM > LHA-Probe and Buddy > LHA-Suspicion > Lifeguard",
            _listed(minus),
            minus["SWIM"] > max(minus["LHA-Probe"], minus["Buddy"])
            and min(minus["LHA-Probe"], minus["Buddy"])
            > minus["LHA-Suspicion"]
            > minus["Lifeguard"],
        ),
        _growth(numbers["accuracy"]),
        *_load_claims(sums, published),
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


def _load_claims(sums: Mapping[str, Any], published: Published) -> list[Claim]:
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
    """For each judged cell: whether memberlist's mean lies between those of the two readings, and so
    whether what the simulation leaves open explains what differs. A cell that was not simulated, as most in
    a small design, claims nothing."""
    claims = []
    for cell, by_handling in simulated.items():
        real = judge.get(cell)
        if not real or not real["incidents"]:
            continue
        mean = float(np.mean(real["incidents"]))
        means = [
            float(np.mean(found["incidents"]))
            for found in by_handling.values()
            if found["incidents"]
        ]
        if not means:
            continue
        interval = mean_of_runs(real["incidents"]).interval or (mean, mean)
        claims.append(
            Claim(
                f"{cell}: wrong deaths by real memberlist among those of the readings of handling time",
                f"{mean:.3g} [{interval[0]:.3g}, {interval[1]:.3g}]; {min(means):.3g} to {max(means):.3g}",
                interval[1] >= min(means) and interval[0] <= max(means),
            )
        )
    return claims


def mean_of_runs(counts: Sequence[int]) -> Estimate:
    """Of one count a run."""
    return count(counts, len(counts), "run")


def _listed(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.3g}" for name, value in values.items())
