# SPDX-License-Identifier: GPL-2.0-only
"""One scenario run by several systems: a simulator, agents on sockets, agents of another make. What
is each one's time to notice a crash, and its cost, and do they agree?

Each system is a campaign in a folder of its own beside the others; the first one named is the
reference. Everything is computed from the records (docs/records.md) by the same code, so that a
difference is one of the systems. What a system's records cannot tell is said to be not observable:
0 would be a claim.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from analysis.calibration.quantities import QUANTITIES, Quantity, mean_by_kind, quiet
from analysis.calibration.systems import Phases, System, phases_of, read_system
from analysis.campaign.comparison import Comparison, compare, within
from analysis.run.records import RecordError
from analysis.campaign.statistics import Distribution, distribution
from analysis.campaign.observable import NOT_OBSERVABLE

CALIBRATION_FORMAT = 1

PROMISED = ("first_dead_s", "full_dissemination_s", "quiet_datagrams")
"""What all systems together must agree on."""


@dataclass(frozen=True)
class Agreement:
    """The two systems whose medians are farthest apart, and how far."""

    low: System
    high: System
    ratio: float
    within_tolerance: bool


@dataclass(frozen=True)
class Calibration:
    """Everything that a report is made of."""

    systems: list[System]
    """The reference first."""
    left_out: dict[str, str]
    """Systems that could not be run, each with the reason."""
    phases: Phases
    quantities: list[Quantity]
    """Those that the scenario has."""
    values: dict[str, dict[str, list[list[float]] | None]]
    """System, quantity: values by run; None where not observable."""
    distributions: dict[str, dict[str, Distribution | None]]
    comparisons: dict[str, dict[str, Comparison | None]]
    """Every system but the reference against it; None where one of the two has no value."""

    @property
    def reference(self) -> System:
        return self.systems[0]

    @property
    def others(self) -> list[System]:
        return self.systems[1:]

    def agreement(self, key: str) -> Agreement | None:
        """Of the medians of all systems that have one; None under two of them."""
        tolerance = next((q.tolerance for q in self.quantities if q.key == key), None)
        measured = [
            (found.median, system)
            for system in self.systems
            if (found := self.distributions[system.name].get(key)) is not None and found.median
        ]
        if tolerance is None or len(measured) < 2:
            return None
        (least, low), (most, high) = max(
            (sorted(pair, key=lambda entry: entry[0]) for pair in combinations(measured, 2)),
            key=lambda pair: pair[1][0] / pair[0][0],
        )
        return Agreement(low, high, most / least, within(most / least, tolerance))


def read_calibration(
    folder: Path, names: Sequence[str], left_out: Mapping[str, str], jobs: int
) -> Calibration:
    """Reads the campaigns `folder`/NAME; a system none of whose runs is valid joins the left out.

    Raises records.RecordError where a record does not fit, or fewer than two systems are there.
    """
    left_out = dict(left_out)
    systems = []
    for number, name in enumerate(names):
        system = read_system(folder / name, name, number, jobs)
        if system.runs:
            systems.append(system)
        else:
            left_out[
                name
            ] = f"none of its {system.invalid} runs is valid: the machine did not keep up with them"
    if len(systems) < 2:
        why = "".join(f"\n    {name}: {reason}" for name, reason in left_out.items())
        raise RecordError(f"{folder}: it takes two systems to compare; there is no run of{why}")
    phases = phases_of(systems)
    quantities = [quantity for quantity in QUANTITIES if quantity.part(phases) is not None]
    values = {
        system.name: {quantity.key: quantity.values(system, phases) for quantity in quantities}
        for system in systems
    }
    return Calibration(
        systems,
        left_out,
        phases,
        quantities,
        values,
        distributions={
            name: {
                key: None if by_run is None else distribution(by_run) for key, by_run in of.items()
            }
            for name, of in values.items()
        },
        comparisons={
            system.name: {
                quantity.key: _compare(system, systems[0], quantity, values)
                for quantity in quantities
            }
            for system in systems[1:]
        },
    )


def _compare(
    system: System,
    reference: System,
    quantity: Quantity,
    values: Mapping[str, Mapping[str, list[list[float]] | None]],
) -> Comparison | None:
    sample, standard = values[system.name][quantity.key], values[reference.name][quantity.key]
    if sample is None or standard is None:
        return None
    blur_s = system.blur_s + reference.blur_s if quantity.is_time else 0.0
    return compare(sample, standard, quantity.tolerance, blur_s)


def as_json(calibration: Calibration, chains: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Content of calibration.json; `chains` are the findings about each system by name."""
    phases = calibration.phases
    return {
        "format": CALIBRATION_FORMAT,
        "title": calibration.reference.request["title"],
        "reference": calibration.reference.name,
        "quiet_s": phases.quiet_s,
        "simulated_s": phases.end_s,
        "systems": [_system_json(calibration, system) for system in calibration.systems],
        "left_out": calibration.left_out,
        "comparisons": {
            name: {key: _dict(comparison) for key, comparison in of.items()}
            for name, of in calibration.comparisons.items()
        },
        "chains": dict(chains),
        "agreement": {key: _agreement_json(calibration.agreement(key)) for key in PROMISED},
    }


def _system_json(calibration: Calibration, system: System) -> dict[str, Any]:
    known = [crash for crash in system.crashes if crash.full_dissemination_s is not None]
    part = quiet(calibration.phases)
    return {
        "name": system.name,
        "label": system.label,
        "backend": system.first["backend"],
        "member_kinds": system.member_kinds,
        "runs": len(system.runs),
        "invalid_runs": system.invalid,
        "crashes": len(system.crashes),
        "crashes_known_to_all": len(known),
        "false_positives": sum(run.false_positives.events for run in system.runs),
        "time_resolution_s": system.resolution_s,
        "lag_p99_s": system.lag_p99_s,
        "quantities": {
            key: NOT_OBSERVABLE if found is None else dataclasses.asdict(found)
            for key, found in calibration.distributions[system.name].items()
        },
        "quiet_messages_by_kind": mean_by_kind(system, "messages", part),
        "quiet_bytes_by_kind": mean_by_kind(system, "bytes", part),
    }


def _agreement_json(agreement: Agreement | None) -> dict[str, Any] | None:
    if agreement is None:
        return None
    return {
        "between": [agreement.low.name, agreement.high.name],
        "largest_ratio": agreement.ratio,
        "within_tolerance": agreement.within_tolerance,
    }


def _dict(comparison: Comparison | None) -> dict[str, Any] | None:
    return None if comparison is None else dataclasses.asdict(comparison)
