# SPDX-License-Identifier: GPL-2.0-only
"""The curve that theory lays over a figure, if there is one that holds for what the figure shows.

A figure has a measure, by its name in summary.json, and an axis: the time, or a key of a scenario. Only
where a closed form is about that measure, and the settings are within its limits, is there a curve; a
curve that does not apply would be read as a fault of the measurement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.theory import detection, latency
from analysis.theory.forms import FORMS
from analysis.theory.settings import Settings, seconds_of, settings_of
from analysis.theory.suspicion import bounds_of

TIME_AXIS = "time"

AXES: Mapping[str, Callable[[Settings, float], Settings]] = {
    "cluster.members": lambda of, value: replace(of, members=int(value)),
    "protocol.probe_interval": lambda of, value: replace(of, period_s=value),
    "protocol.suspicion_mult": lambda of, value: replace(of, suspicion_mult=int(value)),
    "protocol.suspicion_max_timeout_mult": lambda of, value: replace(
        of, suspicion_max_timeout_mult=int(value)
    ),
    "protocol.indirect_checks": lambda of, value: replace(of, helpers=int(value)),
    "network.loss": lambda of, value: replace(of, loss=value / 100),
    "network.datagram_loss": lambda of, value: replace(of, loss=value / 100),
}
"""Keys that a form can be followed along; places are seconds, percent and counts, as figures have them."""

MEASURES = {
    "first_suspect_s": "first_suspicion_median_s",
    "first_dead_s": "first_dead_median_s",
    "messages_per_member_second": "messages_a_second",
}
"""Which form is about which measure of a summary, against a key."""

ALIVE_AT_LEAST = 0.98
"""Share of members that work while the others are detected, for "one crash" to be near the truth."""

LATENCY_AT_MOST = 0.02
"""Share of a period that the longest latency may be, to be "nothing beside a period"."""


@dataclass(frozen=True)
class Curve:
    """A line of theory: a value for each place that was asked for."""

    x: list[float]
    y: list[float]
    label: str
    """For a legend."""
    caption: str
    """What it is, its source and its limits."""


def curve(
    measure: str, axis: str, resolved: Mapping[str, str], places: Sequence[float]
) -> Curve | None:
    """What theory says of a measure along an axis; None where it has nothing true to say.

    Against TIME_AXIS, `places` are seconds since a crash and values the share of crashes, 0 to 1, of
    which `first_suspect_s` or `first_dead_s` was reached by then.

    There is none of how the news of a crash spreads: SWIM's logistic law has one source, and of a crash
    others find out by themselves all the while.
    """
    settings = settings_of(resolved)
    if axis == TIME_AXIS:
        return _in_time(measure, settings, places)
    form = FORMS[MEASURES[measure]] if measure in MEASURES else None
    if form is None or axis not in AXES:
        return None
    points = [AXES[axis](settings, place) for place in places]
    if any(form.outside(point) for point in points):
        return None
    values = [form.value(point) for point in points]
    if any(value is None for value in values):
        return None
    return Curve(list(places), values, "theory", f"{form.source}: {form.formula}. {form.limits}")


def undisturbed(run: Mapping[str, Any]) -> bool:
    """Whether a run, by its run.json, is what the forms speak of: Swimlab's members with one set of
    settings and latencies far below a period, of which a few crash and to which nothing else happens.
    """
    timeline, resolved = run["timeline"], run["scenario"]["resolved"]
    crashed = {member for entry in timeline for member in entry.get("members", ())}
    return (
        {entry["verb"] for entry in timeline} == {"crash"}
        and not set(run.get("member_kinds", ())) - {"swimlab"}
        and not any(key.startswith("cluster.group.") for key in resolved)
        and resolved.get("cluster.detector", "swim") == "swim"
        and resolved.get("cluster.start") == "converged"
        and len(crashed) <= (1 - ALIVE_AT_LEAST) * run["members"]
        and _latency_s(run) <= LATENCY_AT_MOST * seconds_of(resolved["protocol.probe_interval"])
    )


def _latency_s(run: Mapping[str, Any]) -> float:
    """The longest of a message, one way, without queues."""
    resolved = run["scenario"]["resolved"]
    added = sum(seconds_of(resolved.get(f"network.{key}", "0s")) for key in ("delay", "jitter"))
    return run["topology"]["max_path_delay_ns"] / 1e9 + added


def _in_time(measure: str, settings: Settings, places: Sequence[float]) -> Curve | None:
    if measure == "first_suspect_s":
        return _suspicion(settings, places)
    return _dead(settings, places) if measure == "first_dead_s" else None


def _suspicion(settings: Settings, places: Sequence[float]) -> Curve | None:
    form = FORMS["first_suspicion_median_s"]
    if form.outside(settings) or not settings.suspicion:
        return None
    n, period_s = settings.members, settings.period_s
    shares = [1 - detection.first_suspicion_later(n, place, period_s) for place in places]
    return Curve(
        list(places),
        shares,
        "theory",
        "first suspicion by SWIM's law of the first ping, with members out of phase and round-robin"
        " targets, and a period until that probe has failed",
    )


def _dead(settings: Settings, places: Sequence[float]) -> Curve | None:
    """Where a suspicion has one length the law of the first ping decides, and it is exact; else the
    model of Lifeguard's latencies."""
    if FORMS["first_dead_median_s"].outside(settings):
        return None
    bounds = bounds_of(settings)
    if bounds.confirmations and bounds.longest_s > bounds.least_s:
        law = latency.latency_of(settings)
        shares = [1 - law.later(place) for place in places]
        words = "first dead by the model of Lifeguard's latencies"
    else:
        n, period_s, least_s = settings.members, settings.period_s, bounds.least_s
        shares = [
            1 - detection.first_suspicion_later(n, place - least_s, period_s) for place in places
        ]
        words = "first dead by the law of the first ping and the suspicion's time-out"
    return Curve(list(places), shares, "theory", words)
