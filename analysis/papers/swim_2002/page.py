# SPDX-License-Identifier: GPL-2.0-only
"""The page of SWIM's figures. What a sentence claims is asked of the numbers first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from analysis.papers.cells import Numbers
from analysis.papers.page import Page
from analysis.papers.published import Published
from analysis.papers.swim_2002 import figures, page_detection, page_loss
from analysis.papers.words import number, with_interval
from analysis.theory.load import sent_at_most, sent_deviation

NAME = "swim-2002"
PERIODS_OF_FIG2 = 40
"""The paper looks at more than so many."""
SMALL = 0.005
"""Of the mean of a load: V3's tolerance."""
SMALL_SD = 0.03
"""Of its standard deviation."""


def render(numbers: Numbers, published: Published, judge: Mapping[str, Any] | None) -> Page:
    """@param judge None: real memberlist has no SWIM without its own additions to ask"""
    detection = page_detection.found(numbers, published)
    loss = page_loss.found(numbers, published)
    page = Page(
        NAME,
        "SWIM (2002), run again",
        [_load_sentence(numbers, published), _timeouts_sentence(numbers, published)]
        + [*detection.believe, *loss.believe],
        [*detection.not_believe, *loss.not_believe],
    )
    page.text(
        "Abhinandan Das, Indranil Gupta and Ashish Motivala measured SWIM in a prototype on up to 56 machines (DSN"
        " 2002, section 5). Their figures 3 and 4 have one run a point, so what can be asked is not whether a"
        " mean of ours agrees, but where their single values lie among our runs. Numbers in square brackets are"
        " intervals of 95 %."
    )
    _settings(page)
    _load(page, numbers, published)
    page_detection.write(page, numbers, published)
    _timeouts(page, numbers, published)
    page_loss.write(page, numbers, published)
    page.heading("Parameters that were fitted")
    page.text(
        "None. Every setting is the paper's, or stands under the settings or a figure with its alternative."
    )
    return page


def _settings(page: Page) -> None:
    page.heading("The settings")
    page.table(
        ["", "paper", "here"],
        [
            ["protocol period", "2 s", "`probe_interval = 2s`"],
            ["ping time-out", "the mean round trip, no value given", "`probe_timeout = 500ms`"],
            ["helpers of a probe", "1", "`indirect_checks = 1`"],
            ["updates on a message", "at most 6", "`piggyback_limit = 6`, on pings and acks"],
            [
                "times that an update is sent, and length of a suspicion in periods",
                "3 ⌈log(N+1)⌉, with 2.7 for e",
                "3 ⌈ln(N+1)⌉: `retransmit_law` and `suspicion_law = paper`",
            ],
            [
                "SWIM:Basic",
                "multicast by who finds out",
                "`multicast = true`, `piggyback = none`: a datagram to each, and nobody passes on",
            ],
            ["SWIM+Inf.", "on pings and acks", "preset `swim-basic`"],
            ["SWIM+Inf.+Susp.", "with suspicion", "preset `swim`"],
            ["a confirmed failure", "overrides all else", "`dead_is_final = true`"],
            ["streams, push/pulls, gossip of its own", "none", "none, but for the join by stream"],
            ["network", "100 Mbit/s Ethernet", "a star without loss but that of figure 4"],
        ],
    )
    page.text(
        "The ping time-out decides only when the helper is asked: a probe fails at the end of its period, as in"
        " section 3.1, whatever it is. An ack that comes late, but within the period, counts."
    )


def _load_is_two(numbers: Numbers) -> bool:
    return all(
        abs(row[f"{key}_per_period"]["value"] / 2 - 1) <= SMALL
        for row in numbers["load"]
        for key in ("sent", "received")
    )


def _sd_is_predicted(numbers: Numbers) -> bool:
    return all(
        abs(row["sent_per_period_sd"]["value"] / sent_deviation(row["members"]) - 1) <= SMALL_SD
        for row in numbers["load"]
    )


