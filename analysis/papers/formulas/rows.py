# SPDX-License-Identifier: GPL-2.0-only
"""The rows of the table that this paper's own studies fill: V1, V2, V3, V6 and V7."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from analysis.papers.cells import Numbers
from analysis.papers.published import Published
from analysis.papers.target import Target, within
from analysis.papers.words import number, with_interval
from analysis.theory.accuracy import probe_failure
from analysis.theory.detection import first_ping_mean, round_robin_survival
from analysis.theory.infection import half_time
from analysis.theory.load import messages_a_probe, sent_deviation
from analysis.theory.suspicion import Bounds, timeout_s

NORMAL_99 = 2.5758
"""The normal quantile of a two-sided interval of 99 %."""
STANDARD_ERRORS = 3.0
MEAN_SHARE, DEVIATION_SHARE = 0.005, 0.03
"""V3: of the mean of a load, and of its standard deviation."""
IDEAL_SHARE, LOGISTIC_SHARE = 0.05, 0.25
"""V7: of the ideal network, and above the logistic law."""
RULE_S = 0.001
"""V6: a millisecond."""


def round_robin_rounds(n: int) -> float:
    """Periods begun until the first ping of a given member among n, each with shuffled targets of its own."""
    m = n - 1
    return math.fsum(round_robin_survival(m, k) ** m for k in range(2 * m - 1))


def probes(numbers: Numbers) -> list[Target]:
    """V1."""
    made = []
    for row in numbers["probes"]:
        expected = probe_failure(row["loss_percent"] / 100, row["helpers"])
        share = row["failed"] / row["probes"]
        tolerance = NORMAL_99 * math.sqrt(expected * (1 - expected) / row["probes"])
        made.append(
            Target(
                "V1",
                f"probes that fail, {row['loss_percent']:g} % loss, {_helpers(row['helpers'])},"
                f" {row['probes']:,} probes",
                f"{100 * expected:.4f} %",
                f"{with_interval(row['failed_percent'], 4)} %",
                f"±{100 * tolerance:.4f} (binomial, 99 %)",
                within(share, expected, tolerance),
            )
        )
    return made


def _helpers(count: int) -> str:
    return {0: "no helper", 1: "1 helper"}.get(count, f"{count} helpers")


def detection(numbers: Numbers, published: Published) -> list[Target]:
    """V2. Targets are shuffled round-robin, as in section 4.3, so its law is expected; the one of targets drawn
    anew each time stands beside it."""
    made = []
    for row in numbers["detection"]:
        random = {
            key: published[f"v2.{name}.N{row['members']}"].value
            for key, name in (("first_ping", "random"), ("rounds", "rounds"))
        }
        made += [
            _wait(row, "first_ping", "crash to first ping", first_ping_mean, random["first_ping"]),
            _wait(row, "rounds", "periods begun until then", round_robin_rounds, random["rounds"]),
        ]
    return made


def _wait(row: Numbers, key: str, what: str, law: Callable[[int], float], random: float) -> Target:
    members, found = row["members"], row[key]
    expected, error = law(members), found["standard_error"]
    return Target(
        "V2",
        f"{what}, {members} members, {found['n']:,} crashes (random targets: {number(random)})",
        f"{expected:.3f} periods",
        with_interval(found, 3),
        "3 standard errors"
        if error is None
        else f"±{STANDARD_ERRORS * error:.3f} (3 standard errors)",
        None if error is None else within(found["value"], expected, STANDARD_ERRORS * error),
    )


def load(numbers: Numbers) -> list[Target]:
    """V3."""
    made = []
    for row in numbers["load"]:
        members = row["members"]
        for key, what, expected, share in (
            ("sent_per_period", "messages sent a period", 2.0, MEAN_SHARE),
            ("received_per_period", "messages received a period", 2.0, MEAN_SHARE),
            (
                "sent_per_period_sd",
                "standard deviation of those sent",
                sent_deviation(members),
                DEVIATION_SHARE,
            ),
        ):
            made.append(
                _share(f"{what}, {members} members, no loss", expected, row[key], share, "V3")
            )
    for row in numbers["probes"]:
        expected = messages_a_probe(row["loss_percent"] / 100, row["helpers"])
        what = f"messages a probe, {row['loss_percent']:g} % loss, {_helpers(row['helpers'])}"
        made.append(_share(what, expected, row["messages_a_probe"], MEAN_SHARE, "V3"))
    return made


def _share(what: str, expected: float, found: Numbers, share: float, name: str) -> Target:
    return Target(
        name,
        what,
        f"{expected:.3f}",
        with_interval(found, 3),
        f"±{100 * share:g} %",
        within(found["value"], expected, share * expected),
    )


def suspicion(numbers: Numbers, published: Published) -> list[Target]:
    """V6."""
    made = []
    by_name = {row["name"]: row for row in numbers["confirmations"]}
    for rule in dict.fromkeys(name.rsplit("-", 1)[0] for name in by_name):
        rows = [by_name[name] for name in by_name if name.rsplit("-", 1)[0] == rule]
        expected = [_suspicion_s(row["name"], published) for row in rows]
        passed = all(
            within(row[end], value, RULE_S + 1e-9)
            for row, value in zip(rows, expected)
            for end in ("shortest", "longest")
        )
        what = (
            "a suspicion of 2 to 30 s, memberlist's test values"
            if rule == "memberlist"
            else f"a suspicion among 128, α = {rule[1]}, β = {rule[3]}"
        )
        made.append(
            Target(
                "V6",
                f"{what}, by confirmations 0 to {len(rows) - 1}",
                _seconds(expected),
                _seconds([row["longest"] for row in rows]),
                "±1 ms",
                passed,
            )
        )
    for row in numbers["timeouts"]:
        id_ = f"v6.swim.N{row['members']}"
        if id_ not in {value.id for value in published}:
            continue
        periods = published[id_].value
        made.append(
            Target(
                "V6",
                f"SWIM's suspicion, {row['members']} members",
                f"{periods:g} periods",
                f"{row['longest']:g}",
                "exact",
                bool(row["shortest"] == row["longest"] == periods),
            )
        )
    return made


def _seconds(values: Sequence[float]) -> str:
    return f"{' / '.join(f'{value:.3f}' for value in values)} s"


def _suspicion_s(name: str, published: Published) -> float:
    """memberlist's own test values as they are; of a tuning the formula with memberlist's log10 of 128, which
    is cut to thousandths."""
    rule, _, confirmations = name.rpartition("-")
    if rule == "memberlist":
        return published[f"v6.{name}"].value
    alpha, beta = int(rule[1]), int(rule[3])
    least = alpha * math.floor(1000 * math.log10(128)) / 1000
    return timeout_s(Bounds(3, least, beta * least), int(confirmations))


def infection(numbers: Numbers, published: Published) -> list[Target]:
    """V7."""
    made = []
    for row in numbers["infection"]:
        members = row["members"]
        for key, what in (("median", "news at the median member"), ("all", "news at the last")):
            ideal = published[f"v7.{key}.N{members}"].value
            made.append(
                _share(f"{what}, {members} members, periods", ideal, row[key], IDEAL_SHARE, "V7")
            )
        law, found = half_time(members), row["median"]
        value = found["value"]
        made.append(
            Target(
                "V7",
                f"news at the median member, {members} members, against the logistic law",
                f"{law:.3f}",
                with_interval(found, 3),
                f"at most +{100 * LOGISTIC_SHARE:g} %",
                None if value is None else value <= (1 + LOGISTIC_SHARE) * law,
            )
        )
    return made
