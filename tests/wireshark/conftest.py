# SPDX-License-Identifier: GPL-2.0-only
"""tshark, with the dissector installed as ./swimlab wireshark --install does."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign import wireshark
from shark import TSHARK, Shark


@pytest.fixture(scope="session")
def shark(tmp_path_factory: pytest.TempPathFactory) -> Shark:
    if TSHARK is None:
        pytest.skip("there is no tshark; ./swimlab test --all installs it")
    home = tmp_path_factory.mktemp("home")
    plugin = home / wireshark.DEFAULT_FOLDER / wireshark.NAME
    plugin.parent.mkdir(parents=True)
    plugin.write_text(wireshark.bundle())
    return Shark(home)


@pytest.fixture
def capture_path(tmp_path: Path) -> Path:
    return tmp_path / "capture.pcapng"
