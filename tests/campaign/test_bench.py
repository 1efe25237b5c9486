# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab bench`: ratios and their table, what is taken of a program, and the command.

Programs are stand-ins that do no work, so nothing here depends on how fast the machine is. The last
test measures the real ones, as small as can be, and asks only whether everything is told.
"""

import csv
import json
from pathlib import Path

import pytest
from fake_benchmarks import install

from campaign.bench import command
from campaign.bench.command import TARGETS, Sizes, bench, sections_of
from campaign.bench.measure import alternate, simulate
from campaign.bench.table import Promise, Row, Section, broken, quantity, significant, table_text
from campaign.build import Build
from campaign.cli import main
from campaign.errors import Failure, UserError

ROOT = Path(__file__).resolve().parents[2]
TINY = Sizes(
    runs=1,
    member_seconds=1e4,
    path=(10,),
    scale=(10, 10_000),
    memberlist=(8,),
    settle_s=0,
    memberlist_s=0.2,
    core_repetitions=1,
    core_min_time_s=0.001,
    study_runs=4,
    detectors=("heartbeat-ring",),
    detectors_share=0.05,
)
AT_LEAST_A_QUARTER = Promise(0.25, at_least=True)


def row(*pairs: tuple[float, float], promise: Promise | None = None, unit: str = "s") -> Row:
    return Row("path", "a thing", unit, pairs, promise)


def test_the_ratio_is_the_median_of_those_of_the_pairs() -> None:
    # The machine was slow for the first pair, both of which it hit; the medians alone would say 2.
    measured = row((6, 8), (2, 4), (2, 1))
    assert measured.ratio == 0.75
    assert (measured.ours, measured.baseline) == (2, 4)
    assert measured.cells()[3:5] == ("0.750", "0.500..2.00")


def test_a_baseline_of_nothing_has_no_ratio() -> None:
    measured = row((0, 0), (3, 0), unit="", promise=AT_LEAST_A_QUARTER)
    assert measured.ratio is None and measured.met is None
    assert measured.cells() == ("a thing", "1.50", "0", "-", "-", "at least 0.25", "-")


@pytest.mark.parametrize(
    ("promise", "ours", "met"),
    [
        (AT_LEAST_A_QUARTER, 1.0, True),
        (AT_LEAST_A_QUARTER, 0.9, False),
        (Promise(1.3, at_least=False), 5.2, True),
        (Promise(1.3, at_least=False), 5.3, False),
        (None, 1.0, None),
    ],
)
def test_a_promise_holds_at_its_bound(promise: Promise | None, ours: float, met: bool) -> None:
    measured = row((ours, 4.0), promise=promise)
    assert measured.met is met
    assert broken([Section("path", "", (measured,))]) == ([measured] if met is False else [])


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (2_488_699, "/s", "2.49 M/s"),
        (8.45e-8, "s", "84.5 ns"),
        (0.0318, "s", "31.8 ms"),
        (1, "s", "1.00 s"),
        (3700, "B", "3.70 kB"),
        (12, "", "12.0"),
        (0, "", "0"),
        (0, "s", "0 s"),
    ],
)
def test_quantities_have_three_digits_and_a_prefix(value: float, unit: str, text: str) -> None:
    assert quantity(value, unit) == text


def test_numbers_have_three_digits_and_no_exponent() -> None:
    assert [significant(n) for n in (0.00123, 0.2723, 1.234, 56.78, 123.4, 12345)] == [
        "0.00123",
        "0.272",
        "1.23",
        "56.8",
        "123",
        "12300",
    ]


def test_the_table_is_one_with_a_line_above_each_section() -> None:
    sections = [
        Section("path", "messages a second", (row((1, 4), promise=AT_LEAST_A_QUARTER),)),
        Section("core", "time", (row((5, 1)),)),
    ]
    assert table_text(sections).splitlines() == [
        "what     ours    baseline  ratio  spread        promised       met",
        "-------  ------  --------  -----  ------------  -------------  ---",
        "path: messages a second",
        "a thing  1.00 s  4.00 s    0.250  0.250..0.250  at least 0.25  yes",
        "core: time",
        "a thing  5.00 s  1.00 s    5.00   5.00..5.00    -              -",
    ]


def test_runs_take_turns_and_each_is_first_in_turn() -> None:
    order: list[str] = []

    def measured(name: str, value: float) -> float:
        order.append(name)
        return value

    pairs = alternate(lambda: measured("ours", 2), lambda: measured("bare", 1), 3)
    assert pairs == [(2, 1)] * 3
    assert order == ["ours", "bare", "bare", "ours", "ours", "bare"]


def test_runs_that_disagree_are_made_again() -> None:
    values = iter([1.0, 1.2] + [1.1] * 8)
    assert len(alternate(lambda: next(values), lambda: 1, 2)) == 4
    values = iter([1.0, 1.09] + [1.1] * 8)
    assert len(alternate(lambda: next(values), lambda: 1, 2)) == 2


def program(folder: Path, text: str) -> list[str]:
    file = folder / "program"
    file.write_text(f"#!/usr/bin/python3\nimport json, sys\n{text}")
    file.chmod(0o755)
    return [str(file)]


TELL = """
def tell(done_s, cpu_s, memory_bytes=1000):
    told = {"simulated_s": done_s, "of_s": 100, "memory_bytes": memory_bytes, "cpu_s": cpu_s}
    print(json.dumps(told), flush=True)
