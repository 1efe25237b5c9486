# SPDX-License-Identifier: GPL-2.0-only
"""How every figure looks, and how it reaches the disk.

One look for all figures, so that a reader learns it once: the Okabe-Ito colours (Okabe and Ito,
"Color Universal Design", 2008), which people with any common colour blindness can tell apart,
always doubled by a line style, a marker or a position, so that a grey print still reads; cividis
for magnitudes; no text under 9 pt at the size the report shows it.

Figures are built on `matplotlib.figure.Figure` and never on pyplot: no window system, no state
between figures. The same records give the same SVG bytes: ids are salted with the figure's name, no
date is written, and every setting is matplotlib's own default or stands here.

Any text is text. A label with two `$` is no formula, and what DejaVu Sans has no shapes for (Chinese,
Japanese, Korean, ...) is drawn with the first font of `FALLBACK_FONTS` that is installed and has them.
"""

from __future__ import annotations

import functools
import textwrap
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, LogFormatterMathtext, NullFormatter

BLACK = "#000000"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
VERMILION = "#D55E00"
PURPLE = "#CC79A7"
GREY = "#8C8C8C"
PALE = "#D9D9D9"

# Neighbours in this order differ in lightness too: a grey print keeps them apart.
SERIES = (BLUE, ORANGE, BLACK, SKY, VERMILION, YELLOW, GREEN, PURPLE)
DASHES: tuple[object, ...] = (
    "-",
    (0, (5, 2)),
    (0, (1, 1.4)),
    (0, (6, 2, 1, 2)),
    (0, (3, 1, 1, 1, 1, 1)),
)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")

WIDTH_IN = 6.6
MAGNITUDE_MAP = "cividis"
PNG_DPI = 200

FONT = "DejaVu Sans"
FALLBACK_FONTS = (
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
    "IPAGothic",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Noto Sans Symbols2",
    "Symbola",
    "Unifont",
)
"""For what DejaVu Sans lacks; tried in this order."""

_SYSTEM_FONTS = ("/usr/share/fonts/", "/usr/share/matplotlib/", "/usr/lib/python3/")
"""Fonts that a user has at home would make his figures others than his colleague's."""

_RC: dict[str, Any] = {
    "font.size": 9.0,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9.0,
    "xtick.labelsize": 9.0,
    "ytick.labelsize": 9.0,
    "legend.fontsize": 9.0,
    "legend.frameon": False,
    "legend.handlelength": 2.4,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.7,
    "lines.linewidth": 1.6,
    "hatch.linewidth": 0.6,
    "figure.constrained_layout.use": True,
    "svg.fonttype": "path",
    "text.parse_math": False,
    "text.usetex": False,
}


@dataclass(frozen=True)
class Picture:
    """A figure with what is said about it; `figure` is None where the runs hold nothing to draw."""

    name: str
    """File name without its ending, in the figures folder."""
    title: str
    text: str
    """With a figure: how to read it. Without one: why there is none."""
    figure: Figure | None = None


@contextmanager
def look(name: str) -> Iterator[None]:
    """The settings under which a figure of this name is built and saved."""
    with matplotlib.rc_context(), warnings.catch_warnings():
        # What no font has is drawn as a box, and the page beside has the text.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({**_RC, "font.family": fonts(), "svg.hashsalt": name})
        yield


@functools.cache
def fonts() -> list[str]:
    """The families that figures are drawn with on this machine, the first before the others."""
    manager = font_manager.fontManager
    bundled = matplotlib.get_data_path()
    manager.ttflist = [
        font for font in manager.ttflist if font.fname.startswith((*_SYSTEM_FONTS, bundled))
    ]
    installed = {font.name for font in manager.ttflist}
    return [FONT, *(name for name in FALLBACK_FONTS if name in installed)]


def drawable(text: str) -> str:
    """A text on one line, without what is no character: a line break or an escape in a router's
    label is shown as its symbol, half a character as the sign for that."""
    return "".join(map(_drawable, text))


def in_lines(text: str, characters: int, at_most: int = 3) -> str:
    """A text of the user's as so many lines; where they do not hold it, the last ends with dots."""
    lines = textwrap.wrap(drawable(text), characters)
    return "\n".join(lines[:at_most]) + ("…" if len(lines) > at_most else "")


def _drawable(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    category = unicodedata.category(character)
    return "\ufffd" if category in ("Cc", "Cs", "Cn") else "" if category == "Cf" else character


def new_figure(
    height_in: float = 3.2,
    rows: int = 1,
    columns: int = 1,
    width_in: float = WIDTH_IN,
    **subplots: object,
) -> tuple[Figure, list[Axes]]:
    """An empty figure as wide as the report's text, with its axes in reading order."""
    figure = Figure(figsize=(width_in, height_in))
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, columns, squeeze=False, **subplots)
    return figure, list(axes.flat)


def save(picture: Picture, folder: Path) -> list[Path]:
    """Writes NAME.svg and NAME.png; nothing for a picture without a figure."""
    if picture.figure is None:
        return []
    svg, png = folder / f"{picture.name}.svg", folder / f"{picture.name}.png"
    with look(picture.name):
        _make_plain(picture.figure)
        title = drawable(picture.title)
        picture.figure.savefig(svg, metadata={"Date": None, "Title": title})
        picture.figure.savefig(png, dpi=PNG_DPI, metadata={"Software": None})
    return [svg, png]


def _make_plain(figure: Figure) -> None:
    """The line breaks that are here are ours and stay; powers of ten would be written as formulas."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if isinstance(axis.get_major_formatter(), LogFormatterMathtext):
                axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            if isinstance(axis.get_minor_formatter(), LogFormatterMathtext):
                axis.set_minor_formatter(NullFormatter())
    for text in figure.findobj(Text):
        lines = text.get_text().split("\n")
        plain = "\n".join(map(drawable, lines))
        if plain != text.get_text():
            text.set_text(plain)


def series_style(index: int) -> dict[str, object]:
    """Colour and dashes of the line with this number; a line of its own for at least 40 of them."""
    return {"color": SERIES[index % len(SERIES)], "linestyle": DASHES[index % len(DASHES)]}


def zero_based(axes: Axes, top: float | None = None) -> None:
    """Starts the value axis at zero, so that heights compare as the numbers do."""
    axes.set_ylim(bottom=0, top=top)


def grid_along_values_only(axes: Axes, axis: str = "y") -> None:
    """Drops the grid lines of a categorical axis, which measure nothing."""
    axes.grid(False, axis="x" if axis == "y" else "y")
