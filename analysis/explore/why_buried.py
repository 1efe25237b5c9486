# SPDX-License-Identifier: GPL-2.0-only
"""Why a member that lives was buried all the same: what became of its accusation and its refutation.

Who is suspected has until the first timer runs out to hear of it, to say that it lives, with a higher
incarnation, and to be heard. Each of these may fail, and the first that did is the cause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.explore import faults as done, rows as read
from analysis.explore.evidence import (
    DEED,
    LOST_WORDS,
    Cause,
    Finding,
    Ref,
    Step,
    at,
    name,
    of_deeds,
    of_events,
    of_trace,
    several,
    span,
)
from analysis.explore.material import NS, Material
from analysis.explore.traced import NEVER, Row

TOO_LATE_ROUNDS = 2
"""An answer that had less than so many gossip rounds could not get round."""


@dataclass(frozen=True)
class Burial:
    """The first death of an incident, and the accusation that led to it, as places of rows."""

    subject: int
    incarnation: int
    dead: int
    decider: int
    suspects: np.ndarray
    """Rows in which this incarnation was suspected, before the death."""


def burial_of(material: Material, dead: int) -> Burial:
    """@param dead the first dead row"""
    rows = material.rows
    subject, incarnation = int(rows.subject[dead]), int(rows.incarnation[dead])
    about = rows.about(subject)
    before = about[about < dead]
    same = (rows.kind[before] == read.SUSPECT) & (rows.incarnation[before] == incarnation)
    return Burial(subject, incarnation, dead, int(rows.observer[dead]), before[same])


def why_buried(material: Material, burial: Burial) -> Finding:
    rows, whom = material.rows, name(material, burial.subject)
    dead_ns = int(rows.time_ns[burial.dead])
    steps = _timer(material, burial)
    answered = _own_refutation(material, burial)
    trace = material.trace
    if not len(burial.suspects):
        cause, more = _not_suspected(material, burial)
        return Finding(cause, steps + more)
    from_ns = int(rows.time_ns[burial.suspects[0]])
    if trace is None or not trace.covers(from_ns) or not trace.covers(dead_ns):
        cause, more = _without_trace(material, burial, answered)
        return Finding(cause, steps + more)
    about = trace.about(burial.subject, from_ns, dead_ns)
    told = [
        row
        for row in about
        if row.kind in ("suspect", "dead")
        and row.peer == burial.subject
        and row.incarnation >= burial.incarnation
        and row.member != burial.subject
    ]
    heard = [row for row in told if NEVER != row.arrived_ns]
    in_time = [row for row in heard if row.arrived_ns <= dead_ns]
    if not in_time:
        cause, more = _did_not_hear(material, burial, told, heard)
        return Finding(cause, steps + more)
    first = min(in_time, key=lambda row: row.arrived_ns)
    steps.append(
        Step(
            f"{whom} heard of its accusation at {at(first.arrived_ns)}, from"
            f" {name(material, first.member)}.",
            of_trace(first),
        )
    )
    if answered is None or rows.time_ns[answered] > dead_ns:
        state = material.health.flags(burial.subject, first.arrived_ns / NS)
        stood = state & (done.PAUSED | done.STALLED)
        words = (
            "It stood still then, and did not answer." if stood else "It did not answer in time."
        )
        cause = Cause.STALLED_SUBJECT if stood else Cause.NOT_TOLD
        return Finding(cause, [*steps, Step(words, of_trace(first))])
    cause, more = _not_heard(material, burial, answered, first)
    return Finding(cause, steps + more)


def _timer(material: Material, burial: Burial) -> list[Step]:
    """Whose time-out it was, and how it had been shortened."""
    rows, decider = material.rows, burial.decider
    who, whom = name(material, decider), name(material, burial.subject)
    dead_ns = int(rows.time_ns[burial.dead])
    own = burial.suspects[rows.observer[burial.suspects] == decider]
    source = int(rows.source[burial.dead])
    if not len(own) or source not in (decider, read.NOBODY):
        text = f"{who} was the first to hold {whom} for dead, at {at(dead_ns)}, on the word of"
        return [Step(f"{text} {name(material, source)}.", of_events(burial.dead))]
    begun_ns = int(rows.time_ns[own[-1]])
    refs = of_events(own[-1], burial.dead)
    text = (
        f"{who} had suspected {whom} since {at(begun_ns)}, and its time ran out after"
        f" {span(dead_ns - begun_ns)}, at {at(dead_ns)}"
    )
    if material.trace is None:
        return [Step(f"{text}.", refs)]
    confirmed = [
        row
        for row in material.trace.by(decider, "suspicion-confirmed", begun_ns, dead_ns)
        if row.about == burial.subject
    ]
    if confirmed:
        by = several([name(material, row.accuser) for row in confirmed])
        text += f", shortened as {by} confirmed it"
    return [Step(f"{text}.", refs + of_trace(*confirmed))]


def _own_refutation(material: Material, burial: Burial) -> int | None:
    """The row in which the subject itself answered this accusation, whenever that was."""
    rows = material.rows
    about = rows.about(burial.subject)
    answered = about[
        (rows.kind[about] == read.REFUTED)
        & (rows.observer[about] == burial.subject)
        & (rows.incarnation[about] > burial.incarnation)
    ]
    return int(answered[0]) if len(answered) else None


def _not_suspected(material: Material, burial: Burial) -> tuple[Cause, list[Step]]:
    """A death that nobody's suspicion led to: a message from before, or one that nobody sent."""
    rows, truth = material.rows, material.rows.truth
    dead_ns = int(rows.time_ns[burial.dead])
    injected = truth[(truth["event"] == "inject") & (truth["time_ns"] <= dead_ns)]
    whom = name(material, burial.subject)
    for at_ns, message in zip(injected["time_ns"], injected["source"]):
        if f" {whom} " in f" {message} ":
            text = f"Nobody had suspected it: at {at(at_ns)} a message arrived that nobody sent: {message}."
            return Cause.OLD_NEWS, [Step(text, of_events(burial.dead))]
    text = f"Nobody had suspected incarnation {burial.incarnation} of {whom}: the news was from before."
    return Cause.OLD_NEWS, [Step(text, of_events(burial.dead))]


