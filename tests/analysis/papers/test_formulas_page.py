# SPDX-License-Identifier: GPL-2.0-only
"""The verdicts of the table of formulas: each fails when its number is beyond its tolerance."""

from __future__ import annotations

import math
from typing import Any

import paper_numbers
import pytest
from paper_numbers import est

from analysis.papers.claims import Claim
from analysis.papers.formulas import page as page_module
from analysis.papers.formulas import rows
from analysis.papers.formulas.page import render
from analysis.papers.paper import Paper
from analysis.papers.published import Published
from analysis.papers.target import Elsewhere, Target
from analysis.theory.accuracy import probe_failure
from analysis.theory.load import messages_a_probe

PUBLISHED = Paper("formulas").published


def own_rows(numbers: paper_numbers.Numbers) -> list[Target]:
    return [
        *rows.probes(numbers),
        *rows.detection(numbers, PUBLISHED),
        *rows.load(numbers),
        *rows.suspicion(numbers, PUBLISHED),
        *rows.infection(numbers, PUBLISHED),
    ]


def failed(numbers: paper_numbers.Numbers) -> list[str]:
    return [f"{row.name} {row.what}" for row in own_rows(numbers) if row.passed is False]


def test_what_is_as_expected_passes() -> None:
    found = own_rows(paper_numbers.formulas())
    assert [row.what for row in found if row.passed is not True] == []
    assert {row.name for row in found} == {"V1", "V2", "V3", "V6", "V7"}


def one(numbers: paper_numbers.Numbers, study: str, place: int = 0) -> dict[str, Any]:
    return numbers[study][place]


@pytest.mark.parametrize(
    "study, place, change, row",
    [
        # Of a million probes 2.5758 standard errors are 343.
        ("probes", 0, {"failed": 18_086 + 345}, "V1"),
        ("probes", 0, {"failed": 18_086 - 345}, "V1"),
        ("probes", 0, {"messages_a_probe": est(2.3117 * 1.0051)}, "V3"),
        ("load", 0, {"received_per_period": est(2.011)}, "V3"),
        ("load", 0, {"sent_per_period_sd": est(0.9813 * 1.031)}, "V3"),
        ("detection", 0, {"first_ping": est(1.03) | {"standard_error": 0.015}}, "V2"),
        ("detection", 0, {"rounds": est(1.51) | {"standard_error": 0.015}}, "V2"),
        ("confirmations", 1, {"longest": 16.002}, "V6"),
        ("confirmations", 2, {"shortest": 63.216, "longest": 63.216}, "V6"),
        ("timeouts", 0, {"shortest": 8.9}, "V6"),
        ("infection", 0, {"all": est(3.87 * 1.051)}, "V7"),
        ("infection", 0, {"median": est(2.39 * 0.949)}, "V7"),
    ],
)
def test_what_is_beyond_its_tolerance_fails(
    study: str, place: int, change: dict[str, Any], row: str
) -> None:
    numbers = paper_numbers.formulas()
    one(numbers, study, place).update(change)
    found = failed(numbers)
    assert len(found) == 1 and found[0].startswith(row), found


def test_news_that_is_far_slower_than_the_logistic_law_fails_twice() -> None:
    numbers = paper_numbers.formulas()
    numbers["infection"][0]["median"] = est(2.6)
    assert [text.split(" ")[0] for text in failed(numbers)] == ["V7", "V7"]


def test_wait_of_one_run_is_not_judged() -> None:
    numbers = paper_numbers.formulas()
    numbers["detection"][0]["first_ping"] = est(0.98) | {"standard_error": None}
    row = rows.detection(numbers, PUBLISHED)[0]
    assert row.passed is None and row.verdict == "not measured"


def test_failure_is_told_at_the_top() -> None:
    numbers = paper_numbers.formulas()
    numbers["timeouts"][0] |= {"shortest": 12.0, "longest": 12.0}
    page = render(numbers, PUBLISHED, None)
    assert not any(text.startswith("**V6**") for text in page.believe)
    (told,) = [text for text in page.not_believe if text.startswith("**V6**")]
    assert "1 of" in told and "SWIM's suspicion, 18 members" in told
    assert "**fails**" in page.markdown()


def test_formulas_are_those_that_were_published() -> None:
    """Theory's code and the published digits, which were worked out apart from each other."""
    for value in PUBLISHED:
        if value.id.startswith("v1."):
            loss = float(value.where["loss"].removesuffix("%")) / 100
            expected = probe_failure(loss, int(value.where["helpers"]))
            assert value.value == pytest.approx(expected, rel=1e-4), value.id
    assert PUBLISHED["v3.loss.10-3"].value == pytest.approx(messages_a_probe(0.1, 3), abs=5e-4)


def test_round_robin_is_a_little_faster_than_targets_drawn_anew() -> None:
    for members in (8, 56):
        m = members - 1
        anew = 1 / (1 - (1 - 1 / m) ** m)
        assert 0.9 * anew < rows.round_robin_rounds(members) < anew
        assert PUBLISHED[f"v2.rounds.N{members}"].value == pytest.approx(anew, abs=6e-4)
    assert math.isclose(rows.round_robin_rounds(2), 1.0)


def claims_of(numbers: dict[str, float], published: Published) -> list[Claim]:
    """What another paper could hold its numbers to."""
    return [
        Claim("medians within 0.25 s", f"{numbers['off']:g} s off", numbers["off"] <= 0.25),
        Claim("medians are told", "", None),
        Claim("something else", "1", True),
    ]


def test_targets_of_another_paper_are_what_it_holds_its_numbers_to() -> None:
    elsewhere = Elsewhere("other", __name__, "claims_of", ("medians",))
    found = elsewhere.targets("V4", {"off": 0.3}, PUBLISHED)
    assert [(row.name, row.measured, row.passed) for row in found] == [
        ("V4", "0.3 s off", False),
        ("V4", "–", None),
    ]
    assert elsewhere.targets("V4", {"off": 0.2}, PUBLISHED)[0].verdict == "passes"


def test_target_of_a_paper_without_numbers_is_said_not_to_be_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(page_module.OTHERS, "V4", Elsewhere("no-such-paper", "none", "none"))
    page = render(paper_numbers.formulas(), PUBLISHED, None)
    assert any("**V4**" in text and "not measured yet" in text for text in page.not_believe)
    assert (
        "| V4 | Lifeguard's times of first detection | – | – | – | not measured |"
        in page.markdown()
    )
