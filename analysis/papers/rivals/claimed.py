# SPDX-License-Identifier: GPL-2.0-only
"""What the page of rivals compares, and what it holds Rapid to: the qualitative claims of its paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.campaign.observable import NOT_OBSERVABLE
from analysis.campaign.text import NONE, interval, number
from analysis.papers.claims import Claim
from analysis.papers.published import Published
from analysis.papers.rapid_2018.claimed import mean, spread

Numbers = Mapping[str, Any]

MAGNITUDE = 10.0
"""What "order of magnitude" allows to either side."""


def equal_detectors(numbers: Numbers) -> list[str]:
    """SWIM and the tuned ones, whose times are alike."""
    return [
        name for name in numbers["faults"]["crash"] if name == "swim" or name.endswith("-tuned")
    ]


def wrong_of(of: Numbers) -> float | None:
    """Mistakes, a run."""
    value: float | None = of["mistakes"]["value"]
    return value


def known_s(of: Numbers) -> str:
    """When a crash was known to all: median with its interval."""
    found = of["known_s"]
    if found is None:
        first = of["first_s"]["value"]
        known = "" if first is None else f" (unreachable to the first after {number(first)})"
        return NOT_OBSERVABLE + known
    if not found["n"]:
        return NONE
    if found["value"] is None:
        return f"never in {found['never']} of {found['n']}"
    bounds = (
        ""
        if found["low"] is None or found["high"] is None
        else f" {interval([found['low'], found['high']])}"
    )
    late = f", never in {found['never']} of {found['n']}" if found["never"] else ""
    return f"{number(found['value'])}{bounds}{late}"


def claims(rapid: Numbers, published: Published) -> list[Claim]:
    """Of the part that runs Rapid's own experiments."""
    found = [_faster(size, of, published) for size, of in rapid["bootstrap"].items()]
    crash = rapid["crash"]
    left = crash["members"] - crash["crashed"]
    between = [size for size in crash["sizes"] if left < size < crash["members"]]
    found.append(
        Claim(
            f"ten of a thousand crash: one step from {crash['members']} to {left} at every process",
            f"sizes between: {', '.join(map(str, between)) or 'none'}; all after {spread(crash['agreed_s'])} s",
            not between if crash["agreed_s"] else None,
        )
    )
    for name, words in (
        ("flip-flop", "flip-flopping"),
        ("loss-out", "80 % of loss of what ten send"),
        ("loss-in", "80 % of loss of what ten receive"),
    ):
        runs = rapid["faults"][name]["runs"]
        found += [_exactly_ten(words, runs), _stay_removed(words, runs)]
    for direction in ("received", "sent"):
        for key, which in (
            ("mean", "mean load"),
            ("max", "greatest load of a process in a second,"),
        ):
            theirs = published[f"table2.{direction}.{key}"].value
            ours = mean([each / 1000 for each in crash["loads"][direction].get(key, [])])
            found.append(
                Claim(
                    f"{which} {direction} in the crash: the order of magnitude of {theirs:g} kB/s",
                    "" if ours is None else f"{number(ours)} kB/s",
                    None if ours is None else 1 / MAGNITUDE <= ours / theirs <= MAGNITUDE,
                )
            )
    return found


def processes(bootstrap: str) -> str:
    """Of "2000" or "2000-in-4500ms"."""
    return bootstrap.partition("-")[0]


def _faster(size: str, of: Numbers, published: Published) -> Claim:
    """The paper's own time has machines in it, so it bounds ours from above."""
    theirs = published[f"fig5.{processes(size)}"].value
    ours = mean(of["agreed_s"])
    return Claim(
        f"bootstrap of {size}: no later than the published {theirs:g} s",
        f"{spread(of['agreed_s'])} (s)",
        None if not of["agreed_s"] else ours is not None and ours <= theirs,
    )


def _exactly_ten(words: str, runs: Sequence[Numbers]) -> Claim:
    text = f"{words}: all ten are removed, and nobody else ever"
    if not runs:
        return Claim(text, "", None)
    removed = [run["bystanders_removed"] for run in runs]
    gone = [run["all_gone_s"] for run in runs]
    least = {run["least"] for run in runs}
    return Claim(
        text,
        f"others removed: {sum(removed)}; without the ten for {spread(gone, 0)} s; least reported"
        f" {', '.join(map(str, sorted(least)))}",
        sum(removed) == 0 and min(gone) > 0 and least == {runs[0]["healthy"]},
    )


def _stay_removed(words: str, runs: Sequence[Numbers]) -> Claim:
    text = f"{words}: the ten stay removed"
    if not runs:
        return Claim(text, "", None)
    back = sum(run["returns"] > 0 for run in runs)
    return Claim(text, f"some come back in {back} of {len(runs)} runs", back == 0)
