# SPDX-License-Identifier: GPL-2.0-only
"""The tables of a study's report: those that its file names, or all cells with all measures; and what
theory says beside what was measured.

A row is a cell. An estimate is several lines: the value, its interval, n, and what somebody else
published beside it, with the difference and whether the interval holds it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.study.estimates import Estimate
from analysis.study.expects import matches
from analysis.study.figures_data import Results, factors_of, value_of, words
from analysis.study.figures_theory import Deviation, deviations
from analysis.study.figures_lines import label
from analysis.study.measures import Measure, measure_named
from analysis.study.model import Cell
from analysis.study.report_networks import Networks
from analysis.study.report_table import COLUMNS_AT_MOST, Table
from analysis.study.report_numbers import digits_of, number_of, unit_of, value_text

ROWS_AT_MOST = 40
TABLES_AT_MOST = 24
EVERYTHING = "results.csv has every run of every cell."


def tables(results: Results) -> list[Table]:
    """Those that are asked for, else one of everything."""
    asked = results.study.asked.get("tables", ())
    if not asked:
        return _of("All cells", results.measures(), results.study.cells, (), results)
    found: list[Table] = []
    for table in asked:
        cells = [c for c in results.study.cells if matches(table.get("where", {}), c)]
        names = table.get("measures") or results.measures()
        found += _of(table.get("title", ""), names, cells, table.get("paper", ()), results)
    left = len(found) - TABLES_AT_MOST
    if left > 0:
        note = f"{left:,} more tables are not in this page. {EVERYTHING}"
        found = [*found[:TABLES_AT_MOST], Table("And more", [], 0, [], [note])]
    return found


def _of(
    title: str,
    names: Sequence[str],
    cells: Sequence[Cell],
    paper: Sequence[Mapping[str, Any]],
    results: Results,
) -> list[Table]:
    """One table for each few measures."""
    if not cells:
        return [Table(title, [], 0, [], ["No cell is what the table asks for."])]
    parts = [names[at : at + COLUMNS_AT_MOST] for at in range(0, len(names), COLUMNS_AT_MOST)]
    return [
        _table(title if not number else f"{title}, continued", part, cells, paper, results)
        for number, part in enumerate(parts)
    ]


def _table(
    title: str,
    names: Sequence[str],
    cells: Sequence[Cell],
    paper: Sequence[Mapping[str, Any]],
    results: Results,
) -> Table:
    measures = [measure_named(name) for name in names]
    factors = factors_of(cells)
    shown = cells[:ROWS_AT_MOST]
    # Where all of a column have one n, its head says it.
    same = {m.name: {results.estimate(cell, m.name).n for cell in shown} for m in measures}
    rows: list[list[str | list[str]]] = []
    for cell in shown:
        row: list[str | list[str]] = [value_of(cell, factor.key) for factor in factors]
        for measure in measures:
            row.append(_lines(cell, measure, len(same[measure.name]) > 1, paper, results))
        rows.append(row)
    heads = [factor.words for factor in factors]
    for measure in measures:
        n = same[measure.name]
        heads.append(label(measure) + (f", n = {min(n):,}" if len(n) == 1 else ""))
    return Table(title, heads, len(factors), rows, _notes(cells, measures, paper, results))


def _lines(
    cell: Cell,
    measure: Measure,
    with_n: bool,
    paper: Sequence[Mapping[str, Any]],
    results: Results,
) -> list[str]:
    found = results.estimate(cell, measure.name)
    of = number_of(found, measure)
    lines = [value_text(found.value, "", digits_of(found))]
    lines += [text for text in (of.interval, of.n if with_n else "") if text]
    for known in paper:
        if known["measure"] == measure.name and matches(known.get("where", {}), cell):
            source = known.get("source", "")
            mark = f" [{_sources(paper).index(source) + 1}]" if source else ""
            lines.append(beside(float(known["value"]), found, unit_of(measure), mark))
    return lines


def _sources(paper: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each once; its number is its place from 1 on."""
    return list(dict.fromkeys(known["source"] for known in paper if known.get("source")))


