# SPDX-License-Identifier: GPL-2.0-only
"""calibration.json, and calibration.html with the same for people: one file that needs no other.

The answer first: do the systems agree, and where do they part. Then the numbers side by side, the
comparisons, the pictures, and how to get it all again.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.report import page as report_page
from analysis.campaign.observable import DEAD, NOT_OBSERVABLE, REFUTED, counted
from analysis.calibration.calibration import (
    PROMISED,
    Calibration,
    as_json,
    read_calibration,
)
from analysis.calibration.chain import Chain, chain_of, outcome_of
from analysis.calibration.quantities import OF_KEY, Quantity
from analysis.calibration.systems import LABELS, System
from analysis.calibration import figures
from analysis.run.metrics import write_atomically
from analysis.report.page import Section
from analysis.campaign.text import NONE, count, duration, interval, number, quantity

TEMPLATE = "calibration.html.j2"
PAGE_NAME = "calibration.html"
JSON_NAME = "calibration.json"


def write_calibration(
    folder: Path, names: Sequence[str], left_out: Mapping[str, str], jobs: int
) -> str:
    """Compares the campaigns `folder`/NAME, the first being the reference; writes calibration.json,
    calibration.html and figures/ there, and gives the findings as text for a terminal.

    `left_out` names systems that could not be run, each with the reason.
    Raises records.RecordError where records are missing or do not fit.
    """
    calibration = read_calibration(folder, names, left_out, jobs)
    chains = {system.name: chain_of(calibration, system) for system in calibration.others}
    content = as_json(calibration, {name: dataclasses.asdict(c) for name, c in chains.items()})
    text = json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False) + "\n"
    write_atomically(folder / JSON_NAME, text.replace("\u00a0", " "))
    sections = _sections(calibration)
    pictures = [picture for section in sections for picture in section.pictures]
    page = _content(calibration, chains) | {"sections": sections}
    report_page.write(folder / PAGE_NAME, TEMPLATE, page, pictures)
    return _terminal_text(calibration, chains)


def _terminal_text(calibration: Calibration, chains: Mapping[str, Chain]) -> str:
    """The medians as a table, and the findings."""
    rows = [["", *(system.label for system in calibration.systems)]]
    for quantity_ in calibration.quantities:
        cells = [_median_text(calibration, system, quantity_) for system in calibration.systems]
        rows.append([quantity_.label, *(f"{value} {note}".rstrip() for value, note in cells)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths)).rstrip()
        for row in rows
    ]
    lines.append("  medians of all runs [95 % interval]; rates are a member's in a second")
    for sentence in _answer(calibration, chains):
        lines += ["", sentence]
    return "\n".join(lines).replace("\u00a0", " ")


def _sections(calibration: Calibration) -> list[Section]:
    return [
        Section(
            "detection",
            "How soon a crash is noticed",
            [figures.times(calibration), figures.stages(calibration)],
        ),
        Section(
            "load",
            "What it costs",
            [figures.load_by_kind(calibration), figures.load_over_time(calibration)],
        ),
    ]


def _content(calibration: Calibration, chains: Mapping[str, Chain]) -> dict[str, Any]:
    """What the template fills in, besides the pictures."""
    request = calibration.reference.request
    return {
        "title": request["title"],
        "question": request["question"],
        "answer": _answer(calibration, chains),
        "labels": [system.label for system in calibration.systems],
        "reference": calibration.reference.label,
        "medians": [
            (q.label, [_median_text(calibration, system, q) for system in calibration.systems])
            for q in calibration.quantities
        ],
        "counts": _counts(calibration),
        "findings": [
            {
                "label": system.label,
                "chain": chains[system.name],
                "comparisons": _comparison_rows(calibration, system),
            }
            for system in calibration.others
        ],
        "left_out": [(LABELS.get(name, name), why) for name, why in calibration.left_out.items()],
        "systems": [(system.label, _facts(system)) for system in calibration.systems],
        "scenario_file": request["scenario_file"],
        "scenario_text": request.get("scenario_text", ""),
    }


def _answer(calibration: Calibration, chains: Mapping[str, Chain]) -> list[str]:
    """What all agree on, then each system's finding in a sentence or two."""
    sentences = []
    for key in PROMISED:
        agreement = calibration.agreement(key)
        if agreement is None:
            continue
        verdict = "within" if agreement.within_tolerance else "NOT within"
        sentence = (
            f"{OF_KEY[key].label.capitalize()}: all medians are {verdict}"
            f" {quantity(100 * OF_KEY[key].tolerance, '%')} of each other"
        )
        if agreement.ratio > 1:
            sentence += (
                f"; the farthest are {agreement.low.label} and {agreement.high.label}, by"
                f" {quantity(100 * (agreement.ratio - 1), '%')}"
            )
        sentences.append(sentence + ".")
    sentences += [" ".join(chain.text[:2]) for chain in map(_closed, chains.values())]
    sentences += [
        f"{LABELS.get(name, name)} is left out: {reason}."
        for name, reason in calibration.left_out.items()
    ]
    return sentences


