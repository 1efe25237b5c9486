# SPDX-License-Identifier: MIT
"""Every message of memberlist by the codec's own vectors: each field, under the name that filters use."""

from __future__ import annotations

from pathlib import Path

import pytest

from capture_file import Capture
from shark import Frame, Shark
from vectors import messages

SOURCE = {"source_address": "127.0.0.1", "source_port": "7946", "source_node": "a"}
VERSIONS = {
    "swim.version.protocol_min": "1",
    "swim.version.protocol_max": "5",
    "swim.version.protocol": "2",
    "swim.version.delegate_min": "2",
    "swim.version.delegate_max": "5",
    "swim.version.delegate": "5",
}


def of(kind: str, **values: str) -> dict[str, str]:
    return {f"swim.{kind}.{key}": value for key, value in values.items()}


def alive(meta: str) -> dict[str, str]:
    place = {"node": "b", "incarnation": "1", "address": "127.0.0.1", "port": "7946"}
    return {"swim.type": "4", **of("alive", **place, meta=meta), **VERSIONS}


ACCUSED = {"node": "b", "incarnation": "1", "from": "a"}
EXPECTED: dict[str, dict[str, str]] = {
    "ping": {"swim.type": "0", **of("ping", seq="42", node="b", **SOURCE)},
    "ping without source": {"swim.type": "0", **of("ping", seq="42", node="b")},
    "ping with a sequence number of one byte": of("ping", seq="200", node="b"),
    "ping with a sequence number of four bytes": of("ping", seq="70000", node="b"),
    "ping-req": {
        "swim.type": "1",
        **of("ping_req", seq="43", node="c", address="127.0.0.1", port="7947", nack="1", **SOURCE),
    },
    "ack without payload": {"swim.type": "2", **of("ack", seq="42", payload="")},
    "ack with an empty payload": of("ack", seq="42", payload=""),
    "ack with a payload": of("ack", seq="42", payload="01:02"),
    "nack": {"swim.type": "11", **of("nack", seq="43")},
    "suspect": {"swim.type": "3", **of("suspect", **ACCUSED)},
    "dead": {"swim.type": "5", **of("dead", **ACCUSED, left="0"), "swim.kind": "dead"},
    "dead of a member that leaves": {
        **of("dead", node="b", incarnation="1", left="1", **{"from": "b"}),
        "swim.kind": "left",
    },
    "alive": alive(""),
    "alive with empty meta": alive(""),
    "alive with 40 bytes of meta": alive(":".join(["6d"] * 40)),
    "compound of ping and suspect": {
        "swim.compound.count": "2",
        **of("ping", seq="42", node="b", **SOURCE),
        **of("suspect", **ACCUSED),
    },
    "CRC frame of alive": {"swim.crc": "0x889ea030", "swim.crc.correct": "1"},
}
COMMON = {"seq": "seq", "node": "node", "incarnation": "incarnation", "from": "from"}


@pytest.fixture(scope="module")
def frames(shark: Shark, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Frame]:
    """The vectors that are datagrams."""
    vectors = messages()
    capture = Capture()
    for name in EXPECTED:
        capture.datagram(vectors[name])
    path = capture.write(tmp_path_factory.mktemp("vectors") / "vectors.pcapng")
    return dict(zip(EXPECTED, shark.read(path)))


def test_no_vector_is_left_out() -> None:
    of_streams = {name for name in messages() if name.startswith(("state of", "push/pull"))}
    assert set(messages()) == set(EXPECTED) | of_streams and len(of_streams) == 4


@pytest.mark.parametrize("name", EXPECTED)
def test_shows_each_field_of_the_codecs_vectors(frames: dict[str, Frame], name: str) -> None:
    frame = frames[name]
    assert frame.said() == []
    shown = {field: frame.values(field)[0] for field in EXPECTED[name] if frame.values(field)}
    assert shown == EXPECTED[name]


