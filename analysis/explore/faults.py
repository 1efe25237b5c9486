# SPDX-License-Identifier: GPL-2.0-only
"""What the scenario did to the cluster, as intervals on the time axis and as each member's health.

run.json's timeline has every action, with what begins and what ends something apart. Here each beginning
has found its end. Health is a set of flags that change at instants; it says what is so, and never whether
an accusation was right: that is swimlab-metrics' to judge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.theory.settings import seconds_of

RUNNING, PAUSED, STALLED, UNPLUGGED, DISTURBED = 1, 2, 4, 8, 16
"""A member's flags: its process is there; it stands still; it is Lifeguard's slow member; its cable is
pulled; its network or its pace is worse than that of the others."""

_ENDS = {
    "crash": ("restart",),
    "leave": ("restart",),
    "pause": ("resume", "crash", "restart"),
    "stall": ("unstall", "crash", "restart"),
    "disconnect": ("reconnect",),
    "block": ("unblock",),
    "partition": ("heal", "partition"),
}
VALUES = ("loss", "datagram_loss", "delay", "jitter", "duplication", "reorder", "slow")
_MOMENTS = ("inject", "update", "restart", "join")
"""What has no duration."""
_FLAG_OF = {"pause": PAUSED, "stall": STALLED, "disconnect": UNPLUGGED, "block": DISTURBED}


@dataclass
class Fault:
    """Something that was done, to some members or (None) to all."""

    verb: str
    value: str
    from_s: float
    to_s: float | None
    """None: to the end of the run; `from_s`: a moment."""
    members: list[int] | None
    sides: list[list[int]] = field(default_factory=list)
    peers: list[int] = field(default_factory=list)
    """Of a block: from whom."""

    def is_on(self, time_s: float, slack_s: float = 0.0) -> bool:
        ends = self.to_s is None or time_s < self.to_s + slack_s
        return self.from_s <= time_s and ends

    def hits(self, member: int) -> bool:
        return self.members is None or member in self.members


def timeline_of(run: Mapping[str, Any], truth: pd.DataFrame) -> list[dict[str, Any]]:
    """run.json's timeline, and of records that have none what the rows of ground truth tell of it."""
    if "timeline" in run:
        return run["timeline"]
    names, found = run["member_names"], []
    for (time_ns, verb), rows in truth.groupby(["time_ns", "event"], sort=False):
        entry: dict[str, Any] = {"at_s": time_ns / 1e9, "verb": verb}
        hit = [
            (names[who], str(value))
            for who, value in zip(rows["subject"], rows["source"])
            if who >= 0
        ]
        if verb == "partition":
            sides = sorted({value for _, value in hit}, key=int)
            entry["sides"] = [[name for name, side in hit if side == each] for each in sides]
        elif hit:
            entry |= {"members": [name for name, _ in hit], "value": hit[0][1]}
        elif len(rows):
            entry["value"] = str(rows["source"].iloc[0])
        found.append(entry)
    return found


