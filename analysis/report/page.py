# SPDX-License-Identifier: GPL-2.0-only
"""From figures and numbers to one HTML file that needs no other: no script, nothing loaded, the same
bytes for the same content."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from analysis.figures import style

FIGURES = "figures"
"""The folder beside the page with each figure as SVG and PNG."""


@dataclass(frozen=True)
class Section:
    """Pictures under one heading; `name` is its anchor in the page."""

    name: str
    title: str
    pictures: list[style.Picture]


def write(
    path: Path, template: str, content: Mapping[str, Any], pictures: Sequence[style.Picture]
) -> Path:
    """Saves the pictures in the folder beside `path`, renders the page with them inside, and gives
    its path."""
    data_uris = _save_all(pictures, path.parent / FIGURES)
    page = _environment().get_template(template).render(**content, data_uris=data_uris)
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


def _save_all(pictures: Sequence[style.Picture], folder: Path) -> dict[str, str]:
    """Saves every figure and gives its SVG as a data URI, by name. Figures of an earlier report
    are removed."""
    folder.mkdir(exist_ok=True)
    for stale in [*folder.glob("*.svg"), *folder.glob("*.png")]:
        stale.unlink()
    data_uris = {}
    for picture in pictures:
        for file in style.save(picture, folder):
            if file.suffix == ".svg":
                encoded = base64.b64encode(file.read_bytes()).decode("ascii")
                data_uris[picture.name] = f"data:image/svg+xml;base64,{encoded}"
    return data_uris
