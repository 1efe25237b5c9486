# SPDX-License-Identifier: GPL-2.0-only
"""Pieces of Markdown: tables and code of text that may hold what Markdown takes for its own."""

from collections.abc import Iterable, Sequence


def code(text: str) -> str:
    """Text as code; one with backticks gets a longer fence."""
    fence = "``" if "`" in text else "`"
    return f"{fence} {text} {fence}" if len(fence) > 1 else f"`{text}`"


def codes(texts: Iterable[str]) -> str:
    return ", ".join(map(code, texts))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a bar in a cell would end it, and so is escaped."""

    def line(cells: Sequence[str]) -> str:
        return (
            "| "
            + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
            + " |\n"
        )

    return line(header) + "|" + "---|" * len(header) + "\n" + "".join(map(line, rows))


def anchor(name: str) -> str:
    """A place that links can lead to, as in `scenario.md#cluster-members`."""
    return f'<span id="{slug(name)}"></span>'


def slug(name: str) -> str:
    """As headings become places: `gossip_nodes` and `cluster.members` as `cluster-members`."""
    return name.replace(".", "-").lower()
