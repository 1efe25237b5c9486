# SPDX-License-Identifier: GPL-2.0-only
"""The numbers of a tune in words: estimates, goals and whether they are kept, differences to the default.

Of what was never seen the number is a bound, and not 0: no false burial in a member-year means at most
3.7 a member-year. Whether a goal is kept is a matter of the far end of the interval, so an estimate
that is better than the limit may still not be shown to keep it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.campaign.values import DAY_S, HOUR_S, YEAR_S
from analysis.campaign.text import NONE, number
from analysis.study.estimates import Estimate
from analysis.study.figures_lines import IN_WORDS
from analysis.study.measures import MeasureError, measure_named
from analysis.study.report_compare import (
    HIGHER,
    LOWER,
    NOT_SHOWN as NO_DIFFERENCE,
    UNTOLD,
    signed,
    with_unit,
)
from analysis.study.report_numbers import (
    DIGITS,
    DIGITS_AT_MOST,
    digits_of,
    interval_text,
    value_text,
)
from analysis.study.report_table import Line, Marked
from analysis.tune.result import LESS, PACKET, PATH, Choice, Estimates, Goal, Result

KEPT, NOT_KEPT, NOT_SHOWN, NOT_RUN = "kept", "not kept", "not shown", "not run"
SIGNS = {KEPT: "✓", NOT_KEPT: "✗", NOT_SHOWN: "?", NOT_RUN: "–"}
"""A grey print, and who cannot tell colours apart, have these."""
KINDS = {KEPT: "confirmed", NOT_KEPT: "refuted", NOT_SHOWN: "open", NOT_RUN: "open"}
"""Of the style sheet that all reports have."""
BETTER, WORSE = "better", "worse"
NONE_SEEN = "none seen"
SECONDS_PER = {"year": YEAR_S, "day": DAY_S, "hour": HOUR_S}


@dataclass(frozen=True)
class Told:
    """A measure as the report calls it."""

    name: str
    words: str
    unit: str
    """Empty where the words have it."""
    is_count: bool
    """Whether 0 means that none was seen."""
    more_is_better: bool = False

    @property
    def label(self) -> str:
        """With the unit, for heads and axes."""
        return f"{self.words} ({self.unit})" if self.unit else self.words


def told(result: Result, name: str) -> Told:
    """Of a goal as the tune has it, else as studies have it."""
    goal = next((goal for goal in result.goals if goal.measure == name), None)
    try:
        known = measure_named(name)
    except MeasureError:
        known = None
    words = (goal and goal.words) or (known.words if known else name)
    unit = (goal and goal.unit) or (known.unit if known else "")
    in_words = unit in IN_WORDS or unit.startswith("/")
    is_count = known is None or known.kind not in ("time", "load")
    if known is None and unit == "s":
        is_count = False
    more = goal is not None and goal.op != LESS
    return Told(name, words, "" if in_words else unit, is_count, more)


def judged(result: Result) -> list[str]:
    """The measures that a choice is judged by: those that are minimised, then those of goals."""
    return list(dict.fromkeys([*result.minimise, *(goal.measure for goal in result.goals)]))


def unseen(estimate: Estimate, measure: Told) -> bool:
    """Whether it is of something that no run had."""
    return measure.is_count and estimate.value == 0 and not estimate.low


def verdict(goal: Goal, found: Estimate | None, kept: bool = True) -> str:
    """What the interval says of a goal: KEPT, NOT_KEPT, NOT_SHOWN or NOT_RUN. @param kept false: the tune
    did not take it for shown, by a bound that is farther out"""
    if found is None:
        return NOT_RUN
    if found.interval is None:
        return NOT_SHOWN
    low, high = found.interval if goal.op == LESS else (-found.high, -found.low)
    limit = goal.limit if goal.op == LESS else -goal.limit
    if high <= limit:
        return KEPT if kept else NOT_SHOWN
    return NOT_KEPT if low > limit else NOT_SHOWN


def verdicts(result: Result, of: Estimates) -> list[tuple[Goal, str]]:
    """By the intervals alone."""
    return [(goal, verdict(goal, of.get(goal.measure))) for goal in result.goals]


def verdict_of(choice: Choice, fidelity: str, goal: Goal) -> str:
    """Of a choice, as the tune judged it."""
    if fidelity == PACKET:
        return verdict(goal, choice.packet.get(goal.measure))
    return verdict(goal, choice.path.get(goal.measure), choice.kept.get(goal.measure, True))


def verdicts_of(result: Result, choice: Choice, fidelity: str) -> list[tuple[Goal, str]]:
    return [(goal, verdict_of(choice, fidelity, goal)) for goal in result.goals]


def keeps_all(result: Result, choice: Choice) -> bool:
    """At path fidelity, where there are runs enough for what is rare."""
    return all(said == KEPT for _, said in verdicts_of(result, choice, PATH))


def marked(answer: str) -> Marked:
    """A verdict as a line of a table."""
    return Marked(f"{SIGNS[answer]} {answer}", KINDS[answer])


def limit_text(goal: Goal) -> str:
    """As it was asked: "≤ 8 s"."""
    text = goal.text or f"{goal.op} {goal.limit:g} {goal.unit}".strip()
    return text.replace("<=", "≤").replace(">=", "≥").replace(" ", "\u00a0")


def limit_alone(goal: Goal) -> str:
    """The number with its unit: "8 s"."""
    return limit_text(goal).strip("≤≥ \u00a0")


def lines(found: Estimate | None, measure: Told, goal: Goal | None = None) -> list[str]:
    """Value and interval; of what was never seen, its bound. Why there is none stands under a table."""
    if found is None or found.value is None:
        return [NONE]
    if unseen(found, measure):
        if not found.high or math.isinf(found.high):
            return [NONE_SEEN, "no bound"]
        return [f"at most {value_text(found.high, measure.unit, _digits(found, goal))}", NONE_SEEN]
    digits = _digits(found, goal)
    interval = interval_text(found, digits)
    return [_value(found.value, measure.unit, digits), interval or "no interval"]


def in_line(found: Estimate | None, measure: Told, goal: Goal | None = None) -> str:
    """The same for a sentence: "7.9 s [7.7, 8.0]", "at most 0.81 (none seen)"."""
    first, *rest = lines(found, measure, goal)
    if not rest or rest == ["no interval"]:
        return first
    return f"{first} {rest[0]}" if rest[0].startswith("[") else f"{first} ({rest[0]})"


def value_alone(found: Estimate | None, measure: Told) -> str:
    """Without its interval, and to no more digits than a reader needs beside another."""
    if found is None or found.value is None or unseen(found, measure):
        return lines(found, measure)[0]
    return _value(found.value, measure.unit, DIGITS)


def _value(value: float, unit: str, digits: int) -> str:
    return signed(value) if value == -math.inf else value_text(value, unit, digits)


def _digits(found: Estimate, goal: Goal | None) -> int:
    """So many that an end of the interval is not written like the limit that it is beyond."""
    digits = digits_of(found)
    ends = [end for end in (found.low, found.high) if end is not None and math.isfinite(end)]
    while goal is not None and digits < DIGITS_AT_MOST:
        if all(end == goal.limit or _written(end, digits) != goal.limit for end in ends):
            break
        digits += 1
    return digits


def _written(value: float, digits: int) -> float:
    """What a reader takes it for."""
    return float(number(value, digits).replace(",", ""))


def direction(difference: Estimate | None) -> str:
    """What the interval of a difference says: LOWER, HIGHER, NO_DIFFERENCE or UNTOLD."""
    if difference is None or difference.value is None or difference.interval is None:
        return UNTOLD
    low, high = difference.interval
    if low == high == 0:
        return NO_DIFFERENCE
    return HIGHER if low > 0 else LOWER if high < 0 else NO_DIFFERENCE


def meaning(difference: Estimate | None, measure: Told) -> str:
    """BETTER, WORSE, or the direction where it is neither."""
    found = direction(difference)
    if found not in (LOWER, HIGHER):
        return found
    return BETTER if (found == HIGHER) == measure.more_is_better else WORSE


def difference_lines(difference: Estimate | None, measure: Told) -> list[Line]:
    """By how much, its interval, and whether that is better."""
    if difference is None or difference.value is None:
        return [NONE] if difference is None else [NONE, UNTOLD]
    answer = meaning(difference, measure)
    amount, *interval = _difference(difference, measure)
    kind = {BETTER: "confirmed", WORSE: "refuted"}.get(answer, "open")
    return [amount, *interval, Marked(answer, kind)]


def difference_in_line(difference: Estimate, measure: Told) -> str:
    """ "−4.20 s [−4.50, −3.90]"."""
    return " ".join(_difference(difference, measure))


def _difference(difference: Estimate, measure: Told) -> list[str]:
    if measure.is_count and difference.value == 0 and difference.interval in (None, (0.0, 0.0)):
        return [f"{NONE_SEEN} in both"]
    unit = "points" if measure.unit == "%" else measure.unit
    is_finite = math.isfinite(difference.value)
    amount = with_unit(difference.value, unit) if is_finite else signed(difference.value)
    if difference.interval is None:
        return [amount]
    return [amount, "[{}, {}]".format(*map(signed, difference.interval))]


def member_time(seconds: float) -> str:
    """Time of all members together, in the unit that keeps it readable."""
    for unit, size in SECONDS_PER.items():
        if seconds >= size or unit == "hour":
            return f"{number(seconds / size)} member-{unit}s"
    raise AssertionError("hours take whatever is left")


def setting_name(result: Result, key: str) -> str:
    """What the product calls it."""
    return next((axis.name for axis in result.axes if axis.key == key), key)


def in_words(result: Result, text: str) -> str:
    """A sentence of the search, which calls measures by their names."""
    names = sorted(judged(result), key=len, reverse=True)
    if not names:
        return text
    any_name = rf"(?<![\w.])({'|'.join(map(re.escape, names))})(?![\w.])"
    return re.sub(any_name, lambda found: told(result, found[0]).words, text)


def joined(parts: Sequence[str]) -> str:
    """ "a, b and c"."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def signed_change(was: float | None, then: float | None, measure: Told) -> str:
    """From one number to another, both without intervals."""
    if was is None or then is None or not math.isfinite(then - was):
        return NONE
    return _difference(
        Estimate(then - was, None, None, 0, 0, ""), replace(measure, is_count=False)
    )[0]
