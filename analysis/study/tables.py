# SPDX-License-Identifier: GPL-2.0-only
"""A study's runs as tables that any program reads, and their data dictionary:

    results.csv        a row a run, in the order of cells and seeds
    values.csv         of each run every value of its times, of which results.csv has the median
    datapackage.json   what each column is, in which unit, and the sha256 of both (Frictionless Data
                       Package, version 1)

The tables depend on the runs alone: not on when and where they ran, nor in which order they ended. A
time that never came is INF, what there is not to measure is empty. Cells are read one after the other,
so that ten thousand runs take the memory of one cell's.
"""

from __future__ import annotations

import contextlib
import csv
import functools
import hashlib
import io
import json
import math
import os
import re
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.run.metrics import RunMetrics, write_atomically
from analysis.run.records import RecordError
from analysis.study.measures import Measure, MeasureError, bases, measure_named
from analysis.study.model import Cell, Study

RESULTS_NAME = "results.csv"
VALUES_NAME = "values.csv"
PACKAGE_NAME = "datapackage.json"

STANDARD = (
    "first_suspect_s",
    "first_dead_s",
    "full_dissemination_s",
    "crashes_known",
    "wrong_deaths",
    "false_positives",
    "runs_agreed",
    "messages_per_member_second",
    "bytes_per_member_second",
)
"""In every study's tables, whatever else it asks for."""

MISSING, NEVER = "", "INF"
ENDED, FAILED = "ended", "failed"


def asked_measures(asked: Mapping[str, Any]) -> list[Measure]:
    """All that a study's file names, in the order of [measure], until, tables, figures and expects; each
    name once. Raises RecordError for one that is no measure."""
    names = list(asked.get("measure", {}).get("measures", ()))
    names += asked.get("replicate", {}).get("until", {})
    for table in asked.get("tables", ()):
        names += table["measures"]
    names += [part["measure"] for key in ("figures", "expects") for part in asked.get(key, ())]
    try:
        return [measure_named(name) for name in dict.fromkeys(names)]
    except MeasureError as error:
        raise RecordError(f"the study asks for what is no measure: {error}") from None


@dataclass(frozen=True)
class Column:
    """One column of results.csv."""

    name: str
    kind: str
    """As Frictionless calls it: "string", "integer" or "number"."""
    title: str
    description: str
    unit: str
    of: Callable[[Cell, int, RunMetrics | None], Any]
    """@param RunMetrics None of a run that failed."""

    def field(self) -> dict[str, Any]:
        """Of the data dictionary."""
        found = {
            "name": self.name,
            "type": self.kind,
            "title": self.title,
            "description": self.description,
        }
        return found | ({"unit": self.unit} if self.unit else {})


def run_name(cell: Cell, seed: int) -> str:
    """As its folder is called, where records are kept."""
    return f"{cell.key}-{seed}"


def columns(study: Study) -> list[Column]:
    """Those of results.csv: what the run is, and one for each base of the measures."""
    return [*_what_it_is(study), *map(_of_measure, _bases(study))]


def _what_it_is(study: Study) -> Iterator[Column]:
    def told(name: str, description: str, of: Callable[[Cell], str]) -> Column:
        return Column(name, "string", name, description, "", lambda cell, seed, run: of(cell))

    yield Column(
        "run",
        "string",
        "run",
        "The cell's key and the seed; the name of the run's folder where records are kept.",
        "",
        lambda cell, seed, run: run_name(cell, seed),
    )
    yield told("scenario", "Name of the scenario in the study.", lambda cell: cell.scenario)
    yield told("variant", "Name of the variant; empty without any.", lambda cell: cell.variant)
    for axis in study.axes:
        description = f"What {axis.key} was set to: an axis of the study."
        yield told(axis.key, description, functools.partial(_at, axis.key))
    yield Column(
        "seed",
        "integer",
        "seed",
        "Seed of the run. Runs of one seed have the same random numbers in all cells.",
        "",
        lambda cell, seed, run: seed,
    )
    yield Column(
        "outcome",
        "string",
        "outcome",
        f'"{ENDED}", or "{FAILED}": then nothing was measured.',
        "",
        lambda cell, seed, run: FAILED if run is None else ENDED,
    )
    yield Column(
        "members",
        "integer",
        "members",
        "Members of the run.",
        "",
        lambda cell, seed, run: None if run is None else run.members,
    )
    yield Column(
        "crashes",
        "integer",
        "crashes",
        "Crashes in the window.",
        "",
        lambda cell, seed, run: None if run is None else len(run.crashes),
    )
    yield Column(
        "events_sha256",
        "string",
        "sha256 of the events",
        "What an identical run repeats.",
        "",
        lambda cell, seed, run: None if run is None else run.events_sha256,
    )


def _at(key: str, cell: Cell) -> str:
    return cell.point.get(key, MISSING)


def _bases(study: Study) -> list[Measure]:
    """The first measure of each base: its values of a run are those of all of them. What has two names has
    one column, by the name that the study asks for first, else by that of STANDARD."""
    asked = asked_measures(study.asked)
    chosen: dict[str, Measure] = {}
    for measure in [*asked, *map(measure_named, STANDARD)]:
        chosen.setdefault(measure.thing, measure)
    order = dict.fromkeys(measure.thing for measure in [*map(measure_named, STANDARD), *asked])
    return [chosen[thing] for thing in order]


