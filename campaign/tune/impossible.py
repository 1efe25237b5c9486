# SPDX-License-Identifier: GPL-2.0-only
"""What theory excludes before any run: settings that must break a goal, whatever chance does.

Only bounds that hold for every run are used, so that nothing is excluded that could have been right:

- a member sends at least its own probe and the ack of another's in a period (SWIM 5.1), of which loss
  takes some acks; members in poor health stretch their rounds, so with loss there is no bound;
- nobody is dead before the round that missed it has ended and the shortest suspicion is over
  (Lifeguard IV-B); the round may have begun right before the crash, but not its ack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from analysis.theory.settings import Settings, settings_of
from analysis.theory.suspicion import bounds_of
from campaign.tune.problem import Goal

ROUND_AT_LEAST = 0.9
"""Share of a period from a crash to the end of the first round that misses it, with room for delays."""

_AFTER_DEATH = ("first_dead_s", "known_to_", "full_dissemination_s")


def excluded_by(
    goals: Sequence[Goal], resolved: Mapping[str, str]
) -> Callable[[Mapping[str, str]], str | None]:
    """Says of settings why they cannot keep the goals; None where they may.

    @param resolved every setting of the scenario by its key, as the simulator understood it
    """

    def excluded(settings: Mapping[str, str]) -> str | None:
        of = settings_of({**resolved, **settings})
        for goal in goals:
            least = _least(goal.measure, of)
            if goal.op == "<=" and least is not None and least > goal.limit:
                return f"{goal.measure} is at least {least:.3g} {goal.unit}".rstrip()
        return None

    return excluded


def _least(measure: str, of: Settings) -> float | None:
    base, _, statistic = measure.partition(".")
    if base == "messages_per_member_second" and of.loss == 0 and statistic != "min":
        return 2 * ROUND_AT_LEAST / of.period_s
    if base.startswith(_AFTER_DEATH) and of.suspicion:
        return ROUND_AT_LEAST * of.period_s + bounds_of(of).least_s
    if base == "first_suspect_s":
        return ROUND_AT_LEAST * of.period_s if statistic != "median" else None
    return None
