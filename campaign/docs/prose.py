# SPDX-License-Identifier: GPL-2.0-only
"""What prose says in code: the keys, commands, scenarios and files that pages name.

Prose is written by hand, so it goes out of date by itself. What stands between backticks or in a
block of code is meant literally, and can be held against what it names; tests/docs does so.
"""

import re
import shlex
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from campaign.build import ROOT

TABLES = ("cluster", "protocol", "topology", "network")

_FENCE = re.compile(r"^(```+)(\{?[\w-]*\}?)[^\n]*\n(.*?)^\1 *$", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"(?<=\n\n)(?:    [^\n]*\n|\n(?=    ))+")
_INLINE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Code:
    """A piece of code of a page; `place` is where, for messages."""

    place: str
    text: str


def pages() -> list[Path]:
    """All prose that is written by hand and that Markdown is."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path, language: str) -> Iterator[Code]:
    """The fenced blocks of a language."""
    text = page.read_text()
    for match in _FENCE.finditer(text):
        if match[2] == language:
            yield Code(_place(page, text, match.start()), match[3])


def scenarios(page: Path) -> Iterator[Code]:
    """Scenarios and pieces of such: blocks of TOML, fenced or, as in the README, indented."""
    yield from blocks(page, "toml")
    text = page.read_text()
    for match in _INDENTED.finditer(text):
        if "[[event]]" in match[0]:
            yield Code(_place(page, text, match.start()), textwrap.dedent(match[0]))


def inline(page: Path) -> Iterator[Code]:
    """What stands between backticks in running text and tables."""
    # Blocks keep their lines, so that places stay right.
    text = _FENCE.sub(lambda match: "\n" * match[0].count("\n"), page.read_text())
    for match in _INLINE.finditer(text):
        yield Code(_place(page, text, match.start()), match[1])


def commands(page: Path) -> Iterator[Code]:
    """Every `./swimlab ...` of a page: in console blocks, in indented blocks, in running text."""
    for block in blocks(page, "console"):
        for line in block.text.replace("\\\n", " ").splitlines():
            if line.startswith("$ ./swimlab"):
                yield Code(block.place, line[2:])
    text = page.read_text()
    for match in re.finditer(r"^    (\./swimlab [^\n]*)", text, re.MULTILINE):
        yield Code(_place(page, text, match.start()), match[1])
    for code in inline(page):
        if code.text.startswith("./swimlab "):
            yield code


def arguments(command: str) -> list[str]:
    """What a shell makes of a command line, without its comment and the program."""
    return shlex.split(command, comments=True)[1:]


def keys(code: Code) -> Iterator[str]:
    """The keys of a scenario that a piece of inline code names: `cluster.members`, `gossip_nodes = 4`."""
    match = re.fullmatch(rf"((?:{'|'.join(TABLES)})(?:\.[a-z_]+)+)(?: = .*)?", code.text)
    if match:
        yield match[1]
    elif match := re.fullmatch(r"([a-z_]+) = .+", code.text):
        yield match[1]


def paths(code: Code) -> Iterator[str]:
    """The files and folders of this repository that a piece of inline code names."""
    if re.fullmatch(r"[\w.-]+(?:/[\w.-]+)*/?", code.text) and "/" in code.text:
        if (ROOT / code.text.split("/")[0]).is_dir() and not code.text.startswith(("out", "build")):
            yield code.text


def names(code: Code) -> Iterator[str]:
    """A name as code spells them, with an underscore or in a namespace: `time_ns`, `swim::Agent`."""
    if re.fullmatch(r"[a-z]+(?:_[a-z0-9]+)+", code.text):
        yield code.text
    elif match := re.fullmatch(r"\w+(?:::\w+)*::(\w+)", code.text):
        yield match[1]


def _place(page: Path, text: str, offset: int) -> str:
    return f"{page.relative_to(ROOT)}:{text.count(chr(10), 0, offset) + 1}"
