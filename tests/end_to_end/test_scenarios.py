# SPDX-License-Identifier: GPL-2.0-only
"""The scenario files that come along: each explains itself, and can be planned as it stands."""

import json
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = ROOT / "build" / "swimlab-ns3"
SCENARIOS = sorted((ROOT / "scenarios").rglob("*.toml"))
TUTORIAL = sorted((ROOT / "docs" / "tutorial").glob("*.toml"))


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_scenarios_explain_themselves(file: Path) -> None:
    text = file.read_text()
    scenario = tomllib.loads(text)
    assert scenario["title"] and scenario["question"].endswith("?")
    assert "# What to look at in the report:" in text


@pytest.mark.parametrize("file", SCENARIOS + TUTORIAL, ids=lambda file: file.stem)
def test_scenarios_can_be_planned(file: Path) -> None:
    if not PROGRAM.exists():
        pytest.skip("build/swimlab-ns3 is not built; ./swimlab test builds it")
    done = subprocess.run([PROGRAM, "plan", file], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["title"] == tomllib.loads(file.read_text())["title"]
