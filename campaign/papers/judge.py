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


def run_judge(paper: Paper, out: Path, keep: bool, build: Build | None, command: str) -> None:
    """Raises UserError, Failure, Interrupted. Campaigns that are complete stay as they are."""
    file = paper.studies.get(JUDGED)
    if file is None:
        raise UserError(f"{paper.name} has no {JUDGED}.toml, so nothing for a judge")
    backend = BACKENDS["sockets"]
    if build is None:
        build = default_build()
        build.make(cores(), backend.targets)
    study = read_study_file(file, file.read_bytes())
    for scenario in study.scenarios:
        print(f"\n{scenario.name}, by {SYSTEM}:")
        request = Request(
            scenario.file,
            tuple(f"{key}={value}" for key, value in scenario.settings),
            backend=backend,
            member_kinds=SYSTEM,
            text=scenario.file.read_bytes(),
        )
        run_campaign(request, out / "judge" / scenario.name, None, command, build, analyse_in_child)
    words = [sys.executable, "-m", "analysis", "judge", paper.name, str(out / "judge")]
    if subprocess.run([*words, *(["--keep"] if keep else [])]).returncode != 0:
        raise Failure("the judge's runs could not be measured, see above; they are kept")
