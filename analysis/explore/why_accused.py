# SPDX-License-Identifier: GPL-2.0-only
"""Why a member was accused: what became of the probe that failed.

A probe is a ping, after a while ping-reqs to helpers (and a ping on a stream), each with an answer. It
fails when none of the ways brought an ack in time, so the cause is what broke the ways, the indirect
ones before the direct one: those are there to save what the direct one loses.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from analysis.explore import faults as done
from analysis.explore.evidence import (
    DEED,
    Cause,
    Finding,
    Ref,
    Step,
    at,
    fate,
    name,
    of_deeds,
    of_trace,
    several,
    span,
)
from analysis.explore.material import NS, Material
from analysis.explore.traced import NEVER, Row

SILENT, LATE, IN_TIME = "silent", "late", "in time"
_AT_ONCE_NS = 1_000_000
"""A relayed ping leaves when its request is handled: that much apart they belong together."""
_BY_LOSS = {
    "partition": Cause.PARTITION,
    "link-down": Cause.PULLED_CABLE,
    "block-udp": Cause.BLOCKED_UDP,
    "block": Cause.BLOCKED,
    "loss": Cause.LOST_PING,
    "socket-loss": Cause.LOST_PING,
    "queue": Cause.LOST_PING,
    "overflow": Cause.LOST_PING,
    "nobody": Cause.LEFT_ADDRESS,
    "stall": Cause.STALLED_SUBJECT,
}
"""What else may have become of a message (it was late, the stream was closed, ...) is no cause by itself."""
_BY_HAND = ("partition", "link-down")
_BY_CHANCE = ("block-udp", "block", "loss", "socket-loss", "queue", "overflow", "nobody", "stall")


@dataclass(frozen=True)
class Way:
    """One way that a probe took, as far as it came."""

    helper: int
    """-1: the direct one."""
    rows: list[Row]
    outcome: str
    """SILENT, LATE, IN_TIME, or what lost the last message."""

    @property
    def last(self) -> Row:
        return self.rows[-1]


def why_accused(material: Material, accuser: int, subject: int, time_ns: int) -> Finding:
    """@param time_ns when the accuser's probe failed, or when it began to suspect"""
    trace = material.trace
    if trace is None or not trace.covers(time_ns):
        return _without_trace(material, accuser, subject, time_ns)
    failed = _last(trace.by(accuser, "probe-failed", 0, time_ns + _AT_ONCE_NS), subject, time_ns)
    verdict_ns = failed.time_ns if failed else time_ns
    longest_ns = int(material.longest_probe_s * NS)
    about = trace.about(subject, verdict_ns - longest_ns, verdict_ns + longest_ns)
    pings = [
        r for r in about if r.kind == "ping" and r.member == accuser and r.time_ns <= verdict_ns
    ]
    if not pings:
        return _without_trace(material, accuser, subject, time_ns)
    ping = [r for r in pings if r.channel == "datagram"] or pings
    ping = [r for r in ping if failed and r.sequence == failed.sequence][:1] or ping[-1:]
    ways = _ways(material, about, ping[0], verdict_ns)
    steps = [_said(material, way, subject, verdict_ns) for way in ways if way.helper < 0]
    relayed = [way for way in ways if way.helper >= 0]
    if relayed:
        helpers = several([name(material, way.helper) for way in relayed])
        steps.append(
            Step(
                f"{name(material, accuser)} asked {helpers} to ping it.",
                of_trace(*[way.rows[0] for way in relayed]),
            )
        )
        steps += [_said(material, way, subject, verdict_ns) for way in relayed]
    cause = _cause(material, ways, accuser, subject, ping[0].time_ns, verdict_ns)
    waited = span(verdict_ns - ping[0].time_ns)
    refs = of_trace(failed) if failed else of_trace(ping[0])
    steps.append(
        Step(f"After {waited} without an ack the probe of {name(material, subject)} failed.", refs)
    )
    return Finding(cause, steps)


def _last(rows: list[Row], subject: int, before_ns: int) -> Row | None:
    chosen = [
        row for row in rows if row.about == subject and row.time_ns <= before_ns + _AT_ONCE_NS
    ]
    return chosen[-1] if chosen else None


def _ways(material: Material, about: list[Row], ping: Row, verdict_ns: int) -> list[Way]:
    ways = [_way(material, [ping], -1, ping.member, ping.sequence, verdict_ns)]
    seen = set()
    for row in about:
        in_round = ping.time_ns <= row.time_ns <= verdict_ns and row.member == ping.member
        if not in_round or row is ping:
            continue
        if row.kind == "ping" and row.channel == "stream":
            ways.append(_way(material, [row], -1, row.member, row.sequence, verdict_ns))
        elif row.kind == "ping-req" and row.peer not in seen:
            seen.add(row.peer)
            ways.append(_relayed(material, about, row, verdict_ns))
    return ways


