# SPDX-License-Identifier: GPL-2.0-only
"""What a chain of causes is made of: sentences, each with the rows that it rests on.

A sentence without rows is not said, but for those that say what no row tells; these are not `sure`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from analysis.explore.material import NS, Material
from analysis.explore.traced import NEVER, Row

EVENT, TRACE, DEED = "event", "trace", "deed"


class Cause(Enum):
    """Why somebody was accused, buried or not heard of; the value is how the page says it."""

    CRASH = "it had crashed"
    LEFT = "it had left"
    LOST_PING = "probes were lost in the network"
    SLOW_RELAY = "the helpers' relayed probes came back too late"
    LATE_ANSWER = "its answers came too late"
    BLOCKED_UDP = "a firewall dropped the datagrams"
    BLOCKED = "a firewall dropped everything"
    LEFT_ADDRESS = "it was asked at an address that it had left"
    PULLED_CABLE = "a cable was pulled"
    PARTITION = "a partition was between them"
    STALLED_PROBER = "the prober itself stood still"
    STALLED_SUBJECT = "it stood still itself"
    REUSED_ADDRESS = "another process had its address"
    OLD_NEWS = "old news went round"
    LOST_ACCUSATION = "it never heard of its accusation: what carried it was lost"
    UNTOLD_ACCUSATION = "nobody told it of its accusation"
    LATE_SUSPICION = "it heard of its accusation too late to answer"
    LOST_REFUTATION = "its refutation was lost"
    LATE_REFUTATION = "its refutation did not reach everybody before a timer ran out"
    CONFIRMED_DEAD = "the suspicion ran its time, and nobody could refute it"
    TOLD_DEAD = "it was told by another member"
    NOT_TOLD = "the records do not tell"


@dataclass(frozen=True)
class Ref:
    """A row: `place` in events.csv (of those by members), in trace.csv, or among the faults."""

    table: str
    place: int


@dataclass(frozen=True)
class Step:
    text: str
    refs: list[Ref] = field(default_factory=list)
    sure: bool = True


@dataclass(frozen=True)
class Finding:
    """One cause and how it came to that."""

    cause: Cause
    steps: list[Step]


@dataclass(frozen=True)
class Why:
    """`causes` by what they explain: `accused`, `buried`, `late`, `refuted`."""

    headline: str
    causes: dict[str, Cause]
    steps: list[Step]
    traced: bool
    """Whether a trace covers it; the page says where it ends."""


LOST_WORDS = {
    "loss": "lost in the network",
    "partition": "stopped by the partition",
    "socket-loss": "lost at the sender's socket",
    "block": "dropped by a firewall",
    "block-udp": "dropped by a firewall",
    "block-tcp": "dropped by a firewall",
    "overflow": "dropped at the receiver's full socket",
    "nobody": "sent to an address that nobody has",
    "closed": "given up with its stream",
    "link-down": "dropped at the pulled cable",
    "queue": "dropped in a full queue",
    "down": "sent to a process that was not running",
    "stall": "never handled: the receiver stood still",
    "end": "still on its way when the run ended",
    "unknown": "never seen to arrive",
}


def at(time_ns: int) -> str:
    return f"{time_ns / NS:.3f} s"


def span(duration_ns: float) -> str:
    return f"{duration_ns / 1e6:.0f} ms" if abs(duration_ns) < NS else f"{duration_ns / NS:.2f} s"


def several(names: Sequence[str], at_most: int = 4) -> str:
    """`m1, m2 and m3`; of many the first and how many more."""
    if len(names) > at_most:
        return f"{', '.join(names[:at_most])} and {len(names) - at_most:,} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def fate(row: Row) -> str:
    """What became of a message."""
    if row.arrived_ns != NEVER:
        late_ns = row.arrived_ns - row.time_ns
        return f"arrived after {span(late_ns)}"
    return f"was {LOST_WORDS.get(row.lost_by, 'lost: ' + row.lost_by)}"


def of_trace(*rows: Row) -> list[Ref]:
    return [Ref(TRACE, row.place) for row in rows]


def of_events(*places: int) -> list[Ref]:
    return [Ref(EVENT, int(place)) for place in places]


def of_deeds(material: Material, *verbs: str, member: int, time_ns: int) -> list[Ref]:
    """What the scenario had done to a member, or to all, that was so at a time; of these verbs."""
    return [
        Ref(DEED, place)
        for place, fault in enumerate(material.faults)
        if fault.verb in verbs and fault.hits(member) and fault.is_on(time_ns / NS, 1e-6)
    ]


def name(material: Material, member: int) -> str:
    return material.names[member] if member >= 0 else "somebody"
