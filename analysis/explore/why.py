# SPDX-License-Identifier: GPL-2.0-only
"""Why an incident came about: its causes, and the chain of steps, each with the rows it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np

from analysis.explore import incidents as found, rows as read
from analysis.explore.evidence import (
    DEED,
    Cause,
    Finding,
    Ref,
    Step,
    Why,
    at,
    name,
    of_deeds,
    of_events,
    several,
    span,
)
from analysis.explore.faults import VALUES
from analysis.explore.incidents import Incident
from analysis.explore.material import NS, Material
from analysis.explore.why_accused import why_accused
from analysis.explore.why_buried import burial_of, why_buried
from analysis.explore.why_late import why_late

EXPLAINED_FLAPS = 6
"""Accusations of a flapping member that are looked into."""


def why(material: Material, incident: Incident) -> Why:
    return _EXPLAIN[incident.kind](material, incident)


def _why(material: Material, incident: Incident, headline: str, parts: dict[str, Finding]) -> Why:
    trace = material.trace
    steps = [step for finding in parts.values() for step in finding.steps]
    return Why(
        headline,
        {key: finding.cause for key, finding in parts.items()},
        steps,
        trace is not None and trace.covers(round(incident.time_s * NS)),
    )


def first_row(
    material: Material, subject: int, kind: int, from_ns: int, verdict: int | None = None
) -> int | None:
    """The first row of a kind about a member, from a time on, by somebody else."""
    rows = material.rows
    about = rows.about(subject)
    chosen = about[
        (rows.kind[about] == kind)
        & (rows.time_ns[about] >= from_ns)
        & (rows.observer[about] != subject)
    ]
    if verdict is not None:
        chosen = chosen[rows.verdict[chosen] == verdict]
    return int(chosen[0]) if len(chosen) else None


def accusation(material: Material, suspect: int) -> Finding:
    """Of a suspect row: whose probe failed, and why."""
    rows = material.rows
    subject, observer = int(rows.subject[suspect]), int(rows.observer[suspect])
    source, time_ns = int(rows.source[suspect]), int(rows.time_ns[suspect])
    accuser = observer if source < 0 else source
    who, whom = name(material, accuser), name(material, subject)
    if accuser == observer:
        step = Step(f"At {at(time_ns)} {who} suspected {whom}: its own probe had failed.")
    else:
        step = Step(
            f"At {at(time_ns)} {name(material, observer)} suspected {whom} on the word of {who}."
        )
    finding = why_accused(material, accuser, subject, time_ns)
    first = Step(step.text, of_events(suspect))
    return Finding(finding.cause, [*finding.steps, first])


def _burial(material: Material, incident: Incident, verdict: int) -> Why:
    rows = material.rows
    about = rows.about(incident.subject)
    dead = about[
        (rows.kind[about] == read.DEAD)
        & (rows.verdict[about] == verdict)
        & (rows.incarnation[about] == incident.incarnation)
        & (rows.time_ns[about] >= round(incident.time_s * NS))
    ]
    return _of_death(material, incident, int(dead[0]))


def _of_death(material: Material, incident: Incident, dead: int) -> Why:
    burial = burial_of(material, dead)
    buried = why_buried(material, burial)
    whom = name(material, incident.subject)
    if not len(burial.suspects):
        headline = f"{whom} was buried because {buried.cause.value}."
        return _why(material, incident, headline, {"buried": buried})
    accused = accusation(material, int(burial.suspects[0]))
    headline = f"{whom} was accused because {accused.cause.value}, and buried because {buried.cause.value}."
    if accused.cause is buried.cause:
        headline = f"{whom} was accused and buried because {buried.cause.value}."
    return _why(material, incident, headline, {"accused": accused, "buried": buried})


def _false_death(material: Material, incident: Incident) -> Why:
    return _burial(material, incident, read.WRONG)


def _cut_off(material: Material, incident: Incident) -> Why:
    return _burial(material, incident, read.PARTITION)


def _disturbance(material: Material, incident: Incident) -> Why:
    begun_ns = round(incident.time_s * NS)
    numbers = {number.path.rpartition(".")[2]: number.value for number in incident.numbers}
    whom = name(material, incident.subject)
    end = f" until {incident.end_s:g} s" if incident.end_s is not None else ""
    what = incident.title.partition(": ")[2]
    opening = Step(
        f"From {incident.time_s:g} s{end} {whom} was disturbed: {what}.",
        of_deeds(material, *_DISTURBING, member=incident.subject, time_ns=begun_ns),
    )
    if numbers.get("first_dead_s") is not None:
        from_ns = begun_ns + round(float(numbers["first_dead_s"] or 0) * NS)
        dead = first_row(material, incident.subject, read.DEAD, from_ns)
        if dead is not None:
            found_why = _of_death(material, incident, dead)
            steps = [opening, *found_why.steps]
            return Why(found_why.headline, found_why.causes, steps, found_why.traced)
    if numbers.get("first_suspect_s") is not None:
        from_ns = begun_ns + round(float(numbers["first_suspect_s"] or 0) * NS)
        suspect = first_row(material, incident.subject, read.SUSPECT, from_ns)
        if suspect is not None:
            accused = accusation(material, suspect)
            headline = f"{whom} was accused because {accused.cause.value}, and not buried."
            refuted = _refuted_after(material, incident.subject, suspect)
            finding = Finding(accused.cause, [opening, *accused.steps, *refuted])
            return _why(material, incident, headline, {"accused": finding})
    finding = Finding(Cause.NOT_TOLD, [opening, Step("Nobody suspected it while that went on.")])
    headline = f"{whom} was disturbed ({what}), and nobody noticed."
    return _why(material, incident, headline, {"noticed": finding})


_DISTURBING = (*VALUES, "pause", "stall", "disconnect", "block")


def _refuted_after(material: Material, subject: int, suspect: int) -> list[Step]:
    """How the subject answered, and when the last had taken it back."""
    rows = material.rows
    about = rows.about(subject)
    later = about[(about > suspect) & (rows.kind[about] == read.REFUTED)]
    own, others = later[rows.observer[later] == subject], later[rows.observer[later] != subject]
    steps = []
    if len(own):
        place = int(own[0])
        text = (
            f"{name(material, subject)} heard of it and answered at {at(int(rows.time_ns[place]))} with"
            f" incarnation {int(rows.incarnation[place])},"
            f" {span(int(rows.time_ns[place] - rows.time_ns[suspect]))} after it was accused."
        )
        steps.append(Step(text, of_events(place)))
    if len(others):
        first = int(others[0])
        text = (
            f"{name(material, int(rows.observer[first]))} was the first to take its suspicion back, at"
            f" {at(int(rows.time_ns[first]))}."
        )
        steps.append(Step(text, of_events(first)))
    return steps


def _refutation(material: Material, incident: Incident) -> Why:
    from_ns = round(incident.time_s * NS)
    suspect = first_row(material, incident.subject, read.SUSPECT, from_ns, read.WRONG)
    assert suspect is not None
    accused = accusation(material, suspect)
    whom = name(material, incident.subject)
    headline = f"{whom} was accused because {accused.cause.value}, and refuted it in time."
    refuted = Finding(accused.cause, _refuted_after(material, incident.subject, suspect))
    parts = {"accused": Finding(accused.cause, accused.steps + refuted.steps)}
    return _why(material, incident, headline, parts)


def _flap(material: Material, incident: Incident) -> Why:
    rows = material.rows
    about = rows.about(incident.subject)
    suspects = about[(rows.kind[about] == read.SUSPECT) & (rows.verdict[about] == read.WRONG)]
    _, firsts = np.unique(rows.incarnation[suspects], return_index=True)
    findings = [accusation(material, int(suspects[i])) for i in sorted(firsts)[:EXPLAINED_FLAPS]]
    causes = Counter(finding.cause for finding in findings)
    main = causes.most_common(1)[0][0] if causes else Cause.NOT_TOLD
    whom = name(material, incident.subject)
    headline = f"{whom} was accused time and again, most often because {main.value}."
    steps = [finding.steps[-1] for finding in findings]
    if findings:
        steps = [*findings[0].steps[:-1], *steps]
    return _why(material, incident, headline, {"accused": Finding(main, steps)})


def _crash(material: Material, incident: Incident) -> Why:
    rows, subject = material.rows, incident.subject
    whom, from_ns = name(material, subject), round(incident.time_s * NS)
    deeds = of_deeds(material, "crash", member=subject, time_ns=from_ns)
    steps = [Step(f"{whom} crashed at {at(from_ns)}.", deeds)]
    suspect = first_row(material, subject, read.SUSPECT, from_ns)
    dead = first_row(material, subject, read.DEAD, from_ns)
    if suspect is not None:
        finding = accusation(material, suspect)
        steps += finding.steps
        after = span(int(rows.time_ns[suspect]) - from_ns)
        steps[-1] = Step(f"{steps[-1].text} That was {after} after the crash.", steps[-1].refs)
    if dead is not None:
        observer = int(rows.observer[dead])
        about = rows.about(subject)
        own = about[(about < dead) & (rows.observer[about] == observer)]
        own = own[rows.kind[own] == read.SUSPECT]
        waited = (
            f" Its suspicion had lasted {span(int(rows.time_ns[dead] - rows.time_ns[own[-1]]))}."
            if len(own)
            else ""
        )
        text = f"{name(material, observer)} was the first to declare it dead, at {at(int(rows.time_ns[dead]))}."
        steps.append(Step(text + waited, of_events(*own[-1:], dead)))
    last = incident.end_s
    if last is None:
        steps.append(Step("Not all who should know it did when the watch ended."))
        headline = f"{whom} crashed, and not everybody noticed."
    else:
        took = last - incident.time_s
        about = rows.about(subject)
        told = about[
            (rows.kind[about] == read.DEAD) & (rows.time_ns[about] <= round(last * NS) + 1)
        ]
        text = f"The last who should know knew {took:.2f} s after the crash."
        steps.append(Step(text, of_events(*told[-1:])))
        headline = f"{whom} crashed, and everybody knew after {took:.2f} s."
    return _why(material, incident, headline, {"accused": Finding(Cause.CRASH, steps)})


def _join(material: Material, incident: Incident) -> Why:
    late = why_late(material, incident)
    whom = name(material, incident.subject)
    because = (
        ""
        if late.cause is Cause.NOT_TOLD
        else f"; it took as long as it did because {late.cause.value}"
    )
    return _why(material, incident, f"{whom} came{because}.", {"late": late})


def _leave(material: Material, incident: Incident) -> Why:
    rows = material.rows
    from_ns = round(incident.time_s * NS)
    seen = first_row(material, incident.subject, read.LEFT, from_ns)
    deeds = of_deeds(material, "leave", member=incident.subject, time_ns=from_ns)
    steps = [Step(f"{incident.title} at {at(from_ns)}.", deeds)]
    if seen is not None:
        who = name(material, int(rows.observer[seen]))
        text = f"{who} was the first to hear of it, at {at(int(rows.time_ns[seen]))}."
        steps.append(Step(text, of_events(seen)))
    return _why(material, incident, f"{incident.title}.", {"left": Finding(Cause.LEFT, steps)})


def _partition(material: Material, incident: Incident) -> Why:
    rows = material.rows
    from_ns = round(incident.time_s * NS)
    cut = [f for f in material.faults if f.verb == "partition" and f.from_s == incident.time_s]
    sizes = several([f"{len(side):,}" for fault in cut for side in fault.sides])
    deeds = [Ref(DEED, material.faults.index(fault)) for fault in cut]
    text = f"At {at(from_ns)} the network was parted into sides of {sizes} members."
    steps = [Step(text, deeds)]
    across = np.flatnonzero((rows.verdict == read.PARTITION) & (rows.time_ns >= from_ns))
    for kind, words in ((read.SUSPECT, "suspect"), (read.DEAD, "bury")):
        chosen = across[rows.kind[across] == kind]
        if len(chosen):
            place = int(chosen[0])
            who = name(material, int(rows.observer[place]))
            whom = name(material, int(rows.subject[place]))
            text = f"{who} was the first to {words} somebody across it: {whom}, at"
            steps.append(Step(f"{text} {at(int(rows.time_ns[place]))}.", of_events(place)))
    if incident.end_s is not None:
        steps.append(Step(f"All were one again at {incident.end_s:.2f} s."))
    return _why(
        material, incident, "The network was parted.", {"accused": Finding(Cause.PARTITION, steps)}
    )


_EXPLAIN: dict[str, Callable[[Material, Incident], Why]] = {
    found.CRASH: _crash,
    found.FALSE_DEATH: _false_death,
    found.CUT_OFF: _cut_off,
    found.DISTURBANCE: _disturbance,
    found.REFUTATION: _refutation,
    found.FLAP: _flap,
    found.JOIN: _join,
    found.LEAVE: _leave,
    found.PARTITION: _partition,
}
