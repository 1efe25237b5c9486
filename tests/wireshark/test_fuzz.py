# SPDX-License-Identifier: MIT
"""Thousands of mutated packets in one capture: no fault of Lua's, no packet left out, and an end.

The mutations are seeded; among them are encrypted packets with the right key, whole TCP conversations
whose segments are damaged, and bytes of chance. test_codec.py asks whether what is shown is right.
"""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from capture_file import Capture, End
from mutations import damaged, damaged_inside, datagrams
from pack import pack
from shark import Shark
from test_serf import MESSAGES
from test_streams import requests
from vectors import CIPHER_VECTORS, capture_files, constants, messages

SEED = 16
COUNT = 3000
TIMEOUT_S = 300
"""Some 15 times what it takes: only what hangs is meant."""
KEY = "0123456789abcdef".encode().hex()


def _originals() -> list[bytes]:
    found = [vector for name, vector in messages().items() if not name.startswith("state of")]
    found += [m.bytes for file in capture_files() for m in file.messages if m.shape == "datagram"]
    found += list(constants(CIPHER_VECTORS).values())
    found += [b"\x08" + message for message, _ in MESSAGES.values()]
    tags = b"\xff" + pack({"role": "web"})
    return [*found, b"\x04" + pack({"Incarnation": 1, "Meta": tags, "Node": "b"})]


def fuzzed(capture: Capture, count: int) -> None:
    """Datagrams and streams, damaged on every layer."""
    source = random.Random(SEED)
    originals = _originals()
    for packet in datagrams(SEED, count, originals):
        capture.datagram(packet)
    for _ in range(count // 4):
        packet = bytes([source.choice((0, 1, 7, 8, 9, 10, 12, 244))])
        capture.datagram(packet + source.randbytes(source.randrange(1400)))
    streams = list(requests().values())
    for file in capture_files():
        streams += [m.bytes for m in file.messages if m.shape != "datagram"]
    for _ in range(count // 4):
        one, other = source.choice(streams), source.choice(streams)
        most = source.choice((7, 50, 500, 1 << 15))
        capture.stream(damaged(source, one), source.choice((other, damaged(source, other))), most)
    for _ in range(count // 10):  # damaged outside of our protocol: IP, UDP, TCP
        at = source.randrange(len(capture.packets))
        capture.packets[at] = capture.packets[at][:28] + damaged(source, capture.packets[at][28:])
    for _ in range(count // 10):
        inner = damaged_inside(source, source.choice(originals))
        capture.datagram(inner, End("127.0.0.1", 19000), End("127.0.0.2", 19001))


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    made = Capture()
    fuzzed(made, COUNT)
    return made.write(tmp_path_factory.mktemp("fuzz") / "fuzz.pcapng"), len(made.packets)


@pytest.mark.parametrize(
    "options",
    [["-o", f"swim.keys:{KEY}", "-V"], ["-2", "-Y", "swim.malformed || swim"]],
    ids=["every field shown, with keys", "two passes and a filter, without"],
)
def test_no_mutation_stops_it(shark: Shark, capture: tuple[Path, int], options: list[str]) -> None:
    path, count = capture
    try:
        said = shark.run("-r", path, *options, timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        pytest.fail("it hangs")
    if "-V" in options:
        assert said.count("\nFrame ") + said.startswith("Frame ") == count
        assert said.count("swim.lua") == 0
    assert "malformed" in said and "ping" in said


def test_the_search_for_faults_would_find_one(shark: Shark, capture_path: Path) -> None:
    """A dissector with a planted fault: tshark goes on, and the text has what is looked for."""
    made = Capture()
    made.datagram(b"\x08hello", End("127.0.0.1", 5555), End("127.0.0.2", 5555))
    script = capture_path.with_suffix(".lua")
    script.write_text(
        'local p = Proto("planted", "Planted")\n'
        "function p.dissector(tvb) return tvb(100000, 1):uint() + nil end\n"
        'DissectorTable.get("udp.port"):add(5555, p)\n'
    )
    with pytest.raises(AssertionError, match="Lua"):
        shark.run("-r", made.write(capture_path), "-V", "-X", f"lua_script:{script}")
