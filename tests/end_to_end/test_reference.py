# SPDX-License-Identifier: GPL-2.0-only
"""What the documentation is made from: every key has a meaning, a type, and a default or the reason
why it has none; whatever the scenarios and the manual use is in it."""

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.campaign.measures import MEASURES

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = ROOT / "build" / "swimlab-reference"
FILES = sorted((ROOT / "scenarios").rglob("*.toml")) + sorted(
    (ROOT / "docs" / "tutorial").glob("*.toml")
)

Reference = dict[str, Any]


@pytest.fixture(scope="module")
def reference() -> Reference:
    if not PROGRAM.exists():
        pytest.skip("build/swimlab-reference is not built; ./swimlab test builds it")
    done = subprocess.run([PROGRAM], capture_output=True, text=True, check=True)
    read: Reference = json.loads(done.stdout)
    return read


def keys_of(reference: Reference, part: str) -> Iterator[dict[str, Any]]:
    for table in reference[part]:
        yield from table["keys"]


def is_prose(text: str) -> bool:
    """Whole sentences, so that pages can put one behind the other."""
    return bool(re.match(r"[A-Z`\d]", text)) and text.endswith(".")


@pytest.mark.parametrize("part", ["scenario", "agent", "impairment"])
def test_every_key_is_described(reference: Reference, part: str) -> None:
    types = {entry["name"] for entry in reference["types"]}
    assert all(is_prose(table["meaning"]) for table in reference[part])
    for key in keys_of(reference, part):
        assert is_prose(key["meaning"]), key
        assert key["type"] in types, key
        assert (key["type"] == "word") == bool(key["words"]), key
        said = [key["required"], key["default"] is not None, key["absent"] is not None]
        assert said.count(True) == 1, key


def test_verbs_parameters_and_kinds_are_described(reference: Reference) -> None:
    types = {entry["name"] for entry in reference["types"]}
    event = next(table for table in reference["scenario"] if table["name"] == "event")
    options = {key["key"]: key["only_for"] for key in event["keys"]}
    for verb in reference["verbs"]:
        assert is_prose(verb["meaning"]) and verb["type"] in types, verb
        for option in verb["required"] + verb["options"]:
            assert verb["name"] in options[option], (verb, option)
    for parameter in reference["parameters"]:
        assert is_prose(parameter["meaning"]) and parameter["type"] in types, parameter
        assert list(parameter["presets"]) == reference["presets"]
        assert parameter["default"] == parameter["presets"]["memberlist-lan"], parameter
    for kind in reference["types"] + reference["event_kinds"] + reference["traffic_kinds"]:
        assert is_prose(kind["meaning"]), kind


def test_measures_are_described() -> None:
    assert all(is_prose(measure.meaning) for measure in MEASURES.values())


BY_OTHERS = ("sweep", "verdict", "detector", "adapter")
"""Tables whose keys are listed elsewhere: other tables', measures, a detector's, an adapter's."""


def scenario_keys(scenario: dict[str, Any]) -> set[str]:
    """The keys that a scenario uses, spelt as the reference spells them."""
    keys = set()
    for name, value in scenario.items():
        keys.add(name)
        if name == "event":
            keys |= {key for event in value for key in event}
        elif name == "cluster":
            keys |= {f"cluster.{key}" for key in value}
            keys |= {f"cluster.group.{key}" for group in value.get("group", []) for key in group}
        elif name not in BY_OTHERS and isinstance(value, dict):
            keys |= {f"{name}.{key}" for key in value}
    return keys


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_scenarios_use_keys_of_the_reference(reference: Reference, file: Path) -> None:
    known = {key["name"] for key in keys_of(reference, "scenario")}
    known |= {verb["name"] for verb in reference["verbs"]}
    known |= {f"protocol.{parameter['name']}" for parameter in reference["parameters"]}
    assert scenario_keys(tomllib.loads(file.read_text())) <= known


def test_the_manuals_example_uses_all_keys_of_the_agent(reference: Reference) -> None:
    manual = (ROOT / "agent" / "program" / "swim-agent.8").read_text()
    example = manual[manual.index(".SH AGENT.TOML") :]
    text = example[example.index(".nf") + 3 : example.index(".fi")].replace("\\-", "-")
    settings = tomllib.loads(text)
    for table in reference["agent"]:
        written = settings if table["name"] == "" else settings[table["name"]]
        known = {key["key"] for key in table["keys"]}
        if table["name"] == "protocol":
            assert written.keys() <= known | {entry["name"] for entry in reference["parameters"]}
        elif known != {"ANY_KEY"}:
            assert written.keys() == known