def _without_trace(
    material: Material, burial: Burial, answered: int | None
) -> tuple[Cause, list[Step]]:
    """Rows alone tell when the subject answered, and who had heard it before the timer ran out."""
    rows, whom = material.rows, name(material, burial.subject)
    dead_ns = rows.time_ns[burial.dead]
    if answered is None or rows.time_ns[answered] > dead_ns:
        when = "never" if answered is None else f"only at {at(int(rows.time_ns[answered]))}"
        text = (
            f"{whom} answered its accusation {when}. Whether it had heard of it is not told: no trace"
            " covers it."
        )
        return Cause.NOT_TOLD, [Step(text, of_events(*_some(answered)), sure=False)]
    heard = _heard_refutation(material, burial)
    text = (
        f"{whom} answered at {at(int(rows.time_ns[answered]))}. Its refutation had reached"
        f" {len(heard):,} members when {name(material, burial.decider)}'s time ran out. What became of"
        " the messages to that one is not told: no trace covers it."
    )
    return Cause.LATE_REFUTATION, [Step(text, of_events(answered, *heard[-1:]))]


def _some(place: int | None) -> list[int]:
    return [] if place is None else [place]


def _heard_refutation(material: Material, burial: Burial) -> list[int]:
    """Rows in which others took a suspicion back before the death."""
    rows = material.rows
    about = rows.about(burial.subject)
    return [
        int(place)
        for place in about[about < burial.dead]
        if rows.kind[place] == read.REFUTED
        and rows.incarnation[place] > burial.incarnation
        and rows.observer[place] != burial.subject
    ]


_BY_LOSS = {
    "partition": Cause.PARTITION,
    "link-down": Cause.PULLED_CABLE,
    "block-udp": Cause.BLOCKED_UDP,
    "block": Cause.BLOCKED,
    "down": Cause.CRASH,
    "stall": Cause.STALLED_SUBJECT,
}


def _cut(material: Material, burial: Burial) -> tuple[Cause, list[Step]] | None:
    """Whether nothing could pass between the two when one suspected or buried the other."""
    rows = material.rows
    moments = [int(rows.time_ns[burial.dead]), int(rows.time_ns[burial.suspects[0]])]
    for time_ns in moments:
        cut = done.parted(material.faults, burial.decider, burial.subject, time_ns / NS)
        if cut is not None:
            refs = [Ref(DEED, material.faults.index(cut))]
            text = "The partition kept all news of it from the other side."
            return Cause.PARTITION, [Step(text, refs)]
    for time_ns, member in [(t, m) for t in moments for m in (burial.decider, burial.subject)]:
        deeds = of_deeds(material, "disconnect", member=member, time_ns=time_ns)
        if deeds:
            text = (
                f"The cable of {name(material, member)} was pulled: it told nobody, and nobody it."
            )
            return Cause.PULLED_CABLE, [Step(text, deeds)]
    return None


