# SPDX-License-Identifier: GPL-2.0-only
"""How news spreads by infection (SWIM 4.1; Bailey's logistic law).

A ping and its ack carry news both ways, so in a period two members meet with the chance
beta = 1 - (1 - 1/n)^2 = 2/n - 1/n^2, and of x infected members the number grows by beta x (n-x) a
period. The solution is logistic. It takes mixing for continuous and every exchange for instantaneous,
and is 10 to 20 % too fast for 20 members and more (docs/trust.md has measured times).
"""

from __future__ import annotations

import math

from analysis.theory.form import MEMBERS, SECONDS, Form, Idea
from analysis.theory.retransmit import retransmit_limit
from analysis.theory.settings import Settings


def contact_rate(n: int) -> float:
    """beta: the chance a period that a given member pings or is pinged by another (SWIM 4.1, F8).

    @param n members, at least 2
    """
    return 1 - (1 - 1 / n) ** 2


def infected(n: int, periods: float) -> float:
    """Expected members that have the news, so many periods after the first one (F7 and F8):
    n / (1 + (n-1) e^(-(2 - 1/n) t)). 1 at 0. @param n members, at least 1; @param periods at least 0
    """
    return n / (1 + (n - 1) * math.exp(-n * contact_rate(n) * periods))


def half_time(n: int) -> float:
    """Periods until half of the members have it: ln(n-1) / (2 - 1/n). @param n at least 2"""
    return math.log(n - 1) / (n * contact_rate(n))


def all_but_one_time(n: int) -> float:
    """Periods until all but one have it: twice the half time, since the law is symmetric."""
    return 2 * half_time(n)


def infected_at_least(n: int, lam: float) -> float:
    """Members that have it after lambda ln n periods, at least (F9): n (1 - n^-((2 - 1/n) lambda - 1)).

    @param n members, at least 2; @param lam lambda, above 0
    """
    return n * (1 - n ** -((2 - 1 / n) * lam - 1))


def uninfected(n: int, lam: float) -> float:
    """Expected members without it after lambda ln n periods, at most (F9): n^-((2 - 1/n) lambda - 2),
    which tends to n^-(2 lambda - 2). @param n members, at least 2; @param lam lambda, above 0"""
    return n ** -((2 - 1 / n) * lam - 2)


def _lambda(of: Settings) -> float:
    """lambda of F9 for which lambda ln n is the retransmit limit, to which SWIM sets an update's life."""
    return retransmit_limit(of.retransmit_law, of.retransmit_mult, of.members) / math.log(
        of.members
    )


def _other_ways(of: Settings) -> str:
    if of.gossip_interval_s:
        return "gossip_interval sends news in messages of their own, and faster"
    if not of.infects_by_probes:
        return f"piggyback = {of.piggyback}: pings and acks do not both carry news"
    return "loss cuts exchanges" if of.loss else ""


_CONTINUOUS = (
    "News on pings and acks alone, as in preset swim; every message has room for it; no loss, no latency."
    " Continuous mixing: 10 to 20 % too fast from 20 members on."
)

IDEA = Idea(
    "infection",
    "Spread of news by probes",
    (
        Form(
            "infection_half_s",
            "news at half of the members",
            SECONDS,
            "T ln(n-1) / (2 - 1/n)",
            "SWIM 4.1 (Bailey)",
            _CONTINUOUS,
            lambda of: of.period_s * half_time(of.members),
            outside=_other_ways,
        ),
        Form(
            "infection_all_but_one_s",
            "news at all but one",
            SECONDS,
            "2 T ln(n-1) / (2 - 1/n)",
            "SWIM 4.1 (Bailey)",
            _CONTINUOUS,
            lambda of: of.period_s * all_but_one_time(of.members),
            outside=_other_ways,
        ),
        Form(
            "uninfected",
            "members that news misses, expected",
            "members",
            "n^-((2 - 1/n) lambda - 2), lambda ln n = retransmit limit",
            "SWIM 4.1",
            "An update lives as many periods as it may be sent, as SWIM takes it to; a busy member sends"
            " it sooner. " + _CONTINUOUS,
            lambda of: uninfected(of.members, _lambda(of)),
            (MEMBERS,),
            _other_ways,
            logarithmic=True,
        ),
    ),
)
