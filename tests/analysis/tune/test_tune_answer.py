# SPDX-License-Identifier: GPL-2.0-only
"""The two sentences of a tune's answer, word for word, and what stands beneath them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import made_up_tunes as tunes
import pytest
from made_up_tunes import BURIALS, KNOWN, LOAD, estimate

from analysis.tune.answer import answer, changes, in_words, reasons, warnings
from analysis.tune.result import Result, read_result

SET = (
    "For Consul set gossip_lan.probe_interval to 700ms (default 1s) and"
    " gossip_lan.probe_timeout to 400ms (default 500ms); "
)


@pytest.fixture
def read(tmp_path: Path) -> Any:
    return lambda made: read_result(tunes.write(tmp_path / "tune", made))


def told(result: Result) -> list[str]:
    """With plain spaces."""
    return [text.replace("\u00a0", " ") for text in answer(result)]


def test_says_what_to_set_and_what_that_gains_and_costs(read: Any) -> None:
    assert told(read(tunes.normal())) == [
        f"{SET}all 3 goals are kept on fresh seeds at path fidelity; fewer runs at packet fidelity"
        " contradict none, and alone leave open false burials a member-year.",
        "Gained beside the default: crash to known to all, 99th percentile, 7.60 s instead of 12.1 s"
        " (−4.50 s [−4.71, −4.32]); paid: bytes a member sends a second, 2,750 instead of 2,400 (+350"
        " [+344, +356]); no difference shown: false burials a member-year (at most 1.43, none seen, in"
        " both); of the default itself crash to known to all, 99th percentile is not kept.",
    ]


def test_packet_fidelity_is_told_apart_from_path_fidelity(read: Any) -> None:
    made = tunes.normal()
    packet = made["recommended"][0]["packet"]
    packet[BURIALS] = estimate(0.0, 0.0, 1.2)
    assert (
        told(read(made))[0]
        == f"{SET}all 3 goals are kept on fresh seeds at path and at packet fidelity."
    )
    packet[LOAD] = estimate(3200.0, 3100.0, 3300.0)
    assert told(read(made))[0].endswith(
        "at path fidelity, but at packet fidelity bytes a member sends a second is not kept."
    )
    made["recommended"][0]["packet"] = {}
    assert told(read(made))[0].endswith("at path fidelity, and packet fidelity was not run.")


def test_what_is_not_shown_is_not_recommended_as_if_it_were(read: Any) -> None:
    result = read(tunes.unshown())
    assert told(result)[0] == (
        "Nothing that Consul can set is shown to keep all 3 goals; nearest is"
        " gossip_lan.probe_interval at 700ms (default 1s) and gossip_lan.probe_timeout at 400ms"
        " (default 500ms), with which false burials a member-year is not shown to be kept."
    )
    assert [text.replace("\u00a0", " ") for text in reasons(result)] == [
        "False burials a member-year ≤ 0.01 is not shown: the runs that were made bound it by 1.76"
        " only; it takes about 375 member-years if what they saw is how it is."
    ]
    assert warnings(result)[-1].startswith("The budget ended before all that was planned was done")


def test_stricter_judgement_of_the_tune_is_followed(read: Any) -> None:
    made = tunes.normal()
    made["recommended"][0]["kept"][LOAD] = False
    assert "bytes a member sends a second is not shown to be kept" in told(read(made))[0]


def test_says_which_goals_contradict_each_other_and_by_how_much(read: Any) -> None:
    result = read(tunes.impossible())
    assert told(result) == [
        "Nothing that Consul can set keeps all 3 goals: crash to known to all, 99th percentile"
        " ≤ 6 s and bytes a member sends a second ≤ 3 kB contradict each other.",
        "Where bytes a member sends a second ≤ 3 kB is nearly kept, crash to known to all, 99th"
        " percentile is at best 7.37 s [6.93, 7.81], which is 1.37 s (23 %) beyond its limit of 6 s.",
    ]
    assert [text.replace("\u00a0", " ") for text in reasons(result)] == [
        "Where crash to known to all, 99th percentile ≤ 6 s is kept, bytes a member sends a second is"
        " at best 3,480 [3,470, 3,490], which is 480 (16 %) beyond its limit of 3 kB."
    ], "the other side, and not the same again"


def test_contradiction_that_the_interval_leaves_open_is_said_to_be(read: Any) -> None:
    made = tunes.impossible()
    made["contradictions"][0]["best"] = estimate(6.3, 5.9, 6.7)
    assert told(read(made))[1].endswith("; its interval does not rule the limit out.")
    made["contradictions"][0]["best"] = estimate(None, why="no crash came")
    assert told(read(made))[1] == (
        "Crash to known to all, 99th percentile and bytes a member sends a second is too much."
    )


def test_goal_that_is_out_of_reach_alone_contradicts_no_other(read: Any) -> None:
    assert told(read(tunes.out_of_reach())) == [
        "Nothing that Consul can set keeps all 3 goals: crash to known to all, 99th percentile"
        " ≤ 100 ms is out of reach.",
        "Crash to known to all, 99th percentile is at best 3.15 s [2.96, 3.34], which is 3.05 s (3,050"
        " %) beyond its limit of 100 ms.",
    ]


def test_nothing_found_and_no_reason_known(read: Any) -> None:
    made = tunes.impossible()
    made["contradictions"] = []
    assert told(read(made)) == [
        "Nothing that was tried of what Consul can set is shown to keep all 3 goals.",
        "Below are the settings that come nearest, with what each does not keep.",
    ]


def test_default_that_is_as_good_is_left(read: Any) -> None:
    made = tunes.normal()
    made["recommended"] = [{**made["default"], "rank": 1}]
    made["goals"][0] |= {"limit": 15.0, "text": "<= 15 s"}
    made["recommended"][0]["kept"] = {KNOWN: True, BURIALS: True, LOAD: True}
    first, second = told(read(made))
    assert first.startswith(
        "Leave Consul at its default: nothing that was tried is shown to be better; all 3 goals"
    )
    assert second == (
        "There crash to known to all, 99th percentile is 12.1 s [11.9, 12.3], false burials a member-year"
        " is at most 1.43 (none seen) and bytes a member sends a second is 2,400 [2,388, 2,412]."
    )


def test_what_there_was_no_budget_for_is_said(read: Any) -> None:
    made = tunes.normal() | {"skipped": ["runs with every packet"]}
    assert "The budget was too small for runs with every packet." in warnings(read(made))


def test_where_nothing_may_vary_the_default_is_left_with_its_goals(read: Any) -> None:
    made = tunes.normal()
    made["axes"] = []
    made["recommended"] = [{**made["default"], "rank": 1}]
    made["recommended"][0] |= {"kept": {KNOWN: True, BURIALS: True, LOAD: True}}
    made["goals"][0] |= {"limit": 15.0, "text": "<= 15 s"}
    made["sensitivity"] = []
    assert told(read(made))[0].startswith(
        "Leave Consul at its default: nothing of it that matters here can be set; all 3 goals are kept"
    )


def test_without_a_default_there_is_nothing_to_hold_it_against(read: Any) -> None:
    made = tunes.normal()
    made["default"] = None
    assert told(read(made))[1] == "There is no default to hold it against."


def test_default_that_never_came_is_told_by_a_word(read: Any) -> None:
    made = tunes.normal()
    made["default"]["path"][KNOWN] = estimate(None, 300.0, None, why="never")
    made["recommended"][0]["against_default"][KNOWN] = estimate(None, why="one never came")
    gained = "Gained beside the default: crash to known to all, 99th percentile, 7.60 s instead of never;"
    assert told(read(made))[1].startswith(gained), "the intervals lie apart"
    made["default"]["path"][KNOWN] = estimate(None, 7.5, None, why="never")
    untold = "not to be told apart: crash to known to all, 99th percentile, 7.60 s instead of never"
    assert untold in told(read(made))[1]


def test_what_breaks_when_it_is_not_as_was_asked_is_on_the_first_screen(read: Any) -> None:
    assert warnings(read(tunes.normal())) == [
        "At twice the loss it does not keep: crash to known to all, 99th percentile and false burials"
        " a member-year."
    ]


def test_judgement_that_its_interval_does_not_bear_out_is_told(read: Any) -> None:
    made = tunes.normal()
    made["recommended"][0]["path"][LOAD] = estimate(2990.0, 2900.0, 3080.0)
    assert warnings(read(made))[-1] == (
        "The tune took bytes a member sends a second for kept, which its interval does not say."
    )


def test_terminal_has_the_answer_the_warnings_and_the_block(read: Any) -> None:
    text = in_words(read(tunes.normal()))
    assert max(map(len, text.splitlines())) <= 100
    assert text.startswith("\nFor Consul set") and "\nMind: At twice the loss" in text
    assert text.endswith(
        '\n\ngossip_lan {\n  probe_interval = "700ms"\n  probe_timeout = "400ms"\n  gossip_nodes = 3\n}'
    )
    assert "{" not in in_words(read(tunes.impossible()))


def test_many_settings_are_counted_and_stand_in_the_block(read: Any) -> None:
    made = tunes.normal()
    for number in range(4):
        key = f"protocol.option_{number}"
        made["axes"].append({**made["axes"][0], "key": key, "name": f"o{number}", "default": "1"})
        made["recommended"][0]["point"][key] = "2"
    result = read(made)
    assert len(changes(result, result.recommended[0])) == 6
    assert "o1 to 2 (default 1) and 2 more settings as in the block;" in told(result)[0]
