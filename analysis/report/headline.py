# SPDX-License-Identifier: GPL-2.0-only
"""The headline of a report: the answer in a few sentences, and the tables of numbers with what each
one means.

Everything here is a view of summary.json; nothing is computed. What is not known is said in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analysis.report import disturbances
from analysis.campaign.observable import DEAD, NOT_OBSERVABLE, REFUTED, SUSPECT, TRAFFIC, told
from analysis.campaign.text import count, duration, interval, number, quantity


@dataclass(frozen=True)
class Row:
    """One measure: what it is called, what came out, what that means."""

    name: str
    value: str
    words: str
    note: str = ""
    """Second line under the value: an interval, a bound, a breakdown."""


@dataclass(frozen=True)
class TimeRow:
    """One distribution of times: the columns of the table of times."""

    name: str
    n: str
    median: str
    ci95: str
    no_ci95: str
    """What it would take to have an interval."""
    p99: str
    p999: str
    longest: str
    words: str


@dataclass(frozen=True)
class Group:
    """Rows that belong together, under one title."""

    title: str
    rows: list[Row]


def was_parted(summary: dict[str, Any]) -> bool:
    """Whether any run had a partition: only then are there rows about one."""
    return summary["partition"]["remerged_runs"] is not None


def answer(summary: dict[str, Any]) -> list[str]:
    """The answer to the scenario's question, in sentences that need no table."""
    sentences = [
        *disturbances.sentences(summary["disturbances"]),
        _on_errors(summary),
        _on_load(summary),
    ]
    if was_parted(summary):
        sentences.insert(len(sentences) - 1, _on_partition(summary))
    if summary["crashes"]:
        sentences.insert(0, _on_crashes(summary))
    return sentences


def _on_crashes(summary: dict[str, Any]) -> str:
    if DEAD in summary["not_observable"]:
        return (
            f"Members have no word for a death: when a crash was known to all is {NOT_OBSERVABLE}."
        )
    crashes, known = summary["crashes"], summary["crashes_known_to_all"]
    if not known:
        return f"No crash of {crashes:,} became known to every live member within its run."
    share = f"All {crashes:,} crashes" if known == crashes else f"{known:,} of {crashes:,} crashes"
    if crashes == 1:
        share = "The one crash"
    first, full = summary["first_dead_s"], summary["full_dissemination_s"]
    return (
        f"{share} became known to every live member. In the median a first member declared the"
        f" crashed one dead after {duration(first['median'])}, and the last one after"
        f" {duration(full['median'])}; the slowest crash took {duration(full['max'])} to be known"
        " to all."
    )


def _on_errors(summary: dict[str, Any]) -> str:
    if DEAD in summary["not_observable"]:
        return f"Members have no word for a death, so wrong deaths are {NOT_OBSERVABLE}."
    false = summary["false_positives"]
    found = false["incidents"]
    if found["count"]:
        bounds = f" (95 % interval {interval(found['ci95'])})" if found["ci95"] else ""
        return (
            f"{count(found['count'], 'living member within reach was', 'times a living member within reach was')}"
            f" wrongly declared dead{bounds}, in {found['runs_with_any']} of"
            f" {count(summary['runs'], 'run')}; with all who were told, that is"
            f" {count(false['events'], 'false positive')}."
        )
    seen = "No living member within reach was declared dead"
    if found["per_member_hour_ci95"] is None:
        return f"{seen}."
    hours = quantity(found["exposed_member_hours"], "member-hours")
    return (
        f"{seen}, in {hours} of simulated time; with 95 % confidence that means fewer than"
        f" {number(found['per_member_hour_ci95'][1])} a member-hour."
    )


def _on_partition(summary: dict[str, Any]) -> str:
    partition, runs = summary["partition"], summary["runs"]
    if not partition["remerged_runs"]:
        return (
            "After the partition the sides did not become one cluster again in any of"
            f" {count(runs, 'run')}."
        )
    return (
        f"After the partition the sides were one cluster again in {partition['remerged_runs']} of"
        f" {count(runs, 'run')}, {duration(partition['remerged_s']['median'])} after it healed"
        " (median)."
    )


def _on_load(summary: dict[str, Any]) -> str:
    messages, octets = (
        summary[f"{what}_per_member_second"]["total"] for what in ("messages", "bytes")
    )
    if messages is None:
        return f"What members sent is {NOT_OBSERVABLE}."
    return f"Each member sent {number(messages)} messages and {number(octets)} bytes a second."


def time_rows(summary: dict[str, Any]) -> list[TimeRow]:
    """The distributions of times; those of crashes only where there were crashes, of a partition
    likewise."""
    rows: list[TimeRow] = []
    untold = summary["not_observable"]
    if summary["crashes"]:
        rows += [
            _time_row(
                "First suspicion",
                summary["first_suspect_s"],
                "From the crash until any member suspects it: a probe and all its helpers stayed"
                " without an answer.",
                SUSPECT in untold,
            ),
            _time_row(
                "First declared dead",
                summary["first_dead_s"],
                "From the crash until any member gives it up, so the time to refute the suspicion"
                " is over.",
                DEAD in untold,
            ),
            _time_row(
                "Known to all",
                summary["full_dissemination_s"],
                "From the crash until the last live member has declared it dead.",
                DEAD in untold,
            ),
        ]
    for verb, found in summary["disturbances"].items():
        if found["first_dead_s"]["n"]:
            rows.append(
                _time_row(
                    f"First declared dead ({verb})",
                    found["first_dead_s"],
                    f"From the moment at which {disturbances.who(verb)} were disturbed until any member"
                    " gives them up; of those that were given up before it ended.",
                )
            )
    if was_parted(summary):
        rows += [
            _time_row(
                "Separated",
                summary["partition"]["separated_s"],
                "From the partition until every member has given up all members of the other"
                " sides.",
            ),
            _time_row(
                "One again",
                summary["partition"]["remerged_s"],
                "From the healing until every live member again counts every live member in.",
            ),
        ]
    return rows


