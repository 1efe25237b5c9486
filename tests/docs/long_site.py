# SPDX-License-Identifier: GPL-2.0-only
"""The whole site: made without a warning, with every link leading somewhere, and searchable."""

import importlib.util
import shutil
from pathlib import Path

import pytest

from campaign.build import ROOT, Build
from campaign.docs import tables
from campaign.docs.command import build_docs

BUILD = Build(ROOT / "build")


def test_site_is_made_without_a_warning(tmp_path: Path) -> None:
    for module in ("sphinx", "myst_parser", "breathe", "furo"):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed; ./swimlab docs installs it")
    for tool in ("doxygen", "dot"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed; ./swimlab docs installs it")
    if not BUILD.program(tables.PROGRAM).exists():
        pytest.skip(f"build/{tables.PROGRAM} is not built; ./swimlab test builds it")
    build_docs(tmp_path, BUILD)
    html = tmp_path / "html"
    text = (html / "reference" / "parameters.html").read_text()
    assert "suspicion_mult" in text and "memberlist SuspicionMult" in text
    assert "swim::Agent" in (html / "reference/api-library/include-swim-agent.html").read_text()
    assert "suspicion" in (html / "searchindex.js").read_text()
