# SPDX-License-Identifier: GPL-2.0-only
"""A progress line: one that redraws itself on a terminal, a plain line now and then in a log.

Small enough to own: the libraries that do this are not needed for anything else.
"""

import shutil
import time
from typing import TextIO

REDRAW_INTERVAL_S = 0.1
LOG_INTERVAL_S = 10.0
BAR_WIDTH = 30


def duration_text(duration_s: float) -> str:
    """A duration in words, for someone who waits: "50 s", "3 min 20 s", "2 h 5 min"."""
    seconds = max(0, round(duration_s))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


class Progress:
    """Shows how much of a piece of work is done and how long the rest will take.

    The remaining time assumes that the rest goes as quickly as what was done since this object was
    made; `already_done` (a share between 0 and 1) is work of an earlier command and says nothing
    about speed.
    """

    def __init__(self, label: str, stream: TextIO, already_done: float = 0.0) -> None:
        self._label = label
        self._stream = stream
        self._already_done = already_done
        self._live = stream.isatty()
        self._started_s = time.monotonic()
        self._next_s = self._started_s + (0.0 if self._live else LOG_INTERVAL_S)
        self._line_is_open = False

    def update(self, share: float, detail: str) -> None:
        """Tell that `share` (0 to 1) of the work is done; `detail` is such as "3 of 5 runs"."""
        now_s = time.monotonic()
        if now_s < self._next_s:
            return
        self._next_s = now_s + (REDRAW_INTERVAL_S if self._live else LOG_INTERVAL_S)
        remaining = self._remaining_text(share, now_s - self._started_s)
        text = f"{share:4.0%}  {detail}{remaining}"
        if self._live:
            filled = int(share * BAR_WIDTH)
            bar = "#" * filled + "-" * (BAR_WIDTH - filled)
            width = shutil.get_terminal_size().columns - 1
            self._stream.write("\r" + f"{self._label} [{bar}] {text}"[:width] + "\x1b[K")
            self._line_is_open = True
        else:
            self._stream.write(f"{self._label} {text}\n")
        self._stream.flush()

    def say(self, text: str) -> None:
        """Print a line that stays, above the progress line."""
        self.close()
        self._stream.write(text + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Take the progress line off the terminal; the next update() draws it again."""
        if self._line_is_open:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._line_is_open = False

    def _remaining_text(self, share: float, elapsed_s: float) -> str:
        done_here = share - self._already_done
        # The first moments say little about the rest.
        if done_here <= 0 or elapsed_s < 1:
            return ""
        return f", {duration_text(elapsed_s * (1 - share) / done_here)} left"
