# SPDX-License-Identifier: GPL-2.0-only
"""What the figures are drawn from: places, shares, scales and fronts with answers known by hand."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex


from analysis.campaign import text as report_text
from analysis.figures import (
    accuracy,
    load,
    style,
    sweep_data,
    timeline,
    topology,
    trade_off,
)
from analysis.run.metrics import TrafficMetrics, metrics_of_run
from report_campaigns import Cluster, backbone, run_record, write_campaign

ROOT = Path(__file__).resolve().parents[2]


def test_router_without_coordinates_stands_between_its_neighbours() -> None:
    record = run_record(Cluster(topology=backbone(24)), 1, {}, 0, "")
    picture = topology.draw(record)
    axes = picture.figure.axes[0]
    # Nowhere, between Tallinn (59.44 N, 24.75 E) and Vilnius (54.69 N, 25.28 E).
    places = [tuple(c.get_offsets()[0]) for c in axes.collections if len(c.get_offsets()) == 1]
    assert any(np.allclose(place, (25.015, 57.065)) for place in places)
    assert "1 of them have none in the file" in picture.text
    assert axes.get_xlabel() == "longitude"


def test_router_shows_its_members_shares_of_the_sides() -> None:
    # Leaf 0 carries members 0, 4, 8, ...: 2 of its 6 are among the first 8.
    record = run_record(Cluster(partition_s=(5, 9)), 1, {}, 0, "")
    assert topology.members_by_side(record, record["timeline"][1])[2] == {0: 2, 1: 4}
    picture = topology.draw(record)
    assert "partition at 5 s" in picture.text
    drawn = [to_hex(c.get_facecolor()[0]) for c in picture.figure.axes[0].collections[1:]]
    leaves = 4
    assert drawn.count(style.BLUE.lower()) == drawn.count(style.ORANGE.lower()) == leaves


def test_accusers_that_the_scenario_disturbed_are_told_from_the_others(tmp_path: Path) -> None:
    cluster = Cluster(crash_at_s=None, simulated_s=20, false_positives=3)
    write_campaign(tmp_path, [({}, cluster)], [1])
    run = metrics_of_run(tmp_path / "runs" / "seed-1")
    assert list(run.false_positives.events_by_accuser) == ["m03"]
    for members, (left_alone, disturbed) in ((["m05"], (3, 0)), (["m05", "m03"], (0, 3))):
        paused = [{"at_s": 1.0, "verb": "pause", "members": members}]
        picture = accuracy.by_accuser([run], [paused])
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of a figure too small for what is in it
            style.save(picture, tmp_path)
        axes = picture.figure.axes[0]
        assert [bar.get_width() for bar in axes.patches] == [left_alone, disturbed]
        assert (axes.get_legend() is not None) == bool(disturbed)


def test_partition_that_never_heals_has_no_end() -> None:
    at = [{"at_s": 5.0, "verb": "partition"}, {"at_s": 8.0, "verb": "heal"}]
    assert timeline.partition_spans(at) == [(5.0, 8.0)]
    assert timeline.partition_spans([*at, {"at_s": 9.0, "verb": "partition"}])[1] == (9.0, None)


def test_load_is_drawn_a_member_and_averaged_over_runs(tmp_path: Path) -> None:
    write_campaign(tmp_path, [({}, Cluster(crash_at_s=None, simulated_s=5))], [1])
    run = metrics_of_run(tmp_path / "runs" / "seed-1")
    runs = [
        replace(run, traffic=TrafficMetrics(10, {"ping": s}, {}, {"ping": [s]}, {"ping": [s]}))
        for s in (20, 40)
    ]
    assert load.per_member(runs, "messages_per_second", "ping").tolist() == [3.0]


@pytest.mark.parametrize(
    ("values", "places"),
    [
        (("500ms", "1s", "2m"), [0.5, 1.0, 120.0]),
        (("1%", "5%"), [1.0, 5.0]),
        (("1s", "5%"), [0.0, 1.0]),
        (("true", "false"), [0.0, 1.0]),
    ],
)
def test_axis_is_to_scale_where_its_values_are_comparable(
    values: tuple[str, ...], places: list[float]
) -> None:
    assert sweep_data.Axis("key", values).places().tolist() == pytest.approx(places)


def test_settings_that_do_not_vary_are_no_axes() -> None:
    found = sweep_data.axes_of([{"a": "1", "b": "x"}, {"a": "2", "b": "x"}])
    assert [(axis.key, axis.values) for axis in found] == [("a", ("1", "2"))]


def choice(
    dead: tuple[float, float, float],
    octets: tuple[float, float, float],
    false: tuple[float, float, float] = (0, 0, 1),
) -> sweep_data.Point:
    """A point with (value, low, high) of each objective."""
    values = dict(zip(trade_off.OBJECTIVES, (dead, octets, false)))
    return sweep_data.Point({}, {key: sweep_data.Estimate(*v) for key, v in values.items()})


def test_front_holds_the_points_that_no_other_beats() -> None:
    quick, cheap = choice((2, 1.9, 2.1), (9, 9, 9)), choice((5, 4.9, 5.1), (3, 3, 3))
    slow = choice((5, 4.9, 5.1), (9, 9, 9))
    assert trade_off.unbeaten([quick, slow, cheap]) == [0, 2]


def test_a_difference_that_may_be_chance_beats_nobody() -> None:
    one, other = choice((2.0, 1.0, 3.0), (9, 8, 10)), choice((2.5, 1.5, 3.5), (9, 8, 10))
    assert trade_off.unbeaten([one, other]) == [0, 1]
    sure = choice((2.0, 1.9, 2.1), (9, 8, 10))
    assert trade_off.unbeaten([sure, choice((2.5, 2.4, 2.6), (9, 8, 10))]) == [0]


def test_quick_and_cheap_does_not_beat_who_buries_fewer() -> None:
    rash = choice((2, 1.9, 2.1), (3, 3, 3), (4.0, 3.0, 5.0))
    careful = choice((5, 4.9, 5.1), (9, 9, 9), (0.0, 0.0, 1.3))
    assert trade_off.unbeaten([rash, careful]) == [0, 1]


def test_moments_of_single_runs_are_told_from_those_of_all() -> None:
    crash, churn = {"at_s": 5.0, "verb": "crash"}, {"at_s": 7.0, "verb": "restart"}
    shared, own = timeline.moments([[crash, churn], [crash, {"at_s": 8.0, "verb": "restart"}]])
    assert shared == {5.0: ["crash"]} and own == [7.0, 8.0]


def test_axes_have_words_and_units() -> None:
    axis = sweep_data.Axis("protocol.probe_interval", ("500ms", "1s"))
    assert (axis.label, axis.marks()) == ("probe interval (s)", ["0.5", "1"])
    assert sweep_data.Axis("cluster.preset", ("swim", "memlist")).label == "preset"
    assert sweep_data.Axis("network.loss", ("1%", "5%")).label == "packets lost (%)"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0, "0"),
        (1234567, "1,234,567"),
        (0.0123456, "0.0123"),
        (12.345, "12.3"),
        (999.96, "1,000"),
        (1234.5, "1,234"),
    ],
)
def test_numbers_have_three_significant_digits(value: float | None, text: str) -> None:
    assert report_text.number(value) == text


def test_settings_are_found_in_file_command_and_sweep() -> None:
    campaign = {
        "scenario_text": "[protocol]\nprobe_interval = '1s'\n[network]\nloss = '1%'",
        "command": "./swimlab run 'a b.toml' --set protocol.gossip_nodes=3 --set network.loss=2%",
        "points": [{"key": "p000", "settings": {"protocol.suspicion_mult": "4"}}],
    }
    assert report_text.set_keys(campaign) == [
        "protocol.gossip_nodes",
        "protocol.probe_interval",
        "protocol.suspicion_mult",
    ]
