# SPDX-License-Identifier: GPL-2.0-only
"""The page of Rapid, 2018. Every number comes from what was measured or published, and what depends on how they compare is
worded by the comparison."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.campaign.text import number
from analysis.papers.claims import claim_rows
from analysis.papers.page import Page
from analysis.papers.published import Published
from analysis.papers.rapid_2018 import figures, judged
from analysis.papers.rapid_2018.claimed import claims, mean, off, spread, within
from analysis.papers.rapid_2018.measured import FAULT_S

NAME = "rapid-2018"
Numbers = Mapping[str, Any]

_FAULT_HEAD = [
    "reading",
    "least reported",
    "after 250 s",
    "longest without all ten (s)",
    "all that time (s)",
    "healthy disagree (s)",
]


def render(numbers: Numbers, published: Published, judge: Numbers | None) -> Page:
    """The page; judge: what real memberlist did, where it was asked."""
    held = claims(numbers, published)
    page = Page(
        NAME,
        "Rapid's experiments with memberlist",
        [*_believe(numbers, published), *filter(None, [judged.summary(numbers["judged"], judge)])],
        _not_believe(numbers, published),
    )
    page.heading("What must hold")
    page.table(["what must hold", "found", "holds"], claim_rows(held))
    _bootstrap(page, numbers, published)
    _readings(page, numbers, published)
    _crash(page, numbers, published)
    _flip_flop(page, numbers, published)
    _loss(page, numbers, published)
    _open(page)
    judged.add_to(page, numbers["judged"], judge)
    return page


def _believe(numbers: Numbers, published: Published) -> list[str]:
    sizes = list(numbers["bootstrap"])
    times = {size: of["agreed_s"] for size, of in numbers["bootstrap"].items()}
    timely = {size: [t for t in of if t is not None] for size, of in times.items()}
    bars = [within(times[size], published[f"fig5.{size}"]) for size in sizes]
    ours = " / ".join(number(mean(timely[size])) for size in sizes)
    theirs = " / ".join(number(published[f"fig5.{size}"].value) for size in sizes)
    missed = sum(map(len, times.values())) - sum(map(len, timely.values()))
    ended = [within(timely[size], published[f"fig5.{size}"]) for size in sizes]
    points = [
        f"memberlist takes {ours} s until {' / '.join(sizes)} processes agree on their number, where the paper measured {theirs} s."
        f" {sum(map(bool, bars))} of {len(bars)} means lie within its bars"
        + (
            f"; {sum(map(bool, ended))} of {len(ended)} do if the {missed} runs are left out in which gossip missed somebody."
            if missed
            else "."
        ),
        _gossip_point(numbers),
        *_flip_flop_point(numbers),
    ]
    return [point for point in points if point]


def _flip_flop_point(numbers: Numbers) -> list[str]:
    runs = numbers["faults"]["flip-flop"]["runs"]
    if not runs:
        return []
    return [
        "Under one-way flip-flops memberlist oscillates: the healthy are without all the faulty for"
        f" {spread([run['longest_all_gone_s'] for run in runs], 0)} s at a time, and then some come back. What brings them back is"
        " push/pull, since nobody tells the dead that they are held for dead once the news has gone round."
    ]


def _gossip_point(numbers: Numbers) -> str:
    without = mean(numbers["readings"]["no-push-pull"]["agreed_s"])
    usual = mean(next(iter(numbers["bootstrap"].values()))["agreed_s"])
    if without is None or usual is None:
        return ""
    if without < 1.25 * usual:
        return (
            "That time is the gossip's and not that of push/pulls each 30 s, which the paper blames: without any but those of the"
            f" joins it is {without:.1f} s instead of {usual:.1f} s. What takes so long is to send the news of every join as often"
            " as the retransmit limit asks for."
        )
    return (
        "Push/pull decides how long a bootstrap takes, as the paper says: without it the time is"
        f" {without:.1f} s instead of {usual:.1f} s."
    )


def _not_believe(numbers: Numbers, published: Published) -> list[str]:
    out, incoming = numbers["faults"]["loss-out"], numbers["faults"]["loss-in"]
    returns = mean([run["returns"] for run in out["runs"]])
    removed = [run["all_gone_s"] for run in numbers["faults"]["flip-flop"]["runs"]]
    never = (
        [
            "That memberlist never removes all the faulty processes, as the paper says of its flip-flops: here they are all removed"
            f" for {spread(removed, 0)} s in all."
        ]
        if removed and min(removed) > 0
        else []
    )
    stay = " and does not let them come up again" if returns is not None and returns < 1 else ""
    return [
        "That figure 10 is reproduced. Of its two directions of loss, what the ten *send* makes the healthy go down to"
        f" {_least(out)} of {out['members']} (published: {published['fig10.least'].value:.0f}){stay}, and what they *receive* to"
        f" {_least(incoming)}. No reading of ours has both the paper's fall and its recovery.",
        *never,
        "That figure 9 is reproduced after its first 210 s: see there.",
        "Times to the second: the paper does not tell how fast its processes were spawned, nor which version of memberlist ran.",
        "Anything about ZooKeeper, Akka or Rapid: only memberlist was run.",
    ]


def _least(fault: Numbers) -> str:
    return number(min((run["least"] for run in fault["runs"]), default=None), 4)


def _bootstrap(page: Page, numbers: Numbers, published: Published) -> None:
    page.heading("Bootstrap: figures 5 and 7, table 1")
    page.text(
        "A seed process starts, ten seconds later the others, which join by it. Every process reports the size of its cluster"
        " each second; the time is that of the last report that makes all of them right, counted from the seed's start. The"
        " paper has five runs a size and bars around their means; ours are as many. In brackets stand the least and the greatest:"
        " five values give no interval of a mean that would hold."
    )
    spawning = published["text.spawn"].value
    rows, unique = [], []
    for size, of in numbers["bootstrap"].items():
        bar = published[f"fig5.{size}"]
        since = [None if t is None else t - spawning for t in of["agreed_s"]]
        inside = within(of["agreed_s"], bar)
        rows.append(
            [
                size,
                f"{bar.value:.1f} [{bar.low:.1f}, {bar.high:.1f}]",
                spread(of["agreed_s"]),
                {True: "yes", False: "no", None: "not measured"}[inside],
                spread(since),
            ]
        )
        table = published[f"table1.{size}"].value
        unique.append([size, f"{table:,.0f}", spread(of["distinct"], 0), f"{of['union']:,}"])
    page.table(
        ["processes", "published (s)", "measured (s)", "within the bar", "since the spawning (s)"],
        rows,
    )
    page.figure(figures.bootstrap(numbers, published))
    late = _late(numbers)
    if late:
        page.text(late)
    page.text(
        "Table 1 counts the different sizes that processes reported while the cluster formed. It does not say whether of a run"
        " or of all five:"
    )
    page.table(["processes", "published", "measured, a run", "in all runs together"], unique)
    if numbers["timeline"]["series"]:
        page.figure(figures.timeline(numbers))


def _late(numbers: Numbers) -> str:
    """Runs in which gossip was not enough."""
    late = {
        size: sum(t is None for t in of["agreed_s"]) for size, of in numbers["bootstrap"].items()
    }
    if not any(late.values()):
        return ""
    counts = ", ".join(f"{times} with {size}" for size, times in late.items() if times)
    return (
        f"In some runs ({counts}) gossip ends before everybody has heard of everybody: the news of a member was sent as often as the"
        " limit allows, and missed somebody, who learns of it only by a push/pull, 180 s after the start and more. Those runs end"
        f" before that, and have no time. The paper's bars show no such run among its five. The others took {_in_time(numbers)}."
    )


def _in_time(numbers: Numbers) -> str:
    """Of the runs in which gossip was enough."""
    return ", ".join(
        f"{spread([t for t in of['agreed_s'] if t is not None])} s with {size}"
        for size, of in numbers["bootstrap"].items()
    )


def _readings(page: Page, numbers: Numbers, published: Published) -> None:
    smallest, usual = next(iter(numbers["bootstrap"].items()))
    page.heading("What the time of a bootstrap depends on", 3)
    page.text(
        f"With {smallest} processes. How fast the paper's machines spawned them it does not say; in its figure 7 the first report of"
        f" 2000 comes some {published['fig7.first'].value:g} s after the first processes, so 3 ms a process is taken above. And it puts"
        " the time down to push/pulls each 30 s, which can be switched off here, as gossip can be made faster or lazier:"
    )
    rows = [["as above", spread(usual["agreed_s"]), spread(usual["distinct"], 0)]]
    rows += [
        [name, spread(of["agreed_s"]), spread(of["distinct"], 0)]
        for name, of in numbers["readings"].items()
    ]
    page.table(["reading", "all right after (s)", "different sizes, a run"], rows)
    base = mean(usual["agreed_s"])
    against = {
        name: _against(mean(of["agreed_s"]), base) for name, of in numbers["readings"].items()
    }
    page.text(
        "A process that joins fetches the seed's table by one push/pull, and the seed learns of it. Everybody else learns of later"
        " ones by gossip: each member sends the news of each join 4 ceil(log10(n + 1)) times, what was sent least first, in three"
        " datagrams of 1400 bytes each 200 ms, so a cluster that doubles takes twice as long to be through. Twice the gossip:"
        f" {against['twice-the-gossip']}; half the retransmissions: {against['half-the-retransmissions']}; no periodic push/pull:"
        f" {against['no-push-pull']}. That one comes late: among so many members its period is stretched sixfold, to 180 s, and a"
        " member makes its first after a whole period; only members that drew their first period while few were known are earlier."
    )


def _against(value: float | None, base: float | None) -> str:
    if value is None or base is None:
        return "not in all runs"
    return f"{value:.1f} s ({off(value, base):+.0f} %)"


def _crash(page: Page, numbers: Numbers, published: Published) -> None:
    of = numbers["crash"]
    page.heading("Ten crashes: figure 8, table 2")
    if not of["crashed"]:
        page.text("Not measured.")
        return
    left = of["members"] - of["crashed"]
    between = [size for size in of["sizes"] if left < size < of["members"]]
    page.text(
        f"{of['crashed']} of {of['members']} crash at once. The first of the others reports fewer {spread(of['first_s'])} s later, and"
        f" all report {left} after {spread(of['agreed_s'])} s; that takes {spread(of['span_s'])} s, where figure 8 shows some"
        f" {published['fig8.span'].value:.0f} s (when its processes crashed is not given). In between,"
        f" {len(between)} of the {of['crashed'] - 1} possible sizes were reported in {len(of['first_s'])} runs: memberlist removes one"
        " member after the other, as the paper says."
    )
    rows = []
    for key, words in (("mean", "mean"), ("p99", "99th percentile"), ("max", "maximum")):
        row = [words]
        for direction in ("received", "sent"):
            row += [
                f"{published[f'table2.{direction}.{key}'].value:.2f}",
                spread([value / 1000 for value in of["loads"][direction][key]], 2),
            ]
        rows.append(row)
    page.text(
        "What one process moves in one second, in kB (table 2: KB/s; ours is the payload of UDP and TCP):"
    )
    head = [
        "processes and seconds",
        "received, published",
        "measured",
        "sent, published",
        "measured",
    ]
    page.table(head, rows)
    page.text(
        "The paper does not say where it measured. With the headers of IP and UDP, 28 bytes a datagram, ours would be higher. Nor does it say over which time: longer ones have a lower mean. What is sent and what is received, which"
        " in the mean cannot differ where nothing is lost, differ in its table."
    )


def _flip_flop(page: Page, numbers: Numbers, published: Published) -> None:
    fault, old = numbers["faults"]["flip-flop"], numbers["faults"]["flip-flop-5"]
    page.heading("Flip-flopping: figure 9")
    page.text(
        "Ten of a thousand lose all that they receive for 20 s, recover for 20 s, and so on. What the healthy report counts here,"
        " as in the paper."
    )
    rows = [
        _fault_row("memberlist since July 2017 (suspicion_mult = 4)", fault),
        _fault_row("memberlist before (5)", old),
    ]
    page.table(_FAULT_HEAD, rows)
    page.text(
        f"Published: down to {published['fig9.valley'].value:.0f}, touching {published['fig9.least'].value:.0f}, from 125 s to 210 s; then"
        f" between {published['fig9.late.least'].value:.0f} and {published['fig9.late.greatest'].value:.0f} to the end."
    )
    shown = [name for name in ("flip-flop", "flip-flop-5") if numbers["faults"][name]["series"]]
    if shown:
        page.figure(figures.fault(numbers, shown, "flip-flop"))
    page.text(
        "The valley and its end are in the model as in the paper, and the model tells why they are there. A deaf member is suspected"
        " within two seconds and dead some 12 s later. When it hears again, the news of its death has gone round and is gossiped"
        " no more, and nobody probes the dead: it does not learn that it is held for dead until it makes a push/pull. Processes"
        " that started together make theirs together, first 180 to 210 s after the start, and that ends the valley."
    )
    if fault["runs"] and old["runs"]:
        page.text(
            "What differs is the time after it. In the paper few of the ten are gone at a time; here all that are back are removed in"
            " the next deaf spell, and the valley comes again. The suspicions of before July 2017, which last 15 s at least and not"
            f" 12 s, do not explain it: {spread([run['all_gone_s'] for run in old['runs']], 0)} s without all ten instead of"
            f" {spread([run['all_gone_s'] for run in fault['runs']], 0)} s. What real memberlist does: see the end of the page."
        )


def _fault_row(words: str, fault: Numbers) -> list[str]:
    runs = fault["runs"]
    if not runs:
        return [words, *["not measured"] * (len(_FAULT_HEAD) - 1)]
    late = (
        f"{min(run['late_least'] for run in runs)} to {max(run['late_greatest'] for run in runs)}"
    )
    keys = ("longest_all_gone_s", "all_gone_s", "disagreed_s")
    return [words, _least(fault), late, *(spread([run[key] for run in runs], 0) for key in keys)]


def _loss(page: Page, numbers: Numbers, published: Published) -> None:
    faults = numbers["faults"]
    named = {
        "loss-out": "what they send (the text)",
        "loss-in": "what they receive (the caption)",
        "datagrams-out": "what they send, datagrams only",
        "datagrams-in": "what they receive, datagrams only",
    }
    page.heading("80 % of loss: figures 1 and 10")
    page.text(
        f"From {FAULT_S} s on, ten of a thousand lose 80 % of the packets that they send, or receive, TCP's too. The text of the paper"
        " says outgoing, the caption of its figure ingress; a firewall's rule might spare TCP."
    )
    page.table(_FAULT_HEAD, [_fault_row(words, faults[name]) for name, words in named.items()])
    page.text(
        f"Published: 998 from 150 s on, {published['fig10.least'].value:.0f} at 415 s, then between"
        f" {published['fig10.late.least'].value:.0f} and {published['fig10.late.greatest'].value:.0f}."
    )
    shown = [name for name in ("loss-out", "loss-in") if faults[name]["series"]]
    if shown:
        page.figure(figures.fault(numbers, shown, "loss"))
    page.text(
        "If the ten lose what they *send*, each is suspected over and over, since its acks are lost; it refutes each time, and now and"
        " then all copies of a refutation are lost. It then has a higher incarnation than the one that was buried, so it takes the"
        " news of its death for old, and only its own push/pull could bring it back, of which hardly any gets through a stream that"
        f" loses 80 % one way: {_a_run(faults['loss-out'], 'removals')} removals and {_a_run(faults['loss-out'], 'returns')} returns a"
        " run, as the healthy see them. The fall up to 415 s is that of figure 10; its recovery is not there. If they lose what they"
        " *receive*, what they say is heard, and a refutation reaches everybody:"
        f" {_a_run(faults['loss-in'], 'removals')} removals a run. Of datagrams alone it is"
        f" {_a_run(faults['datagrams-out'], 'removals')} and {_a_run(faults['datagrams-in'], 'removals')}, since a probe is tried over a"
        " stream too. Where the least is below what most report, for a second or two, a healthy member was buried on the word of one of"
        " the ten, whose probes fail, and refuted it."
    )


def _a_run(fault: Numbers, key: str) -> str:
    return number(mean([run[key] for run in fault["runs"]]))


def _open(page: Page) -> None:
    page.heading("What the paper leaves open")
    page.points(
        [
            "*How fast processes are spawned*: read off figure 7; other paces are among the readings.",
            "*From when times count*: from the seed's start, as the axis of figure 7 does, or from the spawning ten seconds later; the"
            " table has both.",
            "*Which memberlist*: `DefaultLANConfig` lowered the suspicion multiplier from 5 to 4 in July 2017, and the paper does not say"
            " which one it ran; for figure 9 both were.",
            f"*When the faults of figure 9 begin*: here {FAULT_S} s after the start, as in figure 10.",
            "*Table 1*: whether it counts one run or all.",
            "*The network* of its cloud: a star with small delays and no loss here. Its processes shared cores, five on each; here"
            " nobody waits for a processor.",
        ]
    )
