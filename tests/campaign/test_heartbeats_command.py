# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab heartbeats`: what it answers, that the answer keeps what was asked, and what it refuses."""

from __future__ import annotations

import re
import tomllib

import pytest

from analysis.theory import heartbeats
from analysis.theory.heartbeats import Wanted, configure, constant, exponential, of_moments
from campaign.cli import main

DAY_S = 86400.0
EXAMPLE = Wanted(detected_s=30, apart_s=30 * DAY_S, last_s=60)
QUESTION = ["--detected-within", "30s", "--mistakes-apart", "720h", "--mistakes-last", "60s"]


@pytest.mark.parametrize(
    ("eta", "delta", "loss", "law", "expected"),
    [
        (1, 0.5, 0.01, exponential(0.01, 0.02), 101.01),
        (1, 1.5, 0.10, exponential(0.10, 0.02), 111.11),
        (1, 1.5, 0.01, exponential(0.01, 0.5), 45.84),
        (1, 2.0, 0.20, exponential(0.20, 0.02), 31.25),
        (1, 0.3, 0.05, exponential(0.05, 0.2), 4.024),
        (1, 0.5, 0.10, constant(0.10, 0.01), 11.111),
    ],
)
def test_the_time_between_mistakes_is_that_of_the_closed_form(
    eta: float, delta: float, loss: float, law: heartbeats.Law, expected: float
) -> None:
    # The same vectors as in tests/detectors/heartbeat-accuracy-test.cc, where they are simulated.
    assert heartbeats.recurrence_s(eta + delta, eta, law) == pytest.approx(expected, rel=2e-4)


def test_the_example_of_the_paper_comes_out() -> None:
    found = configure(EXAMPLE, exponential(0.01, 0.02))
    assert found is not None
    assert found.interval_s == pytest.approx(9.976, abs=0.002)
    assert found.delta_s == pytest.approx(20.024, abs=0.002)
    by_moments = configure(EXAMPLE, of_moments(0.01, 0.02, 0.02))
    assert by_moments is not None
    assert by_moments.interval_s == pytest.approx(9.954, abs=0.002)


@pytest.mark.parametrize("loss", [0.0, 0.01, 0.3])
@pytest.mark.parametrize("apart_s", [60.0, DAY_S, 1000 * DAY_S])
@pytest.mark.parametrize("law", [exponential, constant])
def test_the_interval_keeps_what_is_wanted_and_no_longer_one_does(
    loss: float, apart_s: float, law: object
) -> None:
    wanted = Wanted(detected_s=5, apart_s=apart_s, last_s=4)
    of = law(loss, 0.05)
    found = configure(wanted, of)
    assert found is not None
    assert found.interval_s + found.delta_s == pytest.approx(wanted.detected_s)
    assert found.apart_s >= apart_s and found.last_s <= wanted.last_s * (1 + 1e-12)
    most = (1 - loss) * (1 - of.later(wanted.detected_s)) * wanted.last_s
    for longer in (found.interval_s + (most - found.interval_s) * i / 5000 for i in range(1, 5000)):
        if longer > found.interval_s * (1 + 1e-9):
            assert heartbeats.recurrence_s(wanted.detected_s, longer, of) < apart_s


@pytest.mark.parametrize("mean_s", [0.2, 1.0])
@pytest.mark.parametrize("deviation_s", [0.1, 0.6])
@pytest.mark.parametrize("loss", [0.0, 0.02])
def test_moments_promise_no_more_than_a_law_that_has_them(
    mean_s: float, deviation_s: float, loss: float
) -> None:
    bound = of_moments(loss, mean_s, deviation_s)
    for interval in (0.9, 1.566, 2.0):
        promised = heartbeats.recurrence_s(3, interval, bound)
        for a in (3 - interval - mean_s, 3 - 2 * interval - mean_s, 0.3):
            if a <= 0:
                continue
            # Two delays, of which the longer has the chance that Cantelli's inequality allows.
            late = deviation_s**2 / (deviation_s**2 + a**2)
            early_s, late_s = mean_s - deviation_s**2 / a, mean_s + a

            def later(x: float, early_s=early_s, late_s=late_s, late=late) -> float:
                return 1.0 if x <= early_s else late if x <= late_s else 0.0

            if early_s >= 0:
                known = heartbeats.recurrence_s(3, interval, heartbeats.Law(loss, later))
                assert promised <= known * (1 + 1e-9), (interval, a)


