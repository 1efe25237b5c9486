# SPDX-License-Identifier: GPL-2.0-only
"""Whether a product's members are those that the table of advice is of."""

from __future__ import annotations

import math
from collections.abc import Mapping

from analysis.advice.lookup import Table
from analysis.campaign.values import number_and_kind
from campaign.tune.product import PRESET, Product

INTERVAL = "protocol.probe_interval"
TIMEOUT = "protocol.probe_timeout"
MULT = "protocol.suspicion_mult"
OF_TABLE = "memberlist-lan"
"""The preset of which the table is."""

LATER = {
    "protocol.reap_time",
    "protocol.reconnect_interval",
    "protocol.seed_interval",
    "protocol.dead_node_reclaim_time",
    "protocol.tcp_timeout",
}
"""What counts after a death only, or for streams that hang for longer than any probe waits."""


def unlike_table(table: Table, product: Product, settings: Mapping[str, str]) -> list[str]:
    """In what they differ, in words; none: the table tells of them. @param settings of the product"""
    own, differ = table.raw["settings"], []
    if settings[PRESET] != OF_TABLE:
        differ.append(f"its preset is {settings[PRESET]}")
    for key, value in settings.items():
        if key in own and key not in LATER and not _same(value, own[key]):
            differ.append(f"its {_bare(key)} is {value}, the table's {own[key]}")
    timeout, interval = (
        _seconds((table.raw["default"] | settings)[key]) for key in (TIMEOUT, INTERVAL)
    )
    if TIMEOUT not in {option.key for option in product.options} and not math.isclose(
        timeout, interval / 2
    ):
        differ.append(f"its probe_timeout is {timeout:g} s of {interval:g} s, the table's half")
    return differ


def _bare(key: str) -> str:
    return key.removeprefix("protocol.")


def _same(one: str, other: str) -> bool:
    a, b = number_and_kind(one), number_and_kind(other)
    if a is None or b is None:
        return one == other
    return math.isclose(a[0], b[0]) and a[1] == b[1]


def _seconds(text: str) -> float:
    found = number_and_kind(text)
    assert found is not None, text
    return found[0]
