# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab test`: every kind of test that the project has, one after the other, and one line that
sums up.

Nothing stops at the first failure: who waited for a build wants to know all that is wrong.
"""

import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from pathlib import Path

from campaign.build import ROOT, Build, default_build
from campaign.errors import Failure
from campaign.checks.fuzzing import fuzz
from campaign.checks.memcheck import memcheck
from campaign.checks.mutants import check_mutants
from campaign.checks.tally import Tally

COLUMNS = 100


def run_tests(everything: bool, jobs: int) -> int:
    """Run the quick tests, or all of them; 0 when none failed."""
    tally = Tally()
    build = default_build(with_tests=True)
    tally += _build_and_test(build, jobs, [] if everything else ["--label-exclude", "long"])
    tally += _python_tests()
    tally += _style()
    if everything:
        tally += memcheck(build.folder / "tests" / "protocol_tests")
        sanitized = sanitizer_build()
        tally += _build_and_test(sanitized, jobs, ["--label-exclude", "long"])
        tally += fuzz(sanitized.folder / "tests" / "fuzz", jobs)
        tally += _race_check(jobs)
        tally += Tally(*check_mutants(jobs))
    print(tally)
    return 1 if tally.failed else 0


def sanitizer_build() -> Build:
    """All that does not link ns-3, and the fuzz targets, under AddressSanitizer and UBSan and by
    the other compiler: each finds what the first build cannot. Debian's ns-3 is built without
    sanitizers and would blur them.
    """
    return Build(
        ROOT / "build-asan",
        {
            "CMAKE_BUILD_TYPE": "RelWithDebInfo",
            "CMAKE_CXX_COMPILER": "/usr/bin/clang++",
            "SWIMLAB_SANITIZE": "address,undefined",
            "SWIMLAB_FUZZ": "ON",
            "SWIMLAB_NS3": "OFF",
            "BUILD_TESTING": "ON",
        },
    )


def _race_check(jobs: int) -> Tally:
    """The agents' tests under ThreadSanitizer: they are what has threads."""
    build = Build(
        ROOT / "build-tsan",
        {
            "CMAKE_BUILD_TYPE": "RelWithDebInfo",
            "CMAKE_CXX_COMPILER": "/usr/bin/clang++",
            "SWIMLAB_SANITIZE": "thread",
            "SWIMLAB_NS3": "OFF",
            "BUILD_TESTING": "ON",
        },
    )
    try:
        build.make(jobs, ["agent_tests"])
    except Failure as failure:
        print(failure, file=sys.stderr)
        return Tally(failed=1)
    junit = build.folder / "agent_tests.xml"
    program = str(build.folder / "tests" / "agent_tests")
    return _run_and_count([program, "--gtest_brief=1", f"--gtest_output=xml:{junit}"], junit)


def tally_of_junit(file: Path) -> Tally:
    """Counts the test cases of a JUnit XML file, as CTest and pytest write them."""
    tally = Tally()
    for case in ElementTree.parse(file).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            tally.failed += 1
        elif case.find("skipped") is not None or case.get("status") == "disabled":
            tally.skipped += 1
        else:
            tally.passed += 1
    return tally


def _build_and_test(build: Build, jobs: int, selection: Sequence[str]) -> Tally:
    try:
        build.make(jobs)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return Tally(failed=1)
    command = ["ctest", "--test-dir", str(build.folder), "-j", str(jobs), "--no-tests=error"]
    command += ["--output-on-failure", "--progress", *selection]
    junit = build.folder / "ctest.xml"
    return _run_and_count([*command, "--output-junit", str(junit)], junit)


def _python_tests() -> Tally:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["tests/analysis", "tests/campaign", "tests/docs", "tests/end_to_end"]
    junit = ROOT / "build" / "pytest.xml"
    return _run_and_count([*command, "--junit-xml", str(junit)], junit)


def _run_and_count(command: Sequence[str], junit: Path) -> Tally:
    """Run a test tool that writes its results to the file. One that fails without saying in which
    test is one failure.
    """
    junit.unlink(missing_ok=True)
    done = subprocess.run(command, cwd=ROOT)
    tally = tally_of_junit(junit) if junit.exists() else Tally(failed=1)
    if done.returncode != 0 and tally.failed == 0:
        tally.failed = 1
    return tally


def _style() -> Tally:
    """Formatters and linter over the files that git knows or would add; each tool is one check."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        encoding="utf-8",
    )
    if listed.returncode != 0:
        print("Style: skipped, this is no git work tree")
        return Tally(skipped=1)
    files = [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    checks = [
        (["clang-format-14", "--dry-run", "-Werror"], (".cc", ".h")),
        (["black", "--quiet", "--check", "--diff", f"--line-length={COLUMNS}"], (".py",)),
        (["shellcheck"], ("swimlab", ".ci/run", ".sh")),
    ]
    tally = Tally()
    for command, endings in checks:
        if shutil.which(command[0]) is None:
            print(f"Style: skipped {command[0]}, which ./swimlab test --all installs")
            tally.skipped += 1
            continue
        chosen = [name for name in files if name.endswith(endings)]
        done = subprocess.run([*command, *chosen], cwd=ROOT)
        if done.returncode == 0:
            tally.passed += 1
        else:
            print(f"Style: {command[0]} objects, see above")
            tally.failed += 1
    return tally
