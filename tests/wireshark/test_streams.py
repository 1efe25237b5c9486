# SPDX-License-Identifier: MIT
"""Messages on streams: whole however they are cut, and nothing that anybody sends goes on for ever."""

from __future__ import annotations

import time
from pathlib import Path

import lzw
from capture_file import Capture
from shark import Shark
from vectors import CIPHER_VECTORS, STREAM_VECTORS, constants, messages

ROW = messages()["state of a live member"]
KEY = "0123456789abcdef".encode().hex()


def push_pull(rows: bytes, count: int, state: bytes = b"", announced: int | None = None) -> bytes:
    size = len(state) if announced is None else announced
    head = b"\x06\x83\xa4Join\xc3\xa5Nodes\xce" + count.to_bytes(4, "big")
    return head + b"\xacUserStateLen\xce" + size.to_bytes(4, "big") + rows + state


def requests() -> dict[str, bytes]:
    """One of each kind of message that a stream may carry, and of each envelope."""
    named = constants(STREAM_VECTORS)
    whole = push_pull(ROW * 3, 3, b"\x01\x02\x03")
    return {
        "swim.error.text": named["ERROR_HEX"],
        "swim.user.data": named["USER_HEX"],
        "swim.ack.seq": named["ACK_HEX"],
        "swim.ping.seq": messages()["ping"],
        "swim.push_pull.user_state": whole,
        "swim.compression.length": lzw.message(whole),
        "swim.label": b"\xf4\x04blah" + whole,
        "swim.encryption.key": constants(CIPHER_VECTORS)["STREAM_PING_HEX"],
    }


def test_puts_a_message_together_from_segments_of_any_size(
    shark: Shark, capture_path: Path
) -> None:
    capture = Capture()
    places = [
        (field, most, capture.stream(message, most=most)[0])
        for field, message in requests().items()
        for most in (1, 2, 3, 60, 1 << 15)
    ]
    frames = shark.read(capture.write(capture_path), "-o", f"swim.keys:{KEY}")
    for field, most, at in places:
        frame = frames[at - 1]
        assert frame.values(field), (field, most)
        assert frame.said() == [], (field, most)
    shown = {frame.number for frame in frames if frame.swim is not None}
    assert shown == {at for _, _, at in places}, "a message is shown once, where it is whole"


def test_request_and_answer_of_a_connection_are_both_shown(
    shark: Shark, capture_path: Path
) -> None:
    capture = Capture()
    question = push_pull(ROW, 1)
    answer = push_pull(ROW * 2, 2)
    one, other = capture.stream(question, answer, most=70)
    frames = shark.read(capture.write(capture_path))
    assert frames[one - 1].value("swim.push_pull.nodes") == "1"
    assert frames[other - 1].value("swim.push_pull.nodes") == "2"


def test_marks_what_can_become_no_message(shark: Shark, capture_path: Path) -> None:
    """As the codec's scanner of streams refuses it."""
    refused = """03 00c1 06a0 0681a54e6f646573ff 0681a54e6f646573ce00100001
        0681ac5573657253746174654c656ece01400001 0681a54e6f64657301c1 0881aa557365724d73674c656eff
        0881aa557365724d73674c656ece01400001 08a0 0a01400001 f400 f40161f40161 09c1""".split()
    capture = Capture()
    places = [capture.stream(bytes.fromhex(form))[0] for form in refused]
    frames = shark.read(capture.write(capture_path))
    for form, at in zip(refused, places):
        assert frames[at - 1].fields("swim.malformed") or frames[at - 1].fields(
            "swim.unknown_type"
        ), form


def test_takes_the_signed_lengths_of_later_codecs(shark: Shark, capture_path: Path) -> None:
    head = bytes.fromhex("0683a44a6f696ec2a54e6f64657300ac5573657253746174654c656ed100c8")
    capture = Capture()
    at, _ = capture.stream(head + bytes(200), most=50)
    frame = shark.read(capture.write(capture_path))[at - 1]
    assert frame.value("swim.push_pull.state_length") == "200" and frame.said() == []


def test_marks_an_unknown_state_and_notes_what_is_behind_a_message(
    shark: Shark, capture_path: Path
) -> None:
    capture = Capture()
    unknown, _ = capture.stream(push_pull(ROW.replace(b"State\x00", b"State\x04"), 1))
    behind, _ = capture.stream(messages()["ping"] + b"more")
    frames = shark.read(capture.write(capture_path))
    assert any("State: 4 is unknown" in said for said in frames[unknown - 1].said())
    assert frames[behind - 1].fields("swim.trailing") and not frames[behind - 1].marks()


def test_a_table_of_a_thousand_members_is_shown_whole(shark: Shark, capture_path: Path) -> None:
    rows = b"".join(ROW.replace(b"\xa1b", b"\xa5m%04d" % i) for i in range(1000))
    capture = Capture()
    at, _ = capture.stream(push_pull(rows, 1000), most=1460)
    frame = shark.read(capture.write(capture_path))[at - 1]
    assert frame.values("swim.push_pull.member.node") == [f"m{i:04d}" for i in range(1000)]


def test_tables_and_bombs_without_measure_end_soon(shark: Shark, capture_path: Path) -> None:
    """A million rows of one byte; a bomb by stream; a frame whose rest never comes."""
    capture = Capture()
    million, _ = capture.stream(push_pull(b"\x80" * 1_000_000, 1_000_000))
    bomb, _ = capture.stream(lzw.bomb(40_000))
    capture.stream(b"\x0a\x01\x3f\xff\xff\x01" + bytes(100_000), most=1460)
    capture.stream(push_pull(ROW, 1_048_576), most=100)
    start = time.monotonic()
    frames = shark.read(capture.write(capture_path), "-o", f"swim.keys:{KEY}")
    assert time.monotonic() - start < 120, "a guard against hanging, far from what it takes"
    assert frames[million - 1].fields("swim.too_many")
    assert frames[bomb - 1].fields("swim.too_large")
