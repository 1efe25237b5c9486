# SPDX-License-Identifier: GPL-2.0-only
"""Child processes side by side.

asyncio, because a task group says exactly what is wanted: however this ends (all done, Ctrl-C, a
full disk), every child is stopped by its own process id before the caller goes on.
"""

import asyncio
import contextlib
import signal
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from campaign.errors import Interrupted
from campaign.words import one_line

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOP_TIMEOUT_S = 5.0
KEPT_LINES = 40
LINE_LIMIT_BYTES = 1 << 20
# Large clusters are looked at all over their memory: with small pages a third of the time is spent
# on finding them. It changes nothing else.
LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


def side_by_side(count: int, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run `work` so many times at once until all come back. What one raises ends the others and is
    raised here; Interrupted when the user stops it."""
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    try:
        asyncio.run(_all(count, work))
    except asyncio.CancelledError:
        raise Interrupted from None
    except BaseExceptionGroup as group:
        # Without the traceback of the group: the user asked for a run, not for a lesson on tasks.
        raise group.exceptions[0] from None
    finally:
        # The loop leaves those of the system behind.
        for number, handler in before.items():
            signal.signal(number, handler)


async def _all(count: int, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    this_task = asyncio.current_task()
    assert this_task is not None
    for number in STOP_SIGNALS:
        # nohup has asked to outlive the terminal.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(number, this_task.cancel)
    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            group.create_task(work())


async def last_lines(stream: asyncio.StreamReader) -> str:
    """The end of what a process says; the whole may be long."""
    kept: deque[str] = deque(maxlen=KEPT_LINES)
    async for line in stream:
        kept.append(one_line(line.decode("utf-8", "surrogateescape").rstrip("\n")))
    return "\n".join(kept).rstrip()


async def stop(process: asyncio.subprocess.Process) -> None:
    """End it, with a moment to end by itself."""
    if process.returncode is not None:
        return
    # It may end by itself at any moment.
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def why(code: int) -> str:
    """An exit code in words."""
    if code == -signal.SIGKILL:
        return "killed by the system: most likely memory ran out, and fewer --jobs would help"
    if code < 0:
        return f"stopped by {signal.Signals(-code).name}"
    return f"exit code {code}"
