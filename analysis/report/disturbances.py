# SPDX-License-Identifier: GPL-2.0-only
"""Whether members that were disturbed and came back were noticed, in words and as rows of a report.

What was not seen is said in so many words: a disturbance that ends before anybody buries the member
leaves its detection time unknown, and a table of the others alone would make detectors look quick.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.campaign.text import count, duration

PARTICIPLES = {
    "pause": "paused",
    "stall": "stalled",
    "slow": "slowed",
    "block": "blocked",
    "disconnect": "unplugged",
}


def who(verb: str) -> str:
    """Members that this verb disturbed."""
    return f"{PARTICIPLES[verb]} members" if verb in PARTICIPLES else f"members hit by {verb}"


def sentences(disturbances: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What became of each kind, and what stays unknown."""
    return [_sentence(verb, found) for verb, found in disturbances.items() if found["count"]]


def _sentence(verb: str, found: Mapping[str, Any]) -> str:
    times = count(found["count"], "time")
    if not found["suspected"]:
        return (
            f"None of the {who(verb)} was suspected ({times} disturbed): how soon that would be is not"
            " known."
        )
    if not found["declared_dead"]:
        return (
            f"None of the {who(verb)} was declared dead ({times} disturbed,"
            f" {found['suspected']:,} suspected): how soon that would be is not known, only that it is"
            " longer than they were disturbed."
        )
    median = duration(found["first_dead_s"]["median"])
    text = (
        f"{who(verb).capitalize()} were declared dead {found['declared_dead']:,} of {times}, {median}"
        " after the disturbance began in the median"
    )
    if found["ended_undeclared"]:
        text += (
            f"; {found['ended_undeclared']:,} disturbances ended first, so that time is of the quicker"
            " ones"
        )
    unseen = found["count"] - found["declared_dead"] - found["ended_undeclared"]
    if unseen:
        text += (
            f"; {unseen:,} {'was' if unseen == 1 else 'were'} still to be seen when the run ended"
        )
    return f"{text}."


def fate(found: Mapping[str, Any]) -> tuple[str, str]:
    """How many were declared dead, and the rest in small print."""
    note = f"{found['suspected']:,} suspected, {found['known_to_all']:,} known to all"
    if found["ended_undeclared"]:
        note += f"; {found['ended_undeclared']:,} ended before a death"
    return f"{found['declared_dead']:,} of {found['count']:,} declared dead", note
