# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab explore`: a run, or two side by side, as one page to look into."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from campaign.build import Build, cores, default_build
from campaign.errors import Failure, UserError
from campaign.words import path_text

TARGET = "swimlab-metrics"
USER_ERROR = 2


def add_to(add: Callable[[str], argparse.ArgumentParser]) -> None:
    """Its parser."""
    explore = add("explore")
    explore.add_argument("folder", type=Path, metavar="DIR")
    explore.add_argument("run", nargs="?", metavar="RUN")
    explore.add_argument("--with", dest="other", nargs="+", metavar="DIR")
    explore.add_argument("--out", type=Path)


def perform(options: argparse.Namespace, build: Build | None) -> None:
    """Raises UserError and Failure. What judges the rows is built first: it decides what is wrong."""
    if options.other and len(options.other) > 2:
        raise UserError(
            "--with takes a folder, and the name of a run in it; see ./swimlab help explore"
        )
    folders = [options.folder, *map(Path, (options.other or [])[:1])]
    for folder in folders:
        if not folder.is_dir():
            found = "is a file" if folder.exists() else "there is no such folder"
            raise UserError(
                f"{path_text(folder)}: {found}; the folder of a campaign or of a run is meant"
            )
    if build is None:
        build = default_build()
        build.make(cores(), [TARGET])
    arguments = [str(options.folder)]
    if options.run is not None:
        arguments += ["--run", options.run]
    if options.other:
        arguments += ["--with", options.other[0]]
        if len(options.other) > 1:
            arguments += ["--with-run", options.other[1]]
    if options.out is not None:
        arguments += ["--out", str(options.out)]
    # In a process of its own: a run of millions of events takes memory that no later command needs.
    done = subprocess.run([sys.executable, "-m", "analysis", "explore", *arguments])
    if done.returncode != 0:
        kind = UserError if done.returncode == USER_ERROR else Failure
        raise kind("The page was not written, see above")
