# SPDX-License-Identifier: GPL-2.0-only
"""The example of docs/tutorial/own-metric.md counts what it says."""

import subprocess
import sys
from pathlib import Path

from run_tables import RunTable

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "own_metric.py"


def test_counts_who_accuses_a_crashed_member_by_itself(tmp_path: Path) -> None:
    table = RunTable().says(1, "m2", "suspect", "m3").truth(5, "crash", "m3")
    table.says(6, "m0 m1", "suspect", "m3", source="m0").says(8, "m2", "suspect", "m3")
    folder = table.truth(9, "crash", "m1").write(tmp_path)
    done = subprocess.run([sys.executable, EXAMPLE, folder], capture_output=True, text=True)
    assert done.stdout == "m3 2\nm1 0\n"
