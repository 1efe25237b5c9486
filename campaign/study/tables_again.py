# SPDX-License-Identifier: GPL-2.0-only
"""Whether the tables of a study's folder are those of its journal: they are made again, elsewhere, and held
against the folder's byte for byte.
"""

import csv
import tempfile
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from analysis.study.model import Study
from analysis.study.tables import RESULTS_NAME, VALUES_NAME, write_tables
from campaign.words import one_line

TABLES = (RESULTS_NAME, VALUES_NAME)


def missing_tables(folder: Path) -> list[str]:
    """Those that an unfinished study does not have yet."""
    return [name for name in TABLES if not (folder / name).is_file()]


def unlike_the_journal(study: Study) -> list[str]:
    """In a line for each table of the folder that the journal does not give: where they part first.

    Raises RecordError where the study asks for what this version does not measure.
    """
    found = []
    with tempfile.TemporaryDirectory(prefix="swimlab-tables-") as scratch:
        write_tables(study, Path(scratch))
        for name in TABLES:
            there, again = study.folder / name, Path(scratch) / name
            if there.is_file() and there.read_bytes() != again.read_bytes():
                found.append(one_line(f"{name} {_parting(there, again)}"))
    return found


def _parting(there: Path, again: Path) -> str:
    """Where two tables that are not the same differ first."""
    tables = [
        list(csv.reader(path.read_text(encoding="utf-8", errors="replace").splitlines()))
        for path in (there, again)
    ]
    heads = [table[0] if table else [] for table in tables]
    for number, (row, given) in enumerate(zip_longest(*tables), 1):
        if row == given:
            continue
        if row is None:
            return f"ends before line {number}, where the journal gives run {given[0]}"
        if given is None:
            return f"has line {number}, which the journal does not give"
        if number > 1 and heads[0] == heads[1] and row[:1] == given[:1]:
            return f"line {number}: {_cell(heads[0], row, given)}"
        return f"line {number} is {','.join(row)!r}, and the journal gives {','.join(given)!r}"
    return "has other line ends or quotes than the journal gives"


def _cell(head: Sequence[str], row: Sequence[str], given: Sequence[str]) -> str:
    for name, value, right in zip_longest(head, row, given, fillvalue=""):
        if value != right:
            return f"{name} is {value!r}, and the journal gives {right!r}"
    return "has another number of columns"
