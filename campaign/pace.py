# SPDX-License-Identifier: GPL-2.0-only
"""What the runs under way tell of themselves, in the words of the progress line: how far each is, and
of simulations how many events a second they handle and how much memory they have.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from campaign.memory import memory_text

# Of two lines that are nearer to each other, the rate would be noise.
LEAST_SPAN_S = 0.5


class Pace:
    """One run: what its last line said, and its events a second since a moment before."""

    def __init__(self) -> None:
        self.simulated_s = 0.0
        self.of_s = 0.0
        self.events_per_s: float | None = None
        self.memory_bytes: int | None = None
        self._mark: tuple[float, int] | None = None

    def take(self, state: Mapping[str, Any], now_s: float) -> None:
        """A line of the run, read at `now_s` of a clock that never goes back.

        @throws KeyError, TypeError if it is no progress
        """
        self.simulated_s, self.of_s = state["simulated_s"], state["of_s"]
        if "events" not in state:
            return
        self.memory_bytes = state["memory_bytes"]
        events = state["events"]
        if self._mark is None:
            self._mark = now_s, events
        elif now_s - self._mark[0] >= LEAST_SPAN_S:
            self.events_per_s = (events - self._mark[1]) / (now_s - self._mark[0])
            self._mark = now_s, events


def pace_text(paces: Sequence[Pace]) -> str:
    """Of all runs under way: ", 12 and 9 of 60 s, 1.9 M events/s, 2.1 GB". Empty where none is."""
    if not paces:
        return ""
    done = " and ".join(f"{pace.simulated_s:.0f}" for pace in paces)
    text = f", {done} of {paces[0].of_s:g} s"
    rates = [pace.events_per_s for pace in paces if pace.events_per_s is not None]
    if rates:
        text += f", {_rate_text(sum(rates))}"
    memory = [pace.memory_bytes for pace in paces if pace.memory_bytes is not None]
    if memory:
        text += f", {memory_text(sum(memory))}"
    return text


def _rate_text(events_per_s: float) -> str:
    if events_per_s < 1e6:
        return f"{events_per_s / 1e3:.0f} k events/s"
    return f"{events_per_s / 1e6:.1f} M events/s"
