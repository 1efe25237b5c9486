# SPDX-License-Identifier: MIT
"""Agents of one test: processes of swim-agent, as their users start them and talk to them.

Nothing is decided by the clock: who waits, waits for what must come, with a time-out that no machine
needs.
"""

import hashlib
import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = ROOT / "build" / "swim-agent"
LONG_ENOUGH_S = 60

CONFIG = """
[protocol]
preset = "memberlist-local"
probe_interval = "200ms"
probe_timeout = "100ms"
coordinates = true
[log]
level = "warn"
"""


def eventually(condition: Callable[[], object]) -> bool:
    end = time.monotonic() + LONG_ENOUGH_S
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def free_address(kind: int = socket.SOCK_STREAM) -> str:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return "127.0.0.1:%d" % probe.getsockname()[1]


class Agents:
    """Agents of one test, which end with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = os.environ | {"XDG_RUNTIME_DIR": str(folder)}
        self.processes: dict[str, subprocess.Popen] = {}
        self.config = folder / "agent.toml"
        self.config.write_text(CONFIG)

    def start(
        self,
        name: str,
        *arguments: str,
        bind: str = "127.0.0.1:0",
        config: Path | None = None,
        **options,
    ) -> subprocess.Popen:
        """An agent that listens; its events are in a file of its own."""
        command = [PROGRAM, "run", "--name", name, "--bind", bind, *arguments]
        command += ["--config", config or self.config, "--events", self.events_file(name)]
        process = subprocess.Popen(command, env=self.environment, **options)
        self.processes[name] = process
        assert eventually(lambda: self.events(name, "started"))
        return process

    def events_file(self, name: str) -> Path:
        """A name may be what no file is called."""
        plain = re.fullmatch(r"\w{1,50}", name, re.ASCII)
        return self.folder / f"{name if plain else hashlib.sha1(name.encode()).hexdigest()}.jsonl"

    def events(self, name: str, kind: str) -> list[dict]:
        path = self.events_file(name)
        lines = path.read_text().splitlines() if path.exists() else []
        return [event for event in map(json.loads, lines) if event["event"] == kind]

    def address(self, name: str) -> str:
        return self.events(name, "started")[0]["address"]

    def call(self, *arguments: str | Path) -> subprocess.CompletedProcess:
        return subprocess.run(
            [PROGRAM, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=LONG_ENOUGH_S,
        )

    def ask(self, *arguments: str) -> dict:
        done = self.call(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def states(self, name: str) -> dict[str, str]:
        members = self.ask("members", "--name", name)["members"]
        return {member["name"]: member["state"] for member in members}

    def pair(self, *arguments: str) -> None:
        self.start("a", *arguments)
        self.start("b", "--join", self.address("a"), *arguments)
        assert eventually(lambda: self.states("a") == {"a": "alive", "b": "alive"})

    def refusal(self, *arguments: str | Path, code: int = 2) -> str:
        """The one line that a command says which does not work."""
        done = self.call(*arguments)
        assert done.returncode == code, done
        (line,) = done.stderr.splitlines()
        assert line.startswith("swim-agent: ")
        return line

    def end(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait()