def _time_row(name: str, times: dict[str, Any], words: str, is_untold: bool = False) -> TimeRow:
    is_hidden = is_untold and times["median"] is None
    return TimeRow(
        name,
        f"{times['n']:,}",
        NOT_OBSERVABLE if is_hidden else quantity(times["median"], "s"),
        interval(times["ci95"]),
        times["no_ci95"] or "",
        quantity(times["p99"], "s"),
        quantity(times["p999"], "s"),
        quantity(times["max"], "s"),
        words,
    )


def groups(summary: dict[str, Any]) -> list[Group]:
    """The counts and rates, grouped by the question that they answer."""
    found = []
    if summary["crashes"]:
        found.append(Group("Are all crashes noticed?", [_completeness(summary)]))
    if summary["disturbances"]:
        found.append(Group("Are disturbed members noticed?", _disturbed_rows(summary)))
    found.append(Group("Are living members left alone?", _error_rows(summary)))
    if was_parted(summary):
        found.append(Group("Does the cluster heal?", [_healing(summary)]))
    found.append(Group("What does it cost?", _load_rows(summary)))
    return found


def _completeness(summary: dict[str, Any]) -> Row:
    return Row(
        "Crashes known to all",
        f"{summary['crashes_known_to_all']:,} of {summary['crashes']:,}",
        "Crashes that every member that lived on had learned of before the run, or the crash, was"
        " over. The interval is of the share that endless repetition would give.",
        _share_note(summary["crashes_known_to_all_ci95"]),
    )


def _disturbed_rows(summary: dict[str, Any]) -> list[Row]:
    rows = []
    for verb, found in summary["disturbances"].items():
        value, note = disturbances.fate(found)
        words = (
            "Members that were not as they should be, and came back. One that comes back before anybody"
            " gives it up leaves unknown how long that would take."
        )
        rows.append(Row(disturbances.who(verb).capitalize(), value, words, note))
    return rows


def _share_note(bounds: list[float] | None) -> str:
    return "" if bounds is None else interval([100 * bound for bound in bounds]) + "\u00a0%"


def _incident_row(found: dict[str, Any]) -> Row:
    words = (
        "How often a living member that could be reached was declared dead, each wrong death counted"
        " once, however many were told. The interval allows for runs that differ."
    )
    if found["count"]:
        note = interval(found["ci95"]) or found["no_ci95"]
        if found["per_member_hour"] is not None:
            rate = number(found["per_member_hour"])
            note += f"; a member-hour {rate} {interval(found['per_member_hour_ci95'])}".rstrip()
    else:
        words += (
            " None seen does not prove none possible: the bound is what may have been missed in the"
            " time for which members lived, with up to four wrong deaths of one cause allowed for."
        )
        bound = found["per_member_hour_ci95"]
        note = f"below {number(bound[1])} a member-hour (95 %)" if bound else ""
    return Row("Wrong deaths (incidents)", f"{found['count']:,}", words, note)


def _error_rows(summary: dict[str, Any]) -> list[Row]:
    false, untold = summary["false_positives"], summary["not_observable"]
    if DEAD in untold:
        return [
            Row("Wrong deaths (incidents)", NOT_OBSERVABLE, "Members have no word for a death.")
        ]
    note = f"{count(false['subjects'], 'member')}, {count(false['pairs'], 'pair')}"
    rows = [
        _incident_row(false["incidents"]),
        Row(
            "False positives (FP)",
            f"{false['events']:,}",
            "The same with everybody who declared it: one wrong death that spreads is as many as"
            " members were told. They repeat each other, so their number has no interval. Below it:"
            " distinct members, and pairs of observer and member.",
            note if false["events"] else "",
        ),
        Row(
            "by healthy observers (FP−)",
            f"{false['fp_minus']:,}",
            "Those among them whose observer was itself left alone by the scenario.",
        ),
        Row(
            "Refuted suspicions",
            told(REFUTED, untold, number(summary["refuted_suspicions"])),
            "Times that a living member was suspected and cleared itself before its time ran out:"
            " errors that suspicion saved from becoming false positives.",
        ),
    ]
    if was_parted(summary):
        rows.append(
            Row(
                "Declared dead across the partition",
                f"{false['during_partition']:,}",
                "Living members on another side, declared dead by members that could not reach"
                " them. Right as far as anybody could see, and so no false positives.",
            )
        )
    return rows


def _healing(summary: dict[str, Any]) -> Row:
    return Row(
        "Runs in which the sides became one again",
        f"{summary['partition']['remerged_runs']:,} of {summary['runs']:,}",
        "By the end of the run every live member counted every live member in.",
        _share_note(summary["partition"]["remerged_runs_ci95"]),
    )


def _load_rows(summary: dict[str, Any]) -> list[Row]:
    rows = []
    for what, words in (
        (
            "messages",
            "Messages that a member sends each second; a datagram that carries several counts"
            " once.",
        ),
        (
            "bytes",
            "Payload that a member sends each second over UDP and TCP, without the headers of IP.",
        ),
    ):
        rate = summary[f"{what}_per_member_second"]
        shares = sorted(rate["by_kind"].items(), key=lambda item: (-(item[1] or 0.0), item[0]))
        note = ", ".join(f"{kind} {number(value)}" for kind, value in shares if value)
        rows.append(
            Row(
                f"{what.capitalize()} sent a member and second",
                told(TRAFFIC, summary["not_observable"], number(rate["total"])),
                f"{words} By kind: {note}." if note else words,
            )
        )
    return rows
