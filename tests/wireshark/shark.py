# SPDX-License-Identifier: MIT
"""Runs Debian's tshark with the dissector as a user has it, and reads what it shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TSHARK = shutil.which("tshark")
LUA_TROUBLE = re.compile(
    r"Lua[^\n]{0,40}[Ee]rror|\[string |stack traceback|swim\.lua:\d+|Dissector bug"
)
"""What a fault of a Lua dissector looks like, in the packets that it was in or on the way."""
MARKS = ("swim.malformed", "swim.unknown_type", "_ws.malformed")


def text_of(element: ElementTree.Element) -> str:
    """A field's value as a filter has it."""
    return element.get("show", "")


@dataclass
class Frame:
    """One packet: its number and what the dissector made of it, if that was asked."""

    number: int
    element: ElementTree.Element

    @property
    def swim(self) -> ElementTree.Element | None:
        return self.element.find("proto[@name='swim']")

    def fields(self, name: str) -> list[ElementTree.Element]:
        return list(self.element.iterfind(f".//field[@name='{name}']"))

    def values(self, name: str) -> list[str]:
        """In order; several where several messages have it."""
        return [text_of(element) for element in self.fields(name)]

    def value(self, name: str) -> str | None:
        """The only one, or none."""
        found = self.values(name)
        assert len(found) <= 1, (name, found)
        return found[0] if found else None

    def bytes_of(self, name: str) -> bytes:
        return bytes.fromhex(self.fields(name)[0].get("value", ""))

    def marks(self) -> list[str]:
        """The dissector's own marks, in words: swim.malformed and what it says."""
        return [
            f"{parent.get('name')}"
            for parent in self.element.iter("field")
            if parent.get("name", "") in MARKS
        ]

    def said(self) -> list[str]:
        """What its expert information says."""
        return self.values("_ws.expert.message")


class Shark:
    """tshark in a home of its own, in which nothing but the dissector is installed."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(self, *words: object, timeout: float = 300, cut_short: bool = False) -> str:
        """What it prints; fails where it, or Lua, complains.

        cut_short: the capture is still being written and may end anywhere
        """
        environment = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [str(TSHARK), *map(str, words)],
            env=environment,
            capture_output=True,
            timeout=timeout,
        )
        out = done.stdout.decode("utf-8", "replace")
        wrong = done.stderr.decode("utf-8", "replace")
        assert done.returncode == 0 or cut_short, wrong
        # The list of all fields of all protocols speaks of Lua's errors itself.
        trouble = LUA_TROUBLE.search(wrong if "-G" in words else wrong + out)
        assert trouble is None, (trouble, wrong[-2000:])
        return out

    def read(self, capture: Path, *options: str, two_passes: bool = False) -> list[Frame]:
        """Every packet of the capture."""
        words = ["-r", capture, "-T", "pdml", *options, *(["-2"] if two_passes else [])]
        root = ElementTree.fromstring(self.run(*words))
        return [Frame(i + 1, packet) for i, packet in enumerate(root.iter("packet"))]


def messages(frame: Frame, names: tuple[str, ...]) -> Iterator[ElementTree.Element]:
    """The messages of a packet in their order, whatever they are wrapped in."""
    for element in frame.element.iter("field"):
        if element.get("name") in names:
            yield element
