# SPDX-License-Identifier: GPL-2.0-only
"""What studies promise, at full size: hours where the quick tests take seconds.

tests/analysis/test_study_compare.py and test_study_replication.py have a part of it.
"""

from __future__ import annotations

from typing import Any

import pytest

from analysis.checks.interval_coverage import PROMISED
from analysis.checks.sequential_coverage import (
    AT_LEAST,
    FALSE_ALARMS,
    FINDS,
    PLANTED,
    Case,
    amounts,
    called_different,
    cases,
    kept,
    planted,
)

REPETITIONS = 100
TRIALS = 1000


@pytest.mark.parametrize("case", planted(), ids=lambda case: f"{case[0]}, {case[1]}")
def test_a_difference_of_5_percent_is_found_and_none_is_invented(case: Any) -> None:
    found, _ = called_different(*case, PLANTED, REPETITIONS)
    invented, _ = called_different(*case, 1.0, REPETITIONS)
    assert found >= FINDS and invented <= FALSE_ALARMS


@pytest.mark.parametrize("at_least", AT_LEAST)
@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.statistic} of {case.words}")
def test_intervals_at_the_end_of_the_rule_keep_their_promise(case: Case, at_least: int) -> None:
    for amount in amounts(case):
        found = kept(case, at_least, amount, TRIALS)
        assert found.holds >= PROMISED - found.error, found
