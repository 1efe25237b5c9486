# SPDX-License-Identifier: GPL-2.0-only
"""From figures and numbers to one HTML file that needs no other: no script, nothing loaded, the same
bytes for the same content."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from analysis.figures import style

FIGURES = "figures"
"""The folder beside the page with each figure as SVG and PNG."""
VECTOR_AT_MOST_BYTES = 500_000
"""Of a page with limited room: more of a figure than that is too much detail for lines."""


@dataclass(frozen=True)
class Section:
    """Pictures under one heading; `name` is its anchor in the page."""

    name: str
    title: str
    pictures: list[style.Picture]


def write(
    path: Path,
    template: str,
    content: Mapping[str, Any],
    pictures: Sequence[style.Picture],
    room_bytes: float = math.inf,
) -> Path:
    """Saves the pictures in the folder beside `path`, renders the page with them inside, and gives
    its path.

    Pictures stand in the page in their order while they fit into `room_bytes`; `saved` tells the template
    the names of all that were drawn.
    """
    files = _save_all(pictures, path.parent / FIGURES)
    data_uris = _embedded(files, room_bytes)
    environment = _environment()
    page = environment.get_template(template).render(
        **content, data_uris=data_uris, saved=set(files)
    )
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(page, encoding="utf-8")
    return partial.replace(path)


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _save_all(pictures: Sequence[style.Picture], folder: Path) -> dict[str, list[Path]]:
    """Saves every figure and gives its files, SVG and PNG, by name. Figures of an earlier report are
    removed."""
    folder.mkdir(exist_ok=True)
    for stale in [*folder.glob("*.svg"), *folder.glob("*.png")]:
        stale.unlink()
    return {picture.name: files for picture in pictures if (files := style.save(picture, folder))}


def _embedded(files: Mapping[str, Sequence[Path]], room_bytes: float) -> dict[str, str]:
    """Data URIs by name: the SVG, or, where that is large, whichever of its files is smaller. What does
    not fit is left out, and smaller ones behind it may still fit."""
    data_uris = {}
    for name, (svg, png) in files.items():
        is_large = svg.stat().st_size > VECTOR_AT_MOST_BYTES and room_bytes < math.inf
        file = min((svg, png), key=lambda path: path.stat().st_size) if is_large else svg
        kind = "svg+xml" if file is svg else "png"
        uri = f"data:image/{kind};base64,{base64.b64encode(file.read_bytes()).decode('ascii')}"
        if len(uri) <= room_bytes:
            room_bytes -= len(uri)
            data_uris[name] = uri
    return data_uris
