# SPDX-License-Identifier: GPL-2.0-only
"""The page of SWIM's rivals. Every number comes from what was measured or published, and what depends on how they
compare is worded by the comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.campaign.text import NONE, listing, number
from analysis.papers.page import Page
from analysis.papers.published import Published
from analysis.papers.claims import claim_rows
from analysis.papers.rivals import figures
from analysis.papers.rivals.claimed import claims, equal_detectors, known_s, processes, wrong_of
from analysis.papers.rapid_2018.claimed import spread

NAME = "rivals"
Numbers = Mapping[str, Any]

FAULTS = {
    "crash": "a crash",
    "loss-10": "a crash, 10 % loss",
    "loss-30": "a crash, 30 % loss",
    "third": "a third at once",
    "deaf": "two lose 80 % of what they receive",
    "stalls": "eight slow members",
    "partition": "a partition of a minute",
    "churn": "churn",
    "flip-flop": "two hear nothing every other 20 s",
}
"""In the order of the page."""

HEAD = [
    "detector",
    "known to all (s)",
    "mistakes a run",
    "a mistake lasts (s)",
    "disturbed members held for gone",
    "views right at the end, runs",
    "messages a member and second",
    "bytes a member and second",
]


def render(numbers: Numbers, published: Published, _: Numbers | None) -> Page:
    """The page."""
    page = Page(NAME, "SWIM and its rivals", _believe(numbers), _not_believe(numbers))
    equal = equal_detectors(numbers)
    page.heading("Who is wrong under which fault")
    page.text(
        "128 members on a star, 2 ms of jitter, each detector at its defaults and once more tuned: one setting of each (or its"
        " pace, where it has no time-out) was bisected until a crash without loss is known to all as soon as with memberlist-lan,"
        " which stands for SWIM. Of `phi` and `gossip-heartbeat` the pace was set by hand before, to heartbeats and gossip as"
        " often as that takes: at its own pace of 100 ms `phi` would send ten times as much. The figure has the tuned ones."
    )
    page.figure(figures.wrong(numbers["faults"], equal, FAULTS))
    page.table(*_overview(numbers, equal))
    page.text(
        "Mistakes a run: how often a healthy member came to hold a healthy one for gone. Each observer counts, so a verdict that is told"
        " to all and taken back is 127 short ones. What a partition or a churn leaves behind is none. What is compared is the last word that a detector has: a death,"
        " or Pekko's unreachability, which is a suspicion, since nothing downs anybody by default. What each detector says of the"
        " crashed, slow or cut off members themselves is right, and not in here."
    )
    page.heading("How the tuned were tuned")
    page.table(
        ["detector", "setting", "known to all after a crash (s)"],
        [
            [
                each.removesuffix("-tuned"),
                listing([f"`{text}`" for text in numbers["faults"]["crash"][each]["settings"]])
                or "memberlist-lan",
                known_s(numbers["faults"]["crash"][each]),
            ]
            for each in equal
        ],
    )
    for fault, title in FAULTS.items():
        if fault in numbers["faults"]:
            page.heading(title[0].upper() + title[1:], 3)
            page.table(HEAD, [_row(name, of) for name, of in numbers["faults"][fault].items()])
    page.heading("Load and time by size")
    page.figure(figures.load(numbers["sizes"], equal))
    page.table(*_sizes(numbers["sizes"], equal))
    page.text(
        "Each as tuned for 128 members. Gossip of counters, Cassandra's and the time-outs of the others stay as they are while the"
        " cluster grows, as they do where nobody changes them."
    )
    _rapid(page, numbers["rapid"], published)
    page.heading("What is left open")
    page.points(
        [
            "*Other sizes and longer runs*: the faults were run with 128 members and a few minutes each. Mistakes that take an hour"
            " to happen are not seen here.",
            "*Other tunings*: one setting of each was bisected. Two, or another pace, may do better at the same detection time.",
            "*What applications do with a verdict*: Pekko's downing, Redis's failover, what a Cassandra coordinator does.",
            "*Costs beside messages*: processor time and memory of the real programs.",
        ]
    )
    return page


def _believe(numbers: Numbers) -> list[str]:
    faults, equal = numbers["faults"], equal_detectors(numbers)
    points = []
    for fault, title in FAULTS.items():
        of = faults.get(fault)
        if not of or any(wrong_of(of[each]) is None for each in equal):
            continue
        none = [each for each in equal if wrong_of(of[each]) == 0]
        worst = max(equal, key=lambda each: wrong_of(of[each]) or 0.0)
        if (wrong_of(of[worst]) or 0.0) == 0:
            points.append(f"*{title}*: no detector holds a healthy member for gone.")
            continue
        points.append(
            f"*{title}*: {_some(none)} no healthy member for gone; {_name(worst)} does {number(wrong_of(of[worst]))} times a run,"
            f" SWIM {number(wrong_of(of['swim']))} times."
        )
    return [
        "With crashes known equally soon (some 10 s), 128 members and these faults, whom a detector wrongly gives up is a matter of"
        " its kind:",
        *points,
        *_load_point(faults["crash"], equal),
    ]


def _load_point(crash: Numbers, equal: Sequence[str]) -> list[str]:
    known = [each for each in equal if crash[each]["bytes_per_member_second"]["value"] is not None]
    if not known:
        return []
    by_load = sorted(known, key=lambda each: crash[each]["bytes_per_member_second"]["value"])
    told = listing(
        [
            f"{_name(each)} {number(crash[each]['bytes_per_member_second']['value'])}"
            for each in by_load
        ],
        len(by_load),
    )
    return [f"For that a member sends so many bytes a second, where one of 128 crashes: {told}."]


def _not_believe(numbers: Numbers) -> list[str]:
    runs = {of["runs"] for each in numbers["faults"].values() for of in each.values()} - {0}
    return [
        f"That none seen means none possible: there are {min(runs)} runs of two to four minutes in each cell."
        if runs
        else "Anything: nothing was run.",
        "What loss does to the products of `heartbeat-ring`, `phi-pekko` and `phi-cassandra`: they have connections of TCP, which"
        " repeats what is lost, and here datagrams, which nobody repeats. `rapid`, `redis` and `scylla` are repeated.",
        "That a detector is its product: what products build around it is not here (docs/detectors.md lists what is left out).",
        "That one column decides: a detector that is never wrong may say nothing in time. Read the times beside it.",
        "Anything of defaults against each other: they differ in how soon they are meant to speak.",
    ]


def _name(variant: str) -> str:
    return "SWIM" if variant == "swim" else f"`{variant.removesuffix('-tuned')}`"


def _some(variants: Sequence[str]) -> str:
    """Of those that hold nobody."""
    if not variants:
        return "there is no detector that holds"
    names = listing([_name(each) for each in variants], len(variants))
    return f"{names} hold{'s' if len(variants) == 1 else ''}"


def _overview(numbers: Numbers, equal: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    shown = [fault for fault in FAULTS if fault in numbers["faults"]]
    rows = [
        [
            each.removesuffix("-tuned"),
            *(_short(numbers["faults"][fault][each]["mistakes"]) for fault in shown),
        ]
        for each in equal
    ]
    return ["detector", *(FAULTS[fault] for fault in shown)], rows


def _row(name: str, of: Numbers) -> list[str]:
    again = of["one_again_s"]
    agreed = _percent(of["runs_agreed"])
    if again is not None:
        agreed += f"; one again {_time(again)}"
    return [
        name,
        known_s(of),
        _estimate(of["mistakes"]),
        number(of["mistake_s"]) if of["mistake_s"] is not None else NONE,
        _percent(of["disturbed"]),
        agreed,
        number(of["messages_per_member_second"]["value"]),
        number(of["bytes_per_member_second"]["value"]),
    ]


def _short(found: Numbers) -> str:
    return NONE if found["value"] is None else number(found["value"])


def _estimate(found: Numbers) -> str:
    if found["value"] is None:
        return NONE
    if found["low"] is None:
        return number(found["value"])
    return f"{number(found['value'])} [{number(found['low'])}, {number(found['high'])}]"


def _percent(found: Numbers) -> str:
    return NONE if found["value"] is None else f"{number(found['value'])} %"


def _time(found: Numbers) -> str:
    if not found["n"]:
        return NONE
    if found["value"] is None:
        return "never"
    late = f", never in {found['never']} of {found['n']}" if found["never"] else ""
    return f"{number(found['value'])} s{late}"


def _sizes(sizes: Numbers, equal: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    counts = sorted({int(size) for of in sizes.values() for size in of})
    head = ["detector", *(f"{count:,}: known (s), messages/s, bytes/s" for count in counts)]
    rows = []
    for each in equal:
        cells = []
        for count in counts:
            of = sizes[each].get(str(count))
            cells.append(
                NONE
                if of is None or not of["runs"]
                else f"{known_s(of)}; {number(of['messages_per_member_second']['value'])};"
                f" {number(of['bytes_per_member_second']['value'])}"
            )
        rows.append([each.removesuffix("-tuned"), *cells])
    return head, rows


def _rapid(page: Page, rapid: Numbers, published: Published) -> None:
    page.heading("Rapid's paper, from Rapid's side")
    page.text(
        "The scenarios of [Rapid, 2018](rapid-2018.md) with `rapid` in memberlist's place, at the defaults of its code. Its"
        " messages go by datagrams and are sent again as TCP would; the paper has connections of TCP that last."
    )
    page.table(["what must hold", "found", "holds"], claim_rows(claims(rapid, published)))
    if any(run["returns"] for fault in rapid["faults"].values() for run in fault["runs"]):
        page.text(
            "Who comes back has heard of its removal and joins again, which applications of Rapid do and the paper's processes, by its"
            " figure 10, did not."
        )
    late = [size for size, of in rapid["bootstrap"].items() if None in of["agreed_s"]]
    if late:
        page.text(
            f"The bootstrap of {listing(late)} does not come to an end because of two rules of the code: a member sends its alerts once"
            " none was added for 100 ms, and who joins asks again after 5 s. Processes that start one after the other for longer"
            " than that keep the seed from ever sending any. Started within 4.5 s as many form a cluster."
        )
    page.table(
        [
            "processes",
            "bootstrap, published (s)",
            "measured (s)",
            "different sizes, published",
            "measured",
        ],
        [
            [
                size,
                f"{published[f'fig5.{processes(size)}'].value:g}",
                spread(of["agreed_s"]),
                f"{published[f'table1.{processes(size)}'].value:g}",
                spread(of["distinct"], 0),
            ]
            for size, of in rapid["bootstrap"].items()
        ],
    )
    page.text(
        "The paper's bootstrap counts from the seed's start and has machines that take time to start a hundred Java processes"
        " each; here processes are started 3 ms after each other, and their joins cost what messages cost. So the measured time"
        " is the protocol's alone, and shorter. What one process moves in a second of the crash, in kB:"
    )
    page.table(
        ["processes and seconds", "received, published", "measured", "sent, published", "measured"],
        [
            [
                words,
                *(
                    text
                    for direction in ("received", "sent")
                    for text in (
                        f"{published[f'table2.{direction}.{key}'].value:g}",
                        spread(
                            [each / 1000 for each in rapid["crash"]["loads"][direction][key]], 2
                        ),
                    )
                ),
            ]
            for key, words in (("mean", "mean"), ("p99", "99th percentile"), ("max", "maximum"))
        ],
    )
    page.text(
        "The greatest load is the second of the view change: by the code, which is what runs here, every member sends its vote to"
        " every other by itself, where the paper gossips votes as bitmaps."
    )
