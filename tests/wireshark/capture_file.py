# SPDX-License-Identifier: MIT
"""Writes captures: datagrams and streams between loopback addresses, as pcapng with bare IPv4.

A stream is a whole conversation of TCP, cut into segments as a test wants, so that what reassembles
them has work to do.
"""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass, field
from pathlib import Path

RAW_IP = 101
"""pcapng's link type: packets begin by the IP header."""
UDP, TCP = 17, 6
SYN, FIN, ACK, PUSH = 0x02, 0x01, 0x10, 0x08
PORT = 7946


@dataclass(frozen=True)
class End:
    """An address and a port."""

    address: str
    port: int = PORT


A = End("127.0.0.1")
B = End("127.0.0.2")


def _block(kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    size = len(body) + 12
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def _checksum(data: bytes) -> int:
    words = struct.unpack(f">{len(data) // 2}H", data)
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _ip(source: End, destination: End, protocol: int, payload: bytes) -> bytes:
    ends = b"".join(ipaddress.ip_address(end.address).packed for end in (source, destination))
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0) + ends
    return head[:10] + struct.pack(">H", _checksum(head)) + head[12:] + payload


def datagram(payload: bytes, source: End = A, destination: End = B) -> bytes:
    """A UDP packet, without the checksum that IPv4 lets go."""
    head = struct.pack(">HHHH", source.port, destination.port, 8 + len(payload), 0)
    return _ip(source, destination, UDP, head + payload)


def _segment(ends: tuple[End, End], sent: int, seen: int, flags: int, data: bytes = b"") -> bytes:
    source, destination = ends
    head = struct.pack(
        ">HHIIBBHHH", source.port, destination.port, sent, seen, 0x50, flags, 65535, 0, 0
    )
    return _ip(source, destination, TCP, head + data)


@dataclass
class Capture:
    """Packets in order; `frames` of a message says as which frame it is shown."""

    packets: list[bytes] = field(default_factory=list)
    dialers: int = 0

    def add(self, packet: bytes) -> int:
        """The number of its frame, from 1."""
        self.packets.append(packet)
        return len(self.packets)

    def datagram(self, payload: bytes, source: End = A, destination: End = B) -> int:
        return self.add(datagram(payload, source, destination))

    def stream(
        self, request: bytes, answer: bytes = b"", most: int = 1 << 15, listener: End = B
    ) -> tuple[int, int]:
        """A conversation: the frames in which request and answer are whole. `most` bytes a segment."""
        self.dialers += 1
        there = (End("127.0.0.1", 20000 + self.dialers % 40000), listener)
        back = (there[1], there[0])
        sent, answered = 1000, 5000
        self.add(_segment(there, sent, 0, SYN))
        self.add(_segment(back, answered, sent + 1, SYN | ACK))
        self.add(_segment(there, sent + 1, answered + 1, ACK))
        places = [0, 0]
        for i, (ends, data) in enumerate(((there, request), (back, answer))):
            own, other = (sent, answered) if i == 0 else (answered, sent + len(request))
            for at in range(0, len(data), most):
                piece = data[at : at + most]
                flags = ACK | PUSH
                places[i] = self.add(_segment(ends, own + 1 + at, other + 1, flags, piece))
        ends_at = (sent + 1 + len(request), answered + 1 + len(answer))
        self.add(_segment(back, ends_at[1], ends_at[0], FIN | ACK))
        self.add(_segment(there, ends_at[0], ends_at[1] + 1, FIN | ACK))
        return places[0], places[1]

    def write(self, file: Path) -> Path:
        """A millisecond apart."""
        blocks = [
            _block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
            _block(1, struct.pack("<HHI", RAW_IP, 0, 0)),
        ]
        for i, packet in enumerate(self.packets):
            micros = 1_700_000_000_000_000 + 1000 * i
            head = struct.pack("<IIIII", 0, micros >> 32, micros & 0xFFFFFFFF, *[len(packet)] * 2)
            blocks.append(_block(6, head + packet))
        file.write_bytes(b"".join(blocks))
        return file
