# SPDX-License-Identifier: GPL-2.0-only
"""The settings that no other beats in everything at once (Pareto), with what runs leave open.

A setting is on the front if no other is as good in every measure and better in one, by the values. By
the intervals it is beaten for sure only where another's far end is better than its near end in every
measure; what is neither on the front nor surely beaten may be on it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.study.estimates import Estimate

Sides = Sequence[tuple[str, int]]
"""Measures, each with 1 where less is better and -1 where more is."""


@dataclass(frozen=True)
class Front:
    """Ids, in the order of the first measure."""

    on: tuple[str, ...]
    maybe: tuple[str, ...]
    """Not on it by their values, and not surely beaten."""


def front(settings: Mapping[str, Mapping[str, Estimate]], sides: Sides) -> Front:
    """Of settings by id, those that have a value of every measure."""
    whole = {
        name: measures
        for name, measures in settings.items()
        if all(
            (found := measures.get(measure)) is not None and found.value is not None
            for measure, _ in sides
        )
    }
    values = {
        name: [sign * float(measures[measure].value or 0.0) for measure, sign in sides]
        for name, measures in whole.items()
    }
    on = [
        name
        for name in values
        if not any(_beats(values[other], values[name]) for other in values if other != name)
    ]
    near = {name: _ends(measures, sides, -1) for name, measures in whole.items()}
    far = {name: _ends(measures, sides, 1) for name, measures in whole.items()}
    maybe = [
        name
        for name in values
        if name not in on
        and not any(_beats(far[other], near[name]) for other in values if other != name)
    ]
    order = {name: (values[name], name) for name in values}
    return Front(
        tuple(sorted(on, key=order.__getitem__)), tuple(sorted(maybe, key=order.__getitem__))
    )


def _beats(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(a <= b for a, b in zip(one, other)) and any(a < b for a, b in zip(one, other))


def _ends(measures: Mapping[str, Estimate], sides: Sides, end: int) -> list[float]:
    """The better (-1) or the worse (1) end of each, as less-is-better; where there is no interval, no
    end."""
    found = []
    for measure, sign in sides:
        interval = measures[measure].interval
        if interval is None:
            found.append(end * math.inf)
        else:
            found.append(end * max(end * sign * bound for bound in interval))
    return found
