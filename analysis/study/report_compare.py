# SPDX-License-Identifier: GPL-2.0-only
"""Comparisons on paper: the variants of a study against each other in its report, and two sides of
`./swimlab compare` on a page of their own."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.campaign.text import count, number
from analysis.report import page as report_page
from analysis.study import figures_compare
from analysis.study.comparable import of_variants, side
from analysis.study.compare import BOTH_NEVER, INTERVAL_LEVEL, LEVEL, Difference, compare
from analysis.study.figures_compare import Place
from analysis.study.figures_data import Results, spread
from analysis.study.figures_lines import label
from analysis.study.measures import Measure, measure_named
from analysis.study.model import Cell, Study
from analysis.study.page import ROOM_BYTES
from analysis.study.report_numbers import interval_text, point_text, unit_of, value_text
from analysis.study.report_table import COLUMNS_AT_MOST, Table

TEMPLATE = "study_compare.html.j2"
PAGE_NAME = "compare.html"
PAIRS_AT_MOST = 6
PLACES_AT_MOST = 120
"""Of all pairs of variants together; places beyond are left out evenly."""
ROWS_AT_MOST = 12
"""Of a table of places."""
TABLES_AT_MOST = 12
LOWER, HIGHER, IN_DOUBT = "lower", "higher", "in doubt"
NOT_SHOWN, UNTOLD = "not shown", "not to be told"
ANSWERS = (LOWER, HIGHER, IN_DOUBT, NOT_SHOWN, UNTOLD)

METHOD = (
    "Runs of one seed have the same random numbers in both, so differences are taken in pairs where"
    " each run has a number, and else made of both intervals, which are of 95 %. Lower and higher is what"
    f" Holm's rule says over all measures of a place at {100 * LEVEL:g} % (not over the places). In doubt"
    " is a difference whose own interval leaves out 0, and which is not enough for that rule: more runs"
    " would tell. Not shown: 0 is in the interval, which does not say that there is no difference, but"
    " how large one may still be. Not to be told: there is no interval of the difference, since there is"
    " too little to measure, or since it never came in both."
)
NEVER = (
    "Never is longer than any number: an end of never is that {a} never came where {b} did, and one of"
    " −100 % (or −never) that {b} never came where {a} did."
)


def answer(each: Difference) -> str:
    """In a word, of A against B."""
    if each.value is None:
        return UNTOLD
    if not each.different:
        return IN_DOUBT if each.p <= INTERVAL_LEVEL else NOT_SHOWN
    return LOWER if each.value < 0 else HIGHER


def lines(each: Difference) -> list[str]:
    """The difference, its interval, and the answer."""
    if each.value is None:
        return ["–", BOTH_NEVER if each.why == BOTH_NEVER else UNTOLD]
    scale, unit = (100, "%") if each.relative else (1, unit_of(each.measure))
    if each.measure.unit == "%" and not each.relative:
        unit = "points"
    ends = [signed(scale * end) for end in (each.low, each.high)]
    return [
        signed(each.value) if math.isinf(each.value) else with_unit(scale * each.value, unit),
        f"[{ends[0]}, {ends[1]}]",
        answer(each),
    ]


def with_unit(value: float, unit: str) -> str:
    """A difference with its sign."""
    return f"{signed(value)} {unit}".strip()


def signed(value: float) -> str:
    """A number with its sign; without an end, that one side never came."""
    if math.isinf(value):
        return "never" if value > 0 else "−never"
    text = number(abs(value))
    return text if float(value) == 0 else f"{'−' if value < 0 else '+'}{text}"


@dataclass(frozen=True)
class Pair:
    """Two variants of a study, wherever both were run."""

    a: str
    b: str
    places: Sequence[Place]
    places_in_all: int


def pairs(results: Results) -> list[Pair]:
    """Of all variants, the first of the file against the others first."""
    variants = list(dict.fromkeys(cell.variant for cell in results.study.cells))
    chosen = list(itertools.combinations(variants, 2))[:PAIRS_AT_MOST]
    return [_pair(a, b, results, PLACES_AT_MOST // len(chosen)) for a, b in chosen]


def _pair(a: str, b: str, results: Results, at_most: int) -> Pair:
    study = results.study
    both = of_variants(study, a, b)
    measures = [measure_named(name) for name in results.measures()]
    shown = places(study, study, spread(both, max(2, at_most)), (a, b), measures)
    return Pair(a, b, shown, len(both))


def places(
    a: Study,
    b: Study,
    cells: Sequence[tuple[Cell, Cell]],
    names: tuple[str, str],
    measures: Sequence[Measure],
) -> list[Place]:
    """Cells of A against cells of B, two by two, of one study or of two; a place is called by what both
    have alike."""
    found = []
    for one, other in cells:
        variant = one.variant if one.variant == other.variant else ""
        words = ", ".join(part for part in (one.scenario, variant, point_text(one)) if part)
        sides = side(a, one, names[0]), side(b, other, names[1])
        found.append(Place(words, compare(*sides, measures)))
    return found


def tables(results: Results) -> list[Table]:
    """Of the report: at a glance, and place by place; empty with fewer than two variants."""
    found = [pair for pair in pairs(results) if pair.places]
    if not found:
        return []
    made = [overview(found, len({cell.variant for cell in results.study.cells}))]
    for pair in found:
        made += by_place(pair)
    return made[: 1 + TABLES_AT_MOST]


def overview(found: Sequence[Pair], variants: int) -> Table:
    """At how many places one is lower than the other, and so on."""
    rows = []
    for pair in found:
        for each in pair.places[0].differences:
            answers = Counter(answer(place.of(each.measure.name)) for place in pair.places)
            numbers = [f"{answers[word]:,}" for word in ANSWERS]
            name = [f"{pair.a} against {pair.b}"] if len(found) > 1 else []
            rows.append([*name, each.measure.words, *numbers])
    notes = [METHOD]
    left = variants * (variants - 1) // 2 - len(found)
    if left > 0:
        notes.append(f"{count(left, 'more pair')} of variants: ./swimlab compare shows any.")
    if any(pair.places_in_all > len(pair.places) for pair in found):
        shown, whole = (
            sum(sizes) for sizes in zip(*((len(pair.places), pair.places_in_all) for pair in found))
        )
        notes.append(f"Compared are {shown:,} of {whole:,} places, evenly chosen.")
    first = f"{found[0].a} is" if len(found) == 1 else "the first is"
    second = found[0].b if len(found) == 1 else "the second"
    title = f"At how many places {first} lower or higher than {second}"
    names = ["variants", "measure"] if len(found) > 1 else ["measure"]
    heads = [*names, *ANSWERS]
    return Table(title, heads, len(names), rows, notes)


def by_place(pair: Pair) -> list[Table]:
    """Each measure at each place, so many side by side as fit."""
    of_first = pair.places[0].differences
    shown = spread(pair.places, ROWS_AT_MOST)
    made = []
    for at in range(0, len(of_first), COLUMNS_AT_MOST):
        part = of_first[at : at + COLUMNS_AT_MOST]
        rows = [
            [place.words, *(_with_pairs(place.of(each.measure.name)) for each in part)]
            for place in shown
        ]
        heads = ["place", *(each.measure.words for each in part)]
        notes = [
            f"How much {pair.a} has more than {pair.b}, with 95 % intervals, and of how many pairs"
            " of one seed this is told.",
            *_never_note(pair.a, pair.b, pair.places, part),
        ]
        if len(shown) < pair.places_in_all:
            notes.append(f"{len(shown)} of {pair.places_in_all:,} places, evenly chosen.")
        title = f"{pair.a} against {pair.b}" + (", continued" if at else "")
        made.append(Table(title, heads, 1, rows, notes))
    return made


def _with_pairs(each: Difference) -> list[str]:
    """The difference with what it is made of."""
    if each.value is None:
        return lines(each)
    return [*lines(each), count(each.pairs, "pair") if each.pairs else "not paired"]


def _never_note(a: str, b: str, places: Sequence[Place], of: Sequence[Difference]) -> list[str]:
    """What never is as an end, where it is one."""
    found = (place.of(each.measure.name) for place in places for each in of)
    return [NEVER.format(a=a, b=b)] if any(each.has_never for each in found) else []


def write_comparison(
    folder: Path, a: str, b: str, places: Sequence[Place], notes: Sequence[str]
) -> Path:
    """Writes DIR/compare.html and DIR/figures/ for two sides by their names; gives the path of the page.

    The folder is the comparison's own: figures of another page in it would be lost. `notes` are what a
    reader must know of what is compared, each a sentence or more.
    """
    folder.mkdir(parents=True, exist_ok=True)
    measures = [each.measure for each in places[0].differences]
    pictures = [figures_compare.draw(a, b, measure, places) for measure in measures]
    whole = Pair(a, b, spread(places, PLACES_AT_MOST), len(places))
    content = {
        "title": f"{a} against {b}",
        "answer": _sentences(a, b, places),
        "notes": list(notes),
        "overview": overview([whole], 2) if len(places) > 1 else None,
        "pictures": pictures,
        "tables": [_both(a, b, measure, places) for measure in measures],
        "method": METHOD,
    }
    return report_page.write(folder / PAGE_NAME, TEMPLATE, content, pictures, ROOM_BYTES)


def overview_lines(a: str, b: str, places: Sequence[Place]) -> list[str]:
    """For a terminal: of one place each measure in words, of many at how many places what is said."""
    if len(places) == 1:
        return [f"{each.measure.words}: {each.words(a, b)}" for each in places[0].differences]
    lines = [f"{a} against {b}, at {count(len(places), 'place')}:"]
    for each in places[0].differences:
        answers = Counter(answer(place.of(each.measure.name)) for place in places)
        told = ", ".join(f"{word} at {answers[word]:,}" for word in ANSWERS if answers[word])
        lines.append(f"    {each.measure.words}: {told}")
    return lines


def _sentences(a: str, b: str, places: Sequence[Place]) -> list[str]:
    """What differs, of few places in full; of many the table says at how many."""
    if len(places) > 1:
        told = [answer(each) for place in places for each in place.differences]
        different = sum(word in (LOWER, HIGHER) for word in told)
        return [
            f"At {count(len(places), 'place')} with {len(places[0].differences)} measures each,"
            f" {different:,} of {len(told):,} comparisons are called different."
        ]
    return [
        f"{each.measure.words[:1].upper()}{each.measure.words[1:]}: {each.words(a, b)}."
        for each in places[0].differences
    ]


def _both(a: str, b: str, measure: Measure, places: Sequence[Place]) -> Table:
    """Both estimates, the difference, the effect size and the answer at each place."""
    rows = []
    for place in spread(places, PLACES_AT_MOST):
        each = place.of(measure.name)
        sides = [
            [value_text(found.value, unit_of(measure)), interval_text(found), f"n = {found.n:,}"]
            for found in (each.a, each.b)
        ]
        effect = "–" if each.superiority is None else number(each.superiority, 2)
        *difference, said = lines(each)
        rows.append([place.words, *sides, difference, f"{each.pairs:,}", effect, said])
    heads = ["place", a, b, f"{a} has more by", "pairs", "effect size", "answer"]
    notes = [
        f"The effect size is the chance that a run of {a} has less than a run of {b}; 0.5 is no"
        " difference (Mann and Whitney).",
        *_never_note(a, b, places, [places[0].of(measure.name)]),
    ]
    if len(places) > len(rows):
        notes.append(f"{len(rows)} of {len(places):,} places, evenly chosen.")
    return Table(label(measure)[:1].upper() + label(measure)[1:], heads, 1, rows, notes)
