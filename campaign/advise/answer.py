# SPDX-License-Identifier: GPL-2.0-only
"""The answer in words: the setting, the default beside it, how sure it is, and what would verify it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.advice.lookup import LEAST_LOSS, Expected, Range, Table
from analysis.advice.words import small
from analysis.campaign.text import number
from campaign.advise.choose import Choice, is_slower, setting_words, time_text
from campaign.advise.goals import Question, listed
from campaign.advise.product import Settable
from campaign.tune.product import Product


def answer(
    question: Question, table: Table, where: Settable, choice: Choice, default: Expected | None
) -> str:
    """All that is printed before the lines about verifying."""
    parts = [_asked(question, where.product)]
    if choice.best is None:
        parts += choice.contradictions
        parts.append("No setting that the table covers keeps all goals.")
        columns = {} if default is None else {"default": default}
    elif choice.left is not None:
        parts.append(_left(question, choice.best, choice.left))
        columns = {"default": choice.left, "sure, but slower": choice.best}
    else:
        columns = {"recommended": choice.best} | ({} if default is None else {"default": default})
    if columns:
        parts.append(_table(columns))
    parts.append(_sure(question, table, list(columns.values())))
    if choice.best is not None:
        parts += _of_the_choice(question, table, where, choice, default)
    if (
        choice.best is not None
        and choice.left is None
        and (block := where.block(choice.best.setting))
    ):
        parts.append(block.rstrip())
    return "\n\n".join(parts)


def _asked(question: Question, product: Product | None) -> str:
    whose = "memberlist-lan" if product is None else product.title
    least = "bytes" if question.least == "bytes" else "time until known to all"
    taken = "" if question.loss_given else " (--loss was not given; no network loses nothing)"
    return (
        f"{question.members:,} members, {100 * question.loss:g} % of datagrams lost{taken}, {whose}:\n"
        f"{listed(question.goals)}; the least {least} that keeps these."
    )


def _table(columns: Mapping[str, Expected]) -> str:
    rows = [["", *columns]]
    found = list(columns.values())

    def row(name: str, cells: list[str]) -> None:
        rows.append([name, *cells])

    row("probe_interval", [time_text(each.setting.interval_s) for each in found])
    row("probe_timeout", [time_text(each.setting.interval_s / 2) for each in found])
    row("suspicion_mult", [str(each.setting.mult) for each in found])
    row("crash to known to all, median", [_range(each.median_s, "s") for each in found])
    row("crash to known to all, 99th percentile", [_range(each.p99_s, "s") for each in found])
    row("false burials a member-year, at most", [small(each.burials.high) for each in found])
    row("    expected", [small(each.burials.value) for each in found])
    row("bytes a member sends a second", [_range(each.bytes, "B/s") for each in found])
    row("messages a member sends a second", [_range(each.messages, "/s") for each in found])
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows
    ]
    return "\n".join(lines)


def _range(found: Range, unit: str) -> str:
    return f"{number(found.value)} {unit} [{number(found.low)}, {number(found.high)}]"


def _sure(question: Question, table: Table, shown: list[Expected]) -> str:
    checked: Mapping[str, Any] = table.raw["validated"]
    lines = []
    if any(each.interpolated for each in shown):
        lines.append(
            "Interpolated: not every number above is of a cell that was simulated. Of"
            f" {checked['cases']} cases that the table lacks, it tells the median within"
            f" {_percent(checked['median_error'])}, the 99th percentile of their"
            f" {checked['crashes']:,} crashes within {_percent(checked['p99_error'])},"
            f" bytes within {_percent(checked['bytes_error'])}, and the false burials of"
            f" {checked['burials_within']} of {checked['cases']} within its interval."
        )
    else:
        lines.append("Simulated: cells of the table have these very settings.")
    if any(each.extrapolated for each in shown):
        least = 100 * table.raw["burials"]["least_loss"]
        lines.append(
            f"False burials are counted from {least:g} % of loss up; below, the power of the loss that"
            " the counts show is carried on"
            + (
                f", and without any it is told as at {100 * LEAST_LOSS:g} %."
                if not question.loss
                else "."
            )
        )
    lines.append(
        "Members of the table neither pause nor are slow. Real ones do (garbage collection, a busy or"
        " suspended machine), and are then buried by short intervals, short time-outs and low multipliers"
        " however little the network loses: of that these bounds say nothing."
    )
    made = table.raw["made"]
    lines.append(
        f"The table is of Swimlab {made['version']}, {made['runs']:,} runs at path fidelity, loss that"
        " hits each datagram by itself, round trips that are short beside the time-out, and no"
        " compression. studies/advice has its studies, docs/tune/advise.md tells more."
    )
    if 101 <= question.members <= 105:
        lines.append(
            "Burials are told as of 100 members: with a few down, a cluster of this size sends its"
            " news as seldom as those."
        )
    return "\n".join(lines)


def _left(question: Question, best: Expected, default: Expected) -> str:
    """Why the default is left."""
    unsure = [goal for goal in question.goals if not goal.kept_by(default)]
    told = " and ".join(
        f"{goal.name} (expected {goal.told(goal.of(default).value)}, at most"
        f" {goal.told(goal.of(default).high)})"
        for goal in unsure
    )
    return (
        f"Leave the default: the table knows too little of {question.members:,} members to show that it"
        f" keeps {told}, and what it can show is slower: {setting_words(best.setting)},"
        f" {number(best.p99_s.value)} s in place of {number(default.p99_s.value)} s. Simulate it, see below."
    )


def _of_the_choice(
    question: Question, table: Table, where: Settable, choice: Choice, default: Expected | None
) -> list[str]:
    """What is to be known of a choice before it is pasted."""
    best = choice.best
    assert best is not None
    if len(where.settings) == 1:
        whose = "the product" if where.product is None else where.product.title
        return [
            f"Neither interval nor multiplier can be set in {whose}: this is its default, and the table"
            " has no other setting for it."
        ]
    found = []
    ends = []
    if choice.left is None:
        interval_s, mult = best.setting.interval_s, best.setting.mult
        if interval_s in (table.intervals_s[0], table.intervals_s[-1]):
            end = "least" if interval_s == table.intervals_s[0] else "greatest"
            ends.append(f"probe_interval {time_text(interval_s)} is the {end} of the table")
        if mult in (table.mults[0], table.mults[-1]):
            end = "least" if mult == table.mults[0] else "greatest"
            ends.append(f"suspicion_mult {mult} is the {end} of the table")
    if ends:
        found.append(
            f"The choice lies at the table's end: {' and '.join(ends)}. What lies beyond is not known, and"
            " the least is the boldest."
        )
    if choice.left is None and default is not None and is_slower(best, default):
        why = (
            "fewest bytes were asked for"
            if question.least == "bytes"
            else "the default is not expected to keep the goals"
        )
        found.append(
            f"It is slower than the default: {number(best.p99_s.value)} s in place of"
            f" {number(default.p99_s.value)} s; {why}."
        )
    return found


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %"
