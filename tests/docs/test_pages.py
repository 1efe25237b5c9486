# SPDX-License-Identifier: GPL-2.0-only
"""The generated pages: all that the code's tables hold is on them, in Markdown that holds."""

import re
from pathlib import Path

import pytest

from analysis.campaign.measures import MEASURES
from campaign.build import ROOT
from campaign.docs import markdown, pages, tables


@pytest.fixture(scope="module")
def written(reference: tables.Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    pages.write_all(folder, reference)
    return folder


def test_every_key_is_on_the_scenario_page(written: Path, reference: tables.Tables) -> None:
    text = (written / "reference/scenario.md").read_text()
    keys = tables.scenario_keys(reference)
    assert len(keys) > 100
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []


def test_every_verb_and_parameter_has_a_section(written: Path, reference: tables.Tables) -> None:
    for page, entries in (("verbs", "verbs"), ("parameters", "parameters")):
        text = (written / f"reference/{page}.md").read_text()
        sections = re.findall(r"^## (\w+)$", text, re.MULTILINE)
        assert sections == [entry["name"] for entry in reference[entries]]


def test_every_key_of_the_agent_is_on_its_page(written: Path, reference: tables.Tables) -> None:
    text = (written / "reference/agent-toml.md").read_text()
    keys = [
        key["key"] for part in ("agent", "impairment") for t in reference[part] for key in t["keys"]
    ]
    assert keys and [key for key in keys if f"`{key}`" not in text] == []


def test_every_measure_is_in_its_table(written: Path) -> None:
    text = (written / "fragments/measures.md").read_text()
    assert [name for name in MEASURES if f"| `{name}` |" not in text] == []
    assert [name for name, entry in MEASURES.items() if not entry.meaning.endswith(".")] == []


def test_every_command_and_scenario_is_listed(written: Path) -> None:
    commands = (written / "reference/commands.md").read_text()
    for file in (ROOT / "campaign/help").glob("*.txt"):
        assert file.read_text().rstrip() in commands
    listed = "".join(
        (written / f"fragments/{name}.md").read_text() for name in ("scenarios", "asks")
    )
    for file in (ROOT / "scenarios").rglob("*.toml"):
        assert f"### {file.name}\n" in listed


def test_tables_keep_bars_and_lines_within_cells() -> None:
    assert markdown.table(["a"], [["x | y\nz"]]) == "| a |\n|---|\n| x \\| y z |\n"


def test_code_with_a_backtick_gets_a_longer_fence() -> None:
    assert markdown.code("a`b") == "`` a`b ``"
