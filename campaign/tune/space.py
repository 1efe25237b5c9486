# SPDX-License-Identifier: GPL-2.0-only
"""What may be set, as a grid: each axis has levels about 5 % apart, with texts that people would write.

A search over levels asks for nothing that a configuration file would not hold (probe_interval =
"1.05s", never 1.0483726), and a point that is asked for twice is the same point. The product's own
default is always a level. Closer levels than 5 % would be told apart by no operator.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from analysis.campaign.values import number_and_kind

STEP = 1.05
"""From one level of a log axis to the next."""
LINEAR_LEVELS = 21
"""Of a linear axis: 5 % of its range apart."""
NEAT = 0.01
"""Levels are rounded to no more than this share of themselves."""

COUNTED_UP_TO = 20_000
"""Points of settings that hang together, which are counted one by one."""

Point = tuple[int, ...]
"""Of each axis the number of its level."""


class SpaceError(Exception):
    """An axis that cannot be; the message says why."""


@dataclass(frozen=True)
class Axis:
    """One setting that may vary, or one choice that sets several."""

    key: str
    """As --set takes it: "protocol.probe_interval"; of a choice, the option's own name."""
    low: float = math.nan
    high: float = math.nan
    unit: str = ""
    """"s" of durations, "" of counts, or whatever follows the number ("%")."""
    scale: str = "log"
    """"log", "linear", or "choice", whose values are alternatives in no order."""
    whole: bool = False
    """Whole numbers only."""
    values: tuple[str, ...] = ()
    """These levels and no others; of a choice, what can be chosen. Empty: made of low and high."""
    default: str = ""
    """The product's, which is a level whatever the steps are, if it is in the range; empty: none."""
    name: str = ""
    """The product's name of it: "gossip_lan.probe_interval"."""
    sets: tuple[Mapping[str, str], ...] = ()
    """Of each of `values` all that it sets, by key; empty: the key itself."""

    def __post_init__(self) -> None:
        if self.scale not in ("log", "linear", "choice"):
            raise SpaceError(f'{self.key}: scale is "{self.scale}"; it is log, linear or choice')
        if self.scale == "choice" and not self.values:
            raise SpaceError(f"{self.key}: a choice needs its values")
        if self.sets and len(self.sets) != len(self.values):
            raise SpaceError(
                f"{self.key}: {len(self.values)} values, and settings of {len(self.sets)}"
            )
        if not self.values and not self.low <= self.high:
            raise SpaceError(f"{self.key}: the range from {self.low} to {self.high} is empty")
        if not self.values and self.scale == "log" and self.low <= 0:
            raise SpaceError(f"{self.key}: from {self.low}: a log scale begins above 0")

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The texts, in the order of their numbers."""
        if self.values:
            return self.values
        numbers = sorted(set(self._numbers()))
        if self.default:
            numbers = _with_default(numbers, self.number(self.default), self.scale)
        return tuple(dict.fromkeys(map(self.text, numbers)))

    def _numbers(self) -> Iterator[float]:
        if self.low == self.high:
            yield self.low
            return
        if self.scale == "linear":
            count = LINEAR_LEVELS
            if self.whole:
                count = min(count, round(self.high - self.low) + 1)
            numbers = [
                self.low + (self.high - self.low) * step / (count - 1) for step in range(count)
            ]
        else:
            count = max(2, math.ceil(math.log(self.high / self.low) / math.log(STEP) - 1e-9) + 1)
            numbers = [
                self.low * (self.high / self.low) ** (step / (count - 1)) for step in range(count)
            ]
        for number in numbers:
            if self.whole:
                yield float(round(number))
            elif number in (numbers[0], numbers[-1]):
                yield number
            else:
                yield _neat(number)

    def text(self, number: float) -> str:
        """As a configuration file would say it."""
        if self.unit == "s" and 0 < number < 1:
            return f"{_plain(number * 1000)}ms"
        return f"{_plain(number)}{self.unit}"

    def number(self, text: str) -> float:
        """Of a level; of a choice its place. Raises SpaceError."""
        if self.scale == "choice":
            if text not in self.values:
                raise SpaceError(f"{self.key}: {text!r} is none of {', '.join(self.values)}")
            return float(self.values.index(text))
        return number_of(self.key, text)

    @cached_property
    def coordinates(self) -> tuple[float, ...]:
        """Of each level its place from 0 to 1, by the axis's scale."""
        numbers = [self.number(level) for level in self.levels]
        if self.scale == "log" and min(numbers) > 0:
            numbers = [math.log(number) for number in numbers]
        low, high = min(numbers), max(numbers)
        return tuple((number - low) / (high - low) if high > low else 0.5 for number in numbers)

    def settings(self, level: int) -> Mapping[str, str]:
        """What this level sets, by key."""
        return self.sets[level] if self.sets else {self.key: self.levels[level]}

    def nearest(self, text: str) -> int:
        """The level that is nearest to a value. Raises SpaceError."""
        if text in self.levels:
            return self.levels.index(text)
        number = self.number(text)
        logarithmic = self.scale == "log" and number > 0

        def far(level: int) -> float:
            own = self.number(self.levels[level])
            return abs(math.log(own / number)) if logarithmic and own > 0 else abs(own - number)

        return min(range(len(self.levels)), key=far)


