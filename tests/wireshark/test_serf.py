# SPDX-License-Identifier: MIT
"""Serf's messages, each kind, as its agents write them; and bytes that only look like them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from capture_file import Capture
from pack import pack
from shark import Frame, Shark
from test_streams import ROW, push_pull

HIGH = 2**63 + 5
"""Lamport times have 64 bits."""
HOLDER = b"\x06" + pack({"Addr": b"\x7f\0\0\1", "Name": "b", "Port": 7946, "Tags": {"a": "b"}})
KEYS = b"\x08" + pack({"Keys": ["k1", "k2"], "Message": "no", "Result": False})
QUERY = {
    "Addr": b"\x0a\0\0\1",
    "Filters": [b"\x00" + pack(["a", "b"]), b"\x01" + pack({"Expr": "web.*", "Tag": "role"})],
    "Flags": 3,
    "ID": 4000000000,
    "LTime": HIGH,
    "Name": "uptime",
    "Payload": b"now",
    "Port": 7946,
    "RelayFactor": 2,
    "SourceNode": "a",
    "Timeout": 15_500_000_000,
}
RESPONSE = {"Flags": 1, "From": "b", "ID": 7, "LTime": 9, "Payload": None}
MESSAGES: dict[str, tuple[bytes, dict[str, list[str]]]] = {
    "leave": (
        b"\x00" + pack({"LTime": 5, "Node": "b", "Prune": True}),
        {"serf.type": ["0"], "serf.ltime": ["5"], "serf.node": ["b"], "serf.leave.prune": ["1"]},
    ),
    "join": (
        b"\x01" + pack({"LTime": HIGH, "Node": "b"}),
        {"serf.type": ["1"], "serf.ltime": [str(HIGH)], "serf.node": ["b"]},
    ),
    "event": (
        b"\x03" + pack({"CC": True, "LTime": 3, "Name": "deploy", "Payload": b"1.2"}),
        {
            "serf.event.name": ["deploy"],
            "serf.event.payload": ["31:2e:32"],
            "serf.event.coalesce": ["1"],
        },
    ),
    "query": (
        b"\x04" + pack(QUERY),
        {
            "serf.query.id": ["4000000000"],
            "serf.ltime": [str(HIGH)],
            "serf.query.name": ["uptime"],
            "serf.query.flags": ["0x00000003"],
            "serf.query.address": ["10.0.0.1"],
            "serf.query.port": ["7946"],
            "serf.query.source_node": ["a"],
            "serf.query.relay_factor": ["2"],
            "serf.query.timeout": ["15.500000000"],
            "serf.query.filter.node": ["a", "b"],
            "serf.query.filter.tag": ["role"],
            "serf.query.filter.expression": ["web.*"],
        },
    ),
    "response": (
        b"\x05" + pack(RESPONSE),
        {
            "serf.response.from": ["b"],
            "serf.query.id": ["7"],
            "serf.response.flags": ["0x00000001"],
        },
    ),
    "who holds a name": (
        b"\x05" + pack({**RESPONSE, "Payload": HOLDER}),
        {
            "serf.type": ["5", "6"],
            "serf.conflict.name": ["b"],
            "serf.conflict.address": ["127.0.0.1"],
            "serf.conflict.port": ["7946"],
        },
    ),
    "which keys there are": (
        b"\x05" + pack({**RESPONSE, "Payload": KEYS}),
        {"serf.key.keys": ["k1", "k2"], "serf.key.result": ["0"], "serf.key.message": ["no"]},
    ),
    "a new key": (
        b"\x04"
        + pack({**QUERY, "Name": "_serf_install-key", "Payload": b"\x07" + pack({"Key": b"K"})}),
        {"serf.key.key": ["4b"]},
    ),
    "relay": (
        b"\x09"
        + pack({"DestAddr": {"IP": b"\x7f\0\0\1", "Port": 7947, "Zone": ""}, "DestName": "c"})
        + b"\x05"
        + pack(RESPONSE),
        {
            "serf.type": ["9", "5"],
            "serf.relay.address": ["7f:00:00:01"],
            "serf.relay.port": ["7947"],
            "serf.relay.node": ["c"],
            "serf.response.from": ["b"],
        },
    ),
}


@pytest.fixture(scope="module")
def frames(shark: Shark, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Frame]:
    capture = Capture()
    for message, _ in MESSAGES.values():
        capture.datagram(b"\x08" + message)
    path = capture.write(tmp_path_factory.mktemp("serf") / "serf.pcapng")
    return dict(zip(MESSAGES, shark.read(path)))


@pytest.mark.parametrize("name", MESSAGES)
def test_shows_what_serf_says(frames: dict[str, Frame], name: str) -> None:
    expected = MESSAGES[name][1]
    assert {field: frames[name].values(field) for field in expected} == expected
    assert frames[name].said() == []


def test_shows_the_clocks_and_events_of_a_push_pull(shark: Shark, capture_path: Path) -> None:
    events: list[Any] = [None] * 512
    events[3] = {"Events": [{"Name": "deploy", "Payload": b"x"}], "LTime": 3}
    events[4] = {
        "Events": [{"Name": "a", "Payload": None}, {"Name": "b", "Payload": None}],
        "LTime": 4,
    }
    state = b"\x02" + pack(
        {
            "EventLTime": 5,
            "Events": events,
            "LTime": 6,
            "LeftMembers": ["x", "y"],
            "QueryLTime": 7,
            "StatusLTimes": {"a": 1, "b": HIGH},
        }
    )
    capture = Capture()
    at, _ = capture.stream(push_pull(ROW, 1, state), most=200)
    frame = shark.read(capture.write(capture_path))[at - 1]
    assert frame.said() == []
    assert frame.values("serf.state.event_ltime") == ["5"]
    assert frame.values("serf.state.query_ltime") == ["7"]
    assert frame.values("serf.state.left") == ["x", "y"]
    assert sorted(frame.values("serf.event.name")) == ["a", "b", "deploy"]
    statuses = {
        status.find("field[@name='serf.node']")
        .get("show"): status.find("field[@name='serf.ltime']")
        .get("show")
        for status in frame.fields("serf.state.status")
    }
    assert statuses == {"a": "1", "b": str(HIGH)}


def test_what_is_not_wholly_serfs_is_the_applications(shark: Shark, capture_path: Path) -> None:
    """Cut short, with something behind it, of another type, or another map: bytes, and no fault."""
    event = MESSAGES["event"][0]
    others = [event[:size] for size in range(len(event))]
    others += [event + b"x", b"\x0b" + event[1:], b"\x03\x80", b"\x03" + pack({"a": 1})]
    capture = Capture()
    for other in others:
        capture.datagram(b"\x08" + other)
    for frame, other in zip(shark.read(capture.write(capture_path)), others):
        assert frame.fields("swim.user") and not frame.fields("serf.type"), other
        assert frame.said() == [], other


def test_shows_tags_and_coordinates(shark: Shark, capture_path: Path) -> None:
    tags = b"\xff" + pack({"role": "web", "dc": "eu"})
    vector = [0.1, -2.5e-5, 0.0, 1e300, 1.0, 2.0, 3.0, 4.0]
    payload = b"\x01" + pack({"Adjustment": -1e-4, "Error": 1.5, "Height": 1e-5, "Vec": vector})
    capture = Capture()
    capture.datagram(b"\x04" + pack({"Incarnation": 1, "Meta": tags, "Node": "b"}))
    capture.datagram(b"\x02" + pack({"Payload": payload, "SeqNo": 1}))
    capture.datagram(b"\x04" + pack({"Incarnation": 1, "Meta": tags[:-1], "Node": "b"}))
    alive, ack, cut = shark.read(capture.write(capture_path))
    assert sorted(alive.values("serf.tag")) == ["dc=eu", "role=web"]
    assert [float(value) for value in ack.values("serf.coordinate.vector")] == vector
    assert float(ack.value("serf.coordinate.adjustment") or "nan") == -1e-4
    assert float(ack.value("serf.coordinate.error") or "nan") == 1.5
    assert cut.values("serf.tag") == [] and cut.said() == []