def _way(
    material: Material, rows: list[Row], helper: int, prober: int, sequence: int, verdict_ns: int
) -> Way:
    """From a ping on: whether it arrived, was answered, and the answer came in time."""
    last = rows[-1]
    if last.arrived_ns == NEVER:
        return Way(helper, rows, last.lost_by or SILENT)
    assert material.trace is not None
    acks = [
        row
        for row in material.trace.answers(prober, sequence)
        if row.kind == "ack" and row.time_ns >= last.arrived_ns and row.member == last.peer
    ]
    acks = [row for row in acks if row.time_ns - last.arrived_ns < 60 * NS]
    if not acks:
        return Way(helper, rows, SILENT)
    ack = acks[0]
    if ack.arrived_ns == NEVER:
        return Way(helper, [*rows, ack], ack.lost_by or SILENT)
    outcome = IN_TIME if ack.arrived_ns <= verdict_ns else LATE
    return Way(helper, [*rows, ack], outcome)


def _relayed(material: Material, about: list[Row], request: Row, verdict_ns: int) -> Way:
    """A helper's way: the request, its own ping, the ack to it, and the ack that it hands on."""
    helper = request.peer
    if request.arrived_ns == NEVER:
        return Way(helper, [request], request.lost_by or SILENT)
    pings = [
        row
        for row in about
        if row.kind == "ping" and row.member == helper and row.time_ns >= request.arrived_ns
    ]
    if not pings:
        late = request.arrived_ns > verdict_ns
        return Way(helper, [request], LATE if late else SILENT)
    own = _way(material, [request, pings[0]], helper, helper, pings[0].sequence, NEVER)
    if own.outcome not in (IN_TIME, LATE):
        return own
    back = own.last
    assert material.trace is not None
    handed = [
        row
        for row in material.trace.answers(request.member, request.sequence)
        if row.member == helper and row.kind == "ack" and row.time_ns >= back.time_ns
    ]
    if not handed:
        late = back.arrived_ns > verdict_ns
        return Way(helper, own.rows, LATE if late else SILENT)
    ack = handed[0]
    if ack.arrived_ns == NEVER:
        return Way(helper, [*own.rows, ack], ack.lost_by or SILENT)
    return Way(helper, [*own.rows, ack], IN_TIME if ack.arrived_ns <= verdict_ns else LATE)


_MESSAGES = {"ping": "ping", "ping-req": "request", "ack": "ack", "nack": "nack"}


def _said(material: Material, way: Way, subject: int, verdict_ns: int) -> Step:
    """One way in words."""
    last = way.last
    who = name(material, last.member)
    channel = " on a stream" if last.channel == "stream" else ""
    what = f"{who}'s {_MESSAGES.get(last.kind, last.kind)}{channel} to {name(material, last.peer)}"
    if way.outcome == LATE:
        came_ns = last.arrived_ns if last.arrived_ns != NEVER else last.time_ns
        text = f"{what} of {at(last.time_ns)} came {span(came_ns - verdict_ns)} too late, at {at(came_ns)}."
    elif way.outcome == SILENT and last.arrived_ns != NEVER:
        text = (
            f"{what} arrived at {at(last.arrived_ns)}, and {name(material, last.peer)} did not answer"
            f"{_state_words(material, last.peer, last.arrived_ns)}."
        )
    elif way.outcome == IN_TIME:
        text = f"{what} arrived at {at(last.arrived_ns)}, in time; the prober did not act on it."
    else:
        text = f"{what} of {at(last.time_ns)} {fate(last)}."
    if way.helper >= 0:
        text = f"By {name(material, way.helper)}: {text}"
    return Step(text, of_trace(*way.rows))


def _state_words(material: Material, member: int, time_ns: int) -> str:
    flags = material.health.flags(member, time_ns / NS)
    if not flags & done.RUNNING:
        return ": it was not running"
    if flags & done.PAUSED:
        return ": it was paused"
    if flags & done.STALLED:
        return ": it was stalled"
    slow = [f for f in material.faults if f.verb == "slow" and f.hits(member)]
    return ": it was slow" if any(f.is_on(time_ns / NS) for f in slow) else ""


