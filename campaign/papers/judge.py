# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab paper NAME --judge`: the cells of a paper's judged.toml by real memberlist, in real time.

Where paper and simulation part, real memberlist says what its rules do. The same scenario and settings
run on `memberlist-peer`, without the study's variants, which are what the simulation leaves open.
"""

import subprocess
import sys
from pathlib import Path

from analysis.papers.paper import JUDGED, Paper
from campaign.backends import BACKENDS
from campaign.build import Build, cores, default_build
from campaign.errors import Failure, UserError
from campaign.plan import Request
from campaign.run import analyse_in_child, run_campaign
from campaign.study.file import read_study_file

SYSTEM = "memberlist"
BACKEND = BACKENDS["sockets"]


def run_judge(paper: Paper, out: Path, keep: bool, build: Build | None, command: str) -> None:
    """Raises UserError, Failure, Interrupted. Campaigns that are complete stay as they are."""
    requests = judge_requests(paper)
    if build is None:
        build = default_build()
        build.make(cores(), BACKEND.targets)
    for name, request in requests.items():
        print(f"\n{name}, by {SYSTEM}:")
        run_campaign(request, out / "judge" / name, None, command, build, analyse_in_child)
    words = [sys.executable, "-m", "analysis", "judge", paper.name, str(out / "judge")]
    if subprocess.run([*words, *(["--keep"] if keep else [])]).returncode != 0:
        raise Failure("the judge's runs could not be measured, see above; they are kept")


def judge_requests(paper: Paper) -> dict[str, Request]:
    """By the scenario's name. Raises UserError where there is nothing for a judge."""
    file = paper.studies.get(JUDGED)
    if file is None:
        raise UserError(f"{paper.name} has no {JUDGED}.toml, so nothing for a judge")
    study = read_study_file(file, file.read_bytes())
    return {
        scenario.name: Request(
            scenario.file,
            # Real members are recorded event by event, whatever simulations keep.
            (*(f"{key}={value}" for key, value in scenario.settings), "record=events"),
            backend=BACKEND,
            member_kinds=SYSTEM,
            text=scenario.file.read_bytes(),
        )
        for scenario in study.scenarios
    }
