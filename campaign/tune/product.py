# SPDX-License-Identifier: GPL-2.0-only
"""A product that people run: what its operator can set, what is compiled in, and what both make of a
scenario.

A recommendation that a product cannot set is none, so only options are searched; what is fixed is part
of how its members behave, and stands beside what would be gained by setting it. products.py reads all
of them from data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from analysis.campaign.values import TIME, number_and_kind
from campaign.errors import UserError
from campaign.tune import blocks
from campaign.tune.space import Axis, Need, Relation

PRESET = "cluster.preset"

KINDS = ("duration", "count", "bytes", "percent", "number", "boolean", "choice")
BOOLEANS = ("true", "false")
WHOLE = ("count", "bytes", "percent")

_UNITS = {"duration": "s", "bytes": "B", "percent": "%"}
_EXAMPLES = {
    "duration": "500ms",
    "count": "3",
    "bytes": "1400B",
    "percent": "80%",
    "number": "50.0",
}
_NUMBER = re.compile(r"\d+(\.\d+)?[A-Za-z%]*")
"""With its unit, if it has one: not all that scenarios take, but all that each product takes."""

RELATIONS = (
    Relation("protocol.probe_timeout", "protocol.probe_interval"),
    Relation("protocol.gossip_to_the_dead_time", "protocol.reap_time", strict=False),
    Relation("protocol.reconnect_interval", "protocol.reap_time", strict=False),
    Relation("protocol.announce_to_down_interval", "protocol.reap_time", strict=False),
)
"""What the protocol asks of any two numbers (Validate in protocol/swim/config.cc)."""

NEEDS = (Need("protocol.buddy_relays", "true", "protocol.buddy", "true"),)
"""What it asks of words: where there is the first setting, the second."""

MOST_GOSSIP_NODES = 64
"""A scenario takes no more."""

DERIVED: dict[str, Callable[[int], str]] = {
    "half_of_members": lambda members: str(min(MOST_GOSSIP_NODES, max(3, members // 2))),
}
"""Values that a product works out from the number of members."""


@dataclass(frozen=True)
class Option:
    """One thing that can be set."""

    name: str
    """The product's own: "gossip_lan.probe_interval"."""
    key: str
    """The scenario's: "protocol.probe_interval"; empty where several go together, or none is simulated."""
    default: str
    kind: str
    """One of KINDS."""
    source: str
    """The file of the product that it was read from."""
    low: str = ""
    high: str = ""
    """The range of a search that names none; empty: it is not searched by numbers."""
    why: str = ""
    """Of the range."""
    values: tuple[str, ...] = ()
    """Of a choice and a boolean."""
    sets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Of a choice that stands for several settings: what each value sets."""
    also: tuple[str, ...] = ()
    """Further keys of a scenario that have the same value."""
    negated: bool = False
    """The product's boolean says the opposite of the scenario's."""
    vary: bool = True
    """Searched where a tune file does not say what varies; the rest has little to do with detection."""
    load: bool = False
    """It changes how many bytes there are, and nothing else."""
    of_preset: bool = False
    """Its default is that of the preset, whichever is chosen."""
    always: bool = False
    """It stands in every block, since the rest is said relative to it."""
    note: str = ""

    @property
    def id(self) -> str:
        """What values go by: the scenario's key, or else the product's name."""
        return self.key or self.name

    @property
    def simulated(self) -> bool:
        return bool(self.key or self.sets)

    @property
    def searchable(self) -> bool:
        """Not what the rest is relative to: what that would make of the rest is not known here."""
        return self.simulated and bool(self.low or self.values) and not self.always

    def settings(self, value: str) -> dict[str, str]:
        """What a value sets in a scenario. Raises UserError."""
        if self.sets:
            if value not in self.sets:
                raise UserError(f"{self.name} = {value}: is one of {', '.join(self.sets)}")
            return dict(self.sets[value])
        return {key: value for key in (self.key, *self.also) if key}

    def check(self, value: str) -> None:
        """Whether the product could read it. Raises UserError."""
        if self.values:
            if value not in self.values:
                raise UserError(f"{self.name} = {value}: is one of {', '.join(self.values)}")
            return
        found = number_and_kind(value) if _NUMBER.fullmatch(value) else None
        example = _EXAMPLES[self.kind]
        known = number_and_kind(example)
        if found is None or known is None or found[1] != known[1]:
            raise UserError(f"{self.name} = {value}: is no {self.kind}, such as {example}")
        if self.kind in WHOLE and found[0] != int(found[0]):
            raise UserError(f"{self.name} = {value}: is not whole")

    def axis(self, low: str = "", high: str = "", values: Sequence[str] = ()) -> Axis:
        """For a search: in this range, or among these values, or in the option's own range.
        Raises UserError."""
        if self.always or not self.simulated:
            raise UserError(f"{self.name}: can be set, but not searched")
        values, low, high = tuple(values) or self.values, low or self.low, high or self.high
        if not values and not (low and high):
            raise UserError(f"{self.name}: has no range of its own; give the least and the most")
        for value in values or (low, high):
            self.check(value)
        if values:
            axis = Axis(self.id, values=values, scale="choice" if self.values else "log")
        elif number_of(low) > number_of(high):
            raise UserError(f"{self.name}: the range from {low} to {high} is empty")
        else:
            axis = Axis(self.id, number_of(low), number_of(high), scale=_scale(number_of(low)))
        default = "" if self.values and self.default not in values else self.default
        whole = self.kind in WHOLE
        axis = replace(
            axis, unit=_UNITS.get(self.kind, ""), whole=whole, default=default, name=self.name
        )
        if not (self.also or self.sets):
            return axis
        sets = tuple(self.settings(level) for level in axis.levels)
        return replace(axis, values=axis.levels, sets=sets)


@dataclass(frozen=True)
class Fixed:
    """What is compiled in."""

    name: str
    key: str
    """The scenario's; empty: not simulated."""
    value: str
    source: str
    note: str = ""
    derived: str = ""
    """A rule of DERIVED, which has the value."""
    of_preset: bool = False
    """It follows the chosen preset, so no scenario is told."""
    load: bool = False
    """See Option."""

    def settings(self, members: int) -> dict[str, str]:
        if not self.key or self.of_preset:
            return {}
        return {self.key: DERIVED[self.derived](members) if self.derived else self.value}


