# SPDX-License-Identifier: GPL-2.0-only
"""What the figures of a study are drawn from: panels, lines, fields, theory and comparisons with answers
known by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_up_studies import AXIS, add, cell, study
from test_theory_curves import LAN

from analysis.study import (
    figures,
    figures_compare,
    figures_lines,
    figures_map,
    figures_theory,
    report_compare,
)
from analysis.study.compare import Side, compare
from analysis.study.estimates import Estimate
from analysis.study.figures_compare import Place
from analysis.study.figures_data import Results, factor, is_grid, layout, spread
from analysis.study.measures import measure_named
from analysis.study.model import Axis, Cell, Study
from analysis.study.report_networks import Network
from analysis.study.report_tables import beside
from analysis.theory.detection import first_ping_quantile

MEMBERS = "cluster.members"
MEDIAN = "full_dissemination_s.median"


def at(interval: str, members: str, variant: str = "", scenario: str = "crash") -> Cell:
    """A cell of two axes."""
    made = cell(variant, f"{interval}/{members}", scenario=scenario)
    return replace(made, point={AXIS: interval, MEMBERS: members})


def grid(variants: tuple[str, ...] = ("",)) -> list[Cell]:
    return [at(i, m, v) for v in variants for i in ("2s", "500ms") for m in ("8", "16", "32")]


def test_what_is_neither_place_nor_line_is_a_panel() -> None:
    of = layout(grid(("swim", "lifeguard")), AXIS, "variant")
    assert [panel.title for panel in of.panels] == ["members 8", "members 16", "members 32"]
    lines = of.panels[0].lines
    assert [line.label for line in lines] == ["swim", "lifeguard"]
    # From the least, whatever the order of the file.
    assert [c.point[AXIS] for c in lines[0].cells] == ["500ms", "2s"]
    assert not of.is_cloud


def test_points_that_are_not_all_combinations_are_a_cloud() -> None:
    sampled = [at("1s", "8"), at("1.5s", "24"), at("2s", "16")]
    assert is_grid(grid()) and not is_grid(sampled)
    of = layout(sampled, AXIS, None)
    assert of.is_cloud and len(of.panels) == 1 and len(of.cells) == 3


def test_panels_and_lines_have_a_limit_and_the_ends_stay() -> None:
    many = [at("1s", str(m), f"v{n}") for m in range(8, 208) for n in range(20)]
    of = layout(many, AXIS, "variant")
    assert len(of.panels) == 12 and of.panels_in_all == 200
    assert [of.panels[0].title, of.panels[-1].title] == ["members 8", "members 207"]
    assert len(of.panels[0].lines) == 8 and of.panels[0].lines[-1].label == "v19"
    said = " ".join(figures_lines.left_out(of))
    assert "12 of 200 combinations" in said and "8 of 20 values of variant" in said
    assert spread([1, 2, 3], 5) == [1, 2, 3]


def results(cells: list[Cell], **asked: Any) -> Results:
    keys = (AXIS, MEMBERS)
    axes = tuple(
        Axis(key, tuple(dict.fromkeys(c.point[key] for c in cells)), "list") for key in keys
    )
    found = Study(Path("study"), {"title": "t", **asked}, axes, tuple(cells))
    for place, each in enumerate(cells):
        add(found, each, [1.0 + place + 0.1 * run for run in range(6)])
    return Results(found)


def test_study_that_names_no_figure_has_lines_fields_and_a_trade_off() -> None:
    found = results(grid(("swim", "lifeguard")), measure={"measures": [MEDIAN]})
    drawn = figures.figures(found, {})
    kinds = [picture.name.split("-", 2)[2] for picture in drawn.pictures]
    assert kinds == [
        "trade-off-crash",
        "full-dissemination-s-median-by-protocol-probe-interval",
        "full-dissemination-s-median-by-cluster-members",
        "full-dissemination-s-median-by-protocol-probe-interval-map",
    ]
    assert not drawn.left_out
    assert all("n = 6 values of 6 runs a point." in p.text for p in drawn.pictures[1:])


def test_default_figures_have_a_limit_and_each_measure_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "DEFAULTS_AT_MOST", 4)
    names = [MEDIAN, "wrong_deaths", "false_positives"]
    found = results(grid(), measure={"measures": names})
    drawn = figures.figures(found, {})
    assert len(drawn.pictures) == 4
    for name in names:
        assert any(figures._slug(name) in picture.name for picture in drawn.pictures)
    assert "6 more figures" in drawn.left_out


def test_field_has_each_cell_at_its_place() -> None:
    cells = grid()
    found = results(cells)
    of = figures_map.fields_of(cells, AXIS, MEMBERS)
    measure = measure_named(MEDIAN)
    field = figures_map._field(of.panels[0], of.against, factor(cells, MEMBERS), measure, found)
    # Rows from 8 members up, columns from half a second; the median of six is 0.25 above the first.
    assert field == pytest.approx(np.array([[4.25, 1.25], [5.25, 2.25], [6.25, 3.25]]))


def test_never_is_marked_and_leaves_the_scale_alone() -> None:
    cells = [cell("swim", "1s"), cell("swim", "2s")]
    made = study(cells)
    add(made, cells[0], [2.0, 2.5, 3.0, 3.5, 4.0, 4.5])
    add(made, cells[1], [None] * 6)
    drawing = figures_lines.Drawing("x", measure_named(MEDIAN), layout(cells, AXIS, None))
    figure = figures_lines.draw(drawing, Results(made))
    (axes,) = figure.axes
    never = [line for line in axes.lines if line.get_label() == "_never"]
    assert [list(line.get_xdata()) for line in never] == [[2.0]]
    assert axes.get_ylim()[0] == 0 and 4.5 < axes.get_ylim()[1] < 6
    assert "it never came" in " ".join(figures_lines.reading(drawing, Results(made)))


def stars(where: dict[str, str], x: str = "500ms", line: str = "") -> tuple[list[int], str]:
    """In which panels of 8, 16 and 32 members a published value is drawn, and what the caption says."""
    cells = grid(("swim", "lifeguard"))
    point = figures_lines.Published(x, 2.0, line, "A, t. 2", where)
    of = layout(cells, AXIS, "variant")
    drawing = figures_lines.Drawing("x", measure_named(MEDIAN), of, published=[point])
    found = results(cells)
    drawn = [
        number
        for number, axes in enumerate(figures_lines.draw(drawing, found).axes)
        if any(mark.get_label() == "_published" for mark in axes.lines)
    ]
    return drawn, " ".join(figures_lines.reading(drawing, found))


def test_published_value_stands_where_it_was_measured_alone() -> None:
    assert stars({MEMBERS: "16"})[0] == [1]
    assert stars({MEMBERS: "16", "variant": "swim"})[0] == [1]
    assert stars({MEMBERS: "16", "variant": "swim"}, line="swim")[0] == [1]
    assert stars({MEMBERS: "16"}, x="0.5s")[0] == [1], "the same time, otherwise written"
    drawn, said = stars({})
    assert drawn == [0, 1, 2] and "stands in each" in said
    drawn, said = stars({MEMBERS: "17"})
    assert drawn == [] and "Not drawn, since no cell here is at its place: 1 of 1." in said
    drawn, said = stars({"variant": "swim"}, line="lifeguard")
    assert drawn == []


def test_figure_of_the_file_has_where_for_what_is_published() -> None:
    paper = [{"x": "500ms", "y": 2.0, "source": "A", "where": {MEMBERS: "16"}}]
    asked = {"measure": MEDIAN, "against": AXIS, "paper": paper}
    (picture,) = figures.figures(results(grid(), figures=[asked]), {}).pictures
    marks = [
        [m for m in axes.lines if m.get_label() == "_published"] for axes in picture.figure.axes
    ]
    assert [len(found) for found in marks] == [0, 1, 0]


def theory_cell(interval: str, **resolved: str) -> Cell:
    settings = LAN | {AXIS: interval} | resolved
    return replace(cell("swim", interval), members=64, resolved=settings)


def network(of: Cell, timeline: list[dict[str, Any]]) -> Network:
    run = {"topology": {"max_path_delay_ns": 200_000}, "timeline": timeline, "members": 64}
    return Network(run, 1, of)


CRASH = [{"at_s": 10.0, "verb": "crash", "members": ["m3"]}]


def test_theory_is_laid_over_where_it_holds_and_nowhere_else() -> None:
    cells = [theory_cell("1s"), theory_cell("2s")]
    measure = measure_named("first_suspect_s.median")
    of = layout(cells, AXIS, "variant")
    found, said = figures_theory.curves(measure, of, {"crash": network(cells[0], CRASH)})
    (laid,) = found[0]
    assert laid.values[0] == pytest.approx(1 + first_ping_quantile(64, 0.5))
    assert laid.values[-1] == pytest.approx(2 * laid.values[0]) and "SWIM" in said[0]
    for other in ("first_suspect_s.p99", "wrong_deaths", MEDIAN):
        assert figures_theory.curves(
            measure_named(other), of, {"crash": network(cells[0], CRASH)}
        ) == ({}, [])
    partitioned = [*CRASH, {"at_s": 20.0, "verb": "partition"}]
    assert figures_theory.curves(measure, of, {"crash": network(cells[0], partitioned)})[0] == {}
    elsewhere = theory_cell("1s", **{"topology.kind": "waxman"})
    assert not figures_theory.applies(measure, elsewhere, {"crash": network(cells[0], CRASH)})


def test_reason_is_told_why_there_is_no_curve() -> None:
    cells = [theory_cell("1s"), theory_cell("2s")]
    kept = {"crash": network(cells[0], CRASH)}

    def why(measure: str, timeline: list[dict[str, Any]] = CRASH, **resolved: str) -> str:
        changed = [replace(c, resolved=c.resolved | resolved) for c in cells]
        known = {"crash": network(changed[0], timeline)}
        return figures_theory.why_none(measure_named(measure), layout(changed, AXIS, None), known)

    assert why("wrong_deaths").startswith("no closed form is about wrong_deaths")
    assert "crash and to which nothing else happens" in why("first_suspect_s.median", [])
    assert "in which nothing happens," in why("messages_per_member_second.mean")
    assert "loss" in why("first_suspect_s.median", **{"network.loss": "5%"})
    by_variant = layout(cells, "variant", None)
    first = measure_named("first_suspect_s.median")
    assert "followed along variant" in figures_theory.why_none(first, by_variant, kept)
    elsewhere = layout([cells[0], theory_cell("2s", **{"topology.kind": "waxman"})], AXIS, None)
    assert "of one alone they are kept" in figures_theory.why_none(first, elsewhere, kept)


def test_load_of_theory_is_that_of_a_cluster_in_which_nothing_happens() -> None:
    quiet = theory_cell("1s")
    load = measure_named("messages_per_member_second.mean")
    assert figures_theory.applies(load, quiet, {"crash": network(quiet, [])})
    assert not figures_theory.applies(load, quiet, {"crash": network(quiet, CRASH)})


def test_deviation_is_told_in_percent_and_by_the_interval() -> None:
    estimate = Estimate(3.0, 2.0, 4.0, 8, 8, "")
    found = figures_theory.Deviation(cell(), measure_named("first_suspect_s.median"), 2.5, estimate)
    assert found.percent == pytest.approx(20) and found.is_inside
    assert replace(found, theory=1.5).is_inside is False
    none = replace(found, measured=replace(estimate, low=None, high=None))
    assert none.is_inside is None
    assert beside(4.0, estimate) == "published 4 (−25 %, inside)"
    assert beside(4.5, estimate) == "published 4.50 (−33.3 %, outside)"
    assert beside(4.0, replace(estimate, value=math.inf, low=3.5, high=math.inf)) == (
        "published 4 (inside)"
    )


def compared(shift: float, runs: int) -> Place:
    cells = [cell("swim"), cell("lifeguard")]
    made = study(cells)
    add(made, cells[0], [10.0 + run + shift for run in range(runs)])
    add(made, cells[1], [10.0 + run for run in range(runs)])
    sides = [Side(c.variant, made.runs(c), made.networks(c)) for c in cells]
    measures = [measure_named(MEDIAN), measure_named("wrong_deaths")]
    return Place("crash", compare(sides[0], sides[1], measures))


def test_answers_tell_lower_higher_doubt_and_nothing_shown() -> None:
    def answer(shift: float, runs: int) -> str:
        return report_compare.answer(compared(shift, runs).of(MEDIAN))

    assert answer(2.0, 12) == report_compare.HIGHER
    assert answer(-2.0, 12) == report_compare.LOWER
    assert answer(0.0, 12) == report_compare.NOT_SHOWN
    # Six pairs of one sign: p is 0.031, above the 0.03 of the rule, and the interval is above 0.
    assert answer(2.0, 6) == report_compare.IN_DOUBT
    assert answer(2.0, 1) == report_compare.UNTOLD


def test_differences_have_their_sign_and_unit() -> None:
    value, interval, said = report_compare.lines(compared(2.0, 12).of(MEDIAN))
    assert value.startswith("+") and value.endswith(" %") and said == "higher"
    assert interval.startswith("[+")
    value, interval, said = report_compare.lines(compared(-2.0, 12).of(MEDIAN))
    assert value.startswith("−") and interval.startswith("[−") and said == "lower"


def test_sides_of_a_comparison_stand_beside_each_other() -> None:
    picture = figures_compare.draw("swim", "lifeguard", measure_named(MEDIAN), [compared(2.0, 12)])
    left, right = picture.figure.axes
    estimates = [line.get_xdata()[0] for line in left.lines if line.get_marker() in ("o", "s")]
    assert estimates == [17.5, 15.5]
    (mark,) = [line for line in right.lines if line.get_marker() == "D"]
    assert mark.get_markerfacecolor() == "black", "different"
    assert "12 pairs of one seed" in picture.text and "signed ranks" in picture.text


def with_never(a: list[float | None], b: list[float | None]) -> Place:
    cells = [cell("swim"), cell("lifeguard")]
    made = study(cells)
    add(made, cells[0], a)
    add(made, cells[1], b)
    sides = [Side(c.variant, made.runs(c), made.networks(c)) for c in cells]
    return Place("crash", compare(sides[0], sides[1], [measure_named(MEDIAN)]))


def test_never_on_both_sides_is_no_difference_of_0() -> None:
    place = with_never([None] * 12, [None] * 12)
    (each,) = place.differences
    assert each.value is None and each.low is None and each.why == "both never"
    assert each.words("swim", "lifeguard") == "cannot be told: both never"
    assert report_compare.lines(each) == ["–", "both never"]
    assert report_compare.answer(each) == report_compare.UNTOLD
    picture = figures_compare.draw("swim", "lifeguard", each.measure, [place])
    left, right = picture.figure.axes
    assert len([m for m in left.lines if m.get_label() == "_never"]) == 2
    assert not [m for m in right.lines if m.get_marker() == "D"], "no mark at 0"
    assert [text.get_text() for text in right.texts] == ["both never"]
    assert "A triangle at the edge is never" in picture.text
    assert "No difference can be told at 1 place: both never." in picture.text


def test_never_more_often_is_a_difference_even_where_both_are_never() -> None:
    """A third of the runs could be chance, half of 24 where none of the others came is not."""
    often = [None] * 8 + [5.0] * 4
    assert with_never(often, [None] * 12).differences[0].value is None
    more = with_never([5.0] * 12 + [None] * 12, [None] * 24).differences[0]
    assert more.a.value == math.inf and more.value is not None and more.p < 0.05


def test_never_as_an_end_of_a_difference_is_explained() -> None:
    came = [10.0 + run for run in range(12)]
    place = with_never(came, [None] * 12)
    (each,) = place.differences
    assert each.has_never and report_compare.answer(each) == report_compare.LOWER
    (table,) = report_compare.by_place(report_compare.Pair("swim", "lifeguard", [place], 1))
    assert any(
        "−100 % (or −never) that lifeguard never came where swim did" in n for n in table.notes
    )
    assert table.rows[0][1][-1] == "12 pairs"
    (other,) = with_never([None] * 12, came).differences
    assert report_compare.lines(other)[0] == "never", "of which there are no percents"
    assert other.words("swim", "lifeguard") == "swim never came where lifeguard did"
    picture = figures_compare.draw("swim", "lifeguard", each.measure, [place])
    assert "−100 % or a dotted bar to the left" in picture.text
    both = compared(2.0, 12)
    (table,) = report_compare.by_place(report_compare.Pair("swim", "lifeguard", [both], 1))
    assert not any("ever came" in note for note in table.notes)


def test_interval_that_ends_at_never_is_drawn_up_to_the_edge() -> None:
    half = [20.0 + run for run in range(8)] + [None] * 9
    place = with_never(half, half)
    (each,) = place.differences
    assert each.a.value == math.inf and math.isfinite(each.a.low)
    left, _ = figures_compare.draw("swim", "lifeguard", each.measure, [place]).figure.axes
    dotted = [list(m.get_xdata()) for m in left.lines if m.get_linestyle() == ":"]
    assert dotted == [[each.a.low, left.get_xlim()[1]]] * 2
    cells = [cell("swim", "1s")]
    made = study(cells)
    add(made, cells[0], half)
    drawing = figures_lines.Drawing("x", measure_named(MEDIAN), layout(cells, AXIS, None))
    (axes,) = figures_lines.draw(drawing, Results(made)).axes
    (bar,) = [m for m in axes.lines if m.get_label() == "_to never"]
    assert list(bar.get_ydata()) == [each.a.low, axes.get_ylim()[1]]
    assert "dotted bar" in " ".join(figures_lines.reading(drawing, Results(made)))


def test_comparison_has_a_page_of_its_own(tmp_path: Path) -> None:
    places = [replace(compared(2.0, 12), words=f"place {n}") for n in range(3)]
    page = report_compare.write_comparison(tmp_path / "out", "swim", "lifeguard", places, ["Why."])
    text = page.read_text(encoding="utf-8")
    assert page.name == "compare.html" and "<script" not in text and "Why." in text
    assert "At 3 places with 2 measures each, 3 of 6 comparisons are called different." in text
    assert {file.suffix for file in (tmp_path / "out/figures").iterdir()} == {".svg", ".png"}
    one = report_compare.write_comparison(tmp_path / "one", "swim", "lifeguard", places[:1], [])
    assert "swim is higher by" in one.read_text(encoding="utf-8")
