# SPDX-License-Identifier: GPL-2.0-only
"""The dissector against the codec, on damaged packets: what the codec refuses is marked, and of what it
takes both say the same, name by name and number by number.
"""

from __future__ import annotations

import random
import re
import subprocess
from pathlib import Path

import pytest

from campaign.build import ROOT, Build
from capture_file import Capture
from mutations import damaged, datagrams
from shark import Frame, Shark
from test_streams import requests
from vectors import capture_files, messages
from words import words_of

PROGRAM = Build(ROOT / "build").folder / "tests" / "codec-words"
COUNT = 4000
LABEL = 244
MARKS = ("malformed", "unknown_type", "wrong_crc", "too_large", "too_deep")
NOT_IN_DATAGRAMS = re.compile(r"(?:.*[ (])?(?:push-pull|error)\b")
NOT_ON_STREAMS = re.compile(r"compound\(|ping-req|suspect|alive|dead|nack")
"""What the walk that writes the words takes, and a node does not."""
REFUSED, INCOMPLETE = None, ""


def judged(shape: str, packets: list[bytes]) -> list[str | None]:
    """What the codec reads in each."""
    if not PROGRAM.exists():
        pytest.skip("build/tests/codec-words is not built; ./swimlab test builds it")
    text = "".join(f"{shape} {packet.hex()}\n" for packet in packets)
    done = subprocess.run([PROGRAM], input=text, capture_output=True, text=True, check=True)
    verdicts = []
    for line in done.stdout.splitlines():
        kind, _, rest = line.partition(" ")
        said = {"words": printable(bytes.fromhex(rest)) if kind == "words" else ""}
        verdicts.append({**said, "incomplete": INCOMPLETE}.get(kind, REFUSED))
    assert len(verdicts) == len(packets)
    return verdicts


def printable(words: bytes) -> str:
    """As the dissector shows names that are no text."""
    text = words.decode("utf-8", "backslashreplace")
    return "".join(c if c >= " " and c != "\x7f" else f"\\x{ord(c):02x}" for c in text).rstrip()


def is_marked(frame: Frame) -> bool:
    return any(frame.fields(f"swim.{mark}") for mark in MARKS)


def test_judges_damaged_datagrams_as_the_codec_does(shark: Shark, capture_path: Path) -> None:
    originals = [vector for name, vector in messages().items() if not name.startswith("state")]
    for file in capture_files():
        if not file.key:
            originals += [m.bytes for m in file.messages if m.shape == "datagram"]
    packets = [p for p in datagrams(1, COUNT, originals) if p[0] != LABEL]
    capture = Capture()
    for packet in packets:
        capture.datagram(packet)
    taken = 0
    frames = shark.read(capture.write(capture_path))
    for frame, packet, words in zip(frames, packets, judged("datagram", packets)):
        if words is not None and NOT_IN_DATAGRAMS.match(words):
            words = REFUSED
        # Nothing may be left of a ping that tells it from an envelope.
        wrong = is_marked(frame) or (packet[0] < 2 and bool(frame.fields("swim.no_key")))
        assert wrong == (words is REFUSED), (packet.hex(), words, frame.said())
        if words is not None:
            taken += 1
            assert words_of(frame) == words, packet.hex()
    assert COUNT * 0.1 < taken < COUNT * 0.9, "both verdicts are to be tried"


def test_judges_damaged_streams_as_the_codec_does(shark: Shark, capture_path: Path) -> None:
    source = random.Random(2)
    originals = [m for field, m in requests().items() if field != "swim.label"]
    packets = [damaged(source, source.choice(originals)) for _ in range(COUNT // 4)]
    packets = [p for p in packets if p[0] not in (LABEL, 10)]
    capture = Capture()
    places = [capture.stream(packet)[0] for packet in packets]
    frames = shark.read(capture.write(capture_path))
    taken = 0
    for at, packet, words in zip(places, packets, judged("request", packets)):
        frame = frames[at - 1]
        if words is REFUSED:
            assert is_marked(frame), packet.hex()
        elif words == INCOMPLETE:
            # It waits for what never comes, if it does not see that no more could help.
            assert frame.swim is None or is_marked(frame), packet.hex()
        elif not NOT_ON_STREAMS.match(words):
            taken += 1
            assert words_of(frame).replace("lzw ", "") == words, packet.hex()
            assert not is_marked(frame), (packet.hex(), frame.said())
    assert taken > 100
