# SPDX-License-Identifier: GPL-2.0-only
"""Figures 3(a) and 3(b) on the page: how soon a failure is detected, and how soon all know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.papers.cells import Numbers
from analysis.papers.page import Page
from analysis.papers.places import Place, p_of_ordinary, place_of
from analysis.papers.published import Published
from analysis.papers.swim_2002 import figures
from analysis.papers.words import number
from analysis.theory.detection import first_ping_mean, rounds_limit
from analysis.theory.infection import half_time

READINGS = {"first_ping": "to the first ping", "end_of_round": "to the end of its round"}
NEWS = {"update": "told by others alone", "crash": "told or found out"}
UNLIKELY = 0.01
"""A p below it speaks against a reading."""


@dataclass(frozen=True)
class Found:
    """Sentences for the opening."""

    believe: list[str]
    not_believe: list[str]


def _places(numbers: Numbers, published: Published, reading: str) -> list[Place]:
    made = []
    for row in numbers["detection"]:
        value = published[f"fig3a.N{row['members']}"]
        made.append(place_of(value.value, row[reading]["values"], value.reading_error))
    return made


def _infection_places(
    numbers: Numbers, published: Published, news: str, of: str
) -> list[tuple[int, Place]]:
    made = []
    for row in numbers["infection"][news]:
        value = published[f"fig3b.{of}.N{row['members']}"]
        place = place_of(value.value, row[of]["values"], value.reading_error)
        made.append((row["members"], place))
    return made


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def _early(values: Sequence[float]) -> int:
    """How many were detected before a round can have ended."""
    return sum(value < 1 for value in values)


def _all_values(numbers: Numbers, reading: str) -> list[float]:
    return [value for row in numbers["detection"] for value in row[reading]["values"]]


def _paper_values(numbers: Numbers, published: Published) -> list[float]:
    return [published[f"fig3a.N{row['members']}"].value for row in numbers["detection"]]


def found(numbers: Numbers, published: Published) -> Found:
    believe, not_believe = [], []
    theirs = _paper_values(numbers, published)
    p = {reading: p_of_ordinary(_places(numbers, published, reading)) for reading in READINGS}
    ours = {reading: _mean(_all_values(numbers, reading)) for reading in READINGS}
    if ours["first_ping"] < _mean(theirs) < ours["end_of_round"]:
        believe.append(
            f"**Figure 3(a) lies between our two readings of it**: the paper's {len(theirs)} runs have a mean of"
            f" {_mean(theirs):.2f} periods, ours of {ours['first_ping']:.2f} to the first ping of the failed member"
            f" and of {ours['end_of_round']:.2f} to the end of that ping's round."
        )
    else:
        not_believe.append(
            f"That figure 3(a) lies between our two readings of it: the paper's mean is {_mean(theirs):.2f}, ours"
            f" are {ours['first_ping']:.2f} and {ours['end_of_round']:.2f} periods."
        )
    if p["first_ping"] < UNLIKELY:
        not_believe.append(
            "That the prototype detected a failure with its first ping: its runs took longer than such runs of ours (p"
            f" = {p['first_ping']:.1g} that they are of one kind)."
        )
    early = _early(theirs)
    if early:
        not_believe.append(
            "That the prototype's probes failed at the end of a whole period, as section 3.1 says and memberlist"
            f" does: {early} of its {len(theirs)} runs were detected within less than one."
        )
    not_believe.append(
        f"That e/(e-1) = {rounds_limit():.2f} periods is how long a failed member waits for its first ping. It"
        " counts rounds of members that ping in step, the ping's own round with them; members out of step ping it"
        f" after {first_ping_mean(40):.2f} periods, with 40 of them, and here after {ours['first_ping']:.2f}."
    )
    outside = {
        of: [
            n
            for n, place in _infection_places(numbers, published, "update", of)
            if not place.is_ordinary
        ]
        for of in ("median", "last")
    }
    total = sum(
        len(_infection_places(numbers, published, "update", of)) for of in ("median", "last")
    )
    ordinary = total - sum(map(len, outside.values()))
    believe.append(
        f"**Figure 3(b)**: {ordinary} of the paper's {total} latencies of infection would be ordinary for runs of"
        " ours, in which news travels on pings and acks alone and nobody finds it out by himself. How it grows with"
        " the group is not to be seen in single runs."
    )
    return Found(believe, not_believe)


def write(page: Page, numbers: Numbers, published: Published) -> None:
    _detection(page, numbers, published)
    _infection(page, numbers, published)


def _spread(values: Sequence[float]) -> str:
    low, middle, high = (
        float(np.quantile(values, share, method="inverted_cdf")) for share in (0.05, 0.5, 0.95)
    )
    return f"{middle:.2f} ({low:.2f}–{high:.2f})"


def _place_text(place: Place) -> str:
    if place.is_unseen:
        return "none lower" if place.below + place.at == 0 else "none higher"
    return f"{100 * place.share:.0f} %"


def _detection(page: Page, numbers: Numbers, published: Published) -> None:
    page.heading("Figure 3(a): first detection")
    page.text(
        "By the paper's definition (5.2) detection is the moment from which the failure, or here the suspicion, is"
        " spread: how long a suspicion lasts is not in it. The paper leaves open when a probe has failed. Section"
        " 3.1 says at the end of the protocol period, which is a whole period after its ping if members are out"
        " of step, and what memberlist does; but the earliest is the ping itself, a round trip later. Both"
        " readings are here, of the same runs: a group of each size, one member of which crashes at a random moment."
    )
    places = {reading: _places(numbers, published, reading) for reading in READINGS}
    rows = []
    for index, row in enumerate(numbers["detection"]):
        rows.append(
            [str(row["members"]), f"{published['fig3a.N' + str(row['members'])].value:.2f}"]
            + [
                text
                for reading in READINGS
                for text in (
                    _spread(row[reading]["values"]),
                    _place_text(places[reading][index]),
                )
            ]
        )
    page.table(
        [
            "members",
            "paper, periods, one run",
            "to the first ping: median (5–95 %)",
            "of our runs below the paper's",
            "to the end of its round: median (5–95 %)",
            "of our runs below the paper's",
        ],
        rows,
    )
    widths = [
        found.half_width
        for place in places["first_ping"]
        for found in [place.at_most()]
        if found.half_width is not None
    ]
    if widths:
        page.text(f"The shares have intervals of 95 % of at most ±{max(widths):.0f} points.")
    page.figure(figures.detection(numbers, lambda id_: published[id_].value))
    theirs = _paper_values(numbers, published)
    said = []
    for reading, label in READINGS.items():
        p = p_of_ordinary(places[reading])
        said.append(
            f"{label} it is {_mean(_all_values(numbers, reading)):.2f} periods in the mean of all our runs (p = {p:.1g}"
            f" that the {len(theirs)} published runs are such runs)"
        )
    page.text(
        f"{said[0][0].upper()}{said[0][1:]}, {said[1]}; the published mean is {_mean(theirs):.2f}. {_early(theirs)} of"
        " the published runs were detected in less than a period, which no probe that waits for the end of its round"
        " can do. The prototype's probes failed somewhere in between, as with a verdict at a fixed moment of"
        " everybody's period, and the figure cannot tell where: its points are single runs. The analytic line at 1.58"
        " is a number of rounds, and not such a time."
    )
    page.figure(
        figures.places(
            {READINGS[reading]: [place.share for place in places[reading]] for reading in READINGS}
            | {
                f"infection, {of}": [
                    place.share for _, place in _infection_places(numbers, published, "update", of)
                ]
                for of in ("median", "last")
            }
        )
    )


def _infection(page: Page, numbers: Numbers, published: Published) -> None:
    page.heading("Figure 3(b): latency of infection")
    page.text(
        "From the first member that has the news to the median member, and to the last. Whether a member that"
        " finds the failure out by its own probe counts as infected the paper does not say. So the news is once that"
        " of a failure, which others find out meanwhile (SWIM+Inf.), and once of a kind that one member alone has"
        " (a change of its metadata, on the same pings and acks)."
    )
    for of, title in (("median", "median member"), ("last", "last member")):
        rows = []
        for index, row in enumerate(numbers["infection"]["update"]):
            cells = [str(row["members"]), number(published[f"fig3b.{of}.N{row['members']}"].value)]
            for news in NEWS:
                _, place = _infection_places(numbers, published, news, of)[index]
                values = numbers["infection"][news][index][of]["values"]
                cells += [_spread(values), _place_text(place)]
            cells.append(f"{half_time(row['members']):.2f}" if of == "median" else "")
            rows.append(cells if of == "median" else cells[:-1])
        head = [
            "members",
            f"{title}, paper, periods, one run",
            f"{NEWS['update']}: median (5–95 %)",
            "below the paper's",
            f"{NEWS['crash']}: median (5–95 %)",
            "below the paper's",
        ]
        page.table(head + (["logistic law"] if of == "median" else []), rows)
    page.figure(figures.infection(numbers, lambda id_: published[id_].value))
    slow = sum(
        row["median"]["mean"]["value"] > half_time(row["members"])
        for row in numbers["infection"]["update"]
        if row["members"] >= 20
    )
    large = sum(row["members"] >= 20 for row in numbers["infection"]["update"])
    places = {
        news: [
            place
            for of in ("median", "last")
            for _, place in _infection_places(numbers, published, news, of)
        ]
        for news in NEWS
    }
    fits = {news: sum(place.is_ordinary for place in places[news]) for news in NEWS}
    unseen = [
        f"{number(place.value)} with {members} members"
        for members, place in _infection_places(numbers, published, "update", "last")
        if place.is_unseen
    ]
    better = "update" if fits["update"] >= fits["crash"] else "crash"
    page.text(
        f"Read as news {NEWS['update']}, {fits['update']} of the {len(places['update'])} published latencies would be"
        f" ordinary for runs of ours, read as {NEWS['crash']} {fits['crash']}: the paper's receipts are rather news"
        f" {NEWS[better]}. In {slow} of our {large} groups of 20 members and more the mean is above the logistic law of"
        " section 4.1, which takes mixing for continuous."
    )
    if unseen:
        page.text(
            f"No run of ours is as slow to the last member as the paper's {', '.join(unseen)}. News on pings and acks"
            " misses a member only as long as nobody who has it meets that member, which the law of round-robin"
            " bounds; so the prototype had something else that delays, such as messages that wait for a busy process,"
            " or pings that come less often than once a period."
        )
