# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab heartbeats`: how often heartbeats are sent, and how long waited for, for a wanted quality.

The procedure is in analysis/theory/heartbeats.py; this reads the question and words the answer, with lines
to paste into a scenario.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable

from analysis.campaign.text import duration
from analysis.campaign.values import DAY_S, YEAR_S, loss_of
from analysis.theory import heartbeats
from analysis.theory.heartbeats import Heartbeats, Law, Wanted
from analysis.theory.settings import seconds_of
from campaign.errors import UserError

NOT_KEPT = 1
"""The exit code where no interval keeps what is wanted."""

LAWS = ("exponential", "constant", "unknown")

_MICROSECONDS = 1_000_000
_LEAST_TIME_S, _MOST_TIME_S = 1e-6, 100 * YEAR_S


def add_to(add: Callable[[str], argparse.ArgumentParser]) -> None:
    """Its parser."""
    parser = add("heartbeats")
    for name in ("--detected-within", "--mistakes-apart", "--mistakes-last"):
        parser.add_argument(name, type=_time, required=True)
    parser.add_argument("--delay", type=_time, required=True)
    parser.add_argument("--loss", type=_loss, default=0.0)
    parser.add_argument("--law", choices=LAWS, default=LAWS[0])
    parser.add_argument("--deviation", type=_time)


def perform(options: argparse.Namespace) -> int:
    """The exit code. Raises UserError."""
    wanted = Wanted(options.detected_within, options.mistakes_apart, options.mistakes_last)
    found = heartbeats.configure(wanted, _law(options))
    if found is None:
        print(
            f"No interval keeps that, with {heartbeats.MOST_HEARTBEATS:,} heartbeats waited for at a time or"
            " fewer, and from 1 ms to 24 h: allow more time to detect (more than a heartbeat takes), more mistakes"
            " or longer ones."
        )
        return NOT_KEPT
    print(_answer(found, options))
    return 0


def _time(text: str) -> float:
    try:
        seconds = seconds_of(text)
    except ValueError:
        seconds = 0.0
    if not _LEAST_TIME_S <= seconds <= _MOST_TIME_S:
        raise argparse.ArgumentTypeError(
            f"'{text}' is no time from 1us to 100 years, such as 30s, 20ms or 720h"
        )
    return seconds


def _loss(text: str) -> float:
    try:
        return loss_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _law(options: argparse.Namespace) -> Law:
    if (options.deviation is not None) != (options.law == "unknown"):
        raise UserError(
            "--deviation and --law unknown belong together: the two other laws know theirs by --delay"
        )
    if options.law == "unknown":
        return heartbeats.of_moments(options.loss, options.delay, options.deviation)
    make = heartbeats.constant if options.law == "constant" else heartbeats.exponential
    return make(options.loss, options.delay)


def _answer(found: Heartbeats, options: argparse.Namespace) -> str:
    # Whole microseconds, which together are the detection time.
    interval = math.floor(found.interval_s * _MICROSECONDS)
    delta = round(options.detected_within * _MICROSECONDS) - interval
    practically = "practically " if options.loss > 0 else ""
    mistakes = f"A member that lives is {practically}never held for dead."
    if not math.isinf(found.apart_s):
        least = " at least" if options.law == "unknown" else ""
        mistakes = (
            f"Of a member that lives another one is mistaken every {_span(found.apart_s)} in the mean{least},"
            f"\nfor {duration(found.last_s)} in the mean at most."
        )
    return f"""The longest interval of heartbeats that keeps it, by Chen, Toueg and Aguilera (2002):

    every {interval / _MICROSECONDS:g} s, and each waited for {delta / _MICROSECONDS:g} s after it is due to be sent

A crash is known to each member within {duration(options.detected_within)}. {mistakes}
Each member sends one message to each other one an interval. For a scenario:

    [cluster]
    detector = "heartbeat"

    [detector]
    rule = "nfd-s"
    interval = "{interval}us"
    delta = "{delta}us\""""


def _span(seconds: float) -> str:
    """In days, where it is long."""
    days = seconds / DAY_S
    return f"{days:.3g} days" if days >= 2 else duration(seconds)