def test_one_name_finds_a_member_in_any_message(frames: dict[str, Frame]) -> None:
    """swim.seq, swim.node and so on, which each message has beside its own."""
    for frame in frames.values():
        for kind in ("ping", "ping_req", "ack", "nack", "suspect", "alive", "dead"):
            for message in frame.fields(f"swim.{kind}"):
                for key, common in COMMON.items():
                    own = message.find(f"field[@name='swim.{kind}.{key}']")
                    shared = message.find(f"field[@name='swim.{common}']")
                    assert (own is None) == (shared is None), (frame.number, kind, key)
                    assert own is None or own.get("show") == shared.get("show")


def test_shows_a_push_pull_with_rows_and_state(shark: Shark, capture_path: Path) -> None:
    vectors = messages()
    head = vectors["push/pull header of a join"].replace(b"Nodes\x01", b"Nodes\x02")
    rows = vectors["state of a live member"] + vectors["state of a member that left"]
    body = head[:-1] + b"\x03" + rows + b"\x01\x02\x03"
    capture = Capture()
    at, _ = capture.stream(body)
    frame = shark.read(capture.write(capture_path))[at - 1]
    assert frame.said() == []
    assert frame.values("swim.push_pull.join") == ["1"]
    assert frame.values("swim.push_pull.nodes") == ["2"]
    assert frame.values("swim.push_pull.member.node") == ["b", "b"]
    assert frame.values("swim.push_pull.member.incarnation") == ["1", "7"]
    assert frame.values("swim.push_pull.member.state") == ["0", "3"]
    assert frame.bytes_of("swim.push_pull.user_state") == b"\x01\x02\x03"


def test_says_in_the_info_column_what_happens(shark: Shark, capture_path: Path) -> None:
    vectors = messages()
    capture = Capture()
    for name in (
        "ping",
        "ping-req",
        "compound of ping and suspect",
        "dead of a member that leaves",
    ):
        capture.datagram(vectors[name])
    capture.datagram(vectors["nack"][:-1])
    out = shark.run("-r", capture.write(capture_path), "-T", "fields", "-e", "_ws.col.Info")
    assert out.splitlines() == [
        "ping 42 of b by a",
        "ping-req 43 of c at 127.0.0.1:7947 by a",
        "ping 42 of b by a, suspect b (incarnation 1) by a",
        "left b (incarnation 1)",
        "nack 0 [malformed]",
    ]


FORMS = {
    # What go-msgpack's decoders take besides what its encoders write; the codec's tests have the same.
    "0b81a55365714e6fccc8": {"swim.nack.seq": "200"},
    "0b81a55365714e6fce000000c8": {"swim.nack.seq": "200"},
    "0b81a55365714e6fcf00000000000000c8": {"swim.nack.seq": "200"},
    "0b81a55365714e6fd100c8": {"swim.nack.seq": "200"},
    "0b81a55365714e6fd300000000000000c8": {"swim.nack.seq": "200"},
    "0b81a55365714e6fceffffffff": {"swim.nack.seq": "4294967295"},
    "0081a44e6f6465d90162": {"swim.ping.node": "b"},
    "0081a44e6f6465c60000000162": {"swim.ping.node": "b"},
    "0b82a178c0a55365714e6f2a": {"swim.nack.seq": "42"},
    "0b82a1789181a16101a55365714e6f2a": {"swim.nack.seq": "42"},
    "0b82a178c7010500a55365714e6f2a": {"swim.nack.seq": "42"},
    "0b82a178de0001a16101a55365714e6f2a": {"swim.nack.seq": "42"},
    "0480": {"swim.type": "4"},
    "0481a441646472b0000102030405060708090a0b0c0d0e0f": {
        "swim.alive.address": "1:203:405:607:809:a0b:c0d:e0f"
    },
    "0481a441646472b000000000000000000000ffff7f000001": {"swim.alive.address": "::ffff:127.0.0.1"},
    "0081a44e6f6465a3c3bcff": {"swim.ping.node": "ü\\xff"},
    "08c10195a26e31ce0102030407a0a26869": {
        "swim.broadcast.sender": "n1",
        "swim.broadcast.epoch": "16909060",
        "swim.broadcast.number": "7",
        "swim.broadcast.payload": "68:69",
    },
    "08c10195a26e310100a0a26869": {"swim.user.data": "c1:01:95:a2:6e:31:01:00:a0:a2:68:69"},
}


