# SPDX-License-Identifier: GPL-2.0-only
"""What a verdict can be about: measures by name, each one number of a summary and a phrase for it.

A measure reads the summary of one point (docs/metrics.md) and answers with the number
that conditions are held against, or None where there is nothing to measure. Times are judged by
their longest, since "within 60 s" is a promise about all; a thing that never came took forever, and
one of many that never came is the longest of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from analysis.campaign.observable import NOT_OBSERVABLE, lacks

Summary = dict[str, Any]

SHARE, SECONDS, COUNT = "%", "s", ""


@dataclass(frozen=True)
class Measure:
    """One thing that a scenario may expect something of."""

    unit: str
    """SHARE, SECONDS or COUNT: what a condition's number must carry."""
    value: Callable[[Summary], float | None]
    phrase: Callable[[Summary], str]
    """The same for people, such as `one again in 0 of 5 runs`."""
    meaning: str
    """What the number is, in a sentence, for the reference."""


def _part(
    part: Callable[[Summary], float | None],
    whole: Callable[[Summary], float],
    words: str,
    meaning: str,
) -> Measure:
    """A share in percent, told as `words` with both numbers: "agreed in {} of {} runs"."""

    def value(summary: Summary) -> float | None:
        counted, total = part(summary), whole(summary)
        return None if counted is None or not total else 100 * counted / total

    def phrase(summary: Summary) -> str:
        if whole(summary) is None:
            return words.format("-", "-")
        return words.format(f"{part(summary) or 0:,}", f"{whole(summary):,}")

    return Measure(SHARE, value, phrase, meaning)


def _share(
    part: Callable[[Summary], float],
    whole: Callable[[Summary], float],
    words: str,
    meaning: str,
) -> Measure:
    """A share in percent, told as such: numbers of pairs mean little to people."""

    def value(summary: Summary) -> float | None:
        return 100 * part(summary) / whole(summary) if whole(summary) else None

    def phrase(summary: Summary) -> str:
        found = value(summary)
        return words.format("-" if found is None else _percent(found))

    return Measure(SHARE, value, phrase, meaning)


def _percent(value: float) -> str:
    """Three digits, but never 0 or 100 for what is not."""
    text = f"{value:.3g}"
    if (text == "100" and value < 100) or (text == "0" and value > 0):
        text = f"{value:.6g}"
    return f"{text} %"


def _count(value: Callable[[Summary], float], words: str, meaning: str) -> Measure:
    """A sum over the runs."""
    return Measure(COUNT, value, lambda summary: words.format(f"{value(summary):,}"), meaning)


def _time(
    of: Callable[[Summary], dict[str, Any]],
    came: Callable[[Summary], int | None],
    awaited: Callable[[Summary], int | None],
    words: str,
    never: str,
    meaning: str,
) -> Measure:
    """A distribution of times, told by its median, interval and longest.

    `came` of the `awaited` things did so at all: the longest time of all is infinite as soon as one
    never came, since a promise about all is then broken. Where nothing was awaited there is none.
    """

    def missing(summary: Summary) -> int:
        return (awaited(summary) or 0) - (came(summary) or 0)

    def value(summary: Summary) -> float | None:
        times = of(summary)
        if times is None or not awaited(summary):
            return None
        return math.inf if times["max"] is None or missing(summary) > 0 else times["max"]

    def phrase(summary: Summary) -> str:
        times = of(summary)
        if times is None or not awaited(summary):
            return words.format("-")
        if times["median"] is None:
            return never
        interval = "" if times["ci95"] is None else " [{:.1f}, {:.1f}]".format(*times["ci95"])
        found = words.format(f"{times['median']:.1f} s{interval} (at most {times['max']:.1f} s)")
        if missing(summary) > 0:
            found += f", {missing(summary):,} of {awaited(summary):,} never"
        return found

    return Measure(SECONDS, value, phrase, meaning)


def _runs(summary: Summary) -> int:
    return summary["runs"]


def _of(*path: str) -> Callable[[Summary], Any]:
    """Reads summary["a"]["b"]...; a count that the records lack is 0, what was not recorded None."""

    def read(summary: Summary) -> Any:
        for key in path[:-1]:
            summary = summary[key]
        return None if summary is None else summary.get(path[-1], 0)

    return read


def _quality(key: str, unit: str, never: float | None, words: str, meaning: str) -> Measure:
    """A number of Chen, Toueg and Aguilera's on deaths. @param never: where there was no mistake."""

    def value(summary: Summary) -> float | None:
        quality = summary["quality_of_service"]
        found = quality["dead"][key]
        if found is None:
            return never if quality["exposed_pair_s"] else None
        return 100 * found if unit == SHARE else found

    def phrase(summary: Summary) -> str:
        found = value(summary)
        if found is None or math.isinf(found):
            return words.format("-" if found is None else "never")
        return words.format(_percent(found) if unit == SHARE else f"{found:.3g} s")

    return Measure(unit, value, phrase, meaning)


