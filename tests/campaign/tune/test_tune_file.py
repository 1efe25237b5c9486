# SPDX-License-Identifier: GPL-2.0-only
"""Tune files: what they ask, and that each mistake is told by file, line and what would be right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from campaign.build import ROOT
from campaign.errors import UserError
from campaign.tune.file import TuneFile, read_tune_file
from campaign.tune.products import product_named

GOOD = """\
title = "Four hundred"
budget = "30min"
[goal]
minimise = "known_to_all_s.p99"
known_to_all_s.p99 = "<= 8000 ms"
false_burials_per_member_year = "<= 1"
bytes_per_member_second = "<= 3 kB"
crashes_known = ">= 99 %"
[cluster]
members = 400
[network]
loss = "2%"
[vary]
probe_interval = {from = "0.5s", to = "2s"}
"gossip_lan.suspicion_mult" = [6, 2, 4]
"""


def read(tmp_path: Path, text: str, product: str = "consul") -> TuneFile:
    return read_tune_file(tmp_path / "t.toml", text.encode("utf-8"), product_named(product))


def test_says_what_is_asked(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD)
    assert found.title == "Four hundred" and found.budget.seconds == 1800 and found.seed == 1
    assert found.minimise == ("known_to_all_s.p99",)
    goals = {goal.measure: (goal.op, goal.limit, goal.unit) for goal in found.goals}
    assert goals == {
        "known_to_all_s.p99": ("<=", 8.0, "s"),
        "false_burials_per_member_year": ("<=", 1.0, "/year"),
        "bytes_per_member_second": ("<=", 3000.0, "B/s"),
        "crashes_known": (">=", 99.0, "%"),
    }
    (scenario,) = found.scenarios
    assert dict(scenario.settings) == {"cluster.members": "400", "network.loss": "2%"}
    assert scenario.text is not None and scenario.text.count(b"[[event]]") == 10


def test_varies_in_the_product_s_words_or_the_scenario_s(tmp_path: Path) -> None:
    interval, mult = read(tmp_path, GOOD).axes
    assert (interval.key, mult.key) == ("protocol.probe_interval", "protocol.suspicion_mult")
    assert interval.levels[0] == "525ms" and interval.levels[-1] == "2s"
    assert "1s" in interval.levels and mult.levels == ("2", "4", "6")


def test_varies_all_that_the_product_can_set_unless_told(tmp_path: Path) -> None:
    text = GOOD[: GOOD.index("[vary]")]
    options = read(tmp_path, text).options
    assert [option.name for option in options] == [
        option.name for option in product_named("consul").varied
    ]
    assert len(options) >= 5


def test_bad_days_have_weights(tmp_path: Path) -> None:
    for name in ("calm", "storm"):
        (tmp_path / f"{name}.toml").write_text("")
    head = GOOD[: GOOD.index("[cluster]")].replace(
        'title = "Four', 'scenarios = ["calm.toml", "storm.toml"]\nweights = [3, 1]\ntitle = "Four'
    )
    found = read(tmp_path, head).scenarios
    assert [(each.name, each.weight) for each in found] == [("calm", 3.0), ("storm", 1.0)]


@pytest.mark.parametrize(
    "old, new, line, words",
    [
        ('"<= 8000 ms"', '"8 s"', 5, 'is no limit; write <= or >= and a number, such as "<= 5 s"'),
        ('"<= 8000 ms"', '"<= 8"', 5, 'has no unit; write "<= 8 s"'),
        ('"<= 3 kB"', '"<= 3 s"', 7, 'is not in s; write "<= 3 B/s"'),
        ("known_to_all_s.p99 =", "known_to_al_s.p99 =", 5, "did you mean known_to_all_s.p99"),
        ("known_to_all_s.p99 =", "known_to_all_s.max =", 5, "a quantile can, such as known_to_all_s.p99"),
        ('minimise = "known_to_all_s.p99"\n', "", 3, "minimise is missing"),
        ("probe_interval =", "indirect_checks =", 14, "is compiled in"),
        ("probe_interval =", "colour =", 14, "what can be set: gossip_lan.probe_interval"),
        ('to = "2s"', 'to = "0.2s"', 14, "is empty"),
        ("[6, 2, 4]", "[]", 15, "a list of values"),
        ("[cluster]\nmembers = 400\n", "", 1, "it needs a [cluster] with its members"),
        ("members = 400", "members = 1", 10, "a whole number from 2 up"),
        ('budget = "30min"', 'budget = "30"', 2, 'write "90s", "15min", "2h" or "2000 runs"'),
        ("[goal]", "[goals]", 1, "there is no [goal]"),
        ("title =", "titel =", 1, "there is no titel; did you mean title?"),
        ("title =", 'scenarios = ["x.toml"]\ntitle =', 10, "two ways to say the same"),
        ("members = 400", 'members = "400"', 10, "a text; write it without the quotes"),
        ("title =", "weights = [3, 1]\ntitle =", 1, "with one [cluster] there is nothing to weigh"),
    ],
)  # fmt: skip
def test_mistakes_are_told_by_line_and_what_is_right(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert old in GOOD
    with pytest.raises(UserError) as error:
        read(tmp_path, GOOD.replace(old, new))
    assert re.search(rf"t\.toml:{line}: ", str(error.value)), error.value
    assert words in str(error.value)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tunes").glob("*.toml")), ids=lambda path: path.stem
)
def test_those_that_come_along_can_be_asked(path: Path) -> None:
    found = read_tune_file(path, path.read_bytes(), product_named("consul"))
    assert found.goals and found.axes and f"./swimlab tune tunes/{path.name}" in path.read_text()


@pytest.mark.parametrize(
    "product, vary, words",
    [
        (
            "consul",
            'probe_interval = ["500ms", "1s"]',
            "gossip_lan.probe_interval = 500ms: cannot be: gossip_lan.probe_timeout must be less than"
            " gossip_lan.probe_interval, and gossip_lan.probe_timeout stays 500ms; name"
            " gossip_lan.probe_timeout in [vary] too",
        ),
        (
            "consul",
            'probe_timeout = ["1s"]',
            "and gossip_lan.probe_interval stays 1s; name gossip_lan.probe_interval in [vary] too",
        ),
        (
            "consul",
            'probe_timeout = ["250ms", "600ms"]\nprobe_interval = ["250ms", "500ms", "1s"]',
            "gossip_lan.probe_interval = 250ms: cannot be",
        ),
        (
            "consul",
            'probe_interval = {from = "0.2s", to = "0.4s"}',
            "gossip_lan.probe_interval: nothing from 200ms to 400ms can be",
        ),
        (
            "swim-agent",
            'buddy = ["false"]\nbuddy_relays = ["true", "false"]',
            "buddy_relays = true: cannot be: protocol.buddy_relays = true needs",
        ),
    ],
)
def test_a_value_that_cannot_be_set_is_no_value(
    tmp_path: Path, product: str, vary: str, words: str
) -> None:
    head = GOOD[: GOOD.index("probe_interval =")]
    with pytest.raises(UserError) as error:
        read(tmp_path, head + vary + "\n", product)
    assert re.search(r"t\.toml:1[45]: ", str(error.value)), error.value
    assert words in str(error.value)


def test_the_part_of_a_range_that_cannot_be_is_left_out_and_said(tmp_path: Path) -> None:
    """Four hundred milliseconds cannot be beside a time-out of half a second."""
    found = read(tmp_path, GOOD.replace('from = "0.5s"', 'from = "0.4s"'))
    interval = found.axes[0]
    assert interval.levels[0] == "510ms" and interval.levels[-1] == "2s" and "1s" in interval.levels
    (said,) = found.said
    assert "t.toml:14: gossip_lan.probe_interval: of 400ms to 2s only 510ms to 2s can be" in said
    assert "name gossip_lan.probe_timeout in [vary] too" in said
    both = GOOD.replace("[vary]", '[vary]\nprobe_timeout = ["250ms", "500ms"]')
    assert read(tmp_path, both).said == ()


@pytest.mark.parametrize("name", ["", "../../x", "a/b", "/x", ".hidden", "n" * 81, "two words"])
def test_the_name_of_a_scenario_is_no_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "calm.toml").write_text("")
    text = GOOD[: GOOD.index("[cluster]")]
    text += f'[[scenario]]\nfile = "calm.toml"\nname = "{name}"\n'
    with pytest.raises(UserError, match=r"t\.toml:11: name .*names are up to 80 letters"):
        read(tmp_path, text)


def test_the_name_of_a_file_may_have_to_be_another(tmp_path: Path) -> None:
    (tmp_path / "calm day.toml").write_text("")
    text = 'scenarios = ["calm day.toml"]\n' + GOOD[: GOOD.index("[cluster]")]
    with pytest.raises(UserError, match=r"t\.toml:1: name \"calm day\".*give one with"):
        read(tmp_path, text)


def test_weights_are_of_a_list_of_files(tmp_path: Path) -> None:
    (tmp_path / "calm.toml").write_text("")
    head = GOOD[: GOOD.index("[cluster]")]
    tables = "weights = [3]\n" + head + '[[scenario]]\nfile = "calm.toml"\n'
    with pytest.raises(UserError, match=r"t\.toml:1: weights is for .*each has its weight"):
        read(tmp_path, tables)
    with pytest.raises(UserError, match="weights is a list of 1 number, one a scenario"):
        read(tmp_path, 'scenarios = ["calm.toml"]\nweights = [3, 1]\n' + head)
    with pytest.raises(UserError, match='weight is "3", a text; write it without the quotes'):
        read(tmp_path, head + '[[scenario]]\nfile = "calm.toml"\nweight = "3"\n')


def test_a_limit_may_have_an_exponent(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD.replace('"<= 8000 ms"', '"<= 8e+3 ms"'))
    assert found.goals[0].limit == 8.0


def test_a_byte_order_mark_is_none_of_the_text(tmp_path: Path) -> None:
    product = product_named("consul")
    found = read_tune_file(tmp_path / "t.toml", b"\xef\xbb\xbf" + GOOD.encode(), product)
    assert found.title == "Four hundred"
