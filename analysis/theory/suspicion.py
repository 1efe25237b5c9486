# SPDX-License-Identifier: GPL-2.0-only
"""How long a suspect may defend itself (SWIM 4.2 and 5, Lifeguard IV-A and IV-B).

SWIM gives it a fixed time. Lifeguard starts with a long one, Max = beta Min, and shortens it with each
independent confirmation C down to Min = alpha log10(n) T, which K of them reach:
max(Min, Max - (Max-Min) log(C+1)/log(K+1)). memberlist rounds: log10 n down to thousandths, at least 1;
the time-out down to milliseconds. So does the protocol core (protocol/swim/suspicion.cc), and so do
these functions, to give a run's time-outs exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.theory.form import MEMBERS, PERIOD, SECONDS, Form, Idea
from analysis.theory.logarithms import ceil_ln
from analysis.theory.settings import Settings


@dataclass(frozen=True)
class Bounds:
    """Between which times a suspicion lasts, in seconds."""

    confirmations: int
    """K: how many shorten it to the least; 0: it is the least at once."""
    least_s: float
    longest_s: float


def paper_least_s(alpha: float, n: int, period_s: float) -> float:
    """Lifeguard's Min as printed, alpha log10(n) T, without memberlist's rounding: 10.536 s for alpha 5,
    128 members and 1 s. @param n members, at least 2"""
    return alpha * math.log10(n) * period_s


def memberlist_scale(n: int) -> float:
    """log10 n rounded down to thousandths, at least 1. @param n members, at least 0"""
    return max(1000, math.floor(1000 * math.log10(max(1, n)))) / 1000


def memberlist_confirmations(n: int, alpha: int, wanted: int | None = None) -> int:
    """K: `wanted`, or alpha - 2; 0 where there are fewer others than that to confirm."""
    k = max(0, alpha - 2) if wanted is None else wanted
    return k if n - 2 >= k else 0


def bounds_of(settings: Settings) -> Bounds:
    """Of a suspicion in this cluster; all 0 where there are no suspicions."""
    if not settings.suspicion:
        return Bounds(0, 0.0, 0.0)
    alpha, n, period = settings.suspicion_mult, settings.members, settings.period_s
    if settings.suspicion_law == "paper":
        least, confirmations = alpha * ceil_ln(n + 1) * period, 0
    else:
        least = alpha * memberlist_scale(n) * period
        confirmations = memberlist_confirmations(n, alpha, settings.suspicion_confirmations)
    return Bounds(confirmations, least, settings.suspicion_max_timeout_mult * least)


def timeout_s(bounds: Bounds, confirmations: int, rounded: bool = True) -> float:
    """How long a suspicion lasts in all once so many others have confirmed it.

    @param rounded down to milliseconds, as memberlist's; False: as Lifeguard prints it
    """
    if bounds.confirmations < 1 or confirmations >= bounds.confirmations:
        return bounds.least_s
    share = math.log(confirmations + 1) / math.log(bounds.confirmations + 1)
    found = bounds.longest_s - (bounds.longest_s - bounds.least_s) * share
    # Of a sum that is whole in milliseconds, binary fractions may be a little less.
    rounded_s = math.floor(found * 1000 + 1e-6) / 1000 if rounded else found
    return max(bounds.least_s, rounded_s)


def remaining_s(bounds: Bounds, confirmations: int, elapsed_s: float) -> float:
    """What is left of it, below 0 if it is over: memberlist's remainingSuspicionTime."""
    return timeout_s(bounds, confirmations) - elapsed_s


def _timeout(of: Settings, confirmations: int | None) -> float | None:
    """With K confirmations where that is None."""
    bounds = bounds_of(of)
    if not of.suspicion:
        return None
    return timeout_s(bounds, bounds.confirmations if confirmations is None else confirmations)


def _one(of: Settings) -> float | None:
    return _timeout(of, 1) if bounds_of(of).confirmations > 1 else None


def _confirmations(of: Settings) -> int | None:
    return bounds_of(of).confirmations if of.suspicion else None


_EXACT = "Exact, by the accuser's own table and its settings; memberlist rounds log10 n down to thousandths."

IDEA = Idea(
    "suspicion",
    "Suspicion and health",
    (
        Form(
            "suspicion_least_s",
            "suspicion, confirmed by K",
            SECONDS,
            "memberlist: alpha max(1, log10 n) T; paper: alpha ceil(ln(n+1)) T",
            "Lifeguard IV-B; SWIM 5",
            _EXACT,
            lambda of: _timeout(of, None),
        ),
        Form(
            "suspicion_one_s",
            "suspicion, confirmed by one",
            SECONDS,
            "Max - (Max-Min) log 2 / log(K+1)",
            "Lifeguard IV-B",
            _EXACT + " None where one is enough, or none counts.",
            _one,
        ),
        Form(
            "suspicion_longest_s",
            "suspicion that nobody confirms",
            SECONDS,
            "Max = beta Min where K > 0",
            "Lifeguard IV-B",
            _EXACT,
            lambda of: _timeout(of, 0),
        ),
        Form(
            "suspicion_confirmations",
            "confirmations that count, K",
            "members",
            "alpha - 2, or as set; 0 if n-2 is less",
            "Lifeguard IV-B; memberlist",
            "Only members that failed a probe of the suspect themselves, or heard of it in a push/pull.",
            _confirmations,
            (MEMBERS,),
        ),
        Form(
            "longest_round_s",
            "longest probe round of a member in poor health",
            SECONDS,
            "T (S+1)",
            "Lifeguard IV-A",
            "S+1 is awareness_max_multiplier: 9 in the paper, 8 in memberlist.",
            lambda of: of.period_s * of.awareness_max_multiplier,
            (PERIOD,),
        ),
    ),
)
