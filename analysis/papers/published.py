# SPDX-License-Identifier: GPL-2.0-only
"""What a paper published, as data: studies/papers/NAME/published.csv.

A row is one number, with where it stands and how it was read. Numbers read off a figure have the error
of the reading; those that the text or a table gives have none.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.run.records import RecordError

COLUMNS = (
    "id",
    "of",
    "where",
    "value",
    "low",
    "high",
    "unit",
    "tag",
    "reading_error",
    "source",
)

TAGS = {
    "R": "read in the source",
    "D": "digitised from the paper's vector figure",
    "E": "estimated by eye from a figure of pixels",
    "C": "computed from what was read",
    "S": "from a secondary source",
}


@dataclass(frozen=True)
class Value:
    """One published number."""

    id: str
    of: str
    """What it is: "false positives"."""
    where: Mapping[str, str]
    """For which settings: {"config": "SWIM", "C": "8"}."""
    value: float
    low: float | None
    high: float | None
    """Of the bar that the paper draws around it; None: it draws none."""
    unit: str
    tag: str
    """One of TAGS."""
    reading_error: float
    """To either side, in its unit; 0: as printed."""
    source: str


class Published:
    """All numbers of a paper, by their ids."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def __getitem__(self, id_: str) -> Value:
        """Raises KeyError with the ids that there are nearby."""
        if id_ not in self._values:
            start = id_.split(".")[0]
            near = ", ".join(key for key in self._values if key.startswith(start)) or "none like it"
            raise KeyError(f"no published value has the id {id_!r}; there is {near}")
        return self._values[id_]

    def __iter__(self) -> Iterator[Value]:
        return iter(self._values.values())

    def of(self, of: str, **where: str) -> list[Value]:
        """Those of one kind, for all settings or for some, in the order of the file."""
        return [
            value
            for value in self
            if value.of == of and all(value.where.get(key) == text for key, text in where.items())
        ]


def read_published(path: Path) -> Published:
    """Raises RecordError where a row is wrong, with its line."""
    values: dict[str, Value] = {}
    try:
        with open(path, encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines)
            if tuple(rows.fieldnames or ()) != COLUMNS:
                raise RecordError(f"{path}:1: the columns must be {','.join(COLUMNS)}")
            for row in rows:
                try:
                    value = _value(row)
                    if value.id in values:
                        raise ValueError(f"{value.id} stands twice")
                except (ValueError, TypeError, AttributeError) as error:
                    raise RecordError(f"{path}:{rows.line_num}: {error}") from None
                values[value.id] = value
    except OSError as error:
        raise RecordError(f"{path}: cannot be read: {error.strerror}") from None
    return Published(values)


def _value(row: Mapping[str, str]) -> Value:
    where = dict(part.split("=", 1) for part in row["where"].split(";") if part)
    if row["tag"] not in TAGS:
        raise ValueError(f"tag is {row['tag']!r}, and can be {', '.join(TAGS)}")
    for needed in ("id", "of", "source"):
        if not row[needed]:
            raise ValueError(f"{needed} is empty")
    return Value(
        row["id"],
        row["of"],
        where,
        _number(row["value"]),
        _number(row["low"]) if row["low"] else None,
        _number(row["high"]) if row["high"] else None,
        row["unit"],
        row["tag"],
        _number(row["reading_error"] or "0"),
        row["source"],
    )


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is no number")
    return value
