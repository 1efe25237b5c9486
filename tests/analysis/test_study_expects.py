# SPDX-License-Identifier: GPL-2.0-only
"""[[expect]]: conditions, answers by intervals, and expectations that contradict each other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest
from made_up_studies import AXIS, add, cell, study

from analysis.study.contradictions import contradictions
from analysis.study.estimates import Estimate
from analysis.study.expects import (
    CONFIRMED,
    OPEN,
    REFUTED,
    Expectation,
    ExpectationError,
    Judgement,
    against_number,
    judge,
    matches,
    read_expectation,
)
from analysis.study.measures import MeasureError
from analysis.study.model import Study

SWIM, LIFEGUARD = cell("swim"), cell("lifeguard")
VARIANTS = ["swim", "lifeguard", "other"]


def expects(*lines: tuple[str, str] | tuple[str, str, Mapping[str, str]]) -> list[dict[str, Any]]:
    return [dict(zip(("measure", "is", "where"), line)) for line in lines]


def read(*lines: Any) -> list[Expectation]:
    return [read_expectation(raw, VARIANTS) for raw in expects(*lines)]


def judged(made: Study, *lines: Any) -> Judgement:
    made.asked["expects"] = expects(*lines)
    (found,) = judge(made)
    return found


def outcome(measure: str, condition: str, found: Estimate) -> str:
    (expectation,) = read((measure, condition))
    return against_number(expectation, found)[0]


def estimate(value: float, low: float | None = None, high: float | None = None) -> Estimate:
    return Estimate(value, low, high, 20, 20, "" if low is not None else "no interval: too few")


class TestAgainstANumber:
    @pytest.mark.parametrize(
        ("condition", "expected"),
        [
            ("<= 12 s", CONFIRMED),
            ("<= 11 s", CONFIRMED),
            ("< 11 s", OPEN),
            ("<= 10500 ms", OPEN),
            ("< 9 s", REFUTED),
            ("<= 9 s", OPEN),
            ("<= 8.9 s", REFUTED),
            (">= 9 s", CONFIRMED),
            ("> 11 s", REFUTED),
            ("= 10 s", OPEN),
            ("= 12 s", REFUTED),
            ("<= 0.2 min", CONFIRMED),
        ],
    )
    def test_an_interval_decides(self, condition: str, expected: str) -> None:
        assert outcome("full_dissemination_s", condition, estimate(10, 9, 11)) == expected

    def test_no_interval_yet_is_open_and_says_what_it_takes(self) -> None:
        (expectation,) = read(("first_dead_s", "<= 5 s"))
        found, reason = against_number(expectation, estimate(3))
        assert found == OPEN and reason == "3 s; too few"

    def test_a_measure_that_has_no_interval_is_judged_by_its_value(self) -> None:
        (expectation,) = read(("known_to_all_s", "<= 5 s"))
        assert against_number(expectation, estimate(4))[0] == CONFIRMED
        found, reason = against_number(expectation, estimate(math.inf))
        assert found == REFUTED and "never" in reason and "judged by this value" in reason

    def test_one_counterexample_refutes_none_and_all(self) -> None:
        assert outcome("wrong_deaths", "= 0", estimate(0.1, 0.0, 0.5)) == REFUTED
        assert outcome("wrong_deaths", "<= 0", estimate(0, 0.0, 0.5)) == CONFIRMED
        assert outcome("runs_agreed", "= 100 %", estimate(95, 70, 100)) == REFUTED
        assert outcome("runs_agreed", ">= 100 %", estimate(100, 70, 100)) == CONFIRMED
        assert outcome("runs_agreed", ">= 80 %", estimate(100, 70, 100)) == OPEN
        assert outcome("false_positives", "> 0", estimate(3)) == CONFIRMED

    def test_none_seen_tells_what_may_have_been_missed(self) -> None:
        (expectation,) = read(("wrong_deaths", "= 0"))
        _, reason = against_number(expectation, estimate(0, 0.0, 0.5))
        assert reason == (
            "0 [0, 0.500]; no run broke it, and the interval tells what may have been missed"
        )

    def test_a_promise_about_all_says_by_what_it_was_refuted(self) -> None:
        (expectation,) = read(("runs_agreed", "= 100 %"))
        found, reason = against_number(expectation, estimate(95, 70, 100))
        assert found == REFUTED
        assert reason == "95 % [70, 100]; one run that breaks it is enough"

    def test_nothing_measured_is_open(self) -> None:
        nothing = Estimate(None, None, None, 0, 0, "nothing to measure")
        assert outcome("leaves_seen", ">= 90 %", nothing) == OPEN


def twelve(start: float, step: float = 0.05) -> list[float]:
    return [start + step * (7 * number % 12) for number in range(12)]


def compared(swim: list[float | None], lifeguard: list[float | None]) -> Study:
    made = study([SWIM, LIFEGUARD])
    add(made, SWIM, swim)
    add(made, LIFEGUARD, lifeguard)
    return made


class TestAgainstAnotherVariant:
    @pytest.mark.parametrize(
        ("condition", "expected"),
        [("< lifeguard", CONFIRMED), ("> lifeguard", REFUTED), ("= lifeguard", REFUTED)],
    )
    def test_is_in_pairs_of_one_seed(self, condition: str, expected: str) -> None:
        # Between seeds times differ by far more than between variants.
        wide = twelve(5.0, 1.0)
        made = compared(wide, [1.03 * time for time in wide])
        found = judged(made, ("full_dissemination_s", condition, {"variant": "swim"}))
        assert found.outcome == expected
        (answer,) = found.answers
        assert answer.cell is SWIM and "swim is lower by 2.9 %" in answer.reason

    def test_no_difference_is_open_with_what_the_interval_leaves_open(self) -> None:
        made = compared(twelve(5.0), list(reversed(twelve(5.0))))
        found = judged(made, ("full_dissemination_s", "< lifeguard", {"variant": "swim"}))
        assert found.outcome == OPEN and "the interval leaves up to" in found.answers[0].reason

    def test_too_few_pairs_are_open(self) -> None:
        made = compared([5.0] * 3, [4.0] * 3)
        found = judged(made, ("full_dissemination_s", "< lifeguard", {"variant": "swim"}))
        assert found.outcome == OPEN and "it takes" in found.answers[0].reason


def test_an_expectation_holds_where_all_of_its_cells_confirm_it() -> None:
    made = compared(twelve(5.0), twelve(9.0))

    def over(condition: str) -> str:
        return judged(made, ("full_dissemination_s", condition)).outcome

    assert over("<= 10 s") == CONFIRMED
    assert over("<= 7 s") == REFUTED
    assert over("<= 9.3 s") == OPEN


def test_where_selects_by_what_values_mean() -> None:
    assert matches({AXIS: "1000ms", "scenario": "crash"}, SWIM)
    assert not matches({AXIS: "2s"}, SWIM) and not matches({"variant": "lifeguard"}, SWIM)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("first_ded_s", "<= 5 s"), "did you mean first_dead_s?"),
        (("first_dead_s", "<= 5"), 'write "<= 5 s"'),
        (("first_dead_s", "fast"), "no variant fast; known are lifeguard, other, swim"),
        (("first_dead_s", "<= 5 s or so!"), "is no condition"),
        (("first_dead_s", "< swin"), "did you mean swim?"),
        (("first_dead_s", "< swim", {"variant": "swim"}), "holds swim against itself"),
        (("runs_agreed", "= 1"), 'write "= 1 %"'),
        (("runs_agreed", "= 1"), 'for a share of 1 write "= 100 %"'),
        (("runs_agreed", ">= 0.9"), 'for a share of 0.9 write ">= 90 %"'),
        (("runs_agreed", "0.999"), 'for a share of 0.999 write "= 99.9 %"'),
        (("runs_agreed", ">= 95"), 'has the wrong unit; write ">= 95 %"'),
        (("first_dead_s", ""), "is no condition"),
    ],
)
def test_a_wrong_one_is_refused_with_its_reason(line: tuple[Any, ...], told: str) -> None:
    with pytest.raises((ExpectationError, MeasureError)) as error:
        read(line)
    assert told in str(error.value)


class TestContradictions:
    @pytest.mark.parametrize(
        "lines",
        [
            [("first_dead_s", "<= 5 s"), ("first_dead_s", ">= 8 s")],
            [
                ("first_dead_s", "<= 5 s", {AXIS: "1s"}),
                ("first_dead_s", ">= 8 s", {"scenario": "a"}),
            ],
            [("first_dead_s", "< 5 s"), ("first_dead_s", "= 5 s")],
            [("first_dead_s.median", "> 5 s"), ("first_dead_s.p99", "<= 5 s")],
            [("first_dead_s", "= 5 s"), ("first_dead_s.median", "= 6 s", {"variant": "swim"})],
            [("known_to_all_s", "<= 5 s"), ("full_dissemination_s.p90", ">= 6 s")],
            [
                ("first_dead_s", "< lifeguard", {"variant": "swim"}),
                ("first_dead_s", "<= swim", {"variant": "lifeguard"}),
            ],
            [("false_positive_incidents", "= 0"), ("wrong_deaths", "> 0", {AXIS: "2s"})],
        ],
    )
    def test_two_that_cannot_both_hold_are_named(self, lines: list[Any]) -> None:
        ((place, message),) = contradictions(read(*lines))
        assert place == 1
        assert "expect 1 (" in message and "expect 2 (" in message
        assert "cannot both hold" in message

    def test_three_in_a_circle_are_named(self) -> None:
        lines = (
            ("first_dead_s", "<= 5 s", {"variant": "lifeguard"}),
            ("first_dead_s", ">= 8 s", {"variant": "swim"}),
            ("first_dead_s", "< lifeguard", {"variant": "swim"}),
        )
        ((place, message),) = contradictions(read(*lines))
        assert place == 2 and "cannot all hold" in message

    def test_what_can_never_hold_is_named_alone(self) -> None:
        for line in (("runs_agreed", "> 100 %"), ("wrong_deaths", "< 0")):
            ((place, message),) = contradictions(read(line))
            assert place == 0 and message.startswith("expect 1 (") and "can never hold" in message

    @pytest.mark.parametrize(
        "lines",
        [
            [("first_dead_s", "<= 5 s"), ("first_dead_s", ">= 5 s")],
            [
                ("first_dead_s", "<= 5 s", {"variant": "swim"}),
                ("first_dead_s", ">= 8 s", {"variant": "lifeguard"}),
                ("first_dead_s", "< lifeguard", {"variant": "swim"}),
            ],
            [("first_dead_s.median", "<= 5 s"), ("first_dead_s.p99", ">= 6 s")],
            [("first_dead_s", "<= 5 s", {AXIS: "1s"}), ("first_dead_s", ">= 8 s", {AXIS: "2s"})],
            [("first_dead_s", "<= 0.3 s"), ("first_dead_s", ">= 0.1 s"), ("wrong_deaths", "= 0")],
            [("first_dead_s.mean", "<= 5 s"), ("first_dead_s.median", ">= 6 s")],
        ],
    )
    def test_what_can_hold_together_is_let_through(self, lines: list[Any]) -> None:
        assert contradictions(read(*lines)) == []
