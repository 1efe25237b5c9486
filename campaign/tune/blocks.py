# SPDX-License-Identifier: GPL-2.0-only
"""Settings in each product's own syntax, ready to paste, and read back.

Each syntax is as small as what is written here needs, and as strict: a block with a line that no block
has is refused, not guessed at. The tests hold what is written against the parsers that people use.
"""

from __future__ import annotations

import json
import re
import shlex
import textwrap
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.campaign.values import number_and_kind
from campaign.errors import UserError

if TYPE_CHECKING:
    from campaign.tune.product import Option, Product

WIDTH = 90
"""Of comments."""


@dataclass(frozen=True)
class Entry:
    """One setting as the product says it."""

    name: str
    """With the blocks that it stands in: "gossip_lan.probe_interval"."""
    value: str
    quoted: bool
    """A text, not a number or a truth value."""
    kind: str

    @property
    def table(self) -> str:
        return self.name.rpartition(".")[0]

    @property
    def bare(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def literal(self) -> str:
        """As HCL, TOML and JSON write it."""
        return json.dumps(self.value) if self.quoted else self.value


@dataclass(frozen=True)
class Syntax:
    """How a product's settings are written and read."""

    write: Callable[[Sequence[str], Sequence[Entry], str], str]
    """From the lines of a comment, the entries and the preset that they go on top of."""
    read: Callable[[str], dict[str, str]]
    """Raises UserError, or ValueError where a parser of Python's says what is wrong."""


def write(product: Product, values: Mapping[str, str]) -> str:
    """The block of these values, by Option.id; of none, the defaults. Raises UserError."""
    unknown = set(values) - {option.id for option in product.options}
    if unknown:
        raise UserError(f"{product.title} has no {', '.join(sorted(unknown))}")
    entries = [
        _entry(option, values.get(option.id, option.default), product.syntax)
        for option in product.options
        if not values or option.always or option.id in values
    ]
    head = [f"{product.title}. Version: {product.version}.", f"Goes into {product.place}."]
    head += [product.unsettable] * bool(product.unsettable)
    return SYNTAXES[product.syntax].write(head, entries, product.preset)


def read(product: Product, block: str) -> dict[str, str]:
    """The values of a block, by Option.id. Raises UserError."""
    try:
        found = SYNTAXES[product.syntax].read(block)
    except ValueError as error:
        raise UserError(f"this is no block of {product.title}: {error}") from None
    options = {option.name: option for option in product.options}
    for name in found:
        if name not in options:
            raise UserError(f"{product.title} has no {name}")
    return {options[name].id: _value(options[name], text) for name, text in found.items()}


def _entry(option: Option, value: str, syntax: str) -> Entry:
    option.check(value)
    kind, quoted = option.kind, option.kind in ("duration", "percent", "choice", "bytes")
    if option.negated:
        value = "false" if value == "true" else "true"
    if kind == "bytes" and syntax != "toml":
        value, quoted = value.removesuffix("B"), False
    return Entry(option.name, value, quoted, kind)


def _value(option: Option, text: str) -> str:
    """As a scenario has it."""
    if option.kind == "bytes" and text.isdigit():
        text += "B"
    option.check(text)
    if option.negated:
        text = "false" if text == "true" else "true"
    return text


def _comment(mark: str, head: Sequence[str]) -> str:
    lines = [line for text in head for line in textwrap.wrap(text, WIDTH - len(mark) - 1)]
    return "".join(f"{mark} {line}\n" for line in lines)


def _by_table(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    tables: dict[str, list[Entry]] = {}
    for entry in entries:
        tables.setdefault(entry.table, []).append(entry)
    return tables


def _write_hcl(head: Sequence[str], entries: Sequence[Entry], preset: str) -> str:
    text = _comment("#", head)
    for table, own in _by_table(entries).items():
        wide = max(len(entry.bare) for entry in own)
        lines = [f"{entry.bare:{wide}} = {entry.literal}" for entry in own]
        text += "".join(f"{line}\n" for line in lines) if not table else ""
        text += (f"{table} {{\n" + "".join(f"  {line}\n" for line in lines) + "}\n") * bool(table)
    return text


def _read_hcl(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if (opens := re.fullmatch(r"(\w+) \{", line)) and not table:
            table = f"{opens[1]}."
        elif line == "}" and table:
            table = ""
        elif each := re.fullmatch(r'(\w+) += ("[^"\\]*"|[\d.]+|true|false)', line):
            _add(found, table + each[1], each[2].strip('"'))
        else:
            raise ValueError(f"line {number}: {line}")
    if table:
        raise ValueError(f"the block {table[:-1]} does not end")
    return found


def _write_json(head: Sequence[str], entries: Sequence[Entry], preset: str) -> str:
    """JSON has no comments, and Serf refuses keys that it does not know."""
    lines = [f"  {json.dumps(entry.name)}: {entry.literal}" for entry in entries]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _read_json(text: str) -> dict[str, str]:
    found: dict[str, str] = {}

    def pairs(given: list[tuple[str, object]]) -> None:
        for name, value in given:
            _add(found, name, value if isinstance(value, str) else json.dumps(value))

    json.loads(text, object_pairs_hook=pairs)
    return found


def _write_yaml(head: Sequence[str], entries: Sequence[Entry], preset: str) -> str:
    text = _comment("#", head)
    for table, own in _by_table(entries).items():
        text += f"{table}:\n" + "".join(f"  {entry.bare}: {entry.value}\n" for entry in own)
    return text


def _read_yaml(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if opens := re.fullmatch(r"(\w+):", line):
            table = f"{opens[1]}."
        elif (each := re.fullmatch(r"  (\w+): (\S+)", line)) and table:
            _add(found, table + each[1], each[2])
        else:
            raise ValueError(f"line {number}: {line}")
    return found


def _write_toml(head: Sequence[str], entries: Sequence[Entry], preset: str) -> str:
    text = _comment("#", head)
    for table, own in _by_table(entries).items():
        text += f"[{table}]\n" + "".join(f"{entry.bare} = {entry.literal}\n" for entry in own)
    return text


def _read_toml(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for table, own in tomllib.loads(text).items():
        if not isinstance(own, dict):
            raise ValueError(f"{table} is in no table")
        for name, value in own.items():
            _add(found, f"{table}.{name}", value if isinstance(value, str) else json.dumps(value))
    return found


def _write_flags(head: Sequence[str], entries: Sequence[Entry], preset: str) -> str:
    """A command line has no room for comments between its lines."""
    return " \\\n".join(f"{entry.name}={shlex.quote(entry.value)}" for entry in entries) + "\n"


def _read_flags(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in shlex.split(text.replace("\\\n", " ")):
        name, equals, value = word.partition("=")
        if not (name.startswith("--") and equals):
            raise ValueError(f"{word} is no --flag=value")
        _add(found, name, value)
    return found


_GO_DEFAULTS = {
    "memberlist-lan": "DefaultLANConfig",
    "memberlist-wan": "DefaultWANConfig",
    "memberlist-local": "DefaultLocalConfig",
}
_GO_UNITS = {"Second": 1.0, "Millisecond": 1e-3, "Microsecond": 1e-6, "Nanosecond": 1e-9}
_GO_FRAME = (r"func tunedConfig\(\) \*memberlist\.Config \{", r"return config", r"\}")


def _write_go(head: Sequence[str], entries: Sequence[Entry], preset: str) -> str:
    lines = [f"config := memberlist.{_GO_DEFAULTS[preset]}()"]
    for entry in entries:
        value = _go_duration(entry.value) if entry.kind == "duration" else entry.value
        lines.append(f"config.{entry.name} = {value}")
    lines.append("return config")
    body = "".join(f"\t{line}\n" for line in lines)
    first = ["tunedConfig needs the imports time and github.com/hashicorp/memberlist."]
    return _comment("//", [*first, *head]) + (
        f"func tunedConfig() *memberlist.Config {{\n{body}}}\n"
    )


def _go_duration(text: str) -> str:
    found = number_and_kind(text)
    assert found is not None
    for unit, seconds in _GO_UNITS.items():
        count = round(found[0] / seconds)
        if abs(count * seconds - found[0]) < 1e-12:
            return f"{count} * time.{unit}" if count else "0"
    raise UserError(f"{text} is finer than a nanosecond")


def _read_go(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("//") or any(re.fullmatch(each, line) for each in _GO_FRAME):
            continue
        if re.fullmatch(r"config := memberlist\.Default(LAN|WAN|Local)Config\(\)", line):
            continue
        each = re.fullmatch(r"config\.(\w+) = (\w+)(?: \* time\.(\w+))?", line)
        if each is None:
            raise ValueError(f"line {number}: {line}")
        if each[3] is None:
            _add(found, each[1], "0s" if each[2] == "0" else each[2])
        else:
            short = {"Second": "s", "Millisecond": "ms", "Microsecond": "us", "Nanosecond": "ns"}
            _add(found, each[1], each[2] + short[each[3]])
    return found


def _add(found: dict[str, str], name: str, value: str) -> None:
    if name in found:
        raise ValueError(f"{name} is given twice")
    found[name] = value


SYNTAXES = {
    "hcl": Syntax(_write_hcl, _read_hcl),
    "json": Syntax(_write_json, _read_json),
    "yaml": Syntax(_write_yaml, _read_yaml),
    "toml": Syntax(_write_toml, _read_toml),
    "flags": Syntax(_write_flags, _read_flags),
    "go": Syntax(_write_go, _read_go),
}
