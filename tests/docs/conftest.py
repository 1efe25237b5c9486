# SPDX-License-Identifier: GPL-2.0-only
"""What several tests of the documentation need: the code's tables."""

import pytest

from campaign.build import ROOT, Build
from campaign.docs import tables


@pytest.fixture(scope="session")
def reference() -> tables.Tables:
    build = Build(ROOT / "build")
    if not build.program(tables.PROGRAM).exists():
        pytest.skip(f"build/{tables.PROGRAM} is not built; ./swimlab test builds it")
    return tables.read(build)
