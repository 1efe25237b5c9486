# SPDX-License-Identifier: GPL-2.0-only
"""What a report says in words: what is not known, what threatens its numbers, whose the variance is."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.campaign.clusters import clusters_of, variance_words
from analysis.campaign.incidents import incidents, incidents_text
from analysis.report import disturbances
from analysis.report.threats import NO_LOSS, threats
from report_campaigns import Cluster, run_record


def spell(count: int, suspected: int, dead: int, ended_first: int = 0) -> dict[str, Any]:
    return {
        "count": count,
        "suspected": suspected,
        "declared_dead": dead,
        "ended_undeclared": ended_first,
        "first_dead_s": {"median": 9.5 if dead else None, "n": dead},
    }


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (spell(8, 0, 0), "None of the paused members was suspected (8 times disturbed)"),
        (
            spell(8, 5, 0, 8),
            "None of the paused members was declared dead (8 times disturbed, 5 susp",
        ),
        (spell(8, 8, 3, 4), "4 disturbances ended first, so that time is of the quicker ones"),
        (spell(8, 8, 3, 4), "; 1 was still to be seen when the run ended"),
    ],
)
def test_what_was_never_seen_is_said_and_not_left_out(found: dict[str, Any], words: str) -> None:
    (sentence,) = disturbances.sentences({"pause": found})
    assert words in sentence


def test_disturbances_that_were_all_noticed_leave_nothing_open() -> None:
    (sentence,) = disturbances.sentences({"stall": spell(8, 8, 8)})
    assert sentence.startswith("Stalled members were declared dead 8 of 8 times, 9.50")
    assert "ended first" not in sentence and "not known" not in sentence


class TestThreats:
    def named(self, networks: int = 1, runs: int = 5, **changes: Any) -> str:
        record = run_record(Cluster(), 1, {}, 0, "") | {"backend": "ns3-packet"}
        for key, value in changes.pop("resolved", {}).items():
            record["scenario"]["resolved"][key] = value
        found = threats([record | changes] * runs, networks)
        return " ".join(f"{threat.what}. {threat.effect}" for threat in found)

    def test_paths_are_no_packets(self) -> None:
        assert "Paths, not packets" not in self.named()
        assert "Paths, not packets" in self.named(resolved={"network.model": "path"})

    def test_points_of_a_sweep_are_all_looked_at(self) -> None:
        """Whichever of them comes first."""

        def run(value: str, **resolved: str) -> dict[str, Any]:
            record = run_record(Cluster(), 1, {"x": value}, 0, "") | {"backend": "ns3-packet"}
            record["scenario"]["resolved"] |= {"network.loss": "0%"} | resolved
            return record

        for losses in (("0%", "5%"), ("5%", "0%")):
            runs = [run(loss, **{"network.loss": loss}) for loss in losses]
            assert not any("loses nothing" in threat.what for threat in threats(runs, 1))
        assert any(threat.what == NO_LOSS.what for threat in threats([run("a"), run("b")], 1))
        for models in (("path", "packet"), ("packet", "path")):
            found = threats([run(model, **{"network.model": model}) for model in models], 1)
            assert "Paths, not packets, at some points" in [threat.what for threat in found]

    def test_processing_takes_no_time_but_where_the_scenario_says_so(self) -> None:
        stalled = [{"at_s": 1.0, "verb": "stall", "members": ["m1"]}]
        assert "Except where stall say so" in self.named(timeline=stalled)
        assert "Every member answers at once" in self.named()

    def test_one_draw_of_a_random_network_is_told_from_several(self) -> None:
        drawn = run_record(Cluster(), 1, {}, 0, "")["topology"] | {"kind": "waxman"}
        assert "One draw of the network" in self.named(topology=drawn)
        assert "One draw of the network" not in self.named(networks=5, topology=drawn)

    def test_delays_of_a_matrix_are_as_good_as_the_matrix(self) -> None:
        network = run_record(Cluster(), 1, {}, 0, "")["topology"] | {"kind": "regions", "notes": []}
        named = {"topology.matrix": "mine.csv"}
        assert "Delays as the matrix has them" not in self.named(resolved=named)
        found = self.named(topology=network, resolved=named)
        assert "is as mine.csv says" in found and "does not say when" in found
        remark = network | {"notes": ["Else.", "The matrix says of itself: Not measured."]}
        found = self.named(topology=remark, resolved=named)
        assert "says of itself: Not measured." in found and "does not say when" not in found

    def test_delays_drawn_one_by_one_come_late_one_by_one(self) -> None:
        for key in (
            "network.delay_distribution",
            "topology.delay_distribution",
            "topology.pair.0.distribution",
        ):
            assert "draws its delay (lognormal)" in self.named(resolved={key: "lognormal"})
            assert "Delays drawn" not in self.named(resolved={key: "constant"})

    def test_real_processes_share_a_machine_and_are_not_simulated(self) -> None:
        found = self.named(backend="sockets", member_kinds=["swimlab", "serf"])
        assert "One machine" in found and "serf log only part" in found
        assert "Processing takes no time" not in found

    def test_few_runs_are_said_to_be_few(self) -> None:
        assert "4 runs cannot tell how runs differ" in self.named(runs=4)
        assert "Few runs" not in self.named(runs=5)


class TestIncidents:
    def test_of_none_the_bound_is_over_the_time_lived(self) -> None:
        found = incidents([0] * 5, [36_000.0] * 5, 0)
        assert found["exposed_member_hours"] == 50
        assert found["per_member_hour_ci95"][1] == pytest.approx(6.4829 / 50, rel=1e-4)
        assert incidents_text(found) == (
            "none in 50 member-hours, so fewer than 0.130 a member-hour (95 %)"
        )

    def test_one_wrong_death_is_one_however_many_runs_have_none(self) -> None:
        found = incidents([0, 1, 0, 0, 0], [3600.0] * 5, 1)
        low, high = found["ci95"]
        assert (found["count"], found["runs_with_any"]) == (1, 1) and 0 < low < 1 < high

    def test_exposure_that_is_not_known_gives_no_rate(self) -> None:
        found = incidents([2, 3, 1], [3600.0, None, 3600.0], 3)
        assert found["per_member_hour"] is None and found["ci95"] is not None


class Run:
    """As much of a run as clusters look at."""

    def __init__(self, name: str) -> None:
        self.name = name


def test_runs_that_share_a_network_are_one_cluster() -> None:
    runs: Any = [Run(name) for name in "abcd"]
    shared = clusters_of(runs, {"a": "1", "b": "1", "c": "2", "d": "2"})
    assert (len(shared.groups), shared.of) == (2, "network")
    for networks in ({}, dict.fromkeys("abcd", "1"), {name: name for name in "abcd"}):
        assert (len(clusters_of(runs, networks).groups), clusters_of(runs, networks).of) == (
            4,
            "run",
        )


def test_variance_is_told_by_whose_it_is() -> None:
    found = {"networks": 3.0, "runs": 1.0, "values": 6.0, "p": 0.01}
    assert variance_words(found) == (
        "30% between networks, 10% between runs on one network, 60% within runs, of a variance of 10 s²;"
        " networks differ (permutation test, p = 0.01)."
    )
    assert "the networks' too" in variance_words(found | {"networks": None, "p": None})
