# SPDX-License-Identifier: GPL-2.0-only
"""How news spreads by memberlist's gossip: in messages of its own, to a few members at each tick.

Whoever hears of it sends it L = retransmit limit times, at each gossip_interval to k = gossip_nodes
members, no two of them the same; a datagram arrives with the chance q. The bounds are those that
tests/protocol/infection.h derives and holds the protocol core against:

- m of the n-1 others stay without it only if none of the n-m who have it hit one of them with any copy:
  P <= (1 - q m/(n-1))^(L (n-m)), of each choice of m. The sum over all choices bounds how many miss it;
  its first term, a share of about e^(-q L), is nearly all of it (Andersson and Britton, 2000, 2.2).
- In rounds in which all who heard send from the next on, the expected number u of those without it
  follows u' = u (1 - q k/(n-1))^a with a senders. P(r < T < infinity) <= min(1, u(r) - u(infinity)), and
  the sum of these bounds the mean time until the last one of all hears it.

Serf's website has an estimate of its own; it is here because operators know it.
"""

from __future__ import annotations

import functools
import math
from collections import deque

import numpy as np

from analysis.theory.form import LOSS, MEMBERS, SECONDS, Form, Idea
from analysis.theory.retransmit import retransmit_limit
from analysis.theory.settings import Settings

SERF_STOPS_AT = 0.9999
"""Share of members at which Serf's simulator calls news spread."""

ENOUGH_ROUNDS = 100
LARGE = 600.0


@functools.lru_cache(maxsize=4096)
def missed_at_most(n: int, limit: int, loss: float) -> float:
    """Expected members that news does not reach, at most; never more than the n - 1 others.

    @param n members, at least 2; @param limit L, at least 1; @param loss of one datagram, 0 to below 1
    """
    others = n - 1
    m = np.arange(1, n)
    factorials = np.concatenate(([0.0], np.cumsum(np.log(m))))
    choices = factorials[others] - factorials[m] - factorials[others - m]
    with np.errstate(divide="ignore"):  # all others miss what one of them surely gets: never
        misses = np.log1p(-(1 - loss) * m / others)
    # Where the bound is no use it may be larger than any number.
    terms = m * np.exp(np.minimum(choices + limit * (n - m) * misses, LARGE))
    return min(float(others), float(np.sum(terms)))


@functools.lru_cache(maxsize=4096)
def rounds_at_most(n: int, limit: int, nodes: int, loss: float) -> float:
    """Mean gossip intervals until the last member hears it, of news that reaches everybody, at most.

    @param n members, at least 2; @param limit L, at least `nodes`; @param nodes k, at most n - 1
    """
    hit = (1 - loss) * nodes / (n - 1)
    heard_in = deque([0.0] * (limit // nodes), maxlen=limit // nodes)
    heard_in[-1] = 1.0
    unheard = [n - 1.0]
    for _ in range(ENOUGH_ROUNDS):
        unheard.append(unheard[-1] * (1 - hit) ** sum(heard_in))
        heard_in.append(unheard[-2] - unheard[-1])
    return sum(min(1.0, after - unheard[-1]) for after in unheard)


def serf_share(n: int, fanout: int, rounds: float, loss: float = 0.0, failed: float = 0.0) -> float:
    """Share of members with the news, as Serf's convergence simulator has it: 1 / (1 + (n+1) e^(-c r)),
    c = fanout (1-loss)(1-failed)/2.

    The n+1, where Bailey has n-1, and the half are Serf's own choices. @param n members, at least 1
    @param rounds r gossip intervals, at least 0; @param failed share of members that are gone
    """
    contact = fanout * (1 - loss) * (1 - failed) * 0.5
    return 1 / (1 + (n + 1) * math.exp(-contact * rounds))


def serf_rounds(n: int, fanout: int, loss: float = 0.0) -> int:
    """Gossip intervals until SERF_STOPS_AT of the members have it. @param loss below 1"""
    contact = fanout * (1 - loss) * 0.5
    odds = SERF_STOPS_AT / (1 - SERF_STOPS_AT)
    return math.ceil(math.log(odds * (n + 1)) / contact)


def _missed(of: Settings) -> float | None:
    if not of.gossip_interval_s:
        return None
    limit = retransmit_limit(of.retransmit_law, of.retransmit_mult, of.members)
    return missed_at_most(of.members, limit, of.loss)


def _everybody_s(of: Settings) -> float | None:
    limit = retransmit_limit(of.retransmit_law, of.retransmit_mult, of.members)
    nodes = min(of.gossip_nodes, of.targets)
    if not of.gossip_interval_s or limit < nodes:
        return None
    return of.gossip_interval_s * rounds_at_most(of.members, limit, nodes, of.loss)


def _serf_s(of: Settings) -> float | None:
    if not of.gossip_interval_s:
        return None
    return of.gossip_interval_s * serf_rounds(of.members, of.gossip_nodes, of.loss)


_BOUND = (
    "An upper bound of the mean, for news from one member among living ones; pings and acks that carry it"
    " too, and push/pulls, only help. Every message has room for it, and nothing newer replaces it."
)

IDEA = Idea(
    "gossip",
    "Spread of news by gossip",
    (
        Form(
            "gossip_missed",
            "members that gossip misses, at most",
            "members",
            "sum_m m C(n-1, m) (1 - q m/(n-1))^(L (n-m)), L = retransmit limit; about (n-1) e^(-q L)",
            "after Andersson and Britton 2.2",
            _BOUND,
            _missed,
            (MEMBERS, LOSS),
            logarithmic=True,
        ),
        Form(
            "gossip_everybody_s",
            "gossip to the last member, mean, at most",
            SECONDS,
            "gossip_interval sum_r min(1, u(r) - u(inf)), u' = u (1 - q k/(n-1))^senders",
            "mean field; Markov's inequality",
            _BOUND + " Of news that reaches everybody; without the way of a message.",
            _everybody_s,
            (MEMBERS, LOSS),
        ),
        Form(
            "serf_convergence_s",
            "gossip to 99.99 %, Serf's estimate",
            SECONDS,
            "gossip_interval ceil(ln(9999 (n+1)) / (fanout (1-loss)/2))",
            "Serf's convergence simulator",
            "Serf's own rule of thumb (n+1, and half the fan-out), not a derivation.",
            _serf_s,
            (MEMBERS, LOSS),
        ),
    ),
)
