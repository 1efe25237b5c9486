# SPDX-License-Identifier: GPL-2.0-only
"""The command ./swimlab: installing what is missing, arguments, building, and counting tests."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.checks import command as checks
from campaign.build import Build
from campaign.checks.command import Tally, tally_of_junit
from campaign.cli import main
from campaign.errors import Failure

ROOT = Path(__file__).resolve().parent.parent.parent
NOBODY_ID = 65534

# Stand-ins for Debian's tools. What is installed and what the package lists offer are lines of two
# files; every call that changes something is a line of a third.
STUBS = {
    "dpkg-query": """
        while read -r package; do echo "$package installed"; done <installed
        exit 1""",
    "apt-cache": 'for package; do :; done; grep -qxF -- "$package" offered',
    "apt-get": """
        echo "apt-get $*" >>calls
        [[ $1 != update ]] || cp archive offered
        [[ $1 != install ]] || printf '%s\\n' "$@" >>installed""",
    "sudo": """
        echo "sudo $1" >>calls
        exec "$@" """,
}
# Says what the Python side would have been given.
CAMPAIGN = """
import json, sys
print(json.dumps([sys.executable, sys.argv[1:], sys.path, sys.flags.no_user_site]))
"""


class Machine:
    """A Debian of stand-ins, and a Swimlab tree whose Python part only reports its start."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tree = folder / "a tree"
        (self.tree / "campaign").mkdir(parents=True)
        (self.tree / "campaign/__main__.py").write_text(CAMPAIGN)
        (self.tree / "campaign/__init__.py").touch()
        (self.tree / "cmake").mkdir()
        shutil.copytree(ROOT / "campaign/help", self.tree / "campaign/help")
        shutil.copy(ROOT / "cmake/packages.txt", self.tree / "cmake")
        shutil.copy(ROOT / "swimlab", self.tree)
        self.bin = folder / "bin"
        self.bin.mkdir()
        for tool in ("bash", "env", "readlink", "dirname", "grep", "cat", "cp"):
            (self.bin / tool).symlink_to(f"/usr/bin/{tool}")
        for name, text in STUBS.items():
            self.stub(name, text)
        self.packages = [
            line
            for line in (ROOT / "cmake/packages.txt").read_text().splitlines()
            if line and line[0] not in "#["
        ]
        self.state("archive", self.packages)
        self.state("offered", self.packages)
        self.state("installed", self.packages)
        self.state("calls", [])

    def stub(self, name: str, text: str) -> None:
        file = self.bin / name
        file.write_text(f"#!/bin/bash\ncd {self.folder}\n{text}\n")
        file.chmod(0o755)

    def state(self, name: str, lines: list[str]) -> None:
        (self.folder / name).write_text("".join(f"{line}\n" for line in lines))
        (self.folder / name).chmod(0o666)

    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().splitlines()

    def swimlab(
        self, *arguments: str, as_root: bool = False, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess:
        """Run ./swimlab from another folder, as root or as an ordinary user."""
        user = NOBODY_ID if os.geteuid() == 0 and not as_root else None
        return subprocess.run(
            [self.tree / "swimlab", *arguments],
            cwd="/",
            env={"PATH": str(self.bin)} | (environment or {}),
            capture_output=True,
            text=True,
            user=user,
        )


@pytest.fixture
def machine() -> Iterator[Machine]:
    # pytest's own folders are closed to the other user that some tests run as.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Machine(Path(folder))


def test_installs_nothing_when_all_is_there(machine: Machine) -> None:
    done = machine.swimlab("run", "x.toml", "--seed", "3")
    assert done.returncode == 0, done.stderr
    assert machine.calls() == []
    assert json.loads(done.stdout)[1] == ["run", "x.toml", "--seed", "3"]


def test_names_what_is_missing_and_installs_only_that(machine: Machine) -> None:
    absent = ["cmake", "python3-numpy"]
    machine.state("installed", [name for name in machine.packages if name not in absent])
    done = machine.swimlab("run", "x.toml")
    assert done.returncode == 0, done.stderr
    assert "needed and missing:\n    cmake python3-numpy\n" in done.stdout
    assert machine.calls() == [
        "sudo env",
        "apt-get install --yes --no-install-recommends cmake python3-numpy",
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can show what happens to root")
def test_root_needs_no_sudo(machine: Machine) -> None:
    machine.state("installed", [])
    (machine.bin / "sudo").unlink()
    assert machine.swimlab("build", as_root=True).returncode == 0
    assert machine.calls()[0].startswith("apt-get install --yes")


def test_without_sudo_it_says_what_root_should_run(machine: Machine) -> None:
    machine.state("installed", [])
    (machine.bin / "sudo").unlink()
    done = machine.swimlab("build")
    assert done.returncode == 2
    assert "apt-get update && apt-get install g++ cmake" in done.stderr
    assert machine.calls() == []


def test_updates_the_package_lists_when_they_lack_something(machine: Machine) -> None:
    machine.state("installed", [])
    machine.state("offered", [])
    assert machine.swimlab("build").returncode == 0
    assert [call for call in machine.calls() if "sudo" not in call][0] == "apt-get update"


def test_says_when_the_system_does_not_offer_a_package(machine: Machine) -> None:
    machine.state("installed", [])
    machine.state("offered", [])
    machine.state("archive", [name for name in machine.packages if name != "libns3-dev"])
    done = machine.swimlab("build")
    assert done.returncode == 2
    assert "do not offer: libns3-dev" in done.stderr and "Debian 12" in done.stderr


def test_says_when_apt_get_fails(machine: Machine) -> None:
    machine.state("installed", [])
    machine.stub("apt-get", "exit 100")
    done = machine.swimlab("build")
    assert done.returncode == 2
    assert "apt-get install failed" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "package", "wanted"),
    [
        (["build"], "python3-scipy", False),
        (["build"], "libns3-dev", True),
        (["build"], "libasio-dev", True),
        (["build", "--library"], "libns3-dev", False),
        (["build", "--library"], "nlohmann-json3-dev", False),
        (["build", "--library"], "libasio-dev", True),
        (["agent"], "cmake", True),
        (["run", "x"], "python3-scipy", True),
        (["run", "x"], "libgtest-dev", False),
        (["test"], "libgtest-dev", True),
        (["bench"], "libbenchmark-dev", True),
        (["bench"], "golang-go", False),
        (["test"], "clang", False),
        (["test", "--all"], "clang", True),
        (["test", "--all"], "doxygen", True),
        (["test"], "doxygen", False),
        (["docs"], "doxygen", True),
        (["docs"], "python3-scipy", False),
        (["theory"], "python3-scipy", True),
        (["theory"], "weasyprint", False),
        (["advise"], "python3", True),
        (["advise"], "python3-numpy", False),
        (["wireshark"], "python3", True),
        (["wireshark"], "python3-numpy", False),
        (["study"], "weasyprint", True),
        (["paper"], "weasyprint", True),
        (["test"], "weasyprint", True),
    ],
)
def test_each_command_asks_for_its_own_groups(
    machine: Machine, arguments: list[str], package: str, wanted: bool
) -> None:
    machine.state("installed", [name for name in machine.packages if name != package])
    done = machine.swimlab(*arguments)
    assert (f"    {package}\n" in done.stdout) == wanted


