# SPDX-License-Identifier: GPL-2.0-only
"""What is known before the first run: the table of advice (docs/tune/advise.md), for the search alone.

In a common case the table tells detection times and false burials by probe_interval and suspicion_mult. The
surrogate learns from that as from runs with the table's own uncertainty, so the search begins with a map
of what matters most, and what is rare is not unknown everywhere. It is no evidence: a goal is kept by
fresh runs alone, and where the table is wrong these say so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from analysis.advice.lookup import (
    Expected,
    NotCovered,
    Range,
    Setting,
    Table,
    TableError,
    read_table,
)
from campaign.tune.evaluate import is_count
from campaign.tune.product import Product
from campaign.tune.search.readings import NORMAL, Reading
from campaign.tune.space import Axis, Point, Space, number_of
from campaign.tune.table_product import INTERVAL, MULT, TIMEOUT, unlike_table

OF_TIME = {"known_to_all_s.p99": "p99_s", "known_to_all_s.median": "median_s"}
OF_COUNT = ("false_burials_per_member_year", "wrong_deaths.per_member_year")
INTERVALS = 10
"""So many, in equal ratios, over all that table and space have in common."""
LEAST_DEVIATION, LEAST_DEVIATION_OF_COUNT = 0.05, 1.0
"""Of a logarithm: held-out cases were within 10 % of times; a rate may be wrong by a factor of some three."""
LEAST_RATE = 1e-3
"""A member-year: what is rarer is as good."""

Prior = Mapping[Point, Mapping[str, Reading]]


def prior_of(
    space: Space,
    measures: tuple[str, ...],
    product: Product,
    settings: Mapping[str, str],
) -> Prior:
    """@param settings all that the cluster is given beyond the usual one; empty where the table has no say"""
    if not set(settings) <= {"cluster.members", "network.loss"}:
        return {}
    told = [measure for measure in measures if measure in OF_TIME or measure in OF_COUNT]
    axes = {axis.key: place for place, axis in enumerate(space.axes)}
    if not told or not {INTERVAL, MULT} <= set(axes):
        return {}
    members = int(number_of("cluster.members", settings["cluster.members"]))
    loss = number_of("network.loss", settings.get("network.loss", "0%")) / 100
    try:
        table = read_table()
        table.check(members, loss)
    except (NotCovered, TableError):
        return {}
    if unlike_table(table, product, product.settings(members, load=False)):
        return {}
    found: dict[Point, dict[str, Reading]] = {}
    for setting in _settings(table, space.axes[axes[INTERVAL]], space.axes[axes[MULT]]):
        point = _point(space, axes, setting)
        if point is not None:
            expected = table.expected(members, loss, setting)
            found[point] = {measure: _reading(measure, expected) for measure in told}
    return found


def _settings(table: Table, interval: Axis, mult: Axis) -> Iterator[Setting]:
    """Of levels of the space."""
    levels = [interval.number(text) for text in interval.levels]
    covered = [each for each in levels if table.intervals_s[0] <= each <= table.intervals_s[-1]]
    step = max(1, len(covered) // INTERVALS)
    for interval_s in covered[::step]:
        for text in mult.levels:
            if table.mults[0] <= mult.number(text) <= table.mults[-1]:
                yield Setting(interval_s, int(mult.number(text)))


def _point(space: Space, axes: Mapping[str, int], setting: Setting) -> Point | None:
    """The product's default but for these; None where the space has no such point."""
    point = list(space.default)
    wanted = {INTERVAL: setting.interval_s, TIMEOUT: setting.interval_s / 2, MULT: setting.mult}
    for key, number in wanted.items():
        if key in axes:
            axis = space.axes[axes[key]]
            point[axes[key]] = axis.nearest(axis.text(number))
    found = tuple(point)
    return found if space.allowed(found) else None


def _reading(measure: str, expected: Expected) -> Reading:
    if is_count(measure):
        told = expected.burials
        variance = _deviation(told, LEAST_DEVIATION_OF_COUNT) ** 2
        seen, rate = 1 / variance, max(told.value, LEAST_RATE)
        return Reading(math.log((seen + 0.5) / seen * rate), variance, seen, seen / rate)
    told = getattr(expected, OF_TIME[measure])
    return Reading(math.log(told.value), _deviation(told, LEAST_DEVIATION) ** 2)


def _deviation(told: Range, least: float) -> float:
    """Of the logarithm."""
    low, high = max(told.low, LEAST_RATE / 10), max(told.high, LEAST_RATE / 10)
    return max(least, math.log(high / low) / (2 * NORMAL))
