# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab reproduce DIR`: does the runs of a study's folder again, from what the folder holds, and
says whether the same came out, byte for byte.

Nothing in the folder is changed. What is compared is the digest of each run (analysis/study/digest.py),
which has the sums of its records, and the tables, which the whole journal must give again: a reader takes
the numbers from there.
"""

import itertools
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.run.metrics import METRICS_NAME
from analysis.run.records import RecordError
from analysis.study.digest import digest
from analysis.study.model import Entry, Study, read_study
from campaign.build import Build
from campaign.errors import UserError
from campaign.folder import INPUTS, sha256_of, sums_of
from campaign.progress import Progress
from campaign.study.engine import Job, Outcome
from campaign.study.local import LocalEngine
from campaign.study.tables_again import TABLES, missing_tables, unlike_the_journal
from campaign.words import one_line, path_text

MOST_TOLD = 5


@dataclass(frozen=True)
class _Difference:
    job: Job
    place: str
    before: Any
    after: Any

    def __str__(self) -> str:
        cell, seed = self.job.cell.name, self.job.seed
        return one_line(f"{cell}, seed {seed}: {self.place} is {self.after}, and was {self.before}")


def reproduce(
    folder: Path, runs: int | None, jobs: int, program: Path, build: dict[str, Any]
) -> bool:
    """Do so many of the runs again, chosen at random but always the same (None: all); print what came
    of it. True where all are identical, tables included. Raises UserError where the folder cannot be read.
    """
    try:
        study = read_study(folder)
        tables = unlike_the_journal(study)
    except RecordError as error:
        raise UserError(str(error)) from None
    _check_inputs(folder, study.asked["inputs"])
    chosen = _sample(study, runs)
    if not chosen:
        raise UserError(f"{path_text(folder)} holds no run that ended well")
    differences: list[_Difference] = []
    progress = Progress("Reproducing", sys.stdout)
    done = 0

    def take(outcome: Outcome) -> None:
        nonlocal done
        done += 1
        progress.update(done / len(chosen), f"{done:,} of {len(chosen):,} runs")
        series = study.asked.get("series", [])
        differences.extend(_differences(outcome, chosen[_key(outcome.job)], series))
        if outcome.folder is not None:
            shutil.rmtree(outcome.folder)

    with tempfile.TemporaryDirectory(prefix="swimlab-reproduce-") as scratch:
        engine = LocalEngine(program, folder / INPUTS, Path(scratch), jobs)
        try:
            engine.perform([job for job, _ in _jobs(study, chosen)], take)
        finally:
            progress.close()
    print(_verdict(study, len(chosen), differences, tables, build))
    return not differences and not tables


def _check_inputs(folder: Path, sums: dict[str, str]) -> None:
    found = sums_of(folder / INPUTS)
    for name, sum_ in sums.items():
        if found.get(name) != sum_:
            state = "is missing" if name not in found else "was changed"
            raise UserError(f"{path_text(folder / INPUTS / name)} {state} since the study was run")


def _key(job: Job) -> tuple[str, int]:
    return job.cell.key, job.seed


def _sample(study: Study, runs: int | None) -> dict[tuple[str, int], Entry]:
    """Some of the runs that ended well, by cell and seed."""
    there = {
        (cell.key, seed): entry
        for cell in study.cells
        for seed, entry in sorted(study.entries.get(cell.key, {}).items())
        if entry.packed is not None
    }
    if runs is None or runs >= len(there):
        return there
    keys = random.Random(1).sample(list(there), runs)
    return {key: entry for key, entry in there.items() if key in keys}


def _jobs(study: Study, chosen: dict[tuple[str, int], Entry]) -> Iterator[tuple[Job, Entry]]:
    cells = {cell.key: cell for cell in reversed(study.cells)}
    for (key, seed), entry in chosen.items():
        yield Job(cells[key], seed), entry


def _differences(outcome: Outcome, entry: Entry, series: Sequence[str]) -> list[_Difference]:
    """series: those that the study keeps. The first one of a run; none where it is identical."""
    if outcome.folder is None:
        return [_Difference(outcome.job, "the run", "a success", f"a failure: {outcome.text}")]
    found = first_difference(entry.kept or {}, digest(outcome.folder, series))
    return [] if found is None else [_Difference(outcome.job, *found)]


def first_difference(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, Any, Any] | None:
    """Of the digests of two runs its place and both values; None where they are identical. A later
    version of the metrics has more of them, and other sums of its files: what the earlier one had is
    compared."""
    version = "metrics_format"
    if before["metrics"][version] != after["metrics"][version]:
        before, after = (
            digest
            | {"metrics": {**digest["metrics"], version: None}}
            | {"sums": {**digest["sums"], METRICS_NAME: None}}
            for digest in (before, _as_in(before, after))
        )
    return next(_unlike(before, after), None)


def _as_in(before: Any, after: Any) -> Any:
    """Without the keys that are new."""
    if isinstance(before, dict) and isinstance(after, dict):
        return {key: _as_in(before[key], value) for key, value in after.items() if key in before}
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [_as_in(*pair) for pair in zip(before, after)]
    return after


def _unlike(before: Any, after: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Places in which two values of JSON differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in itertools.chain(before, (key for key in after if key not in before)):
            inner = f"{place}.{key}" if place else key
            yield from _unlike(before.get(key), after.get(key), inner)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, pair in enumerate(zip(before, after)):
            yield from _unlike(*pair, f"{place}[{number}]")
    elif before != after:
        yield place, before, after


def _verdict(
    study: Study,
    runs: int,
    differences: Sequence[_Difference],
    tables: Sequence[str],
    build: dict[str, Any],
) -> str:
    surroundings = list(_unlike(study.asked["build"], build))
    if not differences and not tables:
        text = f"identical: {runs:,} runs gave the same records, byte for byte"
        if surroundings:
            text += f" (with {len(surroundings)} differences in build and libraries)"
        return f"{text}\n{_on_tables(study)}"
    lines = []
    if differences:
        lines.append(f"NOT identical: {len(differences):,} of {runs:,} runs differ")
        lines += [f"    {difference}" for difference in differences[:MOST_TOLD]]
    else:
        lines.append(
            f"NOT identical: {runs:,} runs gave the same records, but the tables are not what the"
            " journal gives"
        )
    lines += [f"    {table}" for table in tables]
    if not surroundings:
        lines.append("build and libraries are the same")
    for place, before, after in surroundings[:MOST_TOLD]:
        lines.append(one_line(f"    build: {place} is {after}, and was {before}"))
    return "\n".join(lines)


def _on_tables(study: Study) -> str:
    """Of a folder in which nothing differs."""
    missing = missing_tables(study.folder)
    there = [name for name in TABLES if name not in missing]
    said = [f"{' and '.join(there)}: what the journal gives, byte for byte"] if there else []
    if missing:
        said.append(f"{' and '.join(missing)}: not there, so not compared")
    return "\n".join(said)