def faults_of(timeline: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[Fault]:
    """All that was done, in order of time."""
    number_of = {name: index for index, name in enumerate(names)}
    found = [
        fault
        for place, entry in enumerate(timeline)
        for fault in _faults_of_entry(entry, timeline[place + 1 :], number_of)
    ]
    return sorted(found, key=lambda fault: fault.from_s)


def _faults_of_entry(
    entry: Mapping[str, Any], later: Sequence[Mapping[str, Any]], number_of: Mapping[str, int]
) -> Iterator[Fault]:
    verb, value = entry["verb"], entry.get("value", "")
    sides = [[number_of[name] for name in side] for side in entry.get("sides", [])]
    peers = [number_of[name] for name in entry.get("to", [])]
    names = entry.get("members")
    if verb in VALUES:
        if not _is_zero(value):
            members = None if names is None else [number_of[name] for name in names]
            end = _value_end(entry, later)
            yield Fault(verb, value, entry["at_s"], end, members)
    elif verb == "partition":
        end = _end(later, _ENDS[verb], None)
        yield Fault(verb, value, entry["at_s"], end, [m for side in sides for m in side], sides)
    elif verb in _ENDS:
        by_end: dict[float | None, list[int]] = {}
        for name in names or []:
            by_end.setdefault(_end(later, _ENDS[verb], name), []).append(number_of[name])
        for end, members in by_end.items():
            yield Fault(verb, value, entry["at_s"], end, members, peers=peers)
    elif verb in _MOMENTS and entry["at_s"] > 0:
        members = [number_of[name] for name in names or []]
        yield Fault(verb, value, entry["at_s"], entry["at_s"], members)


def _is_zero(value: str) -> bool:
    """`0 %`, `0s in`: what ends what was set."""
    number = value.split(" ")[0].rstrip("%munsGMkbp")
    return not number or float(number) == 0.0


def _direction(value: str) -> str:
    last = value.split(" ")[-1] if value else ""
    return last if last in ("in", "out") else ""


def _value_end(entry: Mapping[str, Any], later: Sequence[Mapping[str, Any]]) -> float | None:
    """A value lasts until the same members get another."""
    for other in later:
        same = other["verb"] == entry["verb"] and other.get("members") == entry.get("members")
        directions = {_direction(each.get("value", "")) for each in (entry, other)}
        if same and (len(directions) == 1 or "" in directions):
            return float(other["at_s"])
    return None


def _end(
    later: Sequence[Mapping[str, Any]], verbs: Sequence[str], name: str | None
) -> float | None:
    for other in later:
        whom = other.get("members")
        if other["verb"] in verbs and (name is None or whom is None or name in whom):
            return float(other["at_s"])
    return None


@dataclass(frozen=True)
class Health:
    """What members are at any time: changes in order of time."""

    changes: list[tuple[float, int, int]]
    """Time in seconds, member, its flags from then on."""
    restarts: list[tuple[float, int]]
    """Processes that started anew, and know nobody."""
    initial: list[int]
    """The flags of each at the start."""

    def flags(self, member: int, time_s: float) -> int:
        """Just after all that happened at that time."""
        flags = self.initial[member]
        for at_s, who, what in self.changes:
            if at_s > time_s:
                break
            if who == member:
                flags = what
        return flags


def health_of(
    timeline: Sequence[Mapping[str, Any]], names: Sequence[str], faults: Sequence[Fault]
) -> Health:
    """Members whose first action is `join` are not there before."""
    members = len(names)
    number_of = {name: index for index, name in enumerate(names)}
    edges: list[tuple[float, int, int, int]] = []  # time, member, flag, how many more it has of it
    restarts: list[tuple[float, int]] = []
    initial = [RUNNING] * members
    touched: set[int] = set()
    for entry in timeline:
        for name in entry.get("members", []):
            member, verb = number_of[name], entry["verb"]
            if verb == "join" and member not in touched:
                initial[member] = 0
            touched.add(member)
            if verb in ("join", "restart"):
                restarts.append((entry["at_s"], member))
            if verb in ("join", "restart", "crash", "leave"):
                edges.append((entry["at_s"], member, RUNNING, int(verb in ("join", "restart"))))
    for fault in faults:
        flag = _FLAG_OF.get(fault.verb, DISTURBED if fault.verb in VALUES else 0)
        if flag and fault.verb != "duplication":
            for member in fault.members or []:
                edges.append((fault.from_s, member, flag, 1))
                if fault.to_s is not None:
                    edges.append((fault.to_s, member, flag, -1))
    return Health(
        _changes(sorted(edges, key=lambda edge: edge[0]), initial), sorted(restarts), initial
    )


def _changes(
    edges: Sequence[tuple[float, int, int, int]], initial: Sequence[int]
) -> list[tuple[float, int, int]]:
    """Two faults of one kind may overlap: a flag is set while any is on. A process runs or does not."""
    state, changes = list(initial), []
    counts: Counter[tuple[int, int]] = Counter()
    for at_s, member, flag, more in edges:
        counts[member, flag] = more if flag == RUNNING else counts[member, flag] + more
        state[member] = state[member] & ~flag | (flag if counts[member, flag] > 0 else 0)
        changes.append((at_s, member, state[member]))
    return changes


def parted(faults: Sequence[Fault], one: int, other: int, time_s: float) -> Fault | None:
    """The partition that is between two members at a time."""
    for fault in faults:
        if fault.verb == "partition" and fault.is_on(time_s):
            sides = [
                next((i for i, s in enumerate(fault.sides) if m in s), -1) for m in (one, other)
            ]
            if sides[0] != sides[1] and -1 not in sides:
                return fault
    return None


def duration_s(resolved: Mapping[str, str], key: str, default: float) -> float:
    """A duration among a run's settings; the default where a record does not tell."""
    try:
        return seconds_of(resolved[f"protocol.{key}"])
    except (KeyError, ValueError):
        return default
