# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab advise`: goals in, a setting out; contradictions, products, and what it refuses."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from analysis.advice.lookup import Expected, Range, Setting, read_table
from analysis.campaign.values import loss_of
from campaign.alone import main as alone
from campaign.advise.choose import Choice, candidates, choose
from campaign.advise.goals import (
    bytes_of,
    members_of,
    question_of,
    rate_of,
    time_of,
)
from campaign.advise.product import settable
from campaign.advise.tune_file import tune_file, write_tune_file
from campaign.build import ROOT
from campaign.cli import main
from campaign.errors import UserError

TABLE = read_table()
LAN = ["advise", "--members", "400", "--loss", "2%"]


def planted(interval_s: float, mult: int) -> Expected:
    """A world in which time is interval times multiplier, and load one over the interval."""
    known, burials, sent = interval_s * mult, 8 / (mult * interval_s), 1000 / interval_s

    def around(value: float) -> Range:
        return Range(value, 0.9 * value, 1.1 * value)

    return Expected(
        Setting(interval_s, mult),
        around(known / 2),
        around(known),
        around(burials),
        around(sent),
        around(sent / 100),
        False,
        False,
    )


WORLD = [planted(interval, mult) for interval in (0.5, 1.0, 2.0) for mult in (2, 4, 8)]


def chosen(known: float | None, burials: float, sent: float | None) -> Choice:
    return choose(question_of(400, 0.02, known, burials, sent), WORLD)


def test_takes_the_cheapest_that_is_fast_enough() -> None:
    best = chosen(4.5, 3.0, None).best
    assert best is not None and best.setting == Setting(2.0, 2)


def test_takes_the_fastest_that_is_cheap_enough() -> None:
    best = chosen(None, 9.0, 1200.0).best
    assert best is not None and best.setting == Setting(1.0, 2)


def test_a_goal_is_kept_only_by_the_far_end() -> None:
    """4 s with an end of 4.4 s does not keep 4.2 s."""
    best = chosen(4.2, 9.0, None).best
    assert best is not None and best.p99_s.high <= 4.2 and best.setting == Setting(1.0, 2)


def test_goals_that_contradict_are_named_with_what_is_possible() -> None:
    choice = chosen(1.2, 2.5, None)
    assert choice.best is None and len(choice.contradictions) == 1
    told = choice.contradictions[0]
    assert "known to all <= 1.20 s and false burials <= 2.5 a member-year contradict" in told
    # With at most 2.5 burials it takes 4 s, whose far end is 4.4; within 1.2 s there are 8.
    assert "known to all of 4.40 s (probe_interval 500ms, suspicion_mult 8)" in told
    assert "false burials of 8.8 a member-year (probe_interval 500ms, suspicion_mult 2)" in told


def test_a_goal_that_nothing_keeps_is_named_alone() -> None:
    choice = chosen(0.5, 9.0, 100.0)
    assert choice.best is None and len(choice.contradictions) == 2
    assert "No setting of the table keeps known to all <= 0.500 s" in choice.contradictions[0]
    assert "keeps bytes <= 100 B/s; bytes of 550 B/s" in choice.contradictions[1]


def test_three_goals_may_contradict_only_together() -> None:
    """Each of three settings keeps two of the goals, and none all."""

    def world(known: float, burials: float, sent: float) -> Expected:
        ranges = [Range(each, each, each) for each in (known, known, burials, sent, sent)]
        return Expected(Setting(known, 4), *ranges, False, False)

    settings = [world(1.0, 1.0, 9.0), world(1.5, 9.0, 1.0), world(9.0, 1.0, 1.0)]
    choice = choose(question_of(400, 0.02, 2.0, 2.0, 2.0), settings)
    assert choice.best is None and len(choice.contradictions) == 1
    assert "contradict one another" in choice.contradictions[0]
    assert "it takes known to all of 9 s (probe_interval 9s, suspicion_mult 4)" in (
        choice.contradictions[0]
    )


@pytest.mark.parametrize(
    ("read", "good", "value", "bad"),
    [
        (members_of, "400", 400, ["", "0", "-3", "4.5", "many", "٣"]),
        (loss_of, "2.5%", 0.025, ["2", "0.02", "100%", "-1%", "2 B"]),
        (time_of, "800ms", 0.8, ["8", "0s", "-1s", "8kB", "soon"]),
        (rate_of, "0.1", 0.1, ["0", "-1", "1/y", "inf", "nan"]),
        (bytes_of, "3kB", 3000.0, ["3", "0B", "3s", "3GB"]),
    ],
)
def test_arguments_are_read_or_refused(read, good: str, value: float, bad: list[str]) -> None:
    assert read(good) == pytest.approx(value)
    for text in bad:
        with pytest.raises(ValueError, match="is no"):
            read(text)


