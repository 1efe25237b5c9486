# SPDX-License-Identifier: GPL-2.0-only
"""Which values that a tune file names can be set at all, beside what the others may be.

A product asks of some settings that one is less than another. Where the other may not vary, or not far
enough, values would be left out of the search without a word, so each is held against all that may stand
beside it. Constraints are of two settings each and in no circle, so it is enough to look at pairs until
nothing more falls out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from campaign.tune.product import Option, Product
from campaign.tune.space import Axis, Need, Relation


class Constraint(Protocol):
    """Of two settings."""

    @property
    def keys(self) -> tuple[str, str]:
        ...

    def holds(self, settings: Mapping[str, str]) -> bool:
        ...


@dataclass(frozen=True)
class Reach:
    """Of one axis what is left, and why the rest is not."""

    axis: Axis
    kept: tuple[int, ...]
    """Of its levels."""
    why: Constraint | None
    """The first one that something was lost to."""

    @property
    def lost(self) -> list[str]:
        return [
            level for place, level in enumerate(self.axis.levels) if place not in set(self.kept)
        ]

    @property
    def narrowed(self) -> Axis:
        """The axis of what is left."""
        if len(self.kept) == len(self.axis.levels):
            return self.axis
        levels = tuple(self.axis.levels[place] for place in self.kept)
        sets = tuple(self.axis.sets[place] for place in self.kept) if self.axis.sets else ()
        return replace(self.axis, values=levels, sets=sets)


def reaches(product: Product, axes: Sequence[Axis]) -> list[Reach]:
    """Of each axis, with the product's defaults for all that is none."""
    constraints: list[Constraint] = [*product.relations, *product.needs]
    fixed = product.settings(2)
    kept = [tuple(range(len(axis.levels))) for axis in axes]
    why: list[Constraint | None] = [None] * len(axes)
    changed = True
    while changed:
        changed = False
        for constraint in constraints:
            own = {key: text for key, text in fixed.items() if key in constraint.keys}
            involved = [place for place, axis in enumerate(axes) if _sets(axis, constraint)]
            for place in involved:
                others = [other for other in involved if other != place]
                left = tuple(
                    level
                    for level in kept[place]
                    if _goes(constraint, own, axes, kept, (place, level), others)
                )
                if left != kept[place]:
                    kept[place], changed = left, True
                    why[place] = why[place] or constraint
    return [Reach(*each) for each in zip(axes, kept, why)]


def _sets(axis: Axis, constraint: Constraint) -> bool:
    return any(
        key in axis.settings(level) for key in constraint.keys for level in range(len(axis.levels))
    )


def _goes(
    constraint: Constraint,
    fixed: Mapping[str, str],
    axes: Sequence[Axis],
    kept: Sequence[Sequence[int]],
    at: tuple[int, int],
    others: Sequence[int],
) -> bool:
    """Whether the level can stand beside some level of what else the constraint is about."""
    here = {**fixed, **axes[at[0]].settings(at[1])}
    if not others:
        return constraint.holds(here)
    other = others[0]
    return any(constraint.holds({**here, **axes[other].settings(level)}) for level in kept[other])


def reason(product: Product, reach: Reach, all_: Sequence[Reach]) -> str:
    """Why what is lost cannot be, and what to write in [vary] so that it could."""
    constraint = reach.why
    assert constraint is not None
    mine = next((key for key in constraint.keys if _has(reach.axis, key)), constraint.keys[0])
    other = next(key for key in constraint.keys if key != mine)
    options = {key: option for option in product.options for key in (option.key, *option.also)}
    text = f"{_words(constraint, options)}, and {_name(options, other)} "
    beside = next((each for each in all_ if _has(each.axis, other)), None)
    if beside is reach:
        return text + "is set by the same choice"
    if beside is not None:
        ends = (
            [beside.axis.levels[place] for place in (beside.kept[0], beside.kept[-1])]
            if (beside.kept)
            else [beside.axis.levels[0], beside.axis.levels[-1]]
        )
        varies = f"is {ends[0]}" if ends[0] == ends[1] else f"varies from {ends[0]} to {ends[1]}"
        return text + f"{varies}; let it vary further"
    stays = product.settings(2).get(other, "")
    if other in options and options[other].searchable:
        return text + f"stays {stays}; name {options[other].name} in [vary] too"
    return text + f"stays {stays}, which a tune cannot vary"


def _has(axis: Axis, key: str) -> bool:
    return any(key in axis.settings(level) for level in range(len(axis.levels)))


def _name(options: Mapping[str, Option], key: str) -> str:
    return options[key].name if key in options else key


def _words(constraint: Constraint, options: Mapping[str, Option]) -> str:
    one, other = (_name(options, key) for key in constraint.keys)
    if isinstance(constraint, Relation):
        return f"{one} must be {'less than' if constraint.strict else 'at most'} {other}"
    assert isinstance(constraint, Need)
    return f"{one} = {constraint.value} needs {other} = {constraint.right}"
