# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab test`: every kind of test that the project has, one after the other, and one line that
sums up.

Nothing stops at the first failure: who waited for a build wants to know all that is wrong.
"""

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
from campaign.checks.style import check_style
from campaign.checks.tally import Tally
from campaign.presets import preset_build

_QUICK = ("--label-exclude", "long|nightly")
_SELECTIONS = {"quick": _QUICK, "all": ("--label-exclude", "nightly"), "nightly": ()}
"""Which of ctest's tests belong to which extent."""

_FUZZING_S = {"all": 20, "nightly": 600}


def run_tests(extent: str, jobs: int) -> int:
    """Run the tests of an extent: quick, all or nightly, each with those of the one before it.
    First comes what finds most for its time. Returns 0 when none failed.
    """
    tally = Tally()
    tally += check_style(with_types=extent != "quick")
    build = default_build(with_tests=True)
    if extent != "quick":
        build.options["SWIMLAB_WERROR"] = "ON"
    tally += _build_and_test(build, jobs, _SELECTIONS[extent])
    tally += _python_tests(jobs)
    if extent != "quick":
        # Debian's ns-3 is built without sanitizers and would blur them, so this build is without it;
        # and by the other compiler: each finds what the other cannot.
        sanitized = preset_build("asan-ubsan")
        tally += _build_and_test(sanitized, jobs, _QUICK)
        tally += fuzz(sanitized.folder / "tests" / "fuzz", jobs, _FUZZING_S[extent])
        tally += _race_check(jobs)
        tally += memcheck(build.folder / "tests" / "protocol_tests")
        tally += check_mutants(jobs)
    print(tally)
    return 1 if tally.failed else 0


def _race_check(jobs: int) -> Tally:
    """The agents' tests under ThreadSanitizer: they are what has threads."""
    build = preset_build("tsan")
    try:
        build.make(jobs, ["agent_tests"])
    except Failure as failure:
        return Tally.failure(f"building {build.folder.name}", str(failure))
    junit = build.folder / "agent_tests.xml"
    program = str(build.folder / "tests" / "agent_tests")
    return _run_and_count([program, "--gtest_brief=1", f"--gtest_output=xml:{junit}"], junit)


def tally_of_junit(file: Path) -> Tally:
    """Counts the test cases of a JUnit XML file, as CTest and pytest write them."""
    tally = Tally()
    for case in ElementTree.parse(file).iter("testcase"):
        wrong = next((found for kind in ("failure", "error") for found in case.iter(kind)), None)
        if wrong is not None:
            output = [case.findtext("system-out"), wrong.text or wrong.get("message")]
            name = " ".join(dict.fromkeys([case.get("classname", ""), case.get("name", "")]))
            tally += Tally.failure(name, "\n".join(filter(None, output)))
        elif case.find("skipped") is not None or case.get("status") == "disabled":
            tally.skipped += 1
        else:
            tally.passed += 1
    return tally


def _build_and_test(build: Build, jobs: int, selection: Sequence[str]) -> Tally:
    try:
        build.make(jobs)
    except Failure as failure:
        return Tally.failure(f"building {build.folder.name}", str(failure))
    command = ["ctest", "--test-dir", str(build.folder), "-j", str(jobs), "--no-tests=error"]
    command += ["--output-on-failure", "--progress", *selection]
    junit = build.folder / "ctest.xml"
    return _run_and_count([*command, "--output-junit", str(junit)], junit)


def _python_tests(jobs: int) -> Tally:
    """Side by side, and then one after the other those that other work would disturb."""
    command = [sys.executable, "-m", "pytest", "-q", "--durations=10"]
    command += [
        "tests/structure",
        "tests/analysis",
        "tests/campaign",
        "tests/docs",
        "tests/explorer",
        "tests/playground",
        "tests/end_to_end",
        "tests/wireshark",
        "tests/detectors",
    ]
    tally = Tally()
    for name, selection in (
        ("pytest", ["-m", "not real_time", "-n", str(jobs), "--dist", "load"]),
        ("pytest-real-time", ["-m", "real_time"]),
    ):
        junit = ROOT / "build" / f"{name}.xml"
        tally += _run_and_count([*command, *selection, "--junit-xml", str(junit)], junit)
    return tally


def _run_and_count(command: Sequence[str], junit: Path) -> Tally:
    """Run a test tool that writes its results to the file. One that fails without saying in which
    test is one failure.
    """
    junit.unlink(missing_ok=True)
    done = subprocess.run(command, cwd=ROOT)
    tally = tally_of_junit(junit) if junit.exists() else Tally()
    if done.returncode != 0 and not tally.failures:
        said = f"ends with {done.returncode} and names no test; see what it printed"
        tally += Tally.failure(command[0], said)
    return tally
