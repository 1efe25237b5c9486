# SPDX-License-Identifier: GPL-2.0-only
"""`python3 leash.py COMMAND...`: a command that ends with whoever started it, and all that it started.

Its standard input is a pipe that the starter holds. When that is closed, by intention or because the
starter was killed, the whole process group is interrupted, as by Ctrl-C, and after a while killed.
It runs in the environment of the user, so it needs nothing of ours.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

INTERRUPTED_S = 10.0
"""How long they have to end by themselves."""


def main(command: list[str]) -> int:
    """The command's exit code."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(child,), daemon=True).start()
    code = child.wait()
    _ended.wait()
    return code


_ended = threading.Event()
"""Clear while the group is being ended."""
_ended.set()


def _watch(child: subprocess.Popen[bytes]) -> None:
    while os.read(0, 1):
        pass
    _ended.clear()
    os.killpg(0, signal.SIGINT)
    try:
        child.wait(INTERRUPTED_S)
    except subprocess.TimeoutExpired:
        pass
    os.killpg(0, signal.SIGKILL)  # And with what is left of the group, ourselves.


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
