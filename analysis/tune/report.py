# SPDX-License-Identifier: GPL-2.0-only
"""The report of a tune: report.html in its folder, figures/ and block.txt beside it.

It is written for an operator with half a minute: what to set, what that gains and costs, the block to
paste, and the choices side by side stand on the first screen. What makes them believable follows. It
depends on nothing but result.json and tune.json, so the same folder gives the same report.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.campaign.text import count
from analysis.figures import style
from analysis.report import page
from analysis.run.metrics import write_atomically
from analysis.study.page import ROOM_BYTES
from analysis.study.report_provenance import versions
from analysis.tune import figure_front, figure_sensitivity, tables
from analysis.tune.answer import answer, reasons, warnings
from analysis.tune.asked import Asked, read_asked
from analysis.tune.result import Result, read_result
from analysis.tune.words import keeps_all, limit_text, told

TEMPLATE = "tune.html.j2"
REPORT_NAME, BLOCK_NAME = "report.html", "block.txt"
CONTENTS = (
    ("differences", "What differs from the default"),
    ("front", "The choices that there are"),
    ("prices", "What each goal costs"),
    ("sensitivity", "What matters"),
    ("robustness", "When it is not as was asked"),
    ("beyond", "What cannot be set"),
    ("settings", "All that was tried"),
    ("method", "Method"),
    ("provenance", "How to get these numbers again"),
)
RUNS = {
    "search": "to search, on seeds of its own",
    "confirm": "to confirm at path fidelity, on fresh seeds",
    "packet": "to confirm at packet fidelity, on fresh seeds",
    "robust": "for what is not as was asked",
    "beyond": "for what cannot be set",
}
SEARCHED = (
    "Theory excluded at no cost what cannot keep a goal. A few runs of each of the others, at path fidelity,"
    " told a model where better ones may be; what promised most got more runs, on the same seeds for all."
)
PATH_ONLY = (
    f"{SEARCHED} Of the choices and the default what the budget had room for then ran on seeds that the search had"
    " never seen, at path fidelity; none was run with every packet."
)
SEARCH_ONLY = (
    f"{SEARCHED} The budget had no room to run anything on seeds that the search had not seen, so nothing above is"
    " confirmed: the best of what was looked at was lucky too."
)
KEPT_BY = "A goal would count as kept by a bound on such seeds, so none is shown to be."
METHOD = (
    f"{SEARCHED} The"
    " choices and the default then ran on seeds that the search had never seen, at path and at packet fidelity:"
    " the numbers above are of those alone, so that a setting is not recommended for having been lucky.",
    "A goal counts as kept where a bound that is at least as far out as the end of its 95 % interval is within"
    " the limit: of all tunes at most one in twenty recommends what truly breaks a goal, however many settings"
    " it looked at. With several scenarios a goal's number is that of the worst, and that of what is minimised"
    " the mean by their weights.",
)


def write_report(folder: Path) -> Path:
    """Writes DIR/report.html, DIR/figures/ and DIR/block.txt from DIR/result.json; gives the path of the
    first. Where nothing is recommended there is no block, and one of before is removed.

    Raises RecordError where result.json is missing, or a file is damaged.
    """
    result, asked = read_result(folder), read_asked(folder)
    write_block(result, folder)
    pictures = [figure_front.draw(result), figure_sensitivity.draw(result)]
    return page.write(
        folder / REPORT_NAME, TEMPLATE, _content(result, asked, *pictures), pictures, ROOM_BYTES
    )


def write_block(result: Result, folder: Path) -> None:
    """The block of the first choice alone, ready to paste."""
    file = folder / BLOCK_NAME
    if result.best is None or not result.best.block:
        file.unlink(missing_ok=True)
    else:
        write_atomically(file, block_of(result))


def block_of(result: Result) -> str:
    """Ends with a line break; empty without a first choice."""
    block = result.best.block if result.best else ""
    return block if block.endswith("\n") or not block else f"{block}\n"


def _content(
    result: Result, asked: Asked, front: style.Picture, sensitivity: style.Picture
) -> dict[str, Any]:
    """What the template fills in."""
    found = {
        "title": result.title,
        "question": result.question,
        "product": result.product.short,
        "product_facts": product_facts(result),
        "place": result.product.place,
        "unsettable": result.product.unsettable,
        "answer": answer(result),
        "reasons": reasons(result),
        "warnings": warnings(result),
        "block": block_of(result),
        "block_name": BLOCK_NAME,
        "is_recommended": result.best is not None,
        "keeps_all": result.best is not None and keeps_all(result, result.best),
        "choices": tables.choices(result),
        "differences": tables.differences(result),
        "front": front,
        "prices": tables.prices(result),
        "sensitivity": sensitivity,
        "sensitivity_table": tables.sensitivity(result),
        "robustness": tables.robustness(result),
        "beyond": tables.beyond(result),
        "fixed": tables.fixed(result),
        "settings": tables.settings(result),
        "settings_words": settings_words(result),
        "method": method(result),
        "axes": tables.axes(result),
        "goals": goals(result),
        "runs": runs(result, asked.budget),
        "scenarios": tables.scenarios(result) if result.scenarios else None,
        "sources": result.product.sources,
        "notes": [*result.product.notes, *result.notes],
        "command": result.command,
        "build": versions(asked.build),
        "inputs": sorted(asked.inputs.items()),
        "tune_file": asked.file,
        "tune_text": asked.text,
    }
    optional = ("differences", "prices", "robustness")
    found["contents"] = [
        (anchor, heading) for anchor, heading in CONTENTS if anchor not in optional or found[anchor]
    ]
    return found


def method(result: Result) -> tuple[str, ...]:
    """What was done, and nothing that was not."""
    if not result.runs.get("confirm"):
        return (SEARCH_ONLY, KEPT_BY)
    return METHOD if result.runs.get("packet") else (PATH_ONLY, *METHOD[1:])


def settings_words(result: Result) -> str:
    tried = sum(bool(setting.runs) and not setting.excluded for setting in result.settings)
    excluded = sum(bool(setting.excluded) for setting in result.settings)
    text = f"{count(tried, 'setting')} tried"
    return f"{text}, {excluded:,} excluded by theory without a run" if excluded else text


def goals(result: Result) -> list[tuple[str, str]]:
    """What was asked, as name and value."""
    rows = [
        (told(result, goal.measure).words, f"{limit_text(goal)} ({goal.measure})")
        for goal in result.goals
    ]
    names = ", ".join(f"{told(result, name).words} ({name})" for name in result.minimise)
    return [*rows, ("as little as can be of", names)] if names else rows


def product_facts(result: Result) -> list[tuple[str, str]]:
    product = result.product
    rows = [("product", product.title), ("version", product.version), ("goes into", product.place)]
    return [row for row in rows if row[1]]


def runs(result: Result, budget: str = "") -> list[tuple[str, str]]:
    """How many of what, and of all."""
    rows = [(RUNS.get(kind, kind), f"{number:,}") for kind, number in result.runs.items()]
    rows.append(("in all", count(sum(result.runs.values()), "run")))
    return [*rows, ("budget", budget)] if budget else rows
