# SPDX-License-Identifier: MIT
"""Detectors of others: which folders CMake finds, in which order, and what it says of wrong ones.

In a project of its own, which has nothing but the rules of detectors/plugins.cmake: nothing is compiled.
"""

import hashlib
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PROJECT = f"""cmake_minimum_required(VERSION 3.25)
project(mini LANGUAGES CXX)
include("{ROOT}/detectors/plugins.cmake")
add_library(swim-detectors STATIC empty.cc)
swimlab_add_detectors(swim-detectors)
"""


class Project:
    """A project with plug-ins that is configured, not built."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "CMakeLists.txt").write_text(PROJECT)
        (folder / "empty.cc").write_text("")

    def add(self, folder: str, source: str | None = None) -> Path:
        """A detector; by default with the kind that its name asks for. `source`: another one."""
        path = self.folder / folder
        path.mkdir(parents=True)
        kind = f"{path.name.upper().replace('-', '_')}_KIND"
        text = f"extern const Kind {kind}{{}};\n" if source is None else source
        (path / "a.cc").write_text(text)
        return path

    def configure(self, *elsewhere: Path) -> str:
        """What CMake says, in one line."""
        done = subprocess.run(
            ["cmake", "-G", "Ninja", "-S", self.folder, "-B", self.folder / "build"]
            + [f"-DSWIMLAB_DETECTORS={';'.join(map(str, elsewhere))}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        said = re.sub(r"\s+", " ", done.stdout)
        assert ("CMake Error" in said) == (done.returncode != 0)
        return said

    def kinds(self) -> list[tuple[str, str]]:
        """Name and constant of each kind in the registry, in its order."""
        text = (self.folder / "build" / "plugins.cc").read_text()
        return re.findall(r'\{"([\w-]+)", &(\w+), "[0-9a-f]{64}"\},', text)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("mini (copy)"))


def test_finds_folders_in_order_and_those_elsewhere_after_them(project: Project) -> None:
    project.configure()
    assert project.kinds() == []
    project.add("plugins/detectors/slow-gossip")
    project.add("plugins/detectors/lease2")
    (project.folder / "plugins/detectors/README.md").write_text("no detector\n")
    other = project.add("elsewhere/apart")
    assert "CMake Error" not in project.configure(other, project.add("elsewhere/a"))
    assert project.kinds() == [
        ("lease2", "LEASE2_KIND"),
        ("slow-gossip", "SLOW_GOSSIP_KIND"),
        ("apart", "APART_KIND"),
        ("a", "A_KIND"),
    ]
    registry = (project.folder / "build" / "plugins.cc").read_text()
    assert "extern const Kind SLOW_GOSSIP_KIND;" in registry
    assert "std::array<Plugin, 4>" in registry


def test_a_detector_has_the_sum_of_its_sources(project: Project) -> None:
    folder = project.add("summed/summed")
    (folder / "deeper").mkdir()
    for changed in ("int a;\n", "int b;\n"):
        (folder / "deeper" / "b.h").write_text(changed)
        assert "CMake Error" not in project.configure(folder)
        registry = (project.folder / "build" / "plugins.cc").read_text()
        told = subprocess.run(
            ["sha256sum", "a.cc", "deeper/b.h"], cwd=folder, capture_output=True, check=True
        ).stdout
        assert f'{{"summed", &SUMMED_KIND, "{hashlib.sha256(told).hexdigest()}"}}' in registry


@pytest.mark.parametrize(
    "folder, source, said",
    [
        ("wrong/rapid", None, '"rapid" is a detector that comes along'),
        ("wrong/swim", None, '"swim" is a detector that comes along'),
        ("wrong/phi-pekko", None, '"phi-pekko" is a detector that comes along'),
        ("wrong/My_Lease", None, '"My_Lease" is no name of a detector'),
        ("wrong/two--joints", None, '"two--joints" is no name of a detector'),
        ("wrong/9lives", None, '"9lives" is no name of a detector'),
        ("wrong/kindless", "int x;\n", '"extern const Kind KINDLESS_KIND{.name = "kindless"'),
        ("wrong/inner", "const Kind INNER_KIND{};\n", '"extern const Kind INNER_KIND{'),
        ("wrong/ours", "extern const Kind OURS_KIND2{};\n", '"extern const Kind OURS_KIND{'),
    ],
)
def test_says_what_is_wrong_with_a_folder(
    project: Project, folder: str, source: str | None, said: str
) -> None:
    path = project.add(folder, source)
    output = project.configure(path)
    assert said in output and str(path) in output


def test_says_that_a_folder_is_empty_missing_or_there_twice(project: Project) -> None:
    empty = project.folder / "wrong/empty"
    empty.mkdir(parents=True)
    assert f"{empty}: has no sources; put *.cc files there" in project.configure(empty)
    missing = project.folder / "wrong/missing"
    assert f"SWIMLAB_DETECTORS: {missing} is no folder" in project.configure(missing)
    one, other = project.add("one/same"), project.add("other/same")
    assert 'there is a detector "same" in another folder already' in project.configure(one, other)


def test_knows_every_detector_that_comes_along() -> None:
    """The names that CMake refuses are read from the tables: all of those that kinds.cc lists."""
    names = re.findall(
        r'^ *\.name = "([\w-]+)"',
        "".join(path.read_text() for path in sorted((ROOT / "detectors").glob("kinds-*.cc"))),
        re.MULTILINE,
    )
    listed = re.findall(r"&(\w+)_KIND,", (ROOT / "detectors/kinds.cc").read_text())
    assert sorted(names) == sorted(name.lower().replace("_", "-") for name in listed)
