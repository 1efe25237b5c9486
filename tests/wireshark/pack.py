# SPDX-License-Identifier: MIT
"""Writes msgpack as go-msgpack 0.5.5 does: text and bytes by the old str family, keys in order."""

from __future__ import annotations

import struct
from typing import Any


def _text(value: bytes) -> bytes:
    size = len(value)
    if size < 32:
        return bytes([0xA0 | size]) + value
    if size < 1 << 16:
        return b"\xda" + size.to_bytes(2, "big") + value
    return b"\xdb" + size.to_bytes(4, "big") + value


def _number(value: int) -> bytes:
    if value < 0:
        return b"\xd3" + value.to_bytes(8, "big", signed=True)
    if value < 128:
        return bytes([value])
    for head, width in ((0xCC, 1), (0xCD, 2), (0xCE, 4), (0xCF, 8)):
        if value < 1 << 8 * width:
            return bytes([head]) + value.to_bytes(width, "big")
    raise ValueError(value)


def pack(value: Any) -> bytes:
    """None, bool, int, float, str, bytes, list and dict."""
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return _number(value)
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, str):
        return _text(value.encode())
    if isinstance(value, bytes):
        return _text(value)
    if isinstance(value, list):
        head = b"\xdc" + len(value).to_bytes(2, "big") if len(value) > 15 else b""
        return (head or bytes([0x90 | len(value)])) + b"".join(map(pack, value))
    parts = b"".join(pack(key) + pack(value[key]) for key in sorted(value))
    head = b"\xde" + len(value).to_bytes(2, "big") if len(value) > 15 else b""
    return (head or bytes([0x80 | len(value)])) + parts
