# SPDX-License-Identifier: GPL-2.0-only
"""A run's trace.csv beside what tshark shows of its trace.pcapng: the same messages, row by row."""

from __future__ import annotations

import csv
import subprocess
import xml.etree.ElementTree as ElementTree
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from campaign.build import ROOT, Build
from shark import MARKS, Shark

BUILD = Build(ROOT / "build")
PROGRAM = BUILD.program("swimlab-ns3")
SOCKETS = BUILD.program("swimlab-sockets")
SCENARIO = """
title = "All that members say"
seed = 1
duration = "60s"
[cluster]
members = 16
preset = "memberlist-lan"
[protocol]
push_pull_interval = "5s"
[network]
model = "{model}"
loss = "4%"
[trace]
pcap = true
[[event]]
at = "5s"
crash = [5]
[[event]]
at = "10s"
leave = [6]
[[event]]
at = "15s"
block = [7]
direction = "in"
carries = "all"
for = "20s"
[[event]]
at = "45s"
restart = [5]
"""
REAL = """
title = "All that agents say"
duration = "12s"
[cluster]
members = 6
preset = "memberlist-lan"
[protocol]
probe_interval = "200ms"
probe_timeout = "100ms"
gossip_interval = "50ms"
push_pull_interval = "2s"
[trace]
pcap = true
[[event]]
at = "2s"
crash = [3]
[[event]]
at = "4s"
leave = [5]
[[event]]
at = "8s"
restart = [3]
"""
KINDS = {
    "swim.ping": "ping",
    "swim.ping_req": "ping-req",
    "swim.ack": "ack",
    "swim.nack": "nack",
    "swim.suspect": "suspect",
    "swim.alive": "alive",
    "swim.dead": "dead",
    "swim.push_pull": "push-pull",
    "swim.user": "user",
}
STATES = ("alive", "suspect", "dead", "left")

COLUMNS = ("kind", "sequence", "about", "incarnation", "accuser", "bytes")
Row = tuple[str, ...]
"""Those columns of one message."""


@dataclass
class Packet:
    """A datagram or a stream's message: its way, and what is in it."""

    way: tuple[str, str, str]
    time_s: str
    rows: list[Row] = field(default_factory=list)
    arrived: bool = True

    def said(self) -> tuple[Any, ...]:
        return (*self.way, *self.rows)


def traced(file: Path) -> list[Packet]:
    """The messages of trace.csv by packet."""
    packets: dict[str, Packet] = {}
    with open(file, newline="") as text:
        for row in csv.DictReader(text):
            if row["event"] != "message":
                continue
            way = (row["channel"], row["member"], row["peer"])
            packet = packets.setdefault(row["packet"], Packet(way, row["time_s"]))
            packet.arrived = row["arrived_s"] != ""
            packet.rows.append(tuple(row[column] for column in COLUMNS))
    return list(packets.values())


def _value(element: ElementTree.Element, name: str) -> str:
    found = element.find(f"field[@name='swim.{name}']")
    return "" if found is None else found.get("show", "")


def _table(element: ElementTree.Element) -> Iterator[Row]:
    """Those lines of a push/pull that say more than that somebody lives."""
    for line in element.iterfind("field[@name='swim.push_pull.member']"):
        node, number, state = (
            _value(line, f"push_pull.member.{key}") for key in ("node", "incarnation", "state")
        )
        if state != "0" or int(number) > 1:
            yield (STATES[int(state)], "", node, number, "", "")


def _rows(packet: ElementTree.Element) -> Iterator[Row]:
    for element in packet.iter("field"):
        kind = KINDS.get(element.get("name", ""))
        if kind is not None:
            about = "" if kind in ("ack", "nack") else _value(element, "node")
            said = (_value(element, key) for key in ("kind", "seq", "incarnation", "from"))
            name, sequence, incarnation, accuser = said
            assert name in (kind, "left"), name
            yield (name, sequence, about, incarnation, accuser, element.get("size", ""))
            yield from _table(element)


