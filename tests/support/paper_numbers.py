# SPDX-License-Identifier: GPL-2.0-only
"""Numbers of papers made by hand, as measure() gives them: what is right, for tests to make wrong."""

from __future__ import annotations

from typing import Any

Numbers = dict[str, Any]


def est(value: float | None, half: float | None = None) -> Numbers:
    """An estimate, with an interval of so much to either side."""
    low, high = (None, None) if half is None or value is None else (value - half, value + half)
    return {"value": value, "low": low, "high": high, "n": 20, "runs": 20, "why": ""}


def values(*given: float) -> Numbers:
    ordered = sorted(given)
    middle = est(ordered[len(ordered) // 2])
    return {"mean": est(sum(given) / len(given)), "median": middle, "values": ordered}


def evenly(low: float, high: float, count: int = 99) -> Numbers:
    return values(*(low + (high - low) * (n + 0.5) / count for n in range(count)))


def load_row(members: int, mean: float = 2.0) -> Numbers:
    sd = (1 - 1 / (members - 1)) ** 0.5
    return {
        "members": members,
        "sent_per_period": est(mean),
        "received_per_period": est(mean),
        "sent_per_period_sd": est(sd, 0.01),
        "received_per_period_sd": est(sd, 0.01),
        "fewer_than_5": est(98.33, 0.1),
    }


def sizes(peak: int, final: int, last_s: float) -> Numbers:
    """Forty runs that are all alike."""
    curve = {"time_s": [0.0, 2.5, 175.0], "p5": [0, 1, 2], "median": [1, 2, 3], "p95": [1, 3, 4]}
    return {
        "runs": 40,
        "peak": [peak] * 40,
        "final": [final] * 40,
        "last_change_s": [last_s] * 40,
        "curve": curve,
    }


def swim_2002() -> Numbers:
    def whose(peak: int, final: int, last_s: float) -> Numbers:
        return {key: sizes(peak, final, last_s) for key in ("declared", "first", "largest")}

    return {
        "load": [load_row(5), load_row(28)],
        "detection": [
            {"members": n, "first_ping": evenly(0.0, 2.0), "end_of_round": evenly(1.0, 5.0)}
            for n in (8, 27, 38)
        ],
        "infection": {
            news: [{"members": 28, "median": evenly(1.0, 3.0), "last": evenly(2.0, 5.0)}]
            for news in ("update", "crash")
        },
        "timeouts": [{"members": 18, "shortest": 9.0, "longest": 9.0}],
        "loss": {
            **{
                f"{version}-{end}": whose(7, 1, 110.0)
                for version in ("basic", "infection")
                for end in ("stops", "goes-on")
            },
            **{f"suspicion-{end}": whose(17, 17, 80.0) for end in ("stops", "goes-on")},
        },
    }


def formulas() -> Numbers:
    return {
        "probes": [
            {
                "name": "5-1",
                "loss_percent": 5.0,
                "helpers": 1,
                "probes": 1_000_000,
                "failed": 18_086,
                "failed_percent": est(1.8086, 0.03),
                "messages_a_probe": est(2.3117, 0.001),
            }
        ],
        "load": [load_row(28)],
        "detection": [
            {
                "members": 56,
                "first_ping": est(0.982, 0.03) | {"standard_error": 0.015},
                "rounds": est(1.564, 0.03) | {"standard_error": 0.015},
                "longest": 7.0,
            }
        ],
        "confirmations": [
            {"name": "memberlist-0", "shortest": 30.0, "longest": 30.0},
            {"name": "memberlist-1", "shortest": 16.0, "longest": 16.0},
            {"name": "a5b6-0", "shortest": 63.21, "longest": 63.21},
        ],
        "timeouts": [{"members": 18, "shortest": 9.0, "longest": 9.0}],
        "infection": [{"members": 56, "median": est(2.39, 0.03), "all": est(3.87, 0.03)}],
    }
