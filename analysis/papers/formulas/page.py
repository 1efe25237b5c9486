# SPDX-License-Identifier: GPL-2.0-only
"""The page of formulas: one table, V1 to V8."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.papers import paper
from analysis.papers.cells import Numbers
from analysis.papers.formulas import rows
from analysis.papers.page import Page
from analysis.papers.published import Published
from analysis.papers.target import Elsewhere, Target

NAME = "formulas"
_LIFEGUARD = "analysis.papers.lifeguard_2018.claimed"
OTHERS = {
    "V4": Elsewhere("lifeguard-2018", _LIFEGUARD, "latency_claims"),
    "V5": Elsewhere("lifeguard-2018", _LIFEGUARD, "accuracy_claims"),
    "V8": Elsewhere(
        "rapid-2018", "analysis.papers.rapid_2018.claimed", "claims", ("flip-flopping", "80 %")
    ),
}
"""Targets that are another paper's tables and figures."""
MEANINGS = {
    "V1": "how often a probe of a living member fails",
    "V2": "how long a crashed member waits for its first ping",
    "V3": "what failure detection costs in messages",
    "V4": "Lifeguard's times of first detection",
    "V5": "Lifeguard's false positives",
    "V6": "how long suspicions last",
    "V7": "how fast news spreads on pings and acks",
    "V8": "memberlist under Rapid's faults",
}


def render(numbers: Numbers, published: Published, judge: Mapping[str, Any] | None) -> Page:
    """@param judge None: a formula needs none"""
    found = _all(numbers, published)
    passed, failed, open_ = (
        [name for name in MEANINGS if _passed(found[name]) is verdict]
        for verdict in (True, False, None)
    )
    believe = [
        f"**{name}**, {MEANINGS[name]}: as expected in all {len(found[name])} rows."
        for name in passed
    ]
    page = Page(
        NAME,
        "Formulas and tables that a SWIM detector is held against",
        believe or ["Nothing yet: no target passes in all of its rows."],
        [_failure(name, found[name]) for name in failed]
        + [f"**{name}**, {MEANINGS[name]}: not measured yet." for name in open_]
        + [
            "That a formula is right where its assumptions do not hold: datagrams are lost independently here,"
            " nothing is late, and members are out of step."
        ],
    )
    page.text(
        "Each row is measured in the simulator, with the same code that runs everywhere here, and held against what a"
        " formula or a published table says. Numbers in square brackets are intervals of 95 %; where nothing can vary"
        " there is none. A row passes if the measured value is within the tolerance, which was fixed before."
    )
    page.heading("How each is measured")
    page.points([f"**{name}**, {MEANINGS[name]}: {_how(name)}" for name in MEANINGS])
    page.heading("The table")
    page.table(
        ["", "what", "expected", "measured", "tolerance", "verdict"],
        [
            [of.name, of.what, of.expected, of.measured, of.tolerance, of.verdict]
            for name in MEANINGS
            for of in found[name] or [_not_yet(name)]
        ],
    )
    return page


def _all(numbers: Numbers, published: Published) -> dict[str, list[Target]]:
    made: dict[str, list[Target]] = {name: [] for name in MEANINGS}
    own = [
        *rows.probes(numbers),
        *rows.detection(numbers, published),
        *rows.load(numbers),
        *rows.suspicion(numbers, published),
        *rows.infection(numbers, published),
    ]
    others = [
        target for name, elsewhere in OTHERS.items() for target in _of_elsewhere(name, elsewhere)
    ]
    for target in [*own, *others]:
        made[target.name].append(target)
    return made


def _of_elsewhere(name: str, elsewhere: Elsewhere) -> list[Target]:
    """Of the other paper's stored numbers; none where it has none yet."""
    of = paper.Paper(elsewhere.paper)
    path = of.folder / paper.NUMBERS_NAME
    if not path.exists():
        return []
    return elsewhere.targets(name, paper.read_numbers(path)["measured"], of.published)


def _passed(targets: Sequence[Target]) -> bool | None:
    """All rows; None: nothing was measured, or not all of it and the rest passes."""
    verdicts = [target.passed for target in targets]
    if False in verdicts:
        return False
    return None if not verdicts or None in verdicts else True


def _failure(name: str, targets: Sequence[Target]) -> str:
    failed = [target for target in targets if target.passed is False]
    first = failed[0]
    return (
        f"**{name}**, {MEANINGS[name]}: not as expected in {len(failed)} of {len(targets)} rows, such as"
        f" {first.what}: expected {first.expected}, measured {first.measured}."
    )


def _not_yet(name: str) -> Target:
    return Target(name, MEANINGS[name], "–", "–", "–", None)


def _how(name: str) -> str:
    if name in OTHERS:
        return f"by the studies of `./swimlab paper {OTHERS[name].paper}`, and told on its page."
    return {
        "V1": (
            "A probe fails if its ping or its ack is lost, and of each helper's four messages one: (1-q²)(1-q⁴)ᵏ, q"
            " being the chance that a datagram arrives, k the helpers. SWIM's printed formula has a factor e/(e-1)"
            " more, because it counts by detection times."
        ),
        "V2": (
            "Targets are shuffled round-robin, as in SWIM 4.3, and members out of step, so the expected wait is that"
            " of the law of round-robin gaps; the numbers in brackets are of targets drawn anew each time, which SWIM"
            " 3.1 assumes. That no pair waits longer than 2m-1 periods for its next ping, and that gaps follow their"
            " law, is not to be seen in records of runs: `tests/protocol/statistics-detection-test.cc` holds it."
        ),
        "V3": (
            "Without loss a member sends a ping and an ack for each of Binomial(N-1, 1/(N-1)) pings that reach it;"
            " with loss a probe costs 1 + q + (1-q²) k (1 + q + q² + q³) messages."
        ),
        "V6": (
            "Confirmations are given to one member by injected messages, and nobody passes anything on. memberlist"
            " cuts log10 of the number of members to thousandths, which makes a suspicion of Lifeguard's tunings up to"
            " 6 ms shorter than its formula; expected is the formula with that."
        ),
        "V7": (
            "News that one member alone has, by a change of its metadata, under preset `swim`. The reference is a"
            " simulation of an ideal network with the same assumptions: round-robin targets, random phases, no"
            " latency. The logistic law takes mixing for continuous, and is faster."
        ),
    }[name]
