# SPDX-License-Identifier: GPL-2.0-only
"""The tables of a tune's report, in the form that the pages of studies have (report_table.py)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from analysis.campaign.text import NONE, count, number
from analysis.study.estimates import Estimate
from analysis.study.report_numbers import value_text
from analysis.study.report_table import COLUMNS_AT_MOST, Line, Marked, Row, Table
from analysis.tune.result import LESS, PACKET, PATH, Axis, Choice, Estimates, Goal, Result
from analysis.tune.words import (
    difference_lines,
    in_line,
    in_words,
    judged,
    limit_text,
    lines,
    marked,
    setting_name,
    signed_change,
    Told,
    told,
    verdict,
    verdict_of,
)

NEAREST = 3
REASONS_AT_MOST = 6
NEAREST_PLACES = {1: "nearest", 2: "second nearest", 3: "third nearest"}
NEAREST_NOTE = (
    "Nearest is what is least beyond a limit, in parts of it. Numbers of a setting that was not confirmed are"
    " of the runs of the search, which chose it: on fresh seeds they may be worse."
)
SETTINGS_AT_MOST = 400
"""Rows; result.json has all."""
PLACES = {1: "first choice", 2: "second choice", 3: "third choice"}
AS_ASKED = "as asked"
VERDICT_NOTE = (
    "95 % intervals in brackets. ✓ kept: the whole interval is within the limit. ✗ not kept: all of it is"
    " beyond. ? not shown: neither, and more runs would tell. At path fidelity kept takes a bound that is"
    " farther out, since several settings were looked at. Of what was never seen the number is the bound"
    " that so many runs give, and not 0."
)


def name_of(result: Result, choice: Choice) -> str:
    """How the report calls it everywhere."""
    if choice.rank and not result.recommended:
        return NEAREST_PLACES[choice.rank]
    if choice.rank:
        return PLACES.get(choice.rank, f"choice {choice.rank}")
    return f"default of {result.product.short}"


def choices(result: Result) -> Table:
    """Side by side: what is set, and each measure that a choice is judged by, at both fidelities. Where
    nothing is recommended, what comes nearest."""
    nearby = nearest(result)
    shown = [*nearby, *result.choices]
    heads = ["", "", *(name_of(result, choice) for choice in shown)]
    rows: list[Row] = [
        [axis.name, "set to", *(_set_to(result, axis, choice) for choice in shown)]
        for axis in result.axes
    ]
    if any(each.runs.get(PATH) or each.runs.get(PACKET) for each in shown):
        rows.append(["runs", f"{PATH}, {PACKET}", *(map(_runs, shown))])
    for name in judged(result):
        rows += _measure_rows(result, name, shown)
    notes = [VERDICT_NOTE, *([NEAREST_NOTE] if nearby else [])]
    notes += _without_interval(result, [of for each in shown for of in (each.path, each.packet)])
    return Table("", heads, 2, rows, notes)


def nearest(result: Result) -> list[Choice]:
    """Where nothing keeps the goals: of what was tried, the settings that are least beyond a limit, in
    parts of it; their numbers are of the search's own runs. Empty where something is recommended.
    """
    if result.recommended or not result.goals:
        return []
    others = {result.default.id} if result.default else set()
    tried = [s for s in result.settings if s.runs and not s.excluded and s.id not in others]
    tried.sort(key=lambda setting: (*_excess(result, setting.measures), -setting.runs))
    return [
        Choice(rank, each.id, each.point, "", {}, each.measures, {}, {}, (), {PATH: each.runs})
        for rank, each in enumerate(tried[:NEAREST], 1)
    ]


def _excess(result: Result, of: Estimates) -> tuple[float, ...]:
    """How far beyond the limits, the worst first: of a count the end of its interval, since none seen in a
    short time is no news; of all else the value, which few runs have too. What has no number comes last.
    """
    found = []
    for goal in result.goals:
        each = of.get(goal.measure)
        end = None if each is None else each.value
        if each is not None and told(result, goal.measure).is_count:
            end = each.high if goal.op == LESS else each.low
        if end is None:
            found.append(math.inf)
            continue
        beyond = (end - goal.limit) * (1 if goal.op == LESS else -1)
        found.append(max(0.0, beyond / (abs(goal.limit) or 1.0)))
    finite = sorted((each for each in found if math.isfinite(each)), reverse=True)
    return (float(len(found) - len(finite)), *finite, *[0.0] * (len(found) - len(finite)))


def _runs(choice: Choice) -> str:
    path, packet = (choice.runs.get(fidelity, 0) for fidelity in (PATH, PACKET))
    return f"{path:,}, {packet:,}" if path or packet else NONE


def _set_to(result: Result, axis: Axis, choice: Choice) -> str | list[Line]:
    """What is other than the default stands out."""
    value = choice.point.get(axis.key, axis.default)
    default = result.default.point.get(axis.key, axis.default) if result.default else axis.default
    return value if value == default else [Marked(value, "changed")]


def _measure_rows(result: Result, name: str, shown: Sequence[Choice]) -> list[Row]:
    measure = told(result, name)
    of_measure = [goal for goal in result.goals if goal.measure == name]
    goals: Sequence[Goal | None] = of_measure or [None]
    rows: list[Row] = []
    for goal in goals:
        words = measure.words
        words += f": goal {limit_text(goal)}" if goal else " (no goal)"
        for fidelity in (PATH, PACKET):
            found = [getattr(choice, fidelity).get(name) for choice in shown]
            if fidelity == PACKET and all(each is None or each.value is None for each in found):
                continue
            same = {each.n for each in found if each is not None}
            at = f"{fidelity}, n\u00a0=\u00a0{same.pop():,}" if len(same) == 1 else fidelity
            cells = []
            for choice, each in zip(shown, found):
                answer = verdict_of(choice, fidelity, goal) if goal else ""
                cells.append(_cell(each, measure, goal, answer, bool(same)))
            rows.append([words, at, *cells])
            words = ""
    return rows


def _cell(
    found: Estimate | None, measure: Told, goal: Goal | None, answer: str, with_n: bool
) -> list[Line]:
    """Value, interval, n, and whether the goal is kept."""
    told_: list[Line] = list(lines(found, measure, goal))
    if found is not None and with_n:
        told_.append(f"n = {found.n:,}")
    return [*told_, marked(answer)] if answer else told_


def _without_interval(result: Result, found: Iterable[Estimates]) -> list[str]:
    """A note of why numbers have no interval, or are not there at all."""
    why = dict.fromkeys(
        f"{told(result, name).words}: {each.why.removeprefix('no interval: ')}"
        for of in found
        for name, each in of.items()
        if each.why and name in judged(result)
    )
    if not why:
        return []
    more = "; ..." if len(why) > REASONS_AT_MOST else "."
    return [f"Without an interval: {'; '.join(list(why)[:REASONS_AT_MOST])}{more}"]


def differences(result: Result) -> Table | None:
    """Of each choice to the default; None where there is nothing to hold against it."""
    shown = [choice for choice in result.recommended if choice.against_default]
    if not shown:
        return None
    names = judged(result)
    names += [name for name in shown[0].against_default if name not in names]
    rows: list[Row] = []
    for name in names:
        measure = told(result, name)
        found = [choice.against_default.get(name) for choice in shown]
        same = {each.n for each in found if each is not None}
        pairs = count(same.pop(), "pair") if len(same) == 1 else ""
        rows.append([measure.words, pairs, *(difference_lines(each, measure) for each in found)])
    heads = ["", "", *(name_of(result, choice) for choice in shown)]
    notes = [
        f"How much more than the default of {result.product.short}, at path fidelity. Runs of one seed"
        " have the same random numbers in both, and what such pairs share is taken out of the 95 % intervals,"
        " which are each by itself. Not shown: 0 is inside, so the interval says how large a difference may"
        " still be."
    ]
    notes += _without_interval(result, [choice.against_default for choice in shown])
    return Table("", heads, 2, rows, notes)


def robustness(result: Result) -> list[Table]:
    """The choices where something is not as was asked, a column a measure; so many tables as it takes."""
    names = judged(result)
    parts = [names[at : at + COLUMNS_AT_MOST] for at in range(0, len(names), COLUMNS_AT_MOST)]
    shown = [choice for choice in result.choices if choice.robust]
    return [_robust_part(result, part, shown) for part in parts if shown]


def _robust_part(result: Result, names: Sequence[str], shown: Sequence[Choice]) -> Table:
    of: dict[tuple[str, str], Estimates] = {(AS_ASKED, choice.id): choice.path for choice in shown}
    for choice in shown:
        of |= {(each.what, choice.id): each.measures for each in choice.robust}
    n = {name: {each[name].n for each in of.values() if name in each} for name in names}
    rows: list[Row] = []
    for what in dict.fromkeys(what for what, _ in of):
        first = what
        for choice in shown:
            found = of.get((what, choice.id))
            if found is None:
                continue
            cells = []
            for name in names:
                goal, each = result.goal(name), found.get(name)
                answer = verdict(goal, each) if goal else ""
                if goal and what == AS_ASKED:
                    answer = verdict_of(choice, PATH, goal)
                cells.append(_cell(each, told(result, name), goal, answer, len(n[name]) > 1))
            rows.append([first, name_of(result, choice), *cells])
            first = ""
    heads = [
        _with_limit(result, name) + (f", n = {min(n[name]):,}" if len(n[name]) == 1 else "")
        for name in names
    ]
    return Table("", ["", "", *heads], 2, rows, _without_interval(result, of.values()))


def _with_limit(result: Result, name: str) -> str:
    goal = result.goal(name)
    return told(result, name).label + (f": {limit_text(goal)}" if goal else "")


def prices(result: Result) -> Table | None:
    """What each goal costs; None where that was not looked at."""
    if not result.prices:
        return None
    rows: list[Row] = []
    for price in result.prices:
        goal, objective = told(result, price.goal), told(result, price.objective)
        rows.append(
            [
                goal.words,
                objective.words,
                value_text(price.limit, goal.unit),
                value_text(price.relaxed, goal.unit),
                value_text(price.value, objective.unit),
                value_text(price.relaxed_value, objective.unit),
                signed_change(price.value, price.relaxed_value, objective),
            ]
        )
    heads = ["goal", "what it holds back", "limit", "relaxed to", "now", "then", "difference"]
    notes = [
        "What the best setting would have if one goal were that much laxer and all else the same: the shadow"
        " price of the goal. It is told by the model that the search made of its runs, without a run and so"
        " without an interval. A goal whose relaxation buys nothing does not hold the answer back."
    ]
    return Table("", heads, 2, rows, notes)


def sensitivity(result: Result) -> Table | None:
    """The numbers of the figure."""
    if not result.sensitivity:
        return None
    rows: list[Row] = [
        [
            told(result, each.measure).words,
            setting_name(result, each.axis),
            _index(each.first),
            _index(each.total),
        ]
        for each in result.sensitivity
    ]
    return Table("", ["measure", "setting", "alone", "with all others"], 2, rows)


def _index(found: Estimate) -> list[Line]:
    if found.value is None:
        return [NONE]
    ends = found.interval
    shown = [f"{found.value:.2f}"]
    return [*shown, f"[{ends[0]:.2f}, {ends[1]:.2f}]"] if ends else [*shown]


def beyond(result: Result) -> list[Table]:
    """What the product cannot set, and what that would change: a row a parameter, a column a measure."""
    names = list(dict.fromkeys(each.measure for each in result.beyond))
    parts = [names[at : at + COLUMNS_AT_MOST] for at in range(0, len(names), COLUMNS_AT_MOST)]
    return [_beyond_part(result, part) for part in parts]


def _beyond_part(result: Result, names: Sequence[str]) -> Table:
    what = dict.fromkeys((each.name, each.was, each.to) for each in result.beyond)
    of = {(each.name, each.to, each.measure): each.gain for each in result.beyond}
    rows: list[Row] = []
    for name, was, to in what:
        cells = [difference_lines(of.get((name, to, each)), told(result, each)) for each in names]
        rows.append([name, f"{was} → {to}", *cells])
    heads = ["compiled in", "from → to", *(told(result, name).words for name in names)]
    notes = [
        "Each alone, as the difference to the first choice with what is compiled in, in pairs of one seed."
    ]
    broken = [in_words(result, each.says) for each in result.beyond if "breaks" in each.says]
    return Table("", heads, 2, rows, [*notes, *dict.fromkeys(broken)])


def fixed(result: Result) -> Table | None:
    if not result.fixed:
        return None
    rows: list[Row] = [[each.name, each.value, each.source] for each in result.fixed]
    return Table("", ["compiled in", "value", "where that stands"], 3, rows)


def axes(result: Result) -> Table:
    """What was varied."""
    rows: list[Row] = [
        [
            each.name,
            each.key,
            _range(each),
            f"{each.levels:,}, {each.scale}",
            each.default or NONE,
        ]
        for each in result.axes
    ]
    return Table("", ["setting", "key here", "range", "levels", "default"], 5, rows)


def _range(axis: Axis) -> str:
    if not axis.low or not axis.high:
        return "alternatives"
    ends = [f"{end}\u00a0{axis.unit}" if _is_bare(end) else end for end in (axis.low, axis.high)]
    return " to ".join(end.strip() for end in ends)


def _is_bare(text: str) -> bool:
    """Whether it is a number without its unit."""
    return text.replace(".", "", 1).isdigit()


def settings(result: Result) -> list[Table]:
    """All that were tried, with what was measured; then how many theory excluded, and why."""
    tried = [setting for setting in result.settings if setting.runs and not setting.excluded]
    shown = tried[:SETTINGS_AT_MOST]
    names = judged(result)
    tables = []
    for at in range(0, len(names), COLUMNS_AT_MOST):
        part = names[at : at + COLUMNS_AT_MOST]
        rows: list[Row] = [
            [
                setting.id + _on_front(result, setting.id),
                *(setting.point.get(axis.key, axis.default) for axis in result.axes),
                setting.stage,
                f"{setting.runs:,}",
                *(in_line(setting.measures.get(name), told(result, name)) for name in part),
            ]
            for setting in shown
        ]
        heads = ["", *(axis.name for axis in result.axes), "stage", "runs"]
        names_in_all = len(heads)
        heads += [_with_limit(result, name) for name in part]
        notes = ["* on the Pareto front, (*) perhaps, for all that the intervals say."]
        if len(shown) < len(tried):
            notes.append(f"The first {len(shown):,} of {len(tried):,}; result.json has all.")
        notes += _without_interval(result, [setting.measures for setting in shown])
        tables.append(Table("", heads, names_in_all, rows, notes))
    return [*tables, *_excluded(result)]


def _on_front(result: Result, name: str) -> str:
    return " *" if name in result.front else " (*)" if name in result.front_maybe else ""


def _excluded(result: Result) -> list[Table]:
    why = Counter(setting.excluded for setting in result.settings if setting.excluded)
    if not why:
        return []
    rows: list[Row] = [[text, f"{times:,}"] for text, times in why.most_common()]
    return [Table("Excluded by theory, without a run", ["why", "settings"], 1, rows)]


def scenarios(result: Result) -> Table:
    rows: list[Row] = [
        [
            each.name,
            f"{each.members:,}",
            value_text(each.duration_s, "s"),
            number(each.weight),
        ]
        for each in result.scenarios
    ]
    return Table("", ["scenario", "members", "simulated time a run", "weight"], 1, rows)
