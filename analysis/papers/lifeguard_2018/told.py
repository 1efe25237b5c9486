# SPDX-License-Identifier: GPL-2.0-only
"""Lifeguard's page: its tables and figures beside ours, what must hold, and what the paper leaves open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from analysis.campaign.text import NONE, number
from analysis.papers.claims import (
    Claim,
    claim_rows,
    estimate_of,
    with_interval,
    within_factor,
)
from analysis.papers.lifeguard_2018 import figures
from analysis.papers.lifeguard_2018.claimed import (
    CONFIGS,
    RATIO,
    TUNINGS,
    alike,
    judge_claims,
    latency_claims,
    load_claims,
    mean_of_runs,
    order_claims,
    published_order,
    ratio_of,
    size_claims,
)
from analysis.papers.lifeguard_2018.measured import per_run
from analysis.papers.page import Page
from analysis.papers.published import Published

NAME = "lifeguard-2018"
TITLE = "Lifeguard (2018): slow members and whom they bury"
PAPER_RUNS = 4320
"""Of the Interval experiment, of each configuration."""
GIB = 2**30
MEMBERS = 128
PAPER_RUN_S = 127.2
"""Mean length of the paper's runs, its quiesce counted."""
QUIESCE_S = 15.0

LATENCIES = (
    ("dead", "median", "first dead, median"),
    ("dead", "p99", "99 %"),
    ("dead", "p999", "99.9 %"),
    ("known", "median", "known to all, median"),
    ("known", "p99", "99 %"),
    ("known", "p999", "99.9 %"),
)


def render(
    numbers: Mapping[str, Any], published: Published, judge: Mapping[str, Any] | None
) -> Page:
    """The whole page."""
    latency = latency_claims(numbers, published)
    order, size = order_claims(numbers, published), size_claims(numbers, published)
    load = load_claims(numbers, published)
    judged = judge_claims(numbers["judged"], judge) if judge else []
    held = {
        "Lifeguard's detection times: the published medians are those of its rules, to a quarter of a "
        "second.": latency[:1],
        "The tails of its detection times: 99 % to 1.5 s, 99.9 % to 3 s.": latency[1:],
        "The published order of its configurations by false positives, and by those of healthy "
        "members (FP-).": order,
        "How much its parts help, to a factor of two, and how many false deaths there are, to a factor "
        "of three.": size,
        "The published order of its configurations by load.": load,
        "The simulator does in these cells what real memberlist does, where it is told how long a "
        "datagram takes to handle.": judged,
    }
    believe, doubt = _opening(held)
    page = Page(NAME, TITLE, [*believe, *_helps(numbers)], [*_unsure(numbers, published), *doubt])
    _experiment(page, numbers)
    page.heading("What must hold")
    page.table(
        ["what must hold", "found", "holds"], claim_rows([*latency, *order, *size, *load, *judged])
    )
    _latency(page, numbers, published)
    _accuracy(page, numbers, published)
    _load(page, numbers["accuracy"], published)
    _judge(page, numbers["judged"], judge)
    _open_questions(page)
    return page


def _helps(numbers: Mapping[str, Any]) -> list[str]:
    """Which parts do."""
    fp = {config: per_run(numbers["accuracy"][config]["all"], "fp").value for config in CONFIGS}
    if not fp["SWIM"] or None in fp.values():
        return []
    left = {config: _percent(100 * (value or 0) / fp["SWIM"]) for config, value in fp.items()}
    return [
        "What is left of SWIM's false positives by each part alone: "
        f"{left['LHA-Suspicion']} by suspicions that wait longer, {left['LHA-Probe']} by local "
        f"health, {left['Buddy']} by the buddy system; {left['Lifeguard']} by all together."
    ]


def _unsure(numbers: Mapping[str, Any], published: Published) -> list[str]:
    pairs = alike(numbers, "fp", pairwise(published_order(published)))
    if not pairs:
        return []
    words = "; ".join(f"{a} or {b}" for a, b in pairs)
    return [f"Which has fewer false positives: {words}. Their repetitions do not tell."]


