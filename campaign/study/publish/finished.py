# SPDX-License-Identifier: GPL-2.0-only
"""What keeps a study's folder from being handed on: runs, tables or a report that are not there yet, and
tables that are no longer what was written.

Whether the tables are what the journal gives is for `./swimlab reproduce` to say, which makes them anew.
Here a folder of another version, whose tables have other columns, must pass.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

from analysis.study.model import SUMMARY_NAME
from analysis.study.tables import (
    ENDED,
    FAILED,
    PACKAGE_NAME,
    RESULTS_NAME,
    VALUES_NAME,
    run_name,
)
from campaign.errors import UserError
from campaign.study.publish.contents import Contents, sum_of
from campaign.words import one_line, path_text

_MADE = (RESULTS_NAME, VALUES_NAME, PACKAGE_NAME, SUMMARY_NAME, "report.html")
"""By every study that came to its end."""


def refuse_unfinished(contents: Contents) -> None:
    """Raises UserError with the command that goes on."""
    lacks = list(_lacks(contents))
    if not lacks:
        return
    text = f"{path_text(contents.folder)} is not finished, and an archive of it would fail its checks:\n"
    text += "".join(f"    {one_line(each)}\n" for each in lacks)
    raise UserError(f"{text}to finish it:\n    {contents.asked['command']}")


def _lacks(contents: Contents) -> Iterator[str]:
    yield from _missing_runs(contents)
    absent = [name for name in _MADE if not (contents.folder / name).is_file()]
    if absent:
        yield f"not there: {', '.join(absent)}"
        return
    changed = list(_changed_tables(contents))
    yield from changed
    if not changed:
        yield from _missing_rows(contents)


def _missing_runs(contents: Contents) -> Iterator[str]:
    """Of cells that were never run as often as the study asks for at least."""
    least = contents.asked["replicate"]["at_least"]
    study = contents.study
    few = [cell for cell in study.cells if len(study.entries.get(cell.key, {})) < least]
    if few:
        count = sum(map(len, study.entries.values()))
        yield (
            f"{len(few):,} of {len(study.cells):,} cells have fewer than {least:,} runs, such as"
            f" {few[0].name} with {len(study.entries.get(few[0].key, {})):,}; {count:,} runs in all"
        )


def _changed_tables(contents: Contents) -> Iterator[str]:
    package: dict[str, Any]
    try:
        package = json.loads((contents.folder / PACKAGE_NAME).read_bytes())
        told = {each["path"]: each["hash"] for each in package["resources"]}
    except (ValueError, KeyError, TypeError) as error:
        yield f"{PACKAGE_NAME} cannot be read: {error!r}"
        return
    for name in (RESULTS_NAME, VALUES_NAME):
        found = f"sha256:{sum_of(contents.folder / name)}"
        if told.get(name) != found:
            yield (
                f"{name} was changed after it was written: its {found} is not the"
                f" {told.get(name)} of {PACKAGE_NAME}"
            )


def _missing_rows(contents: Contents) -> Iterator[str]:
    """Where runs were added since the tables were written."""
    with open(contents.folder / RESULTS_NAME, encoding="utf-8", newline="") as lines:
        rows = {row["run"]: row["outcome"] for row in csv.DictReader(lines)}
    study = contents.study
    runs = {
        run_name(cell, seed): FAILED if entry.kept is None else ENDED
        for cell in study.cells
        for seed, entry in study.entries.get(cell.key, {}).items()
    }
    if rows != runs:
        alike = len(rows.items() & runs.items())
        yield (
            f"{RESULTS_NAME} is of an earlier state: it has {len(rows):,} runs, the study has"
            f" {len(runs):,}, and {alike:,} are in both"
        )
