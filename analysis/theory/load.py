# SPDX-License-Identifier: GPL-2.0-only
"""What failure detection costs in messages (SWIM 2, 3.1 and 5.1).

A probe is a ping and an ack, so a member sends and receives two messages a period, whatever the size of
the group: SWIM's first claim. Loss adds the indirect probes of those that heard nothing.
"""

from __future__ import annotations

import math

from analysis.theory.accuracy import swim_false_detection
from analysis.theory.form import LOSS, MEMBERS, PERIOD, SECONDS, Form, Idea
from analysis.theory.settings import Settings

PUSH_PULL_SCALES_ABOVE = 32
"""memberlist's pushPullScaleThreshold."""


def messages_a_probe(loss: float, helpers: int) -> float:
    """Expected datagrams that one probe of a living member makes all send, so that each member sends in
    a period: 1 + q + (1-q^2) k (1 + q + q^2 + q^3), q = 1-loss. 2 without loss.

    @param loss of one datagram, 0 to 1; @param helpers k, at least 0, asked only when no ack came
    """
    q = 1 - loss
    return 1 + q + (1 - q**2) * helpers * (1 + q + q**2 + q**3)


def sent_deviation(n: int) -> float:
    """Standard deviation of what a member sends in one period without loss: one ping, and an ack for
    each of Binomial(n-1, 1/(n-1)) pings that reach it. @param n members, at least 2"""
    return math.sqrt(1 - 1 / (n - 1))


def sent_at_most(n: int, count: int) -> float:
    """Chance that a member sends at most `count` messages in a period without loss.

    0.9833 for 4 and 0.9972 for 5 at 28 members, where SWIM 5.1 reports fewer than 5 with 0.99.
    @param n members, at least 2
    """
    m = n - 1
    return sum(
        math.comb(m, pings) * (1 / m) ** pings * (1 - 1 / m) ** (m - pings)
        for pings in range(min(count, n))
    )


def least_messages(accuracy: float, loss: float) -> float:
    """The fewest messages a member must send in a detection time T, by any failure detector that wrongly
    detects a living one with the chance PM(T) (SWIM 2, F5, over n): log PM(T) / log p_ml.

    @param accuracy PM(T), above 0, below 1; @param loss p_ml of one datagram, above 0, below 1
    """
    return math.log(accuracy) / math.log(loss)


def push_pull_scale(n: int) -> int:
    """memberlist's factor on PushPullInterval in a group of n: 1 to 32 members, 2 to 64, 3 to 128, ...

    memberlist's pushPullScale, ceil(log2 n - log2 32) + 1. @param n members, at least 0
    """
    if n <= PUSH_PULL_SCALES_ABOVE:
        return 1
    # ceil(log2 n) of an integer is exact this way.
    return (n - 1).bit_length() - (PUSH_PULL_SCALES_ABOVE - 1).bit_length() + 1


def _least_messages(of: Settings) -> float | None:
    accuracy = swim_false_detection(of.loss, of.helpers)
    return least_messages(accuracy, of.loss) if 0 < of.loss and accuracy < 1 else None


def _more_is_sent(of: Settings) -> str:
    if of.loss and (of.nack or of.suspicion):
        return "with loss there are nacks, news of false suspicions and refutations, too"
    return ""


def _with_loss(of: Settings) -> str:
    return "with loss indirect probes add to it" if of.loss else ""


_QUIET = "Nobody crashes or joins; no nacks, no gossip of its own, no streams. Each datagram is lost by itself."

IDEA = Idea(
    "load",
    "Load of failure detection",
    (
        Form(
            "messages_a_period",
            "messages a member sends in a period",
            "messages",
            "1 + q + (1-q^2) k (1 + q + q^2 + q^3)",
            "SWIM 5.1; with loss from 3.1",
            _QUIET,
            lambda of: messages_a_probe(of.loss, of.helpers),
            (LOSS,),
            _more_is_sent,
        ),
        Form(
            "messages_a_second",
            "messages a member sends in a second",
            "1/s",
            "(1 + q + (1-q^2) k (1 + q + q^2 + q^3)) / T",
            "SWIM 5.1; with loss from 3.1",
            _QUIET,
            lambda of: messages_a_probe(of.loss, of.helpers) / of.period_s,
            (LOSS, PERIOD),
            _more_is_sent,
        ),
        Form(
            "sent_deviation",
            "messages in a period, standard deviation",
            "messages",
            "sqrt(1 - 1/m)",
            "from SWIM 5.1",
            "No loss. Over several periods of one traversal round-robin is evener than random targets.",
            lambda of: sent_deviation(of.members),
            (MEMBERS,),
            _with_loss,
        ),
        Form(
            "least_messages",
            "messages that as exact a detector must send",
            "messages",
            "log PM(T) / log(1-q), PM(T) = (1-q^2)(1-q^4)^k e/(e-1)",
            "SWIM 2, from Gupta et al.",
            "A member's in a detection time of e/(e-1) periods; a lower bound for any detector with these"
            " settings' accuracy. Without loss there is none.",
            _least_messages,
            (LOSS,),
        ),
        Form(
            "push_pull_s",
            "between push/pulls of a member",
            SECONDS,
            "push_pull_interval (ceil(log2 n - 5) + 1), n above 32",
            "memberlist pushPullScale",
            "Of those that it begins; it takes part in as many that others begin.",
            lambda of: of.push_pull_interval_s * push_pull_scale(of.members) or None,
            (MEMBERS,),
        ),
    ),
)
