# SPDX-License-Identifier: GPL-2.0-only
"""A real agent of Serf starts with the block that a tune would print for it, and obeys it."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from campaign.tune.products import product_named

SERF = shutil.which("serf")
LONG_ENOUGH_S = 60

pytestmark = [
    pytest.mark.real_time,
    pytest.mark.skipif(SERF is None, reason="needs Debian's serf"),
]


def free_port() -> int:
    """Of both kinds, since an agent listens for datagrams and streams at one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Agent:
    """One process of it, on the loopback interface."""

    def __init__(self, folder: Path, block: str) -> None:
        file, self.log = folder / "tuned.json", folder / "log"
        file.write_text(block)
        self.rpc = f"-rpc-addr=127.0.0.1:{free_port()}"
        command = [str(SERF), "agent", "-node=tuned", f"-bind=127.0.0.1:{free_port()}", self.rpc]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*command, f"-config-file={file}"], stdout=log, stderr=subprocess.STDOUT
            )

    def members(self) -> str:
        asked = subprocess.run([str(SERF), "members", self.rpc], capture_output=True, text=True)
        return asked.stdout

    def shows_itself(self) -> bool:
        end = time.monotonic() + LONG_ENOUGH_S
        while time.monotonic() < end and self.process.poll() is None:
            if re.search(r"^tuned\s.*\salive", self.members(), re.MULTILINE):
                return True
            time.sleep(0.1)
        return False

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.mark.parametrize("profile", product_named("serf").option("profile").values)
def test_serf_runs_with_its_block(profile: str, tmp_path: Path) -> None:
    serf = product_named("serf")
    values = {
        "profile": profile,
        "protocol.reconnect_interval": "1.05s",
        "protocol.reap_time": "8h",
    }
    agent = Agent(tmp_path, serf.block(values))
    try:
        assert agent.shows_itself(), agent.log.read_text()
        assert re.search(rf"Profile: {profile}$", agent.log.read_text(), re.MULTILINE)
    finally:
        agent.end()


def test_serf_refuses_what_its_block_never_has(tmp_path: Path) -> None:
    """So a key that it would not know would be seen above."""
    block = product_named("serf").block({"profile": "lan"})
    agent = Agent(tmp_path, block.replace('"profile"', '"probe_interval"'))
    try:
        assert agent.process.wait(LONG_ENOUGH_S) != 0
        assert "probe_interval" in agent.log.read_text()
    finally:
        agent.end()
