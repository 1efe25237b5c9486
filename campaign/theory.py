# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab theory`: what the papers' formulas say of a scenario's settings, or of a preset's.

The simulator resolves the settings, as for a run, so that a preset or a sweep means the same here. The
formulas are in analysis/theory.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from analysis.campaign.text import count, quantity
from analysis.theory import table
from analysis.theory.forms import Case
from analysis.theory.settings import LEAST_MEMBERS, settings_of, share_of
from campaign.backends import NS3
from campaign.build import Build
from campaign.errors import UserError
from campaign.plan import Plan, Request, ask_for_plan
from campaign.words import one_line, path_text, setting_text

Number = TypeVar("Number", int, float)

MOST_MEMBERS = 1_000_000
MOST_CASES = 1000

FORMATS = ("table", "csv", "json")

NO_SCENARIO = Path("(no scenario)")
PRESETS_ONLY = b"""title = "Closed forms"
question = "What do the papers' formulas say of these settings?"
duration = "1m"
runs = 1
[cluster]
members = 128
preset = "memberlist-lan"
[topology]
kind = "star"
[network]
model = "path"
"""
"""A scenario of which only the settings matter, for who has none."""


@dataclass(frozen=True)
class Wanted:
    """What the user asked for."""

    scenario: Path | None
    """None: `text` is PRESETS_ONLY."""
    text: bytes
    """Of the scenario."""
    settings: tuple[str, ...] = ()
    """KEY=VALUE, as given with --set."""
    members: tuple[int, ...] = ()
    """Instead of the scenario's; empty: the scenario's."""
    loss: tuple[float, ...] = ()


def members_of(text: str) -> tuple[int, ...]:
    """`8,128` as numbers; raises ValueError with what is wrong."""
    return _listed(text, _members)


def losses_of(text: str) -> tuple[float, ...]:
    """`0%,5%` as shares; raises ValueError with what is wrong."""
    return _listed(text, _loss)


def _listed(text: str, read: Callable[[str], Number]) -> tuple[Number, ...]:
    found = tuple(map(read, text.split(",")))
    if len(set(found)) < len(found):
        raise ValueError(f"'{text}' has a value twice")
    return found


def _members(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not LEAST_MEMBERS <= int(text) <= MOST_MEMBERS:
        raise ValueError(f"'{text}' is not a whole number from {LEAST_MEMBERS} to {MOST_MEMBERS:,}")
    return int(text)


def _loss(text: str) -> float:
    try:
        loss = share_of(text)
    except ValueError:
        loss = -1.0
    if not 0 <= loss < 1:
        raise ValueError(f"'{text}' is not a share from 0% to less than 100%, such as 5%")
    return loss


def theory(wanted: Wanted, build: Build, form: str, out: Path | None) -> str:
    """The table, in one of FORMATS; with `out` the curves go there, too."""
    title, cases = cases_of(wanted, build)
    if out is not None:
        _write(out, title, cases)
    if form == "csv":
        return table.as_csv(cases).rstrip("\n")
    return table.as_json(title, cases) if form == "json" else table.as_text(title, cases)


def cases_of(wanted: Wanted, build: Build) -> tuple[str, list[Case]]:
    """What the table is about, in a line, and a case for each point, size and loss that is asked for."""
    program = build.program(NS3.program)
    request = Request(wanted.scenario or NO_SCENARIO, wanted.settings, runs=1, text=wanted.text)
    plan = ask_for_plan(program, request)
    asked = len(plan.points) * max(1, len(wanted.members)) * max(1, len(wanted.loss))
    if asked > MOST_CASES:
        raise UserError(
            f"{path_text(request.scenario)}: its sweep, --members and --loss make {asked:,} cases; a"
            f" table has {MOST_CASES:,} at most: settle an axis with --set KEY=VALUE"
        )
    found = []
    for point in plan.points:
        resolved = _resolved(program, request, plan, point.settings)
        base = settings_of(resolved)
        if base.members < LEAST_MEMBERS and not wanted.members:
            raise UserError(
                f"{path_text(request.scenario)}: it has {count(base.members, 'member')}, and nobody is"
                " there to be probed; give two or more with --members"
            )
        for members, loss in itertools.product(
            wanted.members or (base.members,), wanted.loss or (base.loss,)
        ):
            told = {key: setting_text(value) for key, value in point.settings.items()}
            told = _without_overruled(told, wanted)
            if len(wanted.members) > 1:
                told["members"] = str(members)
            if len(wanted.loss) > 1:
                told["loss"] = _percent(loss)
            found.append(Case(replace(base, members=members, loss=loss), told))
    return _title(plan, found), found


def _resolved(
    program: Path, request: Request, plan: Plan, settings: Mapping[str, object]
) -> Mapping[str, str]:
    """All settings at one point of a sweep: a swept preset moves others than itself."""
    if not settings:
        return plan.resolved
    fixed = [f"{key}={setting_text(value)}" for key, value in settings.items()]
    at_point = replace(request, settings=(*request.settings, *fixed))
    return ask_for_plan(program, at_point).resolved


def _without_overruled(told: dict[str, str], wanted: Wanted) -> dict[str, str]:
    """Without the swept keys whose place --members or --loss takes."""
    overruled = ["cluster.members"] if wanted.members else []
    overruled += ["network.loss", "network.datagram_loss"] if wanted.loss else []
    return {key: value for key, value in told.items() if key not in overruled}


def _percent(share: float) -> str:
    return f"{100 * share:.6g} %"


def _title(plan: Plan, cases: Sequence[Case]) -> str:
    """The scenario's title and what all cases have in common."""
    common = []
    if not any("cluster.preset" in case.told_by for case in cases):
        common.append(f"preset {plan.resolved['cluster.preset']}")
    texts = [
        (
            count(case.settings.members, "member"),
            f"{_percent(case.settings.loss)} of datagrams lost",
            f"protocol period {quantity(case.settings.period_s, 's')}",
        )
        for case in cases
    ]
    common += [words[0] for words in zip(*texts) if len(set(words)) == 1]
    return one_line(f"{plan.title}: {', '.join(common)}")


def _write(out: Path, title: str, cases: Sequence[Case]) -> None:
    # Imported here: drawing takes matplotlib, and a table must not wait for it.
    from analysis.figures import theory as figures

    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "theory.csv").write_text(table.as_csv(cases))
        figures.write_all(out, title, cases)
    except OSError as error:
        named = path_text(Path(error.filename or out))
        raise UserError(f"{named}: {error.strerror}; choose another folder with --out") from error