def _opening(held: Mapping[str, Sequence[Claim]]) -> tuple[list[str], list[str]]:
    """What may be believed, by what holds."""
    believe, doubt = [], []
    for sentence, claims in held.items():
        known = [claim for claim in claims if claim.holds is not None]
        if known and all(claim.holds for claim in known):
            believe.append(sentence)
        elif known:
            failed = sum(not claim.holds for claim in known)
            doubt.append(f"{sentence} {failed} of {len(known)} claims fail, see below.")
    doubt.append(
        "Absolute numbers of false deaths as those of another cluster: they depend on how long members "
        "take for what has waited (below), on C, D and I, and on nothing that an operator can read off."
    )
    return believe, doubt


def _experiment(page: Page, numbers: Mapping[str, Any]) -> None:
    repetitions = max(len(of["all"]["fp"]) for of in numbers["accuracy"].values())
    tuned = min(len(of["all"]["fp"]) for of in numbers["tuned_accuracy"].values())
    page.text(
        "Dadgar, Phillips and Currey ran 128 Consul agents on one machine of 16 processors and blocked C of "
        "them for a time D, right before they send and right after they receive: once (their Threshold "
        "experiment), or over and over with a normal time I between (Interval). A false positive is the word "
        "of one member that another is dead that was never blocked; FP- are those by members that were never "
        "blocked themselves. Every combination of nine C, six D and eight I was run ten times for each "
        "configuration: 36 machine-days. Here the same combinations are simulated, Interval "
        f"{_times(repetitions)} each (of the tunings of alpha and beta {_times(tuned)}), with "
        "[`stall`](../stall.md) as the anomaly, in a cluster that was just formed, 15 s of quiesce outside of "
        "what is measured, Consul's reconnect every 30 s, and the preset `lifeguard-paper`. An Interval run ends "
        "as published, with the slow time that passes 120 s; a Threshold run with its slow time, so that deaths "
        "which come or spread after it do not count (the paper waits until all see all as healthy again). No parameter was chosen "
        "to fit a table."
    )


def _latency(page: Page, numbers: Mapping[str, Any], published: Published) -> None:
    page.heading("Detection times (Table V)")
    page.text(
        "From the beginning of a member's slow time to the first word that it is dead, and until all healthy "
        "members know; over all slow times that were long enough. Intervals are of 95 %, over repetitions of "
        f"the whole design. Of each configuration there are {_fewest(numbers):,} times or more, of which "
        f"{_fewest(numbers) // 1000 or 'none'} lie beyond the 99.9 %; so that has no interval."
    )
    rows = []
    for config in CONFIGS:
        for what, statistic, words in LATENCIES:
            ours = estimate_of(numbers["latency"][config][what][statistic])
            paper = published[f"t5.{what}.{statistic}.{config}"].value
            rows.append([config, words, f"{paper:.2f} s", _seconds(ours, 4)])
    page.table(["configuration", "", "paper", "here"], rows)
    page.heading("Alpha and beta (Table VII)")
    page.text(
        "Percent of the configuration SWIM, as the paper gives them. Alpha scales the shortest time of a "
        "suspicion, beta how much longer it is while nobody confirms it. FP- are few: how many there were stands in "
        "brackets."
    )
    rows, far = [], []
    for tuning in TUNINGS:
        for what, statistic, words in [
            *LATENCIES[:3],
            ("fp", None, "false positives"),
            ("fp_minus", None, "FP-"),
        ]:
            id_ = f"t7.{what}.{statistic}.{tuning}" if statistic else f"t7.{what}.{tuning}"
            percent, paper = ratio_of(numbers, tuning, what, statistic), published[id_].value
            here = _percent(percent)
            if what == "fp_minus":
                here += f" ({sum(numbers['tuned_accuracy'][tuning]['all'][what]):,})"
            if (
                percent is not None
                and statistic is None
                and not within_factor(percent, paper, RATIO)
            ):
                far.append(f"{words} of {tuning} ({percent / paper:.2g} times)")
            rows.append([tuning, words, _percent(paper), here])
    page.table(["alpha, beta", "", "paper", "here"], rows)
    if far:
        page.text(f"Beyond a factor of {RATIO:g} of the paper's percent: {', '.join(far)}.")


