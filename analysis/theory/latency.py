# SPDX-License-Identifier: GPL-2.0-only
"""How long after a member falls silent the first other declares it dead, with Lifeguard's suspicions.

A model that reproduces Lifeguard's Tables V and VII: failing probes of the silent member begin as a
Poisson stream of rate q = (n-C)/(n-1) a period, C members being silent, X_1 < X_2 < ... A probe fails a
period T after it began, so the first suspicion starts at X_1 + T. Each later prober is a confirmation,
which arrives after it failed and gossip took `gossip_s`: at X_(i+1) + T + g. The suspicion ends at the
first moment t that is late enough for the confirmations which came by then.

Let W be how long it lasts. With c(w) the fewest confirmations whose time-out is w or less, it lasts
longer than w exactly if the c(w)-th has not come by then, so P(W > w) = P(Poisson(q (w-g)) < c(w)) between
the least and the longest time-out. X_1 is independent of W; the sum has a closed form.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.theory.form import SECONDS, Form, Idea
from analysis.theory.settings import Settings
from analysis.theory.suspicion import bounds_of, timeout_s

GOSSIP_S = 0.2
"""memberlist's GossipInterval, which the model takes for the way of a confirmation."""


@dataclass(frozen=True)
class Latency:
    """The distribution of first dead since the silence. Times in seconds."""

    rate: float
    """Of failing probes, a second."""
    period_s: float
    timeouts_s: tuple[float, ...]
    """Of a suspicion with 0, 1, ... K confirmations; not increasing."""
    gossip_s: float = GOSSIP_S

    def later(self, time_s: float) -> float:
        """Chance that nobody has declared it dead so long after it fell silent."""
        end = time_s - self.period_s
        if end <= 0:
            return 1.0
        total = math.exp(-self.rate * end)
        least = self.timeouts_s[-1]
        total += self._certain(0.0, min(end, least), end)
        for c in range(len(self.timeouts_s) - 1, 0, -1):
            low, high = self.timeouts_s[c], min(end, self.timeouts_s[c - 1])
            total += self._certain(low, min(high, self.gossip_s), end)
            total += self._unconfirmed(max(low, self.gossip_s), high, end, c)
        return min(1.0, total)

    def quantile(self, share: float) -> float:
        """The time by which so large a share is declared dead, to 1e-9 s. @param share 0 to below 1"""
        low = 0.0
        high = self.period_s + self.timeouts_s[0] - math.log(1 - share) / self.rate + 1.0
        while high - low > 1e-9:
            middle = (low + high) / 2
            if self.later(middle) > 1 - share:
                low = middle
            else:
                high = middle
        return high

    def _certain(self, low: float, high: float, end: float) -> float:
        """The integral of rate e^(-rate (end-w)) from low to high, where the suspicion lasts for sure."""
        if high <= low:
            return 0.0
        return math.exp(-self.rate * (end - high)) - math.exp(-self.rate * (end - low))

    def _unconfirmed(self, low: float, high: float, end: float, c: int) -> float:
        """The same times P(Poisson(rate (w-g)) < c): a sum of powers, whose exponentials cancel."""
        if high <= low:
            return 0.0
        decay = -self.rate * (end - self.gossip_s)

        def power(time_s: float, j: int) -> float:
            mean = self.rate * (time_s - self.gossip_s)
            return math.exp(j * math.log(mean) - math.lgamma(j + 1) + decay) if mean > 0 else 0.0

        return sum(power(high, j) - power(low, j) for j in range(1, c + 1))


def latency_of(settings: Settings, silent: int = 1) -> Latency:
    """For a cluster of which so many fall silent at once. @param silent C, at least 1, below n"""
    bounds = bounds_of(settings)
    rate = (settings.members - silent) / settings.targets / settings.period_s
    timeouts = tuple(timeout_s(bounds, c) for c in range(bounds.confirmations + 1))
    return Latency(rate, settings.period_s, timeouts)


def _outside(of: Settings) -> str:
    if of.loss:
        return "loss delays probes and confirmations, and its false suspicions stretch rounds"
    exchanges = of.push_pull_interval_s and not of.fresh
    if exchanges and bounds_of(of).confirmations and of.suspicion_max_timeout_mult > 1:
        return "push/pulls of a settled cluster confirm suspicions too, and sooner"
    return ""


_MODEL = (
    "One member silent among healthy ones; probes as a Poisson stream, confirmations by probes alone, 0.2 s"
    " of gossip. Medians are within 0.23 s of Lifeguard's Tables V and VII, 99 % within 1.55 s."
)

IDEA = Idea(
    "latency",
    "From silence to first dead",
    (
        Form(
            "first_dead_median_s",
            "silence to first dead, median",
            SECONDS,
            "X_1 + T + W: Poisson probes, W by Lifeguard's time-outs",
            "model of Lifeguard V, VII",
            _MODEL,
            lambda of: latency_of(of).quantile(0.5),
            outside=_outside,
        ),
        Form(
            "first_dead_p99_s",
            "silence to first dead, 99 %",
            SECONDS,
            "the same",
            "model of Lifeguard V, VII",
            _MODEL,
            lambda of: latency_of(of).quantile(0.99),
            outside=_outside,
        ),
    ),
)
