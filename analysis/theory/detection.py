# SPDX-License-Identifier: GPL-2.0-only
"""How long a crashed member waits for its first ping, and for the first suspicion (SWIM 3.1 and 4.3).

SWIM counts synchronous rounds: all members ping at once, so the first ping after a crash comes in round
1 / (1 - (1 - 1/n)^(n-1)) on average, which tends to e/(e-1) = 1.58198. Real members are out of phase,
and the wait from a crash to the first ping is about one period, not 1.58. Both are here.

Let s(k) be the chance that k pings in a row of one prober miss a given one of its m = n-1 targets:
(1 - 1/m)^k where targets are drawn anew each time, and less where each prober goes through all of them
in an order that it shuffles (round-robin), since the gap g between two pings of one target then has the
chance (m - |m-g|) / m^2, g = 1 ... 2m-1. With m probers in phases of their own, nobody pings in the
first k + f periods (0 <= f < 1) with the chance ((1-f) s(k) + f s(k+1))^m.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from analysis.theory.form import MEMBERS, PERIOD, SECONDS, Form, Idea
from analysis.theory.settings import Settings

Survival = Callable[[int, int], float]
"""s: of m and k, the chance that k pings in a row of one prober miss one of m targets."""

_NEGLIGIBLE = 1e-16


def chosen_probability(n: int, alive: float = 1.0) -> float:
    """Chance that a member is the ping target of anybody in one period (SWIM 3.1, F1).

    @param n members, at least 2; @param alive q_f, the share of them that works, 0 to 1
    @return 1 - (1 - q_f/n)^(n-1), which tends to 1 - e^-q_f. As printed it draws from n targets where
            a member has n - 1: too low by 9 % at 8 members, 1 % at 56.
    """
    return 1 - (1 - alive / n) ** (n - 1)


def rounds_limit(alive: float = 1.0) -> float:
    """Expected rounds until the first ping in a large group (SWIM 3.1, F2), 1 / (1 - e^-q_f).

    @param alive q_f, above 0 to 1; 1 gives e/(e-1) = 1.58198
    """
    return 1 / -math.expm1(-alive)


def rounds_as_printed(n: int, alive: float = 1.0) -> float:
    """Expected rounds until the first ping, of F1 with n targets: 1.647 at 8 members, 1.590 at 56.

    @param n members, at least 2; @param alive q_f, above 0 to 1
    """
    return 1 / chosen_probability(n, alive)


def rounds(n: int) -> float:
    """Expected synchronous rounds until the first ping, with the n - 1 targets that there are:
    1 / (1 - (1 - 1/m)^m). 1.515 at 8 members, 1.574 at 56.

    @param n members, at least 2, of which one crashed
    """
    m = n - 1
    return 1 / (1 - (1 - 1 / m) ** m)


def random_survival(m: int, k: int) -> float:
    """s(k) of targets that are drawn anew each period. @param m targets, at least 1"""
    return (1 - 1 / m) ** k


def round_robin_survival(m: int, k: int) -> float:
    """s(k) of shuffled round-robin, from any moment on: the mean of max(0, gap - k), over m.

    @param m targets, at least 1; 0 from k = 2m - 1 on
    """
    if k >= 2 * m - 1:
        return 0.0
    if k <= m:
        return (m - k + k * (k * k - 1) / (6 * m * m)) / m
    rest = 2 * m - k
    return rest * (rest * rest - 1) / (6 * m**3)


def gap_probability(m: int, gap: int) -> float:
    """Chance of `gap` periods between two pings of one prober to one of its m targets, round-robin.

    @return (m - |m-gap|) / m^2 for gap = 1 ... 2m-1, else 0; the mean is m
    """
    return max(0, m - abs(m - gap)) / m**2


def longest_gap(n: int) -> int:
    """The most periods between two pings of one prober to the same member (SWIM 4.3, F6).

    @param n members, at least 2. The bound 2m - 1 is of the m = n-1 targets on the prober's list.
    """
    return 2 * (n - 1) - 1


def first_ping_later(n: int, periods: float, survival: Survival = round_robin_survival) -> float:
    """Chance that a member which crashed among n waits more than so many periods for its first ping.

    @param n members, at least 2, out of phase; @param periods at least 0
    """
    m = n - 1
    k = math.floor(periods)
    part = periods - k
    return ((1 - part) * survival(m, k) + part * survival(m, k + 1)) ** m


def first_ping_mean(n: int, survival: Survival = round_robin_survival) -> float:
    """Expected periods from a crash to the first ping, members out of phase.

    Random targets: 0.939 at 8 members, 0.992 at 56; round-robin: 0.884 and 0.982. Exact but for terms
    below 1e-16. @param n members, at least 2
    """
    m = n - 1
    total, k = 0.0, 0
    while (now := survival(m, k)) ** m > _NEGLIGIBLE:
        following = survival(m, k + 1)
        total += (now ** (m + 1) - following ** (m + 1)) / ((m + 1) * (now - following))
        k += 1
    return total


def first_ping_quantile(n: int, share: float, survival: Survival = round_robin_survival) -> float:
    """The periods within which so large a share of crashed members gets its first ping.

    To 1e-9 of a period. @param n members, at least 2; @param share above 0, below 1
    """
    low, high = 0.0, 1.0
    while first_ping_later(n, high, survival) > 1 - share:
        high *= 2
    while high - low > 1e-9:
        middle = (low + high) / 2
        if first_ping_later(n, middle, survival) > 1 - share:
            low = middle
        else:
            high = middle
    return high


def first_suspicion_later(n: int, time_s: float, period_s: float) -> float:
    """Chance that nobody suspects a member that crashed `time_s` ago.

    The first ping fails at the end of its round, a whole period after it was sent, as in memberlist.
    """
    waited = time_s / period_s - 1
    return 1.0 if waited < 0 else first_ping_later(n, waited)


_ONE_CRASH = (
    "One crash, nobody else disturbed, no loss: a lost ping changes nothing, since the member is dead,"
    " but a prober that lost an ack of another stretches its next rounds. "
)
_PHASES = (
    "Members out of phase; latencies are nothing beside a period. With f of n members crashed at once"
    " the wait grows by about 1/(1-f/n)."
)
_ROUND_END = (
    "A probe fails at the end of its round, as in memberlist; with an earlier end the time is shorter"
    " by as much."
)


def _quantile_s(share: float) -> Callable[[Settings], float]:
    return lambda of: of.period_s * (1 + first_ping_quantile(of.members, share))


def _with_loss(of: Settings) -> str:
    if of.loss and of.awareness_max_multiplier > 1:
        return "loss makes members doubt their own health and stretch their rounds"
    return ""


IDEA = Idea(
    "detection",
    "Detection of a crash",
    (
        Form(
            "swim_detection_s",
            "detection by somebody, as SWIM counts",
            SECONDS,
            "T e/(e-1)",
            "SWIM 3.1",
            "Synchronous rounds of a large group, the round of the ping included; no suspicion, no"
            " loss. Out of phase the first ping comes after about T (below).",
            lambda of: of.period_s * rounds_limit(),
            (PERIOD,),
        ),
        Form(
            "rounds_s",
            "SWIM's rounds with n-1 targets",
            SECONDS,
            "T / (1 - (1 - 1/m)^m)",
            "SWIM 3.1, from m targets",
            "Synchronous rounds and random targets. Exact for every n.",
            lambda of: of.period_s * rounds(of.members),
        ),
        Form(
            "first_ping_random_s",
            "crash to first ping, random targets, mean",
            SECONDS,
            "T sum_k (s(k)^(m+1) - s(k+1)^(m+1)) / ((m+1)(s(k) - s(k+1))), s(k) = (1 - 1/m)^k",
            "from SWIM 3.1",
            _PHASES,
            lambda of: of.period_s * first_ping_mean(of.members, random_survival),
        ),
        Form(
            "first_ping_s",
            "crash to first ping, round-robin, mean",
            SECONDS,
            "the same with s(k) = E max(0, gap-k) / m, P(gap=g) = (m - |m-g|) / m^2",
            "from SWIM 4.3",
            _PHASES + " Probers are anywhere in their traversals.",
            lambda of: of.period_s * first_ping_mean(of.members),
        ),
        Form(
            "longest_gap_s",
            "longest time between two pings of one pair",
            SECONDS,
            "T (2m - 1)",
            "SWIM 4.3",
            "A bound that holds for every pair while the list of targets stays the same.",
            lambda of: of.period_s * longest_gap(of.members),
            logarithmic=True,
        ),
        Form(
            "first_suspicion_median_s",
            "crash to first suspicion, median",
            SECONDS,
            "T (1 + t), t the median of the first ping, round-robin",
            "from SWIM 4.3; memberlist probeNode",
            _ONE_CRASH + _ROUND_END,
            _quantile_s(0.5),
            outside=_with_loss,
        ),
        Form(
            "first_suspicion_p99_s",
            "crash to first suspicion, 99 %",
            SECONDS,
            "T (1 + t), t the 99 % quantile of the first ping, round-robin",
            "from SWIM 4.3; memberlist probeNode",
            _ONE_CRASH + _ROUND_END,
            _quantile_s(0.99),
            outside=_with_loss,
        ),
    ),
)