def _accuracy(page: Page, numbers: Mapping[str, Any], published: Published) -> None:
    page.heading("False positives (Table IV, Figures 2 and 3)")
    accuracy = numbers["accuracy"]
    swim = per_run(accuracy["SWIM"]["all"], "fp").value
    rows = []
    for config in CONFIGS:
        sums = accuracy[config]["all"]
        fp, minus = per_run(sums, "fp"), per_run(sums, "fp_minus")
        paper, paper_minus = (published[f"t4.{part}.{config}"].value for part in ("fp", "fp_minus"))
        rows.append(
            [
                config,
                number(paper / PAPER_RUNS),
                with_interval(fp),
                _percent(100 * paper / published["t4.fp.SWIM"].value),
                _percent(None if not swim or fp.value is None else 100 * fp.value / swim),
                number(paper_minus / PAPER_RUNS),
                with_interval(minus),
                with_interval(per_run(sums, "incidents")),
            ]
        )
    head = ["configuration", "FP a run, paper", "here", "of SWIM, paper", "here"]
    page.table([*head, "FP- a run, paper", "here", "wrong deaths, here"], rows)
    page.text(
        "A wrong death counts once, however many observers believe it; FP counts each of them, and each "
        "time. So FP grow with how far a wrong death spreads before its subject refutes it. That local health "
        "alone takes away little is so in memberlist's rules ([stall](../stall.md#beside-the-paper)); what the paper's "
        "agents had besides is not known."
    )
    page.figure(
        figures.by_slow_members(
            accuracy,
            published,
            "fp",
            "false positives by slow members",
            f"{NAME}-fp",
            "False positives against slow members (Figure 2)",
        )
    )
    if by_slow := _by_slow(accuracy, published):
        page.text(by_slow)
    page.figure(
        figures.by_slow_members(
            accuracy,
            published,
            "fp_minus",
            "false positives by healthy members by slow members",
            f"{NAME}-fp-minus",
            "False positives by healthy members (Figure 3)",
        )
    )


def _by_slow(accuracy: Mapping[str, Any], published: Published) -> str:
    """How ours compare with the paper's at each C."""
    told = []
    for config in figures.SHOWN:
        ratios = {}
        for paper in published.of("false positives by slow members", config=config):
            sums = accuracy[config]["by_slow"].get(paper.where["C"])
            if sums and paper.value:
                ours = per_run(sums, "fp").value or 0.0
                ratios[int(paper.where["C"])] = ours / (paper.value / figures.REPETITIONS)
        if ratios:
            low, high = min(ratios, key=ratios.__getitem__), max(ratios, key=ratios.__getitem__)
            told.append(
                f"{config}'s are {ratios[low]:.2g} (C = {low}) to {ratios[high]:.2g} (C = {high}) times the paper's"
            )
    return f"By C, {', '.join(told)}." if told else ""


def _load(page: Page, accuracy: Mapping[str, Any], published: Published) -> None:
    page.heading("Load (Table VI)")
    page.text(
        "Messages that a member sends in a second, a compound being one, and their bytes. The paper gives sums "
        f"over {PAPER_RUNS:,} runs, whose mean length is {PAPER_RUN_S} s. It does not say whether they are of all that "
        f"time or without the quiesce of {QUIESCE_S:g} s, as ours are; the second value of the paper's is for the latter."
    )
    rows = []
    for config in CONFIGS:
        sums = accuracy[config]["all"]
        ours, bytes_ = (
            None if not sums["member_s"] else sum(sums[part]) / sums["member_s"]
            for part in ("messages", "bytes")
        )
        rows.append(
            [
                config,
                _paper_load(published[f"t6.messages.{config}"].value * 1e6),
                number(ours),
                _paper_load(published[f"t6.bytes.{config}"].value * GIB / 1000),
                number(None if bytes_ is None else bytes_ / 1000),
            ]
        )
    page.table(
        ["configuration", "messages/s, paper", "here", "kB/s, paper", "here"],
        rows,
    )


def _paper_load(total: float) -> str:
    """Of a member in a second: over the whole of its runs, and over what is measured here."""
    return " or ".join(
        number(total / (PAPER_RUNS * MEMBERS * seconds))
        for seconds in (PAPER_RUN_S, PAPER_RUN_S - QUIESCE_S)
    )


