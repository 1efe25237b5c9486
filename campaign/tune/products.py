# SPDX-License-Identifier: GPL-2.0-only
"""All products: products/*.toml, read and checked.

Facts are data, each with the source file of the product that it was read from, so that whoever doubts
one knows where to look, and whoever corrects one changes a line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from analysis.campaign.values import TIME, number_and_kind
from campaign.errors import UserError
from campaign.tune.product import (
    BOOLEANS,
    DERIVED,
    KINDS,
    Fixed,
    Option,
    Product,
    last_of,
    number_of,
)

FOLDER = Path(__file__).with_suffix("")
RANGES = FOLDER / "ranges.toml"


class ProductError(ValueError):
    """A file of products/ that says what cannot be; the message names it."""


def product_named(name: str) -> Product:
    """Raises UserError."""
    known = products()
    if name not in known:
        raise UserError(f'there is no product "{name}"; there are {", ".join(known)}')
    return known[name]


@cache
def products() -> Mapping[str, Product]:
    """By name. Raises ProductError."""
    of_kinds = ranges()
    found = {}
    for file in sorted(FOLDER.glob("*.toml"), key=lambda file: file.stem):
        if file == RANGES:
            continue
        table = _table(file)
        names = table.pop("names", {file.stem: {}})
        for name, own in names.items():
            try:
                found[name] = _product(name, file.stem, table, own, of_kinds)
            except (KeyError, TypeError, ValueError) as error:
                raise ProductError(f"{file.name}, {name}: {error!r}") from None
    return found


@cache
def ranges() -> Mapping[str, Mapping[str, Any]]:
    """Of members near to each other (lan) and far (wan), by the bare key: low, high, why, perhaps vary."""
    table = _table(RANGES)
    return {"lan": table["lan"], "wan": table["lan"] | table["wan"]}


def _table(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _product(
    name: str,
    family: str,
    table: Mapping[str, Any],
    own: Mapping[str, Any],
    of_kinds: Mapping[str, Any],
) -> Product:
    of_kind = of_kinds[table["range"]]
    options = tuple(_option(each, own, table, of_kind) for each in table.get("option", ()))
    keys = {key for option in options for key in (option.key, *option.also)}
    fixed = tuple(Fixed(**{"key": ""} | each) for each in table.get("fixed", ()))
    _check(options, fixed)
    return Product(
        name=name,
        family=family,
        title=own.get("title") or table["title"],
        version=own.get("version") or table["version"],
        sources=tuple([*own.get("sources", ()), *table["sources"]]),
        preset=table["preset"],
        options=options,
        fixed=fixed,
        notes=tuple([*own.get("notes", ()), *table["notes"]]),
        syntax=table["syntax"],
        place=table["place"],
        unsettable=table.get("unsettable", ""),
        beyond=tuple(
            Option(
                each.name,
                each.key,
                each.value,
                _kind_of(of_kind[_bare(each.key)]["low"]),
                each.source,
                **of_kind[_bare(each.key)],
            )
            for each in fixed
            if not each.derived
            and each.key not in keys
            and of_kind.get(_bare(each.key), {"vary": False}).get("vary", True)
        ),
    )


def _option(
    each: Mapping[str, Any],
    own: Mapping[str, Any],
    table: Mapping[str, Any],
    of_kind: Mapping[str, Any],
) -> Option:
    made = dict(each)
    short = last_of(each["name"])
    if short in own.get("defaults", {}):
        made["default"] = own["defaults"][short]
        made["source"] = own["defaults_source"]
    made.setdefault("key", "")
    made.setdefault("source", table["sources"][0])
    made.setdefault("of_preset", table.get("of_preset", False))
    made["also"] = tuple(each.get("also", ()))
    made["values"] = tuple(each.get("values", each.get("sets", ())))
    if made.get("kind") == "boolean":
        made["values"] = BOOLEANS
    elif made["values"]:
        made["kind"] = "choice"
    elif "low" not in made and _bare(made["key"]) in of_kind:
        made = of_kind[_bare(made["key"])] | made
    if "kind" not in made:
        made["kind"] = _kind_of(made["low"])
    return Option(**made)


def _bare(key: str) -> str:
    return key.removeprefix("protocol.")


def _kind_of(text: str) -> str:
    found = number_and_kind(text)
    if found is None:
        raise ValueError(f"{text!r} says no kind; name it")
    return {TIME: "duration", "B": "bytes", "%": "percent", "": "count"}[found[1]]


def _check(options: tuple[Option, ...], fixed: tuple[Fixed, ...]) -> None:
    """What no reader could make sense of."""
    for option in options:
        if option.kind not in KINDS:
            raise ValueError(f"{option.name}: there is no kind {option.kind}")
        if option.values and option.default not in option.values:
            raise ValueError(f"{option.name}: {option.default} is none of its values")
        if option.low and not number_of(option.low) < number_of(option.high):
            raise ValueError(f"{option.name}: its range is empty")
        if not option.source:
            raise ValueError(f"{option.name}: has no source")
    for each in fixed:
        if each.derived and each.derived not in DERIVED:
            raise ValueError(f"{each.name}: there is no rule {each.derived}")
        if not each.source:
            raise ValueError(f"{each.name}: has no source")
    keys = [key for option in options for key in (option.key, *option.also) if key]
    keys += [each.key for each in fixed if each.key]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise ValueError(f"{', '.join(sorted(twice))}: set twice")
