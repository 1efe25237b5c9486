# SPDX-License-Identifier: GPL-2.0-only
"""Runs the protocol core's unit tests under valgrind, which sees what no other check does: a
decision that depends on memory that nobody wrote.
"""

import os
import subprocess
from pathlib import Path

from campaign.checks.tally import Tally

_TOO_LONG = ("*Statistic*", "*Cluster*", "*Seeds*", "RoundOrder.FavoursNoPlaceAndNoSuccessor")
"""Tests that simulate for long: under valgrind everything takes some twenty times as long."""


def memcheck(program: Path) -> Tally:
    """Run a GoogleTest program without its long tests; all of it is one test."""
    print(f"Running {program.name} under valgrind", flush=True)
    command = ["valgrind", "--quiet", "--error-exitcode=1", "--leak-check=full"]
    command += [str(program), "--gtest_brief=1", f"--gtest_filter=-{':'.join(_TOO_LONG)}"]
    done = subprocess.run(command, env=os.environ | {"RC_PARAMS": "seed=1"})
    if done.returncode == 0:
        return Tally(passed=1)
    said = f"valgrind objects, see what it printed; once more: {' '.join(command)}"
    return Tally.failure("memcheck", said)