def _judge(page: Page, simulated: Mapping[str, Any], judge: Mapping[str, Any] | None) -> None:
    page.heading("Real memberlist as the judge")
    page.text(
        "Six cells of the Interval experiment by `memberlist-peer` (memberlist 0.2.2) in real time: 128 processes on "
        "the loopback of a machine with two processors, stalled by the same model; beside them the simulator with the "
        "same rules, and with what it leaves open: how long a member takes for each datagram that has waited, from "
        "nothing to 1.5 ms. It was not measured in these cells; two neighbouring times were picked afterwards, the same "
        "for all cells, between which most of them lie. The cells were chosen before any was run, but for the last, "
        "which stands for one with 24 slow members whose every run was late by the laboratory's own rule. What the cells call SWIM sends confirmations of a suspicion on and has the buddy system, since memberlist "
        "cannot do without. Late runs are left out. Means of a run, with 95 % intervals over runs."
    )
    if judge is None:
        page.text("It was not asked yet: `./swimlab paper lifeguard-2018 --judge`.")
        return
    rows = []
    for cell, by_handling in simulated.items():
        real = judge.get(cell)
        if real:
            late = f", {real['late']} late" if real["late"] else ""
            rows.append(
                [f"**{cell}**", f"memberlist ({len(real['fp'])} runs{late})", *_judged(real)]
            )
        for handling, found in by_handling.items():
            rows.append(["", f"simulated, {handling.replace('-', ' ')}", *_judged(found)])
    page.table(
        [
            "cell",
            "by",
            "FP",
            "wrong deaths",
            "slow times in which it was held for dead",
            "messages/s",
        ],
        rows,
    )


def _judged(found: Mapping[str, Any]) -> list[str]:
    shares = f"{with_interval(mean_of_runs(found['detected']))} of {number(max(found['slow_times'], default=0))}"
    return [
        with_interval(mean_of_runs(found["fp"])),
        with_interval(mean_of_runs(found["incidents"])),
        shares,
        number(sum(found["messages"]) / len(found["messages"]) if found["messages"] else None),
    ]


def _open_questions(page: Page) -> None:
    page.heading("What the paper leaves open")
    page.points(
        [
            "**How a blocked member blocks.** A member that goes on probing every second while its sends wait "
            "would bury ten times as many. The paper's numbers fit a `send` that blocks the task which probes, "
            "and that is what memberlist does ([stall](../stall.md)).",
            "**How long a member takes for what has waited.** The paper does not say, and its machine is not "
            "known well enough. In the simulation it takes no time; the judge's cells show what changes when it "
            "does.",
            "**K and alpha.** In memberlist K, the confirmations that shorten a suspicion, is alpha - 2: none at "
            "alpha 2, where beta would have no effect. Table VII has one, so K is 3 throughout, as section IV says.",
            "**Who passes confirmations of a suspicion on.** The paper describes it with LHA-Suspicion, so SWIM, LHA-Probe "
            "and Buddy do not here; memberlist always does. It changes what is sent, and how often healthy members "
            "bury each other (FP-); of all false positives hardly anything.",
            "**Which members are healthy.** All that were never in the slow set of a run, also in the gaps "
            '(`measure.anomalous = "run"`).',
            "**The paper's 50-100 times** fewer false positives at every C is 42 times at C = 4 by its own Figure 2; "
            "the 0.1 s that Lifeguard costs is 0.01 s in its Table V; 12 % more messages are 10.6 % in Table VI.",
            "**Local health.** The preset has the paper's: both the probe's interval and its time-out are "
            "stretched, up to ninefold. memberlist stretches the interval only, up to eightfold.",
        ]
    )


def _fewest(numbers: Mapping[str, Any]) -> int:
    """Detections of a configuration, at least."""
    return min(int(of["dead"]["p999"]["n"] or 0) for of in numbers["latency"].values())


def _times(repetitions: int) -> str:
    return "once" if repetitions == 1 else f"{repetitions} times"


def _seconds(estimate: Any, digits: int) -> str:
    return NONE if estimate.value is None else f"{with_interval(estimate, digits)} s"


def _percent(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f} %" if value < 10 else f"{value:.1f} %"
