# SPDX-License-Identifier: GPL-2.0-only
"""What a user has around him reaches no result: his environment is cleaned, his other repositories are
not ours, and who reads what a command prints may go away."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import streams
from campaign import surroundings
from campaign.build import ROOT, Build
from campaign.run import build_identity
from campaign.words import command_text, one_line

HOSTILE = {
    "LC_ALL": "tr_TR.UTF-8",
    "LC_NUMERIC": "de_DE.UTF-8",
    "LANG": "ar_EG.UTF-8",
    "LANGUAGE": "de",
    "TZ": "Pacific/Kiritimati",
    "NS_LOG": "***",
    "NS_GLOBAL_VALUE": "SimulatorImplementationType=ns3::RealtimeSimulatorImpl",
    "NS_ATTRIBUTE_DEFAULT": "ns3::DropTailQueue<Packet>::MaxSize=1p",
    "GIT_DIR": "/nowhere/.git",
    "GIT_WORK_TREE": "/nowhere",
    "GIT_INDEX_FILE": "/nowhere/index",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "core.worktree",
    "GIT_CONFIG_VALUE_0": "/nowhere",
    "CC": "/bin/false",
    "CXX": "/bin/false",
    "CXXFLAGS": "-Ofast -march=native",
    "CPPFLAGS": "-DNDEBUG",
    "LDFLAGS": "-nostdlib",
    "CPATH": "/nowhere",
    "CPLUS_INCLUDE_PATH": "/nowhere",
    "LIBRARY_PATH": "/nowhere",
    "CMAKE_PREFIX_PATH": "/nowhere",
    "CMAKE_GENERATOR": "Unix Makefiles",
    "CMAKE_BUILD_TYPE": "Debug",
    "CMAKE_TOOLCHAIN_FILE": "/nowhere",
    "ns3_DIR": "/nowhere",
    "Boost_ROOT": "/nowhere",
    "LD_LIBRARY_PATH": "/nowhere",
    "MPLBACKEND": "TkAgg",
    "MPLCONFIGDIR": "/nowhere",
    "MATPLOTLIBRC": "/nowhere",
    "SOURCE_DATE_EPOCH": "1",
    "PYTHONSTARTUP": "/nowhere",
    "PYTHONOPTIMIZE": "2",
    "PYTHONHASHSEED": "17",
    "PYTHONWARNINGS": "error",
    "PYTHONIOENCODING": "ascii",
    "NPY_DISABLE_CPU_FEATURES": "AVX2",
    "OPENSSL_CONF": "/nowhere",
    "GTEST_FILTER": "nothing",
}


def test_no_variable_that_could_change_a_result_is_left() -> None:
    kept = {"PATH": "/bin", "HOME": "/root", "TERM": "xterm", "SWIMLAB_NS3_TREE": "/ns3"}
    clean = surroundings.cleaned(HOSTILE | kept)
    for name, value in HOSTILE.items():
        assert clean.get(name) != value, name
    assert {name: clean[name] for name in kept} == kept
    assert clean["LC_ALL"] == "C.UTF-8" and clean["TZ"] == "UTC"
    assert surroundings.cleaned(clean) == clean


def test_a_mask_never_shuts_the_user_out_of_his_own_folders(tmp_path: Path) -> None:
    before = os.umask(0o777)
    try:
        surroundings.leave({})
        (tmp_path / "new").mkdir()
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def git(*arguments: object) -> None:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(
        ["git", *identity, *map(str, arguments)], check=True, env=surroundings.cleaned(os.environ)
    )


def test_the_commit_on_record_is_our_own_in_a_hook_of_another_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = build_identity(Build(tmp_path))
    git("init", "-q", tmp_path)
    git("-C", tmp_path, "commit", "-q", "--allow-empty", "-m", "x")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    assert build_identity(Build(tmp_path)) == ours


def version_source(folder: Path, environment: dict[str, str]) -> str:
    """What cmake/version.cmake writes for the sources in the folder."""
    out = folder / "version.cc"
    subprocess.run(
        [
            "cmake",
            f"-DSOURCE={folder}",
            "-DVERSION=1",
            "-DCOMPILER=c",
            '-DFLAGS=-DX="y z"',
            "-DTOMLPLUSPLUS=3",
            f"-DOUTPUT={out}",
            "-P",
            str(ROOT / "cmake/version.cmake"),
        ],
        check=True,
        env=environment,
    )
    return out.read_text()


def test_the_programs_version_is_that_of_its_own_sources(tmp_path: Path) -> None:
    outer = tmp_path / "the (user's) & $thesis"
    inner = outer / "swimlab"
    inner.mkdir(parents=True)
    git("init", "-q", outer)
    git("-C", outer, "commit", "-q", "--allow-empty", "-m", "x")
    clean = surroundings.cleaned(os.environ)
    head = subprocess.run(
        ["git", "-C", outer, "rev-parse", "HEAD"], capture_output=True, text=True, env=clean
    ).stdout.strip()
    assert f'"{head}"' in version_source(outer, clean)
    assert '"unknown"' in version_source(inner, clean), "unpacked in another's repository"
    hook = os.environ | {"GIT_DIR": str(outer / ".git"), "GIT_WORK_TREE": str(outer)}
    assert head not in version_source(tmp_path, hook)
    assert r"-DX=\"y z\"" in version_source(outer, clean)


@pytest.mark.parametrize(
    ("redirection", "complaint"),
    [("| head -1", ""), (">&-", ""), ("> /dev/full", "No space left"), ("2>&-", ""), ("<&-", "")],
)
def test_what_cannot_be_printed_stops_nothing(
    tmp_path: Path, redirection: str, complaint: str
) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from analysis import streams\n"
        "streams.make_forgiving()\n"
        "file = open(sys.argv[1], 'w')\n"
        "for number in range(100000): print(number, flush=number % 1000 == 0)\n"
        "import subprocess; subprocess.run(['echo', 'of a child'])\n"
        "file.write('done'); file.close()\n"
        "print(streams.lost_output() or '', file=sys.stderr)\n"
    )
    out = tmp_path / "out"
    done = subprocess.run(
        ["bash", "-c", f'"$0" "$1" "$2" {redirection}', sys.executable, str(program), str(out)],
        capture_output=True,
        text=True,
    )
    assert out.read_text() == "done"
    assert "Traceback" not in done.stderr and "Exception" not in done.stderr
    assert complaint in done.stderr


def test_any_name_is_printed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with open(out, "wb") as file:
        stream = streams.ForgivingStream(file.fileno())
        streams.codecs.register_error("swimlab.bytes", streams._bytes_in_words)
        stream.write("東 \udcff \ud800\n")
        stream.flush()
    assert out.read_text() == "東 \\xff \\ud800\n"


@pytest.mark.parametrize("word", ["a b", "it's", "a\nb", "\udcff", "東", "\x1b[31m", "", "$x", "\\"])
def test_a_command_on_record_is_one_line_that_a_shell_reads_back(word: str) -> None:
    text = command_text(["printf", "%s", word])
    assert "\n" not in text and "\x1b" not in text and text.encode()
    said = subprocess.run(["bash", "-c", text], capture_output=True, check=True).stdout
    assert said == os.fsencode(word)
    assert "\n" not in one_line(word)
