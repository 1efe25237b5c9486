# SPDX-License-Identifier: GPL-2.0-only
"""Theory over figures: the right law where one holds, and none where none does."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest

from analysis.figures import theory as figures
from analysis.theory.curves import TIME_AXIS, curve, undisturbed
from analysis.theory.detection import first_ping_quantile
from analysis.theory.forms import IDEAS, Case
from analysis.theory.settings import settings_of

LAN = {
    "cluster.members": "64",
    "cluster.start": "converged",
    "network.loss": "0%",
    "protocol.probe_interval": "1s",
    "protocol.indirect_checks": "3",
    "protocol.stream_fallback": "true",
    "protocol.nack": "true",
    "protocol.suspicion": "true",
    "protocol.suspicion_law": "memberlist",
    "protocol.suspicion_mult": "4",
    "protocol.suspicion_max_timeout_mult": "6",
    "protocol.suspicion_confirmations": "auto",
    "protocol.awareness_max_multiplier": "8",
    "protocol.piggyback": "all",
    "protocol.retransmit_law": "memberlist",
    "protocol.retransmit_mult": "4",
    "protocol.gossip_interval": "200ms",
    "protocol.gossip_nodes": "3",
    "protocol.push_pull_interval": "30s",
}
RUN: dict[str, Any] = {
    "members": 64,
    "timeline": [{"at_s": 10.0, "verb": "crash", "members": ["m3"]}],
    "scenario": {"resolved": LAN},
    "topology": {"max_path_delay_ns": 200_000},
}


def test_first_suspicions_have_a_law_in_time() -> None:
    median = 1 + first_ping_quantile(64, 0.5)
    law = curve("first_suspect_s", TIME_AXIS, LAN, [0.0, 0.99, median, 60.0])
    assert law.y == pytest.approx([0, 0, 0.5, 1], abs=1e-8)
    assert "round-robin" in law.caption


def test_first_dead_has_a_law_where_nothing_but_probes_confirms() -> None:
    assert curve("first_dead_s", TIME_AXIS, LAN, [10.0]) is None
    fixed = LAN | {"protocol.suspicion_max_timeout_mult": "1"}
    least = 4 * 1.806
    median = least + 1 + first_ping_quantile(64, 0.5)
    law = curve("first_dead_s", TIME_AXIS, fixed, [least + 0.9, median])
    assert law.y == pytest.approx([0, 0.5], abs=1e-8)
    fresh = curve("first_dead_s", TIME_AXIS, LAN | {"cluster.age": "fresh"}, [8.0, 12.0, 80.0])
    assert fresh.y[0] == pytest.approx(0, abs=1e-12) and 0.5 < fresh.y[1] < fresh.y[2] <= 1


def test_there_is_no_law_where_loss_stretches_rounds() -> None:
    assert curve("first_suspect_s", TIME_AXIS, LAN | {"network.loss": "1%"}, [2.0]) is None


@pytest.mark.parametrize("measure", ["dissemination", "full_dissemination_s", "false_positives"])
def test_a_measure_without_a_form_has_no_law(measure: str) -> None:
    assert curve(measure, TIME_AXIS, LAN, [1.0]) is None
    assert curve(measure, "cluster.members", LAN, [8.0]) is None


def test_a_form_is_followed_along_a_swept_key() -> None:
    periods = curve("first_suspect_s", "protocol.probe_interval", LAN, [0.5, 1.0, 2.0])
    assert periods.y[2] == pytest.approx(2 * periods.y[1]) == pytest.approx(4 * periods.y[0])
    members = curve("first_suspect_s", "cluster.members", LAN, [8, 64, 512])
    assert members.y == sorted(members.y) and members.y[2] < 1 + math.log(2) + 0.01
    quiet = LAN | {"protocol.nack": "false", "protocol.suspicion": "false"}
    load = curve("messages_per_member_second", "network.loss", quiet, [0.0, 10.0])
    assert load.y == pytest.approx([2.0, 3.860], abs=5e-4)
    assert curve("first_suspect_s", "protocol.gossip_nodes", LAN, [3.0]) is None
    assert curve("first_suspect_s", "network.loss", LAN, [0.0, 1.0]) is None


def test_only_runs_of_which_the_forms_speak_have_laws() -> None:
    assert undisturbed(RUN)
    for change in (
        lambda run: run["timeline"].append({"at_s": 1.0, "verb": "loss", "members": ["m4"]}),
        lambda run: run["timeline"].clear(),
        lambda run: run["timeline"][0].update(members=["m3", "m4"]),
        lambda run: run.update(member_kinds=["swimlab", "serf"]),
        lambda run: run["scenario"]["resolved"].update({"cluster.start": "join"}),
        lambda run: run["scenario"]["resolved"].update({"network.delay": "100ms"}),
        lambda run: run["scenario"]["resolved"].update({"cluster.group.0.members": "0-9"}),
        lambda run: run["scenario"]["resolved"].update({"cluster.detector": "phi"}),
        lambda run: run["topology"].update(max_path_delay_ns=30_000_000),
    ):
        run = copy.deepcopy(RUN)
        change(run)
        assert not undisturbed(run)


def test_lines_that_are_the_same_are_drawn_once_and_say_what_is_outside() -> None:
    settings = settings_of(LAN | {"network.loss": "5%"})
    cases = [Case(settings, {}), Case(settings_of(LAN), {"loss": "0 %"})]
    idea = {idea.key: idea for idea in IDEAS}["detection"]
    picture = figures.draw(idea, figures.AXES[0], cases)
    labels = [line.get_label().replace("\n", " ") for line in picture.figure.axes[0].lines]
    assert len(labels) == len(set(labels)) == 5
    assert (
        "crash to first suspicion, median*" in labels and "SWIM's rounds with n-1 targets" in labels
    )
    assert "stretch their rounds" in picture.text


def test_what_has_no_value_is_said_and_not_drawn() -> None:
    quiet = LAN | {"protocol.suspicion": "false", "protocol.push_pull_interval": "0s"}
    idea = {idea.key: idea for idea in IDEAS}["suspicion"]
    picture = figures.draw(idea, figures.AXES[0], [Case(settings_of(quiet), {})])
    assert picture.figure is None and "no such quantity" in picture.text
