# SPDX-License-Identifier: GPL-2.0-only
"""DAOS's two changes of SWIM's defaults (daos-stack/daos, pull requests 3595 and 12928): what each promised, and what it does.

There is no table to compare with. There are claims, made in public by those who changed the defaults, and each is
put to the test here: confirmed, refuted, or not told apart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.campaign.text import interval, number
from analysis.figures import style
from analysis.papers.page import Page
from analysis.papers.published import Published
from analysis.study.estimates import nothing
from analysis.study.measures import measure_named
from analysis.study.model import Cell, Study, read_study

NAME = "daos"
BEFORE, FIRST, SECOND = "until-2020", "2020", "2023"
OUTAGE = "event.outage.for"
LOSS = "network.loss"


def measure(folders: Mapping[str, Path]) -> dict[str, Any]:
    """Of each year's defaults what outages, deaths and loss come to."""
    studies = {name: read_study(folder) for name, folder in folders.items()}
    costs = studies["costs"]
    return {
        "members": costs.cells[0].members,
        "outages": [
            {
                "defaults": cell.variant,
                "outage_s": _seconds(cell.point[OUTAGE]),
                "evicted": _value(studies["outages"], cell, "disturbances_declared_dead"),
            }
            for cell in studies["outages"].cells
        ],
        "deaths": {
            cell.variant: {
                key: _value(costs, cell, f"{key}.median")
                for key in ("first_suspect_s", "first_dead_s", "full_dissemination_s")
            }
            | {"messages": _value(costs, cell, "messages_per_member_second.median")}
            for cell in costs.cells
        },
        "loss": [
            {
                "defaults": cell.variant,
                "loss": cell.point[LOSS],
                "evictions": _value(studies["loss"], cell, "wrong_deaths"),
                "refuted": _value(studies["loss"], cell, "wrong_suspicions_refuted"),
            }
            for cell in studies["loss"].cells
        ],
    }


def _seconds(text: str) -> float:
    assert text.endswith("s") and not text.endswith("ms"), text
    return float(text[:-1])


def _value(study: Study, cell: Cell, name: str) -> dict[str, Any]:
    """A time that is never is no number here; there is none either where a cell has no runs."""
    runs = study.runs(cell)
    found = measure_named(name).of(runs, study.networks(cell)) if runs else nothing("not measured")
    finite = [
        None if value is None or math.isinf(value) else value
        for value in (found.value, found.low, found.high)
    ]
    return {"value": finite[0], "low": finite[1], "high": finite[2], "why": found.why}


def render(
    numbers: Mapping[str, Any], published: Published, judge: Mapping[str, Any] | None
) -> Page:
    """The page."""
    claims = _claims(numbers, published)
    page = Page(NAME, "DAOS's two changes of SWIM's defaults", _believe(numbers), _not_believe())
    page.heading("The changes")
    page.text(
        "DAOS runs SWIM among its engines, and evicts one that is declared dead. Its defaults changed twice, in pull requests"
        " that say why:"
    )
    page.table(
        ["defaults", "protocol period", "ping waits", "suspicion", "source"],
        [
            _defaults(published, BEFORE, "before"),
            _defaults(published, FIRST, "2020"),
            [
                SECOND,
                "as 2020",
                "as 2020",
                f"{published['suspicion.2023'].value:g} s",
                published["suspicion.2023"].source,
            ],
        ],
    )
    page.heading("Claims and verdicts")
    page.table(["claim", "source", "measured", "verdict"], claims)
    page.figure(_outage_figure(numbers, published))
    page.heading("Out of reach for a while", 3)
    page.text(
        f"One of {numbers['members']} members can neither send nor receive for some time, and then again. Share of 40 such outages"
        " that ended in its eviction, with 95 % intervals:"
    )
    lengths = sorted({of["outage_s"] for of in numbers["outages"]})
    page.table(
        ["outage", *_WORDS.values()],
        [
            [f"{length:g} s", *(_share(_outage(numbers, year, length)) for year in _YEARS)]
            for length in lengths
        ],
    )
    page.heading("A death", 3)
    page.table(
        ["", *_WORDS.values()],
        [
            [words, *(_number(numbers["deaths"][year][key], unit) for year in _YEARS)]
            for words, key, unit in (
                ("to the first suspicion", "first_suspect_s", " s"),
                ("to the first verdict", "first_dead_s", " s"),
                ("until all know", "full_dissemination_s", " s"),
                ("messages a member and second", "messages", ""),
            )
        ],
    )
    page.text("Medians of 40 deaths each, with 95 % intervals.")
    page.heading("A bad network", 3)
    page.text(
        "Wrong evictions, and accusations that were refuted, in ten minutes of a cluster in which nobody dies (means of 20 runs;"
        " the evicted come back here if they defend themselves):"
    )
    page.table(
        [
            "loss",
            *(f"{word}, {year}" for word in ("evictions", "refuted") for year in _WORDS.values()),
        ],
        [
            [
                loss,
                *(
                    _number(_lossy(numbers, year, loss)[key], "")
                    for key in ("evictions", "refuted")
                    for year in _YEARS
                ),
            ]
            for loss in dict.fromkeys(of["loss"] for of in numbers["loss"])
        ],
    )
    page.heading("What is not DAOS's here")
    page.points(
        [
            "*Its RPCs*: pings travel reliably there, and a slow one is late, not lost. Loss here stands for what is too late.",
            "*Its period*: a probe whose direct ping failed may take two more ping time-outs there and makes the period longer; here"
            " it ends with the period. So indirect pings have 100 ms with the defaults of 2020, which a network without delay does not feel.",
            "*Its glitch detection*: it puts evictions off while it thinks that its own network is to blame. Not modelled.",
            "*When it suspects*: until 2022 at the first ping that failed, since then after the indirect ones; here always after them.",
            "*Its size*: ten members, at which the engine's suspicion lasts the configured number of periods exactly; DAOS's does at"
            " any size.",
        ]
    )
    return page


