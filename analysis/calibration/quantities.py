# SPDX-License-Identifier: GPL-2.0-only
"""What a calibration compares: times since a crash, and load in the parts of a run."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from analysis.campaign.observable import DEAD, SUSPECT
from analysis.calibration.systems import Phases, System
from analysis.run.metrics import CrashMetrics, RunMetrics

STREAM_KINDS = ("push-pull", "stream-ping", "stream-ack", "stream-user")
"""Kinds of messages that go over TCP; all others are datagrams."""

TIME_TOLERANCE = 0.10
MESSAGE_TOLERANCE = 0.03

MESSAGES, BYTES = "messages", "bytes"

Part = Callable[[Phases], tuple[int, int] | None]
Delay = Callable[[CrashMetrics], float | None]


def quiet(phases: Phases) -> tuple[int, int] | None:
    """The seconds before the first event."""
    return (0, phases.quiet_s) if phases.quiet_s else None


def after(phases: Phases) -> tuple[int, int] | None:
    """The seconds since the first event."""
    return None if phases.after_s is None else (phases.after_s, phases.end_s)


def whole(phases: Phases) -> tuple[int, int]:
    """All of a run."""
    return (0, phases.end_s)


@dataclass(frozen=True)
class Quantity:
    """Something that every run of every system has values of, or of which its records cannot
    tell."""

    key: str
    label: str
    is_time: bool
    """In seconds, a value a crash; otherwise a rate, a value a run."""
    tolerance: float
    """How far the ratio of two medians may be from 1."""
    values: Callable[[System, Phases], list[list[float]] | None]
    """By run; None: not observable."""
    part: Part = whole
    """The seconds that it is about; None: the scenario has no such."""


def _time(key: str, label: str, delay_s: Delay, *needs: str) -> Quantity:
    """A delay of each crash. What members have no word for, and none says, is not observable."""

    def values(system: System, _: Phases) -> list[list[float]] | None:
        found = [
            [delay for crash in run.crashes if (delay := delay_s(crash)) is not None]
            for run in system.runs
        ]
        return found if any(found) or system.untold.isdisjoint(needs) else None

    return Quantity(key, label, True, TIME_TOLERANCE, values)


def _between(start: Delay, end: Delay) -> Delay:
    def delay_s(crash: CrashMetrics) -> float | None:
        first, last = start(crash), end(crash)
        return None if first is None or last is None else last - first

    return delay_s


def _rate(
    key: str, label: str, what: str, part_of: Part, *, datagrams_only: bool = False
) -> Quantity:
    """Sent a member and second in a part of the run, one value a run."""

    def values(system: System, phases: Phases) -> list[list[float]] | None:
        part = part_of(phases)
        if part is None or not system.counts_traffic:
            return None
        kinds = [_rate_by_kind(run, what, *part) for run in system.runs]
        return [
            [
                math.fsum(
                    rate
                    for kind, rate in by_kind.items()
                    if not (datagrams_only and kind in STREAM_KINDS)
                )
            ]
            for by_kind in kinds
        ]

    tolerance = MESSAGE_TOLERANCE if what == MESSAGES else TIME_TOLERANCE
    return Quantity(key, label, False, tolerance, values, part_of)


def _rate_by_kind(run: RunMetrics, what: str, start_s: int, end_s: int) -> dict[str, float]:
    """`what` ("messages" or "bytes") sent a member and second, by kind, in these seconds."""
    series = getattr(run.traffic, f"{what}_per_second")
    return {
        kind: sum(sums[start_s:end_s]) / (run.traffic.members * (end_s - start_s))
        for kind, sums in series.items()
    }


def mean_by_kind(system: System, what: str, part: tuple[int, int] | None) -> dict[str, float]:
    """What is sent a member and second, by kind, as the mean of the runs; {} where the records
    cannot tell."""
    if part is None or not system.counts_traffic:
        return {}
    of_runs = [_rate_by_kind(run, what, *part) for run in system.runs]
    kinds = sorted({kind for by_kind in of_runs for kind in by_kind})
    return {
        kind: math.fsum(by_kind.get(kind, 0.0) for by_kind in of_runs) / len(of_runs)
        for kind in kinds
    }


_suspected = attrgetter("first_suspect_s")
_buried = attrgetter("first_dead_s")
_known = attrgetter("full_dissemination_s")

QUANTITIES = (
    _time("first_suspect_s", "crash to first suspicion", _suspected, SUSPECT),
    _time("first_dead_s", "crash to first dead", _buried, DEAD),
    _time("full_dissemination_s", "crash to known to all", _known, DEAD),
    _time(
        "suspicion_s",
        "first suspicion to first dead",
        _between(_suspected, _buried),
        SUSPECT,
        DEAD,
    ),
    _time("spread_s", "first dead to known to all", _between(_buried, _known), DEAD),
    _rate("quiet_datagrams", "datagrams, quiet", MESSAGES, quiet, datagrams_only=True),
    _rate("quiet_datagram_bytes", "their bytes, quiet", BYTES, quiet, datagrams_only=True),
    _rate("quiet_messages", "all messages, quiet", MESSAGES, quiet),
    _rate("quiet_bytes", "all bytes, quiet", BYTES, quiet),
    _rate("after_datagrams", "datagrams, afterwards", MESSAGES, after, datagrams_only=True),
    _rate("messages", "all messages, whole run", MESSAGES, whole),
    _rate("bytes", "all bytes, whole run", BYTES, whole),
)
"""Rates are a member's in a second. Datagrams stand apart from streams, whose push/pulls are few and
large: a cluster that is young has had fewer of them, and their bytes hide all others."""

OF_KEY = {quantity.key: quantity for quantity in QUANTITIES}
