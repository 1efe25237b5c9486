# SPDX-License-Identifier: GPL-2.0-only
"""The rows of an incident's sequence diagram: who said what to whom, in order of time.

Each row that a step of the why rests on is in it, so that the step can show it. Of the rest come the
views, the messages and the timers of the few members that have a lifeline, as many as one can read;
all others are summed up in words.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.explore import rows as read
from analysis.explore.evidence import DEED, EVENT, TRACE, Ref, Why
from analysis.explore.incidents import Incident
from analysis.explore.material import NS, Material
from analysis.explore.traced import NEVER, Row

LIFELINES = 9
MOST_ROWS = 90
MARGIN_S = 0.5

_VIEWS = {
    read.JOINED: "alive",
    read.REFUTED: "refuted",
    read.SUSPECT: "suspect",
    read.DEAD: "dead",
    read.LEFT: "left",
    read.CONFLICT: "conflict",
    read.OTHER: "",
}


@dataclass(frozen=True)
class Line:
    """One row of the diagram, as the page has it, and where it comes from."""

    time_ns: int
    ref: Ref | None
    content: dict[str, Any]


@dataclass(frozen=True)
class Sequence:
    members: list[int]
    lines: list[dict[str, Any]]
    step_lines: list[list[int]]
    """For each step of the why, which lines show its rows."""
    words: str
    """What is not shown."""


def sequence(material: Material, incident: Incident, why: Why) -> Sequence:
    refs = list(dict.fromkeys(ref for step in why.steps for ref in step.refs))
    lifelines = _lifelines(material, incident, refs)
    from_ns, to_ns = _window(material, incident, refs)
    chosen = {ref: None for ref in refs if ref.table != DEED}
    more = _others(material, incident, lifelines, from_ns, to_ns)
    left_out = 0
    for ref in more:
        if len(chosen) < MOST_ROWS:
            chosen.setdefault(ref)
        elif ref not in chosen:
            left_out += 1
    lines = [_line(material, ref, lifelines) for ref in chosen]
    lines += _deeds(material, lifelines, from_ns, to_ns, {r.place for r in refs if r.table == DEED})
    lines.sort(key=lambda line: (line.time_ns, line.ref is not None))
    place_of = {line.ref: place for place, line in enumerate(lines) if line.ref is not None}
    step_lines = [[place_of[ref] for ref in step.refs if ref in place_of] for step in why.steps]
    words = _words(material, incident, lifelines, from_ns, to_ns, left_out)
    return Sequence(lifelines, [line.content for line in lines], step_lines, words)


def _members_of(material: Material, ref: Ref) -> list[int]:
    if ref.table == TRACE:
        assert material.trace is not None
        row = material.trace.row(ref.place)
        return [row.member, row.peer, row.accuser]
    if ref.table == DEED:
        return []
    rows = material.rows
    return [
        int(rows.observer[ref.place]),
        int(rows.source[ref.place]),
        int(rows.subject[ref.place]),
    ]


def _lifelines(material: Material, incident: Incident, refs: list[Ref]) -> list[int]:
    """The subject, those whom the steps name, and the first others who concluded something."""
    found = [incident.subject] if incident.subject >= 0 else []
    for ref in refs:
        found += _members_of(material, ref)
    rows = material.rows
    about = rows.about(incident.subject)
    late = about[rows.time_ns[about] >= round(incident.time_s * NS)][:40]
    found += rows.observer[late].tolist()
    return [member for member in dict.fromkeys(found) if member >= 0][:LIFELINES]


def _window(material: Material, incident: Incident, refs: list[Ref]) -> tuple[int, int]:
    times = [round(incident.time_s * NS)]
    for ref in refs:
        if ref.table == TRACE:
            assert material.trace is not None
            times.append(int(material.trace.time_ns[ref.place]))
        elif ref.table == EVENT:
            times.append(int(material.rows.time_ns[ref.place]))
    margin_ns = round(MARGIN_S * NS)
    return min(times) - margin_ns, max(times) + margin_ns


def _others(
    material: Material, incident: Incident, lifelines: list[int], from_ns: int, to_ns: int
) -> list[Ref]:
    """What else the lifelines concluded, decided and sent about the subject: views first, then timers,
    then the messages that bore on it."""
    rows = material.rows
    about = rows.about(incident.subject)
    within = about[(rows.time_ns[about] >= from_ns) & (rows.time_ns[about] <= to_ns)]
    seen = within[np.isin(rows.observer[within], lifelines) & (rows.kind[within] != read.OTHER)]
    found = [Ref(EVENT, int(place)) for place in seen[: MOST_ROWS // 2]]
    if material.trace is None or incident.subject < 0:
        return found
    chosen = set(lifelines)
    traced = material.trace.about(incident.subject, from_ns, to_ns)
    timers = [row for row in traced if not row.is_message and row.member in chosen]
    messages = [
        row for row in traced if row.is_message and row.member in chosen and row.peer in chosen
    ]
    # Losses tell more than what went well, and news more than the hundredth probe.
    messages.sort(key=lambda row: (row.arrived_ns != NEVER, row.kind in ("ping", "push-pull")))
    return found + [Ref(TRACE, row.place) for row in timers + messages]


def _line(material: Material, ref: Ref, lifelines: list[int]) -> Line:
    if ref.table == TRACE:
        assert material.trace is not None
        row = material.trace.row(ref.place)
        return Line(row.time_ns, ref, _of_trace(row, lifelines))
    rows, place = material.rows, ref.place
    kind, source = int(rows.kind[place]), int(rows.source[place])
    content = {
        "t": int(rows.time_ns[place]) / NS,
        "k": "view",
        "c": _VIEWS[kind],
        "a": _place(lifelines, int(rows.observer[place])),
        "m": int(rows.observer[place]),
        "s": int(rows.subject[place]),
        "w": source,
        "i": int(rows.incarnation[place]),
    }
    return Line(int(rows.time_ns[place]), ref, content)


def _of_trace(row: Row, lifelines: list[int]) -> dict[str, Any]:
    content: dict[str, Any] = {
        "t": row.time_ns / NS,
        "k": "message" if row.is_message else "timer",
        "c": row.kind if row.is_message else row.event,
        "a": _place(lifelines, row.member),
        "m": row.member,
        "s": row.about,
        "w": row.accuser,
        "i": row.incarnation,
    }
    if row.is_message:
        content |= {
            "b": _place(lifelines, row.peer),
            "p": row.peer,
            "r": None if row.arrived_ns == NEVER else row.arrived_ns / NS,
            "l": row.lost_by,
            "q": row.sequence,
        }
        if row.channel == "stream":
            content["h"] = 1
    if row.detail:
        content["d"] = row.detail
    return content


def _place(lifelines: list[int], member: int) -> int:
    return lifelines.index(member) if member in lifelines else -1


def _deeds(
    material: Material, lifelines: list[int], from_ns: int, to_ns: int, named: set[int]
) -> list[Line]:
    """What the scenario did to them meanwhile, and what the steps name, whenever that began."""
    lines = []
    for place, fault in enumerate(material.faults):
        hit = [member for member in lifelines if fault.hits(member)]
        ends = fault.to_s if fault.to_s != fault.from_s else None
        for at_s, words in ((fault.from_s, "begins" if ends else ""), (ends, "ends")):
            is_named = place in named and words != "ends"
            if at_s is None or not (is_named or hit and from_ns <= at_s * NS <= to_ns):
                continue
            content = {
                "t": at_s,
                "k": "truth",
                "c": fault.verb,
                "a": _place(lifelines, hit[0]) if len(hit) == 1 else -1,
                "m": hit[0] if len(hit) == 1 else -1,
                "d": " ".join(f"{fault.verb.replace('_', ' ')} {fault.value} {words}".split()),
            }
            ref = Ref(DEED, place) if words != "ends" else None
            lines.append(Line(round(at_s * NS), ref, content))
    return lines


def _words(
    material: Material,
    incident: Incident,
    lifelines: list[int],
    from_ns: int,
    to_ns: int,
    left_out: int,
) -> str:
    rows = material.rows
    about = rows.about(incident.subject)
    within = about[(rows.time_ns[about] >= from_ns) & (rows.time_ns[about] <= to_ns)]
    others = within[~np.isin(rows.observer[within], lifelines)]
    counts = Counter(_VIEWS[kind] for kind in rows.kind[others].tolist())
    told = [f"{count:,} × {view}" for view, count in counts.most_common() if view]
    members = len(np.unique(rows.observer[others]))
    parts = []
    if told:
        parts.append(f"Not shown: {members:,} other members concluded {', '.join(told)}.")
    if left_out:
        parts.append(f"{left_out:,} more rows of the members shown are left out.")
    if material.trace is None:
        parts.append("The run has no trace, so messages and timers are not known.")
    elif not material.trace.covers(from_ns) or not material.trace.covers(to_ns):
        parts.append("The trace covers only a part of this time.")
    elif material.trace.narrowed:
        parts.append("The trace was narrowed to some members or kinds of messages.")
    return " ".join(parts)