_YEARS = (BEFORE, FIRST, SECOND)
_WORDS = {BEFORE: "until 2020", FIRST: "2020", SECOND: "2023"}


def _believe(numbers: Mapping[str, Any]) -> list[str]:
    last = {year: _survived(numbers, year) for year in _YEARS}
    deaths = numbers["deaths"]
    points = [
        "The length of the suspicion is the outage that a rank survives, give or take the time to the first suspicion: no eviction"
        f" was seen after outages of up to {last[BEFORE]:g} s, {last[FIRST]:g} s and {last[SECOND]:g} s with the defaults"
        " until 2020, of 2020 and of 2023.",
        _of_2020(numbers),
        f"A death is known to all after {_number(deaths[BEFORE]['full_dissemination_s'], ' s')},"
        f" {_number(deaths[FIRST]['full_dissemination_s'], ' s')} and {_number(deaths[SECOND]['full_dissemination_s'], ' s')}.",
    ]
    return points


def _of_2020(numbers: Mapping[str, Any]) -> str:
    """The first change, by its two kinds of network issues."""
    tried = {of["outage_s"] for of in numbers["outages"]}
    worse = [
        f"{length:g} s ({_share(_outage(numbers, FIRST, length))} instead of {_share(_outage(numbers, BEFORE, length))})"
        for length in sorted(tried)
        if _apart(_outage(numbers, FIRST, length), _outage(numbers, BEFORE, length)) == "more"
    ]
    losses = list(dict.fromkeys(of["loss"] for of in numbers["loss"]))
    better = [
        loss
        for loss in losses
        if _apart(
            _lossy(numbers, FIRST, loss)["evictions"], _lossy(numbers, BEFORE, loss)["evictions"]
        )
        == "less"
    ]
    return (
        "The change of 2020 helped against loss"
        f" ({'at every rate that was tried' if better == losses else 'at ' + (', '.join(better) or 'no rate')}), since there are more"
        " chances to be heard in eight short periods than in three long ones. Against outages it did not: a rank is suspected"
        f" sooner, and more are evicted by outages of {', '.join(worse) or 'no length'}."
    )


def _not_believe() -> list[str]:
    return [
        "That these are DAOS's numbers: its engine is another one, and what is not modelled stands at the end.",
        "That a longer suspicion makes a detector more accurate for free: what it wins in outages it loses in the time to"
        " notice a death, second by second.",
    ]


def _survived(numbers: Mapping[str, Any], year: str) -> float:
    """The longest outage up to which none ended in an eviction."""
    found = 0.0
    for of in sorted(numbers["outages"], key=lambda each: each["outage_s"]):
        if of["defaults"] == year:
            if of["evicted"]["value"]:
                break
            found = of["outage_s"]
    return found


