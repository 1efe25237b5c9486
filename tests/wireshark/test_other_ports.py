# SPDX-License-Identifier: MIT
"""Ports: by preference, and elsewhere by what a message looks like, without taking others' packets."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import lzw
from capture_file import Capture, End
from shark import Shark
from test_streams import ROW, push_pull
from vectors import CIPHER_VECTORS, capture_files, constants, messages

HERE, THERE = End("127.0.0.1", 18001), End("127.0.0.2", 18002)
KEY = "0123456789abcdef".encode().hex()
OTHERS = [
    bytes.fromhex("12340100000100000000000003777777076578616d706c6503636f6d0000010001"),  # DNS
    bytes.fromhex("1b00") + bytes(46),  # NTP
    b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12),  # STUN
    b"\x80\x60" + bytes(30),  # RTP
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"\x08hello",
    bytes(100),
    b"\x00" + bytes(range(100)),
    b"\x82\xa1a\x01\xa1b\x02",  # any msgpack
    b"\x00\x81\xa1a\x01",  # and what a ping begins by
]


def test_recognises_messages_at_any_port(shark: Shark, capture_path: Path) -> None:
    capture = Capture()
    ours = [
        capture.datagram(vector, HERE, THERE)
        for name, vector in messages().items()
        if not name.startswith(("state of", "push/pull"))
    ]
    ours.append(capture.datagram(constants(CIPHER_VECTORS)["UNPADDED_HEX"], HERE, THERE))
    table = push_pull(ROW * 50, 50)
    for message in (table, lzw.message(table), constants(CIPHER_VECTORS)["STREAM_PING_HEX"]):
        ours.append(capture.stream(message, most=90, listener=THERE)[0])
    frames = shark.read(capture.write(capture_path), "-o", f"swim.keys:{KEY}")
    missed = [at for at in ours if frames[at - 1].swim is None]
    assert missed == []


def test_recognises_what_real_members_say(shark: Shark, capture_path: Path) -> None:
    """All but user messages without a CRC, which any bytes may be."""
    plain = [file for file in capture_files() if not file.key]
    datagrams = [m for file in plain for m in file.messages if m.shape == "datagram"]
    capture = Capture()
    for i, message in enumerate(datagrams):
        capture.datagram(message.bytes, HERE, End("127.0.0.9", 18000 + i))
    frames = shark.read(capture.write(capture_path))
    missed = [m.words for m, frame in zip(datagrams, frames) if frame.swim is None]
    assert len(datagrams) > 100
    assert [words for words in missed if not words.startswith(("user", "compound(user"))] == []


def test_leaves_others_packets_alone(shark: Shark, capture_path: Path) -> None:
    random_bytes = random.Random(20)
    capture = Capture()
    for other in OTHERS:
        capture.datagram(other, HERE, THERE)
        capture.stream(other, listener=THERE)
    for i in range(3000):
        first = bytes([random_bytes.choice((0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 244))])
        size = random_bytes.randrange(1, 200)
        capture.datagram(first + random_bytes.randbytes(size), HERE, End("127.0.0.2", 20000 + i))
    frames = shark.read(capture.write(capture_path), "-o", f"swim.keys:{KEY}")
    assert len(frames) > 3000
    assert [frame.number for frame in frames if frame.swim is not None] == []


@pytest.mark.parametrize("ports", ["8301-8302,7946", "8302"])
def test_listens_at_the_ports_of_the_preference(
    shark: Shark, capture_path: Path, ports: str
) -> None:
    """A message that is nothing but bytes is recognised by its port alone."""
    capture = Capture()
    capture.datagram(b"\x08hello", HERE, End("127.0.0.2", 8302))
    capture.datagram(b"\x08hello", HERE, End("127.0.0.2", 7946))
    frames = shark.read(capture.write(capture_path), "-o", f"swim.ports:{ports}")
    assert frames[0].swim is not None
    assert (frames[1].swim is not None) == ("7946" in ports)
