# SPDX-License-Identifier: GPL-2.0-only
"""docs/tutorial/detector.md from its first command to its last, in a clone of this copy."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.build import ROOT
from campaign.docs import prose

PAGE = ROOT / "docs/tutorial/detector.md"
LONGEST_COMMAND_S = 7200


def steps() -> Iterator[tuple[str, list[str]]]:
    """Each command of the page, and the lines that it is said to print."""
    for block in prose.blocks(PAGE, "console"):
        command, said = "", list[str]()
        for line in block.text.splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, said
                command, said = line[2:], []
            else:
                said.append(line)
        yield command, said


@pytest.fixture()
def clone(tmp_path: Path) -> Path:
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        encoding="utf-8",
    )
    if listed.returncode != 0:
        pytest.skip("this is no git work tree, so nobody says which files are the project's")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / "clone" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / "clone" / name)
    return tmp_path / "clone"


def test_its_commands_do_what_it_says(clone: Path) -> None:
    scenario = next(prose.blocks(PAGE, "toml")).text
    (clone / "lease.toml").write_text(scenario)
    environment = os.environ | {"CCACHE_BASEDIR": str(clone), "CCACHE_NOHASHDIR": "1"}
    commands = list(steps())
    assert len(commands) >= 6
    for command, said in commands:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=clone,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LONGEST_COMMAND_S,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}"
        assert [line for line in said if line not in done.stdout] == [], f"{command}\n{done.stdout}"
    assert (clone / "out/one-guardian/report.html").exists()
