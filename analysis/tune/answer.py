# SPDX-License-Identifier: GPL-2.0-only
"""The answer of a tune in two sentences: what to set and which goals that keeps, and what is gained and
paid beside the product's default; or that nothing keeps the goals, and why.

Whoever reads no further must not be misled: a goal that is not shown to be kept is named, at either
fidelity, and a default that is as good is said to be.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence

from analysis.campaign.text import count, number
from analysis.study.report_numbers import value_text
from analysis.tune import words
from analysis.tune.result import LESS, PACKET, PATH, Choice, Contradiction, Goal, Result, Unshown
from analysis.tune.words import (
    BETTER,
    KEPT,
    NO_DIFFERENCE,
    NOT_KEPT,
    NOT_RUN,
    NOT_SHOWN,
    UNTOLD,
    WORSE,
    Told,
    difference_in_line,
    in_line,
    joined,
    judged,
    keeps_all,
    limit_alone,
    limit_text,
    meaning,
    member_time,
    setting_name,
    told,
    unseen,
    value_alone,
    verdict,
    verdicts,
    verdicts_of,
)

TERMINAL_COLUMNS = 100
SETTINGS_TOLD = 4
"""In a sentence; the block has all."""


def answer(result: Result) -> list[str]:
    """Two sentences."""
    best = result.best
    if best is None:
        return [_nothing(result), _why_nothing(result)]
    return [_recommendation(result, best), _beside_default(result, best)]


def in_words(result: Result) -> str:
    """All of it for a terminal, with the block to paste."""
    said = [*answer(result), *reasons(result), *(f"Mind: {each}" for each in warnings(result))]
    block = [] if result.best is None else ["", result.best.block.rstrip()]
    wrapped = [textwrap.fill(text, TERMINAL_COLUMNS, break_on_hyphens=False) for text in said]
    return "\n".join(["", *wrapped, *block])


def reasons(result: Result) -> list[str]:
    """Contradictions and goals that were not shown, each in words, but for what the answer says."""
    found = [contradiction_words(result, each) for each in result.contradictions]
    found += [unshown_words(result, each) for each in result.unshown]
    found += [result.rare] if result.rare else []
    said = answer(result)
    return [text for text in dict.fromkeys(map(_sentence, found)) if text not in said]


def warnings(result: Result) -> list[str]:
    """What the first choice does not keep when something is not as was asked, and what else an operator
    should know before he pastes."""
    found = []
    best = result.best
    for each in best.robust if best else ():
        lost = [goal for goal, said in verdicts(result, each.measures) if said == NOT_KEPT]
        if lost:
            names = joined([told(result, goal.measure).words for goal in lost])
            found.append(f"At {each.what} it does not keep: {names}.")
    for goal, said in verdicts(result, best.path) if best else ():
        if best.kept.get(goal.measure) and said != KEPT:
            words = told(result, goal.measure).words
            found.append(f"The tune took {words} for kept, which its interval does not say.")
    if result.skipped:
        found.append(f"The budget was too small for {joined(result.skipped)}.")
    if result.over:
        found.append(
            "The budget ended before all that was planned was done; a larger one may find better."
        )
    return found


def changes(result: Result, choice: Choice) -> list[tuple[str, str, str]]:
    """Name, value and default of what it sets other than the default does."""
    defaults = {axis.key: axis.default for axis in result.axes}
    if result.default is not None:
        defaults |= result.default.point
    return [
        (setting_name(result, key), value, defaults.get(key, ""))
        for key, value in choice.point.items()
        if value != defaults.get(key)
    ]


def _recommendation(result: Result, best: Choice) -> str:
    product = result.product.short
    if not keeps_all(result, best):
        settings = _settings(result, best, "at")
        nearest = f"nearest is {settings}" if settings else "nearest is its default"
        lost = _not_kept(result, verdicts_of(result, best, PATH))
        return (
            f"Nothing that {product} can set is shown to keep {_all_goals(result)}; {nearest}, with"
            f" which {lost}."
        )
    settings = _settings(result, best, "to")
    if settings:
        return f"For {product} set {settings}; {_what_is_kept(result, best)}."
    if not result.axes:
        why = "nothing of it that matters here can be set"
    elif all(axis.levels <= 1 for axis in result.axes):
        why = "nothing else may be set"
    else:
        why = "nothing that was tried is shown to be better"
    return f"Leave {product} at its default: {why}; {_what_is_kept(result, best)}."


def _settings(result: Result, choice: Choice, is_set: str) -> str:
    """What it changes, in words, such as "probe_interval to 700ms"; empty where nothing."""
    changed = changes(result, choice)
    parts = [
        f"{name} {is_set} {value}" + (f" (default {was})" if was else "")
        for name, value, was in changed[:SETTINGS_TOLD]
    ]
    left = len(changed) - len(parts)
    return joined([*parts, *([f"{count(left, 'more setting')} as in the block"] if left else [])])


def _all_goals(result: Result) -> str:
    few = {1: "the goal", 2: "both goals"}
    return few.get(len(result.goals), f"all {len(result.goals)} goals")


def _what_is_kept(result: Result, best: Choice) -> str:
    """At path fidelity all is; the few runs at packet fidelity may leave open what is rare."""
    if not result.goals:
        return "no goal was asked for"
    text = f"{_all_goals(result)} {'is' if len(result.goals) == 1 else 'are'} kept on fresh seeds"
    packet = verdicts_of(result, best, PACKET)
    answers = {said for _, said in packet}
    if answers == {NOT_RUN}:
        return f"{text} at path fidelity, and packet fidelity was not run"
    if answers == {KEPT}:
        return f"{text} at path and at packet fidelity"
    if NOT_KEPT in answers:
        return f"{text} at path fidelity, but at packet fidelity {_not_kept(result, packet)}"
    return (
        f"{text} at path fidelity; fewer runs at packet fidelity contradict none, and alone leave open"
        f" {joined(_names(result, packet, (NOT_SHOWN, NOT_RUN)))}"
    )


def _names(result: Result, found: Sequence[tuple[Goal, str]], answers: Sequence[str]) -> list[str]:
    return [told(result, goal.measure).words for goal, said in found if said in answers]


def _not_kept(result: Result, found: Sequence[tuple[Goal, str]]) -> str:
    """ "false burials a member-year is not shown to be kept"; empty where all are kept."""
    parts = []
    for said, words in (
        (NOT_KEPT, "not kept"),
        (NOT_SHOWN, "not shown to be kept"),
        (NOT_RUN, "not run"),
    ):
        names = _names(result, found, (said,))
        if names:
            parts.append(f"{joined(names)} {'is' if len(names) == 1 else 'are'} {words}")
    return joined(parts)


def _beside_default(result: Result, best: Choice) -> str:
    default = result.default
    if default is None:
        return "There is no default to hold it against."
    if best.id == default.id or not changes(result, best):
        goals = [
            f"{told(result, name).words} is {in_line(best.path.get(name), told(result, name))}"
            for name in judged(result)
        ]
        return f"There {joined(goals)}."
    parts: dict[str, list[str]] = {BETTER: [], WORSE: [], NO_DIFFERENCE: [], UNTOLD: []}
    for name in judged(result):
        sort = _sort(best, default, told(result, name))
        parts[sort].append(_change(result, best, default, name, sort))
    told_ = [
        f"gained beside the default: {joined(parts[BETTER]) or 'nothing that is shown'}",
        f"paid: {joined(parts[WORSE]) or 'nothing that is shown'}",
    ]
    if parts[NO_DIFFERENCE]:
        told_.append(f"no difference shown: {joined(parts[NO_DIFFERENCE])}")
    if parts[UNTOLD]:
        told_.append(f"not to be told apart: {joined(parts[UNTOLD])}")
    lost = _not_kept(result, verdicts_of(result, default, PATH))
    if lost:
        told_.append(f"of the default itself {lost}")
    return _sentence("; ".join(told_))


def _sort(best: Choice, default: Choice, measure: Told) -> str:
    """BETTER, WORSE, NO_DIFFERENCE or UNTOLD. Of what never came there is no difference, but intervals that
    lie apart tell as much."""
    found = meaning(best.against_default.get(measure.name), measure)
    one, other = (each.path.get(measure.name) for each in (best, default))
    if found != UNTOLD or one is None or other is None or not one.interval or not other.interval:
        return found
    if one.high < other.low:
        return WORSE if measure.more_is_better else BETTER
    if one.low > other.high:
        return BETTER if measure.more_is_better else WORSE
    return UNTOLD


def _change(result: Result, best: Choice, default: Choice, name: str, sort: str) -> str:
    """ "known to all: 7.9 s instead of 12.1 s (−4.2 s [−4.5, −3.9])"."""
    measure = told(result, name)
    of, to = (value_alone(each.path.get(name), measure) for each in (default, best))
    if of == to and sort not in (BETTER, WORSE):
        both = ", none seen," if _both_unseen(best, default, name, measure) else ""
        return f"{measure.words} ({to}{both} in both)"
    found = best.against_default.get(name)
    difference = ""
    if found is not None and found.value is not None:
        difference = f" ({difference_in_line(found, measure)})"
    return f"{measure.words}, {to} instead of {of}{difference}"


def _both_unseen(best: Choice, default: Choice, name: str, measure: Told) -> bool:
    return all(name in each.path and unseen(each.path[name], measure) for each in (best, default))


def _nothing(result: Result) -> str:
    product = result.product.short
    if not result.goals:
        return (
            f"Nothing of what {product} can set was run on fresh seeds, so nothing is recommended."
        )
    if result.contradictions:
        goals = [_goal_words(result, name) for name in result.contradictions[0].goals]
        why = f"{goals[0]} is out of reach"
        if len(goals) > 1:
            why = f"{joined(goals)} contradict each other"
        return f"Nothing that {product} can set keeps {_all_goals(result)}: {why}."
    if result.unshown:
        return (
            f"Nothing that {product} can set was shown to keep {_all_goals(result)}: the runs that"
            " were made cannot show it."
        )
    return (
        f"Nothing that was tried of what {product} can set is shown to keep {_all_goals(result)}."
    )


def _why_nothing(result: Result) -> str:
    if result.contradictions:
        return _sentence(contradiction_words(result, result.contradictions[0]))
    if result.unshown:
        return _sentence(unshown_words(result, result.unshown[0]))
    if not result.goals:
        return "A larger budget runs what the search found on seeds that it has not seen."
    return "Below are the settings that come nearest, with what each does not keep."


def contradiction_words(result: Result, of: Contradiction) -> str:
    """By how much: "where ... is kept, ... is at best 9.3 s [9.1, 9.5], 1.3 s beyond its limit"."""
    first, *others = of.goals
    goal, measure = result.goal(first), told(result, first)
    if of.best is None or of.best.value is None or goal is None:
        goals = joined([_goal_words(result, name) for name in of.goals])
        return words.in_words(result, of.says) or f"no setting keeps {goals}"
    under = [f"{_goal_words(result, name)} is {_how_kept(result, of, name)}" for name in others]
    where = f"where {joined(under)}, " if under else ""
    text = f"{where}{measure.words} is at best {in_line(of.best, measure, goal)}"
    if math.isfinite(of.best.value):
        beyond = (of.best.value - goal.limit) * (1 if goal.op == LESS else -1)
        if beyond > 0:
            share = f" ({number(100 * beyond / abs(goal.limit), 2)} %)" if goal.limit else ""
            text += f", which is {value_text(beyond, measure.unit)}{share} beyond its limit of"
            text += f" {limit_alone(goal)}"
    if verdict(goal, of.best) != NOT_KEPT:
        text += "; its interval does not rule the limit out"
    return text


def _how_kept(result: Result, of: Contradiction, name: str) -> str:
    """The other goal there: the best of the first may lie where the second is just missed."""
    goal = result.goal(name)
    at = next((each for each in result.settings if of.at and each.point == of.at), None)
    found = at.measures.get(name) if at else None
    if goal is None or found is None or found.value is None:
        return "kept"
    is_kept = found.value <= goal.limit if goal.op == LESS else found.value >= goal.limit
    return "kept" if is_kept else "nearly kept"


def unshown_words(result: Result, of: Unshown) -> str:
    """What the runs leave open, and what it would take."""
    measure = told(result, of.goal)
    if of.says and not result.recommended:
        text = words.in_words(result, of.says)
        if of.needed_member_s:
            text += f", {member_time(of.needed_member_s)}"
        return text
    if of.bound is None and of.needed_member_s is None:
        return (
            words.in_words(result, of.says)
            or f"{_goal_words(result, of.goal)} is not shown by the runs that were made"
        )
    text = f"{_goal_words(result, of.goal)} is not shown"
    if of.bound is not None:
        text += f": the runs that were made bound it by {value_text(of.bound, measure.unit)} only"
    if of.needed_member_s is None:
        return f"{text}; no number of runs would show it if what they saw is how it is"
    return f"{text}; it takes about {member_time(of.needed_member_s)} if what they saw is how it is"


def _goal_words(result: Result, name: str) -> str:
    goal = result.goal(name)
    return f"{told(result, goal.measure).words} {limit_text(goal)}" if goal else name


def _sentence(text: str) -> str:
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")
