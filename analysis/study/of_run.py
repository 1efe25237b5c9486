# SPDX-License-Identifier: GPL-2.0-only
"""What one run brings to each measure of a study, by name: times, counts, shares and loads.

The definitions are those of metrics.json and of the verdict's words (campaign/measures.py); a test
holds each against these. measures.py makes numbers of a cell of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from analysis.campaign.measures import MEASURES
from analysis.run.metrics import CrashMetrics, DisturbanceMetrics, RunMetrics
from analysis.study.estimates import LONGEST

SECONDS, PERCENT = "s", "%"

Part = tuple[int, int]
"""Part and whole."""


@dataclass(frozen=True)
class Values:
    """Any number of values a run."""

    words: str
    meaning: str
    values: Callable[[RunMetrics], list[float]]
    unit: str = SECONDS


@dataclass(frozen=True)
class Count:
    """One number a run."""

    words: str
    meaning: str
    count: Callable[[RunMetrics], int]
    repeats: str = ""
    """Why it has no interval, where it has none."""
    exposed: bool = False
    """Whether a rate by the hour of a healthy member makes sense."""


@dataclass(frozen=True)
class Share:
    """A part of a whole, in each run."""

    words: str
    meaning: str
    parts: Callable[[RunMetrics], Part]
    units: Callable[[RunMetrics], int] | None = None
    """As how many values the whole counts, where its parts may be as alike as can be: the views of a
    run are one, and so are all observers of a leave."""


@dataclass(frozen=True)
class Quality:
    """A number that the verdict reads of the quality of service."""

    words: str
    why: str
    """Why it has no interval."""


def _never(times: Iterable[float | None]) -> list[float]:
    return [math.inf if time is None else time for time in times]


def _crash(words: str, meaning: str, of: Callable[[CrashMetrics], float | None]) -> Values:
    """Of the crashes that were left to notice."""
    return Values(
        words,
        meaning,
        lambda run: _never(of(crash) for crash in run.crashes if not crash.held_gone_already),
    )


def _disturbance(
    words: str, meaning: str, of: Callable[[DisturbanceMetrics], float | None]
) -> Values:
    return Values(words, meaning, lambda run: _never(map(of, run.disturbances)))


def _means(name: str) -> str:
    """What a time of the verdict is, which speaks of the longest."""
    text = MEASURES[name].meaning.removeprefix("Longest time").removesuffix("; never is forever.")
    return f"Time{text}."


_KNOWN_TO_ALL = _crash(
    "crash to known to all", _means("known_to_all_s"), lambda crash: crash.full_dissemination_s
)
_ONE_AGAIN = Values(
    "heal to one again",
    _means("one_again_s"),
    lambda run: _never(partition.remerged_s for partition in run.partitions),
)


def _known_to(percent: int) -> Values:
    return _crash(
        f"crash to known to {percent} %",
        f"Time from a crash until {percent} % of the members that should know do.",
        lambda crash: getattr(crash, f"known_to_{percent}_percent_s"),
    )


def _update(share: str) -> Values:
    whom = share.replace("_percent", " %")
    return Values(
        f"update to known to {whom}",
        f"Time from new metadata of a member until {whom} of the members that know it have heard of it.",
        lambda run: _never(getattr(found, f"known_to_{share}_s") for found in run.updates),
    )


TIMES: dict[str, Values] = {
    "first_suspect_s": _crash(
        "crash to first suspicion",
        "Time from a crash until the first suspicion of it.",
        lambda crash: crash.first_suspect_s,
    ),
    "first_dead_s": _crash(
        "crash to first declared dead",
        "Time from a crash until anybody declares it.",
        lambda crash: crash.first_dead_s,
    ),
    "known_to_50_percent_s": _known_to(50),
    "known_to_90_percent_s": _known_to(90),
    "known_to_99_percent_s": _known_to(99),
    "full_dissemination_s": _KNOWN_TO_ALL,
    "known_to_all_s": _KNOWN_TO_ALL,
    "separated_s": Values(
        "partition to sides separated",
        "Time from a partition until nobody holds a member of another side for alive.",
        lambda run: _never(partition.separated_s for partition in run.partitions),
    ),
    "remerged_s": _ONE_AGAIN,
    "one_again_s": _ONE_AGAIN,
    "accepted_s": Values(
        "restart to accepted by all",
        _means("accepted_s"),
        lambda run: _never(restart.accepted_s for restart in run.restarts),
    ),
    "update_median_s": Values(
        "update to known to the median member",
        "Time from new metadata of a member until half of the members have it, itself included.",
        lambda run: _never(found.median_s for found in run.updates),
    ),
    "update_known_to_50_percent_s": _update("50_percent"),
    "update_known_to_90_percent_s": _update("90_percent"),
    "update_known_to_99_percent_s": _update("99_percent"),
    "update_known_to_all_s": _update("all"),
    "disturbance_first_suspect_s": _disturbance(
        "disturbance to first suspicion",
        "Time from the beginning of a pause, stall, block and so on until the first suspicion of it;"
        " never where it ended first.",
        lambda found: found.first_suspect_s,
    ),
    "disturbance_first_dead_s": _disturbance(
        "disturbance to first declared dead",
        "Time from the beginning of a disturbance until anybody declares a death; never where it"
        " ended first.",
        lambda found: found.first_dead_s,
    ),
    "disturbance_known_to_all_s": _disturbance(
        "disturbance to known to all",
        "Time from the beginning of a disturbance until all who should know took it for a death;"
        " never where it ended first.",
        lambda found: found.known_to_all_s,
    ),
}

_TOLD = "no interval: members repeat what they are told; wrong_deaths counts each death once"


def _wrong_deaths(words: str) -> Count:
    return Count(
        words,
        MEASURES["wrong_deaths"].meaning,
        lambda run: run.false_positives.incidents.count,
        exposed=True,
    )


def _repeated(words: str, verdict: str, count: Callable[[RunMetrics], int]) -> Count:
    return Count(words, MEASURES[verdict].meaning, count, repeats=_TOLD, exposed=True)


_AT_THE_END = "no interval: the views of a run go wrong together"
_REFUTED = Count(
    "wrong suspicions refuted",
    MEASURES["wrong_suspicions_refuted"].meaning,
    lambda run: run.refuted_suspicions,
    repeats="no interval: members repeat the suspicions that they are told",
    exposed=True,
)


def _at_the_end(words: str, verdict: str, key: str) -> Count:
    return Count(
        words,
        MEASURES[verdict].meaning,
        lambda run: getattr(run.agreement, key),
        repeats=_AT_THE_END,
    )


COUNTS: dict[str, Count] = {
    "wrong_deaths": _wrong_deaths("wrong deaths"),
    "false_positive_incidents": _wrong_deaths("wrong deaths"),
    "false_positives": _repeated(
        "false positives", "false_positives", lambda run: run.false_positives.events
    ),
    "false_positives_by_healthy": _repeated(
        "false positives by healthy members",
        "false_positives_by_healthy",
        lambda run: run.false_positives.fp_minus,
    ),
    "false_positives_about_bystanders": _repeated(
        "false positives about bystanders",
        "false_positives_about_bystanders",
        lambda run: run.false_positives.about_bystanders,
    ),
    "false_positives_among_bystanders": _repeated(
        "false positives among bystanders",
        "false_positives_among_bystanders",
        lambda run: run.false_positives.among_bystanders,
    ),
    "wrong_suspicions_refuted": _REFUTED,
    "refuted_suspicions": _REFUTED,
    "members_missing": _at_the_end(
        "live members missing at the end", "members_missing", "missing_members"
    ),
    "stale_entries": _at_the_end(
        "entries about gone members at the end", "stale_entries", "stale_pairs"
    ),
    "foreign_entries": _at_the_end(
        "entries about another cluster at the end", "foreign_entries", "foreign_pairs"
    ),
    "resurrections": Count(
        "resurrections of the dead",
        MEASURES["resurrections"].meaning,
        lambda run: run.agreement.resurrections,
        repeats="no interval: members repeat what they are told",
    ),
    "probes_saved_by_streams": Count(
        "probes saved by streams",
        MEASURES["probes_saved_by_streams"].meaning,
        lambda run: run.counts.get("stream_pings_answered", 0),
        repeats="no interval: probes fail together",
    ),
}


def _all_one_again(run: RunMetrics) -> Part:
    if not run.partitions:
        return 0, 0
    return int(all(found.remerged_s is not None for found in run.partitions)), 1


def _agreed(run: RunMetrics) -> Part:
    end = run.agreement
    return int(end.missing_pairs + end.foreign_pairs + end.stale_pairs == 0), 1


def _crashes_known(run: RunMetrics) -> Part:
    known = sum(crash.full_dissemination_s is not None for crash in run.crashes)
    return known, len(run.crashes)


def _accepted(run: RunMetrics) -> Part:
    return sum(found.accepted_s is not None for found in run.restarts), len(run.restarts)


def _noticed(key: str) -> Callable[[RunMetrics], Part]:
    return lambda run: (
        sum(getattr(found, key) is not None for found in run.disturbances),
        len(run.disturbances),
    )


def _share(name: str, words: str, parts: Callable[[RunMetrics], Part]) -> Share:
    return Share(words, MEASURES[name].meaning, parts)


def _of_run(name: str, words: str, parts: Callable[[RunMetrics], Part]) -> Share:
    return Share(words, MEASURES[name].meaning, parts, lambda run: int(parts(run)[1] > 0))


def _told(name: str, words: str, verb: str, part: str, whole: str) -> Share:
    """Of those who watched each leave, or each disconnection."""

    def parts(run: RunMetrics) -> Part:
        found = getattr(run, verb)
        return (
            sum(getattr(entry, part) for entry in found),
            sum(getattr(entry, whole) for entry in found),
        )

    def units(run: RunMetrics) -> int:
        return sum(getattr(entry, whole) > 0 for entry in getattr(run, verb))

    return Share(words, MEASURES[name].meaning, parts, units)


SHARES: dict[str, Share] = {
    "runs_one_again": _share("runs_one_again", "runs that were one again", _all_one_again),
    "runs_agreed": _share("runs_agreed", "runs with all views right at the end", _agreed),
    "views_missing": _of_run(
        "views_missing",
        "entries about live members missing at the end",
        lambda run: (run.agreement.missing_pairs, run.agreement.live_pairs),
    ),
    "crashes_known": _share("crashes_known", "crashes known to all", _crashes_known),
    "crashes_known_to_all": _share("crashes_known", "crashes known to all", _crashes_known),
    "disturbances_suspected": _share(
        "disturbances_suspected", "disturbances suspected", _noticed("first_suspect_s")
    ),
    "disturbances_declared_dead": _share(
        "disturbances_declared_dead", "disturbances declared dead", _noticed("first_dead_s")
    ),
    "disturbances_known": _share(
        "disturbances_known", "disturbances known to all", _noticed("known_to_all_s")
    ),
    "leaves_seen": _told(
        "leaves_seen", "observers that saw the leave", "leaves", "saw_left", "observers"
    ),
    "leaves_seen_as_failed": _told(
        "leaves_seen_as_failed",
        "observers that took the leave for a failure",
        "leaves",
        "saw_failed",
        "observers",
    ),
    "leaves_unseen": _told(
        "leaves_unseen",
        "observers that did not notice the leave",
        "leaves",
        "saw_nothing",
        "observers",
    ),
    "restarts_accepted": _share("restarts_accepted", "restarts accepted by all", _accepted),
    "unplugged_notices": _told(
        "unplugged_notices",
        "others given up by who is unplugged",
        "disconnects",
        "held_gone",
        "others",
    ),
    "unplugged_noticed": _told(
        "unplugged_noticed",
        "others that give up who is unplugged",
        "disconnects",
        "gone_to",
        "others",
    ),
    "nacks_in_time": _of_run(
        "nacks_in_time",
        "nacks in time",
        lambda run: (run.counts.get("nacks_received", 0), run.counts.get("nacks_expected", 0)),
    ),
}


def _load(what: str, unit: str) -> Values:
    def values(run: RunMetrics) -> list[float]:
        member_seconds = run.traffic.members * run.measured_s
        sent = math.fsum(getattr(run.traffic, what).values())
        return [sent / member_seconds] if member_seconds else []

    return Values(
        f"{what} a member sends a second",
        f"What an average member sent in an average second of the window: {what}. One value a run.",
        values,
        unit,
    )


def moments(tally: Sequence[Sequence[int]]) -> tuple[float, float]:
    """Mean and standard deviation of numbers of which each pair says which and how often."""
    times = sum(often for _, often in tally)
    mean = sum(number * often for number, often in tally) / times
    squares = sum(number**2 * often for number, often in tally) / times
    return mean, math.sqrt(max(0.0, squares - mean**2))


def _of_period(direction: str, moment: int, words: str, meaning: str) -> Values:
    def values(run: RunMetrics) -> list[float]:
        periods = run.traffic.by_period
        return [moments(periods[direction])[moment]] if periods else []

    return Values(words, f"{meaning} One value a run.", values, "")


LOADS = {
    "messages_sent_per_period": _of_period(
        "sent",
        0,
        "messages a member sends in a protocol period",
        "What an average member sent in an average protocol period of the window: messages.",
    ),
    "messages_sent_per_period_sd": _of_period(
        "sent",
        1,
        "messages a member sends in a protocol period, standard deviation",
        "How far the messages that a member sent in a protocol period scatter, over members and periods.",
    ),
    "messages_received_per_period": _of_period(
        "received",
        0,
        "messages a member receives in a protocol period",
        "What reached an average member in an average protocol period of the window: messages.",
    ),
    "messages_received_per_period_sd": _of_period(
        "received",
        1,
        "messages a member receives in a protocol period, standard deviation",
        "How far the messages that reached a member in a protocol period scatter, over members and periods.",
    ),
    "messages_per_member_second": _load("messages", "/s"),
    "bytes_per_member_second": _load("bytes", "B/s"),
}

_RARE = "no interval: it is a ratio of mistakes, which are few and alike within a run"
QUALITIES = {
    "query_accuracy": Quality("query accuracy", _RARE),
    "mistake_recurrence_s": Quality("time between mistakes of a pair", _RARE),
    "mistake_duration_s": Quality("duration of a mistake", _RARE),
    "good_period_s": Quality("good period of a pair", _RARE),
    "buried_s": Quality("living member buried, longest", LONGEST),
    "detection_s": Quality("crash to noticed for good, longest", LONGEST),
}
