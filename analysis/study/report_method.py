# SPDX-License-Identifier: GPL-2.0-only
"""The method of a study in words and tables: how much was run, what was varied and how, when replication
stopped, and what each measure is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.campaign.text import count, listing, number, setting_words
from analysis.figures.sweep_data import Axis as Places
from analysis.run.records import RecordError
from analysis.study.figures import interval_method
from analysis.study.figures_data import Results
from analysis.study.measures import measure_named
from analysis.study.model import Axis, Cell, Study
from analysis.study.replication import RULE
from analysis.study.report_crashes import span, watched

Rows = list[tuple[str, str]]

SUMMARY_NAME = "summary.json"
ROWS_AT_MOST = 40
VALUES_AT_MOST = 12
NAMES_AT_MOST = 4
"""Of cells of which the same is said."""
DESIGNS = {
    "factorial": "all combinations of the axes' values",
    "latin-hypercube": "a Latin hypercube: each axis is cut into as many steps as there are points, and"
    " each step has one point",
    "sobol": "a Sobol sequence, scrambled: points that leave no region empty",
    "list": "the points that the study lists",
}


def extent(results: Results) -> str:
    """How many cells, runs, members and hours, in a sentence."""
    study = results.study
    ran = {cell.key: results.runs(cell) for cell in study.cells}
    runs = sum(ran.values())
    # Of cells that are equal in all settings there is one key.
    by_key = {cell.key: cell for cell in study.cells}
    hours = sum(ran[key] * cell.simulated_s for key, cell in by_key.items()) / 3600
    member_hours = (
        sum(ran[key] * cell.simulated_s * cell.members for key, cell in by_key.items()) / 3600
    )
    members = sorted({cell.members for cell in study.cells})
    sizes = f"{members[0]:,}" if len(members) == 1 else f"{members[0]:,} to {members[-1]:,}"
    parts = [count(len({cell.scenario for cell in study.cells}), "scenario")]
    variants = {cell.variant for cell in study.cells if cell.variant}
    if variants:
        parts.append(count(len(variants), "variant"))
    if study.axes:
        points = {tuple(cell.point.items()) for cell in study.cells}
        parts.append(count(len(points), "point"))
    return (
        f"{count(len(study.cells), 'cell')} ({' × '.join(parts)}), {count(sum(ran.values()), 'run')}"
        f" of {sizes} members each, {_hours(hours, 'simulated hour')},"
        f" {_hours(member_hours, 'member-hour')}."
        if runs
        else f"{count(len(study.cells), 'cell')} ({' × '.join(parts)}); no run has ended well yet."
    )


def incomplete(results: Results) -> str:
    """That cells have no run, for the abstract; empty where all have."""
    cells = results.study.cells
    empty = sum(not results.runs(cell) for cell in cells)
    if not empty:
        return ""
    return (
        f"The study is incomplete: {empty:,} of {count(len(cells), 'cell')} {'has' if empty == 1 else 'have'}"
        " no run that ended well, and what is expected of them is open."
    )


def _hours(hours: float, unit: str) -> str:
    text = number(hours)
    return f"{text} {unit}" if text == "1" else f"{text} {unit}s"


def scenarios(study: Study) -> Rows:
    """Name, and what it is."""
    return [
        (
            scenario["name"],
            "; ".join(
                part
                for part in (
                    scenario.get("title", ""),
                    _size([cell for cell in study.cells if cell.scenario == scenario["name"]]),
                    f"with {_settings(scenario['set'])}" if scenario.get("set") else "",
                    str(scenario.get("file", "")),
                )
                if part
            ),
        )
        for scenario in study.asked.get("scenarios", ())[:ROWS_AT_MOST]
    ]


def _size(cells: Sequence[Cell]) -> str:
    """Members and simulated time over all cells of a scenario, which axes and variants may change."""
    if not cells:
        return ""
    members = span([cell.members for cell in cells])
    return f"{members} members for {span([cell.simulated_s for cell in cells])} s"


def variants(study: Study) -> Rows:
    """Name, and what it sets."""
    return [
        (variant["name"], _settings(variant["set"]) or "nothing: the scenario as it is")
        for variant in study.asked.get("variants", ())[:ROWS_AT_MOST]
        if variant["name"]
    ]


def _settings(found: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} = {value}" for key, value in found.items())


def axes(study: Study) -> Rows:
    """Words with key, and the values."""
    return [(f"{setting_words(axis.key)} ({axis.key})", _values(axis)) for axis in study.axes]


def _values(axis: Axis) -> str:
    if len(axis.values) <= VALUES_AT_MOST:
        return ", ".join(axis.values)
    scale = {"log": ", on a logarithmic scale", "linear": ", on a linear scale"}.get(axis.scale, "")
    ordered = Places(axis.key, axis.values)
    ends = (axis.values[0], axis.values[-1])
    if ordered.has_numbers():
        in_order = [v for _, v in sorted(zip(ordered.places().tolist(), axis.values))]
        ends = (in_order[0], in_order[-1])
    return f"{count(len(axis.values), 'value')} from {ends[0]} to {ends[1]}{scale}"


def design(results: Results) -> Rows:
    """How cells and seeds were chosen, and when replication stopped."""
    study = results.study
    asked = study.asked.get("design", {})
    kind = asked.get("kind", "factorial")
    text = DESIGNS.get(kind, kind)
    if kind in ("latin-hypercube", "sobol"):
        text += f"; {count(asked.get('points') or len(study.cells), 'point')}, drawn with seed"
        text += f" {asked.get('seed', 1)}"
    rows = [("points", f"{text}.")] if study.axes else []
    rows.append(("seeds", _seeds(study)))
    rows.append(("replication", _rule(study.asked.get("replicate", {}))))
    rows += [("window of the metrics", words) for words in _windows(study)]
    watch = watched(study)
    return [*rows, ("a crash is watched for", f"{watch}.")] if watch else rows


def _windows(study: Study) -> list[str]:
    """What each cell measures, whoever said so; with places where cells differ."""
    places: dict[str, list[str]] = {}
    for cell in study.cells:
        first, last = (cell.resolved.get(f"measure.{end}") for end in ("from", "to"))
        words = "the whole of each run"
        if last is not None or first not in (None, "0s"):
            words = f"from {first or '0s'} to {last or 'the end'}"
        if cell.resolved.get("measure.anomalous", "while") == "run":
            words += "; who was disturbed is so for the whole run"
        places.setdefault(words, []).append(cell.name)
    if len(places) == 1:
        return list(places)
    return [f"{words}: {listing(names, NAMES_AT_MOST)}" for words, names in places.items()]


def _seeds(study: Study) -> str:
    of_cells = [sorted(study.entries.get(cell.key, {})) for cell in study.cells]
    seeds = sorted({seed for found in of_cells for seed in found})
    if not seeds:
        return "none yet"
    consecutive = seeds == list(range(seeds[0], seeds[-1] + 1))
    text = (
        f"{seeds[0]:,} to {seeds[-1]:,}"
        if consecutive and len(seeds) > 2
        else listing([str(seed) for seed in seeds])
    )
    if all(found == seeds for found in of_cells):
        text += ", the same in all cells"
    else:
        are_first = all(found == seeds[: len(found)] for found in of_cells)
        each = "the first" if are_first else "some"
        text += f", of which each cell has {each} {span([len(found) for found in of_cells])}"
    return (
        f"{text}: runs of one seed have the same random numbers, so differences between cells are taken"
        " seed by seed."
    )


def _rule(rule: Mapping[str, Any]) -> str:
    least, most = rule.get("at_least", 1), rule.get("at_most", rule.get("at_least", 1))
    until = rule.get("until", {})
    if not until:
        return f"{count(least, 'run')} a cell."
    targets = " and ".join(
        f"{measure_named(name).words} to {precision}" for name, precision in until.items()
    )
    budget = rule.get("budget_s")
    within = f", within {number(budget / 60)} min" if budget else ""
    return (
        f"sequential: at least {least:,} runs a cell, then more until the 95 % interval of {targets} is"
        f" that narrow, at most {most:,}{within}. A cell is {RULE}."
    )


def stops(study: Study) -> dict[str, Any]:
    """Why cells have no more runs: each reason with how many cells it ended, and, of few cells that
    differ, each; those of which the same is said stand together."""
    path = study.folder / SUMMARY_NAME
    try:
        raw = json.loads(path.read_bytes())["cells"]
        found = {cell["key"]: cell for cell in raw}
        reasons = Counter(_reason(cell["stopped"]) for cell in raw)
    except FileNotFoundError:
        return {"stops": [], "stopped_cells": []}
    except (ValueError, KeyError, TypeError) as error:
        raise RecordError(f"{path}: is no summary of a study: {error!r}") from None
    rows = [(text, count(cells, "cell")) for text, cells in reasons.most_common(ROWS_AT_MOST)]
    alike: dict[tuple[int, str], list[str]] = {}
    for cell in study.cells:
        if cell.key in found:
            told = found[cell.key]["runs"], found[cell.key]["stopped"]
            alike.setdefault(told, []).append(cell.name)
    groups = list(alike.items()) if 1 < len(alike) <= ROWS_AT_MOST else []
    return {
        "stops": rows,
        "stopped_cells": [
            ("; ".join(names[:NAMES_AT_MOST]) + _more(len(names)), f"{runs:,}", why)
            for (runs, why), names in groups
        ],
    }


def _more(names: int) -> str:
    left = names - NAMES_AT_MOST
    return f"; and {count(left, 'more cell')}" if left > 0 else ""


def _reason(words: str) -> str:
    """Without the state of the intervals, which differs from cell to cell."""
    text = words.partition("; widest: ")[0]
    return text.partition(": ")[0] if text.startswith("targets met") else text


def measures(results: Results) -> list[tuple[str, str, str]]:
    """Words with the name that a study file has for it, what it is, and how its interval is made."""
    found = []
    for name in results.measures()[:ROWS_AT_MOST]:
        measure = measure_named(name)
        cells = results.study.cells
        some = next((c for c in cells if results.estimate(c, name).interval is not None), None)
        why = "" if some or not cells else results.estimate(cells[0], name).why
        method = interval_method(measure) if some else why.removeprefix("no interval: ")
        found.append(
            (f"{measure.words} ({name})", measure.meaning, method if some else f"none: {method}")
        )
    return found


def failed_sentence(study: Study) -> str:
    """How many runs failed, for the abstract; empty where none did."""
    failed = len(study.failures())
    if not failed:
        return ""
    return f"{count(failed, 'run')} failed and {'is' if failed == 1 else 'are'} in no number here."