def test_another_python_cannot_come_between(machine: Machine) -> None:
    machine.stub("python3", "echo wrong; exit 9")
    done = machine.swimlab("build", environment={"PYTHONPATH": "/tmp/evil", "PYTHONHOME": "/evil"})
    assert done.returncode == 0, done.stderr
    executable, _, path, no_user_site = json.loads(done.stdout)
    assert executable == "/usr/bin/python3"
    assert path[0] == str(machine.tree) and "/tmp/evil" not in path and "" not in path
    assert no_user_site == 1


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ([], "./swimlab run SCENARIO"),
        (["help"], "./swimlab run SCENARIO"),
        (["--help"], "./swimlab run SCENARIO"),
        (["help", "run"], "--set KEY=VALUE"),
        (["run", "--help"], "--set KEY=VALUE"),
        (["test", "-h"], "--all"),
        (["help", "build"], "--jobs N"),
        (["bench", "--help"], "--only A,B"),
        (["theory", "--help"], "--members N[,N..]"),
        (["docs", "--help"], "html/index.html"),
    ],
)
def test_help_needs_nothing_installed(machine: Machine, arguments: list[str], shown: str) -> None:
    machine.state("installed", [])
    done = machine.swimlab(*arguments)
    assert done.returncode == 0 and shown in done.stdout
    assert machine.calls() == []


