# SPDX-License-Identifier: GPL-2.0-only
"""Real members on loopback, captured by dumpcap: agents of ours, real Serf, and memberlist in Go. All
that they say is decoded, and nothing in it is marked.

Nothing is decided by the clock: a cluster is captured until all kinds of messages that it should say
were seen.
"""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_processes import CONFIG, LONG_ENOUGH_S, PROGRAM, Agents, eventually
from shark import MARKS, Shark
from vectors import ROOT

pytestmark = [
    pytest.mark.real_time,
    pytest.mark.skipif(not PROGRAM.exists(), reason="build/swim-agent is not built"),
]

DUMPCAP = shutil.which("dumpcap")
SERF = shutil.which("serf")
LAYER_PEER = ROOT / "build/tests/layer-peer"
MEMBERLIST_PEER = ROOT / "build/memberlist-peer"
KEY = "MDEyMzQ1Njc4OWFiY2RlZg=="
NETWORKS = itertools.count(1)
PROBES = {"ping", "ack", "ping-req", "nack", "suspect", "alive", "dead", "push-pull"}
FAULTS = (*MARKS, "swim.wrong_crc", "swim.undecryptable", "swim.no_key", "swim.trailing")


def listens(host: str) -> bool:
    try:
        socket.create_connection((host, 7946)).close()
    except ConnectionRefusedError:
        return False
    return True


class Wire:
    """What passes in a network of this test's own on loopback."""

    def __init__(self, folder: Path) -> None:
        self.net = f"127.{64 + os.getpid() % 128}.{next(NETWORKS)}"
        self.file = folder / "live.pcapng"
        words = ["-i", "lo", "-f", f"net {self.net}.0/24", "-w", self.file, "-q"]
        self.dumpcap = subprocess.Popen(
            [str(DUMPCAP), *map(str, words)], stderr=subprocess.PIPE, text=True
        )
        assert self.dumpcap.stderr is not None
        for line in self.dumpcap.stderr:
            if line.startswith("File:"):
                return
        pytest.skip("dumpcap may not capture on loopback here")

    def host(self, place: int) -> str:
        return f"{self.net}.{place}"

    def end(self) -> None:
        self.dumpcap.terminate()
        self.dumpcap.wait()


