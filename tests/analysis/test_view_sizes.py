# SPDX-License-Identifier: GPL-2.0-only
"""View sizes over time, on tables whose answers are known, and against a replay row by row."""

from __future__ import annotations

import statistics
from dataclasses import replace
from pathlib import Path

import pytest
from run_tables import RunTable
from test_metrics_replay import HELD, Replay, random_table

from analysis.figures import views
from analysis.run.metrics import ViewSizes


def between(sizes: ViewSizes, at_s: float) -> tuple:
    """(live, smallest, median, largest) in the middle of the step in which `at_s` lies."""
    place = next(i for i, time_s in enumerate(sizes.time_s) if time_s > at_s)
    lists = (sizes.live, sizes.smallest, sizes.median, sizes.largest)
    return tuple(values[place] for values in lists)


def only(table: RunTable, folder: Path) -> ViewSizes:
    (sizes,) = table.metrics(folder).view_sizes
    return sizes


def test_crash_is_in_the_views_until_it_is_declared(tmp_path: Path) -> None:
    table = RunTable(members=4).truth(10, "crash", "m3")
    table.says(12, "m0 m1 m2", "suspect", "m3").says(15, "m0", "dead", "m3")
    sizes = only(table.says(16, "m1 m2", "dead", "m3"), tmp_path)
    assert between(sizes, 9.9) == (4, 4, 4, 4)
    assert between(sizes, 10.1) == between(sizes, 14.9) == (3, 4, 4, 4)  # a suspect is held
    assert between(sizes, 15.1) == (3, 3, 4, 4)
    assert between(sizes, 16.1) == between(sizes, 99.9) == (3, 3, 3, 3)


def test_sides_of_a_partition_shrink_to_themselves_and_grow_again(tmp_path: Path) -> None:
    table = RunTable(members=5).partition(10, "m0 m1", "m2 m3 m4")
    for subject in ("m2", "m3", "m4"):
        table.says(20, "m0 m1", "dead", subject)
    for subject in ("m0", "m1"):
        table.says(30, "m2 m3 m4", "dead", subject)
    table.truth(40, "heal").says(50, "m2", "joined", "m0", 2)
    sizes = only(table, tmp_path)
    assert between(sizes, 15) == (5, 5, 5, 5)
    assert between(sizes, 25) == (5, 2, 5, 5)
    assert between(sizes, 35) == between(sizes, 45) == (5, 2, 3, 3)
    assert between(sizes, 55) == (5, 2, 3, 4)


def test_process_that_starts_anew_knows_itself_only(tmp_path: Path) -> None:
    table = RunTable(members=3).says(5, "m2", "dead", "m0")
    table.truth(10, "crash", "m2").truth(20, "restart", "m2")
    sizes = only(table.says(30, "m2", "joined", "m1"), tmp_path)
    assert between(sizes, 7) == (3, 2, 3, 3)
    assert between(sizes, 15) == (2, 3, 3, 3)  # the view of a crashed member does not count
    assert between(sizes, 25) == (3, 1, 3, 3)
    assert between(sizes, 35) == (3, 2, 3, 3)


def test_view_that_is_filled_at_once_is_never_seen_empty(tmp_path: Path) -> None:
    table = RunTable(members=3).truth(20, "restart", "m2")
    sizes = only(
        table.says(20.01, "m2", "joined", "m0").says(20.01, "m2", "joined", "m1"), tmp_path
    )
    assert 20.0 in sizes.time_s and min(sizes.smallest) == 3


def test_nobody_is_no_view(tmp_path: Path) -> None:
    table = RunTable(members=2, start="join").truth(50, "join", "m0", "m1")
    sizes = only(table, tmp_path)
    assert between(sizes, 40) == (0, None, None, None)
    assert between(sizes, 60) == (2, 1, 1, 1)


def test_clusters_side_by_side_are_told_apart(tmp_path: Path) -> None:
    table = RunTable(members=5).says(50, "m0", "joined", "m4")
    table.overrides["groups"] = [["m0", "m1", "m2"], ["m3", "m4"]]
    first, second = table.metrics(tmp_path).view_sizes
    assert between(first, 40) == (3, 3, 3, 3)
    assert between(first, 60) == (3, 3, 3, 4)
    assert between(second, 60) == (2, 2, 2, 2)


@pytest.mark.parametrize("seed", range(60))
def test_sizes_equal_those_of_a_replay(tmp_path: Path, seed: int) -> None:
    table = random_table(seed)
    sizes = only(table, tmp_path)
    world, rows = Replay(table), [row.split(",") for row in table.rows]
    for place, time_s in enumerate(sizes.time_s):
        while rows and (int(rows[0][0]) < time_s * 1e9 or time_s == sizes.time_s[-1]):
            world.advance(rows.pop(0))
        live = [name for name in world.names if world.health[name] == "live"]
        views_of = [1 + sum(world.view[o, s] in HELD for s in world.names if s != o) for o in live]
        assert sizes.live[place] == len(live)
        if live:
            found = (sizes.smallest[place], sizes.median[place], sizes.largest[place])
            assert found == (min(views_of), statistics.median(views_of), max(views_of))


def test_is_drawn_as_it_was_measured(tmp_path: Path) -> None:
    table = RunTable(members=4, simulated_s=50).truth(10, "crash", "m3")
    run = table.says(20, "m0 m1", "dead", "m3").metrics(tmp_path)
    crash = [{"at_s": 10.0, "verb": "crash"}]
    picture = views.over_time([("", run, crash)])
    (axes,) = picture.figure.axes
    median, truth = axes.lines[:2]
    assert median.get_ydata().tolist() == run.view_sizes[0].median
    assert truth.get_ydata().tolist() == run.view_sizes[0].live
    assert [text.get_text() for text in axes.texts] == ["crash"] and "shaded" not in picture.text
    bottom, top = axes.get_ylim()
    assert 0 < bottom < 3 and 4 < top  # a small change is not drowned by an axis from 0
    labels = {text.get_text().replace("\n", " ") for text in axes.get_legend().get_texts()}
    assert labels == {"live members", "median view", "smallest to largest view"}


def test_points_have_a_panel_each_on_one_scale(tmp_path: Path) -> None:
    run = RunTable(members=4, simulated_s=50).metrics(tmp_path)
    emptied = replace(run.view_sizes[0], smallest=[1] * len(run.view_sizes[0].time_s))
    points = [(f"point {i}", run, []) for i in range(views.PANELS_AT_MOST + 1)]
    points[0] = ("probe_interval 2s, gossip_nodes 1", run, [])
    points[1] = ("point 1", replace(run, view_sizes=[emptied]), [])
    picture = views.over_time(points)
    drawn = [axes for axes in picture.figure.axes if axes.get_visible()]
    headings = [axes.get_title(loc="left") for axes in drawn]
    assert headings[0] == "probe_interval 2s,\ngossip_nodes 1"
    assert headings[1:] == [f"point {i}" for i in range(1, views.PANELS_AT_MOST)]
    assert {axes.get_ylim()[0] for axes in drawn} == {0}
    assert f"The first {views.PANELS_AT_MOST} of {len(points)} panels are shown." in picture.text
