# SPDX-License-Identifier: GPL-2.0-only
"""What a product can set of what the table varies, and whether the rest of it is what the table is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.advice.lookup import Setting, Table
from analysis.campaign.values import number_and_kind
from campaign.advise.choose import candidates, time_text
from campaign.errors import UserError
from campaign.tune.product import Product
from campaign.tune.products import product_named
from campaign.tune.table_product import INTERVAL, MULT, OF_TABLE, TIMEOUT, unlike_table


@dataclass(frozen=True)
class Settable:
    """The settings to choose from, and the default beside them."""

    settings: tuple[Setting, ...]
    default: Setting
    product: Product | None = None

    @property
    def keys(self) -> set[str]:
        """Of a scenario, that can be set."""
        if self.product is None:
            return {INTERVAL, TIMEOUT, MULT}
        return {option.key for option in self.product.options if option.key}

    def block(self, setting: Setting) -> str:
        """What to paste; empty without a product, or where it can set none of these."""
        if self.product is None:
            return ""
        ids = {option.key: option.id for option in self.product.options if option.key}
        values = {ids[key]: text for key, text in texts(setting).items() if key in ids}
        return self.product.block(values) if values else ""


def texts(setting: Setting) -> dict[str, str]:
    """By the scenario's keys."""
    return {
        INTERVAL: time_text(setting.interval_s),
        TIMEOUT: time_text(setting.interval_s / 2),
        MULT: str(setting.mult),
    }


def settable(table: Table, members: int, name: str | None) -> Settable:
    """@param name of a product; None: memberlist-lan, of which all can be set. Raises UserError."""
    if name is None:
        return Settable(tuple(candidates(table)), _setting(table.raw["default"]))
    product = product_named(name)
    settings = product.settings(members, load=False)
    if differ := unlike_table(table, product, settings):
        raise UserError(
            f"the table of advise is of members with {OF_TABLE}'s rules, and {product.title} is not:"
            f" {'; '.join(differ)}. ./swimlab tune simulates it as it is"
        )
    resolved = table.raw["default"] | settings
    default = _setting(resolved)
    keys = {option.key for option in product.options}
    intervals = () if {INTERVAL, TIMEOUT} <= keys else (default.interval_s,)
    mults = () if MULT in keys else (default.mult,)
    return Settable(tuple(candidates(table, intervals, mults)), default, product)


def _setting(settings: Mapping[str, str]) -> Setting:
    return Setting(_number(settings[INTERVAL]), int(_number(settings[MULT])))


def _number(text: str) -> float:
    found = number_and_kind(text)
    if found is None:
        raise UserError(f"{text} is no number")
    return found[0]
