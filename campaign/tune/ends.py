# SPDX-License-Identifier: GPL-2.0-only
"""Whether the simulator takes the ends of what [vary] names, before any run: a value that no member could
have would fail the first run that has it."""

from __future__ import annotations

from pathlib import Path

from campaign.errors import Refused
from campaign.plan import Request, ask_for_plan
from campaign.tune.file import TuneFile
from campaign.tune.product import Option, number_of
from campaign.tune.simulate import Situation
from campaign.tune.space import Axis, Point, Space


def check_ends(
    program: Path, file: TuneFile, space: Space, situation: Situation, copies: Path
) -> None:
    """Raises UserError at the line of what it does not take. A range that is searched unless somebody says
    otherwise needs no asking."""
    for place, (key, option) in enumerate(zip(file.named, file.options)):
        axis = space.axes[place]
        for level in sorted({0, len(axis.levels) - 1}):
            if _is_usual(option, axis, level):
                continue
            settings = {**situation.base, **space.settings(_beside(space, place, level))}
            listed = tuple(f"{name}={value}" for name, value in settings.items())
            source = copies / situation.name / "scenario.toml"
            try:
                ask_for_plan(program, Request(source, listed, runs=1))
            except Refused as error:
                words = str(error).replace("--set ", "").removeprefix(f"{option.key}=")
                raise file.wrong(f"{option.name} = {words}", "vary", key) from None


def _is_usual(option: Option, axis: Axis, level: int) -> bool:
    if option.values or not option.low:
        return bool(option.values)
    number = axis.number(axis.levels[level])
    return number_of(option.low) <= number <= number_of(option.high)


def _beside(space: Space, place: int, level: int) -> Point:
    """A point that has this level, as near to the default's as relations let it be."""
    default = space.default
    point = (*default[:place], level, *default[place + 1 :])
    if space.allowed(point):
        return point
    for other, axis in enumerate(space.axes):
        for moved in range(len(axis.levels)) if other != place else ():
            near = (*point[:other], moved, *point[other + 1 :])
            if space.allowed(near):
                return near
    return point
