# SPDX-License-Identifier: GPL-2.0-only
"""How often a living member fails a probe because datagrams were lost (SWIM 3.1).

A direct probe fails if the ping or its ack is lost; each of k helpers then fails if one of four
datagrams is (ping-req, ping, ack, ack passed on). With loss independent at every datagram the chance is
(1-q^2)(1-q^4)^k a probe. A member is probed once a period on average, so it is also the expected number
of false suspicions of one member in a period. SWIM prints it with a factor e^q_f/(e^q_f - 1) more: that
is a number for each expected detection time, though its text says for each period.
"""

from __future__ import annotations

import math

from analysis.theory.detection import rounds_limit
from analysis.theory.form import LOSS, PERIOD, PROBABILITY, SECONDS, Form, Idea
from analysis.theory.settings import Settings


def probe_failure(loss: float, helpers: int, alive: float = 1.0) -> float:
    """Chance that a probe of a living member fails: (1-q^2)(1-q_f q^4)^k, q = 1-loss.

    @param loss of one datagram, 0 to 1; @param helpers k, at least 0
    @param alive q_f: the share of helpers that works, 0 to 1
    """
    q = 1 - loss
    return (1 - q**2) * (1 - alive * q**4) ** helpers


def false_detections_a_period(loss: float, helpers: int, alive: float = 1.0) -> float:
    """Expected false detections of one living member in a protocol period: q_f times probe_failure,
    as q_f probes reach it in a period."""
    return alive * probe_failure(loss, helpers, alive)


def swim_false_detection(loss: float, helpers: int, alive: float = 1.0) -> float:
    """SWIM's PM(T) as printed (3.1, F3): false_detections_a_period times e^q_f / (e^q_f - 1).

    @param alive q_f, above 0 to 1. For large loss it exceeds 1: an expected number, no probability.
    """
    return false_detections_a_period(loss, helpers, alive) * rounds_limit(alive)


def helpers_for(target: float, loss: float, alive: float = 1.0) -> float:
    """The k that brings swim_false_detection to `target` (F4, the inverse of F3); round it up.

    @param target above 0, at most 1; @param loss above 0, below 1; @param alive q_f, above 0 to 1
    @return a real number; below 0 where even no helper is too many
    """
    q = 1 - loss
    without = swim_false_detection(loss, 0, alive)
    return math.log(target / without) / math.log(1 - alive * q**4)


def _recurrence(of: Settings) -> float | None:
    failure = probe_failure(of.loss, of.helpers)
    return of.period_s / failure if failure else None


def _helpers_for(target: float, of: Settings) -> float | None:
    return max(0.0, helpers_for(target, of.loss)) if of.loss else None


def _saved_by_streams(of: Settings) -> str:
    if of.loss and of.stream_fallback:
        return "stream_fallback = true saves every probe whose stream opens in time"
    return ""


_INDEPENDENT = (
    "Each datagram is lost by itself, with the same chance; no delay beyond the time-outs; every helper"
    " lives. Bursts and shared links make failures more frequent than this. No stream fallback."
)

IDEA = Idea(
    "accuracy",
    "False suspicions",
    (
        Form(
            "probe_failure",
            "a probe of a living member fails",
            PROBABILITY,
            "(1-q^2)(1-q^4)^k",
            "SWIM 3.1, a probe",
            _INDEPENDENT,
            lambda of: probe_failure(of.loss, of.helpers),
            (LOSS,),
            _saved_by_streams,
            logarithmic=True,
        ),
        Form(
            "swim_false_detection",
            "false detections, as SWIM prints them",
            "a detection time",
            "(1-q^2)(1-q^4)^k e/(e-1)",
            "SWIM 3.1, PM(T)",
            "SWIM's text says in a protocol period; it is in an expected detection time of e/(e-1)"
            " periods. " + _INDEPENDENT,
            lambda of: swim_false_detection(of.loss, of.helpers),
            (LOSS,),
            _saved_by_streams,
            logarithmic=True,
        ),
        Form(
            "failed_probe_recurrence_s",
            "between failed probes of one member, mean",
            SECONDS,
            "T / ((1-q^2)(1-q^4)^k)",
            "from SWIM 3.1; Chen et al. E(T_MR)",
            "All members count as probers. " + _INDEPENDENT,
            _recurrence,
            (LOSS, PERIOD),
            _saved_by_streams,
            logarithmic=True,
        ),
        Form(
            "helpers_for_1e-3",
            "helpers for a false detection in 1,000",
            "helpers",
            "ln(PM (e-1) / (e (1-q^2))) / ln(1-q^4), PM = 1e-3",
            "SWIM 3.1, inverse",
            "Of a detection time; round it up. " + _INDEPENDENT,
            lambda of: _helpers_for(1e-3, of),
            (LOSS,),
            _saved_by_streams,
        ),
        Form(
            "helpers_for_1e-6",
            "helpers for a false detection in 1,000,000",
            "helpers",
            "the same with PM = 1e-6",
            "SWIM 3.1, inverse",
            "Of a detection time; round it up. " + _INDEPENDENT,
            lambda of: _helpers_for(1e-6, of),
            (LOSS,),
            _saved_by_streams,
        ),
    ),
)
