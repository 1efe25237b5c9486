# SPDX-License-Identifier: GPL-2.0-only
"""Command line: `python3 -m analysis.advice DIR`, where DIR has the folders of the studies of studies/advice."""

from __future__ import annotations

import sys
from pathlib import Path

from analysis.advice.make import make
from analysis.run.records import RecordError

if len(sys.argv) != 2:
    sys.exit(__doc__)
try:
    for name, value in make(Path(sys.argv[1])).items():
        print(f"{name}: {value}")
except RecordError as error:
    print(f"error: {error}", file=sys.stderr)
    sys.exit(2)