def shown(shark: Shark, capture: Path) -> list[Packet]:
    """The messages that tshark shows, by frame."""
    root = ElementTree.fromstring(shark.run("-r", capture, "-T", "pdml"))
    names: dict[str, str] = {}
    found = []
    for element in root.iter("packet"):

        def first(name: str) -> str:
            field = element.find(f".//field[@name='{name}']")
            return "" if field is None else field.get("show", "")

        sender = first("frame.interface_name")
        names[first("ip.src")] = sender
        swim = element.find("proto[@name='swim']")
        if swim is None:
            continue
        assert not [f for f in element.iter("field") if f.get("name") in MARKS]
        channel = "stream" if element.find("proto[@name='tcp']") is not None else "datagram"
        packet = Packet((channel, sender, first("ip.dst")), first("frame.time_epoch"))
        packet.rows = list(_rows(swim))
        found.append(packet)
    for packet in found:
        channel, sender, to = packet.way
        packet.way = (channel, sender, names.get(to, to))
    return found


def run_of(folder: Path, program: Path, text: str) -> Path:
    """The folder of a run."""
    scenario = folder / "scenario.toml"
    scenario.write_text(text)
    out = folder / "run"
    out.mkdir()
    done = subprocess.run([program, "run", scenario, "--out", out], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return out


def _times(packets: list[Packet]) -> dict[tuple[Any, ...], list[Decimal]]:
    """When datagrams were sent, by all else of them."""
    times: dict[tuple[Any, ...], list[Decimal]] = defaultdict(list)
    for packet in packets:
        if packet.way[0] == "datagram":
            times[packet.said()].append(Decimal(packet.time_s))
    return {key: sorted(found) for key, found in times.items()}


def check_datagrams(written: list[Packet], seen: list[Packet], least: int) -> None:
    """Sender, receiver, and each message in its order; and when it was sent, to the nanosecond, or
    as much later as packets that are sent at once wait for each other in front of a real interface.
    """
    sent, shown_at = _times(written), _times(seen)
    assert sum(map(len, sent.values())) > least
    assert {key: len(times) for key, times in sent.items()} == {
        key: len(times) for key, times in shown_at.items()
    }
    late = [at - time for key in sent for time, at in zip(sent[key], shown_at[key])]
    assert min(late) == 0 and max(late) < Decimal("0.000100")


def check_streams(written: list[Packet], seen: list[Packet], least: int) -> None:
    """Shown where its last segment is; what never came whole may be missing."""
    came: dict[bool, Counter[Any]] = defaultdict(Counter)
    for packet in written:
        if packet.way[0] == "stream":
            came[packet.arrived][packet.said()] += 1
    found = Counter(packet.said() for packet in seen if packet.way[0] == "stream")
    assert sum(came[True].values()) > least
    assert came[True] - found == Counter(), "each that came is shown"
    assert found - came[True] - came[False] == Counter(), "and nothing that was not sent"


@pytest.mark.skipif(not PROGRAM.exists(), reason="build/swimlab-ns3 is not built")
@pytest.mark.parametrize("model", ["path", "packet"])
def test_tshark_shows_what_the_trace_says(shark: Shark, tmp_path: Path, model: str) -> None:
    run = run_of(tmp_path, PROGRAM, SCENARIO.format(model=model))
    written, seen = traced(run / "trace.csv"), shown(shark, run / "trace.pcapng")
    kinds = {row[0] for packet in seen for row in packet.rows}
    assert {*KINDS.values(), "left"} - {"user"} <= kinds, "the scenario has every kind of message"
    check_datagrams(written, seen, 1500)
    check_streams(written, seen, 100)


@pytest.mark.real_time
@pytest.mark.skipif(not SOCKETS.exists(), reason="build/swimlab-sockets is not built")
def test_tshark_shows_what_the_trace_of_real_members_says(shark: Shark, tmp_path: Path) -> None:
    run = run_of(tmp_path, SOCKETS, REAL)
    written, seen = traced(run / "trace.csv"), shown(shark, run / "trace.pcapng")
    kinds = {row[0] for packet in seen for row in packet.rows}
    assert {"ping", "ack", "suspect", "alive", "dead", "left", "push-pull"} <= kinds
    check_datagrams(written, seen, 300)
    check_streams(written, seen, 20)
