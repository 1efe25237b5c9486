# SPDX-License-Identifier: GPL-2.0-only
"""What was measured beside what, as quotients, and the table of them."""

import csv
import json
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COLUMNS = ("what", "ours", "baseline", "ratio", "spread", "promised", "met")


@dataclass(frozen=True)
class Promise:
    """A bound on a ratio."""

    bound: float
    at_least: bool
    """Else at most."""

    def met_by(self, ratio: float) -> bool:
        return ratio >= self.bound if self.at_least else ratio <= self.bound

    def __str__(self) -> str:
        return f"{'at least' if self.at_least else 'at most'} {self.bound:g}"


@dataclass(frozen=True)
class Row:
    """One line of the table: some runs of ours, each with the run of the baseline beside it."""

    section: str
    what: str
    unit: str
    pairs: tuple[tuple[float, float], ...]
    """Ours, baseline."""
    promise: Promise | None = None

    @property
    def ours(self) -> float:
        return statistics.median(ours for ours, _ in self.pairs)

    @property
    def baseline(self) -> float:
        return statistics.median(baseline for _, baseline in self.pairs)

    @property
    def ratios(self) -> list[float]:
        """Of each pair, since what disturbs one of its runs disturbs the other; empty where the
        baseline is nothing."""
        if any(baseline == 0 for _, baseline in self.pairs):
            return []
        return [ours / baseline for ours, baseline in self.pairs]

    @property
    def ratio(self) -> float | None:
        """The median."""
        return statistics.median(self.ratios) if self.ratios else None

    @property
    def met(self) -> bool | None:
        """None where nothing is promised."""
        if self.promise is None or self.ratio is None:
            return None
        return self.promise.met_by(self.ratio)

    def cells(self) -> tuple[str, ...]:
        """Of COLUMNS."""
        ratios = self.ratios
        spread = f"{significant(min(ratios))}..{significant(max(ratios))}" if ratios else "-"
        return (
            self.what,
            quantity(self.ours, self.unit),
            quantity(self.baseline, self.unit),
            "-" if self.ratio is None else significant(self.ratio),
            spread,
            "-" if self.promise is None else str(self.promise),
            {None: "-", True: "yes", False: "NO"}[self.met],
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "section": self.section,
            "what": self.what,
            "unit": self.unit,
            "ours": self.ours,
            "baseline": self.baseline,
            "ratio": self.ratio,
            "ratio_min": min(self.ratios, default=None),
            "ratio_max": max(self.ratios, default=None),
            "promised": None if self.promise is None else str(self.promise),
            "met": self.met,
            "pairs": [list(pair) for pair in self.pairs],
        }


@dataclass(frozen=True)
class Section:
    """Rows with one baseline."""

    name: str
    title: str
    """What is counted, and what the baseline is."""
    rows: tuple[Row, ...]


def significant(value: float) -> str:
    """Three digits, without an exponent: 0.00123, 1.23, 123, 12300."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    digits = 2 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):.{max(digits, 0)}f}"


def quantity(value: float, unit: str) -> str:
    """With a prefix that leaves one to three digits before the point: "2.49 M/s", "84.5 ns"."""
    if unit == "" or value == 0:
        return f"{significant(value)} {unit}".rstrip()
    exponent = math.floor(math.log10(abs(value)) / 3)
    exponent = min(max(exponent, -3), 3)
    prefix = {-3: "n", -2: "µ", -1: "m", 0: "", 1: "k", 2: "M", 3: "G"}[exponent]
    return f"{significant(value / 1000**exponent)} {prefix}{unit}"


def table_text(sections: Sequence[Section]) -> str:
    """The one table, with a line of its own above each section."""
    rows = [row.cells() for section in sections for row in section.rows]
    widths = [max(map(len, column)) for column in zip(COLUMNS, *rows)]

    def line(cells: Iterable[str]) -> str:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths))
        return "  ".join(padded).rstrip()

    lines = [line(COLUMNS), line("-" * width for width in widths)]
    for section in sections:
        lines.append(f"{section.name}: {section.title}")
        lines += [line(row.cells()) for row in section.rows]
    return "\n".join(lines)


def broken(sections: Sequence[Section]) -> list[Row]:
    """The rows whose promise is not met."""
    return [row for section in sections for row in section.rows if row.met is False]


def write_json(sections: Sequence[Section], facts: dict[str, Any], file: Path) -> None:
    content = facts | {
        "sections": [
            {
                "name": section.name,
                "title": section.title,
                "rows": [row.as_json() for row in section.rows],
            }
            for section in sections
        ]
    }
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_csv(sections: Sequence[Section], file: Path) -> None:
    """One line a row, numbers in base units (1/s, s, B)."""
    columns = ("section", "what", "unit", "ours", "baseline", "ratio", "ratio_min", "ratio_max")
    with open(file, "w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for section in sections:
            writer.writerows(row.as_json() for row in section.rows)
