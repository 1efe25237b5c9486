# SPDX-License-Identifier: GPL-2.0-only
"""Where in a TOML file a key stands: tomllib tells values, and a message needs the line.

It reads headers and the keys at the beginning of lines, which is how people write study files. What
stands inside of an inline table is placed at the line of the nearest key around it.
"""

import re

_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_PATH = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_PATH})\s*\]\]?")
_ENTRY = re.compile(rf"\s*({_PATH})\s*=")
_STRINGS = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|\#[^\n]*', re.DOTALL
)

Path = tuple[str | int, ...]
"""From the top: names of keys, and numbers in arrays of tables."""


class Places:
    """The lines of a file's keys."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        bare = _STRINGS.sub(_blank, text).split("\n")
        inside = _lines_inside(text)
        table: Path = ()
        depth = 0
        for number, (line, plain) in enumerate(zip(text.split("\n"), bare), 1):
            if depth == 0 and number not in inside:
                if header := _HEADER.match(line):
                    table = self._table(_keys(header[2]), header[1] == "[[")
                    self._lines.setdefault(table, number)
                    continue
                if entry := _ENTRY.match(line):
                    path = (*table, *_keys(entry[1]))
                    for length in range(len(table) + 1, len(path) + 1):
                        self._lines.setdefault(path[:length], number)
            depth += sum(plain.count(each) for each in "[{") - sum(map(plain.count, "]}"))

    def line(self, *path: str | int) -> int:
        """Of the key, or of the nearest around it; 1 for what stands nowhere."""
        steps = tuple(step for each in path for step in _steps(each))
        for length in range(len(steps), 0, -1):
            if steps[:length] in self._lines:
                return self._lines[steps[:length]]
        return 1

    def _table(self, keys: Path, repeated: bool) -> Path:
        if not repeated:
            return keys
        number = self._counts.get(keys, 0)
        self._counts[keys] = number + 1
        return (*keys, number)


def _lines_inside(text: str) -> set[int]:
    """Those that begin within a string."""
    inside: set[int] = set()
    for found in _STRINGS.finditer(text):
        first = text.count("\n", 0, found.start()) + 1
        inside.update(range(first + 1, first + found[0].count("\n") + 1))
    return inside


def _blank(found: re.Match[str]) -> str:
    """A string or a comment without anything that looks like structure."""
    return re.sub(r"[^\n]", " ", found[0])


def _keys(path: str) -> tuple[str | int, ...]:
    bare = [key[1:-1] if key[0] in "\"'" else key for key in re.findall(_KEY, path)]
    return tuple(step for key in bare for step in _steps(key))


def _steps(key: str | int) -> tuple[str | int, ...]:
    """A key with dots is one name in quotes and several without: here it is the same."""
    return tuple(key.split(".")) if isinstance(key, str) else (key,)
