# SPDX-License-Identifier: GPL-2.0-only
"""ScaleCube's table of dissemination times (scalecube-cluster, wiki), in two readings.

The wiki heads it "Cluster Membership Dissemination" and lists a failure detector among the started
components, so one reading is the time from a death until all have been told. The other is what the table is
sometimes taken for: one message that spreads by gossip, with nothing to detect.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.figures import style
from analysis.papers.claims import (
    Claim,
    ascending,
    claim_rows,
    estimate_of,
    with_interval,
    within_factor,
)
from analysis.papers.page import Page
from analysis.papers.published import Published, Value
from analysis.run.metrics import RunMetrics
from analysis.study import estimates
from analysis.study.estimates import Estimate
from analysis.study.model import read_study

NAME = "scalecube"
DETECTION, DEATH, NEWS = "detection", "death", "news"
PERIOD_S = 0.3
"""Of gossip, in the wiki and in the scenarios."""
FACTOR = 1.5
"""What fits: there is neither an interval nor a definition to be closer by."""

Numbers = Mapping[str, Any]


def measure(folders: Mapping[str, Path]) -> dict[str, Any]:
    """Of each size and each reading the mean over the runs, in seconds. Cells need not have runs."""
    study = read_study(folders["dissemination"])
    found: dict[str, dict[str, Any]] = {DETECTION: {}, DEATH: {}, NEWS: {}}
    for cell in study.cells:
        runs = study.runs(cell)
        if cell.scenario == "crash":
            for reading, key in ((DETECTION, "first_dead_s"), (DEATH, "full_dissemination_s")):
                found[reading][str(cell.members)] = _mean(runs, "crashes", key)
        else:
            found[NEWS][str(cell.members)] = _mean(runs, "updates", "known_to_all_s")
    return found


def _mean(runs: Sequence[RunMetrics], what: str, key: str) -> dict[str, Any]:
    """A time that never came makes a mean impossible; it is counted."""
    times = [[getattr(each, key) for each in getattr(run, what)] for run in runs]
    found = estimates.mean(
        [[math.inf if time is None else time for time in run] for run in times], "run"
    )
    never = sum(time is None for run in times for time in run)
    return {
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "n": found.n,
        "never": never,
    }


def render(numbers: Numbers, published: Published, judge: Numbers | None) -> Page:
    """The page."""
    table = published.of("cluster membership dissemination")
    detection = published.of("failure detection")
    held = _claims(numbers, table, detection)
    page = Page(
        NAME, "ScaleCube: how long until all know", _believe(numbers, table, held), _doubt(held)
    )
    page.heading("What must hold")
    page.text(
        f"The wiki gives means of 100 runs and neither a spread nor the event from which it counts, so no more than a factor of"
        f" {FACTOR:g} can be asked for."
    )
    page.table(["what must hold", "found", "holds"], claim_rows(held))
    page.heading("Published and measured")
    page.text(
        "Means of 100 runs in seconds, ours with the interval of 95 %. 1 % of messages is lost, delays are exponential with 2 ms"
        " in the mean, gossip goes to three members each 300 ms, pings each second wait 100 ms."
    )
    page.table(
        ["members", "published", "from a death to all told", "one message to all"],
        [
            [size, f"{_s(value):.2f}", _cell(numbers, DEATH, size), _cell(numbers, NEWS, size)]
            for value in table
            for size in [value.where["N"]]
        ],
    )
    if all(_of(numbers, reading, value) for reading in (DEATH, NEWS) for value in table):
        page.figure(_figure(numbers, table))
    page.text(
        "The wiki has the failure detector alone in a table of its own. From a crash to the first verdict:"
    )
    page.table(
        ["members", "published", "measured"],
        [
            [value.where["N"], f"{_s(value):.2f}", _cell(numbers, DETECTION, value.where["N"])]
            for value in detection
        ],
    )
    page.heading("What differs, and why")
    page.points(_reasons(numbers, table, detection))
    page.heading("What the wiki leaves open")
    page.points(
        [
            "*From when to when.* It names no event; both readings that make sense were run.",
            "*Which verdict spreads.* In ScaleCube a suspicion is told to all, and the removal follows after up to 30 s, which cannot"
            " be in these times. So here a member that fails a probe is dead at once, and that is told.",
            "*How often news is sent.* ScaleCube sends it in 2 log2(N) periods to three members each; `retransmit_mult` is set so that"
            " as many copies are sent here, as nearly as whole numbers allow. Nothing was set by the result.",
            "*Whether the emulator's messages are lost before or after they are delayed* makes no difference here.",
            "*Traffic* is in its own encoding, and is not compared.",
        ]
    )
    return page


def _claims(numbers: Numbers, table: Sequence[Value], detection: Sequence[Value]) -> list[Claim]:
    claims = []
    for reading, words, values in (
        (DEATH, "published dissemination, read as from a death on", table),
        (NEWS, "published dissemination, read as one message", table),
        (DETECTION, "published detection, read as from a crash on", detection),
    ):
        ratios = _ratios(numbers, reading, values)
        claims.append(
            Claim(
                f"{words}: within a factor of {FACTOR:g} at every size",
                f"{min(ratios):.2f} to {max(ratios):.2f} times ours" if ratios else "",
                all(within_factor(ratio, 1, FACTOR) for ratio in ratios) if ratios else None,
            )
        )
    return [*claims, _after_detection(numbers, table, detection)]


def _after_detection(numbers: Numbers, table: Sequence[Value], detection: Sequence[Value]) -> Claim:
    """What is left of both once the detection is taken off: two errors could offset each other."""
    published = {value.where["N"]: _s(value) for value in table}
    ratios = []
    for value in detection:
        death, first = (_of(numbers, reading, value) for reading in (DEATH, DETECTION))
        known = [each.value for each in (death, first) if each is not None and each.value]
        if len(known) == 2 and known[0] != known[1] and value.where["N"] in published:
            ratios.append((published[value.where["N"]] - _s(value)) / (known[0] - known[1]))
    return Claim(
        f"published dissemination less published detection: within a factor of {FACTOR:g} of ours at every size",
        f"{min(ratios):.2f} to {max(ratios):.2f} times ours" if ratios else "",
        all(within_factor(ratio, 1, FACTOR) for ratio in ratios) if ratios else None,
    )


def _ratios(numbers: Numbers, reading: str, values: Sequence[Value]) -> list[float]:
    """Published over measured, where there is something measured."""
    return [
        _s(value) / ours.value
        for value in values
        for ours in [_of(numbers, reading, value)]
        if ours is not None and ours.value
    ]


def _believe(numbers: Numbers, table: Sequence[Value], held: Sequence[Claim]) -> list[str]:
    death, news, *_ = held
    first, last = (with_interval(_raw(numbers, NEWS, value)) for value in (table[0], table[-1]))
    points = [
        f"By gossip to three members each 300 ms, at 1 % of loss, the last of {table[-1].where['N']} members is told after {last} s"
        f" in the mean, the last of {table[0].where['N']} after {first} s."
    ]
    if death.holds and news.holds is False:
        points.insert(
            0,
            "ScaleCube's published times are nearer to those of a *death*, detection included, than to those of a message that"
            f" spreads by gossip: read so they are {death.found}, read as a message {news.found}.",
        )
    return points


def _doubt(held: Sequence[Claim]) -> list[str]:
    _, _, detection, after = held
    apart = (
        [
            f"That a death is all that they are. The published detection is {detection.found}, and what is left of the published"
            f" time after it {after.found}: the two offset each other."
        ]
        if after.holds is False
        else []
    )
    return [
        *apart,
        "That a message takes three seconds to reach all members of a ScaleCube cluster, as its table is sometimes read.",
        "That this is ScaleCube's code: its gossip sends a piece of news to three members in each of so many periods, ours sends as"
        " many copies, what was sent least first; its messages go over TCP, and an emulator drops some.",
        "Its times to a tenth of a second: see what is left open.",
    ]


def _reasons(numbers: Numbers, table: Sequence[Value], detection: Sequence[Value]) -> list[str]:
    first = table[0]
    reasons = [
        f"*Why a message it cannot be*: {_s(first):.2f} s are {_s(first) / PERIOD_S:.0f} periods of gossip, in each of which a member"
        f" tells three of the {int(first.where['N']) - 1} others."
    ]
    ratios = _ratios(numbers, DETECTION, detection)
    if ratios:
        average = sum(ratios) / len(ratios)
        reasons.append(
            f"*Detection*: the published times are {average:.2f} times ours in the mean. Ours are the wait for the first ping, a period"
            " in the mean where members are out of phase (docs/trust.md), and the period after which a probe has failed. The published"
            " ones are near e/(e-1) periods, which is the expectation of rounds in which all members probe at once."
        )
    falls = [
        f"{after.where['N']} members are told sooner than {before.where['N']}"
        for before, after in zip(table, table[1:])
        if after.value < before.value
    ]
    ours = [_of(numbers, NEWS, value) for value in table]
    known = [each.value for each in ours if each is not None and each.value is not None]
    if falls and len(known) == len(table):
        grows = "grow at every step" if ascending(known) else "do not always grow either"
        widest = max(each.half_width or 0.0 for each in _deaths(numbers, table))
        reasons.append(
            f"*The published times do not grow steadily*: {', '.join(falls)}. Ours of a message {grows}; those of a death are dominated"
            f" by the detection, whose chance leaves 100 runs with an interval of up to {widest:.2f} s to either side."
        )
    return reasons


def _deaths(numbers: Numbers, table: Sequence[Value]) -> list[Estimate]:
    return [each for value in table for each in [_of(numbers, DEATH, value)] if each is not None]


def _raw(numbers: Numbers, reading: str, value: Value) -> Estimate:
    return estimate_of(numbers[reading][value.where["N"]])


def _of(numbers: Numbers, reading: str, value: Value) -> Estimate | None:
    """None where nothing was measured."""
    if value.where["N"] not in numbers[reading]:
        return None
    found = _raw(numbers, reading, value)
    return found if found.value is not None else None


def _cell(numbers: Numbers, reading: str, size: str) -> str:
    of = numbers[reading].get(size)
    if of is None or not of["n"]:
        return "not measured"
    if of["value"] is None:
        return f"never in {of['never']} of {of['n']}"
    ends = "" if of["low"] is None else f" [{of['low']:.2f}, {of['high']:.2f}]"
    return f"{of['value']:.2f}{ends}"


def _s(value: Value) -> float:
    assert value.unit == "ms"
    return value.value / 1000


def _figure(numbers: Numbers, table: Sequence[Value]) -> style.Picture:
    name = f"{NAME}-dissemination"
    sizes = [int(value.where["N"]) for value in table]
    with style.look(name):
        figure, (axes,) = style.new_figure(3.0)
        for place, (label, reading) in enumerate(
            (("death to all told", DEATH), ("one message to all", NEWS))
        ):
            found = [numbers[reading][value.where["N"]] for value in table]
            values = [of["value"] for of in found]
            bars = [
                [0 if of["low"] is None else of["value"] - of["low"] for of in found],
                [0 if of["high"] is None else of["high"] - of["value"] for of in found],
            ]
            axes.errorbar(
                sizes,
                values,
                bars,
                label=label,
                capsize=2,
                marker=style.MARKERS[place],
                **style.series_style(place),
            )
        axes.plot(
            sizes, [_s(value) for value in table], "x", color=style.BLACK, label="published", ms=7
        )
        axes.set_xscale("log")
        axes.set_xticks(sizes, [str(size) for size in sizes])
        axes.minorticks_off()
        style.zero_based(axes)
        axes.set_xlabel("members")
        axes.set_ylabel("mean time (s)")
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    text = (
        "Mean time until the last member knows, of a death and of a message that nobody has to detect, with 95 % intervals;"
        " crosses are what the wiki has."
    )
    return style.Picture(name, "Dissemination by size", text, figure)