def _did_not_hear(
    material: Material, burial: Burial, told: Sequence[Row], heard: Sequence[Row]
) -> tuple[Cause, list[Step]]:
    whom, dead_ns = name(material, burial.subject), int(material.rows.time_ns[burial.dead])
    if heard:
        first = min(heard, key=lambda row: row.arrived_ns)
        text = (
            f"{whom} heard of its accusation only at {at(first.arrived_ns)},"
            f" {span(first.arrived_ns - dead_ns)} after it was buried: the first message that told it"
            f" left at {at(first.time_ns)}."
        )
        stood = material.health.flags(burial.subject, dead_ns / NS) & (done.PAUSED | done.STALLED)
        cause = Cause.STALLED_SUBJECT if stood else Cause.LATE_SUSPICION
        return cause, [Step(text, of_trace(first))]
    if not told and (cut := _cut(material, burial)) is not None:
        return cut
    if not told:
        text = f"Nobody sent {whom} its accusation before the time ran out."
        return Cause.UNTOLD_ACCUSATION, [Step(text, of_events(burial.dead))]
    by = Counter(row.lost_by for row in told)
    reasons = " and ".join(LOST_WORDS.get(reason, reason) for reason, _ in by.most_common(2))
    messages = (
        "the message that carried it was"
        if len(told) == 1
        else (f"the {len(told)} messages that carried it were")
    )
    text = f"{whom} did not hear of its accusation: {messages} {reasons}."
    cause = Cause.LOST_ACCUSATION
    main = by.most_common(1)[0][0]
    return _BY_LOSS.get(main, cause), [Step(text, of_trace(*told[:6]))]


def _not_heard(
    material: Material, burial: Burial, answered: int, first: Row
) -> tuple[Cause, list[Step]]:
    """The subject answered in time, and whoever buried it had not heard that."""
    assert material.trace is not None
    rows, trace = material.rows, material.trace
    whom, who = name(material, burial.subject), name(material, burial.decider)
    dead_ns, answered_ns = int(rows.time_ns[burial.dead]), int(rows.time_ns[answered])
    about = trace.about(burial.subject, answered_ns, dead_ns)
    spread = [r for r in about if r.kind == "alive" and r.incarnation > burial.incarnation]
    arrived = [r for r in spread if NEVER != r.arrived_ns and r.arrived_ns <= dead_ns]
    lost = [r for r in spread if r.arrived_ns == NEVER]
    reached = {r.peer for r in arrived} - {burial.subject}
    steps = [
        Step(
            f"It answered at {at(answered_ns)} with a higher incarnation;"
            f" {len(reached):,} members had heard that when {who}'s time ran out.",
            of_events(answered) + of_trace(*arrived[:3]),
        )
    ]
    to_decider = [r for r in lost if r.peer == burial.decider]
    own_lost = [r for r in lost if r.member == burial.subject]
    if to_decider or (own_lost and not reached):
        chosen = to_decider or own_lost
        by = Counter(row.lost_by for row in chosen).most_common(1)[0][0]
        count = "The message" if len(chosen) == 1 else f"The {len(chosen)} messages"
        verb = "was" if len(chosen) == 1 else "were"
        to = f"to {who} " if to_decider else "of its own "
        text = f"{count} {to}that carried it {verb} {LOST_WORDS.get(by, by)}."
        return Cause.LOST_REFUTATION, [*steps, Step(text, of_trace(*chosen[:6]))]
    left_ns = dead_ns - first.arrived_ns
    if left_ns < TOO_LATE_ROUNDS * material.gossip_interval_s * NS:
        text = f"It had heard {span(left_ns)} before: too late for its answer to get round."
        return Cause.LATE_SUSPICION, [*steps, Step(text, of_trace(first))]
    text = f"None of the messages to {who} in that time carried it: its time ran out first."
    return Cause.LATE_REFUTATION, [*steps, Step(text, of_events(burial.dead))]
