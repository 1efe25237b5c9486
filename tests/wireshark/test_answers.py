# SPDX-License-Identifier: MIT
"""Which ack answers which ping, and how long it took."""

from __future__ import annotations

from pathlib import Path

from capture_file import Capture, End
from shark import Shark
from vectors import messages

A, B, C = End("127.0.0.1"), End("127.0.0.2"), End("127.0.0.3")


def ping(number: int) -> bytes:
    return b"\x00\x82\xa4Node\xa1b\xa5SeqNo" + bytes([number])


def ack(number: int) -> bytes:
    return b"\x02\x82\xa7Payload\xc0\xa5SeqNo" + bytes([number])


def test_an_ack_names_its_ping_and_the_round_trip(shark: Shark, capture_path: Path) -> None:
    capture = Capture()
    first = capture.datagram(ping(1), A, B)
    capture.datagram(ping(1), C, B)  # another's of the same number
    answer = capture.datagram(ack(1), B, A)
    stray = capture.datagram(ack(9), B, A)
    again = capture.datagram(ping(1), A, B)
    second = capture.datagram(ack(1), B, A)
    frames = shark.read(capture.write(capture_path), two_passes=True)
    assert frames[answer - 1].value("swim.answers") == str(first)
    assert frames[answer - 1].value("swim.answer_time") == "0.002000000"
    assert frames[first - 1].value("swim.answered_in") == str(answer)
    assert frames[stray - 1].value("swim.answers") is None
    assert frames[second - 1].value("swim.answers") == str(again)


def test_what_a_relay_passes_on_answers_the_ping_req(shark: Shark, capture_path: Path) -> None:
    capture = Capture()
    asked = capture.datagram(messages()["ping-req"], A, C)
    capture.datagram(ping(7), C, B)
    capture.datagram(ack(7), B, C)
    passed = capture.datagram(ack(43), C, A)
    refused = capture.datagram(messages()["nack"], C, A)
    frames = shark.read(capture.write(capture_path))
    assert frames[passed - 1].value("swim.answers") == str(asked)
    assert frames[refused - 1].value("swim.answers") == str(asked)


def test_each_part_of_a_compound_has_its_own_answer(shark: Shark, capture_path: Path) -> None:
    parts = [ping(1), ping(2)]
    compound = bytes([7, 2]) + b"".join(len(part).to_bytes(2, "big") for part in parts)
    capture = Capture()
    both = capture.datagram(compound + b"".join(parts), A, B)
    one = capture.datagram(ack(1), B, A)
    two = capture.datagram(ack(2), B, A)
    frames = shark.read(capture.write(capture_path), two_passes=True)
    assert frames[both - 1].values("swim.answered_in") == [str(one), str(two)]
