# SPDX-License-Identifier: GPL-2.0-only
"""Metrics that a run computed itself: conclusions.json of record = "summary" (docs/records.md).

The simulator counts by the definitions of the modules beside this one; here its nanoseconds become
the seconds of theirs, and nothing is computed.
"""

from __future__ import annotations

from typing import Any

from analysis.run.agreement import AgreementMetrics
from analysis.run.dissemination import CrashMetrics, DisseminationCurve
from analysis.run.false_positives import FalsePositiveMetrics, Incidents
from analysis.run.records import NS_PER_S
from analysis.run.view_sizes import ViewSizes

Conclusions = dict[str, Any]


def crashes(conclusions: Conclusions) -> tuple[list[CrashMetrics], DisseminationCurve]:
    """How each crash was noticed, and their common curve."""
    common = conclusions["dissemination"]
    step_s = common["step_ns"] / NS_PER_S

    def curve(raw: dict[str, list[int]] | None) -> DisseminationCurve | None:
        return (
            None if raw is None else DisseminationCurve(step_s, raw["knowing"], raw["should_know"])
        )

    found = [
        CrashMetrics(
            member=crash["member"],
            time_s=crash["time_ns"] / NS_PER_S,
            first_suspect_s=_seconds(crash["first_suspect_ns"]),
            first_dead_s=_seconds(crash["first_dead_ns"]),
            known_to_50_percent_s=_seconds(crash["known_to_50_percent_ns"]),
            known_to_90_percent_s=_seconds(crash["known_to_90_percent_ns"]),
            known_to_99_percent_s=_seconds(crash["known_to_99_percent_ns"]),
            full_dissemination_s=_seconds(crash["known_to_100_percent_ns"]),
            should_know=crash["should_know"],
            known_by=crash["known_by"],
            curve=curve(crash["curve"]),
        )
        for crash in conclusions["crashes"]
    ]
    return found, DisseminationCurve(step_s, common["knowing"], common["should_know"])


def false_positives(conclusions: Conclusions) -> FalsePositiveMetrics:
    """Live members declared dead; a summary is refused where there is a partition."""
    raw = conclusions["false_positives"]
    return FalsePositiveMetrics(
        **raw,
        incidents=Incidents(raw["subjects"]),
        during_partition=0,
        during_partition_per_second=[0] * len(raw["events_per_second"]),
    )


def agreement(conclusions: Conclusions) -> AgreementMetrics:
    """The views at the end of the run."""
    raw = dict(conclusions["agreement"])
    return AgreementMetrics(settled_at_s=_seconds(raw.pop("settled_at_ns")), **raw)


def view_sizes(conclusions: Conclusions) -> list[ViewSizes]:
    """The sizes of the views over time, of each cluster."""
    raw = conclusions["view_sizes"]
    time_s = [instant_ns / NS_PER_S for instant_ns in raw["time_ns"]]
    return [ViewSizes(time_s=time_s, **cluster) for cluster in raw["clusters"]]


def _seconds(delay_ns: int | None) -> float | None:
    return None if delay_ns is None else delay_ns / NS_PER_S