def _of_measure(measure: Measure) -> Column:
    def of(cell: Cell, seed: int, run: RunMetrics | None) -> Any:
        values = [] if run is None else measure.per_run(run)
        return float(statistics.median(values)) if values else None

    description = measure.meaning_of_run
    if others := [name for name in _names(measure) if name != measure.base]:
        description += f" Also called {' and '.join(others)}."
    if measure.kind == "time":
        description += f" Of several in a run the median; {NEVER} is never."
    return Column(measure.base, "number", measure.words_of_run, description, measure.unit, of)


def _names(measure: Measure) -> Iterator[str]:
    """All bases that are this one."""
    for name in bases():
        if measure_named(name).thing == measure.thing:
            yield name


def write_tables(study: Study, folder: Path | None = None) -> list[Path]:
    """Writes the three files into the folder of the study, or another one; returns their paths."""
    folder = folder or study.folder
    made = columns(study)
    times = [measure for measure in _bases(study) if measure.kind == "time"]
    paths = [folder / name for name in (RESULTS_NAME, VALUES_NAME, PACKAGE_NAME)]
    with _Sheet(paths[0]) as results, _Sheet(paths[1]) as values:
        results.row([column.name for column in made])
        values.row(["run", "measure", "value"])
        for cell, seed, run in _rows(study):
            results.row([column.of(cell, seed, run) for column in made])
            for measure in times if run is not None else ():
                for value in measure.per_run(run):
                    values.row([run_name(cell, seed), measure.base, value])
    package = _package(study, made, times, results, values)
    write_atomically(paths[2], json.dumps(package, indent=2, ensure_ascii=False) + "\n")
    return paths


def _rows(study: Study) -> Iterator[tuple[Cell, int, RunMetrics | None]]:
    for cell in study.cells:
        ended = {run.seed: run for run in study.runs(cell)}
        for seed in sorted(study.entries.get(cell.key, {})):
            yield cell, seed, ended.get(seed)


def cell_text(value: Any) -> str:
    """The same text for the same value everywhere, from which the value can be read again exactly."""
    if value is None:
        return MISSING
    if isinstance(value, float):
        if math.isinf(value):
            return NEVER if value > 0 else f"-{NEVER}"
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    return str(value)


class _Sheet(contextlib.AbstractContextManager["_Sheet"]):
    """A CSV file that is there as a whole or not at all, with what its content comes to."""

    def __init__(self, path: Path):
        self._path = path
        self._partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        self._sum = hashlib.sha256()
        self.bytes = 0

    @property
    def sha256(self) -> str:
        return self._sum.hexdigest()

    def __enter__(self) -> _Sheet:
        self._file = open(self._partial, "wb")
        return self

    def row(self, values: Iterable[Any]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow([cell_text(value) for value in values])
        line = text.getvalue().encode()
        self._sum.update(line)
        self.bytes += len(line)
        self._file.write(line)

    def __exit__(self, failure: type[BaseException] | None, *rest: Any) -> None:
        try:
            self._file.close()
            if failure is None:
                os.replace(self._partial, self._path)
        finally:
            self._partial.unlink(missing_ok=True)


def _package(
    study: Study, made: list[Column], times: list[Measure], results: _Sheet, values: _Sheet
) -> dict[str, Any]:
    title = study.asked.get("title", "") or study.folder.name
    return {
        "profile": "tabular-data-package",
        "name": re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "study",
        "title": title,
        "description": study.asked.get("question", ""),
        "resources": [
            _resource(
                RESULTS_NAME,
                "A row a run, in the order of cells and seeds.",
                results,
                {
                    "fields": [column.field() for column in made],
                    "missingValues": [MISSING],
                    "primaryKey": "run",
                },
            ),
            _resource(
                VALUES_NAME,
                "Of each run every value of its times.",
                values,
                {
                    "fields": _value_fields(times),
                    "missingValues": [MISSING],
                    "foreignKeys": [
                        {
                            "fields": "run",
                            "reference": {
                                "resource": RESULTS_NAME.partition(".")[0],
                                "fields": "run",
                            },
                        }
                    ],
                },
            ),
        ],
    }


def _resource(path: str, description: str, sheet: _Sheet, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": path.partition(".")[0],
        "path": path,
        "profile": "tabular-data-resource",
        "description": description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": sheet.bytes,
        "hash": f"sha256:{sheet.sha256}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "doubleQuote": True, "header": True},
        "schema": schema,
    }


def _value_fields(times: list[Measure]) -> list[dict[str, Any]]:
    return [
        {"name": "run", "type": "string", "description": f"As in {RESULTS_NAME}."},
        {
            "name": "measure",
            "type": "string",
            "description": f"One of the times of {RESULTS_NAME}, whose columns tell what it is.",
            "constraints": {"enum": [measure.base for measure in times]},
        },
        {
            "name": "value",
            "type": "number",
            "description": f"In seconds; {NEVER} is never.",
            "unit": "s",
        },
    ]
