# SPDX-License-Identifier: GPL-2.0-only
"""What a tune found, as result.json has it (docs/tune/search.md)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.study.estimates import Estimate
from campaign.tune.evaluate import Measured
from campaign.tune.ledger import Setting
from campaign.tune.problem import Problem, Variation
from campaign.tune.search.bounds import shows
from campaign.tune.search.front import Front
from campaign.tune.search.sensitivity import Index

FORMAT = 1
DIGITS, MODEL_DIGITS = 10, 3
"""Of what runs said, and of what the surrogate says: its fit differs in the eighth digit with where in memory
the same numbers lie."""


@dataclass
class Choice:
    """A recommended setting, or the default beside it."""

    setting: Setting
    kept: Mapping[str, bool]
    """By measure, whether a bound on fresh seeds shows that its goals are kept."""
    against_default: Mapping[str, Estimate] = field(default_factory=dict)
    """Paired by seeds: this minus the default."""
    robust: list[tuple[Variation, Measured]] = field(default_factory=list)
    rank: int = 0
    """0: the default."""


@dataclass(frozen=True)
class Price:
    """What a goal costs: how much better what is minimised could be, were the limit a tenth easier."""

    goal: str
    limit: float
    relaxed: float
    objective: str
    value: float
    relaxed_value: float


@dataclass(frozen=True)
class Contradiction:
    """Goals that cannot be kept together, and by how much; one name where it cannot be kept at all."""

    goals: tuple[str, ...]
    best: Estimate | None
    """Of the first under the second, by simulation on fresh seeds."""
    says: str
    at: Mapping[str, str]


@dataclass(frozen=True)
class Unshown:
    """A goal that may be kept, and that the budget could not show."""

    goal: str
    bound: float | None
    needed_member_s: float | None
    says: str


@dataclass(frozen=True)
class Gain:
    """What one parameter beyond the product's reach would change."""

    name: str
    key: str
    value: str
    other: str
    measure: str
    change: Estimate
    says: str


