# SPDX-License-Identifier: GPL-2.0-only
"""How the search asks for runs, and what it is told. The search sees nothing else of a simulator.

Asks are by number of runs, not by seed: the first `runs` seeds of a row that all settings share, so that
settings are compared in pairs. `fresh` names another row, which the search never sees: what was chosen
for being lucky on the first row is not lucky on the second. An Ask for more runs than before repeats
none, since the runs that there are come out of the journal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from analysis.campaign.values import HOUR_S, YEAR_S
from analysis.study.estimates import Estimate

if TYPE_CHECKING:
    from campaign.tune.shares import Shares

PATH, PACKET = "path", "packet"


class BudgetOver(Exception):
    """The time of a stage is over: the procedure goes on with the next one, from what it has."""


@dataclass(frozen=True)
class Ask:
    """So many runs of one setting, in every scenario of the problem."""

    settings: Mapping[str, str]
    """Scenario keys beyond the base."""
    runs: int
    """In all, those that were asked for before among them."""
    fidelity: str = PATH
    fresh: bool = False

    @property
    def key(self) -> tuple[tuple[tuple[str, str], ...], str, bool]:
        """What makes its runs these runs, whatever their number."""
        return tuple(sorted(self.settings.items())), self.fidelity, self.fresh


@dataclass(frozen=True)
class Measured:
    """What those runs say."""

    values: Mapping[str, Estimate]
    """By measure: of a goal's the worst scenario's, of what is minimised the weighted mean."""
    per_run: Mapping[str, Sequence[float]]
    """By measure the value of each seed by itself, in the order of the seeds; `math.inf`: never, `math.nan`:
    nothing to measure. Of a quantile of times, the quantile of that run's values, however few."""
    runs: int
    exposed_member_s: float
    """Of all runs together, of the scenario that `values` tells of."""
    rough: Mapping[str, float] = field(default_factory=dict)
    """Where a value is None for want of runs, a point estimate all the same (the 99 % quantile of 40
    values is the largest). It steers the search, and shows nothing."""

    def exposure(self, measure: str) -> float | None:
        """Of a count, what its value is counted for: member-years, member-hours, runs; of all else None."""
        if measure.endswith("per_member_year"):
            return self.exposed_member_s / YEAR_S
        if measure.endswith("per_member_hour"):
            return self.exposed_member_s / HOUR_S
        return float(self.runs) if is_count(measure) else None


class Evaluator(Protocol):
    """Does the runs, or draws them in a test."""

    def measure(self, asks: Sequence[Ask]) -> list[Measured]:
        """Of each ask, in order. May raise BudgetOver."""

    def cost_s(self, ask: Ask) -> float:
        """Estimated processor seconds of all runs of this ask, as if none had been made. Depends on the
        ask alone, never on a clock or a journal: the procedure plans by it, and must come to the same choices
        each time."""

    def took_s(self, asks: Sequence[Ask]) -> float:
        """What all their runs took when they were made, as the journal has it; in what cost_s is in."""

    def keep_to(self, shares: Shares) -> None:
        """How the budget is divided from now on."""

    def runs_of(self, ask: Ask) -> int:
        """How many runs it is, those of all scenarios and those for bytes among them."""

    def made(self, ask: Ask) -> int:
        """How many of its runs, from the first seed on, are there already, in all scenarios."""


def is_count(measure: str) -> bool:
    """Whether it is a number of things that happen: with Poisson's noise, and 0 of them seen is no 0."""
    if measure.endswith(("per_member_year", "per_member_hour")):
        return True
    return _kind(measure) == "count"


def is_share(measure: str) -> bool:
    """Whether it is a share of things, in percent."""
    return _kind(measure) == "share"


@lru_cache(maxsize=None)
def _kind(measure: str) -> str:
    # pandas stands behind it, which a search by itself does without.
    from analysis.study.measures import MeasureError, measure_named

    try:
        return measure_named(measure).kind
    except MeasureError:
        return ""
