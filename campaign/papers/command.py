# SPDX-License-Identifier: GPL-2.0-only
"""The command line of `./swimlab paper`, and what it calls."""

import argparse
from collections.abc import Callable
from pathlib import Path

from campaign.build import Build, cores
from campaign.study.command import from_one


def add_to(add: Callable[[str], argparse.ArgumentParser]) -> None:
    """Its parser."""
    paper = add("paper")
    paper.add_argument("name", metavar="NAME")
    paper.add_argument("--out", type=Path)
    paper.add_argument("--small", action="store_true")
    paper.add_argument("--judge", action="store_true")
    paper.add_argument("--keep", action="store_true")
    paper.add_argument("--jobs", type=from_one, default=cores())


def perform(options: argparse.Namespace, command: str, build: Build | None) -> None:
    """`command` is what the user typed. Raises UserError, Failure, Interrupted."""
    from campaign.papers.judge import run_judge
    from campaign.papers.run import Wanted, paper_named, run_paper

    paper = paper_named(options.name)
    out = options.out or Path("out") / "papers" / paper.name
    if options.judge:
        run_judge(paper, out, options.keep, build, command)
    else:
        wanted = Wanted(paper, out, options.jobs, options.small, options.keep)
        run_paper(wanted, build, command)
