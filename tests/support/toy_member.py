# SPDX-License-Identifier: GPL-2.0-only
"""A failure detector of sixty lines, for adapters to be tested on: everybody beats to everybody by UDP.

It prints "up NAME" and "down NAME", and tells the same to whoever connects. It leaves things behind on
purpose: a child, a daemon, and files in /run.

    toy_member.py NAME ADDRESS TIMEOUT_MS MARK PEER...

PEER is NAME@ADDRESS, MARK a word among the arguments of all its processes.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

BEAT_S = 0.05
BEAT_PORT = 7000
STATUS_PORT = 7001


def leave_things(mark: str) -> None:
    sleeper = [sys.executable, "-c", "import time; time.sleep(600)", mark]
    subprocess.Popen(sleeper)
    subprocess.Popen(sleeper, start_new_session=True)
    if os.geteuid() == 0:
        Path("/run/toy-member").write_text(mark)


def serve_status(address: str, peers: dict[str, str], alive: set[str]) -> None:
    """`NAME up|down` a line, and a dot."""
    server = socket.create_server((address, STATUS_PORT))
    while True:
        client, _ = server.accept()
        with client:
            while client.recv(100):
                rows = [f"{name} {'up' if name in alive else 'down'}\n" for name in peers]
                client.sendall("".join([*rows, ".\n"]).encode())


def main() -> None:
    name, address, timeout_ms, mark, *others = sys.argv[1:]
    peers = dict(other.split("@") for other in others)
    alive: set[str] = set()
    heard: dict[str, float] = {}
    beats = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    beats.bind((address, BEAT_PORT))
    beats.settimeout(BEAT_S / 5)
    leave_things(mark)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=serve_status, args=(address, peers, alive), daemon=True).start()
    print("listening", flush=True)
    next_beat = 0.0
    while True:
        now = time.monotonic()
        if now >= next_beat:
            next_beat = now + BEAT_S
            for peer in peers.values():
                with contextlib.suppress(OSError):  # there may be no way
                    beats.sendto(name.encode(), (peer, BEAT_PORT))
        try:
            heard[beats.recv(100).decode()] = time.monotonic()
        except OSError:
            pass
        for peer in peers:
            lives = time.monotonic() - heard.get(peer, -1e9) < int(timeout_ms) / 1000
            if lives != (peer in alive):
                (alive.add if lives else alive.discard)(peer)
                print("up" if lives else "down", peer, flush=True)


if __name__ == "__main__":
    main()
