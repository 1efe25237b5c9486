# SPDX-License-Identifier: GPL-2.0-only
"""Lifeguard's page: the paper's own numbers meet what must hold, and numbers that are off do not."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from made_up_studies import cell, study

from analysis.papers.claims import Claim
from analysis.papers.lifeguard_2018.claimed import (
    CONFIGS,
    TUNINGS,
    accuracy_claims,
    judge_claims,
    latency_claims,
    ratio_of,
)
from analysis.papers.lifeguard_2018.judged import PARTS
from analysis.papers.lifeguard_2018.measured import SLOW, measure
from analysis.papers.lifeguard_2018.told import render
from analysis.papers.paper import Paper
from analysis.papers.published import Published

REPETITIONS = 10


@pytest.fixture(scope="module")
def published() -> Published:
    return Paper("lifeguard-2018").published


def estimate(value: float) -> dict[str, Any]:
    return {"value": value, "low": value - 0.1, "high": value + 0.1, "n": 100}


def sums(fp: float, fp_minus: float, messages: float, bytes_: float, runs: int) -> dict[str, Any]:
    """Of a part of the design with so many runs, all repetitions alike."""
    whole = {"fp": fp, "fp_minus": fp_minus, "incidents": fp / 10}
    whole |= {"messages": messages, "bytes": bytes_}
    spread = {name: [value / REPETITIONS] * REPETITIONS for name, value in whole.items()}
    return {"runs": runs, "member_s": runs * 128 * 112.2, **spread}


def as_the_paper(published: Published) -> dict[str, Any]:
    """Numbers that are the paper's."""

    def latency(what: str, config: str) -> dict[str, Any]:
        names = ("median", "p99", "p999")
        return {name: estimate(published[f"t5.{what}.{name}.{config}"].value) for name in names}

    def tuned(what: str, tuning: str) -> dict[str, Any]:
        swim = latency(what, "SWIM")
        percent = {name: published[f"t7.{what}.{name}.{tuning}"].value for name in swim}
        return {name: estimate(swim[name]["value"] * percent[name] / 100) for name in swim}

    def accuracy(config: str) -> dict[str, Any]:
        found = [published[f"t4.{part}.{config}"].value for part in ("fp", "fp_minus")]
        load = [published[f"t6.{part}.{config}"].value for part in ("messages", "bytes")]
        by_slow = {
            value.where["C"]: sums(value.value, 1, 1, 1, 480)
            for value in published.of("false positives by slow members", config=config)
        }
        return {"all": sums(*found, *load, 4320), "by_slow": by_slow}

    def tuned_accuracy(tuning: str) -> dict[str, Any]:
        found = [
            published[f"t7.{part}.{tuning}"].value / 100 * published[f"t4.{part}.SWIM"].value
            for part in ("fp", "fp_minus")
        ]
        return {"all": sums(*found, 1, 1, 4320), "by_slow": {}}

    kinds = ("dead", "known")
    return {
        "latency": {c: {what: latency(what, c) for what in kinds} for c in CONFIGS},
        "tuned_latency": {t: {what: tuned(what, t) for what in kinds} for t in TUNINGS},
        "accuracy": {config: accuracy(config) for config in CONFIGS},
        "tuned_accuracy": {tuning: tuned_accuracy(tuning) for tuning in TUNINGS},
        "judged": {"SWIM-C8": {"at-once": runs_of(40), "1ms-each": runs_of(60)}},
    }


def runs_of(incidents: int) -> dict[str, Any]:
    found: dict[str, Any] = {part: [incidents] * 10 for part in PARTS}
    return found | {"slow_times": [56] * 10, "messages": [8.0] * 10, "late": 0}


def failing(claims: list[Claim]) -> list[str]:
    return [claim.text for claim in claims if not claim.holds]


def test_the_paper_meets_what_its_numbers_are_held_to(published: Published) -> None:
    numbers = as_the_paper(published)
    assert failing(latency_claims(numbers, published)) == []
    assert failing(accuracy_claims(numbers, published)) == []
    assert ratio_of(numbers, "a2b6", "fp") == pytest.approx(24.16)
    assert ratio_of(numbers, "a4b2", "dead", "median") == pytest.approx(82.96)


def test_a_median_that_is_off_by_more_than_a_quarter_of_a_second_fails(
    published: Published,
) -> None:
    numbers = as_the_paper(published)
    numbers["tuned_latency"]["a2b2"]["dead"]["median"] = estimate(6.61 + 0.27)
    assert failing(latency_claims(numbers, published)) == [
        "first dead, median: within 0.25 s of the paper for every configuration and published tuning"
    ]


@pytest.mark.parametrize(
    ("config", "factor", "fails"),
    [
        ("LHA-Probe", 0.04, ["published order", "ratios to SWIM", "absolute numbers"]),
        ("LHA-Suspicion", 2.1, ["ratios to SWIM"]),
        ("Lifeguard", 1.9, []),
    ],
)
def test_false_positives_that_are_off_fail(
    published: Published, config: str, factor: float, fails: list[str]
) -> None:
    numbers = as_the_paper(published)
    whole = numbers["accuracy"][config]["all"]
    whole["fp"] = [value * factor for value in whole["fp"]]
    found = failing(accuracy_claims(numbers, published))
    assert len(found) == len(fails)
    assert all(words in text for words, text in zip(fails, found))


def test_the_judge_is_among_the_readings_or_not(published: Published) -> None:
    numbers = as_the_paper(published)
    inside = {"SWIM-C8": runs_of(50)}
    outside = {"SWIM-C8": runs_of(90)}
    assert failing(judge_claims(numbers["judged"], inside)) == []
    assert len(failing(judge_claims(numbers["judged"], outside))) == 1
    assert judge_claims(numbers["judged"], {}) == []


def test_the_page_says_what_fails_where_a_reader_looks_first(published: Published) -> None:
    numbers = as_the_paper(published)
    page = render(numbers, published, {"SWIM-C8": runs_of(50)})
    assert any("to a factor of two" in sentence for sentence in page.believe)
    off = copy.deepcopy(numbers)
    off["accuracy"]["Lifeguard"]["all"]["fp"] = [1e6] * REPETITIONS
    page = render(off, published, None)
    assert not any("to a factor of two" in sentence for sentence in page.believe)
    assert any("to a factor of two" in sentence for sentence in page.not_believe)
    assert "It was not asked yet" in page.markdown()


def test_cells_without_runs_leave_numbers_out(tmp_path: Path, published: Published) -> None:
    """As of a part of the studies."""
    import analysis.papers.lifeguard_2018.measured as measured

    empty = study([cell(name, resolved={SLOW: "random 8"}) for name in CONFIGS], tmp_path)
    tuned = study([cell(name, resolved={SLOW: "random 8"}) for name in TUNINGS[:-1]], tmp_path)
    folders = {name: Path(name) for name in ("threshold", "interval", "judged")}
    folders |= {f"tunings-{name}": Path(f"tunings-{name}") for name in ("threshold", "interval")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            measured, "read_study", lambda path: tuned if "tunings" in str(path) else empty
        )
        numbers = measure(folders)
    assert numbers["accuracy"]["SWIM"]["all"]["runs"] == 0
    text = render(numbers, published, None).markdown()
    assert "| SWIM | first dead, median | 12.44 s | – |" in text
