# SPDX-License-Identifier: GPL-2.0-only
"""Standard streams that cost no results: what a command prints is news about its work, and the work
goes on when nobody reads the news.

The reader may have gone (`| head`), the terminal may be closed, the disk behind `> log` full, or the
stream closed from the start (`>&-`). What cannot be printed is dropped, from then on quietly. A name
that is no UTF-8, as a file's can be, is printed as its bytes: `\\xff`.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys

_NOBODY_READS = (errno.EPIPE, errno.EIO, errno.EBADF)
_HANDLER = "swimlab.bytes"


def make_forgiving() -> None:
    """Replaces sys.stdout and sys.stderr; opens what of the three standard streams is closed, since
    the next file would take its place and be written to by everything that prints."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    codecs.register_error(_HANDLER, _bytes_in_words)
    sys.stdout, sys.stderr = ForgivingStream(1), ForgivingStream(2)


def lost_output() -> str | None:
    """Why something that was printed is not where it was sent, where that is no wish of the reader."""
    lost = sys.stdout.lost if isinstance(sys.stdout, ForgivingStream) else None
    if lost is None or lost.errno in _NOBODY_READS:
        return None
    return f"standard output: {lost.strerror}"


class ForgivingStream(io.TextIOWrapper):
    """A standard stream that drops what it cannot write."""

    def __init__(self, descriptor: int) -> None:
        self.lost: OSError | None = None
        self._descriptor = descriptor
        buffered = open(descriptor, "wb", closefd=False)
        super().__init__(buffered, "utf-8", _HANDLER, line_buffering=os.isatty(descriptor))

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError as error:
            self._give_up(error)
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        """Children write to the same descriptor, and what is buffered will be flushed once more."""
        self.lost = self.lost or error
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._descriptor)
        os.close(nowhere)


def _bytes_in_words(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    found = error.object[error.start : error.end]
    words = (
        f"\\x{ord(each) - 0xDC00:02x}" if 0xDC80 <= ord(each) <= 0xDCFF else f"\\u{ord(each):04x}"
        for each in found
    )
    return "".join(words), error.end
