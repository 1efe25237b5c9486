# SPDX-License-Identifier: GPL-2.0-only
"""Quality of service and the detection of disturbances, over the runs of a campaign.

Chen, Toueg and Aguilera's means are ratios of sums over all runs (docs/metrics.md says why), so they
lean to no side when a window cuts intervals off. Quantiles of durations, some of which were not seen
to their end, are those of the product-limit estimate (Kaplan and Meier, JASA 53, 1958): a duration of
at least 10 s counts up to 10 s and not beyond. A quantile that the estimate does not reach is None.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from analysis.campaign.clusters import Clusters
from analysis.campaign.statistics import distribution
from analysis.run.metrics import DisturbanceMetrics, RunMetrics

READINGS = ("dead", "suspected")
"""What is a mistake: to hold a living reachable member for dead, or to suspect it already."""

ENOUGH_FOR = {"p99": (0.99, 100), "p999": (0.999, 1000)}
"""Quantiles of the tail, and the fewest values that speak of them."""


def durations(tallies: Iterable[dict[str, list[Any]]]) -> dict[str, Any]:
    """Quantiles of the durations of several runs: how many `ended` in sight and were `censored`, the
    `median`, `p99`, `p999` (None where too few), the longest that ended, and the longest that did not
    if it is longer."""
    counts: dict[float, list[int]] = {}
    for tally in tallies:
        for seconds, ended, censored in zip(
            tally["seconds"], tally["ended"], tally["censored"], strict=True
        ):
            entry = counts.setdefault(seconds, [0, 0])
            entry[0] += ended
            entry[1] += censored
    ended = sum(entry[0] for entry in counts.values())
    censored = sum(entry[1] for entry in counts.values())
    longest = max((seconds for seconds, entry in counts.items() if entry[0]), default=None)
    unended = max((seconds for seconds, entry in counts.items() if entry[1]), default=None)
    is_longer = unended is not None and unended > (longest or 0.0)
    result = {"ended": ended, "censored": censored, "median": quantile(counts, 0.5)}
    for name, (share, enough) in ENOUGH_FOR.items():
        result[name] = quantile(counts, share) if ended >= enough else None
    return {**result, "max": longest, "at_least": unended if is_longer else None}


def quantile(counts: dict[float, list[int]], share: float) -> float | None:
    """The first duration at which at most 1 - share are estimated to last longer."""
    at_risk = sum(ended + censored for ended, censored in counts.values())
    lasting = 1.0
    for seconds in sorted(counts):
        ended, censored = counts[seconds]
        lasting *= 1 - ended / at_risk
        if ended and lasting <= 1 - share + 1e-12:
            return seconds
        at_risk -= ended + censored
    return None


def quality_of_service(runs: Sequence[RunMetrics]) -> dict[str, Any]:
    """`quality_of_service` of summary.json."""
    all_runs = [run.quality_of_service for run in runs]
    detections = [run.detection_times for run in runs]
    return {
        "pairs": sum(quality["pairs"] for quality in all_runs),
        "exposed_pair_s": math.fsum(quality["exposed_pair_s"] for quality in all_runs),
        "exposed_member_s": math.fsum(quality["exposed_member_s"] for quality in all_runs),
        "detection_time_s": durations(found["times"] for found in detections),
        **{
            key: sum(found[key] for found in detections)
            for key in ("detected", "already", "cut_off", "undetected")
        },
        **{reading: _reading(all_runs, reading) for reading in READINGS},
    }


def _reading(runs: Sequence[dict[str, Any]], reading: str) -> dict[str, Any]:
    found = [run[reading] for run in runs]
    # While an error is inherited, no mistake can begin.
    exposed = math.fsum(run["exposed_pair_s"] - run[reading]["inherited_pair_s"] for run in runs)
    wrong = math.fsum(entry["mistake_pair_s"] for entry in found)
    mistakes = sum(entry["mistakes"] for entry in found)
    member_s = math.fsum(run["exposed_member_s"] for run in runs)
    in_error = math.fsum(entry["subject_error_s"] for entry in found)
    result = {
        "mistakes": mistakes,
        "mistake_recurrence_time_s": exposed / mistakes if mistakes else None,
        "mistake_duration_s": wrong / mistakes if mistakes else None,
        "good_period_s": (exposed - wrong) / mistakes if mistakes else None,
        "query_accuracy": 1 - wrong / exposed if exposed > 0 else None,
        "mistake_durations": durations(entry["mistake_durations"] for entry in found),
        "inherited": sum(entry["inherited"] for entry in found),
        "inherited_durations": durations(entry["inherited_durations"] for entry in found),
        "members_in_error": sum(entry["subject_errors"] for entry in found),
        "member_error_durations": durations(entry["subject_error_durations"] for entry in found),
        "member_error_share": in_error / member_s if member_s > 0 else None,
    }
    if "pairs_with_mistakes" in found[0]:
        result |= {
            "pairs_with_mistakes": sum(entry["pairs_with_mistakes"] for entry in found),
            "recurrence_times": durations(entry["recurrence_times"] for entry in found),
            "good_periods": durations(entry["good_periods"] for entry in found),
        }
    return result


def disturbances(clusters: Clusters) -> dict[str, dict[str, Any]]:
    """`disturbances` of summary.json: by the verb that began them, in order of the alphabet."""
    verbs = sorted({spell.verb for run in clusters.runs for spell in run.disturbances})
    return {verb: _detection(clusters, verb) for verb in verbs}


def _detection(clusters: Clusters, verb: str) -> dict[str, Any]:
    spells = [s for run in clusters.runs for s in run.disturbances if s.verb == verb]

    def times(delay: Callable[[DisturbanceMetrics], float | None]) -> dict[str, Any]:
        found = clusters.values(
            lambda run: [delay(spell) for spell in run.disturbances if spell.verb == verb]
        )
        return distribution(found, clusters.of).as_dict()

    def count(condition: Callable[[DisturbanceMetrics], bool]) -> int:
        return sum(1 for spell in spells if condition(spell))

    return {
        "count": len(spells),
        "accused_before": count(lambda spell: spell.accused_before),
        "suspected": count(lambda spell: spell.first_suspect_s is not None),
        "declared_dead": count(lambda spell: spell.first_dead_s is not None),
        "known_to_all": count(lambda spell: spell.known_to_all_s is not None),
        "ended": count(lambda spell: spell.ended_s is not None),
        "ended_unsuspected": count(
            lambda spell: spell.ended_s is not None and spell.first_suspect_s is None
        ),
        "ended_undeclared": count(
            lambda spell: spell.ended_s is not None and spell.first_dead_s is None
        ),
        "ended_before_known_to_all": count(
            lambda spell: spell.ended_s is not None and spell.known_to_all_s is None
        ),
        "first_suspect_s": times(lambda spell: spell.first_suspect_s),
        "first_dead_s": times(lambda spell: spell.first_dead_s),
        "known_to_all_s": times(lambda spell: spell.known_to_all_s),
    }


def measure(runs: Sequence[RunMetrics]) -> dict[str, Any]:
    """`measure` of summary.json: the window where all runs share it, and what is to be said of it."""
    measures = [run.measure for run in runs]

    def common(key: str) -> Any:
        values = [entry[key] for entry in measures]
        return values[0] if all(value == values[0] for value in values) else None

    return {
        **{key: common(key) for key in measures[0]},
        "warnings": list(
            dict.fromkeys(text for entry in measures for text in window_warnings(entry))
        ),
    }


def window_warnings(found: dict[str, Any]) -> list[str]:
    """What is to be said of the window of a run, given `measure` of its metrics."""
    length = found["to_s"] - found["from_s"]
    longest = found["longest_suspicion_s"]
    if length >= longest:
        return []
    return [
        f"the window of {length:g} s is shorter than the longest suspicion ({longest:g} s): what is"
        " suspected in it may end after it"
    ]


def transient(found: dict[str, Any]) -> str | None:
    """The start-up transient in words, None where the window leaves it out or there is none."""
    shortest, start = found["shortest_suspicion_s"], found["from_s"]
    if not shortest or start is None or start >= shortest:
        return None
    return f"no suspicion can end in the first {shortest:g} s; measured from {start:g} s on"


def quality_rows(summary: dict[str, Any]) -> list[tuple[str, str]]:
    """Rows of the headline: what there was of it."""
    quality = summary["quality_of_service"]
    rows = []
    for verb, found in summary["disturbances"].items():
        rows.append(
            (
                f"noticed: {verb}",
                f"{found['suspected']} of {found['count']} suspected, {found['declared_dead']}"
                f" declared dead, {found['known_to_all']} known to all;"
                f" {found['ended_undeclared']} ended before a death",
            )
        )
    dead = quality["dead"]
    if dead["mistakes"]:
        accuracy = f"{dead['query_accuracy']:.9f}".rstrip("0")
        rows += [
            (
                "mistakes",
                f"{dead['mistakes']} of {dead['pairs_with_mistakes']} of {quality['pairs']} pairs,"
                f" {dead['mistake_duration_s']:.2f} s long, one a pair in"
                f" {dead['mistake_recurrence_time_s']:.0f} s; query accuracy {accuracy}",
            )
        ]
    if dead["members_in_error"]:
        rows.append(("living members buried", _in_words(dead["member_error_durations"])))
    if transient(summary["measure"]) and (dead["mistakes"] or summary["false_positives"]["events"]):
        rows.append(("start-up transient", str(transient(summary["measure"]))))
    rows += [("warning", text) for text in summary["measure"]["warnings"]]
    return rows


def _in_words(found: dict[str, Any]) -> str:
    count = found["ended"] + found["censored"]
    words = [f"{count} times"]
    if found["median"] is not None:
        words.append(f"for {found['median']:.2f} s in the median")
    if found["max"] is not None:
        words.append(f"max {found['max']:.2f} s")
    if found["censored"]:
        words.append(f"{found['censored']} not seen to the end")
    return ", ".join(words)
