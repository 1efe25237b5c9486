# SPDX-License-Identifier: GPL-2.0-only
"""The first place where a system parts from the reference, and what was measured about it.

What happens after a crash is a chain of causes: members probe at some rate, one of them suspects the
crashed one, the suspicion runs out, the news spreads, and all that is sent. A difference at one
stage shows at every later one, so only the first is a finding; the others are told as consequences
to be looked at again when the first is mended. The explanations are no theory: each says what else
was measured to differ, or not to, where the stage differs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from analysis.calibration.calibration import Calibration
from analysis.campaign.observable import NOT_OBSERVABLE
from analysis.calibration.quantities import (
    MESSAGE_TOLERANCE,
    TIME_TOLERANCE,
    Part,
    after,
    mean_by_kind,
    quiet,
)
from analysis.calibration.systems import System
from analysis.campaign.comparison import AGREES, DIFFERS, OPEN, within
from analysis.campaign.text import count, duration, interval, number, quantity

NO_VALUE = "no value"

HELD_UP = 1.05
"""A suspicion this many times as long as the shortest was not shortened by confirmations in time."""

MOST_OF_IT = 0.2
"""Kinds with at least this share of a difference are named."""


@dataclass(frozen=True)
class Step:
    """One stage of the chain, and how the system stands there against the reference."""

    key: str
    name: str
    outcome: str
    """See `outcome_of`."""


@dataclass(frozen=True)
class Chain:
    """What was found about one system."""

    steps: list[Step]
    first_difference: str | None
    """Key of the first stage that differs."""
    text: list[str]
    """The finding, then its explanation, then what remains open; a sentence or two each."""
    beside: list[str] = field(default_factory=list)
    """Differences that are no cause of the chain's."""


@dataclass(frozen=True)
class _Stage:
    key: str
    name: str
    explain: Callable[[Calibration, System], list[str]]


def chain_of(calibration: Calibration, system: System) -> Chain:
    """Walks the stages from cause to effect."""
    stages = {
        stage.key: stage for stage in _STAGES if stage.key in calibration.comparisons[system.name]
    }
    steps = [
        Step(key, stage.name, outcome_of(calibration, system, key)) for key, stage in stages.items()
    ]
    first = next((step for step in steps if step.outcome == DIFFERS), None)
    if first is None:
        text = [_no_difference(calibration, system, steps)]
    else:
        text = [_difference(calibration, system, first)]
        text += stages[first.key].explain(calibration, system)
        text += _around(steps, steps.index(first))
    text += [_open(calibration, system, step) for step in steps if step.outcome == OPEN]
    if hidden := _names(steps, NOT_OBSERVABLE):
        text.append(f"Not observable in its records, or the reference's: {hidden}.")
    return Chain(steps, first.key if first else None, text, _beside(calibration, system))


def outcome_of(calibration: Calibration, system: System, key: str) -> str:
    """AGREES, DIFFERS, OPEN, NOT_OBSERVABLE or NO_VALUE."""
    comparison = calibration.comparisons[system.name][key]
    if comparison is not None:
        return comparison.outcome
    both = [calibration.distributions[each.name][key] for each in (system, calibration.reference)]
    return NOT_OBSERVABLE if None in both else NO_VALUE


def _names(steps: Sequence[Step], outcome: str) -> str:
    return ", ".join(step.name for step in steps if step.outcome == outcome)


def _no_difference(calibration: Calibration, system: System, steps: Sequence[Step]) -> str:
    outcomes = [step.outcome for step in steps]
    text = (
        f"{system.label}: no difference from the {calibration.reference.label} was found at any"
        f" stage beyond {_percent(TIME_TOLERANCE)} of a median time or"
        f" {_percent(MESSAGE_TOLERANCE)} of the messages;"
        f" {outcomes.count(AGREES)} of {count(len(steps), 'stage')} agree"
    )
    return text + (f", {outcomes.count(OPEN)} need more runs." if OPEN in outcomes else ".")


def _around(steps: Sequence[Step], first: int) -> list[str]:
    text = []
    if agreeing := _names(steps[:first], AGREES):
        text.append(f"Before it they agree: {agreeing}.")
    if later := _names(steps[first + 1 :], DIFFERS):
        text.append(f"Later they differ too, as may follow from it: {later}.")
    return text


