# SPDX-License-Identifier: MIT
"""Compresses as Go's compress/lzw does, for packets of any size; and writes what other writers may."""

from __future__ import annotations

CLEAR, END, LAST = 256, 257, 4095


class CodeWriter:
    """Codes of any width, least significant bit first."""

    def __init__(self) -> None:
        self.whole = bytearray()
        self.bits = 0
        self.count = 0

    def put(self, code: int, width: int) -> None:
        self.bits |= code << self.count
        self.count += width
        while self.count >= 8:
            self.whole.append(self.bits & 0xFF)
            self.bits >>= 8
            self.count -= 8

    def bytes(self) -> bytes:
        return bytes(self.whole) + (bytes([self.bits]) if self.count else b"")


def compress(data: bytes, clears: bool = True, begins_by_clear: bool = True) -> bytes:
    """@param clears: whether strings are forgotten once all codes are given out, as Go does"""
    out = CodeWriter()
    strings: dict[bytes, int] = {}
    last, width = END, 9
    if begins_by_clear:
        out.put(CLEAR, 9)

    def take_number() -> bool:
        nonlocal last, width
        if last >= LAST and not clears:
            return False
        last += 1
        if last >> width and width < 12:
            width += 1
        return True

    before = b""
    for value in data:
        longer = before + bytes([value])
        if len(longer) == 1 or longer in strings:
            before = longer
            continue
        out.put(before[0] if len(before) == 1 else strings[before], width)
        if take_number():
            if last == LAST and clears:
                out.put(CLEAR, width)
                strings, last, width = {}, END, 9
            else:
                strings[longer] = last
        before = longer[-1:]
    if before:
        out.put(before[0] if len(before) == 1 else strings[before], width)
        if take_number() and last == LAST and clears:
            out.put(CLEAR, width)
            width = 9
    out.put(END, width)
    return out.bytes()


def bomb(codes: int) -> bytes:
    """Zeros, each code one more than the one before, and the longest string again and again."""
    out = CodeWriter()
    for i in range(codes):
        last = min(END + i, LAST)
        out.put(0 if i == 0 else last, min(max(last.bit_length(), 9), 12))
    out.put(END, 12)
    return wrapped(out.bytes())


def message(data: bytes, **habits: bool) -> bytes:
    """memberlist's compressed message."""
    return wrapped(compress(data, **habits))


def wrapped(packed: bytes) -> bytes:
    return b"\x09\x82\xa4Algo\x00\xa3Buf\xdb" + len(packed).to_bytes(4, "big") + packed


def lcg(size: int, mask: int) -> bytes:
    """The generator of the codec's vectors."""
    out, x = bytearray(), 12345
    for _ in range(size):
        x = (x * 1664525 + 1013904223) & 0xFFFFFFFF
        out.append(x >> 24 & mask)
    return bytes(out)
