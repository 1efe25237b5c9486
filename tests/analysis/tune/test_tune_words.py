# SPDX-License-Identifier: GPL-2.0-only
"""Numbers of a tune in words: bounds of what was never seen, and what intervals say of goals."""

from __future__ import annotations

import math
from pathlib import Path

import made_up_tunes as tunes
import pytest
from made_up_tunes import BURIALS, KNOWN, LOAD

from analysis.study.estimates import Estimate
from analysis.tune import words
from analysis.tune.result import Goal, Result, read_result
from analysis.tune.words import KEPT, NOT_KEPT, NOT_RUN, NOT_SHOWN, Told

TIME = Told("t", "time", "s", False)
COUNT = Told("c", "false burials a member-year", "", True)
SHARE = Told("q", "crashes known to all", "%", True, more_is_better=True)
AT_MOST = Goal("t", "time", "s", "<=", 8.0, "<= 8 s")
AT_LEAST = Goal("q", "crashes known to all", "%", ">=", 99.0, ">= 99 %")


def of(value: float | None, low: float | None = None, high: float | None = None) -> Estimate:
    return Estimate(value, low, high, 10, 10, "" if low is not None else "no interval: too few")


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return read_result(tunes.write(tmp_path_factory.mktemp("tune"), tunes.normal()))


@pytest.mark.parametrize(
    ("found", "measure", "told"),
    [
        (of(7.6, 7.45, 7.75), TIME, "7.60\u00a0s [7.45, 7.75]"),
        (of(0.0, 0.0, 1.43), COUNT, "at most 1.43 (none seen)"),
        (of(0.0, 0.0, 3.2), SHARE, "at most 3.20\u00a0% (none seen)"),
        (of(0.0), COUNT, "none seen (no bound)"),
        (of(0.0, 0.0, math.inf), COUNT, "none seen (no bound)"),
        (of(0.0, 0.0, 0.5), TIME, "0\u00a0s [0, 0.500]"),
        (of(math.inf, 7.0, math.inf), TIME, "never [7, never]"),
        (of(7.5), TIME, "7.50\u00a0s"),
        (of(None), TIME, "–"),
        (None, TIME, "–"),
    ],
)
def test_none_seen_is_a_bound_and_never_is_a_word(
    found: Estimate | None, measure: Told, told: str
) -> None:
    assert words.in_line(found, measure) == told


@pytest.mark.parametrize(
    ("found", "goal", "said"),
    [
        (of(7.6, 7.4, 8.0), AT_MOST, KEPT),
        (of(7.6, 7.4, 8.1), AT_MOST, NOT_SHOWN),
        (of(8.4, 8.0, 8.9), AT_MOST, NOT_SHOWN),
        (of(8.4, 8.1, 8.9), AT_MOST, NOT_KEPT),
        (of(math.inf, 9.0, math.inf), AT_MOST, NOT_KEPT),
        (of(7.0, 6.0, math.inf), AT_MOST, NOT_SHOWN),
        (of(7.0), AT_MOST, NOT_SHOWN),
        (of(None), AT_MOST, NOT_SHOWN),
        (None, AT_MOST, NOT_RUN),
        (of(99.5, 99.0, 99.9), AT_LEAST, KEPT),
        (of(99.5, 98.9, 99.9), AT_LEAST, NOT_SHOWN),
        (of(97.0, 95.0, 98.9), AT_LEAST, NOT_KEPT),
    ],
)
def test_goal_is_kept_by_the_far_end_alone(found: Estimate | None, goal: Goal, said: str) -> None:
    assert words.verdict(goal, found) == said


def test_stricter_bound_of_the_tune_counts_where_the_interval_is_within() -> None:
    assert words.verdict(AT_MOST, of(7.6, 7.4, 7.99), kept=False) == NOT_SHOWN
    assert words.verdict(AT_MOST, of(9.0, 8.5, 9.5), kept=False) == NOT_KEPT
    assert words.verdict(AT_MOST, of(7.6, 7.4, 8.5), kept=True) == NOT_SHOWN


def test_end_beyond_a_limit_is_not_written_like_the_limit() -> None:
    assert words.lines(of(7.6, 7.4, 8.0004), TIME, AT_MOST)[1] == "[7.4000, 8.0004]"
    assert words.lines(of(7.6, 7.4, 8.0), TIME, AT_MOST)[1] == "[7.40, 8]"


@pytest.mark.parametrize(
    ("difference", "measure", "told"),
    [
        (of(-4.5, -4.7, -4.3), TIME, ["−4.50 s", "[−4.70, −4.30]", "better"]),
        (of(350.0, 344.0, 356.0), COUNT, ["+350", "[+344, +356]", "worse"]),
        (of(2.0, 1.0, 3.0), SHARE, ["+2 points", "[+1, +3]", "better"]),
        (of(-2.0, -3.0, -1.0), SHARE, ["−2 points", "[−3, −1]", "worse"]),
        (of(0.5, -0.5, 1.5), TIME, ["+0.500 s", "[−0.500, +1.50]", "not shown"]),
        (of(0.0, 0.0, 0.0), COUNT, ["none seen in both", "not shown"]),
        (of(math.inf, 3.0, math.inf), TIME, ["never", "[+3, never]", "worse"]),
        (of(-math.inf, -math.inf, -2.0), TIME, ["−never", "[−never, −2]", "better"]),
        (of(None), TIME, ["–", "not to be told"]),
        (of(1.5), TIME, ["+1.50 s", "not to be told"]),
        (None, TIME, ["–"]),
    ],
)
def test_difference_has_a_sign_an_interval_and_a_direction(
    difference: Estimate | None, measure: Told, told: list[str]
) -> None:
    found = [
        str(line).replace("\u00a0", " ") for line in words.difference_lines(difference, measure)
    ]
    assert found == told


def test_measure_is_called_as_the_goal_has_it_else_as_studies_do(result: Result) -> None:
    assert words.told(result, LOAD).words == "bytes a member sends a second"
    assert words.told(result, LOAD).unit == "", "the words have it"
    other = words.told(result, "first_dead_s.median")
    assert (other.label, other.is_count) == ("crash to first declared dead, median (s)", False)
    assert words.told(result, BURIALS).is_count and words.told(result, "wrong_deaths").is_count
    assert words.told(result, "no such measure").words == "no such measure"


def test_sentence_of_the_search_gets_words_for_names(result: Result) -> None:
    text = f"it breaks {LOAD} and {KNOWN}; {LOAD}.max is another"
    assert words.in_words(result, text) == (
        "it breaks bytes a member sends a second and crash to known to all, 99th percentile;"
        f" {LOAD}.max is another"
    )


def test_time_of_members_is_in_the_unit_that_keeps_it_readable() -> None:
    assert words.member_time(3.7 * 365.25 * 86400) == "3.70 member-years"
    assert words.member_time(86400 * 30.0) == "30 member-days"
    assert words.member_time(600.0) == "0.167 member-hours"


@pytest.mark.parametrize(
    ("parts", "told"), [([], ""), (["a"], "a"), (["a", "b", "c"], "a, b and c")]
)
def test_parts_are_joined_as_in_a_sentence(parts: list[str], told: str) -> None:
    assert words.joined(parts) == told


def test_limit_without_a_text_is_written_out(tmp_path: Path) -> None:
    assert words.limit_text(Goal("t", "", "s", "<=", 0.5, "")) == "≤\u00a00.5\u00a0s"
    assert words.limit_alone(AT_MOST) == "8\u00a0s"
    assert words.limit_text(AT_LEAST) == "≥\u00a099\u00a0%"
