# SPDX-License-Identifier: MIT
"""What passed between our agents, real Serf and real memberlist, and what the codec says of it: the
dissector says the same, of each message.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from capture_file import Capture
from shark import Frame, Shark
from vectors import Captured, CaptureFile, capture_files
from words import words_of

FILES = capture_files()
SEGMENT = 100
"""Bytes of a segment: each push/pull comes in several."""


def _add(capture: Capture, message: Captured) -> int:
    if message.shape == "datagram":
        return capture.datagram(message.bytes)
    if message.shape == "request":
        return capture.stream(message.bytes, most=SEGMENT)[0]
    return capture.stream(b"", message.bytes, most=SEGMENT)[1]


@pytest.fixture(scope="module")
def shown(
    shark: Shark, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple[Captured, Frame]]]:
    """Each file's messages beside what tshark makes of them, all in one capture."""
    capture = Capture()
    places = {file.name: [_add(capture, message) for message in file.messages] for file in FILES}
    keys = {file.key.hex() for file in FILES if file.key}
    path = capture.write(tmp_path_factory.mktemp("captures") / "all.pcapng")
    frames = shark.read(path, "-o", f"swim.keys:{','.join(sorted(keys))}")
    return {
        file.name: [
            (message, frames[at - 1]) for message, at in zip(file.messages, places[file.name])
        ]
        for file in FILES
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_says_what_the_codec_says(
    shown: dict[str, list[tuple[Captured, Frame]]], file: CaptureFile
) -> None:
    assert len(shown[file.name]) > 40
    for message, frame in shown[file.name]:
        assert words_of(frame) == message.words.rstrip(), message.bytes.hex()


def test_finds_no_fault_in_what_real_members_say(
    shown: dict[str, list[tuple[Captured, Frame]]],
) -> None:
    faults = {
        message.bytes.hex(): frame.said()
        for pairs in shown.values()
        for message, frame in pairs
        if frame.said()
    }
    assert faults == {}


def test_understands_what_serf_says_inside(
    shown: dict[str, list[tuple[Captured, Frame]]],
) -> None:
    """Tags, coordinates, intents, events and clocks: none is left as bytes."""
    frames = [frame for name in ("serf", "serf-sealed") for _, frame in shown[name]]
    for name in ("serf.tag", "serf.coordinate.error", "serf.ltime", "serf.event.name"):
        assert any(frame.values(name) for frame in frames), name
    for frame in frames:
        users = frame.fields("swim.user.data") + frame.fields("swim.push_pull.user_state")
        assert all(user.find("field[@name='serf.type']") is not None for user in users)
    assert {"deploy", "rollback"} <= {v for f in frames for v in f.values("serf.event.name")}
