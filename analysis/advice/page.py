# SPDX-License-Identifier: GPL-2.0-only
"""The tables of docs/tune/advise.md, so that no number of the page is typed: a test compares them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis.advice.held_out import Compared
from analysis.advice.lookup import TABLE, Range, Table
from analysis.campaign.values import YEAR_S
from analysis.advice.words import small
from analysis.campaign.text import number
from analysis.run.metrics import write_atomically


def held_out_table(found: Sequence[Compared]) -> str:
    """Each held-out case: what its own runs say, and what the table says of it."""
    lines = [
        "| members | loss | interval | mult | median: run | told | beyond p99 as told | buried: run | told, of"
        " that time |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for each in found:
        case, told = each.case, each.expected
        years = case["exposed_s"] / YEAR_S
        cells = [
            f"{case['members']:,}",
            f"{100 * case['loss']:g} %",
            f"{case['interval_s']:g} s",
            str(case["mult"]),
            _seconds(case["median"][0]),
            _seconds(told.median_s.value),
            f"{sum(over > 1 for over in each.over_p99)} of {len(each.over_p99)}, {_seconds(told.p99_s.value)}",
            f"{case['buried']} in {years:.2g} years",
            _counts(told.burials, years),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{number(value)} s"


def _counts(rate: Range, years: float) -> str:
    low, value, high = (small(each * years) for each in (rate.low, rate.value, rate.high))
    return f"{value} [{low}, {high}]"


def parts_table(table: Table) -> str:
    """The parts of a time of detection, by size."""
    detection = table.raw["detection"]
    intervals = detection["intervals_s"]
    ends = f"{intervals[0]:g} s to {intervals[-1]:g} s"
    lines = [
        f"| members | wait, median | wait, 99th percentile | crashes | spread, interval {ends} |",
        "|---|---|---|---|---|",
    ]
    for size in detection["members"]:
        wait, spread = detection["wait"][str(size)], detection["spread_s"][str(size)]
        cells = [
            f"{size:,}",
            *(
                f"{wait[name][0]:.2f} [{wait[name][1]:.2f}, {wait[name][2]:.2f}]"
                for name in ("median", "p99")
            ),
            f"{wait['crashes']:,}",
            f"{spread[0]:.2f} to {spread[-1]:.2f} s",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def burials_table(table: Table) -> str:
    """The model of each group."""
    raw = table.raw["burials"]
    names = raw["terms"]
    lines = [
        "| members | counted | in member-years | " + " | ".join(names) + " | dispersion |",
        "|---|---|---|" + "---|" * (len(names) + 1),
    ]
    least = 0
    for group in raw["groups"]:
        first = max(least + 1, table.raw["detection"]["members"][0])
        sizes = str(group["most"]) if first == group["most"] else f"{first} to {group['most']:,}"
        spans = [
            f"{value:.2f} ± {1.96 * group['covariance'][place][place] ** 0.5:.2f}" if value else "–"
            for place, value in enumerate(group["coefficients"])
        ]
        years = group["exposed_s"] / YEAR_S
        if group["borrowed"]:
            spans[1:] = ["the same"] * (len(spans) - 1)
        cells = [sizes, f"{group['buried']:,}", f"{years:.2g}", *spans]
        lines.append(f"| {' | '.join([*cells, format(group['dispersion'], '.2f')])} |")
        least = group["most"]
    return "\n".join(lines)


PAGE = TABLE.parents[2] / "docs" / "tune" / "advise.md"
_END = "<!-- end -->"


def write_tables(table: Table, found: Sequence[Compared], page: Path = PAGE) -> None:
    """Puts the tables between their marks in the page."""
    text = page.read_text(encoding="utf-8")
    made = {
        "parts": parts_table(table),
        "burials": burials_table(table),
        "held-out": held_out_table(found),
    }
    for name, lines in made.items():
        before, mark, after = text.partition(f"<!-- {name} -->\n")
        if not mark:
            raise ValueError(f"{page}: has no mark {name}")
        text = f"{before}{mark}{lines}\n{_END}{after.partition(_END)[2]}"
    write_atomically(page, text)
