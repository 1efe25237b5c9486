# SPDX-License-Identifier: GPL-2.0-only
"""One file, one idea: none grows past what a reader takes in at a time."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINES_AT_MOST = 450
README_LINES = (120, 150)


def tracked(*patterns: str) -> list[Path]:
    """The files that git knows, or would add, and that match."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        + ["--", *patterns],
        capture_output=True,
        encoding="utf-8",
    )
    if listed.returncode != 0:
        pytest.skip("this is no git work tree, so nobody says which files are the project's")
    names = [name for name in listed.stdout.split("\0") if name]
    return [path for path in map(Path, names) if (ROOT / path).is_file()]


def lines_of(path: Path) -> int:
    return len((ROOT / path).read_text().splitlines())


def test_no_test_left_a_file_at_the_top() -> None:
    visible = {path.name for path in tracked("*") if len(path.parts) == 1 and path.name[0] != "."}
    assert visible == {
        "CHANGELOG.md",
        "CMakeLists.txt",
        "CMakePresets.json",
        "LICENSE",
        "README.md",
        "pyproject.toml",
        "swimlab",
    }


def test_no_file_outgrows_its_idea() -> None:
    files = tracked(
        "*.h", "*.cc", "*.py", "*.go", "*.sh", "*.lua", "*.md", "*.rst", "*.cmake", "swimlab"
    )
    assert len(files) > 400, "the files are named in a way that this test does not know"
    long = {str(path): lines for path in files if (lines := lines_of(path)) > LINES_AT_MOST}
    assert not long


def test_the_front_door_is_short() -> None:
    least, most = README_LINES
    assert least <= lines_of(Path("README.md")) <= most


def test_nothing_returns_a_subrange() -> None:
    """clang 14, by which the sanitizers are built, cannot compile that of GCC 12's library."""
    makes_one = re.compile(
        r"ranges::(subrange|unique|remove|remove_if|partition|stable_partition|rotate|equal_range|search|find_end)\b"
    )
    found = [
        f"{path}:{number}"
        for path in tracked("*.h", "*.cc")
        for number, line in enumerate((ROOT / path).read_text().splitlines(), 1)
        if makes_one.search(line)
    ]
    assert not found
