# SPDX-License-Identifier: GPL-2.0-only
"""JSON of a format of ours read field by field: what is missing or of the wrong kind is told with its
place in the file, such as `recommended[0].path.known_to_all_s.p99`, and with what would be right."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from analysis.run import seal
from analysis.run.records import RecordError
from analysis.study.estimates import Estimate

NEVER, MINUS_NEVER = "never", "-never"
"""Of an estimate without a value: that this is longer than any number, or that what it is taken from is."""

_DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])

Made = TypeVar("Made")


@dataclass(frozen=True)
class Part:
    """An object of the file. Its methods raise RecordError."""

    file: Path
    place: str
    """Empty of the whole file."""
    raw: dict[str, Any]

    def text(self, key: str, default: str | None = None) -> str:
        found = self._value(key, default)
        return _plain(found) if isinstance(found, str) else self._wrong(key, "a text", found)

    def scalar(self, key: str) -> str:
        """A text, or a number as text."""
        found = self._value(key)
        is_scalar = isinstance(found, (str, int, float)) and not isinstance(found, bool)
        return _plain(str(found)) if is_scalar else self._wrong(key, "a text or a number", found)

    def number(self, key: str) -> float:
        found = self._value(key)
        if isinstance(found, bool) or not isinstance(found, (int, float)):
            self._wrong(key, "a number", found)
        return found

    def number_or_none(self, key: str) -> float | None:
        """Null, and what is not there, is None."""
        return None if self.raw.get(key) is None else self.number(key)

    def count(self, key: str, default: int | None = None) -> int:
        found = self._value(key, default)
        if isinstance(found, bool) or not isinstance(found, int) or found < 0:
            self._wrong(key, "a whole number of at least 0", found)
        return found

    def part(self, key: str) -> Part:
        found = self._value(key)
        if not isinstance(found, dict):
            self._wrong(key, "an object", found)
        return Part(self.file, self._inside(key), found)

    def has(self, key: str) -> bool:
        return self.raw.get(key) is not None

    def parts(self, key: str) -> list[Part]:
        """A list of objects; an empty one where there is none."""
        listed = self._list(key)
        for number, each in enumerate(listed):
            if not isinstance(each, dict):
                self._wrong(f"{key}[{number}]", "an object", each)
        return [
            Part(self.file, f"{self._inside(key)}[{number}]", each)
            for number, each in enumerate(listed)
        ]

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; an empty one where there is none."""
        listed = self._list(key)
        for number, each in enumerate(listed):
            if not isinstance(each, str):
                self._wrong(f"{key}[{number}]", "a text", each)
        return tuple(map(_plain, listed))

    def mapping(self, key: str, read: Callable[[Part, str], Made]) -> dict[str, Made]:
        """An object whose every field is of one kind; an empty one where there is none."""
        if not self.has(key):
            return {}
        part = self.part(key)
        return {name: read(part, name) for name in part.raw}

    def flag(self, key: str) -> bool:
        found = self._value(key)
        return found if isinstance(found, bool) else self._wrong(key, "true or false", found)

    def estimate(self, key: str) -> Estimate:
        return self.part(key).as_estimate()

    def as_estimate(self) -> Estimate:
        """This object as value, low, high, n and why. An end that is missing beside the other is never."""
        value, low, high = (self.number_or_none(key) for key in ("value", "low", "high"))
        why = self.text("why", "")
        if value is None and why in (NEVER, MINUS_NEVER):
            value, why = math.inf if why == NEVER else -math.inf, ""
            if low is None and high is not None:
                value = -math.inf
        if low is not None and high is None:
            high = math.inf
        elif high is not None and low is None:
            low = -math.inf
        if low is not None and high is not None and low > high:
            self.wrong("low", f"no more than high, which is {high:g}", low)
        return Estimate(value, low, high, self.count("n", 0), 0, why)

    def wrong(self, key: str, right: str, found: Any) -> NoReturn:
        self._wrong(key, right, found)

    def fields(self) -> Iterator[str]:
        return iter(self.raw)

    def _list(self, key: str) -> list[Any]:
        found = self._value(key, [])
        return found if isinstance(found, list) else self._wrong(key, "a list", found)

    def _value(self, key: str, default: Any = None) -> Any:
        found = self.raw.get(key)
        if found is None:
            found = default
        if found is None:
            raise RecordError(f"{self.file}: {self._inside(key)} is missing")
        return found

    def _inside(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def _wrong(self, key: str, right: str, found: Any) -> NoReturn:
        shown = json.dumps(found)
        shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
        raise RecordError(f"{self.file}: {self._inside(key)} is {shown}; it must be {right}")


def _plain(text: str) -> str:
    """Without what would turn the direction of all that follows, on a page or in a block to paste."""
    return text.translate(_DIRECTIONS)


def read(file: Path, whose: str) -> Part:
    """The whole file, which `whose` wrote. Raises RecordError."""
    try:
        content = file.read_bytes()
        if seal.is_broken(content):
            raise RecordError(f"{file}: was changed after it was written")
        raw = json.loads(content, parse_constant=_no_number)
    except FileNotFoundError:
        raise RecordError(f"{file}: no such file; {whose} writes it at its end") from None
    except OSError as error:
        raise RecordError(f"{file}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise RecordError(f"{file}: not JSON: {error}") from None
    if not isinstance(raw, dict):
        raise RecordError(f"{file}: is not what {whose} wrote: no object")
    return Part(file, "", raw)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number; what never came is null, with the reason never")
