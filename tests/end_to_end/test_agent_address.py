# SPDX-License-Identifier: MIT
"""Where swim-agent listens and what it tells others: addresses, interfaces and names, also on machines
made for a test, which are network namespaces.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_processes import LONG_ENOUGH_S, PROGRAM, Agents, free_address

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason="needs build/swim-agent")


@pytest.fixture
def agents(tmp_path: Path) -> Iterator[Agents]:
    made = Agents(tmp_path)
    yield made
    made.end()


def test_the_port_to_advertise_is_that_of_bind_unless_it_is_told(agents: Agents) -> None:
    where = free_address()
    agents.start("a", "--advertise", "127.94.3.1", bind=where)
    assert agents.address("a") == "127.94.3.1:" + where.rpartition(":")[2]
    agents.start("b", "--advertise", "127.94.3.1:1234")
    assert agents.address("b") == "127.94.3.1:1234"


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("unshare") is None, reason="needs a network namespace"
)
@pytest.mark.parametrize("bind", ["0.0.0.0:7946", "[::]:7946"])
def test_a_machine_without_an_address_cannot_be_reached_at_all_of_them(
    agents: Agents, bind: str
) -> None:
    run = [PROGRAM, "run", "--name", "a", "--bind", bind, "--config", agents.config]
    done = subprocess.run(
        ["unshare", "--net", *run],
        env=agents.environment,
        capture_output=True,
        text=True,
        timeout=LONG_ENOUGH_S,
    )
    assert done.returncode == 2
    assert "the machine has no address there that others could reach; set advertise" in done.stderr


# A machine with two interfaces beside loopback, the second of which is down. The arguments run there.
ONE_ADDRESS = """
ip link set lo up
ip link add inside type bridge && ip address add 10.7.7.7/24 dev inside && ip link set inside up
ip link add bare type bridge && ip address add 10.8.8.8/24 dev bare
exec "$@"
"""


@pytest.mark.skipif(
    os.geteuid() != 0 or None in (shutil.which("unshare"), shutil.which("ip")),
    reason="needs a network namespace, and ip",
)
@pytest.mark.parametrize(
    ("bind", "said"),
    [
        (None, "10.7.7.7:7946"),
        ("inside", "10.7.7.7:7946"),
        ("inside:7000", "10.7.7.7:7000"),
        ("10.7.7.7", "10.7.7.7:7946"),
        ("lo:7000", "127.0.0.1:7000"),
        ("bare", "no interface bare that is up and has an address"),
        ("bare", "inside (10.7.7.7"),
    ],
)
def test_an_interface_is_listened_at_by_its_name(
    agents: Agents, bind: str | None, said: str
) -> None:
    run = [PROGRAM, "run", "--name", "a", "--config", agents.config, "--events", "-"]
    run += [] if bind is None else ["--bind", bind]
    process = subprocess.Popen(
        ["unshare", "--net", "sh", "-ec", ONE_ADDRESS, "sh", *run],
        env=agents.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    agents.processes["a"] = process
    assert process.stdout is not None and process.stderr is not None
    line = process.stdout.readline()
    if line:
        assert json.loads(line)["address"] == said
    else:
        assert process.wait(LONG_ENOUGH_S) == 2
        assert said in process.stderr.read()
