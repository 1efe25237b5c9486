# SPDX-License-Identifier: GPL-2.0-only
"""How often heartbeats may be sent, and how long waited for, for a wanted quality of service.

Chen, Toueg and Aguilera (IEEE TC 51(5), 2002) configure their detector NFD-S, and NFD-E with alpha = delta -
E(D), from three requirements on a pair of members: the longest detection time T_D^U, the least mean time from
a mistake to the next T_MR^L, and the longest mean duration of a mistake T_M^U. Heartbeats are sent each
interval eta and may take delta; a heartbeat is lost with p_L, or takes D, each by itself. Of all eta the
largest is taken, so that fewest messages are sent; delta = T_D^U - eta.

- The law of D known: E(T_MR) = eta / (q' prod_j (p_L + (1 - p_L) P(D > T_D^U - j eta))), where q' = (1 - p_L)
  P(D < T_D^U) and j = 1 ... ceil(T_D^U / eta) - 1; and eta <= q' T_M^U keeps the duration.
- Only mean E and variance V known: by Cantelli's inequality P(D > x) <= V / (V + (x - E)^2) for x > E.
  Of q' that gives g = (1 - p_L) (T_D^U - E)^2 / (V + (T_D^U - E)^2) at least, which limits eta, and 1 - p_L at
  most, by which E(T_MR) is divided; the product is over j = 1 ... ceil((T_D^U - E) / eta) - 1 of (V + p_L a^2) /
  (V + a^2), a = T_D^U - E - j eta.

Both are remembered rather than read, and checked: the first against simulated mistakes, the second against a
law for which Cantelli's inequality is sharp; and the paper's example gives 9.976 s where 9.97 s is printed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

MOST_HEARTBEATS = 1000
"""That may be waited for at a time."""
_STEPS = 1024
"""In which an interval is looked for among those with as many of them."""
_HALVINGS = 50
_DECADES, _STEPS_A_DECADE = 9, 50
LEAST_S, MOST_S = 1e-3, 86400.0
"""Of interval and delta, as the detector takes them."""


@dataclass(frozen=True)
class Wanted:
    """Of each pair of members, in seconds."""

    detected_s: float
    """T_D^U, above 0."""
    apart_s: float
    """T_MR^L, at least 0."""
    last_s: float
    """T_M^U, above 0."""


@dataclass(frozen=True)
class Heartbeats:
    """What keeps it."""

    interval_s: float
    delta_s: float
    apart_s: float
    """E(T_MR), or at least; infinity: there are no mistakes."""
    last_s: float
    """E(T_M) at most."""


@dataclass(frozen=True)
class Law:
    """What is known of the network."""

    loss: float
    """p_L, 0 to below 1."""
    later: Callable[[float], float]
    """P(D > x), or what it is at most, of x >= 0 in seconds."""
    known: bool = True
    """Else `later` is a bound."""
    shift_s: float = 0.0
    """A heartbeat that has less time than this is not counted on."""


def exponential(loss: float, mean_s: float) -> Law:
    """Delays by an exponential law."""
    return Law(loss, lambda x: math.exp(-x / mean_s))


def constant(loss: float, delay_s: float) -> Law:
    """A delay that never changes; who arrives at the freshness point is late."""
    return Law(loss, lambda x: 1.0 if x <= delay_s else 0.0)


def of_moments(loss: float, mean_s: float, deviation_s: float) -> Law:
    """Delays of which no more is known, by Cantelli's inequality."""
    variance = deviation_s**2

    def later(x: float) -> float:
        if x <= mean_s:
            return 1.0
        return variance / (variance + (x - mean_s) ** 2)

    return Law(loss, later, known=False, shift_s=mean_s)


def recurrence_s(wanted_s: float, interval_s: float, law: Law) -> float:
    """E(T_MR) where a crash is detected within `wanted_s`, or what it is at least.

    @param interval_s eta, up to wanted_s; @return infinity where no heartbeat is ever missed
    """
    waited_for = math.ceil((wanted_s - law.shift_s) / interval_s) - 1
    missed = _missed(wanted_s, interval_s, waited_for, law)
    return interval_s / missed if missed > 0 else math.inf


def _missed(wanted_s: float, interval_s: float, waited_for: int, law: Law) -> float:
    """The chance that a mistake begins with an interval: one heartbeat was in time, the next so many are not."""
    missed = _arrives(wanted_s, law) if law.known else 1 - law.loss
    for j in range(1, waited_for + 1):
        missed *= law.loss + (1 - law.loss) * law.later(wanted_s - j * interval_s)
    return missed


def _arrives(wanted_s: float, law: Law) -> float:
    """q', or what it is at least: that a heartbeat arrives in time."""
    return (1 - law.loss) * (1 - law.later(wanted_s))


def configure(wanted: Wanted, law: Law) -> Heartbeats | None:
    """The largest interval that keeps what is wanted; None: none does, with MOST_HEARTBEATS at most."""
    arrives = _arrives(wanted.detected_s, law)
    span = wanted.detected_s - law.shift_s
    floor = max(LEAST_S, wanted.detected_s - MOST_S)
    most = min(arrives * wanted.last_s, span, wanted.detected_s - LEAST_S, MOST_S)
    if most < floor:
        return None

    def keeps(interval_s: float) -> bool:
        return recurrence_s(wanted.detected_s, interval_s, law) >= wanted.apart_s

    # From span / (k + 1) to below span / k, k heartbeats are waited for; each is later the longer eta is.
    for waited_for in range(math.ceil(span / most) - 1, MOST_HEARTBEATS + 1):
        least = max(floor, span / (waited_for + 1))
        end = min(most, math.nextafter(span / max(waited_for, 0.5), 0))
        if end < floor:
            return None
        if end < least or (
            end < wanted.apart_s * _missed(wanted.detected_s, least, waited_for, law)
        ):
            continue
        tops = [(wanted.detected_s - time_s) / max(waited_for, 1) for time_s in _times(span)]
        found = _largest(least, end, tops, keeps)
        if found is not None:
            return Heartbeats(
                found,
                wanted.detected_s - found,
                recurrence_s(wanted.detected_s, found, law),
                found / arrives,
            )
    return None


def _times(span: float) -> list[float]:
    """That the last heartbeat may have, closer together the shorter they are."""
    return [span * 10 ** (-place / _STEPS_A_DECADE) for place in range(_DECADES * _STEPS_A_DECADE)]


def _largest(
    least: float, end: float, tops: list[float], keeps: Callable[[float], bool]
) -> float | None:
    """The largest from `least` to `end` that keeps it, by steps, the tops, and then by halves."""
    steps = [least + (end - least) * step / _STEPS for step in range(_STEPS + 1)]
    above = end
    for at in sorted([*steps, *(top for top in tops if least < top < end)], reverse=True):
        if keeps(at):
            break
        above = at
    else:
        return None
    for _ in range(_HALVINGS):
        middle = (at + above) / 2
        at, above = (middle, above) if keeps(middle) else (at, middle)
    return at
