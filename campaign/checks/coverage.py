# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab test --coverage`: which lines and branches of our C++ the quick tests take.

Branches that only an exception takes are left out: every call of the standard library has some.
"""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path, PurePosixPath
from typing import Any

from campaign.build import ROOT
from campaign.errors import Failure
from campaign.presets import preset_build

_MEASURED = ("agent", "include", "lab", "ns3-module", "protocol", "virtual")
_LEAST_TESTED = 10


def measure_coverage(jobs: int) -> int:
    """Build, test, and print totals by folder and the files with most lines that no test takes."""
    build = preset_build("coverage")
    build.make(jobs)
    for counts in build.folder.rglob("*.gcda"):
        counts.unlink()
    command = ["ctest", "--test-dir", str(build.folder), "-j", str(jobs), "--no-tests=error"]
    command += ["--output-on-failure", "--progress", "--label-exclude", "long|nightly"]
    tested = subprocess.run(command, cwd=ROOT)
    print(table_of(_files(build.folder, jobs)))
    if tested.returncode != 0:
        print("Coverage: tests failed, see above", file=sys.stderr)
    return 1 if tested.returncode else 0


def table_of(files: list[dict[str, Any]]) -> str:
    """A line a folder and one for all, and the files with most lines that no test takes.

    files: as gcovr's JSON summary has them
    """
    folders: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for file in files:
        folders[str(PurePosixPath(file["filename"]).parent)].append(file)
    lines = [f"{'folder':<28}{'lines':>18}{'branches':>18}"]
    for folder, members in [*sorted(folders.items()), ("all", files)]:
        cells = "".join(f"{_share(members, kind):>18}" for kind in ("line", "branch"))
        lines.append(f"{folder:<28}{cells}")
    worst = sorted(files, key=_missed, reverse=True)[:_LEAST_TESTED]
    lines.append("Most lines that no test takes:")
    lines += [f"{_missed(file):>6} {file['filename']}" for file in worst if _missed(file)]
    return "\n".join(lines)


def _share(files: list[dict[str, Any]], kind: str) -> str:
    total = sum(file[f"{kind}_total"] for file in files)
    covered = sum(file[f"{kind}_covered"] for file in files)
    return f"{covered} of {total} {covered / total:4.0%}" if total else "none"


def _missed(file: dict[str, Any]) -> int:
    return int(file["line_total"] - file["line_covered"])


def _files(folder: Path, jobs: int) -> list[dict[str, Any]]:
    summary = folder / "coverage.json"
    command = ["gcovr", "--root", str(ROOT), str(folder), "-j", str(jobs)]
    command += [f"--filter={name}/" for name in _MEASURED]
    command += [f"--exclude=ns3-module/{name}/" for name in ("test", "examples")]
    command += ["--exclude-throw-branches", "--json-summary", str(summary)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"gcovr could not read what the tests left:\n{done.stderr}")
    found: list[dict[str, Any]] = json.loads(summary.read_text())["files"]
    return found
