# SPDX-License-Identifier: MIT
"""What is around messages: label, encryption by keys of the preferences, CRC, compression."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import lzw
from capture_file import Capture
from shark import Frame, Shark
from vectors import CIPHER_VECTORS, constants, messages

SEALED = constants(CIPHER_VECTORS)
KEYS = "0123456789abcdef,0123456789abcdef01234567,0123456789abcdef0123456789abcdef".split(",")
HEX_KEYS = ",".join(key.encode().hex() for key in KEYS)


def _read(shark: Shark, path: Path, capture: Capture, *options: str) -> list[Frame]:
    return shark.read(capture.write(path), *options)


@pytest.mark.parametrize(
    ("name", "key", "version"),
    [
        ("UNPADDED_HEX", "1", "1"),
        ("PADDED_HEX", "1", "0"),
        ("LABELED_HEX", "1", "1"),
        ("AES_192_HEX", "2", "1"),
        ("AES_256_HEX", "3", "1"),
    ],
)
def test_opens_the_ciphers_vectors(
    shark: Shark, capture_path: Path, name: str, key: str, version: str
) -> None:
    capture = Capture()
    capture.datagram(SEALED[name])
    (frame,) = _read(shark, capture_path, capture, "-o", f"swim.keys:{HEX_KEYS}")
    assert frame.said() == []
    assert frame.value("swim.encryption.key") == key
    assert frame.value("swim.encryption.version") == version
    assert (frame.value("swim.suspect.node"), frame.value("swim.suspect.from")) == ("b", "a")
    assert frame.value("swim.label") == ("blah" if name == "LABELED_HEX" else None)


def test_opens_streams_to_whose_tag_the_frame_and_the_label_belong(
    shark: Shark, capture_path: Path
) -> None:
    """A labelled cluster's answer has no label in it, and is sealed with it."""
    label = SEALED["LABELED_HEX"][:6]
    capture = Capture()
    places = [
        capture.stream(SEALED["STREAM_PING_HEX"], most=40)[0],
        capture.stream(SEALED["PADDED_STREAM_PING_HEX"], most=7)[0],
        capture.stream(label + SEALED["LABELED_STREAM_PING_HEX"])[0],
        capture.stream(b"", SEALED["LABELED_STREAM_PING_HEX"])[1],
    ]
    frames = _read(shark, capture_path, capture, "-o", f"swim.keys:{HEX_KEYS}")
    for at in places:
        assert frames[at - 1].value("swim.ping.seq") == "42", at
        assert frames[at - 1].said() == [], at


def test_takes_the_label_from_the_preferences_where_no_packet_shows_it(
    shark: Shark, capture_path: Path
) -> None:
    capture = Capture()
    capture.datagram(SEALED["LABELED_HEX"][6:])
    keys = ["-o", f"swim.keys:{HEX_KEYS}"]
    (frame,) = _read(shark, capture_path, capture, *keys)
    assert frame.fields("swim.undecryptable")
    (frame,) = _read(shark, capture_path, capture, *keys, "-o", "swim.label:blah")
    assert frame.value("swim.suspect.node") == "b"


def test_says_why_an_envelope_stays_closed(shark: Shark, capture_path: Path) -> None:
    capture = Capture()
    capture.datagram(SEALED["UNPADDED_HEX"])
    (frame,) = _read(shark, capture_path, capture)
    assert frame.fields("swim.no_key") and not frame.fields("swim.undecryptable")
    (frame,) = _read(shark, capture_path, capture, "-o", "swim.keys:" + "00" * 16)
    assert frame.fields("swim.undecryptable") and not frame.fields("swim.suspect")
    (frame,) = _read(shark, capture_path, capture, "-o", "swim.keys:abcd==,AAAA")
    said = " ".join(frame.said())
    assert "Key 1 is neither base64 nor hexadecimal" in said and "Key 2 has 3 bytes" in said


