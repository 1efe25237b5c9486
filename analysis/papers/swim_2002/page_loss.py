# SPDX-License-Identifier: GPL-2.0-only
"""Figure 4 on the page: what loss does to a group under the paper's three versions of the protocol."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.papers.cells import Numbers
from analysis.papers.page import Page
from analysis.papers.places import Place, place_of
from analysis.papers.published import Published
from analysis.papers.swim_2002 import figures
from analysis.papers.swim_2002.figures import READ_AS, VERSIONS
from analysis.papers.swim_2002.page_detection import Found
from analysis.papers.words import number
from analysis.theory.accuracy import probe_failure

WHOSE = {
    "declared": "not declared failed by anybody",
    "largest": "held for members by the process that holds most",
    "first": "held for members by the first process",
}
OF = {
    "peak": ("largest size", "peak", ""),
    "final": ("size after 175 s", "final", ""),
    "last": ("last change", "last_change_s", " s"),
}
LOSS, PERIOD_S, END_S, PROCESSES = 0.1, 2.0, 175.0, 17
"""Of figure 4."""
MORE_LOSS = {"suspicion-stops": 10, "suspicion-stops-15": 15, "suspicion-stops-20": 20}
"""Variants by their loss in percent."""


def _place(numbers: Numbers, published: Published, variant: str, whose: str, of: str) -> Place:
    version = variant.split("-")[0]
    value = published[f"fig4.{version}.{of}"]
    return place_of(value.value, numbers["loss"][variant][whose][OF[of][1]], value.reading_error)


def _readings(numbers: Numbers, version: str) -> list[tuple[str, str]]:
    """Variants of a version with whose size it is. The first process tells nothing where it may stop."""
    return [
        (f"{version}-{read_as}", whose)
        for read_as in READ_AS
        for whose in WHOSE
        if f"{version}-{read_as}" in numbers["loss"]
        and not (whose == "first" and read_as == "stops")
    ]


def _median(values: Sequence[float]) -> float:
    return float(np.median(values))


def found(numbers: Numbers, published: Published) -> Found:
    believe, not_believe = [], []
    finals = {
        version: [
            _median(numbers["loss"][variant][whose]["final"])
            for variant, whose in _readings(numbers, version)
        ]
        for version in VERSIONS
    }
    if min(finals["suspicion"]) > max(*finals["basic"], *finals["infection"]):
        believe.append(
            "**Figure 4's message holds, and more strongly**: with one message in ten lost, suspicion keeps"
            f" {min(finals['suspicion']):.0f} of {PROCESSES} processes to the end in the median run, and the versions without"
            f" it at most {max(*finals['basic'], *finals['infection']):.0f}, whoever's list is drawn."
        )
    else:
        not_believe.append(
            "That suspicion saves the group under loss: the versions without it keep as many in these runs."
        )
    for version, title in VERSIONS.items():
        for of, (what, _, unit) in OF.items():
            places = [
                _place(numbers, published, variant, whose, of)
                for variant, whose in _readings(numbers, version)
            ]
            if places and not any(place.is_ordinary for place in places):
                value = published[f"fig4.{version}.{of}"].value
                not_believe.append(
                    f"Figure 4's {what} of {title}, {number(value)}{unit}: by none of our {len(places)} readings"
                    " would it be an ordinary run."
                )
    return Found(believe, not_believe)


def write(page: Page, numbers: Numbers, published: Published) -> None:
    page.heading("Figure 4: seventeen processes join, and one message in ten is lost")
    page.text(
        "One process joins every 5 s, and each drops a tenth of the messages that it receives. The paper has one"
        " run of each version of the protocol; here are many. It leaves open what a process does that hears of its"
        " own death, only that it does not rejoin. It may stop (`own_death = stop`), or go on: then nobody probes it,"
        " but it goes on to probe and to accuse. It does not say either whose group size it draws, so there are"
        " three readings: of the processes that joined, those that nobody has declared failed; the largest list of"
        " members that any running process has; and the list of the first process, where that cannot stop. Processes"
        " join by stream, through the first where all go on, else through all that are there at once, so that more of"
        " them know of a newcomer from the beginning; joining loses nothing. The multicast of SWIM:Basic is lost as all messages are."
    )
    page.figure(figures.loss(numbers, lambda id_: published[id_].value))
    for of, (what, key, unit) in OF.items():
        page.table(
            [
                f"{what}: version",
                "paper, one run",
                "who hears of its death",
                "size",
                "here: median (5–95 %)",
                "runs below / at / above the paper's",
                "at most the paper's",
            ],
            [
                [
                    VERSIONS[version],
                    f"{number(published[f'fig4.{version}.{of}'].value)}{unit}",
                    READ_AS[variant.removeprefix(f"{version}-")][0],
                    WHOSE[whose],
                    f"{_spread(numbers['loss'][variant][whose][key])}{unit}",
                    *_place_text(_place(numbers, published, variant, whose, of)),
                ]
                for version in VERSIONS
                for variant, whose in _readings(numbers, version)
            ],
        )
    _why(page, numbers, published)


def _why(page: Page, numbers: Numbers, published: Published) -> None:
    with_helper, alone = probe_failure(LOSS, 1), probe_failure(LOSS, 0)
    page.text(
        f"By the formula of section 3.1, {100 * with_helper:.1f} % of the probes fail when a tenth of the messages is"
        f" lost and one helper is asked, and {100 * alone:.0f} % between the last two, who have none"
        " ([measured](formulas.md)). Without suspicion each failure removes a living process, so a group that nobody"
        " joins any more loses a member about every"
        f" {1 / with_helper:.0f} periods for each that it has, and cannot stand still."
    )
    for version in ("basic", "infection"):
        page.text(_quiet_text(numbers, published, version))
    page.text(_suspicion_text(numbers, published))


def _quiet_text(numbers: Numbers, published: Published, version: str) -> str:
    """Of a final size that stands still."""
    final = round(published[f"fig4.{version}.final"].value)
    seconds = END_S - published[f"fig4.{version}.last"].value
    failure = probe_failure(LOSS, 1 if final > 2 else 0)
    all_probe, one_probes = (
        (1 - failure) ** (probers * seconds / PERIOD_S) for probers in (final, 1)
    )
    text = (
        f"The paper's {VERSIONS[version]} has {final} members without a change in its last {seconds:.0f} s. That no probe"
        f" fails in that time has a chance of {all_probe:.0e} if all {final} probe, and of {one_probes:.0e} if only one of"
        " them does, as where the others have stopped listening to it."
    )
    fitting = [
        f"{WHOSE[whose]} ({READ_AS[variant.removeprefix(f'{version}-')][0]})"
        for variant, whose in _readings(numbers, version)
        if _place(numbers, published, variant, whose, "final").is_ordinary
    ]
    if fitting:
        return f"{text} Its size at the end would be ordinary if it is the number {', or '.join(fitting)}."
    return (
        f"{text} So its messages were not lost independently with a chance of one in ten to the end, or its size was not"
        " recorded any more: by none of our readings is its size at the end an ordinary one."
    )


def _suspicion_text(numbers: Numbers, published: Published) -> str:
    lost = {
        variant: sum(final < PROCESSES for final in numbers["loss"][variant]["declared"]["final"])
        for variant, whose in _readings(numbers, "suspicion")
        if whose == "declared"
    }
    runs = sum(numbers["loss"][variant]["declared"]["runs"] for variant in lost)
    theirs = PROCESSES - round(published["fig4.suspicion.final"].value)
    text = (
        f"With suspicion {sum(lost.values())} of our {runs} runs lost anybody, and the paper's run lost {theirs} of"
        f" {PROCESSES}. Who is accused hears of it on the next pings, has a whole suspicion's time to answer, and its"
        " answer takes the way of all news."
    )
    more = [
        (variant, percent) for variant, percent in MORE_LOSS.items() if variant in numbers["loss"]
    ]
    if len(more) < 2:
        return text
    told = [
        f"{_spread(numbers['loss'][variant]['declared']['final'])} with {percent} %"
        for variant, percent in more
    ]
    fitting = [
        f"{percent} %"
        for variant, percent in more
        if _place(numbers, published, variant, "declared", "final").is_ordinary
    ]
    verdict = (
        f"The paper's {PROCESSES - theirs} would be an ordinary run with {' or '.join(fitting)}: its machines lost, or"
        " delayed, more messages than were dropped on purpose"
        if fitting
        else f"The paper's {PROCESSES - theirs} would be an ordinary run with none of these"
    )
    return (
        f"{text} How much loss would it take? Not declared failed at the end are {', '.join(told)} of loss (median, 5–95"
        f" %; who is declared failed stops). {verdict}."
    )


def _spread(values: Sequence[float]) -> str:
    low, middle, high = (
        float(np.quantile(values, share, method="inverted_cdf")) for share in (0.05, 0.5, 0.95)
    )
    return f"{middle:.0f} ({low:.0f}–{high:.0f})"


def _place_text(place: Place) -> list[str]:
    """How many runs are where, and the share of those that have at most the value."""
    found = place.at_most()
    share = f"{found.value:.0f} %"
    if found.interval is not None:
        share += f" [{found.low:.1f}, {found.high:.1f}]"
    return [f"{place.below} / {place.at} / {place.above}", share]
