# SPDX-License-Identifier: GPL-2.0-only
"""All products as a page, docs/tune/products.md, and as the few lines that a terminal shows.

The page is made of products/ alone and kept in the repository, so that a change of a fact is a change
that a reader of the diff sees: `/usr/bin/python3 -m campaign.tune.listing` writes it again.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from campaign.build import ROOT
from campaign.docs.markdown import code, codes, table
from campaign.tune.product import Option, Product, last_of
from campaign.tune.products import products, ranges

PAGE = ROOT / "docs" / "tune" / "products.md"

FENCES = {
    "hcl": "text",
    "json": "json",
    "yaml": "yaml",
    "toml": "text",
    "flags": "text",
    "go": "go",
}
"""The languages of blocks on the page. The site's checks take every block of TOML for a scenario."""

HEAD = """\
# What products can set

Written from `campaign/tune/products/`. Each fact has the file of the product that it was read from. Recommendations are made
of what can be set; what is compiled in is simulated as it is, and what would be gained if it could be set is told apart.

A setting is searched in the range that stands here where a tune file names none, and those marked with a star only where a tune
file names them, since they have little to do with how soon a crash is known. A probe's timeout is always shorter than its
interval. Members are simulated with the product's defaults for the rest, without metadata and without encryption.
"""


def reference_text() -> str:
    """The page."""
    known = products()
    rows = (
        [f"[{code(name)}](#{product.family})", product.title, product.version, _what(product)]
        for name, product in known.items()
    )
    text = HEAD + "\n" + table(["For", "What it is", "Version", "What is searched"], rows)
    families: dict[str, list[Product]] = {}
    for product in known.values():
        families.setdefault(product.family, []).append(product)
    for family, own in families.items():
        text += _section(family, own)
    return text + _ranges()


def overview() -> str:
    """A few lines for a terminal: each product, its version, and what is searched."""
    known = products()
    wide = max(map(len, known))
    text = ""
    for name, product in known.items():
        words = f"{product.title}. Version: {product.version}. Searched: {_what(product)}"
        lines = textwrap.wrap(words, 98 - wide, break_on_hyphens=False)
        text += f"{name:{wide}}  {lines[0]}\n"
        text += "".join(f"{'':{wide}}  {line}\n" for line in lines[1:])
    return text


def _what(product: Product) -> str:
    return ", ".join(_name(option, product) for option in product.varied) or "nothing"


def _name(option: Option, product: Product) -> str:
    """As its operator knows it: of TOML without its table, which is in the block."""
    return last_of(option.name) if product.syntax == "toml" else option.name


def _section(family: str, own: Sequence[Product]) -> str:
    """Of products that share all but what their notes say; the tables are the first one's."""
    product = own[0]
    notes = dict.fromkeys(note for each in own for note in each.notes)
    sources = dict.fromkeys(source for each in own for source in each.sources)
    text = f"\n## {family}\n\n"
    if product.unsettable:
        text += f"**{product.unsettable}**\n\n"
    text += "".join(f"- {note}\n" for note in notes) + "\n"
    text += _options(product)
    if product.fixed:
        text += "\nCompiled in:\n\n"
        rows = (
            [each.name, each.value, _key(each.key), each.source, each.note]
            for each in sorted(product.fixed, key=lambda each: not each.key)
        )
        text += table(["Name", "Value", "In a scenario", "Read from", "Note"], rows)
    values = {option.id: option.default for option in product.varied}
    text += f"\nThe defaults as a block, which goes into {product.place}:\n\n"
    text += f"```{FENCES[product.syntax]}\n{product.block(values)}```\n\n"
    return text + f"Read: {', '.join(sources)}.\n"


def _options(product: Product) -> str:
    """What is of the product's preset, which another page has, and is not searched, by its name only."""
    rows = []
    named = [each for each in product.options if each.of_preset and each not in product.varied]
    for option in product.options:
        if option in named:
            continue
        star = "" if option in product.varied or not option.searchable else " \\*"
        in_a_scenario = _key(option.key) or ("its preset" if option.sets else "not simulated")
        rows.append(
            [
                code(_name(option, product)) + star,
                option.default,
                _range(option),
                in_a_scenario,
                option.source,
                option.note,
            ]
        )
    text = table(["Setting", "Default", "Searched", "In a scenario", "Read from", "Note"], rows)
    if named:
        names = codes(_name(option, product) for option in named if option.searchable)
        text += f"\nWhere a tune file names them, and at the preset's values otherwise: {names}.\n"
    return text


def _ranges() -> str:
    text = (
        "\n## Why in these ranges\n\n`wan` is for members whose round trips take up to some hundred"
        " milliseconds, those of consul-wan. What it does not name is as in `lan`.\n\n"
    )
    near, far = (ranges()[kind] for kind in ("lan", "wan"))
    entries = [(key, "lan", near[key]) for key in near]
    entries += [(key, "wan", far[key]) for key in far if far[key] != near.get(key)]
    rows = (
        [code(f"protocol.{key}"), kind, f"{entry['low']} to {entry['high']}", entry["why"]]
        for key, kind, entry in entries
    )
    return text + table(["In a scenario", "For", "Range", "Why"], rows)


def _range(option: Option) -> str:
    if option.values and option.searchable:
        return ", ".join(option.values)
    return f"{option.low} to {option.high}" if option.low else "no"


def _key(key: str) -> str:
    return code(key) if key else ""


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(reference_text(), encoding="utf-8")
