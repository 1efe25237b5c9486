# SPDX-License-Identifier: GPL-2.0-only
"""What a study adds to the runs that it makes: the processor time of one more run, all included (the
simulation, its worker, reading its records, the journal, the tables), beside the same run by a process of
its own, and beside the simulator's worker alone.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from campaign.bench.measure import alternate
from campaign.bench.table import Promise, Row, Section
from campaign.build import ROOT, Build
from campaign.errors import Failure

_SCENARIO = """title = "A quiet cluster"
question = "What does one more run cost?"
duration = "{duration}"
record = "summary"
[cluster]
members = {members}
preset = "memberlist-lan"
[topology]
kind = "star"
[network]
model = "path"
"""
_STUDY = """title = "Many short runs"
question = "What does one more run cost?"
[[scenario]]
file = "scenario.toml"
[replicate]
at_least = {runs}
"""
_CALL = """
import sys
from pathlib import Path
import campaign.study.run as run
from analysis.study.model import read_study
from analysis.study.tables import write_tables
from campaign.build import Build
run._analyse = lambda out: write_tables(read_study(out))
run.describe_folder = lambda out: None
folder, file, out = map(Path, sys.argv[1:])
wanted = run.Wanted(file, file.read_bytes(), out, 1, "local")
build = Build(folder)
sys.exit(run.run_study(wanted, build, build.program("swimlab-ns3"), ""))
"""
"""A study without its report, which does not grow with its runs."""

SHORT = ("128 members, 135 s", 128, "135s")
LONG = ("1,000 members, 300 s", 1000, "300s")
"""Of about a second."""

OWN_PROCESS = Promise(0.8, at_least=False)
OVERHEAD = Promise(1.1, at_least=False)


def study_section(build: Build, pairs: int, runs: int, tell: Callable[[str], None]) -> Section:
    """@param runs by how many more the longer of two studies is that tell one run's time"""
    rows = []
    for (words, members, duration), more, alone, promise in (
        (SHORT, runs, _processes, OWN_PROCESS),
        (LONG, max(2, runs // 20), _worker, OVERHEAD),
    ):
        tell(f"studies, {words}")
        with tempfile.TemporaryDirectory(prefix="swimlab-bench-") as name:
            folder = Path(name)
            text = _SCENARIO.format(members=members, duration=duration)
            (folder / "scenario.toml").write_text(text, encoding="utf-8")
            found = alternate(
                lambda: _of_one_more(lambda count: _study(build, folder, count), more),
                lambda: _of_one_more(lambda count: alone(build, folder, count), more),
                pairs,
            )
        beside = "a process each" if alone is _processes else "the worker alone"
        rows.append(
            Row("study", f"a run of a study, {words}; {beside}", "s", tuple(found), promise)
        )
    return Section("study", "one more run of a study, all included", tuple(rows))


def _of_one_more(perform: Callable[[int], None], more: int) -> float:
    """Processor time of a run: what so many more take, without what one takes."""
    seconds = []
    for count in (1, 1 + more):
        before = _children_s()
        perform(count)
        seconds.append(_children_s() - before)
    return (seconds[1] - seconds[0]) / more


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _study(build: Build, folder: Path, runs: int) -> None:
    study = folder / "study.toml"
    study.write_text(_STUDY.format(runs=runs), encoding="utf-8")
    with tempfile.TemporaryDirectory(dir=folder) as out:
        _call([sys.executable, "-c", _CALL, str(build.folder), str(study), f"{out}/out"])


def _processes(build: Build, folder: Path, runs: int) -> None:
    for seed in range(1, runs + 1):
        with tempfile.TemporaryDirectory(dir=folder) as out:
            _call([*_program(build, "run", folder), "--seed", str(seed), "--out", out])


def _worker(build: Build, folder: Path, runs: int) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        outs = [Path(name) / str(seed) for seed in range(1, runs + 1)]
        for out in outs:
            out.mkdir()
        lines = [json.dumps({"out": str(out), "seed": int(out.name)}) + "\n" for out in outs]
        _call(_program(build, "work", folder), "".join(lines))


def _program(build: Build, command: str, folder: Path) -> list[str]:
    return [str(build.program("swimlab-ns3")), command, str(folder / "scenario.toml")]


def _call(command: Sequence[str], lines: str = "") -> None:
    done = subprocess.run(
        command,
        input=lines,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    if done.returncode != 0:
        raise Failure(f"{done.stdout}{done.stderr}\n{command[0]} ended with {done.returncode}")