def test_answers_for_a_lan_of_400(capsys: pytest.CaptureFixture) -> None:
    assert main([*LAN, "--known-to-all", "12s", "--for", "consul"]) == 0
    told = capsys.readouterr().out
    assert "recommended" in told and "default" in told and "Interpolated" in told
    assert "gossip_lan {" in told
    assert "./swimlab tune advised.toml --for consul" in told


def test_the_recommendation_is_the_best_of_all_that_keep_the_goals() -> None:
    question = question_of(400, 0.02, 12.0, 1.0, None)
    all_of_it = [TABLE.expected(400, 0.02, setting) for setting in candidates(TABLE)]
    best = choose(question, all_of_it).best
    assert best is not None
    assert best.p99_s.high <= 12.0 and best.burials.high <= 1.0
    cheaper = [each for each in all_of_it if each.bytes.value < best.bytes.value]
    assert cheaper and not [
        each for each in cheaper if each.p99_s.high <= 12.0 and each.burials.high <= 1.0
    ]


def test_goals_that_contradict_end_with_1(capsys: pytest.CaptureFixture) -> None:
    """The fastest and the cheapest of all are two settings."""
    all_of_it = [TABLE.expected(400, 0.02, setting) for setting in candidates(TABLE)]
    known = 1.01 * min(each.p99_s.high for each in all_of_it)
    sent = 1.01 * min(each.bytes.high for each in all_of_it)
    assert main([*LAN, "--known-to-all", f"{known:.3f}s", "--bytes", f"{sent:.1f}B"]) == 1
    told = capsys.readouterr().out
    assert "contradict" in told and "No setting that the table covers keeps all goals" in told


@pytest.mark.parametrize(
    "arguments", [["--members", "5"], ["--members", "5000"], ["--members", "50", "--loss", "30%"]]
)
def test_what_the_table_does_not_cover_is_refused(
    capsys: pytest.CaptureFixture, arguments: list[str]
) -> None:
    assert main(["advise", *arguments]) == 2
    told = capsys.readouterr().err
    assert "the table covers 10 to 1,000 members" in told and "./swimlab tune" in told


def test_a_table_with_a_hole_says_where(capsys: pytest.CaptureFixture) -> None:
    """Large clusters under heavy loss were not simulated, and are not told by small ones."""
    assert TABLE.most_loss(300) > TABLE.most_loss(301) == TABLE.most_loss(1000)
    beyond = f"{100 * TABLE.most_loss(1000) + 1:g}%"
    assert main(["advise", "--members", "400", "--loss", beyond]) == 2
    assert "up to 300 members" in capsys.readouterr().err
    assert main(["advise", "--members", "300", "--loss", beyond]) in (0, 1)


@pytest.mark.parametrize(
    ("product", "named"),
    [
        ("alertmanager", "gossip_nodes is 64, the table's 3"),
        ("consul-wan", "its preset is memberlist-wan"),
        ("mimir", "stream_fallback is false, the table's true"),
        ("zookeeper", 'there is no product "zookeeper"'),
    ],
)
def test_products_with_other_rules_are_refused(
    capsys: pytest.CaptureFixture, product: str, named: str
) -> None:
    assert main([*LAN, "--for", product]) == 2
    assert named in capsys.readouterr().err


def test_of_what_a_product_cannot_set_its_own_value_stays() -> None:
    """A Serf agent sets neither interval nor multiplier: only its default can be told."""
    where = settable(TABLE, 400, "serf")
    assert where.settings == (Setting(1.0, 4),) == (where.default,)
    assert where.block(where.default) == ""
    assert len(settable(TABLE, 400, "consul").settings) > 100


def test_the_block_has_what_was_recommended() -> None:
    where = settable(TABLE, 400, "consul")
    assert where.product is not None
    values = where.product.parse(where.block(Setting(0.4, 5)))
    assert values == {
        "protocol.probe_interval": "400ms",
        "protocol.probe_timeout": "200ms",
        "protocol.suspicion_mult": "5",
    }


