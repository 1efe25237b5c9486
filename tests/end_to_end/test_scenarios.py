# SPDX-License-Identifier: GPL-2.0-only
"""The scenario files that come along, and the README's tables of keys: neither may drift from the code."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SCENARIOS = sorted((ROOT / "scenarios").glob("*.toml"))
ASKS = sorted((ROOT / "scenarios" / "asks").glob("*.toml"))


def documented_keys() -> set[str]:
    """Every key in the first column of a table of the README; those of the protocol without prefix."""
    rows = re.findall(r"^\| (.*?) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    return {key for row in rows for key in re.findall(r"`([\w.]+)`", row)}


def keys_of(scenario: dict[str, Any]) -> set[str]:
    """The keys that a scenario uses, spelt as the README spells them."""
    keys = set()
    for name, value in scenario.items():
        if name == "verdict":
            keys.add("verdict.about")  # the others are names of measures
        elif name in ("event", "sweep"):
            tables = value if name == "event" else [value]
            keys |= {
                re.sub(r"^(cluster\.group\.\d+\.)?protocol\.", "", key)
                for table in tables
                for key in table
            }
        elif isinstance(value, dict):
            groups = value.get("group", []) if name == "cluster" else []
            keys |= {f"cluster.group.{key}" for group in groups for key in group}
            names = value.keys() - {"group"} if groups else value.keys()
            keys |= {key if name == "protocol" else f"{name}.{key}" for key in names}
        else:
            keys.add(name)
    return keys


@pytest.mark.parametrize("file", SCENARIOS + ASKS, ids=lambda file: file.stem)
def test_scenarios_use_documented_keys_and_explain_themselves(file: Path) -> None:
    text = file.read_text()
    scenario = tomllib.loads(text)
    assert keys_of(scenario) <= documented_keys()
    assert scenario["title"] and scenario["question"].endswith("?")
    assert "# What to look at in the report:" in text


def test_readme_lists_the_scenarios() -> None:
    readme = (ROOT / "README.md").read_text()
    first = readme[: readme.index("### What users ask for")]
    listed = re.findall(r"^\| `([\w-]+\.toml)` \|", first, re.MULTILINE)
    assert sorted(listed) == [file.name for file in SCENARIOS]
    start = readme.index("| file in `scenarios/asks/`")
    asks = re.findall(r"`([\w-]+\.toml)`", readme[start : readme.index("\n\n", start)])
    assert sorted(asks) == [file.name for file in ASKS]


def test_readme_lists_every_protocol_parameter() -> None:
    code = (ROOT / "protocol/swim/parameters.cc").read_text()
    table = code[code.index("PARAMETERS[] = {") :]
    names = re.findall(r'(?:Row<[^"]*?>\(|^    \{)\s*"([a-z_]+)",', table, re.MULTILINE)
    assert len(names) > 20
    assert set(names) <= documented_keys()
