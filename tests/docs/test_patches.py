# SPDX-License-Identifier: GPL-2.0-only
"""The tutorial's patches apply to the code as it is."""

import subprocess
from pathlib import Path

import pytest

from campaign.build import ROOT

PATCHES = sorted((ROOT / "docs" / "tutorial").rglob("*.patch"))


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_patch_applies(patch: Path) -> None:
    done = subprocess.run(
        ["git", "apply", "--check", patch], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