def test_the_tune_file_asks_the_same(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    file = tmp_path / "mine.toml"
    words = [*LAN, "--known-to-all", "12s", "--bytes", "3kB", "--tune", str(file)]
    assert main(words) == 0
    assert f"./swimlab tune {file} --for memberlist" in capsys.readouterr().out
    asked = tomllib.loads(file.read_text())
    assert asked["cluster"] == {"members": 400} and asked["network"] == {"loss": "2%"}
    assert asked["goal"] == {
        "minimise": "known_to_all_s.p99",
        "known_to_all_s.p99": "<= 12 s",
        "false_burials_per_member_year": "<= 1",
        "bytes_per_member_second": "<= 3 kB",
    }
    assert main(words) == 2 and "is there already" in capsys.readouterr().err


def test_takes_nothing_but_python(tmp_path: Path) -> None:
    """An answer within two seconds does not wait for scipy, and needs no package of Debian's but python3."""
    program = (
        "import sys\n"
        "from campaign.alone import main\n"
        f"code = main({[*LAN, '--for', 'consul']!r})\n"
        "heavy = {'numpy', 'scipy', 'pandas', 'matplotlib', 'jinja2', 'sklearn'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert "recommended" in done.stdout


def test_alone_and_among_all_commands_it_is_the_same(capsys: pytest.CaptureFixture) -> None:
    for words in ([*LAN, "--known-to-all", "15s"], ["advise", "--members", "4"]):
        codes, told = [], []
        for entry in (alone, main):
            codes.append(entry(words))
            told.append(capsys.readouterr())
        assert codes[0] == codes[1] and told[0] == told[1]


def test_the_tune_file_tries_the_recommendation_and_its_neighbours() -> None:
    question = question_of(400, 0.02, 8.0, 1.0, None)
    keys = {"protocol.probe_interval", "protocol.probe_timeout", "protocol.suspicion_mult"}
    varied = tomllib.loads(tune_file(question, Setting(0.5, 2), keys))["vary"]
    assert varied == {
        "protocol.probe_interval": ["450ms", "500ms", "550ms"],
        "protocol.probe_timeout": ["225ms", "250ms"],
        "protocol.suspicion_mult": [2, 3],
    }
    fewer = tomllib.loads(tune_file(question, Setting(0.5, 2), {"protocol.suspicion_mult"}))
    assert list(fewer["vary"]) == ["protocol.suspicion_mult"]
    assert "vary" not in tomllib.loads(tune_file(question))
    assert tomllib.loads(tune_file(question))["goal"]["minimise"] == "bytes_per_member_second"


def test_a_file_that_cannot_be_written_is_the_users_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be written"):
        write_tune_file(tmp_path / "no" / "such" / "folder.toml", "")


def said(capsys: pytest.CaptureFixture, *words: str) -> tuple[int, str]:
    code = main(["advise", *words])
    return code, " ".join(capsys.readouterr().out.split())


def test_bold_answers_say_what_the_table_does_not_know(capsys: pytest.CaptureFixture) -> None:
    code, told = said(capsys, "--members", "400", "--for", "consul")
    assert code == 0 and "0 % of datagrams lost (--loss was not given" in told
    assert "Members of the table neither pause nor are slow" in told
    assert "is carried on, and without any it is told as at 0.5 %." in told
    assert "at the table's end: probe_interval 250ms is the least of the table and" in told
    assert "suspicion_mult 2 is the least of the table" in told
    _, given = said(capsys, "--members", "400", "--loss", "0%")
    assert "was not given" not in given and "neither pause nor are slow" in given
    _, mild = said(capsys, *LAN[1:], "--known-to-all", "12s")
    assert "neither pause nor are slow" in mild


def test_where_the_table_knows_too_little_the_default_is_left(
    capsys: pytest.CaptureFixture,
) -> None:
    code, told = said(capsys, "--members", "10", "--loss", "1%", "--for", "consul")
    assert code == 1 and "Leave the default: the table knows too little of 10 members" in told
    assert "what it can show is slower" in told and "gossip_lan {" not in told


def test_what_is_slower_than_the_default_is_said_to_be(capsys: pytest.CaptureFixture) -> None:
    code, told = said(capsys, "--members", "400", "--loss", "2%", "--known-to-all", "30s")
    assert code == 0 and "It is slower than the default:" in told
    assert "fewest bytes were asked for" in told


def test_a_default_that_is_expected_to_break_a_goal_is_not_left() -> None:
    question = question_of(400, 0.02, None, 1.5, None)
    default = planted(1.0, 4)
    assert choose(question, WORLD, default).left is None
    likely = Expected(Setting(1.0, 4), *[Range(1.0, 0.1, 9.0)] * 5, False, False)
    assert choose(question, WORLD, likely).left is likely


def test_who_can_set_nothing_of_the_table_is_told(capsys: pytest.CaptureFixture) -> None:
    _, told = said(capsys, "--members", "400", "--loss", "1%", "--for", "serf")
    assert "Neither interval nor multiplier can be set in Serf agent" in told
