# SPDX-License-Identifier: GPL-2.0-only
"""Numbers and settings as a reader wants to see them: three significant digits, a unit, no false
precision."""

from __future__ import annotations

import math
import shlex
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

NONE = "–"
NOT_OBSERVABLE = "not observable"
"""In place of what members do by means that their words do not tell, which is not the same as nothing."""


def number(value: float | None, digits: int = 3) -> str:
    """A value to some significant digits, thousands grouped; a dash where there is none."""
    if value is None:
        return NONE
    if value == 0 or float(value).is_integer() and abs(value) < 1e15:
        return f"{value:,.0f}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{decimals}f}"


def told(word: str, not_observable: Sequence[str], text: str) -> str:
    """The text of a value, unless there is none and members have no words for it."""
    return NOT_OBSERVABLE if word in not_observable and text in (NONE, "-") else text


def quantity(value: float | None, unit: str) -> str:
    """A number with its unit, kept on one line."""
    return NONE if value is None else f"{number(value)}\u00a0{unit}"


def duration(seconds: float | None) -> str:
    """A time in the unit that keeps it readable, from nanoseconds up."""
    if seconds is None:
        return NONE
    for limit, scale, unit in ((1e-6, 1e9, "ns"), (1e-3, 1e6, "µs"), (1.0, 1e3, "ms")):
        if 0 < abs(seconds) < limit:
            return quantity(seconds * scale, unit)
    return quantity(seconds, "s")


def interval(bounds: Sequence[float] | None) -> str:
    """An interval, in the unit of the value it belongs to; empty where there is none."""
    return "" if bounds is None else f"[{number(bounds[0])}, {number(bounds[1])}]"


def count(value: int, singular: str, plural: str | None = None) -> str:
    """`1 crash`, `3 crashes`."""
    return f"{value:,} {singular if value == 1 else plural or singular + 's'}"


def listing(names: Sequence[str], at_most: int = 8) -> str:
    """The first few names, and how many more there are."""
    shown = ", ".join(names[:at_most])
    return shown if len(names) <= at_most else f"{shown} and {len(names) - at_most:,} more"


_ABBREVIATIONS = {"mult": "multiplier", "max": "longest", "min": "shortest", "mtu": "MTU"}
_ORDER = {
    "suspicion_max_timeout_mult": "suspicion: longest over shortest time-out",
    "awareness_max_multiplier": "local health multiplier, at most",
    "loss": "packets lost",
    "datagram_loss": "datagrams lost",
}
"""Keys whose parts, read one after the other, say something else."""


def setting_words(key: str) -> str:
    """A key of a scenario as words: "protocol.probe_interval" is the probe interval."""
    table, _, name = key.rpartition(".")
    if name in _ORDER:
        return _ORDER[name]
    words = " ".join(_ABBREVIATIONS.get(word, word) for word in name.split("_"))
    # Of an event its number tells which.
    return f"{table.replace('.', ' ')}: {words}" if table.startswith("event") else words


def set_keys(campaign: Mapping[str, Any]) -> list[str]:
    """Keys under `protocol.` that this campaign sets itself: in its file, by --set, or as an axis
    of its sweep.

    All others have the preset's value.
    """
    keys: set[str] = set()
    table = tomllib.loads(campaign.get("scenario_text", "")).get("protocol", {})
    keys.update(f"protocol.{key}" for key in table)
    words = shlex.split(campaign["command"])
    for flag, setting in zip(words, words[1:]):
        if flag == "--set":
            keys.add(setting.partition("=")[0])
    for point in campaign["points"]:
        keys.update(point["settings"])
    return sorted(key for key in keys if key.startswith("protocol."))