def test_no_interval_keeps_what_no_interval_can() -> None:
    assert configure(Wanted(0.01, 10, 10), constant(0, 0.02)) is None, "all come too late"
    assert configure(Wanted(1, 10, 10), constant(0, 1)) is None, "all come at the last moment"
    assert configure(Wanted(1, 1e30, 60), exponential(0.9, 0.5)) is None
    assert configure(Wanted(0.001, 1, 60), constant(0, 0.0001)) is None, "no two milliseconds"


@pytest.mark.parametrize("law", [exponential(0.01, 0.001), constant(0.01, 0.02)])
def test_a_narrow_window_is_found(law: heartbeats.Law) -> None:
    top = max(
        heartbeats.recurrence_s(30, (30 - time_s) / 2, law)
        for time_s in (0.001 * step for step in range(1, 400))
    )
    found = configure(Wanted(30, 0.9997 * top, 60), law)
    assert found is not None and found.interval_s > 14


@pytest.mark.parametrize(
    "wanted",
    [Wanted(30, 1, 60), Wanted(345_600, 1, 1e6), Wanted(0.002, 1e-3, 1), Wanted(1.5, 3600, 60)],
)
def test_interval_and_delta_are_some_that_the_detector_takes(wanted: Wanted) -> None:
    found = configure(wanted, constant(0.01, 0.0005))
    if found is not None:
        for time_s in (found.interval_s, found.delta_s):
            assert heartbeats.LEAST_S <= time_s * (1 + 1e-12)
            assert time_s <= heartbeats.MOST_S * (1 + 1e-12)


def test_what_is_printed_is_a_scenario(capsys: pytest.CaptureFixture) -> None:
    assert main(["heartbeats", *QUESTION, "--loss", "1%", "--delay", "20ms"]) == 0
    printed = capsys.readouterr().out
    assert "30 days in the mean" in printed
    lines = re.findall(r"^    (\[.*|\w+ = .*)$", printed, re.MULTILINE)
    scenario = tomllib.loads("\n".join(lines))
    assert scenario == {
        "cluster": {"detector": "heartbeat"},
        "detector": {"rule": "nfd-s", "interval": "9976435us", "delta": "20023565us"},
    }


def test_without_loss_and_jitter_nobody_is_mistaken(capsys: pytest.CaptureFixture) -> None:
    assert main(["heartbeats", *QUESTION, "--delay", "20ms", "--law", "constant"]) == 0
    assert "never held for dead" in capsys.readouterr().out


def test_what_cannot_be_kept_is_said(capsys: pytest.CaptureFixture) -> None:
    question = ["--detected-within", "10ms", "--mistakes-apart", "1h", "--mistakes-last", "1s"]
    assert main(["heartbeats", *question, "--delay", "20ms", "--law", "constant"]) == 1
    assert "No interval keeps that" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--delay", "0s"], "--delay: '0s' is no time from 1us"),
        (["--delay", "20"], "--delay: '20' is no time from 1us"),
        (["--delay", "20ms", "--loss", "100%"], "--loss: '100%' is no share"),
        (["--delay", "20ms", "--loss", "0.1"], "--loss: '0.1' is no share"),
        (["--delay", "20ms", "--deviation", "1ms"], "--deviation and --law unknown"),
        (["--delay", "20ms", "--law", "unknown"], "--deviation and --law unknown"),
        ([], "required: --delay"),
    ],
)
def test_a_mistake_is_one_line(
    options: list[str], said: str, capsys: pytest.CaptureFixture
) -> None:
    try:
        code = main(["heartbeats", *QUESTION, *options])
    except SystemExit as exit_of_parser:
        code = exit_of_parser.code
    printed = capsys.readouterr().err
    assert code == 2 and said in printed and printed.count("\n") == 1
