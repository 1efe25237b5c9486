# SPDX-License-Identifier: GPL-2.0-only
"""result.json is read into values, and what is wrong with it is told with its place."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import made_up_tunes as tunes
import pytest
from made_up_tunes import BURIALS, KNOWN

from analysis.run import seal
from analysis.run.records import RecordError
from analysis.tune.result import Result, read_result

Spoil = Callable[[dict[str, Any]], Any]


def read(tmp_path: Path, made: dict[str, Any]) -> Result:
    return read_result(tunes.write(tmp_path / "tune", made))


def test_reads_what_was_found(tmp_path: Path) -> None:
    result = read(tmp_path, tunes.normal())
    assert [choice.rank for choice in result.choices] == [1, 2, 3, 0]
    assert result.best is not None and result.best.path[KNOWN].interval == (7.6 * 0.98, 7.6 * 1.02)
    assert result.best.runs == {"path": 400, "packet": 64}
    assert result.goal(KNOWN) == result.goal("<= 8 s") == result.goals[0]
    assert result.goal("no such") is None
    assert result.axes[0].name == "gossip_lan.probe_interval" and result.axes[2].default == "3"
    assert sum(result.runs.values()) == 4200


def test_default_has_no_rank_and_nothing_must_be_recommended(tmp_path: Path) -> None:
    made = tunes.impossible()
    made["default"] = None
    result = read(tmp_path, made)
    assert result.best is None and list(result.choices) == []


@pytest.mark.parametrize(
    ("found", "value", "low", "high"),
    [
        ({"value": None, "low": 7.0, "high": None, "why": "never"}, math.inf, 7.0, math.inf),
        ({"value": None, "low": None, "high": None, "why": "never"}, math.inf, None, None),
        ({"value": None, "low": None, "high": -2.0, "why": "never"}, -math.inf, -math.inf, -2.0),
        ({"value": 7.0, "low": 6.0, "high": None, "why": ""}, 7.0, 6.0, math.inf),
        ({"value": None, "low": None, "high": None, "why": "no crash"}, None, None, None),
    ],
)
def test_null_that_never_came_is_longer_than_any_number(
    tmp_path: Path, found: dict[str, Any], value: float, low: float, high: float
) -> None:
    made = tunes.normal()
    made["recommended"][0]["path"][KNOWN] = {"n": 9, **found}
    estimate = read(tmp_path, made).recommended[0].path[KNOWN]
    assert (estimate.value, estimate.low, estimate.high) == (value, low, high)
    assert estimate.why == ("no crash" if value is None else "")


def test_alternatives_have_no_range(tmp_path: Path) -> None:
    made = tunes.normal()
    made["axes"][0] |= {"low": None, "high": None, "scale": "choice"}
    assert read(tmp_path, made).axes[0].low == ""


def _set(path: str, value: Any) -> Spoil:
    def spoil(made: Any) -> None:
        *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
        for step in way:
            made = made[step]
        if value is KeyError:
            del made[last]
        else:
            made[last] = value

    return spoil


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_set("format", 2), "format is 2; it must be 1, the one that this reader knows"),
        (_set("title", KeyError), "result.json: title is missing"),
        (_set("title", 7), "title is 7; it must be a text"),
        (_set("product", []), "product is []; it must be an object"),
        (_set("goals/1/limit", "1"), 'goals[1].limit is "1"; it must be a number'),
        (_set("goals/0/op", "<"), 'goals[0].op is "<"; it must be <= or >='),
        (_set("settings/3/runs", -1), "settings[3].runs is -1; it must be a whole number of at"),
        (_set("settings/3", 4), "settings[3] is 4; it must be an object"),
        (
            _set("recommended/0/path/known_to_all_s.p99/low", True),
            "recommended[0].path.known_to_all_s.p99.low is true; it must be a number",
        ),
        (
            _set("recommended/0/path/known_to_all_s.p99/low", 99.0),
            "path.known_to_all_s.p99.low is 99.0; it must be no more than high, which is 7.752",
        ),
        (_set("recommended/1/kept/known_to_all_s.p99", 1), "is 1; it must be true or false"),
        (_set("recommended/0/robust/0/what", None), "recommended[0].robust[0].what is missing"),
        (_set("runs/search", 1.5), "runs.search is 1.5; it must be a whole number"),
        (_set("front", ["s6", "s1000"]), 'front is "s1000"; it must be ids of settings'),
        (_set("sensitivity/0/axis", "x"), 'sensitivity[0].axis is "x"; it must be the key of an'),
        (
            _set("contradictions", [{"goals": ["a", "b", "c"]}]),
            'contradictions[0].goals is ["a", "b", "c"]; it must be the names of one goal or two',
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, spoil: Spoil, told: str) -> None:
    made = tunes.normal()
    spoil(made)
    with pytest.raises(RecordError) as error:
        read(tmp_path, made)
    assert told in str(error.value)
    assert str(error.value).startswith(str(tmp_path / "tune" / "result.json"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "not JSON"),
        ('{"format": NaN}', "NaN is no number; what never came is null"),
        ("[]", "is not what ./swimlab tune wrote"),
    ],
)
def test_file_that_is_no_result_is_refused(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "result.json").write_text(content)
    with pytest.raises(RecordError, match=told):
        read_result(tmp_path)


def test_missing_file_is_told_with_what_writes_it(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no such file; ./swimlab tune writes it"):
        read_result(tmp_path)


def test_sealed_file_notices_that_it_was_changed(tmp_path: Path) -> None:
    folder = tunes.write(tmp_path, tunes.normal())
    file = folder / "result.json"
    file.write_text(seal.sealed(file.read_text()))
    assert read_result(folder).title == "A LAN of 400 at 2 % loss, for Consul"
    file.write_text(file.read_text().replace("LAN of 400", "LAN of 401"))
    with pytest.raises(RecordError, match="was changed after it was written"):
        read_result(folder)


def test_no_text_turns_the_direction_of_what_follows(tmp_path: Path) -> None:
    made = tunes.normal()
    made["recommended"][0]["block"] = "a = 1 \u202e\u2066# 2"
    made["title"] = "\u202dx"
    made["product"]["sources"] = ["\u2069y"]
    result = read(tmp_path, made)
    assert result.best is not None and result.best.block == "a = 1 # 2"
    assert (result.title, result.product.sources) == ("x", ("y",))
    assert BURIALS in result.best.path
