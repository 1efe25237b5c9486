# SPDX-License-Identifier: GPL-2.0-only
"""Verdicts: conditions, the line, and every mistake that a [verdict] can hold."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from run_tables import RunTable

from analysis.campaign.measures import MEASURES
from analysis.campaign.summary import write_summary
from analysis.campaign.verdict import VerdictError, names_in, point_name, read_expectations

PRESETS = ("memberlist-lan", "recommended-lan")


def verdict(*lines: tuple[str, str, str]) -> dict[str, Any]:
    """A verdict as the plan has it, from (measure, point, condition)."""
    keys = ("measure", "point", "condition")
    return {
        "about": "two sides",
        "expectations": [
            dict(zip(keys, line)) | {"place": f"s.toml:{number}"}
            for number, line in enumerate(lines, 1)
        ],
    }


def partitioned(preset: str, seed: int, back_after_s: float | None) -> RunTable:
    """Two members parted from 10 s to 20 s that bury each other, and perhaps find back."""
    table = RunTable(members=2).partition(10, "m0", "m1")
    table.says(15, "m0", "dead", "m1").says(15, "m1", "dead", "m0").truth(20, "heal")
    if back_after_s is not None:
        table.says(20 + back_after_s, "m0", "joined", "m1", 2)
        table.says(20 + back_after_s, "m1", "joined", "m0", 2)
    table.overrides = {"point": {"cluster.preset": preset}, "seed": seed}
    return table


def judged(folder: Path, expected: dict[str, Any], *presets: str) -> dict[str, Any]:
    """The verdict on two runs a preset: memberlist-lan stays apart, the other is one after 3 s and
    4 s."""
    for point, preset in enumerate(presets or PRESETS):
        for seed in (1, 2):
            back_after_s = None if preset == "memberlist-lan" else 2.0 + seed
            run = folder / "runs" / f"p00{point}-seed-{seed}"
            partitioned(preset, seed, back_after_s).write(run)
    (folder / "campaign.json").write_text(json.dumps({"verdict": expected}))
    summary = write_summary(folder, jobs=1)
    assert json.loads((folder / "summary.json").read_text())["verdict"] == summary["verdict"]
    return summary["verdict"]


def test_nothing_is_as_expected_where_the_machine_was_too_slow(tmp_path: Path) -> None:
    for seed, valid in ((1, True), (2, False)):
        run = partitioned("memberlist-lan", seed, None)
        run.overrides |= {"point": {}, "valid": valid}
        run.write(tmp_path / "runs" / f"seed-{seed}")
    expected = verdict(("runs_one_again", "each", "= 0 %"))
    (tmp_path / "campaign.json").write_text(json.dumps({"verdict": expected}))
    summary = write_summary(tmp_path, jobs=1)
    assert summary["invalid_runs"] == ["seed-2"]
    assert summary["verdict"]["text"].endswith(
        "(NOT valid: the machine was too slow in 1 of 2 runs)"
    )
    assert not summary["verdict"]["as_expected"]


def test_line_says_what_came_out_at_each_point(tmp_path: Path) -> None:
    found = judged(
        tmp_path,
        verdict(
            ("runs_one_again", "memberlist-lan", "0 %"),
            ("runs_one_again", "recommended-lan", "= 100 %"),
            ("one_again_s", "recommended-lan", "<= 4 s"),
            ("false_positives", "each", "= 0"),
        ),
    )
    assert found["text"] == (
        "verdict: two sides: memberlist-lan one again in 0 of 2 runs, never one again after the"
        " heal, 0 false positives; recommended-lan one again in 2 of 2 runs, 3.5 s (at most 4.0 s)"
        " after the heal, 0 false positives (as expected)"
    )
    assert found["as_expected"]
    assert [check["holds"] for check in found["checks"]] == [True] * 5


def test_never_is_longer_than_any_number(tmp_path: Path) -> None:
    """One of two runs is one again after 3 s: "within 60 s" is then broken, not kept."""
    for seed, back_after_s in ((1, 3.0), (2, None)):
        run = partitioned("memberlist-lan", seed, back_after_s)
        run.overrides["point"] = {}
        run.write(tmp_path / "runs" / f"seed-{seed}")
    expected = verdict(("one_again_s", "each", "<= 60 s"), ("one_again_s", "each", "> 3600 s"))
    (tmp_path / "campaign.json").write_text(json.dumps({"verdict": expected}))
    found = write_summary(tmp_path, jobs=1)["verdict"]
    assert [check["holds"] for check in found["checks"]] == [False, True]
    assert "3.0 s (at most 3.0 s) after the heal, 1 of 2 never" in found["text"]


@pytest.mark.parametrize(
    ("measure", "never", "came", "awaited"),
    [
        ("one_again_s", {"partition": {"remerged_s": None}}, "remerged", "partitions"),
        (
            "known_to_all_s",
            {"full_dissemination_s": None, "crashes_held_gone_already": 0},
            "crashes_known_to_all",
            "crashes",
        ),
        ("accepted_s", {"restarts": {"accepted_s": None}}, "accepted_by_all", "restarts"),
    ],
)
def test_every_time_is_infinite_as_soon_as_one_never_came(
    measure: str, never: dict[str, Any], came: str, awaited: str
) -> None:
    times = {"median": 2.0, "p99": 3.0, "max": 3.0, "ci95": None}

    def value(count: int, of: int = 3) -> float | None:
        summary = json.loads(json.dumps(never).replace("null", json.dumps(times)))
        nested = [part for part in summary.values() if isinstance(part, dict) and part != times]
        (nested[0] if nested else summary).update({came: count, awaited: of})
        return MEASURES[measure].value(summary)

    assert value(3) == 3.0
    assert value(2) == math.inf
    assert value(0, of=0) is None, "nothing was awaited"


def test_line_names_what_was_not_as_expected(tmp_path: Path) -> None:
    expected = verdict(
        ("runs_one_again", "each", "= 100 %"), ("one_again_s", "recommended-lan", "<= 3.9 s")
    )
    found = judged(tmp_path, expected)
    assert not found["as_expected"]
    assert found["text"].endswith(
        "(NOT as expected, which was runs_one_again = 100 % of memberlist-lan; one_again_s <= 3.9 s"
        " of recommended-lan)"
    )


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("< memberlist-lan", True),  # what never came took forever
        ("> memberlist-lan", False),
        ("= 4 s", True),
        ("4 s", True),
        ("4.0s", True),
        ("< 4 s", False),
        (">= 4 s", True),
        ("> 3.5 s", True),  # the longest is judged, not the median
    ],
)
def test_conditions_compare(tmp_path: Path, condition: str, holds: bool) -> None:
    found = judged(tmp_path, verdict(("one_again_s", "recommended-lan", condition)))
    assert found["as_expected"] is holds


def test_what_cannot_be_measured_is_not_as_expected(tmp_path: Path) -> None:
    found = judged(tmp_path, verdict(("crashes_known", "each", ">= 0 %")))
    assert not found["as_expected"]


def test_settled_sweep_is_judged_as_far_as_it_ran(tmp_path: Path) -> None:
    expected = verdict(
        ("runs_one_again", "memberlist-lan", "0 %"),
        ("one_again_s", "recommended-lan", "< memberlist-lan"),
        ("false_positives", "each", "= 0"),
    )
    found = judged(tmp_path, expected, "recommended-lan")
    assert [check["measure"] for check in found["checks"]] == ["false_positives"]
    assert found["text"].endswith("(as expected)")
    assert set(names_in(expected)) == {*PRESETS, "each"}


def test_point_nobody_expected_anything_of_is_no_success(tmp_path: Path) -> None:
    expected = verdict(("runs_one_again", "recommended-lan", "100 %"))
    found = judged(tmp_path, expected, "memberlist-lan")
    assert found["text"].endswith("(nothing was expected of this)")
    assert not found["as_expected"]


def test_without_a_verdict_the_summary_has_none(tmp_path: Path) -> None:
    partitioned("memberlist-lan", 1, None).write(tmp_path / "runs" / "seed-1")
    assert "verdict" not in write_summary(tmp_path, jobs=1)
    (tmp_path / "campaign.json").write_text('{"verdict": null}')
    assert "verdict" not in write_summary(tmp_path, jobs=1)


def test_points_are_called_by_the_values_of_the_axes() -> None:
    assert point_name({"cluster.preset": "swim", "network.loss": "5%"}) == "swim/5%"
    assert point_name({}) == "each"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            ("false_positive", "each", "= 0"),
            "s.toml:1: verdict.false_positive: there is no such measure; did you mean"
            " false_positives?",
        ),
        (
            ("false_positives", "recomended-lan", "= 0"),
            "s.toml:1: verdict.false_positives.recomended-lan: the sweep has no such point; did you"
            " mean recommended-lan?",
        ),
        (
            ("false_positives", "each", "none"),
            "s.toml:1: verdict.false_positives.each: the sweep has no point none; known are"
            " memberlist-lan, recommended-lan",
        ),
        (
            ("false_positives", "each", "=> 0"),
            's.toml:1: verdict.false_positives.each: "=> 0" is no condition; write a comparison and'
            ' a number or a point, such as "<= 5" or "< memberlist-lan"',
        ),
        (
            ("one_again_s", "each", "<= 60"),
            's.toml:1: verdict.one_again_s.each: "<= 60" has the wrong unit; write "<= 60 s"',
        ),
        (
            ("false_positives", "each", "0 %"),
            's.toml:1: verdict.false_positives.each: "0 %" has the wrong unit; write "= 0"',
        ),
    ],
)
def test_mistakes_are_found_before_the_runs(line: tuple[str, str, str], message: str) -> None:
    with pytest.raises(VerdictError) as error:
        read_expectations(verdict(line), PRESETS)
    assert str(error.value) == message