@pytest.mark.parametrize(
    "arguments", [["simulate"], ["swimlab"], ["help", "simulate"], ["help", "../help/run"]]
)
def test_an_unknown_command_is_named(machine: Machine, arguments: list[str]) -> None:
    done = machine.swimlab(*arguments)
    assert done.returncode == 2
    assert "there is no command" in done.stderr and "test, build, docs and help" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["run"], "required: SCENARIO;"),
        (["explore"], "required: DIR;"),
        (["status"], "required: DIR;"),
        (["reproduce"], "required: DIR;"),
        (["archive"], "required: DIR;"),
        (["compare"], "required: DIR;"),
        (["study"], "required: FILE;"),
        (["run", "x", "--runs", "0"], "'0' is not a whole number from 1 up"),
        (["run", "x", "--seed", "1.5"], "'1.5' is not a whole number from 0 up"),
        (["run", "x", "--set", "loss"], "'loss' is not KEY=VALUE"),
        (["run", "x", "--sed", "1"], "--sed"),
        (["bench", "--only", "path,speed"], "there is no 'speed'; there are path, packet, core"),
        (["bench", "--quick", "--full"], "not allowed with argument --quick"),
        (["paper"], "required: NAME;"),
        (["advise"], "--members"),
        (["advise", "--members", "ten"], "'ten' is no number of members, such as 400"),
        (["advise", "--members", "9", "--known-to-all", "8"], "'8' is no time, such as 8s"),
        (["paper", "x", "--jobs", "0"], "'0' is not a whole number from 1 up"),
        (["study", "x", "--runs", "0"], "'0' is not a whole number from 1 up"),
        (["build", "--jobs", "many"], "'many' is not a whole number from 1 up"),
    ],
)
def test_bad_arguments_are_the_users_error(
    capsys: pytest.CaptureFixture, arguments: list[str], named: str
) -> None:
    with pytest.raises(SystemExit) as exit:
        main(arguments)
    assert exit.value.code == 2
    message = capsys.readouterr().err
    assert named in message and f"see ./swimlab help {arguments[0]}" in message


def test_papers_that_there_are_are_named(capsys: pytest.CaptureFixture) -> None:
    assert main(["paper", "paxos-1998"]) == 2
    assert "no paper paxos-1998; studies/papers/ has" in capsys.readouterr().err
    assert main(["paper", "lifeguard-2018", "--small", "--keep"]) == 2
    assert "--keep is for the whole" in capsys.readouterr().err


PROJECT = """cmake_minimum_required(VERSION 3.25)
project(tiny VERSION 4.5.6 LANGUAGES NONE)
add_custom_command(OUTPUT made.txt
                   COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_SOURCE_DIR}/in.txt made.txt
                   DEPENDS ${CMAKE_SOURCE_DIR}/in.txt)
add_custom_target(everything ALL DEPENDS made.txt)
"""


@pytest.fixture
def project(tmp_path: Path) -> Build:
    source = tmp_path / "project"
    source.mkdir()
    (source / "CMakeLists.txt").write_text(PROJECT)
    (source / "in.txt").write_text("input")
    return Build(source / "build", {"CMAKE_BUILD_TYPE": "Release"}, source)


def test_builds_and_then_has_nothing_to_say(project: Build, capsys: pytest.CaptureFixture) -> None:
    project.make(1)
    assert (project.folder / "made.txt").read_text() == "input"
    assert project.cache()["CMAKE_PROJECT_VERSION"] == "4.5.6"
    capsys.readouterr()
    project.make(1)
    assert capsys.readouterr().out == ""


