# SPDX-License-Identifier: GPL-2.0-only
"""Prose against code: what README.md and docs/ name in code exists, and works as they say."""

import re
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from campaign.build import ROOT, Build
from campaign.cli import parsed
from campaign.docs import prose, tables
from campaign.docs.prose import Code
from campaign.study.checks import TABLE_KEYS
from campaign.errors import UserError
from campaign.study.file import TABLES, TOP_KEYS
from campaign.tune import file as tunes
from campaign.tune.products import product_named

BUILD = Build(ROOT / "build")
PAGES = prose.pages()
SOURCES = ("*.cc", "*.h", "*.py", "*.go", "*.toml", "*.txt", "*.cmake", "CMakeLists.txt", "*.rst")


@pytest.fixture(scope="module")
def known(reference: tables.Tables) -> set[str]:
    """Every key of the formats that prose speaks of, in full and bare."""
    full = tables.scenario_keys(reference)
    full |= {
        key["key"] for part in ("scenario", "agent") for t in reference[part] for key in t["keys"]
    }
    of_studies = {*TOP_KEYS, *TABLES, *(key for keys in TABLE_KEYS.values() for key in keys)}
    of_tunes = {*tunes.TOP_KEYS, *tunes.TABLES, tunes.MINIMISE}
    return (
        full
        | of_studies
        | of_tunes
        | {parameter["name"] for parameter in reference["parameters"]}
        | tables.detector_keys(reference)
        | {f"{table}{name}" for name in _keys_of_examples() for table in ("", "detector.")}
    )


def _keys_of_examples() -> set[str]:
    """Parameters of plug-ins that come along, which a tutorial speaks of and no build needs to have."""
    sources = (ROOT / "plugins" / "examples").glob("*/*.cc")
    return {
        name for file in sources for name in re.findall(r'Parameter\(\s*"(\w+)"', file.read_text())
    }


@pytest.fixture(scope="module")
def sources() -> str:
    """All code of the project, in which a name of prose must stand."""
    files = {file for pattern in SOURCES for top in _code_folders() for file in top.rglob(pattern)}
    return "\n".join(file.read_text(errors="replace") for file in sorted(files))


def _code_folders() -> list[Path]:
    return [
        ROOT / name
        for name in "protocol detectors include agent ns3-module lab analysis campaign peers cmake tests".split()
    ]


def _wrong(
    found: Callable[[Path], Iterator[Code]], wrong: Callable[[Code], str | None]
) -> list[str]:
    """A line for each piece of code with which something is wrong."""
    return [
        f"{code.place}: {code.text}: {said}"
        for page in PAGES
        for code in found(page)
        if (said := wrong(code)) is not None
    ]


def test_enough_is_found_to_be_checked() -> None:
    """A pattern that finds nothing would make all tests below pass."""
    found = [code for page in PAGES for code in prose.inline(page)]
    assert len([key for code in found for key in prose.keys(code)]) > 15
    assert len([name for code in found for name in prose.names(code)]) > 100
    assert len([path for code in found for path in prose.paths(code)]) > 40
    assert len([code for page in PAGES for code in prose.commands(page)]) > 30
    assert len([code for page in PAGES for code in prose.scenarios(page)]) > 7


def test_keys_exist(known: set[str]) -> None:
    def wrong(code: Code) -> str | None:
        missing = [key for key in prose.keys(code) if key not in known]
        return f"there is no key {', '.join(missing)}" if missing else None

    assert _wrong(prose.inline, wrong) == []


def test_names_exist(sources: str) -> None:
    words = set(re.findall(r"\w+", sources))

    def wrong(code: Code) -> str | None:
        missing = [name for name in prose.names(code) if name not in words]
        return "no code has this name" if missing else None

    assert _wrong(prose.inline, wrong) == []


def test_files_exist() -> None:
    def wrong(code: Code) -> str | None:
        missing = [path for path in prose.paths(code) if not (ROOT / path).exists()]
        return "there is no such file" if missing else None

    assert _wrong(prose.inline, wrong) == []


