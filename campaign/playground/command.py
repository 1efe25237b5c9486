# SPDX-License-Identifier: GPL-2.0-only
"""The command line of `./swimlab playground`, and what it calls."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable
from pathlib import Path

from campaign.build import Build, cores, default_build
from campaign.errors import UserError
from campaign.playground.page import page
from campaign.words import path_text

DEFAULT_OUT = Path("out/playground.html")
TARGET = "playground"
CORE = "playground/core.wasm"


def add_to(add: Callable[[str], argparse.ArgumentParser]) -> None:
    """Its parser."""
    parser = add("playground")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT)


def perform(options: argparse.Namespace, build: Build | None = None) -> None:
    """Makes the page. Raises UserError and Failure."""
    if build is None:
        build = default_build()
        build.make(cores(), [TARGET])
    text = page(build.program(CORE).read_bytes())
    write(options.out, text)
    print(f"Playground: {path_text(options.out)} ({len(text.encode()) / 1000:.0f} kB)")


def write(out: Path, text: str) -> None:
    """In one piece: whoever opens it sees the old page or the new one. Raises UserError."""
    partial = out.with_name(f".{out.name}.partial")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        partial.replace(out)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise UserError(f"{path_text(out)}: cannot be written: {error.strerror}") from None