def test_no_changed_byte_passes_the_tag(shark: Shark, capture_path: Path) -> None:
    whole = SEALED["UNPADDED_HEX"]
    capture = Capture()
    for at in range(1, len(whole)):
        capture.datagram(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
    frames = _read(shark, capture_path, capture, "-o", f"swim.keys:{HEX_KEYS}")
    assert len(frames) == len(whole) - 1
    assert all(frame.fields("swim.undecryptable") for frame in frames)
    assert not any(frame.fields("swim.suspect") for frame in frames)


def test_a_cluster_that_moves_to_encryption_is_read_in_both_forms(
    shark: Shark, capture_path: Path
) -> None:
    """A plain ping begins like an envelope of version 0, a ping-req like one of version 1."""
    capture = Capture()
    for payload in (messages()["ping"], SEALED["UNPADDED_HEX"], messages()["ping-req"]):
        capture.datagram(payload)
    frames = _read(shark, capture_path, capture, "-o", f"swim.keys:{HEX_KEYS}")
    assert [frame.said() for frame in frames] == [[], [], []]
    assert [bool(frame.fields("swim.encryption")) for frame in frames] == [False, True, False]


def test_a_wrong_crc_is_marked_and_the_right_one_named(shark: Shark, capture_path: Path) -> None:
    whole = messages()["CRC frame of alive"]
    capture = Capture()
    capture.datagram(whole[:-1] + b"\x06")
    (frame,) = _read(shark, capture_path, capture)
    assert frame.value("swim.crc.correct") == "0" and frame.fields("swim.wrong_crc")
    assert frame.value("swim.crc") == "0x889ea030" != frame.value("swim.crc.calculated")
    assert frame.value("swim.alive.node") == "b", "what it says is of interest all the same"


LENGTHS = (1, 255, 256, 257, 1000, 3837, 3838, 3839, 3840, 3841, 20000)


@pytest.fixture(scope="module")
def inflated(shark: Shark, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[bytes, Frame]]:
    """User messages of every length at which codes grow, run out or start again."""
    texts = [lzw.lcg(size, mask) for size in LENGTHS for mask in (255, 3)]
    texts += [b"z" * 50000, random.Random(1).randbytes(40000)]
    capture = Capture()
    for text in texts:
        capture.datagram(lzw.message(b"\x08" + text))
    for text in texts:  # as other writers do
        capture.datagram(lzw.message(b"\x08" + text, clears=False, begins_by_clear=False))
    path = capture.write(tmp_path_factory.mktemp("lzw") / "lzw.pcapng")
    return list(zip(texts * 2, shark.read(path)))


def test_decompresses_what_go_compresses_byte_for_byte(inflated: list[tuple[bytes, Frame]]) -> None:
    for text, frame in inflated:
        assert frame.said() == [], len(text)
        assert frame.value("swim.compression.length") == str(len(text) + 1)
        assert frame.bytes_of("swim.user.data") == text


def test_every_truncation_of_what_is_compressed_is_marked(shark: Shark, capture_path: Path) -> None:
    whole = lzw.compress(b"\x08" + lzw.lcg(300, 3))
    capture = Capture()
    for size in range(len(whole)):
        head = b"\x09\x82\xa4Algo\x00\xa3Buf\xda" + size.to_bytes(2, "big")
        capture.datagram(head + whole[:size])
    frames = _read(shark, capture_path, capture)
    assert all(frame.fields("swim.malformed") for frame in frames)


def test_a_bomb_is_not_set_off(shark: Shark, capture_path: Path) -> None:
    """60 kB that would become a hundred megabytes; and what is nested too deeply."""
    bomb = lzw.bomb(40_000)
    assert len(bomb) < 65000
    inner = lzw.message(b"\x08" + bytes(100_000))
    capture = Capture()
    capture.datagram(bomb)
    capture.datagram(lzw.message(inner))
    frames = _read(shark, capture_path, capture)
    assert frames[0].fields("swim.too_large") and not frames[0].fields("swim.user")
    assert len(frames[1].bytes_of("swim.user.data")) == 100_000
    nested = messages()["nack"]
    for _ in range(20):
        nested = b"\x07\x01" + len(nested).to_bytes(2, "big") + nested
    capture = Capture()
    capture.datagram(nested)
    (frame,) = _read(shark, capture_path, capture)
    assert frame.fields("swim.too_deep")
