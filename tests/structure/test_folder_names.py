# SPDX-License-Identifier: GPL-2.0-only
"""A clone may lie in a folder of any name: spaces, brackets, quotes, other scripts."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from campaign.build import Build
from campaign.errors import UserError
from test_files import ROOT, tracked


@pytest.mark.parametrize("name", ["lab (copy) ü", "o'clock & $HOME {y} %z"])
def test_it_configures_and_builds_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    clone = tmp_path / name
    for path in tracked():
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, clone / path)
    build = clone / "build"
    configure = ["cmake", "-G", "Ninja", "-S", str(clone), "-B", str(build)]
    for command in (
        [*configure, "-DBUILD_TESTING=OFF", "-DSWIMLAB_NS3=OFF"],
        ["ninja", "-C", str(build), "swimlab-version"],
    ):
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300
        )
        assert done.returncode == 0, done.stdout
    assert "VERSION{" in (build / "lab" / "backend" / "version.cc").read_text()


@pytest.mark.parametrize("character", [";", ":", "|", '"', "#", "[", "*", "\\", "\n"])
def test_a_folder_in_which_nothing_can_be_built_is_refused_by_name(
    tmp_path: Path, character: str
) -> None:
    folder = tmp_path / f"lab{character}copy"
    with pytest.raises(UserError, match="rename it") as refused:
        Build(folder).make(1)
    assert repr(character) in str(refused.value)
    assert not folder.exists()
