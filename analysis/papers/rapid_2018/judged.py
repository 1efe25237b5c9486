# SPDX-License-Identifier: GPL-2.0-only
"""The page's last part: what real memberlist did in the same scenarios, small enough for one machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scipy import stats

from analysis.papers.page import Page
from analysis.papers.rapid_2018.claimed import mean, spread

Numbers = Mapping[str, Any]

_WORDS = {
    "agreed_s": "all right after (s)",
    "distinct": "different sizes",
    "removals": "removals, as the healthy see them",
    "returns": "returns",
    "all_gone_s": "without all faulty (s)",
    "longest_all_gone_s": "longest of it (s)",
}

NOTHING_TO_COMPARE = "–"
APART = 0.05
"""Ranks that chance would part so far in fewer cases tell ours from theirs."""


def add_to(page: Page, judged: Numbers, judge: Numbers | None) -> None:
    """The section. judge: None where real memberlist was not asked."""
    page.heading("Real memberlist as the judge")
    page.text(
        "A thousand processes of memberlist do not fit a small machine in real time. 128 do, of which two are faulty, on one with"
        " nothing else to do; and 32 that start within 20 s, since more at figure 7's pace, all of whose news is gossiped at once,"
        " come late on two processors. Such scenarios are run on it by"
    )
    page.code("$ ./swimlab paper rapid-2018 --judge")
    rows = list(_rows(judged, judge))
    if judge is None:
        page.text(
            "which has not been done yet. What the simulator says of them, before the judge is asked; means of the runs, with the"
            " least and the greatest:"
        )
        page.table(["scenario", "of a run", "simulated"], [row[:3] for row in rows])
        return
    asked = [judge[scenario] for scenario in judged if scenario in judge]
    late = sum(of["late"] for of in asked)
    runs = late + sum(len(_runs(of)) for of in asked)
    page.text(
        f"which was done with memberlist 0.2.2 ({runs} runs"
        + (f", of which {late} came late and are left out" if late else ", all on time")
        + "). Means of the runs, with the least and the greatest, and how likely it is that chance alone parts them as far (the"
        " ranks of Mann and Whitney); so few runs tell only large differences:"
    )
    page.table(["scenario", "of a run", "simulated", "memberlist", "runs", "chance"], rows)
    page.points(list(_verdicts(judged, judge)))


def summary(judged: Numbers, judge: Numbers | None) -> str | None:
    """In a sentence, where it was asked."""
    if judge is None:
        return None
    rows = [row for row in _rows(judged, judge) if row[-1] != NOTHING_TO_COMPARE]
    apart = [
        f"{words} of {scenario}" for scenario, words, *_, chance in rows if float(chance) < APART
    ]
    return (
        "Where real memberlist was asked, with 128 members or 32 and in few runs, ranks tell it from the model in"
        f" {len(apart)} of {len(rows)} measures" + (f": {', '.join(apart)}" if apart else "") + "."
    )


def _runs(of: Numbers) -> Sequence[float | None]:
    return next(of[key] for key in _WORDS if key in of)


def _rows(judged: Numbers, judge: Numbers | None) -> Iterator[list[str]]:
    for scenario, of in judged.items():
        for key, words in _WORDS.items():
            if key not in of:
                continue
            digits = 1 if key == "agreed_s" else 0
            said = [] if judge is None else judge.get(scenario, {}).get(key, [])
            yield [
                f"`{scenario}`",
                words,
                spread(of[key], digits),
                spread(said, digits),
                f"{len(of[key])} and {len(said)}",
                _chance(of[key], said),
            ]


def _chance(ours: Sequence[float | None], theirs: Sequence[float | None]) -> str:
    """Of such a difference, or a larger one, where there is none."""
    a = [value for value in ours if value is not None]
    b = [value for value in theirs if value is not None]
    if not a or not b:
        return NOTHING_TO_COMPARE
    return f"{float(stats.mannwhitneyu(a, b).pvalue):.3f}"


def _verdicts(judged: Numbers, judge: Numbers) -> Iterator[str]:
    """On what the paper shows and the model does not."""
    pair = [of.get("flip-flop-128", {}) for of in (judge, judged)]
    if all(of.get("all_gone_s") for of in pair):
        theirs, ours = map(_again, pair)
        yield (
            f"*Figure 9 after its valley*: real memberlist is without both faulty members again, after one had come back, in"
            f" {theirs} of {len(pair[0]['all_gone_s'])} runs, the model in {ours} of {len(pair[1]['all_gone_s'])}"
            + (
                ". So its rules alone do not give what the paper shows."
                if theirs == len(pair[0]["all_gone_s"])
                else "."
            )
        )
    pair = [of.get("loss-out-128", {}) for of in (judge, judged)]
    if all(of.get("removals") for of in pair):
        told = [
            f"{spread(of['removals'], 0)} removals and {spread(of['returns'], 0)} returns"
            for of in pair
        ]
        removed, back = mean(pair[0]["removals"]) or 0, mean(pair[0]["returns"]) or 0
        yield (
            f"*Figure 10, what two send*: {told[0]} by real memberlist, {told[1]} in the model"
            + (
                ". So who is removed stays away for the most part: its rules alone do not give the paper's recovery."
                if back < removed / 2
                else "."
            )
        )


def _again(of: Numbers) -> int:
    """In how many runs the healthy were without all faulty ones more than once."""
    return sum(
        every > longest for every, longest in zip(of["all_gone_s"], of["longest_all_gone_s"])
    )
