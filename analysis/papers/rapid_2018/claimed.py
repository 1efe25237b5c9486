# SPDX-License-Identifier: GPL-2.0-only
"""What Rapid's page holds its numbers to: bars, 10 %, and the sizes between which faults leave the healthy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.papers.claims import Claim
from analysis.papers.published import Published, Value
from analysis.study import estimates

Numbers = Mapping[str, Any]

TABLE_1 = 10.0
"""Percent."""
SETTLED_S = 180.0
"""memberlist's period of push/pull among a thousand: who is still out after it stays out."""
SETTLING_S = 150
"""When figure 10 is at 998."""
FIGURE_10 = (992, 998)
"""Its fall and its beginning."""


def mean(values: Sequence[float | None]) -> float | None:
    """None where there is none, or one of them never came."""
    groups = [[math.inf if value is None else value] for value in values]
    return estimates.mean(groups, "run").value


def spread(values: Sequence[float | None], digits: int = 1) -> str:
    """ "45.7 (44.2 to 47.1)": the mean, and the least and the greatest of the runs; of those that have one."""
    if not values:
        return "not measured"
    known = [value for value in values if value is not None]
    if not known:
        return "never"
    ends = f"{min(known):,.{digits}f} to {max(known):,.{digits}f}"
    text = f"{mean(known):,.{digits}f} ({ends})"
    missing = len(values) - len(known)
    return f"{text}, and never in {missing} of {len(values)}" if missing else text


def within(values: Sequence[float | None], bar: Value) -> bool | None:
    """Whether their mean is. None where nothing was measured; what never came has no mean."""
    if not values or bar.low is None or bar.high is None:
        return None
    value = mean(values)
    return value is not None and bar.low <= value <= bar.high


def off(value: float, published: float) -> float:
    """In percent."""
    return 100 * (value / published - 1)


def claims(numbers: Numbers, published: Published) -> list[Claim]:
    """In the order of the page."""
    bootstrap, faults = numbers["bootstrap"], numbers["faults"]
    found = []
    for size, of in bootstrap.items():
        bar = published[f"fig5.{size}"]
        found.append(
            Claim(
                f"bootstrap of {size}: mean within the paper's bar, {bar.low:g} to {bar.high:g} s",
                spread(of["agreed_s"]),
                within(of["agreed_s"], bar),
            )
        )
    for size, of in bootstrap.items():
        found.append(_unique(size, of, published[f"table1.{size}"].value))
    flip = [run["longest_all_gone_s"] for run in faults["flip-flop"]["runs"]]
    found.append(
        Claim(
            "flip-flopping: the healthy never settle without all ten; to settle is to stay so for a period of"
            f" push/pull, {SETTLED_S:g} s",
            f"{spread(flip, 0)} s at a time" if flip else "",
            max(flip) < SETTLED_S if flip else None,
        )
    )
    for name, words in (("loss-out", "send"), ("loss-in", "receive")):
        found.append(_between(words, faults[name]["runs"]))
    return found


def _unique(size: str, of: Numbers, published: float) -> Claim:
    average, together = mean(of["distinct"]), of["union"]
    text = f"unique sizes of {size}: within {TABLE_1:g} % of {published:,.0f}"
    if average is None:
        return Claim(text, "", None)
    return Claim(
        text,
        f"{average:,.0f} a run ({off(average, published):+.0f} %), {together:,} in all runs"
        f" ({off(together, published):+.0f} %)",
        min(abs(off(average, published)), abs(off(together, published))) <= TABLE_1,
    )


def _between(words: str, runs: Sequence[Numbers]) -> Claim:
    low, high = FIGURE_10
    text = f"80 % of loss of what ten {words}: the healthy report {low} to {high} from {SETTLING_S} s on"
    if not runs:
        return Claim(text, "", None)
    least = min(run["settling_least"] for run in runs)
    greatest = max(run["settling_greatest"] for run in runs)
    return Claim(text, f"{least} to {greatest}", low <= least and greatest <= high)
