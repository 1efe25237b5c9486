# SPDX-License-Identifier: GPL-2.0-only
"""The table of who knows each crash against time."""

from __future__ import annotations

from pathlib import Path

from run_tables import RunTable

from analysis.run.metrics import OWN_CURVES
from analysis.campaign.spread import spread, spread_lines


def noticed() -> RunTable:
    """Of four others, one declares m4 dead after 5 s, one after 5.25 s, two after 5.5 s."""
    table = RunTable(members=5).truth(10, "crash", "m4").says(11, "m0", "suspect", "m4")
    table.says(15, "m0", "dead", "m4").says(15.25, "m1", "dead", "m4")
    return table.says(15.5, "m2 m3", "dead", "m4")


def test_shares_stand_at_round_instants_around_the_news(tmp_path: Path) -> None:
    found = spread([noticed().metrics(tmp_path)])
    assert found is not None
    assert found["after_s"] == [5, 5.1, 5.2, 5.3, 5.4, 5.5]
    (crash,) = found["crashes"]
    assert crash["share"] == [0.25, 0.25, 0.25, 0.5, 0.5, 1]
    assert crash["known_to_50_percent_s"] == 5.25
    assert crash["known_to_90_percent_s"] == crash["full_dissemination_s"] == 5.5
    assert spread_lines(found)[-1].split()[:3] == ["m4", "25", "%"]


def test_news_that_is_not_complete_is_not_rounded_to_all(tmp_path: Path) -> None:
    table = RunTable(members=3000).truth(1, "crash", "m2999")
    table.says(5, " ".join(f"m{i}" for i in range(2998)), "dead", "m2999")
    found = spread([table.metrics(tmp_path)])
    assert found is not None
    assert "99.9 %" in spread_lines(found)[-1] and "100 %" not in spread_lines(found)[-1]
    assert spread_lines(found)[-1].endswith("-")


def test_there_is_no_table_of_nothing_or_of_too_many(tmp_path: Path) -> None:
    run = noticed().metrics(tmp_path)
    assert spread([RunTable().truth(10, "crash", "m3").metrics(tmp_path / "unnoticed")]) is None
    assert spread([run] * OWN_CURVES) is not None
    assert spread([run] * (OWN_CURVES + 1)) is None
