# SPDX-License-Identifier: GPL-2.0-only
"""A page of docs/papers/: Markdown made of blocks, and the figures that it shows.

A page opens with what a reader may now believe and what not. Each number on it is looked up in the
numbers that were measured or in those that were published, so it can be made again at any time.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analysis.figures import style
from analysis.run.metrics import write_atomically

WIDTH = 125


@dataclass
class Page:
    """`name` is the paper's, and the stem of all files of the page."""

    name: str
    title: str
    believe: Sequence[str]
    """What a reader may now believe: sentences in Markdown."""
    not_believe: Sequence[str]
    """What a reader may not, or not for this reason."""
    _blocks: list[str] = field(default_factory=list)
    _pictures: list[style.Picture] = field(default_factory=list)

    def heading(self, text: str, level: int = 2) -> None:
        self._blocks.append(f"{'#' * level} {text}")

    def text(self, text: str) -> None:
        """A paragraph."""
        self._blocks.append(_filled(text))

    def points(self, points: Sequence[str]) -> None:
        """A list."""
        self._blocks.append(_listed(points))

    def code(self, text: str, language: str = "console") -> None:
        fence = "```"
        while fence in text:
            fence += "`"
        self._blocks.append(f"{fence}{language}\n{text.strip()}\n{fence}")

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Raises ValueError where a row has another length than the head."""
        for row in rows:
            if len(row) != len(head):
                raise ValueError(f"a row of {len(row)} cells under {len(head)}: {row}")
        lines = [head, ["---"] * len(head), *rows]
        self._blocks.append("\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines))

    def figure(self, picture: style.Picture) -> None:
        """The picture, whose name is this page's and a word: "swim-2002-load"; under it its text.

        Raises ValueError where another page could have a figure of that name.
        """
        if not picture.name.startswith(f"{self.name}-"):
            raise ValueError(f"the name {picture.name} must start with {self.name}-")
        self._pictures.append(picture)
        alternative = picture.title.replace("]", "")
        self._blocks.append(
            f"![{alternative}]({picture.name}.svg)\n\n{_filled(f'*{picture.text}*')}"
        )

    def markdown(self) -> str:
        opening = [
            f"# {self.title}",
            "**What you may now believe**",
            _listed(self.believe),
            "**What you may not**",
            _listed(self.not_believe),
        ]
        return "\n\n".join([*opening, *self._blocks]) + "\n"

    def write(self, folder: Path) -> list[Path]:
        """NAME.md and NAME-*.svg; what was written."""
        written = []
        for picture in self._pictures:
            for path in style.save(picture, folder):
                if path.suffix == ".svg":
                    written.append(path)
                else:
                    path.unlink()
        file = folder / f"{self.name}.md"
        write_atomically(file, self.markdown())
        return [file, *written]


def _filled(text: str) -> str:
    return textwrap.fill(
        " ".join(text.split(" ")), WIDTH, break_long_words=False, break_on_hyphens=False
    )


def _listed(points: Sequence[str]) -> str:
    return "\n".join(
        textwrap.fill(
            point,
            WIDTH,
            initial_indent="- ",
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for point in points
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