@dataclass(frozen=True)
class Product:
    """A program that people run, in the version that was read."""

    name: str
    family: str
    """Of products that share all but a few defaults: the library that they are built on, or the name."""
    title: str
    version: str
    """Or why there is none."""
    sources: tuple[str, ...]
    preset: str
    options: tuple[Option, ...]
    fixed: tuple[Fixed, ...]
    notes: tuple[str, ...]
    syntax: str
    """A name of blocks.SYNTAXES."""
    place: str
    """Where a block goes."""
    unsettable: str = ""
    """Why there is nothing to search, where there is not."""
    beyond: tuple[Option, ...] = ()
    """What is fixed as if it could be set, to see what would be gained by that."""

    @property
    def varied(self) -> tuple[Option, ...]:
        """What is searched where nobody says what."""
        return tuple(option for option in self.options if option.vary and option.searchable)

    @property
    def relations(self) -> tuple[Relation, ...]:
        """Those of which at least one side can be set."""
        keys = {key for option in self.options for key in (option.key, *option.also)}
        return tuple(each for each in RELATIONS if keys & set(each.keys))

    @property
    def needs(self) -> tuple[Need, ...]:
        """The same of words."""
        keys = {option.key for option in self.options}
        return tuple(each for each in NEEDS if keys & set(each.keys))

    def option(self, name: str) -> Option:
        """By the product's name, its last part, the scenario's key, or that without its table.
        Raises UserError."""
        for found in (
            [
                each
                for each in self.options
                if name in (each.name, each.key, each.key.rpartition(".")[2])
            ],
            [each for each in self.options if name in (last_of(each.name), last_of(each.key))],
        ):
            if len(found) == 1:
                return found[0]
        fixed = next(
            (
                each
                for each in self.fixed
                if name and name in (each.name, each.key, each.key.rpartition(".")[2])
            ),
            None,
        )
        if fixed is not None:
            raise UserError(
                f"{name} cannot be set in {self.title}: {fixed.value} is compiled in ({fixed.source})"
            )
        known = ", ".join(option.name for option in self.options)
        raise UserError(f"{self.title} has no {name}; what can be set: {known}")

    def settings(
        self, members: int, values: Mapping[str, str] | None = None, load: bool = True
    ) -> dict[str, str]:
        """What makes each of so many members behave as the product's with these values, by Option.id, and
        its defaults for the rest. Raises UserError.

        @param load whether also what changes bytes only, which more than doubles the time of a
        simulation: compression and coordinates
        """
        values = values or {}
        unknown = set(values) - {option.id for option in self.options}
        if unknown:
            raise UserError(f"{self.title} has no {', '.join(sorted(unknown))}")
        made = {PRESET: self.preset}
        for fixed in self.fixed:
            if load or not fixed.load:
                made |= fixed.settings(members)
        for option in self.options:
            given = option.id in values
            if option.simulated and (given or load or not option.load):
                made |= option.settings(values.get(option.id, option.default))
            if not given and option.of_preset and made[PRESET] != self.preset:
                made.pop(option.key, None)
        return made

    def why_not(self, values: Mapping[str, str], members: int = 2) -> str | None:
        """What keeps these values from running together; None if nothing does. Raises UserError."""
        settings = self.settings(members, values)
        for relation in RELATIONS:
            if not relation.holds(settings):
                return (
                    f"{relation.less} = {settings[relation.less]}, {relation.greater} ="
                    f" {settings[relation.greater]}; it must be {relation.words}"
                )
        for need in NEEDS:
            if not need.holds(settings):
                return f"{need.key} = {need.value} needs {need.needed} = {need.right}"
        return None

    def block(self, values: Mapping[str, str]) -> str:
        """What to paste for these values, by Option.id; for none of them, the defaults.
        Raises UserError."""
        return blocks.write(self, values)

    def parse(self, block: str) -> dict[str, str]:
        """The values of a block, by Option.id. Raises UserError."""
        return blocks.read(self, block)


def number_of(text: str) -> float:
    found = number_and_kind(text)
    if found is None:
        raise UserError(f"{text!r} is no number")
    return found[0]


def _scale(low: float) -> str:
    """A logarithm has no 0."""
    return "log" if low > 0 else "linear"


def last_of(name: str) -> str:
    """The last part of a name with points in it."""
    return name.rpartition(".")[2]