def _longest(of: Callable[[Summary], dict[str, Any]], words: str, meaning: str) -> Measure:
    """The longest of durations, none of which may be unseen to its end; 0 where there are none."""

    def value(summary: Summary) -> float | None:
        found = of(summary)
        return math.inf if found["censored"] else found["max"] or 0.0

    def phrase(summary: Summary) -> str:
        found = of(summary)
        if found["censored"]:
            return words.format(f"unseen to the end {found['censored']:,} times")
        return words.format(f"at most {found['max'] or 0:.1f} s")

    return Measure(SECONDS, value, phrase, meaning)


def _noticed(key: str, words: str, meaning: str) -> Measure:
    """A share of all disturbances."""

    def total(of: str) -> Callable[[Summary], int]:
        return lambda summary: sum(found[of] for found in summary["disturbances"].values())

    return _part(total(key), total("count"), words, meaning)


def _if_observable(name: str, measure: Measure) -> Measure:
    """The same, but None and "not observable" where some members have no word for it."""

    def value(summary: Summary) -> float | None:
        return None if lacks(name, summary.get("not_observable", ())) else measure.value(summary)

    def phrase(summary: Summary) -> str:
        if word := lacks(name, summary.get("not_observable", ())):
            return f"{NOT_OBSERVABLE}: members have no word for {word}"
        return measure.phrase(summary)

    return Measure(measure.unit, value, phrase, measure.meaning)