def _load_sentence(numbers: Numbers, published: Published) -> str:
    sizes = [row["members"] for row in numbers["load"]]
    if not (_load_is_two(numbers) and _sd_is_predicted(numbers)):
        return (
            "Figure 2: the load of these runs is not 2 messages sent and received a member and period with the"
            " standard deviation that theory gives; see the table."
        )
    bars = [
        abs(_sd_of(published, row["members"]) / row["sent_per_period_sd"]["value"] - 1)
        for row in numbers["load"]
    ]
    return (
        f"**Figure 2 is as theory says.** Without loss a member sends 2 messages a period and receives 2, with {min(sizes)} as"
        f" with {max(sizes)} members, and what it sends in a period scatters by √(1 - 1/(N-1)); the paper's bars"
        f" are within {100 * max(bars):.0f} % of ours."
    )


def _sd_of(published: Published, members: int) -> float:
    bar = published[f"fig2.sent.N{members}"]
    return (bar.high - bar.low) / 2


def _load(page: Page, numbers: Numbers, published: Published) -> None:
    page.heading("Figure 2: load")
    rows = []
    for row in numbers["load"]:
        members = row["members"]
        sent, received = (published[f"fig2.{key}.N{members}"] for key in ("sent", "received"))
        rows.append(
            [
                str(members),
                number(sent.value),
                with_interval(row["sent_per_period"], 3),
                number(received.value),
                with_interval(row["received_per_period"], 3),
                f"{_sd_of(published, members):.2f}",
                with_interval(row["sent_per_period_sd"], 3),
                f"{sent_deviation(members):.3f}",
            ]
        )
    page.table(
        [
            "members",
            "sent, paper",
            "sent, here",
            "received, paper",
            "received, here",
            "SD sent, paper",
            "SD sent, here",
            "SD, theory",
        ],
        rows,
    )
    far = max(abs(published[f"fig2.sent.N{row['members']}"].value - 2) for row in numbers["load"])
    largest = max(row["members"] for row in numbers["load"])
    of_one = sent_deviation(largest) / math.sqrt(PERIODS_OF_FIG2)
    reach = "within" if far <= 2 * of_one else "beyond"
    page.text(
        "Ours is 2 because each member pings once in each period and every ping has its ack; where nothing varies"
        f" there is no interval. The paper's means are up to {far:.2f} away from it. It does not say over whom it"
        " averages. Over all members it could be nothing but 2. If it was one member over"
        f" {PERIODS_OF_FIG2} periods, its mean has a standard error of {of_one:.2f} with random targets, and all eight"
        f" are {reach} two of these; but targets in shuffled rounds, which paper and simulation have, make it much"
        " smaller in small groups, so chance alone does not explain them."
    )
    few = next((row for row in numbers["load"] if row["members"] == 28), None)
    if few is not None:
        page.text(
            "With 28 members the paper reports fewer than 5 messages sent in a period with a probability of"
            f" {number(published['text2.below5.N28'].value)}; here it is {with_interval(few['fewer_than_5'])} % of"
            f" the periods, and by theory {100 * sent_at_most(28, 4):.2f} %."
        )
    page.figure(
        figures.load(
            numbers,
            lambda id_: published[id_].value,
            lambda id_: (published[id_].low, published[id_].high),
        )
    )


def _is_exact(row: Numbers, published: Published) -> bool:
    expected = published[f"fig3c.N{row['members']}"].value
    return bool(row["shortest"] == row["longest"] == expected)


def _timeouts_sentence(numbers: Numbers, published: Published) -> str:
    rows = numbers["timeouts"]
    wrong = [str(row["members"]) for row in rows if not _is_exact(row, published)]
    if wrong:
        return f"Figure 3(c) does not hold with {', '.join(wrong)} members; see the table."
    return (
        "**Figure 3(c) holds exactly**: suspicions last 9, 12 and 15 periods where the paper's do, at all"
        f" {len(rows)} sizes."
    )


def _timeouts(page: Page, numbers: Numbers, published: Published) -> None:
    page.heading("Figure 3(c): how long a suspicion lasts")
    page.table(
        ["members", "paper, periods", "here, periods"],
        [
            [
                str(row["members"]),
                number(published[f"fig3c.N{row['members']}"].value),
                (
                    number(row["shortest"])
                    if row["shortest"] == row["longest"]
                    else f"{row['shortest']:g} to {row['longest']:g}"
                ),
            ]
            for row in numbers["timeouts"]
        ],
    )
    page.text(
        "With 19 and 53 members it depends on the logarithm: the paper's steps lie where 2.7 stands for e. They"
        " are left out. With fewer than 7 members the rule gives 6 periods."
    )
