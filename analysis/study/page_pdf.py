# SPDX-License-Identifier: GPL-2.0-only
"""`python3 -m analysis.study.page_pdf PAGE PDF`: a page as PDF, in a process of its own (page.py).

Nothing is loaded: what is not inside the page is an error.

Figures have each letter once and <use> it everywhere. WeasyPrint looks through the whole figure for
each use, which takes nine tenths of its time, so it is given figures in which shapes stand where they are
used. They look the same.
"""

from __future__ import annotations

import base64
import copy
import logging
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
HREF = "{http://www.w3.org/1999/xlink}href"
VECTOR = "data:image/svg+xml;base64,"


class IncompleteError(Exception):
    """Something of the page would not be on paper; the message says what."""


class _Errors(logging.Handler):
    """What WeasyPrint could not do, which it tells its log alone."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())


def make(page: Path, pdf: Path) -> None:
    """Raises IncompleteError."""
    import weasyprint

    def fetch(url: str, *arguments: Any, **options: Any) -> dict[str, Any]:
        if url.startswith(VECTOR):
            figure = base64.b64decode(url.removeprefix(VECTOR))
            return {"string": without_uses(figure), "mime_type": "image/svg+xml"}
        if not url.startswith("data:"):
            raise IncompleteError(f"it is not inside {page}")
        return weasyprint.default_url_fetcher(url, *arguments, **options)

    log, errors = logging.getLogger("weasyprint"), _Errors()
    # It warns of style for the screen that paper has no use for.
    log.setLevel(logging.ERROR)
    log.addHandler(errors)
    try:
        text = page.read_text(encoding="utf-8")
        weasyprint.HTML(string=text, url_fetcher=fetch).write_pdf(pdf)
    finally:
        log.removeHandler(errors)
    if errors.told:
        raise IncompleteError(errors.told[0])


def without_uses(figure: bytes) -> bytes:
    """The figure with a copy of each shape in place of each <use> of it."""
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(figure)
    shapes = {f"#{name}": each for each in root.iter() if (name := each.get("id"))}
    for parent in list(root.iter()):
        for place, child in enumerate(list(parent)):
            if child.tag == f"{{{SVG}}}use" and child.get(HREF) in shapes:
                parent[place] = _instead(child, shapes[child.get(HREF)])
    return ElementTree.tostring(root)


def _instead(use: ElementTree.Element, shape: ElementTree.Element) -> ElementTree.Element:
    """A group with what the <use> says, and the shape in it."""
    kept = {key: v for key, v in use.attrib.items() if key not in (HREF, "x", "y", "transform")}
    moves = [use.get("transform", "")]
    if use.get("x") or use.get("y"):
        moves.append(f"translate({use.get('x', 0)} {use.get('y', 0)})")
    transform = " ".join(move for move in moves if move)
    if transform:
        kept["transform"] = transform
    group = ElementTree.Element(f"{{{SVG}}}g", kept)
    inside = copy.deepcopy(shape)
    inside.attrib.pop("id", None)
    group.append(inside)
    return group


if __name__ == "__main__":
    try:
        make(Path(sys.argv[1]), Path(sys.argv[2]))
    except ImportError:
        sys.exit("WeasyPrint is not installed: apt-get install weasyprint")
    except IncompleteError as error:
        sys.exit(str(error))