def _cause(
    material: Material, ways: list[Way], accuser: int, subject: int, from_ns: int, to_ns: int
) -> Cause:
    """The helpers' ways before the direct one, and what somebody did before what happened."""
    stood_still = done.PAUSED | done.STALLED
    # Who stood still sends what it had begun to send only when it goes on.
    begun_ns = min(from_ns, to_ns - round(material.probe_interval_s * NS))
    if _had(material, accuser, begun_ns, to_ns, stood_still) and _would_have_come(ways):
        return Cause.STALLED_PROBER
    if not material.health.flags(subject, from_ns / NS) & done.RUNNING:
        return Cause.CRASH
    outcomes = Counter(way.outcome for way in ways)
    for reason in _BY_HAND:
        if outcomes[reason]:
            return _BY_LOSS[reason]
    if _had(material, subject, from_ns, to_ns, stood_still) and (
        outcomes[SILENT] or outcomes[LATE]
    ):
        return Cause.STALLED_SUBJECT
    if any(map(_other_address, ways)):
        return Cause.REUSED_ADDRESS
    if any(way.outcome == LATE and way.helper < 0 for way in ways):
        return Cause.LATE_ANSWER
    if any(way.outcome == LATE for way in ways) or any(_is_slow(material, way) for way in ways):
        return Cause.SLOW_RELAY
    for reason, _ in outcomes.most_common():
        if reason in _BY_CHANCE:
            return _BY_LOSS[reason]
    return Cause.NOT_TOLD


def _is_slow(material: Material, way: Way) -> bool:
    """Whether a relayed way ended at a helper that handles messages late."""
    return (
        way.helper >= 0
        and way.outcome == SILENT
        and any(
            fault.verb == "slow" and fault.hits(way.helper) and fault.is_on(way.last.time_ns / NS)
            for fault in material.faults
        )
    )


def _would_have_come(ways: list[Way]) -> bool:
    """Whether no network lost anything: only the prober's handling was missing."""
    return all(way.outcome in (LATE, IN_TIME, SILENT, "stall", "overflow") for way in ways)


def _had(material: Material, member: int, from_ns: int, to_ns: int, flags: int) -> bool:
    """Whether a member had one of the flags at any time between."""
    if material.health.flags(member, from_ns / NS) & flags:
        return True
    return any(
        who == member and what & flags and from_ns / NS <= at_s <= to_ns / NS
        for at_s, who, what in material.health.changes
    )


def _other_address(way: Way) -> bool:
    """Whether the ping went to an address at which another process had come to be."""
    return any(row.kind == "ping" and row.peer not in (row.about, -1) for row in way.rows)


def _without_trace(material: Material, accuser: int, subject: int, time_ns: int) -> Finding:
    """Of a crash, a cut and a pulled cable the ground truth is proof: no probe passes. What else was
    being done then may be the cause; that it is, nothing proves."""
    time_s = time_ns / NS
    sure = _by_truth(material, accuser, subject, time_s)
    if sure is not None:
        return sure
    steps = [
        Step(
            f"What became of {name(material, accuser)}'s probe of {name(material, subject)} is not told:"
            " no trace covers it. Run it again with --trace.",
            sure=False,
        )
    ]
    for fault in material.faults:
        is_on = fault.is_on(time_s, material.longest_probe_s)
        if is_on and fault.verb in _MAY_HARM and (fault.hits(accuser) or fault.hits(subject)):
            everybody = fault.members is None
            whom = [name(material, m) for m in (accuser, subject) if fault.hits(m)]
            value = f" ({fault.value})" if fault.value else ""
            steps.append(
                Step(
                    f"What may be behind it: {fault.verb.replace('_', ' ')}{value} of"
                    f" {'everybody' if everybody else several(whom)} since {fault.from_s:g} s.",
                    [Ref(DEED, material.faults.index(fault))],
                    sure=False,
                )
            )
    return Finding(Cause.NOT_TOLD, steps)


_MAY_HARM = (*done.VALUES, "pause", "stall", "disconnect", "block", "partition")


def _by_truth(material: Material, accuser: int, subject: int, time_s: float) -> Finding | None:
    """Whether nothing could pass between the two for the whole of a normal probe before `time_s`."""
    begun_s = time_s - material.probe_interval_s
    who, whom = name(material, accuser), name(material, subject)
    flags = [material.health.flags(subject, at_s) for at_s in (begun_s, time_s)]
    if not any(each & done.RUNNING for each in flags):
        deeds = of_deeds(material, "crash", "leave", member=subject, time_ns=round(time_s * NS))
        text = f"{whom} did not run, so {who}'s probe had no answer."
        return Finding(Cause.CRASH, [Step(text, deeds)])
    cut = done.parted(material.faults, accuser, subject, time_s)
    if cut is not None and cut.from_s <= begun_s:
        text = (
            f"The partition of {cut.from_s:g} s was between {who} and {whom}: no probe could pass."
        )
        return Finding(Cause.PARTITION, [Step(text, [Ref(DEED, material.faults.index(cut))])])
    for member in (subject, accuser):
        flags = [material.health.flags(member, at_s) for at_s in (begun_s, time_s)]
        if all(each & done.UNPLUGGED for each in flags):
            text = f"The cable of {name(material, member)} was pulled: no probe could pass."
            deeds = of_deeds(material, "disconnect", member=member, time_ns=round(time_s * NS))
            return Finding(Cause.PULLED_CABLE, [Step(text, deeds)])
    return None
