# SPDX-License-Identifier: GPL-2.0-only
"""The core in WebAssembly is the core: the same bytes, and metrics that are the laboratory's."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from campaign.build import ROOT, Build
from campaign.cli import main

Node = Callable[..., Any]

COMMON = {
    "members": 60,
    "seed": 11,
    "network": {"datagram_loss": "2%", "delay": "5ms", "jitter": "10ms"},
}
STORIES: list[dict[str, Any]] = [
    {
        "common": COMMON,
        "variant": {"preset": "memberlist-lan", "protocol": {"gossip_nodes": "4"}},
        "deeds": [
            {"atMs": 5000, "text": "crash 7,20,21,22"},
            {"atMs": 11250, "text": "pause 3"},
            {"atMs": 14000, "text": "resume 3"},
            {"atMs": 21003, "text": "restart 7,20"},
            {"atMs": 24000, "text": "datagram_loss 10%"},
            {"atMs": 26000, "text": "stall 9,10"},
            {"atMs": 34000, "text": "unstall 9,10"},
            {"atMs": 36000, "text": "leave 30"},
        ],
        "endMs": 45678,
    },
    {
        "common": COMMON | {"seed": 12, "members": 40},
        "variant": {
            "preset": "memberlist-lan",
            "protocol": {"reconnect_interval": "30s", "reap_time": "24h", "probe_interval": "500ms"}
            | {"probe_timeout": "200ms"},
        },
        "deeds": [
            {"atMs": 4000, "text": "partition 0,1,2,3,4,5,6,7,8,9"},
            {"atMs": 9000, "text": "crash 0,1"},
            {"atMs": 12000, "text": "delay 20ms"},
            {"atMs": 40000, "text": "heal"},
            {"atMs": 41000, "text": "restart 0"},
            {"atMs": 42000, "text": "jitter 0ms"},
        ],
        "endMs": 80000,
    },
    {
        "common": COMMON | {"seed": 13, "members": 30},
        "variant": {"preset": "swim", "protocol": {}},
        "deeds": [{"atMs": 3000, "text": "crash 0"}, {"atMs": 9000, "text": "restart 0"}],
        "endMs": 60000,
    },
]


def test_it_says_the_bytes_that_it_says_natively(node: Node) -> None:
    header = (ROOT / "virtual" / "faulty-run.h").read_text()
    (native,) = re.findall(r"FAULTY_RUN_HASH = 0x([0-9a-f]+);", header)
    assert node("hash.js") == {"same": True, "hash": native}


@pytest.fixture(scope="module")
def told(node: Node) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = node("tell.js", json.dumps(STORIES))
    return found


def natively(virtual: Path, toml: str, folder: Path) -> dict[str, Any]:
    """The metrics of a scenario that the laboratory runs."""
    scenario = folder / "from-the-playground.toml"
    scenario.write_text(toml)
    out = folder / "run"
    out.mkdir()
    command = [str(virtual), "run", str(scenario), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + toml
    metrics: dict[str, Any] = json.loads((out / "metrics.json").read_text())
    return metrics


@pytest.mark.parametrize("place", range(len(STORIES)))
def test_the_laboratory_finds_what_the_page_found(
    place: int, told: list[dict[str, Any]], virtual: Path, tmp_path: Path
) -> None:
    story, found = STORIES[place], told[place]
    assert found["done"] == len(story["deeds"])
    own = natively(virtual, found["toml"], tmp_path)
    assert found["metrics"]["crashes"], "a story in which nothing is detected shows nothing"
    assert found["metrics"]["crashes"] == own["crashes"]
    # Who moved how much in a period is told of recorded runs only.
    own["traffic"]["by_period"] = None
    assert set(own) - set(found["metrics"]) == {
        "metrics_format",
        "events_sha256",
        "members",
        "simulated_s",
    }
    for name, value in found["metrics"].items():
        assert value == own[name], name


def test_views_are_what_the_members_hold(told: list[dict[str, Any]]) -> None:
    assert [each["wrongViews"] for each in told] == [0] * len(STORIES)


def test_random_sliders_and_faults_end_without_trap_or_wrong_view(node: Node) -> None:
    found = node("random.js", "1", "10", "40")
    assert found["wrongViews"] == 0
    assert found["minutes"] >= 10
    assert found["deedsDone"] > 50 and found["checks"] > 100, found


@pytest.mark.parametrize(
    ("what", "text", "answer"),
    [
        ("start", "probe_interval = 0s", "probe_interval = 0s: must be from 100ms to 60s"),
        (
            "start",
            "gossip_interval = 1ms",
            "gossip_interval = 1ms: must be from 20ms to 60s, or 0s for never",
        ),
        (
            "start",
            "probe_interval = 500ms\nprobe_timeout = 500ms",
            "probe_timeout = 500ms: must be less than probe_interval (500ms), which has to leave "
            "time for indirect probes",
        ),
        ("start", "gossip_nodes = 0", "gossip_nodes = 0: must be from 1 to 32"),
        ("start", "suspicion_mult = 3.5", "suspicion_mult = 3.5: must be from 1 to 50"),
        ("start", "udp_buffer_size = 1B", "udp_buffer_size: can not be set here"),
        ("start", "members = 1", "members = 1: must be from 2 to 2000"),
        ("start", "members = 99999", "members = 99999: must be from 2 to 2000"),
        ("start", "seed = -1", "seed = -1: must be from 0 to 9007199254740991"),
        ("start", "delay = 1h", "delay = 1h: must be from 0s to 10s"),
        ("start", "datagram_loss = 101%", "datagram_loss = 101%: must be from 0% to 100%"),
        ("start", "preset = tcp", "preset = tcp: there is no such preset"),
        ("start", "faster", "faster: is no setting; write key = value"),
        ("do", "explode 3", "explode: can not be done"),
        ("do", "crash 10", "crash 10: must be members, from 0 to 9, with commas between them"),
        ("do", "crash 1,,2", "crash 1,,2: must be members, from 0 to 9, with commas between them"),
        ("do", "crash", "crash : must be members, from 0 to 9, with commas between them"),
        ("do", "datagram_loss much", "datagram_loss much: must be from 0% to 100%"),
        ("do", "restart 3", "hit 0"),
        ("do", "heal", "hit 1"),
    ],
)
def test_what_cannot_be_is_refused_by_name(node: Node, what: str, text: str, answer: str) -> None:
    assert node("refused.js", json.dumps([[what, text]])) == [answer, "goes on to 2000"]


def test_the_command_writes_the_page_that_it_names(
    core: Path, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new folder" / "page.html"
    assert main(["playground", "--out", str(out)], build) == 0
    assert out.read_text("utf-8").startswith("<!doctype html>")
    assert f"Playground: {out} (" in capsys.readouterr().out.replace("'", "")
