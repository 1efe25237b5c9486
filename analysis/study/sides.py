# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab compare`: two folders of studies, or two variants of one, wherever both were measured on the
same network, with the same events and in the same window; and why not, where not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.campaign.text import count, listing
from analysis.report.page import FIGURES
from analysis.run.records import RecordError
from analysis.study.comparable import comparable, of_folders, of_variants
from analysis.study.measures import Measure, measure_named
from analysis.study.model import STUDY_NAME, Cell, Study, read_study
from analysis.study.report_compare import overview_lines, places, write_comparison
from analysis.study.tables import STANDARD, asked_measures

REASONS_AT_MOST = 6


@dataclass(frozen=True)
class Sides:
    """What is held against what."""

    a: Study
    b: Study
    names: tuple[str, str]
    pairs: Sequence[tuple[Cell, Cell]]
    notes: Sequence[str]
    """What a reader must know: cells of one side alone, what else differs."""


def compare_variants(folder: Path, a: str, b: str, out: Path) -> list[str]:
    """Writes OUT/compare.html and its figures; gives what to say on the terminal.

    Raises RecordError where the folder is no study's, or nothing in it can be compared.
    """
    study = read_study(folder)
    known = list(dict.fromkeys(cell.variant for cell in study.cells if cell.variant))
    for name in (a, b):
        if name not in known:
            raise RecordError(f"{folder}: has no variant {name}; it has {listing(known) or 'none'}")
    if a == b:
        raise RecordError(f"{folder}: {a} against itself; name two variants")
    sides = Sides(study, study, (a, b), of_variants(study, a, b), ())
    return _write(sides, out)


def compare_folders(a: Path, b: Path, out: Path) -> list[str]:
    """The same of two folders: cells of equal scenario, variant and point."""
    studies = read_study(a), read_study(b)
    pairs, alone = of_folders(*studies)
    notes = [f"In one of them only: {listing(alone, 6)}."] if alone else []
    names = (a.resolve().name, b.resolve().name)
    if names[0] == names[1]:
        names = (str(a), str(b))
    return _write(Sides(*studies, names, pairs, notes), out)


def _write(sides: Sides, out: Path) -> list[str]:
    usable, refused, notes = _usable(sides)
    names = " and ".join(sides.names)
    if not usable:
        if refused:
            told = "".join(f"\n    {reason}" for reason in refused[:REASONS_AT_MOST])
            raise RecordError(f"{names} cannot be compared:{told}")
        raise RecordError(f"{names} cannot be compared: no scenario, variant and point is in both")
    if refused:
        places_left = count(len(sides.pairs) - len(usable), "place")
        notes = [f"Left out, {places_left}: {listing(refused, REASONS_AT_MOST)}.", *notes]
    foreign = (out / FIGURES).exists() and not (out / "compare.html").exists()
    if (out / STUDY_NAME).exists() or foreign:
        raise RecordError(f"{out}: has figures of something else; choose another folder with --out")
    found = places(sides.a, sides.b, usable, sides.names, _measures(sides))
    page = write_comparison(out, *sides.names, found, notes)
    return [*overview_lines(*sides.names, found), *notes, f"{page}"]


def _usable(sides: Sides) -> tuple[list[tuple[Cell, Cell]], list[str], list[str]]:
    """The pairs that can be compared; why others cannot, and what is to be known, each once."""
    usable = []
    refused: dict[str, None] = {}
    notes: dict[str, None] = dict.fromkeys(sides.notes)
    for one, other in sides.pairs:
        found = comparable(sides.a, one, sides.b, other)
        if found.reasons:
            refused |= dict.fromkeys(found.reasons)
            continue
        usable.append((one, other))
        notes |= {f"{note[:1].upper()}{note[1:]}.": None for note in found.notes}
    return usable, list(refused), list(notes)


def _measures(sides: Sides) -> list[Measure]:
    """What either study asks for; else what is in every table."""
    asked = [*asked_measures(sides.a.asked), *asked_measures(sides.b.asked)]
    return list({m.name: m for m in asked}.values()) or [measure_named(n) for n in STANDARD]
