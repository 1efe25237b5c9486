# SPDX-License-Identifier: GPL-2.0-only
"""What stalled members do, by two systems: `python3 -m analysis.calibration.stalls DIR DIR`.

Each DIR is the campaign of one scenario with `stall`, the first by the system that is to be believed
less. Three numbers say whether both stall alike: how many living members are buried that were never
stalled (incidents), how many accusations are refuted, and how soon the stalled are buried. Each is a
value a run, so the runs are the sample: mean, Student's interval, and Welch's of the difference.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

CONFIDENCE = 0.95

CATCHING_UP_S = 0.4
"""News that comes later is of others, who have caught up."""


@dataclass(frozen=True)
class Row:
    """One of events.csv."""

    time_ns: int
    observer: str
    event: str
    subject: str
    incarnation: str
    source: str


@dataclass(frozen=True)
class Stalls:
    """What one run says of its stalls."""

    incidents: int
    """Deaths of members that never stalled: each incarnation counts once, whoever believes it."""
    events: int
    """The same, each observer counts."""
    suspicions: int
    """Suspicions of members that never stalled, by the probes of members that did."""
    refutations: int
    """Accusations that were answered, by all members."""
    first_dead_s: float
    """From a stall's beginning to the first death by who never stalled; mean over stalls."""
    buried: int
    """Stalls in which that happened."""
    behind_s: float
    """From a stall's end to the last that the member learns of other stalled ones within CATCHING_UP_S:
    how long it takes to handle what has waited; mean over stalls."""


QUANTITIES = (
    ("incidents", "false deaths, incidents a run"),
    ("events", "false deaths, events a run"),
    ("suspicions", "false suspicions by the stalled, a run"),
    ("refutations", "refutations a run"),
    ("first_dead_s", "stall to first dead, s"),
    ("buried", "stalls that end in a death, a run"),
    ("behind_s", "stall's end to all that waited handled, s"),
)


def read_rows(path: Path) -> list[Row]:
    """All rows of an events.csv."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Row(int(cells[0]), *cells[1:]) for cells in list(csv.reader(file))[1:]]


def stalls_of(rows: Sequence[Row], refutations: int) -> Stalls:
    """What the events of one run say."""
    begins: dict[str, list[int]] = {}
    ends: dict[str, list[int]] = {}
    for row in rows:
        if not row.observer and row.event in ("stall", "unstall"):
            (begins if row.event == "stall" else ends).setdefault(row.subject, []).append(
                row.time_ns
            )
    deaths = [row for row in rows if row.observer and row.event == "dead"]
    false = [row for row in deaths if row.subject not in begins]
    suspicions = [
        row
        for row in rows
        if row.event == "suspect"
        and row.observer in begins
        and row.source == row.observer
        and row.subject not in begins
    ]
    delays = []
    for member, times in begins.items():
        seen = [
            row.time_ns for row in deaths if row.subject == member and row.observer not in begins
        ]
        for begin, end in zip(times, [*ends.get(member, []), rows[-1].time_ns], strict=False):
            first = min((at for at in seen if begin <= at < end), default=None)
            if first is not None:
                delays.append((first - begin) * 1e-9)
    learned = [
        row
        for row in rows
        if row.event in ("suspect", "dead") and row.observer in begins and row.subject in begins
    ]
    behind = []
    for member, times in ends.items():
        for end in times:
            heard = [
                delay
                for row in learned
                if row.observer == member
                and 0 <= (delay := (row.time_ns - end) * 1e-9) < CATCHING_UP_S
            ]
            behind += [max(heard)] if heard else []
    return Stalls(
        incidents=len({(row.subject, row.incarnation) for row in false}),
        events=len(false),
        suspicions=len(suspicions),
        refutations=refutations,
        first_dead_s=float(np.mean(delays)) if delays else float("nan"),
        buried=len(delays),
        behind_s=float(np.mean(behind)) if behind else float("nan"),
    )


def read_campaign(folder: Path) -> tuple[list[Stalls], int]:
    """Its runs, and how many more were too late to count."""
    stalls, invalid = [], 0
    for run in sorted((folder / "runs").glob("*/run.json")):
        told = json.loads(run.read_text(encoding="utf-8"))
        if not told.get("valid", True):
            invalid += 1
            continue
        rows = read_rows(run.parent / "events.csv")
        stalls.append(stalls_of(rows, told["counts"]["refutations"]))
    return stalls, invalid


def interval(values: np.ndarray) -> tuple[float, float]:
    """Student's, of the mean."""
    half = stats.t.ppf((1 + CONFIDENCE) / 2, len(values) - 1) * stats.sem(values)
    return float(values.mean() - half), float(values.mean() + half)


def difference(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """Welch's interval of how much larger the mean of b is."""
    squares = [np.var(v, ddof=1) / len(v) for v in (a, b)]
    shift, error = float(b.mean() - a.mean()), float(np.sqrt(sum(squares)))
    if error == 0:
        return shift, shift
    freedom = sum(squares) ** 2 / sum(s**2 / (len(v) - 1) for s, v in zip(squares, (a, b)))
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, freedom)) * error
    return shift - half, shift + half


def table(folders: Sequence[Path]) -> str:
    """One line a quantity; raises ValueError where a campaign has too few runs."""
    campaigns = []
    lines = []
    for folder in folders:
        stalls, invalid = read_campaign(folder)
        if len(stalls) < 2:
            raise ValueError(
                f"{folder}: {len(stalls)} valid runs, {invalid} that the machine was too slow for;"
                " it takes two or more to tell how they vary"
            )
        campaigns.append(stalls)
        lines.append(f"{folder}: {len(stalls)} runs, {invalid} left out (not valid)")
    lines.append(f"{'':42} {'first':>24} {'second':>24} {'difference':>18}")
    for key, label in QUANTITIES:
        a, b = (np.array([getattr(run, key) for run in runs], float) for runs in campaigns)
        low, high = difference(a, b)
        cells = [
            f"{v.mean():8.2f} [{i[0]:6.2f}, {i[1]:6.2f}]" for v in (a, b) for i in [interval(v)]
        ]
        verdict = "agrees" if low <= 0 <= high else "DIFFERS"
        lines.append(
            f"{label:42} {cells[0]:>24} {cells[1]:>24} [{low:+7.2f}, {high:+7.2f}] {verdict}"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Prints the table; 2 with a message where the campaigns cannot be compared."""
    parser = argparse.ArgumentParser(
        prog="analysis.calibration.stalls", description=__doc__.splitlines()[0]
    )
    parser.add_argument("folders", nargs=2, type=Path, metavar="DIR", help="a campaign's folder")
    try:
        print(table(parser.parse_args(arguments).folders))
    except (ValueError, OSError, KeyError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