def _difference(calibration: Calibration, system: System, step: Step) -> str:
    comparison = calibration.comparisons[system.name][step.key]
    found = calibration.distributions[system.name][step.key]
    standard = calibration.distributions[calibration.reference.name][step.key]
    form: Callable[[float], str] = number
    if _is_time(step.key):
        form = duration
    return (
        f"{system.label} parts from the {calibration.reference.label} first in {step.name}:"
        f" {form(found.median)} against {form(standard.median)}, a ratio of"
        f" {number(comparison.ratio)} {interval(comparison.ratio_ci95)} where"
        f" {_percent(comparison.tolerance)} would be let pass."
    )


def _open(calibration: Calibration, system: System, step: Step) -> str:
    comparison = calibration.comparisons[system.name][step.key]
    if comparison.ratio_ci95 is None:
        return f"Of {step.name} there are too few runs to tell."
    low, high = comparison.ratio_ci95
    return (
        f"Of {step.name} {count(len(system.runs), 'run')} cannot tell: the ratio is between"
        f" {number(low)} and {number(high)}; about {number(comparison.runs_needed)} runs of each"
        " would."
    )


def _by_kind(part: Part, name: str) -> Callable[[Calibration, System], list[str]]:
    """Explains a difference of messages: which kinds make it."""

    def explain(calibration: Calibration, system: System) -> list[str]:
        found = mean_by_kind(system, "messages", part(calibration.phases))
        standard = mean_by_kind(calibration.reference, "messages", part(calibration.phases))
        apart = {
            kind: abs(found.get(kind, 0.0) - standard.get(kind, 0.0))
            for kind in sorted(found.keys() | standard.keys())
        }
        total = sum(apart.values())
        named = sorted(
            (kind for kind, gap in apart.items() if total and gap / total >= MOST_OF_IT),
            key=lambda kind: -apart[kind],
        )
        if not named:
            return []
        listed = ", ".join(
            f"{kind} {number(found.get(kind, 0.0))} against {number(standard.get(kind, 0.0))}"
            for kind in named
        )
        share = sum(apart[kind] for kind in named) / total
        return [f"By kind, {name}: {listed}; that is {_percent(share)} of what differs."]

    return explain


def _of_suspecting(calibration: Calibration, system: System) -> list[str]:
    """A member is suspected when it is pinged: so how often do they ping, and do they fail?"""
    part = quiet(calibration.phases)
    pings = [
        mean_by_kind(each, "messages", part).get("ping") for each in (system, calibration.reference)
    ]
    text = []
    if all(pings):
        same = within(pings[0] / pings[1], MESSAGE_TOLERANCE)
        reason = (
            "so they probe as often, and it is not the rate of probes"
            if same
            else "so a crashed member's turn comes at another rate"
        )
        text.append(
            f"Quiet members send {number(pings[0])} against {number(pings[1])} pings a second,"
            f" {reason}."
        )
    failed = [_failed_probes(each) for each in (system, calibration.reference)]
    if None not in failed:
        text.append(f"Of all probes {_percent(failed[0])} against {_percent(failed[1])} failed.")
    return text + _of_clocks(calibration, system, "first_suspect_s")


def _failed_probes(system: System) -> float | None:
    probes = sum(run.counts.get("probes", 0) for run in system.runs)
    failed = sum(run.counts.get("probes_failed", 0) for run in system.runs)
    return failed / probes if probes else None


def _of_suspicion(calibration: Calibration, system: System) -> list[str]:
    """The shortest suspicion is the time-out with all confirmations; longer ones lacked some."""
    of_systems = [
        [value for values in calibration.values[each.name]["suspicion_s"] for value in values]
        for each in (system, calibration.reference)
    ]
    shortest, standard = (min(values) for values in of_systems)
    both = f"The shortest took {duration(shortest)} against {duration(standard)}"
    if standard <= 0 or not within(shortest / standard, MESSAGE_TOLERANCE):
        text = [f"{both}: the time-out itself is another, however many confirm it."]
    else:
        late = [sum(value > HELD_UP * min(values) for value in values) for values in of_systems]
        text = [
            f"{both}, so the time-out is the same; what differs is how often confirmations did not"
            f" come in time to shorten it: {late[0]} of {len(of_systems[0])} crashes took at least"
            f" {_percent(HELD_UP - 1)} longer than the shortest, against {late[1]} of"
            f" {len(of_systems[1])}."
        ]
    return text + _of_clocks(calibration, system, "suspicion_s")