_MEASURES: dict[str, Measure] = {
    "runs_one_again": _part(
        _of("partition", "remerged_runs"),
        _runs,
        "one again in {} of {} runs",
        "Share of the runs in which every partition healed and all then held all for alive.",
    ),
    "one_again_s": _time(
        _of("partition", "remerged_s"),
        _of("partition", "remerged"),
        _of("partition", "partitions"),
        "{} after the heal",
        "never one again after the heal",
        "Longest time from a heal until everybody holds everybody for alive; never is forever.",
    ),
    "runs_agreed": _part(
        _of("agreement", "agreed_runs"),
        _runs,
        "all views right at the end of {} of {} runs",
        "Share of the runs at whose end no view lacks a live member or has a wrong one.",
    ),
    "views_missing": _share(
        _of("agreement", "missing_pairs"),
        _of("agreement", "live_pairs"),
        "{} of the entries about live members missing at the end",
        "Share of the pairs of live members in which one lacks the other at the end.",
    ),
    "members_missing": _count(
        _of("agreement", "missing_members"),
        "{} live members missing somewhere at the end",
        "Live members that are missing from at least one view at the end.",
    ),
    "stale_entries": _count(
        _of("agreement", "stale_pairs"),
        "{} entries about gone members kept at the end",
        "Views at the end that hold a member that crashed or left for alive or suspect.",
    ),
    "foreign_entries": _count(
        _of("agreement", "foreign_pairs"),
        "{} entries about members of the other cluster at the end",
        "Views at the end that hold a member of another cluster for alive or suspect.",
    ),
    "resurrections": _count(
        _of("agreement", "resurrections"),
        "{} resurrections of the dead",
        "How often a member that crashed or left was taken for alive by who knew it gone.",
    ),
    "crashes_known": _part(
        _of("crashes_known_to_all"),
        _of("crashes"),
        "{} of {} crashes known to all",
        "Share of the crashes that all who should know came to know.",
    ),
    "detections_a_crash": Measure(
        COUNT,
        lambda summary: summary["detections"] / summary["crashes"] if summary["crashes"] else None,
        lambda summary: f"{summary['detections']:,} detections of {summary['crashes']:,} crashes",
        "Members that should know of a crash and did when its watch ended, for each crash.",
    ),
    "known_to_all_s": _time(
        _of("full_dissemination_s"),
        _of("crashes_known_to_all"),
        lambda summary: summary["crashes"] - summary["crashes_held_gone_already"],
        "known to all after {}",
        "known to all never",
        "Longest time from a crash until all who should know do; never is forever.",
    ),
    "wrong_deaths": _count(
        _of("false_positives", "incidents", "count"),
        "{} wrong deaths",
        "Deaths concluded of live members, but for those parted from them; each counts once, however"
        " many were told.",
    ),
    "false_positives": _count(
        _of("false_positives", "events"),
        "{} false positives",
        "Deaths concluded of live members, but for those parted from them; each view counts.",
    ),
    "false_positives_by_healthy": _count(
        _of("false_positives", "fp_minus"),
        "{} false positives by healthy members",
        "False positives whose observer was not disturbed either, nor had been shortly before.",
    ),
    "false_positives_about_bystanders": _count(
        _of("false_positives", "about_bystanders"),
        "{} false positives about bystanders",
        "False positives about members to which the scenario had done nothing.",
    ),
    "false_positives_among_bystanders": _count(
        _of("false_positives", "among_bystanders"),
        "{} false positives among bystanders",
        "False positives in which the scenario had done nothing to observer and subject.",
    ),
    "query_accuracy": _quality(
        "query_accuracy",
        SHARE,
        None,
        "query accuracy {}",
        "Chance that a healthy member does not hold a living reachable one for dead at a random"
        " time (Chen et al.'s P_A).",
    ),
    "mistake_recurrence_s": _quality(
        "mistake_recurrence_time_s",
        SECONDS,
        math.inf,
        "a mistake of a pair in {}",
        "Mean time between two mistakes of a pair (Chen et al.'s E(T_MR)); without a mistake, never.",
    ),
    "mistake_duration_s": _quality(
        "mistake_duration_s",
        SECONDS,
        0.0,
        "mistakes of {}",
        "Mean duration of a mistake (Chen et al.'s E(T_M)); 0 without one.",
    ),
    "good_period_s": _quality(
        "good_period_s",
        SECONDS,
        math.inf,
        "good periods of {}",
        "Mean time from the end of a mistake of a pair to its next one (Chen et al.'s E(T_G)).",
    ),
    "buried_s": _longest(
        lambda summary: summary["quality_of_service"]["dead"]["member_error_durations"],
        "living members buried {}",
        "Longest time for which a living reachable member was dead to any healthy one; what was not"
        " seen to its end is forever.",
    ),
    "detection_s": Measure(
        SECONDS,
        lambda summary: (
            math.inf
            if summary["quality_of_service"]["undetected"]
            else summary["quality_of_service"]["detection_time_s"]["max"]
        ),
        lambda summary: "{:,} of {:,} observers noticed for good".format(
            summary["quality_of_service"]["detected"],
            summary["quality_of_service"]["detected"] + summary["quality_of_service"]["undetected"],
        ),
        "Longest time from a crash until an observer holds the member for dead for good (Chen et"
        " al.'s T_D); never is forever.",
    ),
    "disturbances_suspected": _noticed(
        "suspected",
        "{} of {} disturbances suspected",
        "Share of the pauses, stalls, blocks and so on that anybody suspected before their end.",
    ),
    "disturbances_declared_dead": _noticed(
        "declared_dead",
        "{} of {} disturbances declared dead",
        "Share of the disturbances that anybody declared a death before their end.",
    ),
    "disturbances_known": _noticed(
        "known_to_all",
        "{} of {} disturbances known to all",
        "Share of the disturbances that all who should know took for a death before their end.",
    ),
    "wrong_suspicions_refuted": _count(
        _of("refuted_suspicions"),
        "{} wrong suspicions refuted",
        "Suspicions of live members that their observers saw refuted.",
    ),
    "leaves_seen": _share(
        _of("leaves", "saw_left"),
        _of("leaves", "observers"),
        "{} of observers saw the leave",
        "Share of the members that were there at a leave and saw it as one.",
    ),
    "leaves_seen_as_failed": _share(
        _of("leaves", "saw_failed"),
        _of("leaves", "observers"),
        "{} saw a failure",
        "Share of the members that were there at a leave and took it for a failure.",
    ),
    "leaves_unseen": _share(
        _of("leaves", "saw_nothing"),
        _of("leaves", "observers"),
        "{} saw nothing",
        "Share of the members that were there at a leave and noticed nothing.",
    ),
    "restarts_accepted": _part(
        _of("restarts", "accepted_by_all"),
        _of("restarts", "restarts"),
        "{} of {} restarts accepted by all",
        "Share of the restarts after which all live members accepted the new process.",
    ),
    "accepted_s": _time(
        _of("restarts", "accepted_s"),
        _of("restarts", "accepted_by_all"),
        _of("restarts", "restarts"),
        "accepted by all after {}",
        "accepted never",
        "Longest time from a restart until all live members accept it; never is forever.",
    ),
    "unplugged_notices": _share(
        _of("disconnects", "held_gone"),
        _of("disconnects", "others"),
        "{} of the others given up by who is unplugged",
        "Share of the others that an unplugged member came to hold for gone.",
    ),
    "unplugged_noticed": _share(
        _of("disconnects", "gone_to"),
        _of("disconnects", "others"),
        "{} of the others give it up",
        "Share of the others that came to hold an unplugged member for gone.",
    ),
    "nacks_in_time": _share(
        _of("counts", "nacks_received"),
        _of("counts", "nacks_expected"),
        "{} of nacks in time",
        "Share of the nacks expected in failed probes that arrived before their round ended.",
    ),
    "probes_saved_by_streams": _count(
        _of("counts", "stream_pings_answered"),
        "{} probes saved by streams",
        "Probes that only the stream fallback saved.",
    ),
}

MEASURES = {name: _if_observable(name, measure) for name, measure in _MEASURES.items()}
