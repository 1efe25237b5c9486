# SPDX-License-Identifier: GPL-2.0-only
"""A TOML file that people write: what stands in it, and a refusal at the line of the mistake."""

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

from campaign.errors import UserError
from campaign.places import Places
from campaign.words import one_line, path_text, setting_text


NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
"""Of what has a folder or a file of its own: it is a part of a path."""
NAMES = 'names are up to 80 letters, digits, ".", "_" and "-", and begin with a letter or a digit'


class TomlFile:
    """Of its methods each refuses what it cannot take. Raises UserError."""

    def __init__(self, path: Path, text: bytes) -> None:
        self.path = path
        self.text = text
        try:
            # Some editors begin a file with a byte order mark.
            decoded = text.decode("utf-8-sig")
            self.raw = tomllib.loads(decoded)
        except UnicodeDecodeError as error:
            line = text[: error.start].count(b"\n") + 1
            raise UserError(f"{path_text(path)}:{line}: is not UTF-8, as TOML must be") from None
        except RecursionError:
            raise UserError(f"{path_text(path)}:1: is nested too deeply") from None
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"^(.*) \(at line (\d+), column \d+\)$", str(error), re.DOTALL)
            words, line = (found[1], int(found[2])) if found else (str(error), 1)
            raise UserError(f"{path_text(path)}:{line}: no TOML: {one_line(words)}") from None
        self.places = Places(decoded)

    def wrong(self, text: str, *path: str | int) -> NoReturn:
        line = self.places.line(*path)
        raise UserError(f"{path_text(self.path)}:{line}: {one_line(text)}")

    def known(self, raw: dict[str, Any], keys: Iterable[str], *path: str | int) -> None:
        for key in raw:
            if key not in keys:
                names = ".".join(str(each) for each in path if isinstance(each, str))
                where = f"{names}.{key}" if names else key
                self.wrong(f"there is no {where}; {near(key, keys)}", *path, key)

    def text_of(self, raw: dict[str, Any], key: str, default: str, *path: str | int) -> str:
        value = raw.get(key, default)
        if not isinstance(value, str):
            self.wrong(f"{key} is {setting_text(value)}; put it in quotes", *path, key)
        return value

    def needed(self, raw: dict[str, Any], key: str, *path: str | int) -> str:
        value = self.text_of(raw, key, "", *path).strip()
        if not value:
            self.wrong(f"{key} is missing; it is a text in quotes", *path, key)
        return value

    def whole(
        self,
        raw: dict[str, Any],
        key: str,
        default: int,
        least: int,
        *path: str | int,
        most_runs: int | None = None,
    ) -> int:
        value = raw.get(key, default)
        if isinstance(value, str) and re.fullmatch(r"\s*\d+\s*", value):
            self.wrong(f'{key} is "{value}", a text; write it without the quotes', *path, key)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.wrong(
                f"{key} is {setting_text(value)}; it is a whole number from {least} up", *path, key
            )
        if most_runs is not None and value > most_runs:
            self.wrong(f"{key} is {value:,}; at most {most_runs:,} runs make sense", *path, key)
        return value

    def section(self, key: str) -> dict[str, Any]:
        value = self.raw.get(key, {})
        if not isinstance(value, dict):
            self.wrong(f"{key} is a table: write [{key}]", key)
        return value

    def tables(self, key: str) -> tuple[dict[str, Any], ...]:
        value = self.raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.wrong(f"{key} is a list of tables: write [[{key}]]", key)
        return tuple(value)


def near(name: str, known: Iterable[str]) -> str:
    """Which of the known names was meant, in words."""
    names = list(known)
    found = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {found[0]}?" if found else f"known are {', '.join(names)}"


def flat(
    raw: dict[str, Any], is_value: Callable[[dict[str, Any]], bool], prefix: str = ""
) -> Iterable[tuple[str, Any]]:
    """Keys with dots, whether they were written in quotes or not."""
    for key, value in raw.items():
        if isinstance(value, dict) and not is_value(value):
            yield from flat(value, is_value, f"{prefix}{key}.")
        else:
            yield prefix + key, value
