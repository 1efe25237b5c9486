# SPDX-License-Identifier: GPL-2.0-only
"""Study files: what they mean, and that each mistake is told by file, line and reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from campaign.errors import UserError
from campaign.study.design import Design, DesignError, Levels, levels, points_of
from campaign.study.file import StudyFile, read_study_file
from campaign.places import Places

GOOD = """\
title = "A study"
question = "What is it?"
abstract = '''
[axes]
title = "no key"
'''
[[scenario]]
file = "s.toml"
set = {"cluster.members" = 64, topology = {kind = "star"}}
[[variant]]
name = "one"
[[variant]]
name = "two"
set = {"cluster.preset" = "swim"}
[axes]
"protocol.probe_interval" = [
    "1s",  # a comment with ]
    "2s",
]
network.loss = {from = "0%", to = "20%", steps = 3}
[replicate]
at_least = 3
at_most = 9
until = {"first_dead_s.median" = "±5 %"}
budget = "2h"
[measure]
from = "10s"
"""


def read(tmp_path: Path, text: str) -> StudyFile:
    (tmp_path / "s.toml").write_text("")
    return read_study_file(tmp_path / "study.toml", text.encode("utf-8"))


def test_says_what_is_asked(tmp_path: Path) -> None:
    study = read(tmp_path, GOOD)
    assert (study.title, study.question) == ("A study", "What is it?")
    assert [scenario.name for scenario in study.scenarios] == ["s"]
    assert study.scenarios[0].settings == (("cluster.members", "64"), ("topology.kind", "star"))
    assert [(v.name, v.settings) for v in study.variants] == [
        ("one", ()),
        ("two", (("cluster.preset", "swim"),)),
    ]
    assert len(study.points) == 6
    assert study.points[1] == {"protocol.probe_interval": "1s", "network.loss": "10%"}
    assert study.replicate.until == {"first_dead_s.median": "±5 %"}
    assert (study.replicate.at_most, study.replicate.budget_s) == (9, 7200)
    assert study.window == (("measure.from", "10s"),)


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ('title = "A study"', "title = 3", 1, "put it in quotes"),
        ('title = "A study"', 'titel = "A study"', 1, "did you mean title?"),
        ('title = "A study"', 'title = "A study', 1, "no TOML"),
        ('file = "s.toml"', 'file = "t.toml"', 8, "there is no file"),
        ('file = "s.toml"', 'fil = "s.toml"', 8, "did you mean file?"),
        ('name = "two"', 'name = "one"', 13, 'two of the name "one"'),
        ('name = "two"', 'name = "t/o"', 13, "names are up to 80 letters"),
        ('"cluster.preset" = "swim"', '"network.loss" = "5%"', 14, "which is an axis"),
        ('from = "0%"', 'from = "20%"', 20, "the range from 20% to 20% is empty"),
        ('from = "0%"', 'from = "0s"', 20, "two units"),
        ("steps = 3", "steps = 1", 20, "2 to 10,000"),
        ("steps = 3", "step = 3", 20, "a range has no step"),
        ('to = "20%"', 'to = "20%", scale = "log"', 20, "a log scale begins above 0"),
        (', steps = 3', "", 15, "a range without steps"),
        ('    "2s",', '    "1s",', 16, "names 1s twice"),
        ("at_least = 3", "at_least = 0", 22, "from 1 up"),
        ("at_most = 9", "at_most = 2", 23, "less than at_least"),
        ("at_most = 9\n", "", 23, "until needs at_most"),
        ('until = {"first_dead_s.median" = "±5 %"}\n', "", 23, "without until"),
        ('budget = "2h"', 'budget = "soon"', 25, 'write "90s", "30min" or "2h"'),
        ('from = "10s"', 'form = "10s"', 27, "did you mean from?"),
        ("[measure]", '[design]\nkind = "square"\n[measure]', 26, "it can be factorial"),
        ("[measure]", '[design]\nkind = "sobol"\n[measure]', 26, "points, which is missing"),
        ("[measure]", '[design]\nkind = "sobol"\npoints = 5\n[measure]', 26, "2, 4, 8"),
        ("[measure]", '[design]\nkind = "list"\n[measure]', 26, "network.loss 3"),
        ("[measure]", "[design]\npoints = 5\n[measure]", 26, "not from points"),
        ("title =", 'series = "cluster_sizes"\ntitle =', 1, "series is a list of names"),
        ("title =", 'series = ["sizes"]\ntitle =', 1, "there is no series sizes"),
        ("[measure]", 'keep = "all"\n[measure]', 26, "there is no replicate.keep"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_by_its_line(
    tmp_path: Path, before: str, after: str, line: int, words: str
) -> None:
    assert before in GOOD
    with pytest.raises(UserError) as caught:
        read(tmp_path, GOOD.replace(before, after, 1))
    message = str(caught.value)
    assert message.startswith(f"{tmp_path}/study.toml:{line}: ") and words in message


def test_series_stand_in_one_order_and_are_none_by_default(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD).series == ()
    asked = 'series = ["view_sizes", "cluster_sizes"]\n' + GOOD
    assert read(tmp_path, asked).series == ("cluster_sizes", "view_sizes")


def test_where_may_have_numbers(tmp_path: Path) -> None:
    text = (
        GOOD + '[[table]]\nmeasures = ["first_dead_s"]\nwhere = {"protocol.suspicion_mult" = 4}\n'
    )
    assert read(tmp_path, text).tables[0]["where"] == {"protocol.suspicion_mult": "4"}


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r":2: is not UTF-8"):
        read_study_file(tmp_path / "study.toml", b'title = "a"\nquestion = "\xff"\n')


def test_places_know_what_is_inside_of_a_string() -> None:
    places = Places(GOOD)
    assert places.line("axes") == 15
    assert places.line("axes", "network", "loss") == 20
    assert places.line("variant", 1, "set", "deep", 3) == 14
    assert places.line("nowhere") == 1


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ({"from": "1s", "to": "4s", "steps": 3, "scale": "log"}, ("1s", "2s", "4s")),
        ({"from": "500ms", "to": "1s", "steps": 2}, ("500ms", "1000ms")),
        ({"from": 1, "to": 4, "steps": 7}, ("1", "2", "3", "4")),
        ({"from": 0.00001, "to": 0.00002, "steps": 2}, ("0.00001", "0.00002")),
        ([True, 3, 0.5, "x"], ("true", "3", "0.5", "x")),
    ],
)
def test_values_of_an_axis(written: Any, values: tuple[str, ...]) -> None:
    assert levels("key", written).values == values


def test_sampled_designs_fill_each_axis_evenly_and_always_the_same() -> None:
    axes = [
        levels("a", {"from": "0s", "to": "8s"}),
        levels("b", {"from": 1, "to": 1000, "scale": "log"}),
        Levels("c", ("x", "y")),
    ]
    for kind in ("sobol", "latin-hypercube"):
        points = points_of(axes, Design(kind, 8))
        assert points == points_of(axes, Design(kind, 8))
        assert points != points_of(axes, Design(kind, 8, seed=2))
        # One point in each eighth of a range, and each value of a list as often.
        assert sorted(int(float(point["a"][:-1])) for point in points) == list(range(8))
        assert [point["c"] for point in points].count("x") == 4


def test_a_list_takes_the_values_together() -> None:
    axes = [Levels("a", ("1", "2")), Levels("b", ("x", "y"))]
    assert points_of(axes, Design("list")) == [{"a": "1", "b": "x"}, {"a": "2", "b": "y"}]
    assert points_of([], Design()) == [{}]


def test_a_design_beyond_all_bounds_is_refused() -> None:
    axes = [Levels(name, tuple(map(str, range(100)))) for name in "abc"]
    with pytest.raises(DesignError, match="1,000,000 points"):
        points_of(axes, Design())
