# SPDX-License-Identifier: GPL-2.0-only
"""The simulator is the one file that a worker machine needs beside Debian's libns3."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "swimlab-ns3"

pytestmark = pytest.mark.skipif(
    not PROGRAM.exists(), reason="build/swimlab-ns3 is not built; ./swimlab test builds it"
)


def loaded_by(file: Path) -> dict[str, Path]:
    """Of each library that comes with a program or library its file, as ldd finds them."""
    said = subprocess.run(["ldd", file], check=True, capture_output=True, text=True).stdout
    return {name: Path(path) for name, path in re.findall(r"(\S+) => (\S+)", said)}


def test_it_loads_nothing_but_libns3_and_what_that_loads() -> None:
    loaded = loaded_by(PROGRAM)
    of_ns3 = {name for name in loaded if name.startswith("libns3")}
    assert of_ns3
    comes_along = of_ns3.union(*(loaded_by(loaded[name]) for name in of_ns3))
    assert set(loaded) <= comes_along


def test_it_says_what_decides_a_result_beside_the_scenario() -> None:
    said = subprocess.run([PROGRAM, "about"], check=True, capture_output=True, text=True).stdout
    about = json.loads(said)
    assert said.count("\n") == 1 and "'" not in said, "scripts of workers hold it as it is"
    assert about["versions"]["swimlab"]
    assert all(re.fullmatch(r"[0-9a-f]{64}", sum_) for sum_ in about["libraries"].values())
    # Libraries are loaded by other paths on other machines, and known by their names.
    assert {"libc.so.6", "libm.so.6"} < set(about["libraries"])
    assert any(name.startswith("libns3-core") for name in about["libraries"])
