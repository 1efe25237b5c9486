# SPDX-License-Identifier: GPL-2.0-only
"""What the shipped table (studies/advice/table.json) says of a cluster: times, burials, load.

A time of detection has three parts, which scale differently, so each is told by itself (docs/tune/advise.md):

    suspicion   suspicion_mult * log10(n) probe intervals, by memberlist's rule
    wait        from the crash to the first suspicion and its confirmations: measured in probe intervals,
                by size; neither loss nor the multiplier changes it
    spread      from the first who declares it to the last who hears of it: seconds, by size and interval

Burials of the living come from counts by a model (burials.py), whose terms are `terms` here. Load is
measured at each loss, size, interval and multiplier. Between sizes a logarithm is what times go by, load goes
by the number itself; between intervals times and load are straight in the interval and in its inverse.

Only Python's own library, so that an answer does not wait for others to load.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.campaign.values import YEAR_S
from analysis.run import seal

TABLE = Path(__file__).resolve().parents[2] / "studies" / "advice" / "table.json"
FORMAT = 1

LEAST_LOSS = 0.005
"""Burials below this loss are told as at it, which is more: the model's logarithm ends there."""
NORMAL_95 = 1.959964


class TableError(Exception):
    """The table is damaged or of another version; the message says so."""


class NotCovered(Exception):
    """What is asked lies outside of the table; the message says what is covered."""


@dataclass(frozen=True)
class Setting:
    """What is recommended: all else is memberlist-lan's."""

    interval_s: float
    """The probe interval; the time-out is half of it."""
    mult: int
    """suspicion_mult."""


