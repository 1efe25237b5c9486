# SPDX-License-Identifier: GPL-2.0-only
"""One command at a time works in a folder of results."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from campaign.errors import UserError
from campaign.words import path_text


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The folder is this process's for as long as the block lasts; the system ends that with the
    process, however it ends. Raises UserError where another one has it, OSError."""
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"{path_text(folder)}: another ./swimlab is at work in this folder; wait for it, "
                "or choose another one with --out"
            ) from None
        yield
    finally:
        os.close(lock)


def is_locked(folder: Path) -> bool:
    """Whether a process has it at this moment."""
    try:
        with locked(folder):
            return False
    except UserError:
        return True