def _claims(numbers: Mapping[str, Any], published: Published) -> list[list[str]]:
    outage = published["outage.2023"]
    at = {year: _outage(numbers, year, outage.value) for year in _YEARS}
    deaths = numbers["deaths"]
    worst = list(dict.fromkeys(of["loss"] for of in numbers["loss"]))[-1]
    lossy = {year: _lossy(numbers, year, worst)["evictions"] for year in _YEARS}
    short = [
        (of["outage_s"], of["evicted"], _outage(numbers, FIRST, of["outage_s"]))
        for of in numbers["outages"]
        if of["defaults"] == BEFORE
    ]
    better = [length for length, before, now in short if _apart(now, before) == "less"]
    worse = [length for length, before, now in short if _apart(now, before) == "more"]
    return [
        [
            "the first change makes SWIM more robust against network issues: outages",
            "pull request 3595 (2020), title",
            f"fewer evictions at {_lengths(better)}, more at {_lengths(worse)}",
            "refuted"
            if worse and not better
            else "confirmed"
            if better and not worse
            else "not told apart",
        ],
        [
            f"the same: loss ({worst})",
            "pull request 3595 (2020), title",
            f"{_number(lossy[BEFORE], '')} evictions in ten minutes before, {_number(lossy[FIRST], '')} after",
            _verdict(lossy[FIRST], lossy[BEFORE]),
        ],
        [
            f"with the defaults of 2020 an outage of {outage.value:g} s evicts a rank",
            "pull request 12928 (2023), description",
            f"{_share(at[FIRST])} of such outages",
            _of_share(at[FIRST], 50, above=True),
        ],
        [
            "a suspicion of 20 s is conservative enough for it",
            "pull request 12928 (2023), description",
            f"{_share(at[SECOND])} of such outages evict",
            _of_share(at[SECOND], 50, above=False),
        ],
        [
            "(not claimed) what the second change costs",
            "computed: 12 s more of suspicion",
            f"a death is known after {_number(deaths[SECOND]['full_dissemination_s'], ' s')} instead of"
            f" {_number(deaths[FIRST]['full_dissemination_s'], ' s')}",
            "as computed"
            if abs(
                _difference(deaths)
                - (published["suspicion.2023"].value - published["suspicion.2020"].value)
            )
            < 1
            else "not as computed",
        ],
        [
            "(not claimed) what the first change costs: pings each second and not each 2.4 s",
            "computed: 2.4 times the messages",
            f"{deaths[FIRST]['messages']['value'] / deaths[BEFORE]['messages']['value']:.2f} times the messages",
            "as computed"
            if abs(
                deaths[FIRST]["messages"]["value"] / deaths[BEFORE]["messages"]["value"] / 2.4 - 1
            )
            < 0.1
            else "not as computed",
        ],
    ]


def _lengths(lengths: list[float]) -> str:
    return ", ".join(f"{length:g} s" for length in lengths) or "no length"


def _difference(deaths: Mapping[str, Any]) -> float:
    return (
        deaths[SECOND]["full_dissemination_s"]["value"]
        - deaths[FIRST]["full_dissemination_s"]["value"]
    )


def _apart(value: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """By intervals that do not meet: "less", "more" or ""."""
    if None in (value["low"], other["low"]):
        return ""
    return (
        "less" if value["high"] < other["low"] else "more" if value["low"] > other["high"] else ""
    )


def _verdict(now: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    return {"less": "confirmed", "more": "refuted", "": "not told apart"}[_apart(now, before)]


def _of_share(of: Mapping[str, Any], percent: float, above: bool) -> str:
    if of["low"] is None:
        return "not told"
    holds = of["low"] > percent if above else of["high"] < percent
    fails = of["high"] < percent if above else of["low"] > percent
    return "confirmed" if holds else "refuted" if fails else "not told apart"


def _outage(numbers: Mapping[str, Any], year: str, length: float) -> Mapping[str, Any]:
    (found,) = (
        of["evicted"]
        for of in numbers["outages"]
        if of["defaults"] == year and of["outage_s"] == length
    )
    return found


def _lossy(numbers: Mapping[str, Any], year: str, loss: str) -> Mapping[str, Any]:
    (found,) = (of for of in numbers["loss"] if of["defaults"] == year and of["loss"] == loss)
    return found


def _defaults(published: Published, year: str, id_: str) -> list[str]:
    texts = [f"{published[f'{what}.{id_}'].value:g} s" for what in ("period", "ping", "suspicion")]
    return [_WORDS[year], *texts, published[f"period.{id_}"].source]


def _share(of: Mapping[str, Any]) -> str:
    if of["value"] is None:
        return of["why"]
    return f"{of['value']:.0f} % [{of['low']:.0f}, {of['high']:.0f}]"


def _number(of: Mapping[str, Any], unit: str) -> str:
    if of["value"] is None:
        return "never"
    ends = "" if of["low"] is None else f" {interval((of['low'], of['high']))}"
    return f"{number(of['value'])}{unit}{ends}"


def _outage_figure(numbers: Mapping[str, Any], published: Published) -> style.Picture:
    name = f"{NAME}-outages"
    with style.look(name):
        figure, (axes,) = style.new_figure(2.8)
        for place, year in enumerate(_YEARS):
            of = sorted(
                (each for each in numbers["outages"] if each["defaults"] == year),
                key=lambda each: each["outage_s"],
            )
            lengths = [each["outage_s"] for each in of]
            shares = [each["evicted"] for each in of]
            axes.errorbar(
                lengths,
                [share["value"] for share in shares],
                [
                    [share["value"] - share["low"] for share in shares],
                    [share["high"] - share["value"] for share in shares],
                ],
                label=_WORDS[year],
                capsize=2,
                marker=style.MARKERS[place],
                markersize=4,
                **style.series_style(place),
            )
        axes.axvline(
            published["outage.2023"].value,
            color=style.GREY,
            linestyle="-",
            linewidth=0.9,
            label="the outage of 2023",
        )
        style.zero_based(axes, 105)
        axes.set_xlabel("length of the outage (s)")
        axes.set_ylabel("evicted (%)")
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), title="defaults")
    text = "Share of outages after which the rank had been declared dead, with 95 % intervals."
    return style.Picture(name, "Outages that end in an eviction", text, figure)