@dataclass(frozen=True)
class Range:
    """A number with its interval of 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Expected:
    """What the table says of a setting in a cluster."""

    setting: Setting
    median_s: Range
    """From a crash until all know of it."""
    p99_s: Range
    burials: Range
    """Wrong deaths a member-year."""
    bytes: Range
    """A member sends a second."""
    messages: Range
    interpolated: bool
    """Whether any of it lies between entries of the table."""
    extrapolated: bool
    """Whether the burials are told for a loss below all at which any were counted."""


def terms(members: int, loss: float, setting: Setting) -> list[float]:
    """Of the logarithm of wrong deaths a probe: constant, loss, size, suspicion, interval."""
    suspicion_s = setting.mult * _decades(members) * setting.interval_s
    return [
        1.0,
        math.log(max(loss, LEAST_LOSS) / 0.05),
        math.log(members / 100),
        math.log(suspicion_s),
        math.log(setting.interval_s),
    ]


def _decades(members: int) -> float:
    return max(1.0, math.log10(members))


class Table:
    """The table as it was read."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self._detection = raw["detection"]
        self._load = raw["load"]
        self._groups = raw["burials"]["groups"]

    def expected(self, members: int, loss: float, setting: Setting) -> Expected:
        """@param loss of a datagram, 0 to 1. Raises NotCovered."""
        self.check(members, loss)
        self._check_setting(setting)
        return Expected(
            setting,
            self._known(members, setting, "median"),
            self._known(members, setting, "p99"),
            self._burials(members, loss, setting),
            self._sent("bytes", members, loss, setting),
            self._sent("messages", members, loss, setting),
            self._between(members, loss, setting),
            loss < self.raw["burials"]["least_loss"],
        )

    def check(self, members: int, loss: float) -> None:
        """Raises NotCovered."""
        least, most = self._sizes
        if not least <= members <= most or not 0 <= loss <= self.most_loss(members):
            raise NotCovered(self.covered())

    @property
    def _sizes(self) -> tuple[int, int]:
        """Of which there are both times and loads."""
        both = (self._detection["members"], self._load["members"])
        return max(each[0] for each in both), min(each[-1] for each in both)

    def most_loss(self, members: int) -> float:
        """Of a cluster of this size."""
        reach = self._load["most_loss"]
        sizes = self._load["members"]
        return min(reach[str(size)] for size in sizes[slice(*_around(sizes, members))])

    def covered(self) -> str:
        """In words."""
        least, most = self._sizes
        losses, reach = self._load["losses"], self._load["most_loss"]
        full = [size for size in self._load["members"] if reach[str(size)] == losses[-1]]
        words = f"{least} to {most:,} members and up to {_percent(reach[str(most)])} of loss"
        if full and full[-1] < most:
            words += f", up to {full[-1]:,} members {_percent(losses[-1])}"
        low, high = self.intervals_s[0], self.intervals_s[-1]
        mults = self.mults
        return (
            f"the table covers {words}; probe intervals from {low:g} to {high:g} s with a time-out of half"
            f" of them, suspicion_mult from {mults[0]} to {mults[-1]}, and memberlist-lan's values of all else"
        )

    @property
    def intervals_s(self) -> list[float]:
        return list(self._detection["intervals_s"])

    @property
    def mults(self) -> list[int]:
        """The least and the greatest that were measured."""
        every = {mult for each in self._load["mults"].values() for mult in each}
        return [min(every), max(every)]

    def _check_setting(self, setting: Setting) -> None:
        intervals, mults = self.intervals_s, self.mults
        if not intervals[0] <= setting.interval_s <= intervals[-1]:
            raise NotCovered(self.covered())
        if not mults[0] <= setting.mult <= mults[-1]:
            raise NotCovered(self.covered())

    def _between(self, members: int, loss: float, setting: Setting) -> bool:
        return not (
            members in self._detection["members"]
            and loss in self._load["losses"]
            and setting.interval_s in self.intervals_s
            and setting.mult in self._load["mults"][str(members)]
        )

    def _known(self, members: int, setting: Setting, statistic: str) -> Range:
        wait, spread = self._detection["wait"], self._detection["spread_s"]
        sizes = self._detection["members"]

        def of_size(value: Callable[[str], float]) -> float:
            return _interpolated(sizes, members, lambda size: value(str(size)), math.log)

        def spread_of(size: str) -> float:
            times = dict(zip(self.intervals_s, spread[size]))
            return _interpolated(self.intervals_s, setting.interval_s, times.__getitem__, math.log)

        fixed = setting.mult * _decades(members) * setting.interval_s + of_size(spread_of)
        parts = [
            fixed + setting.interval_s * of_size(lambda size: wait[size][statistic][place])
            for place in range(3)
        ]
        return Range(*parts)

    def _burials(self, members: int, loss: float, setting: Setting) -> Range:
        probes = YEAR_S / setting.interval_s
        group = next(each for each in self._groups if members <= each["most"])
        asked = terms(min(max(members, group["told_from"]), group["told_to"]), loss, setting)
        coefficients, covariance = group["coefficients"], group["covariance"]
        log = math.fsum(a * b for a, b in zip(asked, coefficients))
        variance = math.fsum(
            x * y * covariance[i][j] for i, x in enumerate(asked) for j, y in enumerate(asked)
        )
        error = NORMAL_95 * math.sqrt(max(0.0, variance))
        low, value, high = (math.exp(log + step) * probes for step in (-error, 0.0, error))
        if loss == 0:
            return Range(0.0, 0.0, high)
        return Range(value, 0.0 if loss < LEAST_LOSS else low, high)

    def _sent(self, what: str, members: int, loss: float, setting: Setting) -> Range:
        cells, load = self._load["cells"], self._load

        def at(size: float, share: float, interval: float, mult: float) -> float:
            return float(cells[f"{size:g}/{share:g}/{interval:g}/{mult:g}"][what])

        def of_mult(size: float, share: float, interval: float) -> float:
            # What larger clusters send hardly follows the multiplier, and was measured at one.
            mults = load["mults"][f"{size:g}"]
            asked = min(max(setting.mult, mults[0]), mults[-1])
            return _interpolated(mults, asked, lambda mult: at(size, share, interval, mult))

        def of_interval(size: float, share: float) -> float:
            return _interpolated(
                load["intervals_s"],
                setting.interval_s,
                lambda interval: of_mult(size, share, interval),
                lambda interval: 1 / interval,
            )

        def of_loss(size: float) -> float:
            return _interpolated(load["losses"], loss, lambda share: of_interval(size, share))

        value = _interpolated(load["members"], members, of_loss)
        margin = self.raw["validated"][f"{what}_margin"]
        return Range(value, value / (1 + margin), value * (1 + margin))


def _around(places: Sequence[float], at: float) -> tuple[int, int]:
    """The slice of `places`, which ascend, that has `at` or lies around it."""
    if at in places:
        found = places.index(at)
        return found, found + 1
    above = bisect_right(places, at)
    return above - 1, above + 1


def _interpolated(
    places: Sequence[float],
    at: float,
    value: Callable[[Any], float],
    scale: Callable[[float], float] = float,
) -> float:
    """Straight between the neighbours in `places`, measured by `scale`."""
    around = places[slice(*_around(places, at))]
    if len(around) == 1:
        return value(around[0])
    low, high = around
    share = (scale(at) - scale(low)) / (scale(high) - scale(low))
    return (1 - share) * value(low) + share * value(high)


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def read_table(path: Path = TABLE) -> Table:
    """Raises TableError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TableError(f"{path}: cannot be read: {error.strerror}") from None
    if seal.is_broken(content):
        raise TableError(f"{path}: was changed after it was made")
    try:
        raw = json.loads(content)
    except ValueError as error:
        raise TableError(f"{path}: is no JSON: {error}") from None
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise TableError(f"{path}: is no table of format {FORMAT}")
    return Table(raw)
