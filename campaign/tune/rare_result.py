# SPDX-License-Identifier: GPL-2.0-only
"""`rare` of result.json: what splitting says of the first choice where its runs cannot show a goal in
false burials. An estimate beside the bound; whether the goal is kept is for the bound alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from campaign.tune.evaluate import PATH
from campaign.tune.outcome import Outcome
from campaign.tune.rare import Case, Rare, estimate_rare
from campaign.tune.simulate import MODEL_KEY, Situation

BURIALS = ("false_burials_per_member_year", "wrong_deaths.per_member_year")
SHARE_OF_BUDGET = 0.1
"""On top of a budget that is a time."""
MOST_S, UNASKED_S = 120.0, 60.0
"""At the most; and with a budget that is a number of runs, where the user asks for it."""


def is_open(outcome: Outcome) -> bool:
    """Whether the first choice's runs leave a goal in false burials unshown."""
    return any(each.goal in BURIALS for each in outcome.unshown)


def seconds_for(budget_s: float | None, scenarios: int) -> float:
    """Of each scenario. @param budget_s None: the budget is a number of runs"""
    whole = UNASKED_S if budget_s is None else min(MOST_S, SHARE_OF_BUDGET * budget_s)
    return whole / max(1, scenarios)


def rare_of(
    outcome: Outcome,
    situations: Sequence[Situation],
    program: Path,
    inputs: Path,
    budget_s: float,
    jobs: int,
    tell: Callable[[str], None],
) -> dict[str, Any] | None:
    """Of the first choice in its worst scenario; None where nothing is recommended. budget_s: of each
    scenario. Raises Interrupted."""
    if not outcome.recommended:
        return None
    setting = outcome.recommended[0].setting
    found: list[tuple[str, Rare]] = []
    for situation in situations:
        if situation.of_bytes:
            continue
        folder = inputs / situation.name
        settings = {**situation.base, **setting.settings, MODEL_KEY: PATH}
        case = Case(program, folder / "scenario.toml", folder, settings)
        found.append((situation.name, estimate_rare(case, budget_s, jobs, tell)))
    name, worst = max(found, key=lambda each: each[1].per_member_year.value or -1.0)
    rest = {"id": setting.id, "scenario": name, "says": says(worst)}
    return worst.as_json() | rest


def says(rare: Rare) -> str:
    """One sentence."""
    estimate = rare.per_member_year
    if estimate.value is None:
        return f"Splitting gives no estimate of false burials: {estimate.why}"
    text = f"Splitting estimates {estimate.value:.3g} false burials a member-year"
    if estimate.low is None or estimate.high is None:
        return f"{text}, {estimate.why}"
    return (
        f"{text} (95 % interval {estimate.low:.3g} to {estimate.high:.3g}, {len(rare.runs):,} runs):"
        " an estimate, which shows nothing by itself"
    )
