# SPDX-License-Identifier: GPL-2.0-only
"""What of a study file the analysis must understand: measures, precisions, tables, figures and
expectations. A mistake there must be found before the runs, not after them.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from analysis.study.contradictions import contradictions
from analysis.study.expects import ExpectationError, read_expectation, same
from analysis.study.measures import MeasureError, measure_named
from analysis.study.replication import ReplicationError, Rule, rule_of
from campaign.study.file import StudyFile
from campaign.toml_file import near
from campaign.places import Path as Place
from campaign.words import setting_text

TABLE_KEYS = {
    "table": ("title", "measures", "where", "paper"),
    "figure": ("title", "measure", "against", "by", "where", "scale", "theory", "paper"),
    "expect": ("measure", "where", "is"),
}
_PAPER_KEYS = {
    "table": ("measure", "where", "value", "source"),
    "figure": ("x", "y", "by", "where", "source"),
}
_SCALES = ("linear", "log")


def check(study: StudyFile) -> Rule:
    """Raises UserError with file, line and reason. Returns how often cells are run."""
    for number, name in enumerate(study.measures):
        _measure(study, name, "measure", "measures")
    for name in study.replicate.until:
        _measure(study, name, "replicate", "until")
    for kind, tables in (
        ("table", study.tables),
        ("figure", study.figures),
        ("expect", study.expects),
    ):
        for number, raw in enumerate(tables):
            _check_table(study, kind, raw, kind, number)
    _check_expectations(study)
    replicate = study.replicate
    try:
        return rule_of(
            {
                "at_least": replicate.at_least,
                "at_most": replicate.at_most,
                "until": replicate.until,
            }
        )
    except (ReplicationError, MeasureError) as error:
        study.wrong(str(error), "replicate", "until")


def _measure(study: StudyFile, name: Any, *place: str | int) -> None:
    try:
        measure_named(str(name))
    except MeasureError as error:
        study.wrong(str(error), *place)


def _check_table(study: StudyFile, kind: str, raw: dict[str, Any], *place: str | int) -> None:
    _known(study, raw, TABLE_KEYS[kind], *place)
    if kind == "table":
        measures = raw.get("measures")
        if not isinstance(measures, list) or not measures:
            study.wrong('measures is missing: a list such as ["first_dead_s.median"]', *place)
        for name in measures:
            _measure(study, name, *place, "measures")
    else:
        if "measure" not in raw:
            study.wrong("measure is missing", *place)
        _measure(study, raw["measure"], *place, "measure")
    _where(study, raw.get("where", {}), *place, "where")
    if kind == "figure":
        _check_figure(study, raw, *place)
    paper = raw.get("paper", [])
    if not isinstance(paper, list) or not all(isinstance(entry, dict) for entry in paper):
        study.wrong("paper is a list of tables", *place, "paper")
    for entry in paper:
        _known(study, entry, _PAPER_KEYS[kind], *place, "paper")
        number = "value" if kind == "table" else "y"
        if not _is_number(entry.get(number)) or not isinstance(entry.get("source"), str):
            study.wrong(f"paper needs {number}, a number, and source, a text", *place, "paper")
        if kind == "table" and entry.get("measure") not in raw["measures"]:
            known = ", ".join(raw["measures"])
            study.wrong(f"paper needs measure, one of the table's: {known}", *place, "paper")
        if kind == "figure" and "x" not in entry:
            study.wrong("paper needs x, a value of the axis", *place, "paper")
        _where(study, entry.get("where", {}), *place, "paper")


def _check_figure(study: StudyFile, raw: dict[str, Any], *place: str | int) -> None:
    known = ["variant", "scenario", *(axis.key for axis in study.axes)]
    if "against" not in raw:
        study.wrong(f"against is missing: {', '.join(known)}", *place)
    for key in ("against", "by"):
        if key in raw and raw[key] not in known:
            study.wrong(f"{key}: there is no {raw[key]}; {near(str(raw[key]), known)}", *place, key)
    if raw.get("by") == raw["against"]:
        study.wrong(f"by and against are both {raw['by']}", *place, "by")
    if not isinstance(raw.get("theory", False), bool):
        study.wrong("theory is true or false", *place, "theory")
    if raw.get("scale", "linear") not in _SCALES:
        study.wrong(f"scale is {raw['scale']}; it can be {' or '.join(_SCALES)}", *place, "scale")


def _is_number(value: Any) -> bool:
    """One that can be drawn."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and abs(value) < 1e100


def _known(study: StudyFile, raw: dict[str, Any], keys: Iterable[str], *place: str | int) -> None:
    for key in raw:
        if key not in keys:
            study.wrong(f"{place[0]} has no {key}; {near(key, keys)}", *place, key)


def _where(study: StudyFile, where: Any, *place: str | int) -> None:
    """A filter of cells must know what it filters by, and leave some."""
    if not isinstance(where, dict):
        study.wrong('where is a table, such as {variant = "lifeguard"}', *place)
    values: dict[str, Sequence[str]] = {
        "scenario": [scenario.name for scenario in study.scenarios],
        "variant": [variant.name for variant in study.variants],
    }
    for axis in study.axes:
        values[axis.key] = list(dict.fromkeys(point[axis.key] for point in study.points))
    for key, value in where.items():
        if key not in values:
            study.wrong(f"where: there is no {key}; {near(key, values)}", *place)
        if isinstance(value, (list, dict)):
            study.wrong(f"where: {key} takes one value, in quotes", *place)
        if not any(same(value, known) for known in values[key]):
            study.wrong(f"where: no {key} is {value}; {near(str(value), values[key])}", *place)


def _check_expectations(study: StudyFile) -> None:
    variants = [variant.name for variant in study.variants]
    found = []
    for number, raw in enumerate(study.expects):
        place: Place = ("expect", number, "is")
        if not isinstance(raw.get("is"), str):
            written = "missing" if "is" not in raw else setting_text(raw["is"])
            study.wrong(
                f'"is" is {written}: a condition in quotes, such as "<= 12 s" or "= 0"', *place
            )
        try:
            found.append(read_expectation(raw, variants))
        except (ExpectationError, MeasureError) as error:
            study.wrong(str(error), *place)
    for number, words in contradictions(found):
        study.wrong(words, "expect", number)