def _closed(chain: Chain) -> Chain:
    """Only the finding where there is none to explain."""
    return chain if chain.first_difference else dataclasses.replace(chain, text=chain.text[:1])


def _median_text(calibration: Calibration, system: System, q: Quantity) -> tuple[str, str]:
    found = calibration.distributions[system.name][q.key]
    if found is None:
        return NOT_OBSERVABLE, ""
    unit = " s" if q.is_time and found.median is not None else ""
    return number(found.median) + unit, interval(found.ci95)


def _counts(calibration: Calibration) -> list[tuple[str, list[str]]]:
    """What is counted and not compared."""

    def row(name: str, of: Any) -> tuple[str, list[str]]:
        return name, [of(system) for system in calibration.systems]

    def known(system: System) -> str:
        known = sum(crash.full_dissemination_s is not None for crash in system.crashes)
        return counted(DEAD, system.untold, f"{known:,} of {len(system.crashes):,}")

    def false(system: System) -> str:
        events = sum(run.false_positives.events for run in system.runs)
        return counted(DEAD, system.untold, f"{events:,}")

    def refuted(system: System) -> str:
        events = sum(run.refuted_suspicions for run in system.runs)
        return counted(REFUTED, system.untold, f"{events:,}")

    return [
        row("runs", lambda system: f"{len(system.runs):,}"),
        row("crashes known to all", known),
        row("false positives", false),
        row("wrong suspicions refuted", refuted),
    ]


def _comparison_rows(calibration: Calibration, system: System) -> list[list[str]]:
    rows = []
    for q in calibration.quantities:
        found = calibration.comparisons[system.name][q.key]
        if found is None:
            outcome = outcome_of(calibration, system, q.key)
            rows.append([q.label, NONE, "", NONE, NONE, outcome])
            continue
        rows.append(
            [
                q.label,
                number(found.ratio),
                interval(found.ratio_ci95),
                number(found.ks),
                "< 0.001" if found.p < 0.001 else f"{found.p:.3f}",
                f"{found.outcome}, {quantity(100 * found.tolerance, '%')}",
            ]
        )
    return rows


def _facts(system: System) -> list[tuple[str, str]]:
    """Who ran, on what, and how well its records are known."""
    first = system.first
    kinds = ", ".join(f"{number} {kind}" for kind, number in system.member_kinds.items())
    rows = [
        ("command", system.request["command"]),
        ("its own report", f"{system.name}/report.html"),
        ("members", kinds),
        ("backend", first["backend"]),
        ("versions", ", ".join(f"{name} {value}" for name, value in first["versions"].items())),
        ("machine", "{cpu}, {cores} cores, {system}".format(**first["machine"])),
        ("runs", count(len(system.runs), "valid run")),
    ]
    if system.invalid:
        rows.append(
            ("left out", f"{count(system.invalid, 'run')} that the machine was too slow for")
        )
    if system.resolution_s:
        rows.append(("times known to", duration(system.resolution_s)))
    if system.lag_p99_s:
        rows.append(("lag, 99 % of cases, worst run", duration(system.lag_p99_s)))
    if system.logs_own_probes:
        rows.append(
            (
                "not in its records",
                "suspicions that members hear of from others, and refutations: of suspicions, only"
                " the probing member's own" + ("" if system.counts_traffic else "; traffic"),
            )
        )
    elif system.untold:
        rows.append(("not in its records", ", ".join(sorted(system.untold))))
    return rows
