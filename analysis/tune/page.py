# SPDX-License-Identifier: GPL-2.0-only
"""A page of the documentation made of a tune's result: Markdown and its figures, as pages of papers are.

Whatever it says is looked up in the result, so it can be made again at any time, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from analysis.figures import style
from analysis.papers.page import Page
from analysis.study.report_table import Table
from analysis.tune import figure_front, figure_sensitivity, tables
from analysis.tune.answer import answer, reasons, warnings
from analysis.tune.asked import Asked
from analysis.tune.report import METHOD, block_of, product_facts, runs, settings_words
from analysis.tune.result import PACKET, PATH, Result
from analysis.tune.words import NOT_KEPT, NOT_SHOWN, joined, keeps_all, told, verdicts_of

_SPECIAL = re.compile(
    r"[\\`*<>#~]"
    r"|(?<!\w)_|_(?!\w)"  # within a word it is itself
    r"|&(?=#?\w+;)"
    r"|\](?=[(\[:{])"
    r"|(?<!\S)[-+](?=\s|$)"  # where a line is broken it would begin a list
    r"|(?<!\S)\d{1,9}[.)](?=\s)"
)


def write_page(result: Result, asked: Asked, folder: Path, name: str) -> list[Path]:
    """NAME.md and NAME-*.svg; what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    return render(result, asked, name).write(folder)


def render(result: Result, asked: Asked, name: str) -> Page:
    """The page; `name` is the stem of its files."""
    page = Page(name, _plain(result.title), _believed(result), _not_believed(result))
    if result.question:
        page.text(f"*{_plain(result.question)}*")
    if result.best is not None and block_of(result):
        page.heading(
            "To paste"
            if keeps_all(result, result.best)
            else "To paste, if what comes nearest is enough"
        )
        page.code(block_of(result), "text")
        if result.product.place:
            page.text(f"It goes into {_plain(result.product.place)}.")
    page.heading("Side by side" if result.best is not None else "What comes nearest")
    _table(page, tables.choices(result))
    _optional(page, "What differs from the default", tables.differences(result))
    page.heading("The choices that there are")
    _figure(page, figure_front.draw(result))
    _optional(page, "What each goal costs", tables.prices(result))
    page.heading("What matters")
    _figure(page, figure_sensitivity.draw(result))
    for number, table in enumerate(tables.robustness(result)):
        _optional(page, "" if number else "When it is not as was asked", table)
    if result.product.unsettable:
        page.heading("What can be set")
        page.text(_plain(result.product.unsettable))
    _optional(page, "What is compiled in", tables.fixed(result))
    for number, table in enumerate(tables.beyond(result)):
        _optional(page, "" if number else "What that would change", table)
    _method(page, result, asked)
    return page


def _method(page: Page, result: Result, asked: Asked) -> None:
    page.heading("Method")
    for paragraph in METHOD:
        page.text(paragraph)
    _table(page, tables.axes(result))
    if result.scenarios:
        _table(page, tables.scenarios(result))
    page.text(f"{settings_words(result)}. Runs:")
    page.table(
        ["runs", "how many"],
        [[_plain(kind), number] for kind, number in runs(result, asked.budget)],
    )
    notes = [*result.product.notes, *result.notes]
    if notes:
        page.heading("Notes")
        page.points([_plain(note) for note in notes])
    page.heading("Where the numbers come from")
    page.code(_on_one_line(f"$ {result.command}"))
    if result.product.sources:
        page.text("What the product can set, and its defaults, stand in:")
        page.points([_plain(source) for source in result.product.sources])
    _facts(page, result, asked)


def _facts(page: Page, result: Result, asked: Asked) -> None:
    """Of the product and of what ran it; nothing of the machine."""
    build = [(f"simulator, {key}", str(asked.build.get(key, ""))) for key in ("version", "commit")]
    rows = [[_plain(name), _plain(text)] for name, text in (*product_facts(result), *build) if text]
    page.table(["what", "which"], rows)


def _believed(result: Result) -> list[str]:
    """The answer, or, where nothing keeps the goals, that."""
    return [_plain(sentence) for sentence in answer(result)]


def _not_believed(result: Result) -> list[str]:
    """What the numbers do not say, of this result first."""
    found = [*reasons(result), *warnings(result)]
    told_of = {each.goal for each in result.unshown}
    if result.best is not None:
        for fidelity in (PATH, PACKET):
            doubtful = [
                told(result, goal.measure).words
                for goal, said in verdicts_of(result, result.best, fidelity)
                if said in (NOT_SHOWN, NOT_KEPT)
                and not (fidelity == PATH and goal.measure in told_of)
            ]
            if doubtful:
                found.append(f"At {fidelity} fidelity not shown to be kept: {joined(doubtful)}.")
    members = joined(list(dict.fromkeys(f"{each.members:,}" for each in result.scenarios)))
    of = f" of {members} members" if members else ""
    found.append(
        f"That the same is best elsewhere: it is of this cluster{of}, this network, and these goals."
    )
    return [_plain(text) for text in found]


def _optional(page: Page, heading: str, table: Table | None) -> None:
    if table is None:
        return
    if heading:
        page.heading(heading)
    _table(page, table)


def _table(page: Page, table: Table) -> None:
    if table.title:
        page.text(f"**{_plain(table.title)}**")
    page.table(
        [_plain(head) for head in table.heads],
        [[_cell(cell) for cell in row] for row in table.rows],
    )
    for note in table.notes:
        page.text(_plain(note))


def _cell(cell: str | Sequence) -> str:
    """An estimate on one line: 7.60 s [7.45, 7.75], ✓ kept."""
    if isinstance(cell, str):
        return _plain(cell)
    first, *rest = map(str, cell)
    text = first
    for line in rest:
        text += f" {line}" if line.startswith("[") else f", {line}"
    return _plain(text)


def _figure(page: Page, picture: style.Picture) -> None:
    """Under the page's name, and without a figure its reason alone."""
    named = replace(picture, name=f"{page.name}-{picture.name}", text=_plain(picture.text))
    if picture.figure is None:
        page.text(f"{_plain(picture.title)}: {named.text}")
    else:
        page.figure(named)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    """Text in which nothing is Markdown, nor HTML, and that is on one line."""
    on_one_line = re.sub(r"\s*[\r\n]\s*", " ", text).strip()
    return _SPECIAL.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", on_one_line)
