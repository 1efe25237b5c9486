# SPDX-License-Identifier: GPL-2.0-only
"""Why a member that came, or came back, was not a member to all at once."""

from __future__ import annotations

import numpy as np

from analysis.explore import rows as read
from analysis.explore.evidence import Cause, Finding, Ref, Step, at, name, of_events, several, span
from analysis.explore.incidents import Incident
from analysis.explore.material import NS, Material


def why_late(material: Material, incident: Incident) -> Finding:
    rows, subject = material.rows, incident.subject
    whom, from_ns = name(material, subject), round(incident.time_s * NS)
    about = rows.about(subject)
    before, since = about[rows.time_ns[about] < from_ns], about[rows.time_ns[about] >= from_ns]
    others = since[rows.observer[since] != subject]
    joined = others[np.isin(rows.kind[others], (read.JOINED, read.REFUTED))]
    steps = []
    if len(joined):
        first, last = int(joined[0]), int(joined[-1])
        steps.append(
            Step(
                f"The first to take {whom} for alive was {name(material, int(rows.observer[first]))}, at"
                f" {at(int(rows.time_ns[first]))}; the last {name(material, int(rows.observer[last]))},"
                f" at {at(int(rows.time_ns[last]))},"
                f" {span(int(rows.time_ns[last]) - from_ns)} after it came.",
                of_events(first, last),
            )
        )
    address = _address(material, incident)
    if address is not None:
        return Finding(Cause.REUSED_ADDRESS, [address, *_held(material, before, from_ns), *steps])
    old = others[
        np.isin(rows.kind[others], (read.SUSPECT, read.DEAD)) & (rows.verdict[others] == read.RIGHT)
    ]
    if len(old):
        place = int(old[0])
        steps.insert(
            0,
            Step(
                f"After it was back, {len(np.unique(rows.observer[old])):,} members still concluded from"
                f" news of its earlier process that it was gone, {name(material, int(rows.observer[place]))}"
                f" first, at {at(int(rows.time_ns[place]))}, of incarnation"
                f" {int(rows.incarnation[place])}.",
                of_events(place),
            ),
        )
        return Finding(Cause.OLD_NEWS, steps)
    held = _held(material, before, from_ns)
    if held and len(joined):
        return Finding(Cause.OLD_NEWS, [*held, *steps])
    if not steps:
        steps.append(Step(f"Nobody took {whom} for alive.", sure=False))
    return Finding(Cause.NOT_TOLD, steps)


def _held(material: Material, before: np.ndarray, from_ns: int) -> list[Step]:
    """Who held the member for gone when it came."""
    rows = material.rows
    last = {int(rows.observer[place]): int(place) for place in before}
    gone = [place for place in last.values() if rows.kind[place] in (read.DEAD, read.LEFT)]
    if not gone:
        return []
    text = (
        f"When it came, at {at(from_ns)}, {len(gone):,} members held its earlier process for gone, and"
        " news of that went round: it had to learn of it and to outbid it."
    )
    return [Step(text, of_events(*gone[:3]))]


def _address(material: Material, incident: Incident) -> Step | None:
    """Whether it came at an address that was not its own before."""
    whom = name(material, incident.subject)
    owners = {index: name for index, name in enumerate(material.names)}
    for entry in material.timeline:
        if entry["verb"] not in ("restart", "join") or whom not in entry.get("members", []):
            continue
        addresses = entry.get("addresses")
        if addresses is None or round(entry["at_s"] * NS) != round(incident.time_s * NS):
            continue
        address = addresses[entry["members"].index(whom)]
        if address == incident.subject:
            return None
        former = owners.get(address)
        what = f"that of {former}" if former else "one that nobody had before"
        conflicts = _conflicts(material, incident)
        text = f"{whom} came back at another address, {what}: who still knew it at its old one refused it"
        if conflicts:
            text += f", {several(conflicts)} among them"
        return Step(f"{text}, until its old entry was dead.", _conflict_refs(material, incident))
    return None


def _conflict_places(material: Material, incident: Incident) -> np.ndarray:
    rows = material.rows
    about = rows.about(incident.subject)
    late = about[rows.time_ns[about] >= round(incident.time_s * NS)]
    return late[rows.kind[late] == read.CONFLICT]


def _conflicts(material: Material, incident: Incident) -> list[str]:
    places = _conflict_places(material, incident)
    return [name(material, member) for member in np.unique(material.rows.observer[places])]


def _conflict_refs(material: Material, incident: Incident) -> list[Ref]:
    return of_events(*_conflict_places(material, incident)[:3])