def beside(published: float, found: Estimate, unit: str = "", mark: str = "") -> str:
    """A published number, with the mark of its source: how much more was measured, and whether the
    interval holds it."""
    parts = []
    if found.value is not None and published and math.isfinite(found.value):
        parts.append(f"{100 * (found.value / published - 1):+.3g} %".replace("-", "−"))
    if found.interval is not None:
        low, high = found.interval
        parts.append("inside" if low <= published <= high else "outside")
    told = f" ({', '.join(parts)})" if parts else ""
    return f"published {value_text(published, unit)}{mark}{told}"


def _notes(
    cells: Sequence[Cell],
    measures: Sequence[Measure],
    paper: Sequence[Mapping[str, Any]],
    results: Results,
) -> list[str]:
    same = {key: value_of(cells[0], key) for key in ("scenario", "variant", *cells[0].point)}
    varied = {factor.key for factor in factors_of(cells)}
    fixed = words({key: value for key, value in same.items() if value and key not in varied})
    notes = [f"In all rows: {fixed}."] if fixed else []
    notes.append("95 % intervals in brackets; n is the number of values.")
    why = dict.fromkeys(
        f"{measure.words}: {text.removeprefix('no interval: ')}"
        for measure in measures
        for cell in cells[:ROWS_AT_MOST]
        if (text := results.estimate(cell, measure.name).why)
    )
    if why:
        shown = list(why)[:6]
        notes.append(
            "Without an interval: " + "; ".join(shown) + ("; ..." if len(why) > 6 else ".")
        )
    used = {measure.name for measure in measures}
    told = {known.get("source") for known in paper if known["measure"] in used}
    sources = [f"[{n}] {text}" for n, text in enumerate(_sources(paper), 1) if text in told]
    if sources:
        notes.append(
            "Published beside, with how much more was measured, and whether its interval holds the"
            f" published number: {'; '.join(sources)}."
        )
    if len(cells) > ROWS_AT_MOST:
        notes.append(f"The first {ROWS_AT_MOST} of {len(cells):,} rows. {EVERYTHING}")
    return notes


def theory(results: Results, networks: Networks) -> dict[str, Any]:
    """The table of deviations, those by most first where there are too many, and the limits."""
    found, limits = deviations(results, networks)
    if not found:
        return {"theory": None, "theory_limits": []}
    shown = found
    notes = [_agreement(found)]
    if len(found) > ROWS_AT_MOST:
        by_size = sorted(found, key=lambda each: -abs(each.percent))[:ROWS_AT_MOST]
        shown = [each for each in found if each in by_size]
        notes.append(f"Of {len(found):,} the {ROWS_AT_MOST} that are farthest from theory.")
    factors = factors_of([each.cell for each in found])
    rows = [
        [
            each.measure.words,
            *(value_of(each.cell, factor.key) for factor in factors),
            value_text(each.theory, unit_of(each.measure)),
            [
                value_text(each.measured.value, unit_of(each.measure)),
                *_interval_lines(each),
            ],
            f"{each.percent:+.3g} %".replace("-", "−"),
            {True: "inside", False: "outside", None: "no interval"}[each.is_inside],
        ]
        for each in shown
    ]
    heads = ["measure", *(factor.words for factor in factors), "theory", "measured", "more by"]
    heads.append("theory is in the interval")
    return {
        "theory": Table("", heads, 1 + len(factors), rows, notes),
        "theory_limits": limits,
    }


def _interval_lines(each: Deviation) -> list[str]:
    of = number_of(each.measured, each.measure)
    return [text for text in (of.interval, of.n) if text]


def _agreement(found: Sequence[Deviation]) -> str:
    judged = [each.is_inside for each in found if each.is_inside is not None]
    if not judged:
        return "No cell has an interval, so none tells whether theory holds."
    return (
        f"Theory is inside the interval in {sum(judged):,} of {len(judged):,}; if it were exact, some"
        f" {0.95 * len(judged):.0f} would be. Cells where no closed form holds are not here."
    )
