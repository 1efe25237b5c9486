# SPDX-License-Identifier: GPL-2.0-only
"""The runners of fuzz targets and of valgrind, with programs that only pretend to be such."""

import subprocess
from pathlib import Path

import pytest

from campaign.checks import memcheck
from campaign.checks.fuzzing import fuzz
from campaign.checks.tally import Tally


def write_program(file: Path, body: str) -> Path:
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)
    return file


def test_a_target_that_ends_well_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_program(tmp_path / "fuzz-good", 'echo "Done 123 runs in 7 second(s)"')
    assert fuzz(tmp_path, jobs=2, seconds=7) == Tally(passed=1)
    assert "good withstood 123 inputs" in capsys.readouterr().out


def test_a_target_gets_its_seeds_a_corpus_that_stays_and_its_time(tmp_path: Path) -> None:
    write_program(tmp_path / "fuzz-good", f'echo "$@" >{tmp_path}/given; echo "Done 1 runs"')
    fuzz(tmp_path, jobs=1, seconds=7)
    given = (tmp_path / "given").read_text().split()
    assert "-max_total_time=7" in given and "-seed=1" in given
    assert given[-2:] == [str(tmp_path / "corpus" / "good"), str(tmp_path / "seeds" / "good")]
    assert (tmp_path / "corpus" / "good").is_dir()


def test_a_crash_fails_and_shows_the_command_that_repeats_it(tmp_path: Path) -> None:
    write_program(tmp_path / "fuzz-good", 'echo "Done 1 runs in 7 second(s)"')
    bad = write_program(
        tmp_path / "fuzz-bad",
        'echo "Test unit written to /kept/crash-1"; echo "Done 5 runs"; exit 77',
    )
    tally = fuzz(tmp_path, jobs=2, seconds=7)
    assert (tally.passed, tally.failed) == (1, 1)
    assert f"once more: {bad} /kept/crash-1" in str(tally)


def test_a_target_that_does_nothing_is_a_failure(tmp_path: Path) -> None:
    write_program(tmp_path / "fuzz-idle", "exit 0")
    assert fuzz(tmp_path, jobs=1, seconds=7).failed == 1


def test_a_build_without_targets_is_a_failure(tmp_path: Path) -> None:
    assert fuzz(tmp_path, jobs=1, seconds=7).failed == 1


@pytest.mark.parametrize("code", [0, 1])
def test_valgrinds_verdict_is_one_test(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: int
) -> None:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess:
        assert command[0] == "valgrind" and "--error-exitcode=1" in command
        return subprocess.CompletedProcess(command, code)

    monkeypatch.setattr(memcheck.subprocess, "run", run)
    tally = memcheck.memcheck(tmp_path / "protocol_tests")
    assert (tally.passed, tally.failed) == (1 - code, code)