@dataclass
class Outcome:
    """All of it."""

    problem: Problem
    settings: Sequence[Setting] = ()
    runs: Mapping[str, int] = field(default_factory=dict)
    spent_s: float = 0.0
    """Of the budget, by the evaluator's estimates."""
    over: bool = False
    """Whether a hard limit ended it."""
    skipped: list[str] = field(default_factory=list)
    """What there was no budget for, in words."""
    in_runs: bool = False
    """Whether the budget was a number of runs, and so what was spent is one."""
    recommended: list[Choice] = field(default_factory=list)
    default: Choice | None = None
    front: Front = Front((), ())
    prices: list[Price] = field(default_factory=list)
    sensitivity: list[Index] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)
    unshown: list[Unshown] = field(default_factory=list)
    beyond: list[Gain] = field(default_factory=list)

    @property
    def keeps_all(self) -> bool:
        """Whether there is a recommendation whose bounds keep every goal."""
        return bool(self.recommended) and all(self.recommended[0].kept.values())

    def as_json(self) -> dict[str, Any]:
        """result.json, without what the command adds."""
        problem = self.problem
        return {
            "format": FORMAT,
            "title": problem.title,
            "question": problem.question,
            "command": problem.command,
            "product": dict(problem.product),
            "goals": [
                {
                    "measure": goal.measure,
                    "words": goal.words,
                    "unit": goal.unit,
                    "op": goal.op,
                    "limit": goal.limit,
                    "text": goal.text,
                }
                for goal in problem.goals
            ],
            "minimise": list(problem.minimise),
            "axes": [
                {
                    "key": axis.key,
                    "name": axis.name or axis.key,
                    "unit": axis.unit,
                    "low": axis.levels[0],
                    "high": axis.levels[-1],
                    "scale": axis.scale,
                    "levels": len(axis.levels),
                    "default": axis.default,
                }
                for axis in problem.space.axes
            ],
            "fixed": [dict(each) for each in problem.fixed],
            "scenarios": [dict(each) for each in problem.scenarios],
            "runs": {
                purpose: self.runs.get(purpose, 0)
                for purpose in ("search", "confirm", "packet", "robust", "beyond")
            },
            "spent_runs" if self.in_runs else "spent_s": _number(self.spent_s),
            "skipped": list(self.skipped),
            "over": self.over,
            "notes": list(problem.notes),
            "settings": [_setting(setting) for setting in self.settings],
            "recommended": [self._choice(choice) for choice in self.recommended],
            "default": None if self.default is None else self._choice(self.default),
            "front": list(self.front.on),
            "front_maybe": list(self.front.maybe),
            "prices": [
                {
                    name: _json(value, MODEL_DIGITS if name.endswith("value") else DIGITS)
                    for name, value in vars(price).items()
                }
                for price in self.prices
            ],
            "sensitivity": [
                {name: _json(value, MODEL_DIGITS) for name, value in vars(index).items()}
                for index in self.sensitivity
            ],
            "contradictions": [
                {
                    "goals": list(each.goals),
                    "best": estimate_json(each.best),
                    "says": each.says,
                    "at": dict(each.at),
                }
                for each in self.contradictions
            ],
            "unshown": [
                {name: _json(value) for name, value in vars(each).items()} for each in self.unshown
            ],
            "beyond": [_gain(gain) for gain in self.beyond],
        }

    def _choice(self, choice: Choice) -> dict[str, Any]:
        setting = choice.setting
        path = setting.best
        found: dict[str, Any] = {} if not choice.rank else {"rank": choice.rank}
        return found | {
            "id": setting.id,
            "point": dict(setting.texts),
            "block": self.problem.block(setting.texts),
            "kept": dict(choice.kept),
            "path": _measures(path),
            "path_runs": 0 if path is None else path.runs,
            "packet": _measures(setting.packet),
            "packet_runs": 0 if setting.packet is None else setting.packet.runs,
            "packet_kept": self._packet_kept(setting),
            "against_default": {
                name: estimate_json(each) for name, each in choice.against_default.items()
            },
            "robust": [
                {
                    "what": variation.what,
                    "set": dict(variation.set),
                    "measures": _measures(measured),
                }
                for variation, measured in choice.robust
            ],
        }

    def _packet_kept(self, setting: Setting) -> dict[str, bool]:
        """Whether packet fidelity shows it by itself, with the runs that it had."""
        packet = setting.packet
        if packet is None:
            return {}
        return {
            goal.measure: shows(packet.values.get(goal.measure), goal)
            for goal in self.problem.goals
        }


def _setting(setting: Setting) -> dict[str, Any]:
    measured = setting.best
    return {
        "id": setting.id,
        "point": dict(setting.texts),
        "stage": setting.stage,
        "runs": 0 if measured is None else measured.runs,
        "excluded": setting.excluded,
        "measures": _measures(measured),
    }


def _gain(gain: Gain) -> dict[str, Any]:
    return {
        "name": gain.name,
        "key": gain.key,
        "from": gain.value,
        "to": gain.other,
        "measure": gain.measure,
        "value": _number(gain.change.value),
        "low": _number(gain.change.low),
        "high": _number(gain.change.high),
        "says": gain.says,
    }


def _measures(measured: Measured | None) -> dict[str, Any]:
    if measured is None:
        return {}
    return {name: estimate_json(each) for name, each in measured.values.items()}


def estimate_json(estimate: Estimate | None) -> dict[str, Any] | None:
    """What never came is null, and says so."""
    if estimate is None:
        return None
    never = estimate.value is not None and math.isinf(estimate.value)
    return {
        "value": _number(estimate.value),
        "low": _number(estimate.low),
        "high": _number(estimate.high),
        "n": estimate.n,
        "why": "never" if never else estimate.why,
    }


def _number(value: float | None, digits: int = DIGITS) -> float | None:
    """To so many digits: more would be of the machine's arithmetic."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{digits}g}")


def _json(value: Any, digits: int = DIGITS) -> Any:
    return _number(value, digits) if isinstance(value, float) else value