"""


def test_the_start_of_a_simulation_does_not_count(tmp_path: Path) -> None:
    text = TELL + "tell(0, 5); tell(2, 6); tell(12, 7, 3000); tell(30, 7.5); tell(100, 9)"
    steady = simulate(program(tmp_path, text))
    assert (steady.cpu_s, steady.simulated_s, steady.memory_bytes) == (2, 88, 3000)


def test_a_short_run_counts_from_its_first_line(tmp_path: Path) -> None:
    steady = simulate(program(tmp_path, TELL + "tell(1, 5); tell(90, 6); tell(100, 6.5)"))
    assert (steady.cpu_s, steady.simulated_s) == (1.5, 99)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("sys.exit('no such thing')", "no such thing"),
        (TELL + "tell(0, 1); tell(50, 2)", "did not say how far it was"),
        ("", "did not say how far it was"),
    ],
)
def test_a_program_that_breaks_its_word_is_a_failure(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(Failure, match=complaint):
        simulate(program(tmp_path, text))


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    monkeypatch.setattr(command, "memberlist_missing", lambda: "")
    install(tmp_path / "build")
    return Build(tmp_path / "build")


def run_bench(build: Build, *names: str) -> list[Section]:
    return bench(names, TINY, build.folder / "out", lambda _: build)


def test_measures_all_and_writes_what_it_prints(
    build: Build, capsys: pytest.CaptureFixture
) -> None:
    names = [name for name in TARGETS if name != "study"]  # the real programs show that one
    sections = run_bench(build, *names)
    assert [section.name for section in sections] == names
    out = build.folder / "out"
    for name in ("scale.svg", "scale.png"):
        assert (out / name).stat().st_size > 1000
    written = json.loads((out / "bench.json").read_text())
    rows = {line["what"]: line for section in written["sections"] for line in section["rows"]}
    assert rows["ping + ack"]["ours"] == pytest.approx(2.8e-7), "an operation is two messages"
    assert rows["ping + ack"]["ratio"] == pytest.approx(1.4) and rows["ping + ack"]["met"]
    assert rows["memory a member, 10,000 members"]["ours"] == 1000
    bytes_a_message = "heartbeat-ring, 41.5 B each"
    assert rows[bytes_a_message]["baseline"] == pytest.approx(2 * 1000 * 50), "a second of 50"
    assert rows["heartbeat-ring: bytes"]["ratio"] == pytest.approx(60 / 50)
    assert rows["memberlist, 8 members: time"]["baseline"] == pytest.approx(1e-4)
    with open(out / "bench.csv", newline="") as file:
        listed = [line["what"] for line in csv.DictReader(file)]
    assert listed == list(rows)
    printed = capsys.readouterr().out
    assert all(what in printed for what in rows)


def test_what_two_sections_want_is_measured_once(
    build: Build, capsys: pytest.CaptureFixture
) -> None:
    path, scale = run_bench(build, "path", "scale")
    assert capsys.readouterr().out.count("Measuring path, 10 members") == 1
    rate, cost = path.rows[0].pairs[0], scale.rows[0].pairs[0]
    assert [2 / value for value in rate] == pytest.approx(list(cost)), "two messages a second"


def test_echoes_of_another_number_are_nothing_to_compare_with(build: Build) -> None:
    install(build.folder, echo_share=0.9)
    with pytest.raises(Failure, match="udp-echo carried 1800 datagrams .* 2000"):
        run_bench(build, "packet")


def test_members_that_do_not_come_together_are_left_out(
    build: Build, capsys: pytest.CaptureFixture
) -> None:
    install(build.folder, peer_exit=2)
    (section,) = run_bench(build, "memberlist")
    assert section.rows == ()
    assert "5 of 8 members have not heard of all in time" in capsys.readouterr().out


def test_memberlist_is_left_out_where_it_is_not(
    build: Build, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(command, "memberlist_missing", lambda: "no Go")
    assert [section.name for section in run_bench(build, "core", "memberlist")] == ["core"]
    assert "memberlist is left out: no Go" in capsys.readouterr().out
    with pytest.raises(UserError, match="nothing left"):
        run_bench(build, "memberlist")


def test_a_million_members_need_memory(
    build: Build, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(command, "available_memory_bytes", lambda: 5_000_000_000)
    sizes = Sizes(**(vars(TINY) | {"path": (10, 1_000_000), "scale": (10, 1_000_000)}))
    path, scale = bench(["path", "scale"], sizes, build.folder / "out", lambda _: build)
    assert "1,000,000 members are left out" in capsys.readouterr().out
    assert len(path.rows) == 1 and len(scale.rows) == 1


def test_a_broken_promise_fails_only_with_check(
    build: Build, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    arguments = ["bench", "--quick", "--only", "core", "--out", str(tmp_path / "out")]
    assert main([*arguments, "--check"], build) == 0
    install(build.folder, core_s=2.1e-7)
    assert main(arguments, build) == 0
    assert "not met: ping + ack: 2.10, promised at most 2" in capsys.readouterr().out
    assert main([*arguments, "--check"], build) == 1


def test_sections_come_in_the_order_of_the_table() -> None:
    assert sections_of("core,path") == ["path", "core"]


def test_the_real_programs_can_be_measured(tmp_path: Path) -> None:
    real = Build(ROOT / "build")
    names = [name for name in TARGETS if name != "memberlist" or _has(real, "memberlist-peer")]
    if not _has(real, "swimlab-ns3") or not _has(real, "tests/benchmarks/core-benchmark"):
        pytest.skip("build/ has no benchmarks; ./swimlab test builds them")
    sections = bench(names, TINY, tmp_path / "out", lambda _: real)
    assert [section.name for section in sections] == names
    for section in sections:
        assert section.rows
        for measured in section.rows:
            if measured.unit in ("s", "/s"):
                # A study's run is a difference of two times: of so few runs it may be below nothing.
                assert measured.ratio is not None, measured.what
                assert measured.ratio > 0 or section.name == "study", measured.what


def _has(build: Build, name: str) -> bool:
    return build.program(name).exists()
