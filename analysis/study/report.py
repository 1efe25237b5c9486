# SPDX-License-Identifier: GPL-2.0-only
"""The report of a study: report.html and report.pdf in its folder, with figures/ beside them.

It is written for someone who has not seen the code: what was asked and what came out, in numbers; then how,
on which network, the evidence, what may make it say less, and how to get it again. It depends on
nothing but the folder, so the same folder gives the same report.

Whatever the size of the study, the page has so many figures and rows only; results.csv has everything.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.study import (
    figures,
    page,
    report_compare,
    report_method,
    report_networks,
    report_numbers,
)
from analysis.study.expects import OVER_CELLS, RULE
from analysis.study.figures_data import Results
from analysis.study.model import Study, read_study
from analysis.study.report_limits import failures, threats
from analysis.study.report_provenance import build_facts, inputs
from analysis.study.report_expects import expectations
from analysis.study.report_tables import tables, theory

TEMPLATE = "study.html.j2"
REPORT_NAME = "report.html"
CONTENTS = (
    ("method", "Method"),
    ("network", "The network"),
    ("figures", "Figures"),
    ("tables", "Tables"),
    ("comparison", "Variants against each other"),
    ("theory", "Deviations from theory"),
    ("threats", "What may make these numbers say less"),
    ("failures", "Runs that failed"),
    ("provenance", "How to get these numbers again"),
)


def write_report(folder: Path) -> Path:
    """Writes DIR/report.html, DIR/report.pdf and DIR/figures/ from what the folder holds; gives the path
    of the first.

    Raises RecordError where the folder's files are missing or damaged, page.PageError where there can
    be no PDF.
    """
    study = read_study(folder)
    results = Results(study)
    networks = report_networks.read_networks(study)
    titles = {each["name"]: each.get("title", "") for each in study.asked.get("scenarios", ())}
    shown = report_networks.shown(networks, titles)
    drawn = figures.figures(results, networks)
    content = {
        **_opening(results),
        **_method(results),
        "networks": shown,
        "variance": report_networks.variance(study),
        "pictures": drawn.pictures,
        "figures_left_out": drawn.left_out,
        "tables": tables(results),
        "comparisons": report_compare.tables(results),
        **theory(results, networks),
        "threats": threats(results, networks),
        **failures(study),
        **_provenance(study),
    }
    content["contents"] = [
        (anchor, heading)
        for anchor, heading in CONTENTS
        if anchor not in ("comparison", "theory")
        or content[{"comparison": "comparisons"}.get(anchor, anchor)]
    ]
    pictures = [*(each.picture for each in shown if each.picture), *drawn.pictures]
    return page.write(folder / REPORT_NAME, TEMPLATE, content, pictures)


def _opening(results: Results) -> dict[str, Any]:
    study = results.study
    rows, left = report_numbers.glance(results)
    note = "95 % intervals in brackets; n is the number of values. Where all points have"
    note += " the same, the widest interval stands for all. The method of each stands below."
    if left:
        note += f" {left:,} more rows follow from results.csv."
    sentences = [report_method.extent(results), report_method.failed_sentence(study)]
    expects, outcome = expectations(results)
    return {
        "title": study.asked["title"],
        "question": study.asked.get("question", ""),
        "abstract": [
            text.strip() for text in study.asked.get("abstract", "").split("\n\n") if text.strip()
        ],
        "answer": [
            text for text in (report_method.incomplete(results), outcome, *sentences) if text
        ],
        "expects": expects,
        "expects_note": f"{RULE} {OVER_CELLS}",
        "glance": rows,
        "glance_note": note,
        "has_scenarios": len({cell.scenario for cell in study.cells}) > 1,
        "has_variants": any(cell.variant for cell in study.cells),
        "has_points": any(row.least.at for row in rows),
    }


def _method(results: Results) -> dict[str, Any]:
    study = results.study
    return {
        "scenarios": report_method.scenarios(study),
        "variants": report_method.variants(study),
        "axes": report_method.axes(study),
        "design": report_method.design(results),
        **report_method.stops(study),
        "measures": report_method.measures(results),
    }


def _provenance(study: Study) -> dict[str, Any]:
    asked = study.asked
    return {
        "command": asked.get("command", ""),
        "build": build_facts(study),
        "inputs": inputs(study),
        "study_file": asked.get("study_file", ""),
        "study_text": asked.get("study_text", ""),
    }
