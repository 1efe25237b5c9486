# SPDX-License-Identifier: GPL-2.0-only
"""The table of `./swimlab advise`: how it is made, what it says, and how far that holds."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.advice.burials import NAMES, Counted, fitted, levelled
from analysis.advice.held_out import Compared, compared, p99_error, validated, within
from analysis.advice.lookup import (
    YEAR_S,
    NotCovered,
    Range,
    Setting,
    Table,
    TableError,
    read_table,
    terms,
)
from analysis.advice.make import HELD_OUT_TABLE
from analysis.advice.page import burials_table, held_out_table, parts_table
from analysis.run import seal

TABLE = read_table()
TENTH = 0.1
"""What held-out times of detection must be told within."""


@pytest.fixture(scope="module")
def held_out() -> list[Compared]:
    """Cases that the table lacks, as their own runs measured them, beside the table as it is now."""
    content = HELD_OUT_TABLE.read_bytes()
    assert not seal.is_broken(content)
    return compared(TABLE, json.loads(content)["cases"])


def test_held_out_cases_are_none_of_the_table(held_out: list[Compared]) -> None:
    assert len(held_out) >= 20
    for each in held_out:
        assert each.case["members"] not in TABLE.raw["detection"]["members"]
    seeds = [study["seeds"] for study in TABLE.raw["made"]["studies"]]
    for study in json.loads(HELD_OUT_TABLE.read_bytes())["made"]["studies"]:
        low, high = study["seeds"]
        assert all(high < first or last < low for first, last in seeds)


def test_tells_the_median_of_held_out_cases_within_a_tenth(held_out: list[Compared]) -> None:
    for each in held_out:
        error = each.error("median")
        assert error is not None and abs(error) <= TENTH, each.case


def test_tells_the_99th_percentile_within_a_tenth(held_out: list[Compared]) -> None:
    """Of all held-out crashes, each measured by what is told of its case: one in a hundred takes longer."""
    over = [each for one in held_out for each in one.over_p99]
    assert len(over) >= 1000
    assert abs(p99_error(held_out)) <= TENTH
    assert sum(each > 1 + TENTH for each in over) < 0.01 * len(over)


def test_tells_false_burials_of_held_out_cases_within_its_interval(
    held_out: list[Compared],
) -> None:
    for each in held_out:
        assert each.burials_within, (each.case, each.expected.burials)


def test_the_table_repeats_what_the_held_out_cases_say(held_out: list[Compared]) -> None:
    assert validated(held_out) == TABLE.raw["validated"]


def test_loss_changes_no_time_of_detection(held_out: list[Compared]) -> None:
    """The table's times are of runs without loss, the held-out cases' of up to 8 %: those with most loss are
    told as well as those with least."""
    errors = {
        high: [
            abs(each.error("median") or 0)
            for each in held_out
            if (each.case["loss"] > 0.03) == high
        ]
        for high in (False, True)
    }
    assert max(errors[True]) <= TENTH and max(errors[False]) <= TENTH


def test_an_entry_is_told_as_it_was_measured() -> None:
    load = TABLE.raw["load"]
    for size in load["members"]:
        for interval in load["intervals_s"]:
            found = TABLE.expected(size, 0.02, Setting(interval, 4))
            cell = load["cells"][f"{size}/0.02/{interval:g}/4"]
            assert found.bytes.value == pytest.approx(cell["bytes"])
            assert found.messages.value == pytest.approx(cell["messages"])


def test_parts_of_a_time_add_up() -> None:
    """Four, the logarithm of 100, and what was measured of the rest."""
    setting = Setting(1.0, 4)
    found = TABLE.expected(100, 0.0, setting).median_s
    wait = TABLE.raw["detection"]["wait"]["100"]["median"]
    place = TABLE.raw["detection"]["intervals_s"].index(1.0)
    spread = TABLE.raw["detection"]["spread_s"]["100"][place]
    assert found.value == pytest.approx(8 + wait[0] + spread)
    assert found.low == pytest.approx(8 + wait[1] + spread)
    assert 1.0 < wait[0] < 3.0 and 0.0 < spread < 1.0


@pytest.mark.parametrize("loss", [0.0, 0.01, 0.05])
def test_more_time_to_refute_buries_fewer(loss: float) -> None:
    for members in (30, 100, 110, 400, 1000):
        rates = [
            TABLE.expected(members, loss, Setting(0.5, mult)).burials.high for mult in (2, 4, 8)
        ]
        assert rates == sorted(rates, reverse=True), members


def test_more_loss_buries_more() -> None:
    for members in (10, 30, 100, 110, 400):
        rates = [
            TABLE.expected(members, loss, Setting(1.0, 4)).burials.value
            for loss in (0.01, 0.02, 0.05)
        ]
        assert rates == sorted(rates) and rates[-1] > 10 * rates[0], members


def test_without_loss_nobody_is_expected_to_be_buried() -> None:
    found = TABLE.expected(400, 0.0, Setting(1.0, 4)).burials
    assert found.value == found.low == 0 and 0 < found.high < 1


def test_burials_jump_where_each_news_is_sent_more_often() -> None:
    """100 members with one down send each news 8 times, 110 send it 12 times."""
    below = TABLE.expected(100, 0.05, Setting(0.5, 4)).burials.value
    above = TABLE.expected(110, 0.05, Setting(0.5, 4)).burials.value
    assert below > 5 * above


def test_what_lies_outside_is_refused() -> None:
    for members, loss, setting in (
        (9, 0.0, Setting(1.0, 4)),
        (1001, 0.0, Setting(1.0, 4)),
        (100, 0.2, Setting(1.0, 4)),
        (100, 0.0, Setting(0.1, 4)),
        (100, 0.0, Setting(1.0, 12)),
    ):
        with pytest.raises(NotCovered, match="the table covers 10 to 1,000 members"):
            TABLE.expected(members, loss, setting)


def test_a_table_that_was_changed_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "table.json"
    content = json.dumps({"format": 1, "wait": 2.5}, indent=1)
    file.write_text(seal.sealed(content))
    assert isinstance(read_table_raw(file), dict)
    file.write_text(seal.sealed(content).replace("2.5", "1.5"))
    with pytest.raises(TableError, match="was changed"):
        read_table(file)
    file.write_text(seal.sealed(content.replace('"format": 1', '"format": 9')))
    with pytest.raises(TableError, match="no table of format"):
        read_table(file)


def read_table_raw(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text())


def test_says_where_it_is_from() -> None:
    made = TABLE.raw["made"]
    assert made["runs"] == sum(study["runs"] for study in made["studies"]) > 500
    for study in made["studies"]:
        assert (HELD_OUT_TABLE.parents[2] / study["file"]).is_file()
        assert len(study["commit"]) == 40 and len(study["runs_sha256"]) == 64
    assert HELD_OUT_TABLE.with_name("table.json").stat().st_size < 500_000


TRUTH = np.array([-9.0, 5.0, 1.5, -1.0, 0.3])


def _cells(rng: np.random.Generator) -> list[Counted]:
    found = []
    for members in (30, 100):
        for loss in (0.02, 0.05, 0.1):
            for interval in (0.25, 1.0, 5.0):
                for mult in (2, 4, 8):
                    of = terms(members, loss, Setting(interval, mult))
                    probes = 200_000.0
                    mean = probes * math.exp(float(np.dot(TRUTH, of)))
                    found.append(Counted(tuple(of), int(rng.poisson(mean)), probes))
    return found


def test_the_model_finds_a_rate_that_was_planted() -> None:
    """Between and below the losses that were counted, its interval has the truth in 19 of 20."""
    asked = terms(60, 0.01, Setting(0.7, 3))
    truth = float(np.dot(TRUTH, asked))
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(100):
        beta, covariance, dispersion = fitted(_cells(rng), range(len(NAMES)))
        error = math.sqrt(float(np.array(asked) @ covariance @ np.array(asked)))
        held += abs(float(np.dot(beta, asked)) - truth) <= 1.96 * error
        assert 1.0 <= dispersion < 3.0
    assert 90 <= held <= 100


def test_a_level_is_found_with_the_coefficients_of_others() -> None:
    """The group has a hundredth of the rate, of which some ten are counted; all else it borrows."""
    rng = np.random.default_rng(11)
    lower = TRUTH - np.array([math.log(100), 0, 0, 0, 0])
    asked = np.array(terms(60, 0.05, Setting(0.7, 3)))
    truth = float(lower @ asked)
    held = 0
    for _ in range(100):
        beta, covariance, _ = fitted(_cells(rng), range(len(NAMES)))
        own = [
            Counted(
                each.terms,
                int(rng.poisson(each.probes * math.exp(lower @ each.terms))),
                each.probes,
            )
            for each in _cells(rng)
        ]
        level, spread, dispersion = levelled(own, beta, covariance)
        assert np.allclose(level[1:], beta[1:]) and dispersion >= 1
        error = math.sqrt(float(asked @ spread @ asked))
        held += abs(float(level @ asked) - truth) <= 1.96 * error
    assert held >= 90


@pytest.mark.parametrize(
    ("count", "years", "low", "high", "fits"),
    [
        (0, 1.0, 0.0, 1.0, True),
        (0, 1.0, 3.0, 9.0, True),
        (0, 1.0, 4.0, 9.0, False),
        (3, 1.0, 0.0, 1.0, True),
        (4, 1.0, 0.0, 1.0, False),
        (7, 1.0, 0.0, 2.8, False),
        (7, 2.0, 0.0, 2.0, True),
    ],
)
def test_a_count_fits_a_rate_by_poissons_law(
    count: int, years: float, low: float, high: float, fits: bool
) -> None:
    """e^-3 is 5.0 %, e^-4 1.8 %; of a mean of 1, 3 or more come with 8 %, 4 or more with 1.9 %."""
    assert within(count, years, Range((low + high) / 2, low, high)) == fits


def test_a_rate_that_differs_from_table_is_an_error_of_it() -> None:
    case = {"median": [10.0, 9.0, 11.0], "bytes": 500.0, "known_s": [8.0, 100.0, None]}
    table = Table(TABLE.raw)
    expected = table.expected(400, 0.02, Setting(1.0, 4))
    found = Compared(case, expected)
    assert found.error("median") == pytest.approx(expected.median_s.value / 10 - 1)
    assert found.error("bytes") == pytest.approx(expected.bytes.value / 500 - 1)
    told = expected.p99_s.value
    assert found.over_p99 == [8.0 / told, 100.0 / told, math.inf]
    assert p99_error([found]) == math.inf


def test_the_page_has_the_numbers_of_the_table(held_out: list[Compared]) -> None:
    page = (HELD_OUT_TABLE.parents[2] / "docs" / "tune" / "advise.md").read_text()
    for made in (parts_table(TABLE), burials_table(TABLE), held_out_table(held_out)):
        assert made in page
