# SPDX-License-Identifier: MIT
"""The bytes that the codec's own tests hold it to, read from their sources: nothing is copied."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WIRE_VECTORS = ROOT / "tests/protocol/wire-vectors.h"
CIPHER_VECTORS = ROOT / "tests/agent/aes-gcm-cipher-test.cc"
STREAM_VECTORS = ROOT / "tests/protocol/stream-scanner-test.cc"
CAPTURES = ROOT / "tests/agent/captures"

_CONSTANT = re.compile(r'constexpr std::string_view (\w+) =\s*((?:"[0-9a-f]*"\s*)+);')
_VECTOR = re.compile(r'\{"([^"]+)",\s*(?:([A-Z_]+)|"([0-9a-f]+)"),')


def constants(file: Path) -> dict[str, bytes]:
    """Every constant of a source file that is hexadecimal, by its name."""
    return {
        name: bytes.fromhex("".join(re.findall(r'"([0-9a-f]*)"', text)))
        for name, text in _CONSTANT.findall(file.read_text())
    }


def messages() -> dict[str, bytes]:
    """The vectors of memberlist's messages, by what they are."""
    named = constants(WIRE_VECTORS)
    return {
        name: named[constant] if constant else bytes.fromhex(text)
        for name, constant, text in _VECTOR.findall(WIRE_VECTORS.read_text())
    }


@dataclass
class Captured:
    """One line of a capture file, and what it says in words."""

    inbound: bool
    shape: str
    bytes: bytes
    words: str


@dataclass
class CaptureFile:
    """What passed between an agent of ours and a real one."""

    name: str
    key: bytes | None = None
    messages: list[Captured] = field(default_factory=list)


def capture_files() -> list[CaptureFile]:
    """tests/agent/capture/captured.h has the form."""
    files = []
    for path in sorted(CAPTURES.glob("*.txt")):
        file = CaptureFile(path.stem)
        for line in path.read_text().splitlines():
            words = line.split()
            if not words or words[0] in ("#", "compression"):
                continue
            if words[0] == "key":
                file.key = base64.b64decode(words[1])
            elif line.startswith("  "):
                file.messages[-1].words = line.strip()
            else:
                message = bytes.fromhex(words[2])
                file.messages.append(Captured(words[0] == "in", words[1], message, ""))
        files.append(file)
    return files
