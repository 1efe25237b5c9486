# SPDX-License-Identifier: GPL-2.0-only
"""What a page says to paste for each product, from the data and the writers of `./swimlab tune`.

A page that wrote blocks itself would write them a second time, in another language. So each block is
written here, once with the product's defaults, and once more for every value of every slider: what the
page does is to put one line in the place of another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from campaign.build import ROOT
from campaign.tune.product import Option, Product
from campaign.tune.products import products

_SLIDER = re.compile(
    r'key:\s*"(\w+)",\s*label:\s*"[^"]+",\s*why:\s*"[^"]+",\s*values:\s*\[([^\]]+)\]'
)


def sliders() -> dict[str, tuple[str, ...]]:
    """The protocol's sliders of the page, and the values that they take: read where the page has them."""
    text = (ROOT / "playground" / "page" / "settings.js").read_text("utf-8")
    protocol = text[text.index("export const PROTOCOL") : text.index("export const NETWORK")]
    found = {
        key: tuple(re.findall(r'"([^"]+)"', values)) for key, values in _SLIDER.findall(protocol)
    }
    if not found or len(found) != len(re.findall(r"\bkey:", protocol)):
        raise ValueError("settings.js: PROTOCOL is written in a way that is not known here")
    return found


def product_data() -> list[dict[str, Any]]:
    """Of each product of which at least one slider can be set: see ProductData in blocks.js."""
    made = (_data(product) for product in products().values())
    return [each for each in made if each["options"]]


def _data(product: Product) -> dict[str, Any]:
    own = {
        key: option
        for key in sliders()
        for option in product.options
        if option.key == f"protocol.{key}"
    }
    base = {option.id: option.default for option in own.values()}
    lines = _lines(product, base) if own else []
    return {
        "name": product.name,
        "title": product.title,
        "lines": lines,
        "options": {
            key: _option(product, option, base, lines, sliders()[key])
            for key, option in own.items()
        },
        "cannot": {
            key: f"{key} cannot be set in {product.title}: {fixed.value} is compiled in."
            for key in sliders()
            for fixed in product.fixed
            if fixed.key == f"protocol.{key}"
        },
    }


def _option(
    product: Product,
    option: Option,
    base: dict[str, str],
    lines: Sequence[str],
    values: Sequence[str],
) -> dict[str, Any]:
    """Its line of the block, and what stands there for each value."""
    written = {value: _lines(product, base | {option.id: value}) for value in values}
    changed = {
        number
        for other in written.values()
        for number, (before, after) in enumerate(zip(lines, other, strict=True))
        if before != after
    }
    if len(changed) != 1:
        raise ValueError(f"{product.name}: {option.name} is written on {len(changed)} lines")
    (number,) = changed
    return {"line": number, "values": {value: other[number] for value, other in written.items()}}


def _lines(product: Product, values: dict[str, str]) -> list[str]:
    return product.block(values).rstrip("\n").split("\n")