def _of_spreading(calibration: Calibration, system: System) -> list[str]:
    """News spreads by gossip and by what is piggybacked on probes."""
    part = after(calibration.phases)
    gossip = [
        mean_by_kind(each, "messages", part).get("gossip")
        for each in (system, calibration.reference)
    ]
    text = []
    if all(gossip):
        alike = (
            "so about as much was told, and it is when, or to whom"
            if within(gossip[0] / gossip[1], TIME_TOLERANCE)
            else "so another number of messages carried the news"
        )
        text.append(
            f"After the crash members sent {number(gossip[0])} against {number(gossip[1])} datagrams"
            f" of gossip a second, {alike}."
        )
    return text + _of_clocks(calibration, system, "spread_s")


def _of_clocks(calibration: Calibration, system: System, key: str) -> list[str]:
    """What of a difference the records' resolution and a slow machine can be to blame for."""
    found, standard = (
        calibration.distributions[each.name][key].median for each in (system, calibration.reference)
    )
    if not system.blur_s:
        return []
    gap = duration(abs(found - standard))
    return [
        f"Its times are known to {duration(system.resolution_s)}, and the machine was late by up to"
        f" {duration(system.lag_p99_s)} in 99 % of cases; the medians are {gap} apart."
    ]


def _beside(calibration: Calibration, system: System) -> list[str]:
    """Differences that make no stage of the chain: sizes, streams, errors."""
    comparisons, reference = calibration.comparisons[system.name], calibration.reference
    text = _settings(system, reference)
    part = quiet(calibration.phases)
    sizes = comparisons.get("quiet_datagram_bytes")
    if sizes is not None and sizes.outcome == DIFFERS:
        found, standard = _sizes(system, part), _sizes(reference, part)
        listed = ", ".join(
            f"{kind} {number(found[kind])} against {number(standard[kind])}"
            for kind in found
            if kind in standard and not within(found[kind] / standard[kind], MESSAGE_TOLERANCE)
        )
        text.append(
            f"Bytes in quiet datagrams: a ratio of {number(sizes.ratio)}"
            f" {interval(sizes.ratio_ci95)}." + (f" Bytes a datagram: {listed}." if listed else "")
        )
    streams = [
        mean_by_kind(each, "messages", part).get("push-pull") for each in (system, reference)
    ]
    if None not in streams and not (all(streams) and within(streams[0] / streams[1], 0.5)):
        if any(streams):
            text.append(
                f"Quiet members send {number(streams[0])} against {number(streams[1])} push/pulls a"
                " second."
            )
    text += _errors(system, reference)
    return text


def _settings(system: System, reference: System) -> list[str]:
    """What was not the same scenario."""
    found, standard = (each.request.get("resolved", {}) for each in (system, reference))
    differing = [
        f"{key} is {found.get(key, 'not set')} and not {standard.get(key, 'not set')}"
        for key in sorted(found.keys() | standard.keys())
        if found.get(key) != standard.get(key) and key not in ("seed", "runs")
    ]
    return [f"Its settings are not the reference's: {', '.join(differing)}."] if differing else []


def _sizes(system: System, part: tuple[int, int] | None) -> dict[str, float]:
    octets = mean_by_kind(system, "bytes", part)
    messages = mean_by_kind(system, "messages", part)
    return {kind: octets[kind] / sent for kind, sent in messages.items() if sent}


def _errors(system: System, reference: System) -> list[str]:
    text = []
    false = [sum(run.false_positives.events for run in each.runs) for each in (system, reference)]
    if any(false):
        text.append(f"False positives: {false[0]} against {false[1]}.")
    known = [
        sum(crash.full_dissemination_s is not None for crash in each.crashes)
        for each in (system, reference)
    ]
    if known[0] < len(system.crashes) or known[1] < len(reference.crashes):
        text.append(
            f"Known to all became {known[0]} of {len(system.crashes)} crashes, against {known[1]}"
            f" of {len(reference.crashes)}; times are of these only."
        )
    return text


def _percent(share: float) -> str:
    return quantity(round(100 * share, 6), "%")


def _is_time(key: str) -> bool:
    return key.endswith("_s")


_STAGES = (
    _Stage(
        "quiet_datagrams",
        "the datagrams of the quiet cluster",
        _by_kind(quiet, "a quiet member and second"),
    ),
    _Stage("first_suspect_s", "the time from crash to first suspicion", _of_suspecting),
    _Stage("suspicion_s", "the time from first suspicion to first dead", _of_suspicion),
    _Stage("spread_s", "the time from first dead to known to all", _of_spreading),
    _Stage(
        "after_datagrams",
        "the datagrams since the crash",
        _by_kind(after, "a member and second since the crash"),
    ),
)
