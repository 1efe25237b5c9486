# SPDX-License-Identifier: GPL-2.0-only
"""However the dissector gets into Wireshark, and whichever Lua that has, it shows the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign import wireshark
from capture_file import Capture
from shark import Shark
from vectors import capture_files

KEY = "0123456789abcdef".encode().hex()
WITHOUT_BIT32 = """\
_G.bit32 = nil
dofile("{script}")
assert(require("swim.bits") == bit, "another library would be tested")
"""
"""As Wireshark with Lua 5.4, whose words of 32 bits are signed."""


def _shown(shark: Shark, capture: Path, *options: str) -> str:
    return shark.run("-r", capture, "-V", "-o", f"swim.keys:{KEY}", *options)


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Capture()
    for file in capture_files():
        for message in file.messages:
            if message.shape == "datagram":
                made.datagram(message.bytes)
            else:
                made.stream(message.bytes)
    return made.write(tmp_path_factory.mktemp("forms") / "all.pcapng")


@pytest.mark.parametrize("form", ["from the repository", "without bit32"])
def test_shows_the_same_as_where_it_is_installed(
    shark: Shark, capture: Path, tmp_path: Path, form: str
) -> None:
    script = wireshark.SOURCE / wireshark.NAME
    if form == "without bit32":
        file = tmp_path / "all.lua"
        file.write_text(wireshark.bundle())
        script = tmp_path / "swim.lua"
        script.write_text(WITHOUT_BIT32.format(script=file))
    bare = Shark(tmp_path)
    installed = _shown(shark, capture)
    assert installed.count("SWIM (memberlist): ") > 300
    assert _shown(bare, capture, "-X", f"lua_script:{script}") == installed
    assert "SWIM (memberlist)" not in bare.run("-r", capture, "-V"), "nothing else had it"
