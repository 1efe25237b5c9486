# SPDX-License-Identifier: MIT
"""Damages packets: seeded, so that each run has the same ones."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator

import lzw
from vectors import messages

CRC, COMPRESSED = 12, 9


def _flip(source: random.Random, data: bytearray) -> None:
    data[source.randrange(len(data))] ^= 1 << source.randrange(8)


def _replace(source: random.Random, data: bytearray) -> None:
    """By bytes that mean something to msgpack or to a layer."""
    telling = (
        b"\x00\x01\x07\x09\x0c\x80\x8f\x90\xa0\xbf\xc0\xc1\xc4\xcc\xcf\xd3\xda\xdb\xdf\xf4\xff"
    )
    data[source.randrange(len(data))] = source.choice(telling)


def _cut(source: random.Random, data: bytearray) -> None:
    del data[source.randrange(len(data)) :]


def _drop(source: random.Random, data: bytearray) -> None:
    at = source.randrange(len(data))
    del data[at : at + source.randint(1, 4)]


def _insert(source: random.Random, data: bytearray) -> None:
    at = source.randrange(len(data) + 1)
    data[at:at] = source.randbytes(source.randint(1, 4))


def _repeat(source: random.Random, data: bytearray) -> None:
    at = source.randrange(len(data))
    data[at:at] = data[at : at + source.randint(1, 40)]


_WAYS: tuple[Callable[[random.Random, bytearray], None], ...] = (
    _flip,
    _flip,
    _replace,
    _replace,
    _cut,
    _drop,
    _insert,
    _repeat,
)


def damaged(source: random.Random, data: bytes) -> bytes:
    """One to three changes; never nothing."""
    changed = bytearray(data)
    for _ in range(source.choice((1, 1, 1, 2, 3))):
        if changed:
            source.choice(_WAYS)(source, changed)
    return bytes(changed) or b"\x00"


def with_right_crc(message: bytes) -> bytes:
    return bytes([CRC]) + zlib.crc32(message).to_bytes(4, "big") + message


def damaged_inside(source: random.Random, message: bytes) -> bytes:
    """The damage below a layer that is itself right: a CRC, a compression, both."""
    inner = damaged(source, message)
    if source.random() < 0.5:
        inner = lzw.message(inner)
    return with_right_crc(inner) if source.random() < 0.5 else inner


def datagrams(seed: int, count: int, originals: list[bytes]) -> Iterator[bytes]:
    """Half of them damaged outside, half below the layers."""
    source = random.Random(seed)
    inner = [vector for name, vector in messages().items() if not name.startswith("state of")]
    for i in range(count):
        if i % 2:
            yield damaged(source, source.choice(originals))
        else:
            yield damaged_inside(source, source.choice(inner))