def test_takes_every_form_that_the_codec_takes(shark: Shark, capture_path: Path) -> None:
    capture = Capture()
    for form in FORMS:
        capture.datagram(bytes.fromhex(form))
    for frame, (form, fields) in zip(shark.read(capture.write(capture_path)), FORMS.items()):
        assert frame.said() == [], form
        assert {name: frame.value(name) for name in fields} == fields, form


REFUSED = """
    0b81a55365714e6fff 0b81a55365714e6fd080 0b81a55365714e6fd1ff38 0b81a55365714e6fd2ffffffff
    0b81a55365714e6fd3ffffffffffffffff 0b81a55365714e6fcf0000000100000000 0b81a55365714e6fa131
    0b81a55365714e6fc3 0481a4506f7274ce00010000 0481a441646472a37f0000
    0481a441646472b1000102030405060708090a0b0c0d0e0f10 0b81a178c1 0bc1 0ba0 0b91a0 0181a44e61636b02
    0d81a54572726f72a162 0600 0a00 06 ff 0c 0c00000000 f4 f400 f40161 f40161f4016100 07 0701 070100
    07010002 0702000000010b 0982a4416c676f01a3427566a400830404 0980 0982a4416c676f00a3427566a3000302
""".split()


def test_marks_what_the_codec_refuses(shark: Shark, capture_path: Path) -> None:
    capture = Capture()
    for form in REFUSED:
        capture.datagram(bytes.fromhex(form))
    for frame, form in zip(shark.read(capture.write(capture_path)), REFUSED):
        assert frame.swim is not None and frame.said(), form
    capture = Capture()
    for size in (512, 513):
        capture.datagram(b"\x04\x81\xa4Meta\xda" + size.to_bytes(2, "big") + bytes(size))
        capture.datagram(b"\x04\x81\xa4Node\xda" + size.to_bytes(2, "big") + b"n" * size)
    said = [bool(frame.said()) for frame in shark.read(capture.write(capture_path))]
    assert said == [False, False, True, True]


def test_marks_every_truncation(shark: Shark, capture_path: Path) -> None:
    cuts = [
        (name, whole[:size])
        for name, whole in messages().items()
        if name in EXPECTED
        for size in range(1, len(whole))
    ]
    capture = Capture()
    for _, cut in cuts:
        capture.datagram(cut)
    for frame, (name, cut) in zip(shark.read(capture.write(capture_path)), cuts):
        assert frame.said(), (name, cut.hex())


def test_a_packet_that_the_capture_cut_is_no_fault_of_its_sender(
    shark: Shark, capture_path: Path
) -> None:
    capture = Capture()
    capture.datagram(messages()["alive"])
    whole = capture.write(capture_path).read_bytes()
    # The enhanced packet block's captured length, and its data, four bytes less.
    at = whole.rindex(messages()["alive"]) - 28 - 28
    size = len(capture.packets[0])
    short = bytearray(whole)
    short[at + 20 : at + 24] = (size - 4).to_bytes(4, "little")
    del short[at + 28 + size - 4 : at + 28 + size]
    total = int.from_bytes(short[at + 4 : at + 8], "little") - 4
    short[at + 4 : at + 8] = short[-4:] = total.to_bytes(4, "little")
    capture_path.write_bytes(short)
    (frame,) = shark.read(capture_path)
    assert frame.fields("swim.cut_short") and frame.marks() == []
