# SPDX-License-Identifier: GPL-2.0-only
"""The figure of view sizes over time shows what was measured."""

from dataclasses import replace
from pathlib import Path

from run_tables import RunTable

from analysis.figures import views


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
