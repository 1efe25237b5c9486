# SPDX-License-Identifier: GPL-2.0-only
"""How often a member passes on one update (SWIM 4.1 and 5, memberlist, memlist).

The laws are those of `retransmit_law`, with whole-number logarithms as the protocol core has them
(protocol/swim/broadcast.cc), so that a limit here is the limit of a run.
"""

from __future__ import annotations

from analysis.theory.form import MEMBERS, Form, Idea
from analysis.theory.logarithms import ceil_ln, ceil_log10
from analysis.theory.settings import Settings
from analysis.theory.suspicion import bounds_of


def retransmit_limit(law: str, mult: int, n: int) -> int:
    """How often a member sends an update at most.

    memberlist: mult ceil(log10(n+1)); paper: mult ceil(ln(n+1)); memlist: mult (ceil(log10 n) + 1).
    @param law one of these; raises ValueError for another; @param mult lambda; @param n members, at least 0
    """
    match law:
        case "memberlist":
            return mult * ceil_log10(n + 1)
        case "paper":
            return mult * ceil_ln(n + 1)
        case "memlist":
            return mult * (ceil_log10(max(n, 1)) + 1)
    raise ValueError(f"there is no retransmit law '{law}'")


def suspicion_messages(limit: int, confirmations: int) -> int:
    """How often a member sends news of one suspicion at most: Lifeguard passes on each of the first K
    confirmations as it does the suspicion (IV-B): (K+1) times the limit."""
    return (confirmations + 1) * limit


def _limit(of: Settings) -> int:
    return retransmit_limit(of.retransmit_law, of.retransmit_mult, of.members)


def _suspicion_messages(of: Settings) -> int | None:
    return suspicion_messages(_limit(of), bounds_of(of).confirmations) if of.suspicion else None


IDEA = Idea(
    "retransmit",
    "Retransmissions",
    (
        Form(
            "retransmit_limit",
            "transmissions of an update by a member",
            "messages",
            "memberlist: mult ceil(log10(n+1)); paper: mult ceil(ln(n+1)); memlist: mult (ceil(log10 n) + 1)",
            "SWIM 4.1 and 5; memberlist",
            "The most: a newer word about the same member replaces the update. By n of the member's table.",
            _limit,
            (MEMBERS,),
        ),
        Form(
            "suspicion_messages",
            "transmissions of one suspicion by a member",
            "messages",
            "(K+1) retransmit limit",
            "Lifeguard IV-B",
            "The most: if K others confirm, each after the last word was sent as often as it may be.",
            _suspicion_messages,
            (MEMBERS,),
        ),
    ),
)
