# SPDX-License-Identifier: GPL-2.0-only
"""Which points of its axes a study looks at.

factorial: all combinations. list: the first values of all axes together, then the second, and so on.
latin-hypercube and sobol: so many points that fill the space of the axes evenly (McKay et al. 1979;
Sobol' 1967, scrambled), by scipy.stats.qmc with a seed, which is part of the design.
"""

import itertools
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.stats import qmc
from campaign.words import setting_text

MOST_POINTS = 100_000
MOST_STEPS = 10_000
DIGITS = 4
"""Of sampled values: more would be noise in a table."""

_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?) *([A-Za-z%]*)")
_TIMES = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}

SAMPLED = ("latin-hypercube", "sobol")
KINDS = ("factorial", "list", *SAMPLED)


class DesignError(Exception):
    """What is wrong with an axis or the design, in words."""


@dataclass(frozen=True)
class Levels:
    """What an axis can be: a list, or a range with a scale."""

    key: str
    values: tuple[str, ...] = ()
    """Of a list, or the steps of a range; empty where a range has no steps."""
    low: float = math.nan
    high: float = math.nan
    unit: str = ""
    scale: str = "list"
    whole: bool = False

    def at(self, share: float) -> str:
        """The value at a share from 0 to 1 of the way from the first to the last."""
        if self.scale == "list":
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        if self.scale == "log":
            number = self.low * (self.high / self.low) ** share
        else:
            number = self.low + (self.high - self.low) * share
        if self.whole:
            return f"{round(number)}{self.unit}"
        text = f"{number:.{DIGITS}g}"
        # A scenario's numbers have no exponent.
        return f"{float(text):f}".rstrip("0").rstrip(".") + self.unit


def levels(key: str, written: Any) -> Levels:
    """What a study file says of an axis: a list of values, or {from, to, scale, steps}.

    Raises DesignError.
    """
    if isinstance(written, dict):
        return _range(key, written)
    if not isinstance(written, list) or not written:
        raise DesignError(
            'has no values; write a list, such as ["0.5s", "1s"], or a range, such as'
            ' {from = "0.2s", to = "5s", scale = "log", steps = 6}'
        )
    values = tuple(map(setting_text, written))
    if repeated := [value for value in values if values.count(value) > 1]:
        raise DesignError(f"names {repeated[0]} twice")
    return Levels(key, values)


def _range(key: str, written: dict[str, Any]) -> Levels:
    if unknown := set(written) - {"from", "to", "scale", "steps"}:
        raise DesignError(f"a range has no {sorted(unknown)[0]}; it has from, to, scale and steps")
    ends = [_number(name, written.get(name)) for name in ("from", "to")]
    (low, unit), (high, other) = ends
    if unit != other:
        if unit not in _TIMES or other not in _TIMES:
            raise DesignError(f"goes from {written['from']} to {written['to']}: two units")
        high *= _TIMES[other] / _TIMES[unit]
    if low >= high:
        raise DesignError(f"the range from {written['from']} to {written['to']} is empty")
    scale = written.get("scale", "linear")
    if scale not in ("linear", "log"):
        raise DesignError(f'scale is "{scale}"; it can be "linear" or "log"')
    if scale == "log" and low <= 0:
        raise DesignError(f"from {written['from']}: a log scale begins above 0")
    whole = not unit and all(isinstance(written[name], int) for name in ("from", "to"))
    found = Levels(key, (), low, high, unit, scale, whole)
    steps = written.get("steps")
    if steps is None:
        return found
    if not isinstance(steps, int) or isinstance(steps, bool) or not 2 <= steps <= MOST_STEPS:
        raise DesignError(
            f"steps is {setting_text(steps)}; a range has 2 to {MOST_STEPS:,} of them"
        )
    values = tuple(dict.fromkeys(found.at(step / (steps - 1)) for step in range(steps)))
    return Levels(key, values, low, high, unit, scale, whole)


def _number(name: str, written: Any) -> tuple[float, str]:
    if isinstance(written, bool) or not isinstance(written, (int, float, str)):
        raise DesignError(f"the range has no {name}")
    match = _NUMBER.fullmatch(str(written))
    if match is None:
        raise DesignError(f'{name} is "{written}", which is no number with a unit')
    return float(match[1]), match[2]


@dataclass(frozen=True)
class Design:
    """How points are chosen."""

    kind: str = "factorial"
    points: int | None = None
    seed: int = 1


def points_of(axes: Sequence[Levels], design: Design) -> list[dict[str, str]]:
    """Each point: of every axis its value. Without axes there is one, {}.

    Raises DesignError.
    """
    if design.kind not in KINDS:
        raise DesignError(f'kind is "{design.kind}"; it can be {", ".join(KINDS)}')
    if (design.points is not None) != (design.kind in SAMPLED):
        raise DesignError(
            f"{design.kind} takes its number of points from "
            + (
                "points, which is missing"
                if design.kind in SAMPLED
                else "the axes, not from points"
            )
        )
    if not axes:
        if design.kind in SAMPLED:
            raise DesignError(f"{design.kind} needs [axes] to choose points of")
        return [{}]
    by_kind: dict[str, Callable[[], list[dict[str, str]]]] = {
        "factorial": lambda: _factorial(axes),
        "list": lambda: _together(axes),
    }
    found = by_kind.get(design.kind, lambda: _sampled(axes, design))()
    return [dict(point) for point in dict.fromkeys(tuple(point.items()) for point in found)]


def _listed(axes: Sequence[Levels], kind: str) -> None:
    for axis in axes:
        if not axis.values:
            raise DesignError(f"{axis.key} is a range without steps, and {kind} needs values")


def _factorial(axes: Sequence[Levels]) -> list[dict[str, str]]:
    _listed(axes, "factorial")
    count = math.prod(len(axis.values) for axis in axes)
    if count > MOST_POINTS:
        raise DesignError(
            f"all combinations are {count:,} points, and at most {MOST_POINTS:,} can be run"
        )
    keys = [axis.key for axis in axes]
    return [dict(zip(keys, values)) for values in itertools.product(*(a.values for a in axes))]


def _together(axes: Sequence[Levels]) -> list[dict[str, str]]:
    _listed(axes, "list")
    if len({len(axis.values) for axis in axes}) > 1:
        counts = ", ".join(f"{axis.key} {len(axis.values)}" for axis in axes)
        raise DesignError(
            f'kind = "list" takes one value of each axis for a point, and they have: {counts}'
        )
    return [dict(zip([a.key for a in axes], values)) for values in zip(*(a.values for a in axes))]


def _sampled(axes: Sequence[Levels], design: Design) -> list[dict[str, str]]:
    count = design.points
    if count is None or not 1 <= count <= MOST_POINTS:
        raise DesignError(f"points is {count}; it can be from 1 to {MOST_POINTS:,}")
    if design.kind == "sobol":
        if count & (count - 1):
            raise DesignError(f"sobol fills evenly with 2, 4, 8, 16, ... points, not with {count}")
        sampler = qmc.Sobol(len(axes), seed=design.seed)
    else:
        sampler = qmc.LatinHypercube(len(axes), seed=design.seed)
    shares = sampler.random(count)
    return [{axis.key: axis.at(float(share)) for axis, share in zip(axes, row)} for row in shares]