@dataclass(frozen=True)
class Relation:
    """What two settings must keep: one is less than the other, as a probe_timeout is than its
    probe_interval."""

    less: str
    greater: str
    """Keys as in a point's settings."""
    strict: bool = True

    def holds(self, settings: Mapping[str, str]) -> bool:
        """Also where one of them is not set at all."""
        if self.less not in settings or self.greater not in settings:
            return True
        less = number_of(self.less, settings[self.less])
        greater = number_of(self.greater, settings[self.greater])
        return less < greater if self.strict else less <= greater

    @property
    def keys(self) -> tuple[str, str]:
        return self.less, self.greater

    @property
    def words(self) -> str:
        return f"{self.less} {'<' if self.strict else '<='} {self.greater}"


@dataclass(frozen=True)
class Need:
    """Where one setting has this value, another must have that one."""

    key: str
    value: str
    needed: str
    right: str

    @property
    def keys(self) -> tuple[str, str]:
        return self.key, self.needed

    def holds(self, settings: Mapping[str, str]) -> bool:
        if settings.get(self.key) != self.value:
            return True
        return settings.get(self.needed, self.right) == self.right


@dataclass(frozen=True)
class Space:
    """All that may be set together."""

    axes: tuple[Axis, ...]
    relations: tuple[Relation, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    """What is set at every point, so that relations can be about it too."""

    @property
    def grid(self) -> int:
        """Points of the grid, those that break a relation among them."""
        return math.prod(len(axis.levels) for axis in self.axes)

    @cached_property
    def size(self) -> int:
        """Allowed points. Where so many settings hang together that they cannot be counted cheaply, those
        among them that break a relation too: see is_counted."""
        return math.prod(self._allowed_of(group) for group in self._hanging_together)

    @property
    def is_counted(self) -> bool:
        """Whether size leaves out all that breaks a relation."""
        return all(self._counts(group) for group in self._hanging_together)

    @cached_property
    def first(self) -> Point:
        """An allowed point, the first of all; () where there is none."""
        everywhere = itertools.product(*(range(len(axis.levels)) for axis in self.axes))
        return next((point for point in everywhere if self.allowed(point)), ())

    @cached_property
    def _hanging_together(self) -> list[list[int]]:
        """The axes in groups of which no relation is about two."""
        groups = [[place] for place in range(len(self.axes))]
        for relation in self.relations:
            about = set(self._about(relation))
            joined = [group for group in groups if about & set(group)]
            if len(joined) > 1:
                groups = [group for group in groups if group not in joined]
                groups.append(sorted(place for group in joined for place in group))
        return groups

    def _about(self, relation: Relation) -> list[int]:
        return [
            place
            for place, axis in enumerate(self.axes)
            if any(set(relation.keys) & set(axis.settings(n)) for n in range(len(axis.levels)))
        ]

    def _counts(self, group: Sequence[int]) -> bool:
        return math.prod(len(self.axes[place].levels) for place in group) <= COUNTED_UP_TO

    def _allowed_of(self, group: Sequence[int]) -> int:
        of_group = [self.axes[place] for place in group]
        whole = math.prod(len(axis.levels) for axis in of_group)
        relations = [each for each in self.relations if set(self._about(each)) & set(group)]
        if not relations or not self._counts(group):
            return whole
        keys = {key for relation in relations for key in relation.keys}
        fixed = {key: text for key, text in self.fixed.items() if key in keys}
        few = Space(tuple(of_group), tuple(relations), fixed)
        everywhere = itertools.product(*(range(len(axis.levels)) for axis in of_group))
        return sum(map(few.allowed, everywhere))

    def settings(self, point: Point) -> dict[str, str]:
        """What is set there, by key, without what is fixed."""
        found: dict[str, str] = {}
        for axis, level in zip(self.axes, point, strict=True):
            found |= axis.settings(level)
        return found

    def texts(self, point: Point) -> dict[str, str]:
        """Of each axis its level, by the axis's key: what a configuration says."""
        return {axis.key: axis.levels[level] for axis, level in zip(self.axes, point, strict=True)}

    def allowed(self, point: Point) -> bool:
        """Whether it keeps every relation."""
        settings = {**self.fixed, **self.settings(point)}
        return all(relation.holds(settings) for relation in self.relations)

    @property
    def default(self) -> Point:
        """The levels nearest to the product's own: its middle one where an axis has no default."""
        return tuple(
            axis.nearest(axis.default) if axis.default else len(axis.levels) // 2
            for axis in self.axes
        )

    def coordinates(self, point: Point) -> tuple[float, ...]:
        """For distances: an axis a number from 0 to 1, a choice a number for each alternative."""
        found: list[float] = []
        for axis, level in zip(self.axes, point, strict=True):
            if axis.scale == "choice":
                found += [float(level == other) for other in range(len(axis.levels))]
            else:
                found.append(axis.coordinates[level])
        return tuple(found)

    @cached_property
    def groups(self) -> tuple[int, ...]:
        """Of each number of `coordinates` the axis that it belongs to."""
        return tuple(
            place
            for place, axis in enumerate(self.axes)
            for _ in range(len(axis.levels) if axis.scale == "choice" else 1)
        )

    def neighbours(self, point: Point) -> Iterator[Point]:
        """The allowed points that are one level, or another alternative, away on one axis."""
        for place, axis in enumerate(self.axes):
            if axis.scale == "choice":
                others = [level for level in range(len(axis.levels)) if level != point[place]]
            else:
                others = [point[place] - 1, point[place] + 1]
            for level in others:
                if 0 <= level < len(axis.levels):
                    near = (*point[:place], level, *point[place + 1 :])
                    if self.allowed(near):
                        yield near


def number_of(key: str, text: str) -> float:
    """Of durations in seconds. Raises SpaceError where the text is no number."""
    found = number_and_kind(text)
    if found is None:
        raise SpaceError(f"{key}: {text!r} is no number")
    return found[0]


def _neat(number: float) -> float:
    """Rounded to 1, 2 or 5 of a power of ten, by no more than NEAT of itself in all."""
    if number == 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(abs(number) * NEAT))
    step = max(step for step in (1, 2, 5) if step * power <= abs(number) * NEAT * (1 + 1e-9))
    return round(round(number / (step * power)) * step * power, 12)


def _plain(number: float) -> str:
    """Without exponent; a scenario's numbers have none."""
    return f"{float(f'{number:.6g}'):f}".rstrip("0").rstrip(".")


def _with_default(numbers: list[float], default: float, scale: str) -> list[float]:
    """A default within the range is a level; one that is nearer to it than half a step makes way, but no
    end does."""
    if default in numbers or not numbers[0] < default < numbers[-1]:
        return numbers
    inner = numbers[1:-1]
    near = min(inner, key=lambda number: abs(number - default), default=None)
    if near is not None:
        if scale == "log" and default > 0:
            close = abs(math.log(near / default)) < math.log(STEP) / 2
        else:
            close = abs(near - default) < (numbers[-1] - numbers[0]) / (2 * LINEAR_LEVELS)
        if close:
            inner.remove(near)
    return sorted([numbers[0], *inner, numbers[-1], default])
