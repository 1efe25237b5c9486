# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab paper NAME`: runs the studies of a paper, measures them, and writes its page beside what was
published. docs/papers.md."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.papers.paper import SMALL_NAME, Paper, papers
from campaign.backends import NS3
from campaign.build import Build, cores, default_build
from campaign.errors import Failure, UserError
from campaign.study import run as studies
from campaign.words import path_text


@dataclass(frozen=True)
class Wanted:
    """What the user asked for."""

    paper: Paper
    out: Path
    jobs: int
    small: bool
    """The part of it that small.json says."""
    keep: bool
    """Into the repository, as the page of the documentation."""


def paper_named(name: str) -> Paper:
    """Raises UserError."""
    known = papers()
    for paper in known:
        if paper.name == name:
            return paper
    there = ", ".join(paper.name for paper in known)
    raise UserError(f"there is no paper {name}; studies/papers/ has {there}")


def run_paper(wanted: Wanted, build: Build | None, command: str) -> None:
    """Raises UserError, Failure where a run failed, Interrupted."""
    paper = wanted.paper
    if wanted.small and wanted.keep:
        raise UserError("--keep is for the whole: a small part is no page of the documentation")
    if build is None:
        build = default_build()
        build.make(cores(), list(NS3.targets))
    part = _small_part(paper) if wanted.small else {}
    for name, file in paper.studies.items():
        of = part.get(name, {})
        asked = studies.Wanted(
            file,
            file.read_bytes(),
            wanted.out / name,
            wanted.jobs,
            "local",
            only=tuple(_pair(text) for text in of.get("only", ())),
            runs=of.get("runs"),
        )
        if studies.run_study(asked, build, build.program(NS3.program), command) != 0:
            raise Failure(f"{path_text(wanted.out / name)}: runs failed, see above")
    words = [sys.executable, "-m", "analysis", "paper", paper.name, str(wanted.out)]
    done = subprocess.run([*words, *(["--keep"] if wanted.keep else [])])
    if done.returncode != 0:
        raise Failure(f"the page could not be made, see above; the runs are in {wanted.out}")


def _small_part(paper: Paper) -> dict[str, Any]:
    part: dict[str, Any] = json.loads((paper.folder / SMALL_NAME).read_bytes())
    return part


def _pair(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    return key, value