def test_commands_parse(known: set[str], capsys: pytest.CaptureFixture[str]) -> None:
    def wrong(code: Code) -> str | None:
        words = prose.arguments(code.text)
        if words[0] == "help" or len(words) == 1:
            page = words[-1]
            there = page == "COMMAND" or (ROOT / "campaign/help" / f"{page}.txt").exists()
            return None if there else "there is no such command"
        try:
            options = parsed(words)
        except SystemExit:
            return capsys.readouterr().err
        for setting in getattr(options, "set", []):
            if bare(setting.split("=")[0]) not in known:
                return f"there is no key {setting.split('=')[0]}"
        scenario = getattr(options, "scenario", None) or getattr(options, "file", None)
        if scenario is None or "/inputs/" in str(scenario):  # a campaign's copy
            return None
        if "/" in str(scenario) and not (ROOT / scenario).exists():
            return "there is no such scenario"
        return None

    assert _wrong(prose.commands, wrong) == []


def bare(key: str) -> str:
    """The key as the reference has it: of events and groups without their name or number."""
    return re.sub(r"^(cluster\.group\.\d+|event\.[\w-]+)\.", "", key)


def keys_of(scenario: dict[str, Any]) -> Iterator[str]:
    """The keys that a scenario uses, in full; of events and groups as the reference has them."""
    for name, value in scenario.items():
        if name == "verdict":
            continue  # names of measures, which are checked before a run
        if name == "adapter":
            continue  # the adapter knows them
        if name == "event":
            yield from (key for event in value for key in event)
        elif name == "sweep":
            yield from map(bare, value)
        elif isinstance(value, dict):
            for key, entry in value.items():
                if (name, key) == ("cluster", "group"):
                    yield from (f"cluster.group.{own}" for group in entry for own in group)
                else:
                    yield f"{name}.{key}"
        else:
            yield name


def test_scenarios_on_pages_have_known_keys(known: set[str]) -> None:
    def wrong(code: Code) -> str | None:
        raw = tomllib.loads(code.text)
        if "goal" in raw:
            return _wrong_tune(code.text)
        if "kind" in raw and "start" in raw:
            return None  # an adapter, which tests/end_to_end/test_adapters.py reads
        missing = [key for key in keys_of(raw) if key not in known]
        return f"there is no key {', '.join(missing)}" if missing else None

    assert _wrong(prose.scenarios, wrong) == []


def _wrong_tune(text: str) -> str | None:
    try:
        tunes.read_tune_file(Path("tune.toml"), text.encode("utf-8"), product_named("consul"))
    except UserError as error:
        return str(error)
    return None


def test_everything_of_the_reference_is_described(reference: tables.Tables) -> None:
    silent = [what for what, meaning in tables.described(reference) if not meaning.endswith(".")]
    assert silent == []


def test_commands_of_the_agent_exist() -> None:
    program = BUILD.program("swim-agent")
    if not program.exists():
        pytest.skip("build/swim-agent is not built; ./swimlab test builds it")
    said = subprocess.run([program, "--help"], capture_output=True, text=True).stdout
    used = {
        prose.arguments(code.text)[1]
        for page in PAGES
        for code in prose.commands(page)
        if prose.arguments(code.text)[0] == "agent" and len(prose.arguments(code.text)) > 1
    }
    assert used and {word for word in used if not re.search(rf"^ +{word}\b", said, re.M)} == set()


def test_readme_links_to_what_there_is() -> None:
    links = re.findall(r"\]\(([^)#\s]+)", (ROOT / "README.md").read_text())
    relative = [link for link in links if "://" not in link]
    assert len(relative) > 10
    assert [link for link in relative if not (ROOT / link).exists()] == []


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 150


def test_changelog_opens_with_this_version() -> None:
    version = re.search(r"project\(swimlab VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())
    newest = re.search(r"^## \[([^]]+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert version is not None and newest is not None
    assert newest[1] in (version[1], "Unreleased")