class Scene:
    """A wire, agents of ours, and other processes, which all end with the test."""

    def __init__(self, folder: Path, shark: Shark) -> None:
        self.folder = folder
        self.shark = shark
        self.agents = Agents(folder)
        self.others: list[subprocess.Popen] = []
        self.wire = Wire(folder)

    def agent(
        self, name: str, place: int, protocol: str = "", end: str = "", join: int = 1
    ) -> None:
        config = self.folder / f"{name}.toml"
        config.write_text(CONFIG.replace("[log]", f"{protocol}\n[log]") + end)
        if "[encryption]" in end:
            key_file = self.folder / "keys"
            key_file.write_text(KEY + "\n")
            key_file.chmod(0o600)
        joins = [] if place == join else ["--join", self.wire.host(join)]
        bind = f"{self.wire.host(place)}:7946"
        self.agents.start(name, "--meta", f"dc={name}", *joins, bind=bind, config=config)

    def start(self, *words: object) -> subprocess.Popen:
        process = subprocess.Popen(
            list(map(str, words)),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.others.append(process)
        return process

    def seen(self, field: str, *options: str) -> set[str]:
        """All values of a field so far; the file may end in the middle of a packet."""
        words = ["-r", self.wire.file, "-T", "fields", "-e", field, "-E", "aggregator=\t", *options]
        said = self.shark.run(*words, cut_short=True)
        return {word for line in said.splitlines() for word in line.split("\t") if word}

    def wait_for(self, kinds: set[str], *options: str) -> None:
        assert eventually(lambda: kinds <= self.seen("swim.kind", *options)), kinds - self.seen(
            "swim.kind", *options
        )

    def kill(self, name: str, process: subprocess.Popen, *options: str) -> None:
        """Kills a member once another pings it: before that, its end need not be anybody's news."""
        assert eventually(lambda: name in self.seen("swim.ping.node", *options)), name
        process.kill()

    def end(self) -> None:
        for process in self.others:
            process.kill()
            process.wait()
        self.agents.end()
        self.wire.end()

    def check(self, *options: str) -> list[ElementTree.Element]:
        """Ends all, and looks at every packet. @return what the dissector made of each"""
        self.end()
        said = self.shark.run("-r", self.wire.file, "-T", "pdml", *options)
        decoded, streams, spoken = [], set(), set()
        for packet in ElementTree.fromstring(said).iter("packet"):
            swim = packet.find("proto[@name='swim']")
            faults = {f.get("name") for f in packet.iter("field")} & set(FAULTS)
            assert not faults, (faults, ElementTree.tostring(packet)[-3000:])
            stream = packet.find(".//field[@name='tcp.stream']")
            if packet.find("proto[@name='udp']") is not None:
                assert swim is not None, ElementTree.tostring(packet)[-3000:]
            elif stream is not None:
                length = packet.find(".//field[@name='tcp.len']")
                port = packet.find(".//field[@name='tcp.dstport']")
                to_member = port is not None and port.get("show") == "7946"
                if to_member and length is not None and length.get("show") != "0":
                    spoken.add(stream.get("show"))
                if swim is not None:
                    streams.add(stream.get("show"))
            if swim is not None:
                decoded.append(swim)
        assert len(spoken - streams) <= 1, "each request is decoded; the last may have been cut off"
        return decoded


@pytest.fixture
def scene(tmp_path: Path, shark: Shark) -> Iterator[Scene]:
    if DUMPCAP is None:
        pytest.skip("there is no dumpcap; it comes with tshark")
    made = Scene(tmp_path, shark)
    try:
        yield made
    finally:
        made.end()


@pytest.mark.parametrize(
    ("protocol", "end", "options"),
    [
        ("compression = false", "", []),
        (
            'compression = true\nlabel = "blue"',
            '[encryption]\nkey_file = "keys"\n',
            ["-o", f"swim.keys:{KEY}"],
        ),
    ],
    ids=["plain", "sealed, compressed and labelled"],
)
def test_all_that_our_agents_say(scene: Scene, protocol: str, end: str, options: list[str]) -> None:
    end = end.replace('"keys"', f'"{scene.folder}/keys"')
    for place, name in enumerate("abcde", start=1):
        scene.agent(name, place, protocol, end)
    scene.agents.ask("event", "deploy", "now", "--name", "a")
    scene.agents.ask("send", "b", "hello", "--name", "a")
    scene.agents.processes["e"].terminate()
    scene.kill("d", scene.agents.processes["d"], *options)
    scene.wait_for(PROBES | {"left", "user"}, *options)
    decoded = scene.check(*options)
    assert len(decoded) > 20


@pytest.mark.skipif(SERF is None, reason="there is no serf; ./swimlab test --all installs it")
@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "sealed"])
def test_all_that_serf_says(scene: Scene, sealed: bool) -> None:
    options = ["-o", f"swim.keys:{KEY}"] if sealed else []
    for place, name in enumerate(("f0", "f1", "f2"), start=1):
        host = scene.wire.host(place)
        words = [SERF, "agent", f"-node={name}", f"-bind={host}", f"-rpc-addr={host}:17373"]
        words += ["-profile=local", "-tag", "role=db", *([f"-encrypt={KEY}"] if sealed else [])]
        joins = [f"-retry-join={scene.wire.host(1)}", "-retry-interval=1s"] if place > 1 else []
        scene.start(*words, *joins)
    end = f'[encryption]\nkey_file = "{scene.folder}/keys"\n' if sealed else ""
    rpc = f"-rpc-addr={scene.wire.host(1)}:17373"
    assert eventually(lambda: scene.seen("serf.tag", *options))
    scene.agent("a", 9, end=end)
    for words in (
        ["event", "deploy", "now"],
        ["query", "uptime"],
        ["query", "-tag=role=d.*", "q2"],
    ):
        subprocess.run([str(SERF), words[0], rpc, *words[1:]], timeout=LONG_ENOUGH_S)
    if sealed:
        subprocess.run([str(SERF), "keys", rpc, "-list"], timeout=LONG_ENOUGH_S)
    scene.kill("f2", scene.others[2], *options)
    scene.wait_for(PROBES | {"user"}, *options)
    decoded = scene.check(*options)
    names = {f.get("name") for swim in decoded for f in swim.iter("field")}
    wanted = "serf.event.name serf.query.name serf.response.from serf.coordinate.error".split()
    wanted += ["serf.tag", "serf.state.query_ltime", "serf.query.filter.tag"]
    wanted += ["serf.key.keys"] if sealed else []
    assert set(wanted) - names == set()
    for swim in decoded:
        for user in swim.iterfind(".//field[@name='swim.user.data']"):
            assert user.find("field[@name='serf.type']") is not None, "Serf's, and understood"


@pytest.mark.skipif(not LAYER_PEER.exists(), reason="layer-peer is not built, for want of Go")
def test_all_that_memberlist_says_in_its_layers(scene: Scene) -> None:
    """Encrypted and compressed, by both versions of encryption, with user messages of each kind."""
    end = f'[encryption]\nkey_file = "{scene.folder}/keys"\n'
    scene.agent("a", 1, "compression = true", end)
    for place, protocol in ((2, 2), (3, 1)):
        words = ["--name", f"f{place}", "--bind", scene.wire.host(place), "--greets", "a"]
        words += ["--key", KEY, "--compression", "--protocol", protocol]
        scene.start(LAYER_PEER, *words, "--join", f"{scene.wire.host(1)}:7946")
    keys = ["-o", f"swim.keys:{KEY}"]
    wanted = {"ping", "ack", "alive", "push-pull", "user"}
    assert eventually(lambda: {"0", "1"} <= scene.seen("swim.encryption.version", *keys))
    scene.kill("f3", scene.others[1], *keys)
    scene.wait_for(wanted | {"suspect", "dead"}, *keys)
    assert len(scene.check(*keys)) > 20


@pytest.mark.skipif(not MEMBERLIST_PEER.exists(), reason="memberlist-peer is not built")
def test_all_that_memberlist_says(scene: Scene) -> None:
    for place in range(1, 5):
        bind = f"{scene.wire.host(place)}:7946"
        joins = ["--join", f"{scene.wire.host(1)}:7946"] if place > 1 else []
        scene.start(MEMBERLIST_PEER, "--name", f"p{place}", "--bind", bind, *joins)
        assert eventually(lambda host=scene.wire.host(place): listens(host)), "it joins but once"
    scene.wait_for({"ping", "ack", "alive", "push-pull"})
    scene.kill("p4", scene.others[3])
    scene.wait_for(PROBES)
    assert len(scene.check()) > 20