def test_shows_what_the_compiler_said(project: Build, capsys: pytest.CaptureFixture) -> None:
    (project.source / "in.txt").unlink()
    with pytest.raises(Failure, match="build/ does not build"):
        project.make(1)
    assert "in.txt" in capsys.readouterr().out


def test_shows_what_cmake_said(project: Build, capsys: pytest.CaptureFixture) -> None:
    (project.source / "CMakeLists.txt").write_text("find_package(Unobtainium REQUIRED)")
    with pytest.raises(Failure, match="could not configure build/"):
        project.make(1)
    assert "Unobtainium" in capsys.readouterr().out


def test_a_copied_tree_builds_its_own_source(project: Build) -> None:
    project.make(1)
    copy = project.source.with_name("copy")
    shutil.copytree(project.source, copy)
    (copy / "in.txt").write_text("other input")
    Build(copy / "build", project.options, copy).make(1)
    assert (copy / "build/made.txt").read_text() == "other input"
    assert (project.folder / "made.txt").read_text() == "input"


def test_another_option_configures_again(project: Build) -> None:
    project.make(1)
    Build(project.folder, {"CMAKE_BUILD_TYPE": "Debug"}, project.source).make(1)
    assert project.cache()["CMAKE_BUILD_TYPE"] == "Debug"


def test_counts_what_pytest_reports(tmp_path: Path) -> None:
    (tmp_path / "test_three.py").write_text(
        "import pytest\n"
        "def test_good(): pass\n"
        "def test_bad(): assert 0\n"
        "@pytest.fixture\n"
        "def broken(): raise ValueError\n"
        "def test_error(broken): pass\n"
        "@pytest.mark.skip\n"
        "def test_not_now(): pass\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--junit-xml=junit.xml"]
    subprocess.run(command, cwd=tmp_path, capture_output=True)
    tally = tally_of_junit(tmp_path / "junit.xml")
    assert (tally.passed, tally.failed, tally.skipped) == (1, 2, 1)
    assert (
        tally.failures[0][0].endswith("test_three test_bad") and "assert 0" in tally.failures[0][1]
    )
    assert "ValueError" in tally.failures[1][1]


def test_counts_what_ctest_reports(tmp_path: Path) -> None:
    (tmp_path / "CTestTestfile.cmake").write_text(
        "add_test(good true)\n"
        "add_test(bad sh -c [[echo the reason; false]])\n"
        "add_test(skipped sh -c [[exit 77]])\n"
        "set_tests_properties(skipped PROPERTIES SKIP_RETURN_CODE 77)\n"
        "add_test(disabled true)\n"
        "set_tests_properties(disabled PROPERTIES DISABLED TRUE)\n"
    )
    command = ["ctest", "--test-dir", str(tmp_path), "--output-junit", str(tmp_path / "junit.xml")]
    subprocess.run(command, capture_output=True)
    tally = tally_of_junit(tmp_path / "junit.xml")
    assert (tally.passed, tally.failed, tally.skipped) == (1, 1, 2)
    assert tally.failures[0][0] == "bad" and "the reason" in tally.failures[0][1]


@pytest.mark.parametrize(
    ("stage", "tally", "code"),
    [
        (Tally(passed=4, skipped=1), "12 passed, 0 failed, 3 skipped", 0),
        (Tally(3, failures=[("bad", "why")]), "9 passed, 3 failed, 0 skipped", 1),
    ],
)
def test_the_last_line_sums_up_and_the_exit_code_agrees(
    capsys: pytest.CaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    stage: Tally,
    tally: str,
    code: int,
) -> None:
    for name in ("_build_and_test", "_python_tests", "check_style"):
        monkeypatch.setattr(checks, name, lambda *_, **__: stage)
    assert main(["test"]) == code
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == tally
    assert lines[-7:-1] == ["FAILED bad", "    why"] * 3 or code == 0


def test_a_test_tool_that_fails_in_silence_is_a_failure(tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    [(name, said)] = checks._run_and_count(["false"], junit).failures
    assert name == "false" and "ends with 1" in said
